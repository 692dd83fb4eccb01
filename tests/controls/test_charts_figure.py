"""A figure on the page and outside of it: what the browser gets, SVG that stands alone, PNG with Chinese."""

import datetime as dt
import re
import xml.etree.ElementTree as ET

import pytest

from toolkit.controls.charts import GapBar, Moment, gap_bars, icon_array, png, standalone, timeline
from toolkit.controls.charts.export import light_sheet
from toolkit.controls.control import look
from toolkit.controls.figure import FigureView
from toolkit.language import Language

EN, ZH = Language("en"), Language("zh")
HOSTILE = """=HYPERLINK("x")<script>'&"""


def figure(label="Closing", language=EN, level=3.0):
    bars = [GapBar(label, level, 2.0, 4.0, 3.5, "gap", "probable gap")]
    return gap_bars(bars, title=f"Levels of {label}", summary="In words.", axis="Level", name="Name", language=language)


@pytest.fixture(autouse=True)
def _same_width(monkeypatch):
    monkeypatch.setattr(FigureView, "_likely", 960)


def test_a_view_sends_picture_words_and_table():
    view = FigureView(figure(), language=EN)
    assert view.title == "Levels of Closing" and view.summary == "In words."
    assert view.table["columns"][:2] == ["Name", "Level"] and view.table["numeric"] == [False] + [True] * 4 + [False]
    assert view.table["raw"] == [["Closing", 3.0, 2.0, 4.0, 3.5, "probable gap"]]
    assert view.table["shown"] == [["Closing", "3.00", "2.00", "4.00", "3.50", "probable gap"]]
    assert "<title>" not in view.picture and "data-tip='Closing: probable gap; level 3.0" in view.picture
    assert "viewBox='0 0 960 " in view.picture and "viewBox='0 0 680 " in view.paper
    assert set(view.words) == {"data", "csv", "svg", "name", "keys"} and all(view.words.values())


def test_a_view_is_drawn_for_the_width_the_browser_reports():
    view = FigureView(figure(), language=EN)
    view.width = 420
    assert "viewBox='0 0 420 " in view.picture
    view.width = 700
    assert "viewBox='0 0 700 " in view.picture and view.paper == ""  # paper has this width
    assert "viewBox='0 0 700 " in FigureView(figure(), language=EN).picture


@pytest.mark.parametrize(("forged", "width"), [(-5, 280), (10**9, 1400)])
def test_a_forged_width_is_cut(forged, width):
    view = FigureView(figure(), language=EN)
    view.width = forged
    assert view.width == width and f"viewBox='0 0 {width} " in view.picture


def test_only_what_changed_is_sent():
    view = FigureView(figure(), language=EN)
    seen = []
    view.observe(lambda change: seen.append(change["name"]))
    view.show(figure())
    assert seen == []
    view.show(figure(level=3.5))
    assert set(seen) == {"picture", "paper", "table"}
    view.show(None)
    assert view.picture == view.paper == view.title == "" and view.table == {}
    view.width = 500
    assert view.picture == ""


def test_dates_and_gaps_in_the_table():
    moments = [Moment(dt.date(2026, 3, 1), "Self", 3.0), Moment(dt.date(2026, 3, 2), "Self", float("nan"))]
    view = FigureView(timeline(moments, title="t", summary="s", axis="Level", language=ZH), language=ZH)
    assert view.table["shown"][0][:3] == ["2026年3月1日", "Self", "3.00"] and view.table["shown"][1][2] == "–"
    assert view.table["raw"][1] == ["2026-03-02", "Self", None, None, None]


def test_the_light_sheet_has_no_variables_left():
    sheet = light_sheet()
    assert "var(" not in sheet and "color-mix" not in sheet and "<" not in sheet and len(sheet) > 2000
    assert ".coach-chart .dot.is-gap" in sheet and "#b3261e" in sheet


@pytest.mark.parametrize("label", ["Closing", "处理异议", HOSTILE])
def test_a_standalone_picture_is_whole(label):
    root = ET.fromstring(standalone(figure(label), 600))
    assert root.tag == "{http://www.w3.org/2000/svg}svg" and root[0].tag.endswith("style")
    assert root.get("viewBox").startswith("0 0 600 ") and root.get("aria-label") == f"Levels of {label}"


def size_of(picture):
    return int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")


def test_a_png_shows_chinese():
    pytest.importorskip("resvg_py")
    made = png(figure("处理客户异议", ZH), 1200)
    assert made.startswith(b"\x89PNG") and size_of(made)[0] == 1200
    # Missing glyphs would look alike whatever they stand for, or like nothing at all.
    pictures = {
        png(figure(label), 1200) for label in ("处理客户异议", "倾听他人需求", "\u3000\u3000\u3000\u3000\u3000\u3000")
    }
    assert len(pictures) == 3


def test_a_png_of_nothing_is_a_picture_still():
    empty = icon_array(0, 0, title="t", summary="s", words=("a", "b"), language=EN)
    assert png(empty, 300).startswith(b"\x89PNG")


def colours(scheme):
    """Return our tokens of the light or dark theme, from the page's style sheet."""
    from pathlib import Path

    sheet = (Path(__file__).parents[2] / "voila_apps/template/static/coach.css").read_text(encoding="utf-8")
    light, dark = sheet.split("prefers-color-scheme: dark", 1)
    found = dict(re.findall(r"--coach-([a-z-]+): (#[0-9a-f]{6})", light))
    return found if scheme == "light" else found | dict(re.findall(r"--coach-([a-z-]+): (#[0-9a-f]{6})", dark))


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mixed(one, percent, other):
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round((a * percent + b * (100 - percent)) / 100):02x}" for a, b in pairs)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_marks_stand_out(scheme):
    token = colours(scheme)
    sheet = look("figure")
    shares = dict(re.findall(r"--f-cell-([a-z]+): color-mix\(in srgb, var\(--c-[a-z]+\) (\d+)%", sheet))
    surface, status = token["surface"], {"gap": "bad", "unclear": "warn", "met": "accent", "strength": "good"}
    for name in ("text", "muted", "bad", "warn", "good", "accent"):
        assert contrast(token[name], surface) >= 4.5, name
    assert contrast(mixed(token["accent"], 50, token["bad"]), surface) >= 4.5
    for standing, name in status.items():
        cell = mixed(token[name], int(shares[standing]), surface)
        assert contrast(token["text"], cell) >= 4.5 and contrast(token[name], cell) >= 3, standing
        interval = mixed(token[name], 100 * float(re.search(r"stroke-opacity: (\.\d+)", sheet)[1]), surface)
        assert contrast(interval, surface) >= 3, standing
