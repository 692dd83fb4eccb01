"""The section in which a workshop is made."""

import datetime as dt

from toolkit.controls.person_picker import people_entries
from toolkit.errors import InputError
from toolkit.organisation import storage as organisation
from toolkit.roleplay import storage
from toolkit.roleplay.room import Section
from toolkit.roleplay.widget import WorkshopForm
from toolkit.wording import text


class PlanningSection(Section):
    """The form for a new workshop."""

    _rubrics: dict[str, str] | None = None

    def show(self) -> None:
        """Show the form, unless it stands there already, perhaps half filled in."""
        if self._rubrics is None:
            self.children = [self._form()]

    def _form(self) -> WorkshopForm:
        say, viewer = self.room.language, self.room.viewer
        with self.room.store.read() as connection:
            people = organisation.with_about(connection, organisation.people(connection, viewer), say)
            raters = organisation.with_about(connection, storage.possible_raters(connection), say)
            found = organisation.current_versions(connection, "scenario")
            bodies = [organisation.content(connection, "scenario", scenario_id) for scenario_id in found]
        # Joint visits and proposals are begun where they are scored.
        scenarios = [body for body in bodies if body.get("kind", "workshop") == "workshop"]
        self._rubrics = {body["id"]: body["rubric"] for body in scenarios}
        return WorkshopForm(
            [(say.pick(body["name"]), body["id"]) for body in scenarios],
            people_entries(people[people["person_id"] != viewer.person_id]),
            people_entries(raters),
            self._create,
            today=self.room.today,
            language=say.code,
        )

    def _create(self, name: str, day: dt.date | None, scenarios: list[str], reps: list[str], raters: list[str]) -> None:
        if not name or day is None:
            raise InputError(
                text("A workshop needs a name, a day, at least one scenario, one rep and one rater."),
                remedy=text("Fill in what is missing and press the button again."),
            )
        with self.room.store.write(self.room.viewer.user_id) as change:
            workshop_id = storage.create_workshop(
                change,
                name={"en": name, "zh": name},
                held_on=day,
                scenarios={scenario: (self._rubrics or {})[scenario] for scenario in scenarios},
                reps=reps,
                raters=raters,
            )
        self.room.offer(workshop_id)
