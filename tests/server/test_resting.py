"""Kernels of closed pages rest a while, for whoever comes back to the same page and nobody else."""

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from visitors import Client

from toolkit.server.forking import can_fork

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system cannot fork kernels: plain ones end at once")


def _leave(client: Client, kernel: str) -> None:
    assert client.post(f"/close/{kernel}").status_code == 204


def _gone(client: Client, kernel: str, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while client.get(f"/api/kernels/{kernel}").status_code != 404:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def somebody(demo: str) -> Client:
    return Client(demo).sign_in("trainer")


def test_who_comes_back_has_the_same_kernel_and_a_new_page(somebody: Client) -> None:
    kernel = somebody.open("/roleplay?tab=first")
    _leave(somebody, kernel)
    page = somebody.get("/roleplay?tab=second").text
    assert f'data-id="{kernel}"' in page
    assert "tab=second" in page and "tab=first" not in page
    assert page.count("IPY_MODEL_") == somebody.get("/roleplay?tab=third").text.count("IPY_MODEL_")


def test_an_open_page_is_never_shared(somebody: Client) -> None:
    kernel = somebody.open("/roleplay")
    assert somebody.open("/roleplay") != kernel


def test_another_page_another_sign_in_and_another_person_get_their_own(demo: str, somebody: Client) -> None:
    kernel = somebody.open("/roleplay")
    _leave(somebody, kernel)
    assert somebody.open("/data") != kernel
    assert Client(demo).sign_in("trainer").open("/roleplay") != kernel
    assert Client(demo).sign_in("manager").open("/roleplay") != kernel
    assert somebody.open("/roleplay") == kernel


def test_another_language_gets_a_kernel_of_its_own(somebody: Client) -> None:
    kernel = somebody.open("/roleplay")
    _leave(somebody, kernel)
    somebody.post("/language", {"code": "zh"})
    assert somebody.open("/roleplay") != kernel
    assert _gone(somebody, kernel)
    somebody.post("/language", {"code": "en"})


def test_one_kernel_rests_at_a_time(somebody: Client) -> None:
    first, second = somebody.open("/roleplay"), somebody.open("/data")
    _leave(somebody, first)
    _leave(somebody, second)
    assert _gone(somebody, first)
    assert somebody.open("/data") == second


def test_kernels_at_rest_do_not_count_and_end_with_the_session(start: Callable[..., Any]) -> None:
    url, _, _ = start(demo=True, settings={"kernels_per_user": 1})
    trainer = Client(url).sign_in("trainer")
    pid = _pid(trainer)
    assert trainer.get("/data").status_code == 429
    _leave(trainer, trainer.kernel)
    assert trainer.get("/health").json()["pages"]["open"] == 0
    trainer.post("/sign-out")
    assert _ended(pid)


def test_nobody_comes_back_and_the_kernel_ends(start: Callable[..., Any]) -> None:
    url, _, _ = start(demo=True, settings={"rest_seconds": 1})
    trainer = Client(url).sign_in("trainer")
    pid = _pid(trainer)
    _leave(trainer, trainer.kernel)
    assert _ended(pid)
    assert trainer.get(f"/api/kernels/{trainer.kernel}").status_code == 404


def test_a_kernel_that_died_at_rest_is_replaced(somebody: Client) -> None:
    pid = _pid(somebody)
    kernel = somebody.kernel
    _leave(somebody, kernel)
    os.kill(pid, signal.SIGKILL)
    assert _ended(pid)
    assert somebody.open("/skill-gaps") != kernel


def _pid(client: Client) -> int:
    """Open a page that tells its process, and return that."""
    found = client.get("/skill-gaps").text
    client.kernel = re.search(r'id="coach-kernel" data-id="([^"]+)"', found).group(1)
    return int(re.search(r"id=\\u0027pid\\u0027\\u003e(\d+)", found).group(1))


def _ended(pid: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return not Path(f"/proc/{pid}").exists()
