"""One look back: who was trained, measured when, against whom; as a pure calculation on levels handed in."""

import datetime as dt
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError, NotEnoughData
from toolkit.plans.activity_gains import KEYS, activity_verdicts, observed_gains, update_gains
from toolkit.plans.measurement import FEWEST_FOR_SPREAD
from toolkit.plans.uplift import FEWEST, Comparison, measure_uplift
from toolkit.plans.uplift_result import Uplift
from toolkit.wording import text

Levels = tuple[pd.DataFrame, pd.DataFrame]
"""SkillLevels of the people one may see, and of everybody estimated together with them."""


@dataclass(frozen=True)
class Question:
    """What is asked: the `cohort`, the last day `first` before and `last` after, and how to compare.

    `others` are people to compare with (none = before and after alone), `randomised` whether a lot decided.
    `picked`: the cohort was picked because it scored low. `worthwhile`: the smallest gain worth the effort, in levels.
    """

    cohort: tuple[str, ...]
    first: dt.date
    last: dt.date
    others: tuple[str, ...] = ()
    randomised: bool = False
    picked: bool = False
    worthwhile: float = 0.2

    def __post_init__(self) -> None:
        if not self.cohort:
            raise InputError(text("Nobody was chosen."), remedy=text("Choose the people it was meant for."))
        if self.first >= self.last:
            raise InputError(
                text("The first day must lie before the second."),
                remedy=text("Give the last day before it began, and a day after it ended."),
            )
        both = set(self.cohort) & set(self.others)
        if both:
            raise InputError(text("Person {person} is named twice.", person=min(both)))


def measure(question: Question, before: Levels, after: Levels, sources: Collection[str] = ()) -> Uplift:
    """Return what the cohort gained; see `measure_uplift`.

    `before` are levels as estimated on the first day, `after` on the second from what was seen since the first, so that
    both rest on different observations. Raises `NotEnoughData` where the data cannot carry a figure, saying why.
    """
    own_before, own_after, known = _carried(before, after)
    cohort, others = list(question.cohort), list(question.others)
    first = own_before[own_before["person_id"].isin(cohort)]
    second = own_after[own_after["person_id"].isin(cohort)]
    if first.empty or second.empty:
        raise NotEnoughData(
            text("Cannot tell: nobody of these people was seen both before the first day and between the two days."),
            remedy=text("Choose other days, or observe the people again first."),
        )
    comparison = None
    if others:
        comparison = Comparison(
            own_after[own_after["person_id"].isin(others)],
            own_before[own_before["person_id"].isin(others)],
            randomised=question.randomised,
        )
    return measure_uplift(
        first,
        second,
        comparison,
        picked_from=known[0] if question.picked else None,
        estimated_with=known,
        sources=sources,
        worthwhile=question.worthwhile,
    )


def _carried(before: Levels, after: Levels) -> tuple[pd.DataFrame, pd.DataFrame, Levels]:
    """Keep the competencies in which enough people were measured at both times to know how levels spread."""
    counts = [part[1].groupby("competency_id")["person_id"].nunique() for part in (before, after)]
    kept = set(counts[0].index[counts[0] >= FEWEST_FOR_SPREAD]) & set(counts[1].index[counts[1] >= FEWEST_FOR_SPREAD])
    if not kept:
        raise NotEnoughData(
            text("Cannot tell: too few people were seen before the first day, or between the two days."),
            remedy=text(
                "At least {least} people must have been seen at each time in the same competency.",
                least=FEWEST_FOR_SPREAD,
            ),
        )
    tables = [table[table["competency_id"].isin(kept)] for table in (*before, *after)]
    return tables[0], tables[2], (tables[1], tables[3])


@dataclass(frozen=True)
class ActivityOutcome:
    """`updated` as of `update_gains` and `verdicts` as of `activity_verdicts`; `people` were measured twice.

    `updated` has measured_from and measured_to beside: between which days what it says was observed. `compared`: what people gained who did nothing meanwhile was taken off.
    """

    updated: pd.DataFrame
    verdicts: pd.DataFrame
    people: int
    compared: bool


def judge_activities(
    done: pd.DataFrame,
    expected: pd.DataFrame,
    first: dt.date,
    last: dt.date,
    before: Levels,
    after: Levels,
    earlier: pd.DataFrame | None = None,
) -> ActivityOutcome:
    """Return for each activity what was expected, what was seen, and what the catalogue should say.

    `done`: person_id, activity_id of what was done between the two days. What people gained who did nothing meanwhile,
    if at least three were measured, is taken off. Who does an activity is taken to have been picked by a low level, as
    plans pick: what chance alone undoes is no gain. `earlier` are observations kept from earlier looks back
    (activity_id, competency_id, observed, se, people, measured_from, measured_to); see `with_earlier`. Raises `NotEnoughData` where nothing can be told.
    """
    if done.empty:
        raise NotEnoughData(
            text("No activity was marked as done between these days."),
            remedy=text("Mark items of agreed plans as done, or choose above who did which activity."),
        )
    doers = tuple(dict.fromkeys(done["person_id"]))
    persons = measure(Question(doers, first, last, picked=True), before, after).persons
    idle = tuple(sorted(set(before[0]["person_id"]) - set(doers)))
    drift = _drift(idle, first, last, before, after)
    persons = persons.assign(gain=persons["gain"] - persons["competency_id"].map(drift).fillna(0.0))
    observed = with_earlier(observed_gains(persons, done, expected), earlier, first, last)
    known = observed.merge(expected[KEYS], on=KEYS)
    updated = update_gains(expected, known).merge(known[[*KEYS, "measured_from", "measured_to"]], on=KEYS, how="left")
    touched = set(done["activity_id"])
    updated = updated[updated["activity_id"].isin(touched)].reset_index(drop=True)
    return ActivityOutcome(updated, activity_verdicts(updated), persons["person_id"].nunique(), bool(drift))


def with_earlier(observed: pd.DataFrame, earlier: pd.DataFrame | None, first: dt.date, last: dt.date) -> pd.DataFrame:
    """Return what was observed between two days together with what was observed `earlier`, one row a gain.

    Observations of times that do not overlap are averaged by the inverse of their squared errors. Where they overlap the
    same people may be in both, so the one on more people stays, the newer where they are equal.
    """
    fresh = observed.assign(measured_from=pd.Timestamp(first), measured_to=pd.Timestamp(last))
    if earlier is None or earlier.empty:
        return fresh
    kept = earlier.rename(columns={"observed": "gain"})[list(fresh.columns)]
    kept = kept.assign(**{day: pd.to_datetime(kept[day]) for day in ("measured_from", "measured_to")})
    both = fresh.merge(kept, on=KEYS, how="outer", suffixes=("", "_old"))
    rows = [_pooled(row) for row in both.to_dict("records")]
    return pd.DataFrame(rows, columns=list(fresh.columns))


def _pooled(row: Mapping[Hashable, Any]) -> dict[str, Any]:
    names = ("gain", "se", "people", "measured_from", "measured_to")
    key = {name: row[name] for name in KEYS}
    new, old = ({name: row[name + end] for name in names} for end in ("", "_old"))
    if pd.isna(new["se"]) or pd.isna(old["se"]):
        return key | (old if pd.isna(new["se"]) else new)
    if new["measured_from"] < old["measured_to"] and old["measured_from"] < new["measured_to"]:
        return key | (old if old["people"] > new["people"] else new)
    weights = np.array([new["se"], old["se"]], dtype=float) ** -2
    return key | {
        "gain": float(np.average([new["gain"], old["gain"]], weights=weights)),
        "se": float(weights.sum() ** -0.5),
        "people": new["people"] + old["people"],
        "measured_from": min(new["measured_from"], old["measured_from"]),
        "measured_to": max(new["measured_to"], old["measured_to"]),
    }


def _drift(idle: tuple[str, ...], first: dt.date, last: dt.date, before: Levels, after: Levels) -> dict[str, float]:
    """Return what people gained who did nothing, by competency, or nothing where they are too few."""
    if len(idle) < FEWEST:
        return {}
    try:
        found = measure(Question(idle, first, last, picked=True), before, after)
    except NotEnoughData:
        return {}
    return {str(one.competency_id): one.gain for one in found.by_competency}
