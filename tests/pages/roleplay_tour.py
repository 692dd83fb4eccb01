"""The way through what surrounds a workshop on the role-play page: feedback, calibration, rubrics."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Page, expect
from tabs import open_tab

from toolkit.language import Language

Visit = Callable[..., Page]
Stops = Iterator[tuple[str, Page]]


def roleplay_after(visit: Visit, say: Language, _folder: Path) -> Stops:
    """Feedback, calibration and rubrics: what surrounds a workshop."""
    page = visit("trainer", "roleplay", language=say.code)
    spring = page.locator("option", has_text=re.compile("Spring role-play workshop|春季模拟演练")).first
    page.get_by_label(say("Workshop"), exact=True).select_option(label=spring.text_content())
    open_tab(page, say("Feedback"))
    expect(page.locator(".coach-feedback:visible")).to_be_visible()
    yield "feedback of one rep", page
    open_tab(page, say("Workshop report"))
    page.get_by_label(say("Show the reps by fair score")).check()
    expect(
        page.locator(".coach-data:visible", has_text=say("Reps by fair score")).locator("tbody tr").first
    ).to_be_visible()
    yield "the workshop report with the list", page
    open_tab(page, say("Lessons"))
    lesson = page.get_by_role("textbox", name=say("Lesson"), exact=True)
    lesson.fill("Let the customer speak first.")
    lesson.press("Tab")
    page.get_by_role("button", name=say("Keep this lesson")).click()
    expect(page.locator(".coach-entry:visible").first).to_be_visible()
    yield "lessons", page
    yield from _calibration(visit, page, say)
    yield from _rubrics(page, say)


def _calibration(visit: Visit, page: Page, say: Language) -> Stops:
    name = f"Tour {say.code}"
    open_tab(page, say("Calibration"))
    open_tab(page, say("New session"))
    page.get_by_label(say("Performance to start from")).select_option(index=1)
    expect(page.get_by_label(say("What was said, or the title or address of a recording"))).not_to_be_empty()
    field = page.get_by_label(say("Name of the session"))
    field.fill(name)
    field.press("Tab")
    yield "a new calibration session", page
    page.get_by_role("button", name=say("Create session")).click()
    sessions = page.get_by_label(say("Calibration session"), exact=True)
    expect(sessions.locator("option:checked")).to_contain_text(name)
    rater = visit("manager", "roleplay", language=say.code)
    open_tab(rater, say("Calibration"))
    option = rater.locator("option", has_text=name).first.text_content()
    rater.get_by_label(say("Calibration session"), exact=True).select_option(label=option)
    criteria = rater.locator(".coach-criterion:visible")
    expect(criteria.first).to_be_visible()
    expect(criteria.locator("[aria-checked=true]")).to_have_count(0)
    yield "a calibration sheet before hand-in", rater
    for position, value in enumerate(("3", "5", "not_observed", "3", "2", "4", "5", "3")):
        criteria.nth(position).locator(f"[data-value='{value}']").click()
        expect(criteria.nth(position).locator(".coach-stamp")).to_contain_text(say("saved {time}", time=""))
    rater.get_by_role("button", name=say("Hand in and compare with the key")).click()
    expect(rater.locator(".coach-entry:visible")).to_have_count(8)
    yield "a calibration sheet beside the key", rater
    open_tab(rater, say("Over time"))
    expect(rater.locator(".coach-card:visible").last).to_be_visible()
    yield "a rater's calibration over time", rater
    open_tab(page, say("All raters"))
    expect(page.locator(".coach-data:visible tbody tr").first).to_be_visible()
    yield "all raters against the key", page
    open_tab(page, say("Lenient or hard"))
    expect(page.locator("figure:visible svg").first).to_be_visible()
    yield "lenient and hard raters", page


def _rubrics(page: Page, say: Language) -> Stops:
    open_tab(page, say("Rubrics"))
    words = page.get_by_label(say("Level {level}, English", level=3))
    expect(words).not_to_be_empty()
    words.fill("")
    words.press("Tab")
    checks = page.locator(".coach-data:visible", has_text=say("Checks"))
    expect(checks).to_contain_text(say("must be mended"))
    expect(page.get_by_role("button", name=say("Discard the draft"))).to_be_visible()
    yield "a rubric with a finding", page
    page.get_by_role("button", name=say("Discard the draft")).click()
    expect(words).not_to_be_empty()
    open_tab(page, say("Import"))
    expect(page.locator(".coach-file:visible")).to_have_count(1)
    yield "a rubric from a file", page
    open_tab(page, say("Versions"))
    expect(page.locator(".coach-data:visible tbody tr").first).to_be_visible()
    yield "a rubric's versions", page
