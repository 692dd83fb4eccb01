"""The mixed model against lme4's published fit, against plain dense integration, and against itself."""

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import qmc

from toolkit.roleplay.importance_sampling import posterior_points, sobol_points, weighted_quantile
from toolkit.roleplay.mixed_model import (
    PRIOR_SCALES,
    Sheets,
    conditional,
    deviations_from_scores,
    fit,
    mixture_quantiles,
)

# Penicillin (Davies and Goldsmith 1972), plates x samples A-F; lme4's book and output of lme4 (REML).
PENICILLIN = """
27 23 26 23 23 21  27 23 26 23 23 21  25 21 25 24 24 20  26 23 25 23 23 20  25 22 26 22 23 20  24 22 25 23 22 19
24 20 23 21 22 19  26 22 26 24 24 21  24 21 24 22 22 20  24 21 24 23 22 19  26 23 26 24 24 21  25 22 26 24 24 20
26 24 26 24 25 22  26 23 26 23 23 20  26 23 25 24 24 22  25 22 25 23 23 20  25 21 24 23 23 20  25 22 24 23 23 19
24 21 23 21 21 19  26 23 26 24 24 21  25 21 24 22 22 18  25 22 25 22 22 20  24 21 24 22 24 19  24 21 24 22 21 18
"""
VARIANCES = {"sample": 3.7311318423, "plate": 0.716905141, "residual": 0.30241495625}
SAMPLES = [2.1870584018, -1.0104763502, 1.9378998497, -0.096894992486, -0.013842141783, -3.0037447671]


def penicillin():
    diameter = np.array(PENICILLIN.split(), dtype=float)
    plate, sample = np.divmod(np.arange(144), 6)
    zero = np.zeros(144, dtype=int)
    return Sheets(diameter, sample, plate, zero, np.zeros(6, dtype=int), np.zeros(144))


def crossed(rng, reps, raters, scenarios, share=1.0, groups=None, extra=0.0):
    """Sheets of the model itself, each with probability `share`; a rep is never without one."""
    rows = np.array(
        [
            (rep, rater, scenario)
            for rep in range(reps)
            for rater in range(raters)
            for scenario in range(scenarios)
            if rng.random() < share or (rater == rep % raters and scenario == rep % scenarios)
        ]
    )
    size = reps, raters, scenarios
    effects = [
        rng.normal(0, sd, count)[rows[:, k]] for k, (sd, count) in enumerate(zip((0.5, 0.4, 0.3), size, strict=True))
    ]
    composite = 3 + sum(effects) + rng.normal(0, 0.3, len(rows))
    added = np.where(np.arange(len(rows)) % 3 == 0, extra, 0.0)
    return Sheets(composite, *rows.T, np.zeros(reps, dtype=int) if groups is None else groups, added)


def dense(sheets, deviations):
    """The same model written out as one covariance matrix: restricted likelihood, fair mean and variance."""
    rep, rater, scenario, pair, residual = deviations
    same = [codes[:, None] == codes[None, :] for codes in (sheets.rep, sheets.rater, sheets.scenario)]
    covariance = rep**2 * same[0] + rater**2 * same[1] + scenario**2 * same[2] + pair**2 * (same[0] & same[2])
    covariance = covariance + np.diag(residual**2 + sheets.extra)
    level = np.eye(sheets.group.max() + 1)[sheets.group[sheets.rep]]
    inverse = np.linalg.inv(covariance)
    information = level.T @ inverse @ level
    mean = np.linalg.solve(information, level.T @ inverse @ sheets.composite)
    rest = sheets.composite - level @ mean
    logs = np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(information)[1]
    left = len(rest) - level.shape[1]
    likelihood = -0.5 * (logs + rest @ inverse @ rest + left * np.log(2 * np.pi))
    own = rep**2 * np.eye(len(sheets.group))[:, sheets.rep]
    fair = mean[sheets.group] + own @ inverse @ rest
    leverage = np.eye(level.shape[1])[sheets.group] - own @ inverse @ level
    variance = rep**2 - np.sum((own @ inverse) * own, axis=1)
    return likelihood, fair, variance + np.sum((leverage @ np.linalg.inv(information)) * leverage, axis=1)


def test_penicillin_as_lme4_prints_it():
    deviations = np.sqrt([VARIANCES["sample"], VARIANCES["plate"], 0, 0, VARIANCES["residual"]])
    solved = conditional(penicillin(), deviations)
    assert -2 * solved.log_likelihood[0] == pytest.approx(330.861, abs=5e-4)
    assert solved.mean[0, 0] == pytest.approx(22.9722222, abs=1e-7)
    np.testing.assert_allclose(solved.fair()[0][0] - solved.mean[0, 0], SAMPLES, atol=1e-8)


def test_the_restricted_likelihood_of_penicillin_is_highest_where_lme4_found_it():
    best = np.sqrt([VARIANCES["sample"], VARIANCES["plate"], 0, 0, VARIANCES["residual"]])
    around = np.array([best * (1 + move) for move in np.vstack([np.eye(5), -np.eye(5)]) * 0.01])
    around = around[[0, 1, 4, 5, 6, 9]]
    heights = conditional(penicillin(), np.vstack([best, around])).log_likelihood
    assert (heights[0] > heights[1:]).all()


def test_with_many_sheets_and_wide_priors_the_posterior_is_near_lme4_s_estimate():
    found = fit(penicillin(), scales=(5.0, 5.0, 1e-6, 1e-6, 5.0))
    middle = [weighted_quantile(column, found.weights, 0.5) for column in found.deviations.T]
    # Six samples and 24 plates leave the posterior medians a little above the restricted maximum.
    assert middle[0] == pytest.approx(1.9316, rel=0.2) and middle[0] > 1.9316
    assert middle[1] == pytest.approx(0.8467, rel=0.06)
    assert middle[4] == pytest.approx(0.5499, rel=0.03)


@pytest.mark.parametrize("extra", [0.0, 0.2])
def test_cross_products_give_what_one_large_matrix_gives(extra):
    rng = np.random.default_rng(3)
    sheets = crossed(rng, 7, 3, 3, share=0.5, groups=np.array([0, 0, 1, 1, 0, 1, 2]), extra=extra)
    for deviations in ([0.5, 0.4, 0.3, 0.2, 0.35], [1.5, 0.0, 0.7, 0.0, 0.1], [0.0, 1.0, 0.0, 0.6, 0.9]):
        likelihood, fair, variance = dense(sheets, deviations)
        solved = conditional(sheets, deviations)
        assert solved.log_likelihood[0] == pytest.approx(likelihood, abs=1e-8)
        np.testing.assert_allclose(solved.fair()[0][0], fair, atol=1e-8)
        np.testing.assert_allclose(solved.fair()[1][0], variance, atol=1e-8)


@pytest.mark.parametrize(("size", "share"), [((4, 2, 1), 1.0), ((5, 2, 2), 0.6)])
def test_the_integral_is_what_very_many_draws_from_the_prior_give(size, share):
    """65,536 scrambled Sobol draws from the prior itself, weighted by their likelihood."""
    sheets = crossed(np.random.default_rng(11), *size, share=share)
    uniform = qmc.Sobol(5, seed=1).random(2**16)
    deviations = np.maximum(np.array(PRIOR_SCALES) * ndtri(0.5 + uniform / 2), [0, 0, 0, 0, 0.002])
    solved = conditional(sheets, deviations)  # what one large matrix gives, see above
    weights = np.exp(solved.log_likelihood - solved.log_likelihood.max())
    weights /= weights.sum()
    mean, variance = solved.fair()
    found = fit(sheets)
    ours, spread = found.given.fair()
    sd = np.sqrt(weights @ (variance + mean**2) - (weights @ mean) ** 2)
    np.testing.assert_allclose(found.weights @ ours, weights @ mean, atol=0.02 * sd.max())
    few = slice(2**14)  # the first points are evenly spread themselves
    for share_below in (0.05, 0.95):
        exact = mixture_quantiles(mean[few], variance[few], weights[few] / weights[few].sum(), share_below)
        np.testing.assert_allclose(
            mixture_quantiles(ours, spread, found.weights, share_below), exact, atol=0.06 * sd.max()
        )
    for one in range(5):
        for level in (0.05, 0.5, 0.95):
            exact = weighted_quantile(deviations[:, one], weights, level)
            assert weighted_quantile(found.deviations[:, one], found.weights, level) == pytest.approx(exact, abs=0.035)


def test_large_designs_find_the_deviations_they_were_made_with():
    sheets = crossed(np.random.default_rng(5), 40, 6, 4)
    found = fit(sheets)
    assert found.effective > 300
    rep, _, _, pair, residual = found.typical()
    assert rep == pytest.approx(0.5, abs=0.12) and pair < 0.06 and residual == pytest.approx(0.3, abs=0.02)


def test_joint_draws_have_the_moments_of_the_posterior():
    found = fit(crossed(np.random.default_rng(2), 6, 3, 2, share=0.5))
    draws = found.ranked_draws(20000, 1)
    mean, variance = found.given.fair()
    centre = found.weights @ mean
    np.testing.assert_allclose(draws.mean(axis=0), centre, atol=0.02)
    np.testing.assert_allclose(draws.var(axis=0), found.weights @ (variance + (mean - centre) ** 2), rtol=0.05)
    for share in (0.05, 0.95):
        exact = mixture_quantiles(mean, variance, found.weights, share)
        np.testing.assert_allclose(np.quantile(draws, share, axis=0), exact, atol=0.04)


@pytest.mark.parametrize("composite", [[3.0] * 8, [1, 5] * 4, [1, 1, 1, 1, 5, 5, 5, 5], [1, 1, 1, 1, 1, 1, 1, 5]])
def test_no_table_of_scores_breaks_the_integral(composite):
    rep, rater = np.divmod(np.arange(8), 2)
    sheets = Sheets(np.array(composite, float), rep, rater, np.zeros(8, int), np.zeros(4, int), np.zeros(8))
    found = fit(sheets)
    assert found.effective > 30
    for values in (*found.given.fair(), found.deviations, found.weights):
        assert np.isfinite(values).all()


def test_one_sheet_leaves_the_prior_as_it_was():
    zero = np.zeros(1, dtype=int)
    found = fit(Sheets(np.array([3.5]), zero, zero, zero, zero, np.zeros(1)))
    mean, variance = found.given.fair()
    np.testing.assert_allclose(mean, 3.5)
    # The flat level gives fair = composite minus all that is not the rep; its prior variance.
    assert found.weights @ variance[:, 0] == pytest.approx(sum(s**2 for s in PRIOR_SCALES[1:]), rel=0.03)


def test_the_same_sheets_give_the_same_bits():
    sheets = crossed(np.random.default_rng(4), 9, 3, 2, share=0.5)
    one, other = fit(sheets), fit(sheets)
    assert (one.deviations == other.deviations).all() and (one.weights == other.weights).all()
    assert (one.ranked_draws(500, 0) == other.ranked_draws(500, 0)).all()


def test_normal_scores_become_half_normal_deviations():
    uniform = np.linspace(0.005, 0.995, 100)
    scores = np.repeat(ndtri(uniform)[:, None], 5, axis=1)
    np.testing.assert_allclose(
        deviations_from_scores(scores, PRIOR_SCALES, 0.0)[:, 0], 0.8 * ndtri(0.5 + uniform / 2), rtol=1e-9
    )
    cut = deviations_from_scores(scores, PRIOR_SCALES, 0.3)
    assert cut[:, 4].min() > 0.3 and cut[:, 0].min() < 0.01
    far = deviations_from_scores(np.array([[-40.0] * 5, [40.0] * 5]), PRIOR_SCALES, 0.0)
    assert np.isfinite(far).all() and (far[0, 4] > 0)


@pytest.mark.parametrize("dimensions", [1, 3, 6])
def test_sobol_points_are_those_of_scipy(dimensions):
    known = qmc.Sobol(dimensions, scramble=False).random(256)
    np.testing.assert_array_equal(sobol_points(256, dimensions), known + 0.5 / 256)


def test_importance_sampling_of_a_known_posterior():
    """Normal likelihood with correlation: the posterior's mean and covariance are known."""
    precision = np.array([[50.0, 30.0, 0], [30.0, 40.0, 0], [0, 0, 0.0]])
    centre = np.array([1.0, -0.5, 0.0])
    cloud = posterior_points(lambda points: -0.5 * np.sum((points - centre) @ precision * (points - centre), axis=1), 3)
    covariance = np.linalg.inv(precision + np.eye(3))
    mean = cloud.weights @ cloud.points
    np.testing.assert_allclose(mean, covariance @ precision @ centre, atol=0.01)
    away = cloud.points - mean
    np.testing.assert_allclose((away * cloud.weights[:, None]).T @ away, covariance, atol=0.03)
    assert cloud.effective > 400


def test_a_posterior_with_two_far_modes_is_not_lost():
    def two_modes(points):
        return np.logaddexp(-0.5 * ((points[:, 0] - 2) / 0.2) ** 2, -0.5 * ((points[:, 0] + 2) / 0.2) ** 2)

    cloud = posterior_points(two_modes, 1, 1024)
    assert cloud.weights[cloud.points[:, 0] > 0].sum() == pytest.approx(0.5, abs=0.1)


def test_mixture_quantiles_of_one_normal():
    found = mixture_quantiles(np.array([[1.0, 2.0]]), np.array([[4.0, 0.25]]), np.array([1.0]), 0.95)
    np.testing.assert_allclose(found, [1 + 2 * 1.6448536, 2 + 0.5 * 1.6448536], atol=1e-6)
