"""The limits a plan must keep."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.wording import text

WINDOW_WEEKS = 4
MOST_WEEKS = 104
MOST_HOURS = 60.0
MOST_GAIN = 5.0
PEAK = 2.0
Days = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Limits:
    """What a plan may take, and what it must have.

    `hours_per_week` is an average over the whole plan; in each block of four weeks, counted from
    the start, at most twice that.
    `budget` is in the organisation's currency. `away` are holidays and leave, each as (first day, last
    day): they bring no hours, and nothing dated is planned into them. `spacing_weeks` is the least time between the starts of
    two practice activities on the same competency (0 = none). `mix` asks for hours of about 70 % on the
    job, 20 % with others and 10 % courses, as far as it costs little else; no study has shown that this mix works
    better. `mentor` asks for at least one mentoring activity. `least_gain` is what ten hours must bring at least, in
    weighted levels: hours that would bring less stay free. Raises `InputError` for limits no plan can have.
    """

    start: dt.date
    deadline: dt.date
    hours_per_week: float = 2.0
    budget: float = 5000.0
    away: tuple[Days, ...] = ()
    spacing_weeks: int = 0
    mix: bool = False
    mentor: bool = False
    least_gain: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "away", tuple(tuple(days) for days in self.away))
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
        if not self.hours_per_week > 0 or self.hours_per_week > MOST_HOURS:
            raise InputError(
                text("Hours per week must be more than 0 and at most 60, not {value}.", value=self.hours_per_week)
            )
        if not self.budget >= 0:
            raise InputError(text("The budget cannot be negative."))
        if not 0 <= self.spacing_weeks <= 26:
            raise InputError(text("The time between practice activities is 0 to 26 weeks."))
        if not 0 <= self.least_gain <= MOST_GAIN:
            raise InputError(text("What ten hours must bring is 0 to 5 levels, not {value}.", value=self.least_gain))
        self._check_away()

    def _check_away(self) -> None:
        for first, last in self.away:
            if last < first:
                raise InputError(
                    text("The time away from {first} to {last} ends before it begins.", first=first, last=last),
                    remedy=text("Exchange the two dates."),
                )
        if not self.hours > 0:
            raise InputError(
                text(
                    "There is no working day between {start} and {deadline}.", start=self.start, deadline=self.deadline
                ),
                where=text("All of it is time away."),
                remedy=text("Choose a later deadline, or take away less."),
            )

    @property
    def weeks(self) -> int:
        """Whole weeks between start and deadline."""
        return (self.deadline - self.start).days // 7

    @property
    def windows(self) -> int:
        """Blocks of four weeks, the last one possibly shorter."""
        return -(-self.weeks // WINDOW_WEEKS)

    @property
    def free(self) -> tuple[float, ...]:
        """Return for each whole week which share of its working days is not away."""
        if not self.away:
            return (1.0,) * self.weeks
        days = [self.start + dt.timedelta(days=number) for number in range(7 * self.weeks)]
        work = [day.weekday() < 5 for day in days]
        here = np.array([at_work and not self.is_away(day) for at_work, day in zip(work, days, strict=True)])
        return tuple(float(share) for share in here.reshape(-1, 7).sum(axis=1) / 5)

    @property
    def an_hour(self) -> float:
        """What an hour must bring at least, in weighted levels."""
        return self.least_gain / 10

    @property
    def hours(self) -> float:
        """Hours the whole plan may take."""
        return self.hours_per_week * sum(self.free)

    @property
    def window_hours(self) -> tuple[float, ...]:
        """Hours each block of four weeks may take; the last is as long as the others, so that little fits less."""
        free = np.array(self.free + (1.0,) * (self.windows * WINDOW_WEEKS - self.weeks))
        return tuple(float(h) for h in PEAK * self.hours_per_week * free.reshape(-1, WINDOW_WEEKS).sum(axis=1))

    def is_away(self, day: dt.date) -> bool:
        """Say whether a day lies in one of the times away."""
        return any(first <= day <= last for first, last in self.away)

    def week_of(self, day: dt.date) -> int:
        """Return the number of the week, from 0, in which `day` lies."""
        return (day - self.start).days // 7

    def day_of(self, week: int) -> dt.date:
        """Return the first day of a week."""
        return self.start + dt.timedelta(weeks=week)


def limits_as_dict(limits: Limits) -> dict[str, object]:
    """Return limits as plain values, dates in ISO form."""
    plain = {name: one.isoformat() if isinstance(one, dt.date) else one for name, one in vars(limits).items()}
    return plain | {"away": [[first.isoformat(), last.isoformat()] for first, last in limits.away]}


def limits_of(kept: dict[str, object]) -> Limits:
    """Return the limits of `limits_as_dict`; what was kept before a limit existed has its default."""
    days = {name: dt.date.fromisoformat(str(kept[name])) for name in ("start", "deadline")}
    pairs: Iterable[Iterable[str]] = kept.get("away", ())  # type: ignore[assignment]
    away = tuple(tuple(dt.date.fromisoformat(day) for day in pair) for pair in pairs)
    return Limits(**kept | days | {"away": away})  # type: ignore[arg-type]
