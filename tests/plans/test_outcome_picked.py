"""What chance undoes is no gain of an activity, and an earlier look back is not forgotten."""

import datetime as dt

import numpy as np
import pandas as pd
import plan_makers as make
import pytest
from plan_makers import START

from toolkit.plans import OutcomeView
from toolkit.plans.outcome.study import judge_activities, with_earlier

LAST = START + dt.timedelta(days=180)
EXPECTED = pd.DataFrame({"activity_id": ["a"], "competency_id": ["listening"], "gain": [0.3]})


def picked_by_gap(seed, people=60, lowest=25, gain=0.0, noise=0.5):
    """Return levels before and after of people of whom those seen lowest did the activity."""
    rng = np.random.default_rng(seed)
    names = np.array([f"p{n:02d}" for n in range(people)])
    true = rng.normal(3, 0.5, people)
    chosen = np.zeros(people, dtype=bool)

    def table(shift):
        seen = true + shift + rng.normal(0, noise, people)
        kept = 1 - noise**2 / seen.var(ddof=1)
        level = seen.mean() + kept * (seen - seen.mean())
        frame = pd.DataFrame({"person_id": names, "competency_id": "listening", "level": level})
        return seen, frame.assign(sd=noise * np.sqrt(kept))

    seen, first = table(0.0)
    chosen[np.argsort(seen)[:lowest]] = True
    later = table(np.where(chosen, gain, 0.0))[1]
    return names[chosen], (first, first), (later, later)


def judged(seed, gain):
    names, before, after = picked_by_gap(seed, gain=gain)
    done = pd.DataFrame({"person_id": names, "activity_id": "a"})
    return judge_activities(done, EXPECTED, START, LAST, before, after)


@pytest.mark.parametrize("gain", [0.0, 0.5])
def test_people_picked_by_their_gap_do_not_gain_by_chance(gain):
    found = [judged(seed, gain) for seed in range(12)]
    assert np.mean([one.updated["observed"].iloc[0] for one in found]) == pytest.approx(gain, abs=0.15)
    if not gain:
        assert sum((one.verdicts["verdict"] == "works").any() for one in found) <= 2


def observation(gain, se, people):
    return pd.DataFrame(
        {"activity_id": ["a"], "competency_id": ["listening"], "gain": [gain], "se": [se], "people": [people]}
    )


def kept(gain, se, people, first, last):
    table = observation(gain, se, people).rename(columns={"gain": "observed"})
    return table.assign(measured_from=pd.Timestamp(first), measured_to=pd.Timestamp(last))


def test_two_people_do_not_replace_what_forty_showed():
    before = kept(0.4, 0.05, 40, START - dt.timedelta(days=200), START)
    both = with_earlier(observation(0.0, 0.2, 2), before, START, LAST).iloc[0]
    assert both["gain"] == pytest.approx(0.4 * 400 / 425) and both["people"] == 42
    assert both["se"] == pytest.approx(425**-0.5)
    assert (both["measured_from"].date(), both["measured_to"].date()) == (START - dt.timedelta(days=200), LAST)
    # The same people may be in both: they are not counted twice.
    inside = kept(0.4, 0.05, 40, START, LAST)
    assert with_earlier(observation(0.0, 0.2, 2), inside, START, LAST)["people"].tolist() == [40]
    assert with_earlier(observation(0.1, 0.04, 41), inside, START, LAST)["gain"].tolist() == [0.1]
    assert with_earlier(observation(0.0, 0.2, 2).iloc[:0], inside, START, LAST)["gain"].tolist() == [0.4]
    assert with_earlier(observation(0.0, 0.2, 2), None, START, LAST)["people"].tolist() == [2]


def test_an_earlier_look_back_reaches_the_catalogue_with_its_days():
    names, before, after = picked_by_gap(3, gain=0.3)
    done = pd.DataFrame({"person_id": names, "activity_id": "a"})
    older = kept(0.9, 0.01, 100, START - dt.timedelta(days=200), START)
    strange = older.assign(activity_id="gone")  # left the catalogue meanwhile
    found = judge_activities(done, EXPECTED, START, LAST, before, after, pd.concat([older, strange])).updated.iloc[0]
    assert found["people"] == 125 and found["observed"] > 0.85 and found["measured_to"] == pd.Timestamp(LAST)


def test_only_those_who_took_part_between_the_days_are_proposed():
    _, before, after = picked_by_gap(1)
    people = pd.DataFrame({"person_id": before[0]["person_id"], "name": before[0]["person_id"], "team_id": "t"})
    evidence = people.assign(source="role_play")
    done = pd.DataFrame(
        {"person_id": ["p00", "p01"], "activity_id": "a",
         "done_on": [pd.Timestamp(START) - pd.Timedelta(days=400), pd.Timestamp(START) + pd.Timedelta(days=60)]}
    )  # fmt: skip
    start = pd.DataFrame({"person_id": ["p02"], "starts": "now", "compared": True})
    view = OutcomeView(
        people, make.catalogue(make.activity("a", listening=0.3), make.activity("b", listening=0.1)), make.NAMES,
        lambda day, since: (*(before if since is None else after), evidence), today=LAST, done=done,
        starts={"b": (4, start)},
    )  # fmt: skip
    view.activity.value = "a"
    assert view.cohort.value == ("p01",) and view.picked.value
    view.first.value = START - dt.timedelta(days=500)
    assert set(view.cohort.value) == {"p00", "p01"}
    view.cohort.value = ("p05",)
    view.first.value = START
    assert view.cohort.value == ("p05",)  # chosen by hand
    view.activity.value = "b"
    assert view.cohort.value == ("p02",) and not view.picked.value  # a lot decided
