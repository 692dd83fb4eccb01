"""Measured gains against a known effect of training, as a Markdown table.

``python tests/benchmarks/uplift.py [--rounds 1000] [--seed 1] [--condition "low, before-after"]``

Cohorts are drawn with a true effect on the trained and a trend that everybody has (`tests/plans/uplift_simulator.py`).
"plain" is the mean difference between after and before. "true" is the trend and effect together where nobody untrained
is compared, else the effect. "holds" is the share of 90 % intervals with the truth inside, "shows" the share of rounds in
which a gain was found.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER.parent / "plans"), str(FOLDER.parents[1])]

from uplift_simulator import Cohort, Drawn, draw, estimated  # noqa: E402

from toolkit.plans import Comparison, Uplift, measure_uplift  # noqa: E402

# name: (cohort, what is handed in)
CONDITIONS = {
    "all, before-after": (Cohort(20, 20, picked="all"), "alone"),
    "all, before-after, errors correlate .5": (Cohort(20, 20, picked="all", correlation=0.5), "alone"),
    "all, before-after, no effect": (Cohort(20, 20, 0.0, picked="all", trend=0.0), "alone"),
    "low 12 of 40, not corrected": (Cohort(40, 12, picked="low"), "alone"),
    "low 12 of 40, before-after": (Cohort(40, 12, picked="low"), "picked"),
    "low 12 of 40, large errors": (Cohort(40, 12, picked="low", error=0.8), "picked"),
    "low 12 of 40, errors correlate .5": (Cohort(40, 12, picked="low", correlation=0.5), "picked"),
    "low 12 of 40, shrunk levels": (Cohort(40, 12, picked="low"), "picked, shrunk"),
    "low 12 of 40, no effect": (Cohort(40, 12, 0.0, picked="low", trend=0.0), "picked"),
    "low 12 of 40, others compared": (Cohort(40, 12, picked="low"), "picked, others"),
    "lot 10 of 20, analysis of covariance": (Cohort(20, 10), "lot"),
    "lot 20 of 40, analysis of covariance": (Cohort(40, 20), "lot"),
    "lot 20 of 40, no effect": (Cohort(40, 20, 0.0), "lot"),
    "lot 20 of 40, shrunk levels": (Cohort(40, 20), "lot, shrunk"),
    "lot 5 of 20, analysis of covariance": (Cohort(20, 5), "lot"),
    "lot 20 of 40, after only": (Cohort(40, 20), "after"),
    "the weaker 20 of 40, difference in differences": (Cohort(40, 20, picked="teams"), "others"),
    "the weaker 6 of 40, difference in differences": (Cohort(40, 6, picked="teams"), "others"),
}


def measured(drawn: Drawn, cohort: Cohort, given: str) -> Uplift:
    """Return the gain as found from what the condition hands in."""
    tables = [drawn.before, drawn.after, drawn.others_before, drawn.others_after, drawn.everybody]
    together = None
    if "shrunk" in given:
        together = estimated(drawn.everybody), estimated(pd.concat([drawn.after, drawn.others_after]))
        mine, theirs = (set(part["person_id"]) for part in (drawn.before, drawn.others_before))
        tables = [whole[whole["person_id"].isin(ids)] for ids in (mine, theirs) for whole in together]
        tables.append(together[0])
    before, after, others_before, others_after, everybody = tables
    comparison = None
    if "lot" in given or "others" in given:
        comparison = Comparison(others_after, others_before, randomised="lot" in given)
    if "after" in given:
        comparison = Comparison(others_after, randomised=True)
    return measure_uplift(
        before,
        after,
        comparison,
        picked_from=everybody if "picked" in given else None,
        estimated_with=together,
        error_correlation=cohort.correlation,
        occasion_sd=cohort.occasion_sd,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--condition", choices=CONDITIONS, action="append")
    chosen = parser.parse_args()
    print("| trained | true | plain | found | bias | sd | mean se | smallest | holds | shows |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in chosen.condition or CONDITIONS:
        cohort, given = CONDITIONS[name]
        rng = np.random.default_rng([chosen.seed, *name.encode()])
        truth = cohort.effect + (0 if {"lot", "others", "after"} & set(given.split(", ")) else cohort.trend)
        found = []
        for _ in range(chosen.rounds):
            drawn = draw(cohort, rng)
            one = measured(drawn, cohort, given).overall
            plain = drawn.after["level"].mean() - drawn.before["level"].mean()
            holds = one.low <= truth <= one.high
            found.append((plain, one.gain, one.se, one.smallest, holds, one.verdict == "gained"))
        plain, gain, se, smallest, holds, shows = np.array(found, dtype=float).T
        print(
            f"| {name} | {truth:.2f} | {plain.mean():.3f} | {gain.mean():.3f} | {gain.mean() - truth:+.3f} "
            f"| {gain.std():.3f} | {se.mean():.3f} | {smallest.mean():.2f} | {holds.mean():.3f} | {shows.mean():.3f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
