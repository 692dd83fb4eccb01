"""Many-facet Rasch against an independent maximisation, exact identities and declared truth."""

import numpy as np
import pandas as pd
import pytest
from rasch_simulator import COLUMNS, simulated
from scipy.optimize import minimize

from toolkit.roleplay import facets, rasch_design
from toolkit.roleplay.rasch import expected_rating
from toolkit.roleplay.rasch_fit import mean_squares
from toolkit.roleplay.rasch_likelihood import category_probabilities, marginal_likelihood, maximise, moments

# Guilford (1954, p. 282), Psychometric Methods: three judges, seven examinees, five items, ratings 1-9. The data
# are recalled; the joint maximum below was computed once by a plain program, it is not the Facets printout.
JUDGES, EXAMINEES = ("Avogadro", "Brahe", "Cavendish"), ("Anne", "Betty", "Chris", "David", "Edward", "Fred", "George")
ITEMS = ("Attack", "Basis", "Clarity", "Daring", "Enthusiasm")
GUILFORD = np.array(
    [
        "55353",
        "97585",
        "33371",
        "73133",
        "97785",
        "35351",
        "77555",
        "65463",
        "87572",
        "45366",
        "56455",
        "24323",
        "44642",
        "33554",
        "55573",
        "77575",
        "35555",
        "53331",
        "97777",
        "33353",
        "77757",
    ]
)
GUILFORD = np.array([[int(rating) for rating in row] for row in GUILFORD]).reshape(3, 7, 5)
JOINT = {
    "judge": np.array([0.0397, 0.2454, -0.096]),
    "examinee": np.array([-0.0715, 0.6638, -0.2554, -0.4815, 0.4407, -0.5841, 0.288]),
    "item": np.array([-0.28, -0.147, 0.2109, -0.3023, 0.5184]),
    "steps": np.array([-0.6905, -2.352, 0.8093, -1.4837, 1.7186, -0.9789, 2.3926, 0.5846]),
}


def guilford_table():
    """Return the data as Ratings: 1-9 becomes the half levels 1-5."""
    cells = np.ndindex(3, 7, 5)
    return pd.DataFrame(
        [(EXAMINEES[e], JUDGES[j], "s", ITEMS[i], (GUILFORD[j, e, i] + 1) / 2) for j, e, i in cells], columns=COLUMNS
    )


def test_guilford_sums_and_counts_are_those_of_the_case():
    assert GUILFORD.sum(axis=(1, 2)).tolist() == [171, 156, 181]
    assert GUILFORD.sum(axis=(0, 2)).tolist() == [70, 94, 64, 57, 87, 54, 82]
    assert GUILFORD.sum(axis=(0, 1)).tolist() == [114, 108, 92, 115, 79]
    assert np.bincount(GUILFORD.ravel())[1:].tolist() == [4, 4, 25, 8, 31, 6, 21, 3, 3]


def joint_model():
    """Return expected categories (from 1) and variances at the joint maximum, judges x examinees x items."""
    j, e, i = (index.ravel() for index in np.indices((3, 7, 5)))
    locations = (JOINT["judge"][j] + JOINT["item"][i])[:, None] + JOINT["steps"]
    chances = category_probabilities(JOINT["examinee"][e][:, None], locations, np.full(105, 8))
    return tuple(part[:, 0].reshape(3, 7, 5) for part in moments(chances)), chances[:, 0, :]


def test_the_kernel_meets_the_equations_of_the_joint_maximum():
    (expected, variance), chances = joint_model()
    # Parameters printed to four digits give sums to about .01.
    for axes in ((1, 2), (0, 2), (0, 1)):
        assert (expected + 1).sum(axis=axes) == pytest.approx(GUILFORD.sum(axis=axes), abs=0.02)
    assert chances.sum(axis=0) == pytest.approx(np.bincount(GUILFORD.ravel())[1:], abs=0.01)
    assert expected[2, 4, 0] + 1 == pytest.approx(6.74, abs=0.005)
    assert 1 / np.sqrt(variance.sum(axis=(1, 2))) == pytest.approx([0.1166, 0.1178, 0.1164], abs=6e-5)
    assert 1 / np.sqrt(variance.sum(axis=(0, 2))) == pytest.approx(
        [0.1738, 0.1816, 0.1768, 0.1831, 0.176, 0.1868, 0.1737], abs=6e-5
    )
    assert 1 / np.sqrt(variance.sum(axis=(0, 1))) == pytest.approx([0.1491, 0.1488, 0.1512, 0.1492, 0.1571], abs=6e-5)


def test_fit_and_fair_averages_at_the_joint_maximum_to_the_printed_digits():
    (expected, variance), _ = joint_model()
    squares = (GUILFORD - 1 - expected) ** 2
    known = np.ones((105, 1))
    parts = mean_squares(squares.reshape(105, 1), variance.reshape(105, 1), known)
    by_judge = parts.groupby(np.repeat([0, 1, 2], 35))
    infit = by_judge["square"].sum() / by_judge["variance"].sum()
    assert infit.to_numpy() == pytest.approx([0.8492, 1.4752, 0.6724], abs=2e-4)
    assert by_judge["standardised"].mean().to_numpy() == pytest.approx([0.8801, 1.5244, 0.6663], abs=3e-4)
    levels = np.arange(1.0, 10)
    mean_judge = JOINT["judge"].mean()
    fair = expected_rating(JOINT["examinee"], mean_judge + JOINT["steps"], levels)
    assert fair == pytest.approx([4.6366, 6.3136, 4.2222, 3.7484, 5.8294, 3.5483, 5.4789], abs=3e-4)
    fair = expected_rating(-JOINT["judge"], JOINT["steps"], levels)
    assert fair == pytest.approx([4.857, 4.3842, 5.1761], abs=3e-4)


def brute_force():
    """Maximise the marginal likelihood of Guilford's data by a plain program: 401 grid points, BFGS."""
    grid = np.linspace(-6, 6, 401)

    def deviance(point):
        judge = np.append(point[:2], -point[:2].sum())
        item = np.append(point[2:6], -point[2:6].sum())
        steps = np.append(point[6:13], -point[6:13].sum())
        mean, sd = point[13], np.exp(point[14])
        total = 0.0
        place = grid[:, None, None] - judge[:, None] - item
        exponent = place[..., None] * np.arange(9) - np.append(0, np.cumsum(steps))
        logs = exponent - np.log(np.exp(exponent).sum(axis=-1, keepdims=True))
        prior = np.exp(-0.5 * ((grid - mean) / sd) ** 2) / (sd * np.sqrt(2 * np.pi)) * (grid[1] - grid[0])
        for e in range(7):
            chosen = np.take_along_axis(logs, (GUILFORD[:, e] - 1)[None, :, :, None], axis=-1)
            total += np.log((np.exp(chosen.sum(axis=(1, 2, 3))) * prior).sum())
        return -2 * total

    return minimize(deviance, np.append(np.zeros(14), -0.5), method="BFGS", options={"gtol": 1e-4})


def test_guilford_by_marginal_likelihood_equals_a_brute_force_maximisation():
    fitted, plain = facets(guilford_table()), brute_force()
    assert fitted.deviance == pytest.approx(plain.fun, abs=1e-6) and fitted.parameters == 15
    assert fitted.raters["severity"].to_numpy()[:2] == pytest.approx(plain.x[:2], abs=2e-4)
    assert fitted.criteria["difficulty"].to_numpy()[:4] == pytest.approx(plain.x[2:6], abs=2e-4)
    assert fitted.thresholds["threshold"].to_numpy()[:7] == pytest.approx(plain.x[6:13], abs=5e-4)
    assert [fitted.mean, np.log(fitted.sd)] == pytest.approx(plain.x[13:], abs=5e-4)
    best = fitted.persons.sort_values("measure", ascending=False)["rep_id"].tolist()
    assert best == ["Betty", "Edward", "George", "Anne", "Chris", "David", "Fred"]
    assert fitted.raters.sort_values("severity")["rater_id"].tolist() == ["Cavendish", "Avogadro", "Brahe"]
    assert fitted.raters.sort_values("infit")["rater_id"].tolist() == ["Cavendish", "Avogadro", "Brahe"]
    assert fitted.raters["ratings"].tolist() == [35] * 3 and fitted.persons["ratings"].tolist() == [15] * 7


def test_gradient_and_hessian_are_those_of_the_likelihood():
    ratings, _ = simulated(3, reps=8, raters=3, criteria=2, scenarios=2, seen=0.8)
    model = rasch_design.rasch_design(ratings, by_criterion=True).model
    point = np.random.default_rng(0).normal(0, 0.3, model.design.shape[2] + 2)
    here = marginal_likelihood(model, point)
    for k, one in enumerate(np.eye(len(point)) * 1e-5):
        above, below = marginal_likelihood(model, point + one), marginal_likelihood(model, point - one)
        assert (above.loglik - below.loglik) / 2e-5 == pytest.approx(here.gradient[k], abs=1e-4)
        assert (above.gradient - below.gradient) / 2e-5 == pytest.approx(here.hessian[k], abs=1e-3)


@pytest.mark.parametrize("by_criterion", [False, True])
def test_at_the_maximum_expected_totals_equal_observed_ones(by_criterion):
    """The sufficient statistics: totals of raters, criteria and scenarios, counts of levels, and the reps' moments."""
    ratings, _ = simulated(5, reps=15, raters=3, criteria=3, scenarios=2, seen=0.7)
    design = rasch_design.rasch_design(ratings, by_criterion)
    fitted = maximise(design.model)
    locations = design.model.design @ fitted.point[:-2]
    nodes, weights = fitted.marginal.nodes, fitted.marginal.weights
    chances = category_probabilities(nodes[design.model.person], locations, design.model.steps)
    chances = (weights[design.model.person][:, :, None] * chances).sum(axis=1)
    expected = chances @ np.arange(chances.shape[1])
    for facet in ("rater_id", "criterion_id", "scenario_id"):
        by = design.rows[facet].to_numpy()
        seen = pd.Series(design.model.category).groupby(by).sum()
        assert pd.Series(expected).groupby(by).sum().to_numpy() == pytest.approx(seen.to_numpy(), abs=1e-5)
    by = design.rows["criterion_id"].to_numpy() if by_criterion else np.zeros(len(design.rows))
    for one in np.unique(by):
        counts = np.bincount(design.model.category[by == one], minlength=chances.shape[1])
        assert chances[by == one].sum(axis=0) == pytest.approx(counts, abs=1e-5)
    view = facets(ratings, "by_criterion" if by_criterion else "common")
    assert view.mean == pytest.approx(view.persons["measure"].mean(), abs=1e-6)
    second = (view.persons["se"] ** 2 + (view.persons["measure"] - view.mean) ** 2).mean()
    assert view.sd**2 == pytest.approx(second, abs=1e-5)


def test_a_large_workshop_gives_back_its_truth():
    ratings, (measures, severities, difficulties, scenarios, steps) = simulated(1, 60, 5, 5, 3, seen=0.6)
    view = facets(ratings)
    for table, name, truth in (
        (view.raters, "severity", severities),
        (view.criteria, "difficulty", difficulties),
        (view.scenarios, "difficulty", scenarios),
        (view.thresholds, "threshold", steps[0]),
    ):
        off = (table[name] - truth) / table["se"]
        assert np.abs(off).max() < 3 and table[name].sum() == pytest.approx(0, abs=1e-9)
        assert table["se"].max() < 0.12
    off = (view.persons["measure"] - measures) / view.persons["se"]
    assert 0.8 < np.sqrt((off**2).mean()) < 1.2 and view.reliability > 0.95
    assert np.abs(view.raters["infit"] - 1).max() < 0.15 and np.abs(view.criteria["outfit"] - 1).max() < 0.15
    assert not view.thresholds["disordered"].any() and view.notes == ()


def test_standard_errors_are_as_large_as_the_errors():
    """40 small workshops: severities lie within 1.96 standard errors as often as they should."""
    held, fit = [], []
    for seed in range(40):
        ratings, truth = simulated(100 + seed, reps=10, raters=4, criteria=3, seen=0.9)
        raters = facets(ratings).raters
        held += (np.abs(raters["severity"] - truth[1]) < 1.96 * raters["se"]).tolist()
        fit += raters["infit"].tolist()
    assert 0.90 <= np.mean(held) <= 0.99
    assert np.mean(fit) == pytest.approx(1, abs=0.05)


def test_own_thresholds_are_found_where_criteria_have_them():
    own = [(-2.4, -0.8, 0.8, 2.4), (-0.6, -0.2, 0.2, 0.6), (-1.5, 0.5, -0.5, 1.5)]
    ratings, truth = simulated(7, reps=60, raters=4, criteria=3, steps=own)
    common, partial = facets(ratings), facets(ratings, "by_criterion")
    table = partial.thresholds
    off = (table["threshold"] - truth[4].ravel()) / table["se"]
    assert np.abs(off).max() < 3.2
    assert partial.parameters - common.parameters == 6 and common.deviance - partial.deviance > 12.6  # chi2(6), 5 %
    passed = table[table["disordered"]]
    assert passed[["criterion_id", "lower", "upper"]].values.tolist() == [["c2", 3.0, 4.0]]
    assert str(passed["note"].iloc[0]).startswith("Level 3 is at no point the likeliest rating: raters pass over it.")
    ruler = partial.wright_map[partial.wright_map["kind"] == "threshold"].reset_index(drop=True)
    difficulty = partial.criteria.set_index("criterion_id")["difficulty"]
    assert ruler["position"].to_numpy() == pytest.approx(table["threshold"] + table["criterion_id"].map(difficulty))


def test_two_levels_leave_no_difference_between_the_models():
    ratings, _ = simulated(2, reps=20, raters=3, criteria=3)
    ratings["rating"] = np.where(ratings["rating"] >= 3, 4.0, 2.0)
    common, partial = facets(ratings), facets(ratings, "by_criterion")
    assert common.deviance == pytest.approx(partial.deviance, abs=1e-8)
    assert common.thresholds[["lower", "upper", "threshold"]].values.tolist() == [[2.0, 4.0, 0.0]]
    assert str(common.thresholds["note"][0]).startswith("Only two levels were given")
    assert str(common.notes[0]) == "Nobody gave 1, 3, 5; this view goes on without."
    assert common.persons["fair_average"].between(2, 4).all()
