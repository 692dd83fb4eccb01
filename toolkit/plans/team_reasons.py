"""One person's plan out of a team's, and the words for what is in it and what is not."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from toolkit.plans.objective import Floats, closed_gap
from toolkit.plans.plan import Plan, PlanItem
from toolkit.plans.pricing import gained, gains_of
from toolkit.plans.reasons import too_little
from toolkit.plans.team_problem import TeamProblem
from toolkit.wording import Text, text

_LEAST = 1e-3


def gains_for(problem: TeamProblem, row: int) -> Floats:
    """Return what each activity gives a person in each competency."""
    return np.asarray(gains_of(problem.offer, problem.crowd.part(np.array([row])))[0])


def worth_of(problem: TeamProblem, row: int, gains: Floats, options: Sequence[int]) -> float:
    """Return what some options are worth to a person, less the prices that break ties."""
    offer, crowd = problem.offer, problem.crowd
    total = gains[offer.activity[list(options)]].sum(0)
    closed = gained(total, crowd.shortfall[row], crowd.sd[row], crowd.weight[row]).sum()
    return float(closed - offer.price[list(options)].sum())


def plan_of(problem: TeamProblem, row: int, options: Sequence[int], alone: float) -> Plan:
    """Return a person's plan; its bound is what that person could reach if nothing were shared."""
    offer, crowd, gains = problem.offer, problem.crowd, gains_for(problem, row)
    value = worth_of(problem, row, gains, options)
    chosen = [int(offer.activity[one]) for one in options]
    total = gains[chosen].sum(0)
    before, after, items = {}, {}, []
    for at, name in enumerate(problem.competencies):
        if crowd.weight[row, at] > 0:
            d, sd = float(crowd.shortfall[row, at]), float(crowd.sd[row, at])
            before[name] = float(closed_gap(1e6, d, sd))
            after[name] = before[name] - float(closed_gap(float(total[at]), d, sd))
    for index in sorted(options, key=lambda one: (offer.first_day[one], one)):
        option, activity = offer.options[index], int(offer.activity[index])
        less = gained(total, crowd.shortfall[row], crowd.sd[row], np.ones(len(total)))
        less = less - gained(total - gains[activity], crowd.shortfall[row], crowd.sd[row], np.ones(len(total)))
        closes = {
            n: float(less[at]) for at, n in enumerate(problem.competencies) if gains[activity, at] > 0 and n in before
        }
        items.append(
            PlanItem(
                option.activity_id,
                option.session_id,
                option.starts_on,
                option.ends_on,
                float(offer.hours[activity]),
                float(offer.cost[activity]),
                value - worth_of(problem, row, gains, [one for one in options if one != index]),
                closes,
                False,
            )
        )
    return Plan(
        crowd.ids[row],
        problem.limits.each,
        tuple(items),
        value,
        max(alone, value),
        before,
        after,
        _LeftOut(problem, row, options),
        None if items else _why_none(problem, row, gains),
    )


class _LeftOut(Mapping[str, Text]):
    """Why each activity is not in a plan, worked out when asked for."""

    def __init__(self, problem: TeamProblem, row: int, options: Sequence[int]):
        taken = {problem.offer.options[one].activity_id for one in options}
        self._ids = [name for name in problem.offer.ids if name not in taken]
        self._about = (problem, row, options)

    def __getitem__(self, activity_id: str) -> Text:
        if activity_id not in self._ids:
            raise KeyError(activity_id)
        problem, row, options = self._about
        return why_not(problem, row, options, activity_id, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def why_not(problem: TeamProblem, row: int, options: Sequence[int], activity_id: str, prices: Floats | None) -> Text:
    """Say why an activity is not in a person's plan; `prices` of shared things let it speak of the others."""
    offer, crowd = problem.offer, problem.crowd
    if activity_id not in offer.ids:
        return text("It is not in the catalogue.")
    if activity_id in problem.missing:
        return problem.missing[activity_id]
    a = offer.ids.index(activity_id)
    if crowd.done[row, a] and not crowd.eligible[row, a]:
        return text("It is already done.")
    if not crowd.eligible[row, a]:
        return text("It is made for another tier or language, or is more than this person's own limits allow.")
    gains = gains_for(problem, row)
    chosen = [int(offer.activity[one]) for one in options]
    if not (gains[a] * (crowd.weight[row] > 0)).any():
        return text("It closes no gap that was seen.")
    total = gains[chosen].sum(0)
    d, sd, w = crowd.shortfall[row], crowd.sd[row], crowd.weight[row]
    more = float((gained(total + gains[a], d, sd, w) - gained(total, d, sd, w)).sum())
    if more < _LEAST:
        return text("What is in the plan already closes what it could close.")
    if more < problem.limits.each.an_hour * offer.hours[a]:
        return too_little(more, float(offer.hours[a]))
    if any(p not in chosen for p in crowd.needs_of(row, offer)[a]):
        return text("It needs another activity first that is not in the plan.")
    if offer.hours[chosen].sum() + offer.hours[a] > crowd.hours[row] + 1e-9:
        return text("What is in the plan closes more in the same hours.")
    if offer.cost[chosen].sum() + offer.cost[a] > crowd.budget[row] + 1e-9:
        return text("What is in the plan closes more for the same money.")
    if prices is None:
        return text("It does not fit beside the plan's other dates and hours, or adds too little.")
    money = sum(float(prices[at]) for at in (int(crowd.team_row[row]), offer.company_row) if at >= 0)
    table = offer.use[crowd.region[row]]
    asked = min(float(table[one] @ prices[: table.shape[1]]) for one in offer.of_activity[a]) + money * offer.cost[a]
    if asked > more:
        return text(
            "It would close {more} more weighted levels here; its seats, staff hours and money close {asked} elsewhere.",
            more=f"{more:.2f}",
            asked=f"{asked:.2f}",
        )
    return text("Its seats, staff hours or money are used up by others, or it clashes with the plan's other dates.")


def without_plan(problem: TeamProblem, chosen: Mapping[str, Sequence[int]]) -> pd.DataFrame:
    """Return person_id and reason of everybody without a plan."""
    rows = [
        (name, text("Nothing has been seen of this person yet, so no gap can be planned for."))
        for name in problem.unseen
    ]
    for row, name in enumerate(problem.crowd.ids):
        if not chosen[name]:
            rows.append((name, _why_none(problem, row, gains_for(problem, row))))
    return pd.DataFrame(rows, columns=["person_id", "reason"])


def _why_none(problem: TeamProblem, row: int, gains: Floats) -> Text:
    offer, crowd = problem.offer, problem.crowd
    if not (gains * (crowd.weight[row] > 0)).any():
        return text("No activity closes a gap of this person within the person's own limits.")
    closes = gained(gains, crowd.shortfall[row], crowd.sd[row], crowd.weight[row]).sum(1)
    charge = problem.limits.each.an_hour * offer.hours
    # Gains fall as they add up and charges do not, so where no activity alone is worth its hours no plan is.
    if charge.any() and (closes <= charge)[gains.any(1)].all():
        return text("What fits would bring less than its hours are to bring.")
    return text("Shared seats, staff hours or money leave nothing that fits this person.")
