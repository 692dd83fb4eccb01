"""Limits that no plan can keep: which of them stand against each other, and the smallest change that helps."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.errors import InputError
from toolkit.plans.limits import MOST_HOURS, MOST_WEEKS, Limits
from toolkit.plans.prerequisites import prerequisites_of
from toolkit.plans.set_choice import ActivityChooser
from toolkit.vocabulary import records_of
from toolkit.wording import Text, counted, first_three, text

if TYPE_CHECKING:
    from toolkit.plans.planner import PersonPlanner

_HOUR_STEP = 0.25


@dataclass(frozen=True)
class Relaxation:
    """The smallest change of one limit that makes a plan possible: the limits with it, and `words` for it."""

    limits: Limits
    words: Text


class LimitsClash(InputError):
    """No plan keeps the limits together with what must be in it; `relaxations` are the changes that help, each alone."""

    def __init__(
        self, problem: Text, relaxations: Sequence[Relaxation], *, remedy: Text, where: Text | None = None
    ) -> None:
        super().__init__(problem, where=where, remedy=remedy)
        self.relaxations = tuple(relaxations)


def clash(planner: "PersonPlanner", pinned: Sequence[str]) -> LimitsClash:
    """Return the error for pins, a mentor or what is under way when no plan within the limits has them all."""
    conflict = _Conflict(planner)
    limits = planner.limits
    ways = conflict.ways(limits, pinned)
    if not pinned and planner.problem.limits.mentor:
        ways += conflict.without_mentor(limits)
        add = text("Add a mentoring activity to the catalogue, or do without a mentor.")
        return LimitsClash(
            text("No plan within these limits has a mentoring activity, and a mentor is asked for."),
            ways,
            remedy=_words_of(ways, add) if conflict.mentoring else add,
        )
    if not pinned:
        return LimitsClash(
            text("What is under way does not fit into these limits."),
            ways,
            remedy=_words_of(ways, text("Allow more hours, or end what is under way.")),
            where=text("Activities concerned: {names}.", names=_names(planner.activities, sorted(planner.under_way))),
        )
    concerned = itertools.chain(*conflict.pins_to_drop(limits, pinned))
    return LimitsClash(
        counted(
            "No plan within these limits can keep the pin.",
            "No plan within these limits can keep all {count} pins.",
            len(pinned),
        ),
        ways,
        remedy=_words_of(ways, text("Take a pin away, or allow more hours, budget or time.")),
        where=text("Activities concerned: {names}.", names=_names(planner.activities, concerned)),
    )


def _words_of(ways: Sequence[Relaxation], otherwise: Text) -> Text:
    return first_three([one.words for one in ways] or [otherwise])


class _Conflict:
    """Asks whether there is any plan at all under changed limits, over no more activities than must be in it."""

    def __init__(self, planner: "PersonPlanner"):
        self.planner = planner
        table = planner.activities
        self._needs = {row["activity_id"]: prerequisites_of(row["prerequisites"]) for row in records_of(table)}
        self.mentoring = list(table.loc[table["kind"] == "mentoring", "activity_id"])

    def possible(self, limits: Limits, pinned: Sequence[str]) -> bool:
        """Say whether some plan keeps the limits and has all pins."""
        planner = self.planner
        wanted = [*pinned, *planner.under_way, *(self.mentoring if limits.mentor else ())]
        for activity in wanted:  # grows while it is walked over
            wanted += [needed for needed in self._needs.get(activity, ()) if needed not in wanted]
        table = planner.activities[planner.activities["activity_id"].isin(wanted)]
        options, missing = planner.options_within(limits, table)
        if set(missing) & set(pinned):
            return False
        problem = planner.problem_of(options, table, _without_gaps(planner.gaps), limits)
        barred = set(planner.barred) - set(pinned)
        return ActivityChooser(problem).best(pinned, barred).feasible

    def ways(self, limits: Limits, pinned: Sequence[str]) -> list[Relaxation]:
        """Return for each limit how far it alone would have to be changed, as far as that helps."""
        found = []
        most = float(self.planner.activities["cost"].sum())
        budget = _smallest(0, int(most) + 1, lambda n: self.possible(replace(limits, budget=float(n)), pinned))
        if budget is not None:
            words = text("A budget of {budget} would be enough.", budget=f"{budget:,}")
            found.append(Relaxation(replace(limits, budget=float(budget)), words))
        steps = int(MOST_HOURS / _HOUR_STEP)
        hours = _smallest(1, steps, lambda n: self.possible(replace(limits, hours_per_week=n * _HOUR_STEP), pinned))
        if hours is not None:
            words = text("{hours} hours per week would be enough.", hours=f"{hours * _HOUR_STEP:g}")
            found.append(Relaxation(replace(limits, hours_per_week=hours * _HOUR_STEP), words))
        weeks = _smallest(limits.weeks, MOST_WEEKS, lambda n: self.possible(_until(limits, n), pinned))
        if weeks is not None:
            later = _until(limits, weeks)
            found.append(Relaxation(later, text("A deadline of {day} would be enough.", day=later.deadline)))
        return found

    def without_mentor(self, limits: Limits) -> list[Relaxation]:
        """Return doing without a mentor where that is enough."""
        plain = replace(limits, mentor=False)
        return [Relaxation(plain, text("Doing without a mentor would be enough."))] if self.possible(plain, ()) else []

    def pins_to_drop(self, limits: Limits, pinned: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the smallest sets of pins without any one of which there is a plan."""
        for count in range(1, min(len(pinned), 3)):
            sets = [s for s in itertools.combinations(pinned, count) if self.possible(limits, _but(pinned, s))]
            if sets:
                return sets
        return [tuple(pinned)]


def _until(limits: Limits, weeks: int) -> Limits:
    return replace(limits, deadline=max(limits.deadline, limits.start + dt.timedelta(weeks=weeks)))


def _names(activities: pd.DataFrame, some: Iterable[str]) -> dict[str, str]:
    """Return what activities are called in each language, their ids where the table has no names."""
    table = {row["activity_id"]: row for row in records_of(activities)}
    rows = [table[one] for one in dict.fromkeys(some)]
    return {
        code: sign.join(str(row.get(f"name_{code}", row["activity_id"])) for row in rows)
        for code, sign in (("en", ", "), ("zh", "、"))
    }


def _but(pinned: Sequence[str], some: Sequence[str]) -> list[str]:
    return [pin for pin in pinned if pin not in some]


def _without_gaps(gaps: pd.DataFrame) -> pd.DataFrame:
    """Whether there is a plan does not hang on what it is worth."""
    return gaps.iloc[:0]


def _smallest(low: int, high: int, holds: Callable[[int], bool]) -> int | None:
    """Return the smallest number from `low` to `high` from which on `holds` is true, or None."""
    if not holds(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return high
