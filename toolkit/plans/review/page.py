"""The section in which a plan is lived with: agreed, followed, reviewed and planned again."""

from toolkit.controls.page import card, heading
from toolkit.plans import storage
from toolkit.plans.room import Room, Section, nobody
from toolkit.plans.widget import PlanView
from toolkit.vocabulary import rows_of


class ReviewSection(Section):
    """The newest version of one person's plan."""

    def __init__(self, room: Room):
        super().__init__(room)

    def show(self) -> None:
        """Show the plan of whom the page is about."""
        room, say = self.room, self.room.language
        if room.people.empty:
            self.children = [nobody(say)]
            return
        room.person_id = room.person_id or room.people["person_id"].iloc[0]
        with room.store.read() as connection:
            found = storage.latest_plan(connection, room.viewer, room.person_id)
        if found is None:
            words = say("Your superior has not saved a plan with you yet.")
            self.children = [card(heading(say("No plan yet"), words))]
            return
        name = next(row.name for row in rows_of(room.people) if row.person_id == room.person_id)
        view = PlanView(
            room.activities(),
            room.competencies,
            today=room.today,
            clock=room.store.clock,
            language=say.code,
            currency=room.currency,
        )
        view.show(found.plan, name, found.version)
        self.children = [view]
