"""Plans against all plans there are, and their proof against the truth."""

import datetime as dt
from functools import cache

import pandas as pd
import pytest
from plan_makers import START, activity, best_plan, catalogue, gaps, limits, random_instance, session

from toolkit.errors import InputError
from toolkit.plans import Limits, plan_person

SEEDS = range(60)


def solve(person, rows, sessions, limit, **options):
    dates = pd.DataFrame(sessions) if sessions else None
    return plan_person(person, catalogue(*rows), limit, sessions=dates, **options)


@cache
def best_of(seed):
    person, rows, sessions, limit, options = random_instance(seed)
    return best_plan(person, rows, sessions, limit, **options)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plan_is_the_best_of_all_plans(seed):
    person, rows, sessions, limit, options = random_instance(seed)
    best = best_of(seed)
    if best is None:
        with pytest.raises(InputError, match=r"cannot be planned|can keep"):
            solve(person, rows, sessions, limit, **options)
        return
    plan = solve(person, rows, sessions, limit, **options)
    value, _ = best
    if (person["gap"] < -1.28 * person["sd"]).all() and not options["pinned"]:
        assert plan.items == () and "No gap" in str(plan.reason) and plan.bound >= value
        return
    assert plan.value <= value + 1e-9, "no plan is better than the best"
    assert plan.bound >= value - 1e-9, "the bound is valid"
    if plan.value > 0:
        assert plan.gap >= (value - plan.value) / plan.value - 1e-9, "the proof holds"
    assert plan.value >= value - 0.001 * abs(value) - 1e-6
    assert plan.bound <= plan.value + 0.002 * abs(plan.value) + 1e-6, "proven to two per mille at least"
    assert {item.activity_id for item in plan.items} >= set(options["pinned"])
    assert not {item.activity_id for item in plan.items} & (set(options["excluded"]) - set(options["pinned"]))


def test_the_random_instances_are_not_trivial():
    sizes = [None if best_of(seed) is None else len(best_of(seed)[1]) for seed in SEEDS]
    assert sum(size is not None and size >= 2 for size in sizes) >= 25
    assert sizes.count(None) >= 5 and sizes.count(0) <= 10


def test_a_session_begins_after_its_prerequisite_has_ended():
    """The first course runs from a Wednesday to the next Tuesday; the second begins on that Monday."""
    rows = [
        activity("first", mode="dated", weeks=1, x=0.2),
        activity("second", mode="dated", weeks=1, needs="first", x=0.6),
    ]
    person = gaps(x=(2.0, 0.3, 4.0, 5.0))
    dates = [session("s1", "first", dt.date(2026, 1, 7)), session("s2", "second", dt.date(2026, 1, 12))]
    assert [item.activity_id for item in solve(person, rows, dates, limits()).items] == ["first"]
    dates[1] = session("s2", "second", dt.date(2026, 1, 14))
    items = solve(person, rows, dates, limits()).items
    assert [item.activity_id for item in items] == ["first", "second"]
    assert items[0].ends_on == dt.date(2026, 1, 13) < items[1].starts_on


def test_a_course_that_ends_on_the_deadline_is_in_time():
    rows = [activity("a", mode="dated", weeks=1, x=0.5)]
    person, dates = gaps(x=(2.0, 0.3, 4.0, 5.0)), [session("s", "a", dt.date(2026, 3, 2))]  # a Monday
    in_time, late = Limits(START, dt.date(2026, 3, 6)), Limits(START, dt.date(2026, 3, 5))
    assert [item.ends_on for item in solve(person, rows, dates, in_time).items] == [dt.date(2026, 3, 6)]
    assert solve(person, rows, dates, late).items == ()


def test_hours_of_a_window_bind():
    """Two courses of 12 hours fit into the whole, not into the only four weeks in which both are held."""
    rows = [activity(name, hours=12.0, weeks=1, mode="dated", x=0.5, cost=0) for name in "ab"]
    person = gaps(x=(1.0, 0.3, 4.0, 5.0))
    dates = [session("s1", "a", START), session("s2", "b", START + dt.timedelta(weeks=1))]
    assert len(solve(person, rows, dates, limits(12, 2.0)).items) == 1
    dates[1] = session("s2", "b", START + dt.timedelta(weeks=4))
    assert len(solve(person, rows, dates, limits(12, 2.0)).items) == 2


@pytest.mark.parametrize("seed", [3, 14, 15])
def test_the_same_input_gives_the_same_plan_whatever_the_order_of_rows(seed):
    person, rows, sessions, limit, _ = random_instance(seed)
    one, again = solve(person, rows, sessions, limit), solve(person, rows, sessions, limit)
    pd.testing.assert_frame_equal(one.table, again.table)
    assert (one.value, one.bound) == (again.value, again.bound)
    turned = solve(person.iloc[::-1], rows[::-1], sessions[::-1], limit)
    assert turned.value == pytest.approx(one.value, rel=1e-3)
