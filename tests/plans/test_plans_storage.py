"""Catalogue, sessions and plans come back as they were stored, for whom they concern."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.errors import Conflict, InputError, NotAllowed
from toolkit.plans.form import activity_rows
from toolkit.plans.limits import Limits
from toolkit.plans.plan import Plan, PlanItem
from toolkit.plans.storage import (
    add_sessions,
    catalogue,
    keep_activities,
    latest_plan,
    save_plan,
    sessions,
)
from toolkit.plans.tables import PLAN
from toolkit.store import Store
from toolkit.vocabulary import Activities, check, records_of

AuditOf = Callable[..., list[dict[str, Any]]]


def _activity(activity_id: str, **changed: Any) -> dict[str, Any]:
    return {
        "activity_id": activity_id,
        "name_en": "Course",
        "name_zh": "课程",
        "summary_en": "",
        "summary_zh": "",
        "kind": "course",
        "content_area": "sales_skills",
        "tier": "any",
        "language": "both",
        "mode": "dated",
        "hours": 6.5,
        "cost": 300.0,
        "weeks": 2,
        "seats": 12,
        "prerequisites": None,
        "gains": {"communication": 0.3},
    } | changed


def _keep(store: Store, *rows: dict[str, Any]) -> None:
    with store.write("editor") as change:
        keep_activities(change, rows)


def _catalogue(store: Store) -> pd.DataFrame:
    with store.read() as connection:
        return catalogue(connection)


def test_the_catalogue_comes_back(coaching: Store, audit_of: AuditOf) -> None:
    second = _activity("b", seats=None, prerequisites="a", gains={"needs_analysis": 0.5, "communication": 0.1})
    _keep(coaching, second, _activity("a"))
    frame = _catalogue(coaching)
    check(frame, Activities)
    assert frame["activity_id"].tolist() == ["a", "b"] and frame["name_zh"].tolist() == ["课程", "课程"]
    assert frame["gain_communication"].tolist() == [0.3, 0.1]
    assert pd.isna(frame["gain_needs_analysis"][0]) and frame["gain_needs_analysis"][1] == 0.5
    assert frame["hours"].tolist() == [6.5, 6.5] and frame["weeks"].tolist() == [2, 2]
    assert frame["seats"][0] == 12 and pd.isna(frame["seats"][1]) and frame["prerequisites"][1] == "a"
    assert [row["record_id"] for row in audit_of(coaching, "activity")] == ["b", "a"]


def test_an_activity_already_known_is_replaced(coaching: Store, audit_of: AuditOf) -> None:
    _keep(coaching, _activity("a"))
    _keep(coaching, _activity("a"))
    _keep(coaching, _activity("a", cost=250.0, gains={"communication": 0.4}))
    frame = _catalogue(coaching)
    assert frame["cost"].tolist() == [250.0] and frame["gain_communication"].tolist() == [0.4]
    created, updated = audit_of(coaching, "activity")
    assert updated["before"] == {"cost": 300.0, "gains": {"communication": 0.3}} and created["action"] == "create"


FILE_ROW = {
    **dict.fromkeys(("name_en", "name_zh", "session_dates", "seats", "prerequisites")),
    **{"activity_id": "a", "kind": "course", "content_area": "product", "tier": "any", "language": "zh"},
    **{"hours": 3.0, "cost": 100.0, "weeks": 1, "gain_communication": float("nan"), "gain_closing": float("nan")},
}


def _import(store: Store, *changes: dict[str, Any], by_id: bool = True) -> pd.DataFrame:
    frame = pd.DataFrame([FILE_ROW | changed for changed in changes])
    with store.write("editor") as change:
        rows = {row["activity_id"]: row for row in records_of(catalogue(change.connection))}
        activities, dated = activity_rows(frame, rows if by_id else set(rows), dt.date(2026, 1, 1))
        keep_activities(change, activities)
        add_sessions(change, dated)
    return _catalogue(store).set_index("activity_id")


@pytest.mark.parametrize("by_id", [True, False])
def test_importing_again_changes_only_what_the_file_filled(coaching: Store, by_id: bool) -> None:
    words = {"summary_en": "Long", "summary_zh": "长", "prerequisites": "b", "seats": 20}
    _keep(coaching, _activity("b"), _activity("a", **words))
    before = _catalogue(coaching).set_index("activity_id").loc["a"]
    after = _import(coaching, {}, by_id=by_id).loc["a"]
    changed = {name for name in after.index if after[name] != before[name] and pd.notna(after[name])}
    assert changed == {"content_area", "language", "hours", "cost", "weeks"}
    after = _import(coaching, {"name_zh": "新", "seats": 8, "gain_communication": 0.0, "gain_closing": 0.2}).loc["a"]
    assert (after["name_en"], after["name_zh"], after["seats"], after["mode"]) == ("Course", "新", 8, "dated")
    assert pd.isna(after["gain_communication"]) and after["gain_closing"] == 0.2 and after["summary_zh"] == "长"


def test_new_sessions_make_an_activity_dated_and_have_its_seats(coaching: Store) -> None:
    _keep(coaching, _activity("a", mode="on_demand", seats=20))
    assert _import(coaching, {}).at["a", "mode"] == "on_demand"
    assert _import(coaching, {"session_dates": "2026-03-02"}).at["a", "mode"] == "dated"
    with coaching.read() as connection:
        assert sessions(connection)["seats"].tolist() == [20]


def test_a_new_activity_gets_defaults(coaching: Store) -> None:
    row = _import(coaching, {"name_zh": "课", "gain_closing": 0.2, "gain_communication": 0.0}).loc["a"]
    assert (row["name_en"], row["summary_en"], row["mode"], row["gain_closing"]) == ("课", "", "on_demand", 0.2)
    assert pd.isna(row["seats"]) and pd.isna(row["prerequisites"]) and "gain_communication" not in row


@pytest.mark.parametrize("by_id", [True, False])
def test_prerequisites_in_a_circle_over_catalogue_and_file_are_refused(coaching: Store, by_id: bool) -> None:
    _keep(coaching, _activity("a"), _activity("b", prerequisites="a"), _activity("c", prerequisites="b"))
    before = _catalogue(coaching)
    with pytest.raises(InputError, match="The prerequisites go round in a circle: a → c → b → a") as refused:
        _import(coaching, {"prerequisites": "c"}, by_id=by_id)
    assert str(refused.value.where) == "Activity “a”"
    pd.testing.assert_frame_equal(_catalogue(coaching), before)


def test_the_last_gain_of_an_activity_stays(coaching: Store) -> None:
    _keep(coaching, _activity("a"))
    with pytest.raises(InputError, match="expected gain in at least one"):
        _import(coaching, {"gain_communication": 0.0})


def test_an_empty_catalogue_is_an_empty_table(coaching: Store) -> None:
    frame = _catalogue(coaching)
    assert frame.empty and {"activity_id", "name_en", "hours"} <= set(frame.columns)


def test_sessions_already_known_keep_their_seats(coaching: Store, audit_of: AuditOf) -> None:
    _keep(coaching, _activity("a"))
    first = {"session_id": "a-1", "activity_id": "a", "starts_on": dt.date(2026, 10, 5), "seats": 12, "seats_taken": 5}
    second = first | {"session_id": "a-2", "starts_on": dt.date(2026, 9, 7), "seats_taken": 0}
    with coaching.write("editor") as change:
        add_sessions(change, [first])
    with coaching.write("editor") as change:
        add_sessions(change, [first | {"seats_taken": 0, "seats": 30}, second])
        add_sessions(change, [second])
    with coaching.read() as connection:
        frame = sessions(connection)
    assert frame["session_id"].tolist() == ["a-2", "a-1"]
    assert frame["seats_taken"].tolist() == [0, 5] and frame["seats"].tolist() == [12, 12]
    assert frame["starts_on"].tolist() == [pd.Timestamp(2026, 9, 7), pd.Timestamp(2026, 10, 5)]
    assert [row["after"] for row in audit_of(coaching, "session")] == [{"count": 1}, {"count": 1}]


def test_a_session_of_no_activity_is_refused(coaching: Store) -> None:
    row = {"session_id": "x", "activity_id": "x", "starts_on": dt.date(2026, 10, 5), "seats": 1, "seats_taken": 0}
    with pytest.raises(sa.exc.IntegrityError, match=r"(?i)foreign key"), coaching.write("editor") as change:
        add_sessions(change, [row])


LIMITS = Limits(dt.date(2026, 9, 7), dt.date(2027, 3, 1), 2.5, 4000.0)
ITEMS = (
    PlanItem(
        "a", "a-1", dt.date(2026, 10, 5), dt.date(2026, 10, 18), 6.5, 300.0, 0.1 + 0.2, {"communication": 1 / 3}, True
    ),
    PlanItem("b", None, dt.date(2026, 9, 7), dt.date(2026, 9, 20), 2.0, 0.0, 0.05, {}, False),
)
PLAN_1 = Plan(
    "rep-1",
    LIMITS,
    ITEMS,
    0.35,
    0.4,
    {"communication": 0.9, "needs_analysis": 0.2},
    {"communication": 0.57},
    {},
    interests={"drill": 1.0},
)


def _latest(office: Any, who: str, person_id: str = "rep-1") -> Any:
    with office.store.read() as connection:
        return latest_plan(connection, office.viewers[who], person_id)


def test_a_plan_comes_back_equal_and_versions_count_up(office: Any, audit_of: AuditOf) -> None:
    moments = [dt.datetime(2026, 9, 3, hour, tzinfo=dt.UTC) for hour in (8, 9, 10)]
    office.store.clock = iter(moments).__next__
    trainer, manager = office.viewers["trainer"], office.viewers["manager-north"]
    assert _latest(office, "trainer") is None
    assert save_plan(office.store, manager, PLAN_1) == 1
    first = _latest(office, "manager-north")
    assert (first.plan, first.version, first.saved_at) == (PLAN_1, 1, moments[0])
    second = dataclasses.replace(PLAN_1, items=(), value=0.0, bound=0.0, after=PLAN_1.before)
    assert save_plan(office.store, trainer, second) == 2
    assert save_plan(office.store, trainer, dataclasses.replace(PLAN_1, person_id="rep-3")) == 1
    for who in ("trainer", "hr", "manager-north", "rep-1"):
        latest = _latest(office, who)
        assert (latest.plan, latest.version, latest.saved_at) == (second, 2, moments[1])
    rows = audit_of(office.store, "plan")
    assert [(row["actor_id"], row["person_id"], row["after"]["version"]) for row in rows] == [
        ("user-manager-north", "rep-1", 1),
        ("user-trainer", "rep-1", 2),
        ("user-trainer", "rep-3", 1),
    ]
    assert rows[0]["after"]["items"][0]["session_id"] == "a-1"


def test_a_plan_saved_by_somebody_else_meanwhile_is_not_overwritten(office: Any) -> None:
    store, viewer, plan = office.store, office.viewers["manager-north"], PLAN_1
    assert save_plan(store, viewer, plan, excluded=("x",), opened=0) == 1
    with pytest.raises(Conflict, match=r"^Somebody else has saved version 1 of this plan meanwhile\."):
        save_plan(store, viewer, plan, opened=0)
    assert save_plan(store, viewer, plan, opened=1) == 2
    with store.read() as connection:
        assert latest_plan(connection, viewer, "rep-1").excluded == ()


def test_numbers_of_a_plan_come_back_exactly(office: Any) -> None:
    save_plan(office.store, office.viewers["trainer"], PLAN_1)
    item = _latest(office, "trainer").plan.items[0]
    assert item.worth == 0.1 + 0.2 and item.closes == {"communication": 1 / 3} and item.pinned is True


@pytest.mark.parametrize("who", ["rep-1", "hr", "administrator"])
def test_only_managers_and_trainers_save_plans(office: Any, audit_of: AuditOf, who: str) -> None:
    before = audit_of(office.store)
    with pytest.raises(NotAllowed, match=r"^Only the person's manager or a trainer may save a plan\.$"):
        save_plan(office.store, office.viewers[who], PLAN_1)
    assert audit_of(office.store) == before and _latest(office, "trainer") is None


def test_a_manager_of_another_team_may_neither_save_nor_read(office: Any, audit_of: AuditOf) -> None:
    save_plan(office.store, office.viewers["trainer"], PLAN_1)
    before = audit_of(office.store)
    with pytest.raises(NotAllowed, match=r"^You may not open this person's record\.$"):
        save_plan(office.store, office.viewers["manager-south"], PLAN_1)
    for who in ("manager-south", "rep-2", "administrator"):
        with pytest.raises(NotAllowed, match=r"^You may not open this person's record\.$"):
            _latest(office, who)
    assert audit_of(office.store) == before


def test_nobody_has_a_plan_who_does_not_exist(office: Any) -> None:
    trainer: Viewer = office.viewers["trainer"]
    with pytest.raises(NotAllowed, match=r"^You may not open this person's record\.$"):
        save_plan(office.store, trainer, dataclasses.replace(PLAN_1, person_id="nobody"))
    with office.store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(PLAN)).scalar_one() == 0


def test_the_catalogue_keeps_provider_pauses_and_doubt(coaching):
    from toolkit.plans.storage import catalogue, keep_activities

    row = {
        "activity_id": "fresh", "name_en": "F", "name_zh": "新", "summary_en": "", "summary_zh": "", "kind": "drill",
        "content_area": "product", "tier": "any", "language": "both", "mode": "on_demand", "hours": 2.0, "cost": 0.0,
        "weeks": 1, "seats": None, "prerequisites": None, "gains": {"x": 0.3}, "provider_en": "Us", "provider_zh": "内部",
        "after_weeks": 4, "repeat_after_weeks": 26, "best_level": 2.5, "gain_sds": {"x": 0.1},
    }  # fmt: skip
    with coaching.write("test") as change:
        keep_activities(change, [row])
    with coaching.read() as connection:
        kept = catalogue(connection).set_index("activity_id").loc["fresh"]
    assert (kept["provider_zh"], kept["after_weeks"], kept["best_level"], kept["sd_x"]) == ("内部", 4, 2.5, 0.1)


def test_the_catalogue_goes_out_as_rows_of_its_form():
    from plan_makers import START, activity, catalogue, session

    from toolkit.plans.form import activity_form, activity_rows
    from toolkit.plans.report import catalogue_rows

    rows = catalogue(activity("a", x=0.4, mode="dated"), activity("b", x=0.2, needs="a"))
    rows["after_weeks"], rows["seats"] = [None, 3.0], [9, None]
    form = activity_form({"x": {"en": "X", "zh": "X"}})
    out = catalogue_rows(rows, pd.DataFrame([session("s", "a", START)]))
    again, dates = activity_rows(out.reindex(columns=[one.name for one in form.columns]), set(), START)
    assert [one["starts_on"] for one in dates] == [START] and dates[0]["seats"] == 9
    assert again[0]["gains"] == {"x": 0.4} and (again[1]["after_weeks"], again[1]["prerequisites"]) == (3.0, "a")
