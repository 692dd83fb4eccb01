"""Agreement against published tables, to the digits printed, and against brute force."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import fdtri, ndtri, stdtrit

from toolkit.roleplay.agreement import fleiss_kappa, gwet_ac, icc, krippendorff_alpha, weighted_kappa

FORMS = ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")
_ = np.nan

# Shrout and Fleiss 1979, Psychological Bulletin 86:420-428, table 2; digits beyond theirs from psych 2.2.9.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
SHROUT_FLEISS_PRINTED = dict(zip(FORMS, (0.17, 0.29, 0.71, 0.44, 0.62, 0.91), strict=True))
SHROUT_FLEISS_EXACT = {
    "1,1": (0.1657418, -0.13293232, 0.7225601),
    "2,1": (0.2897638, 0.01878651, 0.7610844),
    "3,1": (0.7148407, 0.34246477, 0.9458583),
    "1,k": (0.4427971, -0.88444216, 0.9124154),
    "2,k": (0.6200505, 0.07113682, 0.927232),
    "3,k": (0.9093155, 0.67567471, 0.9858917),
}
# Real-Statistics, eight wines and four judges.
WINE = [
    [1, 2, 0, 1], [1, 3, 3, 2], [3, 8, 1, 4], [6, 4, 3, 3],
    [6, 5, 5, 6], [7, 5, 6, 2], [8, 7, 7, 9], [9, 9, 9, 8],
]  # fmt: skip
# The data set "anxiety" of the R package irr (artificial); values by irr 0.84.1.
ANXIETY = pd.DataFrame(
    {
        "rater1": [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
        "rater2": [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
        "rater3": [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
    }
)
# Krippendorff 2011, "Computing Krippendorff's alpha-reliability", example C: observers in rows.
CANONICAL = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ]
).T
CANONICAL_ALPHA = {
    "nominal": 0.7434210526,
    "ordinal": 0.8153875038,
    "interval": 0.8491071429,
    "ratio": 0.7974027747,
}
# Fleiss 1971, Psychological Bulletin 76:378-382: 30 patients, six raters each.
DIAGNOSES = [
    "444444", "222555", "233335", "555555", "222444", "113333", "333355", "113334", "114444", "555555",
    "144444", "124444", "222333", "144444", "224445", "333335", "111455", "111112", "224444", "133555",
    "555555", "244444", "224555", "114444", "144445", "222224", "111155", "224444", "133333", "555555",
]  # fmt: skip


def pairs(table):
    """Return two raters' ratings from a table of counts."""
    counts = np.round(np.asarray(table)).astype(int).ravel()
    rows, columns = np.indices(np.shape(table))
    return np.repeat(rows.ravel(), counts), np.repeat(columns.ravel(), counts)


@pytest.mark.parametrize("form", FORMS)
def test_icc_of_shrout_and_fleiss(form):
    found = icc(SHROUT_FLEISS, form, interval=0.95)
    assert round(found.estimate, 2) == SHROUT_FLEISS_PRINTED[form]
    assert (found.estimate, found.low, found.high) == pytest.approx(SHROUT_FLEISS_EXACT[form], abs=6e-8)
    assert (found.subjects, found.raters, found.pairable, found.note) == (6, 4, 24, None)


def test_icc_of_the_wines():
    assert [round(icc(WINE, form).estimate, 2) for form in FORMS] == [0.73, 0.73, 0.73, 0.91, 0.91, 0.92]


def test_icc_of_anxiety():
    wanted = (0.17502238, 0.19799826, 0.21604938, 0.38892573, 0.42549875, 0.45258621)
    assert [icc(ANXIETY, form).estimate for form in FORMS] == pytest.approx(wanted, abs=5e-9)
    found = icc(ANXIETY, "2,1", interval=0.95)
    assert (found.low, found.high) == pytest.approx((-0.03891063, 0.49357395), abs=5e-9)


HOLES = np.array(WINE, dtype=float)
HOLES[0, 0] = HOLES[3, 2] = HOLES[5, 1] = np.nan


def least_squares(y, design):
    """Return the sum of squares that a design leaves."""
    return float(((y - design @ np.linalg.lstsq(design, y)[0]) ** 2).sum())


def quadratic_form(between, error, fixed):
    """Return Wald's form in the contrasts between wines, by generalised least squares on all ratings."""
    wine, judge = np.nonzero(~np.isnan(HOLES))
    y, wines = HOLES[wine, judge], np.eye(8)[wine]
    design = np.eye(4)[judge] if fixed == "judges" else np.ones((29, 1))
    inverse = np.linalg.inv(np.eye(29) * error + between * wines @ wines.T)
    project = inverse - inverse @ design @ np.linalg.inv(design.T @ inverse @ design) @ design.T @ inverse
    return float(y @ project @ y - least_squares(y, np.hstack([wines, design])) / error)


@pytest.mark.parametrize(("form", "fixed", "freedom"), [("1,1", "mean", 21), ("3,1", "judges", 18)])
def test_with_missing_cells_forms_1_and_3_are_wald_s(form, fixed, freedom):
    """Estimate and ends are where the form is 1 and the quantiles of F times its seven degrees of freedom."""
    wine, judge = np.nonzero(~np.isnan(HOLES))
    design = np.eye(4)[judge] if fixed == "judges" else np.ones((29, 1))
    error = least_squares(HOLES[wine, judge], np.hstack([np.eye(8)[wine], design])) / freedom
    found = icc(HOLES, form)
    for value, ratio in (
        (found.estimate, 1.0),
        (found.low, fdtri(7, freedom, 0.95)),
        (found.high, fdtri(7, freedom, 0.05)),
    ):
        assert quadratic_form(value / (1 - value) * error, error, fixed) == pytest.approx(7 * ratio)
    averaged = icc(HOLES, form[:2] + "k")
    assert averaged.estimate == pytest.approx(4 * found.estimate / (1 + 3 * found.estimate))
    assert (found.subjects, found.raters, found.pairable) == (8, 4, 29)


def test_with_missing_cells_form_2_takes_judges_by_fitting_constants():
    """Henderson's method 3 by plain least squares on dummy columns."""
    wine, judge = np.nonzero(~np.isnan(HOLES))
    y, wines, judges = HOLES[wine, judge], np.eye(8)[wine], np.eye(4)[judge]
    both = least_squares(y, np.hstack([wines, judges]))
    error = both / 18
    judge_variance = ((least_squares(y, wines) - both) / 3 - error) / ((29 - 8) / 3)
    consistent = icc(HOLES, "3,1").estimate
    between = consistent / (1 - consistent) * error
    assert icc(HOLES, "2,1").estimate == pytest.approx(between / (between + judge_variance + error))
    assert icc(HOLES, "2,k").estimate == pytest.approx(between / (between + (judge_variance + error) / 4))


@pytest.mark.parametrize("metric", CANONICAL_ALPHA)
def test_alpha_of_krippendorff_s_example(metric):
    found = krippendorff_alpha(CANONICAL, metric)
    assert found.estimate == pytest.approx(CANONICAL_ALPHA[metric], abs=5e-11)
    assert (found.subjects, found.raters, found.pairable) == (12, 4, 40)


def test_alpha_of_krippendorff_s_examples_of_two_observers():
    binary = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]).T
    words = np.array([list("aabbdcccedda"), list("babbbccceddd")], dtype=object).T
    assert round(krippendorff_alpha(binary, "nominal").estimate, 3) == 0.095
    assert round(krippendorff_alpha(words, "nominal").estimate, 3) == 0.692


@pytest.mark.parametrize(
    ("metric", "printed"),
    [("nominal", -0.03240085), ("ordinal", 0.22184785), ("interval", 0.16306555), ("ratio", 0.13452847)],
)
def test_alpha_of_anxiety_is_the_definition_and_not_what_irr_prints(metric, printed):
    """irr 0.84.1 divides pairs by the number of raters less one only where a rating is missing.

    Without missing ratings and with three raters it so takes n = 120 values instead of 60 in
    Krippendorff's factor n - 1; undone, its figure is ours.
    """
    ours = krippendorff_alpha(ANXIETY, metric).estimate
    assert 1 - (1 - printed) * (120 / 119) * (59 / 60) == pytest.approx(ours, abs=1e-8)
    assert ours == pytest.approx(brute_alpha(ANXIETY.to_numpy(float), metric), abs=1e-12)


def brute_alpha(table, metric):
    """Krippendorff's definition, pair by pair."""
    units = [row[~np.isnan(row)] for row in table]
    units = [unit for unit in units if len(unit) > 1]
    values = np.concatenate(units)

    def apart(a, b):
        if metric == "nominal":
            return float(a != b)
        if metric == "interval":
            return (a - b) ** 2
        if metric == "ratio":
            return ((a - b) / (a + b)) ** 2
        low, high = min(a, b), max(a, b)
        inside = ((values >= low) & (values <= high)).sum()
        return (inside - ((values == low).sum() + (values == high).sum()) / 2) ** 2 if a != b else 0.0

    seen = sum(sum(apart(a, b) for a in unit for b in unit) / (len(unit) - 1) for unit in units) / len(values)
    chance = sum(apart(a, b) for a in values for b in values) / (len(values) * (len(values) - 1))
    return 1 - seen / chance


@pytest.mark.parametrize("metric", CANONICAL_ALPHA)
def test_alpha_of_random_tables_is_the_definition(metric):
    rng = np.random.default_rng(3)
    for _round in range(5):
        table = rng.integers(1, 10, (9, 4)) / 2
        table[rng.random(table.shape) < 0.3] = np.nan
        assert krippendorff_alpha(table, metric).estimate == pytest.approx(brute_alpha(table, metric), abs=1e-12)


def test_kappa_and_its_error_of_fleiss_cohen_and_everitt():
    """Psychological Bulletin 72:323-327 (1969)."""
    counts = [[106, 10, 4], [22, 28, 10], [2, 12, 6]]
    weights = np.array([[1, 0, 0.4444], [0, 1, 0.6667], [0.4444, 0.6667, 1]])
    plain = weighted_kappa(*pairs(counts))
    weighted = weighted_kappa(*pairs(counts), weights)
    quantile = ndtri(0.95)
    assert plain.estimate == pytest.approx(0.4285714, abs=5e-8)
    assert (plain.high - plain.low) / 2 / quantile == pytest.approx(0.053711, abs=5e-7)
    assert weighted.estimate == pytest.approx(0.50707, abs=5e-6)
    assert (weighted.pairable, weighted.raters) == (400, 2)
    # The error of the weighted one is .0570, not the .0524268 that some lists of examples give.
    error = (weighted.high - weighted.low) / 2 / quantile
    assert round(error, 4) == 0.0570 and error == pytest.approx(delta_error(counts, weights), abs=1e-8)


def delta_error(counts, credit):
    """The large-sample error by differentiating kappa in each cell."""
    total, shares = np.sum(counts), np.array(counts) / np.sum(counts)

    def kappa(table):
        chance = table.sum(axis=1) @ credit @ table.sum(axis=0)
        return ((table * credit).sum() - chance) / (1 - chance)

    slopes = np.zeros(shares.shape)
    for cell in np.ndindex(shares.shape):
        step = np.zeros(shares.shape)
        step[cell] = 1e-6
        slopes[cell] = (kappa(shares + step) - kappa(shares - step)) / 2e-6
    return np.sqrt(((shares * slopes**2).sum() - (shares * slopes).sum() ** 2) / total)


def test_weighted_kappa_of_cohen():
    """Psychological Bulletin 70:213-220 (1968): weights of disagreement, the second not symmetric."""
    first, second = pairs(np.array([[0.44, 0.07, 0.09], [0.05, 0.2, 0.05], [0.01, 0.03, 0.06]]) * 200)
    assert weighted_kappa(first, second).estimate == pytest.approx(0.49152542, abs=5e-9)
    one = weighted_kappa(first, second, [[0, 1, 3], [1, 0, 6], [3, 6, 0]]).estimate
    other = weighted_kappa(first, second, [[0, 1, 4], [1, 0, 6], [2, 2, 0]]).estimate
    assert (one, other) == pytest.approx((0.34782609, 0.35338346), abs=5e-9)
    found = weighted_kappa(first, second, [[0, 1, 4], [1, 0, 6], [2, 2, 0]])
    counts = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
    wanted = delta_error(counts, 1 - np.array([[0, 1, 4], [1, 0, 6], [2, 2, 0]]) / 6)
    assert (found.high - found.low) / 2 / ndtri(0.95) == pytest.approx(wanted, abs=1e-8)


def test_kappas_of_anxiety():
    for weights, wanted in (("unweighted", 0.11949686), ("linear", 0.18918919), ("quadratic", 0.29676512)):
        found = weighted_kappa(ANXIETY["rater1"], ANXIETY["rater2"], weights)
        assert found.estimate == pytest.approx(wanted, abs=5e-9)
    assert fleiss_kappa(ANXIETY).estimate == pytest.approx(-0.04107649, abs=5e-9)


def test_fleiss_kappa_of_the_diagnoses():
    table = np.array([[int(rating) for rating in row] for row in DIAGNOSES])
    assert fleiss_kappa(table).estimate == pytest.approx(0.4302445, abs=5e-8)
    by_category = [round(fleiss_kappa(table == category).estimate, 3) for category in range(1, 6)]
    assert by_category == [0.245, 0.245, 0.520, 0.471, 0.566]


def test_gwet_and_fleiss_with_missing_ratings():
    """Gwet, Handbook of Inter-Rater Reliability, 4th edition, page 120."""
    found = gwet_ac(CANONICAL, interval=0.95)
    assert found.estimate == pytest.approx(0.77544, abs=5e-6)
    assert (found.estimate - found.low) / stdtrit(11, 0.975) == pytest.approx(0.14295, abs=5e-6)
    assert fleiss_kappa(CANONICAL).estimate == pytest.approx(0.76117, abs=5e-6)


def test_gwet_s_coefficients_by_hand():
    """Two raters, four people, scale 1-3: (1,1) (1,2) (3,3) (1,3)."""
    table = [[1, 1], [1, 2], [3, 3], [1, 3]]
    shares = np.array([4, 1, 3]) / 8
    chance = (shares * (1 - shares)).sum() / 2
    assert gwet_ac(table).estimate == pytest.approx((0.5 - chance) / (1 - chance))
    # Linear weights: 1, .5, 1, 0 for the four; chance times the sum of weights (3 + 4 x .5 = 5) over 3.
    chance = 5 * (shares * (1 - shares)).sum() / 6
    assert gwet_ac(table, "linear").estimate == pytest.approx((0.625 - chance) / (1 - chance))
    # Five categories, ordinal: 1 and 2 differ by 1 of 10 pairs, 1 and 3 by 3 of 10.
    credit = 25 - 2 * sum(gap * steps for gap, steps in ((0.1, 4), (0.3, 3), (0.6, 2), (1.0, 1)))
    chance = credit * (shares * (1 - shares)).sum() / 20
    found = gwet_ac(table, "ordinal", categories=range(1, 6)).estimate
    assert found == pytest.approx(((1 + 0.9 + 1 + 0.7) / 4 - chance) / (1 - chance))


def test_quadratic_kappa_is_the_correlation_of_agreement_in_large_tables():
    """Fleiss and Cohen 1973: quadratic weights give ICC(2,1) but for terms in one over the number of subjects."""
    rng = np.random.default_rng(8)
    truth = rng.normal(3, 1, 4000)
    table = np.clip(np.round(truth[:, None] + rng.normal([0, 0.5], 0.6, (4000, 2))), 1, 5)
    kappa = weighted_kappa(table[:, 0], table[:, 1], "quadratic").estimate
    assert kappa == pytest.approx(icc(table, "2,1").estimate, abs=2e-3)
