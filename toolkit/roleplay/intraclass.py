"""Intraclass correlations: which part of the differences between ratings comes from those who were rated."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.optimize import brentq
from scipy.special import fdtri

from toolkit.errors import InputError
from toolkit.roleplay.rating_table import (
    NO_SPREAD,
    Agreement,
    Numbers,
    RatingTable,
    agreement_of,
    all_the_same,
    check_interval,
    exact_agreement,
    read_numbers,
    refused,
    why_not_comparable,
)
from toolkit.wording import Text, text

Form = Literal["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"]


@dataclass(frozen=True)
class _Squares:
    """What ratings show about subjects, raters and the rest under an additive model.

    `loads` are squared contrasts between subjects with expectation `error` + `weights` x subjects'
    variance; `freedom`, `error_freedom` and `rater_freedom` are degrees of freedom, `error` and
    `rater` mean squares. `per_subject` and `per_rater` are what take the place of the numbers of
    ratings a subject and a rater have when all cells are filled. `size` is the sum of squares
    around the grand mean.
    """

    loads: Numbers
    weights: Numbers
    freedom: int
    error: float
    error_freedom: int
    rater: float
    rater_freedom: int
    per_subject: float
    per_rater: float
    size: float

    def between(self, ratio: float) -> float:
        """Return the subjects' variance at which their mean square is `ratio` times its expectation."""
        wanted = ratio * self.freedom
        used = self.loads > NO_SPREAD * self.size
        loads, weights = self.loads[used], self.weights[used]
        if np.ptp(self.weights) < 1e-9 * self.weights.max():
            return float((self.loads.sum() / wanted - self.error) / self.weights[0])

        def excess(variance: float) -> float:
            return float((loads / (self.error + weights * variance)).sum() - wanted)

        # At the lower end the contrast with the largest weight alone is enough, at the upper end
        # all of them are too little even without error.
        most = int(np.argmax(weights))
        low = (loads[most] / wanted - self.error) / weights[most]
        high = (loads / weights).sum() / wanted
        # Without error the ends meet, and rounding may pass either.
        if excess(low) <= 0 or high <= low:
            return float(low)
        return float(high) if excess(high) >= 0 else float(brentq(excess, low, high, xtol=1e-14, rtol=1e-13))


def icc(table: RatingTable, form: Form, *, interval: float = 0.90) -> Agreement:
    """Return an intraclass correlation with its interval.

    `table` has subjects in rows, raters in columns and nan for what was not rated (a DataFrame with
    nothing but ratings, an array or lists); `form` is named as by Shrout and Fleiss (1979):
    "1,1" subjects were rated by different raters each; "2,1" the same raters rated them and their
    severity counts as disagreement; "3,1" their severity is set aside. "1,k", "2,k" and "3,k" are
    the same for the mean of all k raters in the table.

    With all cells filled, estimates and intervals are those of Shrout and Fleiss (1979) and McGraw
    and Wong (1996); negative estimates are not cut off (at -1 for one rater, not at all for means). With empty cells nobody is dropped: the
    subjects' variance is where the quadratic form of Wald (1947; Harville and Fenech 1985) in the
    subjects' contrasts equals its expectation, which gives forms 1 and 3 exact intervals in normal
    data; form 2 takes raters' and residual mean squares by fitting constants (Henderson's method
    3) into the interval of McGraw and Wong, an approximation.

    Estimate or interval are nan, with a note, where there are fewer than two raters or two subjects
    with two ratings, where raters share too few subjects to be told apart from them, or where
    nothing differs. Raises `InputError` for an unknown form, an `interval` outside 0-1 and cells
    that are not numbers.
    """
    check_interval(interval)
    if form not in get_args(Form):
        known = "; ".join(get_args(Form))
        raise InputError(text("There is no form “{form}”. The forms are: {forms}.", form=str(form), forms=known))
    values = read_numbers(table)
    seen = ~np.isnan(values)
    note = why_not_comparable(seen)
    if note:
        return refused(seen, interval, note)
    values = values[seen.any(axis=1)][:, seen.any(axis=0)]
    if np.nanmax(values) == np.nanmin(values):
        return refused(seen, interval, all_the_same())
    squares = _squares(values, two_way=form[0] != "1")
    if squares.error_freedom < 1 or squares.freedom < 1 or (form[0] == "2" and squares.rater_freedom < 1):
        note = text("Too few people were rated by the same raters to tell people, raters and chance apart.")
        return refused(seen, interval, note)
    averaged = values.shape[1] if form[2] == "k" else 1
    estimate, ends, note = _figures(squares, form, averaged, interval)
    return agreement_of(seen, interval, estimate, ends, note)


def _figures(
    squares: _Squares, form: Form, averaged: int, interval: float
) -> tuple[float, tuple[float, float] | None, Text | None]:
    """Return estimate, interval and what is to be said of them."""
    tiny = NO_SPREAD * squares.size
    between = squares.loads.sum()
    divisor = squares.error
    if form[0] == "2":
        divisor = (squares.rater + (squares.per_rater - 1) * squares.error) / squares.per_rater
    if between <= tiny and (divisor <= tiny or np.ptp(squares.weights) > 0):
        same = text("On average all people were rated the same, so there are no differences to agree about.")
        return np.nan, None, same
    if divisor <= tiny:
        return 1.0, None, exact_agreement()

    def correlation(ratio: float) -> float:
        odds = averaged * squares.between(ratio) / divisor
        if averaged == 1:
            return max(odds / (1 + odds), -1.0) if odds > -0.5 else -1.0
        return odds / (1 + odds) if odds > -1 + 1e-9 else -np.inf

    estimate = correlation(1.0)
    if np.isinf(estimate):
        note = text("The means of the people rated differ less than chance alone would make them: there is no figure.")
        return np.nan, None, note
    if between <= tiny:
        return estimate, None, text("No interval: on average all people were rated the same.")
    freedom = float(squares.error_freedom)
    if form[0] == "2":
        freedom = _pooled_freedom(squares, squares.between(1.0) / divisor)
    ends = _ends(correlation, squares.freedom, freedom, interval)
    if np.isinf(ends).any():
        return estimate, None, text("No interval: with so few ratings its lower end has no limit.")
    return estimate, ends, None


def _ends(
    correlation: Callable[[float], float], freedom: int, error_freedom: float, interval: float
) -> tuple[float, float]:
    tail = (1 - interval) / 2
    low = correlation(float(fdtri(freedom, error_freedom, 1 - tail)))
    return low, correlation(float(fdtri(freedom, error_freedom, tail)))


def _pooled_freedom(squares: _Squares, odds: float) -> float:
    """Return Satterthwaite's degrees of freedom of raters' and residual variance together."""
    share = squares.per_subject * odds / squares.per_rater
    rater = share * squares.rater
    error = (1 + share * (squares.per_rater - 1)) * squares.error
    least = float(min(squares.rater_freedom, squares.error_freedom))
    parts = rater**2 / squares.rater_freedom + error**2 / squares.error_freedom
    # With a negative estimate the first part is subtracted, where the formula has no lower bound of its own.
    return max((rater + error) ** 2 / parts, least) if parts > 0 else least


def _squares(values: Numbers, *, two_way: bool) -> _Squares:
    """Return the sums of squares of a table in which each row and column has a rating."""
    seen = ~np.isnan(values)
    total = int(seen.sum())
    size = float(np.nansum((values - np.nanmean(values)) ** 2))
    by_rater = seen.sum(axis=0) if two_way else np.array([total])
    shares = seen.astype(float) if two_way else seen.sum(axis=1, keepdims=True).astype(float)
    centred = values - (np.nanmean(values, axis=0) if two_way else np.nanmean(values))
    pull = np.nansum(centred, axis=1)
    if seen.all():
        raters = seen.shape[1]
        loads, weights = np.array([(pull**2).sum() / raters]), np.array([float(raters)])
        rank, effects = len(values) - 1, pull / raters
    else:
        information = np.diag(seen.sum(axis=1).astype(float)) - (shares / by_rater) @ shares.T
        roots, axes = np.linalg.eigh(information)
        kept = roots > 1e-9 * roots.max(initial=1.0)
        weights, scores = roots[kept], axes[:, kept].T @ pull
        loads, rank = scores**2 / weights, int(kept.sum())
        effects = axes[:, kept] @ (scores / weights)
    # What the subjects' effects add to each rater's mean is taken out again.
    shift = (shares * effects[:, None]).sum(axis=0) / by_rater
    residual = float(np.nansum((centred - effects[:, None] + shift) ** 2))
    error_freedom = total - rank - len(by_rater)
    rater_freedom = rank + len(by_rater) - len(values)
    alone = float(np.nansum((values - np.nanmean(values, axis=1, keepdims=True)) ** 2))
    return _Squares(
        loads=loads,
        weights=weights,
        freedom=rank,
        error=residual / max(error_freedom, 1),
        error_freedom=error_freedom,
        rater=(alone - residual) / max(rater_freedom, 1),
        rater_freedom=rater_freedom,
        per_subject=float((seen.sum(axis=1).sum() - (shares**2 / by_rater).sum()) / max(rank, 1)),
        per_rater=(total - len(values)) / max(rater_freedom, 1),
        size=size,
    )
