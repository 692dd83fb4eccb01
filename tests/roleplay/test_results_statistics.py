"""What stands behind the results: the wide table, corrections in words, names for ids, the standard."""

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.roleplay import Rubric, fair_scores, icc, wide_ratings
from toolkit.roleplay.results.agreement.summary import all_forms, criterion_agreement, form_that_fits, sheet_agreement
from toolkit.roleplay.results.correction import corrections, signed
from toolkit.roleplay.results.naming import Names
from toolkit.roleplay.results.pass_mark.standard import criterion_weights, judges_mark, overall_mark
from toolkit.roleplay.results.state import ResultsState
from toolkit.roleplay.rubric import Criterion
from toolkit.wording import text

COLUMNS = ["rep_id", "rater_id", "scenario_id", "criterion_id", "rating"]


def ratings(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def workshop(reps=10, hard=1.0, seed=3):
    """Two raters a rep out of three, of whom “h” is harder by `hard`."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(reps):
        level = 3 + rng.normal(0, 0.7)
        for rater in ("h", "m", "n")[number % 2 : number % 2 + 2]:
            for criterion in ("a", "b"):
                value = level + rng.normal(0, 0.3) - (hard if rater == "h" else 0)
                rows.append((f"p{number:02}", rater, "s", criterion, float(np.clip(round(value), 1, 5))))
    return ratings(*rows)


def test_a_long_table_becomes_performances_by_raters():
    table = ratings(
        ("p", "x", "s", "a", 2), ("p", "x", "s", "b", 4), ("p", "y", "s", "a", 5), ("q", "x", "t", "a", 1), ("q", "y", "t", "b", np.nan)
    )  # fmt: skip
    wide = wide_ratings(table, weights={"a": 3.0, "b": 1.0})
    assert wide.index.tolist() == [("p", "s"), ("q", "t")] and wide.columns.tolist() == ["x", "y"]
    np.testing.assert_allclose(wide.to_numpy(), [[2.5, 5.0], [1.0, np.nan]])
    one = wide_ratings(table, "b")
    assert one.index.tolist() == [("p", "s")] and one.to_numpy().tolist() == [[4.0]]


def test_the_wide_table_goes_into_the_measures_as_it_is():
    # Shrout and Fleiss (1979), table 2: six people, four raters; ICC(2,1) = .29.
    cells = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]
    rows = [(f"p{i}", f"r{j}", "s", "c", 1 + 4 * v / 10) for i, line in enumerate(cells) for j, v in enumerate(line)]
    assert icc(wide_ratings(ratings(*rows), "c"), "2,1").estimate == pytest.approx(0.29, abs=0.005)


def test_an_unknown_criterion_and_a_double_cell_are_named():
    with pytest.raises(InputError, match="no ratings of the criterion “z”"):
        wide_ratings(ratings(("p", "x", "s", "a", 2)), "z")
    with pytest.raises(InputError):
        wide_ratings(ratings(("p", "x", "s", "a", 2), ("p", "x", "s", "a", 3)), "a")


def test_a_correction_is_told_part_by_part_and_adds_up():
    table = workshop(20)
    scores = fair_scores(table)
    found = corrections(scores, table[COLUMNS[:3]].drop_duplicates())
    np.testing.assert_allclose(found[["raters", "scenarios", "rest"]].sum(axis=1), found["change"])
    np.testing.assert_allclose(found["change"], scores.reps["fair"] - scores.reps["raw"])
    rated_hard = found[found["rep_id"].isin(table.loc[table["rater_id"] == "h", "rep_id"])]
    assert (rated_hard["raters"] > 0.1).all()
    first = [str(words[0]) for words in rated_hard["words"]]
    assert any(one.startswith("Rated by 2 raters, hard on the whole: +0.") for one in first)


def test_nothing_corrected_is_nothing_said():
    scores = fair_scores(ratings(("p", "x", "s", "a", 3), ("q", "x", "s", "a", 3)))
    found = corrections(scores, pd.DataFrame([("p", "x", "s"), ("q", "x", "s")], columns=COLUMNS[:3]))
    assert found["words"].tolist() == [(), ()]


@pytest.mark.parametrize(
    ("levels", "words"), [(0.26, "+0.3"), (-0.26, "−0.3"), (0.04, "0.0"), (-0.04, "0.0"), (np.nan, "–")]
)
def test_differences_carry_a_sign(levels, words):
    assert signed(levels) == words


def test_sentences_call_people_by_their_names():
    names = Names({"p1": "Ann", "r1": "Rae", "r2": "Bo"}, {"x": "Opening"}, {"x": "First visit"})
    say = Language()
    link = text("{rater} scores {rep} in “{scenario}”.", rater="r1", rep="p1", scenario="x")
    assert names.say(link, say) == "Rae scores Ann in “First visit”."
    assert names.say(text("Nobody saw “{criterion}”.", criterion="x"), say) == "Nobody saw “Opening”."
    assert names.say(text("No rating yet from {names}.", names="r1, r2"), say) == "No rating yet from Rae, Bo."
    assert names.say(text("{names}", names="r1, r2"), Language("zh")) == "Rae、Bo"
    assert names.say(text("{reason}", reason=text("{rep} {count}", rep="p9", count=2)), say) == "p9 2"
    assert names.say(None, say) == "" and Names.of({"x": "Word"}).criterion("x") == "Word"


def test_the_form_follows_the_design():
    full = pd.DataFrame({"x": [1.0, 2, 3, 4], "y": [1.0, 3, 3, 5]})
    assert form_that_fits(full) == "2,1" and form_that_fits(full.assign(z=[1, 2, 3, np.nan])) == "1,1"
    kinds = [one.kind for one in criterion_agreement(full)]
    assert kinds == ["alpha", "gwet_ac", "weighted_kappa"]
    assert [one.kind for one in criterion_agreement(full.assign(z=[1.5, 2, 3, 4]))] == ["alpha"]


@pytest.mark.parametrize("wide", [
    pd.DataFrame({"x": [3.0]}), pd.DataFrame({"x": [3.0, 4.0]}), pd.DataFrame({"x": [3.0, 3.0], "y": [3.0, 3.0]}),
    pd.DataFrame({"x": [3.0, np.nan], "y": [np.nan, 3.0]}),
])  # fmt: skip
def test_agreement_that_cannot_be_told_says_why(wide):
    for one in (*sheet_agreement(wide), *all_forms(wide), *criterion_agreement(wide)):
        assert str(one.meaning) and "nan" not in str(one.meaning)
        assert one.about is None or not np.isnan(one.agreement.low)


def rubric(name, **weights):
    words = {"en": name, "zh": name}
    levels = dict.fromkeys(range(1, 6), words)
    return Rubric(
        name, words, tuple(Criterion(c, words, words, levels, w, True, {"k": 1.0}) for c, w in weights.items())
    )


def test_criteria_count_as_in_the_mean_over_scenarios():
    weights = criterion_weights({"s": rubric("r", a=1.0, b=1.0), "t": rubric("q", a=3.0, c=1.0)})
    assert weights == pytest.approx({"a": 0.625, "b": 0.25, "c": 0.125})


def test_only_complete_judges_set_the_mark():
    rows = [("j1", "a", 3.0), ("j1", "b", 2.0), ("j2", "a", 4.0), ("j2", "b", 3.0), ("j3", "a", 5.0)]
    estimates = pd.DataFrame(rows, columns=["judge_id", "criterion_id", "rating"])
    mark, waiting = judges_mark(estimates, {"a": 3.0, "b": 1.0})
    assert mark is not None and mark.cut == pytest.approx((2.75 + 3.75) / 2) and waiting == ["j3"]
    none, waiting = judges_mark(estimates, {"a": 1.0, "b": 1.0, "c": 1.0})
    assert none is None and waiting == ["j1", "j2", "j3"]
    assert judges_mark(estimates.iloc[:0], {"a": 1.0}) == (None, [])


def test_the_borderline_mark_takes_the_sheets_own_overall_rating():
    rows = [(f"p{n}", "x", "s", 2.0 + (n % 3) + 0.01 * n, 1 + n % 3) for n in range(12)]
    both = pd.DataFrame(rows, columns=["rep_id", "rater_id", "scenario_id", "composite", "overall"])
    mark = overall_mark(both.drop(columns="overall"), both.drop(columns="composite"))
    assert mark.cut == pytest.approx(3.055, abs=0.01) and mark.sheets == 12
    nothing = overall_mark(both.drop(columns="overall"), None)
    assert np.isnan(nothing.cut) and "at least 10 sheets" in str(nothing.note)


def test_figures_are_kept_while_the_ratings_are_the_same():
    table = workshop()
    state, again = ResultsState(table), ResultsState(table)
    assert again.same_as(state) and state.fair is state.fair and state.design == (2, 1)
    assert not ResultsState(table, seen=["p00"]).same_as(state)
    assert not ResultsState(table.assign(rating=3.0)).same_as(state) and not state.same_as(None)
    assert ResultsState(table.assign(rating=np.nan)).empty


def test_barred_pairs_are_not_scored_next():
    table = workshop()
    open_to_all = ResultsState(table).next_sheets(top=3).sheets
    assert "h" in set(open_to_all["rater_id"])
    barred = [(rep, "h") for rep in table["rep_id"].unique()]
    found = ResultsState(table, barred=barred).next_sheets(pass_mark=3.0)
    assert "h" not in set(found.sheets["rater_id"]) and len(found.sheets)
