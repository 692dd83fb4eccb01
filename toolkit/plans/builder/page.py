"""The section in which one person's plan is made."""

from typing import Any

import pandas as pd

from toolkit.plans import storage
from toolkit.plans.builder.widget import PlanBuilder
from toolkit.plans.plan import Plan
from toolkit.plans.review import storage as living
from toolkit.plans.review.stored_book import save_with_goals
from toolkit.plans.room import Room, Section, nobody
from toolkit.plans.state import PlanState
from toolkit.plans.widget import Earlier
from toolkit.vocabulary import rows_of

_NEW = 365  # days after joining in which somebody is a newcomer


class PlanSection(Section):
    """A person, limits, and the best plan within them, saved as the person's next version."""

    def __init__(self, room: Room):
        super().__init__(room)
        self.builder: PlanBuilder | None = None

    def show(self) -> None:
        """Show whom the page is about; what was being made for them stays."""
        room = self.room
        if room.people.empty:
            self.children = [nobody(room.language)]
        elif self.builder is None:
            self.builder = self._make()
            self.children = [self.builder]
        elif room.person_id:
            self.builder.person.value = room.person_id

    def _make(self) -> PlanBuilder:
        room = self.room
        builder = PlanBuilder(
            PlanState(room.people, room.gaps_of, room.activities(), room.sessions(), self._known),
            room.competencies,
            today=room.today,
            clock=room.store.clock,
            language=room.language.code,
            currency=room.currency,
            on_save=self._save,
            saved=self._saved,
            newcomer=self._newcomer,
            earlier=self._earlier,
        )
        if room.person_id:
            builder.person.value = room.person_id
        builder.person.on_change(self._follow)
        self._follow(builder.person.value)
        room.place.follow("person", builder.person)
        return builder

    def _follow(self, person_id: Any) -> None:
        self.room.person_id = person_id or ""

    def _save(self, plan: Plan, excluded: tuple[str, ...], opened: int) -> int:
        return save_with_goals(self.room, plan, excluded, opened)

    def _known(self, person_id: str) -> dict[str, Any]:
        """Return what the person has done in earlier plans, what of the newest is under way, and what seats are free."""
        sessions = self.room.sessions([person_id])
        with self.room.store.read() as connection:
            done = living.done_activities(connection, self.room.viewer, person_id)
            saved = storage.latest_plan(connection, self.room.viewer, person_id)
            progress = living.progress_of(connection, self.room.viewer, person_id)
        if saved is None or saved.status in ("done", "dropped"):
            return {"done": done, "sessions": sessions}
        begun = {activity for activity, one in progress.items() if one.status == "under_way"}
        under_way = [item for item in saved.plan.items if item.activity_id in begun]
        return {"done": done, "under_way": under_way, "sessions": sessions}

    def _newcomer(self, person_id: str) -> bool:
        someone = next(row for row in rows_of(self.room.people) if row.person_id == person_id)
        return (self.room.today - pd.Timestamp(someone.hired_on).date()).days < _NEW

    def _earlier(self, person_id: str) -> Earlier:
        with self.room.store.read() as connection:
            kept = storage.plans_of(connection, self.room.viewer, person_id)
            done = living.done_activities(connection, self.room.viewer, person_id)
        return [one.plan for one in kept], done

    def _saved(self, person_id: str) -> tuple[Plan, int, tuple[str, ...]] | None:
        if not person_id:
            return None
        with self.room.store.read() as connection:
            found = storage.latest_plan(connection, self.room.viewer, person_id)
        if found is None:
            return None
        return found.plan, found.version, found.excluded
