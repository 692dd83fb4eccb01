"""Every page's main task by keyboard alone: Tab goes there, keys do it, and the focus is never lost."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

MANY = 120


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press Tab until `wanted` has the focus, seen by its outline."""
    expect(wanted).to_be_visible()
    for _ in range(MANY):
        page.keyboard.press(key)
        if wanted.evaluate("(node) => node === document.activeElement"):
            assert wanted.evaluate("""(node) => {
              const seen = [node, node.closest("label, .coach-number")].filter(Boolean).map((one) => getComputedStyle(one));
              return seen.some((look) => look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2);
            }"""), "the focus cannot be seen"
            return
    raise AssertionError(f"Tab never reaches {wanted}")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    tab_to(page, wanted)
    page.keyboard.press(key)


def held(page: Page) -> str:
    """Return what has the focus, as its name and words; empty where nothing has."""
    return str(
        page.evaluate("""() => document.activeElement === document.body ? "" :
        document.activeElement.getAttribute("aria-label") || document.activeElement.innerText || document.activeElement.tagName""")
    )


def test_a_trainer_signs_in_rates_a_sheet_takes_one_back_and_sorts_the_results(visit: Callable[..., Page]) -> None:
    page = visit("trainer")
    press(page, page.get_by_role("button", name="Sign out"))
    page.wait_for_url("**/sign-in*")
    press(page, page.get_by_role("button", name=re.compile("^Trainer")))
    press(page, page.get_by_role("navigation").get_by_role("link", name="Role-play"))
    page.wait_for_selector(".coach-criterion")
    reps = page.get_by_label("Rep", exact=True)
    tab_to(page, reps)
    page.keyboard.press("End")
    expect(reps.locator("option:checked")).to_have_text(reps.locator("option").last.inner_text())
    expect(reps).to_be_focused()
    page.keyboard.press("Tab")  # at the last rep the button onward does nothing, but keeps its place
    criteria = page.locator(".coach-criterion")
    count = criteria.count()
    for position in range(count):
        group = criteria.nth(position)
        option = group.get_by_role("radio").and_(page.locator("[tabindex='0']"))
        tab_to(page, option)
        page.keyboard.press("0" if position == 4 else str(1 + position % 5))
        expect(group.locator(".coach-stamp")).to_contain_text("saved")
        chosen = "not_observed" if position == 4 else str(1 + position % 5)
        expect(group.locator(f"[data-value='{chosen}']")).to_be_focused()
    expect(page.get_by_text(f"{count} of {count} criteria rated.")).to_be_visible()
    page.keyboard.press("5")
    undo = page.get_by_role("button", name="Undo")
    # The bar of the rating before stands there until this one is stored.
    expect(page.get_by_text(re.compile("changed from .* to 5"))).to_be_visible()
    press(page, undo)
    last = criteria.last
    expect(last.locator(f"[data-value='{1 + (count - 1) % 5}']")).to_have_attribute("aria-checked", "true")
    assert held(page)
    tab_to(page, page.get_by_role("tab", name="Score"), "Shift+Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Results")).to_be_focused()
    tab_to(page, page.get_by_label("Workshop", exact=True), "Shift+Tab")
    page.keyboard.press("End")
    head = page.locator(".coach-data:visible th[data-name]").nth(1)
    press(page, head.get_by_role("button"))
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(head.get_by_role("button")).to_be_focused()


def test_a_trainer_makes_a_workshop(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "roleplay")
    own = page.locator(".who-name").inner_text()
    tab_to(page, page.get_by_role("tab", name="Score"))
    for key in ("End", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    expect(page.get_by_role("tab", name="New workshop")).to_be_focused()
    tab_to(page, page.get_by_label("Name of the workshop"))
    page.keyboard.type("By keyboard")
    press(page, page.get_by_role("group", name="Scenarios").get_by_role("checkbox").first, "Space")
    tab_to(page, page.get_by_role("combobox", name="Reps"))
    for key in ("ArrowDown", "Enter", "ArrowDown", "Enter", "Escape"):
        page.keyboard.press(key)
    tab_to(page, page.get_by_role("combobox", name="Raters"))
    page.keyboard.type(own)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=f"Remove {own}")).to_be_visible()
    press(page, page.get_by_role("button", name="Create workshop"))
    expect(page.get_by_label("Workshop", exact=True).locator("option:checked")).to_contain_text("By keyboard")
    assert held(page)


def test_a_manager_reads_a_chart_mark_by_mark_and_its_data(visit: Callable[..., Page]) -> None:
    page = visit("manager", "skill-gaps")
    figure = page.locator("figure:visible").first
    tab_to(page, figure.locator(".coach-figure-stage"))
    said = figure.locator(".coach-figure-tip")
    words = []
    for _ in range(3):
        page.keyboard.press("ArrowDown")
        words.append(said.inner_text())
    assert all(words) and len(set(words)) == 3
    press(page, figure.get_by_text("Data behind the chart"))
    expect(figure.get_by_role("table")).to_be_visible()
    press(page, page.get_by_role("button", name="Next: Person"))
    expect(page.get_by_role("button", name="Next: Person")).to_be_focused()


def test_a_manager_plans_pins_leaves_out_and_saves(visit: Callable[..., Page]) -> None:
    page = visit("manager", "plans")
    tab_to(page, page.get_by_role("combobox", name="Person"))
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    press(page, page.get_by_role("button", name="Make the plan"))
    entries = page.locator(".coach-entries:visible").first.locator("h2")
    expect(entries.first).to_be_visible()
    titles = entries.all_inner_texts()
    pin = page.get_by_role("button", name=f"Pin: {titles[0]}")
    press(page, pin)
    expect(pin).to_have_attribute("aria-pressed", "true")
    expect(pin).to_be_focused()
    press(page, page.get_by_role("button", name=f"Leave out: {titles[1]}"))
    expect(page.get_by_role("button", name=f"Leave out: {titles[1]}")).to_have_count(1)
    expect(entries.filter(has_text=titles[1])).to_have_count(0)
    assert "Leave out" in held(page)
    tab_to(page, page.get_by_role("button", name="Save plan"), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"^Saved as version \d+\.$"))).to_be_visible()
    expect(page.get_by_role("button", name="Save plan")).to_be_focused()


def test_hr_trains_changes_the_conversations_and_shows_names(visit: Callable[..., Page]) -> None:
    page = visit("hr", "attrition")
    press(page, page.get_by_role("button", name="Train and test"))
    rows = page.locator(".coach-data:visible tbody tr")
    expect(rows.first).to_be_visible(timeout=120_000)
    expect(page.get_by_role("button", name="Train and test")).to_be_focused()
    tab_to(page, page.get_by_label("Conversations you can hold"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(4)
    press(page, page.get_by_role("button", name="Show names (this is logged)"))
    expect(rows.first).not_to_contain_text("hidden")
    assert held(page) == "Show names (this is logged)"


def test_an_administrator_imports_a_file(visit: Callable[..., Page], tmp_path: Path) -> None:
    page = visit("administrator", "data")
    with page.expect_download() as template:
        press(page, page.get_by_role("button", name="Download template").first)
    assert template.value.suggested_filename.endswith(".xlsx")
    people = tmp_path / "people.csv"
    people.write_text(
        "员工编号,姓名,曾用名,部门,职位,级别,直属上级编号,入职日期\n"
        f"K1,单晓,单小晓,新二组,客户经理,初级,,{dt.date.today()}\n",
        encoding="utf-8",
    )
    tab_to(page, page.locator(".coach-file:visible input"), "Shift+Tab")
    page.locator(".coach-file:visible input").set_input_files(people)
    expect(page.get_by_role("button", name="Import 1 row")).to_be_enabled()
    name = page.get_by_label(re.compile("^Name"))
    expect(name.locator("option:checked")).to_have_text("姓名")
    tab_to(page, name)
    page.keyboard.press("ArrowDown")
    expect(name.locator("option:checked")).to_have_text("曾用名")
    press(page, page.get_by_role("button", name="Check the file"))
    expect(page.get_by_role("cell", name="单小晓")).to_be_visible()
    press(page, page.get_by_role("button", name="Import 1 row"))
    expect(page.get_by_text("1 person was stored.")).to_be_visible()
    assert held(page), "the focus is lost when the preview closes"
