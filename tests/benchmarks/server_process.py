"""One server and all processes it brings: started, waited for, weighed, and ended, nothing else touched."""

import ctypes
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE = 120
_SET_PARENT_DEATH_SIGNAL, _SET_CHILD_SUBREAPER = 1, 36
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def free_port() -> int:
    """Return a port of this computer nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _tie() -> None:
    """End with the benchmark, and take in processes whose parent ended, so that none is missed or left over."""
    if _libc is not None:
        _libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
        _libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class ServerFailed(Exception):
    """The server did not come up; the message holds the end of its log."""


class Server:
    """A running server. `started` is when its process was started (`time.perf_counter`)."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path, port: int, answers: str):
        self.url, self._log = f"http://127.0.0.1:{port}", folder / "server.log"
        self.started = time.perf_counter()
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                list(command),
                env=dict(environment),
                cwd=folder,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=_tie,
            )
        while not self._answers(port, answers):
            if self.process.poll() is not None or time.perf_counter() - self.started > PATIENCE:
                self.stop()
                raise ServerFailed(f"the server did not start; its log ends with:\n{self.log_end()}")
            time.sleep(0.02)
        self.ready = time.perf_counter() - self.started

    def log_end(self, size: int = 2000) -> str:
        """Return the end of what the server wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-size:]

    def tree(self) -> dict[int, str]:
        """Return the server and all its descendants: process id and when it was started."""
        parents: dict[int, int] = {}
        begun: dict[int, str] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                # What follows the name, which may hold anything: state, parent, …, 20th start time.
                rest = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(folder.name)], begun[int(folder.name)] = int(rest[1]), rest[19]
        found = {self.process.pid} & parents.keys()
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return {pid: begun[pid] for pid in found}

    def memory(self) -> float | None:
        """Return the proportional set size of all processes together in MB; Linux only."""
        total = 0
        for pid in self.tree():
            try:
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            except OSError:
                continue
            if found := re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE):
                total += int(found.group(1))
        return total * 1024 / 1e6 if total else None

    def stop(self) -> None:
        """End the server and whatever of it is left."""
        last = self.tree()
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            last |= self.tree()
            self.process.kill()
            self.process.wait()
        for pid, begun in last.items():
            if pid != self.process.pid and _began(pid) == begun:
                os.kill(pid, signal.SIGKILL)

    def _answers(self, port: int, path: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status < 500
        except OSError:
            return False
        finally:
            connection.close()


def _began(pid: int) -> str | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return None
