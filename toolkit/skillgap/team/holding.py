"""Who in a team holds what its roles ask for, and how the team is made up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from toolkit.skillgap.counts import SMALLEST_GROUP, count_of, hidden_groups

HOLD_COLUMNS = (
    "competency_id", "asked", "seen", "holders", "low", "high", "nobody", "single", "person_id", "spread",
)  # fmt: skip
MATTERS = 0.2
TENURES = ("under 1", "1 to 3", "3 and more")
_YEARS = (1.0, 3.0)


def holding(gaps: pd.DataFrame, shared_errors: pd.Series, competencies: Sequence[str]) -> pd.DataFrame:
    """Return by competency how many of a team hold it at the level their own role asks for.

    `gaps` is the Gaps table of one team, `shared_errors` as `GapState.shared_errors`. Columns: asked (whose role asks for
    it), seen (of whom a level is known), holders (expected number at target) with low to high its 90 % interval,
    nobody and single (probabilities, 0-1, that no one and that exactly one holds it), person_id (the one most likely to
    hold it), spread (standard deviation of the seen levels between people, less what their errors explain; empty
    below two). Whoever was not seen counts as not holding it. In the order of `competencies`; rows where nobody was
    asked are left out, and where nobody was seen the figures are empty.
    """
    rows = []
    for competency_id in competencies:
        own = gaps[gaps["competency_id"] == competency_id]
        seen = own.dropna(subset=["level"])
        if own.empty:
            continue
        if seen.empty:
            rows.append((competency_id, len(own), 0, *([np.nan] * 5), None, np.nan))
            continue
        ahead, sd = -seen["gap"].to_numpy(dtype=float), seen["sd"].to_numpy(dtype=float)
        found = count_of(ahead, sd, float(shared_errors.get(competency_id, 0.0)))
        best = seen["person_id"].iloc[int(np.argmax(ndtr(ahead / sd)))]
        figures = (found.expected, found.low, found.high, found.none, found.single)
        rows.append((competency_id, len(own), len(seen), *figures, best, _spread(seen)))
    return pd.DataFrame(rows, columns=list(HOLD_COLUMNS))


def _spread(seen: pd.DataFrame) -> float:
    if len(seen) < 2:
        return float("nan")
    return float(np.sqrt(max(seen["level"].var(ddof=1) - (seen["sd"] ** 2).mean(), 0.0)))


@dataclass(frozen=True)
class Share:
    """One part of a mix: its key and how many; None stands for a number that would single people out."""

    key: str
    people: int | None


def tenure_mix(hired_on: pd.Series, as_of: pd.Timestamp) -> list[Share]:
    """Return how many members are new and how many are old, by full years: `TENURES`.

    Groups of fewer than five stay hidden, and so does one more where the hidden one could be worked out.
    """
    years = (as_of - hired_on).dt.days / 365.25
    group = np.digitize(years, _YEARS)
    return _mix({name: int((group == number).sum()) for number, name in enumerate(TENURES)})


def tier_mix(tiers: pd.Series, order: Sequence[str]) -> list[Share]:
    """Return how many members are on each tier, in `order`; small groups stay hidden as in `tenure_mix`."""
    return _mix({name: int((tiers == name).sum()) for name in order})


def _mix(sizes: dict[str, int]) -> list[Share]:
    hidden = hidden_groups(sizes)
    return [Share(name, None if name in hidden else size) for name, size in sizes.items()]


def single_points(held: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `holding` where it is likely enough (at least .2) that one person alone, or nobody, holds it.

    The most likely first. Teams of fewer than five have none: everything would be one.
    """
    known = held[held["seen"] >= SMALLEST_GROUP]
    risk = known["single"] + known["nobody"]
    return known.assign(risk=risk)[risk >= MATTERS].sort_values("risk", ascending=False, kind="stable")
