"""What one more rater or scenario would buy, against the D-study formula by hand."""

import datetime as dt

import pytest

from toolkit.errors import InputError
from toolkit.roleplay import buys, rotation

NINE = dt.datetime(2026, 9, 1, 9)
HALO = {"rep": 0.5, "rater": 0.1, "scenario": 0.2, "rep_scenario": 0.3, "residual": 0.4}


def plan(reps, raters, scenarios, stations, **options):
    names = [[f"{letter}{number}" for number in range(count)] for letter, count in (("r", reps), ("x", raters), ("s", scenarios))]  # fmt: skip
    return rotation(*names, stations=stations, slot_minutes=20, start=NINE, **options)


def test_the_prior_by_hand():
    options = buys(plan(30, 4, 2, 4)).options.set_index("option")
    # One rater sees each of two plays, never the same: 2 raters, 2 scenarios, 2 sheets.
    assert options.loc["now", "relative"] == pytest.approx(0.64 / (0.64 + 0.25 / 2 + 0.36 / 2))
    assert options.loc["now", "absolute"] == pytest.approx(0.64 / (0.64 + 0.25 / 2 + 0.36 / 2 + 0.25 / 2 + 0.25 / 2))
    assert options.loc["rater", "relative"] == pytest.approx(0.64 / (0.64 + 0.25 / 2 + 0.36 / 4))
    assert options.loc["rater", "absolute"] == pytest.approx(0.64 / (0.64 + 0.25 / 2 + 0.36 / 4 + 0.25 / 4 + 0.25 / 2))
    assert options.loc["scenario", "relative"] == pytest.approx(0.64 / (0.64 + 0.25 / 3 + 0.36 / 3))
    assert options.loc["scenario", "absolute"] == pytest.approx(0.64 / (0.64 + 0.25 / 3 + 0.36 / 3 + 0.5 / 3))
    assert list(options["sheets"]) == [60, 120, 90, 180] and list(options["slots"]) == [15, 30, 23, 45]
    assert list(options["minutes"]) == [300, 600, 460, 900]


@pytest.mark.parametrize(("raters", "scenarios"), [(1, 1), (2, 1), (2, 2), (3, 2), (3, 4)])
def test_a_crossed_design_is_the_textbook_formula(raters, scenarios):
    """With every rater on every play: Brennan 2001, reps x raters x scenarios."""
    made = plan(5, raters, scenarios, 1, raters_per_station=raters)
    gain = buys(made, HALO)
    now = gain.options.iloc[0]
    error = 0.3 / scenarios + 0.4 / (raters * scenarios)
    assert now["relative"] == pytest.approx(0.5 / (0.5 + error))
    assert now["absolute"] == pytest.approx(0.5 / (0.5 + error + 0.1 / raters + 0.2 / scenarios))
    more = gain.options.set_index("option").loc["both"]
    error = 0.3 / (scenarios + 1) + 0.4 / ((raters + 1) * (scenarios + 1))
    assert more["relative"] == pytest.approx(0.5 / (0.5 + error))
    assert more["absolute"] == pytest.approx(0.5 / (0.5 + error + 0.1 / (raters + 1) + 0.2 / (scenarios + 1)))


def test_more_never_hurts_and_the_note_says_where_it_is_from():
    made = plan(12, 4, 2, 2)
    gain = buys(made, extra_raters=2, extra_scenarios=2)
    assert (gain.options["relative"].iloc[1:] > gain.options["relative"].iloc[0]).all()
    assert (gain.options["absolute"] < gain.options["relative"]).all()
    assert "not from your own sheets" in str(gain.note) and "variances given" in str(buys(made, HALO).note)


@pytest.mark.parametrize(
    ("components", "message"),
    [
        ({**HALO, "rep": -1}, "“rep” must be a number of at least 0"),
        ({**HALO, "residual": float("nan")}, "“residual” must be a number"),
        ({"rep": 1}, "“rater” must be a number"),
        ({**HALO, "halo": 1}, "“halo” is not known"),
        (dict.fromkeys(HALO, 0), "All variance components are 0"),
    ],
)
def test_bad_components_are_refused(components, message):
    with pytest.raises(InputError, match=message):
        buys(plan(5, 2, 2, 2), components)


@pytest.mark.parametrize("extra", [-1, 0.5, True])
def test_extras_are_counted(extra):
    with pytest.raises(InputError, match="counted in whole numbers"):
        buys(plan(5, 2, 2, 2), extra_raters=extra)
