"""Looking at a person's and a team's gaps."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_a_manager_sees_the_team_and_nobody_else(visit: Callable[..., Page]) -> None:
    page = visit("manager", "skill-gaps")
    person = page.get_by_role("combobox", name="Person")
    person.click()
    expect(page.locator(".coach-option:visible").first).to_be_visible()
    people = page.locator(".coach-option:visible").all_inner_texts()
    assert 10 <= len(people) <= 30 and all("\n" in words for words in people)
    person.press("Escape")
    chart = page.locator("svg.coach-chart").first
    expect(chart).to_have_attribute("aria-label", "Level (dot) with 90% interval against the role's target (bar)")
    table = page.locator("table", has_text="Gaps, most pressing first")
    expect(table.locator("tbody tr").first).to_be_visible()
    first = table.inner_text()
    page.get_by_role("button", name="Next: Person").click()
    expect(person).to_have_value(people[1].split("\n")[0])
    expect(table).not_to_have_text(first)
    page.get_by_role("tab", name="Team").click()
    heat = page.locator(".coach-heat")
    expect(heat.locator("tbody tr")).to_have_count(len(people))
    assert heat.locator("td.is-gap").count() > 0
    assert heat.locator("td.is-gap .coach-sr").first.inner_text() == "probable gap"


def test_a_rep_sees_the_own_record_only(visit: Callable[..., Page]) -> None:
    page = visit("rep", "skill-gaps")
    person = page.get_by_role("combobox", name="Person")
    expect(person).to_have_value(page.locator(".account").inner_text().split("\n")[0])
    expect(person).not_to_be_editable()
    expect(page.get_by_role("tab")).to_have_count(0)
    expect(page.get_by_text("withheld").first).to_be_visible()


def test_gaps_in_chinese(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "skill-gaps", language="zh", width=820)
    expect(page.locator("table").first).to_contain_text("沟通表达")
    text = page.locator("main").inner_text()
    for english in ("Competency", "Level", "probable", "Target", "Person"):
        assert english not in text
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
