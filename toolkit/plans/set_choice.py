"""The exact choice of activities for one person.

First which activities, by a model without dates; then their dates (`Timetable`). A set without
possible dates is forbidden by a cut, tangents are added where the model promised too much, and the model is
solved again in the same place until promise and plan meet. Each model allows every real plan and values it at least
at its worth, so its bound holds for all plans.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from toolkit.plans.objective import MIX_PRICE, Floats
from toolkit.plans.optimiser import INFINITY, ChoiceModel, Solver
from toolkit.plans.problem import MIX, Problem
from toolkit.plans.timetable import Timetable

# No plan within the limits is better by more than this share, unless the rounds end first.
TOLERANCE = 1e-3
_ROUNDS, _SPARE = 80, 12


@dataclass(frozen=True)
class SetChoice:
    """The best options found, their exact worth, and the worth no plan can exceed."""

    feasible: bool
    chosen: tuple[int, ...] = ()
    value: float = 0.0
    bound: float = 0.0


@dataclass
class _Slots:
    """The columns of one curve's tangents, and the gains at which more of them were laid."""

    first: int
    count: int
    extra: list[float] = field(default_factory=list)
    widths: Floats = field(default_factory=lambda: np.zeros(0))
    slopes: Floats = field(default_factory=lambda: np.zeros(0))


class ActivityChooser:
    """Chooses among the activities of a `Problem`; asked again with other pins it goes on from what it knows."""

    def __init__(self, problem: Problem):
        self.problem, self.timetable = problem, Timetable(problem)
        self.ids = sorted(problem.by_activity)
        self._least = {a: min(problem.prices[i] for i in problem.by_activity[a]) for a in self.ids}
        self.model = ChoiceModel()
        self.column = {a: self.model.option(-self._least[a]) for a in self.ids}
        self.money = self.model.row({self.column[a]: problem.costs[a] for a in self.ids}, high=problem.limits.budget)
        self.model.row({self.column[a]: problem.hours[a] for a in self.ids}, high=problem.limits.hours)
        self._add_order()
        self._add_blocks()
        self._add_mentor()
        self._slots = [self._add_curve(number) for number in range(len(problem.curves))]
        self._lacking = self._add_mix()
        self._solver: Solver | None = None
        self._last: list[str] = []

    def best(self, pinned: Collection[str] = (), barred: Collection[str] = ()) -> SetChoice:
        """Return the best plan with all of `pinned` and none of `barred`."""
        if not self.ids:
            return SetChoice(feasible=not pinned and not self.problem.limits.mentor)
        solver = self._solver = self._solver or Solver(self.model, gap=TOLERANCE / 5, small=True)
        for activity, column in self.column.items():
            fixed = activity in pinned or activity in self.problem.kept
            solver.bounds(column, float(fixed), float(fixed or activity not in barred))
        best, bound = SetChoice(feasible=False), INFINITY
        for _ in range(_ROUNDS):
            answer = solver.solve(self._columns(self._last) if self._last else None)
            if not answer.feasible:
                return SetChoice(best.feasible, best.chosen, best.value, best.value)
            bound = min(bound, answer.bound)
            activities = [a for a in self.ids if self.column[a] in set(answer.chosen)]
            times = self.timetable.times(activities)
            finished = times is not None and not self._refine(solver, self._gains(activities))
            if times is None:
                times = self._cut(solver, activities, pinned)
            if times is not None:
                best = self._better(best, times)
            if finished or (best.feasible and self._close(best.chosen, bound)):
                break
        return SetChoice(best.feasible, best.chosen, best.value, max(bound, best.value))

    def limit(self, budget: float | None = None) -> None:
        """Put another budget in place of that of the limits, until the next call."""
        solver = self._solver = self._solver or Solver(self.model, gap=TOLERANCE / 5, small=True)
        solver.limit(self.money, self.problem.limits.budget if budget is None else budget)

    def _close(self, chosen: Sequence[int], bound: float) -> bool:
        value = self.problem.value(chosen)
        return bound - value <= TOLERANCE * abs(value) + 1e-9

    def _better(self, best: SetChoice, times: Sequence[int]) -> SetChoice:
        value = self.problem.value(times)
        if best.feasible and best.value >= value:
            return best
        self._last = [self.problem.options[i].activity_id for i in times]
        return SetChoice(True, tuple(times), value)

    def _cut(self, solver: Solver, activities: list[str], pinned: Collection[str]) -> list[int] | None:
        """Forbid a set without dates for good, and return the dates of what is left of it."""
        clash = self.timetable.clash(activities)
        solver.add_row({self.column[a]: 1.0 for a in clash}, high=len(clash) - 1.0)
        fixed = set(pinned) | self.problem.kept
        left = list(activities)
        while clash:
            loose = [a for a in clash if a not in fixed]
            if not loose:
                return None
            drop = min(loose, key=lambda a: (self._loss(left, a), a))
            left = self._without(left, drop)
            if fixed - set(left):
                return None
            times = self.timetable.times(left)
            if times is not None:
                mentor = any(self.problem.kinds[a] == "mentoring" for a in left)
                return times if mentor or not self.problem.limits.mentor else None
            clash = self.timetable.clash(left)
        return None

    def _loss(self, activities: list[str], one: str) -> float:
        return self.problem.benefit(activities) - self.problem.benefit([a for a in activities if a != one])

    def _without(self, activities: list[str], one: str) -> list[str]:
        """Return activities without one and without all that need it."""
        left = [a for a in activities if a != one]
        lost = [a for a in left if one in self.problem.prerequisites.get(a, ())]
        for activity in lost:
            left = self._without(left, activity) if activity in left else left
        return left

    def _add_order(self) -> None:
        for activity, needs in self.problem.prerequisites.items():
            if activity not in self.column:
                continue
            for needed in needs:
                entries = {self.column[activity]: 1.0}
                if needed in self.column:
                    entries[self.column[needed]] = -1.0
                self.model.row(entries, high=0.0)

    def _add_blocks(self) -> None:
        """Any run of blocks holds at least the hours that each activity must spend in it, whenever it begins."""
        hours = np.array(self.problem.limits.window_hours)
        ahead = {a: np.array([self.problem.options[i].hours_in for i in self.problem.by_activity[a]]) for a in self.ids}
        for first in range(len(hours)):
            for last in range(first + 1, len(hours) + 1):
                least = {self.column[a]: float(h[:, first:last].sum(axis=1).min()) for a, h in ahead.items()}
                least = {column: spent for column, spent in least.items() if spent > 0}
                if sum(least.values()) > hours[first:last].sum():
                    self.model.row(least, high=float(hours[first:last].sum()) + 1e-9)

    def _add_mentor(self) -> None:
        if self.problem.limits.mentor:
            mentoring = [self.column[a] for a in self.ids if self.problem.kinds[a] == "mentoring"]
            self.model.row(dict.fromkeys(mentoring, 1.0), low=1.0)

    def _add_mix(self) -> list[int]:
        problem = self.problem
        if not problem.limits.mix:
            return []
        lacking = []
        for share, kinds in MIX:
            lack = self.model.amount(-MIX_PRICE)
            entries = {self.column[a]: (share - (problem.kinds[a] in kinds)) * problem.hours[a] for a in self.ids}
            self.model.row(entries | {lack: -1.0}, high=0.0)
            lacking.append(lack)
        return lacking

    def _add_curve(self, number: int) -> _Slots:
        curve = self.problem.curves[number]
        widths, slopes = curve.tangents()
        count = len(widths) + _SPARE
        columns = [self.model.amount(high=0.0) for _ in range(count)]
        slots = _Slots(columns[0], count, [], widths, slopes)
        for column, width, slope in zip(columns, widths, slopes, strict=False):
            self.model.highs[column], self.model.values[column] = float(width), float(slope)
        gains = {self.column[a]: -g for a in self.ids if (g := self.problem.gains.get((a, curve.competency_id)))}
        self.model.row(dict.fromkeys(columns, 1.0) | gains, high=0.0)
        return slots

    def _gains(self, activities: Sequence[str]) -> list[float]:
        return [self.problem.gain_in(curve.competency_id, activities) for curve in self.problem.curves]

    def _refine(self, solver: Solver, gains: Sequence[float]) -> bool:
        """Lay tangents at `gains` wherever the model promised too much for them; False if it did nowhere."""
        changed = False
        for slots, curve, gain in zip(self._slots, self.problem.curves, gains, strict=True):
            promised = float(_filled(slots, gain) @ slots.slopes)
            if gain in slots.extra or promised - curve.value(gain) <= 1e-6 * curve.weight:
                continue
            slots.extra = [*slots.extra[-_SPARE + 1 :], gain]
            slots.widths, slots.slopes = curve.tangents(slots.extra)
            for number in range(slots.count):
                there = number < len(slots.widths)
                solver.bounds(slots.first + number, 0.0, float(slots.widths[number]) if there else 0.0)
                solver.value(slots.first + number, float(slots.slopes[number]) if there else 0.0)
            changed = True
        return changed

    def _columns(self, activities: Sequence[str]) -> Floats:
        """Return the values of all columns in a plan of `activities`."""
        columns = np.zeros(len(self.model.values))
        columns[[self.column[a] for a in activities]] = 1.0
        for slots, curve in zip(self._slots, self.problem.curves, strict=True):
            filled = _filled(slots, self.problem.gain_in(curve.competency_id, activities))
            columns[slots.first : slots.first + len(filled)] = filled
        for column, hours in zip(self._lacking, self.problem.mix_shortfalls(activities), strict=True):
            columns[column] = hours
        return columns


def _filled(slots: _Slots, gain: float) -> Floats:
    before = np.concatenate([[0.0], np.cumsum(slots.widths)[:-1]])
    return np.clip(gain - before, 0.0, slots.widths)
