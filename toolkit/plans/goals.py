"""A goal for each item of a plan: specific, measured, dated, and held against what others have gained."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from toolkit.errors import InputError
from toolkit.plans.plan import Plan, PlanItem
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, Gaps, check, records_of
from toolkit.wording import Text, counted, text

FEWEST_PAST = 8
ODDS = {"reachable": 0.5, "ambitious": 0.2}


@dataclass(frozen=True)
class Goal:
    """What one item of a plan is to lead to in one competency.

    `behaviour` holds the words of the next level by language. `target_level` is that level, `start_level` where the
    person is. `reachable` is reachable, ambitious, out_of_reach or cannot_tell; `odds` the share of earlier people who gained
    as much (None where that is not known), `why` says it in words.
    """

    activity_id: str
    competency_id: str
    behaviour: Mapping[str, str]
    start_level: float
    target_level: float
    due_on: dt.date
    reachable: str
    odds: float | None
    why: Text


def goals_of_plan(
    plan: Plan, gaps: pd.DataFrame, behaviours: pd.DataFrame, history: pd.DataFrame | None = None
) -> list[Goal]:
    """Return a goal per item for the competency of which the item closes most; an item that closes nothing has none.

    `gaps` is the person's Gaps table, `behaviours` has competency_id, level (1-5), behaviour_en and behaviour_zh.
    `history` holds what people gained in a plan so far: competency_id, gain and its standard deviation sd (levels), such
    as `Uplift.persons`. The next level is the first whole one above the person's, at most the role's target rounded up.
    A goal is due two weeks after its item ends, when what was learnt can have been used. Reachable: half of the
    earlier people gained as much, net of errors of measurement; ambitious: a fifth. Raises `InputError` for tables
    that cannot be used, or a level without behaviour words.
    """
    known = {row["competency_id"]: row for row in records_of(check(gaps, Gaps)) if row["level"] == row["level"]}
    words = _behaviour_words(behaviours)
    past = _past(history)
    goals = []
    for item in plan.items:
        closing = {c: size for c, size in item.closes.items() if c in known and size > 0}
        if closing:
            competency = max(sorted(closing), key=lambda c: closing[c])
            goals.append(_goal(item, competency, known[competency], words, past))
    return goals


def next_level(level: float, target: float) -> float:
    """Return the first whole level above `level`, at most `target` rounded up and the top of the scale."""
    # Who is all but there (within a tenth) works on the level after it.
    above = np.floor(level + 0.1) + 1
    return float(np.clip(min(above, max(np.ceil(target), np.ceil(level))), SCALE_LOW, SCALE_HIGH))


def _goal(
    item: PlanItem,
    competency: str,
    gap: Mapping[str, float],
    words: Mapping[tuple[str, int], Mapping[str, str]],
    past: Mapping[str, tuple[float, float, int]],
) -> Goal:
    level = float(np.clip(gap["level"], SCALE_LOW, SCALE_HIGH))
    target = next_level(level, float(gap["target"]))
    if (competency, int(target)) not in words:
        raise InputError(
            text(
                "There are no behaviour words for level {level} of “{competency}”.",
                level=int(target),
                competency=competency,
            ),
            remedy=text("Add them to the competency framework."),
        )
    reachable, odds, why = _reach(target - level, past.get(competency))
    due = item.ends_on + dt.timedelta(weeks=2)
    return Goal(item.activity_id, competency, words[competency, int(target)], level, target, due, reachable, odds, why)


def _reach(needed: float, past: tuple[float, float, int] | None) -> tuple[str, float | None, Text]:
    if past is None or past[2] < FEWEST_PAST:
        people = 0 if past is None else past[2]
        return (
            "cannot_tell",
            None,
            counted(
                "Whether it can be reached cannot be told yet: {count} person has been measured before and after.",
                "Whether it can be reached cannot be told yet: {count} people have been measured before and after.",
                people,
            ),
        )
    mean, sd, people = past
    odds = float(ndtr((mean - needed) / max(sd, 0.05)))
    name = next((one for one, least in ODDS.items() if odds >= least), "out_of_reach")
    share = {"share": f"{100 * odds:.0f}", "needed": f"{needed:.1f}", "count": people}
    said = {
        "reachable": text(
            "Reachable: about {share} % of {count} earlier people gained the {needed} levels needed.", **share
        ),
        "ambitious": text(
            "Ambitious: about {share} % of {count} earlier people gained the {needed} levels needed.", **share
        ),
        "out_of_reach": text(
            "Hardly reachable in one plan: about {share} % of {count} earlier people gained the {needed} levels needed.",
            **share,
        ),
    }
    return name, odds, said[name]


def _past(history: pd.DataFrame | None) -> dict[str, tuple[float, float, int]]:
    """Return mean, true standard deviation and number of earlier gains by competency."""
    if history is None:
        return {}
    for column in ("competency_id", "gain", "sd"):
        if column not in history:
            raise InputError(text("The table {table} needs a column “{column}”.", table="history", column=column))
    found = {}
    for competency, rows in history.dropna(subset=["gain", "sd"]).groupby("competency_id"):
        seen = float(rows["gain"].var(ddof=1)) if len(rows) > 1 else 0.0
        true = max(seen - float((rows["sd"] ** 2).mean()), 0.0)
        found[str(competency)] = float(rows["gain"].mean()), float(np.sqrt(true)), len(rows)
    return found


def _behaviour_words(behaviours: pd.DataFrame) -> dict[tuple[str, int], Mapping[str, str]]:
    for column in ("competency_id", "level", "behaviour_en", "behaviour_zh"):
        if column not in behaviours:
            raise InputError(text("The table {table} needs a column “{column}”.", table="behaviours", column=column))
    return {
        (str(row["competency_id"]), int(row["level"])): {"en": row["behaviour_en"], "zh": row["behaviour_zh"]}
        for row in records_of(behaviours)
    }
