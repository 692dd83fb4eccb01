"""The loop: levers, what-if, conversations that change outcomes, the draw near the cut-off, drift."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from attrition_simulator import simulate
from scipy.special import expit

from toolkit.attrition import (
    DRIVERS,
    back_test,
    by_driver,
    conversation_effect,
    draw_near_cutoff,
    fit_panel,
    fit_snapshot,
    leaves_within,
    levers_for,
    measure_drift,
    panel_features,
    turnover,
    untouched,
    what_if,
)
from toolkit.attrition.background import Profile
from toolkit.attrition.care_call import leavers
from toolkit.attrition.drift import population_stability
from toolkit.attrition.stability import redrawn
from toolkit.errors import InputError, NotEnoughData

CONTENT = yaml.safe_load((Path(__file__).parents[2] / "datasets/content/drivers.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def panel():
    return simulate(600, 24, seed=21)


@pytest.fixture(scope="module")
def model(panel):
    return fit_panel(panel, challenger=False)


def test_twenty_levers_answer_the_drivers():
    assert len(CONTENT["levers"]) == 20 and {driver["id"] for driver in CONTENT["drivers"]} == set(DRIVERS)
    assert {driver for lever in CONTENT["levers"] for driver in lever["drivers"]} == set(DRIVERS)


def test_levers_answer_what_raises_the_risk_and_can_be_changed(panel, model):
    reasons = model.reasons(panel, top=99)
    levers = levers_for(reasons, CONTENT)
    assert levers.groupby("person_id").size().max() == 3
    totals = by_driver(reasons)
    raised = set(totals.loc[totals["changeable"] > 0, ["person_id", "driver"]].itertuples(index=False, name=None))
    assert set(levers[["person_id", "driver"]].itertuples(index=False, name=None)) <= raised
    one = pd.DataFrame(
        {
            "person_id": ["a", "a"],
            "column": ["overtime_3m", "tenure_months"],
            "driver": ["private_time", "fit"],
            "contribution": [0.4, 3.0],
        }
    )
    found = levers_for(one, CONTENT)
    assert found["lever_id"].tolist()[:2] == ["rest_rules", "flexible_hours"]  # time with the company cannot be changed
    assert found["weight"].iloc[0] == pytest.approx(0.4)
    assert levers_for(one.assign(contribution=-1.0), CONTENT).empty


def test_a_snapshot_has_levers_once_drivers_are_named():
    reasons = pd.DataFrame({"person_id": ["a"], "column": ["OverTime"], "driver": [None], "contribution": [1.0]})
    assert levers_for(reasons, CONTENT).empty
    named = levers_for(reasons, CONTENT, drivers={"OverTime": "private_time"})
    assert named["lever_id"].iloc[0] == "rest_rules"
    with pytest.raises(InputError, match="no driver"):
        levers_for(reasons, CONTENT, drivers={"OverTime": "luck"})
    with pytest.raises(InputError, match="no levers"):
        levers_for(reasons, {})


def test_what_if_is_the_models_answer_and_claims_no_cause(panel, model):
    person = model.predict(panel).nlargest(1, "probability")["person_id"].iloc[0]
    answer = what_if(model, panel, person, {"overtime_3m": 0.0, "days_late_3m": 0.0})
    assert answer.after < answer.before and "no claim" in str(answer.sentence)
    assert what_if(model, panel, person, {}).after == answer.before
    assert any("knows nothing" in str(note) for note in what_if(model, panel, person, {"overtime_3m": 900}).notes)
    for person_id, changes, words in (
        ("nobody", {}, "not among"),
        (person, {"salary": 1}, "does not use"),
        (person, {"tenure_months": 1}, "nothing anybody could change"),
        (person, {"overtime_3m": "much"}, "number"),
        (person, {"overtime_3m": np.inf}, "number"),
    ):
        with pytest.raises(InputError, match=words):
            what_if(model, panel, person_id, changes)


def kept(people=2500, months=24, seed=31):
    """A panel in which those at high risk get a conversation that keeps most of them, and the log of it."""
    rows = simulate(people, months, seed=seed, base=-3.6)
    rng = np.random.default_rng(seed)
    risky = rows["hazard"] > 0.05
    first = rows.index[risky & rows["left_on"].notna()]
    # Whoever would have left within three months of being flagged stays in three of four cases.
    flagged = rows.loc[first].drop_duplicates("person_id")
    gone = flagged["left_on"].dt.to_period("M").astype("int64") - flagged["month"].dt.to_period("M").astype("int64")
    saved = flagged.loc[(gone >= 1) & (gone <= 3) & (rng.random(len(flagged)) < 0.75), "person_id"]
    held = rows[risky].drop_duplicates("person_id")[["person_id", "month"]].rename(columns={"month": "held_on"})
    rows["left_on"] = rows["left_on"].mask(rows["person_id"].isin(saved))
    return rows, held


def test_people_kept_by_a_conversation_do_not_teach_that_they_were_safe():
    rows, held = kept()
    naive = fit_panel(rows, challenger=False, horizon_months=3)
    honest = fit_panel(rows, challenger=False, horizon_months=3, held=held)
    fresh = simulate(2000, 12, seed=77, base=-3.6)
    features = panel_features(fresh)
    truth = fresh.loc[features.index, "hazard"]
    risky = (truth > 0.05).to_numpy()
    wanted = np.mean(1 - (1 - truth[risky]) ** 3)
    told = {name: each.score(features[risky])["probability"].mean() for name, each in (("n", naive), ("h", honest))}
    assert told["n"] < 0.85 * wanted
    assert abs(told["h"] - wanted) < 0.5 * abs(told["n"] - wanted)
    assert honest.background.excluded > 0 and any("taught nothing" in str(note) for note in honest.notes)


def test_what_is_censored_is_exactly_the_horizon_after_the_conversation():
    rows = simulate(60, 12, seed=5)
    person = rows.loc[rows["left_on"].isna(), "person_id"].iloc[0]
    held = pd.DataFrame({"person_id": [person], "held_on": ["2021-04-20"]})
    before, after = leaves_within(rows, 1), untouched(leaves_within(rows, 1), rows, held=held, months=3)
    gone = rows.loc[before.notna() & after.isna()]
    assert set(gone["person_id"]) == {person}
    assert gone["month"].dt.month.tolist() == [4, 5, 6]
    leaver = rows.loc[before == 1.0, "person_id"].iloc[0]
    competing = untouched(before, rows, not_regretted=[leaver], months=3)
    changed = rows.loc[before.notna() & competing.isna()]
    assert changed["person_id"].tolist() == [leaver]
    for bad, words in (
        (pd.DataFrame({"person_id": ["a"]}), "held_on"),
        (pd.DataFrame({"person_id": ["a"], "held_on": ["soon"]}), "day of a conversation"),
    ):
        with pytest.raises(InputError, match=words):
            untouched(before, rows, held=bad, months=3)


def test_the_back_test_does_not_judge_whom_a_conversation_changed(panel):
    origins = [pd.Timestamp("2022-03-31"), pd.Timestamp("2022-06-30")]
    plain = back_test(panel, origins=origins)
    someone = plain.predictions["person_id"].iloc[0]
    held = pd.DataFrame({"person_id": [someone], "held_on": [pd.Timestamp("2022-04-10")]})
    told = back_test(panel, origins=origins, held=held)
    first = told.predictions[told.predictions["origin"] == told.predictions["origin"].min()]
    assert someone not in set(first["person_id"]) and len(told.predictions) < len(plain.predictions)
    assert any("not judged" in str(note) for note in told.notes)
    assert plain.years["year"].tolist() == [2022] and plain.years["leavers"].sum() == plain.predictions["left"].sum()


def test_turnover_tells_the_regretted_apart(panel):
    gone = panel.loc[panel["left_on"].notna(), "person_id"].unique()
    table = turnover(panel, pd.Series([True, False], index=gone[:2]))
    assert table["leavers"].sum() == len(gone) and table["regretted"].sum() == 1 == table["not_regretted"].sum()
    assert table["year"].tolist() == [2021, 2022] and table["rate"].between(0, 2).all()
    assert turnover(panel)["not_said"].sum() == len(gone)


def risks(people=200, seed=0):
    share = np.random.default_rng(seed).random(people) * 0.4
    ids = [f"p{number:04d}" for number in range(people)]
    return pd.DataFrame({"person_id": ids, "probability": share, "low": share / 2, "high": share + 0.1})


def test_the_draw_is_fair_repeatable_and_only_near_the_cut_off():
    table = risks()
    drawn = draw_near_cutoff(table, 30, 10, seed=4)
    assert drawn["chosen"].sum() == 30 and drawn["drawn"].sum() == 20 and drawn["chosen"].head(20).all()
    assert not drawn["chosen"].iloc[40:].any() and drawn.loc[drawn["drawn"], "chosen"].sum() == 10
    again = draw_near_cutoff(table.sample(frac=1, random_state=1), 30, 10, seed=4)
    pd.testing.assert_frame_equal(drawn, again)
    times = np.mean([draw_near_cutoff(table, 30, 10, seed=s)["chosen"].to_numpy() for s in range(150)], axis=0)
    assert np.abs(times[20:40] - 0.5).max() < 0.15
    for conversations, band in ((5, 6), (5, 0), (199, 10)):
        with pytest.raises(InputError):
            draw_near_cutoff(table, conversations, band, seed=1)


def trial(effect, seed, rounds=4, band=15, base=0.3):
    rng = np.random.default_rng(seed)
    parts, left = [], {}
    for number in range(rounds):
        part = draw_near_cutoff(risks(seed=seed * 10 + number), 40, band, seed=seed * 100 + number)
        parts.append(part.assign(round=number))
        chance = base + 0.1 * number / rounds + effect * part["chosen"]
        left |= {
            (number, person): float(rng.random() < share)
            for person, share in zip(part["person_id"], chance, strict=True)
        }
    outcomes = pd.Series(list(left.values()), index=pd.MultiIndex.from_tuples(left))
    return pd.concat(parts), outcomes


def test_the_effect_and_its_interval_hold_over_many_trials():
    found = [conversation_effect(*trial(-0.15, seed)) for seed in range(80)]
    assert np.mean([each.difference.value for each in found]) == pytest.approx(-0.15, abs=0.025)
    assert 0.82 <= np.mean([each.difference.low <= -0.15 <= each.difference.high for each in found]) <= 0.99
    assert found[0].talked_people == found[0].other_people == 60


def test_the_effect_in_words_and_what_it_refuses():
    strong = conversation_effect(*trial(-0.28, 1, rounds=10))
    assert strong.difference.high < 0 and "keep people" in str(strong.sentence)
    assert "cannot tell yet" in str(conversation_effect(*trial(0.0, 2)).sentence)
    drawn, outcomes = trial(0.0, 3, rounds=1, band=5)
    with pytest.raises(NotEnoughData, match="5 people with and 5"):
        conversation_effect(drawn, outcomes)
    drawn, outcomes = trial(0.0, 3)
    with pytest.raises(InputError, match="several rounds"):
        conversation_effect(drawn, outcomes.groupby(level=1).first())
    with pytest.raises(InputError, match="chosen"):
        conversation_effect(drawn[["person_id", "drawn"]], outcomes)
    with pytest.raises(NotEnoughData):
        conversation_effect(drawn, outcomes * np.nan)


def test_a_world_as_before_gives_no_reason_to_retrain():
    rows = simulate(1500, 30, seed=41)
    past = rows[rows["month"] < "2023-01-01"]
    model = fit_panel(past, challenger=False)
    found = measure_drift(model, rows)
    assert not found.retrain and found.age_months == 6 and "Nothing speaks" in str(found.decision)
    assert found.ratio.low < 1 < found.ratio.high and not found.columns["moved"].any()
    assert "6" in str(measure_drift(model, rows, most_months_old=6).reasons[0])
    assert any("no rows newer" in str(note) for note in measure_drift(model, past[past["month"] < "2022-10-01"]).notes)


def test_a_changed_world_is_noticed():
    rows = simulate(1500, 30, seed=42)
    model = fit_panel(rows[rows["month"] < "2023-01-01"], challenger=False)
    late = rows["month"] >= "2023-01-01"
    moved = measure_drift(model, rows.assign(overtime=rows["overtime"] * np.where(late, 3, 1)))
    assert moved.columns.set_index("column").loc["overtime_3m", "moved"] and moved.retrain
    # The inputs are as before and nobody leaves any more: stability is calm, the outcome is not.
    staying = rows.assign(left_on=rows["left_on"].mask(rows["left_on"] >= "2023-01-01"))
    calm = measure_drift(model, staying)
    assert not calm.columns["moved"].any() and calm.ratio.high < 1 and calm.retrain
    assert any("were expected" in str(reason) for reason in calm.reasons)


def test_drift_of_a_snapshot_with_and_without_outcomes():
    rng = np.random.default_rng(9)

    def people(count, shift=0.0):
        pay = rng.normal(shift, 1, count)
        left = rng.random(count) < expit(-1.5 + pay - shift)
        return pd.DataFrame({"pay": pay, "hours": rng.normal(0, 1, count), "left": np.where(left, "Yes", "No")})

    model = fit_snapshot(people(1500), label="left", challenger=False)
    assert not measure_drift(model, people(800), label="left").retrain
    silent = measure_drift(model, people(800).drop(columns="left"))
    assert not silent.retrain and any("nobody knows yet" in str(note) for note in silent.notes)
    shifted = measure_drift(model, people(800, shift=1.5), label="left")
    assert {"pay"} == set(shifted.columns.loc[shifted.columns["moved"], "column"]) and shifted.ratio.high < 1


def test_population_stability_is_the_published_formula():
    expected, counts = np.array([0.5, 0.3, 0.2]), np.array([30000.0, 40000.0, 30000.0])
    now = counts / counts.sum()
    assert population_stability(expected, counts) == pytest.approx(
        ((now - expected) * np.log(now / expected)).sum(), rel=1e-3
    )
    profile = Profile("x", (1.0, 2.0), (), (0.4, 0.3, 0.2, 0.1))
    counted = profile.counts(pd.DataFrame({"x": [0.5, 1.0, 1.5, 9.0, np.nan]}))
    assert counted.tolist() == [2, 1, 1, 1]
    words = Profile("c", (), ("a", "b"), (0.5, 0.4, 0.1))
    assert words.counts(pd.DataFrame({"c": ["a", "b", "b", "z", None]})).tolist() == [1, 2, 2]


def test_leavings_that_are_no_loss_do_not_count_against_the_model():
    rows = simulate(900, 30, seed=44)
    gone = rows.loc[rows["left_on"].notna(), "person_id"].drop_duplicates()
    no_loss = tuple(gone.iloc[::2])
    test = back_test(rows, horizon_months=3, not_regretted=no_loss)
    plain = back_test(rows, horizon_months=3).figures["predicted_to_actual"].value
    assert test.figures["predicted_to_actual"].value == pytest.approx(plain, rel=0.25)
    assert any("no loss" in str(note) for note in test.notes)
    past = rows[rows["month"] < "2023-01-01"]
    model = fit_panel(past, challenger=False, not_regretted=no_loss)
    assert not measure_drift(model, rows, not_regretted=no_loss).retrain
    assert measure_drift(model, rows).retrain, "counted in full they would look like a model that fails"
    drawn = redrawn(model, past, not_regretted=no_loss, refits=3)
    counted = redrawn(model, past, refits=3)
    mean = [
        np.mean([other.score(made.rows)["probability"].mean() for other in made.others]) for made in (drawn, counted)
    ]
    assert mean[0] < 0.75 * mean[1]


def test_a_leavers_results_count_only_beside_a_target():
    months = pd.date_range("2024-01-01", periods=3, freq="MS")
    rows = pd.DataFrame({"person_id": "a", "month": months, "hired_on": "2023-01-01", "left_on": [None, None, "2024-03-31"],
                         "target": 100.0, "result": [np.nan, 80.0, np.nan]})  # fmt: skip
    assert leavers(rows)["attainment"].tolist() == [0.8]
    assert leavers(rows.assign(result=np.nan))["attainment"].isna().all()
