"""Opening a store, reading from it in one snapshot and writing to it in one transaction."""

import datetime as dt
import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from toolkit.errors import SetupError
from toolkit.store.audit import Change
from toolkit.store.schema import AUDIT
from toolkit.wording import text

Kind = Literal["coaching", "hr"]
_IMMEDIATE = "coach_immediate"
# One lock for all writers of a database; the number means nothing, it only has to be ours.
_POSTGRES_LOCK = "SELECT set_config('lock_timeout', '30s', true), pg_advisory_xact_lock(289357218632)"


def utc_now() -> dt.datetime:
    """Return this moment in UTC."""
    return dt.datetime.now(dt.UTC)


class Store:
    """One database. Read with `read`, change with `write`; nothing else opens a connection."""

    def __init__(self, url: str, kind: Kind, *, clock: Callable[[], dt.datetime] = utc_now):
        self.url = sa.make_url(url)
        self.kind: Kind = kind
        self.clock = clock
        self.engine = _engine(self.url)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one consistent state; whatever is written is rolled back."""
        with self.engine.connect() as connection:
            if self.engine.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin() as transaction:
                yield connection
                transaction.rollback()

    @contextmanager
    def write(self, actor_id: str) -> Iterator[Change]:
        """Give a change in one transaction: all of it is kept, or none.

        `actor_id` is who does it and goes into every audit row. There is one writer at a time,
        so that reading and then writing cannot lose an update: SQLite takes the write lock at
        once (``BEGIN IMMEDIATE``), PostgreSQL an advisory lock that ends with the transaction.
        Others wait for up to 30 s; readers never wait. Keep the transaction short.
        """
        with self.engine.connect().execution_options(**{_IMMEDIATE: True}) as connection, connection.begin():
            yield Change(connection, AUDIT[self.kind], actor_id, self.clock())

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def open_store(url: str, kind: Kind, *, clock: Callable[[], dt.datetime] = utc_now) -> Store:
    """Open the store at an SQLAlchemy `url` and check that its tables are those of this version.

    Raises `SetupError` when it cannot be reached or needs migrating (``coach doctor`` says how).
    """
    from toolkit.store.migration import is_current

    store: Store | None = None
    current = False
    try:
        store = Store(url, kind, clock=clock)
        current = is_current(store)
    except (sa.exc.SQLAlchemyError, OSError, ImportError) as error:
        raise SetupError(
            text("The store {url} cannot be opened.", url=_without_password(url, kind)),
            remedy=text("Check the address, that the database is running, and your rights on it."),
        ) from error
    finally:
        if store is not None and not current:
            store.close()
    if not current:
        raise SetupError(
            text("The store {url} has no tables yet, or those of another version.", url=_without_password(url, kind)),
            remedy=text("Run “coach doctor --migrate” once; it changes the tables and keeps the data."),
        )
    return store


def _without_password(url: str, kind: Kind) -> str:
    """Return `url` without secrets; where it cannot be read, and may hold one anywhere, only the `kind`."""
    try:
        return sa.make_url(url).difference_update_query(["password", "sslpassword"]).render_as_string()
    except sa.exc.ArgumentError:
        return kind


def _engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() != "sqlite":
        return _postgres_engine(url)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"timeout": 30}, json_serializer=_to_json)

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        # The driver's own transaction handling begins too late to take the lock on reading.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=30000", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _on_begin(connection: sa.Connection) -> None:
        immediate = connection.get_execution_options().get(_IMMEDIATE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _postgres_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, pool_pre_ping=True, json_serializer=_to_json)

    @sa.event.listens_for(engine, "begin")
    def _on_begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get(_IMMEDIATE):
            connection.exec_driver_sql(_POSTGRES_LOCK)

    return engine


def _to_json(value: Any) -> str:
    """Write `value` as JSON, which knows no NaN or infinity: a figure that is not there becomes null."""
    try:
        return json.dumps(value, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(value), allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
