"""Scoring by hand on plain tables, and the table of scores."""

import datetime as dt

import pandas as pd
import pytest

from toolkit.controls.person_picker import Entry
from toolkit.errors import Conflict
from toolkit.language import Language
from toolkit.roleplay import Criterion, RolePlayScorer, Rubric, Scenario, SheetRecord, raw_scores
from toolkit.roleplay.state import ScoringState
from toolkit.roleplay.widget import ScoreTable, WorkshopForm, scenario_brief
from toolkit.wording import text

HOSTILE = """<script>alert("x")</script>'"""
WORDS = {level: {"en": f"does {level}", "zh": f"做到{level}"} for level in range(1, 6)}


def rubric(name, *criteria):
    built = [
        Criterion(
            c,
            {"en": f"Criterion {c}", "zh": f"项目{c}"},
            {"en": "Why?", "zh": "为何？"},
            WORDS,
            1.0,
            c != "extra",
            {"a": 1.0},
        )
        for c in criteria
    ]
    return Rubric(name, {"en": name, "zh": name}, tuple(built))


def scenario(name):
    words = {"en": f"{name} {HOSTILE}", "zh": f"{name}情景{HOSTILE}"}
    return Scenario(name, "r", words, words, words, words, words, ((words, 5.0),), (words,))


FORMS = {
    "visit": (scenario("visit"), rubric("r", "opening", "closing", "extra")),
    "call": (scenario("call"), rubric("r2", "hello")),
}
REPS = pd.DataFrame({"person_id": ["p1", "p2", "p3"], "name": ["Ann", HOSTILE, "Ann"]})

MOMENT = dt.datetime(2026, 3, 1, 6, 5, 9, tzinfo=dt.UTC)


class Book:
    """Keeps sheets as a store does: `stored` by (rep_id, scenario_id), `kept` tells what was written."""

    def __init__(self, stored=None):
        self.stored, self.kept, self.refuse = stored or {}, [], None

    def fetch(self, rep, scenario):
        return SheetRecord(ratings=self.stored.get((rep, scenario), {}))

    def handed_in(self):
        return {place for what, *place in self.kept if what == "hand_in"}

    def _keep(self, *cell):
        if self.refuse:
            raise self.refuse
        self.kept.append(cell)
        return MOMENT

    def rate(self, *cell):
        return self._keep("rate", *cell[:-1])

    def take_back(self, *cell):
        return self._keep("take_back", *cell)

    def note(self, *cell):
        return self._keep("note", *cell[:-1])

    def hand_in(self, *cell):
        return self._keep("hand_in", *cell[:-1])


@pytest.fixture
def scorer():
    return RolePlayScorer(FORMS, REPS, rater_id="me", local_time=lambda moment: moment)


def rows(scorer):
    table = scorer.ratings
    return sorted(table.astype(object).where(table.notna(), None).itertuples(index=False, name=None))


def test_ratings_become_a_table(scorer):
    scorer.scale.rate("opening", "4")
    scorer.scale.rate("closing", "not_observed")
    scorer.scale.rate("opening", "2")
    scorer.rep.value = "p3"
    scorer.scale.rate("opening", "5")
    scorer.scenario.value = "call"
    scorer.scale.rate("hello", "1")
    assert rows(scorer) == [
        ("p1", "me", "visit", "closing", None),
        ("p1", "me", "visit", "opening", 2.0),
        ("p3", "me", "call", "hello", 1.0),
        ("p3", "me", "visit", "opening", 5.0),
    ]
    assert raw_scores(scorer.ratings).reps["raw"].tolist() == [2.0, 3.0]


def test_coming_back_to_a_sheet_shows_what_was_rated(scorer):
    scorer.scale.rate("opening", "4")
    scorer.scenario.value = "call"
    assert scorer.scale.values == {} and [item["id"] for item in scorer.scale.items] == ["hello"]
    scorer.scale.rate("opening", "3")  # not on this sheet
    scorer.scenario.value = "visit"
    assert scorer.scale.values == {"opening": "4"} and len(rows(scorer)) == 1


def test_progress_counts_what_is_missing(scorer):
    assert "0 of 3 criteria rated. 2 mandatory criteria are still open." in scorer.progress.value
    scorer.scale.rate("opening", "4")
    assert "1 of 3 criteria rated. 1 mandatory criterion is still open." in scorer.progress.value
    scorer.scale.rate("closing", "not_observed")
    assert "2 of 3 criteria rated. All mandatory criteria are rated." in scorer.progress.value


def test_a_kept_rating_carries_the_time_of_the_store():
    zone, book = dt.timezone(dt.timedelta(hours=8)), Book()
    scorer = RolePlayScorer(FORMS, REPS, book=book, local_time=lambda when: when.astimezone(zone))
    scorer.scale.rate("opening", "4")
    scorer.scale.rate("closing", "not_observed")
    assert book.kept == [("rate", "p1", "visit", "opening", 4.0), ("rate", "p1", "visit", "closing", None)]
    assert scorer.scale.stamps["opening"] == "saved 14:05:09" and scorer.state.saved_at == MOMENT


def test_a_refused_rating_is_taken_back_and_said():
    book = Book()
    scorer = RolePlayScorer(FORMS, REPS, book=book)
    scorer.scale.rate("opening", "4")
    book.refuse = Conflict(text("This workshop is closed."), remedy=text("Ask the trainer."))
    scorer.scale.rate("opening", "1")
    scorer.scale.rate("closing", "2")
    assert scorer.scale.values == {"opening": "4"}
    assert scorer.scale.stamps["opening"] == scorer.scale.stamps["closing"] == "not saved"
    assert scorer.status.kind == "bad" and scorer.status.words == "This workshop is closed. Ask the trainer."
    assert rows(scorer) == [("p1", "me", "visit", "opening", 4.0)]
    scorer.scale.note("closing", "asked for the order")
    assert scorer.scale.stamps["closing"] == "not saved" and scorer.state.notes == {}
    assert scorer.scale.notes == {"closing": "asked for the order"}  # what was written is not lost
    book.refuse = None
    scorer.scale.rate("closing", "2")
    assert scorer.status.kind == "" and scorer.scale.values == {"opening": "4", "closing": "2"}


def test_a_changed_rating_is_taken_back_through_the_store():
    book = Book()
    scorer = RolePlayScorer(FORMS, REPS, book=book)
    scorer.scale.rate("opening", "not_observed")
    assert scorer.undo.sentence == "“Criterion opening” rated: Not observed."
    scorer.undo.undo()
    assert scorer.scale.values == {} and scorer.state.missing == ["opening", "closing"] and rows(scorer) == []
    scorer.scale.rate("opening", "not_observed")
    scorer.scale.rate("opening", "not_observed")
    assert scorer.undo.sentence == ""
    scorer.scale.rate("opening", "2")
    assert scorer.undo.sentence == "Rating of “Criterion opening” changed from Not observed to 2."
    scorer.undo.undo()
    scorer.undo.undo()
    assert [(what, *cell[2:]) for what, *cell in book.kept] == [
        ("rate", "opening", None),
        ("take_back", "opening"),
        ("rate", "opening", None),
        ("rate", "opening", None),
        ("rate", "opening", 2.0),
        ("rate", "opening", None),
    ]
    assert scorer.scale.values == {"opening": "not_observed"} and scorer.undo.sentence == ""
    scorer.scale.rate("opening", "3")
    scorer.rep.value = "p2"  # another sheet: nothing to take back there
    assert scorer.undo.sentence == ""


def test_a_bug_while_keeping_reverts_the_rating_too(caplog):
    book = Book()
    book.refuse = ZeroDivisionError("division by zero")
    scorer = RolePlayScorer(FORMS, REPS, book=book)
    scorer.scale.rate("opening", "4")
    assert scorer.scale.values == {} and scorer.status.words.startswith("Sorry")
    assert "division by zero" in caplog.text and rows(scorer) == []


def test_what_is_stored_is_fetched_for_each_sheet():
    stored = {("p1", "visit"): {"opening": 3.0, "extra": None}}
    scorer = RolePlayScorer(FORMS, REPS, book=Book(stored))
    assert scorer.scale.values == {"opening": "3", "extra": "not_observed"}
    scorer.rep.value = "p2"
    assert scorer.scale.values == {}
    stored["p1", "visit"]["closing"] = 5.0  # rated meanwhile on another tablet
    scorer.rep.value = "p1"
    assert scorer.scale.values["closing"] == "5"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_words_of_others_are_escaped_and_in_the_page_s_language(language):
    scorer = RolePlayScorer(FORMS, REPS, language=language)
    assert "<script>" not in scorer.brief.value and "&lt;script&gt;" in scorer.brief.value
    item = scorer.scale.items[0]
    assert item["label"] == ("项目opening" if language == "zh" else "Criterion opening")
    assert item["levels"][4] == ("做到5" if language == "zh" else "does 5") and len(item["levels"]) == 5
    assert "<script>" not in scenario_brief(FORMS["call"][0], Language(language))


def test_reps_who_share_a_name_are_kept_apart(scorer):
    scorer.rep.index = 2
    assert scorer.state.rep_id == "p3"


@pytest.mark.parametrize(("forms", "reps"), [({}, REPS), (FORMS, REPS.iloc[:0])])
def test_nothing_to_score(forms, reps):
    scorer = RolePlayScorer(forms, reps)
    scorer.scale.rate("opening", "3")
    assert scorer.ratings.empty and scorer.scale.items == []


def test_the_state_keeps_its_sheet_when_keeping_fails():
    book = Book()
    book.refuse = Conflict(text("no"))
    state = ScoringState(FORMS, ["p1"], book=book)
    for act in (lambda: state.rate("opening", "3"), lambda: state.note("opening", "x"), lambda: state.take_back("o")):
        with pytest.raises(Conflict):
            act()
    assert state.sheet == {} and state.notes == {} and state.saved_at is None
    assert state.missing == ["opening", "closing"]


def test_what_was_seen_stands_without_a_rating_and_never_counts_as_one(scorer):
    scorer.scale.note("opening", "  greeted, gave no reason ")
    assert scorer.state.notes == {"opening": "greeted, gave no reason"} and rows(scorer) == []
    assert "0 of 3 criteria rated" in scorer.progress.value
    scorer.rep.value = "p2"
    assert scorer.scale.notes == {}
    scorer.rep.value = "p1"
    assert scorer.scale.notes == {"opening": "greeted, gave no reason"}
    scorer.scale.note("opening", " ")
    assert scorer.state.notes == {}


def test_an_incomplete_sheet_says_what_is_missing_and_leads_there(scorer, monkeypatch):
    led = []
    monkeypatch.setattr(scorer.scale, "lead_to", led.append)
    scorer.scale.rate("opening", "4")
    scorer.end.hand_in.click()
    assert led == ["closing"] and scorer.scale.lacking == ["closing"] and scorer.state.submitted_at is None
    assert scorer.end.lacking.words == "Not handed in yet. Still open: Criterion closing."
    scorer.scale.rate("closing", "not_observed")
    assert scorer.scale.lacking == [] and scorer.end.lacking.words == ""
    scorer.end.hand_in.click()
    assert scorer.state.submitted_at is not None and "Handed in at" in scorer.progress.value
    assert scorer.undo.sentence == "" and scorer.end.hand_in.layout.display == "none"


def handed_in(scorer):
    scorer.scale.rate("opening", "3")
    scorer.scale.rate("closing", "3")
    scorer.end.hand_in.click()
    return scorer


def test_a_change_after_hand_in_asks_for_a_reason_and_keeps_both(scorer):
    handed_in(scorer).scale.rate("opening", "4")
    assert scorer.scale.values["opening"] == "3" and scorer.state.sheet["opening"] == 3.0
    assert scorer.scale.asking["sentence"].endswith("Why do you change “Criterion opening” from 3 to 4?")
    scorer.scale.answer(" ")
    assert scorer.scale.asking["problem"] == "Write the reason first."
    scorer.scale.answer(f"saw it again {HOSTILE}")
    assert scorer.scale.values["opening"] == "4" and scorer.scale.asking == {} and scorer.undo.sentence == ""
    assert "from 3 to 4, because: saw it again &lt;script&gt;" in scorer.end.late.value
    scorer.scale.rate("extra", "5")
    scorer.scale.answer("forgot it")
    assert "from not rated to 5, because: forgot it" in scorer.end.late.value
    scorer.scale.note("closing", "asked")
    scorer.scale.answer(None)
    assert scorer.state.notes == {} == scorer.scale.notes
    scorer.scale.rate("opening", "4")  # no change, no question
    assert scorer.scale.asking == {}
    scorer.scale.note("closing", "asked")
    scorer.scale.answer("from my paper")
    assert scorer.state.notes == {"closing": "asked"} and len(scorer.state.late) == 3


def test_a_question_left_open_does_not_follow_to_another_sheet(scorer):
    handed_in(scorer).scale.rate("opening", "4")
    scorer.rep.value = "p2"
    assert scorer.scale.asking == {}
    scorer.scale.answer("late")
    assert scorer.state.sheet == {}


def test_a_certifying_workshop_needs_an_overall_judgement():
    scorer = handed_in(RolePlayScorer(FORMS, REPS, certifies=True))
    assert scorer.state.submitted_at is None and scorer.status.words.startswith("The overall judgement is missing.")
    scorer.end.overall.value = 2
    scorer.end.hand_in.click()
    assert scorer.state.overall == 2 and scorer.status.words == ""
    scorer.end.overall.value = 3
    scorer.end.change.click()
    assert scorer.state.overall == 2 and scorer.end.why.problem == "Write the reason first."
    scorer.end.why.value = "the plan was sound"
    scorer.end.change.click()
    assert scorer.state.overall == 3
    assert "from “Borderline” to “Competent”, because: the plan was sound" in scorer.end.late.value
    scorer.rep.value = "p2"
    assert scorer.end.overall.value is None and scorer.end.late.value == ""


def test_the_way_leads_to_the_next_sheet_of_the_timetable_that_waits():
    order = [("p2", "visit"), ("p1", "call"), ("p2", "call"), ("p9", "visit")]
    scorer = RolePlayScorer(FORMS, REPS, order=order)
    scorer.go_to("p2", "visit")
    assert scorer.end.onward.label.startswith("Next: Ann, call") and scorer.state.next_sheet() == ("p1", "call")
    scorer.end.onward.click()
    scorer.scale.rate("hello", "2")
    scorer.end.hand_in.click()
    scorer.end.onward.click()
    assert (scorer.rep.value, scorer.scenario.value) == ("p2", "call")
    scorer.end.onward.click()
    assert (scorer.rep.value, scorer.scenario.value) == ("p2", "visit")
    assert scorer.state.next_sheet() == ("p2", "call")


def test_each_rep_has_a_timer_with_the_stages_of_the_scenario(scorer):
    first = scorer.timer.timer_key
    assert scorer.timer.stages == [{"name": "visit " + HOSTILE, "minutes": 5.0}]
    scorer.scale.rate("opening", "3")
    assert scorer.timer.timer_key == first
    scorer.rep.value = "p2"
    assert scorer.timer.timer_key != first


def test_what_was_meant_for_the_sheet_before_never_lands_on_the_next(scorer):
    before = scorer.scale.edition
    scorer.rep.value = "p2"
    scorer.scale._receive(None, {"edition": before, "item": "opening", "value": "5"}, [])
    scorer.scale._receive(None, {"edition": before, "item": "opening", "note": "x"}, [])
    assert rows(scorer) == [] and scorer.state.notes == {}
    scorer.scale._receive(None, {"edition": scorer.scale.edition, "item": "opening", "note": "x"}, [])
    assert scorer.state.notes == {"opening": "x"}


def score_table(note_free=True):
    ratings = pd.DataFrame(
        [(rep, rater, "s", "c", value) for rep, values in (("p1", (2, 3, 3)), ("p2", (5, 4, 4))) for rater, value in
         zip("xyz", values[: 3 if note_free else 1], strict=False)],
        columns=["rep_id", "rater_id", "scenario_id", "criterion_id", "rating"],
    )  # fmt: skip
    return raw_scores(ratings)


def test_scores_are_shown_highest_first_with_interval_and_names(rows_of):
    table = ScoreTable()
    table.show(score_table(), {"p1": HOSTILE})
    first, second = rows_of(table.table)
    assert (first["name"], second["name"]) == ("p2", HOSTILE)
    assert (first["raw"], second["raw"]) == ("4.33", "2.67") and "do not rank by small differences" in table.notes.value
    # Pooled spread: sqrt((2/3 + 2/3) / 4) = .577; t(.95, 4) = 2.132, over sqrt(3).
    assert (first["interval"], second["interval"]) == ("3.62–5.00", "1.96–3.38")
    keys = {column["name"]: column.get("keys") for column in table.table.data["columns"]}
    assert keys["raw"] == pytest.approx([13 / 3, 8 / 3]) and keys["interval"] == pytest.approx([3.62, 1.96], abs=0.01)
    assert table.table.ids == ("p2", "p1") and table.table.data["columns"][0]["shown"] == ["p2", HOSTILE]


def test_a_refused_interval_is_explained_below_the_table():
    table = ScoreTable()
    table.show(score_table(note_free=False), {})
    assert "No interval yet: it takes at least 3 second sheets" in table.notes.value
    assert "do not rank" not in table.notes.value


def test_no_scores_yet():
    table = ScoreTable(language="zh")
    table.show(raw_scores(score_table().reps.iloc[:0].reindex(
        columns=["rep_id", "rater_id", "scenario_id", "criterion_id", "rating"])), {})  # fmt: skip
    assert table.table.ids == () and table.table.words["empty"] != "" and table.notes.value == ""


def test_a_workshop_form_hands_on_what_was_chosen():
    made = []
    form = WorkshopForm([("Visit", "visit")], [Entry("p1", "Ann"), Entry("p2", "Bo")], [Entry("r1", "Rae")],
                        lambda *values: made.append(values), today=dt.date(2026, 3, 1))  # fmt: skip
    form.name.value, form.scenarios.value, form.reps.value, form.raters.value = "  May ", ("visit",), ("p2",), ("r1",)
    form.create.click()
    assert made == [("May", dt.date(2026, 3, 1), ["visit"], ["p2"], ["r1"])]
    assert form.status.kind == "good" and form.status.words == "Created, with 1 rep."
