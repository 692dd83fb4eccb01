"""The columns of the tables of reps and raters."""

from collections.abc import Sequence
from dataclasses import replace

from toolkit.controls.data_table import Column, Mark, columns_of
from toolkit.language import Language
from toolkit.roleplay.results.report import RATER_HELP, RATER_LABELS, REP_LABELS

LEANINGS = ("name", "verdict", "severity", "drift", "sheets")
HABITS = ("name", "consistency", "halo", "central_tendency", "range_restriction")


def rep_columns(language: Language) -> list[Column]:
    """Return the columns of the table of reps."""
    words = ("name", "fair", "played", "why")
    return [
        replace(column, kind="text" if column.name in words else "number")
        for column in columns_of(REP_LABELS, language)
    ]


def rater_columns(language: Language) -> list[Column]:
    """Return the columns of the rater table, each figure explained below it."""
    found = columns_of(RATER_LABELS, language, marks={"verdict": severity_marks(language)}, sheets="number")
    return [
        replace(column, help=language.say(RATER_HELP[column.name]), width=7) if column.name in RATER_HELP else column
        for column in found
    ]


def columns_for(columns: Sequence[Column], names: Sequence[str]) -> list[Column]:
    """Return those of `columns` that are in `names`, in that order."""
    known = {one.name: one for one in columns}
    return [known[name] for name in names if name in known]


def severity_marks(language: Language) -> dict[str, Mark]:
    """Return on which side of the other raters somebody lies, in words."""
    return {
        "hard": Mark(language("clearly harder"), "warn"),
        "lenient": Mark(language("clearly more lenient"), "warn"),
        "alike": Mark(language("no clear difference"), "good"),
        "unknown": Mark(language("cannot be told"), "quiet"),
    }
