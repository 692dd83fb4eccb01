"""The pass mark of a workshop that certifies, from judges' estimates or from overall ratings."""

from collections.abc import Mapping

import pandas as pd

from toolkit.roleplay.pass_marks import AngoffMark, BorderlineMark, angoff, borderline_regression
from toolkit.roleplay.rubric import Rubric

BORDERLINE = 2
"""The overall rating that means just good enough: 1 not yet, 2 borderline, 3 good enough."""


def criterion_weights(rubrics: Mapping[str, Rubric]) -> dict[str, float]:
    """Return by criterion_id what it counts for in the mean over scenarios (`rubrics` by scenario_id) of the composites."""
    weights: dict[str, float] = {}
    for rubric in rubrics.values():
        total = sum(rubric.weights.values())
        for criterion_id, weight in rubric.weights.items():
            weights[criterion_id] = weights.get(criterion_id, 0.0) + weight / total / len(rubrics)
    return weights


def judges_mark(estimates: pd.DataFrame, weights: Mapping[str, float]) -> tuple[AngoffMark | None, list[str]]:
    """Return the Angoff mark and the judges who have not estimated every criterion and so do not count yet.

    `estimates` has judge_id, criterion_id, rating. Without a complete judge there is no mark.
    """
    wide = estimates.pivot(index="judge_id", columns="criterion_id", values="rating").reindex(columns=list(weights))
    complete = wide.dropna()
    open_judges = [str(judge) for judge in wide.index.difference(complete.index)]
    if complete.empty:
        return None, open_judges
    return angoff(complete, weights=list(weights.values())), open_judges  # type: ignore[arg-type]


def criterion_spread(estimates: pd.DataFrame, weights: Mapping[str, float], judge_id: str | None) -> pd.DataFrame:
    """Return criterion_id, mean, low, high (over complete judges) and own, where judges differ most first.

    `estimates` has judge_id, criterion_id, rating; `own` is that of `judge_id`, nan where there is none.
    """
    wide = estimates.pivot(index="judge_id", columns="criterion_id", values="rating").reindex(columns=list(weights))
    complete = wide.dropna()
    own = wide.loc[judge_id] if judge_id in wide.index else pd.Series(float("nan"), index=wide.columns)
    found = pd.DataFrame({"mean": complete.mean(), "low": complete.min(), "high": complete.max(), "own": own})
    found = found.reindex(list(weights)).rename_axis("criterion_id").reset_index()
    order = (found["high"] - found["low"]).sort_values(ascending=False, kind="stable").index
    return found.loc[order].reset_index(drop=True)


def overall_mark(composites: pd.DataFrame, overall: pd.DataFrame | None) -> BorderlineMark:
    """Return the borderline mark of sheets: `composites` and `overall` by rep_id, rater_id, scenario_id."""
    keys = ["rep_id", "rater_id", "scenario_id"]
    if overall is None or overall.empty:
        sheets = composites.assign(overall=float("nan")).iloc[:0]
    else:
        sheets = composites.merge(overall, on=keys)
    return borderline_regression(
        sheets[["rep_id", "composite", "overall"]].astype({"overall": float}), borderline=BORDERLINE
    )
