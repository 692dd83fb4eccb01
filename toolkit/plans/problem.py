"""One person's planning problem as numbers: options, gains, prices, and what a choice of options is worth."""

import datetime as dt
from collections.abc import Mapping, Sequence
from copy import copy

import numpy as np
import pandas as pd

from toolkit.plans.limits import Limits
from toolkit.plans.objective import (
    COST_PRICE,
    DELAY_PRICE,
    INTEREST_SHARE,
    LEAST_INTEREST,
    MIX_PRICE,
    MOST_INTEREST,
    curves_of,
    fit_of,
)
from toolkit.plans.options import Option
from toolkit.plans.plan import VISIBLE
from toolkit.plans.prerequisites import prerequisites_of
from toolkit.vocabulary import records_of

GAIN, GAIN_SD = "gain_", "sd_"
Gains = dict[tuple[str, str], float]
PRACTICE = ("drill", "joint_visit")
MIX = (
    (0.7, ("drill", "joint_visit", "rotation")),
    (0.2, ("mentoring", "shadowing", "sharing_session")),
    (0.1, ("course", "e_learning", "reading")),
)
_INTEREST_WEIGHT = 0.25


class Problem:
    """What the optimiser asks and answers about; `kept` are activities under way, each with one fixed option."""

    def __init__(
        self,
        activities: pd.DataFrame,
        options: Sequence[Option],
        gaps: pd.DataFrame,
        limits: Limits,
        *,
        done: Sequence[str] = (),
        kept: Sequence[str] = (),
        interests: Mapping[str, float] | None = None,
    ):
        self.options, self.limits, self.kept = list(options), limits, frozenset(kept)
        self.by_activity: dict[str, list[int]] = {}
        for index, option in enumerate(self.options):
            self.by_activity.setdefault(option.activity_id, []).append(index)
        rows = {row["activity_id"]: row for row in records_of(activities)}
        self.hours = {a: float(row["hours"]) for a, row in rows.items()}
        self.costs = {a: 0.0 if a in self.kept else float(row["cost"]) for a, row in rows.items()}
        for a in self.kept:  # only what is still to come counts
            self.hours[a] = float(self.options[self.by_activity[a][0]].hours_in.sum())
        self.kinds = {a: str(row["kind"]) for a, row in rows.items()}
        self.pauses = {a: _weeks(row.get("after_weeks")) for a, row in rows.items()}
        needed = {a: [p for p in prerequisites_of(row["prerequisites"]) if p not in done] for a, row in rows.items()}
        self.prerequisites = {a: found for a, found in needed.items() if found and a not in self.kept}
        self.gains = gains_of(activities, gaps)
        self.curves = curves_of(_wanted(gaps, interests), _largest(self.gains))
        self.gain_of: dict[str, dict[str, float]] = {}
        for (activity, competency), gain in self.gains.items():
            self.gain_of.setdefault(activity, {})[competency] = gain
        self.prices = self._prices(rows, interests or {})

    def _prices(self, rows: Mapping[str, Mapping[str, object]], interests: Mapping[str, float]) -> list[float]:
        prices, an_hour = [], self.limits.an_hour
        bonus = min(max(INTEREST_SHARE * an_hour, LEAST_INTEREST), MOST_INTEREST)
        likings = {a: bonus * self._liking(row, interests) for a, row in rows.items()} if interests else {}
        for option in self.options:
            hours = self.hours[option.activity_id]
            prices.append(
                COST_PRICE * self.costs[option.activity_id]
                + DELAY_PRICE * hours * max(option.start, 0)
                + (0.0 if option.activity_id in self.kept else an_hour * hours)
                - hours * likings.get(option.activity_id, 0.0)
            )
        return prices

    def _liking(self, row: Mapping[str, object], interests: Mapping[str, float]) -> float:
        """Return how much a kind or area is liked; 0 where the activity alone would not earn its hours."""
        activity = str(row["activity_id"])
        if self.closed([activity]) < max(self.limits.an_hour * self.hours[activity], VISIBLE):
            return 0.0
        return max(interests.get(str(row[name]), 0.0) for name in ("kind", "content_area"))

    def within(self, limits: Limits) -> "Problem":
        """Return the same problem with other hours per week or another budget."""
        other = copy(self)
        other.limits = limits
        return other

    def gain_in(self, competency: str, activities: Sequence[str]) -> float:
        """Return the levels that some activities give in a competency together."""
        return sum(self.gain_of.get(activity, {}).get(competency, 0.0) for activity in activities)

    def closed(self, activities: Sequence[str]) -> float:
        """Return the weighted gap that some activities are expected to close."""
        return float(sum(curve.value(self.gain_in(curve.competency_id, activities)) for curve in self.curves))

    def benefit(self, activities: Sequence[str]) -> float:
        """Return the weighted gap that some activities are expected to close, less what the mix lacks."""
        return float(self.closed(activities) - MIX_PRICE * sum(self.mix_shortfalls(activities)))

    def value(self, chosen: Sequence[int]) -> float:
        """Return the exact worth of some options, after their prices."""
        ids = [self.options[i].activity_id for i in chosen]
        return float(self.benefit(ids) - sum(self.prices[i] for i in chosen))

    def mix_shortfalls(self, activities: Sequence[str]) -> list[float]:
        """Return the hours that each group of the 70-20-10 mix lacks, in order of `MIX`; none where it is not asked."""
        if not self.limits.mix:
            return []
        total = sum(self.hours[a] for a in activities)
        lacking = [
            share * total - sum(self.hours[a] for a in activities if self.kinds[a] in kinds) for share, kinds in MIX
        ]
        return [max(hours, 0.0) for hours in lacking]

    def practised(self, activity: str) -> str | None:
        """Return the competency that a practice activity trains most, or None for other kinds."""
        gains = self.gain_of.get(activity, {})
        return max(sorted(gains), key=lambda c: gains[c]) if self.kinds[activity] in PRACTICE and gains else None

    def ready_on(self, needed: int, activity: str) -> dt.date:
        """Return the last day on which `activity` may not yet begin after the option `needed`."""
        return self.options[needed].ends_on + dt.timedelta(weeks=self.pauses[activity])


def gains_of(activities: pd.DataFrame, gaps: pd.DataFrame) -> Gains:
    """Return the expected gain of each activity in each competency of one person, at the person's level."""
    levels = gaps.dropna(subset=["level"]).set_index("competency_id")["level"]
    columns = [c for c in activities.columns if c.startswith(GAIN) and c.removeprefix(GAIN) in levels.index]
    gains: Gains = {}
    for row in records_of(activities):
        for column in columns:
            if row[column] > 0:
                competency = column.removeprefix(GAIN)
                share = fit_of(row["tier"], float(levels[competency]), row.get("best_level"))
                gains[row["activity_id"], competency] = float(row[column] * share)
    return gains


def _wanted(gaps: pd.DataFrame, interests: Mapping[str, float] | None) -> pd.DataFrame:
    """Weigh what somebody is interested in by up to a quarter more."""
    liking = gaps["competency_id"].map(interests or {}).astype(float).fillna(0.0)
    return gaps.assign(weight=gaps["weight"] * (1 + _INTEREST_WEIGHT * liking))


def _largest(gains: Gains) -> dict[str, float]:
    largest: dict[str, float] = {}
    for (_, competency), gain in gains.items():
        largest[competency] = largest.get(competency, 0.0) + gain
    return largest


def _weeks(value: object) -> int:
    return 0 if value is None or pd.isna(value) else int(np.asarray(value).item())  # type: ignore[call-overload]
