"""Reading dates and months as people and Excel write them, never guessing day from month."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.documents.cells import NO_VALUE, Report, note_markers
from toolkit.documents.columns import Column
from toolkit.documents.numerals import BLANKS
from toolkit.documents.problems import shown
from toolkit.wording import Text, text

FIRST_YEAR, LAST_YEAR = 1901, 2100
_EPOCH, _EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
_SMALLEST_SERIAL, _LARGEST_SERIAL = 10_000, 73_415
"""Serial numbers taken for dates: 1927 to 2100. A smaller one is rather a year or a count."""
_TIME = r"(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?" + _TIME)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})" + _TIME)
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})" + _TIME)
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_YEAR_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?|((?:19|20)\d{2})(\d{2})")


@dataclass(slots=True)
class _Found:
    """What became of the different spellings of one column."""

    days: dict[str, dt.date] = field(default_factory=dict)
    refused: dict[str, Text] = field(default_factory=dict)
    slashed: dict[str, tuple[int, int, int]] = field(default_factory=dict)


def read_dates(column: Column, cells: list[object], report: Report, *, starts_1904: bool = False) -> pd.Series:
    """Read a column of kind ``date`` or ``month`` as ``datetime64[ns]`` at midnight.

    Taken are date cells, Excel's serial numbers and the texts 2026-09-01, 2026/9/1, 01.09.2026,
    2026年9月1日 and 20260901; for months also 2026-09, 2026/9, 2026年9月 and 202609. 03/04/2026 is
    taken only if the rest of the column rules out one reading. Months become their first day.
    """
    is_month = column.kind == "month"
    found = _read_spellings({cell for cell in cells if isinstance(cell, str)}, is_month)
    days: list[dt.date | None] = [None] * len(cells)
    refused: dict[int, Text] = {}
    markers: list[int] = []
    for at, cell in enumerate(cells):
        if cell is None:
            continue
        if isinstance(cell, str):
            if cell in found.days:
                days[at] = found.days[cell]
            elif cell.strip(BLANKS).casefold() in NO_VALUE:
                markers.append(at)
            else:
                refused[at] = found.refused[cell]
            continue
        outcome = _read_cell(cell, is_month, starts_1904)
        if isinstance(outcome, Text):
            refused[at] = outcome
        else:
            days[at] = outcome
    _refuse_far_years(days, refused)
    report(sorted(refused), lambda at: (refused[at], _remedy(is_month)))
    note_markers(markers, cells, report)
    stamps = np.array([np.datetime64("NaT") if day is None else day for day in days], dtype="datetime64[D]")
    if is_month:
        stamps = stamps.astype("datetime64[M]").astype("datetime64[D]")
    return pd.Series(stamps.astype("datetime64[ns]"))


def _remedy(is_month: bool) -> Text:
    if is_month:
        return text("Write the month as 2026-09, or leave the cell empty if there is none.")
    return text("Write the date as 2026-09-01, or leave the cell empty if there is none.")


def _refuse_far_years(days: list[dt.date | None], refused: dict[int, Text]) -> None:
    for at, day in enumerate(days):
        if day is None or FIRST_YEAR <= day.year <= LAST_YEAR:
            continue
        days[at] = None
        if day.year < FIRST_YEAR:
            refused[at] = text("The date lies in {year}, which systems often use to say “none”.", year=str(day.year))
        else:
            refused[at] = text("The date lies in {year}, beyond {last}.", year=str(day.year), last=str(LAST_YEAR))


def _read_cell(cell: object, is_month: bool, starts_1904: bool) -> dt.date | Text:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        spelled = _COMPACT.fullmatch(shown(cell))
        if spelled:
            return _calendar(int(spelled[1]), int(spelled[2]), int(spelled[3]), shown(cell))
        if is_month and (spelled := _YEAR_MONTH.fullmatch(shown(cell))):
            return _calendar(int(spelled[3] or spelled[1]), int(spelled[4] or spelled[2]), 1, shown(cell))
        if _SMALLEST_SERIAL <= cell <= _LARGEST_SERIAL:
            return (_EPOCH_1904 if starts_1904 else _EPOCH) + dt.timedelta(days=int(cell))
        if 0 <= cell < 2:
            return text("“{value}” stands for the year 1900, which systems often use to say “none”.", value=shown(cell))
    return text("“{value}” is not a date.", value=shown(cell))


def _read_spellings(spellings: set[str], is_month: bool) -> _Found:
    found = _Found()
    for spelling in spellings:
        plain = unicodedata.normalize("NFKC", spelling).strip(BLANKS + "'")
        if slashed := _SLASHED.fullmatch(plain):
            found.slashed[spelling] = (int(slashed[1]), int(slashed[2]), int(slashed[3]))
            continue
        if ordered := _YEAR_FIRST.fullmatch(plain) or _COMPACT.fullmatch(plain):
            outcome = _calendar(int(ordered[1]), int(ordered[2]), int(ordered[3]), plain)
        elif dotted := _DOTTED.fullmatch(plain):
            outcome = _calendar(int(dotted[3]), int(dotted[2]), int(dotted[1]), plain)
        elif is_month and (short := _YEAR_MONTH.fullmatch(plain)):
            outcome = _calendar(int(short[1] or short[3]), int(short[2] or short[4]), 1, plain)
        elif plain.replace(".", "", 1).isdecimal():
            outcome = _read_cell(float(plain), is_month, False)
        else:
            outcome = text("“{value}” is not a date in a known form.", value=shown(spelling))
        _keep(found, spelling, outcome)
    _read_slashed(found)
    return found


def _keep(found: _Found, spelling: str, outcome: dt.date | Text) -> None:
    if isinstance(outcome, Text):
        found.refused[spelling] = outcome
    else:
        found.days[spelling] = outcome


def _read_slashed(found: _Found) -> None:
    """Decide between day first and month first by what the whole column allows."""
    readings = [
        (_exists(year, second, first), _exists(year, first, second)) for first, second, year in found.slashed.values()
    ]
    day_first = all(day for day, month in readings if day or month)
    month_first = all(month for day, month in readings if day or month)
    for spelling, (first, second, year) in found.slashed.items():
        value = shown(spelling)
        if day_first and not month_first:
            _keep(found, spelling, _calendar(year, second, first, value))
        elif month_first and not day_first:
            _keep(found, spelling, _calendar(year, first, second, value))
        elif first == second and _exists(year, first, second):
            _keep(found, spelling, dt.date(year, first, second))
        elif not _exists(year, first, second) and not _exists(year, second, first):
            found.refused[spelling] = text("“{value}” is a day that does not exist.", value=value)
        elif day_first:
            found.refused[spelling] = text(
                "“{value}” may mean {one} or {other}, and nothing else in the column decides between them.",
                value=value,
                one=dt.date(year, second, first).isoformat(),
                other=dt.date(year, first, second).isoformat(),
            )
        else:
            found.refused[spelling] = text(
                "“{value}”: some dates of this column put the day first, others the month, so none can be trusted.",
                value=value,
            )


def _exists(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def _calendar(year: int, month: int, day: int, value: str) -> dt.date | Text:
    if _exists(year, month, day):
        return dt.date(year, month, day)
    return text("“{value}” is a day that does not exist.", value=value)
