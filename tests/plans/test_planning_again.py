"""A plan that is lived with and planned again: mentoring behind, time over, and what was done long before."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
from plan_makers import NAMES, START, activity, catalogue, gaps, limits
from plan_rooms import TODAY, only, room_of, stored

from toolkit.plans import Limits, PersonPlanner, Plan, PlanBook, PlanBuilder, PlanItem, PlanRecord, PlanState
from toolkit.plans.conflicts import LimitsClash
from toolkit.plans.progress import ItemProgress
from toolkit.plans.review.storage import set_item_progress
from toolkit.plans.review.stored_book import StoredPlanBook, save_with_goals
from toolkit.plans.storage import save_plan

PEOPLE = pd.DataFrame({"person_id": ["p"], "name": ["Ann"], "tier_id": "middle", "language": "en"})
GUIDE = activity("guide", hours=10, cost=500, listening=0.2) | {"kind": "mentoring"}
ROWS = catalogue(activity("talk", hours=4, cost=300, listening=0.5), activity("read", hours=2, listening=0.1), GUIDE)
GAPS = gaps(listening=(2.0, 0.2, 3.5, 4.0))
ASKED = replace(limits(), mentor=True)


def test_mentoring_that_is_done_is_the_mentoring_that_was_asked_for():
    planner = PersonPlanner(GAPS, ROWS, ASKED, done={"guide": START})
    plan = planner.plan()
    assert {item.activity_id for item in plan.items} == {"talk", "read"}
    assert planner.limits == plan.limits == ASKED  # what was asked for stays said
    again = catalogue(activity("talk", listening=0.5), GUIDE | {"repeat_after_weeks": 4.0})
    repeated = PersonPlanner(GAPS, again, ASKED, done={"guide": START - dt.timedelta(weeks=8)}).plan()
    assert "guide" in {item.activity_id for item in repeated.items}  # it may be done again, so it is asked for again
    with pytest.raises(LimitsClash, match="a mentor is asked for"):
        PersonPlanner(GAPS, ROWS[ROWS["activity_id"] != "guide"], ASKED).plan()


def test_mentoring_under_way_is_kept_and_a_clash_does_not_blame_the_mentor():
    first = PersonPlanner(GAPS, ROWS, ASKED).plan()
    begun = [item for item in first.items if item.activity_id == "guide"]
    plan = PersonPlanner(GAPS, ROWS, replace(ASKED, budget=0.0), under_way=begun).plan()
    assert "guide" in {item.activity_id for item in plan.items}
    talk = [item for item in first.items if item.activity_id == "talk"]
    tight = replace(ASKED, hours_per_week=0.1, deadline=START + dt.timedelta(weeks=2))
    with pytest.raises(LimitsClash, match="What is under way does not fit"):
        PersonPlanner(GAPS, ROWS, tight, done={"guide": START}, under_way=talk).plan()


def builder(today, saved):
    state = PlanState(PEOPLE, lambda person: GAPS.assign(person_id=person), ROWS, None)
    return PlanBuilder(state, NAMES, today=today, advice=False, saved=saved)


def test_a_plan_whose_time_is_over_is_not_planned_into_the_past():
    old = PersonPlanner(GAPS, ROWS, limits()).plan()
    panel = builder(old.limits.deadline + dt.timedelta(weeks=5), lambda _person: (old, 4, ()))
    assert "version 4" in panel.status.words and "choose a new deadline" in panel.status.words
    panel.view.items.press("read", "pinned")
    assert panel.state.plan == old and panel.state.pinned == ("read",)
    assert "stays as it is until it is made again" in panel.status.words
    panel.limits.deadline.value = panel.today + dt.timedelta(weeks=12)
    panel.make.click()
    assert min(item.starts_on for item in panel.state.plan.items) >= panel.today
    assert "read" in {item.activity_id for item in panel.state.plan.items if item.pinned}
    running = builder(START + dt.timedelta(weeks=1), lambda _person: (old, 4, ()))
    running.view.items.press("read", "pinned")
    assert running.state.plan != old and "Planned again" in running.status.words


def test_a_plan_taken_up_from_a_file_is_not_planned_into_the_past_either():
    panel = builder(START, lambda _person: None)
    panel.make.click()
    later = builder(START + dt.timedelta(weeks=60), lambda _person: None)
    later.restore(panel.to_dict())
    later.view.items.press("read", "pinned")
    assert later.state.plan == panel.state.plan and later.state.pinned == ("read",)
    same = builder(START, lambda _person: None)
    same.restore(panel.to_dict())
    assert same.state.limits == panel.state.limits


def item(name, start, closes=0.4):
    day = TODAY - dt.timedelta(weeks=start)
    return PlanItem(name, None, day, day + dt.timedelta(days=11), 4.0, 100.0, 0.1, {"communication": closes}, False)


def test_what_was_done_in_an_earlier_version_still_counts(office):
    only(office, *(stored(one) for one in "abcd"))
    trainer, room = office.viewers["trainer"], room_of(office)
    each = Limits(TODAY - dt.timedelta(weeks=30), TODAY + dt.timedelta(weeks=30), 2.0, 4000.0)
    plan = Plan("rep-1", each, (item("a", 20), item("b", 10)), 0.3, 0.4, {"communication": 1.5}, {}, {})
    save_plan(office.store, trainer, plan)

    def done(activity, version):
        one = ItemProgress("done", TODAY - dt.timedelta(weeks=1))
        set_item_progress(office.store, trainer, "rep-1", version, activity, one, today=TODAY)

    done("a", 1)
    save_with_goals(room, replace(plan, items=(item("b", 10),)), (), 1)
    done("b", 2)
    book = StoredPlanBook.of_person(room, "rep-1")
    level = room.gaps_of("rep-1").set_index("competency_id")["level"]["communication"]
    now = book._gaps_now().set_index("competency_id")["level"]["communication"]
    assert now - level == pytest.approx(0.8)
    assert set(book.record.done) == {"a", "b"}
    second = book.replan()
    assert {one.activity_id for one in second.items} <= {"c", "d"}
    save_plan(office.store, trainer, second)
    third = StoredPlanBook.of_person(room, "rep-1")
    assert third._gaps_now().set_index("competency_id")["level"]["communication"] == pytest.approx(now)


def test_a_book_in_memory_remembers_what_was_done_too():
    asked = []

    def plan_rest(rest):
        asked.append(dict(rest.done))
        return PersonPlanner(GAPS, ROWS, rest.limits, done=rest.done).plan()

    book = PlanBook(PlanRecord(PersonPlanner(GAPS, ROWS, limits()).plan()), today=START, plan_rest=plan_rest)
    book.set_progress("read", ItemProgress("done"))
    book.adopt(book.replan())
    book.adopt(book.replan())
    assert asked == [{"read": START}] * 2 and book.record.done == {"read": START}
    assert [one.activity_id for one in book.record.done_since(START - dt.timedelta(days=1))] == ["read"]
    assert book.record.done_since(START) == []
