"""Timeline: what was seen when, by source, with error bars."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
from markupsafe import Markup

from toolkit.controls.charts import drawing as d
from toolkit.controls.charts.figure import Figure
from toolkit.controls.charts.lettering import SIZE, measure, shorten
from toolkit.controls.charts.scales import Scale, date_ticks, extent, known, number_ticks, outward
from toolkit.language import Language

_DIRECT = 560  # px; from there on series are named beside their last point
_HEIGHT = 260.0


@dataclass(frozen=True)
class Moment:
    """One point: when, of which series, what was seen, and the ends of its error bar (None: not known)."""

    day: dt.date
    series: str
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class _Sheet:
    title: str
    summary: str
    axis: str
    moments: tuple[Moment, ...]
    series: tuple[str, ...]
    low: float
    high: float
    target: float | None
    language: Language


def timeline(
    moments: Sequence[Moment],
    *,
    title: str,
    summary: str,
    axis: str,
    language: Language,
    target: float | None = None,
    ends: tuple[float, float] | None = None,
) -> Figure:
    """Return points over dates, one shape and colour per series, with error bars.

    Points of one series are joined in order of their days. `target` is drawn across; `ends` fixes
    the value axis, which reaches further if a value does.
    """
    say = language
    seen = [moment for moment in sorted(moments, key=lambda one: one.day) if known(moment.value)]
    values = [value for moment in seen for value in (moment.value, moment.low, moment.high)]
    low, high = outward(*extent([*values, target, *(ends or ())]))
    series = tuple(dict.fromkeys(moment.series for moment in moments))
    columns = {
        "day": say("Date"),
        "series": say("Source"),
        "value": axis,
        "low": say("90% interval from"),
        "high": say("90% interval to"),
    }
    data = pd.DataFrame([vars(moment) for moment in moments], columns=list(columns))
    sheet = _Sheet(title, summary, axis, tuple(seen), series, low, high, target, language)
    return Figure("timeline", title, summary, data, columns, partial(_drawn, sheet))


def _drawn(sheet: _Sheet, width: int) -> Markup:
    direct = width >= _DIRECT and bool(sheet.moments)
    items = _key(sheet) if sheet.moments and not direct else []
    key, top = d.key(items, 8, 0, width - 8)
    top += 34
    y = Scale(sheet.low, sheet.high, top + _HEIGHT, top)
    ticks = number_ticks(y, sheet.language, upright=True, most=6)
    left = max((measure(tick.words, 12) for tick in ticks), default=0) + 16
    names = max((measure(name, bold=True) for name in (*sheet.series, _asked(sheet))), default=0)
    right = min(names, 0.25 * width) + 36 if direct else 16
    x = _days(sheet, left + 14, width - right - 14)
    parts = [key, d.words(4, top - 16, shorten(sheet.axis, width - 8), "quiet")]
    for tick in ticks:
        parts.append(d.line(left, y(tick.value), width - right, y(tick.value), "grid"))
        parts.append(d.words(left - 8, y(tick.value) + 4, tick.words, "tick", anchor="end"))
    parts.append(_dates(sheet, x, top))
    if sheet.target is not None:
        parts.append(d.line(left, y(sheet.target), width - right, y(sheet.target), "aim"))
    parts += [_series(sheet, number, x, y) for number in range(len(sheet.series))]
    if direct:
        parts.append(_names(sheet, x, y, width - right + 8, width))
    return d.picture(width, top + _HEIGHT + 34, sheet.title, sheet.summary, d.together(parts), "timeline")


def _days(sheet: _Sheet, start: float, end: float) -> Scale:
    days = [moment.day.toordinal() for moment in sheet.moments] or [1]
    first, last = min(days), max(days)
    if last - first < 6:  # a single day would have no length
        first, last = max(first - 3, 1), last + 3
    return Scale(first, last, start, end)


def _dates(sheet: _Sheet, x: Scale, top: float) -> Markup:
    parts = []
    for tick in date_ticks(x, sheet.language) if sheet.moments else ():
        at = x(tick.value)
        parts.append(d.line(at, top, at, top + _HEIGHT, "grid is-year" if tick.strong else "grid is-faint"))
        edge = x.end + 14 - measure(tick.words, 12) / 2
        parts.append(d.words(min(at, edge), top + _HEIGHT + 20, tick.words, "tick", anchor="middle"))
    return d.together(parts)


def _key(sheet: _Sheet) -> list[tuple[str, str]]:
    items = [(f"s{number % 6}", name) for number, name in enumerate(sheet.series)]
    return [*items, ("aim", _asked(sheet))] if sheet.target is not None else items


def _asked(sheet: _Sheet) -> str:
    if sheet.target is None:
        return ""
    return sheet.language("Target {value}", value=sheet.language.number(sheet.target, 1))


def _series(sheet: _Sheet, number: int, x: Scale, y: Scale) -> Markup:
    name = sheet.series[number]
    points = [moment for moment in sheet.moments if moment.series == name]
    look = f"s{number % 6}"
    # Sources seen on one day would hide each other.
    aside = 7.0 * (number - (len(sheet.series) - 1) / 2) if _crowded(sheet) else 0.0
    places = [(x(one.day.toordinal()) + aside, y(one.value or 0.0)) for one in points]
    parts = []
    if len(places) > 1:
        parts.append(d.path("M" + "L".join(f"{a:g} {b:g}" for a, b in places), f"trail is-{look}"))
    for one, (at, height) in zip(points, places, strict=True):
        marks = [d.circle(at, height, 13, "hit")]
        if one.low is not None and one.high is not None and known(one.low) and known(one.high):
            marks.append(d.line(at, y(one.low), at, y(one.high), f"error is-{look}"))
        marks.append(d.shape(look, at, height, 5.5))
        parts.append(d.tipped(_tip(sheet, one), *marks))
    return d.together(parts)


def _crowded(sheet: _Sheet) -> bool:
    seen = [(one.day, one.series) for one in sheet.moments]
    return len({day for day, _ in seen}) < len(set(seen))


def _tip(sheet: _Sheet, moment: Moment) -> str:
    say = sheet.language
    day, value = say.date(moment.day), say.number(moment.value)
    if not (known(moment.low) and known(moment.high)):
        return say("{series}, {day}: {value}", series=moment.series, day=day, value=value)
    return say(
        "{series}, {day}: {value} (90% interval {interval})",
        series=moment.series,
        day=day,
        value=value,
        interval=say.interval(moment.low, moment.high),
    )


def _names(sheet: _Sheet, x: Scale, y: Scale, left: float, width: float) -> Markup:
    last = {moment.series: moment for moment in sheet.moments}
    found = [(y(last[name].value or 0.0), f"s{n % 6}", name) for n, name in enumerate(sheet.series) if name in last]
    if sheet.target is not None:
        found.append((y(sheet.target), "aim", _asked(sheet)))
    found.sort()
    heights = d.spread([place for place, _, _ in found], [18.0] * len(found), y.end - 9, y.start + 9)
    parts = []
    for (_, look, name), height in zip(found, heights, strict=True):
        shown = shorten(name, width - left - 24, SIZE, bold=True)
        sign = d.line(left, height, left + 14, height, "aim") if look == "aim" else d.shape(look, left + 7, height, 4.5)
        words = d.words(left + 20, height + 4.5, shown, f"verdict is-{look}")
        parts.append(sign + words if shown == name else d.tipped(name, sign, words))
    return d.together(parts)
