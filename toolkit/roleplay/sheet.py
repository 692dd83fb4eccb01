"""One rater's sheet on one rep in one scenario, and where sheets are kept."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from toolkit.errors import InputError
from toolkit.vocabulary import NOT_OBSERVED
from toolkit.wording import Text, counted, text

OVERALL = {1: text("Not yet competent"), 2: text("Borderline"), 3: text("Competent")}


@dataclass(frozen=True)
class LateChange:
    """A change after hand-in; both values are kept.

    `kind` is ``rating``, ``note`` or ``overall``; `criterion_id` is empty for an overall judgement. `before` and
    `after` are words as they were entered: a note, ``"3"``, ``"not_observed"``, or empty where there was nothing.
    """

    kind: str
    criterion_id: str
    before: str
    after: str
    why: str
    at: dt.datetime


@dataclass(frozen=True)
class SheetRecord:
    """What is on a sheet: ratings (None = not observed) and notes by criterion_id, and what became of it."""

    ratings: Mapping[str, float | None] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    submitted_at: dt.datetime | None = None
    overall: int | None = None
    late: tuple[LateChange, ...] = ()


class SheetBook(Protocol):
    """Keeps one rater's sheets; each writer returns when it was stored, or raises and has changed nothing."""

    def fetch(self, rep_id: str, scenario_id: str) -> SheetRecord:
        """Return what is on a sheet."""

    def handed_in(self) -> set[tuple[str, str]]:
        """Return (rep_id, scenario_id) of the sheets that have been handed in."""

    def rate(self, rep_id: str, scenario_id: str, criterion_id: str, rating: float | None, why: str) -> dt.datetime:
        """Store a rating; `why` is needed once the sheet has been handed in."""

    def take_back(self, rep_id: str, scenario_id: str, criterion_id: str) -> dt.datetime:
        """Make a criterion unrated again."""

    def note(self, rep_id: str, scenario_id: str, criterion_id: str, words: str, why: str) -> dt.datetime:
        """Store what was seen."""

    def hand_in(self, rep_id: str, scenario_id: str, overall: int | None) -> dt.datetime:
        """Hand the sheet in."""

    def judge(self, rep_id: str, scenario_id: str, overall: int, why: str) -> dt.datetime:
        """Change the overall judgement of a sheet that has been handed in."""


def rating_words(rating: float | None) -> str:
    """Return a rating as it is entered: ``"1"``...``"5"`` or ``"not_observed"``."""
    return NOT_OBSERVED if rating is None else str(int(rating))


def require_reason(submitted_at: dt.datetime | None, why: str) -> None:
    """Raise `InputError` where a sheet that has been handed in would change without a reason."""
    if submitted_at is not None and not why.strip():
        raise InputError(
            text("This sheet has been handed in. A change needs a reason."),
            remedy=text("Write why it is changed; both values are kept."),
        )


def require_complete(missing: list[Mapping[str, str]], overall: int | None, certifies: bool) -> None:
    """Raise `InputError` where a sheet with these names of open mandatory criteria cannot be handed in."""
    if missing:
        raise InputError(
            counted(
                "The sheet cannot be handed in yet: “{criterion}” is open.",
                "The sheet cannot be handed in yet: {count} mandatory criteria are open, the first is “{criterion}”.",
                len(missing),
                criterion=missing[0],
            ),
            remedy=text("Rate it, or mark it as not observed."),
        )
    if overall is not None and overall not in OVERALL:
        raise InputError(text("An overall judgement is 1, 2 or 3, not {value}.", value=overall))
    if certifies and overall is None:
        raise InputError(
            text("The overall judgement is missing."),
            remedy=text("This workshop certifies: say whether the rep is not yet competent, borderline or competent."),
        )


def overall_words(overall: int | None) -> Text | str:
    """Return an overall judgement in words."""
    return OVERALL.get(overall or 0, "–")
