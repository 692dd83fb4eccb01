"""Variance components and decision studies against Brennan's tables, lme4 and declared truth."""

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError, NotEnoughData
from toolkit.roleplay import generalizability, sheet_composites, variance_components

# Brennan (2001), Generalizability Theory, synthetic data sets 1 to 4. Set 1: rows persons, columns items; the others:
# rows conditions, columns persons.
SET_1 = """101000000000 111001000000 111110000000 110110010000 111110100000
           111011100000 111111100000 111101111100 111111111110 111111111111"""
SET_2_AND_3 = "2455442306 6559346458 7648546447 5766675556 2655462656 5747547658 5557677658 5756485436"
SET_4 = """5937937594 6345243894 5735937584 5733757783 5753737763 3531735565
           4534365566 5553737455 6765245355 7753755287 3513515111 3265324111"""


def digits(block):
    return np.array([[int(one) for one in row] for row in block.split()], dtype=float)


def long(array, *names):
    """Return one row a cell, a column for each axis."""
    index = pd.MultiIndex.from_product([range(n) for n in array.shape], names=names)
    return pd.Series(array.ravel(), index, name="score").reset_index()


def to_four(values):
    return [round(float(value), 4) for value in values]


def test_brennan_1_persons_x_items():
    found = variance_components(long(digits(SET_1), "p", "i"), [("p",), ("i",)])
    assert to_four(found.table["ss"]) == [7.3417, 9.6917, 12.5583]
    assert found.table["df"].tolist() == [9, 11, 99]
    assert to_four(found.table["variance"]) == [0.0574, 0.0754, 0.1269]
    assert found.table["component"].tolist() == ["p", "i", "residual"]
    # Printed as .693 .586, .819 .740, .871 .810, .901 .850 from components of four digits: half a unit more.
    for items, relative, absolute in ((12, 0.844, 0.773), (5, 0.693, 0.586), (10, 0.819, 0.740), (15, 0.871, 0.810), (20, 0.901, 0.850)):  # fmt: skip
        assert found.coefficients("p", {"i": items}) == pytest.approx((relative, absolute), abs=0.001)


def test_brennan_2_items_in_persons():
    found = variance_components(long(digits(SET_2_AND_3).T, "p", "i"), [("p",)])
    assert to_four(found.table["ss"]) == [62.2, 141.75] and to_four(found.table["ms"]) == [6.9111, 2.025]
    assert to_four(found.table["variance"]) == [0.6108, 2.025]
    assert [round(one, 2) for one in found.coefficients("p", {"i": 8})] == [0.71, 0.71]


def test_brennan_3_persons_x_items_x_occasions():
    scores = long(digits(SET_2_AND_3).reshape(2, 4, 10), "o", "i", "p")
    found = variance_components(scores, [("p",), ("i",), ("o",), ("p", "i"), ("p", "o"), ("i", "o")])
    assert to_four(found.table["ss"]) == [62.2, 37.45, 3.2, 56.3, 12.05, 7.5, 25.25]
    assert to_four(found.table["variance"]) == [0.5528, 0.4417, 0.0074, 0.575, 0.1009, 0.1565, 0.9352]
    coefficients = found.coefficients("p", {"i": 4, "o": 2})
    assert [round(one, 2) for one in coefficients] == [0.64, 0.55]


def test_brennan_4_persons_x_raters_in_tasks():
    scores = long(digits(SET_4).reshape(3, 4, 10), "t", "r", "p")
    scores["r"] += 10 * scores["t"]
    found = variance_components(scores, [("p",), ("t",), ("t", "r"), ("p", "t")])
    printed = {"p": 0.4731, "t": 0.3252, "t x r": 0.6475, "p x t": 0.5596, "residual": 2.3802}
    assert dict(zip(found.table["component"], to_four(found.table["variance"]), strict=True)) == pytest.approx(
        printed, abs=1.01e-4
    )
    # In balanced data restricted maximum likelihood (lme4) is the same estimator.
    reml = [0.4730228067, 0.32532228984, 0.64748898395, 0.55955009788, 2.3802861014]
    assert found.table["variance"].to_numpy() == pytest.approx(reml, abs=2e-4)
    assert [round(one, 2) for one in found.coefficients("p", {"r": 4, "t": 3})] == [0.55, 0.46]


def test_shrout_and_fleiss_are_the_same_coefficients():
    """Six subjects x four judges (Shrout and Fleiss 1979): ICC(3,1), (3,k) relative, ICC(2,1), (2,k) absolute."""
    data = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)
    scores = long(data, "p", "j")
    found = variance_components(scores, [("p",), ("j",)])
    assert found.coefficients("p", {"j": 1}) == pytest.approx((0.7148407, 0.2897638), abs=1e-7)
    assert found.coefficients("p", {"j": 4}) == pytest.approx((0.9093155, 0.6200505), abs=1e-7)
    # The interval of ICC(3,1) is exact (F): .9 level here, from the same F = 11.027248 on 5 and 15.
    low, high = np.quantile(found.coefficient_draws("p", {"j": 1})[0], [0.025, 0.975])
    assert (low, high) == pytest.approx((0.34246477, 0.9458583), abs=0.02)


# Davies and Goldsmith (1972), penicillin: 24 plates x 6 samples, zone in mm less 18.
PENICILLIN = """958553 958553 737662 857552 748452 647541 625341 848663 636442 636541 858663 748662 868674
                858552 857664 747552 736552 746551 635331 858663 736440 747442 636461 636430"""


def test_penicillin_gives_the_deviations_of_lme4():
    found = variance_components(long(digits(PENICILLIN), "plate", "sample"), [("plate",), ("sample",)])
    # lme4 searches to about four digits; the balanced layout has a closed form.
    assert found.table["variance"].to_numpy() == pytest.approx([0.716905141, 3.7311318423, 0.30241495625], rel=1e-4)
    # Bates, lme4: printed .8467, 1.9316, .5499.
    assert to_four(np.sqrt(found.table["variance"])) == [0.8467, 1.9316, 0.5499]


def test_unequal_numbers_give_the_textbook_estimator():
    """One-way layout with 2, 3 and 5 scores (Searle 1971, ch. 10): MSA - MSE over n0 = (N - sum n^2 / N) / (a - 1)."""
    groups = {"a": [1.0, 2.0], "b": [4.0, 4.5, 3.0], "c": [2.0, 2.5, 2.0, 3.5, 1.0]}
    rows = [(p, f"{p}{n}", score) for p, scores in groups.items() for n, score in enumerate(scores)]
    found = variance_components(pd.DataFrame(rows, columns=["p", "i", "score"]), [("p",)])
    everything = np.concatenate(list(groups.values()))
    between = sum(len(one) * (np.mean(one) - everything.mean()) ** 2 for one in groups.values()) / 2
    within = sum(((np.array(one) - np.mean(one)) ** 2).sum() for one in groups.values()) / 7
    fewer = (10 - (4 + 9 + 25) / 10) / 2
    assert found.table["estimate"].tolist() == pytest.approx([(between - within) / fewer, within])


def workshop(seed, reps=12, raters=4, scenarios=2, criteria=("c",), crossed=False, **variances):
    """Return Ratings drawn with declared variances; unless crossed, two raters a rep and scenario in rotation."""
    v = {"rep": 0.05, "rater": 0.015, "scenario": 0.0075, "mixed": 0.01, "residual": 0.025} | variances
    rng = np.random.default_rng(seed)
    rep, rater, scenario = (rng.normal(0, np.sqrt(v[name]), n) for name, n in (("rep", reps), ("rater", raters), ("scenario", scenarios)))  # fmt: skip
    mixed = rng.normal(0, np.sqrt(v["mixed"]), (reps, scenarios))
    rows = []
    for p, s in np.ndindex(reps, scenarios):
        for j in range(raters) if crossed else sorted({(p + s) % raters, (p + s + 1 + p % (raters - 1)) % raters}):
            value = 3 + rep[p] + rater[j] + scenario[s] + mixed[p, s] + rng.normal(0, np.sqrt(v["residual"]))
            rows += [(f"p{p:02d}", f"r{j}", f"s{s}", c, np.clip(value, 1, 5)) for c in criteria]
    return pd.DataFrame(rows, columns=["rep_id", "rater_id", "scenario_id", "criterion_id", "rating"])


def test_balanced_workshops_get_the_anova_estimators_by_hand():
    ratings = workshop(1, crossed=True)
    cube = sheet_composites(ratings)["composite"].to_numpy().reshape(12, 4, 2)
    found = generalizability(ratings).components.set_index("component")
    means = {axes: cube.mean(axis=axes, keepdims=True) for axes in ((1, 2), (0, 2), (0, 1), (1,), (2,), (0,))}
    by_rep_scenario = means[1,] - means[1, 2] - means[0, 1] + cube.mean()
    by_rep_rater = means[2,] - means[1, 2] - means[0, 2] + cube.mean()
    rest = cube - by_rep_scenario - by_rep_rater - means[0,] - means[1, 2] + cube.mean()
    ms = {
        "rest": (rest**2).sum() / 33,
        "ps": 4 * (by_rep_scenario**2).sum() / 11,
        "pr": 2 * (by_rep_rater**2).sum() / 33,
    }
    ms["p"] = 8 * ((means[1, 2] - cube.mean()) ** 2).sum() / 11
    assert found.loc["residual", "estimate"] == pytest.approx(ms["rest"])
    assert found.loc["rep x scenario", "estimate"] == pytest.approx((ms["ps"] - ms["rest"]) / 4)
    assert found.loc["rep x rater", "estimate"] == pytest.approx((ms["pr"] - ms["rest"]) / 2)
    assert found.loc["rep", "estimate"] == pytest.approx((ms["p"] - ms["ps"] - ms["pr"] + ms["rest"]) / 8)


def test_the_decision_study_follows_its_formula():
    view = generalizability(workshop(2, reps=20, crossed=True))
    v = view.components.set_index("component")["variance"]
    for n, m in ((1, 1), (2, 3), (5, 2)):
        relative = v["rep x rater"] / n + v["rep x scenario"] / m + v["residual"] / (n * m)
        absolute = relative + v["rater"] / n + v["scenario"] / m + v["rater x scenario"] / (n * m)
        found = view.decision(n, m)
        assert found.relative == pytest.approx(v["rep"] / (v["rep"] + relative))
        assert found.absolute == pytest.approx(v["rep"] / (v["rep"] + absolute))
        assert (found.relative_error, found.absolute_error) == pytest.approx((relative**0.5, absolute**0.5))
        assert found.relative_low < found.relative < found.relative_high < 1
        assert found.absolute_low < found.absolute < found.absolute_high < 1
    table = view.table([1, 2], [1, 3])
    assert table[["raters", "scenarios"]].values.tolist() == [[1, 1], [1, 3], [2, 1], [2, 3]]
    assert table["absolute"].is_monotonic_increasing or table["absolute"].iloc[0] == table["absolute"].min()
    assert table.loc[3, "absolute_low"] == view.decision(2, 3).absolute_low


@pytest.mark.parametrize("crossed", [True, False])
def test_estimates_are_unbiased_and_intervals_hold(crossed):
    """70 workshops with declared variances; incomplete ones rotate two raters through each rep and scenario."""
    truth = {"rep": 0.05, "rater": 0.015, "scenario": 0.0075, "rep x scenario": 0.01, "residual": 0.025}
    relative, absolute = 0.05 / (0.05 + 0.005 + 0.00625), 0.05 / (0.05 + 0.005 + 0.00625 + 0.0075 + 0.00375)
    rows, held = [], []
    for seed in range(1000, 1070):
        view = generalizability(workshop(seed, reps=14, crossed=crossed))
        table = view.components.set_index("component").loc[list(truth)]
        rows.append(table["estimate"])
        found = view.decision(2, 2)
        held.append([found.relative_low <= relative <= found.relative_high, found.absolute_low <= absolute <= found.absolute_high])  # fmt: skip
    estimates = pd.concat(rows, axis=1)
    off = (estimates.mean(axis=1) - pd.Series(truth)) / (estimates.std(axis=1) / 70**0.5)
    assert off.abs().max() < 3.2
    # Twice 70 intervals, with error .036 each.
    assert np.mean(held) == pytest.approx(0.90, abs=0.07)


def test_a_copied_criterion_adds_nothing():
    """The halo trap: criteria of one sheet are no repetitions."""
    one, ten = workshop(3), workshop(3, criteria=[f"c{n}" for n in range(10)])
    pd.testing.assert_frame_equal(generalizability(one).components, generalizability(ten).components, rtol=1e-9)


def test_weights_reach_the_composites():
    ratings = pd.concat([workshop(3), workshop(4).assign(criterion_id="d")])
    alone = generalizability(ratings, weights={"c": 1, "d": 1e-12}).components
    assert alone["estimate"].to_numpy() == pytest.approx(
        generalizability(workshop(3)).components["estimate"].to_numpy()
    )


def test_parts_below_zero_count_as_nothing_and_say_so():
    view = generalizability(workshop(1, reps=8, mixed=0.0, residual=0.1, crossed=True))
    below = view.components[view.components["estimate"] < 0]
    assert len(below) and (below["variance"] == 0).all() and (below["low"] == 0).all()
    assert all("fell below zero and counts as 0" in str(note) for note in below["note"])
    assert "Parts that came out below zero count as 0." in map(str, view.notes)


def test_words_say_what_more_would_buy():
    view = generalizability(workshop(6, reps=30, crossed=True, mixed=0.2, rater=0.001))
    sentences = [str(one) for one in view.advice(2, 1)]
    assert sentences[0].startswith("Raters: 2, scenarios: 1. Of the differences between scores, ")
    assert sentences[-1] == "Another scenario buys more than another rater."
    severe = generalizability(workshop(6, reps=30, crossed=True, mixed=0.001, rater=0.4, scenario=0.0))
    assert str(severe.advice(1, 2)[-1]) == "Another rater buys more than another scenario."


def test_one_scenario_or_rater_allows_no_word_on_others():
    one = generalizability(workshop(7, scenarios=1, crossed=True))
    assert one.components["component"].tolist() == ["rep", "rater", "residual"]
    assert 0 < one.decision(2, 1).absolute < 1 and np.isnan(one.decision(2, 2).absolute)
    assert str(one.decision(2, 2).note) == "Only one scenario was played, so nobody can tell what another would change."
    assert any("Only one scenario" in str(sentence) for sentence in one.advice(2, 1))
    alone = generalizability(workshop(7, crossed=True).query("rater_id == 'r0'"))
    assert np.isnan(alone.decision(2, 1).relative) and 0 < alone.decision(1, 2).relative < 1
    assert "Only one rater scored" in str(alone.decision(2, 1).note)


def test_what_the_design_mixes_up_stays_in_the_residual_and_is_named():
    ratings = workshop(8, scenarios=3)
    single = ratings.groupby(["rep_id", "scenario_id"]).head(1)
    view = generalizability(single)
    assert "rep x scenario" not in set(view.components["component"])
    assert any("another rater may buy less than shown" in str(note) for note in view.notes)


def test_own_raters_leave_only_a_ranking():
    ratings = workshop(9, reps=6, raters=6, crossed=True)
    own = ratings[ratings["rep_id"].str[1:].astype(int) == ratings["rater_id"].str[1:].astype(int)]
    view = generalizability(own)
    table = view.components.set_index("component")
    assert np.isnan(table.loc["rater", "estimate"]) and "cannot be told apart" in str(table.loc["rater", "note"])
    assert np.isnan(view.decision(1, 2).absolute) and view.decision(1, 2).note is not None


def test_perfect_agreement_claims_no_certainty():
    ratings = workshop(10, crossed=True).assign(rating=lambda t: 2.0 + t["rep_id"].str[1:].astype(int) % 3)
    found = generalizability(ratings).decision(1, 1)
    assert found.relative == pytest.approx(1) and np.isnan(found.relative_low)
    assert "repeated sheets agree exactly" in str(found.note)
    equal = generalizability(ratings.assign(rating=3.0))
    assert np.isnan(equal.components["low"]).all() and "do not tell the reps apart" in str(equal.decision(1, 1).note)
    assert not any("nan" in str(sentence) for sentence in equal.advice(1, 1))


def test_seeds_and_order_decide_nothing_but_the_draws():
    ratings = workshop(11)
    one, other = generalizability(ratings), generalizability(ratings.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(one.components, other.components, rtol=1e-8)
    moved = generalizability(ratings, seed=5).decision(2, 2)
    assert moved.relative == one.decision(2, 2).relative and moved.relative_low != one.decision(2, 2).relative_low
    assert moved.relative_low == pytest.approx(one.decision(2, 2).relative_low, abs=0.03)


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [
        (workshop(0).query("rep_id == 'p00'"), "at least two rated reps"),
        (workshop(0).groupby("rep_id").head(1), "Nothing has been scored twice"),
        (workshop(0).iloc[:0], "at least two rated reps"),
        (workshop(0).assign(rating=np.nan), "at least two rated reps"),
    ],
)
def test_what_cannot_be_told_is_refused(ratings, reason):
    with pytest.raises(NotEnoughData, match=reason):
        generalizability(ratings)


def test_wrong_input_is_refused():
    view = generalizability(workshop(0))
    for numbers in ((0, 1), (1, -1), (1.5, 1)):
        with pytest.raises(InputError, match="whole numbers of at least 1"):
            view.decision(*numbers)
    with pytest.raises(InputError, match="must lie between 0 and 1"):
        generalizability(workshop(0), interval=90)
    with pytest.raises(InputError, match="need a column “x”"):
        variance_components(long(np.eye(3), "p", "i"), [("x",)])
    with pytest.raises(InputError, match="empty or not a number"):
        variance_components(long(np.full((3, 3), np.nan), "p", "i"), [("p",)])
    with pytest.raises(InputError, match="must lie between 0 and 1"):
        variance_components(long(np.eye(3), "p", "i"), [("p",)], interval=1)
    with pytest.raises(NotEnoughData, match="scored twice"):
        variance_components(long(np.eye(3), "p", "i").iloc[:0], [("p",)])
    found = variance_components(long(np.eye(3), "p", "i"), [("i",), ("p",)])
    for person, sizes in (("p", {}), ("p", {"i": 0}), ("q", {"i": 2})):
        with pytest.raises(InputError, match="A decision study needs"):
            found.coefficients(person, sizes)


def test_effects_may_be_listed_in_any_order():
    scores = long(digits(SET_2_AND_3).reshape(2, 4, 10), "o", "i", "p")
    effects = [("i", "o"), ("p",), ("p", "o"), ("i",), ("p", "i"), ("o",)]
    table = variance_components(scores, effects).table.set_index("component")["variance"]
    assert to_four(table[["p", "i", "o", "p x i", "p x o", "i x o"]]) == [0.5528, 0.4417, 0.0074, 0.575, 0.1009, 0.1565]
