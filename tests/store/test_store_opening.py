"""Migrations make exactly the declared tables; a store that cannot be used says so in words."""

import datetime as dt
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from toolkit.errors import SetupError
from toolkit.store import COACHING, HR, Moment, Store, open_store
from toolkit.store.engine import Kind
from toolkit.store.migration import is_current, migrate

METADATA = {"coaching": COACHING, "hr": HR}
MakeStore = Callable[..., Store]
kinds = pytest.mark.parametrize("kind", ["coaching", "hr"])


def _difference(store: Store) -> list[object]:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "target_metadata": METADATA}
        )
        return compare_metadata(context, METADATA[store.kind])


@kinds
def test_migrations_make_the_declared_tables(make_store: MakeStore, backend: str, kind: Kind) -> None:
    store = make_store(backend, kind, migrated=False)
    assert not is_current(store)
    migrate(store)
    assert is_current(store)
    assert _difference(store) == []
    assert set(sa.inspect(store.engine).get_table_names()) == {*METADATA[kind].tables, "alembic_version"}


def test_a_table_that_differs_would_be_found(coaching: Store) -> None:
    with coaching.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE person ADD COLUMN odd INTEGER")
        connection.exec_driver_sql("DROP INDEX ix_evidence_person_id")
    assert {difference[0] for difference in _difference(coaching)} == {"remove_column", "add_index"}


def test_migrating_again_keeps_the_data(coaching: Store, audit_of: Callable[..., list]) -> None:
    with coaching.write("test") as change:
        change.record("test", "thing", "1")
    migrate(coaching)
    assert [row["record_id"] for row in audit_of(coaching)] == ["1"]


def test_an_upgrade_keeps_workshops_with_their_ratings(make_store: MakeStore, backend: str) -> None:
    store = make_store(backend, "coaching", migrated=False)
    migrate(store, "coaching_0001")
    stamp = "2026-09-03 08:00:00"
    with store.engine.begin() as connection:
        for statement in (
            "INSERT INTO person (person_id, employee_number, name, language, role_id, tier_id, hired_on) "
            "VALUES ('p', '1', 'Ann', 'en', 'client_manager', 'junior', '2026-01-05')",
            "INSERT INTO workshop VALUES ('w', 'Autumn', '秋季', '2026-09-03')",
            "INSERT INTO workshop_member VALUES ('w', 'p', 'rep')",
            f"INSERT INTO sheet VALUES ('s', 'w', 'complaint', 'p', 'p', 'role_play', '2026-09-03', '{stamp}')",
            "INSERT INTO rating VALUES ('s', 'opening', 4, NULL), ('s', 'needs', NULL, 'seen')",
        ):
            connection.exec_driver_sql(statement)
    migrate(store)
    assert is_current(store)
    with store.engine.begin() as connection:
        found = connection.exec_driver_sql("SELECT rating, rated FROM rating ORDER BY criterion_id DESC").all()
        kind = connection.exec_driver_sql("SELECT kind, certifies FROM workshop").one()
    assert [(row.rating, bool(row.rated)) for row in found] == [(4, True), (None, True)]
    assert (kind.kind, bool(kind.certifies)) == ("workshop", False)


def test_a_migration_that_fails_leaves_nothing(make_store: MakeStore, backend: str) -> None:
    store = make_store(backend, "coaching", migrated=False)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE evidence (in_the_way INTEGER)")
    with pytest.raises(sa.exc.DBAPIError, match=r"evidence.* already exists"):
        migrate(store)
    assert sa.inspect(store.engine).get_table_names() == ["evidence"]


def _url(store: Store) -> str:
    return store.url.render_as_string(hide_password=False)


def test_open_store_takes_a_current_store(coaching: Store) -> None:
    clock = lambda: dt.datetime(2026, 3, 2, tzinfo=dt.UTC)  # noqa: E731
    opened = open_store(_url(coaching), "coaching", clock=clock)
    with opened.write("test") as change:
        assert change.at == clock()
    opened.close()


@pytest.mark.parametrize("state", ["no tables", "other version"])
def test_a_store_of_another_version_says_how_to_migrate(make_store: MakeStore, backend: str, state: str) -> None:
    store = make_store(backend, "coaching", migrated=state != "no tables")
    if state == "other version":
        with store.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SetupError) as refused:
        open_store(_url(store), "coaching")
    assert "has no tables yet, or those of another version" in str(refused.value.problem)
    assert "coach doctor --migrate" in str(refused.value.remedy)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://coach:geheim7@127.0.0.1:{port}/coaching",
        "postgresql+psycopg://coach@127.0.0.1:{port}/coaching?password=geheim7",
    ],
)
def test_an_unreachable_server_is_named_without_the_password(address: str) -> None:
    with pytest.raises(SetupError) as refused:
        open_store(address.format(port=_free_port()), "coaching")
    assert "cannot be opened" in str(refused.value.problem)
    assert "127.0.0.1" in str(refused.value.problem)
    assert "Check the address, that the database is running" in str(refused.value.remedy)
    assert "geheim7" not in str(refused.value) + str(refused.value.__cause__)


def test_a_missing_database_is_named(postgres) -> None:
    with pytest.raises(SetupError, match=r"nowhere.* cannot be opened.*Check the address"):
        open_store(postgres.url("nowhere"), "coaching")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "letter.sqlite"
    path.write_text("Dear all, this is no database but a letter of some length. " * 20)
    with pytest.raises(SetupError, match=r"letter\.sqlite cannot be opened.*Check the address"):
        open_store(f"sqlite:///{path}", "coaching")
    assert path.read_text().startswith("Dear all")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SetupError, match=r"coaching\.sqlite cannot be opened.*Check the address"):
        open_store(f"sqlite:///{tmp_path}/file/folder/coaching.sqlite", "coaching")


@pytest.mark.parametrize(
    "url", ["not a url with geheim7", "oracle9i://coach:geheim7@127.0.0.1/x", "mysql://a:geheim7@b/c"]
)
def test_an_address_of_no_database_is_refused_in_words(url: str) -> None:
    with pytest.raises(SetupError) as refused:
        open_store(url, "coaching")
    assert "cannot be opened" in str(refused.value) and "Check the address" in str(refused.value)
    assert "geheim7" not in str(refused.value)


MOMENTS = sa.Table("moments", sa.MetaData(), sa.Column("at", Moment))


def test_a_moment_comes_back_in_utc_whatever_zone_it_had(coaching: Store) -> None:
    beijing = dt.timezone(dt.timedelta(hours=8))
    MOMENTS.create(coaching.engine)
    with coaching.write("test") as change:
        change.connection.execute(MOMENTS.insert().values(at=dt.datetime(2026, 3, 2, 7, 30, 1, 25, tzinfo=beijing)))
        change.connection.execute(MOMENTS.insert().values(at=None))
    with coaching.read() as connection:
        found = set(connection.execute(sa.select(MOMENTS.c.at)).scalars())
    assert found == {dt.datetime(2026, 3, 1, 23, 30, 1, 25, tzinfo=dt.UTC), None}
    assert {moment.utcoffset() for moment in found if moment} == {dt.timedelta()}


def test_a_naive_moment_is_refused(coaching: Store) -> None:
    MOMENTS.create(coaching.engine)
    with (
        pytest.raises(sa.exc.StatementError, match="a moment needs a time zone"),
        coaching.write("test") as change,
    ):
        change.connection.execute(MOMENTS.insert().values(at=dt.datetime(2026, 3, 2, 7, 30)))
