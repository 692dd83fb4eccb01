"""What a plan is worth: the closed form, its secants, and the share of a gain."""

import numpy as np
import pytest
from plan_makers import fit, gaps, phi
from scipy import stats

from toolkit.plans.objective import Curve, closed_gap, curves_of, fit_of

CASES = [(1.0, 0.5), (0.0, 0.8), (-0.7, 0.4), (2.5, 0.2), (0.3, 1.0)]


@pytest.mark.parametrize(("shortfall", "sd"), CASES)
def test_closed_form_against_simulation(shortfall, sd):
    draws = np.random.default_rng(7).normal(shortfall, sd, 400_000)
    for gain in (0.1, 0.5, 1.0, 3.0):
        closed = np.minimum(gain, np.maximum(draws, 0))
        error = closed.std() / np.sqrt(len(draws))
        assert float(closed_gap(gain, shortfall, sd)) == pytest.approx(closed.mean(), abs=4 * error + 1e-9)


@pytest.mark.parametrize(("shortfall", "sd"), CASES)
def test_the_curve_starts_at_nothing_rises_and_bends_down(shortfall, sd):
    gain = np.linspace(0, 6, 601)
    closed = closed_gap(gain, shortfall, sd)
    assert closed[0] == 0 and (np.diff(closed) >= -1e-12).all() and (np.diff(closed, 2) <= 1e-12).all()
    assert (closed <= gain + 1e-12).all()
    # The slope is the probability that the gap is larger still.
    beyond = [stats.norm.sf(y, shortfall, sd) for y in (0.5, 1.5)]
    slope = [(closed_gap(y + 1e-5, shortfall, sd) - closed_gap(y - 1e-5, shortfall, sd)) / 2e-5 for y in (0.5, 1.5)]
    assert [float(one) for one in slope] == pytest.approx(beyond, abs=1e-6)


def test_a_level_that_is_known_exactly_closes_up_to_its_gap():
    assert [float(closed_gap(gain, 0.5, 0.0)) for gain in (0.2, 0.5, 2.0)] == pytest.approx([0.2, 0.5, 0.5], abs=1e-3)
    assert float(closed_gap(1.0, -0.5, 0.0)) == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize(("shortfall", "sd"), [*CASES, (1.0, 0.02), (1.0, 0.0), (-2.0, 0.3)])
@pytest.mark.parametrize("largest", [0.3, 2.0, 8.0])
def test_secants_never_promise_too_much_nor_err_more_than_they_say(shortfall, sd, largest):
    (curve,) = curves_of(gaps(x=(3.0, sd, 3.0 + shortfall, 4.0)), {"x": largest})
    ends = np.concatenate([[0.0], np.cumsum(curve.widths)])
    heights = np.concatenate([[0.0], np.cumsum(curve.widths * curve.slopes)])
    assert (np.diff(curve.slopes) <= 1e-9).all() and (curve.widths > 0).all()
    for gain in np.linspace(0, largest, 400):
        exact, secant = curve.value(gain), np.interp(gain, ends, heights)
        assert -1e-9 <= exact - secant <= curve.error + 1e-9
        assert exact == pytest.approx(4 * phi(gain, shortfall, max(sd, 1e-3)), abs=1e-9)


def test_curves_exist_only_where_something_can_be_gained():
    person = gaps(x=(2.0, 0.5, 3.0, 2.0), y=(2.0, 0.5, 3.0, 0.0), z=(2.0, 0.5, 3.0, 2.0), u=(np.nan, np.nan, 3.0, 2.0))
    found = curves_of(person, {"x": 1.0, "y": 1.0, "u": 1.0})
    assert [curve.competency_id for curve in found] == ["x"] and isinstance(found[0], Curve)
    assert found[0].widths.sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("tier", "level", "share"),
    [("any", 1.0, 1.0), ("junior", 2.0, 1.0), ("junior", 2.75, 1.0), ("middle", 5.0, 0.3), ("senior", 1.0, 0.3),
     ("senior", 4 - 1.375, 0.65)],
)  # fmt: skip
def test_an_activity_gives_most_near_its_tier(tier, level, share):
    assert fit_of(tier, level) == pytest.approx(share) and fit(tier, level) == pytest.approx(share)
