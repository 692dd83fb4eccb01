"""A manager's plan: made, changed, saved, exported; and what happens with impossible limits."""

import datetime as dt
import io
import re
from collections.abc import Callable
from pathlib import Path

import docx
import icalendar
from playwright.sync_api import Page, expect


def make(page: Page) -> None:
    page.get_by_role("button", name="Make the plan").click()
    expect(page.get_by_text(re.compile("^Proven: with these limits"))).to_be_visible()


def pick(page: Page, label: str, position: int) -> None:
    page.get_by_role("combobox", name=label).click()
    page.locator(".coach-option:visible").nth(position).click()


def titles(page: Page) -> list[str]:
    return page.locator(".coach-entries").first.locator("h2").all_inner_texts()


def test_a_plan_is_made_changed_saved_and_exported(visit: Callable[..., Page]) -> None:
    page = visit("manager", "plans")
    make(page)
    before = titles(page)
    assert len(before) >= 3
    page.get_by_role("button", name=f"Leave out: {before[0]}").click()
    expect(page.get_by_text("Planned again.")).to_be_visible()
    assert before[0] not in titles(page)
    kept = titles(page)[0]
    page.get_by_role("button", name=f"Pin: {kept}").click()
    expect(page.get_by_role("button", name=f"Pin: {kept}")).to_have_attribute("aria-pressed", "true")
    planned = titles(page)
    assert kept in planned
    page.get_by_role("button", name="Save plan").click()
    expect(page.get_by_text("Saved as version 1.")).to_be_visible()
    with page.expect_download() as word:
        page.get_by_role("button", name="Word").click()
    text = "\n".join(
        cell.text for table in docx.Document(word.value.path()).tables for row in table.rows for cell in row.cells
    )
    assert all(title in text for title in planned)
    with page.expect_download() as calendar:
        page.get_by_role("button", name="Calendar").click()
    events = icalendar.Calendar.from_ical(Path(calendar.value.path()).read_bytes()).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == planned
    assert all(event["SEQUENCE"] == 1 for event in events)

    page.reload()
    expect(page.get_by_text("This is the saved plan, version 1.")).to_be_visible()
    assert titles(page) == planned


def test_impossible_limits_are_refused_in_words(visit: Callable[..., Page]) -> None:
    page = visit("manager", "plans")
    pick(page, "Person", 3)
    make(page)
    planned = titles(page)
    page.get_by_label("Deadline").fill(dt.date.today().isoformat())
    page.get_by_role("button", name="Make the plan").click()
    expect(page.get_by_role("alert").last).to_contain_text("is not after the start")
    assert titles(page) == planned
    page.get_by_label("Deadline").fill((dt.date.today() + dt.timedelta(weeks=20)).isoformat())
    hours = page.get_by_label("Hours per week")
    hours.fill("-2")
    page.get_by_role("button", name="Make the plan").click()
    expect(hours).to_have_accessible_description("Enter a number from 0.25 to 60.")
    expect(page.get_by_role("alert").last).to_contain_text("“Hours per week” cannot be used as it is.")
    assert titles(page) == planned


def test_a_plan_in_chinese(visit: Callable[..., Page]) -> None:
    page = visit("manager", "plans", language="zh", width=820)
    pick(page, "人员", 4)
    page.get_by_role("button", name="生成计划").click()
    expect(page.get_by_text(re.compile("^已证明"))).to_be_visible()
    text = page.locator("main").inner_text()
    assert not re.findall(r"\b(Closes|levels|Hours|Pin|Leave|Drill|Course)\b", text)
    with page.expect_download() as word:
        page.get_by_role("button", name="Word").click()
    document = docx.Document(io.BytesIO(Path(word.value.path()).read_bytes()))
    assert document.paragraphs[0].text == "个人发展计划"
