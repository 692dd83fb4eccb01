"""HR's loop on the page: train, make a list, talk, log, follow up, say who was a loss, check, switch off."""

import datetime as dt
import json

import pandas as pd
import pytest
import sqlalchemy as sa

from toolkit import apps, demo
from toolkit.access.roles import Role, Viewer
from toolkit.attrition import storage
from toolkit.attrition.care_calls import storage as care
from toolkit.attrition.tables import CONVERSATION
from toolkit.attrition.versions import storage as versions
from toolkit.desk import Desk
from toolkit.language import Language
from toolkit.settings import Settings
from toolkit.store.schema import AUDIT

HR = Viewer("hr", "Fang", Role.HR, None, "en")


@pytest.fixture(scope="module")
def stores(request, tmp_path_factory):
    from toolkit.store import Store
    from toolkit.store.migration import migrate

    folder = tmp_path_factory.mktemp("loop")
    coaching, hr = (Store(f"sqlite:///{folder / kind}.sqlite", kind) for kind in ("coaching", "hr"))
    for store in (coaching, hr):
        migrate(store)
    demo.load_sample(coaching, hr)
    yield coaching, hr, folder
    for store in (coaching, hr):
        store.close()


def open_page(stores, code="en"):
    coaching, hr, folder = stores
    settings = Settings(home=folder, store_url=str(coaching.url), hr_store_url=str(hr.url))
    desk = Desk(HR, Language(code), settings, coaching)
    desk.hr = hr
    return apps.attrition_page(desk)


def section(page, title):
    page.tabs.show_section(title)
    return page.section(title)


@pytest.fixture(scope="module")
def page(stores):
    page = open_page(stores)
    section(page, "Conversations")
    assert "Nobody is listed yet" in page.section("Conversations").children[0].title
    board = section(page, "Risk").board
    board.train.click()
    assert board.status.kind == "good", board.status.words
    return page


def cells(table):
    columns = {one["name"]: one.get("shown", one.get("keys")) for one in table.data["columns"]}
    return pd.DataFrame(columns)


def last_row(hr, record):
    table = AUDIT["hr"]
    with hr.read() as connection:
        query = sa.select(table).where(table.c.record == record).order_by(table.c.audit_id.desc()).limit(1)
        return connection.execute(query).one()


def test_the_whole_loop(page, stores) -> None:
    hr = stores[1]
    room = section(page, "Conversations")
    assert room.new in room.children and room.board not in room.children
    room.new.conversations.value, room.new.band.value = 8, 2
    room.new.make.click()
    assert room.new.status.kind == "good", room.new.status.words
    shown = cells(room.board.list)
    assert len(shown) == 10 and set(shown["name"]) == {"hidden"}
    everything = json.dumps([room.board.list.data, room.due.data, room.departures.list.data]) + room.about.value
    people = storage.risks_of(hr, HR, storage.runs(hr, HR)[0].run_id)["person_id"]
    assert not [person for person in people if person in everything]
    assert not [name for name in page.room.names.values() if name in everything.replace("Fang", "")]

    room.board.list.press("0", "open")
    person = people.iloc[0]
    look = last_row(hr, "conversation")
    assert (look.action, look.person_id) == ("view", person)
    name = page.room.names[person]
    assert name in room.sheet.reasons.value and cells(room.board.list)["name"].tolist()[0] == name
    assert set(cells(room.board.list)["name"].tolist()[1:]) == {"hidden"}
    assert "How a care call goes" in room.sheet.guide.value and "Greet" in room.sheet.guide.value
    assert "<li>" in room.sheet.can_do.value and len(room.sheet.levers.options) == 20
    assert "told apart from the risk" in room.sheet.facts.value

    room.sheet.save.click()
    assert room.sheet.status.kind == "bad" and "Choose what came" in room.sheet.status.words
    room.sheet.outcome.value = "undecided"
    room.sheet.steps.value = ("greet", "ask")
    room.sheet.note.value = "<b>Waits for a bonus</b>"
    room.sheet.levers.put(("keep_promises",))
    room.sheet.follow_up_on.value = page.room.today + dt.timedelta(days=5)
    room.sheet.save.click()
    assert room.sheet.status.kind == "good", room.sheet.status.words
    kept = care.conversations(hr, HR)
    assert kept["levers"].tolist() == [["keep_promises"]] and kept["person_id"].tolist() == [person]
    assert cells(room.sheet.earlier)["note"].tolist() == ["<b>Waits for a bonus</b>"]
    assert cells(room.due)["name"].tolist() == [name]

    room.sheet.save.click()
    assert room.sheet.status.kind == "bad" and len(care.conversations(hr, HR)) == 1, "a second press keeps nothing"
    room.sheet.earlier.press("0", "correct")
    room.sheet.outcome.value = "stays"
    room.sheet.save.click()
    with hr.read() as connection:
        assert connection.execute(sa.select(CONVERSATION.c.outcome)).scalars().all() == ["stays"]

    room.due.press("0", "done")
    assert care.conversations(hr, HR)["followed_up_on"].tolist() == [page.room.today]
    assert cells(room.due).empty

    room.sheet.reason.value = "on leave until May"
    room.sheet.leave_out.click()
    states = room.board.list.data["columns"]
    marks = next(one for one in states if one["name"] == "state")
    assert marks["marks"][marks["keys"][0]]["word"] == "Left out"
    assert last_row(hr, "listed_person").why == "on leave until May"
    room.somebody.value = next(one for one in page.room.names if one not in set(people.head(10)))
    room.add.click()
    assert room.add_status.kind == "bad" and "Say why" in room.add_status.words
    room.why.value = "asked for it"
    room.add.click()
    assert room.add_status.kind == "good" and len(cells(room.board.list)) == 11
    assert "One cannot tell yet" in room.effect.value

    room.departures.list.press("0", "no_loss")
    assert list(care.departures(hr, HR).values()) == [False]
    assert len(cells(room.departures.years)) >= 2


def test_names_of_a_list_are_logged_and_hidden_again_with_another_list(page, stores) -> None:
    hr = stores[1]
    room = section(page, "Conversations")
    room.new.band.value = 0
    room.new.conversations.value = 3
    room.new.make.click()
    assert set(cells(room.board.list)["name"]) == {"hidden"}
    room.board.names.click()
    assert "hidden" not in set(cells(room.board.list)["name"])
    assert last_row(hr, "risk").action == "view"
    first = room.which.options[-1][1]
    room.which.value = first
    assert set(cells(room.board.list)["name"]) == {"hidden"}, "the other list's names were not asked for"
    room.new.reviewer.value = " "
    room.new.make.click()
    assert room.new.status.kind == "bad" and "Name who decides" in room.new.status.words


def test_versions_card_check_and_training_again_without_those_talked_to(page, stores) -> None:
    hr = stores[1]
    model = section(page, "Model")
    assert len(model.versions.ids) == 1
    assert "It has not been tested" not in model.card.value and "has not been checked" in model.card.value
    assert "Nobody is named yet" in model.card.value
    model.contact.value = "hr@example.com"
    model.months.value = 3
    model.keep.click()
    assert "hr@example.com" in model.card.value and "By the schedule" in model.schedule.value
    model.check.click()
    assert model.checking.kind == "", model.checking.words
    assert "Checked on" in model.said.value and "has not been checked" not in model.card.value
    name, content = model._document()
    assert name == "Model card.docx" and content[:2] == b"PK"
    model.again.click()
    assert model.checking.kind == "good", model.checking.words
    newest, first = storage.runs(hr, HR)
    assert len(model.versions.ids) == 2 and newest.horizon_months == first.horizon_months
    kept = storage.model_of(hr, HR, newest.run_id)
    assert kept.background is not None and kept.background.excluded > 0, "the leaver nobody regrets teaches nothing"


def test_the_switch_closes_everything_but_itself(page, stores) -> None:
    hr = stores[1]
    model = section(page, "Model")
    model.switch.click()
    assert model.switching.kind == "bad" and versions.setting(hr, HR).switched_on
    model.why.value = "the works council asks"
    model.switch.click()
    assert not versions.setting(hr, HR).switched_on and model.switch.label == "Switch on"
    for title in ("Risk", "Conversations", "Fairness"):
        page.tabs.show_section(title)
        (shown,) = page._places[title].children
        assert shown.title == "Attrition risk is switched off"
    board = page.section("Risk").board
    board.train.click()
    assert board.status.kind == "bad" and "switched off" in board.status.words
    again = open_page(stores)
    assert again._places["Risk"].children[0].title == "Attrition risk is switched off"
    model = section(page, "Model")
    model.why.value = "agreed"
    model.switch.click()
    page.tabs.show_section("Conversations")
    assert page._places["Conversations"].children[0] is page.section("Conversations")
    assert len(page.section("Conversations").which.options) == 2


def test_in_chinese_it_is_all_there(page, stores) -> None:
    other = open_page(stores, "zh")
    assert len(other.tabs.sections) == 6
    for title in other.tabs.sections:
        other.tabs.show_section(title)
        assert other.status.kind != "bad", other.status.words


def test_a_follow_up_stays_until_somebody_was_reached(page, stores) -> None:
    hr = stores[1]
    room = section(page, "Conversations")
    room.board.list.press("1", "open")
    person = room.sheet.person_id

    def log(outcome, **more):
        room.sheet.outcome.value = outcome
        for name, day in more.items():
            getattr(room.sheet, name).value = day
        room.sheet.save.click()
        assert room.sheet.status.kind == "good", room.sheet.status.words

    def due():
        talks = care.conversations(hr, HR)
        mine = talks[(talks["person_id"] == person) & talks["follow_up_on"].notna()]
        return mine["followed_up_on"].isna().tolist()

    today, day = page.room.today, dt.timedelta(days=1)
    log("undecided", held_on=today - 5 * day, follow_up_on=today - day)
    log("not_reached")
    assert due() == [True]
    log("stays")
    assert due() == [False]
    list_id = care.conversations(hr, HR)["list_id"].iloc[0]
    room.back.click()
    room.which.value = next(value for _, value in room.which.options if value != list_id)
    room.open_person(person) if person in set(room._listed["person_id"]) else room.sheet.show(
        person, "", storage.reasons_of(hr, HR, room._list().run_id, person),
        care.open_person(hr, HR, None, person), list_id=room.which.value, facts=[],
    )  # fmt: skip
    room.sheet.earlier.press("0", "correct")
    room.sheet.note.value = "a typo less"
    room.sheet.save.click()
    kept = care.conversations(hr, HR)
    assert set(kept.loc[kept["person_id"] == person, "list_id"]) == {list_id}, "a correction stays with its list"


def test_what_was_said_is_kept_though_its_list_was_deleted(page, stores) -> None:
    hr = stores[1]
    room = section(page, "Conversations")
    room._close()
    room.board.list.press("0", "open")
    person = room.sheet.person_id
    room.sheet.outcome.value, room.sheet.note.value = "stays", "said while the data set went"
    months = section(page, "HR months").kept
    months.table.press(next(iter(months._found)), "delete")
    months.why.value = "enough"
    months.delete.click()
    assert months.status.kind == "good", months.status.words
    room.sheet.save.click()
    kept = care.conversations(hr, HR)
    assert kept.loc[kept["person_id"] == person, "list_id"].isna().all()
    risk = section(page, "Risk").board
    assert risk.state.trained is None and risk.result.layout.display == "none", "deleted risks are not shown"
    section(page, "Conversations")
    assert room.sheet.person_id == ""
