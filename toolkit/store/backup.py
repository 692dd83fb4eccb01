"""Backup and restore: all rows of both stores, in one snapshot each, as portable SQLite files in a zip."""

import json
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import sqlalchemy as sa

from toolkit import __version__
from toolkit.errors import InputError
from toolkit.store.audit import lift_audit_guard, set_audit_guard
from toolkit.store.engine import Store
from toolkit.store.migration import is_current, migrate, newest_version
from toolkit.wording import text


def back_up(stores: Sequence[Store], target: Path) -> Path:
    """Write the `stores` to the zip file `target`, while they may be in use. Returns `target`.

    The same file restores into SQLite or PostgreSQL. Raises `InputError` if `target` exists.
    """
    if target.exists():
        raise InputError(
            text("The file {file} is already there.", file=target), remedy=text("Choose another name or move it away.")
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        manifest: dict[str, object] = {"toolkit": __version__, "versions": {}}
        for store in stores:
            copy = Store(f"sqlite:///{folder}/{store.kind}.sqlite", store.kind)
            migrate(copy)
            with store.read() as source:
                _copy(source, copy, replace=True)
            _make_single_file(copy)
            copy.close()
            manifest["versions"][store.kind] = newest_version(store.kind)  # type: ignore[index]
        partial = target.with_name(target.name + ".part")
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("manifest.json", json.dumps(manifest, indent=2))
            for store in stores:
                archive.write(Path(folder) / f"{store.kind}.sqlite", f"{store.kind}.sqlite")
        partial.replace(target)
    return target


def restore(stores: Sequence[Store], source: Path, *, replace: bool = False) -> None:
    """Fill the `stores` from the backup `source`, all or nothing for each store.

    Raises `InputError`, before anything is changed, if the file is no backup, was made by another
    version of the tables, or a store already holds data and `replace` is not set.
    """
    no_backup = InputError(text("The file {file} is not a backup of this toolkit.", file=source))
    with ExitStack() as opened:
        folder = opened.enter_context(tempfile.TemporaryDirectory())
        try:
            archive = opened.enter_context(zipfile.ZipFile(source))
            manifest = json.loads(archive.read("manifest.json"))
            versions = {store.kind: manifest["versions"][store.kind] for store in stores}
            made_by = str(manifest["toolkit"])
        except (OSError, LookupError, TypeError, ValueError, zipfile.BadZipFile, zlib.error) as error:
            raise no_backup from error
        for store in stores:
            if versions[store.kind] != newest_version(store.kind):
                raise InputError(
                    text("The backup {file} was made by toolkit {version}.", file=source, version=made_by),
                    remedy=text("Restore it with that version and upgrade afterwards."),
                )
        copies = []
        for store in stores:
            try:
                archive.extract(f"{store.kind}.sqlite", folder)
                copy = Store(f"sqlite:///{folder}/{store.kind}.sqlite", store.kind)
                opened.callback(copy.close)
                whole = is_current(copy)
            except (OSError, LookupError, zipfile.BadZipFile, zlib.error, sa.exc.DatabaseError) as error:
                raise no_backup from error
            if not whole:
                raise no_backup
            copies.append(copy)
        for store in stores:
            migrate(store)
            if not replace:
                with store.read() as connection:
                    _refuse_filled(_filled(connection, _tables(connection)))
        for store, copy in zip(stores, copies, strict=True):
            with copy.read() as rows:
                _copy(rows, store, replace=replace)


def _make_single_file(store: Store) -> None:
    """Turn the write-ahead log off, so that the file is whole by itself; not possible in a transaction."""
    connection = store.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()


def _tables(connection: sa.Connection) -> list[sa.Table]:
    found = sa.MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _filled(connection: sa.Connection, tables: Sequence[sa.Table]) -> list[str]:
    return [t.name for t in tables if connection.execute(sa.select(sa.func.count()).select_from(t)).scalar_one()]


def _refuse_filled(filled: Sequence[str]) -> None:
    if filled:
        raise InputError(
            text("The store already holds data ({tables}).", tables=", ".join(filled)),
            remedy=text("Restore into an empty store, or say --replace to overwrite it."),
        )


def _copy(source: sa.Connection, target: Store, *, replace: bool) -> None:
    with target.write("backup") as change:
        connection = change.connection
        tables = _tables(connection)
        filled = _filled(connection, tables)
        if not replace:
            _refuse_filled(filled)
        if filled:
            # The audit may not be changed row by row, so an overwriting restore makes all tables anew.
            for table in reversed(tables):
                if table.name == "audit":
                    lift_audit_guard(connection)
                connection.execute(table.delete())
        for table in tables:
            rows = source.execution_options(yield_per=5000).execute(sa.select(table)).mappings()
            for part in rows.partitions(5000):
                connection.execute(table.insert(), [dict(row) for row in part])
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(
                "select setval(pg_get_serial_sequence('audit', 'audit_id'), "
                "(select coalesce(max(audit_id), 1) from audit))"
            )
        if filled:
            set_audit_guard(connection)
