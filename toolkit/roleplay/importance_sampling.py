"""Integrals over a few parameters by importance sampling on Sobol points: no chains, no chance, no failure to converge.

The parameters are written as normal scores, so that the prior is a standard normal distribution and
the posterior's tails are never heavier than the prior's.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri, gammaln, ndtri

Array = NDArray[np.float64]
Density = Callable[[Array], Array]

POINTS = 2048
_FIRST_POINTS = 512
_ENOUGH = 0.35
_ROUNDS = 4
_FREEDOM = 5.0
_PRIOR_SHARE = 0.125
_STEP = 0.02
_NEWTON_STEPS = 12
_LENGTHS = np.array([1.0, 0.5, 0.25, 0.1, 0.02, 0.0])
_BITS = 30
# Joe and Kuo (2008), new-joe-kuo-6: degree, coefficients and first direction numbers of dimensions 2 to 6.
_DIRECTIONS = ((1, 0, (1,)), (2, 1, (1, 3)), (3, 1, (1, 3, 1)), (3, 2, (1, 1, 1)), (4, 1, (1, 1, 3, 3)))


@dataclass(frozen=True)
class WeightedPoints:
    """`points` (points x parameters, normal scores), `weights` summing to 1, and the effective number of points."""

    points: Array
    weights: Array
    effective: float


def sobol_points(count: int, dimensions: int) -> Array:
    """Return the first `count` (a power of two) Sobol points in the open unit cube of up to 6 dimensions.

    The unscrambled sequence of Joe and Kuo (2008), each point moved to the middle of its finest cell.
    """
    gray = np.arange(count) ^ (np.arange(count) >> 1)
    points = np.zeros((count, dimensions), dtype=np.int64)
    for dimension in range(dimensions):
        for bit, direction in enumerate(_direction_numbers(dimension)[: max(count.bit_length(), 1)]):
            points[:, dimension] ^= np.where(gray >> bit & 1, direction, 0)
    return np.asarray(points / 2.0**_BITS + 0.5 / count, dtype=float)


def posterior_points(log_likelihood: Density, dimensions: int, count: int = POINTS) -> WeightedPoints:
    """Return points and weights that stand for the posterior of `dimensions` standard normal parameters.

    `log_likelihood` takes points (n x dimensions) and returns n finite numbers. Around the posterior's
    mode a multivariate t distribution proposes Sobol points, one in eight comes from the prior, and
    the proposal is fitted again to the weighted points until a third of them count. Points from the
    prior bound every weight, so the result stands even where the proposal fits badly.
    """

    def log_target(points: Array) -> Array:
        return np.asarray(log_likelihood(points) - 0.5 * np.sum(points**2, axis=1), dtype=float)

    centre, spread = _mode(log_target, dimensions)
    best = _weigh(log_target, centre, spread, min(_FIRST_POINTS, count))
    for _ in range(_ROUNDS):
        centre, spread = _fitted(best)
        found = _weigh(log_target, centre, spread, count)
        if len(best.weights) < count or found.effective > best.effective:
            best = found
        if best.effective > _ENOUGH * count:
            break
    return best


def weighted_quantile(values: Array, weights: Array, share: float) -> float:
    """Return the value below which `share` of the weight lies, interpolated between points."""
    order = np.argsort(values, kind="stable")
    middle = np.cumsum(weights[order]) - weights[order] / 2
    return float(np.interp(share, middle, values[order]))


def _direction_numbers(dimension: int) -> list[int]:
    if dimension == 0:
        return [1 << (_BITS - 1 - bit) for bit in range(_BITS)]
    degree, coefficients, first = _DIRECTIONS[dimension - 1]
    numbers = [value << (_BITS - 1 - bit) for bit, value in enumerate(first)]
    for bit in range(degree, _BITS):
        value = numbers[bit - degree] ^ (numbers[bit - degree] >> degree)
        for back in range(1, degree):
            if coefficients >> (degree - 1 - back) & 1:
                value ^= numbers[bit - back]
        numbers.append(value)
    return numbers


def _mode(log_target: Density, dimensions: int) -> tuple[Array, Array]:
    """Climb by Newton steps; a point short of the top is still a usable centre."""
    point = np.zeros(dimensions)
    for _ in range(_NEWTON_STEPS):
        gradient, values, vectors = _slopes(log_target, point)
        step = vectors @ ((vectors.T @ gradient) / values)
        step *= min(1.0, 2.0 / max(float(np.linalg.norm(step)), 1e-12))
        tried = point + _LENGTHS[:, None] * step
        following = tried[int(np.argmax(log_target(tried)))]
        if float(np.abs(following - point).max()) < 1e-3:
            break
        point = following
    _, values, vectors = _slopes(log_target, point)
    return point, (vectors / values) @ vectors.T


def _slopes(log_target: Density, point: Array) -> tuple[Array, Array, Array]:
    """Return the gradient and the eigenvalues (kept positive) and eigenvectors of the curvature."""
    size = len(point)
    unit = _STEP * np.eye(size)
    first, second = np.triu_indices(size, 1)
    moves = np.concatenate(
        [np.zeros((1, size)), unit, -unit, unit[first] + unit[second], -unit[first] - unit[second]], axis=0
    )
    heights = log_target(point + moves)
    top, up, down = heights[0], heights[1 : size + 1], heights[size + 1 : 2 * size + 1]
    both, neither = np.split(heights[2 * size + 1 :], 2)
    curvature = np.diag(up + down - 2 * top)
    mixed = (both + neither - up[first] - down[first] - up[second] - down[second] + 2 * top) / 2
    curvature[first, second] = curvature[second, first] = mixed
    values, vectors = np.linalg.eigh(-curvature / _STEP**2)
    return (up - down) / (2 * _STEP), np.maximum(values, 0.4), vectors


def _weigh(log_target: Density, centre: Array, spread: Array, count: int) -> WeightedPoints:
    size = len(centre)
    factor = np.linalg.cholesky(spread)
    uniform = sobol_points(count, size + 1)
    # A block at the end is evenly spread itself; every eighth point would all lie in one corner.
    from_prior = np.arange(count) >= count - round(count * _PRIOR_SHARE)
    normal = ndtri(uniform[:, :size])
    # A t distribution is a normal one over the root of a chi-square; its mean square is drawn by the last coordinate.
    stretch = np.sqrt(_FREEDOM / _chi_square(uniform[:, size]))
    points = np.where(from_prior[:, None], normal, centre + (normal * stretch[:, None]) @ factor.T)
    away = np.linalg.solve(factor, (points - centre).T)
    log_t = (
        gammaln((_FREEDOM + size) / 2)
        - gammaln(_FREEDOM / 2)
        - 0.5 * size * np.log(_FREEDOM * np.pi)
        - np.log(np.diag(factor)).sum()
        - 0.5 * (_FREEDOM + size) * np.log1p(np.sum(away**2, axis=0) / _FREEDOM)
    )
    log_prior = -0.5 * np.sum(points**2, axis=1) - 0.5 * size * np.log(2 * np.pi)
    proposal = np.logaddexp(log_t + np.log1p(-_PRIOR_SHARE), log_prior + np.log(_PRIOR_SHARE))
    log_weights = log_target(points) - proposal
    weights = np.exp(log_weights - log_weights.max())
    weights /= weights.sum()
    return WeightedPoints(points, weights, float(1 / np.sum(weights**2)))


def _chi_square(uniform: Array) -> Array:
    return np.asarray(chdtri(_FREEDOM, 1 - uniform), dtype=float)


def _fitted(cloud: WeightedPoints) -> tuple[Array, Array]:
    """Return the weighted mean and covariance, kept away from collapse by a little of the prior."""
    centre = cloud.weights @ cloud.points
    away = cloud.points - centre
    spread = (away * cloud.weights[:, None]).T @ away
    thin = 5.0 / cloud.effective
    return centre, 0.8 * (spread + thin * np.diag(np.diag(spread)) + 1e-6 * np.eye(len(centre)))
