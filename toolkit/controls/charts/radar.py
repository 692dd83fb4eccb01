"""Radar: a person's levels around a circle against the target band."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from toolkit.controls.charts import drawing as d
from toolkit.controls.charts.figure import Figure
from toolkit.controls.charts.lettering import LINE, SIZE, measure, shorten, wrap
from toolkit.controls.charts.rows import GapBar, gap_bars, gap_tip
from toolkit.controls.charts.scales import known
from toolkit.language import Language

LOWEST, HIGHEST = 1.0, 5.0
_BAND = 0.5  # levels above the target from which on a level counts as a strength
_NUMBERED = 560  # px; below it the spokes carry numbers and the words stand in a list
_WIDEST = 760
_MARGIN = 60.0  # px above and below the circle, for three lines of words


@dataclass(frozen=True)
class _Sheet:
    title: str
    summary: str
    spokes: tuple[GapBar, ...]
    tips: tuple[str, ...]
    language: Language


@dataclass(frozen=True)
class _Circle:
    x: float
    y: float
    radius: float
    count: int

    def at(self, number: int, level: float) -> tuple[float, float]:
        """Return the place of `level` on spoke `number`; levels outside the scale stand on its edge."""
        inside = min(max(level, LOWEST), HIGHEST)
        return self.beyond(number, self.radius * (inside - LOWEST + 0.35) / (HIGHEST - LOWEST + 0.35))

    def beyond(self, number: int, distance: float) -> tuple[float, float]:
        angle = 2 * math.pi * number / max(self.count, 1) - math.pi / 2
        return round(self.x + distance * math.cos(angle), 1), round(self.y + distance * math.sin(angle), 1)


def radar(spokes: Sequence[GapBar], *, title: str, summary: str, name: str, language: Language) -> Figure:
    """Return levels on spokes from 1 to 5, their 90% intervals as a shade, and the band that is asked for.

    The band reaches from the target to half a level above it; without targets there is none. What was not seen has no mark, and
    its spoke says so.
    """
    rows = gap_bars(spokes, title=title, summary=summary, axis="", name=name, language=language)
    tips = tuple(gap_tip(spoke, language) for spoke in spokes)
    sheet = _Sheet(title, summary, tuple(spokes), tips, language)
    return Figure("radar", title, summary, rows.data, rows.columns, partial(_drawn, sheet))


def _drawn(sheet: _Sheet, width: int) -> Markup:
    say, width = sheet.language, min(width, _WIDEST)
    items = [("met", say("Level")), ("spread", say("90% interval"))]
    if any(known(spoke.target) for spoke in sheet.spokes):
        items.append(("band", say("What is asked for")))
    else:  # then nothing but the verdicts says what the shapes mean
        items = [*{spoke.standing: spoke.verdict for spoke in sheet.spokes}.items(), items[-1]]
    key, top = d.key(items if sheet.spokes else [], 8, 0, width - 8)
    numbered = width < _NUMBERED
    side = 26.0 if numbered else min(0.29 * width, max((measure(s.label) for s in sheet.spokes), default=0) + 30)
    radius = max(min(width / 2 - side - 8, 210), 60)
    margin = 26 if numbered else _MARGIN
    circle = _Circle(width / 2, top + margin + radius, radius, len(sheet.spokes))
    bottom = top + 2 * (margin + radius)
    parts = [key, _rings(sheet, circle), *_areas(sheet, circle)]
    if numbered:
        listed, bottom = _list(sheet, bottom, width)
        parts += [_numbers(sheet, circle), listed]
    else:
        parts.append(_labels(sheet, circle, width, side))
    parts += [_dot(sheet, circle, number) for number in range(len(sheet.spokes))]
    return d.picture(width, bottom, sheet.title, sheet.summary, d.together(parts), "radar")


def _rings(sheet: _Sheet, circle: _Circle) -> Markup:
    parts = []
    for level in range(1, 6):
        parts.append(_closed(circle, [float(level)] * circle.count, "ring"))
    for number in range(circle.count):
        parts.append(d.line(circle.x, circle.y, *circle.at(number, HIGHEST), "grid"))
    for level in range(1, 6) if circle.count else ():
        # Between two spokes, where no dot can hide them.
        x, y = circle.at(0, level)
        parts.append(d.words(x - 5, y + 4, sheet.language.number(level, 0), "small quiet", anchor="end"))
    return d.together(parts)


def _steps(circle: _Circle, levels: Sequence[float]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in (circle.at(n, level) for n, level in enumerate(levels))) + "z"


def _closed(circle: _Circle, levels: Sequence[float], kind: str) -> Markup:
    return d.path(_steps(circle, levels), kind) if levels else d.NOTHING


def _areas(sheet: _Sheet, circle: _Circle) -> list[Markup]:
    spokes, parts = sheet.spokes, []
    targets = [s.target for s in spokes if s.target is not None and known(s.target)]
    if spokes and len(targets) == len(spokes):
        outer = [min(target + _BAND, HIGHEST) for target in targets]
        parts.append(d.path(_steps(circle, outer) + _steps(circle, targets), "band"))
        parts.append(_closed(circle, targets, "aim"))
    for number, spoke in enumerate(spokes):
        after = (number + 1) % len(spokes)
        # Where one of two neighbours was not seen, nothing is claimed between them.
        if len(spokes) > 2 and _seen(spoke) and _seen(spokes[after]):
            parts += _side(circle, number, after, spoke, spokes[after])
    return parts


def _seen(spoke: GapBar) -> bool:
    return known(spoke.level) and known(spoke.low) and known(spoke.high)


def _side(circle: _Circle, number: int, after: int, spoke: GapBar, other: GapBar) -> list[Markup]:
    corners = [
        circle.at(number, spoke.low or 0),
        circle.at(number, spoke.high or 0),
        circle.at(after, other.high or 0),
        circle.at(after, other.low or 0),
    ]
    shade = d.path("M" + "L".join(f"{x:g} {y:g}" for x, y in corners) + "z", "spread")
    return [shade, d.line(*circle.at(number, spoke.level or 0), *circle.at(after, other.level or 0), "level")]


def _dot(sheet: _Sheet, circle: _Circle, number: int) -> Markup:
    spoke = sheet.spokes[number]
    if spoke.level is None or not _seen(spoke):
        return d.tipped(sheet.tips[number], d.shape("unseen", *circle.at(number, LOWEST - 1), 2.8))
    x, y = circle.at(number, spoke.level)
    ends = (*circle.at(number, spoke.low or 0), *circle.at(number, spoke.high or 0))
    return d.tipped(
        sheet.tips[number],
        d.circle(x, y, 14, "hit"),
        d.line(*ends, f"interval is-thin is-{spoke.standing}"),
        d.shape(spoke.standing, x, y),
    )


def _values(spoke: GapBar, say: Language) -> str:
    if not known(spoke.level):
        return spoke.verdict
    if not known(spoke.target):
        return say.number(spoke.level)
    return say("{level} of {target}", level=say.number(spoke.level), target=say.number(spoke.target))


def _labels(sheet: _Sheet, circle: _Circle, width: float, side: float) -> Markup:
    """Write names and values around the circle, each side's from top to bottom without touching."""
    parts = []
    low, high = circle.y - circle.radius - _MARGIN, circle.y + circle.radius + _MARGIN
    for right in (True, False):
        found = [one for one in _words(sheet, circle, width, side, 2) if (one.x >= circle.x - 1) == right]
        if sum(one.height for one in found) > high - low:
            found = [one for one in _words(sheet, circle, width, side, 1) if (one.x >= circle.x - 1) == right]
        found.sort(key=lambda one: one.y)
        middles = d.spread([one.y for one in found], [one.height for one in found], low, high)
        for one, middle in zip(found, middles, strict=True):
            anchor = "middle" if one.x == circle.x else "start" if right else "end"
            parts.append(_label(one.x, middle, one.lines, anchor, one.standing))
    return d.together(parts)


@dataclass(frozen=True)
class _Words:
    x: float
    y: float
    lines: list[str]
    standing: str

    @property
    def height(self) -> float:
        return len(self.lines) * LINE + 5


def _words(sheet: _Sheet, circle: _Circle, width: float, side: float, most: int) -> list[_Words]:
    """Return name (in at most `most` lines) and value of each spoke where it would like to stand."""
    found = []
    for number, spoke in enumerate(sheet.spokes):
        x, y = circle.beyond(number, circle.radius + 16)
        middle = abs(x - circle.x) < 2
        room = min(2 * side, width - 20) if middle else (width - x if x > circle.x else x) - 8
        value = shorten(_values(spoke, sheet.language), room, bold=True)
        # Above the top and below the bottom there is room for one line more.
        place = y + (-LINE if y < circle.y else LINE) * 0.7 if middle else y
        found.append(_Words(circle.x if middle else x, place, [*wrap(spoke.label, room, most), value], spoke.standing))
    return found


def _label(x: float, middle: float, lines: list[str], anchor: str, standing: str) -> Markup:
    top = middle - (len(lines) - 1) * LINE / 2 + 0.36 * SIZE
    words = [d.words(x, top + n * LINE, text, "label", anchor=anchor) for n, text in enumerate(lines[:-1])]
    return d.together(
        [*words, d.words(x, top + (len(lines) - 1) * LINE, lines[-1], f"verdict is-{standing}", anchor=anchor)]
    )


def _numbers(sheet: _Sheet, circle: _Circle) -> Markup:
    places = [circle.beyond(number, circle.radius + 14) for number in range(circle.count)]
    return d.together(
        [d.words(x, y + 4.5, str(n), "quiet", anchor="middle") for n, (x, y) in enumerate(places, start=1)]
    )


def _list(sheet: _Sheet, top: float, width: float) -> tuple[Markup, float]:
    """Write what the numbers stand for, a line each; return it and where it ends."""
    parts, y = [], top + 16
    for number, spoke in enumerate(sheet.spokes, start=1):
        value = _values(spoke, sheet.language)
        room = width - 38 - measure(value, bold=True) - 20
        parts.append(d.words(24, y, str(number), "quiet", anchor="end"))
        parts.append(d.words(34, y, shorten(spoke.label, room), "label"))
        parts.append(d.words(width - 8, y, value, f"verdict is-{spoke.standing}", anchor="end"))
        y += 22
    return d.together(parts), y
