"""Goals in the words of both languages, to be edited and stored."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from toolkit.errors import InputError
from toolkit.language import CODES, Language
from toolkit.plans.goals import Goal
from toolkit.vocabulary import records_of
from toolkit.wording import text

LONGEST = 2000


def goal_rows(
    goals: Sequence[Goal], names: Mapping[str, Mapping[str, str]], activities: pd.DataFrame
) -> list[dict[str, Any]]:
    """Return goals as rows for `review.storage.keep_goals`, worded in both languages.

    Columns: activity_id, competency_id, due_on, words_en, words_zh, start_level, target_level, reachable. `names` are
    bilingual names of competencies, `activities` the catalogue with name_en and name_zh.
    """
    titles = {row["activity_id"]: {"en": row["name_en"], "zh": row["name_zh"]} for row in records_of(activities)}
    return [
        {
            "activity_id": goal.activity_id,
            "competency_id": goal.competency_id,
            "due_on": goal.due_on,
            **{f"words_{code}": goal_words(goal, names, titles, Language(code)) for code in CODES},
            "start_level": goal.start_level,
            "target_level": goal.target_level,
            "reachable": goal.reachable,
        }
        for goal in goals
    ]


def goal_words(
    goal: Goal,
    names: Mapping[str, Mapping[str, str]],
    titles: Mapping[str, Mapping[str, str]],
    language: Language,
) -> str:
    """Return a goal as one paragraph: behaviour, measure, date, and by what it is reached."""
    return language(
        "By {day}, in {competency}: {behaviour} Measured by: at least level {target} in a role-play or joint visit seen by "
        "two raters (now {start}). By way of: {activity}.",
        day=goal.due_on,
        competency=names.get(goal.competency_id, {"en": goal.competency_id}),
        behaviour=language.pick(goal.behaviour),
        target=int(goal.target_level),
        start=language.number(goal.start_level, 1),
        activity=titles.get(goal.activity_id, {"en": goal.activity_id}),
    )


def edited_goal(
    row: Mapping[str, Any], *, words: Mapping[str, str] | None = None, due_on: dt.date | None = None
) -> dict[str, Any]:
    """Return a row of `goal_rows` with other words (by language) or another date; a language not named stays.

    Raises `InputError` for empty or overlong words.
    """
    changed = dict(row)
    for code, said in (words or {}).items():
        if code not in CODES:
            raise InputError(text("The language “{code}” is not known.", code=code))
        if not said.strip() or len(said) > LONGEST:
            raise InputError(
                text("A goal needs words, at most {most} characters.", most=LONGEST),
                remedy=text("Write it again, or delete the goal."),
            )
        changed[f"words_{code}"] = said.strip()
    if due_on is not None:
        changed["due_on"] = due_on
    return changed
