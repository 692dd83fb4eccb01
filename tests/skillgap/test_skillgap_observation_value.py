"""What to observe next: against brute force, and against what then really happens."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from test_skillgap_level_model import TODAY, drawn, weights, written_out

from toolkit.errors import InputError
from toolkit.skillgap import weigh_evidence, what_to_observe_next
from toolkit.skillgap.evidence_cells import gather
from toolkit.skillgap.level_model import Fit, prior_variances
from toolkit.skillgap.observation_value import _piece, _worth
from toolkit.skillgap.person_posterior import factorise, pair_spread
from toolkit.skillgap.shared_effects import fit_shared, means_given, start


def targets(people, competencies, target=3.0, weight=3.0):
    rows = [(f"p{one}", f"c{two}", target, weight) for one in range(people) for two in range(competencies)]
    return pd.DataFrame(rows, columns=["person_id", "competency_id", "target", "weight"])


def fixed(evidence):
    """Return a fit with the documented variances, and raters' severity as if known."""
    cells = gather(evidence, weights(evidence))
    variances = prior_variances(cells)
    factors = factorise(cells, variances)
    shared = fit_shared(cells, factors, variances, start(cells))
    means = means_given(cells, factors, variances, shared)
    return Fit(cells, variances, shared, factors, means, np.zeros(len(cells.raters)))


@pytest.mark.parametrize(
    ("source", "rater"), [("self", "p0"), ("manager", "m0"), ("peer", "someone new"), ("test", None)]
)
def test_a_new_piece_is_worth_what_adding_it_shows(source, rater):
    evidence = drawn(3, seed=5)
    fitted = fixed(evidence)
    cells, variances = fitted.cells, fitted.variances
    number = cells.sources.get_loc(source)
    moved, variance = _piece(fitted, source, np.array([0]), fitted.factors.covariance[[0]])
    after = fitted.factors.covariance[0] - np.outer(moved[0, :, 1], moved[0, :, 1]) / variance[0, 1]
    new = evidence.iloc[[0]].assign(
        person_id="p0", competency_id="c1", source=source, level=3.0, rater_id=rater, observed_on=pd.Timestamp(TODAY),
        standard_error=cells.error[number],
    )  # fmt: skip
    together = pd.concat([evidence, new], ignore_index=True)
    more = gather(together, weights(together))
    spread = pair_spread(more, variances)
    if rater == "someone new":  # the severity of one who has not rated yet is unknown, too
        place = int(np.argmax(more.rater == list(more.raters["rater_id"]).index(rater)))
        spread[place] += variances.severity[number]
    exact = factorise(more, variances, spread).covariance[0]
    np.testing.assert_allclose(after, exact, atol=1e-10)
    whole, _, with_levels = written_out(together, more, variances, spread)
    covariance = variances.people - with_levels[:3] @ np.linalg.inv(whole) @ with_levels[:3].T
    np.testing.assert_allclose(after, covariance, atol=1e-10)


@pytest.mark.parametrize(("ahead", "shift"), [(0.0, 0.4), (0.3, 0.4), (-0.3, 0.2), (1.0, 0.3)])
def test_worth_is_the_expected_gain_of_deciding_later(ahead, shift):
    moved = stats.norm(ahead, shift)
    later = moved.expect(lambda value: max(value, 0.0), lb=-5, ub=5, points=[0.0])
    value, changes = _worth(np.array([[ahead]]), np.array([[[shift]]]), np.array([[2.0]]))
    assert value[0, 0] == pytest.approx(2 * (later - max(ahead, 0.0)), abs=1e-6)
    assert changes[0, 0] == pytest.approx(min(moved.cdf(0), 1 - moved.cdf(0)))


def test_the_unclear_and_the_unseen_come_before_the_clear():
    evidence = drawn(12, 3, seed=3)
    clear = evidence["person_id"] == "p1"
    evidence.loc[clear, "level"] = 1.7
    unseen = (evidence["person_id"] == "p0") & (evidence["competency_id"] == "c2")
    weighed = weigh_evidence(evidence[~unseen], as_of=TODAY)
    found = what_to_observe_next(weighed, targets(12, 3, target=3.0), per_person=3)
    best = found.groupby("person_id")["value"].max()
    assert best.get("p1", 0.0) < best.drop("p1", errors="ignore").median()
    assert found[found["person_id"] == "p0"]["competency_id"].iloc[0] == "c2"
    assert (found["sd_after"] < found["sd_now"]).all() and (found["value"] > 0).all()
    known = weighed.levels.set_index(["person_id", "competency_id"])["sd"]
    shared = found.set_index(["person_id", "competency_id"])["sd_now"]
    both = shared.index.intersection(known.index)
    np.testing.assert_allclose(shared[both], known[both])


def test_who_was_never_seen_is_there_and_hours_count():
    weighed = weigh_evidence(drawn(8, seed=3), as_of=TODAY)
    wanted = pd.concat([targets(8, 3), targets(1, 3).assign(person_id="new")])
    plain = what_to_observe_next(weighed, wanted, sources=["manager", "peer"])
    assert plain["person_id"].iloc[0] == "new"
    dear = what_to_observe_next(weighed, wanted, sources=["manager", "peer"], hours={"peer": 100.0})
    assert set(dear.loc[dear["person_id"] == "new", "source"]) == {"manager"}
    assert not dear.duplicated(["person_id", "competency_id"]).any()
    assert dear.groupby("person_id").size().max() <= 3


def test_nothing_to_go_by_and_bad_input():
    nothing = weigh_evidence(drawn(2).iloc[:0], as_of=dt.date(2026, 1, 1))
    assert what_to_observe_next(nothing, targets(2, 2)).empty
    weighed = weigh_evidence(drawn(3), as_of=TODAY)
    assert what_to_observe_next(weighed, targets(3, 3), sources=[]).empty
    with pytest.raises(InputError, match="There is no source called “gossip”"):
        what_to_observe_next(weighed, targets(3, 3), sources=["gossip"])
    with pytest.raises(InputError, match="must be above 0"):
        what_to_observe_next(weighed, targets(3, 3), hours={"peer": 0.0})
