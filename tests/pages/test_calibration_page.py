"""Calibrating raters and writing rubrics, as a trainer and a manager do it in the browser."""

from collections.abc import Callable

from demo_server import DemoServer
from playwright.sync_api import Page, expect


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def rate_all(page: Page, values: str) -> None:
    for position, value in enumerate(values):
        criterion = page.locator(".coach-criterion:visible").nth(position)
        criterion.locator(f"[data-value='{'not_observed' if value == '0' else value}']").click()
        expect(criterion.locator(".coach-stamp")).to_contain_text("saved")


def test_a_manager_rates_blind_and_a_trainer_sees_all(
    visit: Callable[..., Page], new_server: Callable[[], DemoServer]
) -> None:
    server = new_server()
    page = visit("manager", "roleplay", server=server)
    open_tab(page, "Calibration")
    expect(page.get_by_text("have not calibrated on all its rubrics within six months")).to_be_visible()
    expect(page.get_by_role("tab", name="All raters")).to_have_count(0)
    expect(page.locator(".coach-criterion:visible")).to_have_count(8)
    expect(page.get_by_text("A greeting and the purpose")).to_have_count(0)
    rate_all(page, "30533")
    page.get_by_role("button", name="Hand in and compare with the key").click()
    expect(page.get_by_role("alert")).to_contain_text("“Handling objections” is not rated yet.")
    page.reload()
    expect(page.locator(".coach-criterion [aria-checked=true]")).to_have_count(5)
    for position, value in ((5, "4"), (6, "5"), (7, "3")):
        page.locator(".coach-criterion").nth(position).locator(f"[data-value='{value}']").click()
        expect(page.locator(".coach-criterion").nth(position).locator(".coach-stamp")).to_contain_text("saved")
    page.get_by_role("button", name="Hand in and compare with the key").click()
    integrity = page.locator(".coach-entry").last
    expect(integrity).to_contain_text("2 levels above the key")
    expect(integrity).to_contain_text("10% is beyond his authority")
    page.reload()
    expect(page.locator(".coach-entry")).to_have_count(8)
    open_tab(page, "Over time")
    expect(page.get_by_text("Distance from the key, session by session").first).to_be_visible()

    trainer = visit("trainer", "roleplay", server=server)
    open_tab(trainer, "Calibration")
    open_tab(trainer, "All raters")
    expect(trainer.get_by_role("heading", name="Your own sheet comes first")).to_be_visible()
    open_tab(trainer, "My ratings")
    trainer.get_by_role("button", name="Lead this session instead of rating").click()
    table = trainer.locator(".coach-data:visible", has_text="Raters against the key")
    expect(table.locator("tbody tr")).to_have_count(1)
    open_tab(trainer, "New session")
    trainer.get_by_label("Performance to start from").select_option(label="Xiao Li's second visit to Mr Xie")
    expect(trainer.get_by_label("What was said, or the title")).not_to_be_empty()
    trainer.get_by_label("Name of the session").fill("Once more")
    trainer.get_by_label("Name of the session").press("Tab")
    trainer.get_by_role("button", name="Create session").click()
    expect(trainer.get_by_label("Calibration session").locator("option:checked")).to_contain_text("Once more")


def test_a_rubric_is_checked_published_and_exported(
    visit: Callable[..., Page], new_server: Callable[[], DemoServer]
) -> None:
    page = visit("trainer", "roleplay", server=new_server())
    open_tab(page, "Rubrics")
    words = page.get_by_label("Level 3, English")
    expect(words).to_have_value("States purpose, benefit and time needed")
    words.fill("")
    checks = page.locator(".coach-data:visible", has_text="Checks")
    expect(checks).to_contain_text("There are no behaviour words.")
    page.get_by_role("button", name="Publish as a new version").click()
    expect(page.get_by_role("alert").last).to_contain_text("There are no behaviour words.")
    words.fill("Understands the purpose")
    expect(checks).to_contain_text("“understands” cannot be observed.")
    expect(page.get_by_text("Draft kept")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Level 3, English")).to_have_value("Understands the purpose")
    page.get_by_label("Rubric", exact=True).select_option(label="Team conversation")
    expect(page.get_by_label("Name, English")).to_have_value("Safe opening")
    page.get_by_label("Rubric", exact=True).select_option(label="Customer visit")
    expect(page.get_by_label("Level 3, English")).to_have_value("Understands the purpose")
    page.get_by_role("button", name="Publish as a new version").click()
    expect(page.get_by_text("New workshops use it; earlier scores keep their version.")).to_be_visible()
    open_tab(page, "Versions")
    expect(page.locator(".coach-data:visible tbody tr")).to_have_count(2)
    expect(page.get_by_text("cannot be put on one scale")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Excel").click()
    path = download.value.path()
    open_tab(page, "Import")
    page.locator("input[type=file]:visible, .coach-file input").first.set_input_files(
        {"name": "rubric.xlsx", "mimeType": "application/octet-stream", "buffer": path.read_bytes()}
    )
    page.get_by_role("button", name="Import 8 rows").click()
    expect(page.get_by_text("8 criteria stand in the draft.")).to_be_visible()


def test_both_sections_fit_a_phone_and_speak_chinese(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "roleplay", language="zh", width=320)
    for number in (3, 4):
        page.get_by_role("tablist").first.get_by_role("tab").nth(number).click()
        page.wait_for_timeout(1500)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
