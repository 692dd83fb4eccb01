"""Observed gains of activities, drawn towards what was expected, and which activities to drop."""

import numpy as np
import pandas as pd
import pytest
from plan_makers import activity, catalogue

from toolkit.errors import InputError
from toolkit.plans import activity_verdicts, expected_gains, observed_gains, update_gains, with_updated_gains
from toolkit.plans.activity_gains import PRIOR_SD

EXPECTED = pd.DataFrame(
    [("talk", "listening", 0.4), ("talk", "closing", 0.1), ("drill", "listening", 0.3), ("read", "closing", 0.2)],
    columns=["activity_id", "competency_id", "gain"],
)


def seen(*rows):
    return pd.DataFrame(rows, columns=["activity_id", "competency_id", "gain", "se", "people"])


def test_other_activities_are_given_what_was_expected_of_them():
    persons = pd.DataFrame(
        [("p1", "listening", 0.9), ("p2", "listening", 0.5), ("p3", "listening", 0.4), ("p4", "listening", 1.0)],
        columns=["person_id", "competency_id", "gain"],
    )
    done = pd.DataFrame(
        [("p1", "talk"), ("p1", "drill"), ("p2", "talk"), ("p3", "drill"), ("p4", "other")],
        columns=["person_id", "activity_id"],
    )
    found = observed_gains(persons, done, EXPECTED).set_index("activity_id")
    assert found.at["talk", "gain"] == pytest.approx((0.6 + 0.5) / 2)
    assert found.at["drill", "gain"] == pytest.approx((0.5 + 0.4) / 2)
    assert found["people"].tolist() == [2, 2] and (found["se"] > 0).all()


def test_an_update_lies_between_and_keeps_what_was_expected():
    found = update_gains(EXPECTED, seen(("talk", "listening", 0.0, 0.1, 20))).set_index(
        ["activity_id", "competency_id"]
    )
    talk = found.loc["talk", "listening"]
    assert talk["expected"] == 0.4 and 0 < talk["updated"] < 0.4 and talk["people"] == 20
    assert talk["updated"] == pytest.approx(0.4 * (1 - talk["weight"]))
    drill = found.loc["drill", "listening"]
    assert (drill["updated"], drill["weight"], drill["people"], drill["verdict"]) == (0.3, 0.0, 0, "not_observed")
    vague = update_gains(EXPECTED, seen(("talk", "listening", 0.0, 2.0, 2))).set_index(["activity_id", "competency_id"])
    assert (
        vague.loc[
            "talk",
            "listening",
        ]["updated"]
        > 0.39
    )


def test_without_observations_the_prior_stands():
    found = update_gains(EXPECTED, seen())
    assert found["updated"].tolist() == found["expected"].tolist() and found["sd"].tolist() == pytest.approx(
        [PRIOR_SD] * 4
    )


def test_the_update_is_nearer_to_the_truth_than_catalogue_and_observation():
    rng = np.random.default_rng(1)
    count = 400
    expected = pd.DataFrame(
        {"activity_id": [f"a{n}" for n in range(count)], "competency_id": "c", "gain": rng.uniform(0.0, 0.4, count)}
    )
    true = expected["gain"] + rng.normal(0, 0.15, count)
    se = rng.uniform(0.05, 0.4, count)
    observed = expected.assign(gain=true + se * rng.normal(size=count), se=se, people=20)
    found = update_gains(expected, observed).set_index("activity_id").loc[expected["activity_id"]]

    def off(guess):
        return float(np.sqrt(((guess - true.to_numpy()) ** 2).mean()))

    assert off(found["updated"].to_numpy()) < 0.85 * min(
        off(expected["gain"].to_numpy()), off(observed["gain"].to_numpy())
    )
    covered = (np.abs(found["updated"].to_numpy() - true) < 1.645 * found["sd"].to_numpy()).mean()
    assert 0.86 < covered < 0.94
    dropped = (found["verdict"] == "drop").to_numpy()
    assert dropped.sum() > 3 and (true[dropped] < 0.05).mean() > 0.8


def test_what_does_not_work_is_dropped_and_what_is_unsure_is_not():
    observed = seen(
        ("talk", "listening", 0.5, 0.05, 12),
        ("drill", "listening", -0.3, 0.05, 15),
        ("read", "closing", -0.3, 0.05, 4),
    )
    table = activity_verdicts(update_gains(EXPECTED, observed)).set_index("activity_id")
    assert table["verdict"].to_dict() == {"talk": "works", "drill": "drop", "read": "cannot_tell"}
    assert "Drop it or change it" in str(table.at["drill", "words"]) and "15 people" in str(table.at["drill", "words"])
    assert str(table.at["read", "words"]) == "Cannot tell yet from 4 people."
    none = activity_verdicts(update_gains(EXPECTED, seen()))
    assert set(none["verdict"]) == {"not_observed"}


def test_the_catalogue_takes_the_updated_gains():
    activities = catalogue(
        activity("talk", listening=0.4, closing=0.1), activity("drill", listening=0.3), activity("read", closing=0.2)
    )
    expected = expected_gains(activities)
    pd.testing.assert_frame_equal(
        expected, EXPECTED.sort_values(["activity_id", "competency_id"]).reset_index(drop=True), check_dtype=False
    )
    updated = update_gains(expected, seen(("drill", "listening", -2.0, 0.05, 15)))
    after = with_updated_gains(activities, updated).set_index("activity_id")
    assert after.at["drill", "gain_listening"] == 0.0 and after.at["talk", "gain_listening"] == 0.4
    assert activities.set_index("activity_id").at["drill", "gain_listening"] == 0.3


@pytest.mark.parametrize(
    ("expected", "observed", "says"),
    [
        (EXPECTED.drop(columns="gain"), seen(), "needs a column “gain”"),
        (pd.concat([EXPECTED, EXPECTED]), seen(), "more than once"),
        (EXPECTED.assign(gain=np.nan), seen(), "expected gain is missing"),
        (EXPECTED, seen(("talk", "listening", 0.1, 0.0, 5)), "standard error above 0"),
        (EXPECTED, seen(("talk", "finance", 0.1, 0.1, 5)), "Nothing was expected of “talk” in “finance”"),
    ],
)
def test_what_cannot_be_used_is_refused(expected, observed, says):
    with pytest.raises(InputError, match=says):
        update_gains(expected, observed)
