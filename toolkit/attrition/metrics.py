"""Figures that say how good probabilities are, with intervals from a bootstrap over people."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.attrition.months import Floats, Integers

BINS = 10
REPLICATES = 300


@dataclass(frozen=True)
class Estimate:
    """A figure with the ends of its 90 % interval."""

    value: float
    low: float
    high: float


class Ranking:
    """Scores sorted once, so that weighted ROC-AUC and average precision cost one pass each.

    `scores` and `left` (0 or 1) have shape (rows,); ties in the score count half (ROC) or as one
    step (precision). Weights have shape (rows,) and default to 1.
    """

    def __init__(self, scores: Floats, left: Floats):
        self._order = np.argsort(scores, kind="stable")
        ordered = scores[self._order]
        self._starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        self._left = left[self._order]

    def roc_auc(self, weights: Floats | None = None) -> float:
        """Return the chance that a leaver is ranked above a stayer; NaN without both."""
        leavers, stayers = self._sums(weights)
        below = np.cumsum(stayers) - stayers
        pairs = leavers.sum() * stayers.sum()
        return float((leavers * (below + stayers / 2)).sum() / pairs) if pairs > 0 else float("nan")

    def average_precision(self, weights: Floats | None = None) -> float:
        """Return the area under precision over recall, as scikit-learn's average_precision_score."""
        leavers, stayers = (sums[::-1] for sums in self._sums(weights))
        found = np.cumsum(leavers)
        listed = found + np.cumsum(stayers)
        precision = np.divide(found, listed, out=np.zeros(len(found)), where=listed > 0)
        return float((leavers * precision).sum() / found[-1]) if found[-1] > 0 else float("nan")

    def _sums(self, weights: Floats | None) -> tuple[Floats, Floats]:
        weight = np.ones(len(self._left)) if weights is None else weights[self._order]
        leavers = np.add.reduceat(weight * self._left, self._starts)
        return leavers, np.add.reduceat(weight * (1.0 - self._left), self._starts)


def roc_auc(scores: Floats, left: NDArray[np.bool_] | Floats) -> float:
    """Return the ROC-AUC of `scores` for `left`, ties counting half; NaN without both kinds."""
    return Ranking(np.asarray(scores, dtype=float), np.asarray(left, dtype=float)).roc_auc()


def risk_bins(probability: Floats, bins: int = BINS) -> Integers:
    """Return bin numbers 0.. of about equal size from low to high risk; ties stay together."""
    edges = np.unique(np.quantile(probability, np.linspace(0, 1, bins + 1)[1:-1]))
    return np.searchsorted(edges, probability, side="right").astype(np.int64)


def calibration_error(probability: Floats, left: Floats, bins: Integers, weights: Floats | None = None) -> float:
    """Return the expected calibration error: mean over rows of |predicted - actual| of their bin."""
    weight = np.ones(len(left)) if weights is None else weights
    gaps = np.bincount(bins, weights=weight * (probability - left))
    return float(np.abs(gaps).sum() / weight.sum())


def calibration_noise(probability: Floats, bins: Integers, random_state: int, draws: int = 200) -> tuple[float, float]:
    """Return mean and 95th percentile of the calibration error if the probabilities were true."""
    rng = np.random.default_rng(random_state)
    errors = [
        calibration_error(probability, (rng.random(len(probability)) < probability).astype(float), bins)
        for _ in range(draws)
    ]
    return float(np.mean(errors)), float(np.quantile(errors, 0.95))


def by_person(
    figure: Callable[[Floats], dict[str, float]], person: Integers, random_state: int, replicates: int = REPLICATES
) -> dict[str, Estimate]:
    """Return each of the figures with a 90 % percentile interval, drawing whole persons.

    `figure` takes row weights of shape (rows,); `person` are codes 0..k-1 of shape (rows,).
    """
    rng = np.random.default_rng(random_state)
    people = int(person.max()) + 1
    point = figure(np.ones(len(person)))
    drawn: dict[str, list[float]] = {name: [] for name in point}
    for _ in range(replicates):
        counts = np.bincount(rng.integers(0, people, people), minlength=people).astype(float)
        for name, value in figure(counts[person]).items():
            drawn[name].append(value)
    found = {}
    for name, value in point.items():
        draws = np.array(drawn[name])
        draws = draws[~np.isnan(draws)]
        low, high = np.quantile(draws, [0.05, 0.95]) if len(draws) else (np.nan, np.nan)
        found[name] = Estimate(value, float(low), float(high))
    return found
