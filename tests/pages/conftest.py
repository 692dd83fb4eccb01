"""`coach demo` as a newcomer starts it, and a browser that signs in and must reach nothing else."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ROLES = ("trainer", "manager", "hr", "rep", "administrator")
PATIENCE = 60_000


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class DemoServer:
    """A server process on a data folder of its own; may be killed and started again on it."""

    def __init__(self, home: Path):
        self.home, self.port = home, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = os.environ | {
            "COACH_HOME": str(self.home),
            "COACH_LANGUAGE": "en",
            "COACH_PORT": str(self.port),
            "COACH_KERNELS_PER_USER": "40",
        }
        command = [sys.executable, "-m", "toolkit.cli", "demo"]
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        for _ in range(240):
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{self.url}/health", timeout=1)
                return
            except OSError:
                time.sleep(0.25)
        raise AssertionError((self.home / "log").read_text())

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(20)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample organisation, to be copied."""
    home = tmp_path_factory.mktemp("sample-home")
    environment = os.environ | {"COACH_HOME": str(home)}
    subprocess.run([sys.executable, "-m", "toolkit.cli", "demo", "--load-only"], env=environment, check=True)
    return home


@pytest.fixture(scope="session")
def new_server(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], DemoServer]]:
    servers: list[DemoServer] = []

    def make() -> DemoServer:
        home = tmp_path_factory.mktemp("demo") / "home"
        shutil.copytree(sample_home, home)
        servers.append(DemoServer(home))
        servers[-1].start()
        return servers[-1]

    yield make
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def demo_server(new_server: Callable[[], DemoServer]) -> DemoServer:
    return new_server()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, "no Chromium on this machine: run `make machine`"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, demo_server: DemoServer) -> Iterator[Callable[..., Page]]:
    """Sign in as a sample user and open a page; fails at the end if anything outside was asked for."""
    opened: list[tuple[Page, list[str]]] = []

    def open_one(
        role: str, path: str = "", *, language: str = "en", server: DemoServer | None = None, width: int = 1440
    ) -> Page:
        url = (server or demo_server).url
        context = browser.new_context(viewport={"width": width, "height": 1000}, accept_downloads=True)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        outside: list[str] = []
        page.on(
            "request",
            lambda request: None if request.url.startswith((url, "blob:", "data:")) else outside.append(request.url),
        )
        opened.append((page, outside))
        page.goto(f"{url}/sign-in")
        page.get_by_role("button", name={"en": "English", "zh": "中文"}[language], exact=True).click()
        page.locator("main form button").nth(ROLES.index(role)).click()
        page.wait_for_url(f"{url}/")
        if path:
            page.goto(f"{url}/{path}")
            page.wait_for_selector(".coach-panel")
        return page

    yield open_one
    for page, outside in opened:
        page.context.close()
        assert not outside
