"""A real server as a process of its own, clients that sign in, and a browser that reaches nothing else."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from visitors import OPENED, SECRETS, Client, free_port

HERE = Path(__file__).parent


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
        with (home / "log").open("w") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=os.environ | SECRETS)
        running.append(process)
        url = process.stdout.readline().strip()
        assert url, (home / "log").read_text()
        return url, home, process

    yield start_one
    for http in OPENED:
        http.close()
    for process in running:
        process.terminate()
    for process in running:
        process.wait(20)
        process.stdout.close()


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
def chromium(browser: Browser) -> Browser:
    return browser
