"""Fair scores against a known truth; `tests/benchmarks/fair_scores.py` does the same for all designs."""

import numpy as np
from workshop_simulator import CONDITIONS, simulate

from toolkit.roleplay import fair_scores


def test_fair_beats_raw_with_severe_raters_and_the_interval_holds():
    """Thirty workshops of twelve reps and three raters, made by a process that is not the model."""
    rng = np.random.default_rng(7)
    errors, held, here = [], [], []
    for _ in range(30):
        made = simulate(rng, 12, 3, 1, CONDITIONS["severe"])
        reps = fair_scores(made.ratings).reps
        truth = reps["rep_id"].map(made.truth)
        centred = [column - column.mean() for column in (reps["fair"], reps["raw"], truth)]
        errors.append([((one - centred[2]) ** 2).sum() for one in centred[:2]])
        played = reps["rep_id"].map(made.played(CONDITIONS["severe"]))
        here.append(((reps["played_low"] <= played) & (played <= reps["played_high"])).mean())
        held.append(((reps["low"] <= truth) & (truth <= reps["high"])).mean())
    fair, raw = np.sqrt(np.sum(errors, axis=0))
    assert fair / raw < 0.88
    assert 0.84 < np.mean(held) < 0.995
    assert 0.84 < np.mean(here) < 0.96
