"""Ratings of the same people by several raters as one table, and what a measure of agreement returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.errors import InputError
from toolkit.wording import Text, text

RatingTable: TypeAlias = pd.DataFrame | NDArray[Any] | Sequence[Sequence[Any]]
Numbers: TypeAlias = NDArray[np.float64]

NO_SPREAD = 1e-12  # a share of the whole spread that is only rounding


@dataclass(frozen=True)
class Agreement:
    """How far raters agree: 1 is full agreement, 0 what chance or differences between raters would give.

    `estimate`, `low` and `high` are nan where the ratings do not support them, and `note` then says
    why. `interval` is the level asked for, such as 0.90. `subjects` and `raters` count those with at
    least one rating, `pairable` the ratings of subjects whom at least two raters rated.
    """

    estimate: float
    low: float
    high: float
    interval: float
    note: Text | None
    subjects: int
    raters: int
    pairable: int


@dataclass(frozen=True)
class CodedRatings:
    """Ratings as positions in a list of categories.

    `codes` has subjects in rows and raters in columns, -1 = missing. `labels` are the categories
    in order. `points` are where they lie on the scale: their own values where all are numbers,
    otherwise 0, 1, 2 … in the order the caller gave; None where nobody said what the order is.
    """

    codes: NDArray[np.int64]
    labels: tuple[Any, ...]
    points: Numbers | None

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Where there is a rating."""
        return self.codes >= 0

    def counts(self) -> Numbers:
        """Return how many raters gave each subject (row) each category (column)."""
        return np.stack([(self.codes == code).sum(axis=1) for code in range(len(self.labels))], axis=1).astype(float)


def check_interval(interval: float) -> None:
    """Raise `InputError` unless `interval` is a level between 0 and 1."""
    if not 0 < interval < 1:
        raise InputError(text("The interval must lie between 0 and 1, not {value}.", value=interval))


def read_numbers(table: RatingTable) -> Numbers:
    """Return the ratings as numbers, nan = missing, or raise `InputError` naming the cell."""
    if isinstance(table, np.ndarray) and table.dtype.kind in "fiub" and table.ndim == 2:
        values = table.astype(float)
    else:
        cells = _cells(table)
        values = np.array(
            [[_number(cell, row, column) for column, cell in enumerate(line)] for row, line in enumerate(cells)],
            dtype=float,
        ).reshape(cells.shape)
    if np.isinf(values).any():
        row, column = np.argwhere(np.isinf(values))[0]
        raise _not_a_number(values[row, column], int(row), int(column))
    return values


def read_categories(table: RatingTable, categories: Sequence[Any] | None = None) -> CodedRatings:
    """Return the ratings as categories, which may be numbers or words.

    `categories` lists all that could have been given, in order; without it those that occur are
    taken, numbers by size and words by alphabet. Raises `InputError` for a table that is not
    two-dimensional, a rating outside `categories` or a category listed twice.
    """
    cells = _cells(table)
    missing = np.array([[_is_missing(cell) for cell in line] for line in cells], dtype=bool).reshape(cells.shape)
    found = set(cells[~missing])
    if categories is None:
        labels = tuple(sorted(found)) if _all_numbers(found) else tuple(sorted(found, key=str))
    else:
        labels = tuple(categories)
        _check_categories(labels, found)
    position = {label: code for code, label in enumerate(labels)}
    codes = np.full(cells.shape, -1, dtype=np.int64)
    codes[~missing] = [position[cell] for cell in cells[~missing]]
    points: Numbers | None = None
    if _all_numbers(labels):
        points = np.array(labels, dtype=float)
    elif categories is not None:
        points = np.arange(len(labels), dtype=float)
    return CodedRatings(codes, labels, points)


def refused(seen: NDArray[np.bool_], interval: float, note: Text) -> Agreement:
    """Return an agreement without figures and the reason for it."""
    return agreement_of(seen, interval, np.nan, None, note)


def agreement_of(
    seen: NDArray[np.bool_], interval: float, estimate: float, ends: tuple[float, float] | None, note: Text | None
) -> Agreement:
    """Return a figure with the counts of the ratings behind it; `seen` is where there is a rating."""
    low, high = ends or (np.nan, np.nan)
    per_subject = seen.sum(axis=1)
    return Agreement(
        estimate=float(estimate),
        low=float(low),
        high=float(high),
        interval=interval,
        note=note,
        subjects=int((per_subject > 0).sum()),
        raters=int(seen.any(axis=0).sum()),
        pairable=int(per_subject[per_subject > 1].sum()),
    )


def why_not_comparable(seen: NDArray[np.bool_]) -> Text | None:
    """Say why ratings cannot show agreement at all, or None where they may."""
    raters = int(seen.any(axis=0).sum())
    if raters < 2:
        return text("Agreement takes at least two raters; there are ratings from {found}.", found=raters)
    pairs = int((seen.sum(axis=1) > 1).sum())
    if pairs < 2:
        return text("Agreement takes at least two people whom two raters have rated; there are {found}.", found=pairs)
    return None


def all_the_same() -> Text:
    """Say why equal ratings have no agreement."""
    return text("All ratings are the same, so they do not show whether raters see the same differences.")


def exact_agreement() -> Text:
    """Say why perfect agreement has no interval."""
    return text("No interval: the raters agree exactly, so these ratings do not show how far apart they may be.")


def _cells(table: RatingTable) -> NDArray[np.object_]:
    """Return the cells of any two-dimensional table."""
    if isinstance(table, pd.DataFrame):
        return table.to_numpy(dtype=object)
    cells = np.array(table, dtype=object)
    if cells.ndim != 2:
        raise InputError(
            text("Ratings must come as a table with the people rated in rows and the raters in columns."),
            remedy=text("Give each row the same number of cells and leave empty what was not rated."),
        )
    return cells


def _is_missing(cell: Any) -> bool:
    return bool(pd.api.types.is_scalar(cell) and pd.isna(cell))


def _number(cell: Any, row: int, column: int) -> float:
    if _is_missing(cell):
        return np.nan
    if not isinstance(cell, str):
        try:
            return float(cell)
        except (TypeError, ValueError):
            pass
    raise _not_a_number(cell, row, column)


def _not_a_number(value: object, row: int, column: int) -> InputError:
    return InputError(
        text("“{value}” is not a rating: it must be a number or empty.", value=str(value)),
        where=text("Row {row}, column {column}", row=row + 1, column=column + 1),
    )


def _all_numbers(labels: Sequence[Any] | set[Any]) -> bool:
    return all(isinstance(label, int | float | np.number | np.bool_) for label in labels)


def _check_categories(labels: tuple[Any, ...], found: set[Any]) -> None:
    if len(set(labels)) < len(labels) or len(labels) < 2:
        raise InputError(text("Name at least two categories, each of them once."))
    strange = found - set(labels)
    if strange:
        raise InputError(
            text("“{value}” is not among the categories.", value=str(min(strange, key=str))),
            remedy=text("Allowed is one of: {values}.", values=", ".join(map(str, labels))),
        )
