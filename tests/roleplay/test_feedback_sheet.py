"""What a rep is told: strengths first, then what to practise, what it rests on and where raters differed."""

import io
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest

from toolkit.controls.progress import Cancelled
from toolkit.errors import InputError, NotFound
from toolkit.language import Language
from toolkit.roleplay import Criterion, FeedbackView, Rubric, Scenario, summarise_workshop, workshop_feedback
from toolkit.roleplay.feedback.charts import profile_chart
from toolkit.roleplay.feedback.ratings_report import ratings_workbook
from toolkit.roleplay.feedback.report import word_sheet, word_sheets
from toolkit.roleplay.feedback.widget import WorkshopReportView
from toolkit.roleplay.feedback.workshop_report import word_report

HOSTILE = """<script>alert("x")</script>'"""
NAMES = ("opening", "needs", "offer", "close", "ethics")


def both(words):
    return {"en": words, "zh": f"{words}中"}


def criterion(name, weight=1.0):
    levels = {level: both(f"{name} at {level}") for level in range(1, 6)}
    return Criterion(name, both(f"{name} {HOSTILE}"), both("?"), levels, weight, True, {"a": 1.0})


def forms(*names):
    words = both(f"visit {HOSTILE}")
    scenario = Scenario("visit", "r", words, words, words, words, words, ((words, 5.0),), ())
    return {"visit": (scenario, Rubric("r", both("r"), tuple(criterion(name) for name in names or NAMES)))}


def table(*, reps=6, raters=("x", "y"), values=None, names=NAMES):
    """Return ratings in which rep p0 stands out at needs and falls behind at close."""
    rows = []
    for rep in range(reps):
        for rater in raters:
            for name in names:
                level = 3 + rep % 2 + (rep == 0 and name == "needs") * 2 - (rep == 0 and name == "close") * 2
                rows.append((f"p{rep}", rater, "visit", name, float(min(max(level, 1), 5)), None))
    columns = ["rep_id", "rater_id", "scenario_id", "criterion_id", "rating", "note"]
    frame = pd.DataFrame(rows, columns=columns)
    for (rep, rater, name), (rating, note) in (values or {}).items():
        place = (frame["rep_id"] == rep) & (frame["rater_id"] == rater) & (frame["criterion_id"] == name)
        frame.loc[place, "rating"] = rating
        frame.loc[place, "note"] = note
    return frame


def text_of(docx):
    from docx import Document

    document = Document(io.BytesIO(docx))
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_strengths_and_practice_are_this_rep_s_own():
    sheet = workshop_feedback(table(), forms()).sheet("p0")
    assert sheet.strengths[0].criterion_id == "needs" and sheet.practise[0].criterion_id == "close"
    assert len(sheet.strengths) == 3 and len(sheet.practise) == 2
    assert not {one.criterion_id for one in sheet.strengths} & {one.criterion_id for one in sheet.practise}
    weakest = sheet.practise[0]
    assert weakest.words == both(f"close at {weakest.reached}")
    assert weakest.next_words == both(f"close at {weakest.reached + 1}")
    assert [one.criterion_id for one in sheet.behaviours] == list(NAMES)
    assert all(one.low <= one.level <= one.high for one in sheet.behaviours)
    assert (sheet.sheets, sheet.raters) == (2, 2) and sheet.low < sheet.fair < sheet.high


def test_a_heavy_criterion_is_practised_before_a_light_one():
    scenario, rubric = forms()["visit"]
    heavy = Rubric(
        "r", both("r"), tuple(criterion(one.id, 5.0 if one.id == "offer" else 1.0) for one in rubric.criteria)
    )
    assert workshop_feedback(table(), {"visit": (scenario, heavy)}).sheet("p2").practise[0].criterion_id == "offer"


def test_notes_are_told_without_who_wrote_them():
    notes = {("p0", "y", "needs"): (5.0, " Asked twice. "), ("p0", "x", "needs"): (5.0, HOSTILE)}
    notes |= {("p0", "x", "opening"): (3.0, "Calm"), ("p1", "x", "needs"): (4.0, "of somebody else")}
    feedback = workshop_feedback(table(values=notes), forms())
    strength = feedback.sheet("p0").strengths[0]
    assert strength.notes == (HOSTILE, "Asked twice.")
    view = FeedbackView(feedback, pd.DataFrame({"person_id": ["p0"], "name": ["Ann"]}))
    shown = view.words.value + view.rest.value
    assert "Asked twice." in shown and "Calm" in shown and "of somebody else" not in shown
    assert "<script>" not in shown and "rater x" not in shown
    words = text_of(word_sheet(view.sheet, "Ann", "Spring", Language("en")))
    assert "Asked twice." in words and "Calm" in words and HOSTILE in words


def test_where_raters_differed_is_told_without_names():
    apart = {("p0", "x", "offer"): (1.0, None), ("p0", "y", "offer"): (4.0, None)}
    feedback = workshop_feedback(table(values=apart), forms())
    (said,) = feedback.sheet("p0").differences
    assert str(said) == f"“offer {HOSTILE}” in “visit {HOSTILE}”: one rater gave 1, another 4."
    assert feedback.sheet("p1").differences == ()
    alone = workshop_feedback(table(raters=("x",)), forms()).sheet("p0")
    assert "No two raters saw the same performance" in str(alone.differences[0])


@pytest.mark.parametrize(("raters", "words"), [(("x",), "single sheet"), (("x", "y"), None)])
def test_too_little_is_said_to_be_too_little(raters, words):
    cautions = " ".join(map(str, workshop_feedback(table(raters=raters), forms()).sheet("p0").cautions))
    assert (words in cautions) if words else "single sheet" not in cautions


def test_a_criterion_not_observed_is_named_and_has_no_figure():
    missing = {("p0", rater, "offer"): (np.nan, None) for rater in "xy"}
    sheet = workshop_feedback(table(values=missing), forms()).sheet("p0")
    assert [name["zh"] for name in sheet.unseen] == [f"offer {HOSTILE}中"]
    assert "offer" not in {one.criterion_id for one in sheet.behaviours}
    figure = profile_chart(sheet, Language("zh"))
    assert figure.kind == "radar" and figure.data["standing"].to_list().count("unseen") == 1


@pytest.mark.parametrize("names", [("opening",), ("opening", "needs")])
def test_fewer_than_three_criteria_are_bars_and_one_is_both_strength_and_task(names):
    sheet = workshop_feedback(table(names=names), forms(*names)).sheet("p0")
    assert profile_chart(sheet, Language("en")).kind == "gaps"
    assert len(sheet.practise) == 1 and len(sheet.strengths) == 1


def test_at_the_top_there_is_nothing_to_practise():
    best = table().assign(rating=5.0)
    view = FeedbackView(workshop_feedback(best, forms()), pd.DataFrame({"person_id": ["p1"], "name": ["Bo"]}))
    assert view.sheet.practise == () and "at the top level" in view.words.value


def test_whoever_was_not_seen_has_no_sheet():
    feedback = workshop_feedback(table(), forms())
    with pytest.raises(NotFound, match="No finished sheet says anything about this rep yet"):
        feedback.sheet("nobody")
    view = FeedbackView(feedback, pd.DataFrame({"person_id": ["nobody"], "name": ["Nobody"]}))
    assert view.sheet is None and view.body.layout.display == "none" and view.nothing.layout.display is None
    assert FeedbackView(language="zh").sheet is None


def test_the_view_walks_keeps_its_rep_and_comes_back():
    feedback, people = (
        workshop_feedback(table(), forms()),
        pd.DataFrame({"person_id": ["p1", "p0"], "name": ["Bo", "Ann"]}),
    )
    view = FeedbackView(feedback, people)
    assert view.rep_id == "p1"
    view.person.value = "p0"
    kept = view.to_dict()
    view.show(workshop_feedback(table(values={("p0", "x", "close"): (2.0, None)}), forms()), people)
    assert view.rep_id == "p0"
    other = FeedbackView(feedback, people)
    other.restore(kept)
    assert other.rep_id == "p0" and "needs" in other.words.value
    with pytest.raises(InputError):
        other.restore(kept | {"rep_id": "p5"})


@pytest.mark.parametrize("code", ["en", "zh"])
def test_all_sheets_come_in_one_file_a_page_each(code):
    feedback = workshop_feedback(table(), forms())
    sheets = [feedback.sheet(rep) for rep in feedback.rep_ids]
    shares = []
    content = word_sheets(sheets, {"p0": "Ann"}, "Spring", Language(code), step=shares.append)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        body = file.read("word/document.xml").decode()
    assert body.count("<a:blip ") == 6 and body.count('w:type="page"') == 5 and "Ann" in body and "p5" in body
    assert shares == pytest.approx([n / 6 for n in range(6)])


def test_writing_all_sheets_can_be_stopped():
    feedback = workshop_feedback(table(), forms())

    def stop(share):
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        word_sheets([feedback.sheet(rep) for rep in feedback.rep_ids], {}, "Spring", Language("en"), step=stop)
    assert "No finished sheet" in text_of(word_sheets([], {}, "Spring", Language("en")))


def test_ratings_come_as_rows_of_ratings_and_rows_of_sheets():
    frame = table(values={("p0", "x", "needs"): (np.nan, "=1+1")})
    book = openpyxl.load_workbook(io.BytesIO(ratings_workbook(frame, forms(), {"p0": "Ann"}, Language("en"))))
    long, wide = (list(sheet.values) for sheet in book.worksheets)
    assert len(long) == 1 + 6 * 2 * 5 and len(wide) == 1 + 12
    noted = next(row for row in long if row[5] == "=1+1")
    assert noted[0] == "Ann" and noted[1] == "x" and noted[4] is None
    assert len(wide[0]) == 3 + 5 and wide[1][0] == "Ann" and wide[1][4] is None and wide[1][3] == 3


def test_a_workshop_is_told_in_sentences():
    rng = np.random.default_rng(5)
    frame = table(reps=12)
    frame["rating"] = np.clip(
        np.round(frame["rating"] + rng.normal(0, 0.6, len(frame)) - 0.8 * (frame["rater_id"] == "y")), 1, 5
    )
    summary = summarise_workshop(workshop_feedback(frame, forms()), reps=14, raters=3, unfinished=2, planned=28)
    people = " ".join(map(str, summary.people))
    assert "Reps seen: 12 of 14." in people and "Raters who finished a sheet: 2 of 3." in people
    assert "Finished sheets: 24 of the 28" in people and "2 sheets are left out" in people
    assert "most lenient rater lie" in str(summary.raters[0]) and summary.bands["reps"].sum() == 12
    assert len(summary.agreement) == 1 and summary.next_time
    view = WorkshopReportView()
    view.show(summary, {"p0": HOSTILE}, ["p0", "p3"])
    assert view.ranked is None and view.ranking.layout.display == "none" and "p0" not in view.words.value
    view.ask.put(True)
    assert set(view.ranked["name"]) == {HOSTILE, "p3"}
    words = text_of(word_report(summary, "Spring", {"visit": ["Bring water"]}, Language("en")))
    assert "Bring water" in words and "p0" not in words


@pytest.mark.parametrize("raters", [("x",), ("x", "y")])
@pytest.mark.parametrize("reps", [1, 2, 4])
def test_small_workshops_are_told_without_figures_that_nobody_can_know(reps, raters):
    summary = summarise_workshop(
        workshop_feedback(table(reps=reps, raters=raters), forms()), reps=reps, raters=len(raters)
    )
    assert summary.bands.empty
    every = [summary.people, summary.scores, summary.raters, summary.criteria, summary.agreement, summary.next_time]
    assert all(every) and "nan" not in " ".join(str(one) for part in every for one in part)
    view = WorkshopReportView(language="zh")
    view.show(summary, {}, ["p0"])
    assert "nan" not in view.words.value
