"""A plan: its items, what it is worth, and how far from the best possible it can be at most."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from toolkit.plans.limits import Limits
from toolkit.wording import Text, text

# Fewer levels are shown as 0.00.
VISIBLE = 0.005


@dataclass(frozen=True)
class PlanItem:
    """One activity of a plan. `closes` maps competency_id to the expected gap closed by it, in levels.

    `worth` is what the plan would lose without it, in weighted levels. An item that is `under_way` was begun
    before the plan and is kept; its hours are those still to come, and its cost is spent. `needed_for` names an
    activity of the plan that asks for this one first.
    """

    activity_id: str
    session_id: str | None
    starts_on: dt.date
    ends_on: dt.date
    hours: float
    cost: float
    worth: float
    closes: Mapping[str, float]
    pinned: bool
    under_way: bool = False
    needed_for: str | None = None


@dataclass(frozen=True)
class Plan:
    """`value` is the weighted gap the plan is expected to close, `bound` what no plan can exceed.

    `gap` = (bound - value) / value, proven by the solver; 0 for an empty plan.
    `before` maps competency_id to the expected gap without the plan, in levels; `after` with it.
    `left_out` says why not, by activity_id. A plan without items has a `reason`; `strengths` are the competencies
    in which the person is above what the role asks, the strongest first. `notes` are remarks on the plan as a whole.
    `interests` (0-1 by competency, kind or content area) are what it took into account beside the gaps.
    """

    person_id: str
    limits: Limits
    items: tuple[PlanItem, ...]
    value: float
    bound: float
    before: Mapping[str, float]
    after: Mapping[str, float]
    left_out: Mapping[str, Text]
    reason: Text | None = None
    strengths: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    interests: Mapping[str, float] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """Return by which share a better plan within the limits could exceed this one at most."""
        return max(self.bound - self.value, 0.0) / self.value if self.value > 0 else 0.0

    @property
    def hours(self) -> float:
        """Return the plan's hours."""
        return sum(item.hours for item in self.items)

    @property
    def cost(self) -> float:
        """Return the plan's cost in the organisation's currency."""
        return sum(item.cost for item in self.items)

    @property
    def table(self) -> pd.DataFrame:
        """Return the items as a table, in order of their start."""
        rows = [
            (i.activity_id, i.session_id, i.starts_on, i.ends_on, i.hours, i.cost, i.worth, i.pinned, i.under_way)
            for i in self.items
        ]
        names = ["activity_id", "session_id", "starts_on", "ends_on", "hours", "cost", "worth", "pinned", "under_way"]
        return pd.DataFrame(rows, columns=names)

    def why(
        self,
        activity_id: str,
        names: Mapping[str, object] | None = None,
        activity_names: Mapping[str, object] | None = None,
    ) -> Text:
        """Say why an activity is in the plan, or why not.

        `names` gives the words for competencies by id, `activity_names` those for activities (by default the ids
        themselves).
        """
        for item in self.items:
            if item.activity_id == activity_id:
                return self._why_in(item, names or {}, activity_names or {})
        return self.left_out.get(activity_id, text("It is not in the catalogue."))

    def _why_in(self, item: PlanItem, names: Mapping[str, object], activities: Mapping[str, object]) -> Text:
        closing = {c: size for c, size in item.closes.items() if size >= VISIBLE}
        if not closing:
            return _why_without_gain(item, activities, self.limits)
        first, *others = sorted(closing, key=lambda c: -closing[c])
        share = self.before[first]
        size = {"competency": names.get(first, first), "size": f"{closing[first]:.2f}", "whole": f"{share:.2f}"}
        if not others:
            return text("Closes {size} of the expected gap of {whole} levels in {competency}.", **size)
        return text(
            "Closes {size} of the expected gap of {whole} levels in {competency}, and helps {other}.",
            **size,
            other=names.get(others[0], others[0]),
        )


def _why_without_gain(item: PlanItem, activities: Mapping[str, object], limits: Limits) -> Text:
    if item.under_way:
        return text("It is under way and is kept.")
    if item.pinned:
        return text("You pinned it; it closes no gap that was seen.")
    if item.needed_for:
        return text("“{activity}” asks for it first.", activity=activities.get(item.needed_for, item.needed_for))
    if limits.mentor and not any(size > 0 for size in item.closes.values()):
        return text("A mentor is asked for.")
    return text("Closes less than 0.01 levels: there is hardly a gap left to close.")
