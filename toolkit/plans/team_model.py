"""What a company's planning problem is made of, as arrays: what is offered, the people, and what they share."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from toolkit.plans.objective import Floats
from toolkit.plans.options import Option

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Shared:
    """One thing people share: seats of a session, staff hours, a team's or the company's budget."""

    kind: str
    name: str
    capacity: float
    region: str | None = None
    block: int | None = None


@dataclass
class Offer:
    """What is offered to everybody: activities (index a), their options (o), and shared resources (s).

    `use[g][o, s]` is what option o takes of s for somebody of region g; budgets stand apart, as
    `team_row[r]` and `company_row` (-1 = none), because they take the activity's cost. `pause[a]` are the days that
    must lie between what an activity needs first and the activity.
    """

    ids: list[str]
    hours: Floats
    cost: Floats
    gains: Floats
    centre: Floats
    needs: Whole
    options: list[Option]
    activity: Whole
    price: Floats
    hours_in: Floats
    first_day: Whole
    last_day: Whole
    days: list[frozenset[int]]
    use: list[Floats]
    capacity: Floats
    company_row: int
    pause: Whole

    @cached_property
    def of_activity(self) -> list[Whole]:
        """Return the options of each activity."""
        return [np.flatnonzero(self.activity == a) for a in range(len(self.ids))]

    @cached_property
    def before(self) -> list[tuple[int, ...]]:
        """Return what each activity needs first."""
        return [tuple(int(p) for p in self.needs[self.needs[:, 0] == a, 1]) for a in range(len(self.ids))]

    @cached_property
    def after(self) -> list[tuple[int, ...]]:
        """Return what needs each activity first."""
        return [tuple(int(p) for p in self.needs[self.needs[:, 1] == a, 0]) for a in range(len(self.ids))]

    @cached_property
    def uses(self) -> list[list[tuple[tuple[int, float], ...]]]:
        """Return, for each region and option, the rows it takes from and how much."""
        return [[tuple((int(s), float(row[s])) for s in np.flatnonzero(row)) for row in table] for table in self.use]


@dataclass
class Crowd:
    """The people (index r): limits, eligible and done activities, and per competency how far they are from target."""

    ids: list[str]
    region: Whole
    team_row: Whole
    weekly: Floats
    hours: Floats
    budget: Floats
    shortfall: Floats
    sd: Floats
    weight: Floats
    level: Floats
    eligible: Flags
    done: Flags

    def needs_of(self, row: int, offer: Offer) -> list[tuple[int, ...]]:
        """Return what each activity still needs first for a person: what is done need not be done again."""
        done = self.done[row]
        return [tuple(p for p in needs if not done[p]) for needs in offer.before] if done.any() else offer.before

    def part(self, rows: Whole) -> "Crowd":
        """Return some of the people."""
        return Crowd([self.ids[r] for r in rows], *(getattr(self, name)[rows] for name in _ARRAYS))


_ARRAYS = ("region", "team_row", "weekly", "hours", "budget", "shortfall", "sd", "weight", "level", "eligible", "done")
