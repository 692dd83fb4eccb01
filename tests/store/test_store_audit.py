"""Audit rows come and go with the change they describe, and the database keeps them as they are."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from toolkit.organisation.storage import MAPPING, PERSON, TEAM
from toolkit.store import Store
from toolkit.store.schema import AUDIT

AuditOf = Callable[..., list[dict[str, Any]]]
NORTH = {"name_en": "North", "name_zh": "北区", "team_type": "independent", "manager_id": None}


def _put(store: Store, **values: object) -> None:
    with store.write("zhou") as change:
        change.put(TEAM, {"team_id": "north"}, NORTH | values, person_id="lead", why="asked to")


def _team(store: Store) -> dict[str, Any] | None:
    with store.read() as connection:
        found = connection.execute(sa.select(TEAM)).mappings().one_or_none()
        return None if found is None else dict(found)


def test_put_records_who_when_what_and_why(coaching: Store, audit_of: AuditOf) -> None:
    moments = iter(dt.datetime(2026, 3, 2, hour, tzinfo=dt.UTC) for hour in (9, 10))
    coaching.clock = lambda: next(moments)
    _put(coaching)
    _put(coaching, name_en="Northern", manager_id="chen")
    created, updated = audit_of(coaching)
    assert created["after"] == {"team_id": "north", **NORTH} and created["before"] is None
    assert updated["before"] == {"name_en": "North", "manager_id": None}
    assert updated["after"] == {"name_en": "Northern", "manager_id": "chen"}
    assert [row["action"] for row in (created, updated)] == ["create", "update"]
    assert [row["at"].hour for row in (created, updated)] == [9, 10]
    for row in (created, updated):
        assert (row["actor_id"], row["record"], row["record_id"]) == ("zhou", "team", "north")
        assert (row["person_id"], row["why"]) == ("lead", "asked to")
    assert _team(coaching) == {"team_id": "north", **NORTH, "name_en": "Northern", "manager_id": "chen"}


def test_put_writes_nothing_when_nothing_changes(coaching: Store, audit_of: AuditOf) -> None:
    _put(coaching)
    _put(coaching)
    with coaching.write("zhou") as change:
        change.put(MAPPING, {"form": "roster", "signature": "s"}, {"mapping": {"b": None, "a": "A"}})
        change.put(MAPPING, {"form": "roster", "signature": "s"}, {"mapping": {"a": "A", "b": None}})
    assert [(row["action"], row["record"]) for row in audit_of(coaching)] == [
        ("create", "team"),
        ("create", "import_mapping"),
    ]


def test_the_audit_keeps_dates_as_text(coaching: Store, audit_of: AuditOf) -> None:
    values = {"employee_number": "1", "name": "A", "language": "en", "role_id": "r", "tier_id": "t"}
    with coaching.write("zhou") as change:
        change.put(PERSON, {"person_id": "p"}, values | {"hired_on": dt.date(2026, 3, 2)})
        change.put(PERSON, {"person_id": "p"}, values | {"hired_on": dt.date(2026, 3, 3)})
    assert audit_of(coaching)[1]["before"] == {"hired_on": "2026-03-02"}


def test_a_change_and_its_audit_are_rolled_back_together(coaching: Store, audit_of: AuditOf) -> None:
    with pytest.raises(RuntimeError, match="the power went"), coaching.write("zhou") as change:
        change.put(TEAM, {"team_id": "north"}, NORTH)
        assert change.connection.execute(sa.select(AUDIT["coaching"].c.action)).scalars().all() == ["create"]
        raise RuntimeError("the power went")
    assert _team(coaching) is None and audit_of(coaching) == []


def test_an_audit_row_that_cannot_be_written_undoes_the_change(coaching: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError, match="actor_id"), coaching.write(None) as change:  # type: ignore[arg-type]
        change.connection.execute(TEAM.insert().values(team_id="north", **NORTH))
        change.record("create", "team", "north")
    assert _team(coaching) is None


@pytest.mark.parametrize("kind", ["coaching", "hr"])
@pytest.mark.parametrize("verb", ["UPDATE audit SET actor_id = 'nobody'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_audit_rows(
    make_store: Callable[..., Store], backend: str, kind: str, verb: str, audit_of: AuditOf
) -> None:
    store = make_store(backend, kind)
    with store.write("zhou") as change:
        change.record("test", "thing", "1", after={"a": 1})
    before = audit_of(store)
    with pytest.raises(sa.exc.DBAPIError, match="audit rows are append-only"), store.write("zhou") as change:
        change.connection.exec_driver_sql(verb)
    assert audit_of(store) == before and len(before) == 1


def test_reading_sees_one_state_and_keeps_nothing(coaching: Store) -> None:
    _put(coaching)
    names = sa.select(TEAM.c.name_en)
    with coaching.read() as connection:
        assert connection.execute(names).scalar_one() == "North"
        _put(coaching, name_en="Northern")
        assert connection.execute(names).scalar_one() == "North"
    with coaching.read() as connection:
        connection.execute(TEAM.insert().values(team_id="south", **NORTH))
    with coaching.read() as connection:
        assert connection.execute(names).scalars().all() == ["Northern"]
