"""The back-test as figures: what risks told in advance against what came."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaincinv

from toolkit.attrition.metrics import (
    Estimate,
    Ranking,
    by_person,
    calibration_error,
    calibration_noise,
    risk_bins,
    roc_auc,
)
from toolkit.attrition.months import Floats, Integers
from toolkit.errors import NotEnoughData
from toolkit.wording import Text, text

Mask = NDArray[np.bool_]
LEAST_TESTED = 10
BANDS = 5


@dataclass(frozen=True)
class BackTestResult:
    """What predictions made in advance turned out to be worth.

    `figures` and `rule_figures` (the one-column rule) map to estimates: roc_auc, average_precision,
    top_share (leavers among those listed), top_found (share of all leavers listed); `figures` also
    brier, brier_of_base_rate, calibration_error, predicted_to_actual. `calibration_noise` is the
    calibration error (mean, 95th percentile) true probabilities would show at this size. `bands`:
    band (1 = lowest risk), predicted, actual, low, high (shares), n, leavers. `predictions`: origin,
    person_id, probability, left; of a snapshot also row, counted from 0 in the file. `origins`: origin,
    n, leavers, predicted, actual, roc_auc.
    `time_split` is False for a snapshot, whose figures are therefore optimistic.
    """

    time_split: bool
    horizon_months: int | None
    conversations: int
    figures: dict[str, Estimate]
    rule: str | None
    rule_figures: dict[str, Estimate]
    calibration_noise: tuple[float, float]
    bands: pd.DataFrame
    origins: pd.DataFrame
    predictions: pd.DataFrame
    notes: tuple[Text, ...]

    @property
    def years(self) -> pd.DataFrame:
        """Return what was predicted in each past year: year, n, leavers, predicted, actual, low, high, roc_auc.

        `low` and `high` are the 90 % interval of the share that left; roc_auc is the mean over the year's
        origins, weighted by leavers. Empty for a snapshot.
        """
        if self.origins.empty:
            return pd.DataFrame(columns=["year", "n", "leavers", "predicted", "actual", "low", "high", "roc_auc"])
        rows = []
        for year, part in self.origins.groupby(self.origins["origin"].dt.year):
            n, leavers = float(part["n"].sum()), float(part["leavers"].sum())
            known = part.dropna(subset=["roc_auc"])
            auc = np.average(known["roc_auc"], weights=known["leavers"]) if known["leavers"].sum() else np.nan
            low, high = (betaincinv(leavers + 0.5, n - leavers + 0.5, end) for end in (0.05, 0.95))
            rows.append(
                {
                    "year": int(str(year)),
                    "n": int(n),
                    "leavers": int(leavers),
                    "predicted": float(np.average(part["predicted"], weights=part["n"])),
                    "actual": leavers / n,
                    "low": float(low) if leavers else 0.0,
                    "high": float(high) if leavers < n else 1.0,
                    "roc_auc": float(auc),
                }
            )
        return pd.DataFrame(rows)


def summed(
    scored: pd.DataFrame, conversations: int | None, random_state: int, horizon: int | None, notes: tuple[Text, ...]
) -> BackTestResult:
    """Judge predictions, one row per repeat, origin and person.

    Columns: probability, left (0 or 1), rule_score (higher = more at risk, comparable within its
    list) and rule (the column's name or None). Raises `NotEnoughData` with under 10 leavers.
    """
    probability, left = scored["probability"].to_numpy(dtype=float), scored["left"].to_numpy(dtype=float)
    lists = scored.groupby(["repeat", "origin"], dropna=False).ngroup().to_numpy().astype(np.int64)
    size = len(scored) / (int(lists.max()) + 1)
    count = conversations if conversations is not None else max(1, round(size / 10))
    leavers = int(left.sum()) // (int(scored["repeat"].max()) + 1)
    if leavers < LEAST_TESTED:
        raise NotEnoughData(
            text("Only {leavers} leavers fall into the tested horizons.", leavers=leavers),
            remedy=text("A back-test needs at least {needed}.", needed=LEAST_TESTED),
        )
    person = pd.factorize(scored["person_id"], sort=True)[0].astype(np.int64)
    repeat = scored["repeat"].to_numpy().astype(np.int64)
    model = _Judge(probability, left, repeat, _top(probability, lists, count))
    rule_score = scored["rule_score"].to_numpy(dtype=float)
    rule = _Judge(rule_score, left, repeat, _top(rule_score, lists, count))
    one = repeat == 0
    return BackTestResult(
        time_split=horizon is not None,
        horizon_months=horizon,
        conversations=count,
        figures=by_person(lambda weights: model.ranked(weights) | model.calibrated(weights), person, random_state),
        rule=_usual_rule(scored["rule"]),
        rule_figures=by_person(rule.ranked, person, random_state) if scored["rule"].notna().any() else {},
        calibration_noise=calibration_noise(probability[one], risk_bins(probability[one]), random_state),
        bands=_bands(probability, left, repeat),
        origins=_by_origin(scored) if horizon is not None else pd.DataFrame(),
        predictions=scored.loc[one, _told(scored)].reset_index(drop=True),
        notes=notes,
    )


def _told(scored: pd.DataFrame) -> list[str]:
    return [name for name in ("origin", "person_id", "row", "probability", "left") if name in scored]


class _Judge:
    """Figures of one score under row weights, as means over the repeats."""

    def __init__(self, scores: Floats, left: Floats, repeat: Integers, top: Mask):
        self.scores, self.left, self.top = scores, left, top
        self.parts = [np.flatnonzero(repeat == number) for number in range(int(repeat.max()) + 1)]
        self.rankings = [Ranking(scores[part], left[part]) for part in self.parts]
        self.bins = [risk_bins(scores[part]) for part in self.parts]

    def ranked(self, weights: Floats) -> dict[str, float]:
        pairs = list(zip(self.rankings, self.parts, strict=True))
        listed = weights * self.top
        return {
            "roc_auc": float(np.mean([ranking.roc_auc(weights[part]) for ranking, part in pairs])),
            "average_precision": float(np.mean([ranking.average_precision(weights[part]) for ranking, part in pairs])),
            "top_share": _share(listed @ self.left, listed.sum()),
            "top_found": _share(listed @ self.left, weights @ self.left),
        }

    def calibrated(self, weights: Floats) -> dict[str, float]:
        base = _share(weights @ self.left, weights.sum())
        errors = [
            calibration_error(self.scores[part], self.left[part], bins, weights[part])
            for part, bins in zip(self.parts, self.bins, strict=True)
        ]
        return {
            "brier": _share(weights @ (self.scores - self.left) ** 2, weights.sum()),
            "brier_of_base_rate": base * (1.0 - base),
            "calibration_error": float(np.mean(errors)),
            "predicted_to_actual": _share(weights @ self.scores, weights @ self.left),
        }


def _share(part: Any, whole: Any) -> float:
    return float(part / whole) if whole > 0 else float("nan")


def _top(scores: Floats, lists: Integers, count: int) -> Mask:
    """Return which rows are among the `count` highest of their list; ties by order of rows."""
    order = np.lexsort((-scores, lists))
    starts = np.searchsorted(lists[order], lists[order])
    top = np.zeros(len(scores), dtype=bool)
    top[order] = np.arange(len(scores)) - starts < count
    return top


def _usual_rule(rules: "pd.Series[str]") -> str | None:
    named = rules.dropna()
    return None if named.empty else str(named.mode().iloc[0])


def _bands(probability: Floats, left: Floats, repeat: Integers) -> pd.DataFrame:
    repeats = int(repeat.max()) + 1
    table = pd.DataFrame({"band": risk_bins(probability, BANDS) + 1, "predicted": probability, "left": left})
    bands = table.groupby("band").agg(predicted=("predicted", "mean"), actual=("left", "mean"), n=("left", "size"))
    n, actual = bands["n"] / repeats, bands["actual"]
    # Jeffreys interval; repeats see the same people again and so do not narrow it.
    bands["low"] = np.where(actual > 0, betaincinv(actual * n + 0.5, (1 - actual) * n + 0.5, 0.05), 0.0)
    bands["high"] = np.where(actual < 1, betaincinv(actual * n + 0.5, (1 - actual) * n + 0.5, 0.95), 1.0)
    bands["leavers"] = (actual * n).round().astype(int)
    bands["n"] = n.round().astype(int)
    return bands.reset_index()[["band", "predicted", "actual", "low", "high", "n", "leavers"]]


def _by_origin(scored: pd.DataFrame) -> pd.DataFrame:
    groups = scored.groupby("origin")
    table = groups.agg(
        n=("left", "size"), leavers=("left", "sum"), predicted=("probability", "mean"), actual=("left", "mean")
    )
    table["roc_auc"] = [
        roc_auc(part["probability"].to_numpy(dtype=float), part["left"].to_numpy(dtype=float)) for _, part in groups
    ]
    return table.reset_index()
