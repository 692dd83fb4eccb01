"""The sections through which data come in."""

from typing import Any

import pandas as pd

from toolkit.attrition import storage
from toolkit.attrition.data_sets.kept.page import KeptDataSets
from toolkit.attrition.data_sets.people import person_ids
from toolkit.attrition.data_sets.widget import SnapshotForm
from toolkit.attrition.form import checked_months, months_form
from toolkit.attrition.room import Room, Section
from toolkit.attrition.suggest import suggest_choices
from toolkit.controls.actions import shown_on
from toolkit.controls.file_picker import FilePicker
from toolkit.controls.page import Panel, card, heading, prose, row
from toolkit.controls.status_line import StatusLine
from toolkit.controls.upload import Mapped, Upload
from toolkit.documents.table_file import read_table
from toolkit.wording import Text, counted


class MonthsSection(Section):
    """Brings in HR months, one row for each person and month."""

    def __init__(self, room: Room):
        super().__init__(room)
        self.upload = Upload(
            months_form(room.today),
            language=room.language,
            on_confirm=self._keep,
            remembered=room.remembered,
            limit_mb=room.limit_mb,
        )
        self.kept = KeptDataSets(room)
        self.children = [self.upload, self.kept]

    def show(self) -> None:
        """List the data sets there are now; a file that is half mapped stays as it is."""
        self.kept.show()

    def _keep(self, frame: pd.DataFrame, signature: str, mapping: Mapped) -> Text:
        room = self.room
        months = checked_months(frame, room.today, room.numbers)
        storage.keep_data_set(room.store, room.viewer, room.language("HR months"), "months", months)
        room.remember(signature, mapping)
        self.kept.show()
        return counted(
            "{count} row was stored. Choose it under “Risk” and train.",
            "{count} rows were stored. Choose them under “Risk” and train.",
            len(months),
        )


class SnapshotSection(Section):
    """Brings in any table with a column that says who left."""

    def __init__(self, room: Room):
        super().__init__(room)
        say = room.language
        self.status = StatusLine(say)
        self.picker = FilePicker(say, self.status, self.receive, limit_mb=room.limit_mb)
        self.form = Panel(styled=False)
        self.kept = KeptDataSets(room)
        self.children = [
            card(
                heading(
                    say("Another data set"),
                    say("One row per person, with a column that says who left and who stayed."),
                ),
                row(self.picker),
                prose(say("Excel or CSV, at most {limit} MB, one header row.", limit=room.limit_mb), quiet=True),
            ),
            self.status,
            self.form,
            self.kept,
        ]

    def show(self) -> None:
        """List the data sets there are now; a file that is half mapped stays as it is."""
        self.kept.show()

    def receive(self, name: str, content: bytes) -> None:
        """Take a snapshot file as if it had been chosen, and ask what its columns mean."""
        with shown_on(self.status):
            self.form.children = []
            self.status.clear()
            raw = read_table(content, name, limit_mb=self.room.limit_mb)
            frame = pd.DataFrame(raw.rows, columns=raw.columns).infer_objects()
            suggested = suggest_choices(frame)
            self.form.children = [
                SnapshotForm(frame, name, self._keep, suggested=suggested, language=self.room.language.code)
            ]

    def _keep(self, name: str, frame: pd.DataFrame, choices: dict[str, Any]) -> None:
        person = choices.get("person")
        if person:
            frame = frame.assign(**{person: person_ids(frame[person], self.room.numbers)})
        storage.keep_data_set(self.room.store, self.room.viewer, name, "snapshot", frame, choices)
        self.kept.show()
