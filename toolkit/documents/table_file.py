"""Reading a table a person has uploaded: from bytes to headers, rows and the row numbers of Excel."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field

from toolkit.documents.delimited import read_delimited
from toolkit.documents.file_kind import recognise
from toolkit.documents.workbook import CellError, Sheet, read_sheet
from toolkit.documents.workbook_marks import letters
from toolkit.errors import InputError
from toolkit.wording import Text, counted, text

__all__ = ["CellError", "RawTable", "read_table"]

_BLANKS = " \t\r\n\u00a0\u3000\u200b\ufeff"
_NUMBER_OR_DATE = re.compile(r"[+-]?[\d.,%¥￥\s]+|\d{1,4}[-/.年]\d{1,2}([-/.月]\d{0,4}日?)?")


@dataclass(slots=True)
class RawTable:
    """A table as it stands in the file, before any column has a meaning.

    `rows` holds one list per filled row, as long as `columns`: strings, floats, booleans, dates,
    `CellError`, or ``None`` where a cell is blank. `row_numbers` are the numbers Excel shows
    beside them, `column_letters` the letters above them. `notes` says what was passed over.
    """

    columns: list[str]
    rows: list[list[object]]
    row_numbers: list[int]
    file_name: str
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    column_letters: list[str] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    starts_1904: bool = False


def read_table(content: bytes, file_name: str, *, limit_mb: int, sheet: str | None = None) -> RawTable:
    """Read a CSV file or one sheet of a workbook (xlsx, xlsm, xls, ods).

    `limit_mb` is the largest file allowed, in megabytes. Without `sheet` the first visible sheet
    that holds anything is read. Blank rows and one title row above the header are passed over,
    blank rows below it are left out and noted. Raises `InputError` saying where and what to do if
    the file cannot be a table with one header row: see `file_kind.recognise` for the wrong kinds
    of file; else no header, no data, merged cells, doubled headers or filled cells without one.
    """
    kind = recognise(content, file_name, limit_mb)
    if kind == "text":
        source = Sheet("", [], read_delimited(content, file_name))
    else:
        source = read_sheet(content, kind, file_name, sheet)
    grid = [[None if _blank(cell) else cell for cell in row] for row in source.grid]
    filled = [number for number, row in enumerate(grid) if any(cell is not None for cell in row)]
    where = _where(file_name, source.name)
    header, notes = _find_header(grid, filled, where)
    body = [number for number in filled if number > header]
    if not body:
        raise InputError(
            text("Below the header there is no row with data."),
            where=where,
            remedy=text("Fill in at least one row, or choose another sheet of the workbook."),
        )
    last = body[-1]
    kept = _columns(grid, header, body, where)
    _refuse_merged(source, header, last, kept[-1], where)
    notes += _notes(source, last - header - len(body))
    return RawTable(
        columns=[_header(grid[header][column]) for column in kept],
        rows=[_pick(grid[number], kept) for number in body],
        row_numbers=[number + 1 for number in body],
        file_name=file_name,
        sheet=source.name,
        sheets=source.sheets,
        column_letters=[letters(column) for column in kept],
        notes=notes,
        starts_1904=source.starts_1904,
    )


def _where(file_name: str, sheet: str) -> Text:
    if sheet:
        return text("File “{file}”, sheet “{sheet}”", file=file_name, sheet=sheet)
    return text("File “{file}”", file=file_name)


def _notes(source: Sheet, blank_rows: int) -> list[Text]:
    notes = []
    if source.sheet_count > 1:
        notes.append(text("Read the sheet “{sheet}”; the workbook has others.", sheet=source.name))
    if blank_rows:
        notes.append(counted("{count} blank row was left out.", "{count} blank rows were left out.", blank_rows))
    return notes


def _blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip(_BLANKS))


def _header(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).strip(_BLANKS).split())


def _pick(row: list[object], kept: list[int]) -> list[object]:
    return [row[column] if column < len(row) else None for column in kept]


def _find_header(grid: list[list[object]], filled: list[int], where: Text) -> tuple[int, list[Text]]:
    """Return the position of the header row and a note on the title above it."""
    if not filled:
        raise InputError(
            text("The table is empty: no cell holds anything."),
            where=where,
            remedy=text("Choose the sheet that holds the table, or fill in the template and upload it."),
        )
    widths = [sum(cell is not None for cell in grid[number]) for number in filled[:3]]
    header, notes = filled[0], list[Text]()
    if len(widths) > 1 and widths[0] == 1 and widths[1] > 1:
        header = filled[1]
        title = next(cell for cell in grid[filled[0]] if cell is not None)
        notes.append(text("Row {row} was taken as a title: “{title}”.", row=filled[0] + 1, title=str(title)[:60]))
    elif len(widths) > 2 and widths[0] == widths[1] == 1 and widths[2] > 1:
        raise InputError(
            text("There is more than one line above the header."),
            where=text("{place}, rows {first} to {last}", place=where, first=filled[0] + 1, last=filled[1] + 1),
            remedy=text("Delete the lines above the row with the column names, or leave a single title."),
        )
    cells = [cell for cell in grid[header] if cell is not None]
    if sum(_is_data(cell) for cell in cells) * 2 > len(cells):
        raise InputError(
            text("No header row: the first row already holds data, such as “{value}”.", value=_header(cells[0])),
            where=text("{place}, row {row}", place=where, row=header + 1),
            remedy=text("Insert a row above it with the name of each column, or use the template."),
        )
    return header, notes


def _is_data(cell: object) -> bool:
    if isinstance(cell, str):
        return _NUMBER_OR_DATE.fullmatch(unicodedata.normalize("NFKC", cell).strip()) is not None
    return isinstance(cell, bool | int | float | dt.date | dt.time | dt.timedelta | CellError)


def _columns(grid: list[list[object]], header: int, body: list[int], where: Text) -> list[int]:
    """Return the positions of the columns that have a header; refuse doubled and missing ones."""
    seen: dict[str, int] = {}
    kept: list[int] = []
    for column, cell in enumerate(grid[header]):
        if cell is None:
            continue
        name = unicodedata.normalize("NFKC", _header(cell)).casefold()
        if name in seen:
            raise InputError(
                text(
                    "The header “{header}” stands above two columns, {first} and {second}.",
                    header=_header(cell),
                    first=letters(seen[name]),
                    second=letters(column),
                ),
                where=text("{place}, row {row}", place=where, row=header + 1),
                remedy=text("Rename or delete one of the two columns."),
            )
        seen[name] = column
        kept.append(column)
    named = set(kept)
    for number in body:
        row = grid[number]
        stray = next((c for c, cell in enumerate(row) if cell is not None and c not in named), None)
        if stray is not None:
            raise InputError(
                text("Column {column} has no header, yet its cells are filled.", column=letters(stray)),
                where=text("{place}, row {row}, column {column}", place=where, row=number + 1, column=letters(stray)),
                remedy=text(
                    "Give the column a header in row {row} or delete its cells; "
                    "in a CSV file, put text that holds the delimiter in quotation marks.",
                    row=header + 1,
                ),
            )
    return kept


def _refuse_merged(source: Sheet, header: int, last: int, rightmost: int, where: Text) -> None:
    for (top, left), (bottom, right) in source.merged:
        if bottom >= header and top <= last and left <= rightmost:
            cells = f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"
            raise InputError(
                text("The cells {cells} are merged, so it is unclear which rows their value belongs to.", cells=cells),
                where=text("{place}, cells {cells}", place=where, cells=cells),
                remedy=text("Select them in Excel, choose “Unmerge Cells” and fill the value into every row."),
            )
