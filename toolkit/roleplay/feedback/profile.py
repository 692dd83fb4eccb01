"""A rep's level on each criterion: severity taken out, shrunk as far as so few ratings deserve.

What a sheet has in common (its rater's severity, its scenario, its halo) is taken out by reading each rating as a
deviation from its own sheet, the criterion's difficulty with it. What is left is rep x criterion + rater x criterion +
chance, a mixed model whose effects are the best linear unbiased predictions (Henderson, Biometrics 1975, 31:423), and
stands on top of the rep's fair score. Its three deviations are pooled over all criteria and reps and maximise the
marginal likelihood with gamma(2) priors that keep them off zero (Chung, Rabe-Hesketh, Dorie, Gelman and Liu,
Psychometrika 2013, 78:685).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import ndtri

from toolkit.roleplay.criterion_adjustment import AdjustedSheets, adjust_sheets
from toolkit.roleplay.fair import FairScores
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW
from toolkit.wording import Text, text

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

# Where the priors of the deviations peak (levels): rep x criterion, rater x criterion, single rating.
_MODES = np.array([0.4, 0.2, 0.55])
_LEAST, _MOST = 0.02, 3.0
_COLUMNS = ("rep_id", "criterion_id", "level", "sd", "low", "high", "relative", "seen", "raters", "note")


@dataclass(frozen=True)
class Profiles:
    """`table` has one row for each rep and criterion.

    Columns: rep_id, criterion_id, `level` (what the average rater would give in the average scenario, 1-5), `sd` (its standard
    error, not cut off at the ends of the scale), `low`, `high` (as sure as the fair scores' intervals), `relative` (how
    far this criterion stands above the rep's own score, its difficulty taken into account; levels), `seen` (ratings),
    `raters` (who gave them) and `note`: why there is no figure, where the others are nan.
    `rep_by_criterion`, `rater_by_criterion` and `single` are the deviations behind it (levels).
    """

    table: pd.DataFrame
    rep_by_criterion: float
    rater_by_criterion: float
    single: float

    def of(self, rep_id: str) -> pd.DataFrame:
        """Return one rep's rows."""
        return self.table[self.table["rep_id"] == rep_id].reset_index(drop=True)


def criterion_profiles(
    ratings: pd.DataFrame, scores: FairScores, *, weights: Mapping[str, float] | None = None
) -> Profiles:
    """Return each rep's level on each criterion of the scenarios played.

    `ratings` and `weights` are what `scores` was made from. Raises `InputError` like `fair_scores`.
    """
    adjusted = adjust_sheets(ratings, weights)
    left = _within_sheets(adjusted)
    reps, rep = np.unique(adjusted.table["rep_id"].to_numpy(dtype=str), return_inverse=True)
    raters, rater = np.unique(adjusted.table["rater_id"].to_numpy(dtype=str), return_inverse=True)
    cells = [_Cells.of(left[:, code], rep, rater, len(reps), len(raters)) for code in range(left.shape[1])]
    deviations = _deviations(cells)
    place = _places(adjusted)
    fair, error = (scores.reps.set_index("rep_id").reindex(reps)[name].to_numpy(dtype=float) for name in ("fair", "sd"))
    half = float(ndtri(0.5 + scores.interval / 2))
    rows: list[dict[str, object]] = []
    for code, criterion in enumerate(adjusted.criteria):
        if len(adjusted.criteria) > 1:
            above, variance = cells[code].predicted(deviations)
            variance += cells[code].common(deviations)
        else:
            above = variance = np.zeros(len(reps))  # then the fair score is the level
        level, sd = fair + place[code] + above, np.sqrt(error**2 + variance)
        rated = ~np.isnan(adjusted.ratings[:, code])
        for number, rep_id in enumerate(reps):
            inside = rated & (rep == number)
            counts = int(inside.sum()), len(np.unique(rater[inside]))
            rows.append(_row(rep_id, criterion, level[number], sd[number], half, above[number], *counts))
    rows += _unseen(ratings, adjusted, list(reps))
    table = pd.DataFrame(rows, columns=list(_COLUMNS)).sort_values(["rep_id", "criterion_id"], ignore_index=True)
    return Profiles(table, *(float(one) for one in deviations))


@dataclass(frozen=True)
class _Cells:
    """One criterion's ratings as deviations from their sheets, with who got and who gave each."""

    values: Array
    rep: Codes
    rater: Codes
    reps: int
    raters: int

    @classmethod
    def of(cls, column: Array, rep: Codes, rater: Codes, reps: int, raters: int) -> "_Cells":
        kept = ~np.isnan(column)
        return cls(column[kept], rep[kept], rater[kept], reps, raters)

    def _solved(self, deviations: Array) -> tuple[Array, Array, Array]:
        """Return the effects' precision matrix, its right-hand side and the prior precisions (Henderson)."""
        design = np.concatenate([np.eye(self.reps)[self.rep], np.eye(self.raters)[self.rater]], axis=1)
        prior = np.repeat(1 / deviations[:2] ** 2, [self.reps, self.raters])
        precision = design.T @ design / deviations[2] ** 2 + np.diag(prior)
        return precision, design.T @ self.values / deviations[2] ** 2, prior

    def log_likelihood(self, deviations: Array) -> float:
        """Return the marginal log likelihood, the effects integrated out."""
        precision, right, prior = self._solved(deviations)
        factor = np.linalg.cholesky(precision)
        solved = np.linalg.solve(factor, right)
        size = 2 * float(np.log(np.diag(factor)).sum()) - float(np.log(prior).sum())
        size += 2 * len(self.values) * float(np.log(deviations[2]))
        squares = float(self.values @ self.values) / float(deviations[2]) ** 2
        return -0.5 * (size + squares - float(solved @ solved))

    def predicted(self, deviations: Array) -> tuple[Array, Array]:
        """Return what rep x criterion adds for each rep, and its variance."""
        precision, right, _ = self._solved(deviations)
        inverse = np.linalg.inv(precision)
        return (inverse @ right)[: self.reps], np.diag(inverse)[: self.reps].copy()

    def common(self, deviations: Array) -> float:
        """Return the variance of the criterion's place on the scale, which all its levels share."""
        seen = max(len(self.values), 1)
        parts = max(len(np.unique(self.rep)), 1), max(len(np.unique(self.rater)), 1), seen
        return float((deviations**2 / np.array(parts)).sum())


def _within_sheets(adjusted: AdjustedSheets) -> Array:
    """Return each rating less its criterion's effect and its sheet's mean of what is left."""
    rest = adjusted.detrended()
    share = np.where(np.isnan(rest), 0.0, adjusted.weights)
    mean = (share * np.nan_to_num(rest)).sum(axis=1) / share.sum(axis=1)
    alone = (share > 0).sum(axis=1) < 2
    rest[alone] = np.nan  # a sheet with one rating says nothing about how criteria differ
    return np.asarray(rest - mean[:, None], dtype=float)


def _deviations(cells: list[_Cells]) -> Array:
    def badness(logs: Array) -> float:
        deviations = np.exp(logs)
        fit = sum(one.log_likelihood(deviations) for one in cells)
        return -(fit + float((logs - deviations / _MODES).sum()))

    bounds = [(np.log(_LEAST), np.log(_MOST))] * len(_MODES)
    return np.asarray(np.exp(minimize(badness, np.log(_MODES), method="L-BFGS-B", bounds=bounds).x), dtype=float)


def _places(adjusted: AdjustedSheets) -> Array:
    """Return how far each criterion lies above a composite of the average scenario (levels; negative = harder)."""
    share = np.where(adjusted.asked, adjusted.weights, 0.0)
    centre = share @ adjusted.effects / share.sum(axis=1)
    by_scenario = pd.Series(centre).groupby(adjusted.table["scenario_id"].to_numpy()).first()
    return np.asarray(adjusted.effects - float(by_scenario.mean()), dtype=float)


def _row(
    rep_id: str, criterion: str, level: float, sd: float, half: float, above: float, seen: int, raters: int
) -> dict[str, object]:
    if not seen:
        note: Text | None = text("Nobody has observed this criterion on this rep.")
        return dict(zip(_COLUMNS, (rep_id, criterion, *[np.nan] * 5, 0, 0, note), strict=True))
    low, here, high = np.clip([level - half * sd, level, level + half * sd], SCALE_LOW, SCALE_HIGH)
    figures = (float(here), sd, float(low), float(high), float(above), seen, raters, None)
    return dict(zip(_COLUMNS, (rep_id, criterion, *figures), strict=True))


def _unseen(ratings: pd.DataFrame, adjusted: AdjustedSheets, reps: list[str]) -> list[dict[str, object]]:
    """Return rows for criteria that nobody has observed on anybody."""
    absent = sorted(set(ratings["criterion_id"]) - set(adjusted.criteria))
    return [_row(rep, one, np.nan, np.nan, np.nan, np.nan, 0, 0) for one in absent for rep in reps]
