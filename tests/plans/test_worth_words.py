"""What is said of a plan where ten hours must bring something: worth and what is closed are two figures."""

from dataclasses import replace

import pandas as pd
import pytest
from plan_makers import START, activity, catalogue, gaps, limits, session

from toolkit.plans import PersonPlanner, next_steps, plan_person
from toolkit.plans.report import proof

LITTLE = gaps(x=(3.6, 0.05, 4.0, 1.0))
PERSON = gaps(x=(2.0, 0.5, 4.0, 4.0), y=(2.5, 0.4, 3.5, 2.0))
DEAR = replace(limits(), least_gain=0.1)
TOO_LITTLE = "What fits would bring less than its hours are to bring."
NO_GAP = "No activity within these limits closes a gap that was seen."


def ids(plan):
    return [item.activity_id for item in plan.items]


def test_an_empty_plan_says_whether_nothing_closes_or_too_little():
    rows = catalogue(activity("a", hours=20.0, weeks=8, x=0.15), activity("b", y=0.5), activity("c", hours=90, x=0.9))
    assert str(proof(plan_person(LITTLE, rows, DEAR))) == TOO_LITTLE
    assert str(proof(plan_person(LITTLE, rows.iloc[1:], DEAR))) == NO_GAP
    assert str(proof(plan_person(LITTLE, rows, DEAR, excluded=["a"]))) == NO_GAP
    assert ids(plan_person(LITTLE, rows, limits())) == ["a"]


def test_what_is_pinned_may_close_something_and_be_worth_nothing():
    rows = catalogue(activity("a", hours=20.0, weeks=8, x=0.15), activity("b", y=0.5))
    pinned = plan_person(LITTLE, rows, DEAR, pinned=["a"])
    assert pinned.value < 0 and str(pinned.why("a")).startswith("Closes 0.15 of the expected gap")
    assert str(proof(pinned)) == "What is in the plan would bring less than its hours are to bring."
    assert str(proof(plan_person(LITTLE, rows, DEAR, pinned=["b"]))) == "What is pinned closes no gap that was seen."


def test_the_proof_speaks_of_what_hours_are_to_bring():
    rows = catalogue(activity("a", x=0.5))
    dear = str(proof(plan_person(PERSON, rows, DEAR)))
    assert "is worth more than this one" in dear and "each ten hours count as 0.1 weighted levels" in dear
    assert "closes the gaps better" in str(proof(plan_person(PERSON, rows, limits())))


@pytest.mark.parametrize("resource", ["hours", "budget"])
def test_a_step_says_what_it_closes_not_what_is_left_of_it(resource):
    rows = catalogue(activity("a", hours=20.0, weeks=8, cost=900.0, x=0.8), activity("b", hours=8.0, cost=200.0, x=0.4))
    tight = replace(limits(hours=2.0 if resource == "hours" else 3.0, budget=1000.0), least_gain=0.5)
    if resource == "hours":
        tight = replace(tight, budget=2000.0)
    planner = PersonPlanner(PERSON, rows, tight)
    plan = planner.plan()
    step = [one for one in next_steps(planner, plan) if one.resource == resource][-1]
    more = planner.problem.closed(["a", "b"]) - planner.problem.closed(["a"])
    assert ids(plan) == ["a"] and step.added == ("b",)
    assert step.closes == pytest.approx(more) and step.closes - step.worth == pytest.approx(0.4, abs=0.01)
    assert f"{more:.2f} weighted levels more" in str(step.words())


def test_a_step_that_closes_no_more_does_not_say_it_does():
    rows = catalogue(
        activity("long", hours=20.0, weeks=8, cost=0.0, x=0.5), activity("short", hours=4.0, cost=1500, x=0.5)
    )
    person = gaps(x=(3.5, 0.01, 4.0, 2.0))
    planner = PersonPlanner(person, rows, replace(limits(), least_gain=0.3))
    step = [one for one in next_steps(planner, planner.plan()) if one.resource == "budget"][-1]
    assert step.worth == pytest.approx(0.48, abs=0.01) and (step.added, step.dropped) == (("short",), ("long",))
    assert "close no more" in str(step.words())


def test_more_hours_leave_more_room_in_each_block_of_four_weeks():
    """Both courses are held in the same four weeks, where 16 hours are the most; 8 more in all make it 20 and more."""
    rows = [activity(name, hours=9.0, weeks=1, mode="dated", cost=0.0, x=0.5) for name in "ab"]
    dates = pd.DataFrame([session("s", "a", START), session("t", "b", START + pd.Timedelta(weeks=1))])
    planner = PersonPlanner(PERSON, catalogue(*rows), limits(12, 2.0), sessions=dates)
    plan = planner.plan()
    assert len(plan.items) == 1
    step = [one for one in next_steps(planner, plan) if one.resource == "hours"][-1]
    assert len(step.added) == 1 and step.more == 4.0
    allowed = replace(planner.limits, hours_per_week=2.0 + step.more / 12)
    again = plan_person(PERSON, catalogue(*rows), allowed, sessions=dates)
    assert set(ids(again)) == {*ids(plan), *step.added} and step.worth == pytest.approx(
        again.value - plan.value, rel=1e-3
    )
    assert planner.plan().items == plan.items


def test_no_step_asks_for_more_hours_than_a_week_may_have():
    rows = catalogue(activity("a", hours=300.0, weeks=5, x=0.8), activity("b", hours=305.0, weeks=5, x=0.9))
    planner = PersonPlanner(PERSON, rows, limits(5, 59.9))
    assert [one for one in next_steps(planner, planner.plan()) if one.resource == "hours"] == []


LIKED = {"joint_visit": 1.0}


def liked(name, **more):
    return activity(name, **more) | {"kind": "joint_visit"}


def test_what_is_liked_must_earn_its_hours_all_the_same():
    rows = catalogue(activity("a", x=0.5), liked("poor", hours=12.0, y=0.03))
    assert ids(plan_person(PERSON, rows, DEAR, interests=LIKED)) == ["a"]
    enough = catalogue(activity("a", x=0.5), liked("good", hours=12.0, y=0.3))
    assert set(ids(plan_person(PERSON, enough, DEAR, interests=LIKED))) == {"a", "good"}


@pytest.mark.parametrize("least", [0.0, 0.1])
def test_nothing_is_planned_for_being_liked_alone(least):
    person = gaps(x=(2.0, 0.5, 4.0, 4.0), y=(4.8, 0.1, 3.0, 2.0))
    rows = catalogue(activity("a", hours=8.0, x=0.5), liked("no_gain", x=0.0), liked("no_gap", y=0.5))
    plan = plan_person(person, rows, replace(limits(), least_gain=least), interests=LIKED)
    assert ids(plan) == ["a"]


@pytest.mark.parametrize("least", [0.0, 0.1, 1.0])
def test_liking_decides_between_near_equals(least):
    rows = catalogue(activity("a", hours=12.0, weeks=4, x=0.505), liked("b", hours=12.0, weeks=4, x=0.504))
    tight = replace(limits(hours=1.5), least_gain=least)
    assert ids(plan_person(PERSON, rows, tight)) == ["a"]
    assert ids(plan_person(PERSON, rows, tight, interests=LIKED)) == ["b"]


def test_liking_is_not_worth_a_tenth_of_a_level():
    rows = catalogue(activity("a", hours=20.0, weeks=6, x=0.5), liked("b", hours=20.0, weeks=6, x=0.46))
    assert ids(plan_person(PERSON, rows, limits(), interests=LIKED)) == ["a"]
