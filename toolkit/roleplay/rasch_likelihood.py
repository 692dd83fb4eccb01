"""The marginal likelihood of the many-facet Rasch model and its maximum.

The log odds of a rating reaching step m rather than staying below it are the rep's measure minus
the rater's severity, the criterion's and scenario's difficulty and the step's threshold (Linacre
1989). Reps are drawn from one normal distribution that is integrated out by adaptive
Gauss-Hermite quadrature (Bock and Aitkin 1981; Naylor and Smith 1982). Gradient and Hessian are
those of the marginal likelihood itself (Fisher's identity, Louis 1982), so the standard errors
need no further approximation.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from toolkit.errors import NotEnoughData
from toolkit.wording import text

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_NODES = 21
_MOST_STEPS = 60
_LONGEST_STEP = 1.0
_SMALLEST_SD = 0.02
_FARTHEST = 15.0
_CLOSE_ENOUGH = 1e-7


@dataclass(frozen=True)
class StepModel:
    """Ratings as steps reached: what the likelihood needs to know.

    Of n ratings sorted by rep, `person` (n) numbers the rep, `category` (n) counts the steps
    reached from 0, `steps` (n) how many steps there are, and `design` (n x most steps x
    parameters) multiplies the free parameters into each step's location.
    """

    person: Integers
    category: Integers
    steps: Integers
    design: Floats

    @property
    def persons(self) -> int:
        """Count the reps."""
        return int(self.person[-1]) + 1


@dataclass(frozen=True)
class Marginal:
    """The marginal log likelihood at one point, its derivatives and each rep's posterior.

    `gradient` and `hessian` refer to the free parameters, then the reps' mean and the logarithm
    of their standard deviation. `nodes` and `weights` (reps x nodes) hold the posterior of each
    rep's measure; a row of weights sums to one.
    """

    loglik: float
    gradient: Floats
    hessian: Floats
    nodes: Floats
    weights: Floats


@dataclass(frozen=True)
class Maximum:
    """The maximum: free parameters, mean and log standard deviation in `point`, and their covariance."""

    point: Floats
    covariance: Floats
    marginal: Marginal


def category_probabilities(theta: Floats, locations: Floats, steps: Integers) -> Floats:
    """Return the probability of each category, one more axis than `theta`.

    `theta` (n x q) holds measures, `locations` (n x most steps) what is subtracted at each step and
    `steps` (n) how many steps each row has; categories beyond them have probability 0.
    """
    n, most = locations.shape
    number = np.arange(most + 1)
    easiness = np.concatenate([np.zeros((n, 1)), -np.cumsum(locations, axis=1)], axis=1)
    easiness[number[None, :] > steps[:, None]] = -np.inf
    exponent = theta[:, :, None] * number + easiness[:, None, :]
    odds = np.exp(exponent - exponent.max(axis=2, keepdims=True))
    result: Floats = odds / odds.sum(axis=2, keepdims=True)
    return result


def moments(probabilities: Floats) -> tuple[Floats, Floats]:
    """Return the expected category and its variance from probabilities along the last axis."""
    number = np.arange(probabilities.shape[-1])
    expected = probabilities @ number
    return expected, probabilities @ number**2 - expected**2


def marginal_likelihood(model: StepModel, point: Floats, nodes: int = _NODES) -> Marginal:
    """Return the marginal likelihood at `point` (free parameters, mean, log standard deviation)."""
    mean, sd = float(point[-2]), float(np.exp(point[-1]))
    locations = model.design @ point[:-2]
    centre, spread = _modes(model, locations, mean, sd)
    base, base_weights = np.polynomial.hermite.hermgauss(nodes)
    theta = centre[:, None] + np.sqrt(2) * spread[:, None] * base
    probabilities = category_probabilities(theta[model.person], locations, model.steps)
    chosen = np.take_along_axis(probabilities, model.category[:, None, None], axis=2)[:, :, 0]
    joint = _sums(np.log(chosen), model.person)
    standard = (theta - mean) / sd
    joint += -0.5 * standard**2 - np.log(sd * np.sqrt(2 * np.pi))
    joint += np.log(base_weights) + base**2 + np.log(np.sqrt(2) * spread)[:, None]
    top = joint.max(axis=1, keepdims=True)
    weights = np.exp(joint - top)
    total = weights.sum(axis=1, keepdims=True)
    weights /= total
    gradient, hessian = _derivatives(model, probabilities, weights, standard, sd)
    return Marginal(float((top + np.log(total)).sum()), gradient, hessian, theta, weights)


def maximise(model: StepModel) -> Maximum:
    """Return the maximum of the marginal likelihood by damped Newton steps.

    Raises `NotEnoughData` where the likelihood has no finite maximum, as with ratings that agree
    without exception.
    """
    point = np.zeros(model.design.shape[2] + 2)
    here = marginal_likelihood(model, point)
    for _ in range(_MOST_STEPS):
        step = _newton_step(here, point)
        if np.abs(step).max() < _CLOSE_ENOUGH:
            return Maximum(point, _covariance(here, point), here)
        for _halving in range(12):
            there = marginal_likelihood(model, _bounded(point + step))
            if there.loglik >= here.loglik - 1e-9:
                break
            step = step / 2
        else:
            break
        point, here = _bounded(point + step), there
        if np.abs(point).max() > _FARTHEST:
            break
    raise NotEnoughData(
        text("The many-facet Rasch view finds no finite solution: the ratings follow a pattern without exceptions."),
        remedy=text("Use the fair scores instead, or add sheets by other raters."),
    )


def _modes(model: StepModel, locations: Floats, mean: float, sd: float) -> tuple[Floats, Floats]:
    """Return the mode of each rep's posterior and the standard deviation that its curvature gives."""
    reached = np.bincount(model.person, weights=model.category, minlength=model.persons)
    theta: Floats = np.full(model.persons, mean)
    information: Floats = np.ones(model.persons)
    for _ in range(60):
        probabilities = category_probabilities(theta[model.person][:, None], locations, model.steps)
        expected, variance = (part[:, 0] for part in moments(probabilities))
        slope = reached - np.bincount(model.person, weights=expected, minlength=model.persons) - (theta - mean) / sd**2
        information = np.asarray(np.bincount(model.person, variance, model.persons) + 1 / sd**2, dtype=float)
        step = np.clip(slope / information, -_LONGEST_STEP, _LONGEST_STEP)
        theta += step
        if np.abs(step).max() < 1e-9:
            break
    return theta, 1 / np.sqrt(information)


def _derivatives(
    model: StepModel, probabilities: Floats, weights: Floats, standard: Floats, sd: float
) -> tuple[Floats, Floats]:
    size = model.design.shape[2] + 2
    # P(at least m steps), the expectation of "step m reached".
    reach = np.flip(np.cumsum(np.flip(probabilities, axis=2), axis=2), axis=2)[:, :, 1:]
    hessian = np.zeros((size, size))
    hessian[:-2, :-2] = -_expected_information(model, reach, weights)
    hessian[-2, -2] = -model.persons / sd**2
    hessian[-1, -2] = hessian[-2, -1] = -2 * (weights * standard).sum() / sd
    hessian[-1, -1] = -2 * (weights * standard**2).sum()
    missed = reach - (np.arange(1, reach.shape[2] + 1) <= model.category[:, None])[:, None, :]
    gradient = np.zeros(size)
    edges = np.searchsorted(model.person, np.arange(model.persons + 1))
    for rep, (start, end) in enumerate(pairwise(edges)):
        flat = model.design[start:end].reshape(-1, size - 2)
        scores = np.empty((size, weights.shape[1]))
        scores[:-2] = flat.T @ missed[start:end].transpose(0, 2, 1).reshape(len(flat), -1)
        scores[-2] = standard[rep] / sd
        scores[-1] = standard[rep] ** 2 - 1
        centre = scores @ weights[rep]
        gradient += centre
        off = scores - centre[:, None]
        hessian += (off * weights[rep]) @ off.T
    return gradient, hessian


def _expected_information(model: StepModel, reach: Floats, weights: Floats) -> Floats:
    """Return the information that the ratings would carry if the measures were known."""
    own = weights[model.person]
    averaged = np.einsum("nqm,nq->nm", reach, own)
    later = np.maximum.outer(np.arange(reach.shape[2]), np.arange(reach.shape[2]))
    spread = averaged[:, later] - np.einsum("nqa,nqb,nq->nab", reach, reach, own, optimize=True)
    flat = model.design.reshape(-1, model.design.shape[2])
    result: Floats = flat.T @ (spread @ model.design).reshape(flat.shape)
    return result


def _newton_step(here: Marginal, point: Floats) -> Floats:
    """Return a step uphill, of bounded length, also where the likelihood is not concave."""
    free = _free(here, point)
    values, vectors = np.linalg.eigh(-here.hessian[np.ix_(free, free)])
    values = np.maximum(np.abs(values), 1e-3)
    step = np.zeros_like(point)
    step[free] = vectors @ ((vectors.T @ here.gradient[free]) / values)
    longest = float(np.abs(step).max(initial=0.0))
    return step * min(1.0, _LONGEST_STEP / longest) if longest > 0 else step


def _free(here: Marginal, point: Floats) -> NDArray[np.bool_]:
    """Say which parameters may move: not a spread that has reached its floor and wants to go lower."""
    free = np.ones(len(point), dtype=bool)
    free[-1] = point[-1] > np.log(_SMALLEST_SD) + 1e-12 or here.gradient[-1] > 0
    return free


def _bounded(point: Floats) -> Floats:
    point = point.copy()
    point[-1] = max(point[-1], np.log(_SMALLEST_SD))
    return point


def _covariance(here: Marginal, point: Floats) -> Floats:
    free = _free(here, point)
    covariance = np.zeros_like(here.hessian)
    information = -here.hessian[np.ix_(free, free)]
    if np.linalg.eigvalsh(information).min() < 1e-6:
        raise NotEnoughData(
            text("The many-facet Rasch view cannot tell its parameters apart: there are too few ratings for it."),
            remedy=text("Use the fair scores instead, or add sheets by other raters."),
        )
    covariance[np.ix_(free, free)] = np.linalg.inv(information)
    return covariance


def _sums(values: Floats, person: Integers) -> Floats:
    """Add rows up by rep; rows are sorted by rep and each rep has one."""
    result: Floats = np.add.reduceat(values, np.searchsorted(person, np.arange(person[-1] + 1)), axis=0)
    return result
