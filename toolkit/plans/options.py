"""The ways each activity can be done within the limits: one option per session or start window."""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.plans.limits import WINDOW_WEEKS, Limits
from toolkit.plans.objective import Floats
from toolkit.vocabulary import records_of
from toolkit.wording import Text, text

_SLACK = 1e-9


@dataclass(frozen=True)
class Option:
    """One activity at one time, from week `start`. `hours_in` are its hours in each window of four weeks."""

    activity_id: str
    session_id: str | None
    start: int
    starts_on: dt.date
    ends_on: dt.date
    hours_in: Floats

    @property
    def meets(self) -> tuple[dt.date, ...]:
        """Return the days a session meets: from its first weekday on, every week, eight hours a day; none without one."""
        if self.session_id is None:
            return ()
        weeks = (self.ends_on - self.starts_on).days // 7 + 1
        a_week = max(1, math.ceil(float(self.hours_in.sum()) / weeks / 8 - _SLACK))
        return tuple(
            self.starts_on + dt.timedelta(days=day, weeks=week) for week in range(weeks) for day in range(a_week)
        )


def options_of(
    activities: pd.DataFrame,
    sessions: pd.DataFrame | None,
    limits: Limits,
    *,
    not_before: Mapping[str, dt.date] | None = None,
) -> tuple[list[Option], dict[str, Text]]:
    """Return all options within `limits` and, for activities without any, the reason why.

    `not_before` maps activity_id to the first day on which it may be done (again).
    """
    dated: dict[str, list[dict[str, Any]]] = {}
    if sessions is not None:
        for session in records_of(sessions.sort_values("starts_on", kind="stable")):
            dated.setdefault(session["activity_id"], []).append(session)
    free = np.array(limits.free)
    options: list[Option] = []
    missing: dict[str, Text] = {}
    for activity in records_of(activities):
        first = (not_before or {}).get(activity["activity_id"], limits.start)
        if activity["mode"] == "dated":
            found, reason = _sessions(activity, dated.get(activity["activity_id"], []), limits, free, first)
        else:
            last = limits.weeks - int(activity["weeks"])
            weeks = [week for week in range(0, last + 1, WINDOW_WEEKS) if limits.day_of(week) >= first]
            tried = [_option(activity, None, week, limits.day_of(week), limits, free) for week in weeks]
            found = [option for option in tried if option is not None]
            reason = text("It takes longer than there is time until the deadline.")
        options += found
        if not found:
            missing[activity["activity_id"]] = reason
    return options, missing


def remaining(item_start: dt.date, item_end: dt.date, limits: Limits) -> Floats:
    """Return the share of something under way that lies in each window from the start of `limits` on."""
    days = max((item_end - item_start).days + 1, 1)
    running = [item_start + dt.timedelta(days=number) for number in range(days)]
    ahead = [day for day in running if day >= limits.start]
    windows = [min(limits.week_of(day) // WINDOW_WEEKS, limits.windows - 1) for day in ahead]
    return np.bincount(windows, minlength=limits.windows) / days if ahead else np.zeros(limits.windows)


def _sessions(
    activity: dict[str, Any], sessions: list[dict[str, Any]], limits: Limits, free: Floats, first: dt.date
) -> tuple[list[Option], Text]:
    options, past, away = [], 0, 0
    for session in sessions:
        day = pd.Timestamp(session["starts_on"]).date()
        past += day < limits.start
        if day >= max(limits.start, first) and session["seats_taken"] < session["seats"]:
            option = _option(activity, session["session_id"], limits.week_of(day), day, limits, free)
            if option is None or any(limits.is_away(one) for one in option.meets):
                away += 1
            elif option.ends_on <= limits.deadline:
                options.append(option)
    if sessions and past == len(sessions):
        return options, text("All its sessions lie in the past.")
    if away:
        return options, text("Its sessions fall into the time away.")
    return options, text("It has no session with a free seat before the deadline.")


def _option(
    activity: dict[str, Any], session_id: str | None, start: int, day: dt.date, limits: Limits, free: Floats
) -> Option | None:
    """Return an activity begun on a day, its hours over the working weeks, or None if all of them are away."""
    weeks = int(activity["weeks"])
    running = np.minimum(np.arange(start, start + weeks), limits.weeks - 1)
    shares = free[running]
    if shares.sum() <= 0:
        return None
    hours = np.bincount(running // WINDOW_WEEKS, shares / shares.sum(), minlength=limits.windows)
    return Option(
        activity["activity_id"],
        session_id,
        start,
        day,
        day + dt.timedelta(weeks=weeks) - dt.timedelta(days=3 if day.weekday() == 0 else 1),
        np.asarray(hours * float(activity["hours"]), dtype=float),
    )
