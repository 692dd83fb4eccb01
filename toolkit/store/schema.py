"""What all tables share: the two sets of tables, ids, moments in UTC and the audit table."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

COACHING = sa.MetaData(naming_convention=_NAMES, info={"store": "coaching"})
HR = sa.MetaData(naming_convention=_NAMES, info={"store": "hr"})


def new_id() -> str:
    """Return a new random id (UUIDv4), the form that every published record may carry."""
    return str(uuid.uuid4())


class Moment(sa.types.TypeDecorator[dt.datetime]):
    """A moment in UTC; naive values are refused so that no local time slips in."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        """Turn an aware moment into naive UTC for the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> dt.datetime | None:
        """Give back an aware moment in UTC."""
        return None if value is None else value.replace(tzinfo=dt.UTC)


def _audit_table(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "audit",
        metadata,
        sa.Column("audit_id", sa.Integer, primary_key=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("actor_id", sa.String(64), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("record", sa.String(64), nullable=False),
        sa.Column("record_id", sa.String(128), nullable=False),
        sa.Column("person_id", sa.String(64), index=True),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON),
        sa.Column("why", sa.Text),
    )


AUDIT = {"coaching": _audit_table(COACHING), "hr": _audit_table(HR)}
