"""Dots with intervals, one row each: a person's gaps, or the fair scores of many."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
from markupsafe import Markup

from toolkit.controls.charts import drawing as d
from toolkit.controls.charts.figure import Figure
from toolkit.controls.charts.lettering import LINE, SIZE, measure, shorten, wrap
from toolkit.controls.charts.scales import Scale, Tick, extent, known, number_ticks, outward
from toolkit.language import Language

_STACKED = 520  # px; below it, words stand above their row instead of beside it
_TALL = 14  # rows; from there on the axis stands above as well


@dataclass(frozen=True)
class GapBar:
    """One row of a gap chart: where the level is, how sure, and what is asked (None: not known).

    `standing` is one of `drawing.STANDINGS`, `verdict` its words.
    """

    label: str
    level: float | None
    low: float | None
    high: float | None
    target: float | None
    standing: str
    verdict: str


@dataclass(frozen=True)
class Dot:
    """One row of a dot-and-interval chart: an estimate, how sure, and the plain mean beside it."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    raw: float | None = None


@dataclass(frozen=True)
class _Row:
    label: str
    note: str
    tip: str
    value: float | None
    low: float | None
    high: float | None
    target: float | None
    raw: float | None
    standing: str


@dataclass(frozen=True)
class _Sheet:
    """What stays the same at any width."""

    title: str
    summary: str
    axis: str
    kind: str
    rows: tuple[_Row, ...]
    low: float
    high: float
    key: tuple[tuple[str, str], ...]
    language: Language
    ticks: tuple[Tick, ...] = ()


@dataclass(frozen=True)
class _Place:
    """Where the parts of the rows stand, in pixels."""

    x: Scale
    row: float
    top: float
    stacked: bool
    width: float


def gap_bars(bars: Sequence[GapBar], *, title: str, summary: str, axis: str, name: str, language: Language) -> Figure:
    """Return dots with intervals on the scale 1-5 (longer if a value is outside) with a target mark per row.

    Where no row has a target, nothing speaks of one. `verdict` stands as words at the end of each row; `name` is the heading of what the rows are.
    """
    low, high = extent([1.0, 5.0, *(value for bar in bars for value in (bar.level, bar.low, bar.high, bar.target))])
    low, high = outward(low, high)
    rows = tuple(
        _Row(
            bar.label, bar.verdict, gap_tip(bar, language), bar.level, bar.low, bar.high, bar.target, None, bar.standing
        )
        for bar in bars
    )
    say = language
    aimed = not bars or any(known(bar.target) for bar in bars)
    key = (("met", say("Level")), ("interval", say("90% interval")), *([("target", say("Target"))] if aimed else []))
    ticks = tuple(Tick(float(level), say.number(level, 0)) for level in range(1, 6)) if (low, high) == (1, 5) else ()
    columns = {
        "label": name,
        "level": say("Level"),
        "low": say("90% interval from"),
        "high": say("90% interval to"),
        **({"target": say("Target")} if aimed else {}),
        "verdict": say("Standing"),
    }
    data = pd.DataFrame([vars(bar) for bar in bars], columns=[*columns, "standing"])
    sheet = _Sheet(title, summary, axis, "gaps", rows, low, high, key, language, ticks)
    return Figure("gaps", title, summary, data, columns, partial(_drawn, sheet))


def dot_intervals(
    dots: Sequence[Dot],
    *,
    title: str,
    summary: str,
    axis: str,
    name: str,
    words: tuple[str, str],
    language: Language,
    digits: int = 2,
    aim: float | None = None,
) -> Figure:
    """Return estimates with intervals, one row each, and the plain mean beside them where it is given.

    `words` says what the estimate and what the plain mean is; `name` what the rows are. With `aim`, such as 0 for
    differences, every row has a mark there, and the second of `words` says what it means.
    """
    values = [aim, *(value for dot in dots for value in (dot.value, dot.low, dot.high, dot.raw))]
    low, high = outward(*extent(values), 8)
    rows = tuple(
        _Row(dot.label, language.number(dot.value, digits), _dot_tip(dot, words, language, digits), dot.value, dot.low,
             dot.high, aim, dot.raw, "met" if known(dot.value) else "unseen")
        for dot in dots
    )  # fmt: skip
    key = [("met", words[0]), ("interval", language("90% interval"))]
    columns = {
        "label": name,
        "value": words[0],
        "low": language("90% interval from"),
        "high": language("90% interval to"),
    }
    if any(known(dot.raw) for dot in dots):
        key.append(("raw", words[1]))
        columns["raw"] = words[1]
    if aim is not None:
        key.append(("target", words[1]))
    data = pd.DataFrame([vars(dot) for dot in dots], columns=list(columns))
    sheet = _Sheet(title, summary, axis, "dots", rows, low, high, tuple(key), language)
    return Figure("dots", title, summary, data, columns, partial(_drawn, sheet))


def gap_tip(bar: GapBar, say: Language) -> str:
    """Return one row of a gap chart as a sentence."""
    if not known(bar.target):
        return _tip_without_target(bar, say)
    if not known(bar.level):
        return say(
            "{name}: {verdict}; target {target}", name=bar.label, verdict=bar.verdict, target=say.number(bar.target)
        )
    return say(
        "{name}: {verdict}; level {level} (90% interval {interval}), target {target}",
        name=bar.label,
        verdict=bar.verdict,
        level=say.number(bar.level),
        interval=say.interval(bar.low, bar.high),
        target=say.number(bar.target),
    )


def _tip_without_target(bar: GapBar, say: Language) -> str:
    level, interval = say.number(bar.level), say.interval(bar.low, bar.high)
    if not known(bar.level):
        return say("{name}: {verdict}", name=bar.label, verdict=bar.verdict)
    return say(
        "{name}: {verdict}; level {level} (90% interval {interval})",
        name=bar.label,
        verdict=bar.verdict,
        level=level,
        interval=interval,
    )


def _dot_tip(dot: Dot, words: tuple[str, str], say: Language, digits: int) -> str:
    value, interval = say.number(dot.value, digits), say.interval(dot.low, dot.high, digits)
    if not known(dot.raw):
        return say("{name}: {what} {value} (90% interval {interval})", name=dot.label, what=words[0], value=value, interval=interval)  # fmt: skip
    return say(
        "{name}: {what} {value} (90% interval {interval}), {other} {raw}",
        name=dot.label,
        what=words[0],
        value=value,
        interval=interval,
        other=words[1],
        raw=say.number(dot.raw, digits),
    )


def _drawn(sheet: _Sheet, width: int) -> Markup:
    key, key_height = d.key(sheet.key if sheet.rows else (), 8, 0, width - 8)
    tall = len(sheet.rows) >= _TALL
    place = _placed(sheet, width, key_height + (30 if tall else 8))
    bottom = place.top + place.row * len(sheet.rows)
    parts = [key, _axis(sheet, place, bottom, tall)]
    parts += [_row(row, place, place.top + number * place.row) for number, row in enumerate(sheet.rows)]
    return d.picture(width, bottom + 46, sheet.title, sheet.summary, d.together(parts), sheet.kind)


def _placed(sheet: _Sheet, width: int, top: float) -> _Place:
    labels = max((measure(row.label) for row in sheet.rows), default=0)
    notes = max((measure(row.note, bold=True) for row in sheet.rows), default=0)
    if width < _STACKED:
        return _Place(Scale(sheet.low, sheet.high, 14, width - 14), 50, top, True, width)
    left = min(max(labels, 60), 0.3 * width) + 20
    right = min(notes, 0.28 * width) + 22
    high = labels > left - 20 or len(sheet.rows) < _TALL
    return _Place(Scale(sheet.low, sheet.high, left + 8, width - right), 38 if high else 26, top, False, width)


def _axis(sheet: _Sheet, place: _Place, bottom: float, tall: bool) -> Markup:
    x, parts = place.x, []
    ticks = sheet.ticks or number_ticks(place.x, sheet.language)
    for tick in ticks:
        at = x(tick.value)
        parts.append(d.line(at, place.top - 2, at, bottom + 2, "grid"))
        for height in (bottom + 18, *((place.top - 8,) if tall else ())):
            half = measure(tick.words, 12) / 2
            parts.append(d.words(min(at, place.width - half), height, tick.words, "tick", anchor="middle"))
    title = shorten(sheet.axis, place.width - 16)
    middle = min(max((x.start + x.end) / 2, measure(title) / 2 + 4), place.width - measure(title) / 2 - 4)
    return d.together([*parts, d.words(middle, bottom + 38, title, "quiet", anchor="middle")])


def _row(row: _Row, place: _Place, top: float) -> Markup:
    x, middle = place.x, top + (34 if place.stacked else place.row / 2)
    parts = [d.box(2, top + 1, place.width - 4, place.row - 2, "hit", 6), *_row_words(row, place, top, middle)]
    parts.append(d.line(x.start, middle, x.end, middle, "guide"))
    if row.low is not None and row.high is not None and known(row.low) and known(row.high):
        parts.append(d.line(x(row.low), middle, x(row.high), middle, f"interval is-{row.standing}"))
    if row.target is not None and known(row.target):
        parts.append(d.line(x(row.target), middle - 10, x(row.target), middle + 10, "target"))
    if row.raw is not None and known(row.raw):
        parts.append(d.shape("raw", x(row.raw), middle, 4.5))
    if row.value is not None and known(row.value):
        parts.append(d.shape(row.standing, x(row.value), middle))
    return d.tipped(row.tip, *parts)


def _row_words(row: _Row, place: _Place, top: float, middle: float) -> list[Markup]:
    kind = f"verdict is-{row.standing}"
    if place.stacked:
        note = shorten(row.note, 0.5 * place.width, bold=True)
        room = place.width - 28 - measure(note, bold=True) - 12
        return [
            d.words(14, top + 17, shorten(row.label, room), "label halo"),
            d.words(place.width - 14, top + 17, note, f"{kind} halo", anchor="end"),
        ]
    left = place.x.start - 22
    lines = wrap(row.label, left - 6, 2 if place.row >= 2 * LINE else 1)
    note = shorten(row.note, place.width - place.x.end - 18, SIZE, bold=True)
    return [d.block(left, middle, lines, "label", anchor="end"), d.block(place.x.end + 16, middle, [note], kind)]
