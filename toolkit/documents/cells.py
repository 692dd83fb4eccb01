"""Turning the cells of one column into typed values, and saying which ones do not fit.

Each reader takes the cells as they stand in the file and a `Report`, and returns a Series of the
same length with missing values where a cell is blank or was reported.
"""

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Iterable
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.documents.columns import Column, in_both, listed_in_both
from toolkit.documents.numerals import BLANKS, parse_number
from toolkit.documents.problems import Describe, Severity, shown
from toolkit.documents.workbook import CellError
from toolkit.wording import Text, text

NO_VALUE = frozenset({"-", "--", "—", "——", "–", "/", "\\", "n/a", "na", "null", "none", "nil", "无", "暂无", "空"})
EXCEL_ERRORS = frozenset({"#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
YES = frozenset({"yes", "y", "true", "t", "1", "是", "对", "有", "√", "✓", "✔"})
NO = frozenset({"no", "n", "false", "f", "0", "否", "不是", "没有", "×", "✗", "✘"})
_CODE_SIGNS = "=+-@＝＋－＠"
_PLAIN_NUMBER = re.compile(r"[+-][\d\s().,/-]*\d[\d\s().,/-]*%?")
_ONLY_DASHES = re.compile(r"[-－]+")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d{1,2}")
_SAFE_DIGITS = 1e15


class Report(Protocol):
    """Takes note of the cells at some positions that share one cause."""

    def __call__(self, positions: Iterable[int], describe: Describe, severity: Severity = "error") -> None:
        """Note them; see `problems.ProblemList.add_rows`."""


def read_text(cells: list[object], report: Report) -> pd.Series:
    """Read free text: stripped of outer blanks, numbers and dates written out."""
    words = [_words(cell) for cell in cells]
    for at in _refuse_code(cells, report):
        words[at] = None
    return pd.Series(words, dtype="str")


def read_ids(cells: list[object], report: Report) -> pd.Series:
    """Read identifiers: text in plain digits and letters, whole numbers without a decimal point."""
    words: list[str | None] = []
    lost, dates = [], []
    for position, cell in enumerate(cells):
        word = _words(cell)
        words.append(unicodedata.normalize("NFKC", word) if word and not word.isascii() else word)
        if _has_lost_digits(cell):
            lost.append(position)
        elif isinstance(cell, dt.date | dt.time | dt.timedelta):
            dates.append(position)
    report(
        lost,
        lambda at: (
            text("Excel keeps only 15 digits of a number, so the end of “{value}” is lost.", value=shown(cells[at])),
            text("Format the column as text and enter the number again, or export it again from its source."),
        ),
    )
    report(
        dates,
        lambda at: (
            text(
                "“{value}” is a date, but an identifier is expected; Excel may have turned it into one.",
                value=shown(cells[at]),
            ),
            text("Format the column as text and enter the identifier again."),
        ),
    )
    for at in [*lost, *dates, *_refuse_code(cells, report)]:
        words[at] = None
    _warn_mixed(cells, report)
    return pd.Series(words, dtype="str")


def read_numbers(column: Column, cells: list[object], report: Report) -> pd.Series:
    """Read numbers as float64, also those written as text (1,234 １２３ 12% ¥5 000)."""
    keep_percent = str(column.unit).strip() == "%"
    values = np.full(len(cells), np.nan)
    wrong: list[int] = []
    markers: list[int] = []
    known: dict[str, float | None] = {}
    for position, cell in enumerate(cells):
        if cell is None:
            continue
        if isinstance(cell, float | int) and not isinstance(cell, bool):
            values[position] = cell
            continue
        if isinstance(cell, str):
            if cell not in known:
                known[cell] = parse_number(cell, keep_percent)
            number = known[cell]
            if number is not None:
                values[position] = number
                continue
            if cell.strip(BLANKS).casefold() in NO_VALUE:
                markers.append(position)
                continue
        wrong.append(position)
    report(
        wrong,
        lambda at: (
            text("“{value}” is not a number.", value=shown(cells[at])),
            text(
                "Enter digits only, with a point before decimals (1234.5); leave the cell empty if there is no value."
            ),
        ),
    )
    note_markers(markers, cells, report)
    if column.kind == "whole":
        _refuse_fractions(values, cells, report)
        return pd.Series(values).round().astype("Int64")
    return pd.Series(values)


def read_yes_no(cells: list[object], report: Report) -> pd.Series:
    """Read yes or no, in either language, as a nullable boolean."""

    def parse(cell: object) -> bool | None:
        word = shown(cell).strip(BLANKS).casefold()
        return True if word in YES else False if word in NO else None

    values = [None if cell is None else parse(cell) for cell in cells]
    unclear = [at for at, value in enumerate(values) if value is None and cells[at] is not None]
    markers = [at for at in unclear if shown(cells[at]).casefold() in NO_VALUE]
    note_markers(markers, cells, report)
    report(
        sorted(set(unclear) - set(markers)),
        lambda at: (
            text("“{value}” is neither yes nor no.", value=shown(cells[at])),
            text("Enter yes or no (是 or 否)."),
        ),
    )
    return pd.Series(values, dtype="boolean")


def read_choices(column: Column, cells: list[object], report: Report) -> pd.Series:
    """Read one of the column's choices, given as its value or its label in either language."""
    accepted: dict[str, str] = {}
    for value, label in column.choices.items():
        for name in (value, *in_both(label)):
            accepted.setdefault(_folded(name), value)
    values: list[str | None] = []
    known: dict[str, str | None] = {}
    wrong = []
    for position, cell in enumerate(cells):
        word = shown(cell) if cell is not None else ""
        if word and word not in known:
            known[word] = accepted.get(_folded(word))
        values.append(known[word] if word else None)
        if word and values[-1] is None:
            wrong.append(position)
    report(wrong, lambda at: _not_a_choice(column, accepted, shown(cells[at])))
    return pd.Series(values, dtype="str")


def find_errors(cells: list[object], report: Report) -> list[object]:
    """Report error cells such as #N/A and return the cells with these blanked."""
    found = [
        at
        for at, cell in enumerate(cells)
        if isinstance(cell, CellError)
        or (isinstance(cell, str) and cell[:1] == "#" and cell.strip().upper() in EXCEL_ERRORS)
    ]
    if not found:
        return cells
    report(
        found,
        lambda at: (
            text("The cell shows the error {code}.", code=str(cells[at]).strip()),
            text("Correct the formula, or replace it by its value, or leave the cell empty."),
        ),
    )
    rest = list(cells)
    for at in found:
        rest[at] = None
    return rest


def is_blank(cell: object) -> bool:
    """Return whether a cell is empty or holds a mark for “no value”, such as a dash."""
    if isinstance(cell, str):
        word = cell.strip(BLANKS)
        return not word or word.casefold() in NO_VALUE
    return cell is None


def note_markers(positions: list[int], cells: list[object], report: Report) -> None:
    """Warn that marks for “no value” were read as empty cells."""
    report(
        positions,
        lambda at: (
            text("“{value}” was read as an empty cell.", value=shown(cells[at])),
            text("Nothing needs to be done if no value is meant; else enter the value."),
        ),
        "warning",
    )


def _words(cell: object) -> str | None:
    if isinstance(cell, str):
        return cell.strip(BLANKS) or None
    if cell is None:
        return None
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def _has_lost_digits(cell: object) -> bool:
    if isinstance(cell, str):
        return "+" in cell and _SCIENTIFIC.fullmatch(cell.strip()) is not None
    return isinstance(cell, float) and abs(cell) >= _SAFE_DIGITS


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().replace("_", " ").split())


def _begins_like_code(cell: object) -> bool:
    if not isinstance(cell, str):
        return False
    if cell[0] in "\t\r":
        return True
    words = cell.strip(BLANKS)
    if not words or words[0] not in _CODE_SIGNS or _ONLY_DASHES.fullmatch(words):
        return False
    return not _PLAIN_NUMBER.fullmatch(unicodedata.normalize("NFKC", words))


def _refuse_code(cells: list[object], report: Report) -> list[int]:
    """Report text that begins like a formula and return where it stands."""
    found = [at for at, cell in enumerate(cells) if _begins_like_code(cell)]
    report(
        found,
        lambda at: (
            text("The text “{value}” begins the way a formula does, so Excel might run it.", value=shown(cells[at])),
            text("Remove the sign in front (= + - @ or a tab), or put a word before it."),
        ),
    )
    return found


def _warn_mixed(cells: list[object], report: Report) -> None:
    digits = [at for at, cell in enumerate(cells) if isinstance(cell, str) and cell.strip(BLANKS).isdecimal()]
    numbers = [at for at, cell in enumerate(cells) if isinstance(cell, float)]
    if digits and numbers:
        fewer = digits if len(digits) <= len(numbers) else numbers
        report(
            fewer[:1],
            lambda at: (
                text(
                    "Some identifiers of this column are numbers, others are text, such as “{value}”.",
                    value=shown(cells[at]),
                ),
                text("Check that no leading zeros are missing; format the whole column as text."),
            ),
            "warning",
        )


def _refuse_fractions(values: NDArray[np.float64], cells: list[object], report: Report) -> None:
    filled = ~np.isnan(values)
    parts = np.flatnonzero(filled & ((np.round(values) != values) | (np.abs(values) >= 2**53)))
    report(
        parts.tolist(),
        lambda at: (
            text("“{value}” is not a whole number.", value=shown(cells[at])),
            text("Enter a whole number without decimals."),
        ),
    )
    values[parts] = np.nan


def _not_a_choice(column: Column, accepted: dict[str, str], word: str) -> tuple[Text, Text]:
    message = text("“{value}” is not one of the choices of this column.", value=word)
    near = difflib.get_close_matches(_folded(word), accepted, n=1, cutoff=0.6)
    if near:
        return message, text("Did you mean “{choice}”?", choice=column.choices[accepted[near[0]]])
    if len(column.choices) > 12:
        return message, text("Choose from the list in the template.")
    return message, text("Allowed are: {choices}.", choices=listed_in_both(column.choices.values()))
