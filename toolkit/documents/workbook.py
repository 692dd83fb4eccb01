"""Reading one sheet of an Excel or OpenDocument workbook with python-calamine."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from toolkit.documents.file_kind import FileKind, damaged, protected
from toolkit.documents.workbook_marks import Marks, Place, ods_marks, xlsx_marks
from toolkit.documents.xls_marks import is_locked, xls_marks
from toolkit.documents.xls_probe import can_be_opened
from toolkit.errors import InputError
from toolkit.wording import text

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

LARGEST_SHEET = 20_000_000
"""Most cells a sheet may span; calamine reserves memory for the whole rectangle."""


@dataclass(frozen=True, slots=True)
class CellError:
    """An error shown in a cell, such as ``#N/A``."""

    code: str

    def __str__(self) -> str:
        """Return the code as Excel shows it."""
        return self.code


@dataclass(slots=True)
class Sheet:
    """One sheet as a rectangle that begins at A1; blank cells are ``None``."""

    name: str
    sheets: list[str]
    grid: list[list[object]]
    merged: list[tuple[Place, Place]] = field(default_factory=list)
    starts_1904: bool = False

    @property
    def sheet_count(self) -> int:
        """How many sheets the workbook has; 0 for a CSV file."""
        return len(self.sheets)


def read_sheet(content: bytes, kind: FileKind, file_name: str, sheet: str | None) -> Sheet:
    """Return a sheet of the workbook: the one named, else the first visible one that holds anything.

    Numbers come as float, dates as ``datetime.date`` or ``datetime``, errors as `CellError`.
    Raises `InputError` if the workbook is damaged or protected, spans too many cells or has no
    such sheet.
    """
    with _opened(content, kind, file_name) as book:
        names = book.sheet_names
        _require_sheet(sheet, names, file_name)
        candidates = [sheet] if sheet is not None else _visible(book)
        found = Sheet(candidates[0] if candidates else "", names, [])
        for name in candidates:
            found = _read_one(book, content, kind, file_name, name)
            if any(cell is not None for row in found.grid for cell in row):
                break
        return found


def sheet_names(content: bytes, kind: FileKind, file_name: str) -> list[str]:
    """Return the names of all sheets of a workbook; raises `InputError` if it is damaged or protected."""
    with _opened(content, kind, file_name) as book:
        return list(book.sheet_names)


@contextmanager
def _opened(content: bytes, kind: FileKind, file_name: str) -> "Iterator[CalamineWorkbook]":
    import python_calamine

    try:
        if kind == "xls" and is_locked(content):
            raise protected(file_name)
        if kind != "xlsx" and not can_be_opened(content):
            raise damaged(file_name)
        with python_calamine.load_workbook(io.BytesIO(content)) as book:
            yield book
    except python_calamine.PasswordError:
        raise protected(file_name) from None
    except (
        python_calamine.CalamineError,
        python_calamine.XmlError,
        python_calamine.ZipError,
        ElementTree.ParseError,
        zipfile.BadZipFile,
        LookupError,
        OSError,
        ValueError,
    ):
        raise damaged(file_name) from None


def _require_sheet(sheet: str | None, names: list[str], file_name: str) -> None:
    if sheet is not None and sheet not in names:
        raise InputError(
            text("The workbook has no sheet “{sheet}”.", sheet=sheet),
            where=text("File “{file}”", file=file_name),
            remedy=text("Choose one of: {sheets}.", sheets=", ".join(names)),
        )


def _visible(book: "CalamineWorkbook") -> list[str]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    tables = [entry for entry in book.sheets_metadata if entry.typ == SheetTypeEnum.WorkSheet]
    return [entry.name for entry in tables if entry.visible == SheetVisibleEnum.Visible] or [
        entry.name for entry in tables
    ]


def _read_one(book: "CalamineWorkbook", content: bytes, kind: FileKind, file_name: str, name: str) -> Sheet:
    marks = _marks(content, kind, name)
    if marks.extent[0] * marks.extent[1] > LARGEST_SHEET:
        raise InputError(
            text(
                "The sheet “{sheet}” spans {rows} rows and {columns} columns, more than can be read.",
                sheet=name,
                rows=marks.extent[0],
                columns=marks.extent[1],
            ),
            where=text("File “{file}”", file=file_name),
            remedy=text(
                "Delete stray cells far below or to the right of the table, or copy the table into a new sheet."
            ),
        )
    source = book.get_sheet_by_name(name)
    grid: list[list[object]] = [
        [None if cell == "" else cell for cell in row] for row in source.to_python(skip_empty_area=False)
    ]
    for (row, column), code in marks.errors.items():
        while len(grid) <= row:
            grid.append([])
        grid[row].extend([None] * (column + 1 - len(grid[row])))
        grid[row][column] = CellError(code)
    merged = source.merged_cell_ranges if kind != "ods" else marks.merged
    return Sheet(name, book.sheet_names, grid, list(merged or []), marks.starts_1904)


def _marks(content: bytes, kind: FileKind, sheet: str) -> Marks:
    if kind == "xlsx":
        return xlsx_marks(content, sheet, LARGEST_SHEET)
    if kind == "ods":
        return ods_marks(content, sheet)
    return xls_marks(content, sheet)
