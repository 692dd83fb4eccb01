"""Versions of framework and roles with date and author, what they changed, and the way back; usable in any notebook."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from toolkit.controls.actions import shown_on
from toolkit.controls.data_table import Action, Column, DataTable, Mark
from toolkit.controls.page import Panel, button, card, prose, row
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language
from toolkit.organisation.framework_changes import ContentChange, framework_changes, roles_changes
from toolkit.skillgap.framework.report import KIND_WORDS, change_rows
from toolkit.skillgap.framework.widget import ChangeTable
from toolkit.vocabulary import records_of
from toolkit.wording import Text


class FrameworkHistory(Panel):
    """Every publishing, newest first, with what it changed; an earlier one can be published again as a new one.

    `found` has entry, kind (framework, roles), version, at (UTC), author, current; `bodies` the content by
    (kind, version). `on_return(kind, version)` publishes an earlier version again and returns what to say.
    """

    def __init__(
        self,
        found: pd.DataFrame,
        bodies: Mapping[tuple[str, str], Mapping[str, Any]],
        *,
        on_return: Callable[[str, str], Text] | None = None,
        language: str = "en",
    ):
        say = self.language = Language(language)
        self._rows = {row["entry"]: row for row in records_of(found)}
        self._bodies, self._on_return, self.chosen = bodies, on_return, ""
        self.status = StatusLine(say)
        state = {"current": Mark(say("current"), "good"), "earlier": Mark(say("earlier"), "quiet")}
        kinds = {key: Mark(say.say(words)) for key, words in KIND_WORDS.items()}
        self.table = DataTable(
            [
                Column("at", say("Published"), "date"),
                Column("kind", say("What"), "mark", marks=kinds),
                Column("author", say("By")),
                Column("version", say("Version")),
                Column("state", say("State"), "mark", marks=state),
            ],
            language=say,
            caption=say("Versions, newest first"),
            empty=say("No version has been published in this store yet."),
            on_action=self._look,
        )
        rows = pd.DataFrame(
            {
                "at": [row["at"].date() for row in self._rows.values()],
                "kind": [row["kind"] for row in self._rows.values()],
                "author": [row["author"] for row in self._rows.values()],
                "version": [row["version"] for row in self._rows.values()],
                "state": ["current" if row["current"] else "earlier" for row in self._rows.values()],
            }
        )
        self.table.show(rows, ids=list(self._rows), actions=[Action("look", say("What it changed"))])
        self.changes = ChangeTable(say, say("What this version changed"))
        self.back = button(say("Publish this version again"), self._return, primary=True)
        remark = say("Going back makes a new entry; nothing is taken from the history.")
        self.body = card(self.changes, row(self.back), prose(remark, quiet=True))
        self.body.layout.display = "none"
        super().__init__([self.table, self.body, self.status])

    def _look(self, entry: str, _action: str) -> None:
        say, one = self.language, self._rows[entry]
        self.chosen = entry
        caption = say("What the version of {day} changed", day=one["at"].date())
        self.changes.show(self.changes_of(entry, say), caption=caption)
        self.back.layout.display = "none" if one["current"] or self._on_return is None else None
        self.body.layout.display = None

    def changes_of(self, entry: str, say: Language) -> pd.DataFrame:
        """Return in words what an entry changed against the one before it of the same kind."""
        return change_rows(self._compared(entry), say)

    def _compared(self, entry: str) -> list[ContentChange]:
        one = self._rows[entry]
        entries = [key for key, row in self._rows.items() if row["kind"] == one["kind"]]
        older = entries[entries.index(entry) + 1 :]
        if not older:
            return []
        before = self._bodies[one["kind"], self._rows[older[0]]["version"]]
        compare = framework_changes if one["kind"] == "framework" else roles_changes
        return compare(before, self._bodies[one["kind"], one["version"]])

    def _return(self) -> None:
        with shown_on(self.status):
            if self._on_return is None or self.chosen not in self._rows:
                return
            one = self._rows[self.chosen]
            said = self._on_return(one["kind"], one["version"])
            self.status.say(said, "good")
