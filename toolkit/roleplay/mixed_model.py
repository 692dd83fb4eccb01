"""The Bayesian linear mixed model behind fair scores, on plain arrays.

A sheet's composite = level of its group + rep + rater + scenario + rep in that scenario + residual. Each
effect is normal with a standard deviation of its own and the level has a flat prior, so that
everything is exactly normal once the five deviations are given (Searle, Casella and McCulloch, Variance
Components, 1992). The deviations have half-normal priors (Gelman, Bayesian Analysis 2006, 1:515) and
are integrated by importance sampling.

Sheets enter only through cross-products per rep and scenario, which costs the same for 1 and 100 raters
a rep and makes a thousand draws of the deviations cheap.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from toolkit.roleplay.importance_sampling import POINTS, posterior_points

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

COMPONENTS = ("rep", "rater", "scenario", "rep_x_scenario", "residual")
PRIOR_SCALES = (0.8, 0.5, 0.5, 0.5, 0.6)
_BLOCK = 256
_FAR = 8.0
_LEAST_RESIDUAL = 0.002
_HALVINGS = 34


@dataclass(frozen=True)
class Sheets:
    """What the model sees: one entry a sheet, codes counting from 0 without gaps.

    `composite` in levels; `rep`, `rater`, `scenario` codes; `group` the group of each rep (one entry a
    rep), each group with a level of its own; `extra` known error variance of a sheet on top of the residual;
    `floor` the least the residual deviation can be, because ratings are whole levels.
    """

    composite: Array
    rep: Codes
    rater: Codes
    scenario: Codes
    group: Codes
    extra: Array
    floor: float = 0.0

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """Groups, reps, raters, scenarios."""
        return int(self.group.max()) + 1, len(self.group), int(self.rater.max()) + 1, int(self.scenario.max()) + 1

    @cached_property
    def effects(self) -> Array:
        """Sheets x (group levels, raters, scenarios): the columns that sheets of several reps share."""
        groups, _, raters, scenarios = self.sizes
        return np.concatenate(
            [np.eye(groups)[self.group[self.rep]], np.eye(raters)[self.rater], np.eye(scenarios)[self.scenario]], axis=1
        )

    @cached_property
    def rater_columns(self) -> slice:
        """Where the raters stand among the effects."""
        groups, _, raters, _ = self.sizes
        return slice(groups, groups + raters)

    @cached_property
    def scenario_columns(self) -> slice:
        """Where the scenarios stand among the effects."""
        groups, _, raters, scenarios = self.sizes
        return slice(groups + raters, groups + raters + scenarios)


@dataclass(frozen=True)
class Conditional:
    """Everything the model says given draws of the deviations (first axis: draws).

    `log_likelihood` is the restricted one (the level integrated out). Effects (group levels, raters,
    scenarios) are normal with `mean` and `covariance`; a rep's fair score given them is normal with mean
    `constant` + `loading` @ effects and variance `variance`, independently of other reps.
    """

    log_likelihood: Array
    mean: Array
    covariance: Array
    constant: Array
    loading: Array
    variance: Array

    def fair(self) -> tuple[Array, Array]:
        """Return mean and variance of each rep's fair score, draws x reps."""
        mean = self.constant + np.matmul(self.loading, self.mean[:, :, None])[:, :, 0]
        spread = np.sum(np.matmul(self.loading, self.covariance) * self.loading, axis=2)
        return mean, spread + self.variance

    def contrasts(self, matrix: Array) -> tuple[Array, Array]:
        """Return mean and variance of linear combinations of the effects, draws x rows of `matrix`."""
        return self.mean @ matrix.T, np.sum(np.matmul(matrix, self.covariance) * matrix, axis=2)


@dataclass(frozen=True)
class Posterior:
    """Draws of the five deviations (draws x components) with their weights, and what follows from each."""

    sheets: Sheets
    deviations: Array
    weights: Array
    effective: float
    given: Conditional

    def typical(self) -> Array:
        """Return the five deviations as the roots of their posterior mean variances."""
        return np.asarray(np.sqrt(self.weights @ self.deviations**2), dtype=float)

    def ranked_draws(self, count: int, seed: int) -> Array:
        """Return `count` joint draws of all fair scores, draws x reps."""
        rng = np.random.default_rng(seed)
        places = (np.arange(count) + 0.5) / count
        chosen = np.minimum(np.searchsorted(np.cumsum(self.weights), places), len(self.weights) - 1)
        used, which = np.unique(chosen, return_inverse=True)
        values, vectors = np.linalg.eigh(self.given.covariance[used])
        roots = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
        normal = rng.standard_normal((count, roots.shape[1]))
        effects = self.given.mean[chosen] + np.matmul(roots[which], normal[:, :, None])[:, :, 0]
        noise = rng.standard_normal((count, self.given.constant.shape[1])) * np.sqrt(self.given.variance[chosen])
        moved = np.matmul(self.given.loading[chosen], effects[:, :, None])[:, :, 0]
        return np.asarray(self.given.constant[chosen] + moved + noise, dtype=float)


def fit(sheets: Sheets, scales: tuple[float, ...] = PRIOR_SCALES, points: int = POINTS) -> Posterior:
    """Return the posterior of the model. The same sheets in the same order give the same bits.

    `scales` are the scales of the half-normal priors in the order of COMPONENTS, in levels.
    """
    products = _CrossProducts(sheets)
    cloud = posterior_points(
        lambda scores: products.solve(deviations_from_scores(scores, scales, sheets.floor), only_likelihood=True)[0],
        len(COMPONENTS),
        points,
    )
    kept = cloud.weights > 1e-7 * cloud.weights.max()
    deviations = deviations_from_scores(cloud.points[kept], scales, sheets.floor)
    weights = cloud.weights[kept] / cloud.weights[kept].sum()
    return Posterior(sheets, deviations, weights, cloud.effective, Conditional(*products.solve(deviations)))


def conditional(sheets: Sheets, deviations: Array) -> Conditional:
    """Return the exact solution for known deviations (draws x components); zero switches an effect off."""
    return Conditional(*_CrossProducts(sheets).solve(np.atleast_2d(np.asarray(deviations, dtype=float))))


def deviations_from_scores(scores: Array, scales: tuple[float, ...], floor: float) -> Array:
    """Turn normal scores into half-normal deviations; the residual's is cut off below `floor`."""
    above = ndtr(-np.clip(scores, -_FAR, _FAR))
    above[:, -1] *= 2 * ndtr(-max(floor, _LEAST_RESIDUAL) / scales[-1])
    return np.asarray(-np.array(scales) * ndtri(above / 2), dtype=float)


def mixture_quantiles(mean: Array, variance: Array, weights: Array, share: float) -> Array:
    """Return the quantile of a weighted mixture of normal distributions, one a column (draws x columns)."""
    spread = np.sqrt(np.maximum(variance, 1e-18))
    low, high = (mean - 9 * spread).min(axis=0), (mean + 9 * spread).max(axis=0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = weights @ ndtr((middle - mean) / spread) < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray((low + high) / 2, dtype=float)


class _CrossProducts:
    """Sums over the sheets of each rep and scenario, by known extra variance."""

    def __init__(self, sheets: Sheets) -> None:
        self.sheets = sheets
        _, reps, _, scenarios = sheets.sizes
        self.levels, level = np.unique(sheets.extra, return_inverse=True)
        columns = np.column_stack([sheets.effects, sheets.composite])
        cell = (sheets.rep * scenarios + sheets.scenario) * len(self.levels) + level
        flat = np.zeros((reps * scenarios * len(self.levels), columns.shape[1]))
        np.add.at(flat, cell, columns)
        counts = np.bincount(cell, minlength=len(flat)).astype(float)
        self.sums = flat.reshape(reps, scenarios, len(self.levels), -1)
        self.counts = counts.reshape(reps, scenarios, len(self.levels))
        self.squares = np.stack([columns[level == one].T @ columns[level == one] for one in range(len(self.levels))])
        self.totals = self.counts.sum(axis=(0, 1))

    def solve(self, deviations: Array, *, only_likelihood: bool = False) -> tuple[Array, ...]:
        """Return the fields of `Conditional`, or only the first."""
        blocks = [
            self._solve(deviations[start : start + _BLOCK], only_likelihood)
            for start in range(0, len(deviations), _BLOCK)
        ]
        return tuple(np.concatenate(parts) for parts in zip(*blocks, strict=True))

    def _solve(self, deviations: Array, only_likelihood: bool) -> tuple[Array, ...]:
        draws, (groups, reps, raters, scenarios) = len(deviations), self.sheets.sizes
        rep_sd, rater_sd, scenario_sd, pair_sd, residual_sd = deviations.T
        precision = 1 / (residual_sd[:, None] ** 2 + self.levels)
        sums = np.einsum("dl,rslk->drsk", precision, self.sums, optimize=True)
        counts = np.einsum("dl,rsl->drs", precision, self.counts, optimize=True)
        pair_variance = pair_sd[:, None, None] ** 2
        kept = 1 / (1 + pair_variance * counts)
        known = np.sum(counts * kept, axis=2)
        rep_variance = rep_sd[:, None] ** 2
        variance = rep_variance / (1 + rep_variance * known)
        seen = np.matmul(kept[:, :, None, :], sums)[:, :, 0, :]
        products = np.tensordot(precision, self.squares, 1)
        cells = (sums * np.sqrt(pair_variance * kept)[..., None]).reshape(draws, reps * scenarios, -1)
        products -= np.matmul(cells.transpose(0, 2, 1), cells)
        taken = seen * np.sqrt(variance)[:, :, None]
        products -= np.matmul(taken.transpose(0, 2, 1), taken)

        scale = np.concatenate(
            [np.ones((draws, groups)), np.repeat(rater_sd[:, None], raters, 1), np.repeat(scenario_sd[:, None], scenarios, 1)],
            axis=1,
        )  # fmt: skip
        normal = products[:, :-1, :-1] * scale[:, :, None] * scale[:, None, :]
        inside = np.arange(groups, normal.shape[1])
        normal[:, inside, inside] += 1
        right = products[:, :-1, -1] * scale
        factor = np.linalg.cholesky(normal)
        inverse = np.linalg.inv(factor)
        solved = np.matmul(inverse, right[:, :, None])[:, :, 0]
        determinant = (
            -np.log(precision) @ self.totals
            - np.log(kept).sum(axis=(1, 2))
            + np.log1p(rep_variance * known).sum(axis=1)
            + 2 * np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
        )
        left = len(self.sheets.composite) - groups
        squares = products[:, -1, -1] - np.sum(solved**2, axis=1)
        log_likelihood = -0.5 * (determinant + np.maximum(squares, 0.0) + left * np.log(2 * np.pi))
        if only_likelihood:
            return (log_likelihood,)
        root = inverse * scale[:, None, :]
        covariance = np.matmul(root.transpose(0, 2, 1), root)
        mean = np.matmul(root.transpose(0, 2, 1), solved[:, :, None])[:, :, 0]
        loading = np.eye(normal.shape[1])[self.sheets.group] - variance[:, :, None] * seen[:, :, :-1]
        return log_likelihood, mean, covariance, variance * seen[:, :, -1], loading, variance
