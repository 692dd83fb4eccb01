"""The timetable as Excel and Word, read back in both languages."""

import datetime as dt
import io

import docx
import openpyxl
import pytest

from toolkit.language import Language
from toolkit.roleplay import replan, rotation, timetable_document, timetable_workbook
from toolkit.roleplay.timetable_report import worded_notes

NINE = dt.datetime(2026, 9, 1, 9)
NAMES = {
    **{f"r{number}": f"Rep {number}" for number in range(6)},
    **{f"x{number}": f"王{number}" for number in range(3)},
    "s0": {"en": "First visit", "zh": "首次拜访"},
    "s1": {"en": "=1+1", "zh": "价格谈判"},
}


@pytest.fixture
def made():
    return rotation(
        [f"r{n}" for n in range(6)],
        [f"x{n}" for n in range(3)],
        ["s0", "s1"],
        stations=2,
        slot_minutes=20,
        start=NINE,
        breaks=[(dt.time(9, 40), dt.time(10))],
    )


def sheets_of(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_wall_says_what_the_table_says(made, code):
    language = Language(code)
    wall = next(iter(sheets_of(timetable_workbook(made, NAMES, language)).values()))
    assert len(wall[0]) == 3 and [row[0] for row in wall[1:4]] == ["09:00–09:20", "09:20–09:40", "09:40–10:00"]
    if code == "en":
        assert wall[3][1:] == ["Break", "Break"] and wall[0] == ["Time", "Station 1", "Station 2"]
    shown = {
        (row[0][:5], station, *row[station].split("\n"))
        for row in wall[1:]
        for station in (1, 2)
        if row[station].count("\n")
    }
    assert shown == {
        (f"{one.start:%H:%M}", one.station, NAMES[one.rep_id], NAMES[one.scenario_id][code], NAMES[one.rater_id])
        for one in made.slots.itertuples()
    }


def test_each_person_has_a_list_of_his_own(made):
    pages = sheets_of(timetable_workbook(made, NAMES, Language("en")))
    assert list(pages) == ["Timetable", "Raters", "Reps", "Notes on the timetable"]
    assert pages["Raters"][0] == ["Rater", "Time", "Station", "Scenario", "Rep"]
    for page, column in (("Raters", "rater_id"), ("Reps", "rep_id")):
        listed = [(row[0], row[1][:5]) for row in pages[page][1:]]
        wanted = made.slots.drop_duplicates(["slot", "station", column])
        assert sorted(listed) == sorted(
            (NAMES[person], f"{start:%H:%M}") for person, start in zip(wanted[column], wanted["start"], strict=True)
        )
    assert pages["Notes on the timetable"][1:] == [[note] for note in worded_notes(made, NAMES, Language("en"))]


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_document_holds_the_wall_and_a_list_each(made, code):
    content = timetable_document(made, NAMES, Language(code), title="Workshop A", date=dt.date(2026, 8, 28))
    document = docx.Document(io.BytesIO(content))
    # The wall, three raters, six reps.
    assert len(document.tables) == 1 + 3 + 6
    assert document.paragraphs[0].text == "Workshop A"
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 2"]
    assert headings[1:] == [NAMES[f"x{n}"] for n in range(3)] + [NAMES[f"r{n}"] for n in range(6)]
    cells = [cell.text for row in document.tables[0].rows for cell in row.cells]
    for one in made.slots.itertuples():
        assert "\n".join([NAMES[one.rep_id], NAMES[one.scenario_id][code], NAMES[one.rater_id]]) in cells


def test_notes_name_people_and_not_ids(made):
    after = replan(made, without=["x1", "x2"], from_slot=3)
    for code in ("en", "zh"):
        said = " ".join(worded_notes(after, NAMES, Language(code)))
        assert said and not any(one in said for one in ("x0", "x1", "x2", "{"))


def test_days_are_named_where_a_workshop_takes_several(made):
    overnight = [(dt.datetime(2026, 9, 1, 9, 40), dt.datetime(2026, 9, 2, 9))]
    two_days = rotation(
        ["r0", "r1", "r2"], ["x0", "x1"], ["s0", "s1"], stations=1, slot_minutes=20, start=NINE, breaks=overnight
    )
    wall = next(iter(sheets_of(timetable_workbook(two_days, NAMES, Language("en"))).values()))
    assert wall[1][0] == "1 Sept 09:00–09:20" and wall[4][0] == "2 Sept 09:00–09:20"
