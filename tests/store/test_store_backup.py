"""A backup made while people work restores into either database, or says why it does not."""

import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from toolkit.attrition.storage import DATA_SET
from toolkit.errors import InputError
from toolkit.organisation.storage import MAPPING, TEAM
from toolkit.store import COACHING, HR, Store, open_store
from toolkit.store.backup import back_up, restore
from toolkit.store.migration import newest_version
from toolkit.store.schema import AUDIT

MakeStore = Callable[..., Store]
METADATA = {"coaching": COACHING, "hr": HR}


def _rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    with store.read() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for name, table in METADATA[store.kind].tables.items()
        }


@contextmanager
def _writing(store: Store) -> Iterator[threading.Event]:
    """Write pairs of teams and their audit rows in a thread; the event is set once some are there."""
    stop, begun = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    def work() -> None:
        number = 0
        try:
            while not stop.is_set():
                number += 1
                values = {"name_en": "a", "name_zh": "b", "team_type": "c"}
                with store.write("writer") as change:
                    change.put(TEAM, {"team_id": f"{number}-left"}, values)
                    change.put(TEAM, {"team_id": f"{number}-right"}, values)
                if number == 5:
                    begun.set()
        except BaseException as error:
            failures.append(error)
            begun.set()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield begun
    finally:
        stop.set()
        thread.join()
    assert failures == []


@pytest.mark.parametrize(
    ("source", "target"),
    [("sqlite", "sqlite"), ("postgresql", "sqlite"), ("sqlite", "postgresql"), ("postgresql", "postgresql")],
)
def test_a_backup_made_while_somebody_writes_restores(
    make_store: MakeStore, tmp_path: Path, source: str, target: str
) -> None:
    there = make_store(source, "coaching")
    with _writing(there) as begun:
        assert begun.wait(30)
        assert back_up([there], tmp_path / "new folder" / "backup.zip") == tmp_path / "new folder" / "backup.zip"
        with there.read() as connection:
            later = connection.execute(sa.select(sa.func.count()).select_from(TEAM)).scalar_one()
    here = make_store(target, "coaching", migrated=False)
    restore([here], tmp_path / "new folder" / "backup.zip")
    opened = open_store(here.url.render_as_string(hide_password=False), "coaching")
    with opened.read() as connection:
        teams = connection.execute(sa.select(TEAM.c.team_id)).scalars().all()
        recorded = connection.execute(sa.select(AUDIT["coaching"].c.record_id)).scalars().all()
    assert 10 <= len(teams) <= later and sorted(teams) == sorted(recorded)
    assert {name.split("-")[0] for name in teams} == {str(n) for n in range(1, len(teams) // 2 + 1)}
    with opened.write("after") as change:
        change.record("test", "thing", "next")
    with opened.read() as connection:
        last = connection.execute(sa.select(AUDIT["coaching"]).order_by(AUDIT["coaching"].c.audit_id.desc())).first()
    assert last is not None and (last.record_id, last.audit_id) == ("next", len(teams) + 1)
    opened.close()


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_the_sample_comes_back_row_by_row(
    sample: tuple[Store, Store], make_store: MakeStore, tmp_path: Path, target: str
) -> None:
    back_up(sample, tmp_path / "backup.zip")
    stores = [make_store(target, "coaching"), make_store(target, "hr")]
    restore(stores, tmp_path / "backup.zip")
    for here, there in zip(stores, sample, strict=True):
        assert _rows(here) == _rows(there)
    assert _rows(stores[1])["data_set"] and _rows(stores[0])["rating"]


def test_a_backup_never_overwrites_a_file(coaching: Store, tmp_path: Path) -> None:
    target = tmp_path / "backup.zip"
    target.write_text("precious")
    with pytest.raises(InputError, match=r"backup\.zip is already there\. Choose another name or move it away\."):
        back_up([coaching], target)
    assert target.read_text() == "precious"


def _zip(path: Path, **members: bytes | str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return path


GOOD = json.dumps({"toolkit": "0", "versions": {kind: newest_version(kind) for kind in ("coaching", "hr")}})


def _damaged(path: Path) -> Path:
    _zip(path, manifest_json=GOOD, coaching_sqlite=b"x" * 5000)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"x" * 5000, b"x" * 2000 + b"y" * 3000))
    return path


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path,
        lambda path: path.parent,
        lambda path: (path.write_text("a letter"), path)[1],
        lambda path: _zip(path, letter_txt="hello"),
        lambda path: _zip(path, manifest_json="not json"),
        lambda path: _zip(path, manifest_json="[1, 2]"),
        lambda path: _zip(path, manifest_json="{}"),
        lambda path: _zip(path, manifest_json=GOOD),
        lambda path: _zip(path, manifest_json=GOOD, coaching_sqlite=b"this is no database, but long enough" * 50),
        _damaged,
    ],
    ids=["missing", "folder", "text", "no-manifest", "no-json", "list", "empty", "no-store", "no-database", "damaged"],
)
def test_what_is_no_backup_is_refused(coaching: Store, tmp_path: Path, make: Callable[[Path], Path]) -> None:
    before = _rows(coaching)
    source = make(tmp_path / "backup.zip")
    with pytest.raises(InputError, match=r"The file .* is not a backup of this toolkit\."):
        restore([coaching], source)
    assert _rows(coaching) == before


def _filled(store: Store, team: str) -> Store:
    with store.write(f"writer of {team}") as change:
        change.put(TEAM, {"team_id": team}, {"name_en": team, "name_zh": team, "team_type": "independent"})
        change.put(MAPPING, {"form": "f", "signature": "s"}, {"mapping": {"a": None, "b": "二"}})
    return store


def test_a_backup_of_other_tables_is_refused_before_anything_is_restored(
    make_store: MakeStore, backend: str, tmp_path: Path
) -> None:
    there = _filled(make_store("sqlite", "coaching"), "north"), make_store("sqlite", "hr")
    back_up(there, tmp_path / "good.zip")
    with zipfile.ZipFile(tmp_path / "good.zip") as good, zipfile.ZipFile(tmp_path / "old.zip", "w") as old:
        manifest = json.loads(good.read("manifest.json"))
        manifest["toolkit"], manifest["versions"]["hr"] = "0.0.7", "0000"
        old.writestr("manifest.json", json.dumps(manifest))
        for kind in ("coaching", "hr"):
            old.writestr(f"{kind}.sqlite", good.read(f"{kind}.sqlite"))
    stores = [make_store(backend, "coaching"), make_store(backend, "hr")]
    with pytest.raises(InputError) as refused:
        restore(stores, tmp_path / "old.zip")
    assert "was made by toolkit 0.0.7" in str(refused.value.problem)
    assert str(refused.value.remedy) == "Restore it with that version and upgrade afterwards."
    assert _rows(stores[0])["team"] == []


def test_a_filled_store_is_refused_and_keeps_its_rows(make_store: MakeStore, backend: str, tmp_path: Path) -> None:
    back_up([_filled(make_store("sqlite", "coaching"), "north"), make_store("sqlite", "hr")], tmp_path / "b.zip")
    stores = [make_store(backend, "coaching"), make_store(backend, "hr")]
    with stores[1].write("hr") as change:
        change.record("test", "thing", "1")
    before = _rows(stores[1])
    with pytest.raises(InputError) as refused:
        restore(stores, tmp_path / "b.zip")
    assert str(refused.value.problem) == "The store already holds data (audit)."
    assert str(refused.value.remedy) == "Restore into an empty store, or say --replace to overwrite it."
    assert _rows(stores[1]) == before
    assert _rows(stores[0])["team"] == [], "the other store was filled although nothing should be"


def test_replace_overwrites_and_the_audit_is_guarded_again(make_store: MakeStore, backend: str, tmp_path: Path) -> None:
    there = _filled(make_store("sqlite", "coaching"), "north")
    back_up([there], tmp_path / "backup.zip")
    here = _filled(make_store(backend, "coaching"), "south")
    restore([here], tmp_path / "backup.zip", replace=True)
    assert _rows(here) == _rows(there)
    for verb in ("UPDATE audit SET actor_id = 'nobody'", "DELETE FROM audit"):
        with pytest.raises(sa.exc.DBAPIError, match="audit rows are append-only"), here.write("x") as change:
            change.connection.exec_driver_sql(verb)
    with here.write("after") as change:
        change.record("test", "thing", "next")
    assert len(_rows(here)["audit"]) == len(_rows(there)["audit"]) + 1


def test_a_restore_that_fails_half_way_leaves_the_store_as_it_was(
    make_store: MakeStore, backend: str, tmp_path: Path
) -> None:
    there = _filled(make_store("sqlite", "coaching"), "north")
    with there.engine.connect() as connection:
        # A rating without its sheet, such as an edited file may hold; every database refuses it.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("INSERT INTO rating (sheet_id, criterion_id) VALUES ('nowhere', 'opening')")
        connection.commit()
    back_up_unchecked(there, tmp_path / "backup.zip")
    here = _filled(make_store(backend, "coaching"), "south")
    before = _rows(here)
    with pytest.raises(sa.exc.IntegrityError, match=r"(?i)foreign key"):
        restore([here], tmp_path / "backup.zip", replace=True)
    assert _rows(here) == before
    with pytest.raises(sa.exc.DBAPIError, match="audit rows are append-only"), here.write("x") as change:
        change.connection.exec_driver_sql("DELETE FROM audit")


def back_up_unchecked(store: Store, target: Path) -> None:
    store.close()
    assert store.url.database is not None
    _zip(target, manifest_json=GOOD, coaching_sqlite=Path(store.url.database).read_bytes())


def test_the_file_in_a_backup_is_a_plain_sqlite_file(make_store: MakeStore, backend: str, tmp_path: Path) -> None:
    hr = make_store(backend, "hr")
    with hr.write("hr") as change:
        row = {"data_set_id": "d", "name": "n", "kind": "months", "choices": {"q": None}, "rows": 1}
        change.connection.execute(
            DATA_SET.insert().values(**row, content=b"\x00\xff", created_at=change.at, created_by="hr")
        )
    back_up([hr], tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        assert sorted(archive.namelist()) == ["hr.sqlite", "manifest.json"]
        archive.extract("hr.sqlite", tmp_path / "out")
    copy = open_store(f"sqlite:///{tmp_path}/out/hr.sqlite", "hr")
    assert _rows(copy)["data_set"] == _rows(hr)["data_set"] != []
    copy.close()
    # Bytes 18 and 19 of the header say 1: no write-ahead log, so nothing else belongs to the file.
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        assert archive.read("hr.sqlite")[18:20] == b"\x01\x01"
