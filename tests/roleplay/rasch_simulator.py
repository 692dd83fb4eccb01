"""Ratings drawn from a many-facet Rasch model with declared truth."""

import numpy as np
import pandas as pd

COLUMNS = ["rep_id", "rater_id", "scenario_id", "criterion_id", "rating"]


def simulated(
    seed, reps=12, raters=3, criteria=4, scenarios=1, sd=1.3, steps=(-1.6, -0.5, 0.5, 1.6), seen=1.0, halo=0.0
):
    """Return Ratings and the truth: (measures, severities, difficulties, scenarios, steps by criterion)."""
    rng = np.random.default_rng(seed)
    truth = [rng.normal(0.3, sd, reps), *(np.linspace(-w, w, n) if n > 1 else np.zeros(1) for w, n in ((1.0, raters), (0.7, criteria), (0.4, scenarios)))]  # fmt: skip
    steps = np.broadcast_to(np.asarray(steps, float), (criteria, np.shape(steps)[-1]))
    sheet = halo * np.random.default_rng(seed + 1).normal(size=(reps, raters, scenarios))
    rows = []
    for p, j, i, s in np.ndindex(reps, raters, criteria, scenarios):
        if rng.random() > seen:
            continue
        logits = np.cumsum(truth[0][p] + sheet[p, j, s] - truth[1][j] - truth[2][i] - truth[3][s] - steps[i])
        odds = np.exp(np.append(0.0, logits))
        rows.append((f"p{p:02d}", f"r{j}", f"s{s}", f"c{i}", 1.0 + rng.choice(len(odds), p=odds / odds.sum())))
    return pd.DataFrame(rows, columns=COLUMNS), (*truth, steps)
