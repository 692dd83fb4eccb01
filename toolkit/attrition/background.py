"""What the training data looked like, kept with the model so that later data can be compared."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.attrition.design import CategoryTerms, Design, NumberTerms, numbers, words
from toolkit.attrition.months import Floats

PARTS = 10


@dataclass(frozen=True)
class Profile:
    """The shares of one column's values: by `edges` for numbers, by `levels` for words, gaps or others last."""

    column: str
    edges: tuple[float, ...]
    levels: tuple[str, ...]
    shares: tuple[float, ...]

    def counts(self, frame: pd.DataFrame) -> Floats:
        """Return how many rows of `frame` fall into each part, shape of `shares`."""
        if self.levels:
            codes = pd.Index(self.levels).get_indexer(pd.Index(words(frame[self.column])))
            codes = np.where(codes < 0, len(self.levels), codes)
            return np.bincount(codes, minlength=len(self.levels) + 1).astype(float)
        values = numbers(frame[self.column])
        parts = np.searchsorted(np.array(self.edges), values, side="left")
        parts = np.where(np.isnan(values), len(self.edges) + 1, parts)
        return np.bincount(parts, minlength=len(self.edges) + 2).astype(float)


@dataclass(frozen=True)
class Background:
    """Where a model comes from.

    `first` and `last` are the months taught (ISO days), empty for a snapshot; `rows` behind the profiles;
    `profiles` of its columns; `excluded` how many rows of kept people or unregretted leavers taught
    nothing.
    """

    data_hash: str
    first: str
    last: str
    rows: int
    profiles: tuple[Profile, ...]
    excluded: int = 0


def profiles_of(design: Design, rows: pd.DataFrame) -> tuple[Profile, ...]:
    """Return the profile of each column of the design in these rows: numbers by tenths."""
    found = []
    for column in design.columns:
        empty = _empty(column, rows)
        found.append(Profile(empty.column, empty.edges, empty.levels, tuple(empty.counts(rows) / len(rows))))
    return tuple(found)


def _empty(column: NumberTerms | CategoryTerms, rows: pd.DataFrame) -> Profile:
    if isinstance(column, CategoryTerms):
        return Profile(column.name, (), column.levels, ())
    values = numbers(rows[column.name])
    known = values[~np.isnan(values)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, PARTS + 1)[1:-1])) if len(known) else np.zeros(1)
    return Profile(column.name, tuple(float(edge) for edge in edges), (), ())
