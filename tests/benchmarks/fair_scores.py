"""Fair scores against the raw mean and a known truth, as a Markdown table.

``python tests/benchmarks/fair_scores.py --rounds 200 [--design 5x2] [--condition severe] [--time]``

RMSE is taken after centring fair, raw and true scores on their mean over the reps of a group, because a workshop as a
whole may be too high or too low in both alike; coverage is of the true score itself.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER.parents[1]), str(FOLDER.parent / "roleplay")]

from workshop_simulator import CONDITIONS, simulate  # noqa: E402

from toolkit.roleplay import fair_scores  # noqa: E402

DESIGNS = {"5x2": (5, 2), "8x2": (8, 2), "12x3": (12, 3), "20x4": (20, 4), "30x4": (30, 4), "40x6": (40, 6)}
SCENARIOS = (1, 2, 4)


def one_workshop(rng: np.random.Generator, reps: int, raters: int, scenarios: int, condition: str) -> dict[str, object]:
    """Simulate and score one workshop."""
    workshop = simulate(rng, reps, raters, scenarios, CONDITIONS[condition])
    start = time.perf_counter()
    scores = fair_scores(workshop.ratings)
    seconds = time.perf_counter() - start
    table = scores.reps.assign(truth=scores.reps["rep_id"].map(workshop.truth))
    within = table.groupby("group")
    table["rank"] = within["truth"].rank(ascending=False)
    true, fair, raw = (table[name] - within[name].transform("mean") for name in ("truth", "fair", "raw"))
    return {
        "groups": len(scores.groups),
        "fair": ((fair - true) ** 2).sum(),
        "raw": ((raw - true) ** 2).sum(),
        "reps": len(table),
        "held": ((table["low"] <= table["truth"]) & (table["truth"] <= table["high"])).sum(),
        "rank_held": ((table["rank_low"] <= table["rank"]) & (table["rank"] <= table["rank_high"])).sum(),
        "width": (table["high"] - table["low"]).sum(),
        "seconds": seconds,
    }


def main() -> None:
    """Print the table, one line a design and condition."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=20260901)
    parser.add_argument("--design", choices=DESIGNS, action="append")
    parser.add_argument("--condition", choices=CONDITIONS, action="append")
    chosen = parser.parse_args()
    print("| design | scenarios | raters | fair / raw RMSE | fair | raw | interval holds | width | rank holds | s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for design in chosen.design or DESIGNS:
        for scenarios in SCENARIOS:
            for condition in chosen.condition or CONDITIONS:
                rng = np.random.default_rng([chosen.seed, *DESIGNS[design], scenarios, *condition.encode()])
                rounds = [one_workshop(rng, *DESIGNS[design], scenarios, condition) for _ in range(chosen.rounds)]
                sums = {name: float(sum(one[name] for one in rounds)) for name in rounds[0]}  # type: ignore[misc]
                fair, raw = (np.sqrt(sums[name] / sums["reps"]) for name in ("fair", "raw"))
                shares = [sums[name] / sums["reps"] for name in ("held", "width", "rank_held")]
                print(
                    f"| {design} | {scenarios} | {condition} | {fair / raw:.2f} | {fair:.3f} | {raw:.3f} "
                    f"| {shares[0]:.3f} | {shares[1]:.2f} | {shares[2]:.3f} "
                    f"| {float(np.median([one['seconds'] for one in rounds])):.3f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
