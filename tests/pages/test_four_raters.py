"""A workshop of 30 reps and two scenarios, scored by four signed-in raters at once: nothing is lost."""

import datetime as dt
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from demo_server import DemoServer
from playwright.sync_api import Browser, Page, expect

from toolkit.organisation.storage import PERSON
from toolkit.roleplay.storage import create_workshop, possible_raters
from toolkit.roleplay.tables import RATING, SHEET, WORKSHOP_SLOT
from toolkit.store import Store
from toolkit.vocabulary import rows_of

PASSWORD = "four raters at once"
SCENARIOS = {"price_objection": "customer_visit", "team_conflict": "team_conversation"}
Sheets = list[tuple[str, str]]  # (rep_id, scenario_id) in the order of the timetable

RATE_ALL = """(values) => document.querySelectorAll(".coach-criterion").forEach((group, at) => {
  const field = group.querySelector(".coach-saw-field");
  if (at === 0) {
    field.value = values.note;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("blur"));
  }
  group.querySelector(`[data-value='${values.ratings[at]}']`).click();
})"""
SAVED = """(rep) => document.querySelector(".coach-sheet-rep strong").textContent === rep
  && [...document.querySelectorAll(".coach-stamp")].every((stamp) => stamp.textContent.startsWith("saved"))"""


def given(rater: int, sheet: int) -> list[str]:
    """Return what a rater gives on a sheet: other values on every one, now and then not observed."""
    values = [(rater * 3 + sheet * 2 + criterion) % 6 for criterion in range(8)]
    return [str(value) if value else "not_observed" for value in values]


@pytest.fixture
def workshop(sample_home: Path, new_server: Callable[..., DemoServer]) -> Iterator[tuple[DemoServer, list[Sheets]]]:
    """Give a server with the workshop's four accounts rater-0 … rater-3, and the share of each."""
    server = new_server(command="serve")
    store = Store(f"sqlite:///{server.home / 'coaching.sqlite'}", "coaching")
    with store.write("test") as change:
        raters = list(rows_of(possible_raters(change.connection)))[:4]
        query = sa.select(PERSON.c.person_id).where(PERSON.c.role_id == "client_manager", PERSON.c.left_on.is_(None))
        reps = list(change.connection.execute(query.order_by(PERSON.c.employee_number)).scalars())[:30]
        workshop_id = create_workshop(
            change,
            name={"en": "Four at once", "zh": "四人同时"},
            held_on=dt.date(2100, 1, 1),
            scenarios=SCENARIOS,
            reps=reps,
            raters=[rater.person_id for rater in raters],
        )
        shares: list[Sheets] = [[] for _ in raters]
        for number, rep in enumerate(reps):
            for turn, scenario in enumerate(SCENARIOS):
                shares[(number + 2 * turn) % 4].append((rep, scenario))
        rows = [
            {"workshop_id": workshop_id, "slot": slot, "station": place, "rater_id": raters[place].person_id,
             "rep_id": rep, "scenario_id": scenario, "starts": "09:00", "ends": "09:15"}
            for place, share in enumerate(shares) for slot, (rep, scenario) in enumerate(share)
        ]  # fmt: skip
        change.connection.execute(WORKSHOP_SLOT.insert(), rows)
    for place, rater in enumerate(raters):
        role = "trainer" if rater.role_id == "trainer" else "manager"
        options = ["--role", role, "--employee", rater.employee_number, "--language", "en"]
        command = [sys.executable, "-m", "toolkit.cli", "users", "add", f"rater-{place}", *options]
        environment = os.environ | {"COACH_HOME": str(server.home)}
        subprocess.run(command, env=environment, input=f"{PASSWORD}\n", text=True, check=True, capture_output=True)
    yield server, shares
    store.close()


def sign_in(browser: Browser, server: DemoServer, login: str) -> Page:
    page = browser.new_context(viewport={"width": 820, "height": 1100}).new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{server.url}/sign-in")
    page.get_by_role("button", name="English", exact=True).click()
    page.get_by_label("Sign-in name").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    page.wait_for_url(f"{server.url}/")
    page.goto(f"{server.url}/roleplay", wait_until="commit")
    return page


def test_four_raters_at_once_lose_nothing(browser: Browser, workshop: tuple[DemoServer, list[Sheets]]) -> None:
    server, shares = workshop
    store = Store(f"sqlite:///{server.home / 'coaching.sqlite'}", "coaching")
    with store.read() as connection:
        names = {row.person_id: row.name for row in connection.execute(sa.select(PERSON.c.person_id, PERSON.c.name))}
    pages = [sign_in(browser, server, f"rater-{place}") for place in range(4)]
    for turn in range(15):
        # All four tap before anybody's answer is waited for.
        for place, page in enumerate(pages):
            rep, _ = shares[place][turn]
            expect(page.locator(".coach-sheet-rep strong")).to_have_text(names[rep])
            expect(page.locator("[role=radio][aria-checked=true]")).to_have_count(0)
            page.evaluate(RATE_ALL, {"note": f"rater {place} saw {turn}", "ratings": given(place, turn)})
        for place, page in enumerate(pages):
            page.wait_for_function(SAVED, arg=names[shares[place][turn][0]])
            page.get_by_role("button", name="Hand in the sheet").click()
        for page in pages:
            expect(page.locator(".coach-sheet-head")).to_contain_text("Handed in at")
            if turn < 14:
                page.locator(".coach-sheet-end button.mod-primary:visible").click()
    for page in pages:
        expect(page.locator(".coach-sheet-end")).to_contain_text("You have no other sheet to hand in here.")
        page.context.close()

    with store.read() as connection:
        held = sa.select(SHEET).where(SHEET.c.submitted_at.is_not(None))
        sheets = {(row.rep_id, row.scenario_id): row for row in connection.execute(held)}
        found = {}
        for row in connection.execute(sa.select(RATING).where(RATING.c.rated)):
            found[row.sheet_id, row.criterion_id] = (row.rating, row.note)
    store.close()
    assert len(sheets) == 60
    for place, share in enumerate(shares):
        for turn, key in enumerate(share):
            own = {one: value for (sheet, one), value in found.items() if sheet == sheets[key].sheet_id}
            wanted = given(place, turn)[: len(own)]
            assert len(own) == (8 if key[1] == "price_objection" else 6)
            assert sorted(str(value) for value, _ in own.values()) == sorted(
                "None" if value == "not_observed" else f"{value}.0" for value in wanted
            )
            assert [note for _, note in own.values() if note] == [f"rater {place} saw {turn}"]
    file = sqlite3.connect(server.home / "coaching.sqlite")
    assert file.execute("pragma integrity_check").fetchone() == ("ok",)
    file.close()
