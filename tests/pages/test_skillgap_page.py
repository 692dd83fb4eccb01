"""Looking at a person's and a team's gaps."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from tours import choose_tab


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
    page.get_by_role("tab", name="Team", exact=True).click()
    heat = page.locator("figure", has=page.locator("svg.coach-chart.is-heat")).first
    gap = heat.locator(".coach-figure-screen .mark", has=page.locator(".cell.is-gap")).first
    gap.hover()
    expect(heat.get_by_role("status")).to_contain_text("probable gap")
    heat.get_by_text("Data behind the chart").click()
    expect(heat.locator("tbody tr")).to_have_count(len(people))


def test_a_section_that_is_opened_shows_at_once_that_it_is_coming(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "skill-gaps", width=820)
    expect(page.get_by_role("tablist")).to_have_count(2)
    # In one go, before the kernel can answer: what is left is gone, and something stands for what comes.
    seen = page.evaluate("""() => {
      const list = document.querySelector(".coach-tabs");
      [...list.children].find((tab) => tab.textContent === "Readiness").click();
      const shown = (node) => node.checkVisibility();
      return {
        lists: [...document.querySelectorAll(".coach-tabs")].filter(shown).length,
        figures: [...document.querySelectorAll("figure")].filter(shown).length,
        waiting: [...document.querySelectorAll(".coach-waiting")].filter(shown).length,
        busy: list.closest("[aria-busy=true]") !== null,
      };
    }""")
    assert seen == {"lists": 1, "figures": 0, "waiting": 1, "busy": True}
    expect(page.locator("svg.coach-chart.is-gaps:visible")).to_have_count(2)
    expect(page.locator(".coach-waiting")).to_have_count(0)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


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


def _download(page: Page, name: str) -> str:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"PK")
    return waiting.value.suggested_filename


def test_every_number_is_explained_and_the_record_is_taken_along(visit: Callable[..., Page]) -> None:
    page = visit("manager", "skill-gaps")
    page.get_by_role("button", name="Explain").first.click()
    expect(page.get_by_text("Priority").and_(page.get_by_text("= importance")).first).to_be_visible()
    pieces = page.locator("table", has_text="What the level in")
    expect(pieces).to_contain_text("360: peers")
    expect(page.get_by_label("I see this differently")).to_be_hidden()  # that is for the person alone
    for name in ("Evidence", "Self and others", "Observe next"):
        choose_tab(page, page.get_by_role("tab", name=name, exact=True))
        expect(page.locator(".coach-data:visible tbody tr").first).to_be_visible()
    assert _download(page, "Word: this record").endswith(".docx")
    assert _download(page, "Excel: this record").endswith(".xlsx")
    page.get_by_role("tab", name="Team", exact=True).click()
    page.get_by_role("tab", name="Held by how many").click()
    expect(page.locator("table", has_text="Who holds what").locator("tbody tr").first).to_be_visible()
    assert _download(page, "Excel: this team").endswith(".xlsx")
    expect(page.get_by_role("tab", name="Company")).to_have_count(0)


def test_a_rep_says_i_see_this_differently_and_the_superior_reads_it(visit: Callable[..., Page]) -> None:
    page = visit("rep", "skill-gaps")
    own = page.get_by_role("combobox", name="Person").input_value()
    page.get_by_role("button", name="Explain").first.click()
    page.get_by_label("I see this differently").fill("I led the last three deals alone.")
    page.get_by_role("button", name="Save my view").click()
    expect(page.get_by_text("Your view is kept with your record.")).to_be_visible()
    page = visit("manager", "skill-gaps")
    person = page.get_by_role("combobox", name="Person")
    person.fill(own)
    page.locator(".coach-option:visible").first.click()
    expect(page.get_by_text("I led the last three deals alone.")).to_be_visible()


def test_hr_reads_what_the_company_needs(visit: Callable[..., Page]) -> None:
    page = visit("hr", "skill-gaps", language="zh", width=820)
    choose_tab(page, page.get_by_role("tab").nth(2))
    expect(page.locator(".coach-data:visible tbody tr").nth(9)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
