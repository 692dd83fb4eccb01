"""`coach demo` as a process that tests may kill and start again."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class DemoServer:
    """A server process on a data folder of its own; may be killed and started again on it."""

    def __init__(
        self, home: Path, *, command: str = "demo", kernels_each: int = 40, accounts: Mapping[str, str] | None = None
    ):
        self.home, self.port = home, free_port()
        self.command, self.kernels_each, self.accounts = command, kernels_each, accounts or {}
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = os.environ | {
            "COACH_HOME": str(self.home),
            "COACH_LANGUAGE": "en",
            "COACH_PORT": str(self.port),
            "COACH_KERNELS_PER_USER": str(self.kernels_each),
        }
        coach = [sys.executable, "-m", "toolkit.cli"]
        for login, password in self.accounts.items():
            subprocess.run(
                [*coach, "users", "add", login, "--role", "administrator", "--name", "Reach Tester"],
                env=environment,
                input=f"{password}\n",
                text=True,
                check=True,
            )
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen([*coach, self.command], env=environment, stdout=log, stderr=log)
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
