"""Few people at once as one exact model: where people are few, prices alone leave too much open.

Lagrange's bound misses the best plans by about what one person's plan is worth for each shared thing that is short
(Bertsekas 1999, Nonlinear Programming, 5.1.6): nothing among thousands, a fifth among three. So up to `FEW` people are
planned by one model for HiGHS as well: one column for each option of each person, tangents above each curve, which
bound what plans can be worth from above, and a row for each limit. Its plans begin from those found by prices.
"""

from collections.abc import Callable, Collection, Sequence

import numpy as np

from toolkit.plans.limits import PEAK, WINDOW_WEEKS
from toolkit.plans.objective import Curve, Floats
from toolkit.plans.optimiser import INFINITY, ChoiceModel, Solver
from toolkit.plans.pricing import gains_of
from toolkit.plans.team_model import Flags
from toolkit.plans.team_problem import TeamProblem
from toolkit.plans.team_reasons import worth_of

FEW = 30
# What is proven within this share is near enough; further proof costs minutes and changes nothing anybody sees.
GAP, _NEAR = 8e-3, 1e-2
_NODES, _TIME_LIMIT, _PART_LIMIT = 60, 40.0, 8.0
_SLACK = 1e-9
_TOGETHER, _PART_NODES, _PART_GAP = 6, 40, 1e-3
Watch = Callable[[], bool]
"""Asked now and then whether to go on."""


class ExactModel:
    """The model of all people's plans; it begins from plans already `found` and gives nobody less than `floors`."""

    def __init__(self, problem: TeamProblem, found: Sequence[Sequence[int]], floors: Floats):
        self.problem, self.model = problem, ChoiceModel()
        self.gains = gains_of(problem.offer, problem.crowd)
        self.found = [sorted(map(int, one)) for one in found]
        self.bound, self.stopped = INFINITY, False
        self._taken: list[dict[int, float]] = [{} for _ in problem.shared]
        self._columns: list[dict[int, int]] = []
        self._slots: list[list[tuple[Floats, int, Floats]]] = []
        for row in range(len(problem.crowd.ids)):
            self._add_person(row, float(floors[row]), planned=bool(self.found[row]) and problem.limits.everyone)
        for one, entries in zip(problem.shared, self._taken, strict=True):
            if entries:
                self.model.row(entries, high=one.capacity + _SLACK)

    def value(self) -> float:
        """Return what the plans found so far are worth."""
        rows = range(len(self.found))
        return float(sum(worth_of(self.problem, row, self.gains[row], self.found[row]) for row in rows))

    def improve(self, watch: Watch) -> None:
        """Look for better plans and a lower `bound` by the whole model, then for better plans of a few at a time."""
        solver = Solver(self.model, gap=GAP, time_limit=_TIME_LIMIT, nodes=_NODES)
        answer = self._solve(solver, watch)
        self.bound = min(self.bound, answer)
        if not self.stopped and self._is_open():
            self._improve_parts(watch)

    def _is_open(self) -> bool:
        return self.bound - self.value() > _NEAR * self.value()

    def _improve_parts(self, watch: Watch) -> None:
        """Free a few people's plans at a time and keep the others', until no such few can do better."""
        people = len(self.found)
        size = min(_TOGETHER, people - 1)
        solver = Solver(self.model, gap=_PART_GAP, time_limit=_PART_LIMIT, nodes=_PART_NODES)
        for step in (1, 2, 3):
            order = [row for first in range(step) for row in range(first, people, step)]
            for start in range(0, people, max(size // 2, 1)):
                free = {order[(start + number) % people] for number in range(size)}
                self._fix(solver, free)
                self._solve(solver, watch)
                if self.stopped or not self._is_open():
                    return

    def _fix(self, solver: Solver, free: Collection[int]) -> None:
        for row, columns in enumerate(self._columns):
            for option, column in columns.items():
                kept = float(option in self.found[row])
                solver.bounds(column, *((0.0, 1.0) if row in free else (kept, kept)))

    def _solve(self, solver: Solver, watch: Watch) -> float:
        """Keep the plans of one solve where they are better, and return its bound."""

        def told() -> bool:
            self.stopped = self.stopped or not watch()
            return not self.stopped

        answer = solver.solve(self._begin(self.found), watch=told)
        if answer.feasible:
            chosen, before, old = set(answer.chosen), self.value(), self.found
            self.found = [sorted(o for o, column in own.items() if column in chosen) for own in self._columns]
            if self.value() < before:
                self.found = old
        return answer.bound if answer.feasible else INFINITY

    def _add_person(self, row: int, floor: float, *, planned: bool) -> None:
        problem, model = self.problem, self.model
        offer, crowd = problem.offer, problem.crowd
        useful = self._useful(row)
        options = [int(o) for o in range(len(offer.options)) if useful[offer.activity[o]]]
        own = {o: model.option(-float(offer.price[o])) for o in options}
        self._columns.append(own)
        of = {a: [o for o in map(int, offer.of_activity[a]) if o in own] for a in map(int, np.flatnonzero(useful))}
        for several in of.values():
            model.one_of([own[o] for o in several])
        hours = {column: float(offer.hours[offer.activity[o]]) for o, column in own.items()}
        cost = {column: float(offer.cost[offer.activity[o]]) for o, column in own.items()}
        model.row(hours, high=float(crowd.hours[row]) + _SLACK)
        model.row({c: v for c, v in cost.items() if v}, high=float(crowd.budget[row]) + _SLACK)
        for block in range(offer.hours_in.shape[1]):
            spent = {
                column: float(offer.hours_in[o, block]) for o, column in own.items() if offer.hours_in[o, block] > 0
            }
            if sum(max((offer.hours_in[o, block] for o in several), default=0.0) for several in of.values()) > 0:
                model.row(spent, high=PEAK * WINDOW_WEEKS * float(crowd.weekly[row]) + _SLACK)
        self._order(row, of, own)
        self._days(own)
        self._share(row, own, cost)
        worth = self._curves(row, own)
        closes = self._closes(row)
        closing = {column: 1.0 for o, column in own.items() if closes[offer.activity[o]]}
        if planned and any(own.get(o) in closing for o in self.found[row]):
            model.row(closing, low=1.0)
        if floor > 0:
            model.row({c: -float(offer.price[o]) for o, c in own.items()} | worth, low=floor)

    def _closes(self, row: int) -> Flags:
        return np.asarray((self.gains[row] * (self.problem.crowd.weight[row] > 0)).sum(1) > 0)

    def _useful(self, row: int) -> Flags:
        """Return which activities can close something, or are needed first by one that can."""
        offer, crowd = self.problem.offer, self.problem.crowd
        useful = self._closes(row) & crowd.eligible[row]
        for _ in range(len(offer.needs)):
            for activity, needed in offer.needs:
                if needed >= 0 and useful[activity] and not self.problem.crowd.done[row, needed]:
                    useful[needed] = True
        return np.asarray(useful)

    def _order(self, row: int, of: dict[int, list[int]], own: dict[int, int]) -> None:
        offer = self.problem.offer
        needs = self.problem.crowd.needs_of(row, offer)
        for activity, several in of.items():
            for needed in needs[activity]:
                before = of.get(needed, [])
                for day in sorted({int(offer.first_day[o]) for o in several}):
                    later = {own[o]: 1.0 for o in several if offer.first_day[o] <= day}
                    done = {own[o]: -1.0 for o in before if offer.last_day[o] + offer.pause[activity] < day}
                    self.model.row(later | done, high=0.0)

    def _days(self, own: dict[int, int]) -> None:
        offer = self.problem.offer
        meeting: dict[int, list[int]] = {}
        for option in own:
            for day in offer.days[option]:
                meeting.setdefault(day, []).append(option)
        for several in {tuple(options) for options in meeting.values() if len(options) > 1}:
            if len({int(offer.activity[o]) for o in several}) > 1:
                self.model.one_of([own[o] for o in several])

    def _share(self, row: int, own: dict[int, int], cost: dict[int, float]) -> None:
        offer, crowd = self.problem.offer, self.problem.crowd
        for option, column in own.items():
            for place, size in offer.uses[crowd.region[row]][option]:
                self._taken[place][column] = size
            for place in (int(crowd.team_row[row]), offer.company_row):
                if place >= 0 and cost[column]:
                    self._taken[place][column] = cost[column]

    def _curves(self, row: int, own: dict[int, int]) -> dict[int, float]:
        """Add the tangents of each competency and return what a unit of each is worth."""
        offer, crowd, model = self.problem.offer, self.problem.crowd, self.model
        worth: dict[int, float] = {}
        slots = []
        for c in range(self.gains.shape[2]):
            entries = {column: -float(self.gains[row, offer.activity[o], c]) for o, column in own.items()}
            entries = {column: gain for column, gain in entries.items() if gain}
            weight = float(crowd.weight[row, c])
            if not entries or weight <= 0:
                continue
            largest = -sum(entries.values())
            curve = Curve(
                "",
                float(crowd.shortfall[row, c]),
                float(crowd.sd[row, c]),
                weight,
                np.array([largest]),
                np.zeros(1),
                0.0,
                largest,
            )
            widths, slopes = curve.tangents()
            first = len(model.values)
            for width, slope in zip(widths, slopes, strict=True):
                worth[model.amount(float(slope), high=float(width))] = float(slope)
            model.row(dict.fromkeys(range(first, first + len(widths)), 1.0) | entries, high=0.0)
            slots.append((self.gains[row, :, c], first, widths))
        self._slots.append(slots)
        return worth

    def _begin(self, plans: Sequence[Sequence[int]]) -> Floats:
        """Return the values of all columns in some plans."""
        values = np.zeros(len(self.model.values))
        for row, options in enumerate(plans):
            for option in options:
                values[self._columns[row][option]] = 1.0
            activities = self.problem.offer.activity[list(options)]
            for gains, first, widths in self._slots[row]:
                before = np.concatenate([[0.0], np.cumsum(widths)[:-1]])
                values[first : first + len(widths)] = np.clip(gains[activities].sum() - before, 0.0, widths)
        return values
