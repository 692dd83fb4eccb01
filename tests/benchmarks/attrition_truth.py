"""The risk model where the truth is declared: the sample organisation and simulated years.

``python tests/benchmarks/attrition_truth.py [--people 400] [--years 40]``

First, organisations drawn as the sample is (its declared hazard): the model's ROC-AUC over that of the true
hazard, on people it has not seen, and on the shipped sample itself. Then simulated years: how often the
90 % interval of `capacity` held what came, with and without the model's own error.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from toolkit.attrition import capacity, fit_panel, leaves_within, panel_features  # noqa: E402
from toolkit.attrition.metrics import roc_auc  # noqa: E402
from toolkit.sample import draw_reps, month_starts, simulate_rep_months  # noqa: E402


def drawn(seed: int, people: int, months: int) -> pd.DataFrame:
    """Return RepMonths of an organisation drawn as the sample is, with the true hazard of each row."""
    rng = np.random.default_rng(seed)
    starts = month_starts(pd.Timestamp("2026-09-01"), months)
    rows, hazard = simulate_rep_months(rng, draw_reps(rng, people, starts), starts)
    return rows.assign(hazard=hazard)


def areas(model, rows: pd.DataFrame, truth: "pd.Series[float]") -> tuple[float, float]:  # type: ignore[no-untyped-def]
    """Return ROC-AUC of the model and of the truth for leaving next month."""
    features = panel_features(rows)
    known = leaves_within(rows, 1).loc[features.index].to_numpy(dtype=float)
    real = truth.loc[features.index].to_numpy(dtype=float)
    there = ~np.isnan(known) & ~np.isnan(real)
    told = model.score(features)["probability"].to_numpy()
    return roc_auc(told[there], known[there]), roc_auc(real[there], known[there])


def truth_share(people: int, months: int) -> None:
    """Print the model's share of the truth's ROC-AUC."""
    print("| learned from | leavings | ROC-AUC, unseen people | the truth's | share |\n| --- | --- | --- | --- | --- |")
    fresh = drawn(900, 6000, 12)
    for size in (people, 4 * people, 16 * people):
        found = []
        for seed in range(5):
            model = fit_panel(drawn(seed, size, months), horizon_months=1, challenger=False)
            found.append((model.figures.events, *areas(model, fresh, fresh["hazard"])))
        events, mine, real = np.mean(found, axis=0)
        print(
            f"| {size} reps, {months} months | {events:.0f} | {mine:.4f} | {real:.4f} | {mine / real:.1%} |", flush=True
        )
    sample = pd.read_csv(ROOT / "datasets/organisation/rep_months.csv", parse_dates=["month", "hired_on", "left_on"])
    truth = pd.read_csv(ROOT / "datasets/truth/hazard.csv", parse_dates=["month"])
    sample = sample.merge(truth, on=["person_id", "month"], how="left")
    model = fit_panel(sample, horizon_months=1, challenger=False)
    mine, real = areas(model, sample, sample["hazard"])
    _, fresh_real = areas(model, fresh, fresh["hazard"])
    on_fresh = areas(model, fresh, fresh["hazard"])[0]
    print(
        f"| the sample organisation | {model.figures.events} | {on_fresh:.4f} | {fresh_real:.4f} | {on_fresh / fresh_real:.1%} |"
    )
    print(
        f"\nThe sample organisation on itself: {mine:.4f} (out of fold {model.figures.roc_auc:.4f}), the truth's {real:.4f}"
    )


def years(count: int, people: int, conversations: int) -> None:
    """Print how often the interval of `capacity` held over years to come."""
    held = {False: [], True: []}
    for seed in range(count):
        rows = drawn(5000 + seed, people, 36)
        cut = rows["month"].sort_values().unique()[23]
        past = rows[rows["month"] <= cut].copy()
        past["left_on"] = past["left_on"].where(past["left_on"].dt.to_period("M") <= pd.Timestamp(cut).to_period("M"))
        model = fit_panel(past, horizon_months=3, challenger=False)
        risks = model.predict(past)
        end = pd.Timestamp(cut) + pd.DateOffset(months=4)
        gone = set(rows.loc[rows["left_on"] < end, "person_id"].astype(str))
        top = risks.sort_values(["probability", "person_id"], ascending=[False, True]).head(conversations)["person_id"]
        came = len(gone & set(top))
        for error in held:
            answer = capacity(risks, conversations, model_error=error).found
            held[error].append(answer.low <= came <= answer.high)
    print(f"\n{count} simulated organisations of {people} reps, {conversations} conversations, 3 months ahead:")
    for error, found in held.items():
        kind = "with the model's own error" if error else "chance alone"
        print(
            f"- 90 % interval, {kind}: held in {np.mean(found):.0%} (± {1.645 * np.std(found) / len(found) ** 0.5:.0%})"
        )


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=150)
    parser.add_argument("--years", type=int, default=40)
    asked = parser.parse_args()
    truth_share(asked.people, 24)
    years(asked.years, 400, 20)


if __name__ == "__main__":
    main()
