"""Looking at a person's and a team's gaps."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_a_manager_sees_the_team_and_nobody_else(visit: Callable[..., Page]) -> None:
    page = visit("manager", "skill-gaps")
    people = page.get_by_label("Person", exact=True).locator("option").all_inner_texts()
    assert 10 <= len(people) <= 30
    chart = page.locator("svg.coach-chart").first
    expect(chart).to_have_attribute("aria-label", "Level (dot) with 90% interval against the role's target (bar)")
    table = page.locator("table", has_text="Gaps, most pressing first")
    expect(table.locator("tbody tr").first).to_be_visible()
    first = table.inner_text()
    page.get_by_label("Person", exact=True).select_option(label=people[1])
    expect(table).not_to_have_text(first)
    page.get_by_role("tab", name="Team").click()
    heat = page.locator("figure", has=page.locator("svg.coach-chart.is-heat")).first
    gap = heat.locator(".coach-figure-screen .mark", has=page.locator(".cell.is-gap")).first
    gap.hover()
    expect(heat.get_by_role("status")).to_contain_text("probable gap")
    heat.get_by_text("Data behind the chart").click()
    expect(heat.locator("tbody tr")).to_have_count(len(people))


def test_a_rep_sees_the_own_record_only(visit: Callable[..., Page]) -> None:
    page = visit("rep", "skill-gaps")
    options = page.get_by_label("Person", exact=True).locator("option")
    expect(options).to_have_count(1)
    assert options.inner_text() == page.locator(".account").inner_text().split("\n")[0]
    expect(page.get_by_role("tab", name="Team")).to_have_count(0)
    expect(page.get_by_text("withheld").first).to_be_visible()


def test_gaps_in_chinese(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "skill-gaps", language="zh", width=820)
    expect(page.locator("table").first).to_contain_text("沟通表达")
    text = page.locator("main").inner_text()
    for english in ("Competency", "Level", "probable", "Target", "Person"):
        assert english not in text
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
