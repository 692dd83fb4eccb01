"""Did it work: what people gained, net of chance and of what everybody gained, with its uncertainty."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from toolkit.errors import InputError, NotEnoughData
from toolkit.plans.kirkpatrick import kirkpatrick_reach
from toolkit.plans.measurement import KEYS, checked_levels, unshrunk
from toolkit.plans.paired_gains import Gains, gains_of, paired
from toolkit.plans.uplift_estimate import Array, Estimate, ancova, before_after, difference_in_differences
from toolkit.plans.uplift_result import Method, Uplift, UpliftFigure, Verdict
from toolkit.plans.uplift_words import assumptions
from toolkit.wording import counted, text

FEWEST = 3


@dataclass(frozen=True)
class Comparison:
    """People not trained meanwhile: their levels `after` and, unless chance decided, `before`.

    `randomised`: chance decided who was trained (a waiting list by lot). `same_raters`: both groups were rated by the
    same raters at each time, so that what moves all levels of a time together cancels.
    """

    after: pd.DataFrame
    before: pd.DataFrame | None = None
    randomised: bool = False
    same_raters: bool = True


def measure_uplift(
    before: pd.DataFrame,
    after: pd.DataFrame,
    comparison: Comparison | None = None,
    *,
    picked_from: pd.DataFrame | None = None,
    estimated_with: tuple[pd.DataFrame, pd.DataFrame] | None = None,
    error_correlation: float = 0.0,
    occasion_sd: float = 0.1,
    sources: Iterable[str] = (),
    coverage: float = 0.9,
    worthwhile: float = 0.2,
) -> Uplift:
    """Return what the people in `before` and `after` gained between the two.

    All tables are SkillLevels-like (person_id, competency_id, level, sd) on one scale, net of rater severity.

    `picked_from`: where people were picked because they scored low, the levels before of everybody they were picked
    from, themselves included; regression to the mean is taken out (Kelley's formula, see `plans.measurement`).
    `estimated_with`: where a model has drawn the levels towards the mean (as `skillgap.estimate_levels` does), everybody's
    levels as estimated together with those before and with those after; all levels are turned back into measurements.
    `error_correlation`: assumed between a person's errors of measurement before and after, -1 to 1. 0 suits fresh
    evidence by other raters; one rater both times shares a halo, for which .3 is a fair guess. It matters for single
    people and for regression to the mean, not for the interval of a mean gain.
    `occasion_sd`: standard deviation (levels) of what moves all levels of one time against the other together, such as
    what is left of raters' severity. It cancels against a comparison with the same raters.
    `sources`: what the levels after rest on (`vocabulary.SOURCES`), for Kirkpatrick's level.
    `worthwhile`: the smallest gain worth the effort, in levels.

    Without `comparison` the mean gain; with one that chance decided, or where the level before alone decided
    (`picked_from`), analysis of covariance; otherwise difference in differences. See `plans.uplift_estimate`.

    Raises `InputError` for bad tables or numbers and `NotEnoughData` with fewer than three people in a group, or where
    the comparison cannot carry the figure.
    """
    _refuse_numbers(error_correlation, occasion_sd, coverage, worthwhile)
    everybody = None if picked_from is None else checked_levels(picked_from)
    before, after = checked_levels(before), checked_levels(after)
    others = None if comparison is None else _checked(comparison)
    if estimated_with is not None:
        before, after, others, everybody = _unshrunk(before, after, others, everybody, estimated_with)
    trained = paired(before, after)
    _refuse_few(trained)
    _refuse_both(trained, others)
    method = _method(others, everybody is not None)
    moving = 0.0 if others is not None and others.same_raters else occasion_sd
    pairs = _pairs_of(others)
    known = sorted(trained["competency_id"].unique())
    if pairs is not None:
        known = [c for c in known if c in set(pairs["competency_id"])]
        trained = trained[trained["competency_id"].isin(known)]
        _refuse_few(pairs[pairs["competency_id"].isin(known)])
    gains = gains_of(trained, before, everybody, error_correlation)
    figures = []
    for competency in (None, *known):
        chosen = gains if competency is None else gains.of(competency)
        rest = pairs if competency is None or pairs is None else pairs[pairs["competency_id"] == competency]
        if competency is None or _people(chosen.table, rest) >= FEWEST:
            figures.append(_figure(competency, chosen, rest, method, moving, coverage, worthwhile))
    lost = before["person_id"].nunique() - trained["person_id"].nunique()
    notes = assumptions(
        method, everybody is not None, estimated_with is not None, moving, lost, len(figures) - 1, error_correlation
    )
    persons = _persons(gains.table, coverage)
    return Uplift(method, figures[0], tuple(figures[1:]), persons, kirkpatrick_reach(sources), notes)


def _figure(
    competency: str | None,
    gains: Gains,
    others: pd.DataFrame | None,
    method: Method,
    occasion_sd: float,
    coverage: float,
    worthwhile: float,
) -> UpliftFigure:
    own = gains.table.groupby("person_id")[["before", "after", "seen", "gain"]].mean()
    rest = None if others is None else others.groupby("person_id")[["before", "after"]].mean()
    correction = gains.correction_variance if method == "before_after" else 0.0
    estimate, seen = _estimated(own, rest, method, occasion_sd**2 + correction)
    low, high = estimate.interval(coverage)
    return UpliftFigure(
        competency,
        len(own),
        0 if rest is None else len(rest),
        float(own["before"].mean()),
        float(own["after"].mean()),
        seen,
        seen - estimate.gain,
        estimate.gain,
        estimate.se,
        low,
        high,
        estimate.smallest_detectable(coverage),
        _verdict(low, high, worthwhile),
    )


def _estimated(own: pd.DataFrame, rest: pd.DataFrame | None, method: Method, variance: float) -> tuple[Estimate, float]:
    """Return the estimate and the plain difference."""
    if rest is None:
        return before_after(_array(own["gain"]), variance), float(own["seen"].mean())
    if method == "after_only":
        found = difference_in_differences(_array(own["after"]), _array(rest["after"]), variance)
        return found, found.gain
    plain = difference_in_differences(_array(own["seen"]), _array(rest["after"] - rest["before"]), variance)
    if method == "difference_in_differences":
        return plain, plain.gain
    both = pd.concat([own[["before", "after"]], rest])
    trained = np.arange(len(both)) < len(own)
    return ancova(_array(both["before"]), _array(both["after"]), trained, variance), plain.gain


def _array(column: pd.Series) -> Array:
    return column.to_numpy(dtype=float)


def _verdict(low: float, high: float, worthwhile: float) -> Verdict:
    if high < 0:
        return "fell"
    if high < worthwhile:
        return "too_little"
    return "gained" if low > 0 else "cannot_tell"


def _persons(gains: pd.DataFrame, coverage: float) -> pd.DataFrame:
    sure = gains["gain"].abs() > ndtri(0.5 + coverage / 2) * gains["sd"]
    moved = np.where(sure, np.where(gains["gain"] > 0, "up", "down"), "cannot_tell")
    return gains[[*KEYS, "gain", "sd"]].assign(moved=moved).reset_index(drop=True)


def _checked(comparison: Comparison) -> Comparison:
    before = None if comparison.before is None else checked_levels(comparison.before)
    return Comparison(checked_levels(comparison.after), before, comparison.randomised, comparison.same_raters)


def _unshrunk(
    before: pd.DataFrame,
    after: pd.DataFrame,
    others: Comparison | None,
    everybody: pd.DataFrame | None,
    together: tuple[pd.DataFrame, pd.DataFrame],
) -> tuple[pd.DataFrame, pd.DataFrame, Comparison | None, pd.DataFrame | None]:
    first, later = together
    if others is not None:
        back = None if others.before is None else unshrunk(others.before, first)
        others = Comparison(unshrunk(others.after, later), back, others.randomised, others.same_raters)
    wide = None if everybody is None else unshrunk(everybody, first)
    return unshrunk(before, first), unshrunk(after, later), others, wide


def _method(others: Comparison | None, picked: bool) -> Method:
    if others is None:
        return "before_after"
    if others.before is not None:
        return "ancova" if others.randomised or picked else "difference_in_differences"
    if others.randomised:
        return "after_only"
    raise NotEnoughData(
        text("The people not trained were not measured before, and chance did not decide who was trained."),
        remedy=text("Give their levels before, or compare without them."),
    )


def _pairs_of(others: Comparison | None) -> pd.DataFrame | None:
    if others is None:
        return None
    if others.before is not None:
        return paired(others.before, others.after)
    return others.after.rename(columns={"level": "after", "sd": "sd_after"}).assign(before=np.nan, sd_before=np.nan)


def _people(gains: pd.DataFrame, others: pd.DataFrame | None) -> int:
    sizes = [part["person_id"].nunique() for part in (gains, others) if part is not None]
    return min(sizes)


def _refuse_few(pairs: pd.DataFrame) -> None:
    people = pairs["person_id"].nunique()
    if people < FEWEST:
        raise NotEnoughData(
            counted(
                "Cannot tell at this size: {count} person was measured before and after in the same competency.",
                "Cannot tell at this size: {count} people were measured before and after in the same competency.",
                people,
            ),
            remedy=text("At least {least} are needed in each group, and about 20 to see a usual effect.", least=FEWEST),
        )


def _refuse_both(trained: pd.DataFrame, others: Comparison | None) -> None:
    both = set() if others is None else set(trained["person_id"]) & set(others.after["person_id"])
    if both:
        raise InputError(
            counted(
                "{count} person is among the trained and the others at once.",
                "{count} people are among the trained and the others at once.",
                len(both),
            ),
            where=text("Person {person}", person=min(both)),
            remedy=text("Keep everybody in one of the two groups."),
        )


def _refuse_numbers(correlation: float, occasion: float, coverage: float, worthwhile: float) -> None:
    bounds = ((-1, correlation, 1), (0, occasion, 5), (0.5, coverage, 0.999), (0, worthwhile, 4))
    names = ("error_correlation", "occasion_sd", "coverage", "worthwhile")
    for name, (low, value, high) in zip(names, bounds, strict=True):
        if not low <= value <= high:
            raise InputError(
                text("“{value}” is not possible for {name}.", value=value, name=name),
                remedy=text("Allowed is a number from {low} to {high}.", low=low, high=high),
            )
