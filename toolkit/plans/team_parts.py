"""The parts of a company at work, in this process or in two."""

import pickle
import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import numpy as np

from toolkit.errors import ToolkitError
from toolkit.plans.team_model import Crowd, Offer, Whole
from toolkit.plans.team_part import Part
from toolkit.wording import text

_ALONE = 400
_START = "import sys; sys.path[:] = {path!r}; from toolkit.plans.team_parts import serve; serve()"


def divide(crowd: Crowd) -> list[Whole]:
    """Return the rows of each part: one for up to 400 people, else two; teams stay together."""
    rows = np.arange(len(crowd.ids))
    if len(rows) <= _ALONE:
        return [rows]
    # People without a team's budget may go anywhere.
    order = np.lexsort((rows, crowd.team_row, crowd.region))
    middle = len(order) // 2
    while (
        middle < len(order)
        and crowd.team_row[order[middle]] >= 0
        and (crowd.team_row[order[middle]] == crowd.team_row[order[middle - 1]])
    ):
        middle += 1
    # A team across two regions may still lie on both sides: then its members follow the first.
    first = set(crowd.team_row[order[:middle]]) - {-1}
    early = np.zeros(len(rows), dtype=bool)
    early[order[:middle]] = True
    early |= np.isin(crowd.team_row, list(first))
    return [part for part in (np.flatnonzero(early), np.flatnonzero(~early)) if len(part)]


class Parts:
    """All parts, asked the same question at once; use with ``with``."""

    def __init__(self, offer: Offer, crowd: Crowd, processes: int):
        self.rows = divide(crowd)
        self.local: list[Part] = []
        self.remote: list[subprocess.Popen[bytes]] = []
        if processes > 1 and len(self.rows) > 1:
            # Not forked: a fork of a process with threads may hang, and a page's kernel has some.
            self.remote = [_begin() for _ in self.rows[1:]]
            for process, rows in zip(self.remote, self.rows[1:], strict=True):
                _send(process, (offer, crowd.part(rows)))
        here = 1 if self.remote else len(self.rows)
        self.local = [Part(offer, crowd.part(rows)) for rows in self.rows[:here]]

    def __enter__(self) -> "Parts":
        """Return the parts."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the processes."""
        for process in self.remote:
            process.kill()
            process.communicate()

    def all(self, method: str, *arguments: Sequence[Any]) -> list[Any]:
        """Call a method of every part; each of `arguments` holds one value a part."""
        per_part = list(zip(*arguments, strict=True)) if arguments else [()] * len(self.rows)
        for process, values in zip(self.remote, per_part[len(self.local) :], strict=True):
            _send(process, (method, values))
        found = [getattr(part, method)(*values) for part, values in zip(self.local, per_part, strict=False)]
        return found + [_receive(process) for process in self.remote]


def serve() -> None:
    """Answer questions about one part from standard input until it ends."""
    read, write = sys.stdin.buffer, sys.stdout.buffer
    # Whatever else is printed must not get between the answers.
    sys.stdout = sys.stderr
    part = Part(*pickle.load(read))
    while True:
        try:
            method, values = pickle.load(read)
        except EOFError:
            return
        pickle.dump(getattr(part, method)(*values), write, protocol=pickle.HIGHEST_PROTOCOL)
        write.flush()


def _begin() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", _START.format(path=sys.path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _send(process: "subprocess.Popen[bytes]", message: object) -> None:
    assert process.stdin is not None
    try:
        pickle.dump(message, process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
        process.stdin.flush()
    except BrokenPipeError:
        raise _ended() from None


def _receive(process: "subprocess.Popen[bytes]") -> Any:
    assert process.stdout is not None
    try:
        return pickle.load(process.stdout)
    except EOFError:
        raise _ended() from None


def _ended() -> ToolkitError:
    return ToolkitError(
        text("The second process that helps with planning has ended."),
        remedy=text("Plan again with processes=1; there may be too little memory for two."),
    )
