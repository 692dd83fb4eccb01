"""Pass marks by hand, against known truth, and what they refuse."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit

from toolkit.errors import InputError
from toolkit.roleplay import angoff, borderline_regression, pass_probability
from toolkit.roleplay.pass_marks import decision_words

JUDGES = pd.DataFrame([[2.0, 3.0, 4.0], [3.0, 3.0, 3.0], [2.0, 2.0, 2.0]], index=["Ann", "Bo", "Chen"])


def test_angoff_by_hand():
    mark = angoff(JUDGES)
    # Judges' cuts 3, 3, 2: mean 8/3, spread sqrt((1/9 + 1/9 + 4/9) / 2).
    assert mark.cut == pytest.approx(8 / 3) and mark.spread == pytest.approx(math.sqrt(1 / 3))
    assert mark.standard_error == pytest.approx(1 / 3)
    assert (mark.low, mark.high) == pytest.approx((8 / 3 - 2.919986 / 3, 8 / 3 + 2.919986 / 3), abs=1e-6)  # t(.95, 2)
    assert mark.judges["judge_id"].tolist() == ["Ann", "Bo", "Chen"]
    assert mark.judges["deviation"].tolist() == pytest.approx([1 / 3, 1 / 3, -2 / 3]) and mark.note is None
    weighted = angoff(JUDGES, weights=[2, 1, 1])
    assert weighted.judges["cut"].tolist() == pytest.approx([2.75, 3, 2])
    assert angoff(JUDGES.iloc[::-1]).cut == pytest.approx(mark.cut)


def test_angoff_without_spread_claims_no_certainty():
    for estimates, reason in (([[2, 3]], "a single judge"), ([[2, 3], [3, 2]], "the judges agree exactly")):
        mark = angoff(estimates)
        assert mark.cut == 2.5 and math.isnan(mark.standard_error) and math.isnan(mark.low) and math.isnan(mark.high)
        assert reason in str(mark.note)


@pytest.mark.parametrize(
    ("estimates", "weights", "reason"),
    [
        ([[1, 2], [np.nan, 3]], None, "The judge “2” has not estimated every item. Row 2, column 1"),
        ([[1, 2], ["x", 3]], None, "“x” is not a rating"),
        (np.empty((0, 3)), None, "There are no estimates"),
        (np.empty((3, 0)), None, "There are no estimates"),
        ([[1, 2], [2, 3]], [1], "one positive weight for each of the 2 items"),
        ([[1, 2], [2, 3]], [1, 0], "one positive weight for each of the 2 items"),
        ([[1, 2], [2, 3]], [1, np.nan], "one positive weight for each of the 2 items"),
    ],
)
def test_unusable_estimates_are_refused(estimates, weights, reason):
    with pytest.raises(InputError, match=reason):
        angoff(estimates, weights=weights)


def sheets(rng, reps=20, each=2, slope=0.8):
    """Return sheets with the truth 2.5 at an overall rating of 2; sheets of a rep share an error."""
    rep = np.repeat(np.arange(reps), each)
    overall = np.clip(np.round(np.repeat(rng.normal(2.3, 0.9, reps), each) + rng.normal(0, 0.4, reps * each)), 1, 4)
    shared = np.repeat(rng.normal(0, 0.3, reps), each)
    composite = 2.5 + slope * (overall - 2) + shared + rng.normal(0, 0.2, reps * each)
    return pd.DataFrame({"rep_id": rep, "composite": composite, "overall": overall})


def test_borderline_regression_is_the_line_and_its_jackknife():
    table = sheets(np.random.default_rng(1))
    mark = borderline_regression(table, borderline=2)
    slope, height = np.polyfit(table["overall"] - 2, table["composite"], 1)
    assert (mark.slope, mark.cut) == pytest.approx((slope, height))
    left_out = [table[table["rep_id"] != rep] for rep in range(20)]
    cuts = np.array([np.polyfit(one["overall"] - 2, one["composite"], 1)[1] for one in left_out])
    error = math.sqrt(19 / 20 * ((cuts - cuts.mean()) ** 2).sum())
    assert mark.standard_error == pytest.approx(error)
    assert mark.high - mark.cut == pytest.approx(stdtrit(19, 0.95) * error) == pytest.approx(mark.cut - mark.low)
    assert mark.explained == pytest.approx(table["composite"].corr(table["overall"]) ** 2)
    assert (mark.sheets, mark.reps, mark.note) == (40, 20, None)
    mixed = borderline_regression(table.sample(frac=1, random_state=3), borderline=2)
    assert (mixed.cut, mixed.standard_error) == pytest.approx((mark.cut, mark.standard_error))
    unfinished = pd.concat([table, pd.DataFrame({"rep_id": [99], "composite": [1.0], "overall": [np.nan]})])
    assert borderline_regression(unfinished, borderline=2).cut == pytest.approx(mark.cut)


@pytest.mark.parametrize(("reps", "each"), [(10, 1), (10, 3), (30, 2)])
def test_the_interval_of_the_borderline_holds(reps, each):
    rng = np.random.default_rng(reps * each)
    held = []
    for _ in range(300):
        mark = borderline_regression(sheets(rng, reps, each), borderline=2)
        if not math.isnan(mark.low):
            held.append(mark.low <= 2.5 <= mark.high)
    assert len(held) > 280 and 0.85 <= np.mean(held) <= 0.96


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda t: t.head(9), "at least 10 sheets on 5 reps, and there are 9 on"),
        (lambda t: t.assign(rep_id="one"), "at least 10 sheets on 5 reps, and there are 40 on 1"),
        (lambda t: t.head(0), "and there are 0 on 0"),
        (lambda t: t.assign(overall=2.0), "all overall ratings are the same"),
        (lambda t: t.assign(composite=3.0), "all scores are the same"),
        (lambda t: t.assign(composite=-t["composite"]), "scores do not rise with the overall rating"),
    ],
)
def test_a_line_that_says_nothing_gives_no_mark(change, reason):
    mark = borderline_regression(change(sheets(np.random.default_rng(2))), borderline=2)
    assert all(map(math.isnan, (mark.cut, mark.standard_error, mark.low, mark.high))) and reason in str(mark.note)


@pytest.mark.parametrize(
    ("change", "reason", "interval"),
    [
        (lambda t: t.assign(overall=t["overall"] + 2), "all overall ratings lie on one side of borderline", True),
        (lambda t: t.assign(composite=t["composite"].sample(frac=1, random_state=0).to_numpy()), "not sure that", True),
        (lambda t: t.assign(composite=t["overall"]), "all sheets lie exactly on one line", False),
        (lambda t: t.assign(overall=(t["rep_id"] == 3) + 1.0, composite=t["composite"] + (t["rep_id"] == 3) * 9), "hangs on a single rep", False),
    ],
)  # fmt: skip
def test_a_line_to_be_careful_with_says_so(change, reason, interval):
    mark = borderline_regression(change(sheets(np.random.default_rng(7))), borderline=2)
    assert reason in str(mark.note) and math.isfinite(mark.cut) and math.isnan(mark.low) != interval


def test_unusable_sheets_are_refused():
    table = sheets(np.random.default_rng(1))
    with pytest.raises(InputError, match="needs a column “overall”"):
        borderline_regression(table.drop(columns="overall"), borderline=2)
    with pytest.raises(InputError, match="which overall rating means borderline"):
        borderline_regression(table, borderline=math.nan)
    with pytest.raises(InputError, match="“high” is not a rating"):
        borderline_regression(table.astype(object).replace({"overall": {2.0: "high"}}), borderline=2)
    with pytest.raises(InputError, match="must lie between 0 and 1"):
        borderline_regression(table, borderline=2, interval=1)


def scores(*rows):
    return pd.DataFrame(rows, columns=["rep_id", "fair", "sd"])


def test_probabilities_and_decisions_by_hand():
    table = scores(("a", 3.5, 0.3), ("b", 3.0, 0.3), ("c", 2.0, 0.3), ("d", 3.2, 0.3), ("e", np.nan, np.nan))
    found = pass_probability(table, 3.0, 0.4)
    # The two errors together are .5; the normal table at 1, 0, -2 and .4.
    assert found["probability"].round(4).tolist()[:4] == [0.8413, 0.5, 0.0228, 0.6554]
    assert found["decision"].tolist() == ["too_close", "too_close", "fails", "too_close", "no_score"]
    assert pass_probability(table, 3.0, 0.4, level=0.8)["decision"].tolist()[:3] == ["passes", "too_close", "fails"]
    assert [str(decision_words(one)) for one in ("passes", "fails", "too_close", "no_score")] == [
        "Passes", "Does not pass", "Too close to call", "No score yet",
    ]  # fmt: skip


def test_without_any_error_the_mark_itself_passes():
    found = pass_probability(scores(("a", 3.0, 0), ("b", 2.999, 0)), 3.0)
    assert found["probability"].tolist() == [1, 0] and found["decision"].tolist() == ["passes", "fails"]
    assert pass_probability(scores(), 3.0).empty


def test_of_those_said_to_pass_with_a_probability_as_many_do():
    rng = np.random.default_rng(5)
    truth, cut = rng.normal(3, 0.5, 20_000), 3.1 + rng.normal(0, 0.2, 20_000)
    seen = truth + rng.normal(0, 0.4, 20_000)
    kept = 0.5**2 / (0.5**2 + 0.4**2)  # posterior of a normal truth
    table = pd.DataFrame({"rep_id": range(20_000), "fair": 3 + kept * (seen - 3), "sd": 0.5 * math.sqrt(1 - kept)})
    probability = pass_probability(table, 3.1, 0.2)["probability"].to_numpy()
    for low in np.arange(0.1, 0.9, 0.1):
        inside = (probability >= low) & (probability < low + 0.1)
        assert (truth >= cut)[inside].mean() == pytest.approx(probability[inside].mean(), abs=0.04)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"cut": math.nan}, "There is no pass mark"),
        ({"cut_error": math.nan}, "must be known and not negative"),
        ({"cut_error": -0.1}, "must be known and not negative"),
        ({"level": 0.5}, "above 0.5 and below 1, not 0.5"),
        ({"level": 90}, "above 0.5 and below 1, not 90"),
        ({"scores": scores(("a", 3, 0.1), ("b", 3, -0.1))}, "The standard deviation of “b” is negative"),
        ({"scores": scores(("a", "x", 0.1))}, "“x” is not a rating"),
        ({"scores": pd.DataFrame({"rep_id": ["a"], "fair": [3.0]})}, "needs a column “sd”"),
    ],
)
def test_what_cannot_be_compared_is_refused(options, reason):
    with pytest.raises(InputError, match=reason):
        pass_probability(**{"scores": scores(("a", 3.0, 0.1)), "cut": 3.0, **options})
    with pytest.raises(InputError, match="no decision"):
        decision_words("maybe")
