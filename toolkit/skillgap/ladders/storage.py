"""Ranks and figures in the coaching store, as far as a viewer may see them."""

import datetime as dt
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Role, Viewer
from toolkit.errors import InputError, NotAllowed
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
        _keep_rank(change, person_id, row["rank_id"], row["rank_since"])
        for name, value in row.items():
            if name.startswith("figure_") and pd.notna(value):
                key = {"person_id": person_id, "figure_id": name.removeprefix("figure_")}
                change.put(PERSON_FIGURE, key, {"value": float(value), "as_of": as_of}, person_id=person_id)
    return len(frame)


def _keep_rank(change: Change, person_id: str, rank_id: Any, since: Any) -> None:
    """Store a rank, the day it was reached, or both; the day of another rank says nothing about a new one."""
    query = sa.select(PERSON_RANK.c.rank_id, PERSON_RANK.c.since).where(PERSON_RANK.c.person_id == person_id)
    kept = change.connection.execute(query).one_or_none()
    if pd.isna(rank_id) and pd.isna(since):
        return
    rank = kept.rank_id if pd.isna(rank_id) and kept is not None else rank_id
    if pd.isna(rank):
        raise InputError(
            text("A day on which a rank was reached needs the rank."), remedy=text("Fill in the column “Present rank”.")
        )
    same = kept.since if kept is not None and kept.rank_id == rank else None
    values: dict[str, Any] = {"rank_id": rank, "since": same if pd.isna(since) else since.date()}
    change.put(PERSON_RANK, {"person_id": person_id}, values, person_id=person_id)
