"""Changes that leave a trace: who, when, what it was before and after, and why."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa


class Change:
    """An open transaction on one store, made by one actor at one moment."""

    def __init__(self, connection: sa.Connection, audit: sa.Table, actor_id: str, at: dt.datetime):
        self.connection = connection
        self.actor_id = actor_id
        self.at = at
        self._audit = audit

    def record(
        self,
        action: str,
        record: str,
        record_id: str,
        *,
        person_id: str | None = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        why: str | None = None,
    ) -> None:
        """Append an audit row in this transaction."""
        self.connection.execute(
            self._audit.insert().values(
                at=self.at,
                actor_id=self.actor_id,
                action=action,
                record=record,
                record_id=record_id,
                person_id=person_id,
                before=_plain(before),
                after=_plain(after),
                why=why,
            )
        )

    def put(
        self,
        table: sa.Table,
        key: Mapping[str, Any],
        values: Mapping[str, Any],
        *,
        person_id: str | None = None,
        why: str | None = None,
        at_first: Mapping[str, Any] | None = None,
        stamp: Mapping[str, Any] | None = None,
    ) -> bool:
        """Insert or update the one row of `table` with this `key`, with its audit row, and say whether it changed.

        Nothing is written when the row already holds these values. `at_first` is what a new row holds besides;
        `stamp` (such as when it was last looked at) is written in any case and leaves no trace.
        """
        condition = sa.and_(*(table.c[name] == value for name, value in key.items()))
        found = self.connection.execute(sa.select(table).where(condition)).mappings().one_or_none()
        if found is None:
            new = {**key, **(at_first or {}), **values}
            self.connection.execute(table.insert().values(**new, **(stamp or {})))
            self.record("create", table.name, _key(key), person_id=person_id, after=new, why=why)
            return True
        changed = {name: value for name, value in values.items() if found[name] != value}
        if changed or stamp:
            self.connection.execute(table.update().where(condition).values(**changed, **(stamp or {})))
        if changed:
            before = {name: found[name] for name in changed}
            self.record("update", table.name, _key(key), person_id=person_id, before=before, after=changed, why=why)
        return bool(changed)


def set_audit_guard(connection: sa.Connection) -> None:
    """Make the database itself refuse to change or delete audit rows."""
    if connection.dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END"
            )
        return
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit rows are append-only'; END $$"
    )
    connection.exec_driver_sql(
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
    )


def lift_audit_guard(connection: sa.Connection) -> None:
    """Take that guard away, for a restore that overwrites everything."""
    if connection.dialect.name == "sqlite":
        for verb in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS audit_no_{verb}")
    else:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS audit_no_change ON audit")


def _key(key: Mapping[str, Any]) -> str:
    return "/".join(str(value) for value in key.values())


def _plain(values: Mapping[str, Any] | None) -> Any:
    return None if values is None else json.loads(json.dumps(dict(values), default=str))
