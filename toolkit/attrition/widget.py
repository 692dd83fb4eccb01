"""The widgets for attrition risk, usable in any notebook on plain tables."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.attrition.charts import band_curve, capacity_people
from toolkit.attrition.conversations import capacity
from toolkit.attrition.guard import reading_of
from toolkit.attrition.label import LabelReading, looks_like_dates, values_of
from toolkit.attrition.report import LIST_LABELS, back_test_view, capacity_view, list_rows, reading_words
from toolkit.attrition.state import MOST_MONTHS, RiskState, Source, Trained
from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.data_table import DataTable, columns_of
from toolkit.controls.fields import NumberField
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, button, card, choice, heading, row
from toolkit.controls.person_picker import Entry, SeveralPicker
from toolkit.controls.progress import Cancelled, Progress
from toolkit.controls.status_line import StatusLine
from toolkit.documents.plain_state import PlainState, StateForm, known, list_of, optional, whole, words
from toolkit.errors import InputError, ToolkitError
from toolkit.language import Language
from toolkit.wording import text

_CONVERSATIONS = 5000
_BOARD = StateForm(
    "RiskBoard",
    1,
    {"data": optional(words), "horizon_months": whole(1, MOST_MONTHS), "conversations": whole(1, _CONVERSATIONS)},
)
_NAME, _NAMES = optional(words), list_of(words)
_SNAPSHOT = StateForm(
    "SnapshotForm",
    1,
    {"label": _NAME, "left_value": _NAME, "person": _NAME, "protected": _NAMES, "leave_out": _NAMES},
)


class RiskBoard(PlainState, Panel):
    """Train on a data set, read the back-test first, then the list that the conversations allow.

    `sources` maps words to functions that give a `Source`; `names_of(person_ids)` gives names on
    demand and is where a caller writes the look down; `on_trained(trained)` may store the run.

    Its dictionary holds the words of the chosen data set, the horizon and the number of conversations.
    Nobody's risk, reasons or name is in it, nor who was looked at: in a file they would escape HR's
    access rules and the log. Press “Train and test” after `restore` to see the list.
    """

    def __init__(
        self,
        sources: Mapping[str, Callable[[], Source]],
        *,
        language: str = "en",
        names_of: Callable[[Sequence[str]], Mapping[str, str]] | None = None,
        on_trained: Callable[[Trained], None] | None = None,
    ):
        say = self.language = Language(language)
        self.state = RiskState()
        self._sources, self._names_of, self._on_trained = dict(sources), names_of, on_trained
        self.status = StatusLine(say)
        self.data = choice(say("Data"), [(name, name) for name in sources], lambda _name: self._free_horizon())
        self.horizon = choice(
            say("Leaves within"),
            [(say.count("{count} month", "{count} months", months), months) for months in (3, 6, 12)],
        )
        self.conversations = NumberField(
            say("Conversations you can hold"), 12, language=say, required=True, whole=True, least=1, most=_CONVERSATIONS
        )
        self.train = button(say("Train and test"), guarded(self.status, self._train), primary=True)
        self.test, self.capacity, self.list = widgets.HTML(), widgets.HTML(), risk_table(say)
        self.curve, self.people = FigureView(language=say), FigureView(language=say)
        self.names = button(say("Show names (this is logged)"), guarded(self.status, self._show_names))
        self.result = widgets.VBox(
            [
                card(self.test),
                card(self.curve),
                card(self.capacity, self.people, row(self.names)),
                self.list,
                widgets.HTML(
                    Markup("<p class='coach-quiet'>{}</p>").format(
                        say(
                            "The reasons describe the model; they claim no cause. "
                            "Ask, listen and help before concluding anything."
                        )
                    )
                ),
            ]
        )
        self.result.add_class("coach-panel")
        self.result.layout.display = "none"
        self._named: Mapping[str, str] | None = None
        notice = widgets.HTML(
            Markup("<p class='coach-quiet'>{}</p>").format(
                say(
                    "A risk is an invitation to a conversation, never a verdict. It uses HR data only; "
                    "coaching scores never enter. Gender and age stay out of the score."
                )
            )
        )
        self.progress = Progress(say("Progress of the training"), language=say)
        inputs = card(row(self.data, self.horizon, self.conversations, self.train), self.progress, notice)
        super().__init__([inputs, self.status, self.result])
        self.conversations.observe(lambda _change: self._show_list(), names="value")

    def to_dict(self) -> dict[str, Any]:
        """Return what is chosen, and nothing about anybody."""
        return _BOARD.write(
            data=self.data.value, horizon_months=self.horizon.value, conversations=self.conversations.value
        )

    def restore(self, body: object) -> None:
        """Choose the same again; the data set must be on offer. What was trained is forgotten."""
        found = _BOARD.read(body)
        known(found["data"], list(self._sources) or [None], "data")
        known(found["horizon_months"], [months for _, months in self.horizon.options], "horizon_months")
        self.state.trained = self._named = None
        self.result.layout.display = "none"
        self.status.clear()
        self.data.value = found["data"]
        self.horizon.value = found["horizon_months"]
        self.conversations.put(found["conversations"])

    def offer(self, sources: Mapping[str, Callable[[], Source]]) -> None:
        """Offer other data sets, the first of them chosen."""
        self._sources = dict(sources)
        self.data.offer((name, name) for name in sources)
        self._free_horizon()

    def _free_horizon(self) -> None:
        """Let the horizon be chosen until the data turn out to be a snapshot."""
        self.horizon.disabled = False

    def _train(self) -> None:
        if self.data.value not in self._sources:
            raise InputError(
                text("There are no HR data yet."),
                remedy=text("Import HR months, or bring another data set, in the tabs above."),
            )
        if self.progress.running:
            return
        self.status.clear()
        self.result.layout.display = "none"
        self.state.source = self._sources[self.data.value]()
        self.horizon.disabled = self.state.source.kind == "snapshot"
        self.state.horizon_months = self.horizon.value
        words = self.language("Testing on the past and training…")
        self.progress.run(words, lambda bar: self.state.compute(bar.step), self._show_trained, self._tell)

    def _tell(self, error: Exception) -> None:
        with shown_on(self.status):
            if not isinstance(error, Cancelled):
                raise error
            self.status.say(text("Stopped. Nothing was trained."))

    def _show_trained(self, trained: Trained) -> None:
        with shown_on(self.status):
            self.state.trained, self._named = trained, None
            if self._on_trained is not None:
                self._on_trained(trained)
            self.test.value = back_test_view(trained, self.language)
            self.curve.show(band_curve(trained.test, self.language))
            self._show_list()
            self.result.layout.display = None
            self.status.say(text("Trained on {rows} rows.", rows=trained.model.figures.rows), "good")

    def _show_list(self) -> None:
        trained = self.state.trained
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
        if self.state.trained is None or self._names_of is None:
            return
        people = list(self.state.trained.risks.head(self.conversations.value)["person_id"].astype(str))
        names = self._names_of(people)
        # Only whom was asked for: a longer list later shows nobody whose look was not written down.
        self._named = {person: names.get(person, person) for person in people}
        self._show_list()


def risk_table(language: Language) -> DataTable:
    """Return the table of people to talk to; its rows carry no ids of people, who may be hidden."""
    columns = columns_of(LIST_LABELS, language, rank="number", risk="percent", interval="number")
    return DataTable(columns, language=language, caption=language("People to talk to first"))


class SnapshotForm(PlainState, Panel):
    """Say what the columns of a snapshot mean: who left, who is who, what is for the audit only.

    `on_keep(name, frame, choices)` stores it as a data set. Its dictionary holds names of columns and
    the value that means left, no row of the table.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        name: str,
        on_keep: Callable[[str, pd.DataFrame, dict[str, object]], None],
        *,
        suggested: Mapping[str, object],
        language: str = "en",
    ):
        say = self.language = Language(language)
        self._frame, self._name, self._on_keep = frame, name, on_keep
        self._columns = frame.rename(columns=str)
        self.status = StatusLine(say)
        columns = list(dict.fromkeys(self._columns.columns))
        self.label = choice(
            say("Column that says who left"), [(c, c) for c in columns], self._offer_values, suggested.get("label")
        )
        self.left_value = choice(say("Value that means “left”"), [], lambda _value: self._show_reading())
        self.reading = StatusLine(say)
        none = (say("— none —"), None)
        self.person = choice(
            say("Column with the person"), [none, *((c, c) for c in columns)], value=suggested.get("person")
        )
        self.protected = self._several(say("For the audit only"), columns, suggested.get("protected"))
        self.leave_out = self._several(say("Leave out"), columns, suggested.get("leave_out"))
        self.keep = button(say("Keep as a data set"), guarded(self.status, self._keep), primary=True)
        self._offer_values(self.label.value)
        super().__init__(
            [
                card(
                    heading(
                        say("What the columns mean"),
                        say("Everything not named here may enter the score, unless it gives the label away."),
                    ),
                    row(self.label, self.left_value, self.person),
                    self.reading,
                    row(self.protected, self.leave_out),
                    row(self.keep),
                    self.status,
                )
            ]
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what the columns are said to mean."""
        return _SNAPSHOT.write(**self._choices())

    def restore(self, body: object) -> None:
        """Say the same of the columns again; each must be in the table, and the value in its column."""
        found = _SNAPSHOT.read(body)
        columns = list(dict.fromkeys(self._columns.columns))
        for name in ("person", "protected", "leave_out"):
            known(found[name], [*columns, None], name)
        known(found["label"], columns or [None], "label")
        values = values_of(self._columns[found["label"]]) if columns else []
        known(found["left_value"], [None, *(value for _, value in values)], "left_value")
        self.label.value = found["label"]
        self.left_value.value, self.person.value = found["left_value"], found["person"]
        self.protected.put(tuple(found["protected"]))
        self.leave_out.put(tuple(found["leave_out"]))

    def _several(self, words: str, columns: list[str], chosen: object) -> SeveralPicker:
        known = [c for c in chosen if c in columns] if isinstance(chosen, list | tuple) else []
        return SeveralPicker(words, [Entry(name, name) for name in columns], known, language=self.language)

    def _offer_values(self, column: str | None) -> None:
        """Offer the column as understood, or where it is not plain no answer yet, and its values to overrule."""
        if column is None:
            return
        try:
            reading_of(self._columns, column, None)
            first = self.language("as understood")
        except ToolkitError:
            first = self.language("— choose a value —")
        self.left_value.offer([(first, None), *values_of(self._columns[column])])
        self._show_reading()

    def _show_reading(self) -> None:
        """Say how the label is read now, or why it cannot be."""
        if self.label.value is not None:
            with shown_on(self.reading):
                reading = self._read()
                dates = self._overruled() is None and looks_like_dates(self._columns[self.label.value])
                self.reading.say(reading_words(reading, self.language, dates=dates))

    def _read(self) -> LabelReading:
        return reading_of(self._columns, self.label.value, self._overruled())

    def _overruled(self) -> str | None:
        """Return the value chosen to mean left, None for as understood."""
        return cast(str | None, self.left_value.value)

    def _choices(self) -> dict[str, object]:
        return {
            "label": self.label.value,
            "left_value": self._overruled(),
            "person": self.person.value,
            "protected": list(self.protected.value),
            "leave_out": list(self.leave_out.value),
        }

    def _keep(self) -> None:
        self._read()  # refuses a label nobody could train on
        self._on_keep(self._name, self._frame, self._choices())
        self.status.say(text("Kept. Choose it under “Risk” and train."), "good")
