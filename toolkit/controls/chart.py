"""Charts as SVG text: the same picture on the page and in print, with words for those who cannot see it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

_ROW, _LEFT, _TOP, _WIDTH, _RIGHT = 34, 200, 34, 1000, 170


@dataclass(frozen=True)
class GapBar:
    """One row of a gap chart: where the level is, how sure, and what is asked."""

    label: str
    level: float | None
    low: float | None
    high: float | None
    target: float
    standing: str
    verdict: str


def gap_bars(bars: Sequence[GapBar], *, title: str, summary: str, axis: str) -> Markup:
    """Return a dot-and-interval chart on the scale 1-5 with a target mark per row.

    `verdict` stands as words at the end of each row; `summary` is the text alternative.
    """
    height = _TOP + _ROW * len(bars) + 30
    inner = _WIDTH - _LEFT - _RIGHT

    def x(level: float) -> float:
        return round(_LEFT + (level - 1) / 4 * inner, 1)

    parts = [_grid(x, height, axis)]
    for position, bar in enumerate(bars):
        parts.append(_bar(bar, x, _TOP + _ROW * position + _ROW / 2))
    return Markup(
        "<figure class='coach-figure'><svg class='coach-chart' viewBox='0 0 {w} {h}' role='img' "
        "aria-label='{title}'><title>{title}</title><desc>{summary}</desc>{body}</svg></figure>"
    ).format(w=_WIDTH, h=height, title=title, summary=summary, body=Markup("").join(parts))


def _grid(x: Callable[[float], float], height: int, axis: str) -> Markup:
    lines = Markup("").join(
        Markup(
            "<line class='grid' x1='{0}' x2='{0}' y1='{1}' y2='{2}'/><text class='tick' x='{0}' y='{3}'>{4}</text>"
        ).format(x(level), _TOP - 6, height - 28, height - 12, level)
        for level in range(1, 6)
    )
    return lines + Markup("<text class='axis' x='{}' y='18'>{}</text>").format(x(1), axis)


def _bar(bar: GapBar, x: Callable[[float], float], y: float) -> Markup:
    row = Markup("<text class='label' x='{}' y='{}'>{}</text>").format(_LEFT - 14, y + 5, bar.label)
    row += Markup("<line class='target' x1='{0}' x2='{0}' y1='{1}' y2='{2}'/>").format(x(bar.target), y - 12, y + 12)
    if bar.level is not None and bar.low is not None and bar.high is not None:
        row += Markup("<line class='interval is-{}' x1='{}' x2='{}' y1='{y}' y2='{y}'/>").format(
            bar.standing, x(bar.low), x(bar.high), y=y
        )
        row += Markup("<circle class='dot is-{}' cx='{}' cy='{}' r='6'/>").format(bar.standing, x(bar.level), y)
    row += Markup("<text class='verdict is-{}' x='{}' y='{}'>{}</text>").format(
        bar.standing, _WIDTH - _RIGHT + 14, y + 5, bar.verdict
    )
    return Markup("<g>{}</g>").format(row)


@dataclass(frozen=True)
class Strip:
    """One bar of a Gantt strip: weeks from `start` (inclusive) to `end` (exclusive)."""

    label: str
    start: float
    end: float
    words: str


def gantt(
    strips: Sequence[Strip], months: Sequence[tuple[float, str]], weeks: float, *, title: str, summary: str
) -> Markup:
    """Return a Gantt strip over `weeks`; `months` are (week, label) marks on the axis."""
    left, row = 300, 30
    height = _TOP + row * len(strips) + 10
    scale = (_WIDTH - left - 10) / max(weeks, 1)
    body = Markup("").join(
        Markup(
            "<line class='grid' x1='{0:.1f}' x2='{0:.1f}' y1='24' y2='{1}'/><text class='month' x='{0:.1f}' y='16'>{2}</text>"
        ).format(left + week * scale, height - 6, label)
        for week, label in months
    )
    for position, strip in enumerate(strips):
        y = _TOP + row * position
        body += Markup(
            "<g><title>{words}</title><text class='label' x='{lx}' y='{ty}'>{label}</text>"
            "<rect class='strip' x='{x:.1f}' y='{y}' width='{w:.1f}' height='16' rx='4'/></g>"
        ).format(
            words=strip.words,
            lx=left - 12,
            ty=y + 13,
            label=strip.label,
            x=left + strip.start * scale,
            y=y,
            w=max((strip.end - strip.start) * scale, 4),
        )
    return Markup(
        "<figure class='coach-figure'><svg class='coach-chart' viewBox='0 0 {w} {h}' role='img' aria-label='{title}'>"
        "<title>{title}</title><desc>{summary}</desc>{body}</svg></figure>"
    ).format(w=_WIDTH, h=height, title=title, summary=summary, body=body)


def icon_array(marked: int, total: int, *, title: str, words: str) -> Markup:
    """Return `total` figures of which `marked` are filled, with the sentence `words` below."""
    columns = 20
    dots = Markup("").join(
        Markup("<circle class='{}' cx='{}' cy='{}' r='8'/>").format(
            "person is-marked" if index < marked else "person", 14 + index % columns * 24, 14 + index // columns * 24
        )
        for index in range(total)
    )
    height = 6 + 24 * (-(-total // columns))
    return Markup(
        "<figure class='coach-figure is-icons'><svg class='coach-chart' viewBox='0 0 {w} {h}' role='img' aria-label='{title}'>"
        "<title>{title}</title><desc>{words}</desc>{dots}</svg><figcaption>{words}</figcaption></figure>"
    ).format(w=min(total, columns) * 24 + 4, h=height, title=title, words=words, dots=dots)
