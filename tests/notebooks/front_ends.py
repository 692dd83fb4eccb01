"""Real servers of others' front ends on this machine only: stock Voila and JupyterLab."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, Route

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "notebooks" / "02_widgets.ipynb"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], home: Path, ready: str) -> Iterator[str]:
    """Run ``python -m command`` on a free port in an environment of its own and give its address."""
    port = free_port()
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("COACH_", "JUPYTER_", "VOILA_"))}
    folders = {f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    folders |= {"JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "JUPYTERLAB_WORKSPACES_DIR": str(home / "spaces")}
    environment = keep | folders | {"IPYTHONDIR": str(home / "ipython"), "PYTHONPATH": str(ROOT)}
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *command, f"--port={port}"], stdout=log, stderr=log, env=environment, cwd=home
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(f"{url}{ready}", server, home / "log")
        yield url
    finally:
        server.terminate()
        server.wait(30)


def _wait(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    without_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    ends = time.monotonic() + 120
    while True:
        try:
            without_proxy.open(url, timeout=60).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert server.poll() is None and time.monotonic() < ends, log.read_text()
            time.sleep(0.2)


@contextmanager
def offline_page(browser: Browser, url: str) -> Iterator[tuple[Page, list[str]]]:
    """Give a page that reaches nothing but `url`, and the list of what goes wrong in its scripts."""
    wrong: list[str] = []

    def route(request: Route) -> None:
        if request.request.url.startswith((url, "blob:", "data:")):
            request.continue_()
        else:
            request.abort()

    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.route("**/*", route)
    page = context.new_page()
    page.set_default_timeout(90_000)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    try:
        yield page, wrong
    finally:
        context.close()


def use_the_widgets(page: Page, at: Locator) -> None:
    """Rate, sort, press, search and type as a person does; what Python heard stands beside each."""
    tone = at.locator(".coach-rating", has_text="How does it sound?").first
    tone.get_by_role("radio").nth(1).click()
    tone.get_by_text("Python has 2").wait_for()

    table = at.locator(".coach-data", has_text="Levels").filter(has_text="Bo Ek").last
    table.get_by_role("button", name="Level").click()
    assert table.locator("tbody tr").first.inner_text().startswith("Bo Ek") or "1.4" in table.locator(
        "tbody tr"
    ).first.inner_text()
    table.locator("tbody tr", has_text="Cy Oh").get_by_role("button", name="Open").click()
    at.get_by_text("Python was asked to open c").wait_for()

    box = at.get_by_role("combobox", name="Person").last
    box.click()
    box.fill("wf")  # the initials of 王芳
    at.get_by_role("option", name="王芳").last.click()
    at.get_by_text("Python has p2").wait_for()

    hours = at.get_by_label("Hours per week").last
    hours.fill("4,25")
    hours.press("Tab")
    at.get_by_text("Python has 4.25 hours").wait_for()
