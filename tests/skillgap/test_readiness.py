"""Readiness: by hand, against brute force over dependent requirements, and guarded against one rater's halo."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from toolkit.errors import InputError
from toolkit.organisation.content import competency_names, read_packs
from toolkit.skillgap import readiness
from toolkit.skillgap.rank_readiness import VERDICTS

RANK = {"id": "lead", "competencies": {"a": 3.0, "b": 3.5}, "figures": {"rate": {"at_least": 0.2}}}


def levels(*rows):
    columns = ["person_id", "competency_id", "level", "sd"]
    frame = pd.DataFrame(rows, columns=columns).astype({"level": float, "sd": float})
    return frame.assign(low=1.0, high=5.0, evidence_count=1)


def figures(*rows):
    return pd.DataFrame(rows, columns=["person_id", "figure_id", "value", "standard_error"])


def evidence(*rows):
    """Return Evidence from (person, competency, source, rater[, standard error])."""
    return pd.DataFrame(
        [
            {
                "person_id": row[0],
                "competency_id": row[1],
                "source": row[2],
                "rater_id": row[3],
                "standard_error": row[4] if len(row) > 4 else 0.8,
                "level": 4.0,
                "observed_on": pd.Timestamp("2026-08-01"),
            }
            for row in rows
        ]
    )


SEEN = levels(("p", "a", 3.6, 0.4), ("p", "b", 3.4, 0.5))
RATE = figures(("p", "rate", 0.25, 0.05))


def test_by_hand():
    found, overall = readiness(SEEN, RATE, RANK)
    want = stats.norm.cdf([1.5, -0.2, 1.0])
    assert list(found["requirement_id"]) == ["a", "b", "rate"]
    assert found["probability"].to_numpy() == pytest.approx(want)
    assert found["probability"].round(4).tolist() == [0.9332, 0.4207, 0.8413]
    assert found["note"].isna().all()
    row = overall.iloc[0]
    assert row["product"] == pytest.approx(np.prod(want)) and row["at_most"] == pytest.approx(want.min())
    assert row["at_least"] == pytest.approx(want.sum() - 2) and row["expected_met"] == pytest.approx(want.sum())
    assert (row["requirements"], row["seen"], row["rank_id"]) == (3, 3, "lead")
    assert "cannot be said without the evidence" in str(row["note"])


@pytest.mark.parametrize("correlation", [-0.45, 0.0, 0.3, 0.7, 0.99])
def test_the_truth_lies_where_the_table_says(correlation):
    """Brute force: three requirements whose errors hang together, two million draws."""
    corner = levels(("p", "a", 3.6, 0.4), ("p", "b", 3.7, 0.5), ("p", "c", 3.9, 0.6))
    rank = {"id": "r", "competencies": {"a": 3.0, "b": 3.5, "c": 3.2}}
    row = readiness(corner, figures(), rank).overall.iloc[0]
    cholesky = np.linalg.cholesky(np.full((3, 3), correlation) + (1 - correlation) * np.eye(3))
    drawn = np.random.default_rng(7).standard_normal((500_000, 3)) @ cholesky.T
    met = drawn * corner["sd"].to_numpy() + corner["level"].to_numpy() >= [3.0, 3.5, 3.2]
    truth, error = met.all(axis=1).mean(), 4 * 0.5 / math.sqrt(len(met))
    assert row["at_least"] - error <= truth <= row["at_most"] + error
    if correlation == 0:
        assert truth == pytest.approx(row["product"], abs=error)
    elif correlation > 0:
        assert truth > row["product"] + error
    else:
        assert truth < row["product"] - error
    if correlation == 0.99:
        assert truth > row["at_most"] - 0.03


def test_figures_counted_exactly_are_met_or_not_and_may_have_an_upper_limit():
    rank = {"id": "r", "figures": {"months": {"at_least": 12}, "complaints": {"at_most": 2}, "late": {"at_most": 5}}}
    known = figures(("p", "months", 12, None), ("p", "complaints", 3, 0), ("p", "late", 4.0, 1.0))
    found, overall = readiness(levels(), known, rank)
    assert found["probability"].tolist() == pytest.approx([1.0, 0.0, stats.norm.cdf(1.0)])
    assert overall["verdict"].tolist() == ["not_yet"] and overall["note"].isna().all()
    without = known.drop(columns="standard_error")
    assert readiness(levels(), without, rank).requirements["probability"].tolist() == [1.0, 0.0, 1.0]


def test_what_nobody_has_seen_has_a_reason_instead_of_a_probability():
    found, overall = readiness(SEEN[:1], figures(), RANK, people=["p", "q"])
    assert found["probability"].isna().tolist() == [False, True, True, True, True, True]
    assert found.loc[found["probability"].isna(), "note"].notna().all()
    assert str(found["note"].iloc[2]).startswith("The figure is missing")
    first, nobody = overall.iloc[0], overall.iloc[1]
    assert (
        math.isnan(first["product"]) and first["at_least"] == 0 and first["at_most"] == pytest.approx(0.9332, abs=1e-4)
    )
    assert first["verdict"] == "unseen" and str(first["note"]).startswith("2 requirements were not seen")
    assert nobody["seen"] == 0 and nobody["at_most"] == 1.0 and nobody["verdict"] == "unseen"


def test_a_failed_requirement_decides_although_others_are_unseen():
    low = levels(("p", "a", 1.5, 0.3))
    assert readiness(low, figures(), RANK).overall["verdict"].tolist() == ["not_yet"]


HIGH = levels(("p", "a", 4.5, 0.3), ("p", "b", 4.6, 0.3))
ENOUGH = figures(("p", "rate", 0.5, None))


@pytest.mark.parametrize(
    ("rows", "verdict", "raters", "says"),
    [
        (
            [("p", "a", "manager", "m"), ("p", "b", "role_play", "m")],
            "one_rater",
            1,
            "All evidence comes from one rater",
        ),
        ([("p", "a", "manager", "m"), ("p", "b", "peer", "n")], "ready", 2, None),
        ([("p", "a", "manager", "m"), ("p", "b", "test", None)], "ready", 2, None),
        ([("p", "a", "self", "p"), ("p", "b", "self", "p")], "one_rater", 0, "the person's own"),
        # The person's own ratings do not lift the guard.
        ([("p", "a", "manager", "m"), ("p", "b", "self", "p")], "one_rater", 1, "All evidence comes from one rater"),
        # What the rank does not ask for does not lift it either.
        ([("p", "a", "manager", "m"), ("p", "z", "peer", "n")], "one_rater", 1, "All evidence comes from one rater"),
        # 1 / .3**2 against 1 / 1**2: 91 % of the weight.
        ([("p", "a", "manager", "m", 0.3), ("p", "b", "peer", "n", 1.0)], "one_rater", 2, "(91 % of its weight)"),
    ],
)
def test_one_raters_halo_is_said(rows, verdict, raters, says):
    row = readiness(HIGH, ENOUGH, RANK, evidence=evidence(*rows)).overall.iloc[0]
    assert row["product"] > 0.99 and row["verdict"] == verdict and row["raters"] == raters
    assert (says is None and row["note"] is None) or says in str(row["note"])


def test_halo_is_not_said_to_be_absent_where_the_evidence_lacks_the_person():
    row = readiness(HIGH, ENOUGH, RANK, evidence=evidence(("q", "a", "manager", "m"))).overall.iloc[0]
    assert row["raters"] is pd.NA and "cannot be said" in str(row["note"])


def test_halo_inflates_what_one_rater_alone_says():
    """Simulation: one halo error over all competencies makes the product far too sure; two raters less so."""
    draw = np.random.default_rng(11)
    people, names = 4000, list("abcd")
    truth = draw.normal(3.4, 0.5, (people, 1)) + draw.normal(0, 0.3, (people, 4))
    rank = {"id": "r", "competencies": dict.fromkeys(names, 3.0)}
    claimed, held = [], []
    for raters in (1, 2):
        halo = draw.normal(0, 0.8, (people, raters)).mean(axis=1, keepdims=True)
        noise = draw.normal(0, 0.5, (people, raters, 4)).mean(axis=1)
        seen = truth + halo + noise
        rows = [(f"p{n:04}", name, seen[n, at], 0.5) for n in range(people) for at, name in enumerate(names)]
        overall = readiness(levels(*rows), figures(), rank).overall
        assert overall["person_id"].is_monotonic_increasing
        sure = (overall["product"] >= 0.8).to_numpy()
        claimed.append(overall.loc[sure, "product"].mean())
        held.append((truth[sure] >= 3.0).all(axis=1).mean())
    assert claimed[0] - held[0] > 0.1  # why one rater's word is never called ready
    assert held[1] > held[0]


@pytest.mark.parametrize(
    ("rank", "says"),
    [
        ({"id": "r"}, "nothing that can be measured"),
        ({"id": "r", "competencies": {"a": 6}}, "asks for level 6"),
        ({"id": "r", "competencies": {"a": None}}, "asks for level None"),
        ({"id": "r", "competencies": {"a": float("nan")}}, "asks for level nan"),
        ({"id": "r", "figures": {"f": 3}}, "does not say what it asks"),
        ({"id": "r", "figures": {"f": {"at_least": 1, "at_most": 2}}}, "does not say what it asks"),
        ({"id": "r", "figures": {"f": {"at_least": "much"}}}, "does not say what it asks"),
    ],
)
def test_a_rank_that_cannot_be_measured_is_refused(rank, says):
    with pytest.raises(InputError, match=says) as caught:
        readiness(SEEN, RATE, rank)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (RATE.drop(columns="value"), "needs a column “value”"),
        (figures(("p", "rate", "many", None)), "no usable value"),
        (figures(("p", "rate", np.inf, None)), "no usable value"),
        (figures(("p", "rate", 0.2, -1)), "no usable value"),
        (figures(("p", "rate", 0.2, "?")), "no usable value"),
        (pd.concat([RATE, RATE]), "more than once"),
    ],
)
def test_figures_that_cannot_be_used_are_refused(bad, says):
    with pytest.raises(InputError, match=says) as caught:
        readiness(SEEN, bad, RANK)
    assert caught.value.remedy


def test_every_rank_that_ships_can_be_measured_in_both_languages():
    packs = read_packs()
    roles, names = packs["roles"], competency_names(packs["framework"])
    known = {figure["id"] for figure in roles["figures"]}
    ladders = {ladder["id"]: ladder["ranks"] for ladder in roles["ladders"]}
    assert set(ladders) == {"management", "expert"}
    for rank in [rank for ranks in ladders.values() for rank in ranks]:
        assert set(rank["name"]) == {"en", "zh"} and set(rank["figures"]) <= known
        assert set(rank["competencies"]) <= set(names)
        if not rank["after"]:
            continue
        everything = [("p", one, 5.0, 0.01) for one in rank["competencies"]]
        counted = [("p", one, 1e6, None) for one in rank["figures"]]
        row = readiness(levels(*everything), figures(*counted), rank).overall.iloc[0]
        assert row["verdict"] == "ready" and row["verdict"] in VERDICTS


def test_nobody_gives_empty_tables():
    found, overall = readiness(levels(), figures(), RANK)
    assert len(found) == len(overall) == 0 and "verdict" in overall and "probability" in found
