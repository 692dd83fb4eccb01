"""Looking at a person's and a team's gaps."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

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
    heat = page.locator("figure", has=page.locator("svg.coach-chart.is-heat")).first
    gap = heat.locator(".coach-figure-screen .mark", has=page.locator(".cell.is-gap")).first
    gap.hover()
    expect(heat.get_by_role("status")).to_contain_text("probable gap")
    heat.get_by_text("Data behind the chart").click()
    expect(heat.locator("tbody tr")).to_have_count(len(people))


def test_a_rep_sees_the_own_record_only(visit: Callable[..., Page]) -> None:
    page = visit("rep", "skill-gaps")
    person = page.get_by_role("combobox", name="Person")
    expect(person).to_have_value(page.locator(".account").inner_text().split("\n")[0])
    expect(person).not_to_be_editable()
    expect(page.get_by_role("tab", name="Team")).to_have_count(0)
    expect(page.get_by_text("withheld").first).to_be_visible()


def test_gaps_in_chinese(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "skill-gaps", language="zh", width=820)
    expect(page.locator("table").first).to_contain_text("沟通表达")
    text = page.locator("main").inner_text()
    for english in ("Competency", "Level", "probable", "Target", "Person"):
        assert english not in text
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_chart_is_read_by_keys_and_taken_away(visit: Callable[..., Page]) -> None:
    page = visit("manager", "skill-gaps", width=820)
    figure = page.locator("figure", has=page.locator("svg.coach-chart.is-gaps")).first
    stage = figure.locator(".coach-figure-stage")
    expect(stage.locator(".coach-figure-screen svg")).not_to_have_attribute("width", "960")  # drawn for this screen
    stage.focus()
    page.keyboard.press("ArrowDown")
    said = figure.get_by_role("status")
    expect(said).not_to_be_empty()
    first = said.inner_text()
    page.keyboard.press("ArrowDown")
    expect(said).not_to_have_text(first)
    page.keyboard.press("Escape")
    expect(said).to_be_empty()
    with page.expect_download() as waiting:
        figure.get_by_role("button", name="Data (CSV)").click()
    content = Path(waiting.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbfCompetency,Level,") and waiting.value.suggested_filename.endswith(".csv")
    with page.expect_download() as waiting:
        figure.get_by_role("button", name="Picture (SVG)").click()
    assert ET.parse(waiting.value.path()).getroot().tag == "{http://www.w3.org/2000/svg}svg"


def test_the_profile_stands_beside_the_gaps(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "skill-gaps", width=360)
    page.get_by_role("tab", name="Profile").click()
    picture = page.locator("svg.coach-chart.is-radar").first
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box is not None and box["width"] > 200 and box["x"] + box["width"] <= 360
