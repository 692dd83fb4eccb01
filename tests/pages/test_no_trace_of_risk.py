"""After HR has trained and named people, no risk is anywhere but with HR: stores, logs, exports, pages, kernels."""

import os
import re
import sqlite3
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
from demo_server import DemoServer
from playwright.sync_api import Page, expect

from toolkit.access.roles import PAGES, Role

OTHERS = ("trainer", "manager", "rep", "administrator")
EXPORTS = ("people", "evidence", "framework", "case", "roster", "hr_months")


def hr_trains(visit: Callable[..., Page], server: DemoServer) -> Page:
    page = visit("hr", "attrition", server=server)
    page.get_by_role("button", name="Train and test").click()
    expect(page.get_by_text(re.compile(r"Trained on [\d,]+ rows"))).to_be_visible()
    page.get_by_role("button", name="Show names (this is logged)").click()
    expect(page.locator("table", has_text="People to talk to first")).not_to_contain_text("hidden")
    return page


def traces(home: Path) -> dict[str, list[bytes]]:
    """Return what a risk looks like as words and as memory, and the ids of data set and run."""
    store = sqlite3.connect(home / "hr.sqlite")
    risks = [value for (value,) in store.execute("select probability from risk order by probability desc limit 400")]
    ids = [value for (value,) in store.execute("select run_id from risk_run union select data_set_id from data_set")]
    store.close()
    assert len(risks) > 20 and ids
    # Eight digits stand for one risk and nothing else, whatever rounds the rest.
    words = [f"{value:.12f}"[:10].encode() for value in risks]
    numbers = [struct.pack(order, value) for value in risks[:8] for order in ("<d", ">d")]
    return {"words": words, "numbers": numbers, "ids": [each.encode() for each in ids]}


def found_in(content: bytes, marks: list[bytes]) -> list[bytes]:
    return [mark for mark in marks if mark in content]


def unpacked(path: Path) -> bytes:
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def descendants(server: DemoServer) -> Iterator[psutil.Process]:
    assert server.process is not None
    yield from psutil.Process(server.process.pid).children(recursive=True)


def memory(process: psutil.Process) -> bytes:
    """Return what a process has written into memory of its own."""
    found = []
    with open(f"/proc/{process.pid}/maps") as maps, open(f"/proc/{process.pid}/mem", "rb", 0) as held:
        for line in maps:
            span, rights = line.split()[:2]
            if not rights.startswith("rw") or "[vvar]" in line:
                continue
            start, end = (int(each, 16) for each in span.split("-"))
            try:
                held.seek(start)
                found.append(held.read(end - start))
            except (OSError, ValueError, OverflowError):
                continue
    return b"\n".join(found)


def test_nobody_else_finds_a_trace_of_a_risk(
    visit: Callable[..., Page], new_server: Callable[..., DemoServer], tmp_path: Path
) -> None:
    server = new_server()
    hr_page = hr_trains(visit, server)
    marks = traces(server.home)
    everything = [*marks["words"], *marks["numbers"], *marks["ids"]]
    named = [process.pid for process in descendants(server) if found_in(memory(process), marks["numbers"])]
    assert named, "HR's own page must hold the risks, or the test below could not fail"

    seen: dict[str, bytes] = {}
    for role in OTHERS:
        page = visit(role, server=server)
        received: list[bytes] = []
        page.on(
            "websocket",
            lambda line, received=received: line.on(
                "framereceived", lambda data: received.append(data.encode() if isinstance(data, str) else bytes(data))
            ),
        )
        for path, rule in PAGES.items():
            answer = page.goto(f"{server.url}/{path if rule.notebook else ''}")
            assert answer is not None
            assert answer.status == (200 if Role(role) in rule.roles else 403), (role, path)
            if answer.status == 200 and rule.notebook:
                page.wait_for_selector(".coach-panel")
            received.append(page.content().encode())
        seen[role] = b"\n".join(received)
    for role, content in seen.items():
        assert len(content) > 10_000, role
        assert not found_in(content, everything), role

    after = {process.pid: memory(process) for process in descendants(server)}
    strangers = [pid for pid in after if pid not in named]
    assert strangers
    for pid in strangers:
        assert not found_in(after[pid], [*marks["numbers"], *marks["words"]]), pid

    for path in sorted(server.home.rglob("*")):
        if path.is_file() and not path.name.startswith("hr.sqlite"):
            assert not found_in(path.read_bytes(), everything), path
    coaching = sqlite3.connect(server.home / "coaching.sqlite")
    told = "\n".join(coaching.iterdump())
    coaching.close()
    assert not found_in(told.encode(), everything)
    tables = re.findall(r'CREATE TABLE "?(\w+)', told)
    assert tables and not [name for name in tables if "risk" in name or "attrition" in name]

    environment = os.environ | {"COACH_HOME": str(server.home), "COACH_LANGUAGE": "en"}
    for kind in EXPORTS:
        target = tmp_path / f"{kind}.file"
        subprocess.run(
            [sys.executable, "-m", "toolkit.cli", "export", kind, str(target)],
            env=environment,
            check=True,
            capture_output=True,
        )
        assert not found_in(unpacked(target), everything), kind
    hr_page.close()
