"""A data table by keyboard, for screen readers, on a phone, on paper and on the way to a spreadsheet."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from table_page import HOSTILE, column, draw, head, make, people, sort_state, update

from toolkit.controls.data_table import Action, Column, DataTable, Mark


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
