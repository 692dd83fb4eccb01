"""Team plans where nothing is shared, where hours are dear, and where the catalogue says for whom and when."""

import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import plan_makers as make
import pytest

from toolkit.plans import Limits, TeamLimits, check_bound, plan_person, plan_team
from toolkit.plans.prerequisites import prerequisites_of
from toolkit.plans.team.report import team_proof

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
from team_instances import START, WEEKS, company

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


@pytest.mark.parametrize("people", [1, 35])
@pytest.mark.parametrize(("low", "high"), [(2.0, 4.5), (4.5, 2.0), (None, 4.5)])
def test_an_activity_made_for_a_level_gives_most_there_as_in_one_persons_plan(people, low, high):
    """`low` stands in for the tier's centre; without it the tier (junior: 2) says for whom it is."""
    rows = make.catalogue(
        make.activity("a", hours=20.0, weeks=6, tier="junior", x=0.5), make.activity("b", hours=20.0, weeks=6, x=0.5)
    ).assign(best_level=[low, high])
    gaps = pd.concat([person(f"p{n}") for n in range(people)])
    limits = TeamLimits(make.limits())
    found = plan_team(gaps, rows, None, limits)
    alone = plan_person(person("p0"), rows, make.limits())
    assert [item.activity_id for item in alone.items] == ["b" if low == 4.5 else "a"]
    assert set(found.items["activity_id"]) == {alone.items[0].activity_id}
    assert found.plan("p0").value == pytest.approx(alone.value, rel=1e-6)
    for tight in (True, False):
        assert check_bound(found.certificate, gaps, rows, None, limits, tight=tight) >= people * alone.value - 1e-6


@pytest.mark.parametrize("people", [1, 35])
def test_what_follows_waits_for_the_pause(people):
    rows = make.catalogue(
        make.activity("basics", weeks=1, x=0.4),
        make.activity("again", weeks=1, needs="basics", x=0.3),
        make.activity("soon", weeks=1, mode="dated", needs="basics", x=0.3),
    ).assign(after_weeks=[0, 5, 5])
    dates = pd.DataFrame([make.session("s", "soon", make.START + 5 * WEEK, seats=99)])  # five weeks less two days
    gaps = pd.concat([person(f"p{n}") for n in range(people)])
    found = plan_team(gaps, rows, dates, TeamLimits(make.limits()))
    alone = plan_person(person("p0"), rows, make.limits(), sessions=dates)
    for one in (alone, *found.plans):
        begins = {item.activity_id: item.starts_on for item in one.items}
        assert begins == {"basics": make.START, "again": make.START + 8 * WEEK}
    later = dates.assign(starts_on=pd.Timestamp(make.START + 6 * WEEK))
    found = plan_team(gaps, rows, later, TeamLimits(make.limits()))
    assert (found.items["activity_id"] == "soon").sum() == people


@pytest.mark.parametrize("seed", range(3))
def test_pauses_and_levels_leave_the_bound_valid(seed):
    made = company(40, 40, 5, seed=seed)
    rng = np.random.default_rng(seed)
    rows = made["activities"].assign(
        prerequisites=[f"a{n - 1:03d}" if n % 3 == 2 else None for n in range(40)],
        best_level=np.where(rng.random(40) < 0.5, rng.uniform(1, 5, 40), np.nan),
        after_weeks=np.where(rng.random(40) < 0.5, rng.integers(0, 9, 40), np.nan),
    )
    each = Limits(START, START + WEEKS * WEEK, 2.0, 5000.0)
    limits = TeamLimits(each, made["people"], company_budget=made["company_budget"], team_budgets=made["team_budgets"])
    found = plan_team(made["gaps"], rows, made["sessions"], limits)
    assert 0 < found.gap < 0.08
    assert check_bound(found.certificate, made["gaps"], rows, made["sessions"], limits) >= found.value - 1e-9
    table, followed = rows.set_index("activity_id"), 0
    for _, items in found.items.groupby("person_id"):
        ends = items.set_index("activity_id")["ends_on"]
        for row in items.itertuples():
            for needed in prerequisites_of(table.loc[row.activity_id, "prerequisites"]):
                pause = table["after_weeks"].fillna(0)[row.activity_id]
                followed += 1
                assert ends[needed] + pause * WEEK < row.starts_on
    assert followed > 5
