"""How many forms of 360 rounds wait for a viewer: one query, without tables in memory."""

import datetime as dt

import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.skillgap.feedback_round.tables import INVITATION, ROUND


def waiting_count(connection: sa.Connection, viewer: Viewer, today: dt.date) -> int:
    """Return how many forms of rounds that run `today` wait for `viewer`."""
    if viewer.person_id is None:
        return 0
    query = (
        sa.select(sa.func.count())
        .select_from(INVITATION)
        .join(ROUND, ROUND.c.round_id == INVITATION.c.round_id)
        .where(
            ROUND.c.is_open,
            ROUND.c.opens_on <= today,
            INVITATION.c.rater_id == viewer.person_id,
            INVITATION.c.handed_in_at.is_(None),
        )
    )
    return int(connection.execute(query).scalar_one())
