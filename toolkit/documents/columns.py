"""What a table is expected to hold: its columns, their meaning and the names they go by elsewhere."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from toolkit.documents.problems import RowProblem
from toolkit.language import CODES, Language
from toolkit.wording import Text

Words = Text | Mapping[str, str]
"""A sentence or name in both languages: `Text`, or ``{"en": ..., "zh": ...}``."""
Kind = Literal["text", "id", "number", "whole", "date", "month", "choice", "yes_no"]
CheckRows = Callable[[pd.DataFrame], Iterable[RowProblem]]
"""A rule of a form over all rows as read; cells that could not be read are missing in the frame."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a form.

    `name` is what code calls it, `label` what people call it. `low` and `high` bound numbers (in
    `unit`) or dates, both included. `choices` maps each stored value to its label; a file may hold
    the value or its label in either language. `aliases` are headers other systems use. With
    `refers_to` the values must be known (see `intake.prepare`) or stand in that column of the
    same file. A number followed by % is divided by 100 unless `unit` is ``%``.
    `longest` is how many characters the store takes; text and ids without it may have 120.
    """

    name: str
    label: Words
    kind: Kind = "text"
    required: bool = False
    unique: bool = False
    low: float | dt.date | None = None
    high: float | dt.date | None = None
    choices: Mapping[str, Words] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    description: Words | None = None
    unit: str | Text = ""
    refers_to: str = ""
    longest: int | None = None

    @property
    def most_characters(self) -> int | None:
        """How many characters a cell may hold, as far as text or an identifier is expected."""
        if self.kind not in ("text", "id"):
            return None
        return 120 if self.longest is None else self.longest


@dataclass(frozen=True, slots=True)
class TableForm:
    """A table people fill in.

    `key` names the columns that together may occur only once; `sample_rows` maps column names to
    values as they would stand in the file (for choices the stored value). `check_rows` finds what
    only several cells together show to be wrong.
    """

    id: str
    title: Words
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    purpose: Words | None = None
    sample_rows: tuple[Mapping[str, object], ...] = ()
    check_rows: CheckRows | None = None

    def column(self, name: str) -> Column:
        """Return the column called `name`; raises `KeyError` if the form has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def in_both(words: Words | str) -> list[str]:
    """Return `words` in every language the toolkit speaks, without repeats."""
    return list(dict.fromkeys(Language(code).say(words) for code in CODES))


def listed_in_both(names: Iterable[Words]) -> dict[str, str]:
    """Return an enumeration of `names` in every language, to fill a place of a sentence."""
    kept = list(names)
    return {code: Language(code).join([Language(code).say(name) for name in kept]) for code in CODES}
