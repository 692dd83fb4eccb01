"""Sessions added by hand, and on whom expected gains were measured."""

import datetime as dt

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.errors import InputError, NotAllowed, NotFound
from toolkit.organisation.storage import frame_of
from toolkit.plans.storage import keep_activities
from toolkit.plans.tables import ACTIVITY, GAIN_CHECK, SESSION
from toolkit.store import Store
from toolkit.wording import text

MAY_CHANGE = ("trainer", "manager", "hr", "administrator")


def gain_checks(connection: sa.Connection) -> pd.DataFrame:
    """Return activity_id, competency_id, expected, observed, se, people, updated, measured_from and measured_to."""
    return frame_of(connection, sa.select(GAIN_CHECK), ("measured_from", "measured_to"))


def add_session(store: Store, viewer: Viewer, activity_id: str, day: dt.date, seats: int, *, today: dt.date) -> str:
    """Store one dated session and return its id; the activity is held on its dates only from then on.

    Raises `NotAllowed`, `NotFound` for an unknown activity, `InputError` for a day in the past or already taken.
    """
    if viewer.role not in MAY_CHANGE:
        raise NotAllowed(text("Only trainers, managers, HR and administrators may change the catalogue."))
    if day < today:
        raise InputError(
            text("The session on {day} lies in the past.", day=day), remedy=text("Choose today or a later day.")
        )
    if seats < 1:
        raise InputError(text("A session needs at least one seat."))
    session_id = f"{activity_id}-{day:%Y%m%d}"
    with store.write(viewer.user_id) as change:
        known = sa.select(ACTIVITY.c.mode).where(ACTIVITY.c.activity_id == activity_id)
        mode = change.connection.execute(known).scalar_one_or_none()
        if mode is None:
            raise NotFound(text("This activity is no longer in the catalogue."))
        there = sa.select(SESSION.c.session_id).where(SESSION.c.activity_id == activity_id, SESSION.c.starts_on == day)
        if change.connection.execute(there).first() is not None:
            raise InputError(
                text("This activity already has a session on {day}.", day=day), remedy=text("Choose another day.")
            )
        values = {"activity_id": activity_id, "starts_on": day, "seats": seats, "seats_taken": 0}
        change.put(SESSION, {"session_id": session_id}, values)
        if mode != "dated":
            keep_activities(change, [{"activity_id": activity_id, "mode": "dated"}])
    return session_id
