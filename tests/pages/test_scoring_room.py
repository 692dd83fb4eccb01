"""Scoring in the room: evidence first, a timer, hand-in with reasons afterwards, joint visits and proposals."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect
from test_roleplay_page import criterion, option, start_workshop


def rate_all(page: Page, value: str = "3") -> None:
    for position in range(page.locator(".coach-criterion").count()):
        option(page, position, value).click()
        expect(criterion(page, position).locator(".coach-stamp")).to_contain_text("saved")


def test_what_was_seen_comes_first_and_stays(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "roleplay")
    start_workshop(page, "Evidence")
    page.set_viewport_size({"width": 820, "height": 1100})
    saw = criterion(page, 0).get_by_label("What you saw")
    saw.fill("Said why she came")
    expect(criterion(page, 0).locator(".coach-stamp")).to_contain_text("saved")  # after a second of rest
    expect(page.locator(".coach-sheet-head")).to_contain_text("0 of 8 criteria rated.")
    saw.press_sequentially(", asked for ten minutes")
    page.get_by_role("button", name="Next: Rep").click()  # no rest: leaving the field is enough
    expect(saw).to_have_value("")
    expect(page).to_have_url(re.compile("rep="))
    page.reload()
    page.get_by_role("button", name="Previous: Rep").click()
    expect(saw).to_have_value("Said why she came, asked for ten minutes")
    option(page, 1, "not_observed").click()
    expect(criterion(page, 1)).to_contain_text("counts as missing; the score rests on the other criteria")


def test_a_sheet_is_handed_in_and_changed_with_a_reason(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "roleplay")
    start_workshop(page, "Hand-in")
    page.set_viewport_size({"width": 820, "height": 1100})
    first = page.locator(".coach-sheet-rep strong").inner_text()
    option(page, 0, "4").click()
    page.get_by_role("button", name="Hand in the sheet").click()
    expect(page.locator(".coach-sheet-end")).to_contain_text("Not handed in yet. Still open: Needs analysis")
    expect(criterion(page, 2)).to_contain_text("still open")
    expect(option(page, 2, "1")).to_be_focused()
    rate_all(page)
    page.get_by_role("button", name="Hand in the sheet").click()
    expect(page.locator(".coach-sheet-head")).to_contain_text("Handed in at")
    option(page, 0, "4").click()
    expect(criterion(page, 0)).to_contain_text("Why do you change “Opening” from 3 to 4?")
    expect(option(page, 0, "3")).to_have_attribute("aria-checked", "true")
    page.get_by_role("button", name="Change it").click()
    expect(criterion(page, 0)).to_contain_text("Write the reason first.")
    page.get_by_role("textbox", name="Reason").fill("I had overlooked the agenda")
    page.get_by_role("button", name="Change it").click()
    expect(option(page, 0, "4")).to_have_attribute("aria-checked", "true")
    words = "“Opening” changed after hand-in: from 3 to 4, because: I had overlooked the agenda"
    expect(page.locator(".coach-sheet-end")).to_contain_text(words)
    page.reload()
    # It opens on the first sheet that waits.
    expect(page.locator(".coach-sheet-rep strong")).not_to_have_text(first)
    page.get_by_role("button", name="Previous: Rep").click()
    expect(page.locator(".coach-sheet-end")).to_contain_text(words)


def test_the_timer_runs_by_itself_and_says_when_a_stage_is_over(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "roleplay")
    workshop = page.get_by_label("Workshop", exact=True)
    workshop.select_option(label=workshop.locator("option", has_text="Practice workshop").first.text_content())
    timer = page.locator(".coach-timer")
    expect(timer).to_contain_text("Stage 1 of 4: Preparing the plan")
    page.clock.install()
    page.reload()
    expect(timer).to_contain_text("20:00 left")
    timer.get_by_role("button", name="Begin", exact=True).click()
    page.clock.run_for("05:00")
    expect(timer).to_contain_text("15:00 left")
    option(page, 0, "3").click()
    expect(timer).to_contain_text("15:00 left")
    page.clock.run_for("16:00")
    expect(timer.get_by_role("status")).to_have_text("The time for “Preparing the plan” is over.")
    expect(timer).to_contain_text("1:00 over")
    timer.get_by_role("button", name="Next stage").click()
    expect(timer).to_contain_text("Stage 2 of 4")
    timer.get_by_role("button", name="Pause").click()
    page.clock.run_for("03:00")
    expect(timer).to_contain_text("5:00 left")
    page.get_by_role("button", name="Next: Rep").click()
    expect(timer).to_contain_text("Stage 1 of 4")
    expect(timer).to_contain_text("20:00 left")


def test_a_proposal_is_reviewed_with_its_own_rubric(visit: Callable[..., Page]) -> None:
    page = visit("manager", "roleplay")
    page.get_by_role("button", name="New joint visit or proposal review").click()
    page.get_by_label("What you score").select_option("Written proposal")
    page.get_by_role("button", name="Open the sheet").click()
    expect(page.get_by_role("alert")).to_contain_text("needs a rep, a day and what it is about")
    page.get_by_label("What it is about").fill("Tea House")
    page.get_by_label("What it is about").press("Tab")
    page.get_by_role("button", name="Open the sheet").click()
    expect(page.locator(".coach-sheet-head")).to_contain_text("Review of a written proposal")
    expect(page.locator(".coach-criterion")).to_have_count(7)
    expect(page.get_by_label("Workshop", exact=True).locator("option:checked")).to_contain_text("Proposal: Tea House")
    option(page, 1, "4").click()
    expect(criterion(page, 1).locator(".coach-stamp")).to_contain_text("saved")
