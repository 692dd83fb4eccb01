"""The section with both ladders: one person's readiness, who stands out, and the facts the ladders ask for."""

import pandas as pd

from toolkit.access.roles import Role
from toolkit.controls.actions import guarded
from toolkit.controls.page import Panel
from toolkit.controls.tabs import Tabs
from toolkit.controls.upload import Mapped, Upload
from toolkit.organisation import storage as organisation
from toolkit.organisation.expectations import expectations_of
from toolkit.skillgap.ladders import storage
from toolkit.skillgap.ladders.form import facts_form
from toolkit.skillgap.ladders.state import ReadinessState
from toolkit.skillgap.ladders.widget import ReadinessView
from toolkit.skillgap.potential.candidates import high_potential
from toolkit.skillgap.potential.widget import PotentialList
from toolkit.skillgap.room import Room, Section
from toolkit.skillgap.widget import empty_people
from toolkit.wording import Text, counted


class ReadinessSection(Section):
    """Reps read their own readiness; managers, trainers and HR also see who stands out; trainers and HR enter facts."""

    def __init__(self, room: Room):
        super().__init__(room)
        say = room.language
        self.view: ReadinessView | None = None
        self.potential: PotentialList | None = None
        self.one, self.many, self.facts = (Panel(styled=False) for _ in range(3))
        parts = {say("Ladders"): self.one}
        if room.viewer.role != Role.REP:
            parts[say("Who stands out")] = self.many
        if room.viewer.role in storage.MAY_ENTER:
            parts[say("Ranks and figures")] = self.facts
        self.tabs = Tabs(parts, label=say("Readiness"), on_open=guarded(room.status, self._open))
        self.tabs.tabs.layout.display = None if len(parts) > 1 else "none"

    def show(self) -> None:
        """Show the part that is open, or say that there is nobody."""
        if self.room.people.empty:
            self.children = [empty_people(self.room.language)]
            return
        self.children = [self.tabs]
        self._open(self.tabs.opened)

    def _open(self, title: str) -> None:
        say = self.room.language
        if self.room.people.empty:
            return
        if title == say("Ladders") and self.view is None:
            self.view = ReadinessView(self._state(), language=say.code)
            self.room.place.follow("ready", self.view.person)
            self.one.children = [self.view]
        elif title == say("Who stands out") and self.potential is None:
            self.potential = self._potential()
            self.many.children = [self.potential]
        elif title == say("Ranks and figures") and not self.facts.children:
            form = facts_form(self.room.roles, self.room.today)
            self.facts.children = [Upload(form, language=say, on_confirm=self._keep, known=self._known)]

    def _state(self) -> ReadinessState:
        room = self.room
        with room.store.read() as connection:
            figures, present = storage.figures(connection, room.viewer), storage.ranks(connection, room.viewer)
        return ReadinessState(
            room.people,
            room.state.levels,
            room.state.evidence,
            room.roles,
            room.framework,
            as_of=room.today,
            figures=figures,
            present=present,
        )

    def _potential(self) -> PotentialList:
        room = self.room
        ready = self.view.state if self.view else self._state()
        # Nobody is a candidate in a list that they read themselves.
        people = room.people[room.people["person_id"] != room.viewer.person_id]
        ranks = {one: [rank for rank in ready.next_ranks(one).values() if rank] for one in people["person_id"]}
        expected = expectations_of(people, room.roles)
        found = high_potential(room.state.evidence, expected, ready.figures, ranks, as_of=room.today)
        return PotentialList(
            found, dict(zip(people["person_id"], people["name"], strict=True)), language=room.language.code
        )

    def _known(self) -> dict[str, set[str]]:
        with self.room.store.read() as connection:
            return {"employee_number": set(organisation.employee_numbers(connection))}

    def _keep(self, frame: pd.DataFrame, _signature: str, _mapping: Mapped) -> Text:
        with self.room.store.write(self.room.viewer.user_id) as change:
            count = storage.keep_facts(change, self.room.viewer, frame, self.room.today)
        if self.view is not None:
            chosen = self.view.to_dict()
            self.view.close()
            self.view = ReadinessView(self._state(), language=self.room.language.code)
            self.view.restore(chosen)
            self.one.children = [self.view]
        self.potential = None
        return counted("Facts about {count} person were stored.", "Facts about {count} people were stored.", count)
