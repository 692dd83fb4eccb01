"""Writing an Excel workbook of several sheets of words, set up for printing."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.language import Language
from toolkit.wording import Text

_FONTS = {"en": "Calibri", "zh": "Microsoft YaHei"}
_LONGEST_NAME, _LARGEST_CELL = 31, 32_767
_WIDEST = 40

Said = str | Text


@dataclass(frozen=True)
class Grid:
    """One sheet: a name, a header row, and rows of words or numbers; `breaks` begin new pages.

    `breaks` are positions in `rows` before which a printed page ends.
    """

    name: Said
    headers: Sequence[Said]
    rows: Sequence[Sequence[Said | float | None]]
    breaks: Sequence[int] = ()


def write_grids(grids: Sequence[Grid], language: Language, title: Said) -> bytes:
    """Return the grids as an .xlsx workbook, a sheet each, landscape and one page wide.

    Words are never run as a formula, whatever they begin with, and keep their line breaks.
    """
    import xlsxwriter

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": language.say(title)})
        cell = {"font_name": _FONTS[language.code], "font_size": 11, "valign": "top", "border": 1}
        plain = book.add_format(cell | {"text_wrap": True})
        header = book.add_format(cell | {"text_wrap": True, "bold": True, "bg_color": "#EEF2F6"})
        names: set[str] = set()
        for grid in grids:
            sheet = book.add_worksheet(_name(language.say(grid.name), names))
            words = [[_worded(value, language) for value in row] for row in (grid.headers, *grid.rows)]
            for row, line in enumerate(words):
                for column, value in enumerate(line):
                    style = plain if row else header
                    if value is None:
                        sheet.write_blank(row, column, None, style)
                    elif isinstance(value, str):
                        sheet.write_string(row, column, value[:_LARGEST_CELL], style)
                    else:
                        sheet.write_number(row, column, value, style)
            for column, width in enumerate(_widths(words)):
                sheet.set_column(column, column, width)
            sheet.freeze_panes(1, 0)
            sheet.repeat_rows(0)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.set_h_pagebreaks([place + 1 for place in grid.breaks])
    return target.getvalue()


def _worded(value: Said | float | None, language: Language) -> str | float | None:
    return value if value is None or isinstance(value, int | float) else language.say(value)


def _widths(words: Sequence[Sequence[str | float | None]]) -> list[float]:
    """Return the width of each column by its longest line; Chinese characters count twice."""
    columns = list(zip(*words, strict=True))
    lines = [[line for value in column for line in str(value or "").splitlines()] for column in columns]
    longest = [max((sum(1 if sign.isascii() else 2 for sign in line) for line in some), default=0) for some in lines]
    return [float(min(max(width, 6) + 2, _WIDEST)) for width in longest]


def _name(words: str, taken: set[str]) -> str:
    """Return a name Excel allows and no other sheet has."""
    allowed = re.sub(r"[\[\]:*?/\\]", " ", words).strip("' ")[:_LONGEST_NAME].strip("' ") or "1"
    name, count = allowed, 1
    while name.casefold() in taken:
        count += 1
        name = f"{allowed[: _LONGEST_NAME - len(str(count)) - 1]} {count}"
    taken.add(name.casefold())
    return name
