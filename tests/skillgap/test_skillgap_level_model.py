"""The level model against the same model written out as one large Gaussian, and against simulations."""

import datetime as dt
from unittest import mock

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.skillgap import estimate_levels, weigh_evidence
from toolkit.skillgap import source_priors as priors
from toolkit.skillgap.evidence_cells import at_the_ends, gather, of_people, plain_means
from toolkit.skillgap.level_model import fit, prior_variances
from toolkit.skillgap.levels import levels_of
from toolkit.skillgap.person_posterior import factorise, pair_spread, seen_covariance, view_pattern
from toolkit.skillgap.shared_effects import fit_shared, means_given, prior_covariance, start
from toolkit.vocabulary import SOURCES

TODAY = dt.date(2026, 9, 1)


def drawn(people=4, competencies=3, seed=1, inner=True, sources=("self", "manager", "peer", "role_play", "test")):
    """Return Evidence of a small organisation, by default without ratings at the ends of the scale."""
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        for source in sources:
            for number in range(1 if source in ("self", "manager") else 2):
                rater = {"self": f"p{person}", "manager": f"m{person // 2}", "test": None}.get(
                    source, f"{source}{(person + number) % 3}"
                )
                for competency in range(competencies):
                    if rng.random() < 0.8:
                        level = rng.normal(3.2, 1.0) if not inner else rng.uniform(1.6, 4.4)
                        rows.append(
                            (f"p{person}", f"c{competency}", source, np.clip(level, 1, 5), rng.uniform(0.5, 1.2),
                             pd.Timestamp(TODAY) - pd.Timedelta(days=int(rng.integers(0, 900))), rater)
                        )  # fmt: skip
    columns = ["person_id", "competency_id", "source", "level", "standard_error", "observed_on", "rater_id"]
    return pd.DataFrame(rows, columns=columns)


def test_every_source_can_be_weighed():
    assert set(priors.BIAS) == set(priors.VIEW_SD) == set(SOURCES)
    found = estimate_levels(drawn(sources=SOURCES), as_of=TODAY)
    assert found[["level", "sd"]].notna().all(axis=None)


def weights(evidence):
    return 0.5 ** ((pd.Timestamp(TODAY) - evidence["observed_on"]).dt.days.to_numpy() / 365)


def written_out(evidence, cells, variances, spread):
    """Return covariance of all ratings, design of shared effects and covariance of levels with ratings."""
    weight = weights(evidence)
    person = cells.persons.get_indexer(evidence["person_id"])
    competency = cells.competencies.get_indexer(evidence["competency_id"])
    source = cells.sources.get_indexer(evidence["source"])
    raters = evidence["rater_id"].fillna("").to_numpy()
    keys = list(zip(person, source, raters, strict=True))
    pair_of = {key: number for number, key in enumerate(sorted(set(keys)))}
    pair = np.array([pair_of[key] for key in keys])
    same_person = person[:, None] == person
    view = variances.view[source] * view_pattern(len(cells.competencies))[competency[:, None], competency]
    age = np.sqrt(weight[:, None] * weight)
    between = same_person * variances.people[competency[:, None], competency]
    between = between + same_person * (source[:, None] == source) * view
    between = between + (pair[:, None] == pair) * spread[pair] / age
    chance = variances.chance[source] * evidence["standard_error"].to_numpy() ** 2 / weight
    design = np.zeros((len(evidence), len(cells.competencies) + len(cells.sources) + len(cells.raters)))
    rows = np.arange(len(evidence))
    design[rows, competency] = 1
    design[rows, len(cells.competencies) + source] = 1
    names = list(zip(cells.raters["rater_id"], cells.raters["source"], strict=True))
    for row, key in enumerate(zip(raters, source, strict=True)):
        if key in names:
            design[row, len(cells.competencies) + len(cells.sources) + names.index(key)] = 1
    size = len(cells.competencies)
    with_levels = np.zeros((len(cells.persons) * size, len(evidence)))
    for one in range(size):
        for row in rows:
            with_levels[person[row] * size + one, row] = variances.people[one, competency[row]]
    return between + np.diag(chance), design, with_levels


@pytest.fixture(scope="module")
def small():
    evidence = drawn()
    cells = gather(evidence, weights(evidence))
    variances = prior_variances(cells)
    return evidence, cells, variances, factorise(cells, variances)


def test_shared_effects_and_levels_are_those_of_the_whole_gaussian(small):
    evidence, cells, variances, factors = small
    shared = fit_shared(cells, factors, variances, start(cells))
    levels = means_given(cells, factors, variances, shared).level
    whole, design, with_levels = written_out(evidence, cells, variances, pair_spread(cells, variances))
    prior = start(cells)
    before = np.r_[prior.mean, prior.bias, prior.severity]
    raters = cells.raters["source"].to_numpy()
    covariance = np.zeros((design.shape[1],) * 2)
    fixed = len(cells.competencies) + len(cells.sources)
    covariance[:fixed, :fixed] = prior_covariance(cells)
    covariance[fixed:, fixed:] = np.diag(variances.severity[raters])
    inverse = np.linalg.inv(whole)
    precision = design.T @ inverse @ design + np.linalg.inv(covariance)
    rating = evidence["level"].to_numpy()
    exact = before + np.linalg.solve(precision, design.T @ inverse @ (rating - design @ before))
    np.testing.assert_allclose(np.r_[shared.mean, shared.bias, shared.severity], exact, atol=2e-4)
    np.testing.assert_allclose(levels.ravel(), with_levels @ inverse @ (rating - design @ exact), atol=2e-4)


def test_covariances_are_those_of_the_whole_gaussian(small):
    evidence, cells, variances, factors = small
    whole, _, with_levels = written_out(evidence, cells, variances, pair_spread(cells, variances))
    before = np.kron(np.eye(len(cells.persons)), variances.people)
    exact = before - with_levels @ np.linalg.inv(whole) @ with_levels.T
    size = len(cells.competencies)
    for person in range(len(cells.persons)):
        own = slice(person * size, (person + 1) * size)
        np.testing.assert_allclose(factors.covariance[person], exact[own, own], atol=1e-10)


def test_view_is_part_of_what_a_source_shows(small):
    evidence, cells, variances, factors = small
    block = int(np.flatnonzero(cells.source == cells.sources.get_loc("peer"))[0])
    whole, _, with_levels = written_out(evidence, cells, variances, pair_spread(cells, variances))
    size, person = len(cells.competencies), cells.person[block]
    competency = cells.competencies.get_indexer(evidence["competency_id"])
    same = (evidence["person_id"] == cells.persons[person]) & (evidence["source"] == "peer")
    view = variances.view[cells.source[block]] * view_pattern(size)
    with_seen = with_levels[person * size : (person + 1) * size] + view[:, competency] * same.to_numpy()
    exact = variances.people + view - with_seen @ np.linalg.inv(whole) @ with_seen.T
    np.testing.assert_allclose(seen_covariance(cells, factors)[block], exact, atol=1e-10)


def test_an_organisation_of_one_is_what_the_priors_say():
    """With one rating there is nothing to learn from: mean, bias and view stay as documented."""
    one = (
        drawn(1, 1, sources=("manager",)).assign(level=4.0, standard_error=0.8, observed_on=pd.Timestamp(TODAY)).head(1)
    )
    found = estimate_levels(one, as_of=TODAY).iloc[0]
    error = (priors.CHANCE + priors.SEVERITY + priors.HALO) * 0.64 + priors.VIEW_SD["manager"] ** 2
    unsure = priors.BIAS["manager"][1] ** 2 + priors.LENIENCY_SD**2
    people = priors.PERSON_SD**2 + priors.MIDDLE_SD**2 + priors.COMPETENCY_SD**2
    share = people / (people + error + unsure)
    assert found["level"] == pytest.approx(3 + share * (4 - 3 - priors.BIAS["manager"][0]), abs=0.06)
    assert found["sd"] == pytest.approx(np.sqrt(people * (1 - share)), rel=0.06)
    assert found["evidence_count"] == 1 and found["sources"] == 1


def test_a_rating_at_the_end_says_at_least(small):
    """The working response and weight are Newton's for the censored normal likelihood, by finite differences."""
    from scipy.special import log_ndtr

    evidence = (
        drawn(1, 1, sources=("test",)).head(1).assign(level=5.0, standard_error=0.7, observed_on=pd.Timestamp(TODAY))
    )
    cells = gather(evidence, np.ones(1))
    for shown in (2.0, 4.0, 4.6, 6.0):
        worked, left = at_the_ends(cells, np.array([shown]), np.array([1.3]))
        sd, step = 0.7 * np.sqrt(1.3), 1e-3

        def likelihood(place, sd=sd):
            return float(log_ndtr((place - 4.5) / sd))  # whole numbers: 5 begins at 4.5

        slope = (likelihood(shown + step) - likelihood(shown - step)) / (2 * step)
        curve = (likelihood(shown + step) - 2 * likelihood(shown) + likelihood(shown - step)) / step**2
        assert worked.p[0] / 1.3 == pytest.approx(-curve, rel=1e-3, abs=2.1e-3)
        assert (worked.py[0] - worked.p[0] * shown) / 1.3 == pytest.approx(slope, rel=1e-3)
        assert left[0] > 0
    assert plain_means(cells)[0] == 5.0


def test_of_people_keeps_exactly_theirs():
    evidence = drawn(6, seed=4, inner=False)
    cells = gather(evidence, weights(evidence))
    kept = np.array([True, False, True, True, False, True])
    part = of_people(cells, kept)
    own = evidence[evidence["person_id"].isin(cells.persons[kept])].reset_index(drop=True)
    alone = gather(own, weights(own))
    for name in ("pair", "competency", "n", "q", "p", "py", "block", "person", "source"):
        np.testing.assert_allclose(getattr(part, name), getattr(alone, name))
    for ours, theirs in zip(part.ends, alone.ends, strict=True):
        assert (ours.cell == theirs.cell).all() and (ours.count == theirs.count).all()


def test_order_of_rows_and_names_of_raters_do_not_matter():
    evidence = drawn(6, seed=3, inner=False)
    plain = estimate_levels(evidence, as_of=TODAY)
    mixed = evidence.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(plain, estimate_levels(mixed, as_of=TODAY), atol=1e-8)
    renamed = evidence.assign(rater_id=evidence["rater_id"].map(lambda name: f"x{name[::-1]}", na_action="ignore"))
    pd.testing.assert_frame_equal(plain, estimate_levels(renamed, as_of=TODAY), atol=2e-3)
    pd.testing.assert_frame_equal(plain, estimate_levels(evidence, as_of=TODAY))


def test_learned_from_some_people_is_close_to_learned_from_all():
    evidence = drawn(60, seed=5, inner=False)
    whole = estimate_levels(evidence, as_of=TODAY)
    with mock.patch("toolkit.skillgap.level_model.PEOPLE_TO_LEARN_FROM", 30):
        part = estimate_levels(evidence, as_of=TODAY)
    assert np.abs(whole["level"] - part["level"]).max() < 0.25
    assert np.abs(whole["level"] - part["level"]).max() > 0


@pytest.mark.parametrize("level", [1.0, 3.0, 5.0])
def test_everybody_rated_alike_is_no_obstacle(level):
    found = estimate_levels(drawn(8, seed=6).assign(level=level), as_of=TODAY)
    assert np.isfinite(found[["level", "sd", "low", "high"]].to_numpy()).all()
    assert found["level"].between(1, 5).all() and (found["sd"] > 0).all()


def test_bias_of_a_source_and_severity_of_a_rater_are_found():
    rng = np.random.default_rng(8)
    skill = rng.normal(3, 0.5, 80)
    rows = []
    for person, true in enumerate(skill):
        for rater, added in (("lenient", 0.6), ("severe", -0.6)):
            rows.append((f"p{person:02d}", "c", "role_play", true + added + rng.normal(0, 0.3), rater))
        rows.append((f"p{person:02d}", "c", "manager", true + rng.normal(0, 0.3), f"m{person % 8}"))
        rows.append((f"p{person:02d}", "c", "self", true + 0.8 + rng.normal(0, 0.3), f"p{person:02d}"))
    evidence = pd.DataFrame(rows, columns=["person_id", "competency_id", "source", "level", "rater_id"])
    evidence["level"] = evidence["level"].clip(1, 5)
    evidence = evidence.assign(standard_error=0.7, observed_on=pd.Timestamp(TODAY))
    weighed = weigh_evidence(evidence, as_of=TODAY)
    sources = weighed.sources.set_index("source")
    assert sources.loc["self", "bias"] - sources.loc["manager", "bias"] == pytest.approx(0.8, abs=0.2)
    assert (sources["chance_sd"] < 0.45).all()  # given as .7 x sqrt(.5) at the least
    raters = weighed.raters.set_index("rater_id")["severity"]
    assert raters["lenient"] - raters["severe"] == pytest.approx(1.2, abs=0.15)
    assert np.corrcoef(weighed.levels["level"], skill)[0, 1] > 0.85


def test_related_competencies_lend_each_other_strength_and_none_is_made_up():
    evidence = drawn(40, 2, seed=9, sources=("manager", "peer"))
    high = evidence["person_id"].isin([f"p{one}" for one in range(20)])
    evidence["level"] = np.where(high, 4.0, 2.0) + np.random.default_rng(1).normal(0, 0.2, len(evidence))
    only = evidence[~((evidence["person_id"] == "p0") & (evidence["competency_id"] == "c1"))]
    single = only[~((only["person_id"] == "p1") & (only["competency_id"] == "c1") & (only["source"] == "peer"))]
    found = weigh_evidence(single, as_of=TODAY)
    levels = found.levels.set_index(["person_id", "competency_id"])
    assert ("p0", "c1") not in levels.index
    assert (levels["own_share"] > 0).all() and (levels["own_share"] < 1).all()
    summed = found.basis.groupby(["person_id", "competency_id"])["weight"].sum()
    np.testing.assert_allclose(summed.reindex(levels.index), levels["own_share"])


def test_own_share_is_how_far_the_level_follows_its_own_ratings(small):
    """A level moves by own_share when all ratings on its competency move by one, biases as they are."""
    evidence, cells, _, _ = small
    fitted = fit(cells)
    moved = gather(
        evidence.assign(level=evidence["level"] + 0.1 * (evidence["competency_id"] == "c1")), weights(evidence)
    )
    before = means_given(fitted.cells, fitted.factors, fitted.variances, fitted.shared).level[:, 1]
    after = means_given(moved, fitted.factors, fitted.variances, fitted.shared).level[:, 1]
    from toolkit.skillgap.levels import _basis

    share = _basis(evidence, fitted).query("competency_id == 'c1'").groupby("person_id")["weight"].sum()
    seen = [place for place, name in enumerate(cells.persons) if name in share.index]
    np.testing.assert_allclose(((after - before) / 0.1)[seen], share, atol=1e-6)
    level, sd, _ = levels_of(fitted)
    assert level.shape == sd.shape == (4, 3)


@pytest.mark.parametrize("value", [0, -3, float("nan"), float("inf")])
def test_an_impossible_half_life_is_refused(value):
    with pytest.raises(InputError, match="half-life must be a number of days above 0"):
        estimate_levels(drawn(2), as_of=TODAY, half_life={"c1": value})


def test_half_life_by_competency():
    evidence = drawn(3, seed=2).assign(observed_on=pd.Timestamp(TODAY) - pd.Timedelta(days=400))
    short, long = (estimate_levels(evidence, as_of=TODAY, half_life={"c1": days}) for days in (30, 3000))
    own = short["competency_id"] == "c1"
    assert (short.loc[own, "sd"] > long.loc[own, "sd"]).all()
    assert priors.half_life_of("product_knowledge") < priors.half_life_of("anything") < priors.half_life_of("ethics")
