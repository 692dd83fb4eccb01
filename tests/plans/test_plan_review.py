"""Living with a plan on plain tables: agreed, followed, its goals edited, planned again, dropped, exported."""

import datetime as dt
import io
from dataclasses import replace

import docx
import icalendar
import openpyxl
import pandas as pd
import pytest
from plan_makers import NAMES, START, activity, catalogue, gaps, limits

from toolkit.errors import InputError, NotAllowed
from toolkit.plans import PersonPlanner, PlanBook, PlanRecord, PlanReview, goals_of_plan
from toolkit.plans.goal_report import goal_rows

ROWS = catalogue(
    activity("talk", hours=4, cost=300, listening=0.5),
    activity("drill", hours=6, cost=400, listening=0.3, closing=0.4),
    activity("read", hours=2, cost=0, closing=0.1),
)
GAPS = gaps(listening=(2.0, 0.5, 3.0, 4.0), closing=(2.0, 0.5, 3.0, 3.0))
NOW = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC)
WORDS = pd.DataFrame(
    [(one, level, f"{one} {level}", f"{one}{level}级") for one in NAMES for level in range(1, 6)],
    columns=["competency_id", "level", "behaviour_en", "behaviour_zh"],
)


def plan_rest(rest):
    planner = PersonPlanner(GAPS, ROWS, rest.limits, done=rest.done, under_way=rest.under_way)
    return planner.plan(pinned=rest.pinned, excluded=rest.excluded)


def record(**more):
    plan = PersonPlanner(GAPS, ROWS, limits()).plan()
    goals = goal_rows(goals_of_plan(plan, GAPS, WORDS), NAMES, ROWS)
    return PlanRecord(plan, goals=goals, **more)


def opened(language="en", party="manager", **more):
    book = PlanBook(record(**more), today=START, party=party, plan_rest=plan_rest)
    panel = PlanReview(ROWS, NAMES, today=START, clock=lambda: NOW, language=language)
    panel.show(book, "Ann")
    return panel, book


def marks(panel):
    return {entry["id"]: entry["marks"][1] for entry in panel.items.entries}


def test_a_plan_is_agreed_only_when_both_have_signed():
    panel, book = opened(signed={"rep": START})
    assert "has not agreed yet" in panel.standing.value and panel.sign.layout.display is None
    panel.sign.click()
    assert book.record.status == "agreed" and panel.status.words == "The plan is agreed by both."
    assert panel.sign.layout.display == "none" and "agreed on 5 Jan 2026" in panel.standing.value
    other, alone = opened()
    other.sign.click()
    assert alone.record.status == "draft" and "still to come" in other.status.words


@pytest.mark.parametrize(("language", "done"), [("en", "Done on 5 Jan 2026"), ("zh", "2026年1月5日")])
def test_items_move_on_and_say_so(language, done):
    panel, book = opened(language)
    first, second = (item.activity_id for item in book.record.plan.items[:2])
    panel.items.press(first, "done")
    panel.items.press(second, "under_way")
    assert done in marks(panel)[first] or language == "zh"
    assert book.record.of(first).done_on == START and book.record.of(second).status == "under_way"
    panel.items.press(second, "nonsense")  # a forged press
    assert book.record.of(second).status == "under_way"


def test_what_lies_ahead_cannot_have_been_missed():
    panel, book = opened()
    first = book.record.plan.items[0]
    later = replace(first, starts_on=START + dt.timedelta(weeks=1))
    book.record = replace(book.record, plan=replace(book.record.plan, items=(later, *book.record.plan.items[1:])))
    panel.show(book, "Ann")
    offered = next(entry for entry in panel.items.entries if entry["id"] == later.activity_id)["actions"]
    assert "missed" not in {action["id"] for action in offered}
    other = next(entry for entry in panel.items.entries if entry["id"] != later.activity_id)["actions"]
    assert "missed" in {action["id"] for action in other}


def test_goals_are_edited_in_both_languages_until_the_plan_is_agreed():
    panel, book = opened()
    panel.goals.list.press("0", "edit")
    assert panel.goals.editor.layout.display is None and "Measured by" in panel.goals.english.value
    panel.goals.english.value, panel.goals.chinese.value = "Asks twice.", "追问两次。"
    panel.goals.due.value = START + dt.timedelta(weeks=3)
    panel.goals.keep.click()
    assert book.record.goals[0]["words_zh"] == "追问两次。" and book.record.goals[0]["words_en"] == "Asks twice."
    assert any("Asks twice." in entry["lines"] for entry in panel.items.entries)
    panel.goals.list.press("0", "edit")
    panel.goals.english.value = "  "
    panel.goals.keep.click()
    assert panel.goals.status.kind == "bad" and book.record.goals[0]["words_en"] == "Asks twice."
    count = len(book.record.goals)
    panel.goals.list.press("0", "delete")
    assert len(book.record.goals) == count - 1
    agreed, _ = opened(status="agreed", signed={"rep": START, "manager": START})
    assert not any(entry["actions"] for entry in agreed.goals.list.entries)


def test_the_rest_is_planned_again_and_what_is_under_way_stays():
    panel, book = opened(signed={"rep": START, "manager": START}, status="agreed")
    begun, done = (item.activity_id for item in book.record.plan.items[:2])
    panel.items.press(begun, "under_way")
    panel.items.press(done, "done")
    panel.again.hours.value = 1.0
    panel.again.again.click()
    draft = panel.again.draft
    assert begun in {item.activity_id for item in draft.items} and done not in {
        item.activity_id for item in draft.items
    }
    assert book.record.version == 1 and panel.again.result.layout.display is None
    panel.again.discard.click()
    assert panel.again.draft is None
    panel.again.again.click()
    panel.again.adopt.click()
    assert book.record.version == 2 and book.record.status == "draft" and book.record.signed == {}
    assert book.record.of(begun).status == "under_way" and panel.status.words == "Saved as version 2."
    assert [value for _, value in panel.versions.version.options] == [1] and panel.versions.table.ids
    panel.again.deadline.value = START + dt.timedelta(days=3)
    panel.again.again.click()
    assert panel.again.status.kind == "bad" and "Less than a week is left" in panel.again.status.words


def test_reviews_are_set_and_held_and_the_track_needs_a_reason():
    panel, book = opened()
    panel.dates.day.value = START + dt.timedelta(weeks=4)
    panel.dates.add.click()
    [entry] = panel.dates.list.entries
    panel.dates.note.value = "Went well"
    panel.dates.list.press(entry["id"], "hold")
    [entry] = panel.dates.list.entries
    assert entry["lines"] == ["Went well"] and entry["actions"] == [] and book.record.reviews_to_come == []
    panel.dates.track.value = True
    panel.dates.keep_track.click()
    assert panel.dates.status.kind == "bad" and book.record.high_potential is None
    panel.dates.why.value = "Led the stand"
    panel.dates.keep_track.click()
    assert book.record.high_potential == "Led the stand" and "Led the stand" in panel.standing.value


def test_a_plan_is_dropped_for_a_reason_and_its_calendar_cancels():
    panel, book = opened()
    panel.again.drop.click()
    assert panel.again.status.kind == "bad" and book.record.status == "draft"
    panel.again.why.value = "Moved to another team"
    panel.again.drop.click()
    assert book.record.status == "dropped" and "Moved to another team" in panel.standing.value
    events = icalendar.Calendar.from_ical(panel._calendar()[1]).walk("VEVENT")
    assert events and all(str(event["STATUS"]) == "CANCELLED" for event in events)
    assert not any(entry["actions"] for entry in panel.items.entries)


def test_a_rep_may_sign_and_follow_and_nothing_else():
    book = PlanBook(record(), today=START, party="rep", may=frozenset({"sign", "progress"}), plan_rest=plan_rest)
    panel = PlanReview(ROWS, NAMES, today=START)
    panel.show(book, "Ann")
    hidden = [panel.again.planning, panel.again.ending, panel.dates.editing, panel.dates.tracking]
    assert all(one.layout.display == "none" for one in hidden)
    with pytest.raises(NotAllowed):
        book.keep_goals([])
    panel.sign.click()
    assert set(book.record.signed) == {"rep"}
    with pytest.raises(InputError):
        PlanBook(record(status="done"), today=START, party="rep").sign()


def test_word_and_excel_hold_goals_signatures_and_progress():
    panel, book = opened(signed={"rep": START})
    panel.items.press(book.record.plan.items[0].activity_id, "done")
    document = docx.Document(io.BytesIO(panel._word()[1]))
    assert any("Measured by" in paragraph.text for paragraph in document.paragraphs)
    assert "5 Jan 2026" in [cell.text for cell in document.tables[-1]._cells]
    sheets = openpyxl.load_workbook(io.BytesIO(panel._excel()[1]))
    assert sheets.sheetnames == ["Activities", "Goals", "Reviews", "Expected gap"]
    assert "Done on 5 Jan 2026" in [cell.value for row in sheets["Activities"] for cell in row]


def test_nothing_is_shown_without_a_plan():
    panel = PlanReview(ROWS, NAMES, today=START)
    assert panel.layout.display == "none" and panel._word() is panel._excel() is panel._calendar() is None
    panel.sign.click()
    assert panel.status.kind == ""


def test_limits_that_cannot_be_kept_offer_ways_out():
    panel, book = opened(signed={"rep": START, "manager": START}, status="agreed")
    pinned = tuple(replace(item, pinned=True) for item in book.record.plan.items)
    book.record = replace(book.record, plan=replace(book.record.plan, items=pinned))
    panel.show(book, "Ann")
    panel.again.hours.value = 0.25
    panel.again.again.click()
    assert panel.again.status.kind == "bad" and "Course talk" in panel.again.status.words
    ways = [one for one in panel.again.ways_out.children if "hours per week" in one.label]
    assert len(ways) == 1 and panel.again.draft is None
    ways[0].click()
    assert panel.again.draft is not None and panel.again.hours.value > 0.25
    assert panel.again.ways_out.children == () and panel.again.status.words == ""
