"""A figure outside the page: SVG that stands alone, PNG for Word."""

import re
from functools import cache

from toolkit.controls.charts.figure import WIDE, Figure
from toolkit.controls.control import look

_CHART = re.compile(r"/\* begin chart \*/(.*)/\* end chart \*/", re.DOTALL)
_TOKEN = re.compile(r"(--c-[a-z-]+): var\(--coach-[a-z-]+, (#[0-9a-f]{6})\)")
_OWN = re.compile(r"(--f-[a-z0-9-]+): ([^;]+);")
_MIX = re.compile(r"color-mix\(in srgb, (#[0-9a-f]{6}) (\d+)%, (#[0-9a-f]{6})\)")
# Families that have Chinese characters come first, as rasterisers may not look for a second one.
_FAMILY = "Noto Sans CJK SC"
_FONTS = '"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif'


@cache
def light_sheet() -> str:
    """Return the charts' style sheet in the light theme with plain colours, for readers without variables."""
    whole = look("figure")
    tokens = dict(_TOKEN.findall(whole))
    found = _CHART.search(whole)
    sheet = found.group(1) if found else ""
    for name, value in _OWN.findall(whole):
        tokens[name] = _plain(value, tokens)
    sheet = _plain(sheet, tokens).replace(".coach-figure ", "")
    return re.sub(r"\s+", " ", f".coach-chart text {{ font-family: {_FONTS}; }}{sheet}").strip()


def _plain(words: str, tokens: dict[str, str]) -> str:
    for name in sorted(tokens, key=len, reverse=True):
        words = words.replace(f"var({name})", tokens[name])
    return _MIX.sub(lambda found: _mixed(found[1], int(found[2]), found[3]), words)


def _mixed(one: str, percent: int, other: str) -> str:
    """Return `percent` of the colour `one` in `other`, as the browser mixes them."""
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round((a * percent + b * (100 - percent)) / 100):02x}" for a, b in pairs)


def standalone(figure: Figure, width: int = WIDE) -> str:
    """Return the picture laid out for `width` pixels as an SVG file's text, light and with its style sheet inside."""
    svg = str(figure.at(width))
    head, rest = svg.split(">", 1)
    return f"{head}><style>{light_sheet()}</style>{rest}"


def png(figure: Figure, width_px: int = 1600, *, layout: int = 720) -> bytes:
    """Return the picture as a PNG `width_px` pixels wide on white, laid out for `layout` pixels.

    The fonts are the system's. Raises `ValueError` if the picture cannot be rendered.
    """
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=standalone(figure, layout), width=width_px, background="#ffffff", font_family=_FAMILY
        )
    )


def draws_chinese() -> bool:
    """Say whether this system has a font with Chinese characters: without one, all look the same."""
    import resvg_py

    letter = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20'><text y='16'>{}</text></svg>"
    drawn = [bytes(resvg_py.svg_to_bytes(svg_string=letter.format(one), font_family=_FAMILY)) for one in "销售"]
    return drawn[0] != drawn[1]
