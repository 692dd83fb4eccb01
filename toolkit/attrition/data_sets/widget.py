"""Says what the columns of a snapshot mean; usable in any notebook on a plain table."""

from collections.abc import Callable, Mapping
from typing import Any, cast

import pandas as pd

from toolkit.attrition.data_sets.report import reading_words
from toolkit.attrition.guard import inspect_columns, reading_of
from toolkit.attrition.label import LabelReading, looks_like_dates, values_of
from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.page import Panel, button, card, choice, heading, row
from toolkit.controls.person_picker import Entry, SeveralPicker
from toolkit.controls.status_line import StatusLine
from toolkit.documents.plain_state import PlainState, StateForm, known, list_of, optional, words
from toolkit.errors import InputError, ToolkitError
from toolkit.language import Language
from toolkit.wording import text

_NAME, _NAMES = optional(words), list_of(words)
_SNAPSHOT = StateForm(
    "SnapshotForm",
    1,
    {"label": _NAME, "left_value": _NAME, "person": _NAME, "protected": _NAMES, "leave_out": _NAMES},
)


class SnapshotForm(PlainState, Panel):
    """Say what the columns of a snapshot mean: who left, who is who, what is for the audit only.

    `on_keep(name, frame, choices)` stores it as a data set, without the columns that are left out. Its dictionary holds names of columns and
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
        self.leave_out = self._several(say("Leave out (not stored)"), columns, suggested.get("leave_out"))
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
        picker = SeveralPicker(words, [Entry(name, name) for name in columns], known, language=self.language)
        picker.words = {**picker.words, "search": self.language("Name of a column")}
        return picker

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
        out = set(self.leave_out.value)
        for one in inspect_columns(self._columns, self.label.value, left_value=self._overruled()):
            if one.action == "refuse" and one.column not in out:
                raise InputError(one.sentence, remedy=text("Choose it under “Leave out”."))
        kept = self._frame.loc[:, [str(name) not in out for name in self._frame.columns]]
        self._on_keep(self._name, kept, self._choices() | {"leave_out": []})
        self.status.say(text("Kept. Choose it under “Risk” and train."), "good")
