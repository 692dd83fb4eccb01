import numpy as np
import pandas as pd
import pytest
from attrition_simulator import simulate

from toolkit.attrition import DRIVERS, FEATURES, leaves_within, panel_features, panel_notes
from toolkit.attrition.model import latest_rows
from toolkit.errors import InputError, NotEnoughData


def one_person(**columns):
    months = pd.date_range("2024-01-01", periods=8, freq="MS")
    frame = pd.DataFrame({"person_id": "a", "month": months, "hired_on": pd.Timestamp("2023-12-01"), "left_on": pd.NaT})
    return frame.assign(**columns)


def test_figures_by_hand():
    frame = one_person(
        target=100.0,
        result=[50, 60, 70, 80, 90, 100, 110, 120.0],
        commission=[5, 6, 7, 8, 9, 10, 11, 12.0],
        days_late=[0, 0, 3, 0, 6, 0, 0, 9.0],
        tier_id=["junior"] * 4 + ["middle"] * 4,
        manager_id=["m"] * 3 + ["n"] * 5,
        visits=[10, 10, 10, 20, 20, 20, 20, 20.0],
    )
    last = panel_features(frame).iloc[-1]
    assert last["attainment_3m"] == pytest.approx(1.10)
    assert last["attainment_trend"] == pytest.approx(1.10 - 0.80)
    assert last["income_swing_6m"] == pytest.approx(np.std([7, 8, 9, 10, 11, 12], ddof=1) / 9.5)
    assert last["days_late_3m"] == pytest.approx(3)
    assert last["months_since_tier_change"] == 3
    assert last["manager_changed_6m"] == 1
    assert last["tenure_months"] == pytest.approx(9, abs=0.1)
    assert panel_features(frame)["visits_change"].iloc[5] == pytest.approx(10 / 15)


def test_a_gap_in_the_calendar_is_respected():
    frame = one_person(overtime=[1, 2, 4, 8, 16, 32, 64, 128.0]).drop(index=[5, 6])
    assert panel_features(frame)["overtime_3m"].iloc[-1] == 128


def test_features_use_the_past_only():
    frame = simulate(80, 24, seed=3)
    moment = pd.Timestamp("2022-03-31")
    later = frame["month"] > moment
    changed = frame.copy()
    changed.loc[later, ["result", "overtime", "days_late", "leads", "commission"]] *= 7
    changed["left_on"] = changed["left_on"].where(changed["left_on"] <= moment)
    full = panel_features(frame)
    past = full[full["month"] <= moment]
    pd.testing.assert_frame_equal(panel_features(changed, as_of=moment), past, check_exact=True)
    pd.testing.assert_frame_equal(panel_features(frame[~later]), past, check_exact=True)


def test_unknown_columns_protected_ones_and_row_order_change_no_bit():
    frame = simulate(60, 18, seed=4)
    plain = panel_features(frame)
    rng = np.random.default_rng(1)
    scored = frame.assign(
        raw_score=rng.random(len(frame)),
        level=rng.random(len(frame)),
        gender="F",
        birth_year=1990.0,
        months_observed=frame.groupby("person_id")["month"].transform("size"),
    )
    pd.testing.assert_frame_equal(panel_features(scored), plain, check_exact=True)
    pd.testing.assert_frame_equal(panel_features(frame.sample(frac=1, random_state=2)), plain, check_exact=True)
    assert {"gender", "birth_year"}.isdisjoint(FEATURES)


def test_who_else_is_in_the_table_changes_only_peer_comparisons():
    frame = simulate(60, 18, seed=5)
    alone = panel_features(frame[frame["person_id"] == "r00007"])
    together = panel_features(frame).loc[alone.index]
    own = [name for name in alone.columns if "_to_role" not in name]
    pd.testing.assert_frame_equal(alone[own], together[own], check_exact=True)


def test_rows_after_leaving_are_counted_and_not_used():
    frame = one_person(overtime=1.0, left_on=pd.Timestamp("2024-06-10"))
    features = panel_features(frame)
    assert features["month"].max() == pd.Timestamp("2024-05-01")
    assert features.attrs["rows_after_leaving"] == 3
    assert any("3 rows in or after the month of leaving" in str(note) for note in panel_notes(features))


def test_missing_columns_are_listed_with_what_they_need():
    features = panel_features(one_person(overtime=1.0))
    assert list(features.columns) == ["person_id", "month", "overtime_3m", "tenure_months"]
    assert "days_late_3m" in features.attrs["absent"]
    assert any("days_late" in str(note) for note in panel_notes(features))


def test_every_feature_names_a_driver():
    assert {feature.driver for feature in FEATURES.values()} <= set(DRIVERS)


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_numbers_are_refused(value):
    frame = one_person(result=1.0, target=1.0)
    frame.loc[2, "result"] = value
    with pytest.raises(InputError, match="result"):
        panel_features(frame)


def test_a_person_month_given_twice_is_refused():
    frame = one_person(overtime=1.0)
    with pytest.raises(InputError):
        panel_features(pd.concat([frame, frame.tail(1)], ignore_index=True))
    shifted = frame.tail(1).assign(month=pd.Timestamp("2024-08-15"))
    with pytest.raises(InputError, match="2024-08"):
        panel_features(pd.concat([frame, shifted], ignore_index=True))


def test_an_empty_table_is_refused():
    with pytest.raises(NotEnoughData):
        panel_features(one_person().head(0))


def test_labels_are_censored_and_end_with_the_leaving_month():
    left = one_person(left_on=pd.Timestamp("2024-05-31"))
    assert leaves_within(left, 1).tolist()[:4] == [0, 0, 0, 1]
    assert leaves_within(left, 3).tolist()[:4] == [0, 1, 1, 1]
    assert leaves_within(left, 1).iloc[4:].isna().all()
    stayed = leaves_within(one_person(), 3)
    assert stayed.tolist()[:5] == [0] * 5 and stayed.iloc[5:].isna().all()
    late = leaves_within(one_person(left_on=pd.Timestamp("2024-09-10")), 3)
    assert late.iloc[5:].isna().all()


def test_a_leaving_day_in_the_last_row_only_counts_for_all_rows_of_that_employment():
    days = [pd.NaT] * 4 + [pd.Timestamp("2024-05-31")] + [pd.NaT] * 3
    given = one_person(left_on=pd.Timestamp("2024-05-31"))
    last_only = one_person(left_on=days)
    pd.testing.assert_series_equal(leaves_within(last_only, 3), leaves_within(given, 3))
    pd.testing.assert_frame_equal(panel_features(last_only), panel_features(given))
    others = one_person(person_id="b")
    assert latest_rows(pd.concat([last_only, others], ignore_index=True))["person_id"].tolist() == ["b"]
    again = one_person(left_on=days, hired_on=[pd.Timestamp("2023-12-01")] * 5 + [pd.Timestamp("2024-06-03")] * 3)
    assert latest_rows(again)["person_id"].tolist() == ["a"], "who came back is there"
