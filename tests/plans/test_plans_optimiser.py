"""Plans against all plans there are, against published instances, and their proof against the truth."""

import datetime as dt
import os
import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from plan_makers import START, activity, best_plan, catalogue, gaps, limits, random_instance, session

from toolkit.errors import InputError
from toolkit.plans import Limits, plan_person
from toolkit.plans.optimiser import choose
from toolkit.plans.options import Option

SEEDS = range(60)
SHARED = Path(os.environ.get("COACH_SHARED", Path(__file__).parents[3] / "shared"))


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
    assert plan.value <= value + 1e-9, "no plan is better than the best"
    assert plan.bound >= value - 1e-9, "the bound is valid"
    if plan.value > 0:
        assert plan.gap >= (value - plan.value) / plan.value - 1e-9, "the proof holds"
    # The solver may stop at .05 %, and the secants cost a little more.
    assert plan.value >= value - 0.003 * abs(value) - 1e-6
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


@pytest.mark.parametrize("name", ["mknap1-6", "mknap2-1", "mknap2-2"])
def test_published_knapsacks(name, monkeypatch):
    """OR-Library's multi-dimensional knapsacks: the rows become budget, hours and hours of windows."""
    path = SHARED / "cases" / "plans" / "mknap" / f"{name}.dzn"
    if not path.exists():
        pytest.skip(f"no published instances at {path}; set COACH_SHARED to the folder that holds cases/plans")
    profit, capacity, use, optimum = read_knapsack(path)
    rows, columns = use.shape
    monkeypatch.setattr("toolkit.plans.limits.MOST_WEEKS", 112)  # thirty rows take 28 windows
    limit = Limits(START, START + dt.timedelta(weeks=4 * (rows - 2)), hours_per_week=1.0, budget=float(capacity[0]))
    ids = [f"a{column}" for column in range(columns)]
    windows = use[2:] / capacity[2:, None] * 8.0  # a window of four weeks takes 8 hours
    options = [Option(ids[c], None, 0, START, START, windows[:, c]) for c in range(columns)]
    hours = dict(zip(ids, use[1] / capacity[1] * limit.hours, strict=True))
    choice = choose(options, list(-profit), [], {}, dict(zip(ids, use[0], strict=True)), hours, {}, limit)
    chosen = list(choice.chosen)
    assert (use[:, chosen].sum(axis=1) <= capacity + 1e-9).all()
    assert choice.objective == pytest.approx(profit[chosen].sum())
    # Proven to half a per mille, as the planner promises; the published optimum lies between.
    assert choice.objective <= optimum <= choice.bound + 1e-6
    assert choice.bound - choice.objective <= 5e-4 * choice.objective + 1e-6


def read_knapsack(path):
    words = path.read_text()
    number = {name: int(re.search(rf"^{name}\s*=\s*(\d+)", words, re.M).group(1)) for name in ("N", "M", "z")}
    lists = {name: re.search(rf"^{name}\s*=\s*\[(.*?)\]", words, re.M | re.S).group(1) for name in ("c", "b", "a")}
    c, b, a = (np.array([float(n) for n in re.findall(r"[\d.]+", lists[name])]) for name in ("c", "b", "a"))
    return c, b, a.reshape(number["M"], number["N"]), number["z"]
