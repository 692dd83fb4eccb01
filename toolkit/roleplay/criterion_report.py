"""Criteria one by one: difficulty, agreement, discrimination and what dropping one does to alpha.

The unit is the rep: criteria of one sheet and sheets of one rep are not independent, so intervals count
reps, never cells.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import fdtri, ndtri

from toolkit.roleplay.criterion_adjustment import AdjustedSheets
from toolkit.roleplay.figure import Figure, mean_figure, refused
from toolkit.wording import text

Array = NDArray[np.float64]

MEASURES = ("agreement", "discrimination", "alpha_if_dropped")
_LEAST_REPS = 4
_NO_SPREAD = 1e-9


def criterion_table(adjusted: AdjustedSheets, unseen: list[str], interval: float) -> tuple[pd.DataFrame, Figure]:
    """Return one row a criterion, sorted by criterion_id, and Cronbach's alpha of all criteria.

    Columns: criterion_id, difficulty (levels, positive = harder than the mean criterion, for these raters and
    scenarios), low, high, note, observed (sheets), and each measure with `_low`, `_high` and `_note`:
    agreement (share of the variance of one rating that raters of the same performance have in common: intraclass
    correlation, form 1), discrimination (correlation with the rest of the rubric over reps' means) and
    alpha_if_dropped (alpha of the rest). `unseen` names criteria that nobody has observed.
    """
    by_rep = _means_by(adjusted.ratings, adjusted.table["rep_id"])
    rows: list[dict[str, object]] = []
    for code, name in enumerate(adjusted.criteria):
        row: dict[str, object] = {"criterion_id": name}
        row |= _difficulty(adjusted, code, interval).columns("difficulty", bare=True)
        row["observed"] = int((~np.isnan(adjusted.ratings[:, code])).sum())
        row |= _agreement(adjusted, code, interval).columns("agreement")
        row |= _discrimination(by_rep, adjusted.weights, code, interval).columns("discrimination")
        row |= cronbach_alpha(np.delete(by_rep, code, axis=1), interval).columns("alpha_if_dropped")
        rows.append(row)
    nobody = refused(text("Nobody has observed this criterion."))
    for name in unseen:
        row = {"criterion_id": name, **nobody.columns("difficulty", bare=True), "observed": 0}
        for measure in MEASURES:
            row |= nobody.columns(measure)
        rows.append(row)
    table = pd.DataFrame(rows).sort_values("criterion_id", ignore_index=True)
    return table, cronbach_alpha(by_rep, interval)


def cronbach_alpha(table: Array, interval: float) -> Figure:
    """Return Cronbach's alpha of people x criteria with Feldt's interval (Psychometrika 1965, 30:357).

    People with a missing value are left out.
    """
    complete = table[~np.isnan(table).any(axis=1)]
    people, criteria = complete.shape
    if criteria < 2:
        return refused(text("Alpha, the agreement of criteria with each other, takes at least two criteria."))
    if people < _LEAST_REPS:
        return refused(text("Fewer than {needed} reps were seen on all these criteria.", needed=_LEAST_REPS))
    total = float(complete.sum(axis=1).var(ddof=1))
    if total < _NO_SPREAD:
        return refused(text("All reps have the same total, so alpha, the agreement of criteria, has no value."))
    alpha = criteria / (criteria - 1) * (1 - float(complete.var(axis=0, ddof=1).sum()) / total)
    if alpha > 1 - _NO_SPREAD:
        return refused(text("These criteria go together exactly, so there is no interval."), 1.0)
    freedom = people - 1, (people - 1) * (criteria - 1)
    low, high = (1 - (1 - alpha) * float(fdtri(*freedom, share)) for share in ((1 + interval) / 2, (1 - interval) / 2))
    return Figure(alpha, low, high)


def _means_by(values: Array, keys: pd.Series) -> Array:
    return np.asarray(pd.DataFrame(values).groupby(keys.to_numpy(), sort=True).mean().to_numpy(), dtype=float)


def _difficulty(adjusted: AdjustedSheets, code: int, interval: float) -> Figure:
    """Take the fitted effect; its interval comes from how the rest differs between reps."""
    effect = 0.0 - float(adjusted.effects[code])
    if len(adjusted.criteria) < 2:
        return refused(text("There is only one criterion, so there is nothing to compare its difficulty with."))
    others = np.delete(adjusted.detrended(), code, axis=1)
    beside = ~np.isnan(others)
    count = beside.sum(axis=1)
    usable = ~np.isnan(adjusted.ratings[:, code]) & (count > 0)
    rest = np.where(beside, others, 0.0).sum(axis=1)[usable] / count[usable]
    gap = (rest - adjusted.ratings[usable, code])[:, None]
    gaps = _means_by(gap, adjusted.table["rep_id"][usable])[:, 0] if usable.any() else np.empty(0)
    if len(gaps) < 2:
        return refused(text("Fewer than two reps were seen on this criterion beside another one."), effect)
    no_spread = text("This criterion differs from the others by the same amount on every rep, so there is no interval.")
    found = mean_figure(gaps, interval, no_spread)
    # The gap to the other criteria is larger than the distance from the mean of all, which holds this one too.
    half = (found.high - found.low) / 2 * (1 - 1 / len(adjusted.criteria))
    return Figure(effect, effect - half, effect + half, found.note)


def _agreement(adjusted: AdjustedSheets, code: int, interval: float) -> Figure:
    """Intraclass correlation of one rating of a performance, form 1 (Shrout and Fleiss 1979), unequal numbers."""
    seen = adjusted.table.assign(rating=adjusted.ratings[:, code]).dropna(subset=["rating"])
    performances = seen.groupby(["rep_id", "scenario_id"], sort=True)["rating"].agg(["count", "mean", "var"])
    performances = performances[performances["count"] >= 2]
    if len(performances) < _LEAST_REPS:
        return refused(
            text("Fewer than {needed} performances were rated on this criterion by two raters.", needed=_LEAST_REPS)
        )
    count, mean, variance = (performances[name].to_numpy(dtype=float) for name in ("count", "mean", "var"))
    freedom = len(count) - 1, float(count.sum() - len(count))
    within = float(((count - 1) * variance).sum()) / freedom[1]
    grand = float((count * mean).sum() / count.sum())
    between = float((count * (mean - grand) ** 2).sum()) / freedom[0]
    if between + within < _NO_SPREAD:
        return refused(text("All ratings of this criterion are the same, so agreement has no value."))
    raters = float((count.sum() - (count**2).sum() / count.sum()) / freedom[0])
    if within < _NO_SPREAD:
        return refused(text("Raters agree exactly on this criterion, so there is no interval."), 1.0)
    ratio = between / within
    tails = ((1 + interval) / 2, (1 - interval) / 2)
    ratios = [ratio, *(ratio / float(fdtri(*freedom, share)) for share in tails)]
    value, low, high = ((one - 1) / (one - 1 + raters) for one in ratios)
    return Figure(value, low, high)


def _discrimination(by_rep: Array, weights: Array, code: int, interval: float) -> Figure:
    """Correlation over reps' means with the mean of the other criteria; interval after Fisher's z."""
    if by_rep.shape[1] < 2:
        return refused(text("There is only one criterion, so there is no rest of the rubric to compare with."))
    others = np.delete(by_rep - np.nanmean(by_rep, axis=0), code, axis=1)
    share = np.where(np.isnan(others), 0.0, np.delete(weights, code))
    total = share.sum(axis=1)
    usable = ~np.isnan(by_rep[:, code]) & (total > 0)
    if usable.sum() < _LEAST_REPS:
        return refused(
            text("Fewer than {needed} reps were seen on this criterion beside another one.", needed=_LEAST_REPS)
        )
    rest = (np.where(np.isnan(others), 0.0, others) * share).sum(axis=1)[usable] / total[usable]
    own = by_rep[usable, code]
    if own.std() < _NO_SPREAD or rest.std() < _NO_SPREAD:
        return refused(text("The reps do not differ here, so a criterion cannot show who is better."))
    value = float(np.corrcoef(own, rest)[0, 1])
    if abs(value) > 1 - _NO_SPREAD:
        return refused(text("This criterion and the rest go together exactly, so there is no interval."), value)
    half = float(ndtri(0.5 + interval / 2)) / np.sqrt(usable.sum() - 3)
    low, high = np.tanh(np.arctanh(value) + np.array([-half, half]))
    return Figure(value, float(low), float(high))
