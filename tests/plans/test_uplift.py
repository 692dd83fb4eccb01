"""What people gained, against cohorts whose gain is known, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from uplift_simulator import Cohort, draw, table

from toolkit.errors import InputError, NotEnoughData
from toolkit.plans import Comparison, measure_uplift
from toolkit.plans.kirkpatrick import REACHES, kirkpatrick_reach
from toolkit.plans.measurement import Population, unshrunk
from toolkit.vocabulary import SOURCES

ROUNDS = 16


def rounds(cohort, measure, seed=1):
    """Return mean bias in standard errors of the mean, and the share of intervals that hold."""
    rng = np.random.default_rng(seed)
    truth = cohort.effect
    found = [measure(draw(cohort, rng)).overall for _ in range(ROUNDS)]
    gains = np.array([one.gain for one in found])
    held = np.mean([one.low <= truth <= one.high for one in found])
    return abs(gains.mean() - truth) / (gains.std(ddof=1) / np.sqrt(ROUNDS)), held


def test_before_and_after_on_everybody():
    cohort = Cohort(15, 15, picked="all", trend=0.0, competencies=2)
    off, held = rounds(cohort, lambda d: measure_uplift(d.before, d.after))
    assert off < 3 and held > 0.7


def test_regression_to_the_mean_is_taken_out_of_those_picked_for_low_levels():
    cohort = Cohort(30, 10, picked="low", trend=0.0, error=0.6, competencies=2)
    plain, _ = rounds(cohort, lambda d: measure_uplift(d.before, d.after))
    off, held = rounds(cohort, lambda d: measure_uplift(d.before, d.after, picked_from=d.everybody))
    assert plain > 3 and off < 3 and held > 0.7


def test_a_comparison_takes_out_what_everybody_gains():
    cohort = Cohort(30, 15, trend=0.4, competencies=2)
    lot = lambda d: measure_uplift(d.before, d.after, Comparison(d.others_after, d.others_before, randomised=True))  # noqa: E731
    off, held = rounds(cohort, lot)
    assert off < 3 and held > 0.7
    better = Cohort(30, 15, picked="teams", trend=0.4, competencies=2)
    off, held = rounds(better, lambda d: measure_uplift(d.before, d.after, Comparison(d.others_after, d.others_before)))
    assert off < 3 and held > 0.7


def test_the_method_follows_from_how_the_groups_came_about():
    drawn = draw(Cohort(24, 12), np.random.default_rng(2))
    one = lambda comparison, **more: measure_uplift(drawn.before, drawn.after, comparison, **more)  # noqa: E731
    both = Comparison(drawn.others_after, drawn.others_before)
    assert one(None).method == "before_after"
    assert one(both).method == "difference_in_differences"
    assert one(both, picked_from=drawn.everybody).method == "ancova"
    assert one(Comparison(drawn.others_after, drawn.others_before, randomised=True)).method == "ancova"
    assert one(Comparison(drawn.others_after, randomised=True)).method == "after_only"
    with pytest.raises(NotEnoughData, match="were not measured before, and chance did not decide"):
        one(Comparison(drawn.others_after))
    others = one(Comparison(drawn.others_after, drawn.others_before, same_raters=False)).overall
    assert others.se**2 == pytest.approx(one(both).overall.se ** 2 + 0.01)
    assert one(both, occasion_sd=3.0).overall.se == one(both).overall.se


def test_figures_by_hand():
    values = np.array([[2.0], [3.0], [2.5], [3.5]])
    errors = np.full((4, 1), 0.3)
    gains = np.array([[0.4], [0.2], [0.6], [0.8]])
    found = measure_uplift(table(values, errors), table(values + gains, errors), occasion_sd=0.0)
    se = np.std(gains, ddof=1) / 2
    assert found.overall.gain == pytest.approx(0.5) and found.overall.se == pytest.approx(se)
    assert found.overall.high - found.overall.low == pytest.approx(2 * 2.3534 * se, rel=1e-4)  # t, 3 degrees
    assert found.persons["sd"].tolist() == pytest.approx([0.3 * np.sqrt(2)] * 4)
    assert found.persons["moved"].tolist() == ["cannot_tell", "cannot_tell", "cannot_tell", "up"]
    alike = measure_uplift(table(values, errors), table(values + gains, errors), error_correlation=0.5)
    assert alike.persons["sd"].tolist() == pytest.approx([0.3] * 4)
    assert alike.overall.se == pytest.approx(np.hypot(se, 0.1))


def test_kelleys_formula_in_one_competency():
    rng = np.random.default_rng(3)
    everybody = table(rng.normal(3, 0.5, (400, 1)), np.full((400, 1), 0.4))
    spread = everybody["level"].var()
    found = Population(everybody).errors(everybody)
    share = 0.16 / spread
    assert found.expected == pytest.approx(share * (everybody["level"] - everybody["level"].mean()).to_numpy())
    assert found.remaining == pytest.approx(np.full(400, (1 - share) * 0.16))


def test_drawn_together_levels_are_turned_back():
    rng = np.random.default_rng(4)
    seen = table(rng.normal(3, 0.7, (50, 2)), np.full((50, 2), 0.4))
    kept = {c: 1 - 0.16 / rows["level"].var() for c, rows in seen.groupby("competency_id")}
    share = seen["competency_id"].map(kept)
    centre = seen.groupby("competency_id")["level"].transform("mean")
    drawn = seen.assign(level=centre + share * (seen["level"] - centre), sd=np.sqrt(share) * 0.4)
    back = unshrunk(drawn, drawn).sort_index()
    assert back["level"].to_numpy() == pytest.approx(seen["level"].to_numpy())
    assert back["sd"].to_numpy() == pytest.approx(np.full(100, 0.4))


def test_nothing_gained_is_said_to_be_unsure_or_too_little():
    rng = np.random.default_rng(5)
    few, many = (draw(Cohort(n, n, 0.0, "all", 0.0, occasion_sd=0.0), rng) for n in (6, 400))
    short = measure_uplift(few.before, few.after, occasion_sd=0.1).overall
    assert short.verdict == "cannot_tell" and str(short.words).startswith("Cannot tell at this size: ")
    assert f"{short.smallest:.2f}" in str(short.words) and short.smallest > 0.3
    long = measure_uplift(many.before, many.after, occasion_sd=0.02).overall
    assert long.verdict == "too_little" and str(long.words).startswith("No gain worth the effort")


def test_notes_say_what_the_figure_rests_on():
    drawn = draw(Cohort(24, 12), np.random.default_rng(6))
    gone = drawn.after[drawn.after["person_id"] != drawn.after["person_id"].iloc[0]]
    notes = [str(note) for note in measure_uplift(drawn.before, gone).notes]
    assert any(note.startswith("Nobody untrained was compared") for note in notes)
    assert any("picked because they scored low" in note for note in notes)
    assert any(note.startswith("1 person measured before was not measured after") for note in notes)
    picked = [str(n) for n in measure_uplift(drawn.before, drawn.after, picked_from=drawn.everybody).notes]
    assert any(note.startswith("Regression to the mean was taken out") for note in picked)


def test_kirkpatricks_level_is_that_of_the_sources():
    assert set(REACHES) == set(SOURCES)
    assert kirkpatrick_reach(["self", "role_play"]).level == "learning"
    assert kirkpatrick_reach(["role_play", "peer"]).level == "behaviour"
    assert kirkpatrick_reach([]).level is None
    assert kirkpatrick_reach(["figures"]).sources["results"] == ("figures",)
    with pytest.raises(InputError, match="is no source"):
        kirkpatrick_reach(["rumour"])


LEVELS = table(np.array([[2.0], [3.0], [2.5], [3.5]]), np.full((4, 1), 0.3))


@pytest.mark.parametrize(
    ("before", "after", "options", "says"),
    [
        (LEVELS.drop(columns="sd"), LEVELS, {}, "needs a column “sd”"),
        (LEVELS.assign(level=np.inf), LEVELS, {}, "missing or infinite"),
        (pd.concat([LEVELS, LEVELS]), LEVELS, {}, "more than once"),
        (LEVELS, LEVELS.assign(competency_id="other"), {}, "Nobody was measured before and after"),
        (LEVELS, LEVELS[:2], {}, "Cannot tell at this size: 2 people"),
        (LEVELS, LEVELS, {"error_correlation": 1.5}, "not possible for error_correlation"),
        (LEVELS, LEVELS, {"occasion_sd": float("nan")}, "not possible for occasion_sd"),
        (LEVELS, LEVELS, {"picked_from": LEVELS}, "4 people are too few to know how levels of “listening” spread"),
        (LEVELS, LEVELS, {"comparison": Comparison(LEVELS, LEVELS)}, "among the trained and the others at once"),
    ],
)
def test_what_cannot_be_used_is_refused(before, after, options, says):
    with pytest.raises((InputError, NotEnoughData), match=says) as refused:
        measure_uplift(before, after, **options)
    assert refused.value.remedy is not None


def test_missing_competencies_and_people_of_another_table_do_no_harm():
    drawn = draw(Cohort(30, 12, picked="low"), np.random.default_rng(8))
    holes = drawn.before.drop(drawn.before.index[[1, 5, 9]])
    found = measure_uplift(holes, drawn.after, picked_from=drawn.everybody.drop(drawn.everybody.index[[4, 40]]))
    assert np.isfinite(found.table["gain"]).all() and len(found.persons) == len(holes)
    assert set(found.table["competency_id"].dropna()) == set(drawn.after["competency_id"])
