"""People in groups for an audit: none so small that a figure would speak of single people."""

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from toolkit.attrition.design import is_number, numbers, words

LEAST_SHOWN = 5
TOGETHER = "…"


def audit_groups(values: "pd.Series[Any]") -> "pd.Series[str]":
    """Return each person's group as words: numbers with more than 8 values in quarters, small ones together."""
    plain = values.astype(object)
    if is_number(plain.dropna()) and plain.dropna().nunique() > 8:
        number = pd.Series(numbers(plain), index=plain.index)
        edges = np.unique(np.quantile(number.dropna(), [0, 0.25, 0.5, 0.75, 1]))
        parts = np.clip(np.searchsorted(edges, number, side="right") - 1, 0, max(len(edges) - 2, 0))
        names = [f"{low:g} – {high:g}" for low, high in pairwise(edges)]
        plain = pd.Series([names[part] for part in parts], index=plain.index, dtype=object).where(number.notna())
    found = pd.Series(words(plain), index=plain.index)
    found = found.mask(found == "")
    sizes = found.value_counts()
    small = list(sizes[sizes < LEAST_SHOWN].index)
    if small and sizes[small].sum() < LEAST_SHOWN and len(sizes) > len(small) + 1:
        # One more group joins them, or the few could be found by subtraction.
        small.append(sizes.drop(small).index[-1])
    return found.mask(found.isin(small), TOGETHER)
