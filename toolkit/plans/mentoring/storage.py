"""Agreed pairs of mentor and mentee in the coaching store; every query takes the viewer."""

import datetime as dt

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.organisation.storage import PERSON, frame_of, may_see, person
from toolkit.plans.storage import require_planner
from toolkit.plans.tables import MENTOR
from toolkit.store import Store
from toolkit.vocabulary import rows_of

_COLUMNS = ("mentee_id", "mentor_id", "growth_share", "promotion_bonus", "agreed_on")


def pairs(connection: sa.Connection, viewer: Viewer) -> pd.DataFrame:
    """Return mentee_id, mentor_id, growth_share, promotion_bonus and agreed_on of mentees the viewer may see."""
    columns = [MENTOR.c[name] for name in _COLUMNS]
    query = sa.select(*columns).join(PERSON, PERSON.c.person_id == MENTOR.c.mentee_id).where(may_see(viewer))
    return frame_of(connection, query.order_by(MENTOR.c.mentee_id), ("agreed_on",))


def keep_pairs(store: Store, viewer: Viewer, found: pd.DataFrame, *, today: dt.date) -> int:
    """Record who accompanies whom and what was agreed as the mentor's reward; return how many pairs changed.

    `found` has mentee_id, mentor_id (empty: no mentor any more), growth_share (0-1) and promotion_bonus. All or none,
    each with its audit row. Raises `NotAllowed`, and `NotFound` for somebody the viewer may not see.
    """
    require_planner(viewer)
    changed = 0
    with store.write(viewer.user_id) as change:
        for row in rows_of(found):
            person(change.connection, viewer, row.mentee_id)
            mentor = row.mentor_id if isinstance(row.mentor_id, str) and row.mentor_id else None
            if mentor is not None:
                person(change.connection, viewer, mentor)
            known = sa.select(MENTOR.c.mentor_id).where(MENTOR.c.mentee_id == row.mentee_id)
            if mentor is None and change.connection.execute(known).scalar_one_or_none() is None:
                continue
            values = {
                "mentor_id": mentor,
                "growth_share": None if mentor is None or pd.isna(row.growth_share) else float(row.growth_share),
                "promotion_bonus": None
                if mentor is None or pd.isna(row.promotion_bonus)
                else float(row.promotion_bonus),
            }
            key = {"mentee_id": row.mentee_id}
            first = {"agreed_on": today}
            changed += change.put(MENTOR, key, values, person_id=row.mentee_id, at_first=first)
    return changed
