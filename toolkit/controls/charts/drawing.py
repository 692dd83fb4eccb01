"""SVG elements as escaped text: every word that arrives here may be hostile."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from toolkit.controls.charts.lettering import LINE, SIZE, measure, shorten

STANDINGS = ("gap", "unclear", "met", "strength", "unseen")
NOTHING = Markup("")


def picture(width: float, height: float, title: str, summary: str, body: Markup, kind: str) -> Markup:
    """Return a whole SVG of `width` x `height` pixels."""
    return Markup(
        "<svg xmlns='http://www.w3.org/2000/svg' class='coach-chart is-{kind}' viewBox='0 0 {w:g} {h:g}' width='{w:g}' "
        "height='{h:g}' role='img' aria-label='{title}'><title>{title}</title><desc>{summary}</desc>{body}</svg>"
    ).format(kind=kind, w=round(width), h=round(height), title=title, summary=summary, body=body)


def together(parts: Sequence[Markup]) -> Markup:
    """Return the elements one after another."""
    return NOTHING.join(parts)


# One element is one f-string with every word escaped: `Markup.format` would take four times as long.


def words(x: float, y: float, text: str, kind: str = "", *, anchor: str = "", turned: bool = False) -> Markup:
    """Return one line of text whose base line is at `y`; `turned` reads from bottom to top."""
    looks = " ".join(filter(None, (kind, anchor and f"at-{anchor}")))
    look = f" class='{escape(looks)}'" if looks else ""
    place = f" transform='translate({x:.1f} {y:.1f}) rotate(-90)'" if turned else f" x='{_n(x)}' y='{_n(y)}'"
    return Markup(f"<text{look}{place}>{escape(text)}</text>")


def _n(number: float) -> str:
    return f"{round(number, 1):g}"


def block(x: float, middle: float, lines: Sequence[str], kind: str = "", *, anchor: str = "") -> Markup:
    """Return lines of text around the height `middle`."""
    top = middle - (len(lines) - 1) * LINE / 2 + 0.36 * SIZE
    return together([words(x, top + number * LINE, line, kind, anchor=anchor) for number, line in enumerate(lines)])


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    """Return a straight line."""
    return Markup(f"<line class='{escape(kind)}' x1='{_n(x1)}' y1='{_n(y1)}' x2='{_n(x2)}' y2='{_n(y2)}'/>")


def box(x: float, y: float, width: float, height: float, kind: str, radius: float = 0) -> Markup:
    """Return a rectangle, with round corners if `radius` is given."""
    size = f"width='{_n(max(width, 0))}' height='{_n(max(height, 0))}'"
    corner = f" rx='{_n(radius)}'" if radius else ""
    return Markup(f"<rect class='{escape(kind)}' x='{_n(x)}' y='{_n(y)}' {size}{corner}/>")


def circle(x: float, y: float, radius: float, kind: str) -> Markup:
    """Return a circle."""
    return Markup(f"<circle class='{escape(kind)}' cx='{_n(x)}' cy='{_n(y)}' r='{_n(radius)}'/>")


def path(steps: str, kind: str) -> Markup:
    """Return a path; `steps` are SVG path commands."""
    return Markup(f"<path class='{escape(kind)}' d='{escape(steps)}'/>")


def tipped(tip: str, *parts: Markup) -> Markup:
    """Return a data mark: a group that says `tip` on hover, focus and tap."""
    said = escape(tip)
    return Markup(f"<g class='mark' data-tip='{said}'><title>{said}</title>{''.join(parts)}</g>")


def shape(name: str, x: float, y: float, size: float = 6.0, kind: str = "dot") -> Markup:
    """Return a mark of radius `size`; each standing and each series has a shape of its own.

    Names: gap (down), unclear (diamond), met (circle), strength (up), unseen (hollow), raw
    (small hollow circle), s0 to s5 (the series of a timeline).
    """
    look = f"{kind} is-{name}"
    if name in ("met", "s0", "unseen", "raw"):
        return circle(x, y, size, look)
    if name == "s1":
        side = size * 0.9
        return box(x - side, y - side, 2 * side, 2 * side, look)
    return path(_outline(name, round(x, 1), round(y, 1), size), look)


def _outline(name: str, x: float, y: float, size: float) -> str:
    wide, tall = 1.15 * size, 1.05 * size
    if name in ("gap", "s4"):
        return f"M{x - wide:g} {y - 0.8 * tall:g}h{2 * wide:g}L{x:g} {y + tall:g}z"
    if name in ("strength", "s3"):
        return f"M{x - wide:g} {y + 0.8 * tall:g}h{2 * wide:g}L{x:g} {y - tall:g}z"
    if name == "s5":
        arm = 0.4 * size
        return (
            f"M{x - arm:g} {y - size:g}h{2 * arm:g}v{size - arm:g}h{size - arm:g}v{2 * arm:g}h{arm - size:g}"
            f"v{size - arm:g}h{-2 * arm:g}v{arm - size:g}h{arm - size:g}v{-2 * arm:g}h{size - arm:g}z"
        )
    return f"M{x:g} {y - 1.2 * size:g}l{1.2 * size:g} {1.2 * size:g}l{-1.2 * size:g} {1.2 * size:g}l{-1.2 * size:g} {-1.2 * size:g}z"


def key(items: Sequence[tuple[str, str]], left: float, top: float, width: float) -> tuple[Markup, float]:
    """Return what the signs mean, on as many lines as needed, and the height it takes.

    `items` are (sign, words); a sign is a name of `shape`, or target, interval, band, spread, is-filled, is-hollow or cell-<standing>.
    """
    parts, x, y = [], left, top + 10.0
    for sign, wording in items:
        meaning = shorten(wording, width - left - 26)
        room = 26 + measure(meaning, SIZE) + 18
        if x > left and x + room - 18 > width:
            x, y = left, y + 20
        parts.append(_sample(sign, x + 10, y) + words(x + 26, y + 4.5, meaning, "quiet"))
        x += room
    return together(parts), (y - top + 14 if items else 0.0)


def _sample(sign: str, x: float, y: float) -> Markup:
    if sign == "target":
        return line(x, y - 7, x, y + 7, "target")
    if sign == "interval":
        return line(x - 9, y, x + 9, y, "interval is-met")
    if sign in ("band", "spread", "strip"):
        return box(x - 10, y - 6, 20, 12, sign)
    if sign in ("aim", "diagonal"):
        return line(x - 10, y, x + 10, y, sign)
    if sign in ("is-filled", "is-hollow"):
        return circle(x, y, 6, "person is-marked" if sign == "is-filled" else "person")
    if sign.startswith("cell-"):
        name = sign.removeprefix("cell-")
        return box(x - 10, y - 8, 20, 16, f"cell is-{name}", 3) + glyph(name, x, y, 4)
    return shape(sign, x, y, 4.5 if sign == "raw" else 6)


def glyph(name: str, x: float, y: float, size: float) -> Markup:
    """Return the small sign that tells a cell's standing apart without colour; none for “met”."""
    if name == "unseen":
        return words(x, y + size, "?", "small quiet", anchor="middle")
    return shape(name, x, y, size, "glyph") if name in ("gap", "unclear", "strength") else NOTHING


def spread(places: Sequence[float], gaps: Sequence[float], low: float, high: float) -> list[float]:
    """Return `places` (ascending) moved apart so that neighbours keep half the sum of their `gaps`.

    All stay with half their gap between `low` and `high` if there is room for them at all.
    """
    moved = list(places)
    for number in range(len(moved)):
        least = low + gaps[0] / 2 if not number else moved[number - 1] + (gaps[number - 1] + gaps[number]) / 2
        moved[number] = max(moved[number], least)
    for number in reversed(range(len(moved))):
        most = (
            high - gaps[-1] / 2
            if number == len(moved) - 1
            else moved[number + 1] - (gaps[number + 1] + gaps[number]) / 2
        )
        moved[number] = min(moved[number], most)
    return moved
