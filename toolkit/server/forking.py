"""Kernels forked from a warm parent: a page's process starts in milliseconds and shares its libraries' memory.

`ForkedProvisioner` is named in the package's metadata as a provisioner, which is how Jupyter finds it.
"""

import asyncio
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import deque
from pathlib import Path
from typing import Any

from jupyter_client.connect import write_connection_file
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from toolkit.errors import SetupError
from toolkit.wording import text

NAME = "coach-forked"
WARM_UP = "toolkit.warming:warm_up"
_PATIENCE = 60.0
# Later than the page that took the last one needs the processor.
_REFILL_SECONDS = 1.0
_log = logging.getLogger("toolkit")


def can_fork() -> bool:
    """Say whether this system lets a process fork and watch what it forked (Linux from 5.4 on)."""
    return hasattr(os, "fork") and hasattr(os, "pidfd_open") and sys.platform == "linux"


def _speaks(handle: int, seconds: float | None = None) -> bool:
    """Wait until something can be read there; unlike select it takes handles of any number."""
    waiting = select.poll()
    waiting.register(handle, select.POLLIN)
    return bool(waiting.poll(None if seconds is None else 1000 * seconds))


class ForkedProcess:
    """A forked kernel, with the part of `subprocess.Popen` that Jupyter uses."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, handle: int, line: int, connection: dict[str, Any]):
        self.pid, self.connection = pid, connection
        self._handle, self._line = handle, line

    def begin(self, environment: dict[str, str]) -> None:
        """Tell it whom the next page it makes is for; it sees `environment` and nothing else of the server's.

        Raises `SetupError` if it has ended.
        """
        try:
            os.write(self._line, json.dumps(environment).encode() + b"\n")
        except OSError as error:
            self.kill()
            raise SetupError(text("A forked kernel ended before it could be used.")) from error

    def poll(self) -> int | None:
        """Return None while it runs, and 0 once it has ended, whatever it ended with."""
        if self._handle >= 0 and _speaks(self._handle, 0):
            os.close(self._handle)
            self._handle = -1
            self._hang_up()
        return None if self._handle >= 0 else 0

    def wait(self) -> int:
        """Wait until it has ended."""
        if self._handle >= 0:
            _speaks(self._handle)
        return self.poll() or 0

    def send_signal(self, signum: int) -> None:
        """Send a signal to it; never to another process that was given its number."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._handle, signum)

    def kill(self) -> None:
        """End it at once."""
        self._hang_up()
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def _hang_up(self) -> None:
        if self._line >= 0:
            os.close(self._line)
            self._line = -1


class WarmParent:
    """The server's line to its warm parent, which `start` starts and `stop` ends with all it forked.

    `standby` kernels are kept ready: forked and listening, but blank, for nobody knows yet who opens the
    next page. Each is used once.
    """

    def __init__(self, warm_up: str, environment: dict[str, str], standby: int = 0):
        self._warm_up, self._environment, self._wanted = warm_up, environment, standby
        self._lock, self._filling = threading.Lock(), threading.Lock()
        self._standby: deque[ForkedProcess] = deque()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._ready = self._stopped = False

    def start(self) -> None:
        """Start it; it loads on its own while the server goes on."""
        self._ready = self._stopped = False
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line.settimeout(_PATIENCE)
        # Kernels are spoken to through files in here, which no other user of the machine can reach.
        self._folder = tempfile.TemporaryDirectory(prefix="coach-")
        one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        command = [sys.executable, "-m", "toolkit.server.warm_parent", str(theirs.fileno()), self._warm_up]
        self._process = subprocess.Popen(
            command, env=self._environment | one_thread, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
        )
        theirs.close()

    def take(self) -> ForkedProcess:
        """Return a blank kernel that listens: one kept ready, or else a new one.

        Blocks until the parent has loaded. Raises `SetupError` if there is no parent to fork from (the next
        kernel then finds a new one) or the kernel does not come up.
        """
        while self._standby:
            ready = self._standby.popleft()
            if ready.poll() is None:
                return ready
        return self._fork()

    def make_ready(self) -> None:
        """Fork what is missing of the kernels to be kept ready; a failure is logged, `take` will meet it again."""
        with self._filling:
            try:
                while len(self._standby) < self._wanted and not self._stopped:
                    self._standby.append(self._fork())
            except SetupError:
                if not self._stopped:
                    _log.warning("no kernel could be made ready beforehand", exc_info=True)

    def stop(self) -> None:
        """End it; its kernels notice and end as well."""
        self._stopped = True
        self._end()

    def _end(self) -> None:
        while self._standby:
            self._standby.popleft().kill()
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._folder is not None:
            self._folder.cleanup()
        self._line = self._process = self._folder = None

    def _fork(self) -> ForkedProcess:
        with self._lock:
            try:
                self._await_ready()
                assert self._line is not None and self._folder is not None
                path = f"{self._folder.name}/{uuid.uuid4().hex[:12]}"
                _, connection = write_connection_file(path, transport="ipc", ip=path, key=os.urandom(16).hex().encode())
                self._line.send(path.encode())
                pid, (handle, line), _, _ = socket.recv_fds(self._line, 64, 2)
            except (OSError, ValueError, AssertionError) as error:
                self._end()
                if not self._stopped:
                    self.start()
                raise SetupError(text("The process that forks kernels has ended; it is started anew.")) from error
        process = ForkedProcess(int(pid), handle, line, {**connection, "key": str(connection["key"]).encode()})
        # Whoever connects too early waits for the next attempt of the network library, a tenth of a second later.
        if not _speaks(line, _PATIENCE) or not os.read(line, 1):
            process.kill()
            raise SetupError(text("A forked kernel ended before it could be used."))
        os.unlink(path)
        return process

    def _await_ready(self) -> None:
        if self._ready:
            return
        assert self._line is not None
        threads = json.loads(self._line.recv(1024))["threads"]
        if threads != 1:
            raise ValueError(f"the warm parent has {threads} threads")
        self._ready = True


def try_fork(warm_up: str, environment: dict[str, str]) -> tuple[float, float]:
    """Fork one kernel for a trial; return its seconds until it listened and the megabytes of its own.

    Raises `SetupError` if that fails.
    """
    parent = WarmParent(warm_up, environment)
    parent.start()
    try:
        # The first one waits until the parent has loaded.
        parent.take().kill()
        began = time.perf_counter()
        process = parent.take()
        seconds = time.perf_counter() - began
        rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
        process.kill()
    finally:
        parent.stop()
    return seconds, sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_")) / 1024


class ForkedProvisioner(LocalProvisioner):
    """Starts kernels by forking; where that cannot be, the plain way."""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Take a forked kernel, or prepare the start of a new process."""
        manager: Any = self.parent
        parent: WarmParent | None = getattr(manager.parent, "warm_parent", None)
        if parent is None:
            return await super().pre_launch(**kwargs)
        loop = asyncio.get_running_loop()
        try:
            taken: Any = await loop.run_in_executor(None, parent.take)
        except SetupError as error:
            _log.warning("%s A kernel was started the slow way.", error.problem, exc_info=True)
            return await super().pre_launch(**kwargs)
        self.process = taken
        loop.call_later(_REFILL_SECONDS, loop.run_in_executor, None, parent.make_ready)
        return kwargs | {"cmd": []}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Tell the forked kernel whom it works for, or start a new process."""
        process: Any = self.process
        if process is None:
            return await super().launch_kernel(cmd, **kwargs)
        process.begin(kwargs["env"])
        self.pid, self.connection_info = process.pid, process.connection
        return self.connection_info
