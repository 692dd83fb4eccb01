"""Sheets on one footing although each left out other criteria: a criterion effect before compositing.

A sheet that skipped the hard criterion would look too good in a plain mean. Each rating is therefore read
as sheet + criterion (a two-way additive fit, the criterion effects shrunk a little towards none), and
a criterion that the scenario asks for but a sheet left out is filled in with what the two add
up to, never beyond the ends of the scale. A complete sheet keeps its plain weighted mean to the last digit.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.roleplay.scoring import sheet_composites
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW

Array = NDArray[np.float64]

SHEET_KEYS = ["rep_id", "rater_id", "scenario_id"]
_SHRINKAGE = 1.0
_EXPECTED_SPREAD, _EXPECTED_WEIGHT = 0.6, 4.0
_STEP = 0.05


@dataclass(frozen=True)
class AdjustedSheets:
    """Sheets with something on them, sorted by rep, rater and scenario.

    `table` holds rep_id, rater_id, scenario_id, composite (criteria left out filled in), raw (the plain
    weighted mean of what was observed), observed and asked (counts of criteria) and `extra`, the
    variance that the left-out criteria add. `ratings` is sheets x `criteria` with NaN where nothing was
    observed, `asked` says which criteria belong to the sheet's scenario, `weights` sum to one.
    `effects` are the criteria's effects (positive = easier, around 0), `spread` the deviation of a
    single rating from sheet + criterion, `floor` the rounding error of a composite.
    """

    table: pd.DataFrame
    criteria: list[str]
    ratings: Array
    asked: NDArray[np.bool_]
    weights: Array
    effects: Array
    spread: float
    floor: float

    def detrended(self) -> Array:
        """Return the ratings with the criterion effects taken out."""
        return self.ratings - self.effects


def adjust_sheets(ratings: pd.DataFrame, weights: Mapping[str, float] | None = None) -> AdjustedSheets:
    """Return the sheets of a Ratings table with a composite each; at least one rating must be observed.

    A criterion belongs to a scenario when the table has a row for it on any sheet of that scenario,
    observed or not. Raises `InputError` like `sheet_composites`.
    """
    raw = sheet_composites(ratings, weights)
    seen = ratings.dropna(subset=["rating"])
    criteria = sorted(seen["criterion_id"].unique())
    wide = seen.pivot(index=SHEET_KEYS, columns="criterion_id", values="rating").sort_index()
    values = wide[criteria].to_numpy(dtype=float)
    asked = _asked(ratings, criteria, raw["scenario_id"])
    share = np.array([1.0 if weights is None else float(weights[one]) for one in criteria])
    share /= share.sum()
    effects, spread = criterion_effects(values)
    composite, extra = _composites(values, asked, share, effects, spread)
    table = raw.rename(columns={"composite": "raw"}).assign(
        composite=composite, observed=(~np.isnan(values)).sum(axis=1), asked=asked.sum(axis=1), extra=extra
    )
    return AdjustedSheets(table, criteria, values, asked, share, effects, spread, _rounding(values, share))


def criterion_effects(ratings: Array) -> tuple[Array, float]:
    """Return each criterion's effect (sum zero) and the deviation of a rating from sheet + criterion.

    `ratings` is sheets x criteria, NaN where nothing was observed. The effects are shrunk as by one more
    rating without effect, so that criteria that never meet on a sheet do no harm; the deviation
    starts from .6 levels with the weight of four ratings.
    """
    seen = ~np.isnan(ratings)
    filled = np.where(seen, ratings, 0.0)
    count = seen.sum(axis=1, keepdims=True)
    share = seen / count
    normal = np.diag(seen.sum(axis=0).astype(float)) - seen.T.astype(float) @ share
    right = filled.sum(axis=0) - share.T @ filled.sum(axis=1)
    effects = np.linalg.solve(normal + _SHRINKAGE * np.eye(len(right)), right)
    effects = np.round(effects - effects.mean(), 12) + 0.0
    rest = np.where(seen, ratings - effects, 0.0)
    rest = np.where(seen, rest - rest.sum(axis=1, keepdims=True) / count, 0.0)
    freedom = max(int((count - 1).sum()) - (ratings.shape[1] - 1), 0)
    pooled = ((rest**2).sum() + _EXPECTED_WEIGHT * _EXPECTED_SPREAD**2) / (freedom + _EXPECTED_WEIGHT)
    return effects, float(np.sqrt(pooled))


def _asked(ratings: pd.DataFrame, criteria: list[str], scenarios: pd.Series) -> NDArray[np.bool_]:
    pairs = set(zip(ratings["scenario_id"], ratings["criterion_id"], strict=True))
    by_scenario = {one: [(one, criterion) in pairs for criterion in criteria] for one in scenarios.unique()}
    return np.array([by_scenario[one] for one in scenarios], dtype=bool)


def _composites(
    values: Array, asked: NDArray[np.bool_], share: Array, effects: Array, spread: float
) -> tuple[Array, Array]:
    seen = ~np.isnan(values)
    filled = np.where(seen, values, 0.0)
    inside = np.where(seen, share, 0.0)
    level = (inside * np.where(seen, filled - effects, 0.0)).sum(axis=1) / inside.sum(axis=1)
    guess = np.clip(level[:, None] + effects, SCALE_LOW, SCALE_HIGH)
    belonging = np.where(asked, share, 0.0)
    total = belonging.sum(axis=1)
    composite = (belonging * np.where(seen, filled, guess)).sum(axis=1) / total
    left_out = np.where(asked & ~seen, share, 0.0)
    missing = left_out.sum(axis=1) / inside.sum(axis=1)
    variance = ((left_out**2).sum(axis=1) + missing**2 * (inside**2).sum(axis=1)) / total**2
    # Few different values keep the model fast; a twentieth of a level is nobody's difference.
    extra = (np.round(spread * np.sqrt(variance) / _STEP) * _STEP) ** 2
    return np.clip(composite, SCALE_LOW, SCALE_HIGH), extra


def _rounding(values: Array, share: Array) -> float:
    seen = ~np.isnan(values)
    numbers = values[seen]
    unit = next((one for one in (1.0, 0.5, 0.1) if np.abs(numbers / one - np.round(numbers / one)).max() < 1e-9), 0.0)
    inside = np.where(seen, share, 0.0)
    return float(unit / np.sqrt(12) * np.sqrt(((inside**2).sum(axis=1) / inside.sum(axis=1) ** 2).min()))
