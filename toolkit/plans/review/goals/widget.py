"""The goals of a plan, editable in place in both languages."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from toolkit.controls.action_list import ActionList
from toolkit.controls.actions import guarded
from toolkit.controls.fields import DateField, TextArea
from toolkit.controls.page import Panel, button, card, heading, prose, row
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.plans.goal_report import LONGEST, edited_goal
from toolkit.plans.report import Catalogue
from toolkit.plans.review.report import REACH_WORDS
from toolkit.wording import text

Rows = Sequence[Mapping[str, Any]]


class GoalList(Panel):
    """Goals to read and, where `on_save(rows)` is given, to edit and delete."""

    def __init__(self, catalogue: Catalogue, *, language: Language, on_save: Callable[[Rows], None] | None):
        say = self.language = language
        self.catalogue, self._on_save = catalogue, on_save
        self._rows: list[Mapping[str, Any]] = []
        self._open: int | None = None
        self.status = StatusLine(say)
        self.list = ActionList(self._press)
        self.none = prose(say("No goal is written yet."), quiet=True)
        self.english = TextArea(say("Goal in English"), longest=LONGEST)
        self.chinese = TextArea(say("Goal in Chinese"), longest=LONGEST)
        self.due = DateField(say("To be reached by"), None, language=say, required=True)
        self.keep = button(say("Keep this goal"), guarded(self.status, self._keep), primary=True)
        self.editor = card(
            heading(say("Edit the goal"), level=3),
            row(self.english),
            row(self.chinese),
            row(self.due, self.keep, button(say("Close"), self._close)),
        )
        self.editor.layout.display = "none"
        for area in (self.english, self.chinese):
            area.add_class("coach-wide")
        super().__init__([self.editor, self.status, self.none, self.list], styled=False)

    def show(self, goals: Rows, *, editable: bool) -> None:
        """Show the goals; `editable` while the plan is a draft."""
        self._rows = list(goals)
        say = self.language
        actions = [{"id": "edit", "label": say("Edit")}, {"id": "delete", "label": say("Delete")}]
        offered = actions if editable and self._on_save else []
        self.none.layout.display = "none" if self._rows else None
        self.list.entries = [
            {
                "id": str(number),
                "title": self.catalogue.name(one["activity_id"]),
                "marks": [say.say(REACH_WORDS.get(one["reachable"], ""))],
                "lines": [say.pick({"en": one["words_en"], "zh": one["words_zh"]})],
                "facts": say("By {day}", day=pd.Timestamp(one["due_on"]).date()),
                "actions": offered,
            }
            for number, one in enumerate(self._rows)
        ]
        self._close()

    def _press(self, entry: str, action: str) -> None:
        if action == "delete":
            number = int(entry)
            guarded(self.status, self._save)([one for at, one in enumerate(self._rows) if at != number])
            return
        self._open = int(entry)
        goal = self._rows[self._open]
        self.english.put(str(goal["words_en"]))
        self.chinese.put(str(goal["words_zh"]))
        self.due.put(pd.Timestamp(goal["due_on"]).date())
        self.status.clear()
        self.editor.layout.display = None

    def _keep(self) -> None:
        if self._open is None:
            return
        if self.due.value is None:
            raise InputError(text("A goal needs a day."), remedy=text("Choose the day it is to be reached by."))
        words = {"en": self.english.value, "zh": self.chinese.value}
        changed = edited_goal(self._rows[self._open], words=words, due_on=self.due.value)
        self._save([changed if at == self._open else one for at, one in enumerate(self._rows)])

    def _save(self, rows: Rows) -> None:
        if self._on_save is not None:
            self._on_save(rows)
            self.status.say(text("The goals are kept."), "good")

    def _close(self) -> None:
        self._open = None
        self.editor.layout.display = "none"
