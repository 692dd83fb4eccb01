"""How reliable each source has shown itself: the model's variances, learned from overlap, shrunk to priors."""

from dataclasses import dataclass

import numpy as np

from toolkit.skillgap import source_priors as priors
from toolkit.skillgap.evidence_cells import Array, Cells, Index, at_the_ends, by_source, of_people, plain_means
from toolkit.skillgap.person_posterior import (
    Factors,
    Means,
    Variances,
    factorise,
    kept_of_level,
    pair_spread,
    seen_covariance,
    view_pattern,
)
from toolkit.skillgap.shared_effects import (
    Shared,
    fit_shared,
    means_given,
    severity_variance,
    shown_by,
    start,
)

ROUNDS, SETTLED = 40, 0.02
STEPS_A_ROUND = 4
PEOPLE_TO_LEARN_FROM = 500
END_ROUNDS = 3
# All views are renewed at once, each as if the others stood still: whole steps swing past the place and back for 20 rounds.
VIEW_STEP = 0.6


@dataclass(frozen=True, slots=True)
class Fit:
    """The whole model: cells with the ends worked in, variances, what all share, factors and people's means.

    The covariances in `factors` hold what is not known of raters, too; `severity` is that variance by rater.
    """

    cells: Cells
    variances: Variances
    shared: Shared
    factors: Factors
    means: Means
    severity: Array


def prior_variances(cells: Cells) -> Variances:
    """Return the documented priors for the sources, competencies and standard errors of `cells`."""
    size, squared = len(cells.competencies), cells.error**2
    source = cells.source[cells.block]
    count = np.maximum(np.bincount(source, minlength=len(squared)), 1)
    judged = np.bincount(source, cells.judged, len(squared)) / count
    alone = np.asarray(cells.sources == "self", dtype=float)
    people = priors.CORRELATION * np.ones((size, size)) + (1 - priors.CORRELATION) * np.eye(size)
    return Variances(
        chance=priors.CHANCE * judged + (1 - judged),
        severity=(1 - alone) * priors.SEVERITY * squared,
        halo=(priors.HALO + priors.SEVERITY * alone) * squared,
        view=np.array([priors.VIEW_SD[name] ** 2 for name in cells.sources]),
        people=priors.PERSON_SD**2 * people,
    )


def fit(raw: Cells) -> Fit:
    """Fit the model to `raw`; the variances are learned from about 500 people at most."""
    learned = of_people(raw, _to_learn_from(raw)) if len(raw.persons) > PEOPLE_TO_LEARN_FROM else raw
    variances, shared = learn(learned)
    shown = plain_means(raw)
    for _ in range(END_ROUNDS):
        cells, _ = at_the_ends(raw, shown, variances.chance)
        factors = factorise(cells, variances)
        shared = fit_shared(cells, factors, variances, shared)
        means = means_given(cells, factors, variances, shared)
        shown = shown_by(cells, shared, means)
    known = severity_variance(cells, factors, variances)
    spread = pair_spread(cells, variances)
    spread[cells.rater >= 0] += known[cells.rater[cells.rater >= 0]]
    return Fit(cells, variances, shared, factorise(cells, variances, spread), means, known)


def learn(raw: Cells) -> tuple[Variances, Shared]:
    """Return variances and shared effects of the highest posterior density, nearly.

    Expectation-maximisation with conjugate priors (Dempster, Laird & Rubin 1977, Journal of the Royal
    Statistical Society B 39, 1-38), Fisher scoring for the views, at most 40 rounds; each variance stays
    above zero because its prior does.
    """
    prior = variances = prior_variances(raw)
    shared, shown = start(raw), plain_means(raw)
    for _ in range(ROUNDS):
        cells, left = at_the_ends(raw, shown, variances.chance)
        factors = factorise(cells, variances)
        shared = fit_shared(cells, factors, variances, shared, STEPS_A_ROUND)
        means = means_given(cells, factors, variances, shared)
        shown = shown_by(cells, shared, means)
        before, variances = variances, _renewed(raw, cells, left, _State(variances, prior, shared, factors, means))
        if _change(before, variances) < SETTLED:
            break
    return variances, shared


@dataclass(frozen=True, slots=True)
class _State:
    variances: Variances
    prior: Variances
    shared: Shared
    factors: Factors
    means: Means


def _to_learn_from(cells: Cells) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Choose people evenly, whole teams of the same busiest rater where there are many, to keep raters' overlap."""
    rated = cells.rater >= 0
    load = np.bincount(cells.rater[rated], minlength=len(cells.raters) + 1)
    busiest = np.zeros(len(cells.persons), dtype=np.int64)
    order = np.argsort(load[cells.rater], kind="stable")
    busiest[cells.person[cells.block[order]]] = cells.rater[order]  # the last written is the busiest
    every = -(-len(busiest) // PEOPLE_TO_LEARN_FROM)
    teams, number = np.unique(busiest, return_inverse=True)
    if len(teams) >= 10 * every:
        return np.asarray(number % every == 0)
    return np.asarray(np.arange(len(busiest)) % every == 0)


def _change(before: Variances, after: Variances) -> float:
    pairs = [(before.chance, after.chance), (before.severity, after.severity), (before.halo, after.halo)]
    pairs += [(before.view, after.view), (np.diagonal(before.people), np.diagonal(after.people))]
    return max(float(np.max(np.abs(np.log((new + 1e-3) / (old + 1e-3))))) for old, new in pairs)


def _renewed(raw: Cells, cells: Cells, left: Array, now: _State) -> Variances:
    """Return the variances after one round."""
    source = cells.source[cells.block]
    spread = seen_covariance(cells, now.factors)
    dense = np.zeros((len(cells.block), len(cells.competencies)))
    dense[cells.pair, cells.competency] = now.factors.q
    crossed = np.einsum("ijk,ik->ij", spread[cells.block], dense)
    shrink = now.factors.shrink
    unsure = shrink + shrink**2 * (dense * crossed).sum(axis=1)
    judged, weight = cells.judged, priors.WEIGHT
    halo = _shrunk(now.prior.halo, weight["halo"], source[judged], (now.means.effect**2 + unsure)[judged])
    severity = now.shared.severity**2 + severity_variance(cells, now.factors, now.variances)
    rater_source = cells.raters["source"].to_numpy(dtype=np.int64)
    together = (crossed * shrink[:, None])[cells.pair, cells.competency]
    own = spread[cells.block[cells.pair], cells.competency, cells.competency]
    rest = _deviations(raw, now) + cells.p * own + cells.n * unsure[cells.pair] - 2 * cells.q * together
    by, size = by_source(cells), len(cells.sources)
    count = np.bincount(by, raw.count, size) + weight["chance"]
    for end in raw.ends:
        count = count + np.bincount(by[end.cell], end.count, size)
    people = now.means.level.T @ now.means.level + now.factors.covariance.sum(axis=0)
    return Variances(
        chance=(np.bincount(by, rest, size) + left + weight["chance"] * now.prior.chance) / count,
        severity=_shrunk(now.prior.severity, weight["severity"], rater_source, severity),
        halo=halo,
        view=_views(cells, now),
        people=(people + weight["person"] * now.prior.people) / (len(now.means.level) + weight["person"]),
    )


def _deviations(raw: Cells, now: _State) -> Array:
    """Return by cell the squared deviations of the pieces within the scale from what is shown, over e^2."""
    made = now.shared.expected(raw)
    seen = now.means.seen[raw.block[raw.pair], raw.competency]
    effect = now.means.effect[raw.pair]
    squares = raw.pyy - 2 * made * raw.py + made**2 * raw.p
    leaning = (raw.py - raw.p * made) * seen + (raw.qy - raw.q * made) * effect - raw.q * seen * effect
    return np.asarray(squares - 2 * leaning + raw.p * seen**2 + raw.n * effect**2)


def _shrunk(prior: Array, weight: float, group: Index, squares: Array) -> Array:
    """Return the mean square by group, the prior counted as `weight` squares more."""
    found, count = np.bincount(group, squares, len(prior)), np.bincount(group, minlength=len(prior))
    return np.asarray((found + weight * prior) / (count + weight))


def _views(cells: Cells, now: _State) -> Array:
    """Return the variance of the sources' views after one step of Fisher scoring, at most halved or doubled.

    Expectation-maximisation would need hundreds of rounds where a view is seen through much noise.
    """
    size, current, prior = len(cells.competencies), now.variances.view, now.prior.view
    carried = np.eye(size) - kept_of_level(now.factors)
    mean = now.means.seen - now.means.level[cells.person]
    unsure = now.factors.within + carried @ now.factors.covariance[cells.person] @ carried.transpose(0, 2, 1)
    inverse = np.linalg.inv(view_pattern(size))
    variance = current[cells.source]
    second = np.einsum("ij,jk,ik->i", mean, inverse, mean) + np.einsum("jk,ijk->i", inverse, unsure)
    known = np.eye(size) / variance[:, None, None] - inverse @ unsure / variance[:, None, None] ** 2
    weight = 0.5 * priors.WEIGHT["view"] / current**2
    slope = weight * (prior - current)
    slope += np.bincount(cells.source, 0.5 * (second / variance**2 - size / variance), len(current))
    strength = weight + np.bincount(cells.source, 0.5 * np.einsum("ijk,ikj->i", known, known), len(current))
    return np.asarray(np.clip(current + VIEW_STEP * slope / strength, current / 2, current * 2))
