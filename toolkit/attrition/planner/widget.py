"""The capacity question: how many conversations reach how many leavers, and with whom to hold them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from toolkit.attrition.conversations import capacity
from toolkit.attrition.planner.charts import capacity_people
from toolkit.attrition.planner.person.widget import PersonView
from toolkit.attrition.planner.report import capacity_view, folded, list_rows
from toolkit.attrition.planner.shown_list import ShownList
from toolkit.attrition.state import Source, Trained
from toolkit.attrition.widget import risk_table
from toolkit.controls.actions import guarded
from toolkit.controls.data_table import Action
from toolkit.controls.fields import NumberField
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, button, card, prose, row
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language

MOST_CONVERSATIONS = 5000
_WHY = "why"


class CapacityPlanner(Panel):
    """Asks how many conversations can be held and shows the list that they allow.

    `names_of(person_ids)` gives names on demand and is where a caller writes the look down; `drivers` is
    the content pack that holds the levers; `on_conversations` is told their number. With the `source` of
    what was trained a what-if can be asked. `require()` is asked before anything new is shown and raises if it may not be. `shown` is what a document may tell: nobody is named in it who
    is not named on the screen.
    """

    def __init__(
        self,
        trained: Trained | None = None,
        source: Source | None = None,
        *,
        language: str = "en",
        names_of: Callable[[Sequence[str]], Mapping[str, str]] | None = None,
        drivers: Mapping[str, Any] | None = None,
        on_conversations: Callable[[int], None] | None = None,
        require: Callable[[], None] = lambda: None,
        styled: bool = True,
    ):
        say = self.language = Language(language)
        self.trained: Trained | None = None
        self.shown: ShownList | None = None
        self._source: Source | None = None
        self._names_of, self._on_conversations, self._require = names_of, on_conversations, require
        self._named: Mapping[str, str] | None = None
        self._open: str | None = None
        self.status = StatusLine(say)
        words = say("Conversations you can hold")
        self.conversations = NumberField(
            words, 12, language=say, required=True, whole=True, least=1, most=MOST_CONVERSATIONS
        )
        self.capacity, self.people = widgets.HTML(), FigureView(language=say)
        self.list = risk_table(say, guarded(self.status, self._act))
        self.person = PersonView(language=say, drivers=drivers, require=require)
        self.names = button(say("Show names (this is logged)"), guarded(self.status, self._show_names))
        self.names.layout.display = None if names_of is not None else "none"
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
                self.person,
            ],
            styled=styled,
        )
        self.conversations.observe(guarded(self.status, lambda _change: self._changed()), names="value")
        self.show(trained, source)

    def show(self, trained: Trained | None, source: Source | None = None) -> None:
        """Show the list of what was trained, nobody named; None shows nothing."""
        self.trained, self._source, self._named, self._open = trained, source, None, None
        self._show_list()

    def _changed(self) -> None:
        self.status.clear()
        self._require()
        if self._on_conversations is not None:
            self._on_conversations(self.conversations.value)
        self._show_list()

    def _show_list(self) -> None:
        trained, say = self.trained, self.language
        if trained is None:
            self.shown = None
            self.person.forget()
            return
        answer = capacity(trained.risks, self.conversations.value, model_error=True)
        snapshot = not trained.test.time_split
        stability = trained.redrawn.stability(answer.conversations) if trained.redrawn is not None else None
        self.capacity.value = capacity_view(answer, say, snapshot=snapshot, stability=stability)
        self.people.show(capacity_people(answer, say, snapshot=snapshot))
        top = trained.risks.head(answer.conversations)
        rows = list_rows(top, trained.reasons, self._named, say, stability)
        self.shown = ShownList(trained, answer, stability, rows)
        self.list.show(folded(rows), sort={"risk": top["probability"]}, actions=[Action(_WHY, say("Reasons"))])
        self._show_person(list(top["person_id"].astype(str)))

    def _act(self, row_id: str, _action: str) -> None:
        self._require()
        if self.trained is not None:
            self._open = str(self.trained.risks["person_id"].iloc[int(row_id)])
            self._show_person(list(self.trained.risks.head(self.conversations.value)["person_id"].astype(str)))

    def _show_person(self, listed: Sequence[str]) -> None:
        person = self._open
        if self.trained is None or person is None or person not in listed:
            self._open = None
            self.person.forget()
            return
        rank = listed.index(person) + 1
        name = (self._named or {}).get(person)
        title = self.language("Person {rank} of the list", rank=rank) if name is None else name
        self.person.show(self.trained, self._source, person, title)

    def _show_names(self) -> None:
        if self.trained is None or self._names_of is None:
            return
        people = list(self.trained.risks.head(self.conversations.value)["person_id"].astype(str))
        names = self._names_of(people)
        # Only whom was asked for: a longer list later shows nobody whose look was not written down.
        self._named = {person: names.get(person, person) for person in people}
        self._show_list()
