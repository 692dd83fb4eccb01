"""After a workshop: sheets to hand out, the report, and a lesson that the next workshop finds in its brief."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect


def open_feedback(page: Page, workshop: int = 1) -> None:
    """Open the feedback of a past workshop."""
    page.get_by_role("combobox").first.select_option(index=workshop)
    page.get_by_role("tab").nth(3).click()
    expect(page.locator(".coach-feedback")).to_be_visible()


def test_a_trainer_hands_out_sheets_and_writes_down_a_lesson(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "roleplay")
    open_feedback(page)
    feedback = page.locator(".coach-feedback")
    expect(feedback.locator("h2")).to_have_text(["What went well", "Practise next", "Score, and how sure it is"])
    expect(feedback).to_contain_text("To practise (level")
    expect(page.locator(".coach-figure svg").first).to_be_visible()
    name = page.get_by_role("combobox", name="Rep").input_value()
    before = feedback.inner_text()
    page.get_by_role("button", name="Next: Rep").click()
    expect(feedback).not_to_have_text(before)
    assert page.get_by_role("combobox", name="Rep").input_value() != name
    with page.expect_download() as download:
        page.get_by_role("button", name="Word: this rep").click()
    assert download.value.suggested_filename.endswith(".docx")
    with page.expect_download() as download:
        page.get_by_role("button", name="Excel: all ratings").click()
    assert download.value.suggested_filename == "Ratings.xlsx"

    # All of them take a while: the bar can stop it, and the next try goes to its end.
    page.get_by_role("button", name="Word: all reps").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Stopped. No file was made.")).to_be_visible()
    page.get_by_role("button", name="Word: all reps").click()
    expect(page.get_by_text("The file with 30 sheets is ready.")).to_be_visible(timeout=120_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the Word file").click()
    assert download.value.suggested_filename == "Feedback of all reps.docx"

    page.get_by_role("tab", name="Workshop report").click()
    expect(page.get_by_text("Reps seen: 30 of 30.")).to_be_visible()
    expect(page.get_by_text("Another rater buys more")).to_be_visible()
    expect(page.locator("table:visible", has_text="Plausible ranks")).to_have_count(0)
    page.get_by_label("Show the reps by fair score").check()
    expect(page.locator("table:visible", has_text="Plausible ranks").locator("tbody tr")).to_have_count(30)

    page.get_by_role("tab", name="Lessons").click()
    page.get_by_label("Scenario", exact=True).locator("visible=true").select_option(index=1)
    page.get_by_role("button", name="Keep this lesson").click()
    expect(page.get_by_role("alert").last).to_contain_text("The lesson is empty.")
    page.get_by_label("Lesson", exact=True).fill("Let the customer speak first.")
    page.get_by_role("button", name="Keep this lesson").click()
    expect(page.locator(".coach-entry:visible")).to_contain_text("Let the customer speak first.")
    page.reload()
    expect(page.locator(".coach-entry:visible")).to_contain_text("Let the customer speak first.", timeout=60_000)


def test_a_manager_finds_only_the_own_team(visit: Callable[..., Page]) -> None:
    page = visit("manager", "roleplay")
    open_feedback(page)
    people = page.get_by_role("combobox", name="Rep")
    people.click()
    assert 0 < page.locator(".coach-option:visible").count() < 15


def test_feedback_in_chinese_fits_a_phone_and_a_tablet(visit: Callable[..., Page]) -> None:
    for width in (820, 320):
        page = visit("trainer", "roleplay", language="zh", width=width)
        open_feedback(page)
        expect(page.locator(".coach-feedback")).to_contain_text(re.compile("[\u4e00-\u9fff]"))
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
