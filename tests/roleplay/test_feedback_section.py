"""The section “Feedback” on a real store: who sees whom, what is kept, and what nobody may write."""

import datetime as dt
import io
import zoneinfo
from typing import Any

import openpyxl
import pytest

from toolkit.errors import InputError, NotAllowed, NotFound
from toolkit.language import Language
from toolkit.organisation.storage import content
from toolkit.roleplay import storage as roleplay
from toolkit.roleplay.feedback import storage
from toolkit.roleplay.page import RolePlayPage
from toolkit.roleplay.storage import SheetKey, create_workshop, save_rating
from toolkit.roleplay.tables import RATING

DAY = dt.date(2026, 9, 3)
ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")
RATERS = ("trainer", "manager-north")


@pytest.fixture
def workshop(office: Any) -> Any:
    """Give the office with the workshops “w”, rated, and “later”, in which nothing has happened yet."""
    with office.store.write("user-trainer") as change:
        for name in ("w", "later"):
            create_workshop(
                change,
                name={"en": name.title(), "zh": name},
                held_on=DAY if name == "w" else DAY + dt.timedelta(days=30),
                scenarios={"price_objection": "customer_visit"},
                reps=["rep-1", "rep-2", "rep-3", "rep-4"],
                raters=list(RATERS),
                workshop_id=name,
            )
        criteria = [one["id"] for one in content(change.connection, "rubric", "customer_visit")["criteria"]]
    for place, rep in enumerate(("rep-1", "rep-2", "rep-3")):
        for rater in RATERS:
            key = SheetKey("w", "price_objection", rep, rater)
            for number, criterion in enumerate(criteria):
                save_rating(
                    office.store, office.viewers[rater], key, criterion, float(2 + (place + number) % 3), on=DAY
                )
    with office.store.write("test") as change:
        change.connection.execute(RATING.update().where(RATING.c.criterion_id == criteria[0]).values(note="Kept calm"))
    return office


def page_of(workshop: Any, who: str, language: str = "en") -> RolePlayPage:
    page = RolePlayPage(workshop.store, workshop.viewers[who], Language(language), today=DAY, zone=ZONE)
    page.workshop.value = "w"
    page.tabs.show_section(Language(language)("Feedback"))
    return page


def section_of(page: RolePlayPage) -> Any:
    return page.section(page.tabs.opened)


def lessons_of(workshop: Any, who: str = "trainer") -> Any:
    with workshop.store.read() as connection:
        return storage.lessons(connection, workshop.viewers[who], ["price_objection"])


@pytest.mark.parametrize(
    ("who", "reps"),
    [("trainer", {"rep-1", "rep-2", "rep-3"}), ("manager-north", {"rep-1", "rep-2"}), ("manager-south", {"rep-3"})],
)
def test_only_reps_the_viewer_may_see_have_a_sheet(workshop: Any, who: str, reps: set[str]) -> None:
    page = page_of(workshop, who)
    section = section_of(page)
    assert {value for _, value in section.view.person.options} == reps and page.status.words == ""
    assert "Kept calm" in section.view.words.value + section.view.rest.value
    section.all.click()
    assert section._prepared[0].endswith(".docx") and f"with {len(reps)} sheet" in page.status.words
    book = openpyxl.load_workbook(io.BytesIO(section._excel()[1]))
    named = {row[0] for sheet in book.worksheets for row in list(sheet.values)[1:]}
    assert named == {rep.title() for rep in reps}
    with workshop.store.read() as connection:
        assert set(storage.notes(connection, workshop.viewers[who], "w")["rep_id"]) == reps
    section.parts.show_section("Workshop report")
    section.report.ask.put(True)
    assert set(section.report.ranked["name"]) == {rep.title() for rep in reps}


def test_a_rep_reads_no_lesson_and_only_the_own_notes(workshop: Any) -> None:
    storage.write_lesson(workshop.store, workshop.viewers["trainer"], "w", "price_objection", "Slower")
    assert lessons_of(workshop, "rep-1").empty and lessons_of(workshop, "hr").empty
    with workshop.store.read() as connection:
        assert set(storage.notes(connection, workshop.viewers["rep-1"], "w")["rep_id"]) == {"rep-1"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_file_can_be_had_and_a_later_rating_is_read(workshop: Any, language: str) -> None:
    page = page_of(workshop, "trainer", language)
    section = section_of(page)
    for part in section._places:
        section.parts.show_section(part)
        assert page.status.kind != "bad", page.status.words
    assert section._word()[1][:2] == section._report_word()[1][:2] == b"PK"
    before = section.view.sheet.fair
    key = SheetKey("w", "price_objection", section.view.rep_id, "trainer")
    criterion = section.view.sheet.behaviours[-1].criterion_id
    save_rating(workshop.store, workshop.viewers["trainer"], key, criterion, 5.0, on=DAY)
    section.show()
    section.parts.tabs.selected = 0
    assert section.view.sheet.fair != before


def test_an_empty_workshop_says_what_will_stand_there(workshop: Any) -> None:
    page = page_of(workshop, "trainer")
    section = section_of(page)
    page.workshop.value = "later"
    section.parts.show_section("Reps")
    assert section.view.sheet is None and section.view.nothing.layout.display is None
    assert section._word() is None and section._excel() is None and section._files.layout.display == "none"
    section.parts.show_section("Workshop report")
    assert section.nothing.layout.display is None and section._report_word() is None
    section.all.click()
    assert section._prepared is None and page.status.kind != "bad"


def test_a_lesson_is_kept_changed_and_read_in_the_next_workshop(workshop: Any, audit_of: Any) -> None:
    page = page_of(workshop, "trainer")
    section = section_of(page)
    section.parts.show_section("Lessons")
    book = section.lessons
    book.keep.click()
    assert page.status.kind == "bad" and "The lesson is empty" in page.status.words
    book.words.put("  <b>Ask</b> before you offer. ")
    book.keep.click()
    assert page.status.words == "The lesson is kept with its scenario." and book.words.value == ""
    (entry,) = book.entries.entries
    assert entry["lines"] == ["<b>Ask</b> before you offer."] and entry["marks"] == ["yours"]
    book.entries.press(entry["id"], "change")
    assert book.words.value == "<b>Ask</b> before you offer." and book.cancel.layout.display is None
    book.words.put("Ask twice.")
    book.keep.click()
    assert [one["lines"] for one in book.entries.entries] == [["Ask twice."]]
    assert [row["action"] for row in audit_of(workshop.store, "lesson")] == ["create", "update"]
    page.workshop.value = "later"
    page.tabs.show_section("Score")
    scorer = next(one for one in section_of(page).children if hasattr(one, "brief"))
    assert "Lessons from earlier debriefs" in scorer.brief.value and "Ask twice." in scorer.brief.value
    other = page_of(workshop, "manager-north")
    section_of(other).parts.show_section("Lessons")
    (seen,) = section_of(other).lessons.entries.entries
    assert seen["lines"] == ["Ask twice."] and seen["actions"] == [] and seen["marks"] == []


def test_who_may_not_write_a_lesson_is_told_so(workshop: Any) -> None:
    store, viewers = workshop.store, workshop.viewers
    for who in ("manager-south", "rep-1", "hr", "administrator"):
        with pytest.raises(NotAllowed):
            storage.write_lesson(store, viewers[who], "w", "price_objection", "words")
    with pytest.raises(NotFound):
        storage.write_lesson(store, viewers["trainer"], "w", "complaint", "words")
    with pytest.raises(NotFound):
        storage.write_lesson(store, viewers["trainer"], "nowhere", "price_objection", "words")
    for bad in ("", " \n ", "x" * 1001):
        with pytest.raises(InputError):
            storage.write_lesson(store, viewers["trainer"], "w", "price_objection", bad)
    assert lessons_of(workshop).empty
    own = storage.write_lesson(store, viewers["manager-north"], "w", "price_objection", "words")
    with pytest.raises(NotAllowed, match="Only whoever wrote a lesson"):
        storage.change_lesson(store, viewers["trainer"], own, "other words")
    with pytest.raises(NotFound):
        storage.change_lesson(store, viewers["trainer"], "none", "other words")
    assert lessons_of(workshop)["words"].tolist() == ["words"]


def test_a_timetable_s_sheets_are_counted_once_each(workshop: Any) -> None:
    from toolkit.roleplay.tables import WORKSHOP_SLOT

    with workshop.store.read() as connection:
        assert storage.planned_sheets(connection, "w") is None
    slots = [
        {"workshop_id": "w", "slot": 1, "station": 1, "rater_id": rater, "rep_id": "rep-1",
         "scenario_id": "price_objection", "starts": "09:00", "ends": "09:20"}
        for rater in RATERS
    ]  # fmt: skip
    with workshop.store.write("test") as change:
        change.connection.execute(WORKSHOP_SLOT.insert(), [*slots, slots[0] | {"slot": 2}])
    with workshop.store.read() as connection:
        assert storage.planned_sheets(connection, "w") == 2
        assert roleplay.members_of(connection, "w", "rep")["person_id"].tolist()[0] == "rep-1"
