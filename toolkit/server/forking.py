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
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.connect import write_connection_file
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from toolkit.errors import SetupError
from toolkit.wording import text

NAME = "coach-forked"
WARM_UP = "toolkit.warming:warm_up"
_PATIENCE = 60.0
_log = logging.getLogger("toolkit")


def can_fork() -> bool:
    """Say whether this system lets a process fork and watch what it forked (Linux from 5.4 on)."""
    return hasattr(os, "fork") and hasattr(os, "pidfd_open") and sys.platform == "linux"


class ForkedProcess:
    """A forked kernel, with the part of `subprocess.Popen` that Jupyter uses."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, handle: int):
        self.pid, self._handle = pid, handle

    def poll(self) -> int | None:
        """Return None while it runs, and 0 once it has ended, whatever it ended with."""
        if self._handle >= 0 and select.select([self._handle], [], [], 0)[0]:
            os.close(self._handle)
            self._handle = -1
        return None if self._handle >= 0 else 0

    def wait(self) -> int:
        """Wait until it has ended."""
        if self._handle >= 0:
            select.select([self._handle], [], [])
        return self.poll() or 0

    def send_signal(self, signum: int) -> None:
        """Send a signal to it; never to another process that was given its number."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._handle, signum)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class WarmParent:
    """The server's line to its warm parent, which `start` starts and `stop` ends with all it forked."""

    def __init__(self, warm_up: str, environment: dict[str, str]):
        self._warm_up, self._environment = warm_up, environment
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._ready = False

    def start(self) -> None:
        """Start it; it loads on its own while the server goes on."""
        self._ready = False
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line.settimeout(_PATIENCE)
        one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        command = [sys.executable, "-m", "toolkit.server.warm_parent", str(theirs.fileno()), self._warm_up]
        self._process = subprocess.Popen(
            command, env=self._environment | one_thread, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
        )
        theirs.close()

    def fork(self, connection_file: str, environment: dict[str, str]) -> ForkedProcess:
        """Return a new kernel that sees `environment` and nothing else of the server's.

        Blocks until the parent has loaded and the kernel listens. Raises `SetupError` if there is
        no parent to fork from (the next kernel then finds a new one) or the kernel does not come up.
        """
        request = json.dumps({"connection_file": connection_file, "env": environment}).encode()
        with self._lock:
            try:
                self._await_ready()
                assert self._line is not None
                self._line.send(request)
                pid, (handle, listening), _, _ = socket.recv_fds(self._line, 64, 2)
            except (OSError, ValueError) as error:
                self.stop()
                self.start()
                raise SetupError(text("The process that forks kernels has ended; it is started anew.")) from error
        process = ForkedProcess(int(pid), handle)
        # Whoever connects too early waits for the next attempt of the network library, a tenth of a second later.
        with os.fdopen(listening, "rb", buffering=0) as line:
            if not select.select([line], [], [], _PATIENCE)[0] or not line.read(1):
                process.kill()
                raise SetupError(text("A forked kernel ended before it could be used."))
        return process

    def stop(self) -> None:
        """End it; its kernels notice and end as well."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._line = self._process = None

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
    with tempfile.TemporaryDirectory() as folder:

        def fork(name: str) -> ForkedProcess:
            public, secret = zmq.curve_keypair()
            path, _ = write_connection_file(f"{folder}/{name}", curve_publickey=public, curve_secretkey=secret)
            return parent.fork(path, environment)

        try:
            # The first one waits until the parent has loaded.
            fork("first").kill()
            began = time.perf_counter()
            process = fork("second")
            seconds = time.perf_counter() - began
            rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
            process.kill()
        finally:
            parent.stop()
    return seconds, sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_")) / 1024


class ForkedProvisioner(LocalProvisioner):
    """Starts kernels by forking; where that cannot be, the plain way."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork a kernel, or start one as a new process."""
        manager: Any = self.parent
        parent: WarmParent | None = getattr(manager.parent, "warm_parent", None)
        if parent is None:
            return await super().launch_kernel(cmd, **kwargs)
        loop = asyncio.get_running_loop()
        try:
            process = await loop.run_in_executor(None, parent.fork, manager.connection_file, kwargs["env"])
        except SetupError as error:
            _log.warning("%s A kernel was started the slow way.", error.problem, exc_info=True)
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid = process, process.pid  # type: ignore[assignment]
        return self.connection_info
