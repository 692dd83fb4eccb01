"""The limits a plan must keep."""

import datetime as dt
from dataclasses import dataclass

from toolkit.errors import InputError
from toolkit.wording import text

WINDOW_WEEKS = 4
MOST_WEEKS = 104
PEAK = 2.0


@dataclass(frozen=True)
class Limits:
    """What a plan may take.

    `hours_per_week` is an average over the whole plan; in each block of four weeks, counted from
    the start, at most twice that.
    `budget` is in the organisation's currency. Raises `InputError` for limits no plan can have.
    """

    start: dt.date
    deadline: dt.date
    hours_per_week: float = 2.0
    budget: float = 5000.0

    def __post_init__(self) -> None:
        if self.deadline <= self.start:
            raise InputError(
                text(
                    "The deadline {deadline} is not after the start {start}.", deadline=self.deadline, start=self.start
                ),
                remedy=text("Choose a later deadline."),
            )
        if self.weeks < 1 or self.weeks > MOST_WEEKS:
            raise InputError(
                text("A plan runs over at least one week and at most {weeks} weeks.", weeks=MOST_WEEKS),
                remedy=text("Choose another deadline."),
            )
        if not self.hours_per_week > 0 or self.hours_per_week > 60:
            raise InputError(
                text("Hours per week must be more than 0 and at most 60, not {value}.", value=self.hours_per_week)
            )
        if not self.budget >= 0:
            raise InputError(text("The budget cannot be negative."))

    @property
    def weeks(self) -> int:
        """Whole weeks between start and deadline."""
        return (self.deadline - self.start).days // 7

    @property
    def hours(self) -> float:
        """Hours the whole plan may take."""
        return self.hours_per_week * self.weeks

    def week_of(self, day: dt.date) -> int:
        """Return the number of the week, from 0, in which `day` lies."""
        return (day - self.start).days // 7

    def day_of(self, week: int) -> dt.date:
        """Return the first day of a week."""
        return self.start + dt.timedelta(weeks=week)
