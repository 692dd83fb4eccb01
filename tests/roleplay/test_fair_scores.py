"""Fair scores as a caller sees them: right answers, honest intervals, reasons and refusals."""

import numpy as np
import pandas as pd
import pytest
from workshop_simulator import CONDITIONS, simulate

from toolkit.errors import InputError, NotEnoughData
from toolkit.roleplay import fair_scores, raw_scores
from toolkit.wording import Text

COLUMNS = ["rep_id", "rater_id", "scenario_id", "criterion_id", "rating"]


def table(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def cells(*sheets, criteria="cd"):
    """Return Ratings from (rep, rater, scenario, rating), the rating on every criterion."""
    return table(*[(rep, rater, scenario, one, rating) for rep, rater, scenario, rating in sheets for one in criteria])


def workshop(seed=1, reps=8, raters=3, scenarios=2, condition="severe"):
    return simulate(np.random.default_rng(seed), reps, raters, scenarios, CONDITIONS[condition]).ratings


def notes(scores):
    return [str(note) for note in scores.notes]


def assert_every_gap_has_its_reason(scores):
    for frame in (scores.reps, scores.raters, scores.criteria, scores.scenarios, scores.components, scores.groups):
        for column in frame:
            if not str(column).endswith("note") and frame[column].isna().any():
                stem = str(column).removesuffix("_low").removesuffix("_high")
                reasons = frame[f"{stem}_note" if f"{stem}_note" in frame else "note"]
                assert all(isinstance(one, Text) for one in reasons[frame[column].isna()]), column


def test_tables_hold_the_columns_that_others_build_on():
    scores = fair_scores(workshop())
    assert list(scores.reps) == ["rep_id", "fair", "sd", "low", "high", "raw", "rank_low", "rank_high", "sheets", "raters", "group", "note", "played", "played_low", "played_high", "played_note"]  # fmt: skip
    assert list(scores.raters)[:5] == ["rater_id", "severity", "low", "high", "note"]
    assert list(scores.scenarios)[:4] == ["scenario_id", "difficulty", "low", "high"]
    assert list(scores.components["component"]) == ["rep", "rater", "scenario", "rep_x_scenario", "residual"]
    assert scores.components["share"].sum() == pytest.approx(1)
    assert list(scores.groups["reps"]) == [8] and scores.link is None
    assert_every_gap_has_its_reason(scores)
    reps = scores.reps
    assert (
        (reps["low"] < reps["fair"]) & (reps["fair"] < reps["high"]) & (reps["rank_low"] <= reps["rank_high"])
    ).all()


def test_a_rep_who_met_the_hard_rater_is_lifted():
    """Six reps, all seen by y; x (one level harder) also sees a and b, z (like y) sees the others."""
    level = dict(zip("abcdef", (3, 4, 3, 4, 3, 4), strict=True))
    sheets = [(rep, "y", "s", value) for rep, value in level.items()]
    sheets += [(rep, "x", "s", level[rep] - 1) for rep in "ab"] + [(rep, "z", "s", level[rep]) for rep in "cdef"]
    scores = fair_scores(cells(*sheets))
    reps, raters = scores.reps.set_index("rep_id"), scores.raters.set_index("rater_id")
    assert reps.loc["a", "raw"] == 2.5 and reps.loc["c", "raw"] == 3
    assert reps.loc["c", "fair"] - reps.loc["a", "fair"] < 0.25
    assert raters["severity"].idxmax() == "x" and raters.loc["x", "low"] > 0
    assert raters["severity"].sum() == pytest.approx(0, abs=1e-9)


def test_with_one_scenario_the_score_in_it_is_surer_than_the_score_at_large():
    rows = [
        (rep, rater, "s", c, level) for rep, level in (("a", 2), ("b", 3), ("c", 4)) for rater in "xy" for c in "cd"
    ]
    one = fair_scores(table(*rows)).reps
    assert ((one["played_high"] - one["played_low"]) < (one["high"] - one["low"])).all()
    assert ((one["played_low"] <= one["played"]) & (one["played"] <= one["played_high"])).all()
    assert one["played"].is_monotonic_increasing
    two = fair_scores(table(*rows, *((rep, rater, "t", c, level) for rep, rater, _, c, level in rows))).reps
    assert two[["played", "played_low", "played_high"]].isna().all(axis=None)


def test_raw_is_what_raw_scores_gives():
    ratings = workshop()
    weights = {f"c{k}": k + 1.0 for k in range(6)}
    plain = raw_scores(ratings, weights=weights).reps
    pd.testing.assert_series_equal(fair_scores(ratings, weights=weights).reps["raw"], plain["raw"])


def test_the_same_ratings_give_the_same_bits():
    one, other = fair_scores(workshop()), fair_scores(workshop())
    for name in ("reps", "raters", "criteria", "scenarios", "components"):
        numbers = getattr(one, name).select_dtypes("number")
        pd.testing.assert_frame_equal(numbers, getattr(other, name).select_dtypes("number"), check_exact=True)


def test_order_of_rows_and_columns_changes_nothing():
    ratings = workshop()
    shuffled = ratings.sample(frac=1, random_state=3)[COLUMNS[::-1]]
    pd.testing.assert_frame_equal(fair_scores(ratings).reps, fair_scores(shuffled).reps, check_exact=True)


def test_names_change_nothing():
    ratings = workshop()
    renamed = ratings.copy()
    for column in COLUMNS[:4]:
        ids = sorted(ratings[column].unique())
        renamed[column] = ratings[column].map(dict(zip(ids, [f"n{9 - k}" for k in range(len(ids))], strict=True)))
    one, other = fair_scores(ratings).reps, fair_scores(renamed).reps[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        one.drop(columns=["rep_id", "note", "played_note"]),
        other.drop(columns=["rep_id", "note", "played_note"]),
        atol=1e-6,
    )


def test_a_wider_interval_holds_the_narrower():
    narrow, wide = fair_scores(workshop(), interval=0.5).reps, fair_scores(workshop(), interval=0.95).reps
    assert ((wide["low"] < narrow["low"]) & (wide["high"] > narrow["high"])).all()
    assert (wide["rank_low"] <= narrow["rank_low"]).all() and (wide["rank_high"] >= narrow["rank_high"]).all()


def test_everything_missing_but_one_rating():
    rows = [(rep, rater, "s", c, None) for rep in "ab" for rater in "xy" for c in "cd"]
    rows[5] = ("b", "x", "s", "d", 4)
    scores = fair_scores(table(*rows))
    assert scores.reps[["rep_id", "raw", "sheets", "raters"]].values.tolist() == [["b", 4.0, 1, 1]]
    assert scores.reps.loc[0, "fair"] == pytest.approx(4)
    assert scores.reps.loc[0, "low"] < 3 and scores.reps.loc[0, "high"] == 5
    assert notes(scores)[:3] == [
        "Nobody has observed the criterion “c”; it does not count.",
        "Nothing was observed for a: no score.",
        "No rating yet from y.",
    ]
    assert_every_gap_has_its_reason(scores)


@pytest.mark.parametrize("level", [1, 3, 5])
def test_equal_ratings_rank_nobody(level):
    scores = fair_scores(cells(*[(rep, rater, "s", level) for rep in "abcde" for rater in "xy"]))
    assert np.ptp(scores.reps["fair"]) < 1e-9 and scores.reps["fair"].iloc[0] == pytest.approx(level)
    assert (scores.reps["rank_low"] == 1).all() and (scores.reps["rank_high"] == 5).all()
    assert scores.reps["low"].between(1, 5).all() and scores.reps["high"].between(1, 5).all()
    assert (
        notes(scores)[0]
        == "All sheets have the same score: they show no difference between reps, and no rank is meant."
    )
    assert_every_gap_has_its_reason(scores)


def test_a_single_rater_keeps_his_order_and_says_what_is_not_known():
    scores = fair_scores(cells(*[(rep, "x", "s", value) for rep, value in zip("abcde", (1, 2, 3, 4, 5), strict=True)]))
    assert scores.reps["fair"].is_monotonic_increasing
    assert str(scores.raters.loc[0, "note"]) == "There is only one rater, so severity cannot be seen."
    assert np.isnan(scores.raters.loc[0, "severity"])
    assert (
        "Only one rater has scored: a hard or lenient rater cannot be seen, and the intervals allow for it."
        in notes(scores)
    )
    assert_every_gap_has_its_reason(scores)


def test_a_single_rep_gets_a_score_and_the_rank_of_one():
    scores = fair_scores(cells(*[("a", rater, "s", value) for rater, value in zip("wxyz", (2, 3, 3, 4), strict=True)]))
    rep = scores.reps.iloc[0]
    assert rep["fair"] == pytest.approx(3) and (rep["rank_low"], rep["rank_high"]) == (1, 1)
    assert str(rep["note"]) == "There is no other rep to be compared with, so the rank says nothing."
    assert_every_gap_has_its_reason(scores)


def test_groups_are_not_ranked_across_unless_the_assumption_is_accepted():
    sheets = [("a", "x", "s", 2), ("b", "x", "s", 4), ("c", "y", "s", 3), ("d", "y", "s", 5)]
    apart = fair_scores(cells(*sheets))
    assert apart.groups["rep_ids"].tolist() == [("a", "b"), ("c", "d")] and (apart.reps["rank_high"] <= 2).all()
    assert str(apart.groups.loc[0, "note"]) == "No rater has scored reps of this group and of another one."
    assert apart.raters["severity"].isna().all() and apart.link.kind == "sheet"
    assert any("ranks count within a group only" in note for note in notes(apart))
    together = fair_scores(cells(*sheets), across_groups=True)
    assert together.reps["rank_high"].max() == 4 and together.reps["group"].nunique() == 2
    assert any("They hold only if the raters of all groups" in note for note in notes(together))
    assert (together.reps["sd"] < apart.reps["sd"]).all()
    # The sheet that the link names joins the groups.
    link = apart.link
    joined = fair_scores(cells(*sheets, (link.rep_id, link.rater_id, link.scenario_id, 3)))
    assert len(joined.groups) == 1 and joined.link is None


def test_connected_is_not_enough():
    """Both groups play s1, and rater y sees reps of both scenarios, but rater and scenario go together."""
    scores = fair_scores(cells(("a", "x", "s1", 2), ("a", "y", "s2", 3), ("b", "x", "s1", 3), ("c", "y", "s2", 4)))
    assert len(scores.groups) == 1  # all differences run through a
    assert any(note.startswith("Raters and scenarios go together") for note in notes(scores))
    assert scores.raters["severity"].isna().all() and scores.scenarios["difficulty"].isna().all()
    apart = fair_scores(
        cells(("a", "x", "s1", 2), ("a", "y", "s2", 3), ("b", "z", "s1", 3), ("b", "y", "s3", 3), ("c", "z", "s1", 4))
    )
    assert apart.groups["rep_ids"].tolist() == [("a",), ("b", "c")]
    assert str(apart.groups.loc[0, "note"]).startswith(
        "Linked with another group, but raters and scenarios go together"
    )


def test_a_sheet_that_skipped_the_hard_criterion_is_not_flattered():
    """All reps are equally good; c is two levels harder than d and e; b's sheets leave c out."""
    rows = [(rep, rater, "s", c, 2 if c == "c" else 4) for rep in "abdef" for rater in "xy" for c in "cde"]
    ratings = table(*rows)
    ratings.loc[(ratings["rep_id"] == "b") & (ratings["criterion_id"] == "c"), "rating"] = np.nan
    reps = fair_scores(ratings).reps.set_index("rep_id")
    assert reps.loc["b", "raw"] == 4 and reps.loc["a", "raw"] == pytest.approx(10 / 3)
    assert abs(reps.loc["b", "fair"] - reps.loc["a", "fair"]) < 0.1
    # What was filled in is less certain.
    assert reps.loc["b", "sd"] > reps.loc["a", "sd"]
    assert notes(fair_scores(ratings))[0].startswith("2 ratings were not observed; they are filled in")


def test_scenarios_with_rubrics_of_their_own_are_not_filled_in():
    rows = [(rep, rater, "s1", c, 3) for rep in "abc" for rater in "xy" for c in ("c1", "c2")]
    rows += [(rep, rater, "s2", c, 4) for rep in "abc" for rater in "xy" for c in ("c3", "c4")]
    scores = fair_scores(table(*rows))
    assert not any("filled in" in note for note in notes(scores))
    assert scores.scenarios.set_index("scenario_id").loc["s1", "difficulty"] > 0
    assert_every_gap_has_its_reason(scores)


def test_scores_stay_on_the_scale():
    """x is two levels harder than y on ten reps and gives g and h the highest level nevertheless."""
    level = dict(zip("abcdefijkl", (3, 4, 5, 3, 4, 5, 3, 4, 5, 4), strict=True))
    sheets = [(rep, "y", "s", value) for rep, value in level.items()]
    sheets += [(rep, "x", "s", value - 2) for rep, value in level.items()] + [("g", "x", "s", 5), ("h", "x", "s", 5)]
    scores = fair_scores(cells(*sheets))
    assert scores.reps[["fair", "low", "high"]].to_numpy().max() <= 5
    beyond = scores.reps[scores.reps["note"].notna()]
    assert set(beyond["rep_id"]) == {"g", "h"} and (beyond["fair"] == 5).all()


def test_drift_during_the_day_is_seen():
    """x becomes one level harder over the day, y does not move."""
    rng = np.random.default_rng(0)
    rows = []
    for place in range(16):
        level = rng.normal(3.2, 0.4)
        for rater, fall in (("x", place / 15), ("y", 0)):
            for c in "cde":
                rows.append((f"p{place:02}", rater, "s", c, np.clip(level - fall + rng.normal(0, 0.15), 1, 5)))
    ratings = table(*rows)
    when = pd.Timestamp("2026-09-01 09:00") + pd.to_timedelta(ratings["rep_id"].str[1:].astype(int) * 20, unit="min")
    raters = fair_scores(ratings.assign(rated_at=when)).raters.set_index("rater_id")
    assert raters.loc["x", "drift_low"] > 0.3 and raters.loc["x", "drift"] > 0.6
    assert "carry no time" in str(fair_scores(ratings).raters.loc[0, "drift_note"])
    with pytest.raises(InputError, match=r"“soon” is not a moment\. Row 2"):
        fair_scores(ratings.assign(rated_at=["2026-09-01", "soon"] + ["2026-09-01"] * (len(ratings) - 2)))


@pytest.mark.parametrize("rating", [0, 6, -1, 5.01, np.inf])
def test_ratings_off_the_scale_are_refused(rating):
    with pytest.raises(InputError, match=r"does not fit the column “rating” of the table Ratings\. Row 2"):
        fair_scores(table(("a", "x", "s", "c", 3), ("a", "y", "s", "c", rating)))


def test_the_same_cell_twice_is_refused():
    with pytest.raises(InputError, match="holds the same rep_id, rater_id, scenario_id, criterion_id more than once"):
        fair_scores(table(("a", "x", "s", "c", 3), ("a", "x", "s", "c", 4)))


@pytest.mark.parametrize("column", range(4))
@pytest.mark.parametrize("name", [None, np.nan, "", "  "])
def test_ids_that_are_missing_are_refused(column, name):
    row = ["a", "y", "s", "c", 3]
    row[column] = name
    with pytest.raises(InputError, match=COLUMNS[column]):
        fair_scores(table(("a", "x", "s", "c", 3), tuple(row)))


@pytest.mark.parametrize("rows", [[], [("a", "x", "s", "c", None)]])
def test_nothing_observed_is_refused_with_a_reason(rows):
    with pytest.raises(NotEnoughData, match="No criterion has been rated yet"):
        fair_scores(table(*rows))


@pytest.mark.parametrize("interval", [0, 1, -0.5, 90, float("nan")])
def test_an_impossible_interval_is_refused(interval):
    with pytest.raises(InputError, match="must lie between 0 and 1, not"):
        fair_scores(table(("a", "x", "s", "c", 3)), interval=interval)


@pytest.mark.parametrize("scales", [(), (0.8, 0.5, 0.5, 0.5), (0.8, 0.5, 0, 0.5, 0.6), (0.8, np.nan, 0.5, 0.5, 0.6)])
def test_impossible_prior_scales_are_refused(scales):
    with pytest.raises(InputError, match="The prior scales must be 5 positive numbers"):
        fair_scores(table(("a", "x", "s", "c", 3)), prior_scales=scales)


@pytest.mark.parametrize("weights", [{}, {"c": 0}, {"c": -1}, {"c": None}, {"other": 1}])
def test_a_criterion_without_positive_weight_is_named(weights):
    with pytest.raises(InputError, match="The criterion “c” has no positive weight"):
        fair_scores(table(("a", "x", "s", "c", 3)), weights=weights)


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="needs a column “rater_id”"):
        fair_scores(table(("a", "x", "s", "c", 3)).drop(columns="rater_id"))


@pytest.mark.parametrize("seed", range(12))
def test_small_random_tables_give_numbers_or_reasons(seed):
    rng = np.random.default_rng(seed)
    size = [int(rng.integers(1, top)) for top in (5, 4, 3, 4)]
    rows = [
        (f"p{rep}", f"r{rater}", f"s{scenario}", f"c{one}", rng.integers(1, 6) if rng.random() < 0.6 else None)
        for rep, rater, scenario, one in np.ndindex(*size)
        if rng.random() < 0.7
    ]
    rows.append(("p0", "r0", "s9", "c0", 3))
    scores = fair_scores(table(*rows))
    assert_every_gap_has_its_reason(scores)
    assert scores.reps[["fair", "low", "high", "raw"]].to_numpy().min() >= 1
