"""Bars of what is left after something beside what there was before."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
from markupsafe import Markup

from toolkit.controls.charts import drawing as d
from toolkit.controls.charts.figure import Figure
from toolkit.controls.charts.lettering import LINE, measure, shorten, wrap
from toolkit.controls.charts.scales import Scale, number_ticks
from toolkit.language import Language

_STACKED = 520
_BAR = 16.0


@dataclass(frozen=True)
class BeforeAfter:
    """One row: a size before and after, neither below 0."""

    label: str
    before: float
    after: float


@dataclass(frozen=True)
class _Sheet:
    title: str
    summary: str
    rows: tuple[BeforeAfter, ...]
    words: tuple[str, str]
    axis: str
    language: Language


def before_after_bars(
    rows: Sequence[BeforeAfter],
    *,
    title: str,
    summary: str,
    axis: str,
    name: str,
    words: tuple[str, str],
    language: Language,
) -> Figure:
    """Return one bar per row, the part that is left filled; `words` say what before and after are, `axis` the unit."""
    columns = {"label": name, "before": words[0], "after": words[1]}
    data = pd.DataFrame([vars(row) for row in rows], columns=list(columns))
    sheet = _Sheet(title, summary, tuple(rows), words, axis, language)
    return Figure("before-after", title, summary, data, columns, partial(_drawn, sheet))


def _drawn(sheet: _Sheet, width: int) -> Markup:
    key, top = d.key((("spread", sheet.words[0]), ("strip", sheet.words[1])) if sheet.rows else (), 8, 0, width - 8)
    stacked = width < _STACKED
    notes = max((measure(_note(row, sheet.language)) for row in sheet.rows), default=0) + 16
    labels = max((measure(row.label) for row in sheet.rows), default=0)
    left = 10.0 if stacked else min(max(labels, 60), 0.34 * width) + 20
    most = max((row.before for row in sheet.rows), default=0) or 1.0
    x = Scale(0.0, most, left, width - 12 - (0 if stacked else notes))
    height, top = (44.0 if stacked else 34.0), top + 8
    bottom = top + height * len(sheet.rows)
    parts = [key]
    for tick in number_ticks(x, sheet.language):
        at = min(x(tick.value), width - measure(tick.words, 12) / 2)
        parts.append(d.line(x(tick.value), top - 2, x(tick.value), bottom + 2, "grid"))
        parts.append(d.words(at, bottom + 18, tick.words, "tick", anchor="middle"))
    parts += [_row(row, sheet, x, top + n * height, height, width, stacked) for n, row in enumerate(sheet.rows)]
    axis = shorten(sheet.axis, width - 16)
    parts.append(d.words(max((x.start + x.end) / 2, measure(axis) / 2), bottom + 38, axis, "quiet", anchor="middle"))
    return d.picture(width, bottom + 46, sheet.title, sheet.summary, d.together(parts), "before-after")


def _row(row: BeforeAfter, sheet: _Sheet, x: Scale, y: float, height: float, width: float, stacked: bool) -> Markup:
    say, note = sheet.language, _note(row, sheet.language)
    top = y + 24 if stacked else y + (height - _BAR) / 2
    size = {"before": say.number(row.before, 2), "after": say.number(row.after, 2)}
    tip = say("{label}: {before} before, {after} after", label=row.label, **size)
    room = x.start - 20
    label = (
        d.words(10, y + 17, shorten(row.label, width - 24 - measure(note)), "label halo")
        if stacked
        else d.block(x.start - 12, y + height / 2, wrap(row.label, room, 2 if height >= 2 * LINE else 1), "label", anchor="end")
    )  # fmt: skip
    end = d.words(width - 8, y + (17 if stacked else height / 2 + 4.5), note, "number", anchor="end")
    before = d.box(x.start, top, max(x(row.before) - x.start, 2), _BAR, "spread", 4)
    after = d.box(x.start, top, max(x(row.after) - x.start, 0), _BAR, "strip", 4)
    return d.tipped(tip, d.box(2, y + 1, width - 4, height - 2, "hit", 6), label, before, after, end)


def _note(row: BeforeAfter, language: Language) -> str:
    return language("{before} → {after}", before=language.number(row.before, 2), after=language.number(row.after, 2))
