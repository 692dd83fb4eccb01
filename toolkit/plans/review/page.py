"""The section in which a plan is lived with: agreed, followed, reviewed and planned again."""

from typing import Any

from toolkit.controls.actions import guarded
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.page import card, row
from toolkit.controls.person_picker import PersonPicker, people_entries
from toolkit.plans.review.stored_book import StoredPlanBook
from toolkit.plans.review.widget import PlanReview
from toolkit.plans.room import Room, Section, nobody
from toolkit.vocabulary import rows_of


class ReviewSection(Section):
    """The newest version of one person's plan; a rep sees their own."""

    def __init__(self, room: Room):
        super().__init__(room)
        say = room.language
        self.person = PersonPicker(say("Person"), people_entries(room.people), language=say, walk=True)
        self.person.on_change(guarded(room.status, self._choose))
        self.picked = card(row(self.person))
        self.picked.layout.display = None if len(room.people) > 1 else "none"
        self.review: PlanReview | None = None
        own = room.viewer.role == "rep"
        words = (
            say("Your superior has not saved a plan with you yet.")
            if own
            else say("Make a plan under “Plan” and save it; it is agreed and followed here.")
        )
        self.nothing = EmptyState(say("No plan yet"), words)

    def show(self) -> None:
        """Show the plan of whom the page is about."""
        room = self.room
        if room.people.empty:
            self.children = [nobody(room.language)]
            return
        if room.person_id and self.person.value != room.person_id:
            self.person.value = room.person_id
        else:
            self._choose(self.person.value)

    def _choose(self, person_id: Any) -> None:
        room = self.room
        room.status.clear()
        room.person_id = person_id or ""
        if len(room.people) > 1:
            room.place.at = {**room.place.at, "person": room.person_id}
        book = StoredPlanBook.of_person(room, room.person_id) if person_id else None
        if book is None:
            self.children = [self.picked, self.nothing]
            return
        if self.review is None:
            self.review = PlanReview(
                room.activities(),
                room.competencies,
                today=room.today,
                clock=room.store.clock,
                language=room.language.code,
                currency=room.currency,
                time_zone=str(room.zone),
            )
            room.place.follow_tabs("part", self.review.parts)
        name = next(row.name for row in rows_of(room.people) if row.person_id == room.person_id)
        self.review.show(book, name)
        self.children = [self.picked, self.review]
