"""Evidence boiled down to sums per person, source, rater and competency: all the level model reads."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import log_ndtr

from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class End:
    """Pieces at one end of the scale, which say “at most” or “at least”: sums as in `Cells`, by place in `cell`.

    `side` is -1 at the low end and 1 at the high one. Whole-number ratings reach it half a level earlier.
    """

    side: float
    cell: Index
    threshold: Array
    n: Array
    q: Array
    p: Array
    count: Array


@dataclass(frozen=True, slots=True)
class Cells:
    """Sums over the pieces of one cell (pair x competency); a pair is one rater of one source on one person.

    With a piece's level y, standard error e and age weight w: `n` = sum 1/e^2, `q` = sum sqrt(w)/e^2,
    `p` = sum w/e^2, `qy`, `py`, `pyy` the same times y, y, y^2; `count` pieces. `pair` and `competency` are
    the cell's places; `block` (source on a person) and `rater` those of a pair; `person` and `source` those
    of a block. A rater is a rater within a source. Pairs without one are not `judged` (tests, figures);
    their `rater` is -1, as is that of people who rate themselves.
    """

    persons: pd.Index
    competencies: pd.Index
    sources: pd.Index
    raters: pd.DataFrame
    pair: Index
    competency: Index
    n: Array
    q: Array
    p: Array
    qy: Array
    py: Array
    pyy: Array
    count: Array
    block: Index
    rater: Index
    judged: npt.NDArray[np.bool_]
    person: Index
    source: Index
    error: Array  # standard error of a typical piece, by source
    ends: tuple[End, End]


def _codes(values: pd.Series) -> tuple[Index, pd.Index]:
    codes, names = pd.factorize(values, sort=True)
    return codes.astype(np.int64), pd.Index(names)


def _groups(*keys: Index) -> tuple[Index, Index]:
    """Return the number of each row's combination of `keys` (0 and up, in their order) and a row of each number."""
    joint = keys[0].copy()
    for key in keys[1:]:
        joint = joint * (int(key.max(initial=0)) + 1) + key
    _, first, number = np.unique(joint, return_index=True, return_inverse=True)
    return number.astype(np.int64), first.astype(np.int64)


def gather(pieces: pd.DataFrame, weight: Array) -> Cells:
    """Return the cells of an Evidence table with at least one row; `weight` is each piece's age weight, 0-1."""
    person, persons = _codes(pieces["person_id"])
    competency, competencies = _codes(pieces["competency_id"])
    source, sources = _codes(pieces["source"])
    named = pd.factorize(pieces["rater_id"], sort=True)[0].astype(np.int64)
    level, root = pieces["level"].to_numpy(dtype=float), np.sqrt(weight)
    precision = pieces["standard_error"].to_numpy(dtype=float) ** -2
    pair, pair_row = _groups(person, source, named + 1)
    cell, cell_row = _groups(pair, competency)
    block, block_row = _groups(person[pair_row], source[pair_row])
    judged = named[pair_row] >= 0
    # Everybody is the only self-rater of oneself: that rater's severity and halo are one and the same.
    shared = judged & np.asarray(sources != "self")[source[pair_row]]
    rater = np.full(len(pair_row), -1, dtype=np.int64)
    if shared.any():
        rater[shared], _ = _groups(source[pair_row][shared], named[pair_row][shared])
    size = len(cell_row)
    ends, inner = _ends(level, source, len(sources), cell, (precision, root * precision, weight * precision))

    def total(values: Array) -> Array:
        return np.asarray(np.bincount(cell[inner], values[inner], size), dtype=np.float64)

    count = np.bincount(source, minlength=len(sources))
    return Cells(
        persons, competencies, sources, _raters(pieces, sources, pair_row, rater), pair[cell_row], competency[cell_row],
        total(precision), total(root * precision), total(weight * precision), total(root * precision * level),
        total(weight * precision * level), total(weight * precision * level**2), total(np.ones(len(level))),
        block, rater, judged, person[pair_row][block_row], source[pair_row][block_row],
        (np.bincount(source, precision, len(sources)) / count) ** -0.5, ends,
    )  # fmt: skip


def _raters(pieces: pd.DataFrame, sources: pd.Index, rows: Index, rater: Index) -> pd.DataFrame:
    """Return rater_id and source (its number) of each rater within a source."""
    rated = np.flatnonzero(rater >= 0)
    first = np.zeros(int(rater.max(initial=-1)) + 1, dtype=np.int64)
    first[rater[rated[::-1]]] = rows[rated[::-1]]
    found = pieces.iloc[first]
    return pd.DataFrame(
        {"rater_id": found["rater_id"].to_numpy(), "source": sources.get_indexer(pd.Index(found["source"]))}
    )


def of_people(cells: Cells, kept: npt.NDArray[np.bool_]) -> Cells:
    """Return the cells of the people marked in `kept`; competencies, sources and raters keep their numbers."""
    block = kept[cells.person]
    pair = block[cells.block]
    cell = pair[cells.pair]
    number = np.cumsum(cell) - 1
    ends = []
    for end in cells.ends:
        there = cell[end.cell]
        masses = {name: getattr(end, name)[there] for name in ("threshold", "n", "q", "p", "count")}
        ends.append(replace(end, cell=number[end.cell[there]], **masses))
    sums = {name: getattr(cells, name)[cell] for name in ("competency", "n", "q", "p", "qy", "py", "pyy", "count")}
    return replace(
        cells,
        persons=cells.persons[kept],
        pair=(np.cumsum(pair) - 1)[cells.pair[cell]],
        block=(np.cumsum(block) - 1)[cells.block[pair]],
        rater=cells.rater[pair],
        judged=cells.judged[pair],
        person=(np.cumsum(kept) - 1)[cells.person[block]],
        source=cells.source[block],
        ends=(ends[0], ends[1]),
        **sums,
    )


def _ends(
    level: Array, source: Index, sources: int, cell: Index, masses: tuple[Array, Array, Array]
) -> tuple[tuple[End, End], npt.NDArray[np.bool_]]:
    """Return the sums of the pieces at either end of the scale, and which pieces are not there."""
    whole = np.bincount(source, level == np.rint(level), sources) >= 0.99 * np.bincount(source, minlength=sources)
    found = []
    for side, value in ((-1.0, SCALE_LOW), (1.0, SCALE_HIGH)):
        there = np.flatnonzero(level == value)
        cells, number = np.unique(cell[there], return_inverse=True)
        first = np.zeros(len(cells), dtype=np.int64)
        first[number[::-1]] = there[::-1]
        sums = [
            np.asarray(np.bincount(number, mass[there], len(cells)), dtype=np.float64)
            for mass in (*masses, np.ones(len(level)))
        ]
        found.append(End(side, cells, np.asarray(value - side * 0.5 * whole[source[first]], dtype=np.float64), *sums))
    return (found[0], found[1]), (level > SCALE_LOW) & (level < SCALE_HIGH)


def by_source(cells: Cells) -> Index:
    """Return the source's number of each cell."""
    return cells.source[cells.block[cells.pair]]


def plain_means(cells: Cells) -> Array:
    """Return the mean rating of each cell, taking the ends of the scale at their word."""
    count, total = cells.count.copy(), cells.py / np.maximum(cells.p, 1e-12) * cells.count
    for end, value in zip(cells.ends, (SCALE_LOW, SCALE_HIGH), strict=True):
        count[end.cell] += end.count
        total[end.cell] += value * end.count
    return np.asarray(total / count)


def at_the_ends(cells: Cells, shown: Array, chance: Array) -> tuple[Cells, Array]:
    """Return the cells with the pieces at the ends of the scale worked in, and what these leave of chance.

    A rating of 5 says “5 or more” and one of 1 “1 or less”: a censored observation (Tobin 1958, Econometrica
    26, 24-36). Each enters by its working response and weight at `shown`, the rating now expected of the
    cell (Newton's step of the censored normal likelihood); `chance` is by source. The second array is by
    source the sum of expected squared deviations over e^2, to be added to that of the inner pieces.
    """
    by = by_source(cells)
    sums = {name: getattr(cells, name).copy() for name in ("n", "q", "p", "qy", "py")}
    left = np.zeros(len(cells.sources))
    for end in cells.ends:
        variance = chance[by[end.cell]] * end.count / end.p  # of a typical piece there, age counted in
        sd = np.sqrt(variance)
        beyond = np.clip(end.side * (shown[end.cell] - end.threshold) / sd, -8.0, 8.0)
        hazard = np.exp(-0.5 * beyond**2 - log_ndtr(beyond)) / np.sqrt(2 * np.pi)
        weight = np.maximum(hazard * (hazard + beyond), 1e-3)
        response = shown[end.cell] + end.side * sd * hazard / weight
        for name, mass in (("n", end.n), ("q", end.q), ("p", end.p)):
            sums[name][end.cell] += weight * mass
        sums["qy"][end.cell] += weight * end.q * response
        sums["py"][end.cell] += weight * end.p * response
        left += np.bincount(by[end.cell], end.count * chance[by[end.cell]] * (1 - beyond * hazard), len(cells.sources))
    return replace(cells, **sums), left
