"""What a plan keeps to, what it refuses and in which words."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from plan_makers import START, activity, catalogue, gaps, limits, phi, session

from toolkit.errors import InputError, NotEnoughData
from toolkit.plans import Limits, plan_person
from toolkit.plans.options import options_of
from toolkit.plans.prerequisites import prerequisites_of
from toolkit.plans.report import proof

PERSON = gaps(x=(2.0, 0.5, 3.0, 4.0), y=(2.5, 0.4, 3.0, 2.0))


def ids(plan):
    return [item.activity_id for item in plan.items]


def test_a_plan_adds_up():
    rows = [
        activity("a", hours=4, cost=100, x=0.4),
        activity("b", hours=6, cost=300, x=0.5, y=0.2),
        activity("c", y=0.0, x=0.0),
    ]
    plan = plan_person(PERSON, catalogue(*rows), limits())
    assert set(ids(plan)) == {"a", "b"} and (plan.hours, plan.cost) == (10.0, 400.0) and plan.person_id == "p"
    assert plan.before == pytest.approx({"x": phi(1e6, 1.0, 0.5), "y": phi(1e6, 0.5, 0.4)})
    assert plan.after["x"] == pytest.approx(plan.before["x"] - phi(0.9, 1.0, 0.5))
    prices = sum(1e-6 * item.cost + 1e-5 * item.hours * (item.starts_on - START).days / 7 for item in plan.items)
    assert plan.value == pytest.approx(4 * phi(0.9, 1.0, 0.5) + 2 * phi(0.2, 0.5, 0.4) - prices)
    closes = {item.activity_id: item.closes for item in plan.items}
    assert closes["a"] == pytest.approx({"x": phi(0.9, 1.0, 0.5) - phi(0.5, 1.0, 0.5)})
    worth = {item.activity_id: item.worth for item in plan.items}
    assert worth["a"] == pytest.approx(4 * closes["a"]["x"] - 1e-4, abs=1e-9)
    assert plan.table["activity_id"].tolist() == ids(plan) and plan.table["hours"].sum() == 10
    assert str(plan.left_out["c"]) == "It closes no gap that was seen."


def test_reasons_in_words():
    rows = [activity("a", x=0.5, y=0.3), activity("b", x=0.0)]
    plan = plan_person(PERSON, catalogue(*rows), limits(), pinned=["b"])
    assert str(plan.why("a")).startswith(
        f"Closes {phi(0.5, 1.0, 0.5):.2f} of the expected gap of 1.00 levels in x, and helps y"
    )
    assert "levels in Listening." in str(
        plan_person(gaps(x=(2.0, 0.5, 3.0, 4.0)), catalogue(rows[0]), limits()).why("a", {"x": {"en": "Listening"}})
    )
    assert str(plan.why("b")) == "You pinned it; it closes no gap that was seen."
    assert str(plan.why("zzz")) == "It is not in the catalogue."


@pytest.mark.parametrize(
    ("row", "options", "words"),
    [
        (activity("n", tier="senior", x=0.5), {"tier": "junior"}, "It is made for another tier."),
        (activity("n", language="en", x=0.5), {"language": "zh"}, "It is not held in this person's language."),
        (activity("n", x=0.5), {"excluded": ["n"]}, "You excluded it."),
        (activity("n", weeks=13, x=0.5), {}, "It takes longer than there is time until the deadline."),
        (activity("n", mode="dated", x=0.5), {}, "It has no session with a free seat before the deadline."),
        (activity("n", cost=2000, x=0.5), {}, "It costs 2,000, more than the whole budget."),
        (activity("n", hours=30, x=0.5), {}, "It takes 30 hours, more than there are until the deadline."),
        (activity("n", x=0.0), {}, "It closes no gap that was seen."),
    ],
)
def test_why_an_activity_is_left_out(row, options, words):
    plan = plan_person(PERSON, catalogue(activity("a", x=0.5), row), limits(), **options)
    assert ids(plan) == ["a"] and str(plan.why("n")) == words


@pytest.mark.parametrize("tier", ["junior", "middle", "senior"])
def test_tiers_one_step_away_stay(tier):
    rows = [activity(name, tier=name, x=0.3, hours=2.0) for name in ("junior", "middle", "senior", "any")]
    plan = plan_person(gaps(x=(3.0, 0.5, 4.5, 4.0)), catalogue(*rows), limits(), tier=tier)
    far = {"junior": {"senior"}, "middle": set(), "senior": {"junior"}}[tier]
    assert {name for name, reason in plan.left_out.items() if "another tier" in str(reason)} == far
    assert set(ids(plan)) == {"junior", "middle", "senior", "any"} - far


def test_a_pin_overrules_tier_and_exclusion():
    rows = [activity("a", x=0.5), activity("n", tier="senior", x=0.1)]
    plan = plan_person(PERSON, catalogue(*rows), limits(), tier="junior", excluded=["n"], pinned=["n"])
    assert "n" in ids(plan) and next(item for item in plan.items if item.activity_id == "n").pinned
    assert "n" not in plan.left_out


@pytest.mark.parametrize(
    ("pin", "where"),
    [
        ("full", "It has no session with a free seat before the deadline."),
        ("long", "It takes longer than there is time until the deadline."),
        ("ghost", "It is not in the catalogue."),
    ],
)
def test_a_pin_that_cannot_be_planned_is_named(pin, where):
    rows = [activity("a", x=0.5), activity("full", mode="dated", x=0.5), activity("long", weeks=20, x=0.5)]
    dates = pd.DataFrame([session("s", "full", START, seats=3, taken=3)])
    with pytest.raises(InputError, match=f"The pinned activity “{pin}” cannot be planned") as caught:
        plan_person(PERSON, catalogue(*rows), limits(), sessions=dates, pinned=["a", pin])
    assert str(caught.value.where) == where and str(caught.value.remedy) == "Take the pin away."


def test_pins_that_clash_are_named():
    rows = [activity("a", cost=600, x=0.5), activity("b", cost=600, x=0.5), activity("c", cost=0, x=0.1)]
    with pytest.raises(InputError, match="can keep all 3 pins") as caught:
        plan_person(PERSON, catalogue(*rows), limits(), pinned=["a", "b", "c"])
    assert str(caught.value.where) == "Activities concerned: Course a, Course b."  # c is innocent
    with pytest.raises(InputError, match="can keep the pin") as caught:
        plan_person(PERSON, catalogue(activity("a", cost=6000, x=0.5)), limits(), pinned=["a"])
    assert str(caught.value.where) == "Activities concerned: Course a."
    assert str(caught.value.remedy).strip() == "A budget of 6,000 would be enough."


def test_a_pinned_activity_brings_its_prerequisite():
    rows = [activity("basics", x=0.0), activity("more", needs="basics", x=0.4)]
    plan = plan_person(PERSON, catalogue(*rows), limits(), pinned=["more"])
    assert ids(plan) == ["basics", "more"] and plan.items[0].ends_on < plan.items[1].starts_on
    with pytest.raises(InputError, match="can keep the pin"):
        plan_person(PERSON, catalogue(*rows), limits(), pinned=["more"], excluded=["basics"])


def test_a_missing_prerequisite_keeps_an_activity_out_and_says_so():
    rows = [activity("a", x=0.3), activity("more", needs="basics；other", x=0.4)]
    plan = plan_person(PERSON, catalogue(*rows), limits())
    assert ids(plan) == ["a"] and str(plan.why("more")).startswith("It needs 2 other activities first")


@pytest.mark.parametrize(
    ("needs", "circle"),
    [({"a": "a"}, "a → a"), ({"a": "b", "b": "a"}, "a → b → a"), ({"a": "b", "b": "c", "c": "b"}, "b → c → b")],
)
def test_circular_prerequisites_are_shown_as_a_circle(needs, circle):
    rows = [activity(name, needs=needs.get(name), x=0.3) for name in "abc"]
    with pytest.raises(InputError) as caught:
        plan_person(PERSON, catalogue(*rows), limits())
    assert str(caught.value.problem) == f"The prerequisites go round in a circle: {circle}."


@pytest.mark.parametrize(
    ("cell", "found"), [("a; b", ["a", "b"]), ("a，b；c", ["a", "b", "c"]), (" ", []), (None, []), (np.nan, [])]
)
def test_a_prerequisites_cell(cell, found):
    assert prerequisites_of(cell) == found


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"deadline": START}, "The deadline 2026-01-05 is not after the start 2026-01-05"),
        ({"deadline": START - dt.timedelta(days=1)}, "is not after the start"),
        ({"deadline": START + dt.timedelta(days=6)}, "at least one week and at most 104 weeks"),
        ({"deadline": START + dt.timedelta(weeks=105)}, "at least one week and at most 104 weeks"),
        ({"hours_per_week": 0.0}, "Hours per week must be more than 0 and at most 60, not 0.0"),
        ({"hours_per_week": -2.0}, "not -2.0"),
        ({"hours_per_week": float("nan")}, "not nan"),
        ({"hours_per_week": 61.0}, "not 61.0"),
        ({"budget": -1.0}, "The budget cannot be negative"),
        ({"budget": float("nan")}, "The budget cannot be negative"),
    ],
)
def test_limits_no_plan_can_have_are_refused(change, words):
    with pytest.raises(InputError, match=words):
        Limits(**({"start": START, "deadline": START + dt.timedelta(weeks=12)} | change))


def test_weeks_are_whole():
    assert limits(12, days=6).weeks == 12 and limits(12, 1.5).hours == 18.0
    assert limits().week_of(START + dt.timedelta(days=6)) == 0 and limits().day_of(2) == START + dt.timedelta(weeks=2)


def test_no_budget_leaves_what_is_free():
    rows = [activity("paid", cost=1, x=0.9), activity("free", cost=0, x=0.2)]
    assert ids(plan_person(PERSON, catalogue(*rows), limits(budget=0))) == ["free"]
    assert set(ids(plan_person(PERSON, catalogue(*rows), limits(budget=float("inf"))))) == {"paid", "free"}


def test_an_empty_catalogue_gives_an_empty_plan():
    nothing = catalogue(activity("a", x=0.5)).iloc[:0]
    for columns in (nothing, nothing.drop(columns="gain_x")):
        plan = plan_person(PERSON, columns, limits())
        assert (plan.items, plan.value, plan.gap, plan.cost) == ((), 0, 0.0, 0)
        assert str(proof(plan)) == "The catalogue of activities is empty."


def test_a_person_without_a_gap_needs_nothing():
    fine = gaps(x=(4.9, 0.1, 2.0, 4.0))
    plan = plan_person(fine, catalogue(activity("a", x=0.5)), limits())
    assert plan.items == () and plan.before["x"] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("person", [gaps(x=(np.nan, np.nan, 3.0, 4.0)), PERSON.iloc[:0]])
def test_a_person_of_whom_nothing_was_seen(person):
    with pytest.raises(NotEnoughData, match="Nothing has been seen of this person yet") as caught:
        plan_person(person, catalogue(activity("a", x=0.5)), limits())
    assert "Score a role-play" in str(caught.value.remedy)


def test_what_was_never_seen_is_not_planned_for():
    person = pd.concat([gaps(x=(np.nan, np.nan, 3.0, 5.0)), gaps(y=(2.0, 0.5, 3.0, 1.0))])
    plan = plan_person(person, catalogue(activity("a", x=0.9), activity("b", y=0.2)), limits())
    assert ids(plan) == ["b"] and set(plan.before) == {"y"}


def test_a_level_known_exactly_is_planned_for():
    plan = plan_person(gaps(x=(2.0, 0.0, 3.0, 4.0)), catalogue(activity("a", x=0.5)), limits())
    assert ids(plan) == ["a"] and plan.after["x"] == pytest.approx(0.5, abs=1e-3) and plan.bound >= plan.value


def test_past_full_and_late_sessions_are_not_used():
    dates = pd.DataFrame(
        [
            session("past", "a", START - dt.timedelta(days=1)),
            session("full", "a", START + dt.timedelta(weeks=1), seats=4, taken=4),
            session("overbooked", "a", START + dt.timedelta(weeks=1), seats=4, taken=9),
            session("free", "a", START + dt.timedelta(weeks=3), seats=4, taken=3),
            session("late", "a", START + dt.timedelta(weeks=11)),
            session("other", "b", START),
        ]
    )
    options, missing = options_of(catalogue(activity("a", mode="dated", x=0.5)), dates, limits())
    assert [option.session_id for option in options] == ["free"] and missing == {}
    plan = plan_person(PERSON, catalogue(activity("a", mode="dated", x=0.5)), limits(), sessions=dates)
    assert plan.items[0].session_id == "free" and plan.items[0].starts_on == START + dt.timedelta(weeks=3)
    assert plan_person(PERSON, catalogue(activity("a", mode="dated", x=0.5)), limits()).items == ()


def test_the_earlier_and_the_cheaper_of_two_equals():
    dates = pd.DataFrame([session("later", "a", START + dt.timedelta(weeks=6)), session("soon", "a", START)])
    plan = plan_person(PERSON, catalogue(activity("a", mode="dated", x=0.5)), limits(), sessions=dates)
    assert plan.items[0].session_id == "soon"
    one_of = [activity("dear", cost=900, hours=13, x=0.5), activity("cheap", cost=100, hours=13, x=0.5)]
    assert ids(plan_person(PERSON, catalogue(*one_of), limits())) == ["cheap"]


def test_the_hours_of_an_option_are_spread_over_its_weeks():
    options, _ = options_of(catalogue(activity("a", hours=6.0, weeks=6, x=0.5)), None, limits(11))
    assert [option.start for option in options] == [0, 4]
    assert [option.hours_in.tolist() for option in options] == [[4.0, 2.0, 0.0], [0.0, 4.0, 2.0]]
    assert options[0].starts_on == START and options[0].ends_on == dt.date(2026, 2, 13)  # a Friday


@pytest.mark.parametrize(
    ("change", "words"),
    [({"hours": 0}, "“0.0” does not fit the column “hours”"), ({"cost": -5}, "“-5.0” does not fit the column “cost”"),
     ({"weeks": 0}, "“0” does not fit the column “weeks”"), ({"mode": "sometimes"}, "“sometimes” does not fit the column “mode”")],
)  # fmt: skip
def test_a_catalogue_that_cannot_be_is_refused_by_row(change, words):
    rows = [activity("a", x=0.5), activity("b", x=0.5) | change]
    with pytest.raises(InputError, match=words) as caught:
        plan_person(PERSON, catalogue(*rows), limits())
    assert str(caught.value.where) == "Row 2"


def test_the_proof_is_told_in_words():
    rows = [activity(f"a{n}", hours=3.0 + n, cost=90.0 + n, x=0.1 + n / 50, y=0.05 * n) for n in range(12)]
    plan = plan_person(PERSON, catalogue(*rows), limits())
    assert 0 <= plan.gap < 0.005 and plan.bound >= plan.value
    share = max(100 * plan.gap, 0.01)
    assert str(proof(plan)) == (
        f"Proven: with these limits, pins and exclusions no plan closes the gaps better by more than {share:.2f} %."
    )
