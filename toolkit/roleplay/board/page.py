"""The section with the workshop's live board."""

import pandas as pd

from toolkit.controls.actions import guarded
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.page import prose
from toolkit.roleplay import storage
from toolkit.roleplay.board.storage import sheet_states
from toolkit.roleplay.board.widget import WorkshopBoard
from toolkit.roleplay.planning.storage import may_open
from toolkit.roleplay.room import Room, Section


class BoardSection(Section):
    """Which sheets of the chosen workshop are missing and who is behind, read anew every few seconds while in sight."""

    def __init__(self, room: Room):
        super().__init__(room)
        say = room.language
        self.board = WorkshopBoard(guarded(room.status, self._refresh), language=say.code)
        self.hint = prose(
            say("What was rated stays with the raters until the results; here stands only how far they are."),
            quiet=True,
        )
        self._opened: str | None = None

    def show(self) -> None:
        """Show the board, or say why there is none."""
        say, workshop_id = self.room.language, self.room.workshop_id
        self._opened = None
        if workshop_id is None:
            self.children = [EmptyState(say("No workshop yet"), say("Make one under “New workshop”."))]
            return
        with self.room.store.read() as connection:
            allowed = may_open(connection, self.room.viewer, workshop_id)
            if allowed:
                members = {part: storage.members_of(connection, workshop_id, part) for part in ("rep", "rater")}
                forms = self.room.forms(connection)
        if not allowed:
            words = say(
                "Trainers and the raters of a workshop see its board; joint visits and proposals have none. Choose another above."
            )
            self.children = [EmptyState(say("No board here"), words)]
            return
        self._names = {
            **dict(zip(members["rep"]["person_id"], members["rep"]["name"], strict=True)),
            **dict(zip(members["rater"]["person_id"], members["rater"]["name"], strict=True)),
            **{one: dict(scenario.name) for one, (scenario, _) in forms.items()},
        }
        self._reps, self._scenarios = list(members["rep"]["person_id"]), list(forms)
        self._mandatory = {
            one: {criterion.id for criterion in rubric.criteria if criterion.mandatory}
            for one, (_, rubric) in forms.items()
        }
        self._opened = workshop_id
        self._refresh()
        if tuple(self.children) != (self.board, self.hint):
            self.children = [self.board, self.hint]

    def _refresh(self) -> None:
        if self._opened is None or self._opened != self.room.workshop_id:
            return
        with self.room.store.read() as connection:
            sheets, planned = sheet_states(connection, self.room.viewer, self._opened, self._mandatory)
        now = pd.Timestamp(self.room.now().replace(tzinfo=None))
        self.board.show(sheets, self._names, reps=self._reps, scenarios=self._scenarios, planned=planned, now=now)
