"""What all people share: means of competencies, biases of sources, severities of raters, with their precision."""

from dataclasses import dataclass

import numpy as np

from toolkit.skillgap.evidence_cells import Array, Cells, by_source
from toolkit.skillgap.person_posterior import Factors, Means, Variances, posterior_means, seen_covariance
from toolkit.skillgap.source_priors import BIAS, COMPETENCY_SD, IMPERSONAL, LENIENCY_SD, MEAN, MIDDLE_SD

TOLERANCE, STEPS = 1e-4, 200  # in posterior standard deviations


@dataclass(frozen=True, slots=True)
class Shared:
    """Estimates: `mean` by competency, `bias` by source, `severity` by rater (beyond the source's bias)."""

    mean: Array
    bias: Array
    severity: Array

    def expected(self, cells: Cells) -> Array:
        """Return the rating a cell would show of a person at level 0 around the mean."""
        rater = cells.rater[cells.pair]
        severity = np.append(self.severity, 0.0)[rater]  # -1, nobody, is the last
        return np.asarray(self.mean[cells.competency] + self.bias[by_source(cells)] + severity)


def start(cells: Cells) -> Shared:
    """Return the documented priors."""
    bias = np.array([BIAS[name][0] for name in cells.sources])
    return Shared(np.full(len(cells.competencies), MEAN), bias, np.zeros(len(cells.raters)))


def prior_covariance(cells: Cells) -> Array:
    """Return the prior covariance of the competencies' means and, after them, the sources' biases."""
    size = len(cells.competencies)
    covariance = np.zeros((size + len(cells.sources),) * 2)
    covariance[:size, :size] = MIDDLE_SD**2 + COMPETENCY_SD**2 * np.eye(size)
    personal = np.array([name not in IMPERSONAL for name in cells.sources], dtype=float)
    own = np.diag([BIAS[name][1] ** 2 for name in cells.sources])
    covariance[size:, size:] = own + LENIENCY_SD**2 * np.outer(personal, personal)
    return covariance


def fit_shared(cells: Cells, factors: Factors, variances: Variances, guess: Shared, steps: int = STEPS) -> Shared:
    """Return the posterior means by conjugate gradients (Hestenes & Stiefel 1952) from `guess`.

    The system is positive definite because every effect has a prior, so the steps always come nearer; with
    `steps` fewer than needed the answer lies between guess and solution.
    """
    joint = np.linalg.inv(prior_covariance(cells))
    raters = 1 / rater_prior(cells, variances)
    first_raters = len(joint)

    def weigh(values: Array) -> Array:
        return np.asarray(np.r_[joint @ values[:first_raters], raters * values[first_raters:]])

    prior = start(cells)
    solved = _stack(guess)
    residual = _gather(cells, means_given(cells, factors, variances, guess).score)
    residual += weigh(_stack(prior) - solved)
    condition = _diagonal(cells, factors) + np.r_[np.diagonal(joint), raters]
    ahead = residual / condition
    strength = float(residual @ ahead)
    for _ in range(steps):
        if strength <= TOLERANCE**2:
            break
        made = _split(cells, ahead).expected(cells)
        score = posterior_means(cells, factors, factors.p * made, factors.q * made).score
        moved = _gather(cells, score) + weigh(ahead)
        length = strength / float(ahead @ moved)
        solved = solved + length * ahead
        residual = residual - length * moved
        scaled = residual / condition
        before, strength = strength, float(residual @ scaled)
        ahead = scaled + strength / before * ahead
    return _split(cells, solved)


def means_given(cells: Cells, factors: Factors, variances: Variances, shared: Shared) -> Means:
    """Return the people's posterior means given what all share."""
    chance, made = variances.chance[by_source(cells)], shared.expected(cells)
    return posterior_means(cells, factors, (cells.py - cells.p * made) / chance, (cells.qy - cells.q * made) / chance)


def shown_by(cells: Cells, shared: Shared, means: Means) -> Array:
    """Return the rating now expected of each cell."""
    root = cells.q / cells.p  # 1 / sqrt(age weight)
    seen = means.seen[cells.block[cells.pair], cells.competency]
    return np.asarray(shared.expected(cells) + seen + root * means.effect[cells.pair])


def rater_prior(cells: Cells, variances: Variances) -> Array:
    """Return the prior variance of each rater's severity."""
    return np.asarray(np.maximum(variances.severity[cells.raters["source"].to_numpy(dtype=np.int64)], 1e-8))


def severity_variance(cells: Cells, factors: Factors, variances: Variances) -> Array:
    """Return the posterior variance of each rater's severity, given the other raters."""
    own = _diagonal(cells, factors)[len(cells.competencies) + len(cells.sources) :]
    return np.asarray(1 / (own + 1 / rater_prior(cells, variances)))


def _stack(shared: Shared) -> Array:
    return np.asarray(np.r_[shared.mean, shared.bias, shared.severity])


def _split(cells: Cells, values: Array) -> Shared:
    competencies, sources = len(cells.competencies), len(cells.sources)
    return Shared(
        values[:competencies], values[competencies : competencies + sources], values[competencies + sources :]
    )


def _gather(cells: Cells, score: Array) -> Array:
    rater = cells.rater[cells.pair]
    known = rater >= 0
    totals = [
        np.bincount(cells.competency, score, len(cells.competencies)),
        np.bincount(by_source(cells), score, len(cells.sources)),
        np.bincount(rater[known], score[known], len(cells.raters)),
    ]
    return np.asarray(np.concatenate(totals), dtype=np.float64)


def _diagonal(cells: Cells, factors: Factors) -> Array:
    """Return about how much the evidence says on each effect when only the people are unknown beside it."""
    mean, bias, _ = person_information(cells, factors)
    mass = np.bincount(cells.pair, factors.p, len(cells.block))
    root = np.bincount(cells.pair, factors.q, len(cells.block))
    load = np.zeros((len(cells.block), len(cells.competencies)))
    load[cells.pair, cells.competency] = factors.p - factors.pull * root[cells.pair]
    taken = np.einsum("ij,ijk,ik->i", load, seen_covariance(cells, factors)[cells.block], load, optimize=True)
    rated = cells.rater >= 0
    known = np.maximum(mass - root**2 * factors.shrink - taken, 0.0)
    own = np.bincount(cells.rater[rated], known[rated], len(cells.raters))
    return np.asarray(np.r_[np.diagonal(mean), np.diagonal(bias), own])


def person_information(cells: Cells, factors: Factors) -> tuple[Array, Array, Array]:
    """Return what the evidence says on means and biases once people are unknown: their joint precision.

    Blocks mean x mean, bias x bias and mean x bias.
    """
    passed = factors.carry @ factors.information
    firsts = np.flatnonzero(np.r_[True, np.diff(cells.person) > 0])
    total = np.add.reduceat(passed, firsts, axis=0)
    mean = (total - total @ factors.covariance @ total).sum(axis=0)
    toll = np.zeros((len(total), len(cells.sources), total.shape[1]))
    toll[cells.person, cells.source] = passed.sum(axis=2)
    bias = -(toll @ factors.covariance @ toll.transpose(0, 2, 1)).sum(axis=0)
    bias[np.arange(len(bias)), np.arange(len(bias))] += toll.sum(axis=(0, 2))
    cross = (toll - toll @ factors.covariance @ total).sum(axis=0).T
    return mean, bias, cross
