"""The Gaussian posterior of every person's levels, in batches of small matrices."""

from dataclasses import dataclass

import numpy as np

from toolkit.skillgap.evidence_cells import Array, Cells
from toolkit.skillgap.source_priors import VIEW_SHARED


@dataclass(frozen=True, slots=True)
class Variances:
    """What the model calls reliability, by source but `people` (competency x competency): all in levels squared.

    `chance` multiplies a piece's squared standard error; `severity` is between raters, `halo` a rater's with
    one person, `view` what a source sees in a person in common.
    """

    chance: Array
    severity: Array
    halo: Array
    view: Array
    people: Array


def view_pattern(size: int) -> Array:
    """Return the correlation of a source's view between competencies."""
    return VIEW_SHARED * np.ones((size, size)) + (1 - VIEW_SHARED) * np.eye(size)


@dataclass(frozen=True, slots=True)
class Factors:
    """Everything about the posterior that does not depend on the ratings themselves.

    Arrays by cell: `p`, `q` (divided by chance), `pull` (q times the pair's shrinkage); by pair: `shrink`
    (posterior variance of its effect given levels); by block: `information` A, `carry` (I + A C)^-1, `within`
    (posterior variance of the view given levels); by person: `covariance` V.
    """

    p: Array
    q: Array
    pull: Array
    shrink: Array
    information: Array
    carry: Array
    within: Array
    covariance: Array


def factorise(cells: Cells, variances: Variances, spread: Array | None = None) -> Factors:
    """Return the factors of the posterior; `spread` is the variance of each pair's effect instead of `halo`.

    A rating at age weight w is y = bias + level + view + (effect of the pair + chance) / sqrt(w). The pair's
    effect is integrated out of its source (a matrix of rank one), the view out of the person.
    """
    size, source = len(cells.competencies), cells.source[cells.block]
    chance = variances.chance[source][cells.pair]
    p, q = cells.p / chance, cells.q / chance
    if spread is None:
        spread = pair_spread(cells, variances)
    mass = np.bincount(cells.pair, cells.n / chance, len(cells.block))
    shrink = spread / (1.0 + spread * mass)
    pull = q * shrink[cells.pair]
    information = np.zeros((len(cells.person), size, size))
    dense = np.zeros((len(cells.block), size))
    dense[cells.pair, cells.competency] = q
    scaled = dense * np.sqrt(shrink)[:, None]
    starts = np.flatnonzero(np.r_[True, np.diff(cells.block) > 0])
    for first in range(size):  # one row of the rank-one sums at a time keeps memory linear in pairs
        information[:, first, :] = -np.add.reduceat(scaled[:, first, None] * scaled, starts, axis=0)
    diagonal = np.bincount(cells.block[cells.pair] * size + cells.competency, p, len(cells.person) * size)
    information[:, np.arange(size), np.arange(size)] += diagonal.reshape(-1, size)
    view = variances.view[cells.source][:, None, None] * view_pattern(size)
    carry = np.linalg.inv(np.eye(size) + information @ view)
    passed = carry @ information
    firsts = np.flatnonzero(np.r_[True, np.diff(cells.person) > 0])
    precision = np.add.reduceat(passed, firsts, axis=0) + np.linalg.inv(variances.people)
    return Factors(
        p,
        q,
        pull,
        shrink,
        information,
        np.asarray(carry, dtype=np.float64),
        np.asarray(view @ carry),
        np.asarray(np.linalg.inv(precision), dtype=np.float64),
    )


def pair_spread(cells: Cells, variances: Variances) -> Array:
    """Return the variance of each pair's effect: halo, and nothing where nobody judged."""
    halo = variances.halo[cells.source[cells.block]]
    return np.where(cells.judged, halo, 0.0)


@dataclass(frozen=True, slots=True)
class Means:
    """Posterior means.

    `level` (person x competency, from the mean), `seen` (block x competency, level + view), `effect` (by pair) and
    `score` (by cell: derivative of the log-likelihood by the cell's expected rating).
    """

    level: Array
    seen: Array
    effect: Array
    score: Array


def posterior_means(cells: Cells, factors: Factors, py: Array, qy: Array) -> Means:
    """Return the posterior means for sums `py` and `qy` by cell: of deviations from the expected, over chance."""
    size = len(cells.competencies)
    total = np.bincount(cells.pair, qy, len(cells.block))
    lean = py - factors.pull * total[cells.pair]
    place = cells.block[cells.pair] * size + cells.competency
    block = np.bincount(place, lean, len(cells.person) * size).reshape(-1, size)
    passed = (factors.carry @ block[:, :, None])[:, :, 0]
    firsts = np.flatnonzero(np.r_[True, np.diff(cells.person) > 0])
    level = (factors.covariance @ np.add.reduceat(passed, firsts, axis=0)[:, :, None])[:, :, 0]
    own = level[cells.person]
    rest = block - (factors.information @ own[:, :, None])[:, :, 0]
    seen = own + (factors.within @ rest[:, :, None])[:, :, 0]
    shown = seen[cells.block[cells.pair], cells.competency]
    against = np.bincount(cells.pair, factors.q * shown, len(cells.block))
    effect = factors.shrink * (total - against)
    score = py - factors.p * shown - factors.q * effect[cells.pair]
    return Means(level, seen, effect, score)


def seen_covariance(cells: Cells, factors: Factors) -> Array:
    """Return the posterior covariance of level + view between competencies, by block."""
    kept = kept_of_level(factors)
    return np.asarray(kept @ factors.covariance[cells.person] @ kept.transpose(0, 2, 1) + factors.within)


def kept_of_level(factors: Factors) -> Array:
    """Return by block how level + view moves with the level, given the evidence (I - B A)."""
    return np.asarray(np.eye(factors.within.shape[1]) - factors.within @ factors.information)
