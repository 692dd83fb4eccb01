"""Heat map: people down, competencies across, a standing in each cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
from markupsafe import Markup

from toolkit.controls.charts import drawing as d
from toolkit.controls.charts.figure import Figure
from toolkit.controls.charts.lettering import LINE, is_chinese, measure, shorten, wrap
from toolkit.language import Language

_WIDEST_CELL = 96
_WITH_GLYPH, _WITH_NUMBER = 44, 23  # px of a cell
_LONGEST_HEAD = 160.0


@dataclass(frozen=True)
class Cell:
    """One cell: a short text (a level), its standing (empty: nothing to say), and the standing in words."""

    shown: str
    standing: str
    spoken: str


@dataclass(frozen=True)
class _Sheet:
    title: str
    summary: str
    rows: tuple[str, ...]
    heads: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
    tips: tuple[tuple[str, ...], ...]
    key: tuple[tuple[str, str], ...]


def heat_map(
    rows: Sequence[str],
    heads: Sequence[str],
    cells: Sequence[Sequence[Cell]],
    *,
    title: str,
    summary: str,
    name: str,
    standings: Mapping[str, str],
    language: Language,
) -> Figure:
    """Return a heat map of `rows` x `heads`; `standings` words the standings in the order of the key.

    Each standing has a colour and a sign of its own. Cells too narrow for their number show the
    sign only. Raises `ValueError` if `cells` has not one line per row and one cell per head.
    """
    lines = tuple(tuple(line) for line in cells)
    if len(lines) != len(rows) or any(len(line) != len(heads) for line in lines):
        raise ValueError("a heat map needs one cell for each row and head")
    tips = tuple(
        tuple(_tip(row, head, cell, language) for head, cell in zip(heads, line, strict=True))
        for row, line in zip(rows, lines, strict=True)
    )
    data = pd.DataFrame(
        [[row, *(_plain(cell, language) for cell in line)] for row, line in zip(rows, lines, strict=True)],
        columns=["row", *(f"column {number}" for number in range(len(heads)))],
    )
    columns = {"row": name, **{f"column {number}": head for number, head in enumerate(heads)}}
    key = tuple((f"cell-{standing}", words) for standing, words in standings.items())
    sheet = _Sheet(title, summary, tuple(rows), tuple(heads), lines, tips, key)
    return Figure("heat", title, summary, data, columns, partial(_drawn, sheet))


def _tip(row: str, head: str, cell: Cell, language: Language) -> str:
    if cell.shown:
        return language("{row}, {column}: {value}, {words}", row=row, column=head, value=cell.shown, words=cell.spoken)
    return language("{row}, {column}: {words}", row=row, column=head, words=cell.spoken)


def _plain(cell: Cell, language: Language) -> str:
    return language("{value} ({words})", value=cell.shown, words=cell.spoken) if cell.shown else cell.spoken


def _drawn(sheet: _Sheet, width: int) -> Markup:
    count = len(sheet.heads)
    labels = max((measure(row) for row in sheet.rows), default=0)
    # Names may take what wide enough cells leave.
    left = min(labels + 16, max(0.28 * width, 60, min(width - 4 - 32 * count, 0.5 * width)))
    cell = min((width - left - 4) / max(count, 1), _WIDEST_CELL)
    key, top = d.key(sheet.key if sheet.rows else (), 4, 0, width)
    heads, head_height = _heads(sheet.heads, left, cell, top + 4)
    top += head_height + 10
    # Narrow cells still want to be tall enough for a finger.
    height = 30 if len(sheet.rows) <= 20 else 25
    parts = [key, heads]
    for number, row in enumerate(sheet.rows):
        y = top + number * height
        name = shorten(row, left - 12)
        label = d.words(left - 8, y + height / 2 + 4.5, name, "label", anchor="end")
        parts.append(label if name == row else d.tipped(row, label))
        for column, (one, tip) in enumerate(zip(sheet.cells[number], sheet.tips[number], strict=True)):
            parts.append(_cell(one, tip, left + column * cell, y, cell, height))
    return d.picture(width, top + len(sheet.rows) * height + 6, sheet.title, sheet.summary, d.together(parts), "heat")


def _cell(cell: Cell, tip: str, x: float, y: float, width: float, height: float) -> Markup:
    middle, centre = y + height / 2, x + width / 2
    rect = d.box(x + 1, y + 1, width - 2, height - 2, f"cell is-{cell.standing or 'none'}", 3)
    if width < _WITH_NUMBER or not cell.shown:
        return d.tipped(tip, rect, d.glyph(cell.standing, centre, middle, min(4.0, width / 4)))
    if width < _WITH_GLYPH:
        # The sign sits in the corner, under the number's shoulder.
        sign = _corner(cell.standing, x + 1, y + 1, width - 2, height - 2)
        return d.tipped(tip, rect, sign, d.words(centre, middle + 4.5, cell.shown, "number", anchor="middle"))
    room = measure(cell.shown)
    number = d.words(centre - 6, middle + 4.5, cell.shown, "number", anchor="middle")
    return d.tipped(tip, rect, number, d.glyph(cell.standing, centre + room / 2 + 4, middle, 4))


def _corner(standing: str, x: float, y: float, width: float, height: float) -> Markup:
    if standing == "gap":
        return d.path(f"M{x:.1f} {y + height:.1f}v-8l8 8z", "glyph is-gap")
    if standing == "strength":
        return d.path(f"M{x + width:.1f} {y:.1f}v8l-8 -8z", "glyph is-strength")
    return d.shape("unclear", x + width - 4.5, y + height - 4.5, 2.6, "glyph") if standing == "unclear" else d.NOTHING


def _heads(heads: Sequence[str], left: float, cell: float, top: float) -> tuple[Markup, float]:
    """Return the heads and their height: across if they fit in four lines, from top to bottom otherwise."""
    wrapped = [wrap(head, cell, 4, 12) for head in heads]
    across = cell >= 80 or (cell >= 60 and not any("…" in line for lines in wrapped for line in lines))
    if across:
        height = LINE * max((len(lines) for lines in wrapped), default=0)
        parts = [_across(head, lines, left + n * cell + cell / 2, top + height) for n, (head, lines) in enumerate(zip(heads, wrapped, strict=True))]  # fmt: skip
        return d.together(parts), height
    height = min(max((_length(head) for head in heads), default=0), _LONGEST_HEAD)
    return d.together([_down(head, left + n * cell + cell / 2, top, height) for n, head in enumerate(heads)]), height


def _across(head: str, lines: list[str], x: float, bottom: float) -> Markup:
    first = bottom - LINE * (len(lines) - 1) - 2
    return d.tipped(
        head, *(d.words(x, first + n * LINE, text, "small", anchor="middle") for n, text in enumerate(lines))
    )


def _length(head: str) -> float:
    return len(head) * 14.5 if is_chinese(head) else measure(head) + 4


def _down(head: str, x: float, top: float, height: float) -> Markup:
    if not is_chinese(head):
        return d.tipped(head, d.words(x + 4.5, top + height - 2, shorten(head, height - 4), "label", turned=True))
    most = int(height / 14.5)
    shown = head if len(head) <= most else head[: most - 1] + "…"
    first = top + height - 14.5 * len(shown) + 11
    # Upright characters from top to bottom, as Chinese columns are read.
    return d.tipped(
        head, *(d.words(x, first + n * 14.5, character, "label", anchor="middle") for n, character in enumerate(shown))
    )
