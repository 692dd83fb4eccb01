"""Who starts now and who waits: alike in team and level, by lot on request, and drawn again by the same number."""

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.plans import staggered_start


def people(count=24, teams=3, seed=1):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "person_id": [f"p{number:02}" for number in range(count)],
            "team_id": [f"t{number % teams}" for number in range(count)],
            "level": rng.normal(3, 0.7, count).round(2),
        }
    )


@pytest.mark.parametrize("seed", [None, 0, 7])
def test_both_groups_are_alike_in_team_and_level(seed):
    found = staggered_start(people(), 12, seed=seed)
    now, later = found.balance.set_index("group").loc["now"], found.balance.set_index("group").loc["later"]
    assert now["people"] == later["people"] == 12
    assert all(abs(now[team] - later[team]) <= 2 for team in ("t0", "t1", "t2"))
    assert abs(now["level"] - later["level"]) < 0.2
    assert set(found.now) | set(found.later) == set(people()["person_id"]) and not set(found.now) & set(found.later)


def test_the_lot_is_drawn_again_by_its_number_and_treats_all_alike():
    first = staggered_start(people(), 8, seed=3)
    pd.testing.assert_frame_equal(
        first.table, staggered_start(people().sample(frac=1, random_state=2), 8, seed=3).table
    )
    assert first.seed == 3 and "number 3" in str(first.notes[0])
    counts = pd.Series(0, index=people(10)["person_id"])
    for seed in range(300):
        counts[list(staggered_start(people(10), 3, seed=seed).now)] += 1
    # 90 of 300 expected; 4 standard deviations are 32.
    assert counts.between(58, 122).all()


def test_without_a_lot_the_proposal_is_always_the_same_and_says_so():
    first, second = (staggered_start(people(), 6) for _ in range(2))
    pd.testing.assert_frame_equal(first.table, second.table)
    assert first.seed is None and "Nothing was drawn by lot" in str(first.notes[0])


def test_who_starts_in_any_case_is_not_compared():
    found = staggered_start(people(), 6, seed=1, in_any_case=["p00", "p05"])
    rows = found.table.set_index("person_id").loc[["p00", "p05"]]
    assert rows["starts"].tolist() == ["now"] * 2 and not rows["compared"].any()
    assert len(found.now) == 6 and found.balance["people"].tolist() == [4, 18]
    assert "With fewer than 3 people" in str(staggered_start(people(), 2, seed=1).notes[-1])


@pytest.mark.parametrize(
    ("rows", "places", "options", "says"),
    [
        (people().drop(columns="level"), 3, {}, "needs a column “level”"),
        (people().assign(level=np.nan), 3, {}, "24 people have no level"),
        (pd.concat([people(), people()]), 3, {}, "is named twice"),
        (people(), 24, {}, "leave nobody to compare with"),
        (people(), 0, {}, "leave nobody to compare with"),
        (people(), 2, {"in_any_case": ["p01", "p02"]}, "leave nobody to compare with"),
        (people(), 2, {"in_any_case": ["x"]}, "is not among these people"),
    ],
)
def test_what_cannot_be_drawn_is_refused(rows, places, options, says):
    with pytest.raises(InputError, match=says):
        staggered_start(rows, places, **options)
