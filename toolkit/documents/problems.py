"""What is wrong with a table, row by row, in words a person can act on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from toolkit.wording import Text

Severity = Literal["error", "warning"]
Describe = Callable[[int], tuple[Text, Text]]
"""Gives message and remedy for the row at a position."""
SHOWN_PER_CAUSE = 50
"""Problems kept for each column and cause, so that one bad column does not hide the others."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to look at.

    `row` is the number Excel shows, ``None`` if the whole column or file is meant; `column` is the
    header as in the file, or the form's label where the file has no such column.
    """

    row: int | None
    column: str | Text
    value: str
    message: Text
    remedy: Text
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What a form's own rule finds wrong: `position` in the frame, `column` by its name in the form."""

    position: int
    column: str
    message: Text
    remedy: Text


def shown(cell: object) -> str:
    """Return a cell as a person would write it, cut to 60 characters."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    words = str(cell).strip()
    return words if len(words) <= 60 else words[:59] + "…"


class ProblemList:
    """Collects problems: counts all, words only the first of each cause, remembers the bad rows."""

    def __init__(self, row_numbers: list[int]):
        self._row_numbers = row_numbers
        self._found: list[Problem] = []
        self.bad_rows: NDArray[np.bool_] = np.zeros(len(row_numbers), dtype=bool)
        self.errors = 0
        self.warnings = 0

    def add(self, problem: Problem) -> None:
        """Add a problem of the whole file or column."""
        self._found.append(problem)
        self._count(problem.severity, 1)

    def add_rows(
        self,
        column: str | Text,
        cells: list[object],
        positions: Iterable[int] | NDArray[np.bool_],
        describe: Describe,
        severity: Severity = "error",
    ) -> None:
        """Add the same cause for many rows.

        `positions` are positions in the table or a mask over it; `cells` its values in the file.
        """
        if isinstance(positions, np.ndarray) and positions.dtype == bool:
            found = np.flatnonzero(positions)
        else:
            found = np.fromiter(positions, dtype=int)
        if not len(found):
            return
        self._count(severity, len(found))
        if severity == "error":
            self.bad_rows[found] = True
        for position in found[:SHOWN_PER_CAUSE].tolist():
            message, remedy = describe(position)
            self._found.append(
                Problem(self._row_numbers[position], column, shown(cells[position]), message, remedy, severity)
            )

    def sorted(self) -> list[Problem]:
        """Return the kept problems: those of the file first, then by row, errors before warnings."""
        return sorted(self._found, key=lambda problem: (problem.row or 0, problem.severity))

    def _count(self, severity: Severity, times: int) -> None:
        if severity == "error":
            self.errors += times
        else:
            self.warnings += times
