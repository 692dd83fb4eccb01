"""What would change a plan, and what the new limits ask: time away, spacing, mentor, mix, done and under way."""

import datetime as dt

import pandas as pd
import pytest
from plan_makers import START, activity, catalogue, gaps, session

from toolkit.errors import InputError
from toolkit.plans import (
    Limits,
    PersonPlanner,
    PlanItem,
    assess_first,
    firmness,
    nearest_rejected,
    next_steps,
    plan_person,
)

PERSON = gaps(x=(2.0, 0.5, 4.0, 4.0), y=(2.5, 0.4, 3.5, 2.0))
WEEK = dt.timedelta(weeks=1)


def within(weeks=12, hours=2.0, budget=1000.0, **more):
    return Limits(START, START + weeks * WEEK, hours, budget, **more)


def ids(plan):
    return [item.activity_id for item in plan.items]


def item(name, start, end, **more):
    return PlanItem(name, None, start, end, 8.0, 500.0, 1.0, {}, False, **more)


def test_the_next_hours_and_money_are_bought_by_planning_again():
    rows = [activity("a", hours=20, weeks=6, cost=900, x=0.5), activity("b", hours=8, cost=0, x=0.4), activity("c", cost=1500, hours=2, y=0.5)]  # fmt: skip
    planner = PersonPlanner(PERSON, catalogue(*rows), within())
    plan = planner.plan()
    assert set(ids(plan)) == {"a"}
    steps = next_steps(planner, plan)
    hours = [step for step in steps if step.resource == "hours"]
    assert [step.more for step in hours] == [1.0, 2.0, 4.0] and [step.worth > 0 for step in hours] == [0, 0, 1]
    assert hours[-1].added == ("b",) and str(hours[0].words()) == "1 more hour buys nothing."
    more = plan_person(PERSON, catalogue(*rows), within(14))  # 28 hours
    assert hours[-1].worth == pytest.approx(more.value - plan.value, rel=1e-3)
    *before, money = [step for step in steps if step.resource == "budget"]
    assert "c" in money.added and all(step.worth == 0 and step.added == () for step in before)
    more = plan_person(PERSON, catalogue(*rows), within(budget=1000 + money.more))
    assert money.worth == pytest.approx(more.value - plan.value, rel=5e-3)
    assert planner.plan().items == plan.items, "asking changes nothing"


def test_the_nearest_rejected_says_what_it_loses():
    rows = [
        activity("a", hours=20, weeks=6, x=0.6),
        activity("b", hours=20, weeks=6, x=0.5),
        activity("c", hours=4, y=0.3),
    ]
    planner = PersonPlanner(PERSON, catalogue(*rows), within())
    plan = planner.plan()
    (near,) = nearest_rejected(planner, plan)
    forced = planner.plan(pinned=["b"])
    assert near.activity_id == "b" and near.displaces == ("a",)
    assert near.loses == pytest.approx(plan.value - forced.value, abs=1e-9)
    assert "gives up 1 activity" in str(near.reason)


def test_items_that_stay_under_all_plausible_levels_are_firm():
    person = gaps(x=(1.5, 0.1, 4.0, 5.0), y=(3.0, 0.5, 3.2, 3.0), z=(3.0, 0.5, 3.2, 3.0))
    rows = [activity("sure", hours=12, x=0.9, sd=0)] + [activity(f"perhaps_{c}", hours=12, **{c: 0.5}) for c in "yz"]
    planner = PersonPlanner(person, catalogue(*rows).drop(columns="gain_sd"), within())
    plan = planner.plan()
    shares = firmness(planner, plan)
    assert shares["sure"] == 1.0 and len(plan.items) == 2
    (other,) = set(ids(plan)) - {"sure"}
    assert shares[other] < 1 and assess_first(shares) == [other]
    assert firmness(planner, plan) == shares


def test_time_away_brings_no_hours_and_no_sessions():
    away = ((START + WEEK, START + 3 * WEEK - dt.timedelta(days=1)),)
    limit = within(4, away=away)
    assert limit.free == (1.0, 0.0, 0.0, 1.0) and limit.hours == 4.0 and limit.window_hours == (8.0,)
    rows = [activity("a", hours=4, mode="dated", weeks=1, x=0.5), activity("b", hours=4, weeks=2, x=0.3)]
    dates = pd.DataFrame([session("s", "a", START + WEEK)])
    plan = plan_person(PERSON, catalogue(*rows), limit, sessions=dates)
    assert ids(plan) == ["b"] and str(plan.why("a")) == "Its sessions fall into the time away."
    with pytest.raises(InputError, match="no working day"):
        within(2, away=((START, START + 2 * WEEK),))
    with pytest.raises(InputError, match="ends before it begins"):
        within(away=((START + WEEK, START),))


def test_practice_on_one_competency_is_spread():
    rows = [activity(name, hours=2, cost=0, x=0.3) | {"kind": "drill"} for name in "abc"]
    starts = [i.starts_on for i in plan_person(PERSON, catalogue(*rows), within(12, spacing_weeks=4)).items]
    assert starts == [START, START + 4 * WEEK, START + 8 * WEEK]
    few = plan_person(PERSON, catalogue(*rows), within(12, spacing_weeks=8))
    assert len(few.items) == 2 and few.items[1].starts_on == START + 8 * WEEK


def test_a_refresher_follows_after_a_pause():
    rows = [activity("basics", weeks=1, x=0.4), activity("again", weeks=1, needs="basics", x=0.2)]
    items = plan_person(PERSON, catalogue(*rows).assign(after_weeks=[0, 5]), within()).items
    assert items[1].activity_id == "again" and items[1].starts_on - items[0].ends_on > 5 * WEEK


def test_a_newcomer_gets_a_mentor_or_hears_why_not():
    rows = [activity("a", hours=12, x=0.8), activity("m", hours=14, weeks=4, y=0.05) | {"kind": "mentoring"}]
    assert ids(plan_person(PERSON, catalogue(*rows), within())) == ["a"]
    assert ids(plan_person(PERSON, catalogue(*rows), within(mentor=True))) == ["m"]
    with pytest.raises(InputError, match="a mentor is asked for") as caught:
        plan_person(PERSON, catalogue(*rows), within(4, mentor=True))
    assert "3.5 hours per week would be enough." in str(caught.value.remedy)
    with pytest.raises(InputError, match="a mentor is asked for") as caught:
        plan_person(PERSON, catalogue(rows[0]), within(mentor=True))
    assert "Add a mentoring activity" in str(caught.value.remedy)


def test_the_smallest_changes_of_the_limits_are_named_and_enough():
    rows = [activity("a", hours=16, cost=700, x=0.5), activity("b", hours=14, cost=800, x=0.5)]
    with pytest.raises(InputError) as caught:
        plan_person(PERSON, catalogue(*rows), within(12, 2.0, 1500.0), pinned=["a", "b"])
    remedy = str(caught.value.remedy)
    assert "2.5 hours per week would be enough." in remedy and "budget" not in remedy
    assert str(START + 15 * WEEK) in remedy and str(caught.value.where) == "Activities concerned: Course a, Course b."
    for enough in (within(12, 2.5, 1500.0), within(15, 2.0, 1500.0)):
        assert len(plan_person(PERSON, catalogue(*rows), enough, pinned=["a", "b"]).items) == 2
    for too_little in (within(12, 2.25, 1500.0), within(14, 2.0, 1500.0)):
        with pytest.raises(InputError):
            plan_person(PERSON, catalogue(*rows), too_little, pinned=["a", "b"])


def test_the_mix_moves_hours_and_says_that_it_has_no_evidence():
    rows = [activity(f"c{n}", hours=6, cost=0, x=0.30) for n in range(4)]
    rows += [activity(f"j{n}", hours=6, cost=0, x=0.29) | {"kind": "joint_visit"} for n in range(4)]
    plain, mixed = (plan_person(PERSON, catalogue(*rows), within(mix=mix)) for mix in (False, True))
    assert sum(name.startswith("c") for name in ids(plain)) == 4 > sum(name.startswith("c") for name in ids(mixed))
    assert plain.notes == () and "no study" in str(mixed.notes[0])


def test_what_is_done_is_not_repeated_and_opens_what_needs_it():
    rows = [activity("basics", x=0.5), activity("more", needs="basics", x=0.4)]
    plan = plan_person(PERSON, catalogue(*rows), within(), done=["basics"])
    assert ids(plan) == ["more"] and str(plan.why("basics")) == "It is already done."
    again = catalogue(*rows).assign(repeat_after_weeks=[4.0, None])
    plan = plan_person(PERSON, again, within(), done={"basics": START - 2 * WEEK})
    assert next(i for i in plan.items if i.activity_id == "basics").starts_on >= START + 2 * WEEK


def test_what_is_under_way_is_kept_with_the_hours_still_to_come():
    rows = [activity("long", hours=8, cost=500, weeks=4, x=0.2), activity("other", hours=20, weeks=6, cost=1000, x=0.6)]
    begun = item("long", START - 2 * WEEK, START + 2 * WEEK - dt.timedelta(days=1))
    plan = plan_person(PERSON, catalogue(*rows), within(), under_way=[begun], excluded=["long"])
    long = next(i for i in plan.items if i.activity_id == "long")
    assert long.under_way and (long.hours, long.cost) == (4.0, 0.0) and long.starts_on == begun.starts_on
    assert ids(plan) == ["long", "other"], "24 hours and 1,000 are just enough"


def test_interest_decides_between_equals():
    rows = [activity("a", hours=20, weeks=6, x=0.5), activity("b", hours=20, weeks=6, x=0.5) | {"kind": "joint_visit"}]
    assert ids(plan_person(PERSON, catalogue(*rows), within(), interests={"joint_visit": 1.0})) == ["b"]
    two = [activity("a", hours=20, weeks=6, x=0.5), activity("b", hours=20, weeks=6, y=0.5)]
    even = gaps(x=(2.0, 0.5, 3.0, 3.0), y=(2.0, 0.5, 3.0, 3.0))
    assert ids(plan_person(even, catalogue(*two), within(), interests={"y": 0.5})) == ["b"]


def test_a_rep_without_gaps_is_celebrated():
    person = gaps(x=(4.5, 0.2, 3.0, 4.0), y=(4.0, 0.2, 3.5, 2.0))
    plan = plan_person(person, catalogue(activity("a", x=0.5)), within())
    assert plan.items == () and plan.strengths == ("x", "y") and "mentor" in str(plan.reason)
    assert ids(plan_person(person, catalogue(activity("a", x=0.5)), within(), pinned=["a"])) == ["a"]


def test_all_sessions_past_is_said():
    dates = pd.DataFrame([session("s", "a", START - WEEK)])
    plan = plan_person(PERSON, catalogue(activity("a", mode="dated", x=0.5)), within(), sessions=dates)
    assert str(plan.why("a")) == "All its sessions lie in the past."


def test_a_gain_made_for_a_level_counts_most_there():
    rows = catalogue(activity("low", hours=20, weeks=6, x=0.5), activity("high", hours=20, weeks=6, x=0.5))
    rows["best_level"] = [2.0, 4.5]
    assert ids(plan_person(PERSON, rows, within())) == ["low"]


def test_hours_that_would_bring_too_little_stay_free():
    rows = [activity("good", hours=6, cost=0, x=0.5), activity("idle", hours=10, cost=0, y=0.05)]
    full = plan_person(PERSON, catalogue(*rows), within())
    assert ids(full) == ["good", "idle"]
    lean = plan_person(PERSON, catalogue(*rows), within(least_gain=0.3))
    assert ids(lean) == ["good"] and lean.gap <= 0.001
    assert str(lean.why("idle")) == "It would close only 0.10 more weighted levels in 10 hours."
    pinned = plan_person(PERSON, catalogue(*rows), within(least_gain=0.3), pinned=["idle"])
    assert ids(pinned) == ["good", "idle"]
    with pytest.raises(InputError, match="What ten hours must bring"):
        within(least_gain=6.0)
