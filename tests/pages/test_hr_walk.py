"""HR from a file of months to a logged conversation, in both languages; and the switch that closes it all."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from demo_server import DemoServer
from playwright.sync_api import Page, expect

from toolkit.language import Language
from toolkit.settings import shipped


@pytest.fixture(scope="module")
def own_server(new_server: Callable[..., DemoServer]) -> Iterator[DemoServer]:
    """A server of its own: attrition is switched off for all of it."""
    return new_server()


def rows_of(server: DemoServer, query: str) -> list[tuple]:
    store = sqlite3.connect(server.home / "hr.sqlite")
    try:
        return store.execute(query).fetchall()
    finally:
        store.close()


def upload(page: Page, say: Language, path: Path) -> None:
    page.get_by_role("tab", name=say("HR months")).click()
    page.locator(".coach-file:visible input").set_input_files(path)
    confirm = page.get_by_role(
        "button", name=re.compile(say.count("Import {count} row", "Import {count} rows", 2).replace("2", r"[\d,]+"))
    )
    confirm.click()
    expect(page.locator(".coach-status.is-good:visible").last).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_from_a_file_to_a_logged_conversation(
    visit: Callable[..., Page], own_server: DemoServer, tmp_path: Path, language: str
) -> None:
    say = Language(language)
    page = visit("hr", "attrition", language=language, server=own_server)
    path = tmp_path / "months.csv"
    path.write_bytes(shipped("datasets", "organisation", "rep_months.csv").read_bytes())
    upload(page, say, path)
    page.get_by_role("tab", name=say("Risk"), exact=True).click()
    page.get_by_role("button", name=say("Train and test")).click()
    expect(page.locator("table", has_text=say("How it would have done in the past"))).to_be_visible()

    page.get_by_role("tab", name=say("Conversations")).click()
    band = page.get_by_label(say("Places that chance decides"))
    band.fill("2")
    band.press("Tab")
    page.get_by_role("button", name=say("Make the list")).click()
    expect(page.get_by_text(say("The list was made."))).to_be_visible()
    listed = page.locator("table", has_text=say("How listed"))
    expect(listed.locator("tbody tr")).to_have_count(14)
    expect(listed).to_contain_text(say("Not drawn"))
    assert rows_of(own_server, "select band from conversation_list order by created_at desc limit 1") == [(2,)]

    looks = "select count(*) from audit where action = 'view' and record = 'conversation'"
    before = rows_of(own_server, looks)[0][0]
    listed.locator("tbody tr").first.get_by_role("button").click()
    expect(page.get_by_text(say("How a care call goes"))).to_be_visible()
    assert rows_of(own_server, looks)[0][0] == before + 1
    page.get_by_role("button", name=say("Save conversation")).click()
    expect(page.get_by_role("alert").last).to_contain_text(say("Choose what came of the conversation."))
    page.get_by_label(say("Outcome"), exact=True).select_option(label=say("Undecided"))
    page.get_by_label(say("Greet"), exact=True).check()
    page.get_by_label(say("Note"), exact=True).fill("<b>bonus</b> 奖金")
    page.get_by_role("button", name=say("Save conversation")).click()
    expect(page.get_by_text(say("The conversation was saved."))).to_be_visible()
    expect(page.locator("table", has_text=say("Levers agreed"))).to_contain_text("<b>bonus</b> 奖金")
    kept = rows_of(own_server, "select outcome, steps, note from conversation order by created_at desc limit 1")[0]
    assert (kept[0], json.loads(kept[1]), kept[2]) == ("undecided", ["greet"], "<b>bonus</b> 奖金")

    page.get_by_role("button", name=say("Back to the list")).click()
    expect(listed).to_contain_text(say("Talked to"))
    expect(page.get_by_text(say("{done} of {count} talked to.", done=1, count=12))).to_be_visible()
    expect(page.get_by_text(say("Do the conversations help?"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    page.get_by_role("tab", name=say("Model"), exact=True).click()
    page.get_by_role("button", name=say("Check whether it still fits")).click()
    expect(page.locator("table", has_text=say("Have the columns moved?"))).to_be_visible()
    with page.expect_download() as got:
        page.get_by_role("button", name=say("Download the card as Word")).click()
    assert got.value.suggested_filename == f"{say('Model card')}.docx"
    page.get_by_role("textbox", name=say("Reason"), exact=True).fill("works council")
    page.get_by_role("button", name=say("Switch off")).click()
    expect(page.get_by_text(say("Attrition risk is switched off. Nothing was deleted."))).to_be_visible()
    page.get_by_role("tab", name=say("Conversations")).click()
    expect(page.get_by_role("heading", name=say("Attrition risk is switched off")).last).to_be_visible()
    page.get_by_role("tab", name=say("Model"), exact=True).click()
    page.get_by_role("textbox", name=say("Reason"), exact=True).fill("agreed")
    page.get_by_role("button", name=say("Switch on")).click()
    expect(page.get_by_role("button", name=say("Check whether it still fits"))).to_be_visible()
    why = rows_of(own_server, "select why from audit where record = 'attrition_setting' order by audit_id desc limit 2")
    assert why == [("agreed",), ("works council",)]

    page.get_by_role("tab", name=say("HR months")).click()
    stored = page.locator(".coach-data:visible", has_text=say("Versions trained on it")).locator("tbody tr")
    expect(stored.first).to_be_visible()
    before = stored.count()
    stored.first.get_by_role("button", name=say("Delete…")).click()
    page.get_by_role("button", name=say("Delete for good")).click()
    expect(page.get_by_role("alert").last).to_contain_text(say("Say why: somebody may ask."))
    page.get_by_role("textbox", name=say("Reason"), exact=True).fill("stored long enough")
    page.get_by_role("button", name=say("Delete for good")).click()
    expect(stored).to_have_count(before - 1)
    assert rows_of(own_server, "select count(*) from data_set") == [(before - 1,)]
    assert rows_of(own_server, "select count(*) from risk where run_id not in (select run_id from risk_run)") == [(0,)]
    assert rows_of(own_server, "select note from conversation order by created_at desc limit 1") == [(kept[2],)]
    page.get_by_role("tab", name=say("Risk"), exact=True).click()
    expect(page.get_by_label(say("Data"), exact=True).locator("option")).to_have_count(before - 1)
