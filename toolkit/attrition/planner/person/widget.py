"""One person of the list: reasons by driver, levers, and a what-if that claims no cause."""

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets
from markupsafe import Markup

from toolkit.attrition.design import NumberTerms
from toolkit.attrition.levers import what_if
from toolkit.attrition.planner.reasons import changeable_columns, person_reasons, value_words
from toolkit.attrition.planner.report import levers_view, person_view
from toolkit.attrition.state import Source, Trained
from toolkit.controls.actions import guarded
from toolkit.controls.fields import TextField, read_number
from toolkit.controls.page import Panel, button, card, choice, heading, row
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.wording import Text, text


class PersonView(Panel):
    """Reasons of one person, what could be done, and what the model would say of other values.

    `drivers` is the content pack that holds the levers. Without a `source` there is no what-if.
    """

    def __init__(
        self,
        *,
        language: Language,
        drivers: Mapping[str, Any] | None = None,
        require: Callable[[], None] = lambda: None,
    ):
        say = self.language = language
        self._drivers, self._require = drivers or {}, require
        self._trained: Trained | None = None
        self._source: Source | None = None
        self._person = ""
        self.status = StatusLine(say)
        self.reasons, self.levers, self.answer = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.column = choice(say("What would change"), [], lambda _column: self._offer_value())
        self.value = TextField(say("New value"))
        self.ask = button(say("Ask the model"), guarded(self.status, self._ask))
        self._what_if = card(
            heading(
                say("What if"),
                say("This asks the model, not the world: it shows how people with such values left in the past."),
                level=3,
            ),
            row(self.column, self.value, self.ask),
            self.answer,
            self.status,
        )
        super().__init__([card(self.reasons), card(self.levers), self._what_if], styled=False)
        self.layout.display = "none"

    def show(self, trained: Trained, source: Source | None, person_id: str, title: str) -> None:
        """Show one person under `title`, which holds no more of a name than the list does."""
        self._trained, self._source, self._person = trained, source, person_id
        found = person_reasons(trained.reasons, person_id, self._drivers)
        self.reasons.value = person_view(found, title, self.language)
        self.levers.value = levers_view(found, self.language)
        self.column.offer((self.language.say(words), name) for name, words in changeable_columns(trained.model))
        self._what_if.layout.display = None if source is not None and self.column.options else "none"
        self._offer_value()
        self.layout.display = None

    def forget(self) -> None:
        """Show nobody any more."""
        self._trained, self._source, self._person = None, None, ""
        self.reasons.value = self.levers.value = self.answer.value = ""
        self.layout.display = "none"

    def _offer_value(self) -> None:
        """Begin with the value as it is."""
        self.answer.value = ""
        self.status.clear()
        if self._trained is None:
            return
        reasons = self._trained.reasons
        mine = reasons[(reasons["person_id"].astype(str) == self._person) & (reasons["column"] == self.column.value)]
        now = value_words(mine["value"].iloc[0]) if len(mine) else ""
        self.value.put("" if isinstance(now, Text) else str(now))

    def _ask(self) -> None:
        self._require()
        self.status.clear()
        self.answer.value = ""
        if self._trained is None or self._source is None:
            return
        if not self.value.value.strip():
            raise InputError(text("Enter the new value first."))
        model = self._trained.model
        numeric = any(one.name == self.column.value and isinstance(one, NumberTerms) for one in model.design.columns)
        number = read_number(self.value.value) if numeric else None
        entered = self.value.value.strip() if number is None else number
        found = what_if(model, self._source.frame, self._person, {self.column.value: entered})
        notes = [found.sentence, *found.notes]
        if model.horizon_months is None:
            notes.append(
                text("This is the model fitted on everybody, so what it says now may differ from the risk on the list.")
            )
        lines = [Markup("<p>{}</p>").format(self.language.say(note)) for note in notes]
        self.answer.value = Markup("").join(lines)
