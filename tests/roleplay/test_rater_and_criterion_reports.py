"""Reports on raters and criteria: published values where there are any, known truth elsewhere."""

import numpy as np
import pandas as pd
import pytest

from toolkit.roleplay import fair_scores
from toolkit.roleplay.criterion_adjustment import adjust_sheets, criterion_effects
from toolkit.roleplay.criterion_report import criterion_table, cronbach_alpha
from toolkit.roleplay.figure import mean_figure
from toolkit.wording import text

# Shrout and Fleiss (1979), table 2: six subjects, four judges; exact values from psych 2.2.9 for R.
SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])


def ratings_of(sheets, values):
    """Return Ratings from a list of (rep, rater, scenario) and an array sheets x criteria."""
    return pd.DataFrame(
        [
            (*sheet, f"c{one}", value)
            for sheet, row in zip(sheets, values, strict=True)
            for one, value in enumerate(row)
        ],
        columns=["rep_id", "rater_id", "scenario_id", "criterion_id", "rating"],
    )


def crossed(rng, reps=30, raters=4, criteria=6, cell=0.4, halo=(0, 0, 0, 0), slope=(1, 1, 1, 1), severity=(0, 0, 0, 0)):
    """Return Ratings in which raters differ in known ways; not rounded, cut off at the ends of the scale."""
    level = rng.normal(0, 0.6, reps)
    sheets, rows = [], []
    for rep in range(reps):
        for rater in range(raters):
            centre = 3 + slope[rater] * level[rep] - severity[rater] + rng.normal(0, 1) * halo[rater]
            sheets.append((f"p{rep:02}", f"r{rater}", "s"))
            rows.append(np.clip(centre + rng.normal(0, cell, criteria), 1, 5))
    return ratings_of(sheets, rows)


def test_alpha_is_the_published_consistency_of_the_mean():
    alpha = cronbach_alpha(SHROUT_FLEISS.astype(float), 0.95)
    assert alpha.value == pytest.approx(0.9093155, abs=5e-8)  # ICC(3,k)
    assert (alpha.low, alpha.high) == (pytest.approx(0.67567471, abs=5e-8), pytest.approx(0.9858917, abs=5e-8))


def test_agreement_is_the_published_intraclass_correlation():
    on_our_scale = 1 + (SHROUT_FLEISS - 1) * 4 / 9
    sheets = [(f"p{rep}", f"r{rater}", "s") for rep in range(6) for rater in range(4)]
    criteria = fair_scores(ratings_of(sheets, on_our_scale.reshape(-1, 1)), interval=0.95).criteria
    found = criteria.loc[0, ["agreement", "agreement_low", "agreement_high"]].astype(float).tolist()
    assert found == pytest.approx([0.1657418, -0.13293232, 0.7225601], abs=5e-8)  # ICC(1,1)


def test_alpha_if_dropped_is_the_alpha_of_the_rest():
    rng = np.random.default_rng(0)
    values = 3 + rng.normal(0, 0.5, (20, 1)) + rng.normal(0, 0.4, (20, 4))
    values[:, 3] = 3 + rng.normal(0, 0.5, 20)
    scores = fair_scores(ratings_of([(f"p{rep:02}", "r", "s") for rep in range(20)], np.clip(values, 1, 5)))
    rest = np.clip(values, 1, 5)[:, :3]
    by_hand = 1.5 * (1 - rest.var(axis=0, ddof=1).sum() / rest.sum(axis=1).var(ddof=1))
    assert scores.criteria.loc[3, "alpha_if_dropped"] == pytest.approx(by_hand)
    assert scores.criteria.loc[3, "alpha_if_dropped"] > scores.alpha.value > scores.criteria.loc[0, "alpha_if_dropped"]
    assert scores.criteria["discrimination"].idxmin() == 3
    others = np.clip(values, 1, 5)
    assert scores.criteria.loc[0, "discrimination"] == pytest.approx(
        np.corrcoef(others[:, 0], others[:, 1:].mean(axis=1))[0, 1]
    )


def test_difficulty_by_hand_and_its_interval():
    """Criterion effects are shrunk as by one rating: n sheets of two criteria, a gap of 1 each, give n / (n + 2) of it."""
    effects, _ = criterion_effects(np.array([[3.0, 4.0]] * 8))
    # Normal equations: 8 (1 - 1/2) + 1 = 5 on the diagonal, -4 beside it; right side -4, 4: effect 4 / 9.
    assert effects.tolist() == pytest.approx([-4 / 9, 4 / 9])
    rng = np.random.default_rng(4)
    held = []
    for _ in range(40):
        easier = np.array([0.5, 0.0, -0.5])
        values = 3 + rng.normal(0, 0.5, (12, 1)) + easier + rng.normal(0, 0.4, (12, 3))
        sheets = ratings_of([(f"p{rep:02}", "r", "s") for rep in range(12)], np.clip(values, 1, 5))
        table, _ = criterion_table(adjust_sheets(sheets), [], 0.9)
        held.append(((table["low"] <= -easier) & (-easier <= table["high"])).mean())
    assert np.mean(held) == pytest.approx(0.9, abs=0.09)


def test_severity_intervals_hold():
    rng = np.random.default_rng(8)
    held = []
    for _ in range(25):
        severity = rng.normal(0, 0.4, 4)
        raters = fair_scores(crossed(rng, reps=8, halo=(0.3,) * 4, severity=severity)).raters
        centred = severity - severity.mean()
        held.append(((raters["low"] <= centred) & (centred <= raters["high"])).mean())
        assert raters["severity"].sum() == pytest.approx(0, abs=1e-9)
    assert np.mean(held) == pytest.approx(0.9, abs=0.09)


def test_consistency_and_halo_find_the_rater_whose_impression_colours_everything():
    """Halo of .5 beside a cell deviation of .4: share .25 / (.25 + .16) = .61, sheet deviation sqrt(.25 + .16 / 6) = .53."""
    raters = fair_scores(crossed(np.random.default_rng(1), reps=40, halo=(0.5, 0.05, 0.05, 0.05))).raters
    first = raters.iloc[0]
    assert first["halo"] == pytest.approx(0.61, abs=0.12) and first["halo_low"] < 0.61 < first["halo_high"]
    assert first["consistency"] == pytest.approx(0.53, abs=0.1)
    assert first["consistency_low"] < 0.53 < first["consistency_high"]
    assert (raters.loc[1:, "halo"] < 0.2).all() and (
        raters.loc[1:, "consistency_high"] < first["consistency_low"]
    ).all()


def test_without_halo_there_is_none():
    raters = fair_scores(crossed(np.random.default_rng(2), reps=40, halo=(0, 0, 0, 0))).raters
    assert (raters["halo"] < 0.1).all() and (raters["halo_low"] <= 0.02).all()


def test_range_restriction_finds_the_rater_who_squeezes_the_scale():
    raters = fair_scores(crossed(np.random.default_rng(3), reps=40, slope=(0.4, 1, 1, 1))).raters
    first = raters.iloc[0]
    assert first["range_restriction_high"] < 0.8 and first["range_restriction_low"] > 0.2
    assert (raters.loc[1:, "range_restriction_low"] > 0.8).all()


def test_central_tendency_finds_the_rater_who_stays_in_the_middle():
    rng = np.random.default_rng(5)
    ratings = crossed(rng, reps=20, cell=0.8)
    ratings["rating"] = ratings["rating"].round()
    calm = ratings["rater_id"] == "r0"
    ratings.loc[calm, "rating"] = np.where(rng.random(calm.sum()) < 0.7, 3, ratings.loc[calm, "rating"])
    raters = fair_scores(ratings).raters
    assert raters.loc[0, "central_tendency_low"] > 0.2 and (raters.loc[1:, "central_tendency_high"] < 0.05).all()


def test_central_tendency_by_hand():
    sheets = [(rep, rater, "s") for rep in "abc" for rater in "xy"]
    values = [[3, 3], [2, 4], [3, 2], [3, 2], [3, 3], [3, 5]]
    raters = fair_scores(ratings_of(sheets, values)).raters
    assert raters["central_tendency"].tolist() == pytest.approx([0.5, -0.5])  # x: 2 more of 2, none, 1 of 2


def test_drift_intervals_hold():
    rng = np.random.default_rng(6)
    held = []
    for _ in range(25):
        ratings = crossed(rng, reps=10, raters=3, halo=(0.3,) * 3)
        order = ratings["rep_id"].str[1:].astype(int)
        ratings["rating"] = np.clip(ratings["rating"] - 0.4 * order / 9 * (ratings["rater_id"] == "r0"), 1, 5)
        raters = fair_scores(ratings.assign(rated_at=order)).raters
        truth = np.array([0.4, 0, 0])
        held.append(((raters["drift_low"] <= truth) & (truth <= raters["drift_high"])).mean())
    assert np.mean(held) == pytest.approx(0.9, abs=0.09)


def test_complete_sheets_keep_their_weighted_mean():
    rng = np.random.default_rng(9)
    values = rng.integers(1, 6, (10, 3)).astype(float)
    ratings = ratings_of([(f"p{rep}", "r", "s") for rep in range(10)], values)
    table = adjust_sheets(ratings, {"c0": 1, "c1": 2, "c2": 5}).table
    np.testing.assert_allclose(table["composite"], values @ [1, 2, 5] / 8)
    assert (table["extra"] == 0).all()


def test_what_is_filled_in_stays_on_the_scale():
    values = np.array([[5.0, 2.0], [5.0, 2.0], [4.0, 1.0], [np.nan, 4.0]])
    adjusted = adjust_sheets(ratings_of([(f"p{rep}", "r", "s") for rep in range(4)], values))
    assert adjusted.table.loc[3, "composite"] == pytest.approx(4.5)  # 4 and a 5, although 4 + 3 would be more
    assert adjusted.table.loc[3, "extra"] > 0 and adjusted.table.loc[3, "observed"] == 1


def test_a_mean_without_spread_has_no_interval():
    figure = mean_figure(np.array([2.0, 2.0]), 0.9, text("All alike."))
    assert figure.value == 2 and np.isnan(figure.low) and str(figure.note) == "All alike."
