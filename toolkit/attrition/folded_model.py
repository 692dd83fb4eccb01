"""The risk model folded for very many rows: the same figures as `RiskModel.score` at a fraction of the time.

Centring, scaling, coefficients and the root of their covariance are multiplied together once, so a
block of rows costs its spline terms and one matrix product; categories are read off tables. Nothing is
approximated: probabilities agree with `RiskModel.score` to 1e-9, which leaves room for nothing but the
order of additions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from toolkit.attrition.design import CategoryTerms, NumberTerms, numbers, words
from toolkit.attrition.model import NINETY, RiskModel
from toolkit.attrition.months import Floats, Integers
from toolkit.errors import InputError
from toolkit.wording import text

TOLERANCE = 1e-9
BLOCK = 8192  # rows whose terms stay in the processor's cache
RISK_COLUMNS = ("probability", "low", "high")


@dataclass(frozen=True)
class ColumnValues:
    """One column as the folded model takes it: numbers (NaN = empty), or places among the levels (-1 = none)."""

    values: Floats | Integers
    infinite_at: int | None = None


@dataclass(frozen=True)
class FoldedModel:
    """A `RiskModel` ready for blocks; made by `fold`.

    `numeric` are its number columns with their place among the terms, `tables` the category columns
    with (terms + 1, levels + 1) look-up tables. `weights` and `root` turn centred number terms into
    log-odds and into a vector whose length is the standard error.
    """

    model: RiskModel
    numeric: tuple[tuple[int, NumberTerms, slice], ...]
    tables: tuple[tuple[int, CategoryTerms, Floats], ...]
    centre: Floats
    weights: Floats
    root: Floats
    start: Floats

    def risks(self, columns: Mapping[str, ColumnValues]) -> dict[str, Floats]:
        """Return probability, low and high, each of shape (rows,), as `RiskModel.score` would."""
        rows = len(next(iter(columns.values())).values)
        found: dict[str, Floats] = {name: np.empty(rows) for name in RISK_COLUMNS}
        for start in range(0, rows, BLOCK):
            stop = min(start + BLOCK, rows)
            log_odds, error = self._block(columns, start, stop)
            for name, shift in zip(RISK_COLUMNS, (0.0, -NINETY, NINETY), strict=True):
                found[name][start:stop] = self._within(log_odds + shift * error)
        return found

    def reasons(self, columns: Mapping[str, ColumnValues], top: int) -> tuple[Integers, Floats]:
        """Return the `top` columns by strength (places in the design) and their log-odds, each (top, rows)."""
        rows = len(next(iter(columns.values())).values)
        top = min(top, len(self.model.design.columns))
        place, strength = np.empty((top, rows), dtype=np.int64), np.empty((top, rows))
        for start in range(0, rows, BLOCK):
            stop = min(start + BLOCK, rows)
            parts = self._parts(columns, start, stop)
            size = np.abs(parts)
            for rank in range(top):
                # The first of equals, as a stable sort would have it.
                best = size.argmax(axis=0)
                place[rank, start:stop] = best
                strength[rank, start:stop] = parts[best, np.arange(stop - start)]
                size[best, np.arange(stop - start)] = -1.0
        return place, strength

    def _block(self, columns: Mapping[str, ColumnValues], start: int, stop: int) -> tuple[Floats, Floats]:
        terms = self._terms(columns, start, stop)
        spread = self.root @ terms
        spread += self.start[:, None]
        for _, column, table in self.tables:
            spread += table[:, columns[column.name].values[start:stop].astype(np.int64)]
        # The last row carries the log-odds, the rows before it the root of the variance.
        return spread[-1], np.sqrt(np.einsum("ij,ij->j", spread[:-1], spread[:-1]))

    def _terms(self, columns: Mapping[str, ColumnValues], start: int, stop: int) -> Floats:
        terms = np.empty((len(self.centre), stop - start))
        for _, column, place in self.numeric:
            _fill(terms[place], column, columns[column.name].values[start:stop])
        terms -= self.centre[:, None]
        return terms

    def _parts(self, columns: Mapping[str, ColumnValues], start: int, stop: int) -> Floats:
        parts = np.empty((len(self.model.design.columns), stop - start))
        terms = self._terms(columns, start, stop)
        for number, _, place in self.numeric:
            parts[number] = self.weights[place] @ terms[place]
        for number, column, table in self.tables:
            parts[number] = table[-1][columns[column.name].values[start:stop].astype(np.int64)]
        return parts

    def _within(self, log_odds: Floats) -> Floats:
        if self.model.horizon_months is None:
            share: Floats = expit(log_odds)
            return share
        chained: Floats = -np.expm1(-self.model.horizon_months * np.logaddexp(0.0, log_odds))
        return chained


@dataclass(frozen=True)
class WholeModel:
    """A `RiskModel` that cannot be folded, because the challenger is used: asked itself, block by block."""

    model: RiskModel

    def risks(self, columns: Mapping[str, ColumnValues]) -> dict[str, Floats]:
        """Return probability, low and high, each of shape (rows,)."""
        found = [self.model.score(block)[list(RISK_COLUMNS)].to_numpy() for block in self._blocks(columns)]
        return dict(zip(RISK_COLUMNS, np.concatenate(found or [np.empty((0, 3))]).T.copy(), strict=True))

    def reasons(self, columns: Mapping[str, ColumnValues], top: int) -> tuple[Integers, Floats]:
        """Return the `top` columns by strength (places in the design) and their log-odds, each (top, rows)."""
        top = min(top, len(self.model.design.columns))
        places, strengths = [np.empty((0, top), dtype=np.int64)], [np.empty((0, top))]
        for block in self._blocks(columns):
            parts = self.model.contributions(block).to_numpy(dtype=float)
            places.append(np.argsort(-np.abs(parts), axis=1, kind="stable")[:, :top])
            strengths.append(np.take_along_axis(parts, places[-1], axis=1))
        return np.concatenate(places).T, np.concatenate(strengths).T

    def _blocks(self, columns: Mapping[str, ColumnValues]) -> Iterator[pd.DataFrame]:
        rows = len(next(iter(columns.values())).values)
        for start in range(0, rows, BLOCK):
            yield pd.DataFrame(
                {
                    column.name: _cells(column, columns[column.name].values[start : start + BLOCK])
                    for column in self.model.design.columns
                }
            )


BlockModel = FoldedModel | WholeModel


def in_blocks(model: RiskModel) -> BlockModel:
    """Return `model` ready for many rows, folded where it can be."""
    return fold(model) if model.boosted is None else WholeModel(model)


def fold(model: RiskModel) -> FoldedModel:
    """Return the simple model ready for many rows; one with a challenger in use has nothing to fold."""
    if model.boosted is not None:
        raise ValueError("a boosted model cannot be folded")
    design = model.design
    scaled = model.coefficients / design.scale
    eigenvalues, vectors = np.linalg.eigh(model.covariance)
    root = (vectors * np.sqrt(np.maximum(eigenvalues, 0.0))).T
    start = np.append(root[:, 0], model.intercept)
    rotated = np.vstack([root[:, 1:] / design.scale, scaled])
    numeric: list[tuple[int, NumberTerms, slice]] = []
    tables: list[tuple[int, CategoryTerms, Floats]] = []
    kept: list[int] = []
    for number, column in enumerate(design.columns):
        owned = np.flatnonzero(design.owner == number)
        if isinstance(column, NumberTerms):
            numeric.append((number, column, slice(len(kept), len(kept) + len(owned))))
            kept.extend(int(place) for place in owned)
        else:
            # One column for each level and a last one, found at -1, for all others.
            indicator = np.column_stack([np.eye(len(owned)), np.zeros(len(owned))])
            tables.append((number, column, rotated[:, owned] @ (indicator - design.centre[owned][:, None])))
    return FoldedModel(
        model,
        tuple(numeric),
        tuple(tables),
        design.centre[kept],
        scaled[kept],
        np.ascontiguousarray(rotated[:, kept]),
        start,
    )


def columns_of(frame: pd.DataFrame, model: RiskModel) -> dict[str, ColumnValues]:
    """Return the columns of `frame` the model needs; raises `InputError` as `RiskModel.score` does."""
    found: dict[str, ColumnValues] = {}
    for column in model.design.columns:
        if column.name not in frame.columns:
            raise InputError(
                text("The table has no column “{column}”, which the model needs.", column=column.name),
                remedy=text("Add the column or map another column to it."),
            )
        values: pd.Series[Any] = frame[column.name]
        if isinstance(column, NumberTerms):
            found[column.name] = ColumnValues(numbers(values))
        else:
            found[column.name] = ColumnValues(level_places(words(values), column))
    return found


def level_places(values: "np.ndarray[tuple[int], np.dtype[np.object_]]", column: CategoryTerms) -> Integers:
    """Return for each word its place among the levels of `column`, -1 for those it does not know."""
    places: Integers = pd.Index(column.levels).get_indexer(pd.Index(values)).astype(np.int64)
    return places


def _cells(column: NumberTerms | CategoryTerms, values: Any) -> Any:
    """Return values as a table holds them; places outside the levels become a word no level has."""
    if isinstance(column, NumberTerms):
        return values
    words_known = np.array([*column.levels, "\0"], dtype=object)
    return words_known[values.astype(np.int64)]


def _fill(terms: Floats, column: NumberTerms, values: Any) -> None:
    gaps = np.isnan(values)
    value = terms[0]
    np.clip(values, column.low, column.high, out=value)
    if gaps.any():
        value[gaps] = min(max(column.median, column.low), column.high)
    if column.flag_gaps:
        terms[-1] = gaps
    if column.cubic:
        _fill_cubic(terms, column, value)
        return
    for number, bend in enumerate(column.bends, start=1):
        np.subtract(value, bend, out=terms[number])
        np.maximum(terms[number], 0.0, out=terms[number])


def _fill_cubic(terms: Floats, column: NumberTerms, value: Floats) -> None:
    first, before, last = column.bends[0], column.bends[-2], column.bends[-1]
    square = (last - first) ** 2
    tail_before, tail_last = _cube(value, before), _cube(value, last)
    for number, (bend, (start, slope)) in enumerate(zip(column.bends[:-2], column.tilt, strict=True), start=1):
        term = terms[number]
        term[:] = _cube(value, bend)
        term -= tail_before * ((last - bend) / (last - before))
        term += tail_last * ((before - bend) / (last - before))
        term *= 1.0 / square
        term -= start
        term -= slope * value


def _cube(value: Floats, bend: float) -> Floats:
    positive = np.maximum(value, bend)
    positive -= bend
    found: Floats = positive * positive
    found *= positive
    return found
