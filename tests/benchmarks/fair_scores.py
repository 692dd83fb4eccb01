"""Fair scores against the raw mean and a known truth, as a Markdown table.

``python tests/benchmarks/fair_scores.py --rounds 200 [--design 5x2] [--condition severe] [--scenarios 1]``

RMSE is taken after centring fair, raw and true scores on their mean over the reps of a group, because a workshop as a
whole may be too high or too low in both alike; coverage is of the true score itself. "In the scenario" is the score in the one scenario that was played, against the truth in that
scenario. "best" is the ratio of
one who knows every rater's true severity and shrinks best: the least squares fit of truth on raw mean and severity met, over all
rounds. ``--scales`` tries other prior scales,
``--scenario`` scenarios that differ more or less (deviations of scenario and rep x scenario before rating).
"""

import argparse
import dataclasses
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER.parents[1]), str(FOLDER.parent / "roleplay")]

from workshop_simulator import CONDITIONS, Condition, simulate  # noqa: E402

from toolkit.roleplay import fair_scores  # noqa: E402
from toolkit.roleplay.mixed_model import PRIOR_SCALES  # noqa: E402

DESIGNS = {"5x2": (5, 2), "8x2": (8, 2), "12x3": (12, 3), "20x4": (20, 4), "30x4": (30, 4), "40x6": (40, 6)}
SCENARIOS = (1, 2, 4)


def one_workshop(
    rng: np.random.Generator, reps: int, raters: int, scenarios: int, condition: Condition, scales: list[float]
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Simulate and score one workshop."""
    workshop = simulate(rng, reps, raters, scenarios, condition)
    start = time.perf_counter()
    scores = fair_scores(workshop.ratings, prior_scales=scales)
    seconds = time.perf_counter() - start
    table = scores.reps.assign(truth=scores.reps["rep_id"].map(workshop.truth))
    within = table.groupby("group")
    table["rank"] = within["truth"].rank(ascending=False)
    true, fair, raw = (table[name] - within[name].transform("mean") for name in ("truth", "fair", "raw"))
    met = workshop.ratings.dropna().drop_duplicates(["rep_id", "rater_id", "scenario_id"])
    hard = met["rater_id"].map(workshop.severity).groupby(met["rep_id"]).mean().reindex(table["rep_id"]).to_numpy()
    here = table["rep_id"].map(workshop.played(condition)) if scenarios == 1 else table["truth"] * np.nan
    known = pd.DataFrame({"true": true, "raw": raw, "hard": hard - hard.mean()})
    return known, {
        "fair": ((fair - true) ** 2).sum(),
        "raw": ((raw - true) ** 2).sum(),
        "reps": len(table),
        "held": ((table["low"] <= table["truth"]) & (table["truth"] <= table["high"])).sum(),
        "rank_held": ((table["rank_low"] <= table["rank"]) & (table["rank"] <= table["rank_high"])).sum(),
        "width": (table["high"] - table["low"]).sum(),
        "played_held": ((table["played_low"] <= here) & (here <= table["played_high"])).sum(),
        "played_width": (table["played_high"] - table["played_low"]).sum(),
        "seconds": seconds,
    }


def main() -> None:
    """Print the table, one line a design and condition."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=20260901)
    parser.add_argument("--design", choices=DESIGNS, action="append")
    parser.add_argument("--condition", choices=CONDITIONS, action="append")
    parser.add_argument("--scenarios", type=int, choices=SCENARIOS, action="append")
    parser.add_argument("--scales", type=float, nargs=5, default=list(PRIOR_SCALES))
    parser.add_argument("--scenario", type=float, nargs=2, default=[0.3, 0.3])
    chosen = parser.parse_args()
    print(
        "| design | scenarios | raters | fair / raw RMSE | best | fair | raw | interval holds | width | rank holds | in the scenario holds | width | s |"
    )
    print("| --- " * 13 + "|")
    for design in chosen.design or DESIGNS:
        for scenarios in chosen.scenarios or SCENARIOS:
            for condition in chosen.condition or CONDITIONS:
                rng = np.random.default_rng([chosen.seed, *DESIGNS[design], scenarios, *condition.encode()])
                kind = dataclasses.replace(
                    CONDITIONS[condition], scenario=chosen.scenario[0], rep_scenario=chosen.scenario[1]
                )
                rounds = [
                    one_workshop(rng, *DESIGNS[design], scenarios, kind, chosen.scales) for _ in range(chosen.rounds)
                ]
                sums = {name: sum(one[name] for _, one in rounds) for name in rounds[0][1]}
                fair, raw = (np.sqrt(sums[name] / sums["reps"]) for name in ("fair", "raw"))
                known = pd.concat([one for one, _ in rounds])
                rest = np.linalg.lstsq(known[["raw", "hard"]].to_numpy(), known["true"].to_numpy())[1]
                best = float(np.sqrt(rest[0] / len(known)))
                shares = [
                    sums[name] / sums["reps"] for name in ("held", "width", "rank_held", "played_held", "played_width")
                ]
                played = f"{shares[3]:.3f} | {shares[4]:.2f}" if scenarios == 1 else "– | –"
                print(
                    f"| {design} | {scenarios} | {condition} | {fair / raw:.2f} | {best / raw:.2f} | {fair:.3f} | {raw:.3f} "
                    f"| {shares[0]:.3f} | {shares[1]:.2f} | {shares[2]:.3f} | {played} "
                    f"| {float(np.median([one['seconds'] for _, one in rounds])):.3f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
