"""The section in which HR and trainers look whether ratings treat groups alike."""

import pandas as pd

from toolkit.access.roles import Role
from toolkit.controls.page import Panel, card, choice, prose, row
from toolkit.controls.upload import Mapped, Upload
from toolkit.errors import NotAllowed
from toolkit.organisation import storage as organisation
from toolkit.skillgap.group_check.form import groups_form, groups_from, language_groups
from toolkit.skillgap.group_check.storage import check_evidence
from toolkit.skillgap.group_check.widget import GroupCheck, check_heading
from toolkit.skillgap.room import Room, Section
from toolkit.wording import Text, counted, text

MAY_CHECK = (Role.TRAINER, Role.HR, Role.ADMINISTRATOR)


class GroupCheckSection(Section):
    """Trainers and HR see competencies and raters, administrators competencies only: they see no person."""

    def __init__(self, room: Room):
        super().__init__(room)
        say = room.language
        if room.viewer.role not in MAY_CHECK:
            raise NotAllowed(text("The group check is for trainers, HR and administrators."))
        self._given: dict[str, str] = {}
        self.by = choice(
            say("Compare by"),
            [(say("Language"), "language"), (say("Gender, or groups of a file"), "file")],
            lambda _value: self.show(),
        )
        names = {one: say.pick(both) for one, both in room.competencies.items()}
        raters = None
        if room.viewer.role != Role.ADMINISTRATOR:
            with room.store.read() as connection:
                raters = organisation.names(connection)
        self.check = GroupCheck(names, raters=raters, language=say.code)
        self.upload = Upload(groups_form(), language=say, on_confirm=self._take, known=self._known)
        self.missing = prose(
            say(
                "The people of this store have no gender: it is kept with HR's own data and does not come here by itself. Bring in "
                "a file with employee number and gender (or any other group) for this check."
            )
        )
        self.file = Panel([self.missing, self.upload], styled=False)
        self.children = [card(check_heading(say), row(self.by)), self.file, self.check]

    def show(self) -> None:
        """Compare by what is chosen; without groups say how to bring them in."""
        room, by_file = self.room, self.by.value == "file"
        self.file.layout.display = None if by_file else "none"
        self.missing.layout.display = None if by_file and not self._given else "none"
        self.check.layout.display = "none" if by_file and not self._given else None
        if by_file and not self._given:
            return
        with room.store.read() as connection:
            evidence, people = check_evidence(connection, room.viewer, lambda: room.seen_in_role_plays)
        groups = self._given if by_file else language_groups(people, room.language)
        self.check.show(evidence, groups)

    def _known(self) -> dict[str, set[str]]:
        with self.room.store.read() as connection:
            return {"employee_number": set(organisation.employee_numbers(connection))}

    def _take(self, frame: pd.DataFrame, _signature: str, _mapping: Mapped) -> Text:
        with self.room.store.read() as connection:
            self._given = groups_from(frame, organisation.employee_numbers(connection))
        self.show()
        return counted(
            "Groups of {count} person are used for this check. They are not stored.",
            "Groups of {count} people are used for this check. They are not stored.",
            len(self._given),
        )
