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
        rows = self.people[self.people["person_id"] == self.person_id]
        if rows.empty:
            raise NotFound(text("Choose a person first."))
        someone = rows.iloc[0]
        self._limits = limits
        gaps = self._gaps_of(self.person_id)
        plan = plan_person(
            gaps,
            self.activities,
            limits,
            sessions=self.sessions,
            tier=someone["tier_id"],
            language=someone["language"],
            pinned=self.pinned,
            excluded=self.excluded,
        )
        self.plan = plan

    def toggle(self, mark: str, activity_id: str) -> None:
        """Pin or exclude an activity, or take that back, and plan again.

        `mark` is ``pinned`` or ``excluded``; if no such plan exists, the marks stay as they were.
        """
        before = (self.pinned, self.excluded)
        kept = {name: [a for a in getattr(self, name) if a != activity_id] for name in ("pinned", "excluded")}
        if activity_id not in getattr(self, mark):
            kept[mark].append(activity_id)
        self.pinned, self.excluded = tuple(kept["pinned"]), tuple(kept["excluded"])
        if self._limits is None:
            return
        try:
            self.make(self._limits)
        except Exception:
            self.pinned, self.excluded = before
            raise

    @traitlets.observe("person_id")
    def _forget(self, _change: object) -> None:
        self.pinned, self.excluded, self.plan = (), (), None
