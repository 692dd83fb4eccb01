"""The Wright map: reps, raters, scenarios, criteria and levels side by side on one ruler."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import pandas as pd
from markupsafe import Markup

from toolkit.controls.charts import Figure
from toolkit.controls.charts import drawing as d
from toolkit.controls.charts.lettering import shorten
from toolkit.controls.charts.scales import Scale, extent, number_ticks, outward
from toolkit.language import Language
from toolkit.roleplay.results.naming import Names
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

KIND_WORDS: Mapping[str, Text] = {
    "person": text("Reps"),
    "rater": text("Raters"),
    "scenario": text("Scenarios"),
    "criterion": text("Criteria"),
    "threshold": text("Levels"),
}
_SHAPES = {"person": "met", "rater": "s1", "scenario": "s3", "criterion": "s5", "threshold": "unclear"}
_LINE = 17.0
_LEAST = 380.0


@dataclass(frozen=True)
class _Mark:
    position: float
    words: str
    tip: str


@dataclass(frozen=True)
class _Sheet:
    title: str
    summary: str
    axis: str
    columns: tuple[tuple[str, str, tuple[_Mark, ...]], ...]
    low: float
    high: float
    language: Language


def wright_chart(ruler: pd.DataFrame, names: Names, language: Language) -> Figure:
    """Return the map of `Facets.wright_map` (kind, id, lower, upper, position, se), better and harder at the top."""
    say = language
    shown = ruler.assign(words=[_words(row, names, say) for row in rows_of(ruler)])
    shown["kind_words"] = [say.say(KIND_WORDS[kind]) for kind in shown["kind"]]
    low, high = outward(*extent(shown["position"]), 8)
    columns = tuple(
        (kind, say.say(words), tuple(_mark(row, say) for row in rows_of(shown[shown["kind"] == kind].sort_values("position"))))
        for kind, words in KIND_WORDS.items()
        if (shown["kind"] == kind).any()
    )  # fmt: skip
    reps = shown[shown["kind"] == "person"]
    title = say("Everything on one ruler: better reps, harder raters, scenarios and criteria are higher up")
    summary = say(
        "{count} reps between {low} and {high} on the ruler; a rep is as likely to be above as below a level at the "
        "same height.",
        count=len(reps),
        low=say.number(reps["position"].min()),
        high=say.number(reps["position"].max()),
    )
    headings = {"kind_words": say("What"), "words": say("Name"), "position": say("Place (logits)"), "se": say("Standard error")}  # fmt: skip
    sheet = _Sheet(title, summary, say("logits"), columns, low, high, say)
    return Figure("wright", title, summary, shown, headings, partial(_drawn, sheet))


def _words(row: pd.Series, names: Names, say: Language) -> str:
    if row.kind in ("person", "rater"):
        return names.person(row.id)
    if row.kind == "scenario":
        return names.scenario(row.id)
    if row.kind == "criterion":
        return names.criterion(row.id)
    low, high = (f"{value:g}" for value in (row.lower, row.upper))
    if not row.id:
        return say("{low} or {high}", low=low, high=high)
    return say("{name}: {low} or {high}", name=names.criterion(row.id), low=low, high=high)


def _mark(row: pd.Series, say: Language) -> _Mark:
    tip = say("{what}, {name}: {place}", what=row.kind_words, name=row.words, place=say.number(row.position, 2))
    return _Mark(float(row.position), str(row.words), tip)


def _drawn(sheet: _Sheet, width: int) -> Markup:
    most = max((len(marks) for _, _, marks in sheet.columns), default=0)
    top, height = 52.0, max(_LEAST, 1.4 * most * _LINE)
    y = Scale(sheet.low, sheet.high, top + height, top)
    left = 44.0
    parts = [d.words(4, 18, sheet.axis, "small quiet")]
    for tick in number_ticks(y, sheet.language, upright=True, most=8):
        parts.append(d.line(left, y(tick.value), width - 4, y(tick.value), "grid"))
        parts.append(d.words(left - 8, y(tick.value) + 4, tick.words, "tick", anchor="end"))
    room = (width - left - 4) / max(len(sheet.columns), 1)
    for number, (kind, title, marks) in enumerate(sheet.columns):
        parts.append(_column(kind, title, marks, left + number * room, room, y))
    return d.picture(width, top + height + 16, sheet.title, sheet.summary, d.together(parts), "wright")


def _column(kind: str, title: str, marks: tuple[_Mark, ...], start: float, room: float, y: Scale) -> Markup:
    parts = [d.words(start + 8, 38, shorten(title, room - 10, bold=True), "label")]
    # The ruler runs upwards, `spread` downwards.
    downwards = marks[::-1]
    places = [y(mark.position) for mark in downwards]
    heights = _apart(places, y.end - 4, y.start + 8)
    at, words = start + 12, start + 30
    for mark, place, height in zip(downwards, places, heights, strict=True):
        leader = d.line(at + 6, place, words - 3, height, "guide")
        label = d.words(words, height + 4.5, shorten(mark.words, room - 34), "small")
        hit = d.box(start + 4, height - _LINE / 2, room - 6, _LINE, "hit", 4)
        parts.append(d.tipped(mark.tip, hit, leader, d.shape(_SHAPES[kind], at, place, 4.5), label))
    return d.together(parts)


def _apart(places: list[float], low: float, high: float) -> list[float]:
    """Return `places` (ascending) a line apart, moved up as much as down."""
    gaps = [_LINE] * len(places)
    down = d.spread(places, gaps, low, high)
    up = [-place for place in d.spread([-place for place in places[::-1]], gaps, -high, -low)][::-1]
    return [(one + other) / 2 for one, other in zip(down, up, strict=True)]
