"""Boosted shallow trees as plain arrays, with exact contributions.

Trees of at most five levels (scikit-learn's histogram gradient boosting) are kept as arrays, so that
they are stored and compared like any table. Contributions are Shapley values of the trees
(path-dependent TreeSHAP, Lundberg et al. 2020). The mean over all orders of columns is the integral
over t of the product of t x goes + (1 - t) x share of the other columns on the way to a leaf; they
are at most four, so three Gauss points give it exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.attrition.design import CategoryTerms, Design, NumberTerms, numbers
from toolkit.attrition.months import Flags, Floats, Integers

LEVELS = 5
NODES, LEAVES = 2**LEVELS - 1, 2**LEVELS
RATE = 0.1
STOPS = {2: (25, 50, 100, 200), 5: (15, 25, 50, 100)}  # numbers of trees tried, by depth
LEAST_IN_LEAF = 20
_POINTS, _WEIGHTS = ((1 + x) / 2 if n == 0 else x / 2 for n, x in enumerate(np.polynomial.legendre.leggauss(3)))


@dataclass(frozen=True)
class Setting:
    """How deep the trees are (at most 5) and how many of them are added."""

    depth: int
    trees: int


@dataclass(frozen=True)
class Trees:
    """A sum of trees on the log-odds scale, each filled up to five levels.

    Nodes are numbered from the top (children of k: 2k+1 and 2k+2). `column` (trees, 31) is -1 where a
    tree does not split, `threshold` goes left when value <= threshold, `gap_left` where a missing
    value goes, `left_share` which share of the training rows of a node went left; `value` (trees, 32).
    """

    start: float
    column: Integers
    threshold: Floats
    gap_left: Flags
    left_share: Floats
    value: Floats

    def log_odds(self, matrix: Floats) -> Floats:
        """Return log-odds of the rows of `matrix` (rows, columns), NaN = missing."""
        columns = np.asfortranarray(matrix)
        gaps = np.isnan(columns)
        found = np.full(len(columns), self.start)
        for tree in range(len(self.column)):
            found += self._value(columns, gaps, tree, 0, 0)
        return found

    def expected(self) -> float:
        """Return the log-odds around which the contributions lie."""
        reach = np.ones((len(self.value), 1))
        for level in range(LEVELS):
            share = self.left_share[:, 2**level - 1 : 2 ** (level + 1) - 1]
            reach = np.stack([reach * share, reach * (1.0 - share)], axis=2).reshape(len(reach), -1)
        return float(self.start + (reach * self.value).sum())

    def contributions(self, matrix: Floats) -> Floats:
        """Return Shapley values (rows, columns); with `expected` a row's sum is its log-odds."""
        columns = np.asfortranarray(matrix)
        gaps = np.isnan(columns)
        found = np.zeros(columns.shape)
        for tree in range(len(self.column)):
            right = [self._right(columns, gaps, tree, node) for node in range(NODES)]
            for leaf in range(LEAVES):
                for column, part in self._of_leaf(tree, leaf, right):
                    found[:, column] += part
        return found

    def _value(self, columns: Floats, gaps: Flags, tree: int, node: int, level: int) -> Floats:
        if level == LEVELS or self.column[tree, node] < 0:
            first = (node - (2**level - 1)) * 2 ** (LEVELS - level)
            return np.asarray(self.value[tree, first])
        right = self._right(columns, gaps, tree, node)
        high = self._value(columns, gaps, tree, 2 * node + 2, level + 1)
        return np.where(right, high, self._value(columns, gaps, tree, 2 * node + 1, level + 1))

    def _right(self, columns: Floats, gaps: Flags, tree: int, node: int) -> Flags:
        column = int(self.column[tree, node])
        if column < 0:
            return np.zeros(len(columns), dtype=bool)
        right = columns[:, column] > self.threshold[tree, node]
        found: Flags = right if self.gap_left[tree, node] else right | gaps[:, column]
        return found

    def _of_leaf(self, tree: int, leaf: int, right: Sequence[Flags]) -> list[tuple[int, Floats]]:
        """Return what each column on the way to a leaf contributes to each row."""
        goes: dict[int, Floats] = {}
        share: dict[int, float] = {}
        node = 0
        for level in range(LEVELS):
            turn = (leaf >> (LEVELS - 1 - level)) & 1
            column, left = int(self.column[tree, node]), float(self.left_share[tree, node])
            if column < 0 and turn:
                return []  # filled up: the way to the left stands for it
            if column >= 0:
                taken = right[node] if turn else ~right[node]
                goes[column] = goes.get(column, 1.0) * taken.astype(float)
                share[column] = share.get(column, 1.0) * (1.0 - left if turn else left)
            node = 2 * node + 1 + turn
        value = float(self.value[tree, leaf])
        return [(column, value * (goes[column] - share[column]) * _others(goes, share, column)) for column in goes]


def _others(goes: dict[int, Floats], share: dict[int, float], column: int) -> Floats | float:
    """Return the mean over all orders in which the other columns (at most four) become known."""
    found: Floats | float = 0.0
    for point, weight in zip(_POINTS, _WEIGHTS, strict=True):
        product: Floats | float = weight
        for name in goes:
            if name != column:
                product = product * (point * goes[name] + (1.0 - point) * share[name])
        found = found + product
    return found


def tree_columns(design: Design) -> Integers:
    """Return for each column that trees see the number of the design's column it comes from."""
    widths = [len(column.levels) if isinstance(column, CategoryTerms) else 1 for column in design.columns]
    return np.repeat(np.arange(len(widths), dtype=np.int64), widths)


def tree_matrix(design: Design, frame: pd.DataFrame) -> Floats:
    """Return what trees see (rows, columns): plain numbers with NaN for gaps, categories as 0 and 1."""
    return np.concatenate([_seen(column, frame) for column in design.columns], axis=1)


def _seen(column: NumberTerms | CategoryTerms, frame: pd.DataFrame) -> Floats:
    return column.terms(frame) if isinstance(column, CategoryTerms) else numbers(frame[column.name])[:, None]


def grow(matrix: Floats, left: Floats, setting: Setting, weights: Floats | None = None) -> Trees:
    """Fit trees to `left` (0 or 1); `weights` of shape (rows,) count rows several times or not at all."""
    if weights is not None:
        matrix, left, weights = matrix[weights > 0], left[weights > 0], weights[weights > 0]
    return as_arrays(estimator(setting).fit(matrix, left, sample_weight=weights))


def estimator(setting: Setting):  # type: ignore[no-untyped-def]
    """Return scikit-learn's estimator of a setting; it draws nothing at random."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        learning_rate=RATE,
        max_depth=setting.depth,
        max_iter=setting.trees,
        min_samples_leaf=LEAST_IN_LEAF,
        early_stopping=False,
        random_state=0,
    )


def as_arrays(fitted: Any) -> Trees:
    """Return a fitted histogram gradient boosting classifier of two classes as arrays."""
    grown = [each[0].nodes for each in fitted._predictors]
    shape = (len(grown), NODES)
    column, threshold = np.full(shape, -1, dtype=np.int64), np.full(shape, np.inf)
    gap_left, share = np.ones(shape, dtype=bool), np.ones(shape)
    value = np.zeros((len(grown), LEAVES))
    for tree, nodes in enumerate(grown):
        waiting = [(0, 0, 0)]
        while waiting:
            at, place, level = waiting.pop()
            node = nodes[at]
            if level == LEVELS or node["is_leaf"]:
                first = (place - (2**level - 1)) * 2 ** (LEVELS - level)
                value[tree, first : first + 2 ** (LEVELS - level)] = node["value"]
                continue
            column[tree, place], threshold[tree, place] = node["feature_idx"], node["num_threshold"]
            gap_left[tree, place] = bool(node["missing_go_to_left"])
            share[tree, place] = nodes[node["left"]]["count"] / node["count"]
            waiting += [(int(node["left"]), 2 * place + 1, level + 1), (int(node["right"]), 2 * place + 2, level + 1)]
    return Trees(float(fitted._baseline_prediction[0, 0]), column, threshold, gap_left, share, value)
