"""The days on which an activity's sessions begin, as a cell lists them."""

import datetime as dt
import re
from typing import Any

import pandas as pd

from toolkit.wording import Text, text

_SEATS = 12


def read_days(cell: str, today: dt.date | None) -> tuple[list[dt.date], list[tuple[Text, Text]]]:
    """Return the days in a cell, and problem and remedy for each that cannot be; past days are wrong with `today`."""
    days, wrong = set(), []
    for part in filter(None, re.split(r"[;；,，\s]+", cell)):
        try:
            day = dt.date.fromisoformat(part.replace("/", "-"))
        except ValueError:
            message = text("The session date “{value}” cannot be read.", value=part)
            wrong.append((message, text("Write dates as 2027-03-01, separated by ;")))
            continue
        if today and day < today:
            message = text("The session on {day} lies in the past.", day=day)
            wrong.append((message, text("Give a later date, or leave the session out.")))
        days.add(day)
    return sorted(days), wrong


def new_sessions(activity_id: str, cell: str, seats: Any) -> list[dict[str, Any]]:
    """Return a session for the store for each day in a cell; `seats` may be missing."""
    return [
        {
            "session_id": f"{activity_id}-{day:%Y%m%d}",
            "activity_id": activity_id,
            "starts_on": day,
            "seats": _SEATS if not seats or pd.isna(seats) else int(seats),
            "seats_taken": 0,
        }
        for day in read_days(cell, None)[0]
    ]
