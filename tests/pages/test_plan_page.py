"""A manager's plan: made, changed, saved, agreed with the rep, followed, planned again, exported; impossible limits."""

import datetime as dt
import io
import re
from collections.abc import Callable
from pathlib import Path

import docx
import icalendar
import pytest
from playwright.sync_api import Page, expect
from tours import open_tab

from toolkit.language import Language

LONG = 60_000


def start(page: Page, say: Language) -> None:
    """Make a plan and wait until what follows in the background is there too."""
    page.get_by_role("button", name=say("Make the plan"), exact=True).click()
    expect(page.locator(".coach-facts:visible").first).to_be_visible()
    expect(page.get_by_text(say("What nearly came in"))).to_be_visible(timeout=LONG)


def titles(page: Page) -> list[str]:
    return page.locator(".coach-entries:visible").first.locator("h2").all_inner_texts()


@pytest.mark.parametrize("code", ["en", "zh"])
def test_a_plan_is_made_pinned_agreed_followed_planned_again_and_exported(
    visit: Callable[..., Page], code: str
) -> None:
    say = Language(code)
    page = visit("manager", "plans", language=code, width=1440 if code == "en" else 820)
    position = 5 if code == "en" else 6
    page.get_by_role("combobox", name=say("Person")).click()
    page.locator(".coach-option:visible").nth(position).click()
    start(page, say)
    before = titles(page)
    assert len(before) >= 2
    page.get_by_role("button", name=f"{say('Leave out')}: {before[0]}").click()
    expect(page.locator(".coach-status.is-good:visible")).to_be_visible()
    assert before[0] not in titles(page)
    kept = titles(page)[0]
    pin = page.get_by_role("button", name=f"{say('Pin')}: {kept}")
    pin.click()
    expect(pin).to_have_attribute("aria-pressed", "true")
    planned = titles(page)
    assert kept in planned
    page.get_by_role("button", name=say("Save plan")).click()
    expect(page.get_by_text(say("Saved as version {version}.", version=1))).to_be_visible()
    home = visit("manager", language=code)
    expect(home.locator("main")).to_contain_text(re.compile(r"\d+ things? (is|are) due|有\d+项到期"))

    open_tab(page, say("Agreed plan"))
    page.get_by_role("button", name=say("I agree to this plan")).click()
    expect(page.get_by_text(say("You have agreed. The other's agreement is still to come."))).to_be_visible()
    assert titles(page) == planned
    page.get_by_role("button", name=f"{say('Done')}: {planned[0]}").click()
    expect(page.get_by_text(say("“{activity}”: {status}.", activity=planned[0], status=say("Done")))).to_be_visible()

    with page.expect_download() as word:
        page.get_by_role("button", name="Word").locator("visible=true").click()
    document = docx.Document(io.BytesIO(Path(word.value.path()).read_bytes()))
    cells = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert all(title in cells for title in planned) and document.paragraphs[0].text == say(
        "Individual development plan"
    )
    with page.expect_download() as calendar:
        page.get_by_role("button", name=say("Calendar (.ics)")).locator("visible=true").click()
    events = icalendar.Calendar.from_ical(Path(calendar.value.path()).read_bytes()).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == planned and all(event["SEQUENCE"] == 1 for event in events)

    open_tab(page, say("Change or end"))
    page.get_by_role("button", name=say("Plan the rest again")).click()
    page.get_by_role("button", name=say("Take it over as a new version")).click()
    expect(page.get_by_text(say("Saved as version {version}.", version=2))).to_be_visible()
    open_tab(page, say("Activities"))
    assert planned[0] not in titles(page)
    open_tab(page, say("Versions"))
    expect(page.locator(".coach-data:visible tbody tr").first).to_be_visible()


def test_a_rep_signs_the_own_plan_and_marks_what_is_done(visit: Callable[..., Page]) -> None:
    say = Language("en")
    rep = visit("rep", "plans")
    expect(rep.get_by_text("Your superior has not saved a plan with you yet.")).to_be_visible()
    name = rep.locator(".who-name").inner_text()
    manager = visit("manager", "plans")
    manager.get_by_role("combobox", name="Person").click()
    manager.locator(".coach-option:visible", has_text=name).first.click()
    start(manager, say)
    manager.get_by_role("button", name="Save plan").click()
    expect(manager.get_by_text("Saved as version 1.")).to_be_visible()
    open_tab(manager, "Agreed plan")
    manager.get_by_role("button", name="I agree to this plan").click()
    expect(manager.get_by_text("You have agreed.")).to_be_visible()

    rep.reload()
    rep.get_by_role("button", name="I agree to this plan").click()
    expect(rep.get_by_text("The plan is agreed by both.")).to_be_visible()
    assert rep.get_by_role("tab", name="Plan", exact=True).count() == 0
    title = titles(rep)[0]
    rep.get_by_role("button", name=f"Under way: {title}").click()
    expect(rep.get_by_text(f"“{title}”: Under way.")).to_be_visible()
    expect(rep.get_by_text("Version 1: Under way.")).to_be_visible()
    rep.get_by_role("tab", name="Change or end").click()
    assert rep.get_by_role("button", name="Drop the plan").locator("visible=true").count() == 0


def test_impossible_limits_are_refused_in_words_with_a_way_out(visit: Callable[..., Page]) -> None:
    say = Language("en")
    page = visit("manager", "plans")
    # Somebody for whom no other test saves a plan.
    page.get_by_role("combobox", name="Person").click()
    page.locator(".coach-option:visible").nth(5).click()
    start(page, say)
    planned = titles(page)
    page.get_by_role("button", name="Change the limits").click()
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
    hours.fill("0.25")
    page.get_by_label("Budget").fill("0")
    page.get_by_role("checkbox", name="With a mentor").check()
    page.get_by_role("button", name="Make the plan").click()
    expect(page.get_by_role("alert").last).to_contain_text("a mentor is asked for")
    page.get_by_role("button", name=re.compile("^Apply: ")).last.click()
    expect(page.get_by_text("Planned again within the changed limits.")).to_be_visible()
