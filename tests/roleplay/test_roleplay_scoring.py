"""Raw scores against hand computation, and their interval against a declared truth."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from toolkit.errors import InputError
from toolkit.roleplay import raw_scores, sheet_composites


def table(*rows):
    return pd.DataFrame(rows, columns=["rep_id", "rater_id", "scenario_id", "criterion_id", "rating"])


def one_criterion(*rows):
    """Return Ratings with one criterion from (rep, rater, rating)."""
    return table(*[(rep, rater, "s", "c", rating) for rep, rater, rating in rows])


def test_composites_by_hand():
    ratings = table(
        ("a", "x", "s", "c1", 2),
        ("a", "x", "s", "c2", 5),
        ("a", "y", "s", "c1", 4),
        ("a", "y", "s", "c2", None),
        ("b", "x", "s", "c1", None),
    )
    equal = sheet_composites(ratings)
    assert equal.to_dict("records") == [
        {"rep_id": "a", "rater_id": "x", "scenario_id": "s", "composite": 3.5},
        {"rep_id": "a", "rater_id": "y", "scenario_id": "s", "composite": 4.0},
    ]
    weighted = sheet_composites(ratings, {"c1": 1, "c2": 3})
    # (1 x 2 + 3 x 5) / 4 = 4.25; where c2 was not observed its weight does not count.
    assert list(weighted["composite"]) == [4.25, 4.0]


def test_scores_and_pooled_interval_by_hand():
    ratings = one_criterion(("a", "x", 2), ("a", "y", 4), ("b", "x", 3), ("b", "y", 4), ("b", "z", 5), ("c", "x", 5))
    reps = raw_scores(ratings).reps.set_index("rep_id")
    assert list(reps["raw"]) == [3.0, 4.0, 5.0]
    assert list(reps["raters"]) == [2, 3, 1] and list(reps["sheets"]) == [2, 3, 1]
    # Squares within: 1 + 1 (a), 1 + 0 + 1 (b), 0 (c) = 4 on 6 - 3 = 3 degrees of freedom.
    spread = np.sqrt(4 / 3)
    for rep, sheets, mean in (("a", 2, 3.0), ("b", 3, 4.0)):
        low, high = stats.t.interval(0.9, 3, loc=mean, scale=spread / np.sqrt(sheets))
        assert reps.loc[rep, "low"] == pytest.approx(max(low, 1)) and reps.loc[rep, "high"] == pytest.approx(
            min(high, 5)
        )
    assert reps.loc["a", "low"] == pytest.approx(3 - 2.353363 * 1.154701 / np.sqrt(2), abs=1e-5)  # t table: t(.95, 3)
    assert reps.loc["c", "high"] == 5.0 and 1.0 < reps.loc["c", "low"] < 5.0


def test_a_higher_level_gives_a_wider_interval():
    rng = np.random.default_rng(1)
    ratings = one_criterion(*[(f"r{i}", f"x{j}", rng.integers(2, 5)) for i in range(6) for j in range(3)])
    narrow, wide = raw_scores(ratings, interval=0.5).reps, raw_scores(ratings, interval=0.9).reps
    assert ((wide["high"] - wide["low"]) > (narrow["high"] - narrow["low"])).all()


@pytest.mark.parametrize("interval", [0, 1, -0.5, 90, float("nan")])
def test_an_impossible_interval_is_refused(interval):
    with pytest.raises(InputError, match="must lie between 0 and 1, not"):
        raw_scores(one_criterion(("a", "x", 3)), interval=interval)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([("a", "x", 3), ("a", "y", 5), ("b", "x", 3), ("b", "y", 4)], 2),
        ([("a", "x", 3), ("b", "x", 4), ("c", "x", 2)], 0),  # one rater
        ([("a", "x", 3)], 0),
        ([("a", "x", None)], 0),
        ([], 0),
    ],
)
def test_too_few_second_sheets_give_no_interval_and_say_why(rows, found):
    scores = raw_scores(one_criterion(*rows))
    assert str(scores.note) == (
        f"No interval yet: it takes at least 3 second sheets on the same reps, and there are {found}."
    )
    assert scores.reps["low"].isna().all() and scores.reps["high"].isna().all()
    assert len(scores.reps) == len({rep for rep, _, rating in rows if rating})


def test_one_rep_seen_often_has_an_interval():
    scores = raw_scores(one_criterion(*[("a", f"x{n}", rating) for n, rating in enumerate((2, 3, 3, 4))]))
    low, high = stats.t.interval(0.9, 3, loc=3, scale=np.std([2, 3, 3, 4], ddof=1) / 2)
    assert scores.note is None
    assert scores.reps.loc[0, ["raw", "low", "high"]].astype(float).tolist() == pytest.approx([3.0, low, high])


def test_perfect_agreement_claims_no_certainty():
    scores = raw_scores(one_criterion(*[(rep, f"x{n}", 3) for rep in "abc" for n in range(3)]))
    assert list(scores.reps["raw"]) == [3.0] * 3 and scores.reps["low"].isna().all()
    assert str(scores.note).startswith("No interval: all sheets on the same rep agree exactly")
    # The same when the agreed composites are fractions.
    thirds = table(*[(rep, f"x{n}", "s", f"c{k}", 3 + k % 2) for rep in "abc" for n in range(3) for k in range(3)])
    assert str(raw_scores(thirds, weights={"c0": 0.1, "c1": 0.2, "c2": 0.3}).note) == str(scores.note)


def test_everything_missing_but_one_cell():
    rows = [(rep, rater, "s", c, None) for rep in "ab" for rater in "xy" for c in ("c1", "c2")]
    rows[5] = ("b", "x", "s", "c2", 4)
    scores = raw_scores(table(*rows))
    assert scores.reps[["rep_id", "raw", "raters", "sheets"]].values.tolist() == [["b", 4.0, 1, 1]]


@pytest.mark.parametrize("rating", [0, 6, -1, 5.01, np.inf])
def test_ratings_off_the_scale_are_refused(rating):
    with pytest.raises(InputError, match=r"does not fit the column “rating” of the table Ratings\. Row 2"):
        raw_scores(one_criterion(("a", "x", 3), ("a", "y", rating)))


def test_the_same_sheet_twice_is_refused():
    with pytest.raises(InputError, match="holds the same rep_id, rater_id, scenario_id, criterion_id more than once"):
        raw_scores(one_criterion(("a", "x", 3), ("a", "x", 3)))


@pytest.mark.parametrize("weights", [{}, {"c": 0}, {"c": -1}, {"c": None}, {"other": 1}])
def test_a_criterion_without_positive_weight_is_named(weights):
    with pytest.raises(InputError, match="The criterion “c” has no positive weight"):
        sheet_composites(one_criterion(("a", "x", 3)), weights)


@pytest.mark.parametrize("rating", [1, 5])
def test_the_ends_of_the_scale_are_not_passed_by_rounding(rating):
    weights = {"c1": 0.5, "c2": 0.7, "c3": 0.7, "c4": 0.7}
    scores = raw_scores(table(*[(rep, "x", "s", c, rating) for rep in "abc" for c in weights]), weights=weights)
    assert list(scores.reps["raw"]) == [rating] * 3


def test_the_order_of_rows_changes_nothing():
    rng = np.random.default_rng(0)
    ratings = table(*[(f"r{i}", f"x{j}", "s", f"c{k}", int(rng.integers(1, 6))) for i in range(5) for j in range(3) for k in range(4)])  # fmt: skip
    weights = {f"c{k}": k + 1.0 for k in range(4)}
    one, other = (
        raw_scores(ratings, weights=weights),
        raw_scores(ratings.sample(frac=1, random_state=1), weights=weights),
    )
    pd.testing.assert_frame_equal(one.reps, other.reps, rtol=1e-12)


def test_a_rep_s_score_does_not_count_criteria_as_independent():
    """Ten copies of one criterion say no more than one."""
    one = one_criterion(("a", "x", 2), ("a", "y", 4), ("b", "x", 3), ("b", "y", 4), ("b", "z", 4))
    ten = pd.concat([one.assign(criterion_id=f"c{n}") for n in range(10)], ignore_index=True)
    pd.testing.assert_frame_equal(raw_scores(one).reps, raw_scores(ten).reps, rtol=1e-12)


@pytest.mark.parametrize("sheets", [2, 4])
def test_intervals_hold_as_often_as_they_say(sheets):
    """One-way random model: truth ~ N(3, .3), each sheet adds N(0, .3); 300 workshops of eight reps."""
    rng = np.random.default_rng(20260901 + sheets)
    held = []
    for _ in range(300):
        truth = rng.normal(3, 0.3, 8)
        seen = truth[:, None] + rng.normal(0, 0.3, (8, sheets))
        rows = [(f"r{i}", f"x{j}", seen[i, j]) for i in range(8) for j in range(sheets)]
        reps = raw_scores(one_criterion(*rows)).reps
        held.append(((reps["low"] <= truth) & (truth <= reps["high"])).mean())
    # 2,400 intervals; the error of their share is below .01 even with eight of them pooled.
    assert np.mean(held) == pytest.approx(0.90, abs=0.025)
