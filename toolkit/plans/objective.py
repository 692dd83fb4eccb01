"""What a plan is worth: the gap it is expected to close, given how unsure the levels are.

With the true level L ~ N(level, sd) and target T, a gain of y closes
phi(y) = E[min(y, max(T - L, 0))] = psi(d) - psi(d - y), where d = T - level and
psi(u) = u Phi(u / sd) + sd pdf(u / sd). phi is concave, so diminishing returns need no
tuning constant.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from toolkit.vocabulary import rows_of

Floats = NDArray[np.float64]
SEGMENTS = 20
TANGENTS = 16
# Ties are broken for the cheaper and the earlier plan; both stay far below one per cent of a gap.
COST_PRICE, DELAY_PRICE = 1e-6, 1e-5
# An hour of what somebody likes counts as a thousandth of a level more, or as a quarter of what an hour must bring, at
# most a hundredth; an hour that the mix lacks as two hundredths less.
LEAST_INTEREST, INTEREST_SHARE, MOST_INTEREST, MIX_PRICE = 0.001, 0.25, 0.01, 0.02
_LEAST_SD = 1e-3
CENTRE = {"junior": 2.0, "middle": 3.0, "senior": 4.0}


def closed_gap(gain: Floats | float, shortfall: float, sd: float) -> Floats:
    """Return phi(gain), the expected gap closed in levels, for a mean `shortfall` = target - level."""
    gain = np.asarray(gain, dtype=float)
    return np.asarray(_psi(shortfall, sd) - _psi(shortfall - gain, sd))


def _psi(u: Floats | float, sd: float) -> Floats:
    u, sd = np.asarray(u, dtype=float), max(sd, _LEAST_SD)
    return np.asarray(u * ndtr(u / sd) + sd * np.exp(-0.5 * (u / sd) ** 2) / np.sqrt(2 * np.pi))


def fit_of(tier: str, level: float, best_level: float | None = None) -> float:
    """Return which share of its gain an activity of `tier` gives at `level`: 1 near its tier, .3 far off.

    The whole gain comes up to .75 levels from the centre of the tier (2, 3, 4) and .3 of it from 2 levels on;
    `best_level` puts another centre.
    """
    if best_level is None or np.isnan(best_level):
        if tier == "any":
            return 1.0
        best_level = CENTRE[tier]
    distance = abs(level - best_level)
    return float(np.interp(distance, [0.75, 2.0], [1.0, 0.3]))


@dataclass(frozen=True)
class Curve:
    """phi of one competency, weighted, as secants: `widths` and falling `slopes`.

    `error` is how much more phi can be than the secants, at any gain.
    """

    competency_id: str
    shortfall: float
    sd: float
    weight: float
    widths: Floats
    slopes: Floats
    error: float
    largest: float = 0.0

    def tangents(self, extra: Sequence[float] = ()) -> tuple[Floats, Floats]:
        """Return widths and falling slopes of tangents to phi: never below it, and equal to it at gains `extra`.

        Tangents stand closest where phi bends most. What a model over them cannot exceed, no plan can.
        """
        sd = max(self.sd, _LEAST_SD)
        most = max(self.largest, float(self.widths.sum()))
        top = min(most, max(self.shortfall, 0.0) + 3 * sd)
        grid = np.linspace(0.0, top, 200)
        # Between tangents a distance h apart phi is missed by about h^2 |phi''| / 8.
        density = np.sqrt(np.exp(-0.5 * ((self.shortfall - grid) / sd) ** 2)) + 1e-3
        along = np.concatenate([[0.0], np.cumsum(density[1:] + density[:-1])])
        spread = np.interp((np.arange(TANGENTS) + 0.5) / TANGENTS, along / along[-1], grid)
        at = np.unique(np.concatenate([[0.0], spread, np.clip(extra, 0.0, most)]))
        heights, slopes = closed_gap(at, self.shortfall, sd), ndtr((self.shortfall - at) / sd)
        distinct = np.concatenate([[True], np.diff(slopes) < -1e-9])
        at, heights, slopes = at[distinct], heights[distinct], slopes[distinct]
        crossings = np.diff(heights - slopes * at) / -np.diff(slopes)
        ends = np.concatenate([[0.0], np.clip(np.maximum.accumulate(crossings), 0.0, most), [most]])
        return np.diff(ends), self.weight * slopes

    def value(self, gain: float) -> float:
        """Return the weighted gap closed by `gain`, exactly."""
        return float(self.weight * closed_gap(gain, self.shortfall, self.sd))


def curves_of(gaps: pd.DataFrame, largest_gain: dict[str, float]) -> list[Curve]:
    """Return a curve for each competency of one person's Gaps that has a level and can gain something."""
    curves = []
    for row in rows_of(gaps.dropna(subset=["level"])):
        top = min(largest_gain.get(row.competency_id, 0.0), max(row.gap, 0.0) + 3 * row.sd)
        if top <= 0 or row.weight <= 0:
            continue
        points = np.linspace(0.0, top, SEGMENTS + 1)
        values = row.weight * closed_gap(points, row.gap, row.sd)
        # phi is concave with slopes from 1 to 0, so it departs from a secant by at most
        # width^2 max|phi''| / 8 and by at most width / 4. What gains beyond `top` can still add,
        # at most .0004 sd, is less than either.
        width, bend = top / SEGMENTS, 1 / (max(row.sd, _LEAST_SD) * np.sqrt(2 * np.pi))
        curves.append(
            Curve(
                row.competency_id,
                row.gap,
                row.sd,
                row.weight,
                np.diff(points),
                np.diff(values) / np.diff(points),
                float(row.weight * min(bend * width**2 / 8, width / 4)),
                largest_gain[row.competency_id],
            )
        )
    return curves
