"""Bridging two rubrics: simulated sheets with a known link, and what is refused."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.roleplay.bridging import bridge

OLD, NEW = ("s1", "s2", "s3", "o1", "o2"), ("s1", "s2", "s3", "n1", "n2", "n3")
SHARED = OLD[:3]
# How easy each criterion is; the new rubric's own criteria are harder.
EASE = {"s1": 0.1, "s2": -0.2, "s3": 0.1, "o1": 0.3, "o2": 0.2, "n1": -0.5, "n2": -0.3, "n3": -0.4}
TRUE_SHIFT = np.mean([EASE[c] for c in NEW]) - np.mean([EASE[c] for c in OLD])


def simulated(
    rng: np.random.Generator,
    criteria: tuple[str, ...],
    reps: int,
    *,
    ability: float = 0,
    raters: int = 6,
    first: str = "o",
) -> pd.DataFrame:
    """Return sheets of `reps` reps, two raters each: ability + severity + ease + rater's taste + noise, rounded."""
    skill = rng.normal(3 + ability, 0.5, reps)
    severity = rng.normal(0, 0.4, raters)
    taste = {(rater, c): rng.normal(0, 0.15) for rater in range(raters) for c in criteria}
    rows = []
    for rep in range(reps):
        for rater in rng.choice(raters, 2, replace=False):
            sheet = rng.normal(0, 0.25)
            for c in criteria:
                seen = skill[rep] + severity[rater] + EASE[c] + taste[rater, c] + sheet + rng.normal(0, 0.45)
                rows.append((f"{first}{rep}", f"{first}r{rater}", "s", c, float(np.clip(np.round(seen), 1, 5))))
    return pd.DataFrame(rows, columns=["rep_id", "rater_id", "scenario_id", "criterion_id", "rating"])


@pytest.mark.parametrize(("reps", "method"), [(10, "mean"), (30, "chained linear")])
def test_the_link_is_found_although_the_groups_and_raters_differ(reps: int, method: str) -> None:
    """The new group is much better and rated by others; the bridge is the criteria's ease alone."""
    held, misses = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        old, new = simulated(rng, OLD, reps), simulated(rng, NEW, reps, ability=0.5, first="n")
        found = bridge(old, new, SHARED)
        assert found.method == method and found.note is None
        figure = found.new_score(3.0)
        held.append(figure.low <= 3.0 + TRUE_SHIFT <= figure.high)
        misses.append(figure.value - 3.0 - TRUE_SHIFT)
    assert abs(np.mean(misses)) < 0.05
    assert 0.80 <= np.mean(held) <= 1
    plain = np.std(misses)
    assert plain < 0.2


def test_the_mean_link_by_hand() -> None:
    def side(name: str, criteria: dict[str, list[float]]) -> pd.DataFrame:
        rows = [
            (f"p{n}", f"r{n % 3}", name, c, value) for c, values in criteria.items() for n, value in enumerate(values)
        ]
        return pd.DataFrame(rows, columns=["rep_id", "rater_id", "scenario_id", "criterion_id", "rating"])

    shared = [2, 3, 4, 3, 2, 4, 3, 3]
    old = side("x", {"s1": shared, "s2": shared, "o": [value + 1 for value in shared]})
    new = side("y", {"s1": shared, "s2": shared, "n": [value - 1 for value in shared]})
    found = bridge(old, new, ("s1", "s2"))
    # Both own criteria are a level away from the shared ones on every sheet: a third of a level each way.
    assert found.slope == 1 and found.intercept == pytest.approx(-2 / 3)
    assert found.standard_error == pytest.approx(0, abs=1e-6)
    assert found.new_score(3.0).value == pytest.approx(3 - 2 / 3)
    assert found.new_score(1.2).value == 1.0  # never beyond the scale
    weighted = bridge(
        old, new, ("s1", "s2"), old_weights={"s1": 1, "s2": 1, "o": 2}, new_weights={"s1": 1, "s2": 1, "n": 2}
    )
    assert weighted.intercept == pytest.approx(-1.0)


def test_what_is_too_little_is_refused_with_the_reason() -> None:
    rng = np.random.default_rng(1)
    old, new = simulated(rng, OLD, 10), simulated(rng, NEW, 10, first="n")
    one = new[new["rater_id"] == new["rater_id"].iloc[0]]
    same = old[old["criterion_id"].isin(SHARED)], new[new["criterion_id"].isin(SHARED)]
    cases: list[tuple[Any, Any, Any, str]] = [
        (old, new, ("s1",), "criteria that are the same"),
        (old, new, (), "criteria that are the same"),
        (old[old["rep_id"].isin(["o1", "o2"])], new, SHARED, "at least 8 sheets"),
        (old.iloc[:0], new, SHARED, "at least 8 sheets"),
        (old.assign(rating=np.nan), new, SHARED, "at least 8 sheets"),
        (*same, SHARED, "nothing to convert"),
        (old.assign(rater_id="a").drop_duplicates(["rep_id", "criterion_id"]), one, SHARED, "sheets"),
        (
            old.assign(rater_id="a").drop_duplicates(["rep_id", "criterion_id"]),
            new.assign(rater_id="b").drop_duplicates(["rep_id", "criterion_id"]),
            SHARED,
            "at least 3 raters",
        ),
        (old.assign(rater_id="a").drop_duplicates(["rep_id", "criterion_id"]), new, SHARED, "one rater"),
    ]
    for first, second, shared, reason in cases:
        found = bridge(first, second, shared)
        assert reason in str(found.note) and np.isnan(found.slope)
        figure = found.new_score(3.0)
        assert np.isnan(figure.value) and figure.note is not None


def test_equal_ratings_and_gaps_give_no_nan() -> None:
    rng = np.random.default_rng(2)
    old, new = simulated(rng, OLD, 20), simulated(rng, NEW, 20, first="n")
    flat = bridge(old.assign(rating=3.0), new.assign(rating=3.0), SHARED)
    figure = flat.new_score(3.0)
    assert (figure.value, figure.low, figure.high) == pytest.approx((3, 3, 3))
    holes = old.copy()
    holes.loc[rng.random(len(holes)) < 0.25, "rating"] = np.nan
    figure = bridge(holes, new, SHARED).new_score(3.0)
    assert figure.low < figure.value < figure.high


def test_misuse_is_named() -> None:
    rng = np.random.default_rng(3)
    old, new = simulated(rng, OLD, 10), simulated(rng, NEW, 10, first="n")
    with pytest.raises(InputError, match="o1"):
        bridge(old, new, ("s1", "o1"))
    with pytest.raises(InputError):
        bridge(old, new, SHARED, interval=1)
    with pytest.raises(InputError):
        bridge(old.assign(rating=9), new, SHARED)
    with pytest.raises(InputError):
        bridge(old, new, SHARED).new_score(7)
