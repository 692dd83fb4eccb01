"""The calendar keeps what took place and takes out what was taken away, reviews too."""

import dataclasses
import datetime as dt

import icalendar
import pytest
from plan_makers import activity, catalogue, gaps, limits
from plan_rooms import TODAY, only, room_of, stored

from toolkit.errors import NotFound
from toolkit.language import Language
from toolkit.plans import PersonPlanner, Plan, PlanBook, PlanItem, PlanRecord, PlanReview, plan_person
from toolkit.plans.agenda.storage import cancelled_reviews, hold_review, reminders, reviews_of, set_reviews
from toolkit.plans.builder.page import PlanSection
from toolkit.plans.progress import ItemProgress
from toolkit.plans.report import calendar_plan
from toolkit.plans.review.page import ReviewSection
from toolkit.plans.review.storage import set_item_progress
from toolkit.plans.storage import save_plan

ROWS = catalogue(*(activity(name, listening=0.3) for name in ("talk", "drill", "read")))
PLAN = plan_person(gaps(listening=(2.0, 0.4, 4.0, 4.0)), ROWS, limits())
STAMP = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC)


def read(content):
    """Return (status, sequence) of each entry by its title, or its day for reviews."""
    found = {}
    for event in icalendar.Calendar.from_ical(content).walk("VEVENT"):
        title = str(event["summary"])
        found[event["dtstart"].dt if title.startswith("Review") else title] = (
            str(event["status"]),
            int(event["sequence"]),
        )
    return found


def written(plan=PLAN, version=2, stamp=STAMP, **options):
    return calendar_plan(plan, ROWS, Language("en"), stamp=stamp, version=version, **options)


def test_what_took_place_is_not_cancelled():
    none = dataclasses.replace(PLAN, items=())
    assert {status for status, _ in read(written(none, earlier=[PLAN])).values()} == {"CANCELLED"}
    assert set(read(written(none, earlier=[PLAN], done=["talk"]))) == {"Course drill", "Course read"}
    after = STAMP + dt.timedelta(weeks=40)
    assert read(written(none, earlier=[PLAN], stamp=after)) == {}
    moved = [dataclasses.replace(one, ends_on=one.ends_on + dt.timedelta(weeks=60)) for one in PLAN.items]
    newer = dataclasses.replace(PLAN, items=tuple(moved))
    assert len(read(written(none, earlier=[newer, PLAN], stamp=after))) == 3  # as it last stood, it lies ahead
    assert read(written(none, earlier=[PLAN, newer], stamp=after)) == {}
    dropped = read(written(dropped=True, done=["talk"]))
    assert {title: status for title, (status, _) in dropped.items()} == {
        "Course talk": "CONFIRMED",
        "Course drill": "CANCELLED",
        "Course read": "CANCELLED",
    }


def test_no_method_is_named_that_would_need_an_organizer():
    assert b"METHOD" not in written() and b"ORGANIZER" not in written()


def test_a_review_taken_away_is_cancelled_with_a_higher_sequence_each_time():
    day, other = dt.date(2026, 2, 2), dt.date(2026, 3, 2)
    steps = [
        {"reviews": [day, other]},
        {"reviews": [other], "cancelled_reviews": [day]},
        {"reviews": [day, other], "cancelled_reviews": [day]},
        {"reviews": [other], "cancelled_reviews": [day, day]},
    ]
    found = [read(written(**step)) for step in steps]
    assert [one[day] for one in found] == [("CONFIRMED", 2), ("CANCELLED", 3), ("CONFIRMED", 4), ("CANCELLED", 5)]
    assert {one[other] for one in found} == {("CONFIRMED", 2)}


def test_reviews_stay_in_the_store_when_they_are_taken_away(office, audit_of):
    trainer, first, second = office.viewers["trainer"], dt.date(2026, 11, 2), dt.date(2026, 12, 1)

    def of(query, who="trainer", *arguments):
        with office.store.read() as connection:
            return query(connection, office.viewers[who], *arguments)

    set_reviews(office.store, trainer, "rep-1", [first, second])
    gone = of(reviews_of, "trainer", "rep-1")["review_id"][0]
    set_reviews(office.store, trainer, "rep-1", [second])
    assert [day.date() for day in of(reviews_of, "trainer", "rep-1")["due_on"]] == [second]
    assert of(cancelled_reviews, "rep-1", "rep-1") == (first,)
    with pytest.raises(NotFound):
        hold_review(office.store, trainer, "rep-1", gone, "", today=TODAY)
    set_reviews(office.store, trainer, "rep-1", [second])  # nothing is cancelled twice
    assert of(cancelled_reviews, "trainer", "rep-1") == (first,)
    set_reviews(office.store, trainer, "rep-1", [first, second])
    assert len(of(reviews_of, "trainer", "rep-1")) == 2
    set_reviews(office.store, trainer, "rep-1", [])
    assert of(cancelled_reviews, "trainer", "rep-1") == (first, first, second)
    assert of(reviews_of, "trainer", "rep-1").empty and of(reminders, "trainer", second) == []
    assert [one["action"] for one in audit_of(office.store, "plan_review")].count("update") == 4 - 1
    with pytest.raises(Exception, match="may not open"):
        of(cancelled_reviews, "rep-2", "rep-1")


def test_a_book_in_memory_keeps_reviews_that_were_taken_away():
    planner = PersonPlanner(gaps(listening=(2.0, 0.4, 4.0, 4.0)), ROWS, limits())
    book = PlanBook(PlanRecord(planner.plan()), today=STAMP.date())
    panel = PlanReview(ROWS, {"listening": {"en": "L", "zh": "L"}}, today=STAMP.date(), clock=lambda: STAMP)
    panel.show(book, "Ann")
    days = dt.date(2026, 2, 2), dt.date(2026, 3, 2)
    book.set_reviews(days)
    book.set_reviews(days[1:])
    found = read(panel._calendar()[1])
    assert found[days[0]] == ("CANCELLED", 2) and found[days[1]] == ("CONFIRMED", 1)


def item(name, weeks):
    start = TODAY + dt.timedelta(weeks=weeks)
    return PlanItem(name, None, start, start + dt.timedelta(days=11), 4.0, 100.0, 0.1, {"communication": 0.3}, False)


def test_both_pages_cancel_what_an_earlier_version_had(office):
    only(office, *(stored(one) for one in "abc"))
    trainer = office.viewers["trainer"]
    first = Plan("rep-1", dataclasses.replace(limits(), start=TODAY, deadline=TODAY + dt.timedelta(weeks=20)),
                 (item("a", 0), item("b", 3), item("c", 6)), 0.3, 0.4, {"communication": 1.5}, {"communication": 1.0}, {})  # fmt: skip
    save_plan(office.store, trainer, first)
    one = ItemProgress("done", TODAY)
    set_item_progress(office.store, trainer, "rep-1", 1, "a", one, today=TODAY)
    save_plan(office.store, trainer, dataclasses.replace(first, items=(item("c", 6),)))
    room = room_of(office)
    room.person_id = "rep-1"
    office.store.clock = lambda: dt.datetime.combine(TODAY, dt.time(8), dt.UTC)
    for section, view in (
        (PlanSection(room), lambda one: one.builder.view),
        (ReviewSection(room), lambda one: one.review),
    ):
        section.show()
        found = {title: status for title, (status, _) in read(view(section)._calendar()[1]).items()}
        assert found == {"Course c": "CONFIRMED", "Course b": "CANCELLED"}  # a was done
