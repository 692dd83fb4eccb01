"""A workshop's timetable on the store: made, kept, changed when somebody falls out; who may do so."""

import dataclasses
import datetime as dt
import zoneinfo

import pandas as pd
import pytest

from toolkit.errors import Conflict, InputError, NotAllowed
from toolkit.language import Language
from toolkit.roleplay import rotation
from toolkit.roleplay.page import RolePlayPage
from toolkit.roleplay.planning.design import design_of, kept_rotation, slot_spans
from toolkit.roleplay.planning.state import TimetableState, first_open_slot, held_sheets
from toolkit.roleplay.planning.storage import add_rater, keep_timetable, may_open, read_plan
from toolkit.roleplay.planning.times import breaks_in_words, read_breaks, read_time
from toolkit.roleplay.planning.variances import components_from, earlier_variances
from toolkit.roleplay.scoring_room.storage import save_note
from toolkit.roleplay.storage import SheetKey, create_workshop, save_rating
from toolkit.roleplay.tables import WORKSHOP, WORKSHOP_MEMBER, WORKSHOP_SLOT

DAY = dt.date(2026, 9, 3)
REPS, RATERS = ["rep-1", "rep-2", "rep-3", "rep-4"], ["trainer", "manager-north", "manager-south"]
SCENARIOS = ("complaint", "price_objection")
TABLES = ("slots", "sheets", "load", "waiting", "overlap")


@pytest.fixture
def workshop(office):
    office.store.clock = lambda: dt.datetime(2026, 9, 3, 1, 0, tzinfo=dt.UTC)  # nine o'clock in Shanghai
    with office.store.write("user-trainer") as change:
        create_workshop(
            change,
            name={"en": "Autumn", "zh": "秋季"},
            held_on=DAY,
            scenarios=dict.fromkeys(SCENARIOS, "customer_visit"),
            reps=REPS,
            raters=RATERS[:2],
            workshop_id="w",
        )
    return office


@pytest.fixture
def section(workshop):
    def opened(viewer="trainer", code="en"):
        page = RolePlayPage(
            workshop.store,
            workshop.viewers[viewer],
            Language(code),
            today=DAY,
            zone=zoneinfo.ZoneInfo("Asia/Shanghai"),
        )
        title = Language(code)("Timetable")
        page.tabs.show_section(title)
        return page.section(title)

    return opened


def plan_of(workshop, viewer="trainer"):
    with workshop.store.read() as connection:
        return read_plan(connection, workshop.viewers[viewer], "w")


def rate(workshop, rep, rater, scenario, criterion="opening"):
    key = SheetKey("w", scenario, rep, rater)
    save_rating(workshop.store, workshop.viewers[rater], key, criterion, 3, on=DAY)


def made(**asked):
    asked = {
        "stations": 2,
        "slot_minutes": 20,
        "start": dt.datetime(2026, 9, 3, 9),
        "breaks": [(dt.time(9, 30), dt.time(9, 45))],
    } | asked
    return rotation(REPS, RATERS[:2], SCENARIOS, reports_to={"rep-1": "manager-north"}, **asked)


# times


@pytest.mark.parametrize("words", ["9:05", "09:05", "09.05", "９：０５", " 9:05 "])
def test_a_time_is_read_as_people_write_it(words):
    assert read_time(words, "Start") == dt.time(9, 5)


@pytest.mark.parametrize("words", ["", "9", "24:00", "9:60", "nine", "9:5", "-1:00", "09:00:00"])
def test_what_is_no_time_is_refused_with_its_field(words):
    with pytest.raises(InputError, match="in “Start” is not a time of day"):
        read_time(words, "Start")


def test_breaks_are_read_and_written():
    found = read_breaks("10:30-10:45, 12:00 – 13:00；15:00至15:10", "Breaks")
    assert [since.hour for since, _ in found] == [10, 12, 15]
    assert read_breaks(breaks_in_words(found), "Breaks") == found
    assert read_breaks("  ", "Breaks") == []


@pytest.mark.parametrize("words", ["10:30", "10:30-", "10:30-10:45-11:00", "10:45-10:30", "10:30-10:30", "lunch"])
def test_impossible_breaks_are_refused(words):
    with pytest.raises(InputError):
        read_breaks(words, "Breaks")


# the timetable as it is kept


def test_a_kept_timetable_is_the_one_that_was_made():
    one = made()
    design = design_of(one)
    slots = one.slots[["slot", "station", "rep_id", "scenario_id", "rater_id"]]
    again = kept_rotation(design, slots.sample(frac=1, random_state=1), {"rep-1": "manager-north", "rep-2": "boss"})
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(again, name), check_dtype=False)
    assert again.request == one.request and again.notes == one.notes and design_of(again) == design
    assert slot_spans(design, 2)[1] == (dt.datetime(2026, 9, 3, 9, 45), dt.datetime(2026, 9, 3, 10, 5))


def test_a_changed_timetable_comes_back_too():
    one = made()
    state = TimetableState(kept=one)
    begun = one.slots[one.slots["slot"] == 1]
    changed = state.fall_out(one, ["rep-4"], 2, held_sheets(one, begun, 2, ["rep-4"]))
    again = kept_rotation(design_of(changed), changed.slots, {"rep-1": "manager-north"})
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(changed, name), getattr(again, name), check_dtype=False)
    assert state.gone == ("rep-4",) and state.kept is one and state.shown is changed


def test_a_rater_who_sat_beside_keeps_the_sheet_unless_gone():
    one = rotation(
        ["rep-3", "rep-4"], RATERS[:2], ["complaint"], stations=1, slot_minutes=20, start=dt.datetime(2026, 9, 3, 9),
        raters_per_station=2,
    )  # fmt: skip
    first = one.slots[one.slots["slot"] == 1]
    begun = first[first["rater_id"] == "trainer"]
    assert len(held_sheets(one, begun, 2, [])) == 2
    assert held_sheets(one, begun, 2, ["manager-north"])["rater_id"].tolist() == ["trainer"]
    stranger = begun.assign(rep_id="somebody")
    assert held_sheets(one, stranger, 2, []).empty


def test_nothing_is_changed_for_nobody():
    state = TimetableState()
    with pytest.raises(InputError, match="no timetable"):
        state.fall_out(None, ["trainer"], 1, pd.DataFrame(columns=["rep_id", "rater_id", "scenario_id"]))
    one = made()
    state.take_up(one)
    with pytest.raises(InputError, match="Nobody falls out"):
        state.fall_out(one, [], 1, one.slots.iloc[:0])


def test_the_first_open_slot_follows_the_clock():
    slots = made().slots
    last = int(slots["slot"].max())
    assert first_open_slot(slots, dt.datetime(2026, 9, 3, 8)) == 1
    assert first_open_slot(slots, dt.datetime(2026, 9, 3, 9, 1)) == 2
    assert first_open_slot(slots, dt.datetime(2026, 9, 4)) == last + 1
    assert first_open_slot(slots.iloc[:0], dt.datetime(2026, 9, 4)) == 1


# variances


def test_variances_are_taken_over_and_what_is_mixed_counts_as_chance():
    names = ["rep", "rater", "scenario", "rep x scenario", "rep x rater", "residual"]
    table = pd.DataFrame({"component": names, "variance": [0.5, 0.1, 0.2, 0.3, 0.05, 0.25]})
    assert components_from(table) == {
        "rep": 0.5, "rater": 0.1, "scenario": 0.2, "rep_scenario": 0.3, "residual": pytest.approx(0.3)
    }  # fmt: skip
    assert components_from(table[table["component"] != "rep x scenario"]) is None
    assert components_from(table.assign(variance=[0.0, *table["variance"][1:]])) is None
    assert components_from(table.assign(variance=[float("nan"), *table["variance"][1:]])) is None


def test_too_few_sheets_give_no_variances():
    few = pd.DataFrame([("w", "r", "x", "s", "c", 3.0)] * 1, columns=["workshop_id", "rep_id", "rater_id", "scenario_id", "criterion_id", "rating"])  # fmt: skip
    assert earlier_variances(few) is None and earlier_variances(few.iloc[:0]) is None


# the store


def test_a_timetable_is_kept_with_its_trace(workshop, audit_of):
    one = made()
    keep_timetable(workshop.store, workshop.viewers["manager-north"], "w", one.slots, design_of(one), opened=None)
    plan = plan_of(workshop)
    assert plan.design == design_of(one) and len(plan.slots) == len(one.slots)
    with workshop.store.read() as connection:
        row = connection.execute(WORKSHOP_SLOT.select().order_by(WORKSHOP_SLOT.c.slot.desc())).mappings().first()
    assert row["starts"] == f"{one.slots['start'].max():%H:%M}" and row["ends"] == f"{one.slots['end'].max():%H:%M}"
    (kept,) = audit_of(workshop.store, "workshop_slot")
    assert kept["actor_id"] == "user-manager-north" and len(kept["after"]["slots"]) == len(one.slots)


def test_two_who_plan_at_once_are_told(workshop):
    one, other = made(), made(seed=1, stations=1)
    viewer = workshop.viewers["trainer"]
    keep_timetable(workshop.store, viewer, "w", one.slots, design_of(one), opened=None)
    with pytest.raises(Conflict, match="Somebody else"):
        keep_timetable(workshop.store, viewer, "w", other.slots, design_of(other), opened=None)
    keep_timetable(workshop.store, viewer, "w", other.slots, design_of(other), opened=design_of(one), gone=["rep-2"])
    plan = plan_of(workshop)
    assert plan.design == design_of(other) and plan.people("rep") == ["rep-1", "rep-3", "rep-4"]
    assert plan.people("rep", absent=True) == REPS


@pytest.mark.parametrize("viewer", ["manager-south", "rep-1", "hr", "administrator"])
def test_who_does_not_run_the_workshop_neither_sees_nor_changes(workshop, viewer):
    who, one = workshop.viewers[viewer], made()
    with workshop.store.read() as connection:
        assert not may_open(connection, who, "w")
        with pytest.raises(NotAllowed):
            read_plan(connection, who, "w")
    with pytest.raises(NotAllowed):
        keep_timetable(workshop.store, who, "w", one.slots, design_of(one), opened=None)
    with pytest.raises(NotAllowed):
        add_rater(workshop.store, who, "w", "manager-south")
    assert plan_of(workshop).design is None


def test_a_rep_account_with_a_rater_s_person_is_no_rater(workshop):
    forged = dataclasses.replace(workshop.viewers["rep-1"], person_id="manager-north")
    with workshop.store.read() as connection, pytest.raises(NotAllowed):
        read_plan(connection, forged, "w")


def test_a_rater_joins_and_comes_back(workshop, audit_of):
    add_rater(workshop.store, workshop.viewers["manager-north"], "w", "manager-south")
    add_rater(workshop.store, workshop.viewers["manager-north"], "w", "manager-south")
    assert set(plan_of(workshop).people("rater")) == set(RATERS)
    (joined,) = audit_of(workshop.store, "workshop_member")
    assert joined["person_id"] == "manager-south"
    one = made()
    keep_timetable(
        workshop.store, workshop.viewers["trainer"], "w", one.slots, design_of(one), opened=None, gone=["manager-south"]
    )
    assert "manager-south" not in plan_of(workshop).people("rater")
    add_rater(workshop.store, workshop.viewers["trainer"], "w", "manager-south")
    assert "manager-south" in plan_of(workshop).people("rater")
    for nobody in ("rep-1", "nobody"):
        with pytest.raises(InputError, match="cannot be made a rater"):
            add_rater(workshop.store, workshop.viewers["trainer"], "w", nobody)


# the section


def test_a_timetable_is_made_looked_at_and_kept(section, workshop, rows_of):
    made_in = section()
    assert made_in.result.layout.display == "none" and made_in.form.minutes.value > 0
    made_in.form.stations.value, made_in.form.breaks.value = 2, "09:40-10:00"
    made_in.form.make.click()
    assert made_in.status.kind == "good" and made_in.state.draft is not None
    shown = made_in.state.draft
    assert not ((shown.slots["rep_id"].isin(["rep-1", "rep-2"])) & (shown.slots["rater_id"] == "manager-north")).any()
    assert "Rep-1" in made_in.view.grid.value and "rep-1" not in made_in.view.grid.value
    assert {row["name"] for row in rows_of(made_in.view.raters)} == {"Trainer", "Manager-North"}
    assert len(rows_of(made_in.view.reps)) == 8
    assert plan_of(workshop).design is None
    made_in.keep.click()
    assert made_in.state.draft is None and plan_of(workshop).design == design_of(shown)
    again = section()
    assert again.form.layout.display == "none" and again.form.breaks.value == "09:40-10:00"
    assert again.state.kept.request == shown.request


def test_bad_input_loses_nothing(section):
    made_in = section()
    made_in.form.make.click()
    before = made_in.state.draft
    made_in.form.start.value = "later"
    made_in.form.make.click()
    assert made_in.status.kind == "bad" and "“later” in “Begins at”" in made_in.status.words
    made_in.form.start.value, made_in.form.end.value = "09:00", "09:40"
    made_in.form.make.click()
    assert made_in.status.kind == "bad" and "only" in made_in.status.words
    made_in.form.end.value, made_in.form.at_station.value = "", 3
    made_in.form.make.click()
    assert made_in.status.kind == "bad" and made_in.state.draft is before


def test_what_is_refused_names_people(section):
    made_in = section("trainer")
    made_in.form.at_station.value = 2
    made_in.form.make.click()
    assert made_in.status.kind == "bad" and "Rep-" in made_in.status.words and "rep-" not in made_in.status.words


def test_a_draft_stays_when_another_section_was_open(section):
    made_in = section()
    made_in.form.make.click()
    draft = made_in.state.draft
    made_in.show()
    assert made_in.state.draft is draft


def test_somebody_falls_out_and_what_has_been_played_stays(section, workshop, rows_of):
    add_rater(workshop.store, workshop.viewers["trainer"], "w", "manager-south")
    made_in = section()
    made_in.form.stations.value = 2
    made_in.form.make.click()
    made_in.keep.click()
    slots = made_in.state.kept.slots
    for row in slots[slots["slot"] == 1].itertuples():
        rate(workshop, row.rep_id, row.rater_id, row.scenario_id)
    made_in.fall_out.who.value, made_in.fall_out.since.value = ("manager-north",), 2
    made_in.fall_out.plan.click()
    assert made_in.status.kind == "info" and made_in.changes.layout.display is None
    draft = made_in.state.draft
    assert "manager-north" not in set(draft.slots.loc[draft.slots["slot"] > 1, "rater_id"])
    pd.testing.assert_frame_equal(draft.slots[draft.slots["slot"] == 1], slots[slots["slot"] == 1], check_dtype=False)
    assert all(row["rater"] != "Manager-North" for row in rows_of(made_in.changes))
    made_in.leave.click()
    assert plan_of(workshop).people("rater", absent=False).count("manager-north") == 1
    made_in.fall_out.who.value, made_in.fall_out.since.value = ("manager-north",), 2
    made_in.fall_out.plan.click()
    made_in.keep.click()
    plan = plan_of(workshop)
    assert "manager-north" not in plan.people("rater") and "manager-north" in plan.people("rater", absent=True)
    assert "Manager-North" not in [entry for entry, _ in made_in.fall_out.who.options]


def test_a_new_timetable_counts_what_a_rater_who_has_left_rated(section, workshop):
    made_in = section()
    made_in.form.make.click()
    made_in.keep.click()
    first = made_in.state.kept.slots.query("rater_id == 'manager-north'").iloc[0]
    rate(workshop, first["rep_id"], "manager-north", first["scenario_id"])
    add_rater(workshop.store, workshop.viewers["trainer"], "w", "manager-south")
    made_in.show()
    made_in.fall_out.who.value, made_in.fall_out.since.value = ("manager-north",), 2
    made_in.fall_out.plan.click()
    made_in.keep.click()
    made_in.form.make.click()
    draft = made_in.state.draft
    assert made_in.status.kind == "good", made_in.status.words
    assert set(draft.slots["rater_id"]) == {"trainer", "manager-south"} and len(draft.slots) >= 7
    again = draft.slots[
        (draft.slots["rep_id"] == first["rep_id"]) & (draft.slots["scenario_id"] == first["scenario_id"])
    ]
    assert again.empty and len(draft.sheets) == len(draft.slots) + 1


def test_a_rater_who_joins_is_given_a_place(section, workshop):
    made_in = section()
    made_in.form.make.click()
    made_in.keep.click()
    made_in.fall_out.joins.value = "manager-south"
    made_in.fall_out.join.click()
    assert made_in.status.kind == "good" and "Manager-South" in made_in.status.words
    made_in.fall_out.since.value = 1
    made_in.fall_out.plan.click()
    assert "manager-south" in set(made_in.state.draft.slots["rater_id"])
    made_in.keep.click()
    assert "manager-south" in plan_of(workshop).design["raters"]


@pytest.mark.parametrize("code", ["en", "zh"])
def test_what_more_would_buy_is_said_with_its_source(section, code):
    made_in = section(code=code)
    made_in.form.make.click()
    made_in.view.tabs.show_section(list(made_in.view.tabs.sections)[3])
    assert made_in.view.more.ids == ("now", "rater", "scenario", "both")
    assert "{" not in made_in.view.said.value
    if code == "en":
        assert "not from your own sheets" in made_in.view.said.value
    name, content = made_in._file("docx")
    assert name.endswith(".docx") and content[:2] == b"PK" and made_in._file("xlsx")[1][:2] == b"PK"


def test_a_manager_of_another_workshop_is_told_so(section):
    made_in = section("manager-south")
    assert made_in.children[0].title == "No timetable here"


def test_a_joint_visit_has_no_timetable(section, workshop):
    with workshop.store.write("test") as change:
        change.put(WORKSHOP, {"workshop_id": "w"}, {"kind": "visit"})
    assert section().children[0].title == "No timetable here"


def test_a_workshop_that_certifies(office):
    page = RolePlayPage(
        office.store, office.viewers["trainer"], Language("en"), today=DAY, zone=zoneinfo.ZoneInfo("Asia/Shanghai")
    )
    form = page.section("New workshop")
    form.show()
    form = form.children[0]
    form.name.value, form.scenarios.value, form.reps.value = "May", ("complaint",), ("rep-1",)
    form.raters.value, form.certifies.value = ("trainer",), True
    form.create.click()
    with office.store.read() as connection:
        assert connection.execute(WORKSHOP.select()).mappings().one()["certifies"] is True
        assert len(connection.execute(WORKSHOP_MEMBER.select()).all()) == 2


def test_a_role_play_with_notes_alone_has_been_played_unless_its_rater_leaves(section, workshop):
    made_in = section()
    made_in.form.stations.value = 1
    made_in.form.make.click()
    made_in.keep.click()
    slots = made_in.state.kept.slots
    noted = slots[slots["rater_id"] == "trainer"].iloc[0]
    place = (noted["rep_id"], "trainer", noted["scenario_id"])
    for row in slots[slots["slot"] < noted["slot"]].itertuples():
        rate(workshop, row.rep_id, row.rater_id, row.scenario_id)
    key = SheetKey("w", noted["scenario_id"], noted["rep_id"], "trainer")
    save_note(workshop.store, workshop.viewers["trainer"], key, "opening", "greeted", on=DAY)
    begun = plan_of(workshop).begun
    assert begun.loc[~begun["rated"], "rep_id"].tolist() == [noted["rep_id"]]
    since = int(noted["slot"]) + 1
    made_in.fall_out.who.value = (next(one for one in REPS if one != noted["rep_id"]),)
    made_in.fall_out.since.value = since
    made_in.fall_out.plan.click()
    assert made_in.status.kind == "info", made_in.status.words
    assert place in made_in.state.draft.request.done
    assert noted["rep_id"] not in set(made_in.state.draft.changes["rep_id"])
    add_rater(workshop.store, workshop.viewers["trainer"], "w", "manager-south")
    made_in.fall_out.who.value, made_in.fall_out.since.value = ("trainer",), since
    made_in.fall_out.plan.click()
    assert made_in.status.kind == "info", made_in.status.words
    assert place not in made_in.state.draft.request.done
    made_in.leave.click()
    made_in.form.make.click()
    assert place in made_in.state.draft.request.done


@pytest.mark.parametrize("anew", [False, True])
def test_a_rater_who_fell_out_and_comes_back_may_rate_again(section, workshop, anew):
    made_in = section()
    made_in.form.make.click()
    made_in.keep.click()
    first = made_in.state.kept.slots.query("rater_id == 'manager-north'").iloc[0]
    rate(workshop, first["rep_id"], "manager-north", first["scenario_id"])
    add_rater(workshop.store, workshop.viewers["trainer"], "w", "manager-south")
    made_in.show()
    made_in.fall_out.who.value, made_in.fall_out.since.value = ("manager-north",), 2
    made_in.fall_out.plan.click()
    made_in.keep.click()
    if anew:  # who has left is kept as away for good
        made_in.form.make.click()
        made_in.keep.click()
    since = int(made_in.state.kept.slots["slot"].max()) - 2
    made_in.fall_out.joins.value = "manager-north"
    made_in.fall_out.join.click()
    made_in.fall_out.since.value = since
    made_in.fall_out.plan.click()
    assert made_in.status.kind == "info", made_in.status.words
    made_in.keep.click()
    assert plan_of(workshop).design["gone"] == [] == plan_of(workshop).design["unavailable"]
    made_in.fall_out.who.value, made_in.fall_out.since.value = ("manager-south",), since
    made_in.fall_out.plan.click()
    assert made_in.status.kind == "info", made_in.status.words
    draft = made_in.state.draft
    assert "manager-north" in set(draft.slots.loc[draft.slots["slot"] >= since, "rater_id"])
