"""A plan in the making: person, limits, pins and exclusions, and the plan they give. No layout, no store."""

from collections.abc import Callable

import pandas as pd
import traitlets

from toolkit.errors import NotFound
from toolkit.plans.limits import Limits
from toolkit.plans.plan import Plan
from toolkit.plans.planner import plan_person
from toolkit.wording import text


class PlanState(traitlets.HasTraits):
    """`people` has person_id, name, tier_id and language; `gaps_of(person_id)` gives a Gaps table.

    Changing the person forgets pins, exclusions and the plan. `plan` is None until `make`.
    """

    person_id = traitlets.Unicode()
    plan = traitlets.Instance(Plan, allow_none=True)
    pinned = traitlets.Tuple()
    excluded = traitlets.Tuple()

    def __init__(
        self,
        people: pd.DataFrame,
        gaps_of: Callable[[str], pd.DataFrame],
        activities: pd.DataFrame,
        sessions: pd.DataFrame | None,
    ):
        super().__init__()
        self.people = people
        self.activities = activities
        self.sessions = sessions
        self._gaps_of = gaps_of
        self._limits: Limits | None = None

    def make(self, limits: Limits) -> None:
        """Make the plan for the chosen person; `plan` stays as it was if that fails."""
        self.plan = self._planned(limits, self.pinned, self.excluded)
        self._limits = limits

    def reopen(self, plan: Plan, excluded: tuple[str, ...]) -> None:
        """Take up a plan as it was saved, with its pins and exclusions."""
        self.pinned = tuple(item.activity_id for item in plan.items if item.pinned)
        self.excluded = tuple(excluded)
        self._limits = plan.limits
        self.plan = plan

    def toggle(self, mark: str, activity_id: str) -> None:
        """Pin or exclude an activity, or take that back, and plan again.

        `mark` is ``pinned`` or ``excluded``; if no such plan exists, everything stays as it was.
        """
        marks = {name: [a for a in getattr(self, name) if a != activity_id] for name in ("pinned", "excluded")}
        if activity_id not in getattr(self, mark):
            marks[mark].append(activity_id)
        pinned, excluded = tuple(marks["pinned"]), tuple(marks["excluded"])
        plan = self._planned(self._limits, pinned, excluded) if self._limits else None
        self.pinned, self.excluded = pinned, excluded
        if plan is not None:
            self.plan = plan

    def _planned(self, limits: Limits, pinned: tuple[str, ...], excluded: tuple[str, ...]) -> Plan:
        rows = self.people[self.people["person_id"] == self.person_id]
        if rows.empty:
            raise NotFound(text("Choose a person first."))
        someone = rows.iloc[0]
        return plan_person(
            self._gaps_of(self.person_id),
            self.activities,
            limits,
            sessions=self.sessions,
            tier=someone["tier_id"],
            language=someone["language"],
            pinned=pinned,
            excluded=excluded,
        )

    @traitlets.observe("person_id")
    def _forget(self, _change: object) -> None:
        self.pinned, self.excluded, self.plan, self._limits = (), (), None, None
