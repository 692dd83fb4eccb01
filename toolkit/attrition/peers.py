"""What people of one role have on average in a month, kept apart so that a table too large for one piece can be read in parts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.attrition.months import Floats, ratio

COMPARED = ("commission", "leads")


@dataclass(frozen=True)
class PeerMeans:
    """Means by month and role over everybody; `table` has the columns `keys` and one for each amount."""

    keys: tuple[str, ...]
    table: pd.DataFrame

    def usual(self, rows: pd.DataFrame, amount: str) -> Floats:
        """Return for each row the mean of its month and role, NaN where nobody's is known."""
        found = rows[list(self.keys)].merge(self.table[[*self.keys, amount]], how="left", on=list(self.keys))
        return found[amount].to_numpy(dtype=float)


def peer_sums(rows: pd.DataFrame) -> pd.DataFrame:
    """Return sums and counts of what is compared, by month and role, for employed rows of RepMonths."""
    keys = ["month", "role_id"] if "role_id" in rows.columns else ["month"]
    amounts = [name for name in COMPARED if name in rows.columns]
    grouped = rows.groupby(keys, dropna=False, sort=True)[amounts]
    both = pd.concat([grouped.sum().add_suffix(" sum"), grouped.count().add_suffix(" count")], axis=1)
    return both.reset_index()


def peer_means(parts: Sequence[pd.DataFrame]) -> PeerMeans:
    """Return the means over all parts given by `peer_sums`, at least one."""
    everything = pd.concat(parts, ignore_index=True)
    keys = [name for name in ("month", "role_id") if name in everything.columns]
    totals = everything.groupby(keys, dropna=False, sort=True).sum().reset_index()
    table = totals[keys].copy()
    for amount in COMPARED:
        if f"{amount} sum" in totals.columns:
            counts = totals[f"{amount} count"].to_numpy(dtype=float)
            table[amount] = ratio(totals[f"{amount} sum"].to_numpy(dtype=float), np.asarray(counts))
    return PeerMeans(tuple(keys), table)
