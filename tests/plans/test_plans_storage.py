"""Catalogue, sessions and plans come back as they were stored, for whom they concern."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.errors import Conflict, NotAllowed
from toolkit.plans.limits import Limits
from toolkit.plans.plan import Plan, PlanItem
from toolkit.plans.storage import (
    PLAN,
    add_sessions,
    catalogue,
    keep_activities,
    latest_plan,
    save_plan,
    sessions,
)
from toolkit.store import Store
from toolkit.vocabulary import Activities, check

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
    "rep-1", LIMITS, ITEMS, 0.35, 0.4, {"communication": 0.9, "needs_analysis": 0.2}, {"communication": 0.57}, {}
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
