"""Raters one by one: severity, consistency, halo, central tendency, range restriction and drift.

The names follow Saal, Downey and Lahey (Psychological Bulletin 1980, 88:413) and Myford and Wolfe
(Journal of Applied Measurement 2003, 4:386). Each figure has an interval or the reason why there is none.
"""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtri, fdtri, stdtrit

from toolkit.roleplay.criterion_adjustment import AdjustedSheets
from toolkit.roleplay.figure import Figure, mean_figure, refused
from toolkit.roleplay.mixed_model import Sheets
from toolkit.roleplay.score_tables import Fitted, centred_effects
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW
from toolkit.wording import text

Array = NDArray[np.float64]

MEASURES = ("consistency", "halo", "central_tendency", "range_restriction", "drift")
_MIDDLE = (SCALE_LOW + SCALE_HIGH) / 2
_LEAST_FREEDOM = 2.0
_LEAST_REPS = 4
_LEAST_SHARED = 3
_LEAST_SPREAD = 0.1
_NO_SPREAD = 1e-9


@dataclass(frozen=True)
class _Residuals:
    """What is left of each sheet after rep, rater, scenario and rep in scenario, in units of its deviation.

    `basis` spans what the effects take away: residuals = values - basis @ basis.T @ values.
    """

    scale: Array
    values: Array
    basis: Array
    residual_sd: float

    def freedom(self, rows: NDArray[np.intp]) -> tuple[float, float]:
        """Return the expected sum of squares of these residuals and its effective degrees of freedom."""
        basis = self.basis[rows]
        inner = float((basis**2).sum())
        trace = len(rows) - inner
        square = len(rows) - 2 * inner + float(((basis.T @ basis) ** 2).sum())
        return trace, trace**2 / square if square > 1e-9 else 0.0


def rater_table(fitted: Fitted, adjusted: AdjustedSheets, rated_at: Array | None) -> pd.DataFrame:
    """Return one row a rater, sorted by rater_id.

    Columns: rater_id, severity (levels, positive = harder than the mean of the raters with whom
    comparison is possible), low, high, note, sheets, group, and each measure with `_low`, `_high` and `_note`:
    consistency (deviation of the sheets from what rep, scenario and severity explain, levels), halo
    (share of variance common to the criteria of one sheet after that, 0-1), central_tendency (how much more often
    the rater takes the middle of the scale than others do for the same performance, share), range_restriction
    (levels the scores rise when the others' score of a rep rises by one: below 1 = squeezed) and
    drift (levels the rater becomes harder from first to last sheet). `rated_at` gives each sheet's time or order.
    """
    only = text("There is only one rater, so severity cannot be seen.")
    apart = text(
        "No other rater can be compared with this one: they have no reps in common, or a scenario of their own each."
    )
    sheets = fitted.posterior.sheets
    severity = centred_effects(
        fitted, sheets.rater_columns, fitted.comparable.raters, lambda alone: only if alone else apart
    )
    residuals = _residuals(sheets, fitted.posterior.typical())
    rows: list[dict[str, object]] = []
    for code, name in enumerate(fitted.names.raters):
        places = np.flatnonzero(sheets.rater == code)
        figures = {
            "consistency": _consistency(residuals, places, fitted.interval),
            "halo": _halo(residuals, adjusted, places, fitted.interval),
            "central_tendency": _central_tendency(fitted, adjusted, places),
            "range_restriction": _range_restriction(fitted, residuals, code),
            "drift": _drift(residuals, places, rated_at, fitted.interval),
        }
        row: dict[str, object] = {"rater_id": name, **severity[code].columns("severity", bare=True)}
        row |= {"sheets": len(places), "group": int(fitted.comparable.raters[code]) + 1}
        for measure in MEASURES:
            row |= figures[measure].columns(measure)
        rows.append(row)
    return pd.DataFrame(rows).sort_values("rater_id", ignore_index=True)


def _columns(sheets: Sheets, deviations: Array) -> tuple[Array, Array]:
    """Return all effects as columns in units of their deviations, and the precision of each (0 = flat)."""
    groups, reps, raters, scenarios = sheets.sizes
    pair = np.unique(sheets.rep * scenarios + sheets.scenario, return_inverse=True)[1]
    size = [1.0] * groups + [deviations[1]] * raters + [deviations[2]] * scenarios
    columns = [
        sheets.effects * np.array(size),
        deviations[0] * np.eye(reps)[sheets.rep],
        deviations[3] * np.eye(int(pair.max()) + 1)[pair],
    ]
    joined = np.concatenate(columns, axis=1)
    precision = np.ones(joined.shape[1])
    precision[:groups] = 0.0
    return joined, precision


def _residuals(sheets: Sheets, deviations: Array) -> _Residuals:
    """Solve the mixed model equations once (Henderson), for the deviations' typical values."""
    columns, precision = _columns(sheets, deviations)
    scale = np.sqrt(deviations[4] ** 2 + sheets.extra)
    columns /= scale[:, None]
    factor = np.linalg.cholesky(columns.T @ columns + np.diag(precision))
    basis = np.linalg.solve(factor, columns.T).T
    return _Residuals(scale, sheets.composite / scale, basis, float(deviations[4]))


def _left(residuals: _Residuals) -> Array:
    return np.asarray(residuals.values - residuals.basis @ (residuals.basis.T @ residuals.values), dtype=float)


def _consistency(residuals: _Residuals, places: NDArray[np.intp], interval: float) -> Figure:
    """Compare the rater's residuals with what the model expects of them; chi-square interval (Satterthwaite 1946)."""
    expected, freedom = residuals.freedom(places)
    if freedom < _LEAST_FREEDOM:
        return refused(text("Too few sheets of this rater can be checked against other sheets of the same reps."))
    mean_square = float((_left(residuals)[places] ** 2).sum()) / expected
    ends = [freedom / float(chdtri(freedom, share)) for share in ((1 - interval) / 2, (1 + interval) / 2)]
    if mean_square < _NO_SPREAD:
        return refused(text("The sheets of this rater fit the others exactly, so there is no interval."), 0.0)
    value, low, high = (residuals.residual_sd * np.sqrt(mean_square * factor) for factor in (1.0, *ends))
    return Figure(float(value), float(low), float(high))


def _halo(residuals: _Residuals, adjusted: AdjustedSheets, places: NDArray[np.intp], interval: float) -> Figure:
    """Intraclass correlation of criteria within a sheet after the model's effects (Shrout and Fleiss 1979, form 1)."""
    expected, freedom = residuals.freedom(places)
    cells = adjusted.detrended()[places]
    seen = ~np.isnan(cells)
    count = seen.sum(axis=1)
    inside = int((count - 1).sum())
    if freedom < _LEAST_FREEDOM or inside < 2 * _LEAST_FREEDOM:
        return refused(text("Too few sheets of this rater with several criteria can be checked against other sheets."))
    means = np.nansum(cells, axis=1, keepdims=True) / count[:, None]
    within = float(np.nansum((cells - means) ** 2)) / inside
    if within < _NO_SPREAD:
        return refused(
            text("This rater rates all criteria of a sheet alike, so halo and true likeness cannot be told apart.")
        )
    between = residuals.residual_sd**2 * float((_left(residuals)[places] ** 2).sum()) / expected
    share = np.where(seen, adjusted.weights, 0.0)
    criteria = float((share.sum(axis=1) ** 2 / (share**2).sum(axis=1)).mean())
    ratio = between * criteria / within
    tails = ((1 + interval) / 2, (1 - interval) / 2)
    ratios = [ratio, *(ratio / float(fdtri(freedom, inside, share)) for share in tails)]
    value, low, high = (max((one - 1) / (one - 1 + criteria), 0.0) for one in ratios)
    return Figure(value, low, high)


def _central_tendency(fitted: Fitted, adjusted: AdjustedSheets, places: NDArray[np.intp]) -> Figure:
    sheets = fitted.posterior.sheets
    by_rep: dict[Hashable, list[float]] = {}
    middle = np.where(np.isnan(adjusted.ratings), np.nan, (np.abs(adjusted.ratings - _MIDDLE) < 0.5).astype(float))
    for place in places:
        same = (sheets.rep == sheets.rep[place]) & (sheets.scenario == sheets.scenario[place])
        same[place] = False
        both = ~np.isnan(middle[same]) & ~np.isnan(middle[place])
        if both.any():
            differences = np.where(both, middle[place] - middle[same], 0.0)
            by_rep.setdefault(int(sheets.rep[place]), []).append(float(differences.sum() / both.sum()))
    if len(by_rep) < _LEAST_SHARED:
        return refused(
            text("Fewer than {needed} reps of this rater were scored by another rater in the same scenario.", needed=_LEAST_SHARED)
        )  # fmt: skip
    means = np.array([np.mean(values) for values in by_rep.values()])
    no_spread = text("This rater differs from the others in the same way on every rep, so there is no interval.")
    return mean_figure(means, fitted.interval, no_spread)


def _range_restriction(fitted: Fitted, residuals: _Residuals, code: int) -> Figure:
    """Regress the rater's score of each rep on what the others' sheets alone say of the same performances.

    That prediction is shrunk already, so a rater who uses the scale like the others has a slope of 1.
    """
    sheets = fitted.posterior.sheets
    own = sheets.rater == code
    performance = sheets.rep * sheets.sizes[3] + sheets.scenario
    own_shared = np.flatnonzero(own & np.isin(performance, performance[~own]))
    reps, which = np.unique(sheets.rep[own_shared], return_inverse=True)
    if len(reps) < _LEAST_REPS:
        return refused(
            text(
                "Fewer than {needed} reps of this rater were also scored by others in the same scenario.",
                needed=_LEAST_REPS,
            )
        )
    columns, precision = _columns(sheets, fitted.posterior.typical())
    columns[:, sheets.rater_columns.start + code] = 0.0
    rest = columns[~own] / residuals.scale[~own, None]
    # Groups that only this rater has scored have no level in the rest; a trace of prior keeps it solvable.
    found = np.linalg.solve(rest.T @ rest + np.diag(precision + 1e-9), rest.T @ residuals.values[~own])
    count = np.bincount(which)
    predicted = np.bincount(which, columns[own_shared] @ found) / count
    given = np.bincount(which, sheets.composite[own_shared]) / count
    away = predicted - predicted.mean()
    if float(away.std()) < _LEAST_SPREAD:
        return refused(
            text("By the other raters’ sheets these reps are too much alike to see how far this rater spreads them.")
        )
    slope = float(away @ given / (away @ away))
    rest_of = given - given.mean() - slope * away
    half = float(stdtrit(len(reps) - 2, 0.5 + fitted.interval / 2))
    half *= float(np.sqrt((rest_of @ rest_of) / (len(reps) - 2) / (away @ away)))
    return Figure(slope, slope - half, slope + half)


def _drift(residuals: _Residuals, places: NDArray[np.intp], rated_at: Array | None, interval: float) -> Figure:
    """Add the rater's own time trend to the model (generalised least squares for the deviations' typical values)."""
    if rated_at is None:
        return refused(text("The ratings carry no time (column rated_at), so a drift cannot be seen."))
    moments = rated_at[places]
    if np.isnan(moments).any() or len(np.unique(moments)) < _LEAST_SHARED:
        return refused(text("A drift needs the times of all sheets of this rater, at least {needed} different ones.", needed=_LEAST_SHARED))  # fmt: skip
    trend = np.zeros(len(residuals.values))
    trend[places] = (moments - moments.mean()) / np.ptp(moments)
    trend /= residuals.scale
    alone = trend - residuals.basis @ (residuals.basis.T @ trend)
    information = float(trend @ alone)
    _, freedom = residuals.freedom(places)
    if freedom < _LEAST_FREEDOM or information < 1e-6:
        return refused(text("Too few sheets of this rater can be checked against other sheets of the same reps."))
    slope = -float(alone @ residuals.values) / information
    half = float(stdtrit(freedom, 0.5 + interval / 2)) / np.sqrt(information)
    return Figure(slope, slope - half, slope + half)
