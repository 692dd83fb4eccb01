"""From columns to the terms of a linear model: splines, categories, gaps, and back to the column.

Numbers get a natural cubic spline with three knots (restricted cubic spline, Harrell 2015, ch. 2.4),
or bends at declared knots; beyond the data the effect stays where the data end. Categories get one
term each; those unseen or rare in training have none. Gaps are filled with the median and flagged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.attrition.months import Floats
from toolkit.errors import InputError
from toolkit.wording import text

KNOT_QUANTILES = (0.05, 0.5, 0.95)
CURVE_PENALTY = 2.0  # curves are shrunk harder than slopes: measured better calibrated out of fold
SPLINE_FROM = 10  # distinct values; with fewer the line alone is kept
RARE = 10  # rows below which a category or a gap has no term of its own
MOST_CATEGORIES = 50


@dataclass(frozen=True)
class NumberTerms:
    """A numeric column: its limits, what fills gaps, and where its effect may bend."""

    name: str
    median: float
    low: float
    high: float
    bends: tuple[float, ...]
    cubic: bool
    tilt: tuple[tuple[float, float], ...]
    flag_gaps: bool

    def terms(self, frame: pd.DataFrame) -> Floats:
        """Return (rows, terms): the value, its spline terms, and 1 where it was missing."""
        values = numbers(frame[self.name])
        gaps = np.isnan(values)
        value = np.clip(np.where(gaps, self.median, values), self.low, self.high)
        columns = [value, *_bent(value, self.bends, self.cubic, self.tilt)]
        if self.flag_gaps:
            columns.append(gaps.astype(float))
        return np.column_stack(columns)


@dataclass(frozen=True)
class CategoryTerms:
    """A column of categories; `levels` are those frequent enough in training."""

    name: str
    levels: tuple[str, ...]

    def terms(self, frame: pd.DataFrame) -> Floats:
        """Return (rows, levels) of 0 and 1; all 0 for other categories and gaps."""
        codes = pd.Index(self.levels).get_indexer(pd.Index(words(frame[self.name])))
        found: Floats = (codes[:, None] == np.arange(len(self.levels))).astype(float)
        return found


@dataclass(frozen=True)
class Design:
    """Everything needed to turn a table into centred, scaled terms; `owner` gives each term's column."""

    columns: tuple[NumberTerms | CategoryTerms, ...]
    centre: Floats
    scale: Floats
    owner: "np.ndarray[tuple[int], np.dtype[np.int64]]"

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the columns used."""
        return tuple(column.name for column in self.columns)

    def matrix(self, frame: pd.DataFrame) -> Floats:
        """Return the terms of `frame`, shape (rows, terms); raises `InputError` for a missing column."""
        for column in self.columns:
            if column.name not in frame.columns:
                raise InputError(
                    text("The table has no column “{column}”, which the model needs.", column=column.name),
                    remedy=text("Add the column or map another column to it."),
                )
        raw = np.concatenate([column.terms(frame) for column in self.columns], axis=1)
        found: Floats = (raw - self.centre) / self.scale
        return found


def learn_design(frame: pd.DataFrame, columns: Sequence[str], bends: Mapping[str, tuple[float, ...]]) -> Design:
    """Learn the terms of `columns` from `frame`; `bends` declares knots for some of them.

    Columns without two different values are passed over. Raises `InputError` when none is left.
    """
    learned: list[NumberTerms | CategoryTerms] = []
    for name in columns:
        terms = _learn_number(frame, name, bends.get(name)) if is_number(frame[name]) else _learn_levels(frame, name)
        if terms is not None:
            learned.append(terms)
    if not learned:
        raise InputError(text("No column is left that could say anything about leaving."))
    blocks = [column.terms(frame) for column in learned]
    owner = np.repeat(np.arange(len(blocks)), [block.shape[1] for block in blocks])
    raw = np.concatenate(blocks, axis=1)
    scale = np.concatenate([_scale(column, block) for column, block in zip(learned, blocks, strict=True)])
    return Design(tuple(learned), raw.mean(axis=0), scale, owner)


def is_number(values: "pd.Series[Any]") -> bool:
    """Return whether the column holds numbers, also as text such as 1,234 in 95 of 100 filled cells."""
    if pd.api.types.is_numeric_dtype(values):
        return True
    filled = values.dropna().astype(str)
    return len(filled) > 0 and bool(_parsed(filled).notna().mean() >= 0.95)


def numbers(values: "pd.Series[Any]") -> Floats:
    """Return a column as numbers, NaN where empty; raises `InputError` for infinite numbers."""
    if pd.api.types.is_numeric_dtype(values):
        found = values.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    else:
        found = _parsed(values.astype("string")).to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(found).any():
        raise InputError(
            text("The column “{column}” holds an infinite number.", column=str(values.name)),
            where=text("Row {row}", row=int(np.flatnonzero(np.isinf(found))[0]) + 1),
            remedy=text("Correct it or leave the cell empty."),
        )
    return found


def words(values: "pd.Series[Any]") -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    """Return a column as trimmed text, gaps as an empty string."""
    return values.astype("string").str.strip().fillna("").to_numpy(dtype=object)


def _scale(column: NumberTerms | CategoryTerms, block: Floats) -> Floats:
    if isinstance(column, CategoryTerms):
        return np.ones(block.shape[1])
    spread = block.std(axis=0)
    scale = np.where(spread < 1e-12, 1.0, spread)
    if column.cubic:
        scale[1 : 1 + len(column.tilt)] *= CURVE_PENALTY
    return scale


def _parsed(filled: "pd.Series[str]") -> "pd.Series[float]":
    plain = filled.str.strip().str.replace(",", "", regex=False).str.rstrip("%")
    return pd.to_numeric(plain, errors="coerce")


def _learn_number(frame: pd.DataFrame, name: str, declared: tuple[float, ...] | None) -> NumberTerms | None:
    values = numbers(frame[name])
    known = values[~np.isnan(values)]
    flag = RARE <= len(values) - len(known) <= len(values) - RARE
    distinct = np.unique(known)
    if len(distinct) < 2:
        # A column with one value may still speak through its gaps.
        fill = float(distinct[0]) if len(distinct) else 0.0
        return NumberTerms(name, fill, fill, fill, (), False, (), True) if flag else None
    low, high = float(distinct[0]), float(distinct[-1])
    bends, cubic = declared or (), False
    if declared is None and len(distinct) > SPLINE_FROM:
        low, high = (float(edge) for edge in np.quantile(known, [0.001, 0.999]))
        knots = np.unique(np.quantile(known, KNOT_QUANTILES))
        if len(knots) >= 3:
            bends, cubic = tuple(float(knot) for knot in knots), True
    value = np.clip(known, low, high)
    tilt = tuple(_line(value, term) for term in _bent(value, bends, cubic, ())) if cubic else ()
    return NumberTerms(name, float(np.median(known)), low, high, bends, cubic, tilt, flag)


def _learn_levels(frame: pd.DataFrame, name: str) -> CategoryTerms | None:
    counts = pd.Series(words(frame[name])).value_counts()
    if len(counts) < 2:
        return None
    frequent = counts[(counts >= RARE) | (len(counts) == 2)].head(MOST_CATEGORIES)
    return CategoryTerms(name, tuple(sorted(str(level) for level in frequent.index))) if len(frequent) else None


def _bent(value: Floats, bends: tuple[float, ...], cubic: bool, tilt: tuple[tuple[float, float], ...]) -> list[Floats]:
    """Return hinges at `bends`, or the curved terms of a natural cubic spline less their straight part."""
    if not cubic:
        return [np.maximum(value - bend, 0.0) for bend in bends]
    first, before, last = bends[0], bends[-2], bends[-1]
    tail_before, tail_last = _cube(value - before), _cube(value - last)
    terms = [
        (
            _cube(value - bend)
            - tail_before * (last - bend) / (last - before)
            + tail_last * (before - bend) / (last - before)
        )
        / (last - first) ** 2
        for bend in bends[:-2]
    ]
    # The straight part is taken out so that the penalty treats slope and curve apart.
    return [term - start - slope * value for term, (start, slope) in zip(terms, tilt, strict=True)] if tilt else terms


def _cube(value: Floats) -> Floats:
    positive = np.maximum(value, 0.0)
    return positive * positive * positive


def _line(value: Floats, term: Floats) -> tuple[float, float]:
    spread = float(np.var(value))
    slope = float(np.mean((value - value.mean()) * (term - term.mean()))) / spread if spread > 0 else 0.0
    return float(term.mean() - slope * value.mean()), slope
