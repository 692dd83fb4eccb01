"""What was seen, hand-in and what is changed after it, joint visits and reviews of proposals, in the store."""

import dataclasses
import datetime as dt
import zoneinfo
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from toolkit.controls.place import Place
from toolkit.controls.status_line import StatusLine
from toolkit.errors import Conflict, InputError, NotAllowed, NotFound
from toolkit.language import Language
from toolkit.roleplay import storage as roleplay
from toolkit.roleplay.room import Room
from toolkit.roleplay.scoring_room import storage as room
from toolkit.roleplay.scoring_room.page import ScoringSection
from toolkit.roleplay.scoring_room.widget import RolePlayScorer
from toolkit.roleplay.sheet import SheetRecord
from toolkit.roleplay.storage import SheetKey, create_workshop, save_rating
from toolkit.roleplay.tables import SHEET, WORKSHOP, WORKSHOP_SLOT

AuditOf = Callable[..., list[dict[str, Any]]]
DAY = dt.date(2026, 9, 3)
KEY = SheetKey("w", "price_objection", "rep-1", "trainer")
MANDATORY = ("opening", "needs", "prepared_plan", "objection", "commitment", "integrity")


@pytest.fixture
def workshop(office: Any) -> Any:
    """Give the office with a workshop “w”: two reps, the trainer and the north's manager as raters."""
    with office.store.write("user-trainer") as change:
        create_workshop(
            change,
            name={"en": "Autumn", "zh": "秋季"},
            held_on=DAY,
            scenarios={"price_objection": "customer_visit", "complaint": "customer_visit"},
            reps=["rep-1", "rep-3"],
            raters=["trainer", "manager-north"],
            workshop_id="w",
        )
    return office


def sheet(office: Any, who: str = "trainer", key: SheetKey = KEY) -> SheetRecord:
    with office.store.read() as connection:
        return room.own_sheet(connection, office.viewers[who], key)


def rate_all(office: Any, value: float | None = 3) -> None:
    for criterion in MANDATORY:
        save_rating(office.store, office.viewers["trainer"], KEY, criterion, value, on=DAY)


def hand_in(office: Any, overall: int | None = None, key: SheetKey = KEY, who: str = "trainer") -> dt.datetime:
    return room.hand_in(office.store, office.viewers[who], key, overall, on=DAY)


def test_a_note_without_a_rating_is_kept_and_counts_nowhere(workshop: Any, audit_of: AuditOf) -> None:
    store, trainer = workshop.store, workshop.viewers["trainer"]
    room.save_note(store, trainer, KEY, "opening", " greeted, gave no reason ", on=DAY)
    assert sheet(workshop) == SheetRecord(notes={"opening": "greeted, gave no reason"})
    with store.read() as connection:
        assert roleplay.own_ratings(connection, KEY) == {} and roleplay.ratings(connection, trainer).empty
    save_rating(store, trainer, KEY, "opening", None, on=DAY)
    assert sheet(workshop).ratings == {"opening": None} and sheet(workshop).notes != {}
    room.save_note(store, trainer, KEY, "opening", "  ", on=DAY)
    assert sheet(workshop) == SheetRecord(ratings={"opening": None})
    assert [row["action"] for row in audit_of(store, "rating")] == ["create", "update", "update"]
    with pytest.raises(InputError):
        room.save_note(store, trainer, KEY, "opening", "x" * 4001, on=DAY)


def test_a_first_tap_is_taken_back_and_its_note_stays(workshop: Any) -> None:
    store, trainer = workshop.store, workshop.viewers["trainer"]
    room.save_note(store, trainer, KEY, "opening", "seen", on=DAY)
    save_rating(store, trainer, KEY, "opening", 4, on=DAY)
    room.take_back(store, trainer, KEY, "opening", on=DAY)
    assert sheet(workshop) == SheetRecord(notes={"opening": "seen"})
    save_rating(store, trainer, KEY, "opening", 2, on=DAY)
    assert sheet(workshop).ratings == {"opening": 2.0}


def test_a_sheet_is_handed_in_once_it_is_complete(workshop: Any) -> None:
    with pytest.raises(InputError, match="6 mandatory criteria are open, the first is “Opening”"):
        hand_in(workshop)
    rate_all(workshop, None)
    first = hand_in(workshop)
    assert hand_in(workshop) == first == sheet(workshop).submitted_at
    with workshop.store.read() as connection:
        trainer = workshop.viewers["trainer"]
        assert room.handed_in(connection, trainer, "w") == {("rep-1", "price_objection")}
        assert room.handed_in(connection, workshop.viewers["manager-north"], "w") == set()


def test_a_change_after_hand_in_needs_a_reason_and_keeps_both(workshop: Any, audit_of: AuditOf) -> None:
    store, trainer = workshop.store, workshop.viewers["trainer"]
    rate_all(workshop)
    hand_in(workshop)
    for act in (
        lambda: save_rating(store, trainer, KEY, "opening", 4, on=DAY),
        lambda: save_rating(store, trainer, KEY, "research", 4, on=DAY, why="  "),
        lambda: room.save_note(store, trainer, KEY, "opening", "x", on=DAY),
        lambda: room.take_back(store, trainer, KEY, "opening", on=DAY),
    ):
        with pytest.raises(InputError, match="A change needs a reason"):
            act()
    save_rating(store, trainer, KEY, "opening", 3, on=DAY)  # the same again is no change
    save_rating(store, trainer, KEY, "opening", 4, on=DAY, why=" overlooked ")
    save_rating(store, trainer, KEY, "opening", None, on=DAY, why="was not there")
    save_rating(store, trainer, KEY, "research", 2, on=DAY, why="forgot")
    room.save_note(store, trainer, KEY, "needs", "asked twice", on=DAY, why="from my paper")
    found = [(one.kind, one.criterion_id, one.before, one.after, one.why) for one in sheet(workshop).late]
    assert found == [
        ("rating", "opening", "3", "4", "overlooked"),
        ("rating", "opening", "4", "not_observed", "was not there"),
        ("rating", "research", "", "2", "forgot"),
        ("note", "needs", "", "asked twice", "from my paper"),
    ]
    assert audit_of(store, "rating")[-1]["why"] == "from my paper"


def test_a_certifying_workshop_asks_for_the_overall_judgement(workshop: Any) -> None:
    store, trainer = workshop.store, workshop.viewers["trainer"]
    with store.write("test") as change:
        change.connection.execute(WORKSHOP.update().values(certifies=True))
    rate_all(workshop)
    for overall in (None, 0, 4):
        with pytest.raises(InputError):
            hand_in(workshop, overall)
    with pytest.raises(InputError, match="not been handed in"):
        room.judge(store, trainer, KEY, 2, "why")
    hand_in(workshop, 2)
    with pytest.raises(InputError, match="needs a reason"):
        room.judge(store, trainer, KEY, 3, " ")
    room.judge(store, trainer, KEY, 3, "the plan was sound")
    assert sheet(workshop).overall == 3
    (late,) = sheet(workshop).late
    assert (late.kind, late.before, late.after, late.why) == ("overall", "2", "3", "the plan was sound")


@pytest.mark.parametrize("who", ["manager-north", "manager-south", "rep-1", "hr", "administrator"])
def test_a_sheet_is_read_and_written_by_its_own_rater_only(workshop: Any, who: str) -> None:
    store, viewer = workshop.store, workshop.viewers[who]
    rate_all(workshop)
    for act in (
        lambda: sheet(workshop, who),
        lambda: room.save_note(store, viewer, KEY, "opening", "x", on=DAY),
        lambda: room.take_back(store, viewer, KEY, "opening", on=DAY),
        lambda: hand_in(workshop, who=who),
        lambda: room.judge(store, viewer, KEY, 2, "x"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert sheet(workshop).ratings["opening"] == 3.0 and sheet(workshop).submitted_at is None


def test_what_is_not_played_is_refused(workshop: Any) -> None:
    key = dataclasses.replace(KEY, scenario_id="team_conflict")
    with pytest.raises(NotFound):
        hand_in(workshop, key=key)
    with pytest.raises(NotFound):
        room.save_note(workshop.store, workshop.viewers["trainer"], KEY, "smile", "x", on=DAY)
    with workshop.store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(SHEET)).scalar_one() == 0


def test_the_timetable_gives_the_order(workshop: Any) -> None:
    slots = [(2, "rep-1", "complaint"), (1, "rep-3", "price_objection"), (3, "rep-3", "price_objection")]
    rows = [
        {"workshop_id": "w", "slot": slot, "station": 1, "rater_id": "trainer", "rep_id": rep, "scenario_id": scenario,
         "starts": "09:00", "ends": "09:15"}
        for slot, rep, scenario in slots
    ]  # fmt: skip
    with workshop.store.write("test") as change:
        change.connection.execute(WORKSHOP_SLOT.insert(), rows)
    with workshop.store.read() as connection:
        own = room.own_order(connection, workshop.viewers["trainer"], "w")
        assert own == [("rep-3", "price_objection"), ("rep-1", "complaint")]
        assert room.own_order(connection, workshop.viewers["manager-north"], "w") == []


def begin(office: Any, who: str, rep: str, scenario: str = "joint_visit") -> str:
    name = {"en": "Joint visit: Tea House", "zh": "协同拜访：茶馆"}
    with office.store.write("test") as change:
        options = {"rep_id": rep, "name": name, "held_on": DAY}
        return room.begin_visit(change, office.viewers[who], scenario_id=scenario, **options)


@pytest.mark.parametrize(
    ("scenario", "criterion", "kind", "source"),
    [("joint_visit", "opening", "visit", "joint_visit"), ("proposal", "risks", "proposal", "proposal")],
)
def test_a_visit_is_scored_as_one(office: Any, scenario: str, criterion: str, kind: str, source: str) -> None:
    store, manager = office.store, office.viewers["manager-north"]
    workshop_id = begin(office, "manager-north", "rep-1", scenario)
    key = SheetKey(workshop_id, scenario, "rep-1", "manager-north")
    save_rating(store, manager, key, criterion, 4, on=DAY)
    with store.read() as connection:
        assert roleplay.ratings(connection, manager)["source"].tolist() == [source]
        assert roleplay.workshops(connection, manager)["kind"].tolist() == [kind]
        assert len(roleplay.workshops(connection, office.viewers["trainer"])) == 1
        assert roleplay.workshops(connection, office.viewers["manager-south"]).empty
        assert len(roleplay.workshops(connection)) == 1


@pytest.mark.parametrize(
    ("who", "rep"),
    [("manager-south", "rep-1"), ("manager-north", "manager-north"), ("rep-1", "rep-1"), ("hr", "rep-1"),
     ("trainer", "nobody")],
)  # fmt: skip
def test_only_those_who_look_after_a_rep_go_along(office: Any, who: str, rep: str) -> None:
    with pytest.raises(NotAllowed):
        begin(office, who, rep)


def test_a_role_play_is_no_visit(office: Any) -> None:
    with pytest.raises(InputError, match="role-play"):
        begin(office, "trainer", "rep-1", "complaint")


# The section


def scorer_of(office: Any, today: dt.date = DAY) -> RolePlayScorer:
    """Open the trainer's section, as on a tablet of its own, on the sheet of `KEY`."""
    say, zone = Language("en"), zoneinfo.ZoneInfo("Asia/Shanghai")
    section = ScoringSection(
        Room(office.store, office.viewers["trainer"], say, today, zone, Place(), StatusLine(say), "w")
    )
    section.show()
    scorer = section._scorer
    assert scorer is not None
    scorer.go_to(KEY.rep_id, KEY.scenario_id)
    return scorer


def test_a_judgement_handed_in_elsewhere_is_shown_instead_of_one_that_was_not_stored(workshop: Any) -> None:
    with workshop.store.write("test") as change:
        change.connection.execute(WORKSHOP.update().values(certifies=True))
    rate_all(workshop)
    one, other = scorer_of(workshop), scorer_of(workshop)
    one.end.overall.value, other.end.overall.value = 1, 3
    one.end.hand_in.click()
    other.end.hand_in.click()
    assert sheet(workshop).overall == 1 and sheet(workshop).late == ()
    assert "another overall judgement" in other.status.words and other.status.kind == "bad"
    assert (other.state.overall, other.end.overall.value) == (1, 1) and other.state.submitted_at is not None
    other.end.overall.value, other.end.why.value = 3, "the plan was sound"
    other.end.change.click()
    assert sheet(workshop).overall == 3
    with pytest.raises(Conflict):
        hand_in(workshop, 1)
    assert hand_in(workshop, 3) == sheet(workshop).submitted_at


def test_a_tablet_left_open_overnight_stores_sheets_with_their_own_day(workshop: Any) -> None:
    store = workshop.store
    store.clock = lambda: dt.datetime(2026, 9, 3, 9, tzinfo=dt.UTC)
    scorer = scorer_of(workshop)
    scorer.state.rate("opening", "3")
    store.clock = lambda: dt.datetime(2026, 9, 3, 17, tzinfo=dt.UTC)  # one o'clock of the next day in Shanghai
    scorer.go_to("rep-3", KEY.scenario_id)
    scorer.state.rate("opening", "3")
    with store.read() as connection:
        days = {row.rep_id: row.rated_on for row in connection.execute(sa.select(SHEET))}
    assert days == {"rep-1": DAY, "rep-3": DAY + dt.timedelta(days=1)}
