"""One person's plan as it is lived with, and what may be done to it. Kept in memory; a store keeps it elsewhere."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from toolkit.errors import InputError, NotAllowed
from toolkit.plans.limits import Limits
from toolkit.plans.plan import Plan, PlanItem
from toolkit.plans.progress import ItemProgress, Rest, checked_progress, rest_of
from toolkit.plans.reminders import Reminder, reminders_of
from toolkit.wording import text

REVIEWS = ("review_id", "due_on", "held_on", "note")
ACTS = frozenset({"sign", "progress", "goals", "reviews", "track", "replan", "close"})


def _no_reviews() -> pd.DataFrame:
    return pd.DataFrame(columns=list(REVIEWS))


@dataclass(frozen=True)
class PlanRecord:
    """A plan with all that is known of it.

    `progress` is by activity_id, `goals` are rows of `goal_report.goal_rows`, `signed` gives the day by party (rep,
    manager), `reviews` has the columns `REVIEWS`, `high_potential` is the reason why the person is on that track, None
    if not; `earlier` are the older versions, the newest first, by their number. `done` is what was done in any version, with the
    last day of each; `cancelled_reviews` the days of reviews that were taken away, each as often as it was.
    """

    plan: Plan
    version: int = 1
    status: str = "draft"
    saved_on: dt.date | None = None
    excluded: tuple[str, ...] = ()
    progress: Mapping[str, ItemProgress] = field(default_factory=dict)
    goals: Sequence[Mapping[str, Any]] = ()
    signed: Mapping[str, dt.date] = field(default_factory=dict)
    reviews: pd.DataFrame = field(default_factory=_no_reviews)
    high_potential: str | None = None
    earlier: Mapping[int, Plan] = field(default_factory=dict)
    reason: str = ""
    done: Mapping[str, dt.date] = field(default_factory=dict)
    cancelled_reviews: tuple[dt.date, ...] = ()

    @property
    def all_done(self) -> dict[str, dt.date]:
        """What was done in this version or an earlier one, with the last day of each."""
        now = {one: how.done_on for one, how in self.progress.items() if how.status == "done" and how.done_on}
        return {**self.done, **now}

    def done_since(self, day: dt.date) -> list[PlanItem]:
        """Return what was done after a day, as it stood in the newest version that has it."""
        versions = (self.plan, *self.earlier.values())
        items = {item.activity_id: item for plan in reversed(versions) for item in plan.items}
        return [items[one] for one, done_on in self.all_done.items() if done_on > day and one in items]

    @property
    def is_open(self) -> bool:
        """Whether the plan is still lived with."""
        return self.status not in ("done", "dropped")

    def of(self, activity_id: str) -> ItemProgress:
        """Return how far an item is."""
        return self.progress.get(activity_id, ItemProgress())

    @property
    def reviews_to_come(self) -> list[dt.date]:
        """The days of the reviews not held yet."""
        waiting = self.reviews[self.reviews["held_on"].isna()]
        return [pd.Timestamp(day).date() for day in waiting["due_on"]]

    def reminders(self, today: dt.date) -> list[Reminder]:
        """Return what is due or overdue."""
        return reminders_of(
            self.plan,
            self.status,
            self.progress,
            tuple(self.signed),
            self.reviews_to_come,
            today,
            saved_on=self.saved_on or today,
        )


class PlanBook:
    """Keeps one `PlanRecord` and changes it as the buttons of `PlanReview` ask.

    `party` (rep, manager or None) is for whom the reader signs, `may` what he may do of `ACTS`. `plan_rest(rest)` makes
    the plan for what is left (such as `plan_person` with a `Rest`). A change that cannot be raises and changes nothing.
    """

    def __init__(
        self,
        record: PlanRecord,
        *,
        today: dt.date,
        party: str | None = None,
        may: frozenset[str] = ACTS,
        plan_rest: Callable[[Rest], Plan] | None = None,
    ):
        self.record, self.today, self.party = record, today, party
        self.may = may if plan_rest else may - {"replan"}
        if party is None:
            self.may -= {"sign"}
        self._plan_rest = plan_rest

    def sign(self) -> None:
        """Agree to the plan for oneself; when both have, it is agreed."""
        self._require("sign")
        signed = {**self.record.signed, str(self.party): self.today}
        both = {"rep", "manager"} <= set(signed) and self.record.status == "draft"
        begun = any(one.status != "planned" for one in self.record.progress.values())
        status = ("under_way" if begun else "agreed") if both else self.record.status
        self.record = replace(self.record, signed=signed, status=status)

    def set_progress(self, activity_id: str, progress: ItemProgress) -> None:
        """Say how far an item is."""
        self._require("progress")
        item = next(one for one in self.record.plan.items if one.activity_id == activity_id)
        kept = {**self.record.progress, activity_id: checked_progress(progress, item, self.today)}
        begins = self.record.status == "agreed" and progress.status != "planned"
        self.record = replace(self.record, progress=kept, status="under_way" if begins else self.record.status)

    def keep_goals(self, goals: Sequence[Mapping[str, Any]]) -> None:
        """Put other goals in place of those there are; only those of a draft can be changed."""
        self._require("goals")
        if self.record.status != "draft":
            raise InputError(
                text("The goals of a plan that was agreed stay as they are."),
                remedy=text("Save a new version of the plan, change its goals and agree it again."),
            )
        self.record = replace(self.record, goals=tuple(goals))

    def set_reviews(self, days: Sequence[dt.date]) -> None:
        """Set the days of the reviews still to be held."""
        self._require("reviews")
        held = self.record.reviews[self.record.reviews["held_on"].notna()]
        fresh = [(f"review {day.isoformat()}", pd.Timestamp(day), pd.NaT, "") for day in sorted(set(days))]
        frames = [held, pd.DataFrame(fresh, columns=list(REVIEWS))]
        kept = pd.concat([one for one in frames if len(one)]) if len(held) or fresh else _no_reviews()
        gone = [day for day in self.record.reviews_to_come if day not in days]
        reviews = kept.sort_values("due_on", ignore_index=True)
        cancelled = (*self.record.cancelled_reviews, *gone)
        self.record = replace(self.record, reviews=reviews, cancelled_reviews=cancelled)

    def hold_review(self, review_id: str, note: str) -> None:
        """Note that a review was held today, and what came of it."""
        self._require("reviews")
        reviews = self.record.reviews.copy()
        same = reviews["review_id"] == review_id
        reviews["held_on"] = pd.to_datetime(reviews["held_on"])
        reviews.loc[same, "held_on"], reviews.loc[same, "note"] = pd.Timestamp(self.today), note
        self.record = replace(self.record, reviews=reviews)

    def set_track(self, high_potential: bool, why: str) -> None:
        """Put the person on the high-potential track, or take them off it."""
        self._require("track")
        if not why.strip():
            raise InputError(text("The high-potential track needs a reason."), remedy=text("Say what was seen."))
        self.record = replace(self.record, high_potential=why.strip() if high_potential else None)

    def finish(self) -> None:
        """Close the plan as done."""
        self._require("close")
        self.record = replace(self.record, status="done")

    def drop(self, why: str) -> None:
        """Drop the plan for a reason."""
        self._require("close")
        if not why.strip():
            raise InputError(text("A plan is dropped for a reason."), remedy=text("Say why."))
        old = self.record
        earlier = {old.version: old.plan, **old.earlier}
        self.record = replace(old, version=old.version + 1, status="dropped", reason=why.strip(), earlier=earlier)

    def replan(
        self,
        deadline: dt.date | None = None,
        hours_per_week: float | None = None,
        *,
        limits: Limits | None = None,
    ) -> Plan:
        """Return the plan for what is left, without taking it over; what is under way or done is kept.

        `limits` replace those that follow from the plan, such as a relaxation of a `LimitsClash`.
        """
        self._require("replan")
        if self._plan_rest is None:
            raise InputError(text("There is nothing to plan with here."))
        record = self.record
        rest = rest_of(record.plan, record.progress, self.today, excluded=record.excluded, deadline=deadline)
        rest = replace(rest, done={**record.all_done, **rest.done})
        if limits is not None:
            rest = replace(rest, limits=limits)
        elif hours_per_week is not None:
            rest = replace(rest, limits=replace(rest.limits, hours_per_week=hours_per_week))
        return self._plan_rest(rest)

    def adopt(self, plan: Plan) -> None:
        """Take a plan over as the next version, a draft to be agreed."""
        self._require("replan")
        old = self.record
        kept = {item.activity_id for item in plan.items}
        self.record = replace(
            old,
            plan=plan,
            version=old.version + 1,
            status="draft",
            saved_on=self.today,
            progress={one: how for one, how in old.progress.items() if one in kept and how.status != "missed"},
            goals=[row for row in old.goals if row["activity_id"] in kept],
            signed={},
            earlier={old.version: old.plan, **old.earlier},
            done=old.all_done,
        )

    @property
    def limits(self) -> Limits:
        """The limits of the plan."""
        return self.record.plan.limits

    def _require(self, act: str) -> None:
        if act not in self.may:
            raise NotAllowed(text("You may not change this plan."))
        if not self.record.is_open and act not in ("reviews", "track"):
            raise InputError(text("This plan is closed."), remedy=text("Make and save a new plan."))
