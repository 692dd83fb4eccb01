"""Ranks and figures in the coaching store, as far as a viewer may see them."""

import datetime as dt
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Role, Viewer
from toolkit.errors import NotAllowed
from toolkit.organisation.storage import PERSON, employee_numbers, frame_of, may_see
from toolkit.skillgap.ladders.tables import PERSON_FIGURE, PERSON_RANK
from toolkit.store import Change
from toolkit.vocabulary import records_of
from toolkit.wording import text

MAY_ENTER = (Role.TRAINER, Role.HR)


def ranks(connection: sa.Connection, viewer: Viewer) -> pd.DataFrame:
    """Return person_id, rank_id and since of the people `viewer` may see."""
    query = sa.select(PERSON_RANK).join(PERSON, PERSON.c.person_id == PERSON_RANK.c.person_id)
    return frame_of(connection, query.where(may_see(viewer)), ("since",))


def figures(connection: sa.Connection, viewer: Viewer) -> pd.DataFrame:
    """Return person_id, figure_id, value and as_of of the people `viewer` may see."""
    query = sa.select(PERSON_FIGURE).join(PERSON, PERSON.c.person_id == PERSON_FIGURE.c.person_id)
    return frame_of(connection, query.where(may_see(viewer)), ("as_of",))


def keep_facts(change: Change, viewer: Viewer, frame: pd.DataFrame, today: dt.date) -> int:
    """Store ranks and figures from rows of the form of facts and return how many people they are about.

    Cells that are empty say nothing: what is stored stays. Figures hold as of the row's day, today where it
    gives none. Raises `NotAllowed` for anybody but trainers and HR.
    """
    if viewer.role not in MAY_ENTER:
        raise NotAllowed(text("Ranks and figures are entered by trainers and HR."))
    ids = employee_numbers(change.connection)
    for row in records_of(frame):
        person_id = ids[row["employee_number"]]
        as_of = today if pd.isna(row["as_of"]) else row["as_of"].date()
        if pd.notna(row["rank_id"]):
            since = None if pd.isna(row["rank_since"]) else row["rank_since"].date()
            values: dict[str, Any] = {"rank_id": row["rank_id"], "since": since}
            change.put(PERSON_RANK, {"person_id": person_id}, values, person_id=person_id)
        for name, value in row.items():
            if name.startswith("figure_") and pd.notna(value):
                key = {"person_id": person_id, "figure_id": name.removeprefix("figure_")}
                change.put(PERSON_FIGURE, key, {"value": float(value), "as_of": as_of}, person_id=person_id)
    return len(frame)
