"""A list of people to talk to, usable in any notebook on plain tables."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import ipywidgets as widgets
import pandas as pd

from toolkit.attrition.care_call import no_conversations, state_of
from toolkit.attrition.care_calls.report import LIST_LABELS, list_rows, progress_words, state_marks
from toolkit.controls.actions import guarded
from toolkit.controls.data_table import Action, DataTable, columns_of
from toolkit.controls.page import Panel, button, prose, row
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language

_OPEN = "open"


class ConversationBoard(Panel):
    """The people of one list and where each stands, nobody named before it is asked.

    `listed` holds person_id, rank, probability, chosen, drawn, override and reason (see `draw_near_cutoff`
    for the first of them), `conversations` the columns of `Conversation`. `names_of(person_ids)` gives names and is
    where a caller writes the look down; `on_open(person_id)` is told whom to show.
    """

    def __init__(
        self,
        listed: pd.DataFrame | None = None,
        conversations: pd.DataFrame | None = None,
        *,
        made_on: dt.date | None = None,
        today: dt.date | None = None,
        language: str = "en",
        names_of: Callable[[Sequence[str]], Mapping[str, str]] | None = None,
        on_open: Callable[[str], None] | None = None,
        styled: bool = True,
    ):
        say = self.language = Language(language)
        self._names_of, self._on_open = names_of, on_open
        self._names: dict[str, str] = {}
        self._listed, self._conversations = _no_list(), no_conversations()
        self._days = (dt.date.min, dt.date.min)
        self.status = StatusLine(say)
        columns = columns_of(
            LIST_LABELS, say, marks={"state": state_marks(say)}, rank="number", risk="percent", last="date"
        )
        self.list = DataTable(columns, language=say, caption=say("People to talk to"), on_action=self._act)
        self.names = button(say("Show names (this is logged)"), guarded(self.status, self._show_names))
        self.names.layout.display = None if names_of is not None else "none"
        self.progress = widgets.HTML()
        super().__init__([row(self.names, self.progress), self.status, self.list], styled=styled)
        if listed is not None:
            day = made_on or dt.date.min
            self.show(listed, no_conversations() if conversations is None else conversations, day, today or day)

    def show(self, listed: pd.DataFrame, conversations: pd.DataFrame, made_on: dt.date, today: dt.date) -> None:
        """Show a list made on a day and what came of it by today; names shown before stay for those asked for."""
        self._listed, self._conversations, self._days = listed.reset_index(drop=True), conversations, (made_on, today)
        states = state_of(self._listed, conversations, *self._days)
        self.progress.value = prose(self.language.say(progress_words(states))).value
        rows = list_rows(self._listed, states, conversations, self._names, self.language)
        self.list.show(rows, actions=[Action(_OPEN, self.language("Open"))] if self._on_open else ())

    def forget_names(self) -> None:
        """Hide everybody again."""
        self._names = {}

    def name(self, person_id: str, name: str) -> None:
        """Show the name of somebody whose look was written down."""
        self._names[person_id] = name

    def named(self, person_id: str) -> str | None:
        """Return the name shown for somebody, None while hidden."""
        return self._names.get(person_id)

    def _act(self, row_id: str, _action: str) -> None:
        if self._on_open is not None:
            self._on_open(str(self._listed["person_id"].iloc[int(row_id)]))

    def _show_names(self) -> None:
        if self._names_of is None:
            return
        people = self._listed["person_id"].astype(str).tolist()
        names = self._names_of(people)
        self._names |= {person: names.get(person, person) for person in people}
        self.show(self._listed, self._conversations, *self._days)


def _no_list() -> pd.DataFrame:
    return pd.DataFrame(columns=["person_id", "rank", "probability", "chosen", "drawn", "override", "reason"])
