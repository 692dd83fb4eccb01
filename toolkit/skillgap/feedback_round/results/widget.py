"""The outcome of a closed 360 round, person by person."""

import datetime as dt
from typing import Any

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.actions import guarded
from toolkit.controls.data_table import DataTable, columns_of
from toolkit.controls.download import Download
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, card, row
from toolkit.controls.person_picker import PersonPicker, people_entries
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language
from toolkit.skillgap.feedback_round.charts import outcome_chart
from toolkit.skillgap.feedback_round.report import (
    RULE,
    Names,
    apart_words,
    comment_lines,
    headline,
    outcome_notes,
    outcome_table,
    word_outcome,
)


class RoundOutcome(Panel):
    """What a closed round says: self against others for one person after another, and what stays hidden and why."""

    def __init__(self, *, language: str = "en", today: dt.date | None = None):
        say = self.language = Language(language)
        self.status, self._today = StatusLine(say), today
        self._groups, self._comments = pd.DataFrame(), pd.DataFrame()
        self._names: Names = {}
        self._round = ""
        self.person = PersonPicker(say("Person"), language=say, walk=True)
        self.person.on_change(guarded(self.status, lambda _person: self._draw()))
        self.words, self.notes = widgets.HTML(), widgets.HTML()
        self.chart = FigureView(language=say)
        self.table = DataTable(language=say)
        self.word = Download(say("Word: sheet for the one-to-one"), self._file, self.status)
        self.nothing = EmptyState(
            say("No results yet"),
            say("Results appear once the round is closed; while it runs nobody sees what was given."),
        )
        self.body = Panel(
            [card(row(self.person), self.words, self.chart), self.table, self.notes, row(self.word), self.status],
            styled=False,
        )
        super().__init__([self.nothing, self.body])

    def show(
        self, groups: pd.DataFrame, comments: pd.DataFrame, people: pd.DataFrame, names: Names, round_name: str
    ) -> None:
        """Show the groups (see `group_means`) and comments of a round; `names` gives the competencies' words."""
        self._groups, self._comments, self._names, self._round = groups, comments, names, round_name
        here = people[people["person_id"].isin(groups["person_id"])]
        self.nothing.layout.display = "none" if len(here) else None
        self.body.layout.display = None if len(here) else "none"
        self.person.offer(people_entries(here), self.person.value)
        self._people = dict(zip(here["person_id"], here["name"], strict=True))
        self._draw()

    def _own(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        person = self.person.value
        return (
            self._groups[self._groups["person_id"].eq(person)],
            self._comments[self._comments["person_id"].eq(person)],
        )

    def _draw(self) -> None:
        if self.person.value is None:
            return
        say = self.language
        groups, comments = self._own()
        lines = [*headline(groups, self._names, say).split("\n"), apart_words(groups, self._names, say)]
        self.words.value = Markup("").join(Markup("<p>{}</p>").format(line) for line in lines if line)
        self.chart.show(outcome_chart(groups, self._names, say))
        table, labels = outcome_table(groups, self._names, say)
        numbers: dict[str, Any] = {name: "number" for name in labels if name not in ("competency", "view")}
        columns = columns_of(labels, say, **numbers)
        self.table.show(table, columns=columns, caption=say("By competency, widest difference first"))
        notes = [*outcome_notes(groups, say), say.say(RULE)]
        body = Markup("<ul class='coach-quiet'>{}</ul>").format(
            Markup("").join(Markup("<li>{}</li>").format(one) for one in notes)
        )
        written = comment_lines(comments, self._names, say)
        if written:
            listed = Markup("").join(Markup("<li>{}</li>").format(one) for one in written)
            body += Markup("<h3>{}</h3><ul>{}</ul>").format(say("Comments, word for word"), listed)
        self.notes.value = body

    def _file(self) -> tuple[str, bytes] | None:
        if self.person.value is None:
            return None
        groups, comments = self._own()
        name = self._people[self.person.value]
        content = word_outcome(groups, comments, name, self._round, self._names, self.language, today=self._today)
        title = self.language("360 feedback: {name}", name=name).replace(":", "").replace("：", " ")
        return f"{title}.docx", content
