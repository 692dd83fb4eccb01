"""Who may be compared with whom, and which sheet or common video would join separate groups.

Reps may be compared when their difference can be estimated in the additive design rep + rater +
scenario without any assumption about raters. Being connected through common raters and scenarios is not
enough: where one rater always goes with one scenario, hard rater and hard scenario cannot be told
apart. The null space of the design says both at once (Searle, Linear Models, 1971, chapter 5; connected
designs: Weeks and Williams, Technometrics 1964, 6:319).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.roleplay.sheet_design import incidence

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

_TOLERANCE = 1e-7
_SHIFTS = 2  # moving a constant from reps to raters or to scenarios never shows


@dataclass(frozen=True)
class Comparability:
    """Group number of each rep, rater and scenario (from 0), by estimable differences.

    `by_rater` and `by_scenario` number the parts that common raters alone, or common scenarios alone, hold
    together (one entry a rep); `full_rank` says whether severity and difficulty can be told apart
    everywhere; `blind` spans the null space of the design.
    """

    reps: Codes
    raters: Codes
    scenarios: Codes
    by_rater: Codes
    by_scenario: Codes
    full_rank: bool
    blind: Array


@dataclass(frozen=True)
class LinkingSheet:
    """The sheet (codes) that joins most groups, and how many groups are left with it."""

    rep: int
    rater: int
    scenario: int
    groups_left: int


def comparability(rep: Codes, rater: Codes, scenario: Codes) -> Comparability:
    """Return what the sheets, given by codes from 0 without gaps, allow to compare."""
    facets = (rep, rater, scenario)
    design = incidence(facets, [int(one.max()) + 1 for one in facets])
    values, vectors = np.linalg.eigh(design.T @ design)
    blind = vectors[:, values < _TOLERANCE * max(float(values[-1]), 1.0)]
    reps, raters = int(rep.max()) + 1, int(rater.max()) + 1
    return Comparability(
        reps=_alike(blind[:reps]),
        raters=_alike(blind[reps : reps + raters]),
        scenarios=_alike(blind[reps + raters :]),
        by_rater=_connected(design[:, : reps + raters])[:reps],
        by_scenario=_connected(np.delete(design, np.s_[reps : reps + raters], axis=1))[:reps],
        full_rank=blind.shape[1] == _SHIFTS,
        blind=blind,
    )


def linking_sheet(rep: Codes, rater: Codes, scenario: Codes) -> LinkingSheet | None:
    """Return the one further sheet that leaves fewest groups of reps; None where there is one group.

    Among equals the least loaded rater takes the rep with fewest sheets, in the order of the codes.
    """
    found = comparability(rep, rater, scenario)
    if found.reps.max() == 0:
        return None
    sizes = [int(one.max()) + 1 for one in (rep, rater, scenario)]
    reps, raters, scenarios = (one.ravel() for one in np.meshgrid(*map(np.arange, sizes), indexing="ij"))
    load = np.lexsort(
        (scenarios, raters, reps, np.bincount(rep)[reps], np.bincount(scenario)[scenarios], np.bincount(rater)[raters])
    )
    # Sheets whose rep, rater and scenario are comparable with another's open the same; the first stands for all.
    kind = (found.reps[reps] * sizes[1] + found.raters[raters]) * sizes[2] + found.scenarios[scenarios]
    load = load[np.sort(np.unique(kind[load], return_index=True)[1])]
    seen = incidence((reps, raters, scenarios), sizes) @ found.blind
    best: LinkingSheet | None = None
    for place in load:
        opened = seen[place]
        size = float(opened @ opened)
        if size < _TOLERANCE:
            continue
        narrowed = found.blind - np.outer(found.blind @ opened, opened) / size
        left = int(_alike(narrowed[: sizes[0]]).max()) + 1
        if best is None or left < best.groups_left:
            best = LinkingSheet(int(reps[place]), int(raters[place]), int(scenarios[place]), left)
            if left == 1:
                break
    return best


def groups_with_video(rep: Codes, rater: Codes, scenario: Codes, played: int) -> int:
    """Return how many groups of reps are left when all raters score one recorded performance of scenario `played`."""
    raters = np.unique(rater)
    with_video = comparability(
        np.append(rep, np.full(len(raters), rep.max() + 1)),
        np.append(rater, raters),
        np.append(scenario, np.full(len(raters), played)),
    )
    return len(np.unique(with_video.reps[:-1]))


def _alike(rows: Array) -> Codes:
    """Give equal rows the same number, in the order they first appear."""
    numbers = np.full(len(rows), -1, dtype=np.intp)
    for place in range(len(rows)):
        if numbers[place] < 0:
            alike = np.abs(rows - rows[place]).max(axis=1, initial=0.0) < np.sqrt(_TOLERANCE)
            numbers[alike] = numbers.max() + 1
    return numbers


def _connected(design: Array) -> Codes:
    """Find the parts of the graph whose nodes are the columns, joined where they meet on a sheet."""
    together = (design.T @ design > 0).astype(float)
    reached = together
    while True:
        further = (reached @ together > 0).astype(float)
        if np.array_equal(further, reached):
            return np.unique(reached.argmax(axis=1), return_inverse=True)[1]
        reached = further
