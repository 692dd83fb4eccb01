"""Stores to test on (SQLite files and databases of a throwaway PostgreSQL) and the one browser."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import headless
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, sync_playwright

from toolkit import demo
from toolkit.access import storage as access_storage
from toolkit.access.roles import Role, Viewer
from toolkit.attrition import storage as attrition_storage
from toolkit.organisation import storage as organisation_storage
from toolkit.plans import storage as plans_storage
from toolkit.roleplay import storage as roleplay_storage
from toolkit.skillgap import storage as skillgap_storage
from toolkit.store import Store
from toolkit.store.engine import Kind
from toolkit.store.migration import migrate

# Every slice's tables are registered by importing its storage.
SLICES = (
    access_storage,
    attrition_storage,
    organisation_storage,
    plans_storage,
    roleplay_storage,
    skillgap_storage,
)
BACKENDS = ("sqlite", "postgresql")
KINDS: tuple[Kind, ...] = ("coaching", "hr")
_WITHOUT = "COACH_TEST_WITHOUT_POSTGRES"
_INSTALL = (
    "these tests need PostgreSQL's server programs (initdb, postgres): install them (Debian: apt-get install "
    f"postgresql; conda: postgresql; macOS: brew install postgresql) or set {_WITHOUT}=1 to do without"
)


@dataclass
class Postgres:
    """A running server. `fresh` makes a database as a copy of one that was migrated once."""

    socket: Path
    templates: dict[str, str] = field(default_factory=dict)
    made: int = 0

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket}"

    def say(self, command: str) -> None:
        """Run one statement outside a transaction in the server's own database."""
        engine = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(command)

    def empty(self) -> str:
        """Make a database without any table and return its name."""
        self.made += 1
        name = f"test_{self.made}"
        self.say(f"CREATE DATABASE {name}")
        return name

    def fresh(self, kind: Kind) -> str:
        """Make a migrated, empty database and return its name."""
        if kind not in self.templates:
            template = self.empty()
            store = Store(self.url(template), kind)
            migrate(store)
            store.close()
            self.templates[kind] = template
        self.made += 1
        name = f"test_{self.made}"
        self.say(f"CREATE DATABASE {name} TEMPLATE {self.templates[kind]}")
        return name

    def drop(self, database: str) -> None:
        """Remove a database."""
        self.say(f"DROP DATABASE {database} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Start a server in a folder of its own, reached by a socket in it; stop that one alone afterwards."""
    if os.environ.get(_WITHOUT) == "1":
        pytest.skip(f"{_WITHOUT}=1: PostgreSQL is left out")
    programs = _programs()
    if programs is None:
        pytest.fail(_INSTALL, pytrace=False)
    # Not pytest's own folder: another user could not enter it, and a socket's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="coach-pg-"))
    try:
        who = _server_user(folder)
        data, log = folder / "data", folder / "log"
        _run([programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], who)
        options = {
            "listen_addresses": "",
            "unix_socket_directories": folder,
            "fsync": "off",
            "max_connections": 60,
            "timezone": "Asia/Shanghai",
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with log.open("wb") as output:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, *settings], stdout=output, stderr=output, cwd=folder, **who
            )
        try:
            running = Postgres(folder)
            _wait(running, server, log)
            yield running
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    return next((one for one in folders if (one / "initdb").exists() and (one / "postgres").exists()), None)


def _server_user(folder: Path) -> dict[str, Any]:
    """Return how to start the server's programs, which refuse to run as root."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        pytest.fail(
            "PostgreSQL does not run as root and there is no user “postgres”: make one (useradd postgres), "
            f"run the tests as an ordinary user, or set {_WITHOUT}=1",
            pytrace=False,
        )
    os.chown(folder, user.pw_uid, user.pw_gid)
    environment = {name: value for name, value in os.environ.items() if name != "HOME"}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "env": environment}


def _run(command: list[Any], who: dict[str, Any]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", **who)
    if done.returncode:
        pytest.fail(f"{command[0]} failed:\n{done.stdout}{done.stderr}", pytrace=False)


def _wait(running: Postgres, server: "subprocess.Popen[bytes]", log: Path) -> None:
    ends = time.monotonic() + 60
    while True:
        try:
            running.say("SELECT 1")
        except sa.exc.OperationalError:
            if server.poll() is not None or time.monotonic() > ends:
                pytest.fail(f"PostgreSQL did not start:\n{log.read_text()}", pytrace=False)
            time.sleep(0.1)
        else:
            return


class Maker:
    """Makes stores of either kind on either database, and lets go of all of them at the end."""

    def __init__(self, request: pytest.FixtureRequest, folder: Path):
        self._request, self._folder = request, folder
        self._stores: list[Store] = []
        self._databases: list[str] = []

    def __call__(self, backend: str, kind: Kind, *, migrated: bool = True) -> Store:
        """Return a store: migrated and empty, or without any table."""
        store = Store(self.url(backend, kind, migrated=migrated), kind)
        self._stores.append(store)
        return store

    def url(self, backend: str, kind: Kind, *, migrated: bool = True) -> str:
        """Return the URL of such a store."""
        if backend == "sqlite":
            path = self._folder / f"{kind}-{len(self._stores)}.sqlite"
            if migrated:
                shutil.copy(self._request.getfixturevalue("sqlite_templates")[kind], path)
            return f"sqlite:///{path}"
        server: Postgres = self._request.getfixturevalue("postgres")
        self._databases.append(server.fresh(kind) if migrated else server.empty())
        return server.url(self._databases[-1])

    def close(self) -> None:
        """Close the stores and drop their databases."""
        for store in self._stores:
            store.close()
        for database in self._databases:
            self._request.getfixturevalue("postgres").drop(database)


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give one migrated SQLite file of each kind, to copy."""
    folder = tmp_path_factory.mktemp("templates")
    for kind in KINDS:
        store = Store(f"sqlite:///{folder / kind}.sqlite", kind)
        migrate(store)
        store.close()
    return {kind: folder / f"{kind}.sqlite" for kind in KINDS}


@pytest.fixture
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Maker]:
    """Give a function that makes stores: ``make_store("sqlite", "hr")``."""
    maker = Maker(request, tmp_path)
    yield maker
    maker.close()


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Give each database in turn."""
    return str(request.param)


@pytest.fixture
def coaching(backend: str, make_store: Maker) -> Store:
    """Give a migrated, empty coaching store."""
    return make_store(backend, "coaching")


@pytest.fixture
def hr(backend: str, make_store: Maker) -> Store:
    """Give a migrated, empty HR store."""
    return make_store(backend, "hr")


@pytest.fixture(scope="session", params=BACKENDS)
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """Give (coaching, hr) with the sample organisation; the database refuses to change them."""
    maker = Maker(request, tmp_path_factory.mktemp("sample"))
    stores = maker(request.param, "coaching"), maker(request.param, "hr")
    demo.load_sample(*stores)
    for store in stores:
        store.close()
        statement = "PRAGMA query_only=ON" if request.param == "sqlite" else "SET default_transaction_read_only = on"
        sa.event.listen(store.engine, "connect", _saying(statement))
    yield stores
    maker.close()


def _saying(statement: str) -> Callable[[Any, Any], None]:
    def say(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(statement)
        cursor.close()
        if hasattr(connection, "autocommit"):
            connection.commit()

    return say


@pytest.fixture(scope="session")
def viewers(sample: tuple[Store, Store]) -> dict[str, Viewer]:
    """Give somebody of each role, by role, tied to a person of the sample."""
    return {
        user.role.value: Viewer(f"user-{user.role.value}", user.name, user.role, user.person_id, "en")
        for user in demo.sample_users(sample[0])
    }


@dataclass(frozen=True)
class Office:
    """A small coaching store: two teams of two reps with a manager each, a trainer; ids say who is who."""

    store: Store
    viewers: dict[str, Viewer]


@pytest.fixture
def office(coaching: Store) -> Office:
    """Give a store with the shipped content and people called rep-1, rep-2 (north), rep-3, rep-4 (south)."""
    import datetime as dt

    demo.load_content(coaching)
    people = [("trainer", None, "trainer"), ("hr", None, "hr"), ("administrator", None, "administrator")]
    people += [("manager-north", "north", "area_manager"), ("manager-south", "south", "area_manager")]
    people += [(f"rep-{number}", "north" if number < 3 else "south", "client_manager") for number in (1, 2, 3, 4)]
    with coaching.write("test") as change:
        for team in ("north", "south"):
            names = {"name_en": team.title(), "name_zh": team.title(), "team_type": "independent"}
            change.put(organisation_storage.TEAM, {"team_id": team}, names | {"manager_id": f"manager-{team}"})
        for number, (person_id, team, role) in enumerate(people):
            values = {
                "employee_number": f"S{number:03}",
                "name": person_id.title(),
                "email": None,
                "language": "en",
                "team_id": team,
                "role_id": role,
                "tier_id": "middle",
                "manager_id": f"manager-{team}" if person_id.startswith("rep") else None,
                "hired_on": dt.date(2024, 1, 15),
                "left_on": None,
            }
            change.put(organisation_storage.PERSON, {"person_id": person_id}, values, person_id=person_id)
    roles = {"area_manager": Role.MANAGER, "client_manager": Role.REP}
    viewers = {
        person_id: Viewer(f"user-{person_id}", person_id, roles.get(role) or Role(role), person_id, "en")
        for person_id, _, role in people
    }
    return Office(coaching, viewers)


@pytest.fixture
def audit_of() -> Callable[..., list[dict[str, Any]]]:
    """Give a function that returns a store's audit rows, oldest first, of one kind of record or of all."""
    from toolkit.store.schema import AUDIT

    def rows(store: Store, record: str | None = None) -> list[dict[str, Any]]:
        table = AUDIT[store.kind]
        query = sa.select(table).order_by(table.c.audit_id)
        if record is not None:
            query = query.where(table.c.record == record)
        with store.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    return rows


@pytest.fixture(scope="session")
def rows_of() -> Callable[[Any], list[dict[str, str]]]:
    """Give a function that returns the rows of a `DataTable` as a reader sees them, by column name."""

    def cell(column: dict[str, Any], row: int) -> str:
        if "marks" in column:
            key = column["keys"][row]
            return "–" if key is None else str(column["marks"][key]["word"])
        value = column.get("shown", column.get("keys"))[row]
        return "–" if value is None else str(value)

    def rows(table: Any) -> list[dict[str, str]]:
        columns = table.data["columns"]
        return [{column["name"]: cell(column, row) for column in columns} for row in range(len(table.data["ids"]))]

    return rows


@pytest.fixture(autouse=True)
def no_loop_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hide the event loop that Playwright keeps running in this thread from tests that open no page.

    Without it, work with a progress bar would go on in the background of a test that waits for its end.
    """
    if "browser" in request.fixturenames:
        yield
        return
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = headless.installed()
    assert found, "no Chromium on this machine: run `make machine`"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=headless.FLAGS)
        yield chromium
        chromium.close()
