"""The quarterly rhythm of 360 rounds."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from toolkit.errors import InputError
from toolkit.wording import text

DAYS_OPEN = 14


@dataclass(frozen=True)
class ProposedRound:
    """When the next round should begin and be answered by, and whether that day is already over."""

    opens_on: dt.date
    due_on: dt.date
    overdue: bool


def propose_next_round(opened: Sequence[dt.date], today: dt.date) -> ProposedRound:
    """Return the next round: three months after the last of those that `opened`, at the earliest today."""
    if not opened:
        return ProposedRound(today, today + dt.timedelta(days=DAYS_OPEN), False)
    following = (pd.Timestamp(max(opened)) + pd.DateOffset(months=3)).date()
    start = max(following, today)
    return ProposedRound(start, start + dt.timedelta(days=DAYS_OPEN), following < today)


def check_days(opens_on: dt.date | None, due_on: dt.date | None) -> tuple[dt.date, dt.date]:
    """Return both days; raises `InputError` where one is missing or they stand the wrong way round."""
    if opens_on is None or due_on is None:
        raise InputError(text("A round needs a first day and a day by which to answer."))
    if due_on < opens_on:
        raise InputError(
            text("The day to answer by, {due}, lies before the first day, {first}.", due=due_on, first=opens_on),
            remedy=text("Choose a later day to answer by."),
        )
    return opens_on, due_on
