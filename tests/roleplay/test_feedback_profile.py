"""Levels on criteria: against a known truth, and where little or nothing was seen."""

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import NotEnoughData
from toolkit.roleplay import criterion_profiles, fair_scores

COLUMNS = ["rep_id", "rater_id", "scenario_id", "criterion_id", "rating"]


def simulated(seed, reps=30, raters=4, scenarios=2, criteria=8):
    """Return ratings of an incomplete design and the true level of each rep and criterion."""
    rng = np.random.default_rng(seed)
    person, severity, hard = rng.normal(3, 0.6, reps), rng.normal(0, 0.6, raters), rng.normal(0, 0.2, scenarios)
    ease = rng.normal(0, 0.3, criteria)
    ease -= ease.mean()
    own, view = rng.normal(0, 0.4, (reps, criteria)), rng.normal(0, 0.2, (raters, criteria))
    rows = []
    for rep in range(reps):
        for scenario in range(scenarios):
            played = person[rep] - hard[scenario] + rng.normal(0, 0.3)
            first = (rep + 2 * scenario) % raters
            for rater in {first, (first + 1 + rep // raters % (raters - 1)) % raters}:
                sheet = played - severity[rater] + rng.normal(0, 0.25)
                seen = np.clip(np.round(sheet + ease + own[rep] + view[rater] + rng.normal(0, 0.5, criteria)), 1, 5)
                seen[rng.random(criteria) < 0.05] = np.nan
                rows += [(f"p{rep:02}", f"r{rater}", f"s{scenario}", f"c{k}", seen[k]) for k in range(criteria)]
    truth = {
        (f"p{p:02}", f"c{k}"): float(person[p] + ease[k] + own[p, k]) for p in range(reps) for k in range(criteria)
    }
    return pd.DataFrame(rows, columns=COLUMNS), {key: min(max(value, 1), 5) for key, value in truth.items()}


def judged(seed, **design):
    ratings, truth = simulated(seed, **design)
    table = criterion_profiles(ratings, fair_scores(ratings)).table.dropna(subset=["level"])
    keys = list(zip(table["rep_id"], table["criterion_id"], strict=True))
    raw = ratings.groupby(["rep_id", "criterion_id"])["rating"].mean()
    return table.assign(truth=[truth[key] for key in keys], raw=[raw[key] for key in keys])


@pytest.fixture(scope="module")
def rounds():
    return pd.concat([judged(seed).assign(seed=seed) for seed in range(6)])


def rmse(table, column):
    return float(np.sqrt(((table[column] - table["truth"]) ** 2).mean()))


def test_levels_come_nearer_to_the_truth_than_plain_means(rounds):
    """A workshop as a whole is too high or too low in both alike, as no sheet shows how severe its raters are together."""
    by = rounds.groupby("seed")
    centred = rounds.assign(**{name: rounds[name] - by[name].transform("mean") for name in ("level", "raw", "truth")})
    assert rmse(rounds, "level") < rmse(rounds, "raw")
    assert rmse(centred, "level") < 0.92 * rmse(centred, "raw")  # measured: .367 and .427


def test_what_stands_out_in_one_rep_is_found_better_too(rounds):
    """Within a rep severity of the whole sheet cancels, so only shrinkage and the criterion's own place can help."""
    by = rounds.groupby(["seed", "rep_id"])
    within = rounds.assign(**{name: rounds[name] - by[name].transform("mean") for name in ("level", "raw", "truth")})
    assert rmse(within, "level") < 0.90 * rmse(within, "raw")  # measured: .257 and .308


def test_intervals_hold_the_truth_about_as_often_as_they_say(rounds):
    held = ((rounds["low"] <= rounds["truth"]) & (rounds["truth"] <= rounds["high"])).mean()
    assert 0.84 <= held <= 0.97, held


def test_a_small_workshop_is_shrunk_and_still_honest():
    small = pd.concat([judged(seed, reps=6, raters=3, scenarios=1) for seed in range(12)])
    assert rmse(small, "level") < rmse(small, "raw")
    held = ((small["low"] <= small["truth"]) & (small["truth"] <= small["high"])).mean()
    assert 0.80 <= held <= 0.99, held


def test_the_severity_of_a_rater_is_taken_out():
    """Two reps do the same; one meets the hard rater in both scenarios."""
    rows = []
    for rep in range(12):
        for rater in ("hard", "mild", "third") if rep else ("hard",):
            for criterion in ("a", "b", "c"):
                rows.append((f"p{rep:02}", rater, "s", criterion, 2.0 if rater == "hard" else 4.0))
    ratings = pd.DataFrame(rows, columns=COLUMNS)
    found = criterion_profiles(ratings, fair_scores(ratings)).table.groupby("rep_id")["level"].mean()
    assert found["p00"] > 2.5 and abs(found["p00"] - found["p01"]) < 0.6


def test_a_criterion_nobody_saw_on_a_rep_has_a_reason_instead_of_a_level():
    ratings, _ = simulated(1, reps=8)
    ratings.loc[(ratings["rep_id"] == "p03") & (ratings["criterion_id"] == "c2"), "rating"] = np.nan
    ratings.loc[ratings["criterion_id"] == "c7", "rating"] = np.nan
    table = criterion_profiles(ratings, fair_scores(ratings)).table
    assert len(table) == 8 * 8
    missing = table[table["level"].isna()]
    assert set(missing["criterion_id"]) == {"c2", "c7"} and len(missing) == 9
    assert {str(note) for note in missing["note"]} == {"Nobody has observed this criterion on this rep."}
    assert missing["seen"].eq(0).all() and table.loc[table["level"].notna(), "note"].isna().all()


@pytest.mark.parametrize("value", [1.0, 3.0, 5.0])
def test_all_equal_ratings_give_levels_on_the_scale(value):
    rows = [(f"p{p}", f"r{r}", "s", c, value) for p in range(4) for r in range(2) for c in "abc"]
    ratings = pd.DataFrame(rows, columns=COLUMNS)
    table = criterion_profiles(ratings, fair_scores(ratings)).table
    assert table[["level", "low", "high"]].notna().all().all()
    assert table["level"].between(1, 5).all() and table["low"].ge(1).all() and table["high"].le(5).all()


def test_with_a_single_criterion_the_level_is_the_fair_score():
    rows = [(f"p{p}", f"r{r}", "s", "only", float(1 + (p + r) % 5)) for p in range(6) for r in range(2)]
    ratings = pd.DataFrame(rows, columns=COLUMNS)
    scores = fair_scores(ratings)
    table = criterion_profiles(ratings, scores).table
    assert table["level"].to_numpy() == pytest.approx(scores.reps["fair"].to_numpy())
    assert table["low"].to_numpy() == pytest.approx(scores.reps["low"].to_numpy(), abs=0.1)


def test_one_sheet_with_one_rating_is_enough_and_nothing_is_not():
    one = pd.DataFrame([("p", "r", "s", "a", 4.0), ("p", "r", "s", "b", np.nan)], columns=COLUMNS)
    found = criterion_profiles(one, fair_scores(one)).of("p").set_index("criterion_id")
    assert found.loc["a", "seen"] == 1 and np.isnan(found.loc["b", "level"])
    with pytest.raises(NotEnoughData):
        fair_scores(one.assign(rating=np.nan))
