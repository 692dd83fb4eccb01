"""Kernels forked from a warm parent: they run, know only what they are told, and end."""

import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking import BlockingKernelClient
from visitors import Client

from toolkit.errors import SetupError
from toolkit.server.forking import NAME, ForkedProcess, WarmParent, can_fork
from toolkit.server.kernels import PageKernelSpecs, plain_environment
from toolkit.server.page_kernel import PageKernel, _run

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system cannot fork kernels: plain ones are used")


@pytest.fixture
def warm() -> Iterator[WarmParent]:
    parent = WarmParent("", plain_environment(), standby=2)
    parent.start()
    yield parent
    parent.stop()


def _ended(process: ForkedProcess, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    return process.poll() is not None


def _asked(process: ForkedProcess, expression: str) -> str:
    client = BlockingKernelClient()
    client.load_connection_info(process.connection)
    client.start_channels()
    try:
        client.wait_for_ready(timeout=20)
        client.execute(expression)
        while (message := client.get_iopub_msg(timeout=20))["msg_type"] != "execute_result":
            pass
        return str(message["content"]["data"]["text/plain"])
    finally:
        client.stop_channels()


def test_a_fork_runs_until_it_is_ended(warm: WarmParent) -> None:
    process = warm.take()
    process.begin(plain_environment())
    assert process.poll() is None
    command = Path(f"/proc/{process.pid}/cmdline").read_text()
    assert "warm_parent" in command
    process.kill()
    assert process.wait() == 0 and process.poll() == 0
    process.terminate()  # of one that has ended: nothing happens


def test_a_fork_sees_what_it_is_told_and_nothing_else(warm: WarmParent) -> None:
    process = warm.take()
    process.begin({"COACH_VIEWER": "somebody"})
    assert _asked(process, "import os\ndict(os.environ)") == "{'COACH_VIEWER': 'somebody'}"


def test_kernels_kept_ready_are_used_once_and_replaced(warm: WarmParent) -> None:
    warm.make_ready()
    taken = [warm.take() for _ in range(3)]
    assert len({process.pid for process in taken}) == 3
    warm.make_ready()
    assert warm.take().pid not in {process.pid for process in taken}


def test_a_kernel_that_died_waiting_is_passed_over(warm: WarmParent) -> None:
    warm.make_ready()
    for process in list(warm._standby):
        os.kill(process.pid, signal.SIGKILL)
        assert _ended(process)
    process = warm.take()
    process.begin({"LANG": "C"})
    assert _asked(process, "1 + 1") == "2"


def test_others_cannot_reach_where_kernels_listen(warm: WarmParent) -> None:
    folder = Path(warm.take().connection["ip"]).parent
    assert folder.stat().st_mode & 0o077 == 0
    warm.stop()
    assert not folder.exists()


def test_kernels_end_with_their_parent(warm: WarmParent) -> None:
    told = warm.take()
    told.begin(plain_environment())
    warm.make_ready()
    blank = warm._standby[0]
    warm.stop()
    assert _ended(told) and _ended(blank)


def test_a_parent_that_has_died_is_told_and_replaced(warm: WarmParent) -> None:
    process = warm.take()
    parent = int(Path(f"/proc/{process.pid}/stat").read_text().split()[3])
    os.kill(parent, signal.SIGKILL)
    with pytest.raises(SetupError) as told:
        warm.take()
    assert "started anew" in str(told.value.problem)
    assert warm.take().poll() is None


def test_a_kernel_that_has_ended_cannot_begin(warm: WarmParent) -> None:
    process = warm.take()
    os.kill(process.pid, signal.SIGKILL)
    assert _ended(process)
    with pytest.raises(SetupError):
        process.begin(plain_environment())


def test_jupyter_finds_the_provisioner_by_its_name() -> None:
    from jupyter_client.provisioning import KernelProvisionerFactory

    spec = PageKernelSpecs().get_kernel_spec("python3")
    assert spec.metadata["kernel_provisioner"]["provisioner_name"] == NAME
    assert KernelProvisionerFactory.instance().is_provisioner_available(spec)
    KernelProvisionerFactory.clear_instance()


@pytest.mark.parametrize("forked", [True, False])
def test_pages_work_forked_and_plain(start: Callable[..., Any], forked: bool) -> None:
    url, home, process = start(demo=True, settings={"fork_kernels": forked, "kernels_per_user": 9})
    trainer = Client(url).sign_in("trainer")
    kernel = trainer.open("/roleplay")
    assert trainer.get(f"/api/kernels/{kernel}").status_code == 200
    assert trainer.get("/health").json()["forking"] == ("on" if forked else "off")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    commands = [Path(f"/proc/{child}/cmdline").read_text() for child in children]
    assert any("warm_parent" in command for command in commands) is forked
    assert any("kernel_main" in command for command in commands) is not forked
    assert ("starts a process of its own" in (home / "log").read_text()) is not forked


def test_figures_are_for_this_computer_or_whoever_has_the_token(start: Callable[..., Any]) -> None:
    url, _, _ = start(settings={"metrics_token": "a token", "host": "127.0.0.1"})
    visitor = Client(url)
    assert "coach_pages_open 0.0" in visitor.get("/metrics").text
    outside = {"X-Forwarded-For": "203.0.113.7"}
    assert visitor.get("/metrics", headers=outside).status_code in (401, 403, 404)
    assert visitor.get("/metrics", headers=outside | {"Authorization": "Bearer wrong"}).status_code in (401, 403, 404)
    assert visitor.get("/metrics", headers=outside | {"Authorization": "Bearer a token"}).status_code == 200


def test_health_tells_how_the_parts_are(demo: str) -> None:
    found = Client(demo).get("/health").json()
    assert found["status"] == "ok" and found["forking"] == "on"
    assert found["pages"]["waiting"] == 0


def test_a_widgets_message_that_comes_twice_is_handled_once() -> None:
    kernel = PageKernel.__new__(PageKernel)
    kernel._handled = deque(maxlen=10)
    message = {"header": {"msg_type": "comm_msg", "msg_id": "a"}}
    other = {"header": {"msg_type": "execute_request", "msg_id": "a"}}
    assert [kernel.should_handle(None, m, None) for m in (message, message, other, other)] == [True, False, True, True]


def test_a_cells_last_expression_is_what_it_shows() -> None:
    names: dict[str, Any] = {}
    assert _run("a = 2\na + 1", names) == 3 and names["a"] == 2
    assert _run("b = 1", names) is None and _run("", names) is None
    with pytest.raises(ZeroDivisionError):
        _run("1 / 0", names)
