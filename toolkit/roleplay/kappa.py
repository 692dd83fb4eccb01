"""Agreement beyond chance on categories: weighted kappa, Fleiss' kappa, Gwet's AC1 and AC2."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from toolkit.errors import InputError
from toolkit.roleplay.rating_table import (
    NO_SPREAD,
    Agreement,
    CodedRatings,
    Numbers,
    RatingTable,
    agreement_of,
    all_the_same,
    check_interval,
    exact_agreement,
    read_categories,
    refused,
    why_not_comparable,
)
from toolkit.roleplay.weighting import Weights, agreement_weights
from toolkit.wording import text

_LARGE_SAMPLE = 30
_LEAST_SUBJECTS = 8

Labels: TypeAlias = "pd.Series[Any] | NDArray[Any] | Sequence[Any]"


def weighted_kappa(
    first: Labels,
    second: Labels,
    weights: Weights = "unweighted",
    *,
    categories: Sequence[Any] | None = None,
    interval: float = 0.90,
) -> Agreement:
    """Return Cohen's kappa (1960) or weighted kappa (1968) of two raters.

    `first` and `second` are their ratings of the same subjects in the same order, numbers or words,
    nan for what was not rated; subjects with one rating only do not count. `weights` is
    "unweighted", "linear" or "quadratic" in the difference of the ratings (categories nobody used
    change nothing), "ordinal", or a matrix of agreement or, with zeros on the diagonal, of
    disagreement: rows for `first`, columns for `second`, in the order of `categories` (default:
    those that occur, numbers by size, words by alphabet). Words have no distance without `categories`.

    The interval is the large-sample one of Fleiss, Cohen and Everitt (1969); below 30 subjects,
    where that is too narrow, its standard error leaves out one subject after the other (jackknife)
    and takes a t quantile. At .90 it holds .84-.95 from 5 subjects up (tests/benchmarks/agreement_intervals.py).
    It is nan, with a note, where agreement is perfect or one rater gave everybody the same; so is
    the estimate where both did. Raises `InputError` for raters with
    different numbers of ratings, unusable weights or an `interval` outside 0-1.
    """
    check_interval(interval)
    coded = read_categories(_side_by_side(first, second), categories)
    note = why_not_comparable(coded.seen)
    if note:
        return refused(coded.seen, interval, note)
    both = coded.codes[coded.seen.all(axis=1)]
    credit = agreement_weights(weights, coded)
    shares = _table_of(both, len(credit))
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    agreed, by_chance, kappa = _two_raters(shares, credit)
    if np.isnan(kappa):
        return refused(coded.seen, interval, all_the_same())
    if agreed > 1 - NO_SPREAD:
        return agreement_of(coded.seen, interval, 1.0, None, exact_agreement())
    expected = (credit @ columns)[:, None] + (credit.T @ rows)[None, :]
    variance = float((shares * (credit - expected * (1 - kappa)) ** 2).sum())
    variance = (variance - (kappa - by_chance * (1 - kappa)) ** 2) / (len(both) * (1 - by_chance) ** 2)
    quantile = float(ndtri(0.5 + interval / 2))
    if len(both) < _LARGE_SAMPLE and variance > NO_SPREAD:
        variance = _jackknifed(both, credit)
        quantile = float(stdtrit(len(both) - 1, 0.5 + interval / 2))
    return _with_interval(coded, interval, kappa, variance, quantile)


def _table_of(both: NDArray[np.int64], size: int) -> Numbers:
    """Return the share of subjects with each pair of categories."""
    shares = np.zeros((size, size))
    np.add.at(shares, (both[:, 0], both[:, 1]), 1 / len(both))
    return shares


def _two_raters(shares: Numbers, credit: Numbers) -> tuple[float, float, float]:
    """Return what is agreed, what would be by chance, and kappa (nan where chance is everything)."""
    agreed = float((shares * credit).sum())
    by_chance = float(shares.sum(axis=1) @ credit @ shares.sum(axis=0))
    return agreed, by_chance, (agreed - by_chance) / (1 - by_chance) if by_chance < 1 - NO_SPREAD else np.nan


def _jackknifed(both: NDArray[np.int64], credit: Numbers) -> float:
    """Return the variance of kappa by leaving out one subject at a time."""
    without = (np.delete(both, one, axis=0) for one in range(len(both)))
    kappas = np.array([_two_raters(_table_of(rest, len(credit)), credit)[2] for rest in without])
    kept = kappas[~np.isnan(kappas)]
    # Where leaving one out leaves a single category there is no kappa; hardly any left is no spread.
    if len(kept) < 3:
        return 0.0
    return float((len(kept) - 1) * kept.var())


def fleiss_kappa(table: RatingTable, *, interval: float = 0.90) -> Agreement:
    """Return Fleiss' kappa (1971) of several raters on categories without order.

    `table` has subjects in rows, raters in columns and nan for what was not rated; ratings are
    numbers or words. Raters need not be the same people for each subject. With missing ratings
    agreement is averaged over subjects with two or more, chance over all (Gwet 2014). The interval
    is Gwet's (2008) from the spread between subjects with a t quantile, for more people like those rated; not
    Fleiss' own, which holds only where there is no agreement at all. It takes eight subjects with
    two ratings, below which it is far too narrow; at .90 it holds .80-.91 from 10 subjects up. nan with a note as in `weighted_kappa`. Raises `InputError` for a table of another shape or an `interval` outside 0-1.
    """
    check_interval(interval)
    coded = read_categories(table)
    return _several_raters(coded, np.eye(len(coded.labels)), interval, gwet=False)


def gwet_ac(
    table: RatingTable,
    weights: Weights = "unweighted",
    *,
    categories: Sequence[Any] | None = None,
    interval: float = 0.90,
) -> Agreement:
    """Return Gwet's AC1 (2008; `weights` "unweighted") or AC2 (2014; all others) of several raters.

    `table` and missing ratings are as in `fleiss_kappa`, `weights` as in `weighted_kappa`. Unlike
    kappa it stays high where nearly everybody gets the same rating. Chance depends on how many
    categories there are: name all of the scale in `categories` (such as range(1, 6)), or those that
    occur are taken. Interval, notes and errors are as in `fleiss_kappa`; a single category is refused.
    """
    check_interval(interval)
    coded = read_categories(table, categories)
    return _several_raters(coded, agreement_weights(weights, coded), interval, gwet=True)


def _several_raters(coded: CodedRatings, credit: Numbers, interval: float, *, gwet: bool) -> Agreement:
    note = why_not_comparable(coded.seen)
    if note:
        return refused(coded.seen, interval, note)
    counts = coded.counts()
    counts = counts[counts.sum(axis=1) > 0]
    ratings = counts.sum(axis=1)
    subjects, size = counts.shape
    if size < 2:
        return refused(coded.seen, interval, all_the_same())
    shares = (counts / ratings[:, None]).mean(axis=0)
    if gwet:
        pull = credit.sum() / (size * (size - 1)) * (1 - shares)
    else:
        pull = (credit + credit.T) @ shares / 2
    by_chance = float(shares @ pull)
    if by_chance > 1 - NO_SPREAD:
        return refused(coded.seen, interval, all_the_same())
    paired = ratings > 1
    agreed = np.zeros(subjects)
    agreed[paired] = ((counts * (counts @ credit.T - 1)).sum(axis=1) / np.maximum(ratings * (ratings - 1), 1))[paired]
    if agreed[paired].min() > 1 - NO_SPREAD:
        return agreement_of(coded.seen, interval, 1.0, None, exact_agreement())
    kappa = float((agreed[paired].mean() - by_chance) / (1 - by_chance))
    if paired.sum() < _LEAST_SUBJECTS:
        note = text(
            "No interval: it takes at least {needed} people whom two raters have rated, and there are {found}.",
            needed=_LEAST_SUBJECTS,
            found=int(paired.sum()),
        )
        return agreement_of(coded.seen, interval, kappa, None, note)
    # Each subject's own part in kappa, chance included (Gwet 2008, linearised).
    own = subjects / paired.sum() * (agreed - by_chance * paired) / (1 - by_chance)
    own = own - 2 * (1 - kappa) * (counts @ pull / ratings - by_chance) / (1 - by_chance)
    variance = float(((own - kappa) ** 2).sum() / (subjects * (subjects - 1)))
    return _with_interval(coded, interval, kappa, variance, float(stdtrit(subjects - 1, 0.5 + interval / 2)))


def _with_interval(
    coded: CodedRatings, interval: float, estimate: float, variance: float, quantile: float
) -> Agreement:
    """Return the estimate with an interval on both sides, kept inside -1 and 1."""
    if variance < NO_SPREAD:
        note = text("No interval: all people were rated alike, or one rater gave everybody the same rating.")
        return agreement_of(coded.seen, interval, estimate, None, note)
    half = quantile * float(np.sqrt(variance))
    # Missing ratings may carry Fleiss' kappa itself below -1.
    ends = max(estimate - half, min(estimate, -1.0)), min(estimate + half, 1.0)
    return agreement_of(coded.seen, interval, estimate, ends, None)


def _side_by_side(first: Labels, second: Labels) -> RatingTable:
    """Return the two raters' ratings as columns."""
    if len(first) != len(second):
        raise InputError(
            text(
                "The two raters must have rated the same people: one has {first} ratings, the other {second}.",
                first=len(first),
                second=len(second),
            ),
            remedy=text("Leave a cell empty for each person one of them did not rate."),
        )
    if isinstance(first, pd.Series) and isinstance(second, pd.Series) and not first.index.equals(second.index):
        raise InputError(text("The two raters' ratings must name the same people in the same order."))
    return np.array([list(first), list(second)], dtype=object).reshape(2, len(first)).T
