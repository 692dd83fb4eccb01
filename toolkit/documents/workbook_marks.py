"""What calamine does not tell: error cells, merged cells of .ods files, the 1904 calendar, true extent.

Calamine hands over an error such as #N/A as an empty cell, which would turn a broken formula into
a missing value without a word; so the parts of the workbook are searched for them here.
"""

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from xml.etree import ElementTree

Place = tuple[int, int]
"""Row and column, both counted from 0."""

_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?[\s])t=[\"']e[\"']([^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_FILLED = re.compile(rb"<(?:\w+:)?c\b[^>]*?\sr=[\"']([A-Z]+)(\d+)[\"'][^>]*[^/]>\s*<(?:\w+:)?(?:v|f|is)\b")
_REFERENCE = re.compile(rb"(?:^|\s)r=[\"']([A-Z]+)(\d+)[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
_WIDE = re.compile(rb"\sr=[\"']([A-Z]{2,3})\d")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr=[\"'](\d+)[\"']")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_LETTERS = 26


@dataclass(slots=True)
class Marks:
    """What a sheet holds beside its values.

    `errors` gives the code of each error cell, `merged` the corners of merged ranges where
    calamine does not know them, `extent` the rows and columns the sheet spans.
    """

    errors: dict[Place, str] = field(default_factory=dict)
    merged: list[tuple[Place, Place]] = field(default_factory=list)
    extent: tuple[int, int] = (0, 0)
    starts_1904: bool = False


def letters(column: int) -> str:
    """Return the letters Excel shows above a column counted from 0: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, _LETTERS)
        name = chr(ord("A") + rest) + name
    return name


def position(name: str) -> int:
    """Return the column counted from 0 that Excel shows as `name`."""
    column = 0
    for letter in name:
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    return column - 1


def xlsx_marks(content: bytes, sheet: str, largest: int) -> Marks:
    """Return the marks of a sheet of an .xlsx workbook.

    `extent` is an upper bound, and exact once it would exceed `largest` cells. Raises `KeyError`
    or `ElementTree.ParseError` for a workbook whose parts do not fit together.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        properties = book.find(f"{_MAIN}workbookPr")
        marks = Marks(starts_1904=properties is not None and properties.get("date1904") in ("1", "true"))
        part = _part(archive, book, sheet)
        data = archive.read(part) if part else b""
    marks.extent = _extent(data, largest)
    if b't="e"' in data or b"t='e'" in data:
        for found in _CELL.finditer(data):
            place = _REFERENCE.search(found[1]) or _REFERENCE.search(found[2])
            value = _VALUE.search(found[3])
            if place:
                where = (int(place[2]) - 1, position(place[1].decode()))
                marks.errors[where] = value[1].decode() if value else "#VALUE!"
    return marks


def ods_marks(content: bytes, sheet: str) -> Marks:
    """Return error cells and merged ranges of a sheet of an .ods workbook."""
    marks = Marks()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        data = archive.read("content.xml")
    if b'value-type="error"' not in data and b"-spanned=" not in data:
        return marks
    for table in ElementTree.fromstring(data).iter(f"{_TABLE}table"):
        if table.get(f"{_TABLE}name") == sheet:
            row = 0
            for line in table.iter(f"{_TABLE}table-row"):
                _read_ods_row(line, row, marks)
                row += int(line.get(f"{_TABLE}number-rows-repeated", "1"))
    return marks


def _read_ods_row(line: ElementTree.Element, row: int, marks: Marks) -> None:
    column = 0
    for cell in line:
        wide = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
        high = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
        if wide > 1 or high > 1:
            marks.merged.append(((row, column), (row + high - 1, column + wide - 1)))
        if cell.get(f"{_CALCEXT}value-type") == "error":
            shown = cell.find(f"{_TEXT}p")
            marks.errors[(row, column)] = (shown.text if shown is not None else None) or "#VALUE!"
        column += int(cell.get(f"{_TABLE}number-columns-repeated", "1"))


def _part(archive: zipfile.ZipFile, book: ElementTree.Element, sheet: str) -> str | None:
    """Return the path of the part that holds `sheet`."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for entry in book.iter(f"{_MAIN}sheet"):
        if entry.get("name") == sheet:
            target = targets.get(entry.get(_RELATION), "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            return path if path in archive.namelist() else None
    return None


def _extent(data: bytes, largest: int) -> tuple[int, int]:
    rows = max((int(found[1]) for found in _ROW.finditer(data[-200_000:])), default=0)
    columns = 1 + max((position(name.decode()) for name in set(_WIDE.findall(data))), default=_LETTERS - 1)
    if rows * columns <= largest:
        return rows, columns
    # Formatted but empty cells do not count: count the filled ones.
    rows = columns = 0
    for found in _FILLED.finditer(data):
        rows = max(rows, int(found[2]))
        columns = max(columns, 1 + position(found[1].decode()))
    return rows, columns
