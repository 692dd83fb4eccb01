"""Who may be compared, against estimability computed by ranks, and what links groups."""

import itertools

import numpy as np
import pytest

from toolkit.roleplay.comparability import comparability, groups_with_video, linking_sheet
from toolkit.roleplay.linking import linking_advice
from toolkit.roleplay.mixed_model import Sheets
from toolkit.roleplay.score_tables import Names


def codes(*sheets):
    return tuple(np.array(column) for column in zip(*sheets, strict=True))


NESTED = codes((0, 0, 0), (1, 0, 0), (2, 1, 0), (3, 1, 0))
CHAIN = codes((0, 0, 0), (1, 0, 0), (1, 1, 0), (2, 1, 0), (2, 2, 0))
# Each rep sees both scenarios, but each scenario has a rater of its own: reps can be compared, raters cannot.
ONE_RATER_A_SCENARIO = codes(*[(rep, s, s) for rep in range(3) for s in range(2)])
# Connected through common scenarios and raters, yet hard rater and hard scenario change places freely.
MIXED_UP = codes((0, 0, 0), (1, 0, 0), (2, 1, 1), (3, 1, 1), (0, 1, 1), (4, 2, 0), (5, 2, 0))
SCENARIO_APART = codes((0, 0, 0), (1, 0, 0), (2, 0, 1), (3, 0, 1))


@pytest.mark.parametrize(
    ("sheets", "groups", "full_rank"),
    [
        (NESTED, [0, 0, 1, 1], False),
        (CHAIN, [0, 0, 0], True),
        (ONE_RATER_A_SCENARIO, [0, 0, 0], False),
        (MIXED_UP, [0, 0, 0, 0, 1, 1], False),
        (SCENARIO_APART, [0, 0, 1, 1], False),
        (codes((0, 0, 0)), [0], True),
    ],
)
def test_groups_by_hand(sheets, groups, full_rank):
    found = comparability(*sheets)
    assert found.reps.tolist() == groups and found.full_rank == full_rank


def test_raters_and_scenarios_that_go_together_cannot_be_told_apart():
    found = comparability(*ONE_RATER_A_SCENARIO)
    assert found.raters.tolist() == [0, 1] and found.scenarios.tolist() == [0, 1]
    crossed = comparability(*codes(*itertools.product(range(2), range(2), range(2))))
    assert crossed.full_rank and crossed.raters.tolist() == [0, 0] and crossed.scenarios.tolist() == [0, 0]


@pytest.mark.parametrize("seed", range(25))
def test_groups_are_the_estimable_differences(seed):
    """A difference is estimable when appending it to the design leaves the rank as it is."""
    rng = np.random.default_rng(seed)
    sheets = codes(*[(rng.integers(5), rng.integers(4), rng.integers(2)) for _ in range(rng.integers(5, 13))])
    sheets = tuple(np.unique(column, return_inverse=True)[1] for column in sheets)
    sizes = [column.max() + 1 for column in sheets]
    design = np.hstack([np.eye(size)[column] for size, column in zip(sizes, sheets, strict=True)])
    rank = np.linalg.matrix_rank(design)
    found = comparability(*sheets)
    for first, second in itertools.combinations(range(sizes[0]), 2):
        difference = np.zeros(design.shape[1])
        difference[[first, second]] = 1, -1
        estimable = np.linalg.matrix_rank(np.vstack([design, difference])) == rank
        assert (found.reps[first] == found.reps[second]) == estimable


@pytest.mark.parametrize("sheets", [NESTED, MIXED_UP, SCENARIO_APART])
def test_the_linking_sheet_links(sheets):
    link = linking_sheet(*sheets)
    with_it = tuple(
        np.append(column, one) for column, one in zip(sheets, (link.rep, link.rater, link.scenario), strict=True)
    )
    assert comparability(*with_it).reps.max() + 1 == link.groups_left == 1


def test_nobody_needs_a_link_in_one_group():
    assert linking_sheet(*CHAIN) is None


def test_three_groups_need_more_than_one_sheet_but_one_video():
    sheets = codes(*[(rep, rep // 2, 0) for rep in range(6)])
    assert linking_sheet(*sheets).groups_left == 2
    assert groups_with_video(*sheets, 0) == 1
    zero = np.zeros(6)
    advice = linking_advice(Sheets(zero, *sheets, np.zeros(6, int), zero), Names(list("abcdef"), list("xyz"), ["s"]))
    assert (advice.kind, advice.rep_id, advice.rater_id, advice.scenario_id, advice.groups_left) == ("video", None, None, "s", 1)  # fmt: skip
    assert str(advice.sentence) == "One recorded performance of “s” scored by all raters would join all groups."


def test_two_groups_are_told_the_sheet():
    zero = np.zeros(4)
    advice = linking_advice(Sheets(zero, *NESTED, np.zeros(4, int), zero), Names(list("abcd"), list("xy"), ["s"]))
    assert advice.kind == "sheet" and advice.groups_left == 1
    assert str(advice.sentence) == "One sheet would join all groups: y scores a in “s”."
