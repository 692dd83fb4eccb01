"""From values to places, and round numbers and dates for the axes."""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from toolkit.controls.charts.lettering import measure
from toolkit.language import Language

TICK_SIZE = 12.0
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True)
class Scale:
    """A straight line from `low`..`high` in the data's unit to `start`..`end` in pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of `value`, in pixels with one decimal."""
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.5
        return round(self.start + share * (self.end - self.start), 1)


@dataclass(frozen=True)
class Tick:
    """A mark of an axis: its value and its words; `strong` where a new year begins."""

    value: float
    words: str
    strong: bool = False


def known(value: float | None) -> bool:
    """Say whether there is a value: neither None nor NaN nor infinite."""
    return value is not None and math.isfinite(value)


def extent(values: Iterable[float | None], otherwise: tuple[float, float] = (0.0, 1.0)) -> tuple[float, float]:
    """Return the least and the greatest known value, apart from each other; `otherwise` if there is none."""
    found = [float(value) for value in values if value is not None and known(value)]
    if not found:
        return otherwise
    low, high = min(found), max(found)
    room = abs(low) * 0.1 or 0.5
    return (low - room, high + room) if low == high else (low, high)


def nice_step(low: float, high: float, most: int) -> float:
    """Return the least step of 1, 2 or 5 times a power of ten with at most `most` ticks from `low` to `high`."""
    span = high - low
    if span <= 0 or not math.isfinite(span):
        return 1.0
    power = 10.0 ** math.floor(math.log10(span / max(most, 1)))
    for factor in (*_STEPS, 20, 50, 100):
        step = factor * power
        if math.floor(high / step + 1e-9) - math.ceil(low / step - 1e-9) + 1 <= max(most, 2):
            return step
    return 100 * power


def nice_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round values from `low` to `high`, at most `most` of them (but two)."""
    step = nice_step(low, high, most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    # Not a sum of steps, whose rounding errors would show.
    return [float(f"{number * step:.12g}") + 0.0 for number in range(first, last + 1)]


def outward(low: float, high: float, most: int = 6) -> tuple[float, float]:
    """Return the round values just around `low` and `high`."""
    step = nice_step(low, high, most)
    return (
        float(f"{math.floor(low / step + 1e-9) * step:.12g}"),
        float(f"{math.ceil(high / step - 1e-9) * step:.12g}"),
    )


def decimals(values: Sequence[float]) -> int:
    """Return how many decimals the values need to be told apart as they are."""
    return next((n for n in range(8) if all(abs(value - round(value, n)) < 1e-9 for value in values)), 8)


def number_ticks(
    scale: Scale, language: Language, *, percent: bool = False, upright: bool = False, most: int = 8
) -> list[Tick]:
    """Return ticks for `scale` whose words do not touch; `upright` for a vertical axis."""

    def made(count: int) -> list[Tick]:
        values = nice_ticks(scale.low, scale.high, count)
        digits = decimals([100 * value for value in values] if percent else values)
        word = language.percent if percent else language.number
        return [Tick(value, word(value, digits)) for value in values]

    return _loosest(
        made, scale, upright, min(most, max(int(abs(scale.end - scale.start) / (34 if upright else 46)), 2))
    )


def date_ticks(scale: Scale, language: Language, *, most: int = 12) -> list[Tick]:
    """Return ticks for a scale over days (`date.toordinal`), by day, week, month, quarter or year."""
    first, last = dt.date.fromordinal(math.ceil(scale.low)), dt.date.fromordinal(math.floor(scale.high))
    ticks: list[Tick] = []
    for rule in _RULES:
        ticks = rule(first, last, language)
        if len(ticks) <= most and _apart(ticks, scale, upright=False):
            return ticks
    # Centuries: of the decades as many as there is room for.
    return next((ticks[::step] for step in range(2, len(ticks)) if _apart(ticks[::step], scale, False)), ticks[:1])


def _loosest(made: Callable[[int], list[Tick]], scale: Scale, upright: bool, most: int) -> list[Tick]:
    for count in range(most, 2, -1):
        ticks = made(count)
        if _apart(ticks, scale, upright):
            return ticks
    return made(2)


def _apart(ticks: Sequence[Tick], scale: Scale, upright: bool) -> bool:
    places = [(scale(tick.value), measure(tick.words, TICK_SIZE)) for tick in ticks]
    if upright:
        return all(abs(b[0] - a[0]) >= 20 for a, b in pairwise(places))
    return all(abs(b[0] - a[0]) >= (a[1] + b[1]) / 2 + 10 for a, b in pairwise(places))


def _days(step: int) -> Callable[[dt.date, dt.date, Language], list[Tick]]:
    def made(first: dt.date, last: dt.date, language: Language) -> list[Tick]:
        if (last - first).days > 60 * step:
            return [Tick(day, "") for day in range(first.toordinal(), last.toordinal() + 1, step)]
        # Weeks begin on Mondays, and ordinal 1 was one.
        start = first.toordinal() if step == 1 else first.toordinal() + (1 - first.toordinal()) % 7
        days = [dt.date.fromordinal(day) for day in range(start, last.toordinal() + 1, step)]
        return [Tick(day.toordinal(), language.date_part(day, "MMMd")) for day in days]

    return made


def _months(step: int, skeleton: str) -> Callable[[dt.date, dt.date, Language], list[Tick]]:
    def made(first: dt.date, last: dt.date, language: Language) -> list[Tick]:
        number = first.year * 12 + first.month - 1
        ticks: list[Tick] = []
        while (day := dt.date(number // 12, number % 12 + 1, 1)) <= last and number < 12 * dt.MAXYEAR - 12:
            if day >= first and number % step == 0:
                # The year stands where it begins and on the first tick, not on each.
                with_year = not ticks or day.month == 1
                ticks.append(
                    Tick(
                        day.toordinal(),
                        language.date_part(day, f"y{skeleton}" if with_year and skeleton != "y" else skeleton),
                        day.month == 1,
                    )
                )
            number += 1
        return ticks

    return made


_RULES = (
    _days(1),
    _days(7),
    _days(14),
    _months(1, "MMM"),
    _months(2, "MMM"),
    _months(3, "QQQ"),
    _months(6, "MMM"),
    _months(12, "y"),
    _months(24, "y"),
    _months(60, "y"),
    _months(120, "y"),
)
