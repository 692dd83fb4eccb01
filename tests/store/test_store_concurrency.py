"""Many writers lose no update; a process that is killed loses nothing it was told is stored."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from toolkit.organisation.storage import MAPPING, keep_content
from toolkit.store import Store

THREADS, ROUNDS = 8, 20
KEY = {"form": "count", "signature": "one"}


def _count(store: Store) -> int:
    with store.read() as connection:
        return int(connection.execute(sa.select(MAPPING.c.mapping)).scalar_one()["count"])


def test_eight_threads_lose_no_increment(coaching: Store, audit_of: Callable[..., list[dict[str, Any]]]) -> None:
    together = threading.Barrier(THREADS)

    def work(thread: int) -> None:
        together.wait()
        for _ in range(ROUNDS):
            with coaching.write(f"thread-{thread}") as change:
                found = change.connection.execute(sa.select(MAPPING.c.mapping)).scalar_one_or_none()
                change.put(MAPPING, KEY, {"mapping": {"count": (found or {"count": 0})["count"] + 1}})

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    assert _count(coaching) == THREADS * ROUNDS
    counts = [row["after"]["mapping"]["count"] for row in audit_of(coaching, "import_mapping")]
    assert counts == list(range(1, THREADS * ROUNDS + 1))


def test_publishing_at_once_leaves_one_current_version(coaching: Store) -> None:
    together = threading.Barrier(4)

    def publish(number: int) -> str:
        together.wait()
        with coaching.write(f"thread-{number}") as change:
            return keep_content(change, "rubric", "visit", {"id": "visit", "number": number})

    with ThreadPoolExecutor(4) as pool:
        versions = set(pool.map(publish, range(4)))
    with coaching.read() as connection:
        current = connection.execute(sa.text("SELECT count(*) FROM content WHERE current")).scalar_one()
        kept = set(connection.execute(sa.text("SELECT version FROM content")).scalars())
    assert current == 1 and kept == versions and len(versions) == 4


WRITER = """
import sys
from toolkit.organisation.storage import MAPPING
from toolkit.store import Store
store = Store(sys.argv[1], "coaching")
count = 0
while True:
    count += 1
    with store.write("writer") as change:
        change.put(MAPPING, {"form": "count", "signature": "one"}, {"mapping": {"count": count}})
    print(count, flush=True)
"""


def test_a_killed_process_loses_no_acknowledged_write(
    coaching: Store, audit_of: Callable[..., list[dict[str, Any]]]
) -> None:
    root = str(Path(__file__).parents[2])
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, coaching.url.render_as_string(hide_password=False)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": root},
    )
    assert writer.stdout is not None
    told = 0
    while told < 100:
        line = writer.stdout.readline()
        assert line, "the writer ended by itself"
        told = int(line)
    writer.kill()
    told = max([told, *(int(line) for line in writer.stdout.read().split("\n")[:-1])])
    writer.stdout.close()
    assert writer.wait() == -9
    found = _count(coaching)
    assert told <= found <= told + 1
    assert len(audit_of(coaching, "import_mapping")) == found
    if coaching.engine.dialect.name == "sqlite":
        with coaching.read() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
