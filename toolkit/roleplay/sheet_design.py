"""Which sheets link whom: connectedness, rank and precision of an incomplete rating design.

A design is a list of sheets (rep, rater, scenario). It is read through the additive model
rep + rater + scenario, the model behind every correction for severity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Sheets = NDArray[np.int64]
_BARELY = 1e-6


@dataclass(frozen=True)
class DesignSize:
    """How many reps, raters and scenarios a design has."""

    reps: int
    raters: int
    scenarios: int

    @property
    def full_rank(self) -> int:
        """The rank at which every contrast can be estimated: each facet but one loses one column."""
        return self.reps + self.raters + self.scenarios - 2


def design_rank(sheets: Sheets, size: DesignSize) -> int:
    """Return the rank of the additive design; `sheets` has columns rep, rater, scenario as positions."""
    if not len(sheets):
        return 0
    design = incidence(sheets.T, (size.reps, size.raters, size.scenarios))
    return int(np.linalg.matrix_rank(design))


def incidence(codes: Sequence[NDArray[np.integer[Any]]] | Sheets, sizes: Sequence[int]) -> NDArray[np.float64]:
    """Return the additive design: a row a sheet, for each facet (its codes from 0) a column a member, 1 where it takes part."""
    return np.concatenate([np.eye(size)[code] for code, size in zip(codes, sizes, strict=True)], axis=1)


def rater_groups(sheets: Sheets, raters: int) -> list[list[int]]:
    """Return the raters in groups that are linked through the reps they share, largest first."""
    group = list(range(raters))
    first: dict[int, int] = {}
    for rep, rater, _ in sheets.tolist():
        mine, other = group[rater], group[first.setdefault(rep, rater)]
        if mine != other:
            group = [other if one == mine else one for one in group]
    members = [[rater for rater in range(raters) if group[rater] == name] for name in sorted(set(group))]
    return sorted(members, key=len, reverse=True)


def rater_overlap(sheets: Sheets, size: DesignSize) -> NDArray[np.int64]:
    """Return, raters by raters, on how many sheets of the same reps each pair meets; the diagonal is 0.

    A rep whom one rater saw twice and the other once counts once.
    """
    seen = np.zeros((size.reps, size.raters), dtype=np.int64)
    np.add.at(seen, (sheets[:, 0], sheets[:, 1]), 1)
    shared: NDArray[np.int64] = np.minimum(seen[:, :, None], seen[:, None, :]).sum(axis=0)
    np.fill_diagonal(shared, 0)
    return shared


def positions(sheets: pd.DataFrame, reps: list[str], raters: list[str], scenarios: list[str]) -> Sheets:
    """Return the sheets of a table with rep_id, rater_id, scenario_id as positions in the three lists."""
    columns = [
        pd.Index(names).get_indexer(pd.Index(sheets[column]))
        for column, names in (("rep_id", reps), ("rater_id", raters), ("scenario_id", scenarios))
    ]
    return np.column_stack(columns).astype(np.int64).reshape(-1, 3)


class Precision:
    """How well raters and scenarios can be told apart, with reps eliminated.

    The information matrix of raters and scenarios is a sum over reps, so that changing the sheets
    of one rep changes one term. `cost` is the mean variance of the differences between two
    raters plus half that between two scenarios, in units of a sheet's error variance (the
    A-criterion of optimal design); what cannot be estimated costs about a million.
    """

    def __init__(self, size: DesignSize):
        self._raters, self._scenarios = size.raters, size.scenarios
        self._unit = np.eye(size.raters + size.scenarios)
        # Adding a constant to all raters (or scenarios) is never estimable; this takes it out.
        self._ridge = _BARELY * self._unit.copy()
        self._ridge[: size.raters, : size.raters] += 1.0 / size.raters
        self._ridge[size.raters :, size.raters :] += 1.0 / size.scenarios

    def block(self, raters: list[int], scenarios: list[int]) -> NDArray[np.float64]:
        """Return what the sheets of one rep add to the information."""
        rows = self._unit[raters] + self._unit[[self._raters + one for one in scenarios]]
        rows -= rows.mean(axis=0) if len(rows) else 0.0
        return np.asarray(rows.T @ rows)

    def empty(self) -> NDArray[np.float64]:
        """Return the information of no sheet."""
        return np.zeros_like(self._unit)

    def cost(self, information: NDArray[np.float64]) -> float:
        """Return the price of a design with this information; lower is better."""
        spread: NDArray[np.float64] = np.linalg.inv(information + self._ridge).astype(np.float64, copy=False)
        k = self._raters
        return _mean_difference(spread[:k, :k]) + 0.5 * _mean_difference(spread[k:, k:])


def _mean_difference(spread: NDArray[np.float64]) -> float:
    """Return the mean variance of the difference between two entries."""
    count = len(spread)
    if count < 2:
        return 0.0
    return float(2 * (count * np.trace(spread) - spread.sum()) / (count * (count - 1)))
