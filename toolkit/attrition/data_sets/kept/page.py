"""The data sets that the store holds, and taking one out for good."""

import pandas as pd

from toolkit.attrition import storage
from toolkit.attrition.data_sets.storage import delete_data_set
from toolkit.attrition.room import Room, data_set_words
from toolkit.controls.actions import guarded
from toolkit.controls.data_table import Action, DataTable, columns_of
from toolkit.controls.fields import TextField
from toolkit.controls.page import Panel, button, card, heading, row
from toolkit.controls.status_line import StatusLine
from toolkit.wording import counted, text

_LABELS = {
    "name": text("Data set"),
    "kind": text("What it holds"),
    "rows": text("Rows"),
    "stored": text("Stored on"),
    "versions": text("Versions trained on it"),
}
_KINDS = {"months": text("HR months"), "snapshot": text("One row per person")}


class KeptDataSets(Panel):
    """Lists the data sets; one is deleted after a reason was given."""

    def __init__(self, room: Room):
        self.room = room
        say = room.language
        self._doomed: storage.DataSet | None = None
        self._found: dict[str, storage.DataSet] = {}
        self.status = StatusLine(say)
        act = guarded(self.status, lambda data_set_id, _action: self._ask(data_set_id))
        columns = columns_of(_LABELS, say, rows="number", stored="date", versions="number")
        self.table = DataTable(columns, language=say, caption=say("Data sets in the store"), on_action=act)
        self.question = heading("", level=3)
        self.why = TextField(say("Reason"))
        self.delete = button(say("Delete for good"), guarded(self.status, self._delete))
        self.keep = button(say("Keep it"), self._close)
        self.asking = card(self.question, row(self.why, self.delete, self.keep))
        super().__init__([self.table, self.asking, self.status], styled=False)
        self._close()

    def show(self) -> None:
        """List what the store holds now."""
        room, say = self.room, self.room.language
        found = room.data_sets()
        runs = [run.data_set_id for run in storage.runs(room.store, room.viewer)]
        self._found = {one.data_set_id: one for one in found}
        rows = [
            {
                "name": data_set_words(one, say),
                "kind": say.say(_KINDS[one.kind]),
                "rows": one.rows,
                "stored": one.created_at.date(),
                "versions": runs.count(one.data_set_id),
            }
            for one in found
        ]
        frame = pd.DataFrame(rows, columns=list(_LABELS))
        self.table.show(frame, ids=list(self._found), actions=[Action("delete", say("Delete…"))])
        self.table.layout.display = None if found else "none"

    def _ask(self, data_set_id: str) -> None:
        self.status.clear()
        self._doomed = self._found[data_set_id]
        say = self.room.language
        self.question.value = heading(
            say("Delete “{name}”?", name=data_set_words(self._doomed, say)),
            say(
                "Its rows, the versions trained on it, their risks, lists and checks are deleted and cannot be brought "
                "back. Conversations that were held stay."
            ),
            level=3,
        ).value
        self.asking.layout.display = None

    def _close(self) -> None:
        self._doomed = None
        self.asking.layout.display = "none"

    def _delete(self) -> None:
        room, doomed = self.room, self._doomed
        if doomed is None:
            return
        delete_data_set(room.store, room.viewer, doomed.data_set_id, why=self.why.value)
        if room.look is not None and room.look.data_set_id == doomed.data_set_id:
            room.look = None
        self.why.put("")
        self._close()
        self.show()
        self.status.say(counted("{count} row was deleted.", "{count} rows were deleted.", doomed.rows), "good")
