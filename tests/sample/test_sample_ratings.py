"""The designs of the workshops and of the 360 rounds, and the effects that went into them."""

import numpy as np
import pandas as pd
import pytest

from toolkit.sample import SampleOrganisation, Truth
from toolkit.sample.workshops import design_rank

Drawn = tuple[SampleOrganisation, Truth]


def _connected(sheets: pd.DataFrame) -> bool:
    """Walk from the first rep to raters and back until nobody new is met."""
    met = {sheets["rep_id"].iloc[0]}
    while True:
        raters = set(sheets.loc[sheets["rep_id"].isin(met), "rater_id"])
        wider = set(sheets.loc[sheets["rater_id"].isin(raters), "rep_id"])
        if wider == met:
            return len(met) == sheets["rep_id"].nunique()
        met = wider


def test_each_workshop_is_connected_and_of_full_rank(drawn: Drawn) -> None:
    for _, sheets in drawn[0].workshop_sheets.groupby("workshop_id"):
        assert _connected(sheets)
        rank, needed = design_rank(sheets)
        assert rank == needed == 30 + 5 + 3 - 2


def test_rank_is_lost_where_rater_and_scenario_go_together() -> None:
    sheets = pd.DataFrame(
        {"rep_id": ["a", "b", "a", "b"], "rater_id": ["r", "r", "s", "s"], "scenario_id": ["x", "x", "y", "y"]}
    )
    assert _connected(sheets)
    rank, needed = design_rank(sheets)
    assert rank < needed


def test_the_design_is_incomplete_and_shared_evenly(drawn: Drawn) -> None:
    for _, sheets in drawn[0].workshop_sheets.groupby("workshop_id"):
        assert sheets.groupby("rep_id")["rater_id"].nunique().eq(2).all()
        assert sheets.groupby("rep_id")["scenario_id"].nunique().eq(2).all()
        load = sheets["rater_id"].value_counts()
        assert len(load) == 5
        assert load.max() - load.min() <= 6
        assert not sheets.duplicated(["rep_id", "rater_id", "scenario_id"]).any()


def test_nobody_rates_the_own_report_and_reps_were_there(drawn: Drawn) -> None:
    people = drawn[0].people.set_index("person_id")
    sheets = drawn[0].workshop_sheets.merge(drawn[0].workshops, on="workshop_id")
    reps = people.loc[sheets["rep_id"]].reset_index()
    assert (reps["manager_id"].to_numpy() != sheets["rater_id"].to_numpy()).all()
    assert (reps["hired_on"].to_numpy() < sheets["held_on"].to_numpy()).all()
    assert not (reps["left_on"].to_numpy() < sheets["held_on"].to_numpy()).any()


def test_the_severe_and_the_lenient_rater_show(drawn: Drawn) -> None:
    organisation, truth = drawn
    rows = organisation.ratings.merge(organisation.workshop_sheets, on="sheet_id")
    severity = truth.raters.set_index("rater_id")["severity"]
    mean = rows["rating"].astype(float).groupby(rows["rater_id"]).mean()
    assert mean.idxmin() == severity[mean.index].idxmin()
    assert severity[mean.index].min() == pytest.approx(-0.8)
    assert severity[mean.index].max() >= 0.6
    assert np.corrcoef(mean, severity[mean.index])[0, 1] > 0.7


def test_some_ratings_are_missing_and_few_have_notes(drawn: Drawn) -> None:
    ratings = drawn[0].ratings
    assert 0.01 < ratings["rating"].isna().mean() < 0.06
    assert 0.01 < ratings["note"].notna().mean() < 0.10
    assert ratings.loc[ratings["note"].notna(), "rating"].notna().all()
    assert set(ratings["rating"].dropna()) <= {1, 2, 3, 4, 5}


def test_feedback_shows_the_declared_biases(drawn: Drawn) -> None:
    organisation, truth = drawn
    rows = organisation.feedback.merge(truth.skills, on=["person_id", "competency_id"]).merge(
        truth.raters, on="rater_id"
    )
    rows = rows[rows["skill"].between(2, 4)]
    left_over = (rows["rating"] - rows["skill"] - rows["severity"]).groupby(rows["relation"]).mean()
    biases = truth.constants["feedback"]["relation_bias"]
    for relation, bias in biases.items():
        assert left_over[relation] == pytest.approx(bias, abs=0.12)


def test_feedback_comes_from_who_could_give_it(drawn: Drawn) -> None:
    feedback, people = drawn[0].feedback, drawn[0].people.set_index("person_id")
    assert list(feedback["round"].unique()) == ["2026Q1", "2026Q2"]
    assert not feedback.duplicated(["round", "person_id", "rater_id", "competency_id"]).any()
    own = feedback["relation"].eq("self")
    assert feedback.loc[own, "person_id"].eq(feedback.loc[own, "rater_id"]).all()
    above = feedback[feedback["relation"].eq("manager")]
    assert (people.loc[above["person_id"], "manager_id"].to_numpy() == above["rater_id"].to_numpy()).all()
    outside = feedback.loc[feedback["relation"].eq("customer"), "rater_id"]
    assert outside.str.fullmatch(r"customer-\d{3}").all()
    left = feedback["person_id"].map(people["left_on"])
    assert not left.lt(feedback["observed_on"]).any()
