"""A 360 round by five signed-in people in two languages through five pages, from the proposal to the results."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from demo_server import DemoServer
from playwright.sync_api import Browser, Page, expect

from toolkit.language import Language
from toolkit.organisation.storage import PERSON, TEAM
from toolkit.skillgap.feedback_round.tables import ANSWER, INVITATION, ROUND
from toolkit.skillgap.storage import EVIDENCE
from toolkit.store import Store

PASSWORD = "five in a round"
LANGUAGES = ("en", "zh", "zh", "en", "zh")  # the superior, who organises; the person rated; three colleagues
RATE_ALL = """(first) => document.querySelectorAll(".coach-criterion").forEach((group, at) =>
  group.querySelector(`[data-value='${1 + (first + at) % 5}']`).click())"""
SAVED = """(word) => [...document.querySelectorAll(".coach-criterion .coach-stamp")].every(
  (stamp) => stamp.textContent.includes(word))"""


@pytest.fixture
def office(sample_home: Path, new_server: Callable[..., DemoServer]) -> tuple[DemoServer, list[Any]]:
    """Give a server with accounts five-0 (an area manager) and five-1 … five-4 (four of the team), and who they are."""
    server = new_server(command="serve")
    store = Store(f"sqlite:///{server.home / 'coaching.sqlite'}", "coaching")
    with store.write("test") as change:
        for table in (ANSWER, INVITATION, ROUND):
            change.connection.execute(table.delete())
        here = PERSON.c.left_on.is_(None)
        for lead in change.connection.execute(sa.select(TEAM.c.manager_id).order_by(TEAM.c.name_en)).scalars():
            team = list(
                change.connection.execute(
                    sa.select(PERSON).where(here, PERSON.c.manager_id == lead).order_by(PERSON.c.person_id)
                )
            )
            if len(team) >= 4:
                break
        superior = change.connection.execute(sa.select(PERSON).where(PERSON.c.person_id == lead)).one()
    store.close()
    people = [superior, *team[:4]]
    for number, person in enumerate(people):
        role = "rep" if number else "manager"
        options = ["--role", role, "--employee", person.employee_number, "--language", LANGUAGES[number]]
        command = [sys.executable, "-m", "toolkit.cli", "users", "add", f"five-{number}", *options]
        environment = os.environ | {"COACH_HOME": str(server.home)}
        subprocess.run(command, env=environment, input=f"{PASSWORD}\n", text=True, check=True, capture_output=True)
    return server, people


def open_rounds(browser: Browser, server: DemoServer, number: int) -> tuple[Page, Language]:
    say = Language(LANGUAGES[number])
    page = browser.new_context(
        viewport={"width": 820 if number % 2 else 1440, "height": 1000}, accept_downloads=True
    ).new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{server.url}/sign-in")
    page.get_by_role("button", name={"en": "English", "zh": "中文"}[say.code], exact=True).click()
    page.locator("input[name=login]").fill(f"five-{number}")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"{server.url}/")
    page.goto(f"{server.url}/skill-gaps", wait_until="commit")
    return page, say


def picture(page: Page, name: str) -> None:
    """Keep a picture of what stands there, where somebody asks for pictures."""
    if folder := os.environ.get("COACH_TEST_PICTURES"):
        page.wait_for_timeout(400)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_five_people_in_two_languages_make_one_round(browser: Browser, office: tuple[DemoServer, list[Any]]) -> None:
    server, people = office
    rated = people[1]
    pages = [open_rounds(browser, server, number) for number in range(5)]  # all of them load at once
    lead = pages[0][0]
    lead.get_by_role("tab", name="360 rounds", exact=True).click()
    expect(lead.get_by_text("Nothing to rate at the moment")).to_be_visible()
    lead.get_by_role("tab", name="New round", exact=True).click()
    lead.get_by_label("Name of the round").fill("Five")
    lead.get_by_role("combobox", name="Who is rated").fill(rated.employee_number)
    lead.locator(".coach-option:visible").first.click()
    lead.keyboard.press("Escape")
    lead.get_by_label("Colleagues for each").fill("3")
    lead.get_by_role("button", name="Propose who rates whom").click()
    table = lead.locator(".coach-data:visible", has_text="Invitations")
    expect(table.locator("tbody tr")).to_have_count(5)
    picture(lead, "propose")
    lead.get_by_role("button", name="Start the round").click()
    expect(lead.locator(".coach-board:visible")).to_contain_text("0 of 5 forms handed in.")
    expect(lead.get_by_role("textbox", name="Message, ready to copy")).not_to_be_empty()

    lead.get_by_role("tab", name="To answer", exact=True).click()
    for page, words in pages[1:]:
        page.get_by_role("tab", name=words("360 rounds"), exact=True).click()
    for number, (page, _) in enumerate(pages):
        expect(page.locator(".coach-criterion:visible").first).to_be_visible()
        page.evaluate(RATE_ALL, number)
    for number, (page, words) in enumerate(pages):
        picture(page, f"answering-{number}")
        page.wait_for_function(SAVED, arg=words("saved {time}", time="").strip())
    colleague, words = pages[2]
    picture(colleague, "answer-zh")
    picture(pages[3][0], "answer-en")
    colleague.reload()
    colleague.get_by_role("tab", name=words("360 rounds"), exact=True).click()
    count = colleague.locator(".coach-criterion").count()
    expect(colleague.locator(".coach-criterion [aria-checked=true]")).to_have_count(count)
    for page, words in pages:
        page.get_by_role("button", name=words("Hand in and go on")).click()
        expect(page.locator(".coach-status.is-good:visible")).to_be_visible()

    # Nobody sees anything before the round is closed.
    own, words = pages[1]
    own.get_by_role("tab", name=words("Results"), exact=True).click()
    expect(own.get_by_role("heading", name=words("No results yet"))).to_be_visible()
    lead.get_by_role("tab", name="Progress", exact=True).first.click()
    expect(lead.locator(".coach-board:visible")).to_contain_text("5 of 5 forms handed in.")
    picture(lead, "progress-en")
    lead.get_by_role("button", name="Close the round").click()
    expect(lead.locator(".coach-status.is-good:visible", has_text="The round is closed.").first).to_be_visible()
    lead.get_by_role("tab", name="Results", exact=True).click()
    expect(lead.locator("svg.coach-chart:visible").first).to_be_visible()
    table = lead.locator(".coach-data:visible", has_text="By competency")
    expect(table.locator("tbody tr")).to_have_count(count)
    expect(table).to_contain_text("(3 people)")
    picture(lead, "results-en")
    with lead.expect_download() as waiting:
        lead.get_by_role("button", name="Word: sheet for the one-to-one").click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"PK")

    # Who answers after closing is told so, and the person rated reads the results in their own language.
    late, words = pages[4]
    late.locator(".coach-criterion").first.locator("[data-value='5']").click()
    expect(late.locator(".coach-status.is-bad:visible")).to_be_visible()
    own.get_by_role("tab", name=words("To answer"), exact=True).click()
    own.get_by_role("tab", name=words("Results"), exact=True).click()
    expect(own.locator("svg.coach-chart:visible").first).to_be_visible()
    picture(own, "results-zh")
    for page, _ in pages:
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.context.close()

    store = Store(f"sqlite:///{server.home / 'coaching.sqlite'}", "coaching")
    with store.read() as connection:
        round_id = connection.execute(sa.select(ROUND.c.round_id)).scalar_one()
        found = connection.execute(sa.select(EVIDENCE).where(EVIDENCE.c.round == round_id)).mappings().all()
    store.close()
    order = {person.person_id: number for number, person in enumerate(people)}
    assert len(found) == 5 * count and {row["person_id"] for row in found} == {rated.person_id}
    sources = {order[row["rater_id"]]: row["source"] for row in found}
    assert sources == {0: "manager", 1: "self", 2: "peer", 3: "peer", 4: "peer"}
    levels = {
        number: sorted(row["level"] for row in found if order[row["rater_id"]] == number) for number in order.values()
    }
    assert levels == {number: sorted(float(1 + (number + at) % 5) for at in range(count)) for number in order.values()}
