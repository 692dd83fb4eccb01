"""Columns of a data table: what their cells say, and what they are sorted by."""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import pandas as pd

from toolkit.language import Language
from toolkit.wording import Text

Kind = Literal["text", "number", "percent", "date", "mark"]
Tone = Literal["good", "accent", "warn", "bad", "quiet"]
Key = float | int | str | None


@dataclass(frozen=True, slots=True)
class Mark:
    """A status: its word, and the tone that gives it colour and shape."""

    word: str
    tone: Tone = "quiet"


@dataclass(frozen=True, slots=True)
class Action:
    """A button of a row."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a `DataTable`.

    Numbers, percentages (as shares) and dates stand as the viewer's language writes them, numbers
    with `digits` decimals. Where the frame already holds their words, these are shown as they are.
    Cells of kind ``mark`` are keys of `marks`, which sort in the order given there. `width` is in em,
    `help` is a sentence shown below the table.
    """

    name: str
    label: str
    kind: Kind = "text"
    width: float | None = None
    help: str = ""
    digits: int | None = None
    marks: Mapping[str, Mark] = field(default_factory=dict)


def columns_of(
    labels: Mapping[str, Text],
    language: Language,
    *,
    marks: Mapping[str, Mapping[str, Mark]] | None = None,
    **kinds: Kind,
) -> list[Column]:
    """Return a report's columns, worded; by column name their `kinds`, text where none is given, and `marks`."""
    found = marks or {}
    return [
        Column(
            name, language.say(label), "mark" if name in found else kinds.get(name, "text"), marks=found.get(name, {})
        )
        for name, label in labels.items()
    ]


def on_wire(column: Column, cells: Iterable[Any], sort_by: Iterable[Any] | None, language: Language) -> dict[str, Any]:
    """Return a column as the browser gets it.

    ``shown`` holds texts and ``keys`` what to sort by, missing values as ``None``; one of them is
    left out where the other says it all. ``exact`` tells that the keys are the values themselves.
    """
    wire: dict[str, Any] = {"name": column.name, "label": column.label, "kind": column.kind}
    wire |= {name: value for name in ("width", "help") if (value := getattr(column, name))}
    values = [None if _missing(cell) else cell for cell in cells]
    if column.kind == "mark":
        order = {key: position for position, key in enumerate(column.marks)}
        marks = [{"word": mark.word, "tone": mark.tone} for mark in column.marks.values()]
        return wire | {"marks": marks, "keys": [order.get(str(value)) for value in values]}
    given = None if sort_by is None else [_key(value) for value in sort_by]
    if given is not None and len(given) != len(values):
        raise ValueError(f"column {column.name} takes one value to sort by for each row")
    if column.kind == "text" or any(isinstance(value, str) for value in values):
        shown = [None if value is None else _words(value) for value in values]
        return wire | {"shown": shown} | ({} if given is None else {"keys": given})
    keys = [_key(value) for value in values] if given is None else given
    say = cache(_wording(column, values, language))
    shown = [None if value is None else say(value) for value in values]
    if given is None and all(isinstance(key, int) and str(key) == word for key, word in zip(keys, shown, strict=True)):
        return wire | {"exact": True, "keys": keys}
    return wire | {"exact": given is None, "shown": shown, "keys": keys}


def _wording(column: Column, values: list[Any], language: Language) -> Callable[[Any], str]:
    """Return how a value of the column is written."""
    if column.kind == "date":
        return lambda day: language.date(day.date() if isinstance(day, dt.datetime) else day)
    if column.kind == "percent":
        return lambda share: language.percent(float(share), column.digits or 0)
    digits = column.digits
    if digits is None:
        digits = 0 if all(value is None or float(value).is_integer() for value in values) else 1
    return lambda number: language.number(float(number), digits)


def _missing(cell: Any) -> bool:
    if isinstance(cell, list | tuple):
        return not cell
    return bool(pd.isna(cell)) or cell == "" or (isinstance(cell, float) and math.isinf(cell))


def _words(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _key(value: Any) -> Key:
    if _missing(value):
        return None
    if isinstance(value, dt.date):
        return (value.date() if isinstance(value, dt.datetime) else value).isoformat()
    if isinstance(value, str):
        return value
    number = float(value)
    return int(number) if number.is_integer() else number
