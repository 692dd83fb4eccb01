"""The form as a page and as Excel, the board, reminders, outcome and Word; the whole round on plain tables."""

import datetime as dt
import io
import json
from typing import Any

import docx
import openpyxl
import pandas as pd
import pytest

from toolkit.errors import Conflict, InputError
from toolkit.language import Language
from toolkit.organisation.content import competencies, read_packs
from toolkit.skillgap import FeedbackRound
from toolkit.skillgap.feedback_round.answering.form import answers_of, read_answers, write_answers
from toolkit.skillgap.feedback_round.answering.sheet import Answer
from toolkit.skillgap.feedback_round.answering.widget import AnswerFile
from toolkit.skillgap.feedback_round.invitation import COLUMNS
from toolkit.skillgap.feedback_round.planning.widget import RoundForm
from toolkit.skillgap.feedback_round.report import word_outcome
from toolkit.skillgap.feedback_round.rhythm import propose_next_round
from toolkit.vocabulary import Evidence, check

DAY = dt.date(2026, 9, 1)
ALL = {one["id"]: one for one, _ in competencies(read_packs()["framework"])}
WORDS = {one: ALL[one] for one in ("communication", "teamwork")}
NO_HTML = "<script>alert(1)</script>"


def people(count: int = 6) -> pd.DataFrame:
    ids = [f"p{number}" for number in range(count)]
    return pd.DataFrame(
        {
            "person_id": ids,
            "employee_number": [f"S{number:03}" for number in range(count)],
            "name": ["Ann Lee", "张华", NO_HTML, "Bo Ek", "Cy Oh", "李强"][:count],
            "team_id": "t",
            "role_id": "client_manager",
            "manager_id": [None, *["p0"] * (count - 1)],
            "left_on": pd.NaT,
        }
    )


def about_one() -> pd.DataFrame:
    rows = [("p1", "self", "p1", None), ("p1", "manager", "p0", None)]
    rows += [("p1", "peer", f"p{number}", None) for number in (2, 3, 4)] + [("p1", "customer", None, "Ms Li")]
    return pd.DataFrame(rows, columns=COLUMNS)


def play(language: str = "en") -> FeedbackRound:
    return FeedbackRound(people(), WORDS, about_one(), name="2026Q3", due_on=DAY, language=language)


def fill(shown: FeedbackRound, rater: str, *values: str, comment: str = "") -> None:
    shown.rater.value = rater
    for competency, value in zip(WORDS, values, strict=True):
        shown.form.scale.rate(competency, value)
    if comment:
        shown.form.scale.note("communication", comment)
    shown.form.finish.click()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_round_from_the_first_tap_to_the_outcome(rows_of: Any, language: str) -> None:
    shown = play(language)
    fill(shown, "p1", "5", "4", comment="My own")
    fill(shown, "p0", "2", "not_observed", comment=NO_HTML)
    for rater, value in (("p2", "2"), ("p3", "1"), ("p4", "3")):
        fill(shown, rater, value, "3")
    assert shown.results.nothing.layout.display is None and shown.state.groups.empty
    assert [row["name"] for row in rows_of(shown.reminders.table)] == [
        "Ms Li"
    ] and "Ms Li" in shown.reminders.message.value
    fill(shown, "ms li", "1", "1")
    assert rows_of(shown.reminders.table) == []
    shown.end.click()
    assert shown.results.nothing.layout.display == "none" and shown.end.disabled
    (first, _) = rows_of(shown.results.table)
    assert first["peer"].startswith({"en": "2.0 (3", "zh": "2.0（3"}[language]) and first["difference"] == "+3.0"
    assert first["customer"] == ("hidden" if language == "en" else first["customer"]) and "1.0" not in first["customer"]
    assert NO_HTML not in shown.results.notes.value and "My own" in shown.results.notes.value
    assert shown.results.chart.picture.startswith("<svg")
    check(shown.state.evidence(DAY), Evidence)
    assert sorted(shown.state.evidence(DAY)["source"].unique()) == ["manager", "peer", "self"]
    with pytest.raises(Conflict):
        shown.state.keep("0", "communication", Answer(1.0))
    body = json.loads(json.dumps(shown.to_dict()))
    again = FeedbackRound.from_dict(body, people(), WORDS, about_one(), name="2026Q3", due_on=DAY)
    assert again.to_dict() == body and rows_of(again.results.table)[0]["difference"] == "+3.0"
    bad = {**body, "answers": [{**body["answers"][0], "shown_as": "everybody"}]}
    with pytest.raises(InputError):
        again.restore(bad)
    assert again.to_dict() == body


def test_an_unfinished_form_leads_to_what_is_open() -> None:
    shown = play()
    shown.rater.value = "p2"
    shown.form.scale.rate("teamwork", "not_observed")
    shown.form.finish.click()
    assert shown.form.scale.lacking == ["communication"] and shown.form.status.kind == "bad"
    assert shown.state.invitations["state"].tolist().count("open") == 1
    shown.form.scale.rate("communication", "4")
    shown.form.finish.click()
    assert shown.form.status.kind == "good" and "Thank you" in shown.form.status.words
    shown.form.scale.rate("communication", "5")  # until the round is closed
    shown.end.click()
    shown.form.scale.rate("communication", "1")
    assert shown.form.status.kind == "bad" and shown.form.scale.values["communication"] == "5"


def test_the_form_says_whether_a_name_is_shown() -> None:
    shown = play()
    shown.rater.value = "p0"
    assert "shown as yours" in shown.form.about.value
    shown.rater.value = "p3"
    assert "Nobody sees what you give" in shown.form.about.value and "colleague" in shown.form.about.value


def sheets_of(rater: str = "p2") -> list[Any]:
    return play().state.sheets_of(rater)


def filled(cells: dict[str, object], language: str = "en") -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(write_answers(sheets_of(), WORDS, Language(language))))
    sheet = book.worksheets[0]
    for place, value in cells.items():
        sheet[place] = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_excel_form_comes_back(language: str) -> None:
    content = filled({"D2": 4, "E2": "well done", "D3": "Not seen" if language == "en" else "not_seen"}, language)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet["A2"].value == "S001" and sheet["B2"].value == "张华" and len(str(sheet["F2"].value)) > 10
    intake = read_answers(content, "form.xlsx", sheets_of(), WORDS)
    (given,) = answers_of(intake, sheets_of()).values()
    assert given == {"communication": Answer(4.0, "well done"), "teamwork": Answer(None)}


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"D2": 7}, "7"),
        ({"D2": 2.5}, "2.5"),
        ({"A2": "S999", "D2": 3}, "S999"),
        ({"C3": "Communication", "D3": 3}, "already stand in row 2"),
        ({"C3": "Negotiation", "D3": 3}, "Negotiation"),
        ({"D2": "#REF!"}, "#REF!"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(cells: dict[str, object], words: str) -> None:
    intake = read_answers(filled(cells), "form.xlsx", sheets_of(), WORDS)
    found = intake.problem_table(Language("en"))
    assert words in found.to_string() and found["Row"].iloc[0] in (2, 3)
    with pytest.raises(InputError):
        answers_of(intake, sheets_of())


def test_a_competency_that_is_not_asked_of_this_person() -> None:
    from dataclasses import replace

    both = [
        sheets_of()[0],
        replace(sheets_of()[0], invitation_id="9", employee_number="S009", competencies=("teamwork",)),
    ]
    content = filled({"A2": "S009", "D2": 3})
    found = read_answers(content, "form.xlsx", both, WORDS).problem_table(Language("en"))
    assert "not rated on that competency" in found.to_string()


def test_a_file_goes_in_whole_or_not_at_all() -> None:
    taken: list[Any] = []
    file = AnswerFile()
    file.show(sheets_of(), WORDS, lambda answers: taken.append(answers) or 1)
    file.receive("form.xlsx", filled({"D2": 9, "D3": 3}))
    assert not taken and file.status.kind == "bad" and file.problems.layout.display is None
    for content in (b"not a workbook", filled({})):
        file.receive("form.xlsx", content)
        assert not taken and file.status.kind == "bad"
    file.receive("form.xlsx", filled({"D2": 5, "D3": 3}))
    assert len(taken) == 1 and file.status.kind == "good" and file.problems.layout.display == "none"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_word_sheet_holds_what_the_page_shows(language: str) -> None:
    shown = play()
    for rater, value in (("p1", "5"), ("p2", "2"), ("p3", "1"), ("p4", "3"), ("ms li", "1")):
        fill(shown, rater, value, "3", comment=f"word {rater}")
    shown.end.click()
    names = {one: body["name"] for one, body in WORDS.items()}
    content = word_outcome(
        shown.state.groups, shown.state.comments, "Ann", "2026Q3", names, Language(language), today=DAY
    )
    document = docx.Document(io.BytesIO(content))
    words = "\n".join(
        [p.text for p in document.paragraphs] + [c.text for t in document.tables for r in t.rows for c in r.cells]
    )
    assert (
        {"en": "2.0 (3", "zh": "2.0（3"}[language] in words
        and "word p2" in words
        and "word ms li" not in words
        and "nan" not in words
    )
    assert len(document.inline_shapes) == 1
    empty = word_outcome(
        shown.state.groups.iloc[:0], shown.state.comments.iloc[:0], "Ann", "", names, Language(language)
    )
    assert len(docx.Document(io.BytesIO(empty)).tables) == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_round_is_proposed_changed_and_started(rows_of: Any, language: str) -> None:
    made: list[Any] = []
    form = RoundForm(
        people(), people(), lambda *told: made.append(told), propose_next_round([], DAY), language=language
    )
    form.propose.click()
    assert form.status.kind == "bad"
    form.who.value = ("p1", "p2")
    form.peers.value = 3
    form.propose.click()
    assert len(form.draft) == 10 and sum(int(row["forms"]) for row in rows_of(form.list.loads)) == 10
    form.list.person.value, form.list.relation.value, form.list.outsider.value = "p1", "customer", "Ms Li"
    form.list.press.click()
    form.list.press.click()  # the field is empty now
    assert len(form.draft) == 11 and form.list.status.kind == "bad"
    form.list.relation.value, form.list.rater.value = "peer", "p3"
    form.list.press.click()
    assert len(form.draft) == 11 and form.list.status.kind == "bad"
    form.list.table.press(form.list.table.ids[0], "remove")
    assert len(form.draft) == 10
    form.finish.click()
    assert made[0][1:3] == (DAY, DAY + dt.timedelta(days=14)) and len(made[0][3]) == 10
