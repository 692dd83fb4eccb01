"""Each person's gain in each competency, freed of regression to the mean where people were picked for low levels."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.plans.measurement import KEYS, Array, Population, jackknife_variance
from toolkit.vocabulary import rows_of
from toolkit.wording import text


@dataclass(frozen=True)
class Gains:
    """`table` is that of the pairs with `seen`, `gain` and `sd`; `replicates` the gains without parts of the population."""

    table: pd.DataFrame
    replicates: Array | None = None

    def of(self, competency: str) -> "Gains":
        """Return the gains in one competency."""
        chosen = (self.table["competency_id"] == competency).to_numpy()
        return Gains(self.table[chosen], None if self.replicates is None else self.replicates[:, chosen])

    @property
    def correction_variance(self) -> float:
        """Return the variance that an unsure correction gives a mean gain."""
        if self.replicates is None:
            return 0.0
        counts = self.table.groupby("person_id")["gain"].transform("size").to_numpy(float)
        weight = 1 / counts / self.table["person_id"].nunique()
        return jackknife_variance(self.replicates @ weight)


def paired(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return person_id, competency_id, before, sd_before, after and sd_after of those measured twice."""
    first = before.rename(columns={"level": "before", "sd": "sd_before"})
    both = first.merge(after.rename(columns={"level": "after", "sd": "sd_after"}), on=KEYS)
    if both.empty:
        raise InputError(
            text("Nobody was measured before and after in the same competency."),
            remedy=text("Give two tables with the same people and competencies."),
        )
    return both


def gains_of(pairs: pd.DataFrame, before: pd.DataFrame, everybody: pd.DataFrame | None, correlation: float) -> Gains:
    """Return the plain difference `seen`, the corrected `gain` and its `sd` (levels) of each pair.

    The error before, e, is expected to be E[e | x] where people were picked by x, all that was measured of them
    `before`; the share k = correlation x sd_after / sd_before of it comes again. gain = after - x + (1 - k) E[e | x].
    """
    sd, later = pairs["sd_before"].to_numpy(float), pairs["sd_after"].to_numpy(float)
    again = 1 - correlation * later / sd
    own = (1 - correlation**2) * later**2
    seen = (pairs["after"] - pairs["before"]).to_numpy(float)
    if everybody is None:
        return Gains(pairs.assign(seen=seen, gain=seen, sd=np.sqrt(again**2 * sd**2 + own)))
    mine = before[before["person_id"].isin(pairs["person_id"])]
    found = Population(everybody).errors(mine)
    places = {(row.person_id, row.competency_id): place for place, row in enumerate(rows_of(mine))}
    order = [places[row.person_id, row.competency_id] for row in rows_of(pairs)]
    corrected = pairs.assign(
        seen=seen,
        gain=seen + again * found.expected[order],
        sd=np.sqrt(again**2 * found.remaining[order] + own),
    )
    return Gains(corrected, seen + again * found.replicates[:, order])
