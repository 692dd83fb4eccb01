"""How many are below or hold a target, when levels are known with error."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from toolkit.skillgap.counts import count_of, hidden_groups
from toolkit.skillgap.gaps import expected_shortfall, find_gaps, priority_parts


def test_two_people_are_counted_as_by_hand() -> None:
    found = count_of(np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    a, b = 0.5, norm.cdf(1.0)
    assert found.expected == pytest.approx(a + b)
    assert found.none == pytest.approx((1 - a) * (1 - b)) and found.single == pytest.approx(a * (1 - b) + b * (1 - a))
    assert (found.low, found.high) == (0, 2)


def test_nobody_counts_as_none() -> None:
    found = count_of(np.array([]), np.array([]))
    assert (found.expected, found.low, found.high, found.none, found.single) == (0.0, 0, 0, 1.0, 0.0)


def test_a_common_error_widens_the_interval_and_keeps_the_expectation() -> None:
    rng = np.random.default_rng(3)
    ahead, sd = rng.normal(0, 0.8, 60), np.full(60, 0.4)
    alone, together = count_of(ahead, sd), count_of(ahead, sd, 0.25)
    assert together.expected == pytest.approx(alone.expected, abs=0.01)
    assert together.high - together.low > alone.high - alone.low
    drawn = np.array(
        [
            ((ahead + rng.normal(0, 0.25) + rng.normal(0, np.sqrt(0.4**2 - 0.25**2), 60)) > 0).sum()
            for _ in range(20_000)
        ]
    )
    assert [together.low, together.high] == pytest.approx(np.quantile(drawn, [0.05, 0.95]), abs=1.0)


def test_a_group_that_could_be_worked_out_is_hidden_too() -> None:
    assert hidden_groups({"a": 4, "b": 9, "c": 6}) == {"a", "c"}
    assert hidden_groups({"a": 4, "b": 3, "c": 6}) == {"a", "b"}
    assert hidden_groups({"a": 5, "b": 0}) == set() and hidden_groups({"a": 2}) == {"a"}


def test_the_three_parts_make_the_priority() -> None:
    levels = pd.DataFrame(
        {
            "person_id": "p", "competency_id": ["a", "b", "c"], "level": [2.0, 3.1, 5.0], "sd": [0.4, 0.3, 0.2],
            "low": 1.0, "high": 5.0, "evidence_count": 3,
        }
    )  # fmt: skip
    asked = pd.DataFrame(
        {"person_id": "p", "competency_id": ["a", "b", "c", "d"], "target": 3.0, "weight": [5.0, 2.0, 1.0, 4.0]}
    )
    gaps = find_gaps(levels, asked)
    parts = priority_parts(gaps)
    seen = gaps["level"].notna()
    product = parts["importance"] * parts["size"] * parts["probability"]
    assert product[seen].to_numpy() == pytest.approx(gaps.loc[seen, "priority"].to_numpy(), abs=1e-9)
    assert parts.loc[~seen, ["size", "probability"]].isna().all(axis=None)
    assert float(expected_shortfall(pd.Series([0.0]), pd.Series([1.0])).iloc[0]) == pytest.approx(norm.pdf(0))
