"""Readiness, the check of groups and the framework, as the roles see them, in both languages."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from toolkit.language import Language


def test_a_manager_reads_readiness_and_who_stands_out(visit: Callable[..., Page]) -> None:
    page = visit("manager", "skill-gaps")
    page.get_by_role("tab", name="Readiness").click()
    charts = page.locator("svg.coach-chart.is-gaps:visible")
    expect(charts).to_have_count(2)
    expect(page.get_by_text("Present rank:")).to_be_visible()
    expert = page.locator("table", has_text="Expert ladder: what")
    expect(expert).to_contain_text("Months in the present rank")
    first = expert.inner_text()
    rank = page.get_by_label("Rank aimed at", exact=True).nth(1)
    options = rank.locator("option")
    expect(options.filter(has_text="(next)")).to_have_count(1)
    rank.select_option(label=options.filter(has_not_text="(next)").last.inner_text())
    expect(expert).not_to_have_text(first)
    expect(expert).to_contain_text("not yet seen")
    page.get_by_role("tab", name="Who stands out").click()
    expect(page.get_by_text("Nothing follows from this list by itself.")).to_be_visible()
    expect(page.get_by_role("tab", name="Framework")).to_have_count(0)
    expect(page.get_by_role("tab", name="Ranks and figures")).to_have_count(0)


@pytest.mark.parametrize("code", ["en", "zh"])
def test_a_trainer_edits_the_framework_and_goes_back(visit: Callable[..., Page], code: str) -> None:
    say = Language(code)
    page = visit("trainer", "skill-gaps", language=code, width=820)
    page.get_by_role("tab", name=say("Framework"), exact=True).click()
    expect(page.locator("table:visible").first).to_contain_text(say.pick({"en": "Communication", "zh": "沟通表达"}))
    page.get_by_role("tab", name=say("Edit"), exact=True).click()
    name = page.get_by_label(say("Competency name, English"))
    name.fill(f"Clear speech {code}")
    name.press("Tab")
    publish = page.get_by_role("button", name=say("Publish as a new version")).locator("visible=true")
    expect(publish).to_be_enabled()
    expect(page.locator("table", has_text=say("What changes"))).to_contain_text(f"Clear speech {code}")
    publish.click()
    expect(page.locator(".coach-status.is-good:visible").first).to_be_visible()
    page.get_by_role("tab", name=say("Files"), exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name=say("Excel to edit")).click()
    page.locator(".coach-file:visible input").set_input_files(
        Path(download.value.path()).read_bytes()
        and [
            {
                "name": "framework.xlsx",
                "mimeType": "application/octet-stream",
                "buffer": Path(download.value.path()).read_bytes(),
            }
        ]
    )
    expect(page.locator(".coach-status.is-good:visible").first).to_be_visible()
    page.get_by_role("tab", name=say("Versions"), exact=True).click()
    history = page.locator("table", has_text=say("Versions, newest first"))
    # The newest entry of another kind (framework, roles) is current too and cannot be gone back to.
    earlier = history.get_by_role("row").filter(has_text=say("earlier")).first
    earlier.get_by_role("button", name=say("What it changed")).click()
    page.get_by_role("button", name=say("Publish this version again")).click()
    expect(page.locator(".coach-status.is-good:visible").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_hr_checks_groups_by_language_and_learns_how_to_bring_in_gender(visit: Callable[..., Page]) -> None:
    page = visit("hr", "skill-gaps", language="zh")
    say = Language("zh")
    page.get_by_role("tab", name=say("Group check"), exact=True).click()
    expect(page.locator("table:visible").first).to_be_visible()
    page.get_by_label(say("Compare by")).select_option(index=1)
    expect(page.locator(".coach-file:visible").first).to_be_visible()


def test_an_administrator_keeps_the_framework_and_sees_no_person(visit: Callable[..., Page]) -> None:
    page = visit("administrator", "skill-gaps")
    tabs = page.get_by_role("tablist").first.get_by_role("tab")
    expect(tabs).to_have_text(["Group check", "Framework"])
    expect(page.get_by_role("combobox", name="Person")).to_have_count(0)
