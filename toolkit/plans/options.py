"""The ways each activity can be done within the limits: one option per session or start window."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.plans.limits import WINDOW_WEEKS, Limits
from toolkit.plans.objective import Floats
from toolkit.wording import Text, text


@dataclass(frozen=True)
class Option:
    """One activity at one time, from week `start`. `hours_in` are its hours in each window of four weeks."""

    activity_id: str
    session_id: str | None
    start: int
    starts_on: dt.date
    ends_on: dt.date
    hours_in: Floats


def options_of(
    activities: pd.DataFrame, sessions: pd.DataFrame | None, limits: Limits
) -> tuple[list[Option], dict[str, Text]]:
    """Return all options within `limits` and, for activities without any, the reason why."""
    dated: dict[str, list[pd.Series]] = {}
    if sessions is not None:
        for _, session in sessions.sort_values("starts_on").iterrows():
            dated.setdefault(session["activity_id"], []).append(session)
    options: list[Option] = []
    missing: dict[str, Text] = {}
    for _, activity in activities.iterrows():
        if activity["mode"] == "dated":
            found = _sessions(activity, dated.get(activity["activity_id"], []), limits)
            reason = text("It has no session with a free seat before the deadline.")
        else:
            last = limits.weeks - int(activity["weeks"])
            starts = range(0, last + 1, WINDOW_WEEKS)
            found = [_option(activity, None, week, limits.day_of(week), limits) for week in starts]
            reason = text("It takes longer than there is time until the deadline.")
        options += found
        if not found:
            missing[activity["activity_id"]] = reason
    return options, missing


def _sessions(activity: pd.Series, sessions: list[pd.Series], limits: Limits) -> list[Option]:
    options = []
    for session in sessions:
        day = pd.Timestamp(session["starts_on"]).date()
        if day >= limits.start and session["seats_taken"] < session["seats"]:
            option = _option(activity, session["session_id"], limits.week_of(day), day, limits)
            options += [option] if option.ends_on <= limits.deadline else []
    return options


def _option(activity: pd.Series, session_id: str | None, start: int, day: dt.date, limits: Limits) -> Option:
    weeks = int(activity["weeks"])
    windows = -(-limits.weeks // WINDOW_WEEKS)
    running = np.minimum(np.arange(start, start + weeks) // WINDOW_WEEKS, windows - 1)
    hours = np.bincount(running, minlength=windows) * (float(activity["hours"]) / weeks)
    return Option(
        activity["activity_id"],
        session_id,
        start,
        day,
        day + dt.timedelta(weeks=weeks) - dt.timedelta(days=3 if day.weekday() == 0 else 1),
        hours.astype(float),
    )
