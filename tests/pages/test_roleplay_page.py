"""Scoring a role-play as a rater does: by tap and by key, stored at once, there again after everything."""

import re
import sqlite3
from collections.abc import Callable

from demo_server import DemoServer
from playwright.sync_api import Locator, Page, expect
from tours import choose_tab


def criterion(page: Page, position: int) -> Locator:
    return page.locator(".coach-criterion").nth(position)


def option(page: Page, position: int, value: str) -> Locator:
    return criterion(page, position).locator(f"[data-value='{value}']")


def chosen(page: Page) -> list[str | None]:
    page.wait_for_selector(".coach-criterion")
    return [
        group.locator("[aria-checked=true]").first.get_attribute("data-value")
        if group.locator("[aria-checked=true]").count()
        else None
        for group in page.locator(".coach-criterion").all()
    ]


def start_workshop(page: Page, name: str, reps: int = 3) -> None:
    """Make a workshop in which the signed-in trainer is a rater."""
    own = page.locator(".account").inner_text().split("\n")[0]
    page.get_by_role("tab", name="New workshop").click()
    page.get_by_label("Name of the workshop").fill(name)
    page.get_by_label("Name of the workshop").press("Tab")
    page.get_by_role("group", name="Scenarios").get_by_role("checkbox").first.check()
    people = page.get_by_role("combobox", name="Reps")
    people.click()
    for position in range(reps):
        page.locator(".coach-option:visible").nth(position).click()
    people.press("Escape")
    raters = page.get_by_role("combobox", name="Raters")
    raters.fill(own)
    raters.press("Enter")
    raters.press("Escape")
    expect(page.get_by_role("button", name=f"Remove {own}")).to_be_visible()
    page.get_by_role("button", name="Create workshop").click()
    expect(page.get_by_label("Workshop", exact=True).locator("option:checked")).to_contain_text(name)
    page.get_by_role("tab", name="Score").click()
    page.wait_for_selector(".coach-criterion")


def test_a_sheet_is_scored_stored_and_found_again(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "roleplay")
    start_workshop(page, "Tap and key")
    option(page, 0, "4").click()
    expect(criterion(page, 0).locator(".coach-stamp")).to_contain_text("saved")
    option(page, 1, "1").focus()
    page.keyboard.press("3")
    expect(criterion(page, 1).locator(".coach-stamp")).to_contain_text("saved")
    # Several taps within one second each come to rest, though their stamps read the same.
    for key in "1245":
        page.keyboard.press(key)
    expect(option(page, 1, "5")).to_have_attribute("aria-checked", "true")
    expect(criterion(page, 1).locator(".coach-stamp")).to_contain_text("saved")
    option(page, 2, "not_observed").click()
    expect(criterion(page, 2).locator(".coach-stamp")).to_contain_text("saved")
    expect(page.locator(".coach-panel").first).to_contain_text("3 of 8 criteria rated.")
    before = chosen(page)
    assert before[:4] == ["4", "5", "not_observed", None]

    reps = page.get_by_label("Rep", exact=True)
    names = reps.locator("option").all_inner_texts()
    page.get_by_role("button", name="Next: Rep").click()
    expect(reps.locator("option:checked")).to_have_text(names[1])
    expect(page.locator("[role=radio][aria-checked=true]")).to_have_count(0)
    option(page, 0, "2").click()
    expect(criterion(page, 0).locator(".coach-stamp")).to_contain_text("saved")

    page.reload()
    assert chosen(page)[0] == "2"
    page.get_by_role("button", name="Previous: Rep").click()
    expect(option(page, 1, "5")).to_have_attribute("aria-checked", "true")
    assert chosen(page) == before
    page.get_by_role("tab", name="Results").click()
    expect(
        page.get_by_text("2 sheets are left out, because mandatory criteria are still open on them.")
    ).to_be_visible()
    choose_tab(page, page.get_by_role("tab", name="Score"))
    for position in range(3, 8):
        option(page, position, "3").click()
        expect(criterion(page, position).locator(".coach-stamp")).to_contain_text("saved")
    page.get_by_role("tab", name="Results").click()
    table = page.locator("table", has_text="Fair scores")
    expect(table.locator("tbody tr")).to_have_count(1)
    expect(table).to_contain_text(names[0])
    expect(page.get_by_text("Only one rater has scored")).to_be_visible()


def test_a_changed_rating_is_taken_back(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "roleplay")
    start_workshop(page, "Undo")
    option(page, 0, "4").click()
    expect(page.locator(".coach-undo")).to_contain_text("“Opening” rated: 4.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[role=radio][aria-checked=true]")).to_have_count(0)
    expect(page.locator(".coach-sheet-head")).to_contain_text("0 of 8 criteria rated.")
    option(page, 0, "4").click()
    expect(page.locator(".coach-undo")).to_contain_text("“Opening” rated: 4.")
    option(page, 0, "2").click()
    expect(page.locator(".coach-undo")).to_contain_text("changed from 4 to 2.")
    page.get_by_role("button", name="Undo").click()
    expect(option(page, 0, "4")).to_have_attribute("aria-checked", "true")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    page.reload()
    assert chosen(page)[0] == "4"


def test_a_killed_server_loses_no_saved_tap(visit: Callable[..., Page], new_server: Callable[[], DemoServer]) -> None:
    server = new_server()
    page = visit("trainer", "roleplay", server=server)
    start_workshop(page, "Killed")
    for position, value in enumerate(("5", "4", "3", "2", "1")):
        option(page, position, value).click()
        expect(criterion(page, position).locator(".coach-stamp")).to_contain_text("saved")
    server.kill()
    stored = sqlite3.connect(server.home / "coaching.sqlite")
    assert stored.execute("pragma integrity_check").fetchone() == ("ok",)
    stored.close()
    server.start()
    page = visit("trainer", "roleplay", server=server)
    assert chosen(page)[:6] == ["5", "4", "3", "2", "1", None]


def test_an_empty_workshop_form_says_what_is_missing(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "roleplay")
    page.get_by_role("tab", name="New workshop").click()
    page.get_by_role("button", name="Create workshop").click()
    expect(page.get_by_role("alert").last).to_contain_text("A workshop needs a name, a day, at least one scenario")


def test_scoring_works_in_chinese_on_a_tablet(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "roleplay", language="zh", width=820)
    page.wait_for_selector(".coach-criterion")
    expect(page.locator("h1")).to_have_text("模拟演练工作坊")
    option(page, 3, "4").click()
    expect(criterion(page, 3).locator(".coach-stamp")).to_contain_text("已保存")
    expect(criterion(page, 3)).to_contain_text("方案准备")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    box = option(page, 3, "4").bounding_box()
    assert box is not None and min(box["width"], box["height"]) >= 44


def test_a_reload_and_the_other_language_open_where_one_was(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "roleplay")
    page.get_by_role("button", name="Next: Rep").click()
    rep = page.get_by_label("Rep", exact=True)
    expect(page.locator(".coach-rating")).to_be_visible()
    expect(page).to_have_url(re.compile("rep="))
    name = rep.evaluate("field => field.selectedOptions[0].textContent")
    page.get_by_role("tab", name="Results").click()
    expect(page).to_have_url(re.compile("tab=2"))
    page.reload()
    expect(page.get_by_role("tab", name="Results")).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="中文", exact=True).click()
    expect(page.get_by_role("tab", name="结果")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab").first.click()
    expect(page.locator(".coach-rating")).to_be_visible()
    expect(page.locator("select").filter(has_text=name).locator("option:checked")).to_have_text(name)


def test_an_address_that_names_nothing_opens_as_usual(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "roleplay?workshop=../x&tab=99&rep=<script>&scenario=")
    expect(page.get_by_role("tab").first).to_have_attribute("aria-selected", "true")
    expect(page.locator(".coach-rating")).to_be_visible()
