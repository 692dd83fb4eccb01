"""The rubric editor: checks in words, drafts, Excel files, publishing, and the sentence on bridges."""

import copy
import io
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from toolkit.documents.intake import prepare
from toolkit.documents.mapping import suggest_mapping
from toolkit.documents.table_file import read_table
from toolkit.documents.template_file import write_table, write_template
from toolkit.errors import InputError, NotAllowed
from toolkit.language import Language
from toolkit.organisation.content import competency_names, content_hash, read_packs
from toolkit.organisation.storage import content, current_versions
from toolkit.roleplay.rubric import Rubric
from toolkit.roleplay.rubric_editor import storage
from toolkit.roleplay.rubric_editor.bridging import bridge_versions, shared_criteria
from toolkit.roleplay.rubric_editor.checks import check_rubric, refusals, weight_sum
from toolkit.roleplay.rubric_editor.form import criteria_from, rows_from, rubric_form
from toolkit.roleplay.rubric_editor.report import bridge_words
from toolkit.roleplay.rubric_editor.state import RubricDraft
from toolkit.roleplay.rubric_editor.widget import RubricEditor
from toolkit.wording import text

PACKS = read_packs()
NAMES = competency_names(PACKS["framework"])
SHIPPED = {body["id"]: body for body in PACKS["rubrics"]["rubrics"]}
VISIT = SHIPPED["customer_visit"]
NO_HTML = "<script>alert(1)</script>"


def draft() -> RubricDraft:
    return RubricDraft(VISIT, NAMES)


def levels(body: dict[str, Any], level: int, **words: str) -> dict[str, Any]:
    changed = copy.deepcopy(body)
    changed["criteria"][0]["levels"][level].update(words)
    return changed


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_rubrics_may_be_published(name: str) -> None:
    found = check_rubric(SHIPPED[name], set(NAMES))
    assert refusals(found) == []
    assert len(found) < 10  # hints that cry wolf are not read


@pytest.mark.parametrize(
    ("changed", "severity", "words"),
    [
        (levels(VISIT, 2, en="Understands the customer"), "warning", "“Understands” cannot be observed"),
        (levels(VISIT, 2, en="Gives an APPROPRIATE answer"), "warning", "“appropriate” cannot be observed"),
        (levels(VISIT, 2, zh="沟通良好，态度亲切"), "warning", "“良好” cannot be observed"),
        (levels(VISIT, 2, zh="了解客户需求"), "warning", "“了解” cannot be observed"),
        (levels(VISIT, 2, en="Asks the customer and writes the answer down"), "warning", "two behaviours"),
        (levels(VISIT, 2, zh="提问并且记录"), "warning", "two behaviours"),
        (levels(VISIT, 2, zh="提问以及记录"), "warning", "two behaviours"),
        (levels(VISIT, 2, zh=""), "refusal", "no behaviour words"),
        (levels(VISIT, 3, en="  "), "refusal", "no behaviour words"),
        (levels(VISIT, 4, en=VISIT["criteria"][0]["levels"][3]["en"] + "."), "refusal", "the same as at level 3"),
    ],
)
def test_words_of_levels_are_checked(changed: dict[str, Any], severity: str, words: str) -> None:
    known = [str(one.message).casefold() for one in check_rubric(VISIT, set(NAMES))]
    found = [one for one in check_rubric(changed, set(NAMES)) if one.criterion_id == "opening"]
    hits = [one for one in found if words.casefold() in str(one.message).casefold()]
    assert hits and hits[0].severity == severity and "Opening" in str(hits[0].where) and str(hits[0].remedy)
    assert len(known) < len(VISIT["criteria"]) * 2


@pytest.mark.parametrize(
    "said", ["Names dates and costs", "Written plan with steps, dates and costs for this customer"]
)
def test_a_list_of_things_is_no_second_behaviour(said: str) -> None:
    found = check_rubric(levels(VISIT, 2, en=said), set(NAMES))
    assert not [one for one in found if "two behaviours" in str(one.message) and "level 2" in str(one.where)]


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("competencies", {"communication": 0.6}, "add up to 0.60"),
        ("competencies", {}, "add up to 0.00"),
        ("competencies", {"magic": 1.0}, "not in the framework"),
        ("competencies", {"communication": 1.0, "ethics": 0.0}, "not above 0"),
        ("weight", None, "weight is missing"),
        ("weight", 0, "weight is missing"),
        ("name", {"en": "Opening", "zh": ""}, "missing in Chinese"),
        ("question", {"en": "", "zh": "？"}, "missing in English"),
        ("id", "needs", "used twice"),
        ("id", "Über 1", "cannot be used"),
    ],
)
def test_what_stands_in_the_way_is_refused(part: str, value: Any, words: str) -> None:
    changed = copy.deepcopy(VISIT)
    changed["criteria"][0][part] = value
    assert any(words in str(one.message) for one in refusals(check_rubric(changed, set(NAMES))))


def test_an_empty_rubric_and_one_without_mandatory_criteria() -> None:
    assert any(
        "no criterion" in str(one.message) for one in refusals(check_rubric({**VISIT, "criteria": []}, set(NAMES)))
    )
    free = copy.deepcopy(VISIT)
    for one in free["criteria"]:
        one["mandatory"] = False
    assert any("mandatory" in str(one.message) for one in check_rubric(free, set(NAMES)))
    assert weight_sum(VISIT) == 18


def test_a_draft_is_a_copy_whose_ids_stay() -> None:
    before = copy.deepcopy(VISIT)
    made = RubricDraft(VISIT, NAMES, taken=["criterion_1"])
    assert made.add() == "criterion_2"
    made.remove("criterion_2")
    assert made.add() == "criterion_3"  # an id that was once given means the same for ever
    made.put_criterion("opening", name={"en": "Start", "zh": "开始"})
    made.move("opening", 2)
    made.move("integrity", 99)
    assert [one["id"] for one in made.criteria][:3] == ["research", "needs", "opening"]
    assert made.criteria[-1]["id"] == "integrity" and before == VISIT
    with pytest.raises(InputError, match="criterion"):
        made.put_criterion("nowhere", weight=2)
    with pytest.raises(InputError):
        made.ready()
    body = made.to_dict()
    again = RubricDraft.from_dict(body, VISIT, NAMES)
    assert again.to_dict() == body and again.body["criteria"] == made.body["criteria"]
    for wrong in ({**body, "version": 7}, {**body, "criteria": [{}]}, {**body, "more": 1}, None):
        with pytest.raises(InputError):
            again.restore(wrong)
    assert again.to_dict() == body


@pytest.mark.parametrize("code", ["en", "zh"])
def test_a_rubric_goes_out_to_excel_and_comes_back_the_same(code: str) -> None:
    form, say = rubric_form(NAMES), Language(code)
    rows = rows_from(draft().body)
    file = write_table(rows, [one for one in form.columns if one.name in rows], say, "Rubric")
    raw = read_table(file, "rubric.xlsx", limit_mb=5)
    intake = prepare(raw, form, suggest_mapping(raw.columns, form, None), known={})
    assert intake.problems == []
    assert criteria_from(intake.require_ready()) == draft().criteria
    template = read_table(write_template(form, say), "t.xlsx", limit_mb=5, sheet=say("Example"))
    sample = prepare(template, form, suggest_mapping(template.columns, form, None), known={})
    assert sample.problems == []
    assert refusals(check_rubric({**VISIT, "criteria": criteria_from(sample.require_ready())}, set(NAMES))) == []


def test_errors_in_a_file_are_named_by_row_and_column() -> None:
    form, say = rubric_form(NAMES), Language()
    rows = rows_from(draft().body)
    file = write_table(rows, [one for one in form.columns if one.name in rows], say, "Rubric")
    book = openpyxl.load_workbook(io.BytesIO(file))
    sheet = book.active
    heads = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(3, heads["Level 2 (Chinese)"]).value = None
    sheet.cell(4, heads["Weight"]).value = "much"
    sheet.cell(
        5, heads["Share: Solution proposal"] if "Share: Solution proposal" in heads else heads["Weight"]
    ).value = 0.1
    sheet.cell(6, heads["Criterion ID"]).value = "opening"
    changed = io.BytesIO()
    book.save(changed)
    raw = read_table(changed.getvalue(), "rubric.xlsx", limit_mb=5)
    intake = prepare(raw, form, suggest_mapping(raw.columns, form, None), known={})
    found = {(problem.row, str(problem.column)) for problem in intake.problems}
    assert {(3, "Level 2 (Chinese)"), (4, "Weight")} <= found and any(row in (2, 6) for row, _ in found)
    assert not intake.ready


def test_the_editor_checks_while_writing(rows_of: Any) -> None:
    published: list[Any] = []
    editor = RubricEditor(VISIT, NAMES, on_publish=lambda body: published.append(body) or text("Done."))
    assert "8 criteria, weights 18.00 in all" in editor.sum.value and "publishing: 0" in editor.sum.value
    editor.fields.levels[3, "zh"].value = ""
    assert "publishing: 1" in editor.sum.value
    first = rows_of(editor.findings)[0]
    assert first["severity"] == "must be mended" and "level 3, Chinese" in first["where"]
    editor.publish.click()
    assert not published and "no behaviour words" in editor.status.words
    editor.criterion.value = "needs"
    assert editor.fields.name["en"].value == "Needs analysis" and editor.fields.weight.value == 3
    editor.findings.press("0", "open")
    assert editor.criterion.value == "opening"
    editor.fields.levels[3, "zh"].value = "说明来意和所需时间"
    editor.fields.shares[0][1].value = 0.5
    assert "publishing: 1" in editor.sum.value
    editor.fields.shares[1][1].value = 0.5
    editor.fields.name["en"].value = NO_HTML
    assert editor.criterion.words.endswith(NO_HTML) and "<script>" not in editor.sum.value
    editor.publish.click()
    assert published[0]["criteria"][0]["competencies"] == {"communication": 0.5, "customer_relationship": 0.5}
    assert published[0]["criteria"][1:] == draft().criteria[1:]


def test_criteria_are_added_moved_removed_and_brought_back() -> None:
    editor = RubricEditor(VISIT, NAMES, language="zh")
    editor.act["add"].click()
    assert editor.criterion.value == "criterion_1" and len(editor.draft.criteria) == 9
    editor.act["up"].click()
    assert [one["id"] for one in editor.draft.criteria][-2:] == ["criterion_1", "integrity"]
    assert editor.criterion.value == "criterion_1"
    editor.act["remove"].click()
    assert len(editor.draft.criteria) == 8 and editor.undo.sentence
    editor.undo.undo()
    assert len(editor.draft.criteria) == 9
    for _ in range(9):
        editor.act["remove"].click()
    assert editor.draft.criteria == [] and editor.criterion.value is None and editor.act["remove"].disabled
    editor.undo.undo()
    assert len(editor.draft.criteria) == 1
    body = editor.to_dict()
    assert RubricEditor.from_dict(body, VISIT, NAMES).to_dict() == body


def test_showing_a_criterion_changes_nothing() -> None:
    editor = RubricEditor(VISIT, NAMES)
    before = copy.deepcopy(editor.body)
    for one in VISIT["criteria"]:
        editor.criterion.value = one["id"]
    assert editor.body == before
    assert content_hash(storage.as_stored(editor.body)) == content_hash(VISIT)


# The store


def test_publishing_makes_a_version_and_keeps_the_old_one(office: Any, audit_of: Any) -> None:
    trainer, store = office.viewers["trainer"], office.store
    with store.read() as connection:
        body = content(connection, "rubric", "customer_visit")
        before = current_versions(connection, "rubric")["customer_visit"]
    made = RubricDraft(body, NAMES)
    assert storage.publish(store, trainer, made.ready(), set(NAMES)) == before
    made.put_criterion("opening", weight=2.0)
    version = storage.publish(store, trainer, made.ready(), set(NAMES))
    assert version != before
    with store.read() as connection:
        found = storage.versions(connection, "customer_visit")
        assert found["version"].tolist() == [version, before] and found["current"].tolist() == [True, False]
        assert Rubric.from_content(content(connection, "rubric", "customer_visit", before)).weights["opening"] == 1
        assert "opening" in storage.taken_ids(connection)
    assert audit_of(store, "content")[-1]["record_id"] == f"rubric/customer_visit/{version}"


@pytest.mark.parametrize("who", ["manager-north", "rep-1", "hr", "administrator"])
def test_only_trainers_publish(office: Any, who: str) -> None:
    with pytest.raises(NotAllowed):
        storage.publish(office.store, office.viewers[who], draft().ready(), set(NAMES))


def test_what_the_checks_refuse_is_not_published(office: Any) -> None:
    with pytest.raises(InputError):
        storage.publish(office.store, office.viewers["trainer"], levels(draft().body, 3, en=""), set(NAMES))


# Bridges


def test_shared_criteria_have_the_same_words() -> None:
    old = Rubric.from_content(VISIT)
    made = draft()
    made.put_criterion("opening", weight=3.0, mandatory=False)
    assert len(shared_criteria(old, Rubric.from_content(made.body))) == 8
    said = copy.deepcopy(made.criterion("needs")["levels"])
    said[3]["zh"] = "换一种说法"
    made.put_criterion("needs", levels=said)
    made.remove("integrity")
    assert "needs" not in shared_criteria(old, Rubric.from_content(made.body))
    assert len(shared_criteria(old, Rubric.from_content(made.body))) == 6


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_bridge_is_said_with_its_uncertainty_or_why_not(code: str) -> None:
    old, made, say = Rubric.from_content(VISIT), draft(), Language(code)
    said = copy.deepcopy(made.criterion("needs")["levels"])
    said[3]["en"] = "Something else"
    made.put_criterion("needs", levels=said)
    new = Rubric.from_content(made.body)
    rng = np.random.default_rng(5)

    def side(name: str) -> pd.DataFrame:
        rows = [
            (f"{name}{n}", f"r{n % 4}", "s", c, float(np.clip(round(rng.normal(3, 1)), 1, 5)))
            for n in range(12)
            for c in old.weights
        ]
        return pd.DataFrame(rows, columns=["rep_id", "rater_id", "scenario_id", "criterion_id", "rating"])

    words = say.say(bridge_words(bridge_versions(old, new, {"old": side("a"), "new": side("b")}), say))
    assert "nan" not in words and "7" in words and "12" in words
    nothing = bridge_versions(old, new, {"old": side("a"), "new": side("b").iloc[:0]})
    assert "8" in say.say(bridge_words(nothing, say)) and nothing.note is not None
