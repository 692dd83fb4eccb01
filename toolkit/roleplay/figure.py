"""One figure with its interval, or the reason why there is none."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from toolkit.wording import Text

_NO_SPREAD = 1e-9


@dataclass(frozen=True)
class Figure:
    """`value` with `low` and `high`; whatever cannot be supported is nan and `note` says why."""

    value: float
    low: float
    high: float
    note: Text | None = None

    def columns(self, name: str, *, bare: bool = False) -> dict[str, object]:
        """Return the figure as columns `name`, `name`_low, `name`_high, `name`_note, or with plain low, high, note."""
        stem = "" if bare else f"{name}_"
        return {name: self.value, f"{stem}low": self.low, f"{stem}high": self.high, f"{stem}note": self.note}


def refused(note: Text, value: float = np.nan) -> Figure:
    """Return a figure without an interval, and without a value unless one is given."""
    return Figure(value, np.nan, np.nan, note)


def mean_figure(values: NDArray[np.float64], interval: float, no_spread: Text) -> Figure:
    """Return the mean of at least two independent values with its t interval; `no_spread` where all are equal."""
    centre, spread = float(values.mean()), float(values.std(ddof=1))
    if spread < _NO_SPREAD:
        return refused(no_spread, centre)
    half = float(stdtrit(len(values) - 1, 0.5 + interval / 2)) * spread / np.sqrt(len(values))
    return Figure(centre, centre - half, centre + half)
