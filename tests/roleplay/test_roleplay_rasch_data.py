"""What many-facet Rasch does with extreme, thin, disconnected and wrong data."""

import numpy as np
import pandas as pd
import pytest
from rasch_simulator import simulated

from toolkit.errors import InputError, NotEnoughData
from toolkit.roleplay import facets


def test_the_wright_map_holds_everybody_once():
    ratings, _ = simulated(4, reps=9, raters=3, criteria=2, scenarios=2)
    view = facets(ratings)
    assert view.wright_map["kind"].value_counts().to_dict() == {
        "person": 9, "threshold": 4, "rater": 3, "criterion": 2, "scenario": 2,
    }  # fmt: skip
    assert view.wright_map["position"].notna().all() and list(view.wright_map.columns) == [
        "kind", "id", "lower", "upper", "position", "se",
    ]  # fmt: skip


def test_a_lenient_rater_s_rep_gains_nothing_by_him():
    """Two reps alike, one seen by the lenient half of the raters: raw means differ, fair averages do not."""
    ratings, _ = simulated(8, reps=30, raters=4, criteria=6)
    chosen = (ratings.groupby("rep_id")["rating"].mean() - 3).abs().idxmin()
    twin, others = ratings[ratings["rep_id"] == chosen], ratings[ratings["rep_id"] != chosen]
    lenient, strict = (
        twin[twin["rater_id"].isin(["r0", "r1"])],
        twin[twin["rater_id"].isin(["r2", "r3"])].assign(rep_id="p99"),
    )
    both = pd.concat([others, lenient, strict])
    view = facets(both).persons.set_index("rep_id").loc[[chosen, "p99"]]
    raw = both.groupby("rep_id")["rating"].mean()[[chosen, "p99"]]
    assert raw[chosen] - raw["p99"] > 0.5
    assert abs(view["measure"].diff().iloc[1]) < 2 * np.sqrt((view["se"] ** 2).sum())


def test_order_of_rows_and_names_change_nothing():
    ratings, _ = simulated(6, reps=10, raters=3, criteria=3, seen=0.8)
    one, other = facets(ratings), facets(ratings.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(one.persons, other.persons)
    renamed = facets(ratings.assign(rater_id=ratings["rater_id"].map({"r0": "z", "r1": "b", "r2": "a"})))
    assert renamed.raters["severity"].tolist()[::-1] == pytest.approx(
        one.raters.set_index("rater_id").loc[["r0", "r1", "r2"], "severity"].tolist(), abs=1e-6
    )


def test_an_erratic_rater_and_a_rater_of_habit_are_named():
    ratings, _ = simulated(9, reps=30, raters=4, criteria=4)
    rng = np.random.default_rng(0)
    erratic, habit = ratings["rater_id"] == "r1", ratings["rater_id"] == "r2"
    ratings.loc[erratic, "rating"] = rng.integers(1, 6, erratic.sum()).astype(float)
    ratings.loc[habit, "rating"] = np.where(rng.random(habit.sum()) < 0.1, 4.0, 3.0)
    raters = facets(ratings).raters.set_index("rater_id")
    assert raters.loc["r1", "infit"] > 1.5 and "surprise" in str(raters.loc["r1", "note"])
    assert raters["infit"].idxmax() == "r1" and raters.loc["r0", "note"] is None


def test_extreme_reps_keep_a_measure_and_a_reason():
    ratings, _ = simulated(10, reps=12, raters=3, criteria=3)
    ratings.loc[ratings["rep_id"] == "p03", "rating"] = 5.0
    ratings.loc[ratings["rep_id"] == "p04", "rating"] = 1.0
    persons = facets(ratings).persons.set_index("rep_id")
    assert persons["measure"].idxmax() == "p03" and persons["measure"].idxmin() == "p04"
    assert np.isfinite(persons[["measure", "se", "fair_average", "infit", "outfit"]]).all().all()
    assert "one end of the scale" in str(persons.loc["p03", "note"])
    assert persons["fair_average"].between(1, 5).all()


def test_an_extreme_rater_is_left_out_with_a_reason():
    ratings, _ = simulated(11, reps=12, raters=3, criteria=3)
    ratings = ratings[~((ratings["rating"] == 5) & (ratings["rater_id"] == "r0"))]
    ratings.loc[ratings["rater_id"] == "r2", "rating"] = 5.0
    view = facets(ratings)
    raters = view.raters.set_index("rater_id")
    assert np.isnan(raters.loc["r2", "severity"]) and raters.loc["r2", "ratings"] == 0
    assert str(raters.loc["r2", "note"]).startswith("all ratings here are the highest that was given")
    assert "“r2” is left out of this view" in str(view.notes[0])
    assert raters["severity"].drop("r2").sum() == pytest.approx(0, abs=1e-9)


def test_a_criterion_always_rated_alike_is_left_out_of_partial_credit():
    ratings, _ = simulated(12, reps=12, raters=3, criteria=3)
    ratings.loc[ratings["criterion_id"] == "c1", "rating"] = 3.0
    view = facets(ratings, "by_criterion")
    assert np.isnan(view.criteria.set_index("criterion_id").loc["c1", "difficulty"])
    assert set(view.thresholds["criterion_id"]) == {"c0", "c2"}
    assert np.isfinite(facets(ratings).criteria["difficulty"]).all()


def test_one_rater_and_one_criterion_are_the_zero_of_the_scale():
    ratings, _ = simulated(13, reps=14, raters=1, criteria=4)
    view = facets(ratings)
    assert view.raters["severity"].tolist() == [0.0] and "only one" in str(view.raters["note"][0])
    assert np.isnan(view.raters["se"][0]) and view.scenarios.empty
    assert facets(simulated(14, reps=14, raters=4, criteria=1)[0]).criteria["difficulty"].tolist() == [0.0]


def test_scenarios_with_criteria_of_their_own_are_not_judged_apart():
    ratings, _ = simulated(15, reps=10, raters=3, criteria=2, scenarios=2)
    ratings["criterion_id"] += ratings["scenario_id"]
    view = facets(ratings)
    assert view.scenarios.empty and len(view.criteria) == 4
    assert str(view.notes[-1]).startswith("Each scenario has criteria of its own")


def test_half_levels_and_empty_cells_are_taken():
    ratings, _ = simulated(16, reps=10, raters=3, criteria=4, seen=0.9)
    ratings["rating"] = 1 + (ratings["rating"] - 1) / 2
    holes = pd.concat([ratings, ratings.iloc[:3].assign(scenario_id="other", rating=np.nan)])
    assert facets(holes).deviance == pytest.approx(facets(ratings).deviance)
    whole = facets(ratings.assign(rating=2 * ratings["rating"] - 1))
    assert facets(ratings).persons["measure"].to_numpy() == pytest.approx(whole.persons["measure"])
    assert facets(ratings).persons["fair_average"].to_numpy() == pytest.approx((whole.persons["fair_average"] + 1) / 2)


def disconnected():
    ratings, _ = simulated(17, reps=10, raters=4, criteria=3)
    first = ratings["rep_id"] < "p05"
    return ratings[first == ratings["rater_id"].isin(["r0", "r1"])]


def together():
    ratings, _ = simulated(18, reps=10, raters=4, criteria=3, scenarios=2)
    return ratings[ratings["rater_id"].isin(["r0", "r1"]) == (ratings["scenario_id"] == "s0")]


def fine_values():
    ratings, _ = simulated(19)
    return ratings.assign(rating=np.linspace(1, 5, len(ratings)))


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [
        (simulated(0, reps=2)[0], "needs at least 3 rated reps; there are 2"),
        (disconnected(), "cannot compare all raters: “r0” and “r2” share no rep"),
        (together(), "cannot separate raters, scenarios and criteria"),
        (fine_values(), "take 144 different values"),
        (simulated(0)[0].assign(rating=3.0), "needs ratings that differ"),
        (simulated(0)[0].assign(rating=np.nan), "needs ratings that differ"),
        (simulated(0)[0].iloc[:0], "needs ratings that differ"),
        (simulated(0)[0].assign(rating=lambda t: 1.0 + t["rep_id"].str[1:].astype(int) % 5), "no finite solution"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_the_reason(ratings, reason):
    with pytest.raises(NotEnoughData, match=reason):
        facets(ratings)


def test_wrong_input_is_refused():
    ratings, _ = simulated(0)
    with pytest.raises(InputError, match="“rasch” is no way to set thresholds"):
        facets(ratings, "rasch")
    with pytest.raises(InputError, match="does not fit the column “rating”"):
        facets(ratings.assign(rating=6))
    with pytest.raises(InputError, match="more than once"):
        facets(pd.concat([ratings, ratings]))


def test_reps_who_do_not_differ_are_said_not_to():
    ratings, _ = simulated(20, reps=12, raters=3, criteria=3, sd=0.0)
    rng = np.random.default_rng(3)
    rows = np.stack([rng.permutation(np.arange(9) % 5 + 1.0) for _ in range(12)])
    view = facets(ratings.assign(rating=rows.ravel()))
    assert view.sd < 0.05 and view.reliability < 0.05
    assert str(view.notes[-1]).startswith("The ratings do not tell the reps apart")
    assert np.isfinite(view.raters["se"]).all()


def test_halo_is_measured_and_said():
    plain, tinted = (facets(simulated(21, reps=40, raters=4, criteria=5, halo=halo)[0]) for halo in (0.0, 1.5))
    assert abs(plain.halo) < 0.06 and plain.notes == ()
    assert tinted.halo > 0.2 and "Criteria on one sheet move together" in str(tinted.notes[-1])
    assert np.isnan(facets(simulated(14, reps=14, raters=4, criteria=1)[0]).halo)
