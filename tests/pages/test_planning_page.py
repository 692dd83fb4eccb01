"""Planning a workshop as a trainer does: a timetable is made, kept and changed; the board follows by itself."""

import datetime as dt
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from demo_server import DemoServer
from playwright.sync_api import Page, expect

from toolkit.access.roles import Role, Viewer
from toolkit.language import Language
from toolkit.roleplay.storage import SheetKey, save_rating
from toolkit.store import Store


@pytest.fixture(scope="module")
def server(new_server: Callable[[], DemoServer]) -> DemoServer:
    return new_server()


def open_section(visit: Callable[..., Page], server: DemoServer, title: str, **options: Any) -> tuple[Page, Language]:
    page = visit("trainer", "roleplay", server=server, **options)
    say = Language(options.get("language", "en"))
    page.get_by_role("tab", name=say(title), exact=True).click()
    return page, say


def kept(server: DemoServer) -> list[tuple[str, ...]]:
    with sqlite3.connect(server.home / "coaching.sqlite") as store:
        return store.execute(
            "SELECT slot, rep_id, scenario_id, rater_id, workshop_id FROM workshop_slot ORDER BY slot, station"
        ).fetchall()


def test_a_timetable_is_made_kept_and_changed(visit: Callable[..., Page], server: DemoServer) -> None:
    page, _ = open_section(visit, server, "Timetable")
    page.get_by_label("Breaks").fill("10:30 to 1045")
    page.get_by_role("button", name="Make the timetable").click()
    expect(page.get_by_role("alert")).to_contain_text("Breaks")
    expect(page.get_by_label("Breaks")).to_have_value("10:30 to 1045")
    page.get_by_label("Breaks").fill("10:45-11:00")
    page.get_by_role("button", name="Make the timetable").press("Enter")
    wall = page.locator(".coach-wall:visible")
    expect(wall).to_contain_text("Station 1")
    expect(wall).to_contain_text("Break")
    expect(page.get_by_text("fewest possible: 24")).to_be_visible()
    assert not kept(server)
    page.get_by_role("tab", name="What more would buy").click()
    expect(page.get_by_text("of your own earlier workshops")).to_be_visible()
    expect(page.locator("table:visible", has_text="one more scenario")).to_contain_text("%")
    page.get_by_role("button", name="Keep this timetable").click()
    expect(page.get_by_text("The timetable is kept.")).to_be_visible()
    assert len(kept(server)) == 24
    for name, ending in (("Excel", ".xlsx"), ("Word", ".docx")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        assert download.value.suggested_filename.endswith(ending)

    page.get_by_role("button", name="Somebody falls out or joins").click()
    missing = page.get_by_role("combobox", name="Who is missing")
    missing.click()
    page.locator(".coach-option:visible").first.click()
    missing.press("Escape")
    page.get_by_role("combobox", name="First slot that changes").select_option(index=0)
    page.get_by_role("button", name="Show what changes").click()
    expect(page.locator("table:visible", has_text="What changes")).to_contain_text("another")
    before = kept(server)
    page.get_by_role("button", name="Keep this timetable").click()
    expect(page.get_by_text("The timetable is kept.")).to_be_visible()
    expect(page.get_by_role("button", name="Keep this timetable")).to_be_hidden()
    after = kept(server)
    assert len({row[3] for row in after}) == len({row[3] for row in before}) - 1
    page.reload()
    expect(page.locator(".coach-wall:visible")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Make another timetable")).to_be_hidden()
    expect(page.locator(".coach-wall")).to_be_visible()


def test_the_board_follows_by_itself_and_touches_only_what_changed(
    visit: Callable[..., Page], server: DemoServer
) -> None:
    page, _ = open_section(visit, server, "Timetable")
    page.get_by_role("button", name="Somebody falls out or joins").wait_for()
    if not kept(server):
        page.get_by_role("button", name="Make the timetable").click()
        page.get_by_role("button", name="Keep this timetable").click()
        expect(page.get_by_text("The timetable is kept.")).to_be_visible()
    page.get_by_role("tab", name="Board", exact=True).click()
    expect(page.get_by_text("Sheets done: 0 of 24")).to_be_visible()
    rows = page.locator(".coach-board-table tbody tr")
    expect(rows).to_have_count(12)
    page.evaluate(
        "document.querySelectorAll('.coach-board-table td').forEach((cell) => { cell.first = cell.firstChild; })"
    )
    refresh = page.get_by_role("button", name="Refresh")
    refresh.focus()
    _, rep, scenario, rater, workshop = next(row for row in kept(server) if row[2] == "price_objection")
    store = Store(f"sqlite:///{server.home}/coaching.sqlite", "coaching")
    viewer = Viewer("somebody", "", Role.TRAINER, rater, "en")
    save_rating(store, viewer, SheetKey(workshop, scenario, rep, rater), "opening", 3, on=dt.date.today())
    store.close()
    expect(page.get_by_text("in progress: 1")).to_be_visible(timeout=15_000)
    redrawn = "[...document.querySelectorAll('.coach-board-table td')].filter((cell) => cell.first !== cell.firstChild).length"
    # One cell; should a slot end in this very moment, those of its stations too.
    assert 1 <= page.evaluate(redrawn) <= 6
    expect(refresh).to_be_focused()
    page.get_by_role("combobox", name="Show").select_option(index=1)
    expect(rows).to_have_count(12)


@pytest.mark.parametrize("width", [320, 820])
def test_the_board_in_chinese_on_a_tablet_and_a_phone(
    visit: Callable[..., Page], server: DemoServer, width: int
) -> None:
    page, say = open_section(visit, server, "Board", language="zh", width=width)
    expect(page.get_by_role("button", name=say("Refresh"))).to_be_visible()
    expect(page.locator(".coach-board-summary")).not_to_be_empty()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    box = page.get_by_role("button", name=say("Refresh")).bounding_box()
    assert box is not None and box["height"] >= 44
    page.get_by_role("tab", name=say("Timetable"), exact=True).click()
    expect(page.get_by_role("button", name=say("Somebody falls out or joins"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_manager_of_another_workshop_is_told_who_may_look(visit: Callable[..., Page], server: DemoServer) -> None:
    with sqlite3.connect(server.home / "coaching.sqlite") as store:
        store.execute(
            "DELETE FROM workshop_member WHERE part = 'rater' AND person_id = (SELECT person_id FROM account WHERE role = 'manager')"
        )
    page = visit("manager", "roleplay", server=server)
    page.get_by_role("tab", name="Board", exact=True).click()
    expect(page.get_by_role("heading", name="No board here")).to_be_visible()
    page.get_by_role("tab", name="Timetable", exact=True).click()
    expect(page.get_by_role("heading", name="No timetable here")).to_be_visible()
