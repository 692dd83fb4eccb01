"""The section with one person's record."""

import pandas as pd

from toolkit.controls.download import Download
from toolkit.controls.page import card, row
from toolkit.controls.print_button import PrintButton
from toolkit.organisation import storage as organisation
from toolkit.skillgap.person import storage
from toolkit.skillgap.person.record_report import TITLE, Record, record_document, record_workbook
from toolkit.skillgap.person.widget import SkillGapExplorer
from toolkit.skillgap.room import Room, Section
from toolkit.skillgap.widget import empty_people


class PersonSection(Section):
    """One person's levels and gaps, with what they rest on, to read, to hand over and to disagree with."""

    def __init__(self, room: Room):
        super().__init__(room)
        self.explorer: SkillGapExplorer | None = None

    def show(self) -> None:
        """Show the person the address names, or say that there is nobody."""
        room, say = self.room, self.room.language
        if room.people.empty:
            self.children = [empty_people(say)]
            return
        if self.explorer is not None:
            return
        with room.store.read() as connection:
            self._names = organisation.names(connection)
        self.explorer = SkillGapExplorer(
            room.state,
            room.competencies,
            language=say.code,
            rater_name=self._rater_name,
            notes=self._notes,
            on_note=self._save_note,
            writer=room.viewer.person_id,
        )
        room.place.follow("person", self.explorer.person)
        room.place.follow_tabs("view", self.explorer.views)
        files = row(
            Download(say("Word: this record"), self._word, room.status),
            Download(say("Excel: this record"), self._excel, room.status),
            PrintButton(say("Print")),
        )
        files.add_class("coach-screen-only")
        self.children = [self.explorer, card(files)]

    def _rater_name(self, source: str, rater_id: str | None) -> str | None:
        if not storage.may_name_rater(self.room.viewer, source, rater_id):
            return None
        return self._names.get(str(rater_id))

    def _notes(self, person_id: str) -> pd.DataFrame:
        with self.room.store.read() as connection:
            found = storage.own_views(connection, self.room.viewer)
        return found[found["person_id"] == person_id]

    def _save_note(self, competency_id: str, words: str, level: float | None) -> None:
        storage.save_own_view(self.room.store, self.room.viewer, competency_id, words, level_shown=level)

    def _record(self) -> Record:
        room, person_id = self.room, self.room.state.person_id
        about = str(room.people.set_index("person_id").at[person_id, "about"])
        return Record(room.state, person_id, about, room.competencies, self._rater_name, self._notes(person_id))

    def _word(self) -> tuple[str, bytes]:
        record, say = self._record(), self.room.language
        title = say("{title} {name}", title=TITLE, name=record.name)
        return f"{title}.docx", record_document(record, say)

    def _excel(self) -> tuple[str, bytes]:
        record, say = self._record(), self.room.language
        title = say("{title} {name}", title=TITLE, name=record.name)
        return f"{title}.xlsx", record_workbook(record, say)
