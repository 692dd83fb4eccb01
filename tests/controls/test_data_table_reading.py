"""Sorting, searching and scrolling a data table in a browser."""

import datetime as dt

import pandas as pd
from table_page import column, draw, head, make, people, sort_state, update

from toolkit.controls.data_table import Column


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
