"""Team plans where nothing is shared, where hours are dear, and where the catalogue says for whom and when."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import plan_makers as make
import pytest

from toolkit.plans import TeamLimits, check_bound, plan_team
from toolkit.plans.team.report import team_proof

WEEK = dt.timedelta(weeks=1)


def person(name, level=2.0, target=4.0, sd=0.3, weight=3.0):
    return make.gaps(x=(level, sd, target, weight)).assign(person_id=name)


@pytest.mark.parametrize("session_day", [None, make.START - WEEK])
def test_a_team_that_shares_nothing_is_planned(session_day):
    """All on demand, or the only dated session past; no budget, no staff hours: nothing is shared."""
    rows = [make.activity("a", x=0.5), make.activity("d", mode="dated", x=0.9)]
    sessions = None if session_day is None else pd.DataFrame([make.session("s", "d", session_day)])
    gaps = pd.concat([person("p"), person("q", 3.0)])
    teams = pd.DataFrame({"person_id": ["p", "q"], "team_id": ["t", "t"]})
    limits = TeamLimits(make.limits(), teams)
    found = plan_team(gaps, make.catalogue(*rows), sessions, limits)
    assert found.items[["person_id", "activity_id"]].to_numpy().tolist() == [["p", "a"], ["q", "a"]]
    assert not len(found.shared) and found.value > 0
    assert check_bound(found.certificate, gaps, make.catalogue(*rows), sessions, limits) >= found.value - 1e-9


DEAR = replace(make.limits(), least_gain=0.1)


def a_little(name):
    """Return somebody whom 20 hours bring .15 levels, and ten hours must bring .1."""
    return person(name, level=3.6, sd=0.05, weight=1.0)


@pytest.mark.parametrize("people", [1, 35])
def test_nobody_is_left_without_a_plan_though_hours_are_dear(people):
    """By the exact model for few people, by the search alone for more than 30."""
    rows = [
        make.activity("a", hours=20.0, weeks=8, x=0.15),
        make.activity("b", hours=20.0, weeks=8, x=0.14, cost=0.0),
        make.activity("basics", hours=4.0),
        make.activity("chain", hours=16.0, needs="basics", x=0.16),
    ]
    gaps = pd.concat([a_little(f"p{n}") for n in range(people)])
    found = plan_team(gaps, make.catalogue(*rows), None, TeamLimits(DEAR))
    assert not len(found.without) and set(found.items["person_id"]) == set(gaps["person_id"])
    assert all(sum(one.after.values()) < sum(one.before.values()) - 0.1 for one in found.plans)
    assert found.value < 0 and str(team_proof(found)).startswith("What is in the plans would bring less")
    spared = plan_team(gaps, make.catalogue(*rows), None, TeamLimits(DEAR, everyone=False))
    assert not len(spared.items) and spared.value == 0
    words = "What fits would bring less than its hours are to bring."
    assert {str(one) for one in spared.without["reason"]} == {words} == {str(one.reason) for one in spared.plans}


def test_shared_things_are_named_only_where_they_are_short():
    rows = [make.activity("a", mode="dated", x=0.5)]
    gaps = pd.concat([person("p"), person("q"), a_little("r").assign(weight=0.01)])
    limits = TeamLimits(DEAR, everyone=False)
    sessions = pd.DataFrame([make.session("s", "a", make.START, seats=1)])
    found = plan_team(gaps, make.catalogue(*rows), sessions, limits)
    reasons = [str(one) for one in found.without["reason"]]
    assert sorted(one[:9] for one in reasons) == ["Shared se", "What fits"]
