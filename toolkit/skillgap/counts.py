"""How many people are below a target or hold it, when each level is only known with an error."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr

from toolkit.skillgap.levels import WeighedEvidence, shared_covariance

Array = npt.NDArray[np.float64]
SMALLEST_GROUP = 5
_NODES = 15
_MOST_SHARED = 0.9


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people: `expected`, `low` to `high` (its interval), and the probabilities (0-1) of none and of one."""

    expected: float
    low: int
    high: int
    none: float
    single: float


def shared_errors(weighed: WeighedEvidence) -> pd.Series:
    """Return by competency_id the standard deviation (levels) of what is not known of all levels together."""
    if weighed.fit is None:
        return pd.Series(dtype=float)
    known = weighed.fit.cells.competencies
    return pd.Series(np.sqrt(np.diagonal(shared_covariance(weighed.fit))[: len(known)]), index=known)


def count_of(ahead: Array, sd: Array, shared_sd: float | Array = 0.0, *, interval: float = 0.90) -> Count:
    """Return how many of some people have passed a mark, each with probability Phi(ahead / sd).

    `ahead` is by how much each is estimated to have passed it (levels), `sd` the standard deviation of that, of
    which `shared_sd` is an error all have in common (one for all or one each, at most nine tenths of it). Given the common error people are
    independent, so their number is Poisson-binomial (Wang 1993, Statistica Sinica 3, 295-312); the common error is
    averaged over by Gauss-Hermite quadrature. Without people the count is 0.
    """
    chances = _distribution(np.asarray(ahead, dtype=float), np.asarray(sd, dtype=float), shared_sd)
    below = np.cumsum(chances)
    tail = (1 - interval) / 2
    return Count(
        float(chances @ np.arange(len(chances))),
        int(np.searchsorted(below, tail + 1e-9)),
        min(int(np.searchsorted(below, 1 - tail - 1e-9)), len(chances) - 1),
        float(chances[0]),
        float(chances[1]) if len(chances) > 1 else 0.0,
    )


def _distribution(ahead: Array, sd: Array, shared_sd: float | Array) -> Array:
    """Return the probability of 0, 1, 2... people."""
    if not len(ahead):
        return np.ones(1)
    shared = np.minimum(shared_sd, _MOST_SHARED * sd)
    own = np.sqrt(sd**2 - shared**2)
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    given = ndtr((ahead[:, None] + shared[:, None] * nodes) / own[:, None])
    chances = np.zeros((len(ahead) + 1, _NODES))
    chances[0] = 1.0
    for number, chance in enumerate(given):
        chances[1 : number + 2] = chances[1 : number + 2] * (1 - chance) + chances[: number + 1] * chance
        chances[0] *= 1 - chance
    return np.asarray(chances @ (weights / weights.sum()))


def hidden_groups(sizes: Mapping[str, int]) -> set[str]:
    """Return which groups stay hidden: those of fewer than five, and one more where a single one could be worked out.

    A group without anybody is nobody's secret and stays.
    """
    small = {name for name, size in sizes.items() if 0 < size < SMALLEST_GROUP}
    others = sorted((size, name) for name, size in sizes.items() if size >= SMALLEST_GROUP)
    return small | {others[0][1]} if len(small) == 1 and others else small
