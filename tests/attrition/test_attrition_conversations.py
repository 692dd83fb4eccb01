import numpy as np
import pandas as pd
import pytest

from toolkit.attrition import capacity
from toolkit.attrition.conversations import leaver_counts
from toolkit.errors import InputError, NotEnoughData


def risks(probability):
    probability = np.asarray(probability, dtype=float)
    people = [f"p{number:04d}" for number in range(len(probability))]
    return pd.DataFrame(
        {"person_id": people, "probability": probability, "low": probability * 0.7, "high": 1 - (1 - probability) * 0.9}
    )


def test_counts_are_exact():
    from scipy.stats import binom

    assert np.allclose(leaver_counts(np.full(300, 0.1)), binom.pmf(np.arange(301), 300, 0.1), atol=1e-12)
    assert np.allclose(leaver_counts(np.array([0.5, 0.2])), [0.4, 0.5, 0.1])


def test_found_and_missed_share_all_leavers():
    table = risks(np.linspace(0.01, 0.4, 90))
    answer = capacity(table, 12)
    assert answer.found.value + answer.missed.value == pytest.approx(table["probability"].sum())
    assert answer.found.low <= answer.found.value <= answer.found.high
    assert answer.cutoff == table["probability"].nlargest(12).min()
    assert "12 conversations" in str(answer.sentence)


def test_intervals_hold_at_least_their_rate():
    rng = np.random.default_rng(2)
    table = risks(rng.beta(1, 9, 150))
    answer = capacity(table, 20)
    top = table["probability"].nlargest(20).to_numpy()
    found = (rng.random((4000, 20)) < top).sum(axis=1)
    assert ((found >= answer.found.low) & (found <= answer.found.high)).mean() >= 0.89


def test_uncertain_risks_widen_the_interval():
    table = risks(np.full(200, 0.1)).assign(low=0.04, high=0.22)
    plain, wide = capacity(table, 100), capacity(table, 100, model_error=True)
    assert wide.found.high - wide.found.low > plain.found.high - plain.found.low


def test_everyone_nobody_and_nonsense():
    table = risks([0.2, 0.1])
    everyone = capacity(table, 10)
    assert everyone.conversations == 2 and everyone.missed.value == 0 == everyone.missed.high
    with pytest.raises(InputError):
        capacity(table, 0)
    with pytest.raises(NotEnoughData):
        capacity(table.head(0), 3)
