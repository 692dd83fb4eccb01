"""What would change a plan: the next hour, the next money, a rejected activity, other levels.

Every figure here is a plan made again, not an extrapolation; plans change in steps, and so do these figures.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.plans.limits import MOST_HOURS
from toolkit.plans.objective import Floats
from toolkit.plans.plan import VISIBLE, Plan
from toolkit.plans.planner import PersonPlanner
from toolkit.plans.problem import GAIN, GAIN_SD, Problem
from toolkit.plans.set_choice import TOLERANCE, ActivityChooser, SetChoice
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW
from toolkit.wording import Text, counted, text

HOUR_STEPS = (1.0, 2.0, 4.0, 8.0)
MONEY_STEPS = (1000.0, 2000.0, 5000.0)
# Without a figure in the catalogue a gain is as unsure as half of it.
DEFAULT_GAIN_SD = 0.5


@dataclass(frozen=True)
class Step:
    """What `more` hours or money in all would buy, and what comes in and goes out.

    `worth` is how much more the plan would be worth (0: nothing), in weighted levels; `closes` how much more it would
    close of the weighted gap, which is another figure where hours are charged for or wishes count.
    """

    resource: str
    more: float
    worth: float
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    closes: float

    def words(self) -> Text:
        """Say it as a sentence."""
        if self.worth <= 0:
            if self.resource == "hours":
                return counted("{count} more hour buys nothing.", "{count} more hours buy nothing.", int(self.more))
            return text("{more} more in the budget buy nothing.", more=f"{self.more:,.0f}")
        if self.closes < VISIBLE:
            return self._words_of_wishes()
        worth = f"{self.closes:.2f}"
        if self.resource == "hours":
            return counted(
                "{count} more hour closes {worth} weighted levels more.",
                "{count} more hours close {worth} weighted levels more.",
                int(self.more),
                worth=worth,
            )
        return text(
            "{more} more in the budget close {worth} weighted levels more.", more=f"{self.more:,.0f}", worth=worth
        )

    def _words_of_wishes(self) -> Text:
        if self.resource == "hours":
            return counted(
                "{count} more hour closes no more, but gives a plan that fits the limits and wishes better.",
                "{count} more hours close no more, but give a plan that fits the limits and wishes better.",
                int(self.more),
            )
        return text(
            "{more} more in the budget close no more, but give a plan that fits the limits and wishes better.",
            more=f"{self.more:,.0f}",
        )


@dataclass(frozen=True)
class Rejected:
    """An activity that is not in the plan: what the best plan with it loses, and what that plan gives up.

    `loses` and `displaces` are None and empty where no plan can have it; `reason` then says why.
    """

    activity_id: str
    loses: float | None
    displaces: tuple[str, ...]
    reason: Text


def next_steps(
    planner: PersonPlanner, plan: Plan, *, pinned: Sequence[str] = (), excluded: Sequence[str] = ()
) -> list[Step]:
    """Return what the next hours and the next money buy, up to the first step of each that buys anything."""
    barred = planner.left_out(pinned, excluded).keys() - planner.under_way.keys()
    limits, steps = planner.limits, list[Step]()
    for resource, sizes, now, most in (
        ("hours", HOUR_STEPS, limits.hours, MOST_HOURS * sum(limits.free)),
        ("budget", MONEY_STEPS, limits.budget, np.inf),
    ):
        for more in sizes:
            if not np.isfinite(now) or now + more > most:
                break
            ask = _with_hours if resource == "hours" else _with_budget
            found = ask(planner, more, pinned, barred)
            steps.append(_step(planner.problem, plan, resource, more, found))
            if steps[-1].worth > 0:
                break
    return steps


def _with_budget(planner: PersonPlanner, more: float, pinned: Sequence[str], barred: Collection[str]) -> SetChoice:
    planner.chooser.limit(planner.limits.budget + more)
    try:
        return planner.chooser.best(pinned, barred)
    finally:
        planner.chooser.limit()


def _with_hours(planner: PersonPlanner, more: float, pinned: Sequence[str], barred: Collection[str]) -> SetChoice:
    # More hours a week also leave more room in each block of four weeks, so that other sets have dates.
    weekly = planner.limits.hours_per_week + more / sum(planner.limits.free)
    problem = planner.problem.within(replace(planner.limits, hours_per_week=min(weekly, MOST_HOURS)))
    return ActivityChooser(problem).best(pinned, barred)


def _step(problem: Problem, plan: Plan, resource: str, more: float, found: SetChoice) -> Step:
    ids, inside = {problem.options[i].activity_id for i in found.chosen}, {item.activity_id for item in plan.items}
    worth = found.value - plan.value
    # What a proof leaves open is no purchase.
    if worth <= TOLERANCE * abs(plan.value):
        return Step(resource, more, 0.0, (), (), 0.0)
    closes = problem.closed(sorted(ids)) - problem.closed(sorted(inside))
    return Step(resource, more, worth, tuple(sorted(ids - inside)), tuple(sorted(inside - ids)), closes)


def nearest_rejected(
    planner: PersonPlanner, plan: Plan, *, pinned: Sequence[str] = (), excluded: Sequence[str] = (), count: int = 3
) -> list[Rejected]:
    """Return the rejected activities that would add most to the plan, each with what the best plan with it loses."""
    problem = planner.problem
    barred = planner.left_out(pinned, excluded)
    inside = [item.activity_id for item in plan.items]
    out = [a for a in sorted(problem.by_activity) if a not in inside and a not in barred]
    base = problem.benefit(inside)
    out.sort(key=lambda a: base - problem.benefit([*inside, a]))
    return [_rejected(planner, plan, activity, pinned, barred) for activity in out[:count]]


def _rejected(
    planner: PersonPlanner, plan: Plan, activity: str, pinned: Sequence[str], barred: Mapping[str, Text]
) -> Rejected:
    found = planner.chooser.best([*pinned, activity], barred.keys() - planner.under_way.keys())
    if not found.feasible:
        return Rejected(activity, None, (), text("It does not fit into the limits together with what is pinned."))
    ids = {planner.problem.options[i].activity_id for i in found.chosen}
    gone = tuple(item.activity_id for item in plan.items if item.activity_id not in ids)
    loses = max(plan.value - found.value, 0.0)
    share = f"{100 * loses / plan.value:.1f}" if plan.value > 0 else "0.0"
    reason = counted(
        "The best plan with it is worth {share} % less and gives up {count} activity.",
        "The best plan with it is worth {share} % less and gives up {count} activities.",
        len(gone),
        share=share,
    )
    return Rejected(activity, loses, gone, reason)


def firmness(
    planner: PersonPlanner,
    plan: Plan,
    *,
    pinned: Sequence[str] = (),
    excluded: Sequence[str] = (),
    samples: int = 12,
    progress: Callable[[float], None] | None = None,
) -> dict[str, float]:
    """Return for each item the share of plausible levels and gains under which it stays in the plan.

    An item with 1.0 is firm, for others assess first. Levels are drawn from their mean and standard deviation, gains
    from those of the catalogue (``sd_`` columns, half the gain where there is none), always by the same seeds; for each draw
    the best plan is made anew. What is in the plan stays where another plan would be better by less than the proof leaves open.
    """
    kept = dict.fromkeys((item.activity_id for item in plan.items), 0)
    barred = planner.left_out(pinned, excluded).keys() - planner.under_way.keys()
    for number in range(samples):
        gaps, activities = _drawn(planner, np.random.default_rng([20261122, number]))
        problem = planner.problem_of(planner.options, activities, gaps, planner.limits)
        bonus = 2 * TOLERANCE * max(plan.value, 0.0) / max(len(kept), 1)
        problem.prices = [
            price - (bonus if option.activity_id in kept else 0.0)
            for price, option in zip(problem.prices, problem.options, strict=True)
        ]
        found = ActivityChooser(problem).best(pinned, barred)
        for activity in {problem.options[i].activity_id for i in found.chosen} & kept.keys():
            kept[activity] += 1
        if progress is not None:
            progress((number + 1) / samples)
    return {activity: count / samples for activity, count in kept.items()}


def assess_first(shares: Mapping[str, float]) -> list[str]:
    """Return the items that do not stay in under all plausible levels, the least firm first."""
    return sorted((activity for activity, share in shares.items() if share < 1), key=lambda a: (shares[a], a))


def _drawn(planner: PersonPlanner, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    gaps = planner.gaps.sort_values("competency_id").reset_index(drop=True)
    levels = (gaps["level"] + gaps["sd"].fillna(0.0) * rng.standard_normal(len(gaps))).clip(SCALE_LOW, SCALE_HIGH)
    # A drawn level is taken as known; a little doubt keeps the curves smooth.
    drawn = gaps.assign(level=levels, sd=0.1, gap=gaps["target"] - levels)
    activities = planner.activities.copy()
    for column in sorted(c for c in activities.columns if c.startswith(GAIN)):
        activities[column] = _drawn_gains(activities, column, rng)
    return drawn, activities


def _drawn_gains(activities: pd.DataFrame, column: str, rng: np.random.Generator) -> Floats:
    means = activities[column].fillna(0.0).to_numpy(dtype=float)
    name = GAIN_SD + column.removeprefix(GAIN)
    given = activities[name].to_numpy(dtype=float) if name in activities else np.full(len(means), np.nan)
    sds = np.where(np.isnan(given), DEFAULT_GAIN_SD * means, given)
    return np.asarray(np.clip(means + sds * rng.standard_normal(len(means)), 0.0, 4.0))
