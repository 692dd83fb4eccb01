"""The days a dated session meets, and leave on any of them."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from plan_makers import START, activity, catalogue, gaps, limits, session

from toolkit.plans import TeamLimits, plan_person, plan_team
from toolkit.plans.options import Option

PERSON = gaps(x=(2.0, 0.5, 4.0, 4.0))
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)


@pytest.mark.parametrize(
    ("first", "last", "hours", "days"),
    [
        (0, 18, 12.0, [0, 7, 14]),  # a Monday, three weeks of four hours
        (2, 8, 16.0, [2, 3]),  # a Wednesday, two days of eight hours
        (0, 11, 0.1 + 0.2 + 31.7, [0, 1, 7, 8]),  # 32 hours but for the last digit
    ],
)
def test_a_session_meets_from_its_first_weekday_on(first, last, hours, days):
    one = Option("a", "s", 0, START + first * DAY, START + last * DAY, np.array([hours]))
    assert [(day - START).days for day in one.meets] == days
    assert replace(one, session_id=None).meets == ()


@pytest.mark.parametrize(
    ("leave", "planned"), [((14, 14), False), ((15, 20), True), ((7, 7), False), ((1, 6), True), ((21, 30), True)]
)
def test_leave_on_any_meeting_keeps_a_session_out(leave, planned):
    """Three Mondays of four hours; leave on the second or third is as good as on the first."""
    rows = catalogue(activity("a", hours=12.0, weeks=3, mode="dated", x=0.5), activity("b", hours=2.0, x=0.1))
    dates = pd.DataFrame([session("s", "a", START)])
    each = replace(limits(), away=((START + leave[0] * DAY, START + leave[1] * DAY),))
    plan = plan_person(PERSON, rows, each, sessions=dates)
    assert ("a" in {item.activity_id for item in plan.items}) == planned
    if not planned:
        assert str(plan.why("a")) == "Its sessions fall into the time away."
    team = plan_team(PERSON, rows, dates, TeamLimits(each))
    assert ("a" in set(team.items["activity_id"])) == planned


def test_another_session_is_taken_when_leave_falls_into_the_first():
    rows = catalogue(activity("a", hours=12.0, weeks=3, mode="dated", x=0.5))
    dates = pd.DataFrame([session("s", "a", START), session("t", "a", START + 4 * WEEK)])
    away = replace(limits(), away=((START + WEEK, START + WEEK),))
    assert [item.session_id for item in plan_person(PERSON, rows, away, sessions=dates).items] == ["t"]
