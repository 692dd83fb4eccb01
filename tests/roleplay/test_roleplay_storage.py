"""Workshops keep their versions; only a workshop's raters write, each on their own sheets."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from toolkit.errors import InputError, NotAllowed, NotFound
from toolkit.organisation.storage import content, keep_content
from toolkit.roleplay import storage as roleplay
from toolkit.roleplay.storage import SheetKey, create_workshop, own_ratings, ratings, save_rating
from toolkit.store import Store

AuditOf = Callable[..., list[dict[str, Any]]]
DAY = dt.date(2026, 9, 3)
NAMES = {"en": "Autumn", "zh": "秋季"}
KEY = SheetKey("w", "price_objection", "rep-1", "trainer")


@pytest.fixture
def workshop(office: Any) -> Any:
    """Give the office with a workshop “w”: three reps, the trainer and the north's manager as raters."""
    with office.store.write("user-trainer") as change:
        create_workshop(
            change,
            name=NAMES,
            held_on=DAY,
            scenarios={"price_objection": "customer_visit", "complaint": "customer_visit"},
            reps=["rep-1", "rep-3", "rep-1", "manager-south"],
            raters=["trainer", "manager-north", "trainer"],
            workshop_id="w",
        )
    return office


def _own(store: Store, key: SheetKey = KEY) -> dict[str, float | None]:
    with store.read() as connection:
        return own_ratings(connection, key)


def test_a_workshop_is_stored_with_members_and_versions(workshop: Any, audit_of: AuditOf) -> None:
    with workshop.store.read() as connection:
        (row,) = roleplay.workshops(connection).to_dict("records")
        scenarios = roleplay.scenarios_of(connection, "w")
        reps = roleplay.members_of(connection, "w", "rep")
        raters = roleplay.members_of(connection, "w", "rater")
        for one in scenarios.itertuples():
            assert content(connection, "rubric", one.rubric_id, one.rubric_version)["id"] == "customer_visit"
            assert content(connection, "scenario", one.scenario_id, one.scenario_version)["id"] == one.scenario_id
    names = {"workshop_id": "w", "name_en": "Autumn", "name_zh": "秋季", "held_on": pd.Timestamp(DAY)}
    assert row == names | {"kind": "workshop", "certifies": False}
    assert scenarios["scenario_id"].tolist() == ["complaint", "price_objection"]
    assert reps["person_id"].tolist() == ["manager-south", "rep-1", "rep-3"]
    assert raters["person_id"].tolist() == ["trainer", "manager-north"]
    (created,) = audit_of(workshop.store, "workshop")
    assert (created["actor_id"], created["action"], created["record_id"]) == ("user-trainer", "create", "w")
    assert created["after"]["held_on"] == "2026-09-03"


def test_a_workshop_keeps_its_rubric_when_a_new_version_is_published(workshop: Any) -> None:
    store = workshop.store
    with store.read() as connection:
        before = roleplay.scenarios_of(connection, "w")
    with store.write("editor") as change:
        body = content(change.connection, "rubric", "customer_visit")
        newer = keep_content(change, "rubric", "customer_visit", body | {"note": "new"})
        create_workshop(
            change,
            name=NAMES,
            held_on=DAY + dt.timedelta(days=1),
            scenarios={"complaint": "customer_visit"},
            reps=["rep-1"],
            raters=["trainer"],
            workshop_id="later",
        )
    with store.read() as connection:
        pd.testing.assert_frame_equal(roleplay.scenarios_of(connection, "w"), before)
        assert roleplay.scenarios_of(connection, "later")["rubric_version"].tolist() == [newer]
        assert roleplay.workshops(connection)["workshop_id"].tolist() == ["later", "w"]
    assert newer not in set(before["rubric_version"])


@pytest.mark.parametrize("missing", ["scenarios", "reps", "raters"])
def test_a_workshop_needs_scenarios_reps_and_raters(office: Any, missing: str) -> None:
    given: dict[str, Any] = {"scenarios": {"complaint": "customer_visit"}, "reps": ["rep-1"], "raters": ["trainer"]}
    given[missing] = type(given[missing])()
    with pytest.raises(InputError) as refused, office.store.write("test") as change:
        create_workshop(change, name=NAMES, held_on=DAY, **given)
    assert str(refused.value.problem) == "A workshop needs a name, a day, at least one scenario, one rep and one rater."
    assert str(refused.value.remedy) == "Fill in what is missing and press the button again."
    with office.store.read() as connection:
        assert roleplay.workshops(connection).empty


def test_a_workshop_that_is_not_there_is_named(office: Any) -> None:
    with (
        office.store.read() as connection,
        pytest.raises(NotFound, match=r"^This workshop is not in the store\.$"),
    ):
        roleplay.scenarios_of(connection, "w")


def test_a_tap_is_stored_at_once_and_a_second_replaces_it(workshop: Any, audit_of: AuditOf) -> None:
    moments = [dt.datetime(2026, 9, 3, 8, minute, tzinfo=dt.UTC) for minute in (1, 2, 3)]
    workshop.store.clock = iter(moments).__next__
    trainer = workshop.viewers["trainer"]
    told = [save_rating(workshop.store, trainer, KEY, "opening", tap, on=DAY) for tap in (4, 2, 2)]
    assert told == moments
    assert _own(workshop.store) == {"opening": 2.0}
    first, second = audit_of(workshop.store, "rating")
    assert (first["action"], first["after"]["rating"], first["before"]) == ("create", 4, None)
    assert (second["action"], second["before"], second["after"]) == ("update", {"rating": 4.0}, {"rating": 2})
    assert {row["person_id"] for row in (first, second)} == {"rep-1"}
    assert {row["actor_id"] for row in (first, second)} == {"user-trainer"}
    (sheet,) = audit_of(workshop.store, "sheet")
    assert sheet["after"]["rated_on"] == "2026-09-03" and sheet["person_id"] == "rep-1"
    with workshop.store.read() as connection:
        assert connection.execute(sa.select(roleplay.SHEET.c.updated_at)).scalar_one() == moments[2]


def test_not_observed_is_kept_as_a_rating_without_value(workshop: Any) -> None:
    trainer = workshop.viewers["trainer"]
    save_rating(workshop.store, trainer, KEY, "opening", None, on=DAY)
    save_rating(workshop.store, trainer, KEY, "needs", 5, on=DAY)
    assert _own(workshop.store) == {"opening": None, "needs": 5.0}
    with workshop.store.read() as connection:
        stored = ratings(connection, trainer, "w").set_index("criterion_id")["rating"]
    assert stored.dtype == float and pd.isna(stored["opening"]) and stored["needs"] == 5.0
    save_rating(workshop.store, trainer, KEY, "needs", None, on=DAY)
    assert _own(workshop.store) == {"opening": None, "needs": None}


@pytest.mark.parametrize("value", [0, 6, 2.5, -1, float("nan")])
def test_off_the_scale_is_refused(workshop: Any, value: float) -> None:
    with pytest.raises(InputError) as refused:
        save_rating(workshop.store, workshop.viewers["trainer"], KEY, "opening", value, on=DAY)
    assert str(refused.value) == f"A rating is one of 1, 2, 3, 4 or 5, not {value}."
    assert _own(workshop.store) == {}


NO_RATER = "You are not a rater of this workshop."


@pytest.mark.parametrize(
    ("who", "changed", "problem"),
    [
        ("manager-south", {"rater_id": "manager-south"}, NO_RATER),
        ("manager-north", {}, NO_RATER),
        ("rep-3", {}, NO_RATER),
        ("rep-3", {"rater_id": "rep-3"}, NO_RATER),
        ("hr", {}, NO_RATER),
        ("administrator", {}, NO_RATER),
        ("trainer", {"workshop_id": "another"}, NO_RATER),
        ("trainer", {"rep_id": "rep-2"}, "This person does not take part in the workshop as a rep."),
        ("trainer", {"rep_id": "trainer"}, "This person does not take part in the workshop as a rep."),
    ],
)
def test_only_a_rater_writes_and_only_on_an_own_sheet(
    workshop: Any, audit_of: AuditOf, who: str, changed: dict[str, str], problem: str
) -> None:
    key = dataclasses.replace(KEY, **changed)
    before = audit_of(workshop.store)
    with pytest.raises(NotAllowed) as refused:
        save_rating(workshop.store, workshop.viewers[who], key, "opening", 3, on=DAY)
    assert str(refused.value.problem) == problem
    assert audit_of(workshop.store) == before and _own(workshop.store, key) == {}


def test_a_rater_whose_account_is_no_longer_one_may_not_write(workshop: Any) -> None:
    from toolkit.access.roles import Role

    former = dataclasses.replace(workshop.viewers["trainer"], role=Role.HR)
    with pytest.raises(NotAllowed, match=r"^You are not a rater of this workshop\. Choose another workshop"):
        save_rating(workshop.store, former, KEY, "opening", 3, on=DAY)


def test_a_scenario_of_another_workshop_cannot_be_rated(workshop: Any) -> None:
    key = dataclasses.replace(KEY, scenario_id="staged_drill")
    with pytest.raises(NotFound, match=r"^The scenario “staged_drill” is not played in this workshop\.$"):
        save_rating(workshop.store, workshop.viewers["trainer"], key, "opening", 3, on=DAY)
    assert _own(workshop.store, key) == {}


def test_a_criterion_outside_the_rubric_is_not_stored(workshop: Any) -> None:
    key = SheetKey("w", "complaint", "rep-1", "trainer")
    with pytest.raises(NotFound, match=r"^The criterion “evil” is not in this scenario's rubric\.$"):
        save_rating(workshop.store, workshop.viewers["trainer"], key, "evil", 5, on=DAY)
    with workshop.store.read() as connection:
        assert roleplay.own_ratings(connection, key) == {}


def test_each_rater_has_a_sheet_and_viewers_see_their_people(workshop: Any) -> None:
    store, viewers = workshop.store, workshop.viewers
    for rater in ("trainer", "manager-north"):
        for rep in ("rep-1", "rep-3"):
            key = SheetKey("w", "complaint", rep, rater)
            save_rating(store, viewers[rater], key, "opening", 3 if rater == "trainer" else 4, on=DAY)
    seen = {}
    with store.read() as connection:
        for name, viewer in viewers.items():
            frame = ratings(connection, viewer)
            pd.testing.assert_frame_equal(frame, ratings(connection, viewer, "w"))
            assert ratings(connection, viewer, "another").empty
            assert len(frame) == 4, "pooled figures are the same for every viewer"
            frame = frame[frame["seen"]]
            seen[name] = sorted(zip(frame["rep_id"], frame["rater_id"], frame["rating"], strict=True))
    north = [("rep-1", "manager-north", 4.0), ("rep-1", "trainer", 3.0)]
    south = [("rep-3", "manager-north", 4.0), ("rep-3", "trainer", 3.0)]
    assert seen["trainer"] == seen["hr"] == north + south
    assert seen["manager-north"] == seen["rep-1"] == north
    assert seen["manager-south"] == seen["rep-3"] == south
    assert seen["rep-2"] == seen["rep-4"] == seen["administrator"] == []
    with store.read() as connection:
        frame = ratings(connection, viewers["trainer"])
    assert set(frame["rubric_id"]) == {"customer_visit"} and set(frame["source"]) == {"role_play"}
    assert set(frame["rated_on"]) == {pd.Timestamp(DAY)}


def test_raters_and_who_may_become_one(workshop: Any) -> None:
    with workshop.store.read() as connection:
        assert sorted(roleplay.raters(connection)) == ["manager-north", "trainer"]
        possible = roleplay.possible_raters(connection)
    assert possible["person_id"].tolist() == ["trainer", "manager-north", "manager-south"]


def _with_copy(office: Any, **changed: Any) -> None:
    """Make a workshop of two scenarios, one of them scored with a copy of the rubric whose first criterion is changed."""
    with office.store.write("editor") as change:
        body = content(change.connection, "rubric", "customer_visit")
        first, *rest = body["criteria"]
        keep_content(change, "rubric", "copy", body | {"id": "copy", "criteria": [first | changed, *rest]})
        create_workshop(
            change,
            name=NAMES,
            held_on=DAY,
            scenarios={"complaint": "customer_visit", "price_objection": "copy"},
            reps=["rep-1"],
            raters=["trainer"],
        )


@pytest.mark.parametrize("changed", [{"name": {"en": "Greeting", "zh": "问候"}}, {"weight": 7}])
def test_one_id_for_two_criteria_is_refused(office: Any, changed: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"criterion ID “opening” means “.+” in one"):
        _with_copy(office, **changed)
    with office.store.read() as connection:
        assert roleplay.workshops(connection).empty


def test_the_same_criterion_in_two_rubrics_is_no_matter(office: Any) -> None:
    _with_copy(office, mandatory=False)
    with office.store.read() as connection:
        assert len(roleplay.workshops(connection)) == 1
