"""Planning a whole team or company: shared seats, staff hours and budgets, with a proven distance from the best."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.plans.objective import Floats
from toolkit.plans.plan import Plan
from toolkit.plans.team_certificate import Certificate
from toolkit.plans.team_exact import FEW, ExactModel
from toolkit.plans.team_limits import TeamLimits
from toolkit.plans.team_parts import Parts
from toolkit.plans.team_prices import COLD, Stopped, ask, best_prices, split
from toolkit.plans.team_problem import TeamProblem, problem_of
from toolkit.plans.team_reasons import gains_for, plan_of, why_not, without_plan, worth_of
from toolkit.wording import Text, text

_MANY, _ROUNDS, _MOVES = 1500, 2, 12


@dataclass(frozen=True)
class Progress:
    """How far planning is: worth of the best plans so far, what no plans can exceed, and their relative distance.

    `value` is 0 and `gap` infinite until there are plans.
    """

    value: float
    bound: float

    @property
    def gap(self) -> float:
        """Return by which share better plans could exceed these at most."""
        return max(self.bound - self.value, 0.0) / self.value if self.value > 0 else float("inf")


@dataclass(frozen=True)
class TeamPlan:
    """Plans of many people within shared limits.

    `value` is the weighted gap all plans are expected to close, `bound` what no plans within the
    limits can exceed, proven by `certificate` (see `check_bound`), for up to 30 people by an exact model besides. `stopped` tells that planning was
    cancelled; the plans keep all limits all the same. `without` lists who has no plan and why:
    person_id, reason (a `Text`). `shared` says how much of each shared thing is used: kind, name,
    region, block, capacity, used, price (what one more is worth to all plans together, in weighted
    levels; 0 where something is left over).
    """

    problem: TeamProblem
    chosen: Mapping[str, tuple[int, ...]]
    value: float
    bound: float
    certificate: Certificate
    stopped: bool

    @property
    def gap(self) -> float:
        """Return by which share better plans within the limits could exceed these at most."""
        return max(self.bound - self.value, 0.0) / self.value if self.value > 0 else 0.0

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """Return one plan for each person something is known of, in the order of the Gaps table."""
        crowd, solo = self.problem.crowd, self.certificate.alone
        return tuple(
            plan_of(self.problem, row, self.chosen[name], float(solo[row])) for row, name in enumerate(crowd.ids)
        )

    def plan(self, person_id: str) -> Plan:
        """Return one person's plan; raises `KeyError` for somebody not planned for."""
        row = self._row(person_id)
        return plan_of(self.problem, row, self.chosen[person_id], float(self.certificate.alone[row]))

    @cached_property
    def items(self) -> pd.DataFrame:
        """Return all items: person_id, activity_id, session_id, starts_on, ends_on, hours, cost."""
        offer, rows = self.problem.offer, []
        for name in self.problem.crowd.ids:
            for index in sorted(self.chosen[name], key=lambda one: (offer.first_day[one], one)):
                option, a = offer.options[index], int(offer.activity[index])
                rows.append(
                    (name, option.activity_id, option.session_id, option.starts_on, option.ends_on,
                     float(offer.hours[a]), float(offer.cost[a]))
                )  # fmt: skip
        names = ["person_id", "activity_id", "session_id", "starts_on", "ends_on", "hours", "cost"]
        return pd.DataFrame(rows, columns=names)

    @cached_property
    def shared(self) -> pd.DataFrame:
        """Return use and price of each shared thing; see the class."""
        problem = self.problem
        used = used_of(problem, [self.chosen[name] for name in problem.crowd.ids])
        rows = [
            (
                one.kind,
                one.name,
                one.region,
                one.block,
                one.capacity,
                float(used[at]),
                float(self.certificate.prices[at]),
            )
            for at, one in enumerate(problem.shared)
        ]
        return pd.DataFrame(rows, columns=["kind", "name", "region", "block", "capacity", "used", "price"])

    @cached_property
    def without(self) -> pd.DataFrame:
        """Return who has no plan and why."""
        return without_plan(self.problem, self.chosen)

    @cached_property
    def short(self) -> pd.DataFrame:
        """Return whose plan closes less than the least share: person_id, share (of what one could close alone)."""
        least = self.problem.limits.least_share
        rows = [
            (plan.person_id, max(plan.value, 0.0) / alone)
            for plan, alone in zip(self.plans, self.certificate.alone, strict=True)
            if alone > 0 and plan.value < least * alone - 1e-9
        ]
        return pd.DataFrame(rows, columns=["person_id", "share"])

    def why(self, person_id: str, activity_id: str, names: Mapping[str, object] | None = None) -> Text:
        """Say why an activity is in a person's plan, or why not; `names` gives the words for competencies by id."""
        if person_id not in self.chosen:
            return text("Nothing has been seen of this person yet, so no gap can be planned for.")
        row = self._row(person_id)
        if activity_id in {self.problem.offer.options[one].activity_id for one in self.chosen[person_id]}:
            return self.plan(person_id).why(activity_id, names)
        return why_not(self.problem, row, self.chosen[person_id], activity_id, self.certificate.prices)

    def _row(self, person_id: str) -> int:
        return self.problem.crowd.ids.index(person_id)


def used_of(problem: TeamProblem, chosen: list[tuple[int, ...]]) -> Floats:
    """Return how much of each shared thing the options chosen for each person take."""
    offer, crowd = problem.offer, problem.crowd
    used = np.zeros(len(offer.capacity))
    for row, options in enumerate(chosen):
        for option in options:
            for place, size in offer.uses[crowd.region[row]][option]:
                used[place] += size
            for place in (int(crowd.team_row[row]), offer.company_row):
                if place >= 0:
                    used[place] += offer.cost[offer.activity[option]]
    return used


def plan_team(
    gaps: pd.DataFrame,
    activities: pd.DataFrame,
    sessions: pd.DataFrame | None,
    limits: TeamLimits,
    *,
    progress: Callable[[Progress], bool | None] | None = None,
    processes: int | None = None,
) -> TeamPlan:
    """Return plans for everybody in `gaps` that together are expected to close most, within shared limits.

    `gaps` is a Gaps table of many people, `activities` an Activities table (with optional columns
    staff and staff_hours, see `TeamLimits`), `sessions` a Sessions table or None. What a person's own
    plan may be is as in `plan_person`; besides, two dated sessions of one person never meet on the
    same day (a session meets from its first weekday on, every week, eight hours a day).

    `progress` is called with a `Progress` every few seconds at most; when it returns False, planning
    ends and the best plans so far are returned (`stopped`). `processes` (1 or 2; by default two for
    more than 1,500 people) changes the time and the memory, never the outcome.

    Method: Lagrangian bound over prices of all shared things, lowered by a quasi-Newton method, and
    tightened by enumeration for each person; plans by enumeration at prices that follow demand, then
    local improvement (see `toolkit.plans.pricing`). Up to 30 people are then planned by one exact model as well (see
    `toolkit.plans.team_exact`), which lowers the bound below what the certificate alone proves. Raises `InputError` for tables or limits that
    cannot be used or kept, `NotEnoughData` when nothing was ever seen of anybody.
    """
    problem = problem_of(gaps, activities, sessions, limits)
    count = processes or (2 if len(problem.crowd.ids) > _MANY else 1)
    with Parts(problem.offer, problem.crowd, count) as parts:
        return _Planning(problem, parts, progress).run()


class _Planning:
    """One run: prices, then plans, then a tighter bound, telling of its progress and stopping when told."""

    def __init__(self, problem: TeamProblem, parts: Parts, progress: Callable[[Progress], bool | None] | None):
        self.problem, self.parts, self.progress = problem, parts, progress
        self.capacity = problem.offer.capacity
        self.value, self.bound, self.stopped = 0.0, float("inf"), False
        self.chosen: list[tuple[int, ...]] = []

    def run(self) -> TeamPlan:
        """Plan."""
        parts, count = self.parts, len(self.parts.rows)
        if self.problem.limits.everyone:
            self._require_enough()
        self.alone = alone = ask(parts, np.zeros(len(self.capacity)), COLD, 12)[0]
        priced = best_prices(parts, self.problem.shared, self.capacity, self._tick)
        self._build(priced.prices, priced.taken)
        answers = parts.all("proven", [priced.prices] * count)
        bounds = np.empty(len(alone))
        multipliers = np.empty((len(alone), answers[0][1].shape[1]))
        for rows, (bound, behind) in zip(parts.rows, answers, strict=True):
            bounds[rows], multipliers[rows] = bound, behind
        self.bound = min(self.bound, float(bounds.sum() + priced.prices @ self.capacity))
        self._tell()
        certificate = Certificate(priced.prices, multipliers, bounds, alone)
        if len(alone) <= FEW and not self.stopped:
            self._improve_exactly()
        chosen = dict(zip(self.problem.crowd.ids, self.chosen, strict=True))
        return TeamPlan(self.problem, chosen, self.value, max(self.bound, self.value), certificate, self.stopped)

    def _improve_exactly(self) -> None:
        model = ExactModel(self.problem, self.chosen, self._floors())

        def watch() -> bool:
            self.value, self.bound = max(self.value, model.value()), min(self.bound, model.bound)
            self._tell()
            return not self.stopped

        model.improve(watch)
        self.bound = min(self.bound, model.bound)
        self.chosen = [tuple(options) for options in model.found]
        self.value = model.value()
        self._tell()

    def _floors(self) -> Floats:
        """Return what each plan is worth at least: the least share, or what it already is where that is less."""
        least, rows = self.problem.limits.least_share * self.alone, range(len(self.chosen))
        if not least.any():
            return least
        now = [worth_of(self.problem, row, gains_for(self.problem, row), self.chosen[row]) for row in rows]
        return np.minimum(least, np.array(now) - 1e-9)

    def _require_enough(self) -> None:
        """Refuse budgets that cannot give everybody even the cheapest plan, and say what would be enough."""
        crowd, offer = self.problem.crowd, self.problem.offer
        cheapest = np.empty(len(crowd.ids))
        for rows, found in zip(self.parts.rows, self.parts.all("cheapest"), strict=True):
            cheapest[rows] = found
        for place, one in enumerate(self.problem.shared):
            if one.kind not in ("team_budget", "company_budget"):
                continue
            members = np.full(len(cheapest), True) if place == offer.company_row else crowd.team_row == place
            least = float(cheapest[members].sum())
            if least > one.capacity + 1e-9:
                raise InputError(
                    text("The budget {budget} is too small to give everybody a plan.", budget=f"{one.capacity:,.0f}"),
                    where=text("Team {team}", team=one.name) if one.name else text("Company"),
                    remedy=text(
                        "Raise it to at least {least}, or allow that some have no plan (everyone=False).",
                        least=f"{least:,.0f}",
                    ),
                )

    def _build(self, prices: Floats, taken: list[Floats]) -> None:
        """Build all plans in each part, and improve them with what the other part has left."""
        parts, count = self.parts, len(self.parts.rows)
        whole = np.array([one.kind == "seats" for one in self.problem.shared], dtype=bool)
        shares = split(self.capacity, taken, whole) if count > 1 else [self.capacity]
        moves = [2 if self.stopped else _MOVES] * count
        floors = [self.problem.limits.least_share * self.alone[rows] for rows in parts.rows]
        everyone = [self.problem.limits.everyone] * count
        built = parts.all("build", [prices] * count, shares, moves, floors, everyone)
        self._keep(sum(value for value, _ in built))
        if self.stopped:
            return
        rests = [rest for _, rest in built]
        for _ in range(_ROUNDS):
            renewed = parts.all("renew", [prices] * count, rests, [_MOVES] * count)
            rests = [rest for _, rest in renewed]
            self._keep(sum(value for value, _ in renewed))
            if self.stopped:
                return
        left = sum(rests)
        heads = [np.full(len(left), float(len(rows))) for rows in parts.rows]
        polished = parts.all("polish", split(left, heads, whole) if count > 1 else [left])
        self._keep(sum(value for value, _ in polished))

    def _keep(self, value: float) -> None:
        chosen: list[tuple[int, ...]] = [()] * len(self.problem.crowd.ids)
        for rows, plans in zip(self.parts.rows, self.parts.all("plans"), strict=True):
            for row, options in zip(rows, plans, strict=True):
                chosen[row] = tuple(options)
        self.value, self.chosen = value, chosen
        self._tell()

    def _tick(self, bound: float) -> None:
        self.bound = bound
        self._tell()
        if self.stopped:
            raise Stopped

    def _tell(self) -> None:
        if self.progress is not None and self.progress(Progress(self.value, self.bound)) is False:
            self.stopped = True
