"""The section in which one person's plan is made."""

from typing import Any

from toolkit.plans import storage
from toolkit.plans.plan import Plan
from toolkit.plans.room import Room, Section, nobody
from toolkit.plans.state import PlanState
from toolkit.plans.widget import PlanBuilder


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
            PlanState(room.people, room.gaps_of, room.activities(), room.sessions()),
            room.competencies,
            today=room.today,
            clock=room.store.clock,
            language=room.language.code,
            currency=room.currency,
            on_save=self._save,
            saved=self._saved,
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
        return storage.save_plan(self.room.store, self.room.viewer, plan, excluded=excluded, opened=opened)

    def _saved(self, person_id: str) -> tuple[Plan, int, tuple[str, ...]] | None:
        if not person_id:
            return None
        with self.room.store.read() as connection:
            found = storage.latest_plan(connection, self.room.viewer, person_id)
        return (found.plan, found.version, found.excluded) if found else None
