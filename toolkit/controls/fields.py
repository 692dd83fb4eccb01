"""Form fields with their label above: text, number, date, one yes-or-no; see choices.py for lists."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import traitlets

from toolkit.controls.control import Control
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.wording import text


class Field(Control):
    """A labelled control whose `value` lives in Python; `observe(..., names="value")` tells of every change.

    What a person enters comes as a message and is checked here; nothing else that a browser sends
    is taken, so a forged message can neither enable a field nor give it an impossible value.
    `problem` is shown next to the field; the value stays at the last valid one meanwhile.
    """

    script = "field"
    kind = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    hint = traitlets.Unicode().tag(sync=True)
    problem = traitlets.Unicode().tag(sync=True)
    required = traitlets.Bool(False).tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)
    value: Any = None

    def __init__(self, label: str, **options: Any):
        super().__init__(label=label, **options)
        self.add_class("coach-field")
        self.on_msg(self._receive)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take no state from a browser; see the class."""

    def put(self, value: Any) -> None:
        """Set the value and forget what had been entered wrongly."""
        self.value = value
        self.problem = ""

    def on_change(self, callback: Callable[[Any], None]) -> None:
        """Call `callback(value)` whenever the value changes, by hand or from Python."""
        self.observe(lambda change: callback(change["new"]), names="value")

    def _receive(self, _widget: object, content: Any, _buffers: object) -> None:
        try:
            if isinstance(content, dict) and not self.disabled:
                self._take(content)
        finally:
            self.send({"answered": True})

    def _take(self, content: dict[str, Any]) -> None:
        raise NotImplementedError


def refuse_problems(*fields: Field) -> None:
    """Raise `InputError` if one of `fields` shows a problem: what it shows is not its value."""
    for field in fields:
        if field.problem:
            raise InputError(
                text("“{field}” cannot be used as it is. {problem}", field=field.label, problem=field.problem)
            )


class TextField(Field):
    """One line of words, at most `longest` characters."""

    value = traitlets.Unicode()
    shown = traitlets.Unicode().tag(sync=True)
    longest = traitlets.Int(500).tag(sync=True)

    def __init__(self, label: str, value: str = "", *, kind: str = "text", **options: Any):
        super().__init__(label, kind=kind, **options)
        self.observe(lambda change: setattr(self, "shown", change["new"]), names="value")
        self.value = value

    def _take(self, content: dict[str, Any]) -> None:
        entered = content.get("value")
        if isinstance(entered, str) and len(entered) <= self.longest:
            self.put(entered if self.kind == "area" else " ".join(entered.splitlines()))


class TextArea(TextField):
    """Several lines of words; taken over while typing, after a short rest."""

    rows = traitlets.Int(4).tag(sync=True)

    def __init__(self, label: str, value: str = "", **options: Any):
        super().__init__(label, value, kind="area", **{"longest": 10_000, **options})


class NumberField(Field):
    """A number from `least` to `most`; `whole` ones are int, others float, and None where nothing is entered.

    A decimal comma, grouped thousands and full-width digits are understood. A `required` field that
    is emptied keeps its value and says so. Arrow keys and the buttons beside it go by `step`.
    """

    value = traitlets.Any(None)
    shown = traitlets.Unicode().tag(sync=True)
    least = traitlets.Float(None, allow_none=True).tag(sync=True)
    most = traitlets.Float(None, allow_none=True).tag(sync=True)
    step = traitlets.Float(1.0).tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)
    whole = traitlets.Bool(False).tag(sync=True)

    def __init__(self, label: str, value: float | None = None, *, language: Language, **options: Any):
        super().__init__(label, kind="number", **options)
        self.language = language
        self.observe(self._show, names="value")
        self.value = value

    def _take(self, content: dict[str, Any]) -> None:
        entered = content.get("value")
        if not isinstance(entered, str) or len(entered) > 60:
            return
        if not entered.strip():
            if self.required:
                self.problem = self.language("Enter a number.")
            else:
                self.put(None)
            return
        number = read_number(entered)
        self.problem = self._problem_of(number)
        if number is not None and not self.problem:
            self.put(int(number) if self.whole else number)

    def _problem_of(self, number: float | None) -> str:
        say = self.language
        if number is None:
            return say("This is not a number.")
        if self.whole and number != int(number):
            return say("Enter a whole number.")
        low = self.least is not None and number < self.least
        high = self.most is not None and number > self.most
        if not (low or high):
            return ""
        limits = {"least": self._words(self.least), "most": self._words(self.most)}
        if self.least is None:
            return say("Enter a number of at most {most}.", most=limits["most"])
        if self.most is None:
            return say("Enter a number of at least {least}.", least=limits["least"])
        return say("Enter a number from {least} to {most}.", **limits)

    def _words(self, number: float | None) -> str:
        return "" if number is None else self.language.number(number, 0 if number == int(number) else 2)

    def _show(self, _change: object = None) -> None:
        self.shown = "" if self.value is None else f"{self.value:.10g}"


def read_number(words: str) -> float | None:
    """Return the number somebody wrote, or None where it is none.

    Of comma and point the last one parts the decimals; a single comma before exactly three digits
    groups thousands, as both languages of the product write it.
    """
    plain = re.sub(r"[\s'_]", "", unicodedata.normalize("NFKC", words)).replace("−", "-").replace("。", ".")
    if "," in plain and "." in plain:
        plain = plain.replace(",", "") if plain.rfind(".") > plain.rfind(",") else _pointed(plain.replace(".", ""))
    elif "," in plain:
        grouped = re.fullmatch(r"[+-]?[1-9]\d{0,2}(,\d{3})+", plain)
        plain = plain.replace(",", "") if grouped else _pointed(plain)
    return float(plain) if re.fullmatch(r"[+-]?(\d{1,15}(\.\d*)?|\.\d+)", plain) else None


def _pointed(words: str) -> str:
    return words.replace(",", ".")


class DateField(Field):
    """A day, or None; `earliest` and `latest` may bound it."""

    value = traitlets.Instance(dt.date, allow_none=True)
    shown = traitlets.Unicode().tag(sync=True)
    earliest = traitlets.Unicode().tag(sync=True)
    latest = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        label: str,
        value: dt.date | None = None,
        *,
        language: Language,
        earliest: dt.date | None = None,
        latest: dt.date | None = None,
        **options: Any,
    ):
        super().__init__(label, kind="date", **options)
        self.language, self._bounds = language, (earliest or dt.date.min, latest or dt.date.max)
        self.earliest, self.latest = (day.isoformat() if day else "" for day in (earliest, latest))
        self.observe(self._show, names="value")
        self.value = value

    def _take(self, content: dict[str, Any]) -> None:
        entered = content.get("value")
        if not isinstance(entered, str):
            return
        if not entered:
            self.value = None
            self.problem = self.language("Choose a date.") if self.required or content.get("partial") else ""
            return
        try:
            day = dt.date.fromisoformat(entered)
        except ValueError:
            return
        first, last = self._bounds
        if first <= day <= last:
            self.put(day)
        elif day < first:
            self.problem = self.language("Choose {day} or a later day.", day=first)
        else:
            self.problem = self.language("Choose {day} or an earlier day.", day=last)

    def _show(self, _change: object = None) -> None:
        self.shown = self.value.isoformat() if self.value else ""


class CheckField(Field):
    """A box to tick."""

    value = traitlets.Bool(False)
    shown = traitlets.Bool(False).tag(sync=True)

    def __init__(self, label: str, value: bool = False, **options: Any):
        super().__init__(label, kind="check", **options)
        self.observe(lambda change: setattr(self, "shown", change["new"]), names="value")
        self.value = value

    def _take(self, content: dict[str, Any]) -> None:
        entered = content.get("value")
        if isinstance(entered, bool):
            self.put(entered)
