"""`coach demo` as a newcomer starts it, and a browser that signs in and must reach nothing else."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from demo_server import DemoServer
from playwright.sync_api import Browser, Page, expect

ROLES = ("trainer", "manager", "hr", "rep", "administrator")
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE / 2)  # what is meant is whether it comes, not how fast


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample organisation, to be copied."""
    home = tmp_path_factory.mktemp("sample-home")
    environment = os.environ | {"COACH_HOME": str(home)}
    subprocess.run([sys.executable, "-m", "toolkit.cli", "demo", "--load-only"], env=environment, check=True)
    return home


@pytest.fixture(scope="session")
def new_server(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., DemoServer]]:
    servers: list[DemoServer] = []

    def make(**options: Any) -> DemoServer:
        home = tmp_path_factory.mktemp("demo") / "home"
        shutil.copytree(sample_home, home)
        servers.append(DemoServer(home, **options))
        servers[-1].start()
        return servers[-1]

    yield make
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def demo_server(new_server: Callable[[], DemoServer]) -> DemoServer:
    return new_server()


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
