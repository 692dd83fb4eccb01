import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from attrition_simulator import simulate
from scipy.special import logit

from toolkit.attrition import (
    back_test,
    back_test_snapshot,
    fit_panel,
    fit_snapshot,
    leaves_within,
    panel_features,
)
from toolkit.attrition.logistic import calibration_line
from toolkit.attrition.metrics import Ranking, roc_auc
from toolkit.errors import InputError, NotEnoughData


@pytest.fixture(scope="module")
def panel():
    return simulate(3000, 24, seed=11)


@pytest.fixture(scope="module")
def model(panel):
    return fit_panel(panel, horizon_months=1, challenger=False)


@pytest.fixture(scope="module")
def fresh(model):
    other = simulate(3000, 24, seed=12)
    features = panel_features(other)
    table = model.score(features).assign(
        hazard=other.loc[features.index, "hazard"], left=leaves_within(other, 1).loc[features.index]
    )
    return table.dropna()


def snapshot(rows=600, seed=0):
    rng = np.random.default_rng(seed)
    pay, hours = rng.normal(100, 20, rows), rng.gamma(4, 5, rows)
    city = rng.choice(["Wuhan", "Xi'an", "Dalian"], rows)
    chance = 1 / (1 + np.exp(1.5 + 0.05 * (pay - 100) - 0.06 * (hours - 20) - (city == "Dalian")))
    left = np.where(rng.random(rows) < chance, "Yes", "No")
    return pd.DataFrame({"staff": np.arange(rows), "pay": pay, "hours": hours, "city": city, "left": left})


def test_the_declared_hazard_is_recovered(fresh):
    assert roc_auc(fresh["probability"], fresh["left"]) >= 0.95 * roc_auc(fresh["hazard"], fresh["left"])
    assert fresh["probability"].sum() / fresh["left"].sum() == pytest.approx(1, abs=0.12)
    assert np.corrcoef(logit(fresh["probability"]), logit(fresh["hazard"]))[0, 1] > 0.95


def test_intervals_hold_about_what_they_say(fresh):
    held = (fresh["low"] <= fresh["hazard"]) & (fresh["hazard"] <= fresh["high"])
    assert 0.75 <= held.mean() <= 0.99


def test_the_horizon_chains_the_monthly_hazard(panel, model):
    quarter = fit_panel(panel, horizon_months=3, challenger=False)
    one, three = model.predict(panel), quarter.predict(panel)
    assert np.allclose(three["probability"], 1 - (1 - one["probability"]) ** 3)
    last = panel["month"].max()
    employed = panel[(panel["month"] == last) & panel["left_on"].isna()]
    assert set(one["person_id"]) == set(employed["person_id"])


def test_reasons_sum_to_the_log_odds(panel, model):
    risks, parts = model.predict(panel), model.reasons(panel, top=99)
    summed = model.intercept + parts.groupby("person_id")["contribution"].sum()
    assert np.allclose(summed.loc[risks["person_id"]], logit(risks["probability"]))
    assert set(parts.loc[parts["column"] == "overtime_3m", "driver"]) == {"private_time"}
    top = model.reasons(panel)
    assert top.groupby("person_id").size().eq(3).all()
    assert (np.sign(top["contribution"]) == np.where(top["direction"] == "raises", 1, -1)).all()


def test_coaching_scores_row_order_and_protected_columns_change_no_bit():
    small = simulate(700, 18, seed=13)
    plain = fit_panel(small).predict(small)
    rng = np.random.default_rng(0)
    noisy = small.assign(raw=rng.random(len(small)), level=5.0, gender="F", birth_year=1980.0)
    noisy = noisy.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(fit_panel(noisy).predict(noisy), plain, check_exact=True)


def test_rows_after_the_exit_change_no_bit():
    small = simulate(700, 18, seed=14)
    ghosts = small[small["left_on"].notna()].drop_duplicates("person_id", keep="last").copy()
    ghosts["month"] = ghosts["left_on"].dt.to_period("M").dt.to_timestamp() + pd.DateOffset(months=1)
    ghosts = ghosts[ghosts["month"] <= small["month"].max()].assign(result=0.0, overtime=0.0)
    haunted = pd.concat([small, ghosts], ignore_index=True)
    one, other = fit_panel(small, challenger=False), fit_panel(haunted, challenger=False)
    assert one.figures == other.figures
    assert any("leaving" in str(note) for note in other.notes)


def test_back_test_trains_on_the_past_only():
    small = simulate(900, 24, seed=15)
    moment = pd.Timestamp("2022-03-31")
    origins = [pd.Timestamp("2021-12-31"), moment]
    result = back_test(small, origins=origins)
    changed = small.copy()
    changed.loc[changed["month"] > moment, ["result", "overtime", "days_late"]] *= 9
    # Who leaves after the second origin must not be known to its model either.
    after = changed["left_on"] > moment
    changed.loc[after & (changed["overtime"].groupby(changed["person_id"]).transform("first") > 24), "left_on"] = pd.NaT
    again = back_test(changed, origins=origins)
    told = ["origin", "person_id", "probability"]
    pd.testing.assert_frame_equal(result.predictions[told], again.predictions[told], check_exact=True)
    assert not result.predictions["left"].equals(again.predictions["left"])
    assert result.time_split and len(result.origins) == 2


def test_back_test_figures(panel):
    result = back_test(panel)
    auc = result.figures["roc_auc"]
    assert auc.low < auc.value < auc.high and auc.value > result.rule_figures["roc_auc"].value
    assert result.rule == "attainment_3m"
    assert result.figures["predicted_to_actual"].low < 1.1 and result.figures["predicted_to_actual"].high > 0.9
    assert result.figures["calibration_error"].value < 3 * result.calibration_noise[1]
    assert result.figures["brier"].value < result.figures["brier_of_base_rate"].value
    assert result.bands["predicted"].is_monotonic_increasing and len(result.bands) == 5
    listed = result.conversations * len(result.origins)
    assert result.figures["top_share"].value == pytest.approx(
        result.figures["top_found"].value * result.predictions["left"].sum() / listed
    )


def test_snapshot_back_test_says_it_has_no_time():
    result = back_test_snapshot(snapshot(), label="left", person="staff", repeats=2)
    assert not result.time_split and result.horizon_months is None
    assert any("optimistic" in str(note) for note in result.notes)
    assert result.rule in ("pay", "hours")
    assert 0.6 < result.figures["roc_auc"].value < 0.9
    assert len(result.predictions) == 600


def test_a_snapshot_in_any_order_gives_the_same_model():
    frame = snapshot()
    shuffled = frame.sample(frac=1, random_state=5)
    for person in ("staff", None):
        columns = list(frame.columns) if person else ["pay", "hours", "city", "left"]
        one = fit_snapshot(frame[columns], label="left", person=person)
        other = fit_snapshot(shuffled[columns], label="left", person=person)
        assert one.intercept == other.intercept and (one.coefficients == other.coefficients).all()


def test_pure_noise_is_not_found_predictable():
    frame = snapshot(1000)
    frame["left"] = np.random.default_rng(6).permutation(frame["left"])
    result = back_test_snapshot(frame, label="left", person="staff", repeats=2)
    assert abs(result.figures["roc_auc"].value - 0.5) < 0.07


def test_unseen_categories_and_gaps_are_answered():
    frame = snapshot()
    fitted = fit_snapshot(frame, label="left", person="staff")
    odd = frame.head(3).assign(city=["Mars", None, "Dalian"], pay=[np.nan, 1e9, 100.0])
    risks = fitted.predict(odd)
    assert risks["probability"].between(0, 1).all() and (risks["low"] <= risks["high"]).all()
    reasons = fitted.reasons(odd, top=1)
    assert reasons["driver"].isna().all() and len(reasons) == 3


def test_infinite_values_are_named():
    frame = snapshot()
    fitted = fit_snapshot(frame, label="left", person="staff")
    frame.loc[4, "pay"] = np.inf
    with pytest.raises(InputError, match="pay"):
        fitted.predict(frame)
    refitted = fit_snapshot(frame, label="left", person="staff")
    assert "pay" not in refitted.design.names
    assert any(finding.column == "pay" and finding.kind == "infinite" for finding in refitted.findings)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: frame.assign(left="No"), "Nobody left"),
        (lambda frame: frame.assign(left="Yes"), "Everybody left"),
        (lambda frame: frame.head(10), "left|too few"),
        (lambda frame: frame.assign(left=None), "nobody whether"),
        (lambda frame: pd.concat([frame[frame["left"] == "Yes"].head(12), frame[frame["left"] == "No"]]), "12 leavers"),
    ],
)
def test_too_few_data_are_refused_with_numbers(change, words):
    with pytest.raises(NotEnoughData, match=words):
        fit_snapshot(change(snapshot()), label="left", person="staff")


def test_too_short_a_panel_is_refused():
    with pytest.raises(NotEnoughData):
        fit_panel(simulate(10, 6, seed=1))
    with pytest.raises(NotEnoughData, match="moments"):
        back_test(simulate(400, 7, seed=1))


def test_empty_and_constant_columns_do_no_harm():
    frame = snapshot().assign(empty=np.nan, constant=3)
    fitted = fit_snapshot(frame, label="left", person="staff")
    assert set(fitted.design.names) == {"pay", "hours", "city"}
    with pytest.raises(InputError, match="No column is left"):
        fit_snapshot(frame[["staff", "left", "empty", "constant"]], label="left", person="staff")


def test_a_person_twice_is_refused_at_prediction():
    frame = snapshot()
    fitted = fit_snapshot(frame, label="left", person="staff")
    with pytest.raises(InputError, match="more than once"):
        fitted.predict(pd.concat([frame.head(2), frame.head(1)]))
    with pytest.raises(InputError, match="hours"):
        fitted.predict(frame.drop(columns="hours"))


def test_recalibration_only_outside_noise_and_shrunken():
    rng = np.random.default_rng(9)
    true = rng.normal(-1.5, 1, 3000)
    left = (rng.random(3000) < 1 / (1 + np.exp(-true))).astype(float)
    assert calibration_line(true, left).applied is None
    line = calibration_line(2 * true, left)
    assert line.slope == pytest.approx(0.5, abs=0.1)
    shift, slope = line.applied
    assert line.slope < slope < 1
    assert np.mean(1 / (1 + np.exp(-(shift + slope * 2 * true)))) == pytest.approx(left.mean())


def test_numbered_columns_and_text_numbers():
    frame = snapshot()
    frame["pay"] = frame["pay"].map("{:,.1f}".format)
    plain = fit_snapshot(frame, label="left", person="staff")
    numbered = frame.rename(columns={"pay": 7})
    other = fit_snapshot(numbered, label="left", person="staff")
    assert (plain.coefficients == other.coefficients).all() and "7" in other.design.names
    assert len(other.predict(numbered)) == len(frame)


def test_unreadable_dates_are_refused():
    with pytest.raises(InputError):
        fit_panel(simulate(60, 12, seed=2).assign(month="soon"))


def test_ranking_figures_agree_with_scikit_learn():
    from sklearn.metrics import average_precision_score, roc_auc_score

    rng = np.random.default_rng(8)
    scores, left, weight = rng.integers(0, 20, 400) / 20, (rng.random(400) < 0.2).astype(float), rng.random(400)
    ranking = Ranking(scores, left)
    assert ranking.roc_auc(weight) == pytest.approx(roc_auc_score(left, scores, sample_weight=weight))
    assert ranking.average_precision(weight) == pytest.approx(
        average_precision_score(left, scores, sample_weight=weight)
    )


def test_importing_the_slice_loads_no_scikit_learn():
    code = "import sys, toolkit.attrition as a; a.inspect_columns; a.capacity; assert 'sklearn' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
