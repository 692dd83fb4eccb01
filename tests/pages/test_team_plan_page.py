"""A manager plans for the whole team, finds mentors, looks through the catalogue, and asks whether it worked."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from tours import open_tab

from toolkit.language import Language

LONG = 150_000


@pytest.mark.parametrize("code", ["en", "zh"])
def test_a_team_is_planned_watched_saved_and_looked_back_on(visit: Callable[..., Page], code: str) -> None:
    say = Language(code)
    page = visit("manager", "plans", language=code, width=1440 if code == "en" else 820)
    open_tab(page, say("Team"))
    page.get_by_label(say("Budget of all together ({currency})", currency="CNY")).fill("9000")
    page.get_by_role("button", name=say("Plan for all of them")).click()
    # It runs beside the page: it can be watched and stopped, and what was found stays.
    stop = page.get_by_role("button", name=say("Cancel"))
    expect(stop.or_(page.locator(".coach-facts:visible")).first).to_be_visible()
    if code == "zh" and stop.is_visible():
        stop.click()
    expect(page.get_by_role("button", name=say("Save all as drafts"))).to_be_visible(timeout=LONG)
    rows = page.locator(".coach-data:visible tbody tr")
    planned = rows.count()
    assert planned >= 5
    name = rows.first.locator("th").inner_text()
    page.get_by_role("button", name=say("Show the plan")).first.click()
    expect(page.get_by_role("heading", name=say("Plan of {name}", name=name))).to_be_visible()
    with page.expect_download() as file:
        page.get_by_role("button", name="Excel", exact=True).click()
    book = openpyxl.load_workbook(io.BytesIO(Path(file.value.path()).read_bytes()))
    assert len(book.sheetnames) == 4 and book.worksheets[0].max_row == planned + 1
    open_tab(page, say("What is shared"))
    expect(page.get_by_text(say("Budget of all together"), exact=True).last).to_be_visible()
    page.get_by_role("button", name=say("Save all as drafts")).click()
    expect(page.locator(".coach-status.is-good:visible")).to_be_visible()

    open_tab(page, say("Mentors"))
    page.get_by_role("button", name=say("Propose mentors")).click()
    expect(page.get_by_text(say("Who accompanies whom")).first).to_be_visible()
    page.get_by_role("button", name=say("Record these pairs")).click()
    expect(page.locator(".coach-status.is-good:visible")).to_be_visible()
    open_tab(page, say("Careers"))
    expect(page.locator(".coach-data:visible tbody tr").first).to_be_visible()

    open_tab(page, say("Did it work"))
    page.get_by_role("button", name=say("Measure"), exact=True).click()
    expect(page.get_by_text(say("Nobody was chosen."))).to_be_visible()
    page.get_by_role("combobox", name=say("Who took part")).click()
    for _ in range(6):
        page.locator(".coach-option[aria-selected=false]:visible").first.click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=say("Measure"), exact=True).click()
    # Either a figure with its doubts or a refusal with its reason; never nothing.
    expect(page.locator(".coach-sections .coach-status:visible, .coach-data:visible").first).to_be_visible()


def test_a_session_is_added_and_a_day_in_the_past_is_refused(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "plans")
    open_tab(page, "Catalogue")
    expect(page.locator(".coach-data:visible tbody tr").first).to_be_visible()
    page.get_by_label("First day").fill("2020-01-01")
    page.get_by_role("button", name="Add the session").click()
    expect(page.get_by_text("The session on 1 Jan 2020 lies in the past.")).to_be_visible()
    page.get_by_label("First day").fill("2099-03-02")
    page.get_by_role("button", name="Add the session").click()
    expect(page.get_by_text("on 2 Mar 2099.").first).to_be_visible()


def test_a_fair_start_is_drawn_and_recorded(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "plans")
    open_tab(page, "Did it work")
    open_tab(page, "Fair start")
    page.get_by_role("button", name="Propose who starts").click()
    expect(page.get_by_text("Nobody was chosen.")).to_be_visible()
