"""The framework on its page: read, edited, exchanged as files, gone back; refused with names, nothing half applied."""

import copy
import datetime as dt
import io
import json
import zipfile

import openpyxl
import pandas as pd
import pytest

from toolkit.controls.place import Place
from toolkit.controls.status_line import StatusLine
from toolkit.errors import Conflict, InputError, NotAllowed
from toolkit.language import Language
from toolkit.organisation import storage as organisation
from toolkit.organisation.content import competency_names, content_hash, read_packs
from toolkit.organisation.framework_changes import framework_changes, roles_changes
from toolkit.organisation.framework_workbook import write_framework_workbook
from toolkit.skillgap import FrameworkEditor, FrameworkFiles, FrameworkReader, read_framework, read_onet
from toolkit.skillgap.feedback_round.answering.form import levels_of
from toolkit.skillgap.framework import storage
from toolkit.skillgap.framework.form import read_proposal
from toolkit.skillgap.framework.onet_merge import with_onet
from toolkit.skillgap.framework.page import FrameworkSection
from toolkit.skillgap.room import Room
from toolkit.skillgap.storage import add_evidence
from toolkit.vocabulary import Evidence

PACKS = read_packs()
# As the store gives it back: levels under words.
FRAMEWORK, ROLES = json.loads(json.dumps(PACKS["framework"])), json.loads(json.dumps(PACKS["roles"]))
EN = Language("en")
NOW = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)


def edited(pack, edit):
    changed = copy.deepcopy(pack)
    edit(changed)
    return changed


def first(framework):
    return framework["groups"][0]["competencies"][0]


def workbook(edit, framework=FRAMEWORK):
    book = openpyxl.load_workbook(io.BytesIO(write_framework_workbook(framework, ROLES, EN)))
    edit(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def cell(book, sheet, row, header):
    page = book.worksheets[sheet]
    return page.cell(row, next(one.column for one in page[1] if one.value == header))


def said(changes):
    return [(one.kind, EN.say(one.where), one.before, one.after) for one in changes]


def test_changes_are_told_before_and_after():
    later = edited(FRAMEWORK, lambda f: first(f)["levels"]["3"].update(en="New words."))
    assert said(framework_changes(FRAMEWORK, later)) == [
        ("changed", "Competency “Communication”, level 3, English", first(FRAMEWORK)["levels"]["3"]["en"], "New words.")
    ]
    gone = edited(FRAMEWORK, lambda f: f["groups"][0]["competencies"].pop(0))
    assert said(framework_changes(FRAMEWORK, gone)) == [("removed", "Competency “Communication”", "", "")]
    asks = edited(
        ROLES, lambda r: r["roles"][0]["expectations"]["junior"].update(ethics=[3.5, 4], conflict_handling=[2, 1])
    )
    assert [one[0] for one in said(roles_changes(ROLES, asks))] == ["changed", "added"]
    assert said(roles_changes(ROLES, asks))[0][2:] == ("3 · 4", "3.5 · 4")
    rank = edited(ROLES, lambda r: r["ladders"][0]["ranks"][1]["figures"].update(months_in_rank={"at_least": 6}))
    assert said(roles_changes(ROLES, rank))[0][2:] == ("≥ 12", "≥ 6")
    assert framework_changes(FRAMEWORK, FRAMEWORK) == roles_changes(ROLES, ROLES) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_framework_is_read_in_both_languages(language, rows_of):
    reader = FrameworkReader(
        FRAMEWORK | {"attribution": {"text": "O*NET 30.3", "licence": "CC BY 4.0"}}, ROLES, language=language
    )
    names = competency_names(FRAMEWORK)
    assert [row["name"] for row in rows_of(reader.table)] == [both[language] for both in names.values()]
    reader.competency.value = "negotiation"
    assert [row["level"] for row in rows_of(reader.behaviours)] == list("12345")
    assert "O*NET 30.3" in reader.source.value and len(rows_of(reader.ranks)) == 7
    reader.role.value = "product_adviser"
    assert len(rows_of(reader.expectations)) == 11


def test_the_editor_changes_wording_and_expectations_and_publishes_both(rows_of):
    given = []

    def publish(framework, roles):
        given.append((framework, roles))
        return EN("Done.")

    editor = FrameworkEditor(FRAMEWORK, ROLES, on_publish=publish)
    assert editor.publish.disabled and rows_of(editor.changes) == []
    editor.competency.value = "ethics"
    editor.name["en"].value = ""
    assert editor.publish.disabled and rows_of(editor.findings)[0]["message"] == "It lacks the English wording."
    editor.name["en"].value = "Integrity"
    editor.role.value, editor.tier.value = "client_manager", "junior"
    level, weight = editor.asked["team_leadership"]
    assert level.value is None
    level.value, weight.value = 1.5, 2.0
    assert [row["after"] for row in rows_of(editor.changes)] == ["Integrity", "1.5 · 2"]
    state = editor.to_dict()
    editor._publish()
    assert competency_names(given[0][0])["ethics"]["en"] == "Integrity" and editor.status.words == "Done."
    assert given[0][1]["roles"][0]["expectations"]["junior"]["team_leadership"] == [1.5, 2.0]
    again = FrameworkEditor.from_dict(state, FRAMEWORK, ROLES)
    assert content_hash(again.draft.framework) == content_hash(given[0][0])
    with pytest.raises(InputError):
        again.restore({**state, "competencies": {"unknown": state["competencies"]["ethics"]}})
    editor._discard()
    assert editor.draft.changes == [] and editor.name["en"].value == competency_names(FRAMEWORK)["ethics"]["en"]


def test_typing_the_same_again_is_no_new_version():
    editor = FrameworkEditor(PACKS["framework"], PACKS["roles"])
    level, _ = editor.asked["communication"]
    level.value = 4.5
    level.value = float(PACKS["roles"]["roles"][0]["expectations"]["junior"]["communication"][0])
    editor.name["en"].value = "Other"
    editor.name["en"].value = first(FRAMEWORK)["name"]["en"]
    assert content_hash(editor.draft.framework) == content_hash(PACKS["framework"])
    assert content_hash(editor.draft.roles) == content_hash(PACKS["roles"]) and editor.draft.changes == []


def onet_zip(occupation="41-3031.00"):
    from test_onet import ROWS, alongside, new

    del occupation
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in (new(ROWS) | alongside()).items():
            archive.writestr(f"db_30_3_text/{name}", content)
    return target.getvalue()


def test_onet_is_added_with_its_attribution_and_replaces_nothing():
    found = read_onet(onet_zip())
    own = FRAMEWORK | {"attribution": {"text": "Example Ltd", "licence": "own", "url": "x"}}
    framework, roles = with_onet(own, ROLES, found)
    assert set(competency_names(FRAMEWORK)) < set(competency_names(framework))
    assert framework["attribution"]["text"].startswith("Example Ltd\n") and "O*NET" in framework["attribution"]["text"]
    assert len(roles["roles"]) == len(ROLES["roles"]) + 2
    asked = {role["id"]: role for role in roles["roles"]}["onet_41_3031_00"]["expectations"]
    assert asked == {"middle": {"onet_2_a_1_a": [5.0, 4.0]}}
    twice = with_onet(framework, roles, found)
    assert content_hash(twice[0]) == content_hash(framework) and content_hash(twice[1]) == content_hash(roles)


def files(**changed):
    return FrameworkFiles(FRAMEWORK, ROLES, changed_at=NOW, **changed)


def test_files_go_out_and_come_back_without_any_change():
    view = files()
    for name, content in (view._excel(), view._case()):
        view.receive(name, content)
        assert view.status.kind == "good", view.status.words
        assert view.status.words.endswith("0 changes.") and view.confirm.disabled
    assert view._excel()[0] == "Sales core competencies.xlsx"
    assert competency_names(read_framework(view._case()[1]).framework) == competency_names(FRAMEWORK)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.docx", b"x", "no file a framework can be read from"),
        ("case.json", b"{}", "CASE"),
        ("skills.zip", b"no zip", "zip archive"),
        ("Skills.txt", b"a\tb\r\n1\t2\r\n", "Skills.txt"),
        ("book.xlsx", b"not excel", "book.xlsx"),
    ],
)
def test_files_of_another_kind_are_refused_in_words(name, content, words):
    view = files()
    view.receive(name, content)
    assert view.status.kind == "bad" and words in view.status.words
    assert view.preview.layout.display == "none" and view.proposal is None


def test_too_many_occupations_ask_for_codes(monkeypatch):
    monkeypatch.setattr("toolkit.skillgap.framework.onet_merge.MOST_OCCUPATIONS", 1)
    view = files()
    view.receive("db_30_3_text.zip", onet_zip())
    assert "at most 1 can be taken over" in view.status.words and view.again.layout.display is None
    view.occupations.value = "41-3031.00"
    view._read()
    assert view.status.kind == "good" and "1 occupations" in view.status.words and "O*NET" in view.notes.value


def test_text_files_of_the_new_layout_may_come_one_by_one():
    from test_onet import new

    view = files()
    for name, content in new().items():
        view.receive(name, content)
    assert view.status.kind == "good", view.status.words
    view.receive("case.json", b"{}")
    assert list(view._given) == ["case.json"]


def test_a_workbook_with_errors_holds_nothing():
    broken = workbook(lambda book: setattr(cell(book, 1, 2, "Expected level"), "value", 9))
    found = read_proposal({"a.xlsx": broken}, framework=FRAMEWORK, roles=ROLES, language=EN)
    assert found.roles is None and found.problems is not None and "9" in found.problems.to_string()
    view = files(on_publish=lambda framework, roles: EN("Stored."))
    view.receive("a.xlsx", broken)
    assert view.confirm.disabled and view.status.kind == "bad"
    with pytest.raises(InputError):
        view._confirm()


def test_a_notebook_reads_a_case_file_by_its_path(tmp_path):
    path = tmp_path / "framework.json"
    path.write_bytes(files()._case()[1])
    assert competency_names(read_framework(path).framework) == competency_names(FRAMEWORK)
    with pytest.raises(InputError, match=r"gone\.json cannot be read"):
        read_framework(tmp_path / "gone.json")


def test_the_exported_case_package_with_onet_and_rubrics_validates_against_the_schema():
    from test_case import violations

    framework, _ = with_onet(FRAMEWORK, ROLES, read_onet(onet_zip()))
    view = FrameworkFiles(framework, ROLES, changed_at=NOW, rubrics=PACKS["rubrics"]["rubrics"])
    assert violations(json.loads(view._case()[1])) == []


# On the store.


def room(office, who, activities=None):
    none = pd.DataFrame(columns=list(Evidence.columns))
    known = pd.DataFrame({"activity_id": []}) if activities is None else activities
    return Room(office.store, office.viewers[who], EN, NOW.date(), Place(), StatusLine(EN), lambda: none, lambda: known)


def section(office, who="trainer", part="Read", **options):
    made = FrameworkSection(room(office, who, **options))
    made.show()
    made.tabs.show_section(part)
    assert made.room.status.kind != "bad", made.room.status.words
    return made


def current(office, kind="framework"):
    with office.store.read() as connection:
        return organisation.content(connection, kind, "default")


def test_an_edit_is_published_with_author_and_can_be_taken_back(office, rows_of):
    before = content_hash(current(office))
    made = section(office, "hr", "Edit")
    made.editor.name["en"].value = "Clear speech"
    made.editor._publish()
    assert made.editor.status.kind == "good" and first(current(office))["name"]["en"] == "Clear speech"
    assert made.editor.draft.changes == []
    made.tabs.show_section("Versions")
    rows = rows_of(made.history.table)
    assert [row["state"] for row in rows if row["kind"] == "Competencies"] == ["current", "earlier"]
    assert rows[0]["author"] == "user-hr" and rows[-1]["author"] == "sample"
    entry = [one for one, row in made.history._rows.items() if row["kind"] == "framework"]
    made.history.table.press(entry[0], "look")
    assert rows_of(made.history.changes)[0]["after"] == "Clear speech"
    made.history.table.press(entry[1], "look")
    made.history._return()
    assert content_hash(current(office)) == before and made.room.status.kind == "good"
    states = [row["state"] for row in rows_of(made.history.table) if row["kind"] == "Competencies"]
    assert states == ["current", "earlier", "earlier"]


def test_two_who_edit_at_once_do_not_overwrite_each_other(office):
    one, other = section(office, "hr", "Edit"), section(office, "trainer", "Edit")
    one.editor.name["en"].value = "One"
    other.editor.name["en"].value = "Other"
    one.editor._publish()
    with pytest.raises(Conflict):
        other.editor._publish()
    assert first(current(office))["name"]["en"] == "One"


def test_what_would_orphan_evidence_rubrics_or_activities_is_refused_by_name(office, rows_of, audit_of):
    piece = {
        "person_id": "rep-1", "competency_id": "communication", "source": "peer", "level": 3.0, "standard_error": 0.9,
        "observed_on": dt.date(2026, 8, 1), "rater_id": "rep-2", "round": "Q3",
    }  # fmt: skip
    with office.store.write("user-hr") as change:
        add_evidence(change, [piece])
    activities = pd.DataFrame({"activity_id": ["drill_1"], "gain_communication": [0.3], "gain_ethics": [float("nan")]})
    made = section(office, "trainer", "Files", activities=activities)

    def take_out(book):
        for page in book.worksheets[:2]:
            rows = [
                row[0].row
                for row in page.iter_rows(min_row=2)
                if {one.value for one in row} & {"communication", "Communication"}
            ]
            for row in reversed(rows):
                page.delete_rows(row)

    before = audit_of(office.store)
    made.files.receive("edited.xlsx", workbook(take_out, current(office)))
    rows = rows_of(made.files.findings)
    text = " ".join(f"{row['where']} {row['message']}" for row in rows)
    assert "Competency “Communication” It is gone, but 1 piece of evidence rests on it." in text
    assert "Rubric “" in text and "Activity “drill_1”" in text
    assert made.files.confirm.disabled and made.files.status.kind == "bad"
    with pytest.raises(InputError):
        made._publish(made.files.proposal.framework, made.files.proposal.roles)
    assert audit_of(office.store) == before and "communication" in competency_names(current(office))


def test_a_workbook_is_previewed_and_published_whole(office, rows_of):
    made = section(office, "trainer", "Files")

    def change(book):
        cell(book, 0, 2, "Competency name, English").value = "Speaking plainly"
        cell(book, 1, 2, "Expected level").value = 4.5

    made.files.receive("edited.xlsx", workbook(change, current(office)))
    assert [row["kind"] for row in rows_of(made.files.changes)] == ["changed", "changed"]
    assert first(current(office))["name"]["en"] == "Communication"
    made.files._confirm()
    assert made.files.status.kind == "good" and first(current(office))["name"]["en"] == "Speaking plainly"
    assert current(office, "roles")["roles"][0]["expectations"]["junior"]["communication"][0] == 4.5


def test_onet_goes_into_the_store_and_its_attribution_out_again(office):
    made = section(office, "administrator", "Files")
    made.files.receive("db_30_3_text.zip", onet_zip())
    assert made.files.status.kind == "good" and not made.files.confirm.disabled
    made.files._confirm()
    stored = current(office)
    assert "onet_2_b_1_a" in competency_names(stored) and "O*NET 30.3" in stored["attribution"]["text"]
    made.tabs.show_section("Read")
    assert "O*NET 30.3" in made.parts["read"].children[0].source.value
    assert "O*NET 30.3" in read_framework(made.files._case()[1]).framework["attribution"]["text"]


@pytest.mark.parametrize("who", ["manager-north", "rep-1"])
def test_nobody_else_may_edit(office, who):
    with pytest.raises(NotAllowed):
        FrameworkSection(room(office, who))
    with pytest.raises(NotAllowed):
        storage.publish(office.store, office.viewers[who], framework=FRAMEWORK, roles=None)
    with pytest.raises(NotAllowed):
        storage.preview(office.store, office.viewers[who], framework=FRAMEWORK, roles=None)


def test_an_edit_starts_from_what_somebody_else_has_published_meanwhile(office):
    mine = section(office, "trainer")
    other = section(office, "hr", "Edit")
    other.editor.name["en"].value = "Clear speech"
    other.editor._publish()
    mine.tabs.show_section("Edit")
    assert mine.editor.name["en"].value == "Clear speech"
    third = section(office, "hr", "Edit")
    third.editor.name["en"].value = "Plain speech"
    third.editor._publish()
    mine.editor.name["en"].value = "Speech"
    with pytest.raises(Conflict, match="another version"):
        mine.editor._publish()
    assert first(current(office))["name"]["en"] == "Plain speech"


def test_a_competency_without_behaviours_can_be_rated():
    assert levels_of({"id": "onet"}) == {level: {} for level in range(1, 6)}
    assert levels_of({"id": "x", "levels": {"3": {"en": "Does"}}})[3] == {"en": "Does"}
