"""Planning for one person: from gaps, catalogue and limits to the best plan and its reasons."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from toolkit.errors import InputError, NotEnoughData
from toolkit.plans.limits import Limits
from toolkit.plans.objective import COST_PRICE, DELAY_PRICE, Curve, closed_gap, curves_of, fit_of
from toolkit.plans.optimiser import Choice, choose
from toolkit.plans.options import Option, options_of
from toolkit.plans.plan import Plan, PlanItem
from toolkit.plans.prerequisites import circle_through, prerequisites_of
from toolkit.vocabulary import TIERS, Activities, Gaps, Sessions, check, rows_of
from toolkit.wording import Text, counted, text

_GAIN = "gain_"
Gains = dict[tuple[str, str], float]


def plan_person(
    gaps: pd.DataFrame,
    activities: pd.DataFrame,
    limits: Limits,
    *,
    sessions: pd.DataFrame | None = None,
    tier: str | None = None,
    language: str | None = None,
    pinned: Sequence[str] = (),
    excluded: Sequence[str] = (),
) -> Plan:
    """Return the plan that is expected to close most of one person's gaps within `limits`.

    `gaps` is the Gaps table of one person, `activities` an Activities table, `sessions` a
    Sessions table for the dated ones. `tier` (junior, middle, senior) keeps activities at most
    one tier away; `language` (zh, en) keeps those held in it. The choice is exact: `Plan.bound`
    is proven. Raises `NotEnoughData` when nothing was ever seen of the person, and `InputError`
    for circular prerequisites or pins that cannot be kept, naming those that clash.
    """
    gaps = check(gaps, Gaps)
    activities = check(activities, Activities)
    sessions = None if sessions is None else check(sessions, Sessions)
    if gaps["level"].notna().sum() == 0:
        raise NotEnoughData(
            text("Nothing has been seen of this person yet, so no gap can be planned for."),
            remedy=text("Score a role-play or a joint visit, or import 360 ratings first."),
        )
    usable, left_out = _usable(activities, tier, language, excluded, pinned)
    _require_no_circle(usable)
    options, missing = options_of(usable, sessions, limits)
    left_out |= missing
    _require_possible(pinned, activities, left_out)
    gains = _gains(usable, gaps)
    curves = curves_of(gaps, _largest(gains))
    problem = _Problem(usable, options, curves, gains, limits)
    choice = problem.solve(pinned)
    if not choice.feasible:
        raise _clash(problem, pinned)
    return _plan(str(gaps["person_id"].iloc[0]), problem, choice, pinned, left_out)


class _Problem:
    """Everything the optimiser needs, so that it can be asked again with other pins."""

    def __init__(self, usable: pd.DataFrame, options: list[Option], curves: list[Curve], gains: Gains, limits: Limits):
        self.options, self.curves, self.gains, self.limits = options, curves, gains, limits
        ids = usable["activity_id"]
        self.hours = dict(zip(ids, usable["hours"], strict=True))
        self.costs = dict(zip(ids, usable["cost"], strict=True))
        offered = {option.activity_id for option in options}
        self.prerequisites = {
            activity: prerequisites_of(value)
            for activity, value in zip(ids, usable["prerequisites"], strict=True)
            if activity in offered and prerequisites_of(value)
        }
        self.prices = [
            COST_PRICE * self.costs[o.activity_id] + DELAY_PRICE * self.hours[o.activity_id] * o.start for o in options
        ]

    def solve(self, pinned: Sequence[str]) -> Choice:
        return choose(
            self.options,
            self.prices,
            self.curves,
            self.gains,
            self.costs,
            self.hours,
            self.prerequisites,
            self.limits,
            pinned,
        )

    def value(self, chosen: Sequence[int]) -> float:
        """Return the exact worth of some options, after their prices."""
        ids = [self.options[i].activity_id for i in chosen]
        benefit = sum(
            curve.value(sum(self.gains.get((activity, curve.competency_id), 0.0) for activity in ids))
            for curve in self.curves
        )
        return float(benefit - sum(self.prices[i] for i in chosen))


def _usable(
    activities: pd.DataFrame, tier: str | None, language: str | None, excluded: Sequence[str], pinned: Sequence[str]
) -> tuple[pd.DataFrame, dict[str, Text]]:
    ids = activities["activity_id"]
    keep = pd.Series(True, index=activities.index)
    left_out: dict[str, Text] = {}
    if tier in TIERS:
        rank = activities["tier"].map({name: number for number, name in enumerate(TIERS)})
        far = (rank - TIERS.index(tier)).abs() > 1
        left_out |= dict.fromkeys(ids[far], text("It is made for another tier."))
        keep &= ~far
    if language:
        other = ~activities["language"].isin([language, "both"])
        left_out |= dict.fromkeys(ids[other], text("It is not held in this person's language."))
        keep &= ~other
    out = ids.isin(excluded) & ~ids.isin(pinned)
    left_out |= dict.fromkeys(ids[out], text("You excluded it."))
    wanted = (keep & ~out) | ids.isin(pinned)
    return activities[wanted], {a: reason for a, reason in left_out.items() if a not in pinned}


def _gains(usable: pd.DataFrame, gaps: pd.DataFrame) -> Gains:
    levels = gaps.dropna(subset=["level"]).set_index("competency_id")["level"]
    columns = [c for c in usable.columns if c.startswith(_GAIN) and c.removeprefix(_GAIN) in levels.index]
    gains: Gains = {}
    for _, activity in usable.iterrows():
        for column in columns:
            competency = column.removeprefix(_GAIN)
            gain = activity[column] * fit_of(activity["tier"], float(levels[competency]))
            if gain > 0:
                gains[activity["activity_id"], competency] = float(gain)
    return gains


def _largest(gains: Gains) -> dict[str, float]:
    largest: dict[str, float] = {}
    for (_, competency), gain in gains.items():
        largest[competency] = largest.get(competency, 0.0) + gain
    return largest


def _require_no_circle(usable: pd.DataFrame) -> None:
    needs = {row.activity_id: prerequisites_of(row.prerequisites) for row in rows_of(usable)}
    circle = next(filter(None, (circle_through(activity, needs) for activity in needs)), None)
    if circle:
        raise InputError(
            text("Prerequisites run in a circle: {circle}.", circle=" → ".join(circle)),
            remedy=text("Take one of them out of the catalogue's prerequisites."),
        )


def _require_possible(pinned: Sequence[str], activities: pd.DataFrame, left_out: Mapping[str, Text]) -> None:
    known = set(activities["activity_id"])
    for activity in pinned:
        if activity not in known or activity in left_out:
            reason = left_out.get(activity, text("It is not in the catalogue."))
            raise InputError(
                text("The pinned activity “{activity}” cannot be planned.", activity=activity),
                where=reason,
                remedy=text("Take the pin away."),
            )


def _clash(problem: _Problem, pinned: Sequence[str]) -> InputError:
    freeing = [pin for pin in pinned if problem.solve([p for p in pinned if p != pin]).feasible]
    pins = text("Activities concerned: {names}.", names=", ".join(freeing or pinned))
    return InputError(
        counted(
            "No plan within these limits can keep the pin.",
            "No plan within these limits can keep all {count} pins.",
            len(pinned),
        ),
        where=pins,
        remedy=text("Take a pin away, or allow more hours, budget or time."),
    )


def _plan(person_id: str, problem: _Problem, choice: Choice, pinned: Sequence[str], left_out: dict[str, Text]) -> Plan:
    chosen = _without_idle(problem, choice.chosen, pinned)
    value = problem.value(chosen)
    ids = [problem.options[i].activity_id for i in chosen]
    items, before, after = [], {}, {}
    for curve in problem.curves:
        gain = sum(problem.gains.get((a, curve.competency_id), 0.0) for a in ids)
        before[curve.competency_id] = float(closed_gap(1e6, curve.shortfall, curve.sd))
        after[curve.competency_id] = before[curve.competency_id] - float(closed_gap(gain, curve.shortfall, curve.sd))
    for index in sorted(chosen, key=lambda i: (problem.options[i].starts_on, problem.options[i].activity_id)):
        option = problem.options[index]
        items.append(
            PlanItem(
                option.activity_id,
                option.session_id,
                option.starts_on,
                option.ends_on,
                float(problem.hours[option.activity_id]),
                float(problem.costs[option.activity_id]),
                value - problem.value([i for i in chosen if i != index]),
                _closes(problem, ids, option.activity_id),
                option.activity_id in pinned,
            )
        )
    bound = choice.bound + sum(curve.error for curve in problem.curves)
    reasons = left_out | _not_chosen(problem, ids, sum(i.hours for i in items), sum(i.cost for i in items))
    return Plan(person_id, problem.limits, tuple(items), value, max(bound, value), before, after, reasons)


def _without_idle(problem: _Problem, chosen: Sequence[int], pinned: Sequence[str]) -> list[int]:
    """Drop what the solver's tolerance let in though the plan is no worse without it."""
    kept = list(chosen)
    for index in list(chosen):
        activity = problem.options[index].activity_id
        needed = any(
            activity in problem.prerequisites.get(problem.options[i].activity_id, ()) for i in kept if i != index
        )
        rest = [i for i in kept if i != index]
        if activity not in pinned and not needed and problem.value(rest) >= problem.value(kept):
            kept = rest
    return kept


def _closes(problem: _Problem, ids: Sequence[str], activity_id: str) -> dict[str, float]:
    closes = {}
    for curve in problem.curves:
        gain = problem.gains.get((activity_id, curve.competency_id), 0.0)
        if gain:
            total = sum(problem.gains.get((a, curve.competency_id), 0.0) for a in ids)
            ends = closed_gap(np.array([total - gain, total]), curve.shortfall, curve.sd)
            closes[curve.competency_id] = float(ends[1] - ends[0])
    return closes


def _not_chosen(problem: _Problem, ids: Sequence[str], hours: float, cost: float) -> dict[str, Text]:
    reasons = {}
    for activity in sorted({option.activity_id for option in problem.options} - set(ids)):
        if not any(problem.gains.get((activity, curve.competency_id)) for curve in problem.curves):
            reasons[activity] = text("It closes no gap that was seen.")
        elif cost + problem.costs[activity] > problem.limits.budget:
            reasons[activity] = text("What is in the plan closes more for the same money.")
        elif hours + problem.hours[activity] > problem.limits.hours:
            reasons[activity] = text("What is in the plan closes more in the same hours.")
        elif missing := [p for p in problem.prerequisites.get(activity, ()) if p not in ids]:
            reasons[activity] = counted(
                "It needs another activity first, and both together are not worth their hours.",
                "It needs {count} other activities first, and all together are not worth their hours.",
                len(missing),
            )
        else:
            reasons[activity] = text("It does not fit beside the plan's other dates and hours, or adds too little.")
    return reasons
