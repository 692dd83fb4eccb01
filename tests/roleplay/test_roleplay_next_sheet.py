"""The gain of a missing sheet against simulated futures and an independent posterior."""

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.roleplay import whom_to_score_next

COMPONENTS = {"rep": 0.3, "rater": 0.1, "scenario": 0.05, "rep x scenario": 0.08, "residual": 0.15}
SEEN = [
    ("a", "x", "s", 3.0), ("a", "y", "t", 3.5), ("b", "x", "s", 4.0), ("b", "z", "s", 4.5), ("b", "y", "t", 4.0),
    ("c", "x", "t", 2.0), ("d", "z", "t", 3.0), ("d", "y", "s", 3.0), ("d", "z", "s", 2.5),
]  # fmt: skip


def table(rows=SEEN):
    rows = [(rep, rater, scenario, "c", rating) for rep, rater, scenario, rating in rows]
    return pd.DataFrame(rows, columns=["rep_id", "rater_id", "scenario_id", "criterion_id", "rating"])


def futures(sheet, draws=400_000, seed=0):
    """Return drawn scores now, and the posterior means once `sheet` is in, by simulation from the model.

    Built from the effects (mixed-model equations), not from covariances between sheets.
    """
    names, columns = [("mean",)], []
    sheets = [row[:3] for row in SEEN] + [sheet]
    effects = {"rep": (0,), "rater": (1,), "scenario": (2,), "rep x scenario": (0, 2)}
    variances = [100.0]
    for effect, places in effects.items():
        for level in sorted({tuple(one[k] for k in places) for one in sheets}):
            names.append((effect, *level))
            variances.append(COMPONENTS[effect])
    columns = np.array(
        [
            [float(n[0] == "mean" or n[1:] == tuple(one[k] for k in effects.get(n[0], ()))) for n in names]
            for one in sheets
        ]
    )
    known = columns[:-1]
    precision = np.diag(1 / np.array(variances)) + known.T @ known / COMPONENTS["residual"]
    covariance = np.linalg.inv(precision)
    values = np.array([row[3] for row in SEEN]) - 3
    mean = covariance @ known.T @ values / COMPONENTS["residual"]
    rng = np.random.default_rng(seed)
    truth = rng.multivariate_normal(mean, covariance, draws, method="cholesky")
    heard = truth @ columns[-1] + rng.normal(0, np.sqrt(COMPONENTS["residual"]), draws)
    after = np.linalg.inv(precision + np.outer(columns[-1], columns[-1]) / COMPONENTS["residual"])
    updated = (known.T @ values + np.outer(heard, columns[-1])) / COMPONENTS["residual"] @ after
    to_rep = np.array([[float(n == ("mean",) or n == ("rep", rep)) for n in names] for rep in "abcd"])
    return 3 + to_rep @ mean, 3 + truth @ to_rep.T, 3 + updated @ to_rep.T


def row_of(found, sheet):
    return found.sheets.set_index(["rep_id", "rater_id", "scenario_id"]).loc[sheet]


@pytest.mark.parametrize(("sheet", "mark"), [(("a", "z", "s"), 3.2), (("c", "y", "s"), 2.6)])
def test_the_gain_is_that_of_simulated_futures(sheet, mark):
    now, truth, after = futures(sheet)
    found = whom_to_score_next(table(), COMPONENTS, pass_mark=mark)
    assert found.reps["mean"].to_numpy() == pytest.approx(now) and found.decisions == 4
    assert found.reps["sd"].to_numpy() == pytest.approx(truth.std(axis=0), rel=0.01)
    wrong_now = ((truth > mark) != (now > mark)).mean(axis=0).sum()
    wrong_after = ((truth > mark) != (after > mark)).mean(axis=0).sum()
    # 400,000 futures of four decisions: error about .002.
    assert found.wrong_now == pytest.approx(wrong_now, abs=0.005)
    assert row_of(found, sheet)["wrong_after"] == pytest.approx(wrong_after, abs=0.005)
    assert row_of(found, sheet)["gain"] == pytest.approx(wrong_now - wrong_after, abs=0.005)
    assert wrong_now - wrong_after > 0.01


def test_pairs_of_a_ranking_and_of_the_best_by_simulated_futures():
    sheet = ("c", "y", "s")
    now, truth, after = futures(sheet)
    for top, pairs in ((None, [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]), (2, [(0, 2), (0, 3), (1, 2), (1, 3)])):
        found = whom_to_score_next(table(), COMPONENTS, top=top)
        wrong_now = sum((np.sign(truth[:, i] - truth[:, j]) != np.sign(now[i] - now[j])).mean() for i, j in pairs)
        wrong_after = sum(((truth[:, i] > truth[:, j]) != (after[:, i] > after[:, j])).mean() for i, j in pairs)
        assert found.decisions == len(pairs)
        assert found.wrong_now == pytest.approx(wrong_now, abs=0.006)
        assert row_of(found, sheet)["wrong_after"] == pytest.approx(wrong_after, abs=0.006)


def test_all_missing_sheets_and_only_those_are_ranked():
    found = whom_to_score_next(table(), COMPONENTS)
    assert len(found.sheets) == 4 * 3 * 2 - len(SEEN) and found.note is None
    assert not set(map(tuple, found.sheets[["rep_id", "rater_id", "scenario_id"]].values)) & {row[:3] for row in SEEN}
    assert found.sheets["gain"].is_monotonic_decreasing and (found.sheets["gain"] >= 0).all()
    assert found.sheets["rank"].tolist() == list(range(1, 16))
    barred = whom_to_score_next(table(), COMPONENTS, barred=[("a", "z"), ("nobody", "x")])
    assert len(barred.sheets) == 13
    more = whom_to_score_next(table(), COMPONENTS, reps=["e"], raters=["w"], scenarios=["u"])
    assert len(more.sheets) == 5 * 4 * 3 - len(SEEN)
    assert more.reps.set_index("rep_id").loc["e", "sd"] > more.reps["sd"][:4].max()


def test_the_rep_near_the_mark_comes_first_and_the_words_say_why():
    rows = [(rep, rater, "s", level) for rep, level in (("far", 1.2), ("near", 3.1), ("safe", 4.8)) for rater in "xy"]
    found = whom_to_score_next(table([*rows, ("far", "z", "s", 1.2)]), COMPONENTS, pass_mark=3)
    first = found.sheets.iloc[0]
    assert (first["rep_id"], first["rater_id"]) == ("near", "z")
    assert str(first["reason"]) == "The decision on near is close, and this sheet says most about it."


def test_a_sheet_that_shows_a_rater_s_severity_is_worth_it():
    """Nine reps at the mark seen by one unknown rater only: a well-known rep tells how strict he is."""
    known = [("known", f"x{n}", "s", 3.0) for n in range(12)]
    seen = [(f"r{n}", "strict", "s", 3.0) for n in range(9)]
    loose = {"rep": 0.3, "rater": 1.0, "residual": 0.05}
    found = whom_to_score_next(table(known + seen), loose, pass_mark=2.9, barred=[(f"r{n}", f"x{k}") for n in range(9) for k in range(12)])  # fmt: skip
    first = found.sheets.iloc[0]
    assert (first["rep_id"], first["rater_id"]) == ("known", "strict")
    assert str(first["reason"]).startswith("It shows how strict strict is and how hard s is")


def test_ties_are_broken_by_id_and_rows_may_come_in_any_order():
    rows = [(rep, rater, "s", 3.0) for rep in "dacb" for rater in "xy"]
    found = whom_to_score_next(table(rows), COMPONENTS, pass_mark=3.2, raters=["z", "v"])
    assert found.sheets["rep_id"].tolist() == ["a", "a", "b", "b", "c", "c", "d", "d"]
    assert found.sheets["rater_id"].tolist() == ["v", "z"] * 4
    shuffled = whom_to_score_next(table(rows[::-1]), COMPONENTS, pass_mark=3.2, raters=["v", "z"])
    pd.testing.assert_frame_equal(found.sheets, shuffled.sheets)


def test_nothing_missing_and_nothing_to_decide_are_said():
    full = whom_to_score_next(table([(p, j, "s", 3.0) for p in "ab" for j in "xy"]), COMPONENTS)
    assert full.sheets.empty and str(full.note).startswith("No sheet is missing")
    assert full.wrong_now == pytest.approx(0.5) and full.reps["mean"].tolist() == pytest.approx([3, 3])
    alone = whom_to_score_next(table([("a", "x", "s", 3.0)]), COMPONENTS, raters=["y"])
    assert alone.sheets.empty and str(alone.note).startswith("There is nothing to decide")
    nobody = whom_to_score_next(table([]), COMPONENTS, pass_mark=3)
    assert nobody.sheets.empty and nobody.note is not None and nobody.wrong_now == 0
    unseen = whom_to_score_next(table([]), COMPONENTS, pass_mark=3, reps="ab", raters="x", scenarios="s")
    assert len(unseen.sheets) == 2 and unseen.wrong_now == pytest.approx(1.0)


def test_one_rep_can_be_decided_by_a_mark():
    found = whom_to_score_next(table([("a", "x", "s", 3.0)]), COMPONENTS, pass_mark=3.2, raters=["y"])
    assert found.decisions == 1 and len(found.sheets) == 1 and 0 < found.sheets["gain"][0] < found.wrong_now


def test_components_of_a_generalizability_study_fit():
    from toolkit.roleplay import generalizability

    rng = np.random.default_rng(0)
    rows = [(f"p{p}", f"r{j}", f"s{s}", 3 + np.round(rng.normal(0, 0.5), 1)) for p, j, s in np.ndindex(8, 3, 2) if (p + j + s) % 3]  # fmt: skip
    study = generalizability(table(rows)).components.set_index("component")["variance"]
    found = whom_to_score_next(table(rows), {**study, "rep": max(study["rep"], 0.05)}, top=3)
    assert len(found.sheets) == 16 and np.isfinite(found.sheets["gain"]).all()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"components": {"rep": 0.3}}, "The variance of “residual” must be above 0"),
        ({"components": COMPONENTS | {"rater": -1}}, "The variance of “rater” must be a number of at least 0, not -1"),
        ({"components": COMPONENTS | {"rep": float("nan")}}, "“rep” must be a number"),
        ({"pass_mark": 7}, "The pass mark must lie between 1 and 5, not 7"),
        ({"top": 0}, "below the number of reps, not 0"),
        ({"top": 4}, "below the number of reps, not 4"),
        ({"top": 1, "pass_mark": 3}, "not both"),
    ],
)
def test_wrong_input_is_refused(options, reason):
    with pytest.raises(InputError, match=reason):
        whom_to_score_next(table(), **({"components": COMPONENTS} | options))
