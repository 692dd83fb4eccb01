"""Calendar months as numbers, and what a person's last few months hold."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


def month_numbers(dates: "pd.Series[pd.Timestamp]") -> Integers:
    """Return years x 12 + month (January = 0), so that differences are whole months."""
    return (dates.dt.year * 12 + dates.dt.month - 1).to_numpy().astype(np.int64)


def month_number(date: pd.Timestamp) -> int:
    """Return `month_numbers` of one date."""
    return date.year * 12 + date.month - 1


def month_starts(numbers: Integers) -> "pd.Series[pd.Timestamp]":
    """Return the first day of each month number."""
    months = (np.asarray(numbers, dtype=np.int64) - 1970 * 12).astype("datetime64[M]")
    return pd.Series(months.astype("datetime64[ns]"))


def exits(rep_months: pd.DataFrame) -> "pd.Series[pd.Timestamp]":
    """Return `left_on` of each row, where it is empty that of another row of the same person and employment.

    Many systems write the last working day into the last month only.
    """
    left_on = pd.to_datetime(rep_months["left_on"])
    if not left_on.notna().any():
        return left_on
    keys: list[pd.Series[Any]] = [rep_months["person_id"].astype(str)]
    if "hired_on" in rep_months.columns:
        keys.append(pd.to_datetime(rep_months["hired_on"]))
    return left_on.fillna(left_on.groupby(keys, dropna=False).transform("max"))


class History:
    """Sums over each row's last months, for rows sorted by person and then month.

    Windows hold a handful of months, so each is added up from shifted rows: no loop over people,
    gaps in the calendar are respected, and a person's figures do not depend (not even in the last
    bit, as with one running total over the file) on who else is in the table.

    `person` are codes of shape (n,), `month` month numbers of shape (n,); months of one person
    must differ.
    """

    def __init__(self, person: Integers, month: Integers):
        self.person = person
        self.month = month
        self.rows = len(person)
        self._gaps: dict[int, Integers] = {}

    def total(self, values: Floats, months: int, *, back: int = 0) -> tuple[Floats, Floats]:
        """Return sums and counts of known `values` over `months` months ending `back` months ago."""
        known = ~np.isnan(values)
        filled = np.where(known, values, 0.0)
        sums, counts = np.zeros(self.rows), np.zeros(self.rows)
        for lag, inside in self._windows(months, back):
            kept = inside & known[: self.rows - lag]
            sums[lag:] += np.where(kept, filled[: self.rows - lag], 0.0)
            counts[lag:] += kept
        return sums, counts

    def mean(self, values: Floats, months: int, *, back: int = 0) -> Floats:
        """Return means over the window, NaN where it holds no known value."""
        sums, counts = self.total(values, months, back=back)
        return ratio(sums, counts)

    def swing(self, values: Floats, months: int, *, at_least: int) -> Floats:
        """Return sd / mean over the window; NaN with under `at_least` values or a mean of 0 or less."""
        sums, counts = self.total(values, months)
        mean = ratio(sums, counts)
        squares = np.zeros(self.rows)
        for lag, inside in self._windows(months, 0):
            deviation = values[: self.rows - lag] - mean[lag:]
            squares[lag:] += np.where(inside & ~np.isnan(deviation), deviation**2, 0.0)
        spread = np.sqrt(ratio(squares, np.maximum(counts - 1, 0)))
        return np.where(counts >= at_least, ratio(spread, np.where(mean > 0, mean, 0.0)), np.nan)

    def changed(self, codes: Integers) -> NDArray[np.bool_]:
        """Return where `codes` (-1 = unknown) differ from the same person's previous row."""
        change = np.zeros(self.rows, dtype=bool)
        before, now = codes[:-1], codes[1:]
        same = self.person[1:] == self.person[:-1]
        change[1:] = same & (before != now) & (before >= 0) & (now >= 0)
        return change

    def months_since(self, happened: NDArray[np.bool_]) -> Floats:
        """Return months since the person's latest row where `happened`, NaN where there is none."""
        rows = np.arange(self.rows)
        latest = np.maximum.accumulate(np.where(happened, rows, -1))
        found = np.maximum(latest, 0)
        own = (latest >= 0) & (self.person[found] == self.person)
        return np.where(own, (self.month - self.month[found]).astype(float), np.nan)

    def _windows(self, months: int, back: int) -> list[tuple[int, NDArray[np.bool_]]]:
        # Oldest first. A row `lag` rows up is at least `lag` months old, so no further look is needed.
        found = []
        for lag in range(min(months + back, self.rows) - 1, -1, -1):
            gap = self._gap(lag)
            found.append((lag, (gap >= back) & (gap < back + months)))
        return found

    def _gap(self, lag: int) -> Integers:
        if lag not in self._gaps:
            end = self.rows - lag
            months = self.month[lag:] - self.month[:end]
            self._gaps[lag] = np.where(self.person[lag:] == self.person[:end], months, -1)
        return self._gaps[lag]


def ratio(top: Floats, bottom: Floats) -> Floats:
    """Return top / bottom of equal shape, NaN where the bottom is not above 0."""
    found: Floats = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
    return found
