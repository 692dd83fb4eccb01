"""Drafts of rubrics: kept over a reload, gone on publishing, and two people who write at once are told."""

import copy
import datetime as dt
import zoneinfo
from collections.abc import Callable
from typing import Any

import pytest

from toolkit.access.roles import Role, Viewer
from toolkit.controls.place import Place
from toolkit.controls.status_line import StatusLine
from toolkit.errors import Conflict, NotAllowed, NotFound
from toolkit.language import Language
from toolkit.organisation.content import competency_names, read_packs
from toolkit.organisation.storage import content, current_versions
from toolkit.roleplay.room import Room
from toolkit.roleplay.rubric_editor import storage
from toolkit.roleplay.rubric_editor.page import RubricSection
from toolkit.roleplay.rubric_editor.state import RubricDraft

AuditOf = Callable[..., list[dict[str, Any]]]
NAMES = set(competency_names(read_packs()["framework"]))
SECOND = Viewer("user-second", "Ms Second", Role.TRAINER, None, "en")


def body_of(office: Any) -> dict[str, Any]:
    with office.store.read() as connection:
        return copy.deepcopy(content(connection, "rubric", "customer_visit"))


def changed(office: Any, **weights: float) -> dict[str, Any]:
    body = body_of(office)
    for one in body["criteria"]:
        one["weight"] = weights.get(one["id"], one["weight"])
    return body


def ready(office: Any, **weights: float) -> dict[str, Any]:
    return RubricDraft(changed(office, **weights), NAMES).ready()


def drafts(office: Any, viewer: Viewer) -> dict[str, storage.KeptDraft]:
    with office.store.read() as connection:
        return storage.own_drafts(connection, viewer)


def test_a_draft_is_its_authors_and_the_audit_holds_what_changed(office: Any, audit_of: AuditOf) -> None:
    trainer, store = office.viewers["trainer"], office.store
    assert storage.keep_draft(store, trainer, changed(office, opening=2.0)) is not None
    storage.keep_draft(store, trainer, changed(office, opening=2.0))  # nothing new: no trace
    storage.keep_draft(store, trainer, changed(office, opening=3.0))
    assert drafts(office, trainer)["customer_visit"].body["criteria"][0]["weight"] == 3.0
    assert drafts(office, SECOND) == {}
    with store.read() as connection:
        assert storage.others_drafting(connection, trainer, "customer_visit") == []
        assert [name for name, _ in storage.others_drafting(connection, SECOND, "customer_visit")] == ["trainer"]
    rows = audit_of(store, "rubric_draft")
    assert [row["action"] for row in rows] == ["create", "update"]
    assert set(rows[0]["after"]) == {"based_on", "criteria/opening"}
    assert rows[1]["before"]["criteria/opening"]["weight"] == 2.0 and list(rows[1]["after"]) == ["criteria/opening"]


def test_a_draft_that_says_what_is_published_is_none(office: Any) -> None:
    trainer, store = office.viewers["trainer"], office.store
    assert storage.keep_draft(store, trainer, body_of(office)) is None
    storage.keep_draft(store, trainer, changed(office, opening=2.0))
    assert storage.keep_draft(store, trainer, body_of(office)) is None
    assert drafts(office, trainer) == {}


def test_publishing_throws_the_own_draft_away_and_leaves_the_others(office: Any, audit_of: AuditOf) -> None:
    trainer, store = office.viewers["trainer"], office.store
    storage.keep_draft(store, trainer, changed(office, opening=2.0))
    storage.keep_draft(store, SECOND, changed(office, opening=5.0))
    version = storage.publish(store, trainer, ready(office, opening=2.0), NAMES)
    assert drafts(office, trainer) == {} and set(drafts(office, SECOND)) == {"customer_visit"}
    with pytest.raises(Conflict, match=f"Version {version} was published after you began"):
        storage.publish(store, SECOND, ready(office, opening=5.0), NAMES)
    with store.read() as connection:
        assert current_versions(connection, "rubric")["customer_visit"] == version
    storage.go_on_with_draft(store, SECOND, "customer_visit")
    assert storage.publish(store, SECOND, ready(office, opening=5.0), NAMES) != version
    assert [row["action"] for row in audit_of(store, "rubric_draft")].count("delete") == 2


def test_discarding_keeps_the_last_words_in_the_audit_only(office: Any, audit_of: AuditOf) -> None:
    trainer, store = office.viewers["trainer"], office.store
    storage.keep_draft(store, trainer, changed(office, opening=2.0))
    storage.discard_draft(store, trainer, "customer_visit")
    storage.discard_draft(store, trainer, "customer_visit")
    assert drafts(office, trainer) == {}
    assert audit_of(store, "rubric_draft")[-1]["before"]["body"]["criteria"][0]["weight"] == 2.0
    with pytest.raises(NotFound):
        storage.go_on_with_draft(store, trainer, "customer_visit")


@pytest.mark.parametrize("who", ["manager-north", "rep-1", "hr", "administrator"])
def test_only_trainers_have_drafts(office: Any, who: str) -> None:
    with pytest.raises(NotAllowed):
        storage.keep_draft(office.store, office.viewers[who], changed(office, opening=2.0))
    with office.store.read() as connection, pytest.raises(NotAllowed):
        storage.others_drafting(connection, office.viewers[who], "customer_visit")


# The section


def section_for(office: Any, viewer: Viewer, language: str = "en") -> RubricSection:
    say = Language(language)
    day, zone = dt.date(2026, 9, 3), zoneinfo.ZoneInfo("Asia/Shanghai")
    section = RubricSection(Room(office.store, viewer, say, day, zone, Place(), StatusLine(say)))
    section.show()
    section.rubric.value = "customer_visit"
    return section


def test_what_is_written_is_there_after_a_reload(office: Any) -> None:
    trainer = office.viewers["trainer"]
    section = section_for(office, trainer)
    assert section.editor is not None and section.draft.words.value == ""
    section.editor.fields.levels[3, "en"].value = "Names the time needed"
    assert "Draft kept" in section.draft.words.value
    again = section_for(office, trainer)
    assert again.editor is not None and again.editor.fields.levels[3, "en"].value == "Names the time needed"
    again.draft.discard.click()
    assert again.draft.words.value == "" and drafts(office, trainer) == {}
    assert again.editor.fields.levels[3, "en"].value == "States purpose, benefit and time needed"
    again.editor.undo.undo()
    assert again.editor.fields.levels[3, "en"].value == "Names the time needed" and drafts(office, trainer)
    again.editor.publish.click()
    assert "Published as version" in again.editor.status.words and drafts(office, trainer) == {}
    assert again.draft.words.value == ""


def test_a_rubric_of_its_own_is_offered_after_a_reload(office: Any) -> None:
    trainer = office.viewers["trainer"]
    section = section_for(office, trainer)
    section.copy.click()
    assert section.rubric.value == "rubric_1" and section.editor is not None
    section.editor.name["en"].value = "Phone call"
    again = section_for(office, trainer)
    assert "Phone call (not published)" in [words for words, _ in again.rubric.options]
    other = section_for(office, SECOND)
    assert "rubric_1" not in [value for _, value in other.rubric.options]
    other.copy.click()
    assert other.rubric.value == "rubric_2"
    again.rubric.value = "rubric_1"
    again.draft.discard.click()
    assert "rubric_1" not in [value for _, value in again.rubric.options] and again.editor is not None
    again.editor.undo.undo()
    assert again.rubric.value == "rubric_1"


def test_two_who_write_at_once_are_told_and_the_later_does_not_undo_the_first(office: Any) -> None:
    mine, theirs = section_for(office, office.viewers["trainer"]), section_for(office, SECOND)
    assert mine.editor is not None and theirs.editor is not None
    mine.editor.fields.weight.value = 2.0
    theirs.editor.fields.weight.value = 4.0
    assert "trainer is writing a draft of this rubric too" in theirs.draft.words.value
    mine.show()
    assert "Ms Second is writing a draft of this rubric too" in mine.draft.words.value
    mine.editor.publish.click()
    theirs.editor.publish.click()
    assert "was published after you began this draft" in theirs.editor.status.words
    theirs.show()
    assert "would replace all it changed" in theirs.draft.words.value
    theirs.draft.go_on.click()
    assert "would replace" not in theirs.draft.words.value
    theirs.editor.publish.click()
    assert "Published as version" in theirs.editor.status.words


def test_new_criteria_of_two_rubrics_never_share_an_id(office: Any) -> None:
    section = section_for(office, office.viewers["trainer"])
    made = []
    for rubric in ("customer_visit", "team_conversation"):
        section.rubric.value = rubric
        assert section.editor is not None
        made.append(section.editor.draft.add())
    assert made == ["criterion_1", "criterion_2"]
