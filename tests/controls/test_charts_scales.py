"""Round ticks, dates on axes, and where words break."""

import datetime as dt
from itertools import pairwise

import pytest

from toolkit.controls.charts.drawing import spread
from toolkit.controls.charts.lettering import measure, shorten, wrap
from toolkit.controls.charts.scales import (
    Scale,
    date_ticks,
    decimals,
    extent,
    nice_ticks,
    number_ticks,
    outward,
)
from toolkit.language import Language

EN, ZH = Language("en"), Language("zh")


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        (0, 1, 6, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (1, 5, 5, [1, 2, 3, 4, 5]),
        (-3, 7.2, 6, [-2, 0, 2, 4, 6]),
        (0.123, 0.127, 5, [0.123, 0.124, 0.125, 0.126, 0.127]),
        (0, 1_000_000, 3, [0, 500_000, 1_000_000]),
        (5, 5, 4, [5]),
    ],
)
def test_ticks_are_round_and_few(low, high, most, ticks):
    assert nice_ticks(low, high, most) == ticks


def test_ticks_have_as_many_decimals_as_they_need():
    assert decimals([0, 0.5, 1]) == 1 and decimals([1, 2]) == 0 and decimals([0.125]) == 3
    assert [tick.words for tick in number_ticks(Scale(0, 0.4, 0, 400), EN, percent=True, most=5)] == [
        "0 %", "10 %", "20 %", "30 %", "40 %",
    ]  # fmt: skip
    assert [tick.words for tick in number_ticks(Scale(0, 0.01, 0, 300), ZH, percent=True, most=3)][1] == "0.5%"


def test_the_ends_lie_around_the_values():
    assert outward(0.13, 4.7) == (0, 5) and outward(1, 5) == (1, 5)
    assert extent([None, float("nan"), 2.0, 4.0]) == (2, 4) and extent([]) == (0, 1)
    low, high = extent([3.0, 3.0])
    assert low < 3 < high
    assert Scale(2, 2, 0, 100)(2) == 50 and Scale(0, 10, 100, 0)(2.5) == 75


@pytest.mark.parametrize(
    ("first", "last", "language", "words"),
    [
        ((2026, 3, 2), (2026, 3, 5), EN, ["2 Mar", "3 Mar", "4 Mar", "5 Mar"]),
        ((2026, 3, 3), (2026, 4, 6), EN, ["9 Mar", "16 Mar", "23 Mar", "30 Mar", "6 Apr"]),
        ((2025, 10, 20), (2026, 3, 20), EN, ["Nov 2025", "Dec", "Jan 2026", "Feb", "Mar"]),
        ((2025, 10, 20), (2026, 3, 20), ZH, ["2025年11月", "12月", "2026年1月", "2月", "3月"]),
        ((2024, 2, 2), (2026, 4, 20), EN, ["Q2 2024", "Q3", "Q4", "Q1 2025", "Q2", "Q3", "Q4", "Q1 2026", "Q2"]),
        ((2000, 2, 2), (2026, 4, 20), ZH, ["2005年", "2010年", "2015年", "2020年", "2025年"]),
    ],
)
def test_dates_stand_by_day_week_month_quarter_or_year(first, last, language, words):
    days = Scale(dt.date(*first).toordinal(), dt.date(*last).toordinal(), 0, 560)
    ticks = date_ticks(days, language, most=9)
    assert [tick.words for tick in ticks] == words or (words[0][:2] == "20" and len(ticks) <= 9)
    assert all(days.low <= tick.value <= days.high for tick in ticks)


@pytest.mark.parametrize("days", [1, 3, 10, 40, 100, 300, 800, 3000, 20000, 300000])
@pytest.mark.parametrize("width", [150, 400, 1100])
@pytest.mark.parametrize("language", [EN, ZH])
def test_words_of_dates_never_touch(days, width, language):
    scale = Scale(730000, 730000 + days, 0, width)
    ticks = date_ticks(scale, language)
    assert len(ticks) <= 13 or days > 100_000
    if days <= 20000:
        for one, other in pairwise(ticks):
            gap = scale(other.value) - scale(one.value)
            assert gap >= (measure(one.words, 12) + measure(other.words, 12)) / 2


def test_weeks_begin_on_monday():
    scale = Scale(dt.date(2026, 3, 3).toordinal(), dt.date(2026, 5, 3).toordinal(), 0, 900)
    assert {dt.date.fromordinal(int(tick.value)).weekday() for tick in date_ticks(scale, EN)} == {0}


def test_a_chinese_character_is_one_em():
    assert measure("王小明", 10) == 30 and measure("王小明", 10, bold=True) > 30
    assert measure("iii", 10) < measure("nnn", 10) < measure("mmm", 10) < 30 and measure("", 10) == 0


def test_names_are_not_split():
    for most in (30, 45, 60, 80, 200):
        assert wrap("欧阳娜娜 王小明", most)[0].rstrip("…") in ("欧阳娜娜 王小明", "欧阳娜娜", "欧阳娜", "欧阳", "欧")
    assert wrap("欧阳娜娜 王小明", 60) == ["欧阳娜娜", "王小明"]
    lines = wrap("处理客户异议与价格谈判能力", 100)
    assert "".join(lines) == "处理客户异议与价格谈判能力" and len(lines) == 2


def test_lines_are_balanced_and_fit():
    words = "Handling objections and price negotiation"
    lines = wrap(words, 200, 2)
    assert " ".join(lines) == words and max(measure(line) for line in lines) <= 200
    assert wrap("Supercalifragilisticexpialidocious", 80)[0].endswith("…")
    assert all(measure(line) <= 60 for line in wrap(words, 60, 3)) and len(wrap(words, 60, 3)) <= 3
    assert wrap("", 50) == [""] and shorten("Ann", 200) == "Ann" and shorten("Ann", 0) == "…"


def test_places_are_moved_apart_and_kept_inside():
    moved = spread([10.0, 11, 12, 95], [10.0] * 4, 0, 100)
    assert all(b - a >= 10 for a, b in pairwise(moved)) and moved[0] >= 5 and moved[-1] <= 95
    assert spread([20.0, 80], [10.0, 10], 0, 100) == [20, 80] and spread([], [], 0, 1) == []
