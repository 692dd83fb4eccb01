"""Goals name the next level's behaviour, a measure and a day, in both languages, and whether others got there."""

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest
from plan_makers import NAMES, START, activity, catalogue, gaps, limits

from toolkit.errors import InputError
from toolkit.plans import goals_of_plan, plan_person
from toolkit.plans.goal_report import edited_goal, goal_rows
from toolkit.plans.goals import next_level

GAPS = gaps(listening=(2.2, 0.4, 3.0, 4.0), closing=(2.0, 0.4, 3.5, 3.0))
CATALOGUE = catalogue(activity("talk", listening=0.6), activity("drill", closing=0.7))
BEHAVIOURS = pd.DataFrame(
    [
        {"competency_id": c, "level": n, "behaviour_en": f"Does {c} at {n}.", "behaviour_zh": f"第{n}级行为。"}
        for c in ("listening", "closing")
        for n in range(1, 6)
    ]
)


def history(count, gain=0.8):
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {"competency_id": "listening", "gain": gain + rng.normal(0, 0.5, count), "sd": np.full(count, 0.3)}
    )


def goals(past=None):
    plan = plan_person(GAPS, CATALOGUE, limits())
    return {goal.activity_id: goal for goal in goals_of_plan(plan, GAPS, BEHAVIOURS, past)}


def test_a_goal_is_the_next_level_two_weeks_after_the_activity():
    plan = plan_person(GAPS, CATALOGUE, limits())
    found = goals()
    assert set(found) == {"talk", "drill"}
    talk = found["talk"]
    assert (talk.competency_id, talk.start_level, talk.target_level) == ("listening", 2.2, 3.0)
    assert talk.behaviour == {"en": "Does listening at 3.", "zh": "第3级行为。"}
    ends = next(item.ends_on for item in plan.items if item.activity_id == "talk")
    assert talk.due_on == ends + dt.timedelta(days=14) and talk.due_on > START
    assert talk.reachable == "cannot_tell" and talk.odds is None and "0 people" in str(talk.why)


@pytest.mark.parametrize(
    ("level", "target", "then"),
    [(2.2, 3.0, 3), (2.95, 4.0, 4), (2.95, 3.0, 3), (1.0, 5.0, 2), (4.99, 5.0, 5), (4.2, 3.0, 5)],
)
def test_the_next_level(level, target, then):
    assert next_level(level, target) == then


def test_reach_is_held_against_what_others_gained():
    assert goals(history(7))["talk"].reachable == "cannot_tell"
    assert goals(history(40, 1.2))["talk"].reachable == "reachable"
    assert goals(history(40, 0.6))["talk"].reachable == "ambitious"
    poor = goals(history(40, 0.0))["talk"]
    assert poor.reachable == "out_of_reach" and poor.odds < 0.2 and "of 40 earlier people" in str(poor.why)


def test_goals_are_worded_in_both_languages_and_can_be_edited():
    rows = {row["activity_id"]: row for row in goal_rows(list(goals().values()), NAMES, CATALOGUE)}
    talk = rows["talk"]
    assert (
        "Does listening at 3." in talk["words_en"]
        and "Course talk" in talk["words_en"]
        and "Listening" in talk["words_en"]
    )
    assert "第3级行为。" in talk["words_zh"] and "课程talk" in talk["words_zh"] and "倾听" in talk["words_zh"]
    assert "{" not in talk["words_en"] + talk["words_zh"]
    changed = edited_goal(talk, words={"zh": " 新目标。 "}, due_on=dt.date(2026, 5, 1))
    assert changed["words_zh"] == "新目标。" and changed["words_en"] == talk["words_en"]
    assert changed["due_on"] == dt.date(2026, 5, 1) and talk["words_zh"] != "新目标。"
    for words in ({"en": " "}, {"en": "x" * 2001}, {"fr": "oui"}):
        with pytest.raises(InputError):
            edited_goal(talk, words=words)


def test_missing_behaviour_words_are_named_and_an_item_that_closes_nothing_has_no_goal():
    plan = plan_person(GAPS, CATALOGUE, limits())
    with pytest.raises(InputError, match="no behaviour words for level 3 of “listening”"):
        goals_of_plan(plan, GAPS, BEHAVIOURS[BEHAVIOURS["competency_id"] == "closing"])
    with pytest.raises(InputError, match="needs a column “level”"):
        goals_of_plan(plan, GAPS, BEHAVIOURS.drop(columns="level"))
    with pytest.raises(InputError, match="needs a column “sd”"):
        goals_of_plan(plan, GAPS, BEHAVIOURS, history(9).drop(columns="sd"))
    empty = dataclasses.replace(plan, items=tuple(dataclasses.replace(one, closes={}) for one in plan.items))
    assert goals_of_plan(empty, GAPS, BEHAVIOURS) == []
