"""Gantt strip: activities as bars over dates."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
from markupsafe import Markup

from toolkit.controls.charts import drawing as d
from toolkit.controls.charts.figure import Figure
from toolkit.controls.charts.lettering import LINE, measure, shorten, wrap
from toolkit.controls.charts.scales import Scale, date_ticks
from toolkit.language import Language

_STACKED = 560
_BAR = 18.0


@dataclass(frozen=True)
class Strip:
    """One bar from the morning of `starts_on` to the evening of `ends_on`; `words` say what is in it."""

    label: str
    starts_on: dt.date
    ends_on: dt.date
    words: str


@dataclass(frozen=True)
class _Sheet:
    title: str
    summary: str
    strips: tuple[Strip, ...]
    first: dt.date
    last: dt.date
    today: dt.date | None
    language: Language


def gantt(
    strips: Sequence[Strip],
    first: dt.date,
    last: dt.date,
    *,
    title: str,
    summary: str,
    name: str,
    language: Language,
    today: dt.date | None = None,
) -> Figure:
    """Return bars over the days from `first` to `last`, each named, with a line for `today` if it lies between.

    What begins earlier or ends later is cut at the edge of the picture, not in its words or table.
    """
    say = language
    columns = {"label": name, "starts_on": say("From"), "ends_on": say("To"), "words": say("What")}
    data = pd.DataFrame([vars(strip) for strip in strips], columns=list(columns))
    sheet = _Sheet(title, summary, tuple(strips), first, max(first, last), today, language)
    return Figure("gantt", title, summary, data, columns, partial(_drawn, sheet))


def _drawn(sheet: _Sheet, width: int) -> Markup:
    stacked = width < _STACKED
    labels = max((measure(strip.label) for strip in sheet.strips), default=0)
    left = 8.0 if stacked else min(max(labels, 60), 0.34 * width) + 18
    two = not stacked and labels > left - 18
    row = 48.0 if stacked else 40.0 if two else 32.0
    x = Scale(sheet.first.toordinal(), sheet.last.toordinal() + 1, left, width - 10)
    top, bottom = 30.0, 30.0 + row * len(sheet.strips)
    parts = [_calendar(sheet, x, top, bottom)]
    if sheet.today is not None and sheet.first <= sheet.today <= sheet.last:
        at = x(sheet.today.toordinal() + 0.5)
        parts.append(d.line(at, top - 4, at, bottom + 4, "today"))
        words = sheet.language("today")
        edge = measure(words, 12) / 2
        parts.append(d.words(min(max(at, edge), width - edge), bottom + 18, words, "tick", anchor="middle"))
    for number, strip in enumerate(sheet.strips):
        parts.append(_strip(sheet, strip, x, top + number * row, row, width, stacked))
    return d.picture(width, bottom + 26, sheet.title, sheet.summary, d.together(parts), "gantt")


def _calendar(sheet: _Sheet, x: Scale, top: float, bottom: float) -> Markup:
    parts = []
    for tick in date_ticks(x, sheet.language):
        at, room = x(tick.value), measure(tick.words, 12)
        parts.append(d.line(at, top - 8, at, bottom, "grid is-year" if tick.strong else "grid"))
        parts.append(
            d.words(min(max(at, x.start + room / 2), x.end - room / 2), 14, tick.words, "tick", anchor="middle")
        )
    return d.together(parts)


def _strip(sheet: _Sheet, strip: Strip, x: Scale, y: float, row: float, width: float, stacked: bool) -> Markup:
    begin = x(max(strip.starts_on, sheet.first).toordinal())
    end = x(min(strip.ends_on, sheet.last).toordinal() + 1)
    top = y + 24 if stacked else y + (row - _BAR) / 2
    words = (
        d.words(8, y + 17, shorten(strip.label, width - 16), "label halo")
        if stacked
        else _label(strip.label, x, y, row)
    )
    bar = d.box(begin, top, max(end - begin, 4), _BAR, "strip", 5)
    return d.tipped(_tip(sheet, strip), d.box(2, y + 1, width - 4, row - 2, "hit", 6), words, bar)


def _label(label: str, x: Scale, y: float, row: float) -> Markup:
    lines = wrap(label, x.start - 18, 2 if row >= 2 * LINE + 6 else 1)
    return d.block(x.start - 12, y + row / 2, lines, "label", anchor="end")


def _tip(sheet: _Sheet, strip: Strip) -> str:
    # Callers' words often hold the dates already, in a form of their own.
    return sheet.language("{name}: {words}", name=strip.label, words=strip.words)
