"""Disagreement between sources and differences between groups, against SciPy and simulations."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from toolkit.errors import InputError
from toolkit.skillgap import compare_views, find_group_differences, weigh_evidence

TODAY = dt.date(2026, 9, 1)
COLUMNS = ["person_id", "competency_id", "source", "level", "rater_id"]


def table(rows):
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.assign(standard_error=0.8, observed_on=pd.Timestamp(TODAY) - pd.Timedelta(days=20))


def feedback(rng, people=40, competencies=4, own=0.3):
    rows = []
    for person in range(people):
        skill = rng.normal(3, 0.6, competencies)
        for source, raters in (
            ("self", [f"p{person:02d}"]),
            ("manager", [f"m{person % 5}"]),
            ("peer", ["a", "b", "c"]),
        ):
            for rater in raters:
                for competency in range(competencies):
                    level = skill[competency] + own * (source == "self") + rng.normal(0, 0.4)
                    rows.append((f"p{person:02d}", f"c{competency}", source, np.clip(level, 1, 5), rater))
    return table(rows)


def test_who_sees_himself_higher_than_people_usually_do_stands_out():
    evidence = feedback(np.random.default_rng(1))
    mine = (evidence["person_id"] == "p03") & (evidence["source"] == "self")
    evidence.loc[mine, "level"] = 5.0
    evidence.loc[(evidence["person_id"] == "p03") & ~mine, "level"] = 2.0
    found = compare_views(weigh_evidence(evidence, as_of=TODAY)).set_index(["person_id", "competency_id"])
    assert (found.loc["p03", "view"] == "higher").all()
    assert (found["view"] == "higher").mean() < 0.15
    assert found["usual_gap"].iloc[0] == pytest.approx(0.3, abs=0.15)
    assert (found["low"] < found["self_gap"]).all() and (found["self_gap"] < found["high"]).all()
    row = found.loc[("p03", "c0")]
    assert row["self_rating"] == 5.0 and row["others"] == 2.0 and row["others_count"] == 2


def test_disagreement_is_the_chi_square_test_of_homogeneity():
    weighed = weigh_evidence(feedback(np.random.default_rng(2)), as_of=TODAY)
    found = compare_views(weighed).set_index(["person_id", "competency_id"])
    rest = weighed.basis[weighed.basis["source"] != "self"].set_index(["person_id", "competency_id"])
    for key in (("p00", "c0"), ("p17", "c3")):
        own = rest.loc[key]
        precision = own["adjusted_sd"].to_numpy() ** -2
        mean = np.average(own["adjusted"], weights=precision)
        square = float((precision * (own["adjusted"] - mean) ** 2).sum())
        assert found.loc[key, "chance"] == pytest.approx(stats.chi2.sf(square, len(own) - 1))
        assert found.loc[key, "spread"] == pytest.approx(np.std(own["adjusted"], ddof=1))


def test_what_cannot_be_compared_has_no_row_or_an_empty_cell():
    evidence = feedback(np.random.default_rng(3), people=6)
    alone = evidence[~((evidence["person_id"] == "p00") & (evidence["source"] != "self"))]
    silent = alone[~((alone["person_id"] == "p01") & (alone["source"] == "self"))]
    found = compare_views(weigh_evidence(silent, as_of=TODAY))
    assert "p00" not in set(found["person_id"])
    mute = found[found["person_id"] == "p01"]
    assert (
        mute[["self_rating", "self_gap", "low", "usual_gap", "view"]].isna().all().all()
        and mute["chance"].notna().all()
    )
    assert compare_views(weigh_evidence(evidence.iloc[:0], as_of=TODAY)).empty
    with pytest.raises(InputError, match="The interval must lie between 0 and 1"):
        compare_views(weigh_evidence(evidence, as_of=TODAY), interval=1)


def rated(rng, people=60, added=0.0, better=0.0, rater_added=0.0):
    """Return Evidence and groups; `better` is a true difference, `added` one on criterion c1, `rater_added` one by r1."""
    rows, groups = [], {}
    for person in range(people):
        group = "zh" if person % 3 else "en"
        groups[f"p{person:02d}"] = group
        skill = rng.normal(3 + better * (group == "en"), 0.6)
        for rater in ("r0", "r1", "r2"):
            halo = rng.normal(0, 0.3) + rater_added * (group == "en" and rater == "r1")
            for criterion in range(5):
                level = skill + halo + added * (group == "en" and criterion == 1) + rng.normal(0, 0.4)
                rows.append((f"p{person:02d}", f"c{criterion}", "role_play", np.clip(level, 1, 5), rater))
    return table(rows), groups


def test_by_hand_and_welch():
    evidence, groups = rated(np.random.default_rng(4))
    found = find_group_differences(evidence, groups).set_index("of")
    wide = evidence.pivot_table(index="person_id", columns="competency_id", values="level")
    gap = wide["c1"] - wide.drop(columns="c1").mean(axis=1)
    one, other = (gap[[groups[name] == group for name in gap.index]] for group in ("en", "zh"))
    test = stats.ttest_ind(one, other, equal_var=False)
    assert found.loc["c1", "difference"] == pytest.approx(one.mean() - other.mean())
    interval = test.confidence_interval(0.9)
    assert found.loc["c1", "low"] == pytest.approx(interval.low) and found.loc["c1", "high"] == pytest.approx(
        interval.high
    )
    assert found.loc["c1", ["group", "reference", "people", "reference_people"]].tolist() == ["en", "zh", 20, 40]
    every = []
    for criterion in wide.columns:
        rest = wide[criterion] - wide.drop(columns=criterion).mean(axis=1)
        parts = [rest[[groups[name] == group for name in rest.index]] for group in ("en", "zh")]
        every.append(stats.ttest_ind(*parts, equal_var=False).pvalue)
    np.testing.assert_allclose(found["p"], stats.false_discovery_control(every))


def test_a_criterion_that_favours_a_group_is_found_and_a_better_group_is_not_taken_for_one():
    rng = np.random.default_rng(5)
    biased = find_group_differences(*rated(rng, added=0.6)).set_index("of")
    assert biased.loc["c1", "verdict"] == "differs" and biased.loc["c1", "difference"] == pytest.approx(0.6, abs=0.15)
    better = find_group_differences(*rated(rng, people=150, better=0.5))
    assert (better["verdict"] == "no difference that matters").all()


def test_intervals_hold_and_false_alarms_are_rare_when_nothing_differs():
    held, alarms = [], []
    for seed in range(40):
        found = find_group_differences(*rated(np.random.default_rng([6, seed]), people=24, better=0.5))
        held.append(((found["low"] <= 0) & (found["high"] >= 0)).mean())
        alarms.append((found["verdict"] == "differs").any())
    assert 0.84 <= np.mean(held) <= 0.96
    assert np.mean(alarms) <= 0.2


def test_a_rater_who_favours_a_group():
    evidence, groups = rated(np.random.default_rng(7), rater_added=0.7)
    found = find_group_differences(evidence, groups, of="rater_id").set_index("of")
    assert found.loc["r1", "verdict"] == "differs" and found.loc["r1", "difference"] == pytest.approx(0.7, abs=0.3)


def test_too_few_is_said_and_bad_input_refused():
    evidence, groups = rated(np.random.default_rng(8), people=12)
    found = find_group_differences(evidence, groups)
    assert found["difference"].isna().all() and (found["verdict"] == "cannot tell at this size").all()
    assert all("Fewer than 5 people" in str(note) for note in found["note"])
    alike = find_group_differences(
        rated(np.random.default_rng(8))[0].assign(level=3.0), rated(np.random.default_rng(8))[1]
    )
    assert all("same amount" in str(note) for note in alike["note"])
    with pytest.raises(InputError, match="at least two groups"):
        find_group_differences(evidence, dict.fromkeys(groups, "zh"))
    with pytest.raises(InputError, match="not by “colour”"):
        find_group_differences(evidence, groups, of="colour")
