"""Calibration curve: what was predicted against what came."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
from markupsafe import Markup

from toolkit.controls.charts import drawing as d
from toolkit.controls.charts.figure import Figure
from toolkit.controls.charts.lettering import measure, shorten
from toolkit.controls.charts.scales import Scale, known, number_ticks, outward
from toolkit.language import Language

_SIDE = 420.0
_BARS = 34.0


@dataclass(frozen=True)
class Band:
    """Cases of like risk: mean prediction, share to which it came, its 90% interval (shares), and how many."""

    predicted: float
    actual: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class _Sheet:
    title: str
    summary: str
    bands: tuple[Band, ...]
    words: tuple[str, str]
    highest: float
    language: Language


def calibration_curve(
    bands: Sequence[Band], *, title: str, summary: str, words: tuple[str, str], language: Language
) -> Figure:
    """Return predicted (across) against actual shares with their intervals, the diagonal, and the counts below.

    `words` names the two axes. Both run from 0 to the same round share. Bands without a known
    prediction and share are in the table but not in the picture.
    """
    say = language
    columns = {
        "predicted": words[0],
        "actual": words[1],
        "low": say("90% interval from"),
        "high": say("90% interval to"),
        "count": say("Cases"),
    }
    data = pd.DataFrame([vars(band) for band in bands], columns=list(columns))
    shown = tuple(
        sorted((band for band in bands if known(band.predicted) and known(band.actual)), key=lambda b: b.predicted)
    )
    top = max((value for b in shown for value in (b.predicted, b.actual, b.high) if known(value)), default=1.0)
    highest = min(outward(0.0, max(top, 0.02), 6)[1], 1.0) if top <= 1 else top
    sheet = _Sheet(title, summary, shown, words, highest, language)
    return Figure("calibration", title, summary, data, columns, partial(_drawn, sheet))


def _drawn(sheet: _Sheet, width: int) -> Markup:
    side = min(_SIDE, width - 76)
    left, top = 58.0, 34.0
    x = Scale(0.0, sheet.highest, left, left + side)
    y = Scale(0.0, sheet.highest, top + side, top)
    parts = [d.words(4, 16, shorten(sheet.words[1], width - 8), "quiet"), _axes(sheet, x, y), _diagonal(sheet, x, y)]
    if len(sheet.bands) > 1:
        steps = "L".join(f"{x(band.predicted):g} {y(band.actual):g}" for band in sheet.bands)
        parts.append(d.path(f"M{steps}", "trail is-s0"))
    parts += [_band(sheet, band, x, y) for band in sheet.bands]
    bottom = top + side + 26
    counts, height = _counts(sheet, x, bottom, width)
    title = shorten(sheet.words[0], side)
    parts += [counts, d.words(left + side / 2, bottom + height + 18, title, "quiet", anchor="middle")]
    return d.picture(
        min(width, left + side + 24), bottom + height + 28, sheet.title, sheet.summary, d.together(parts), "calibration"
    )


def _axes(sheet: _Sheet, x: Scale, y: Scale) -> Markup:
    parts = []
    for tick in number_ticks(x, sheet.language, percent=True, most=6):
        at = x(tick.value)
        parts.append(d.line(at, y.start, at, y.end, "grid"))
        parts.append(d.words(at, y.start + 18, tick.words, "tick", anchor="middle"))
    for tick in number_ticks(y, sheet.language, percent=True, upright=True, most=6):
        parts.append(d.line(x.start, y(tick.value), x.end, y(tick.value), "grid"))
        parts.append(d.words(x.start - 8, y(tick.value) + 4, tick.words, "tick", anchor="end"))
    return d.together(parts)


def _diagonal(sheet: _Sheet, x: Scale, y: Scale) -> Markup:
    line = d.line(x(0), y(0), x(sheet.highest), y(sheet.highest), "diagonal")
    words = sheet.language("as predicted")
    room = measure(words, 12) + 14
    places = [share / 50 for share in range(49, 15, -1) if share / 50 * (x.end - x.start) + room < x.end - x.start]
    free = (place for place in places if not _taken(sheet, place, room, x, y))
    place = sheet.highest * next(free, places[0] if places else 0.3)
    return line + d.words(x(place) + 10, y(place) + 14, words, "small quiet halo")


def _taken(sheet: _Sheet, place: float, room: float, x: Scale, y: Scale) -> bool:
    """Say whether words below the diagonal at the share `place` of it would touch a band."""
    left, top = x(place * sheet.highest), y(place * sheet.highest)
    return any(
        left - 4 < x(band.predicted) < left + room + 6 and y(band.high) - 12 < top + 18 and y(band.low) + 12 > top
        for band in sheet.bands
    )


def _band(sheet: _Sheet, band: Band, x: Scale, y: Scale) -> Markup:
    say, at, height = sheet.language, x(band.predicted), y(band.actual)
    most = max(one.count for one in sheet.bands) or 1
    parts = [d.circle(at, height, 16, "hit")]
    if known(band.low) and known(band.high):
        parts.append(d.line(at, y(band.low), at, y(band.high), "error is-s0"))
    parts.append(d.shape("s0", at, height, 4.5 + 3.5 * math.sqrt(band.count / most)))
    tip = say(
        "{predicted_words} {predicted}, {actual_words} {actual} (90% interval {low} to {high}), {count} cases",
        predicted_words=sheet.words[0],
        predicted=say.percent(band.predicted, 1),
        actual_words=sheet.words[1],
        actual=say.percent(band.actual, 1),
        low=say.percent(band.low, 1),
        high=say.percent(band.high, 1),
        count=say.number(band.count, 0),
    )
    return d.tipped(tip, *parts)


def _counts(sheet: _Sheet, x: Scale, top: float, width: int) -> tuple[Markup, float]:
    """Draw how many cases each band has as bars hanging from `top`, with numbers where there is room."""
    if not sheet.bands:
        return d.NOTHING, 0.0
    most = max(band.count for band in sheet.bands) or 1
    parts, free = [d.words(4, top + 12, shorten(sheet.language("Cases"), x.start - 14), "small quiet")], 0.0
    for band in sheet.bands:
        height, at = _BARS * band.count / most, x(band.predicted)
        words = sheet.language.number(band.count, 0)
        parts.append(d.box(at - 5, top + 2, 10, max(height, 1.5), "count"))
        half = measure(words, 12) / 2
        if at - half > free + 4:
            parts.append(d.words(at, top + height + 16, words, "tick", anchor="middle"))
            free = at + half
    return d.together(parts), _BARS + 20
