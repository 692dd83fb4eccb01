"""Where a plan and its items stand, and what of a plan is still to be planned."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from toolkit.errors import InputError
from toolkit.plans.limits import Limits
from toolkit.plans.plan import Plan, PlanItem
from toolkit.wording import text

OPEN_STATUSES = ("draft", "agreed", "under_way")
PLAN_STATUSES = (*OPEN_STATUSES, "done", "dropped")
ITEM_STATUSES = ("planned", "under_way", "done", "missed")


@dataclass(frozen=True)
class ItemProgress:
    """How far one item is; `done_on` is the day it was finished, None unless done."""

    status: str = "planned"
    done_on: dt.date | None = None
    note: str = ""


@dataclass(frozen=True)
class Rest:
    """What is left to plan, as `plan_person` takes it.

    `done` maps activities to the day they were done, `under_way` are items that have begun and stay as they are,
    `pinned` and `excluded` what was pinned or left out by hand and has not begun. `limits` start today, with what the
    budget still holds; the hours per week stay as agreed.
    """

    done: Mapping[str, dt.date]
    under_way: tuple[PlanItem, ...]
    pinned: tuple[str, ...]
    excluded: tuple[str, ...]
    limits: Limits


def checked_progress(progress: ItemProgress, item: PlanItem, today: dt.date) -> ItemProgress:
    """Return the progress of an item as it can be, or raise `InputError`; done without a day is done today."""
    if progress.status not in ITEM_STATUSES:
        raise InputError(
            text("“{value}” is no status of an activity.", value=progress.status),
            remedy=text("Allowed is one of: {values}.", values=", ".join(ITEM_STATUSES)),
        )
    if progress.status != "done":
        if progress.done_on is not None:
            raise InputError(
                text("Only an activity that is done has a day on which it was done."),
                remedy=text("Take the day away, or set it to done."),
            )
        if progress.status == "missed" and item.starts_on > today:
            raise InputError(
                text("An activity that starts on {day} cannot have been missed yet.", day=item.starts_on),
                remedy=text("Plan again if it cannot take place."),
            )
        return progress
    done_on = progress.done_on or today
    if done_on > today:
        raise InputError(
            text("{day} lies in the future, so nothing was done on it.", day=done_on),
            remedy=text("Choose today or an earlier day."),
        )
    return replace(progress, done_on=done_on)


def rest_of(
    plan: Plan,
    progress: Mapping[str, ItemProgress],
    today: dt.date,
    *,
    excluded: Sequence[str] = (),
    deadline: dt.date | None = None,
) -> Rest:
    """Return what is left of a stored plan, so that the rest can be planned again from `today`.

    `progress` is by activity_id; who is not named is planned. What is under way or done is kept; what was planned or missed
    is free again, pins staying pins. Money spent on done, begun and missed dated activities is gone. `deadline` moves
    the plan's. Raises `InputError` when less than a week is left.
    """
    status = {item.activity_id: progress.get(item.activity_id, ItemProgress()) for item in plan.items}
    done = {a: one.done_on or today for a, one in status.items() if one.status == "done"}
    begun = tuple(item for item in plan.items if status[item.activity_id].status == "under_way")
    spent = sum(item.cost for item in plan.items if _paid(item, status[item.activity_id]))
    fixed = {*done, *(item.activity_id for item in begun)}
    pinned = tuple(item.activity_id for item in plan.items if item.pinned and item.activity_id not in fixed)
    start, end = max(today, plan.limits.start), deadline or plan.limits.deadline
    if (end - start).days < 7:
        raise InputError(
            text("Less than a week is left until the plan's deadline on {day}.", day=end),
            remedy=text("Choose a later deadline."),
        )
    limits = replace(plan.limits, start=start, deadline=end, budget=max(plan.limits.budget - spent, 0.0))
    return Rest(done, begun, pinned, tuple(a for a in excluded if a not in fixed), limits)


def gaps_after(gaps: pd.DataFrame, items: Sequence[PlanItem]) -> pd.DataFrame:
    """Return a Gaps table as it is expected to be after `items`, such as those done since the last assessment.

    What an item is expected to close is added to the level; how unsure the level is stays as it was.
    """
    closed: dict[str, float] = {}
    for item in items:
        for competency, size in item.closes.items():
            closed[competency] = closed.get(competency, 0.0) + size
    change = gaps["competency_id"].map(closed).fillna(0.0).astype(float)
    return gaps.assign(level=gaps["level"] + change, gap=gaps["gap"] - change)


def _paid(item: PlanItem, progress: ItemProgress) -> bool:
    return progress.status in ("done", "under_way") or (progress.status == "missed" and item.session_id is not None)
