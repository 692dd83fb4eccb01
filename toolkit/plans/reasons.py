"""Which gap an item closes, and why other activities are not in the plan."""

from collections.abc import Collection, Sequence

import numpy as np

from toolkit.plans.objective import closed_gap
from toolkit.plans.plan import VISIBLE
from toolkit.plans.problem import Problem
from toolkit.wording import Text, counted, text


def closes_of(problem: Problem, activities: Sequence[str], one: str) -> dict[str, float]:
    """Return the expected gap, in levels by competency, that stays open if `one` of `activities` is left out."""
    closes = {}
    for curve in problem.curves:
        gain = problem.gain_of.get(one, {}).get(curve.competency_id, 0.0)
        if gain:
            total = problem.gain_in(curve.competency_id, activities)
            ends = closed_gap(np.array([total - gain, total]), curve.shortfall, curve.sd)
            closes[curve.competency_id] = float(ends[1] - ends[0])
    return closes


def reasons_left_out(problem: Problem, chosen: Sequence[str], barred: Collection[str]) -> dict[str, Text]:
    """Return for each activity that could be planned and is not `chosen` the nearest reason."""
    hours, cost = sum(problem.hours[a] for a in chosen), sum(problem.costs[a] for a in chosen)
    left = sorted(set(problem.by_activity) - set(chosen) - set(barred))
    return {activity: _reason(problem, activity, chosen, hours, cost) for activity in left}


def why_nothing(problem: Problem, barred: Collection[str]) -> Text:
    """Say why no activity is worth planning, leaving aside those `barred`."""
    limits = problem.limits
    open_to = [a for a in problem.by_activity if a not in barred]
    fits = [a for a in open_to if problem.hours[a] <= limits.hours and problem.costs[a] <= limits.budget]
    if limits.least_gain > 0 and any(problem.closed([a]) >= VISIBLE for a in fits):
        return text("What fits would bring less than its hours are to bring.")
    return text("No activity within these limits closes a gap that was seen.")


def too_little(more: float, hours: float) -> Text:
    """Say that an activity would close `more` weighted levels, less than its hours are to bring."""
    return text(
        "It would close only {more} more weighted levels in {hours} hours.",
        more=f"{max(more, 0.0):.2f}",
        hours=f"{hours:g}",
    )


def _reason(problem: Problem, activity: str, chosen: Sequence[str], hours: float, cost: float) -> Text:
    limits = problem.limits
    covered = {curve.competency_id for curve in problem.curves}
    if not covered & set(problem.gain_of.get(activity, {})):
        return text("It closes no gap that was seen.")
    missing = [p for p in problem.prerequisites.get(activity, ()) if p not in chosen]
    never = [p for p in missing if p not in problem.by_activity]
    if problem.costs[activity] > limits.budget:
        return text("It costs {cost}, more than the whole budget.", cost=f"{problem.costs[activity]:,.0f}")
    if problem.hours[activity] > limits.hours:
        return text(
            "It takes {hours} hours, more than there are until the deadline.", hours=f"{problem.hours[activity]:g}"
        )
    more = problem.benefit([*chosen, activity]) - problem.benefit(chosen)
    if more < limits.an_hour * problem.hours[activity]:
        return too_little(more, problem.hours[activity])
    if cost + problem.costs[activity] > limits.budget:
        return text("What is in the plan closes more for the same money.")
    if hours + problem.hours[activity] > limits.hours:
        return text("What is in the plan closes more in the same hours.")
    if never:
        return counted(
            "It needs another activity first, which cannot be planned.",
            "It needs {count} other activities first, which cannot be planned.",
            len(never),
        )
    if missing:
        return counted(
            "It needs another activity first, and both together are not worth their hours.",
            "It needs {count} other activities first, and all together are not worth their hours.",
            len(missing),
        )
    return text("It does not fit beside the plan's other dates and hours, or adds too little.")
