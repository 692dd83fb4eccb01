"""The data table: what Python says to the browser, and what a reader does with it there."""

import csv
import datetime as dt
import io
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from table_page import draw, served, update

from toolkit.controls.control import Control
from toolkit.controls.data_table import Action, Column, DataTable, Mark
from toolkit.language import Language

HOSTILE = "<img src=x onerror=alert(1)>"
MARKS = {"gap": Mark("probable gap", "bad"), "met": Mark("on target", "good")}
COLUMNS = [
    Column("name", "Name"),
    Column("team", "Team"),
    Column("level", "Level", "number", digits=2),
    Column("share", "Share", "percent"),
    Column("day", "Day", "date", help="When it was seen."),
    Column("verdict", "Verdict", "mark", marks=MARKS),
]


def people(count=40):
    """Return rows of which every fifth lacks level and day."""
    names = ["张伟", "李娜", "王芳", "Ann", "Bo"]
    return pd.DataFrame(
        {
            "name": [f"{names[n % 5]} {n}" for n in range(count)],
            "team": [("North", "South", "East")[n % 3] for n in range(count)],
            "level": [None if n % 5 == 4 else 1000.5 + (7 * n) % 40 for n in range(count)],
            "share": [(n * 3 % 100) / 100 for n in range(count)],
            "day": [
                pd.NaT if n % 5 == 4 else pd.Timestamp(2026, 1, 1) + pd.Timedelta(days=n * 11) for n in range(count)
            ],
            "verdict": ["gap" if n % 2 else "met" for n in range(count)],
        }
    )


def make(frame=None, *, language="en", columns=COLUMNS, on_action=None, on_select=None, **show):
    table = DataTable(
        columns, language=Language(language), caption="People", empty="Nobody yet.", on_action=on_action,
        on_select=on_select,
    )  # fmt: skip
    table.show(people() if frame is None else frame, **show)
    return table


def wire_of(table, name):
    return next(column for column in table.data["columns"] if column["name"] == name)


def send(widget, content):
    widget._handle_custom_msg(content, [])


class TestPython:
    def test_values_are_worded_in_the_language_and_sorted_by_value(self):
        frame = people(5)
        english, chinese = make(frame), make(frame, language="zh")
        assert wire_of(english, "level")["shown"][:2] == ["1,000.50", "1,007.50"]
        assert wire_of(english, "level")["shown"][4] is wire_of(english, "level")["keys"][4] is None
        assert wire_of(english, "share")["shown"][1] == "3 %" and wire_of(chinese, "share")["shown"][1] == "3%"
        assert (
            wire_of(english, "day")["shown"][0] == "1 Jan 2026"
            and wire_of(chinese, "day")["shown"][0] == "2026年1月1日"
        )
        assert wire_of(english, "day")["keys"][0] == "2026-01-01" and wire_of(english, "day")["exact"]
        assert wire_of(english, "verdict")["keys"] == [1, 0, 1, 0, 1]
        assert english.words["locale"] == "en-GB" and chinese.words["locale"] == "zh-CN"
        assert wire_of(english, "name") == {
            "name": "name",
            "label": "Name",
            "kind": "text",
            "shown": list(frame["name"]),
        }

    def test_what_is_no_number_for_json_is_missing(self):
        frame = pd.DataFrame({"n": [math.inf, np.nan, np.float64(2.5), np.int64(3), True]})
        assert wire_of(make(frame, columns=[Column("n", "N", "number")]), "n")["keys"] == [None, None, 2.5, 3, 1]

    def test_small_whole_numbers_travel_once(self):
        frame = pd.DataFrame({"n": [1, 2, 999]})
        assert "shown" not in wire_of(make(frame, columns=[Column("n", "N", "number")]), "n")
        assert wire_of(make(frame * 1000, columns=[Column("n", "N", "number")]), "n")["shown"][0] == "1,000"

    def test_words_made_elsewhere_are_sorted_by_the_values_given(self):
        frame = pd.DataFrame({"n": ["2.0–3.0", "10.0–11.0", "–"], "t": [["a", "b"], "", None]})
        table = make(frame, columns=[Column("n", "N", "number"), Column("t", "T")], sort={"n": [2.0, 10.0, None]})
        assert wire_of(table, "n")["keys"] == [2, 10, None] and not wire_of(table, "n").get("exact")
        assert wire_of(table, "t")["shown"] == ["a\nb", None, None]

    def test_rows_have_ids_of_their_own(self):
        assert make(people(3)).ids == ("0", "1", "2")
        assert make(people(3), ids=["a", "b", "c"]).ids == ("a", "b", "c")
        for wrong in (["a", "b"], ["a", "a", "b"]):
            with pytest.raises(ValueError, match="id of its own"):
                make(people(3), ids=wrong)
        with pytest.raises(ValueError, match="sort by for each row"):
            make(people(3), sort={"level": [1]})

    def test_only_buttons_a_row_really_has_can_be_pressed(self):
        pressed = []
        open_, drop = Action("open", "Open"), Action("drop", "Drop")
        table = make(people(2), ids=["a", "b"], actions={"a": [open_, drop], "b": [open_]},
                     on_action=lambda *press: pressed.append(press))  # fmt: skip
        for forged in ({"row": "b", "action": "drop"}, {"row": "z", "action": "open"}, {"row": "a"}, "open", None, 3):
            send(table, forged)
        assert pressed == []
        send(table, {"row": "b", "action": "open"})
        assert pressed == [("b", "open")]
        assert table.data["offered"] == [["open", "drop"], ["open"]]
        table.data = {**table.data, "offered": [["drop"], ["drop"]]}  # as a forged update of the trait does
        send(table, {"row": "b", "action": "drop"})
        table.show(people(1), ids=["a"])
        send(table, {"row": "a", "action": "open"})
        assert pressed == [("b", "open")]

    def test_only_rows_that_are_there_can_be_chosen(self):
        chosen = []
        table = make(people(3), ids=["a", "b", "c"], on_select=chosen.append)
        table.set_state({"selected": ["c", "z", "a"]})
        assert table.selected == ["a", "c"] and chosen == [["a", "c"]]
        table.show(people(2), ids=["a", "b"])
        assert table.selected == ["a"] and chosen[-1] == ["a"]
        fixed = make(people(3))
        fixed.set_state({"selected": ["0"]})
        assert fixed.selected == [] and not fixed.data["selectable"]

    def test_a_notebook_gets_one_script_without_imports(self):
        script = DataTable(COLUMNS)._esm
        assert "import " not in script.split("class ")[0] and script.count("export ") == 1
        assert script.count("class RowWindow") == script.count("function cellText") == 1
        assert ".coach-data-region" in DataTable(COLUMNS)._css and isinstance(DataTable(COLUMNS), Control)


@pytest.fixture(scope="module")
def address():
    with served() as url:
        yield url


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page.set_default_timeout(10_000)
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    page.close()
    assert not wrong


def column(page, at):
    """Return the words of a column as they are shown, top to bottom."""
    return page.locator("tbody tr").evaluate_all("(rows, at) => rows.map(row => row.cells[at].innerText)", at)


def head(page, name):
    return page.locator("thead").get_by_role("button", name=name, exact=True)


def sort_state(page):
    return page.locator("thead th").evaluate_all("heads => heads.map(head => head.ariaSort).join(' ')")


def test_numbers_and_dates_sort_by_value_and_what_is_missing_stands_last_both_ways(page, address):
    frame = pd.DataFrame(
        {
            "name": list("abcde"),
            "n": [1000.5, None, 9.0, -3.0, 20.0],
            "day": [dt.date(2026, 2, 1), dt.date(2025, 12, 31), None, dt.date(2026, 10, 1), dt.date(2026, 9, 1)],
        }
    )
    draw(
        page,
        address,
        make(frame, columns=[Column("name", "Name"), Column("n", "N", "number"), Column("day", "Day", "date")]),
    )
    seen = []
    for name, at in (("N", 1), ("N", 1), ("N", 0), ("Day", 0), ("Day", 0)):
        head(page, name).click()
        seen.append(column(page, at))
    assert seen[0] == ["-3.0", "9.0", "20.0", "1,000.5", "–"] and seen[1] == ["1,000.5", "20.0", "9.0", "-3.0", "–"]
    assert seen[2] == list("abcde")
    assert seen[3] == list("baedc") and seen[4] == list("deabc")


def test_chinese_names_stand_in_the_order_of_pinyin(page, address):
    names = ["张伟", "李娜", None, "安静", "王芳", "陈杰", "赵敏"]
    draw(page, address, make(pd.DataFrame({"name": names}), columns=[Column("name", "姓名")], language="zh"))
    head(page, "姓名").press("Enter")
    assert column(page, 0) == ["安静", "陈杰", "李娜", "王芳", "张伟", "赵敏", "–"] and sort_state(page) == "ascending"
    head(page, "姓名").press("Enter")
    assert column(page, 0)[0] == "赵敏" and column(page, 0)[-1] == "–" and sort_state(page) == "descending"
    head(page, "姓名").press(" ")
    assert column(page, 0) == [name or "–" for name in names] and sort_state(page) == "none"


def test_marks_sort_in_the_order_given_and_are_told_by_word(page, address):
    draw(page, address, make(people(6)))
    head(page, "Verdict").click()
    assert column(page, 5) == ["probable gap"] * 3 + ["on target"] * 3
    assert page.locator(".coach-data-mark.is-bad").count() == 3


def test_a_search_and_filters_narrow_the_rows_and_say_how_many(page, address):
    draw(page, address, make(search=[f"zhangwei{n}" if n % 5 == 0 else "" for n in range(40)]))
    count, rows = page.get_by_role("status"), page.locator("tbody tr")
    assert count.inner_text() == "Showing 40 of 40" and rows.count() == 40
    page.get_by_label("Search this table").fill("  ZHANGwei ")
    assert count.inner_text() == "Showing 8 of 40" and rows.count() == 8
    page.get_by_label("Team").select_option("South")
    assert count.inner_text() == "Showing 2 of 40" and set(column(page, 1)) == {"South"}
    page.get_by_label("Search this table").fill("张伟 on target")
    assert set(column(page, 5)) == {"on target"}
    page.get_by_label("Search this table").fill("nobody")
    assert rows.count() == 0 and page.get_by_text("Nothing matches the search and the filters.").is_visible()
    page.get_by_role("button", name="Clear search and filters").click()
    assert count.inner_text() == "Showing 40 of 40" and page.get_by_label("Team").input_value() == ""
    assert page.evaluate("document.activeElement.type") == "search"
    assert page.locator("table").get_attribute("aria-rowcount") == "41"
    assert page.locator(".coach-data-filter span").all_inner_texts() == ["Team", "Verdict"]


def test_half_a_syllable_of_an_input_method_is_not_searched_for(page, address):
    draw(page, address, make())
    page.evaluate("""() => { const field = document.querySelector('[type=search]'); field.value = 'zh';
      field.dispatchEvent(new InputEvent('input', {bubbles: true, isComposing: true})); }""")
    assert page.locator("tbody tr").count() == 40
    page.evaluate("""() => { const field = document.querySelector('[type=search]'); field.value = '张';
      field.dispatchEvent(new CompositionEvent('compositionend', {bubbles: true})); }""")
    assert page.locator("tbody tr").count() == 8


def test_few_rows_look_quiet_and_none_say_why(page, address):
    table = make(people(12))
    draw(page, address, table)
    assert page.locator("input, select, .coach-data-csv").count() == 0 and not page.get_by_role("status").is_visible()
    assert page.get_by_text("When it was seen.").is_visible()
    table.show(people(0))
    update(page, table)
    assert page.get_by_text("Nobody yet.").is_visible() and not page.locator("table").is_visible()


def test_five_thousand_rows_keep_the_page_small(page, address):
    draw(page, address, make(people(5000)))
    rows = page.locator("tbody tr[data-row]")
    assert page.get_by_role("status").inner_text() == "Showing 5,000 of 5,000" and rows.count() < 80
    region = page.get_by_role("region", name="People")
    region.focus()
    page.keyboard.press("End")
    last = page.locator("tbody tr[aria-rowindex='5001']")
    last.wait_for()
    assert "Bo 4999" in last.inner_text() and rows.count() < 80
    box, around = last.bounding_box(), region.bounding_box()
    assert box["y"] + box["height"] <= around["y"] + around["height"] + 1
    page.keyboard.press("Home")
    page.locator("tbody tr[aria-rowindex='2']").wait_for()
    for part in (0.3, 0.7, 0.999):
        region.evaluate("(node, part) => { node.scrollTop = node.scrollHeight * part }", part)
        page.wait_for_timeout(60)
        shown = rows.evaluate_all("""rows => { const box = document.querySelector('.coach-data-region').getBoundingClientRect();
          return rows.filter(row => { const at = row.getBoundingClientRect(); return at.bottom > box.top && at.top < box.bottom }).length }""")
        assert shown > 10


def test_rows_of_different_heights_are_all_reached(page, address):
    frame = people(600)
    frame["team"] = [("word " * (n % 40)).strip() or "x" for n in range(600)]
    draw(page, address, make(frame))
    region = page.get_by_role("region", name="People")
    seen = set()
    for _ in range(400):
        seen |= set(page.locator("tbody tr[data-row]").evaluate_all("rows => rows.map(row => Number(row.dataset.row))"))
        if 599 in seen:
            break
        region.evaluate("node => { node.scrollTop += node.clientHeight * 0.8 }")
        page.wait_for_timeout(20)
    assert seen == set(range(600))


def test_by_keyboard_alone(page, address):
    draw(page, address, make(people(300)))
    for wanted in ("search", "filter:team", "filter:verdict", "csv"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.focus") == wanted
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "region"
    page.keyboard.press("PageDown")
    page.wait_for_function("document.querySelector('.coach-data-region').scrollTop > 200")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    page.wait_for_function("document.querySelector('.coach-data-region').scrollTop === 0")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert sort_state(page) == "none ascending none none none none"
    assert page.evaluate("document.activeElement.dataset.focus") == "sort:team"


def test_a_screen_reader_meets_a_table(page, address):
    draw(page, address, make(people(300)))
    table = page.get_by_role("table", name="People")
    assert table.get_attribute("aria-rowcount") == "301"
    assert table.get_by_role("columnheader").count() == 6
    assert table.get_by_role("rowheader", name="张伟 0", exact=True).count() == 1
    assert page.locator("thead th:not([scope=col]), tbody th:not([scope=row])").count() == 0
    note = head(page, "Day").get_attribute("aria-describedby")
    assert page.locator(f"#{note}").inner_text() == "When it was seen."


def test_new_rows_keep_sort_filter_place_and_focus(page, address):
    table = make(people(400), ids=[f"p{n}" for n in range(400)], actions=[Action("open", "Open")], on_action=print)
    draw(page, address, table)
    head(page, "Share").click()
    page.get_by_label("Team").select_option("South")
    region = page.get_by_role("region", name="People")
    region.evaluate("node => { node.scrollTop = 1500 }")
    page.wait_for_timeout(60)
    press = page.get_by_role("button", name="Open: ").nth(20)
    press.focus(timeout=2000)
    where, top = press.get_attribute("data-row"), region.evaluate("node => node.scrollTop")
    frame = people(400)
    frame["verdict"] = "gap"
    table.show(frame, ids=[f"p{n}" for n in range(400)], actions=[Action("open", "Open")])
    update(page, table)
    assert set(column(page, 1)[1:-1]) == {"South"} and sort_state(page).split()[3] == "ascending"
    assert abs(region.evaluate("node => node.scrollTop") - top) < 2
    assert page.evaluate("document.activeElement.dataset.row") == where
    page.get_by_label("Search this table").focus()
    page.keyboard.type("张")
    table.show(people(400))
    update(page, table)
    assert page.evaluate("document.activeElement.value") == "张"


def test_rows_are_chosen_and_buttons_pressed(page, address):
    table = make(people(30), actions=[Action("open", "Open")], on_action=print, on_select=print)
    draw(page, address, table)
    page.get_by_label("Select 李娜 1", exact=True).check()
    page.get_by_role("button", name="Open: 王芳 2", exact=True).click()
    assert page.evaluate("window.sent") == [{"selected": ["1"]}, {"row": "2", "action": "open"}]
    assert page.get_by_role("status").inner_text() == "Showing 30 of 30 · 1 selected"
    page.get_by_label("Search this table").fill("张伟")
    page.get_by_label("Select all rows shown").check()
    assert page.get_by_role("status").inner_text() == "Showing 6 of 30 · 7 selected"
    page.get_by_label("Select all rows shown").uncheck()
    assert page.evaluate("window.model.get('selected')") == ["1"]


def test_what_people_wrote_never_becomes_markup(page, address):
    marks = {"m": Mark(HOSTILE)}
    columns = [Column("a", HOSTILE, help=HOSTILE), Column("b", "B"), Column("m", "M", "mark", marks=marks)]
    frame = pd.DataFrame({"a": [f"{HOSTILE}{n}" for n in range(20)], "b": [HOSTILE, "x"] * 10, "m": "m"})
    table = DataTable(columns, caption=HOSTILE, on_action=print, on_select=print)
    table.show(frame, actions=[Action("x", HOSTILE)])
    draw(page, address, table)
    assert page.locator("img").count() == 0 and page.get_by_label("B").locator("option").count() == 3


def test_a_csv_file_holds_what_is_shown(page, address):
    frame = people(30)
    frame.loc[0, "team"] = "=HYPERLINK(1)"
    frame.loc[5, "name"] = '张伟 "5", x'
    draw(page, address, make(frame))
    page.get_by_label("Search this table").fill("张伟")
    head(page, "Level").click()
    head(page, "Level").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    content = Path(download.value.path()).read_bytes()
    assert download.value.suggested_filename == "People.csv" and content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == ["Name", "Team", "Level", "Share", "Day", "Verdict"] and len(rows) == 7
    wanted = frame.iloc[::5].sort_values("level", ascending=False)
    assert [row[0] for row in rows[1:]] == list(wanted["name"])
    assert [float(row[2]) for row in rows[1:]] == list(wanted["level"])
    assert {row[1] for row in rows if row[0] == "张伟 0"} == {"'=HYPERLINK(1)"}
    assert all(row[4].startswith("2026-") for row in rows[1:])


def test_copied_cells_stand_in_columns(page, address):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address.rstrip("/"))
    draw(page, address, make(people(30), actions=[Action("open", "Open")], on_action=print, on_select=print))
    page.evaluate("""() => { const rows = document.querySelectorAll('tbody tr'); const range = document.createRange();
      range.setStart(rows[0], 0); range.setEnd(rows[1].cells[3], 1);
      getSelection().removeAllRanges(); getSelection().addRange(range); }""")
    page.keyboard.press("Control+c")
    copied = page.evaluate("navigator.clipboard.readText()").replace("\r", "")
    assert copied.split("\n") == [
        "张伟 0\tNorth\t1,000.50\t0 %\t1 Jan 2026\ton target",
        "李娜 1\tSouth\t1,007.50\t3 %\t12 Jan 2026\tprobable gap",
    ]


def test_the_whole_table_is_printed(page, address):
    draw(page, address, make(people(700)))
    page.emulate_media(media="print")
    page.wait_for_function("document.querySelectorAll('tbody tr').length === 700")
    assert not page.get_by_label("Search this table").is_visible()
    assert page.locator("thead").get_by_text("Level").is_visible()
    assert page.locator(".coach-data-region").evaluate("node => node.scrollHeight <= node.clientHeight + 1")
    page.emulate_media(media="screen")
    page.wait_for_function("document.querySelectorAll('tbody tr').length < 100")


@pytest.mark.parametrize("width", [320, 560])
def test_on_a_phone_rows_are_cards(page, address, width):
    page.set_viewport_size({"width": width, "height": 740})
    draw(page, address, make(people(300)))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert (
        page.locator("tbody td[data-label]").first.evaluate("node => getComputedStyle(node, '::before').content")
        == '"Team" / ""'
    )
    head(page, "Level").click()
    assert column(page, 0)[1].startswith("张伟") and page.get_by_role("table", name="People").count() == 1
    page.get_by_role("region", name="People").press("End")
    page.locator("tbody tr[aria-rowindex='301']").wait_for()


def test_a_table_that_leaves_the_page_lets_go(page, address):
    table = make(people(30))
    draw(page, address, table)
    page.evaluate("window.leave()")
    table.show(people(20))
    update(page, table)
    assert page.locator("tbody tr").count() == 30
