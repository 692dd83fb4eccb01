"""Attempts to work out what a single rater gave, from everything a 360 round shows, now and over time."""

import itertools
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest

from toolkit.skillgap.feedback_round.anonymity import NAMED, TOGETHER, next_batches
from toolkit.skillgap.feedback_round.outcome import group_means, self_and_others

LEAST = 3


def answers(rows: Iterable[tuple[str, str, float]], *, person: str = "p", competency: str = "c") -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["rater", "relation", "rating"])
    return frame.assign(
        person_id=person, competency_id=competency, shown_as=pd.Series(None, index=frame.index, dtype=object)
    )


def closed(table: pd.DataFrame) -> pd.DataFrame:
    """Close once: what may be shown is marked, as the store marks it."""
    found = next_batches(table)
    return table.assign(shown_as=table["shown_as"].where(found.isna(), found))


def later(table: pd.DataFrame, rows: Iterable[tuple[str, str, float]]) -> pd.DataFrame:
    return pd.concat([table, answers(rows)], ignore_index=True)


def published(table: pd.DataFrame) -> list[tuple[np.ndarray, float]]:
    """Give every figure a reader sees (or can make of it) as a sum over raters: coefficients and value."""
    groups = group_means(table)
    sums = []
    for row in groups[groups["raters"] > 0].itertuples():
        inside = (table["shown_as"] == row.relation).to_numpy(dtype=float)
        assert inside.sum() == row.raters
        sums.append((inside, row.mean * row.raters))
    for row in self_and_others(groups).itertuples():
        if row.raters:
            inside = (table["shown_as"].notna() & (table["shown_as"] != "self")).to_numpy(dtype=float)
            sums.append((inside, row.others * row.raters))
    return sums


def smallest_isolated(looks: list[list[tuple[np.ndarray, float]]], table: pd.DataFrame) -> int:
    """Return the fewest anonymous raters that any linear combination of all figures of all looks depends on."""
    size = len(table)
    rows = [np.pad(inside, (0, size - len(inside))) for look in looks for inside, _ in look]
    if not rows:
        return size
    matrix = np.array(rows)
    hidden = (~table["relation"].isin(NAMED)).to_numpy()
    anonymous = np.flatnonzero(hidden)
    whole = np.linalg.matrix_rank(matrix[:, anonymous])
    for count in range(1, LEAST):
        for few in itertools.combinations(anonymous, count):
            others = [at for at in anonymous if at not in few]
            # Named answers are known, so they may stand in the combination: only the anonymous columns matter.
            free = whole - np.linalg.matrix_rank(matrix[:, others] if others else matrix[:, :0])
            if free > 0:
                return count
    return LEAST


def test_a_group_under_three_is_in_no_figure_and_in_no_total() -> None:
    table = closed(
        answers(
            [
                ("s", "self", 5),
                ("m", "manager", 2),
                *[(f"a{n}", "peer", 3 + n % 2) for n in range(4)],
                ("x", "customer", 1),
                ("y", "customer", 1),
            ]
        )
    )
    groups = group_means(table).set_index("relation")
    assert np.isnan(groups.at["customer", "mean"]) and groups.at["customer", "hidden"] == 2
    assert "Hidden: 2 answers" in str(groups.at["customer", "note"])
    others = self_and_others(group_means(table)).iloc[0]
    # The attack: total less what is shown. 5 raters x their mean is exactly manager and peers, nothing is left over.
    assert others["raters"] == 5
    assert others["others"] * 5 - groups.at["manager", "mean"] - 4 * groups.at["peer", "mean"] == pytest.approx(0)
    assert smallest_isolated([published(table)], table) == LEAST


def test_small_groups_are_hidden_together_and_shown_in_one_sum_only() -> None:
    table = closed(answers([("a", "peer", 2), ("b", "peer", 4), ("x", "customer", 5), ("m", "manager", 3)]))
    groups = group_means(table).set_index("relation")
    assert groups.at[TOGETHER, "mean"] == pytest.approx(11 / 3) and groups.at[TOGETHER, "raters"] == 3
    assert groups.loc[["peer", "customer"], "mean"].isna().all()
    assert "one sum" in str(groups.at["peer", "note"]) and groups.at["peer", "hidden"] == 0
    assert smallest_isolated([published(table)], table) == LEAST


def test_one_late_answer_changes_nothing_when_the_round_is_closed_again() -> None:
    first = closed(answers([(f"a{n}", "peer", value) for n, value in enumerate((2, 3, 4))]))
    before = published(first)
    for late in (1, 5):
        again = closed(later(first, [("late", "peer", late)]))
        assert [value for _, value in published(again)] == [value for _, value in before]
        assert group_means(again)["hidden"].tolist() == [1]
        assert smallest_isolated([before, published(again)], again) == LEAST
    # With two more there are three new ones, and they count.
    full = closed(later(again, [("late 2", "peer", 5), ("late 3", "peer", 5)]))
    (row,) = group_means(full).itertuples()
    assert (row.raters, row.mean, row.hidden) == (6, pytest.approx(24 / 6), 0)
    assert smallest_isolated([before, published(full)], full) == LEAST


def test_the_test_would_notice_a_leak() -> None:
    """The naive way, everybody in as soon as the group is large enough, is caught by the same attack."""
    table = answers([(f"a{n}", "peer", 3.0) for n in range(3)])
    table["shown_as"] = "peer"
    before = published(table)
    naive = later(table, [("late", "peer", 5)]).assign(shown_as="peer")
    assert smallest_isolated([before, published(naive)], naive) == 1
    value = published(naive)[0][1] - before[0][1]
    assert value == 5


def test_random_rounds_with_stragglers_isolate_nobody() -> None:
    rng = np.random.default_rng(7)
    relations = ["manager", "peer", "report", "customer"]
    for _ in range(20):
        table, looks, number = answers([("s", "self", 3.0)]), [], 0
        for _closing in range(3):
            arrivals = []
            for _rater in range(int(rng.integers(0, 6))):
                number += 1
                arrivals.append((f"r{number}", str(rng.choice(relations)), float(rng.integers(1, 6))))
            before = table["shown_as"].copy()
            table = closed(later(table, arrivals))
            kept = table["shown_as"].iloc[: len(before)]
            assert (kept[before.notna()] == before[before.notna()]).all()
            looks.append(published(table))
        assert smallest_isolated(looks, table) == LEAST
        sizes = table[~table["relation"].isin(NAMED) & table["shown_as"].notna()].groupby("shown_as").size()
        assert (sizes >= LEAST).all()


def test_what_was_not_seen_does_not_make_a_group_larger() -> None:
    table = closed(answers([("a", "peer", 3), ("b", "peer", 4), ("c", "peer", np.nan)]))
    assert table["shown_as"].isna().all() and group_means(table)["raters"].tolist() == [0]


def test_the_same_rater_twice_makes_no_group_of_three() -> None:
    rows = [("a", "peer", 3.0), ("b", "peer", 3.0), ("a", "customer", 3.0)]
    assert next_batches(answers(rows)).isna().all()
    again = later(
        closed(answers([("a", "peer", 3), ("b", "peer", 3), ("c", "peer", 3)])),
        [("a", "report", 2), ("d", "report", 2), ("e", "report", 2)],
    )
    assert next_batches(again).isna().all()


def test_competencies_and_people_are_apart() -> None:
    one = answers([("a", "peer", 3), ("b", "peer", 4)], competency="c")
    two = answers([("c", "peer", 3), ("d", "peer", 4)], competency="d")
    other = answers([("e", "peer", 3)], person="q")
    assert next_batches(pd.concat([one, two, other], ignore_index=True)).isna().all()
    assert (
        next_batches(one.iloc[:0]).empty
        and group_means(one.iloc[:0]).empty
        and self_and_others(group_means(one.iloc[:0])).empty
    )


def test_self_against_others_carries_its_uncertainty() -> None:
    table = closed(answers([("s", "self", 5), *[(f"a{n}", "peer", 2) for n in range(4)], ("m", "manager", 2)]))
    (row,) = self_and_others(group_means(table)).itertuples()
    # others: errors .9 (four) and .8 (one): sqrt(4*.81 + .64)/5 = .394; with self 1.1: half = 1.645 * 1.168 = 1.922
    assert row.difference == pytest.approx(3.0) and row.difference_low == pytest.approx(3 - 1.922, abs=0.001)
    assert row.view == "higher" and row.low == pytest.approx(2 - 1.645 * 0.394, abs=0.001)
    (near,) = self_and_others(group_means(closed(table.assign(rating=table["rating"].clip(upper=3))))).itertuples()
    assert near.view == "cannot tell"
    apart = closed(answers([("m", "manager", 1), *[(f"a{n}", "peer", 5) for n in range(4)]]))
    (found,) = self_and_others(group_means(apart)).itertuples()
    assert found.apart == 4 and found.apart_clear and found.view is None
