"""Calibration on paper: a sheet for each rater, one for the trainer, and the raw deviations."""

import datetime as dt
import io
import zoneinfo
from typing import Any

import docx
import openpyxl
import pandas as pd
import pytest

from toolkit.controls.place import Place
from toolkit.controls.status_line import StatusLine
from toolkit.errors import NotEnoughData
from toolkit.language import Language
from toolkit.organisation.content import read_packs
from toolkit.roleplay.calibration import storage
from toolkit.roleplay.calibration.page import CalibrationSection
from toolkit.roleplay.calibration.performance import Performance
from toolkit.roleplay.calibration.session_report import word_rater_sheets, word_session
from toolkit.roleplay.calibration.workbook_report import deviation_workbook
from toolkit.roleplay.room import Room
from toolkit.roleplay.rubric import Rubric

PACKS = read_packs()
RUBRIC = Rubric.from_content(next(b for b in PACKS["rubrics"]["rubrics"] if b["id"] == "customer_visit"))
FIRST = Performance.from_content(PACKS["calibrations"]["calibrations"][0])
IDS = [criterion.id for criterion in RUBRIC.criteria]
DAY = dt.date(2026, 9, 3)
KEY_LEVELS = [FIRST.key[one].rating for one in IDS]
NAMES = {"a": "Ann Lee", "b": "=HYPERLINK(1)"}


def ratings(**raters: list[float | None]) -> pd.DataFrame:
    rows = [(rater, one, value) for rater, values in raters.items() for one, value in zip(IDS, values, strict=True)]
    return pd.DataFrame(rows, columns=["rater_id", "criterion_id", "rating"])


HIGH: list[float | None] = [None, *(min(float(level or 3) + 2, 5.0) for level in KEY_LEVELS[1:])]
SHEETS = ratings(a=KEY_LEVELS, b=HIGH)


def words_of(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_rater_reads_where_and_why_the_key_differs(code: str) -> None:
    say = Language(code)
    words = words_of(word_rater_sheets(SHEETS, FIRST.key, RUBRIC, NAMES, "May", say, today=DAY))
    assert "Ann Lee" in words and NAMES["b"] in words and "nan" not in words
    assert words.count(say("Nowhere: every rating is that of the key.")) == 1
    second = words[words.index(NAMES["b"]) :]
    for one, given in zip(IDS, HIGH, strict=True):
        reason = say("Why: {reason}", reason=say.pick(FIRST.key[one].reason))
        assert (reason in second) == (given != FIRST.key[one].rating)
    assert say("Not observed") in words and "+2" in words


def test_the_largest_difference_is_read_first() -> None:
    given = list(KEY_LEVELS)
    near, far = 1, 4
    given[near] = float(given[near] or 0) + (1 if (given[near] or 0) < 5 else -1)
    given[far] = 1.0 if (given[far] or 0) >= 3 else 5.0
    words = words_of(word_rater_sheets(ratings(a=given), FIRST.key, RUBRIC, NAMES, "May", Language()))
    below = words[words.index("Where you and the key differ") :]
    assert below.index(RUBRIC.criteria[far].name["en"]) < below.index(RUBRIC.criteria[near].name["en"])


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_trainer_gets_all_raters_a_map_and_what_to_talk_about(code: str) -> None:
    say = Language(code)
    content = word_session(SHEETS, FIRST.key, RUBRIC, NAMES, "May", say, today=DAY)
    document = docx.Document(io.BytesIO(content))
    assert [len(table.rows) for table in document.tables] == [3, 9] and len(document.inline_shapes) == 1
    words = words_of(content)
    assert words.count(say("Why: {reason}", reason="")[:3]) == 3 and "nan" not in words
    alike = words_of(word_session(ratings(a=KEY_LEVELS), FIRST.key, RUBRIC, NAMES, "May", say))
    assert say("All raters gave the key's level on every criterion.") in alike


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_workbook_holds_every_rating_and_no_formula(code: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(deviation_workbook(SHEETS, FIRST.key, RUBRIC, NAMES, Language(code))))
    long, wide, figures = book.worksheets
    assert (long.max_row, wide.max_row, figures.max_row) == (17, 3, 3)
    assert [cell.value for cell in wide[3]][:2] == [NAMES["b"], None] and wide.cell(3, 1).data_type == "s"
    row = [cell.value for cell in long[11]]
    assert row[4] == row[2] - row[3] == HIGH[1] - (KEY_LEVELS[1] or 0)  # type: ignore[operator]
    assert figures.cell(2, 3).value == 0 and "nan" not in str([[c.value for c in line] for line in figures])


def test_nobody_has_handed_in_is_said() -> None:
    for write in (word_rater_sheets, word_session):
        with pytest.raises(NotEnoughData, match="Nobody has handed in"):
            write(SHEETS.iloc[:0], FIRST.key, RUBRIC, NAMES, "May", Language())
    with pytest.raises(NotEnoughData, match="Nobody has handed in"):
        deviation_workbook(SHEETS.iloc[:0], FIRST.key, RUBRIC, NAMES, Language())


@pytest.fixture
def backend() -> str:
    """Everything here is about documents, so one database is enough."""
    return "sqlite"


def test_a_rater_gets_the_own_sheet_only_and_a_trainer_all(office: Any) -> None:
    with office.store.write("user-trainer") as change:
        made = storage.create_session(
            change,
            office.viewers["trainer"],
            name={"en": "May", "zh": "五月"},
            held_on=DAY,
            scenario_id=FIRST.scenario_id,
            rubric_id=FIRST.rubric_id,
            performance=dict(FIRST.words),
            key=FIRST.key,
        )
    for who in ("manager-north", "manager-south"):
        for one in IDS:
            storage.save_rating(office.store, office.viewers[who], made, one, 3)
        storage.hand_in(office.store, office.viewers[who], made)
    north = section_for(office, "manager-north", made)._word(word_rater_sheets, True)
    assert north is not None and north[0] == "Calibration sheet.docx"
    assert "Manager-North" in words_of(north[1]) and "Manager-South" not in words_of(north[1])
    forged = section_for(office, "manager-north", made)._word(word_session, False)
    assert forged is not None and "Manager-South" not in words_of(forged[1])
    section = section_for(office, "trainer", made)
    everybody = section._word(word_session, False)
    assert everybody is not None and {"Manager-North", "Manager-South"} <= set(words_of(everybody[1]).split("\n"))
    assert section._excel() is not None


def section_for(office: Any, who: str, calibration_id: str) -> CalibrationSection:
    say = Language()
    zone = zoneinfo.ZoneInfo("Asia/Shanghai")
    section = CalibrationSection(Room(office.store, office.viewers[who], say, DAY, zone, Place(), StatusLine(say)))
    section.show()
    section.session.value = calibration_id
    return section
