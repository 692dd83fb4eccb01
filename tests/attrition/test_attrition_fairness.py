import numpy as np
import pandas as pd
import pytest

from toolkit.attrition import audit_fairness
from toolkit.attrition.audit_groups import audit_groups
from toolkit.attrition.fairness import rate_ratio, wilson
from toolkit.errors import InputError, NotEnoughData


def crowd(people=2000, tilt=0.0, seed=0):
    """Risks, outcomes and groups; `tilt` raises the risk of women."""
    rng = np.random.default_rng(seed)
    gender = rng.choice(["F", "M"], people)
    chance = 1 / (1 + np.exp(2 - rng.normal(0, 1, people) - tilt * (gender == "F")))
    ids = [f"p{number}" for number in range(people)]
    risks = pd.DataFrame({"person_id": ids, "probability": chance, "low": chance * 0.8, "high": np.sqrt(chance)})
    left = pd.Series((rng.random(people) < chance).astype(float), index=ids)
    groups = pd.DataFrame({"person_id": ids, "gender": gender})
    return risks, left, groups


def row(audit, group):
    return audit.groups.set_index("group").loc[group]


def test_rates_and_ratio_are_those_of_the_cut_off():
    risks, left, groups = crowd()
    audit = audit_fairness(risks, left, groups, 200)
    top = set(risks.sort_values("probability", ascending=False).head(200)["person_id"])
    women = groups.loc[groups["gender"] == "F", "person_id"]
    found = row(audit, "F")
    assert found["selected"] == len(top & set(women)) and found["selection"] == found["selected"] / len(women)
    gone = [person for person in women if left[person] == 1]
    assert found["missed"] == pytest.approx(np.mean([person not in top for person in gone]))
    stayed = [person for person in women if left[person] == 0]
    assert found["false_alarms"] == pytest.approx(np.mean([person in top for person in stayed]))
    assert found["ratio"] == pytest.approx(found["selection"] / row(audit, "M")["selection"])
    assert audit.cutoff == pytest.approx(risks["probability"].nlargest(200).min())


def test_a_tilted_score_is_found_and_a_fair_one_is_not_accused():
    risks, left, groups = crowd(4000, tilt=1.5, seed=1)
    audit = audit_fairness(risks, left, groups, 400)
    assert row(audit, "F")["verdict"] == "more" and row(audit, "M")["verdict"] == "less"
    assert any("Look into why" in str(line) for line in audit.sentences)
    verdicts = [
        row(audit_fairness(*crowd(400, seed=seed)[:1], None, crowd(400, seed=seed)[2], 40), "F")["verdict"]
        for seed in range(40)
    ]
    # Under no difference at most about one in ten may be accused.
    assert sum(verdict in ("more", "less") for verdict in verdicts) <= 8


def test_a_small_list_says_that_it_cannot_tell():
    risks, left, groups = crowd(60, tilt=1.0, seed=3)
    audit = audit_fairness(risks, left, groups, 6)
    found = row(audit, "F")
    assert found["verdict"] == "cannot_tell" and found["smallest_detectable"] > 0.1
    assert any("cannot tell at this size" in str(line) for line in audit.sentences)


def test_intervals_hold_what_they_say():
    rng = np.random.default_rng(5)
    shares = [wilson(int(rng.binomial(40, 0.2)), 40) for _ in range(1000)]
    assert np.mean([each.low <= 0.2 <= each.high for each in shares]) >= 0.86
    ratios = [rate_ratio(int(rng.binomial(80, 0.2)), 80, int(rng.binomial(120, 0.1)), 120) for _ in range(1000)]
    assert 0.86 <= np.mean([each.low <= 2 <= each.high for each in ratios]) <= 0.97


def test_nobody_can_be_picked_out_of_small_groups():
    groups = audit_groups(pd.Series(["a"] * 50 + ["b"] * 9 + ["c"] * 2 + ["d"] * 1))
    assert set(groups) == {"a", "…"} and (groups == "…").sum() == 12  # b joins, or 3 could be found by subtraction
    assert set(audit_groups(pd.Series(["a"] * 50 + ["b"] * 3 + ["c"] * 3))) == {"a", "…"}
    risks, left, groups = crowd(100, seed=6)
    told = groups.assign(gender=["X"] * 3 + ["M"] * 97)
    audit = audit_fairness(risks, left, told, 10)
    assert audit.groups.empty and any("no two groups" in str(note) for note in audit.notes)


def test_few_leavers_show_no_error_rates_and_unknown_outcomes_are_said():
    risks, _, groups = crowd(60, seed=7)
    left = pd.Series([1.0, 1.0] + [0.0] * 58, index=risks["person_id"])
    found = audit_fairness(risks, left, groups, 10).groups
    assert found["missed"].isna().all() and found["leavers"].isna().all() and found["false_alarms"].notna().all()
    assert any("who left" in str(note) for note in audit_fairness(risks, None, groups, 10).notes)


def test_numbers_are_cut_into_quarters_and_gaps_left_out():
    ages = pd.Series([np.nan, *range(20, 60)])
    groups = audit_groups(ages)
    assert groups.isna().sum() == 1 and groups.nunique() == 4 and groups.value_counts().min() >= 9
    risks, left, _ = crowd(41)
    audit = audit_fairness(risks, left, pd.DataFrame({"person_id": risks["person_id"], "age": ages}), 10)
    assert audit.groups["people"].sum() == 40 and any("not known of 1 person" in str(note) for note in audit.notes)


def test_proxies_are_found_and_named():
    risks, left, groups = crowd(600, seed=8)
    rng = np.random.default_rng(8)
    woman = (groups["gender"] == "F").to_numpy()
    inputs = pd.DataFrame(
        {"person_id": risks["person_id"], "size": woman * 2 + rng.normal(0, 0.8, 600), "luck": rng.normal(size=600)}
    )
    found = audit_fairness(risks, left, groups, 60, inputs=inputs)
    assert found.proxies["auc"].iloc[0] > 0.9 and found.proxies["strongest"].iloc[0] == "size"
    assert any("does not keep it out" in str(line) for line in found.sentences)
    harmless = audit_fairness(risks, left, groups, 60, inputs=inputs[["person_id", "luck"]])
    assert harmless.proxies["low"].iloc[0] < 0.55


def test_bad_input():
    risks, left, groups = crowd(50)
    with pytest.raises(InputError, match="conversation"):
        audit_fairness(risks, left, groups, 0)
    with pytest.raises(InputError, match="person_id"):
        audit_fairness(risks, left, groups[["gender"]], 5)
    with pytest.raises(NotEnoughData):
        audit_fairness(risks.head(0), left, groups, 5)
