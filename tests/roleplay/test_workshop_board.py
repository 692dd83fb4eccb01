"""The live board: what is done, missing or late, for whom, and who may look."""

import datetime as dt
import zoneinfo

import pandas as pd
import pytest

from toolkit.errors import InputError, NotAllowed
from toolkit.language import Language
from toolkit.roleplay import WorkshopBoard, rotation
from toolkit.roleplay.board.sheets import by_rater, with_late
from toolkit.roleplay.board.storage import sheet_states
from toolkit.roleplay.page import RolePlayPage
from toolkit.roleplay.planning.design import design_of
from toolkit.roleplay.planning.storage import keep_timetable
from toolkit.roleplay.storage import SheetKey, create_workshop, save_rating
from toolkit.roleplay.tables import SHEET

DAY = dt.date(2026, 9, 3)
MANDATORY = {"complaint": {"opening", "needs"}, "price_objection": {"opening"}}
COLUMNS = ["rep_id", "rater_id", "scenario_id", "state"]
SHEETS = pd.DataFrame(
    [
        ("p1", "x", "visit", "done"),
        ("p1", "y", "visit", "open"),
        ("p2", "x", "visit", "missing"),
        ("p2", "y", "call", "missing"),
    ],
    columns=COLUMNS,
).assign(due=pd.to_datetime(["2026-09-03 09:20", "2026-09-03 09:20", "2026-09-03 09:40", "2026-09-03 10:00"]))
NAMES = {"p1": "Ann", "p2": "<b>Bo", "x": "Xi", "y": "Yu", "visit": {"en": "Visit", "zh": "拜访"}, "call": "Call"}
NOW = pd.Timestamp("2026-09-03 09:50")


def marks(board, rep=0, column=0):
    return [(mark["who"], mark["word"]) for mark in board.board.rows[rep]["cells"][column]]


def test_sheets_late_are_those_not_done_when_their_time_is_over():
    assert with_late(SHEETS, NOW)["late"].tolist() == [False, True, True, False]
    assert not with_late(SHEETS, None)["late"].any() and not with_late(SHEETS.drop(columns="due"), NOW)["late"].any()
    found = by_rater(with_late(SHEETS, NOW)).set_index("rater_id")
    assert found.loc["x"].tolist() == [2, 1, 0, 1, 1] and found.loc["y"].tolist() == [2, 0, 1, 1, 1]
    assert by_rater(with_late(SHEETS.iloc[:0], NOW)).empty


@pytest.mark.parametrize(
    "wrong",
    [SHEETS.drop(columns="state"), SHEETS.assign(state="lost"), pd.concat([SHEETS, SHEETS.iloc[:1]])],
)
def test_a_table_that_does_not_fit_is_refused(wrong):
    board = WorkshopBoard()
    with pytest.raises(InputError):
        board.show(wrong, NAMES)


def test_the_board_says_who_and_what_in_words_and_signs():
    board = WorkshopBoard()
    board.show(SHEETS, NAMES, now=NOW)
    assert board.board.summary == "Sheets done: 1 of 4; in progress: 1, missing: 2, of which late: 1."
    assert [(bar["name"], bar["words"]) for bar in board.board.bars] == [
        ("Xi", "1 of 2 done, 1 behind"), ("Yu", "0 of 2 done, 1 behind")
    ]  # fmt: skip
    assert marks(board) == [("Xi", "done"), ("Yu", "in progress")] and marks(board, 0, 1) == [("", "not planned")]
    assert marks(board, 1) == [("Xi", "late")] and marks(board, 1, 1) == [("Yu", "missing")]
    assert board.board.rows[1]["name"] == "<b>Bo" and board.board.stamp == "As of 09:50:00"
    signs = {mark["sign"] for row in board.board.rows for cell in row["cells"] for mark in cell}
    assert len(signs) == 5


def test_only_reps_with_something_missing():
    board = WorkshopBoard()
    board.show(SHEETS, NAMES, reps=["p1", "p2", "p3"], now=NOW)
    board.which.value = "missing"
    assert [row["id"] for row in board.board.rows] == ["p1", "p2"]
    board.show(SHEETS.assign(state="done"), NAMES, reps=["p1", "p2"])
    assert board.board.rows == [] and all(bar["tone"] == "good" for bar in board.board.bars)


def test_without_a_timetable_nothing_is_called_missing():
    board = WorkshopBoard(language="zh")
    board.show(SHEETS.iloc[:2].drop(columns="due"), NAMES, reps=["p1", "p3"], scenarios=["visit"], planned=False)
    assert board.board.columns == [["visit", "拜访"]] and board.board.bars[0]["share"] is None
    assert board.board.rows[1]["cells"][0][0]["tone"] == "none"
    board.which.value = "missing"
    assert [row["id"] for row in board.board.rows] == ["p1", "p3"]


def test_an_unchanged_board_sends_nothing():
    board = WorkshopBoard()
    board.show(SHEETS, NAMES)
    heard = []
    board.board.observe(lambda change: heard.append(change["name"]), names=["rows", "bars", "columns", "summary"])
    board.show(SHEETS.copy(), NAMES)
    assert heard == []
    board.show(SHEETS.assign(state=["done", "done", "missing", "missing"]), NAMES)
    assert set(heard) == {"rows", "bars", "summary"}


def test_the_timer_asks_and_forged_messages_do_nothing():
    asked = []
    board = WorkshopBoard(lambda: asked.append(1))
    board.refresher._receive(None, {"due": True}, None)
    board.refresher._receive(None, {"due": "yes"}, None)
    board.refresher._receive(None, "due", None)
    board.look_again.click()
    board.board.set_state({"rows": [], "summary": "forged"})
    board.refresher.set_state({"seconds": 0.0})
    assert asked == [1, 1] and board.board.summary != "forged" and board.refresher.seconds == 5.0


@pytest.fixture
def workshop(office):
    office.store.clock = lambda: dt.datetime(2026, 9, 3, 1, 25, tzinfo=dt.UTC)  # 9:25 in Shanghai
    with office.store.write("user-trainer") as change:
        create_workshop(
            change,
            name={"en": "Autumn", "zh": "秋季"},
            held_on=DAY,
            scenarios=dict.fromkeys(MANDATORY, "customer_visit"),
            reps=["rep-1", "rep-3"],
            raters=["trainer", "manager-north"],
            workshop_id="w",
        )
    return office


def states(workshop, viewer="trainer"):
    with workshop.store.read() as connection:
        sheets, planned = sheet_states(connection, workshop.viewers[viewer], "w", MANDATORY)
    return {tuple(row[:3]): row[3] for row in sheets[COLUMNS].itertuples(index=False)}, planned, sheets


def rate(workshop, rep, rater, scenario, criterion="opening", value=3):
    save_rating(workshop.store, workshop.viewers[rater], SheetKey("w", scenario, rep, rater), criterion, value, on=DAY)


def test_the_store_tells_how_far_sheets_are(workshop):
    assert states(workshop)[:2] == ({}, False)
    one = rotation(
        ["rep-1", "rep-3"], ["trainer", "manager-north"], list(MANDATORY), stations=1, slot_minutes=20,
        start=dt.datetime(2026, 9, 3, 9), reports_to={"rep-1": "manager-north"},
    )  # fmt: skip
    keep_timetable(workshop.store, workshop.viewers["trainer"], "w", one.slots, design_of(one), opened=None)
    found, planned, sheets = states(workshop, "manager-north")
    assert planned and set(found.values()) == {"missing"} and len(found) == len(one.slots)
    assert sorted(sheets["due"]) == sorted(one.slots["end"])
    rate(workshop, "rep-1", "trainer", "complaint")
    rate(workshop, "rep-1", "trainer", "price_objection", value=None)
    rate(workshop, "rep-3", "manager-north", "complaint", criterion="needs")
    found, _, _ = states(workshop)
    assert found["rep-1", "trainer", "complaint"] == "open" and found["rep-1", "trainer", "price_objection"] == "done"
    assert found["rep-3", "manager-north", "complaint"] == "open"
    with workshop.store.write("test") as change:
        change.connection.execute(SHEET.update().values(submitted_at=change.at))
    assert states(workshop)[0]["rep-1", "trainer", "complaint"] == "done"


def test_a_sheet_with_a_note_only_is_missing(workshop):
    from toolkit.roleplay.tables import RATING

    rate(workshop, "rep-3", "trainer", "complaint")
    with workshop.store.write("test") as change:
        change.connection.execute(RATING.update().values(rated=False, rating=None))
    assert states(workshop)[0] == {}


@pytest.mark.parametrize("viewer", ["manager-south", "rep-1", "hr", "administrator"])
def test_only_who_runs_the_workshop_sees_its_board(workshop, viewer):
    with pytest.raises(NotAllowed):
        states(workshop, viewer)


def test_the_section_follows_what_is_rated(workshop):
    page = RolePlayPage(
        workshop.store, workshop.viewers["trainer"], Language("en"), today=DAY, zone=zoneinfo.ZoneInfo("Asia/Shanghai")
    )
    page.tabs.show_section("Board")
    section = page.section("Board")
    assert [row["name"] for row in section.board.board.rows] == ["Rep-1", "Rep-3"]
    assert "no timetable" in section.board.board.summary
    rate(workshop, "rep-3", "manager-north", "complaint")
    section.board.refresher._receive(None, {"due": True}, None)
    assert section.board.board.bars[0]["name"] == "Manager-North"
    assert "3" not in str(section.board.board.rows[1]["cells"])  # nothing of what was rated


def test_a_manager_from_elsewhere_is_told_so(workshop):
    page = RolePlayPage(
        workshop.store, workshop.viewers["manager-south"], Language("zh"), today=DAY, zone=zoneinfo.ZoneInfo("Asia/Shanghai")
    )  # fmt: skip
    section = page.section("看板")
    section.show()
    assert len(section.children) == 1 and section.board.board.rows == []
