"""Charts: marks stand where the values put them, words do not touch, and the table says what is drawn."""

import datetime as dt
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pandas as pd
import pytest

from toolkit.controls.charts import (
    Band,
    Cell,
    Dot,
    GapBar,
    Moment,
    Strip,
    calibration_curve,
    dot_intervals,
    gantt,
    gap_bars,
    heat_map,
    icon_array,
    radar,
    timeline,
)
from toolkit.controls.charts.lettering import measure
from toolkit.language import Language

HOSTILE = """<script>alert('x')</script>"&'"""
EN, ZH = Language("en"), Language("zh")
LONG = "Handling objections and price negotiation with a procurement department that says no"
LONG_ZH = "处理客户异议与价格谈判能力以及与采购部门长期合作关系的建立与维护"
DAY = dt.date(2026, 1, 5)
WIDTHS = (280, 420, 720, 960, 1240)


def tree(figure, width=960):
    """Return the picture as XML without its name space."""
    return ET.fromstring(re.sub(r" xmlns='[^']*'", "", str(figure.at(width))))


def having(root, *classes):
    return [node for node in root.iter() if set(classes) <= set(node.get("class", "").split())]


def numbers(node, *names):
    return tuple(float(node.get(name)) for name in names)


def bar(label="Closing", level=3.0, low=2.0, high=4.0, target=3.5, standing="unclear"):
    return GapBar(label, level, low, high, target, standing, f"is {standing}")


def bars_figure(bars, language=EN):
    return gap_bars(bars, title="Levels", summary="In words.", axis="Level 1–5", name="Competency", language=language)


def dots_figure(dots, language=EN):
    return dot_intervals(
        dots, title="Scores", summary="s", axis="Score", name="Rep", words=("fair score", "raw mean"), language=language
    )


def heat_figure(rows, heads, cells, language=EN):
    standings = {"gap": "probable gap", "met": "met"}
    return heat_map(rows, heads, cells, title="Team", summary="s", name="Name", standings=standings, language=language)


def time_figure(moments, **options):
    return timeline(moments, title="Seen", summary="s", axis="Level", language=EN, **options)


def gantt_figure(strips, last=dt.date(2026, 6, 30), **options):
    return gantt(strips, DAY, last, title="Plan", summary="s", name="Activity", language=EN, **options)


def curve_figure(bands):
    return calibration_curve(bands, title="Curve", summary="s", words=("Predicted", "Really left"), language=EN)


def test_gap_bars_stand_where_the_scale_puts_them():
    root = tree(bars_figure([bar(), bar("Seen low", 1.0, 1.0, 5.0, 5.0, "gap")]))
    ticks = {text.text: float(text.get("x")) for text in having(root, "tick")}
    assert list(ticks) == ["1", "2", "3", "4", "5"]
    intervals = [
        numbers(line, "x1", "x2") for line in having(root, "interval") if line.get("class").endswith(("gap", "unclear"))
    ]
    assert intervals[0] == pytest.approx((ticks["2"], ticks["4"]), abs=0.2)
    assert intervals[1] == pytest.approx((ticks["1"], ticks["5"]), abs=0.2)
    targets = [numbers(line, "x1")[0] for line in having(root, "target")][1:]  # the first is the key's
    assert targets == pytest.approx([(ticks["3"] + ticks["4"]) / 2, ticks["5"]], abs=0.2)
    diamond = having(root, "dot", "is-unclear")[0].get("d")
    assert float(re.match(r"M([\d.]+)", diamond)[1]) == pytest.approx(ticks["3"], abs=0.2)


def test_each_standing_has_a_shape_of_its_own():
    standings = ("gap", "unclear", "met", "strength")
    root = tree(bars_figure([bar(standing=standing) for standing in standings]))
    marks = [having(root, "dot", f"is-{standing}")[-1] for standing in standings]
    forms = [(mark.tag, re.sub(r"[\d.-]+", "", mark.get("d", ""))) for mark in marks]
    assert forms[2][0] == "circle" and {mark.tag for mark in marks} == {"circle", "path"}
    tall = [mark.get("d") for mark in (marks[0], marks[3])]
    assert len({*tall, marks[1].get("d")}) == 3


def test_what_was_not_seen_has_no_dot_and_says_so():
    figure = bars_figure([bar(level=None, low=None, high=None, standing="unseen")])
    root = tree(figure)
    mark = having(root, "mark")[0]
    assert not [node for node in mark.iter() if "dot" in node.get("class", "")]
    assert "is unseen" in [text.text for text in mark.iter("text")]
    assert mark.get("data-tip") == mark.find("title").text == "Closing: is unseen; target 3.5"


def test_values_outside_the_scale_lengthen_it():
    root = tree(bars_figure([bar(level=-1.0, low=-2.0, high=0.0)]))
    ticks = [float(text.text.replace("−", "-")) for text in having(root, "tick")]
    assert min(ticks) <= -2 and max(ticks) >= 5
    assert all(numbers(line, "x1")[0] >= 8 for line in having(root, "interval"))


def test_dots_and_raw_means():
    dots = [Dot("Ann", 3.0, 2.5, 3.5, 4.0), Dot("Bo", None, None, None, 2.0), Dot("Cy", 2.0, 1.0, 3.0, None)]
    root = tree(dots_figure(dots))
    fair = [
        numbers(mark, "cx")[0]
        for mark in having(
            root,
            "mark",
        )
        for mark in mark.iter("circle")
        if "is-met" in mark.get("class")
    ]
    raw = [
        numbers(node, "cx")[0]
        for mark in having(root, "mark")
        for node in mark.iter("circle")
        if "is-raw" in node.get("class")
    ]
    assert len(fair) == len(raw) == 2
    unit = fair[0] - fair[1]
    assert raw[0] - fair[0] == pytest.approx(unit, abs=0.3) and fair[1] == pytest.approx(raw[1], abs=0.3)
    assert "Ann: fair score 3.00 (90% interval 2.50–3.50), raw mean 4.00" in [
        m.get("data-tip") for m in having(root, "mark")
    ]


def test_the_table_is_what_is_drawn():
    figure = bars_figure([bar(), bar("B", None, None, None, 2.0, "unseen")])
    assert list(figure.columns.values()) == [
        "Competency", "Level", "90% interval from", "90% interval to", "Target", "Standing",
    ]  # fmt: skip
    assert figure.data[list(figure.columns)].iloc[0].tolist() == ["Closing", 3.0, 2.0, 4.0, 3.5, "is unclear"]
    assert pd.isna(figure.data["level"].iloc[1])
    moments = [Moment(DAY, "360", 3.0, 2.0, 4.0), Moment(DAY, "Self", None)]
    assert time_figure(moments).data["value"].tolist()[0] == 3.0 and len(time_figure(moments).data) == 2
    strip = Strip("Course", DAY, DAY, "2 h")
    assert gantt_figure([strip]).data.iloc[0].tolist() == ["Course", DAY, DAY, "2 h"]
    assert icon_array(3, 12, title="t", summary="s", words=("go", "stay"), language=EN).data.to_numpy().tolist() == [
        ["go", 3], ["stay", 9],
    ]  # fmt: skip


def test_the_radar_turns_clockwise_from_the_top():
    spokes = [bar(str(n), 5.0, 4.0, 5.0, 3.0, "met") for n in range(4)]
    root = tree(radar(spokes, title="R", summary="s", name="Competency", language=EN))
    dots = [
        numbers(node, "cx", "cy")
        for mark in having(root, "mark")
        for node in mark.iter("circle")
        if "dot" in node.get("class")
    ]
    (top, right, bottom, left) = dots
    assert top[0] == bottom[0] and right[1] == left[1] and top[1] < right[1] < bottom[1] and left[0] < right[0]
    assert bottom[1] - top[1] == pytest.approx(right[0] - left[0], abs=0.3)
    assert len(having(root, "spread")) == 4 + 1 and len(having(root, "level")) == 4


def test_the_radar_claims_nothing_beside_what_was_not_seen():
    spokes = [bar(str(n), standing="met") for n in range(5)]
    spokes[2] = bar("2", None, None, None, 3.0, "unseen")
    root = tree(radar(spokes, title="R", summary="s", name="Competency", language=EN))
    assert len(having(root, "level")) == 3
    for few in (spokes[:1], spokes[:2], []):
        assert tree(radar(few, title="R", summary="s", name="C", language=EN), 320).tag == "svg"


def test_a_heat_map_has_a_cell_for_each_and_words_for_every_sign():
    cells = [[Cell("2.1", "gap", "probable gap"), Cell("", "", "not asked for")]] * 3
    figure = heat_figure(["Ann", "Bo", "Cy"], ["Closing", "Product"], cells)
    root = tree(figure)
    assert len(having(root, "cell", "is-none")) == 3 and len(having(root, "cell", "is-gap")) == 3 + 1
    tips = [mark.get("data-tip") for mark in having(root, "mark")]
    assert "Ann, Closing: 2.1, probable gap" in tips and "Cy, Product: not asked for" in tips
    assert figure.data.iloc[0].tolist() == ["Ann", "2.1 (probable gap)", "not asked for"]
    with pytest.raises(ValueError, match="one cell"):
        heat_figure(["Ann"], ["Closing"], [])


@pytest.mark.parametrize("width", WIDTHS)
def test_forty_by_fifteen_fits_any_width(width):
    cells = [[Cell("3.2", "gap", "probable gap")] * 15] * 40
    root = tree(heat_figure([f"王小明{n}" for n in range(40)], [f"能力{n}" for n in range(15)], cells), width)
    found = [numbers(cell, "x", "y", "width", "height") for cell in having(root, "cell")][2:]  # without the key's
    assert len(found) == 600 and max(x + w for x, _, w, _ in found) <= width
    assert all(h >= 22 for _, _, _, h in found)
    columns = sorted({x for x, _, _, _ in found})
    assert all(b - a >= found[0][2] for a, b in pairwise(columns))
    assert len(having(root, "glyph", "is-gap")) == 600 + 1  # never colour alone


def test_a_timeline_is_in_order_and_to_scale():
    moments = [Moment(DAY + dt.timedelta(days=n), "360", float(v)) for n, v in ((20, 3), (0, 1), (10, 2), (40, 5))]
    root = tree(time_figure(moments, ends=(1, 5)))
    dots = [
        numbers(node, "cx", "cy")
        for mark in having(root, "mark")
        for node in mark.iter("circle")
        if "dot" in node.get("class")
    ]
    xs, ys = zip(*dots, strict=True)
    assert list(xs) == sorted(xs) and list(ys) == sorted(ys, reverse=True)
    assert xs[3] - xs[0] == pytest.approx(4 * (xs[1] - xs[0]), abs=0.5)
    assert ys[0] - ys[3] == pytest.approx(4 * (ys[0] - ys[1]), abs=0.5)
    trail = having(root, "trail")[0].get("d")
    assert trail.count("L") == 3


def test_sources_of_one_day_stand_beside_each_other():
    root = tree(time_figure([Moment(DAY, "A", 3.0, 2.0, 4.0), Moment(DAY, "B", 3.0, 2.0, 4.0)], target=4.0))
    places = [numbers(line, "x1")[0] for line in having(root, "error")]
    assert abs(places[0] - places[1]) >= 7
    assert {"A", "B", "Target 4.0"} <= {text.text for text in root.iter("text")}


def test_a_gantt_strip_is_as_long_as_its_days():
    strips = [
        Strip(HOSTILE, DAY, DAY + dt.timedelta(days=9), "2 h"),
        Strip("B", DAY + dt.timedelta(days=10), DAY + dt.timedelta(days=29), ""),
    ]
    root = tree(gantt_figure(strips, today=DAY))
    one, two = (numbers(box, "x", "width") for box in having(root, "strip"))
    assert two[1] == pytest.approx(2 * one[1], abs=0.3) and two[0] == pytest.approx(one[0] + one[1], abs=0.3)
    assert having(root, "today") and "today" in [text.text for text in root.iter("text")]
    early = tree(gantt_figure([Strip("Old", dt.date(2020, 1, 1), dt.date(2030, 1, 1), "")]))
    x, w = numbers(having(early, "strip")[0], "x", "width")
    assert x >= 0 and x + w <= 960


def test_a_perfect_prediction_lies_on_the_diagonal():
    bands = [Band(0.1, 0.1, 0.05, 0.2, 50), Band(0.3, 0.3, 0.2, 0.4, 100), Band(0.2, 0.4, 0.3, 0.5, 10)]
    root = tree(curve_figure(bands))
    x1, y1, x2, y2 = numbers(having(root, "diagonal")[0], "x1", "y1", "x2", "y2")
    dots = [
        numbers(node, "cx", "cy", "r")
        for mark in having(root, "mark")
        for node in mark.iter("circle")
        if "dot" in node.get("class")
    ]
    above = [y1 + (x - x1) * (y2 - y1) / (x2 - x1) - y for x, y, _ in dots]
    assert above[0] == pytest.approx(0, abs=0.3) and above[2] == pytest.approx(0, abs=0.3) and above[1] > 20
    assert dots[2][2] > dots[0][2] > dots[1][2]  # by how many
    counts = [numbers(box, "height")[0] for box in having(root, "count")]
    assert counts[0] / counts[2] == pytest.approx(0.5, abs=0.01)
    assert tree(curve_figure([Band(float("nan"), 0.1, 0, 1, 3)])).tag == "svg"


@pytest.mark.parametrize(("marked", "total"), [(0, 1), (3, 12), (25, 45), (7, 3), (-2, 4), (0, 0)])
def test_an_icon_array_marks_as_many_as_it_says(marked, total):
    figure = icon_array(marked, total, title=HOSTILE, summary="s", words=("would leave", "would stay"), language=EN)
    people = [node for mark in having(tree(figure), "mark") for node in mark.iter("path")]
    filled = min(max(marked, 0), total)
    assert len(people) == total and sum("is-marked" in node.get("class") for node in people) == filled
    assert figure.data["people"].tolist() == [filled, total - filled]


def nasty():
    """Return charts of every kind for inputs that break charts, in both languages."""
    empty = [
        bars_figure([]), dots_figure([]), heat_figure([], [], []), heat_figure(["A"], [], [[]]), time_figure([]),
        gantt_figure([]), gantt_figure([], last=DAY), curve_figure([]),
        radar([], title="R", summary="s", name="C", language=ZH),
    ]  # fmt: skip
    missing = [
        bars_figure([bar(level=None, low=None, high=None, standing="unseen")] * 3, ZH),
        dots_figure([Dot("A", None, None, None), Dot("B", float("nan"), float("nan"), float("nan"), float("nan"))]),
        time_figure([Moment(DAY, "A", None), Moment(DAY, "B", float("nan"))], target=3.0),
    ]
    same = [
        dots_figure([Dot("A", 3.0, 3.0, 3.0, 3.0)] * 2),
        dots_figure([Dot("A", 0.0, 0.0, 0.0)]),
        dots_figure([Dot("A", -3.0, -5.0, -1.0), Dot("B", 1e6, 9e5, 2e6)]),
        time_figure([Moment(DAY, "A", 2.0)]),
        curve_figure([Band(0.0, 0.0, 0.0, 0.0, 0)] * 2),
    ]
    long = []
    for language, label in ((EN, LONG), (ZH, LONG_ZH)):
        many = [bar(f"{n} {label}", standing="gap") for n in range(40)]
        long += [bars_figure(many, language), radar(many[:15], title=label, summary="s", name="C", language=language)]
        long.append(dots_figure([Dot(label, n / 7, n / 9, n / 5, 3.0) for n in range(40)], language))
        long.append(heat_figure([label] * 40, [label] * 15, [[Cell("1.0", "gap", label)] * 15] * 40, language))
        long.append(time_figure([Moment(DAY + dt.timedelta(days=9 * n), f"{label} {n % 6}", 3.0 + n % 3, 2.0, 5.0) for n in range(30)], target=4.0))  # fmt: skip
        long.append(gantt_figure([Strip(label, DAY, dt.date(2026, 3, 1), "w")] * 12, last=dt.date(2031, 1, 1)))
    return [*empty, *missing, *same, *long]


NASTY = nasty()


def boxes_of_words(root):
    """Return left, top, right, bottom and words of all horizontal text, by the widths that the charts assume."""
    found = []
    for text in root.iter("text"):
        kind = set(text.get("class", "").split())
        if text.get("transform") or not text.text:
            continue
        size = 12 if kind & {"tick", "small"} else 13
        wide = measure(text.text, size, bold="verdict" in kind and "is-unseen" not in kind)
        x, y = numbers(text, "x", "y")
        left = x - wide if "at-end" in kind else x - wide / 2 if "at-middle" in kind else x
        found.append((left, y - size * 0.8, left + wide, y + 2, text.text))
    return found


@pytest.mark.parametrize("number", range(len(NASTY)))
@pytest.mark.parametrize("width", [280, 560, 960])
def test_words_neither_touch_nor_leave_the_picture(number, width):
    root = tree(NASTY[number], width)
    wide, tall = (float(part) for part in root.get("viewBox").split()[2:])
    boxes = boxes_of_words(root)
    for left, top, right, bottom, words in boxes:
        assert left >= -1 and right <= wide + 1 and top >= -1 and bottom <= tall + 1, (NASTY[number].kind, words)
    boxes.sort()
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            if other[0] >= one[2] - 0.5:
                break
            assert other[1] >= one[3] - 0.5 or one[1] >= other[3] - 0.5, (NASTY[number].kind, one, other)


@pytest.mark.parametrize("number", range(len(NASTY)))
def test_no_number_is_missing_from_the_drawing(number):
    text = str(NASTY[number].at(600))
    assert "nan" not in text.lower().replace("nance", "") and "inf" not in re.sub(r">[^<]*<|data-tip='[^']*'", "", text)


def test_every_word_is_escaped():
    cell = [[Cell(HOSTILE, HOSTILE, HOSTILE)]]
    hostile = {"title": HOSTILE, "summary": HOSTILE, "language": EN}
    figures = [
        gap_bars([GapBar(HOSTILE, 3, 2, 4, 3, HOSTILE, HOSTILE)], axis=HOSTILE, name=HOSTILE, **hostile),
        radar([GapBar(HOSTILE, 3, 2, 4, 3, HOSTILE, HOSTILE)] * 3, name=HOSTILE, **hostile),
        dot_intervals([Dot(HOSTILE, 1, 0, 2, 1)], axis=HOSTILE, name=HOSTILE, words=(HOSTILE, HOSTILE), **hostile),
        heat_map([HOSTILE], [HOSTILE], cell, name=HOSTILE, standings={HOSTILE: HOSTILE}, **hostile),
        timeline([Moment(DAY, HOSTILE, 3, 2, 4)], axis=HOSTILE, **hostile),
        gantt([Strip(HOSTILE, DAY, DAY, HOSTILE)], DAY, DAY, name=HOSTILE, **hostile),
        calibration_curve([Band(0.1, 0.1, 0, 1, 3)], words=(HOSTILE, HOSTILE), **hostile),
        icon_array(1, 2, words=(HOSTILE, HOSTILE), **hostile),
    ]
    for figure in figures:
        for width in WIDTHS:
            root = tree(figure, width)
            assert not list(root.iter("script")) and root.get("aria-label") == HOSTILE, figure.kind
            assert root.find("title").text == HOSTILE and root.find("desc").text == HOSTILE
            assert not [name for node in root.iter() for name in node.attrib if name.startswith("on")]
