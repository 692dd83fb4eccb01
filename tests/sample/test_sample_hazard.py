"""The hazard of leaving: as declared, seen in the figures alone, and borne out by who left."""

import numpy as np
import pandas as pd
import pytest

from toolkit.sample import SampleOrganisation, Truth, draw_reps, month_starts, simulate_rep_months
from toolkit.sample.hazard import HAZARD

Drawn = tuple[SampleOrganisation, Truth]


def _left_next_month(rows: pd.DataFrame) -> pd.Series:
    following = (rows["month"] + pd.DateOffset(months=1)).dt.to_period("M")
    return rows["left_on"].dt.to_period("M").eq(following)


def _z(rows: pd.DataFrame, hazard: np.ndarray) -> float:
    known = ~np.isnan(hazard) & rows["month"].lt(rows["month"].max()).to_numpy()
    risk = hazard[known]
    return float((_left_next_month(rows)[known].sum() - risk.sum()) / np.sqrt((risk * (1 - risk)).sum()))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_exits_of_a_large_panel_fit_the_hazard(seed: int) -> None:
    rng = np.random.default_rng(seed)
    months = month_starts(pd.Timestamp("2026-09-01"), 36)
    rows, hazard = simulate_rep_months(rng, draw_reps(rng, 2000, months), months)
    assert len(rows) == len(hazard) > 40_000
    given = ~np.isnan(hazard)
    assert ((hazard[given] > 0) & (hazard[given] < 1)).all()
    assert abs(_z(rows, hazard)) < 3.0
    # Ordered by risk, each fifth of the rows must hold the exits its hazards add up to.
    fifth = pd.qcut(hazard, 5, labels=False)
    for group in range(5):
        assert abs(_z(rows, np.where(fifth == group, hazard, np.nan))) < 3.5
    yearly = _left_next_month(rows).sum() / (given.sum() / 12)
    assert 0.22 < yearly < 0.28


def test_the_hazard_is_empty_in_the_month_of_leaving_only() -> None:
    rng = np.random.default_rng(4)
    months = month_starts(pd.Timestamp("2026-09-01"), 24)
    rows, hazard = simulate_rep_months(rng, draw_reps(rng, 300, months), months)
    leaving = rows["left_on"].dt.to_period("M").eq(rows["month"].dt.to_period("M"))
    assert np.array_equal(np.isnan(hazard), leaving.to_numpy())


def test_the_hazard_can_be_worked_out_from_the_tables(drawn: Drawn) -> None:
    """Recompute it from rep_months and people the slow way: nothing else may have gone into it."""
    organisation, truth = drawn
    rows = organisation.rep_months.copy()
    since = rows["person_id"].map(organisation.people.set_index("person_id")["tier_since"])
    # Of somebody promoted, the tables do not tell when the tier before had begun.
    same_tier = rows.groupby("person_id")["tier_id"].transform("nunique").eq(1)
    rows = rows[~rows["left_on"].dt.to_period("M").eq(rows["month"].dt.to_period("M"))]
    rows["short"] = (1 - rows["result"] / rows["target"]).clip(-0.5, 1.5)
    rows["few"] = 1 - rows["leads"] / rows.groupby(["role_id", "month"])["leads"].transform("mean")
    recent = {
        name: rows.groupby("person_id")[name].transform(lambda one: one.rolling(3, min_periods=1).mean())
        for name in ("short", "few", "days_late", "overtime")
    }
    tenure = (rows["month"].dt.to_period("M") - rows["hired_on"].dt.to_period("M")).map(lambda one: one.n)
    months_in_tier = (rows["month"].dt.to_period("M") - since[rows.index].dt.to_period("M")).map(lambda one: one.n)
    logit = (
        HAZARD["intercept"]
        + HAZARD["shortfall"] * recent["short"]
        + HAZARD["lead_shortfall"] * recent["few"]
        + HAZARD["days_late"] * recent["days_late"]
        + HAZARD["overtime"] * (recent["overtime"] - 20).clip(lower=0)
        + HAZARD["first_year_peak"] * np.exp(-(((tenure - 7) / 4) ** 2))
        + HAZARD["years_in_tier"] * months_in_tier.clip(0, 60) / 12
    )
    given = rows.merge(truth.hazard, on=["person_id", "month"], how="left", validate="one_to_one")["hazard"]
    worked_out = (1 / (1 + np.exp(-logit))).to_numpy()
    checked = same_tier[rows.index].to_numpy()
    assert checked.mean() > 0.5
    assert np.allclose(worked_out[checked], given[checked], atol=1e-6)


def test_the_truth_names_each_hazard_once(drawn: Drawn) -> None:
    hazard = drawn[1].hazard
    assert hazard["hazard"].between(0, 1, inclusive="neither").all()
    assert not hazard.duplicated(["person_id", "month"]).any()
