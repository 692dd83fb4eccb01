"""The capacity question: how many conversations reach how many leavers, and with whom to hold them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from toolkit.attrition.conversations import capacity
from toolkit.attrition.planner.charts import capacity_people
from toolkit.attrition.planner.report import LIST_LABELS, capacity_view, list_rows
from toolkit.attrition.state import Trained
from toolkit.controls.actions import guarded
from toolkit.controls.data_table import DataTable, columns_of
from toolkit.controls.fields import NumberField
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, button, card, prose, row
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language

MOST_CONVERSATIONS = 5000


class CapacityPlanner(Panel):
    """Asks how many conversations can be held and shows the list that they allow.

    `names_of(person_ids)` gives names on demand and is where a caller writes the look down.
    """

    def __init__(
        self,
        trained: Trained | None = None,
        *,
        language: str = "en",
        names_of: Callable[[Sequence[str]], Mapping[str, str]] | None = None,
        drivers: Mapping[str, Any] | None = None,
        on_conversations: Callable[[int], None] | None = None,
        styled: bool = True,
    ):
        say = self.language = Language(language)
        self.trained: Trained | None = None
        self._names_of, self._drivers = names_of, drivers or {}
        self._named: Mapping[str, str] | None = None
        self._on_conversations = on_conversations
        self.status = StatusLine(say)
        self.conversations = NumberField(
            say("Conversations you can hold"),
            12,
            language=say,
            required=True,
            whole=True,
            least=1,
            most=MOST_CONVERSATIONS,
        )
        self.capacity, self.people, self.list = widgets.HTML(), FigureView(language=say), risk_table(say)
        self.names = button(say("Show names (this is logged)"), guarded(self.status, self._show_names))
        super().__init__(
            [
                card(row(self.conversations), self.capacity, self.people, row(self.names), self.status),
                self.list,
                prose(
                    say(
                        "The reasons describe the model; they claim no cause. "
                        "Ask, listen and help before concluding anything."
                    ),
                    quiet=True,
                ),
            ],
            styled=styled,
        )
        self.conversations.observe(lambda _change: self._changed(), names="value")
        if trained is not None:
            self.show(trained)

    def show(self, trained: Trained | None) -> None:
        """Show the list of what was trained, nobody named; None shows nothing."""
        self.trained, self._named = trained, None
        self._show_list()

    def _changed(self) -> None:
        if self._on_conversations is not None:
            self._on_conversations(self.conversations.value)
        self._show_list()

    def _show_list(self) -> None:
        trained = self.trained
        if trained is None:
            return
        say = self.language
        answer = capacity(trained.risks, self.conversations.value, model_error=True)
        snapshot = not trained.test.time_split
        self.capacity.value = capacity_view(answer, say, snapshot=snapshot)
        self.people.show(capacity_people(answer, say, snapshot=snapshot))
        top = trained.risks.head(answer.conversations)
        sort = {"risk": top["probability"], "interval": top["low"]}
        self.list.show(list_rows(top, trained.reasons, self._named, say), sort=sort)

    def _show_names(self) -> None:
        if self.trained is None or self._names_of is None:
            return
        people = list(self.trained.risks.head(self.conversations.value)["person_id"].astype(str))
        names = self._names_of(people)
        # Only whom was asked for: a longer list later shows nobody whose look was not written down.
        self._named = {person: names.get(person, person) for person in people}
        self._show_list()


def risk_table(language: Language) -> DataTable:
    """Return the table of people to talk to; its rows carry no ids of people, who may be hidden."""
    columns = columns_of(LIST_LABELS, language, rank="number", risk="percent", interval="number")
    return DataTable(columns, language=language, caption=language("People to talk to first"))
