"""A real server as a process of its own, clients that sign in, and a browser that reaches nothing else."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import websocket
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
SECRETS = {"DATABASE_PASSWORD": "secret-of-the-server", "COACH_HR_STORE_URL": "sqlite:////nowhere/secret-hr.sqlite"}


class Client:
    """Somebody with a cookie jar."""

    def __init__(self, url: str):
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False

    def get(self, path: str, **more: Any) -> requests.Response:
        """Fetch a path as it stands, without tidying it first."""
        request = requests.Request("GET", self.url, **more)
        prepared = self.http.prepare_request(request)
        prepared.url = self.url.rstrip("/") + path
        return self.http.send(prepared, allow_redirects=False, timeout=60)

    def post(self, path: str, data: dict[str, str] | None = None, *, xsrf: bool = True) -> requests.Response:
        """Send a form, with the token a page would put into it."""
        form = dict(data or {})
        if xsrf:
            page = self.get("/sign-in")
            page = self.get("/") if page.status_code == 302 else page
            form["_xsrf"] = re.search(r'name="coach-xsrf" content="([^"]+)"', page.text).group(1)
        return self.http.post(self.url.rstrip("/") + path, data=form, allow_redirects=False, timeout=60)

    def sign_in(self, role: str) -> "Client":
        """Sign in as a sample user."""
        assert self.post("/sign-in", {"sample": role}).status_code == 302
        return self

    def open(self, page: str) -> str:
        """Open a page and return the id of its kernel."""
        found = self.get(page)
        assert found.status_code == 200
        return re.search(r'"kernelId": "([^"]+)"', found.text).group(1)

    def connect(self, kernel_id: str, *, origin: str | None = None) -> int:
        """Ask for a kernel's websocket and return the status."""
        try:
            self.socket(kernel_id, origin=origin).close()
        except websocket.WebSocketBadStatusException as refused:
            return refused.status_code
        return 101

    def socket(self, kernel_id: str, *, origin: str | None = None) -> websocket.WebSocket:
        """Open a kernel's websocket."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies)
        address = self.url.replace("http", "ws", 1) + f"api/kernels/{kernel_id}/channels?session_id=test"
        return websocket.create_connection(address, cookie=cookies, origin=origin or self.url.rstrip("/"), timeout=20)


def free_port() -> int:
    """Return a port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """Start servers; they end with the tests."""
    running: list[subprocess.Popen[str]] = []

    def start_one(**options: Any) -> Any:
        home = tmp_path_factory.mktemp("home")
        options["settings"] = {
            "port": free_port(),
            "hr_store_url": SECRETS["COACH_HR_STORE_URL"],
            **options.get("settings", {}),
        }
        command = [
            sys.executable,
            "-W",
            "error::DeprecationWarning:toolkit",
            str(HERE / "launch.py"),
            str(home),
            json.dumps(options),
        ]
        log = (home / "log").open("w")
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=os.environ | SECRETS)
        running.append(process)
        url = process.stdout.readline().strip()
        assert url, (home / "log").read_text()
        return url, home, process

    yield start_one
    for process in running:
        process.terminate()
    for process in running:
        process.wait(20)


@pytest.fixture(scope="session")
def demo(start: Callable[..., Any]) -> str:
    """The address of a demo server."""
    return start(demo=True, settings={"kernels_per_user": 40})[0]


@pytest.fixture(scope="session")
def trainer(demo: str) -> Client:
    return Client(demo).sign_in("trainer")


@pytest.fixture(scope="session")
def hr(demo: str) -> Client:
    return Client(demo).sign_in("hr")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()
