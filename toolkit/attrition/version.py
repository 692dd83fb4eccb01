"""What a model was made from, as a short fingerprint: same data and settings, same model to the bit."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.wording import Text

RECIPE = 1  # raised whenever the same data would give another model
DIGITS = 16


def data_hash(frame: pd.DataFrame, columns: Sequence[str]) -> str:
    """Return 16 hexadecimal digits for the rows of `frame` in these columns, whatever the order of rows.

    Columns not named change nothing; so do columns named but absent, other than by being absent.
    """
    kept = sorted(name for name in dict.fromkeys(columns) if name in frame.columns)
    found = hashlib.sha256("\n".join(kept).encode())
    # Each row is hashed from words, so that 1 and 1.0, or a day as text and as a date, are the same.
    cells = pd.DataFrame({name: _plain(frame[name]) for name in kept})
    rows = np.sort(pd.util.hash_pandas_object(cells, index=False).to_numpy(dtype=np.uint64))
    found.update(rows.tobytes())
    return found.hexdigest()[:DIGITS]


def fingerprint(*parts: Any) -> str:
    """Return 16 hexadecimal digits for plain values, arrays, sentences and dataclasses of them."""
    found = hashlib.sha256()
    _add(found, (RECIPE, *parts))
    return found.hexdigest()[:DIGITS]


def _plain(values: "pd.Series[Any]") -> "pd.Series[Any]":
    if pd.api.types.is_datetime64_any_dtype(values):
        days: pd.Series[Any] = values.dt.strftime("%Y-%m-%dT%H:%M:%S").astype(object).fillna("")
        return days
    if pd.api.types.is_numeric_dtype(values):
        # Adding nothing turns -0.0 into 0.0.
        found: pd.Series[float] = values.astype("Float64").astype(float) + 0.0
        return found
    stripped: pd.Series[Any] = values.astype("string").str.strip().fillna("").astype(object)
    return stripped


def _add(found: Any, part: Any) -> None:
    if isinstance(part, np.ndarray):
        found.update(str(part.dtype).encode() + str(part.shape).encode() + np.ascontiguousarray(part).tobytes())
    elif isinstance(part, Text):
        found.update(str(part).encode())
    elif is_dataclass(part) and not isinstance(part, type):
        for each in fields(part):
            found.update(each.name.encode())
            _add(found, getattr(part, each.name))
    elif isinstance(part, list | tuple):
        found.update(b"[")
        for each in part:
            _add(found, each)
        found.update(b"]")
    else:
        found.update(json.dumps(part, default=str).encode())
