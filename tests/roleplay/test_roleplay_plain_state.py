"""A scorer's and a workshop form's state as a dictionary."""

import copy
import datetime as dt
import json
import pickle
import random

import pandas as pd
import pytest

from toolkit.controls import Entry
from toolkit.errors import InputError
from toolkit.roleplay import Criterion, RolePlayScorer, Rubric, Scenario, ScoringState, SheetRecord, WorkshopForm

BOTH = {"en": "Words", "zh": "话"}
LEVELS = dict.fromkeys(range(1, 6), BOTH)
CRITERIA = tuple(Criterion(name, BOTH, BOTH, LEVELS, 1.0, True, {"a": 1.0}) for name in ("opening", "closing"))
FORMS = {
    name: (Scenario(name, "r", BOTH, BOTH, BOTH, BOTH, BOTH, ((BOTH, 5.0),), ()), Rubric("r", BOTH, CRITERIA))
    for name in ("visit", "call")
}
REPS = pd.DataFrame({"person_id": ["p1", "p2", "p3"], "name": ["Ann", "Bo", "Cy"]})


def through_json(body):
    return json.loads(json.dumps(body, allow_nan=False))


def scored():
    scorer = RolePlayScorer(FORMS, REPS, rater_id="r1")
    scorer.scale.rate("opening", "4")
    scorer.rep.value = "p2"
    scorer.scenario.value = "call"
    scorer.scale.rate("closing", "not_observed")
    return scorer


def test_a_scorer_comes_back_as_it_was():
    scorer = scored()
    again = RolePlayScorer.from_dict(through_json(scorer.to_dict()), FORMS, REPS, rater_id="r1", language="zh")
    assert again.to_dict() == scorer.to_dict()
    pd.testing.assert_frame_equal(again.ratings, scorer.ratings)
    assert (again.rep.value, again.scenario.value) == ("p2", "call")
    assert again.scale.values == {"closing": "not_observed"}
    again.rep.value, again.scenario.value = "p1", "visit"
    assert again.scale.values == {"opening": "4"}


@pytest.mark.parametrize("seed", range(20))
def test_any_way_of_scoring_comes_back_the_same(seed):
    chance, state = random.Random(seed), ScoringState(FORMS, list(REPS["person_id"]))
    for _ in range(chance.randrange(12)):
        state.rep_id, state.scenario_id = chance.choice(state.rep_ids), chance.choice(list(FORMS))
        if chance.random() < 0.7:
            state.rate(chance.choice(["opening", "closing"]), chance.choice(["1", "3", "5", "not_observed"]))
    body = through_json(state.to_dict())
    again = ScoringState.from_dict(body, FORMS, list(REPS["person_id"]))
    assert again.to_dict() == body and again.sheet == state.sheet
    pd.testing.assert_frame_equal(again.ratings, state.ratings)


def test_no_names_are_in_it():
    words = json.dumps(scored().to_dict())
    assert not any(name in words for name in (*REPS["name"], *BOTH.values()))


LATE = {
    "kind": "rating",
    "criterion_id": "opening",
    "before": "1",
    "after": "2",
    "why": "w",
    "at": "2026-03-01T09:00:00+00:00",
}
ENDED = {"notes": {}, "submitted_at": None, "overall": None, "late": []}


def sheet(**change):
    return {"rep_id": "p1", "scenario_id": "visit", "ratings": {"opening": 2.0}} | ENDED | change


@pytest.mark.parametrize(
    "change",
    [
        {"version": 3},
        {"version": True},
        {"kind": "GapState"},
        {"rater_id": "r2"},
        {"rep_id": "p9"},
        {"rep_id": ""},
        {"scenario_id": "lunch"},
        {"sheets": [sheet(rep_id="p9")]},
        {"sheets": [sheet(scenario_id="lunch")]},
        {"sheets": [sheet(ratings={"smile": 2.0})]},
        {"sheets": [sheet(ratings={"opening": 6})]},
        {"sheets": [sheet(ratings={"opening": "2"})]},
        {"sheets": [sheet(), sheet()]},
        {"sheets": [sheet(notes={"smile": "x"})]},
        {"sheets": [sheet(notes={"opening": None})]},
        {"sheets": [sheet(overall=4)]},
        {"sheets": [sheet(submitted_at="2026-03-01T09:00:00")]},
        {"sheets": [sheet(submitted_at="yesterday")]},
        {"sheets": [sheet(late=[LATE | {"kind": "mood"}])]},
        {"sheets": [sheet(late=[LATE | {"criterion_id": "smile"}])]},
        {"version": 1, "sheets": [sheet()]},
        {"sheets": {"p1": sheet()}},
    ],
)
def test_a_dictionary_that_does_not_fit_changes_nothing(change):
    scorer = scored()
    before, shown = scorer.to_dict(), dict(scorer.scale.values)
    with pytest.raises(InputError):
        scorer.restore(before | {"rep_id": "p3", "scenario_id": "visit"} | change)
    assert scorer.to_dict() == before and scorer.scale.values == shown
    assert (scorer.rep.value, scorer.scenario.value) == ("p2", "call")


class Stored:
    """A book with one sheet; whatever writes into it fails."""

    def fetch(self, rep, scenario):
        return SheetRecord(ratings={"opening": 5.0} if (rep, scenario) == ("p2", "call") else {})

    def handed_in(self):
        return set()

    def __getattr__(self, name):
        pytest.fail("restoring stores nothing")


def test_with_a_store_only_the_place_is_kept_and_taken():
    options = {"rater_id": "r1", "book": Stored()}
    scorer = RolePlayScorer(FORMS, REPS, **options)
    scorer.rep.value, scorer.scenario.value = "p2", "call"
    assert scorer.to_dict()["sheets"] == []
    again = RolePlayScorer.from_dict(scorer.to_dict(), FORMS, REPS, **options)
    assert again.scale.values == {"opening": "5"}
    with pytest.raises(InputError, match="live in a store"):
        again.restore(scored().to_dict())


def test_a_whole_sheet_comes_back_with_notes_hand_in_and_late_changes():
    state = ScoringState(FORMS, list(REPS["person_id"]), certifies=True)
    state.note("opening", "said why she came")
    for criterion in ("opening", "closing"):
        state.rate(criterion, "3")
    state.hand_in(2)
    state.rate("opening", "4", "I had overlooked the agenda")
    state.judge(3, "the same")
    body = through_json(state.to_dict())
    again = ScoringState.from_dict(body, FORMS, list(REPS["person_id"]), certifies=True)
    assert again.to_dict() == body and again.late == state.late and len(again.late) == 2
    assert (again.submitted_at, again.overall, again.notes) == (state.submitted_at, 3, state.notes)


def test_a_dictionary_of_the_first_version_still_restores():
    old = {"rep_id": "p1", "scenario_id": "visit", "ratings": {"opening": 2.0, "closing": None}}
    place = {"scenario_id": "visit", "rep_id": "p1", "rater_id": "r1"}
    scorer = RolePlayScorer(FORMS, REPS, rater_id="r1")
    scorer.restore({"kind": "ScoringState", "version": 1, **place, "sheets": [old]})
    assert scorer.scale.values == {"opening": "2", "closing": "not_observed"}
    assert scorer.to_dict()["version"] == 2 and scorer.to_dict()["sheets"] == [old | ENDED]


def test_the_same_place_with_other_ratings_is_shown_anew():
    scorer = RolePlayScorer(FORMS, REPS, rater_id="r1")
    body = scorer.to_dict()
    scorer.scale.rate("opening", "1")
    scorer.restore(body | {"sheets": [sheet()]})
    assert scorer.scale.values == {"opening": "2"} and "1 of 2" in scorer.progress.value
    scorer.restore(body)
    assert scorer.scale.values == {} and scorer.ratings.empty


def test_nothing_to_score_comes_back_too():
    empty = RolePlayScorer({}, REPS.iloc[:0])
    assert RolePlayScorer.from_dict(empty.to_dict(), {}, REPS.iloc[:0]).to_dict() == empty.to_dict()


def test_a_widget_says_how_to_keep_it():
    with pytest.raises(TypeError, match="to_dict"):
        pickle.dumps(scored())
    with pytest.raises(TypeError, match="to_dict"):
        copy.deepcopy(scored().state)


def form():
    people = [Entry("p1", "Ann"), Entry("p2", "Bo")]
    return WorkshopForm([("Visit", "visit")], people, people, lambda *_: None, today=dt.date(2026, 3, 1))


def test_a_form_comes_back_as_it_was_filled_in():
    one = form()
    one.name.value, one.day.value, one.reps.value, one.scenarios.value = "May", None, ("p2", "p1"), ("visit",)
    again = form()
    again.restore(through_json(one.to_dict()))
    assert again.to_dict() == one.to_dict() and again.reps.value == ("p2", "p1") and again.day.value is None


@pytest.mark.parametrize("change", [{"rep_ids": ["p9"]}, {"scenario_ids": ["x"]}, {"day": "May"}, {"name": "x" * 161}])
def test_a_form_takes_nothing_that_is_not_on_offer(change):
    one = form()
    before = one.to_dict()
    with pytest.raises(InputError):
        one.restore(before | {"name": "May", "rater_ids": ["p1"]} | change)
    assert one.to_dict() == before
