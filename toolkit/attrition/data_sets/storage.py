"""Taking a data set out of the HR store with all that was computed from it."""

import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.attrition.storage import require_hr
from toolkit.attrition.tables import CONVERSATION, DATA_SET, DRIFT_CHECK, FAIRNESS_CHECK, LIST, LISTED, RISK, RUN
from toolkit.errors import InputError, NotFound
from toolkit.store import Store
from toolkit.wording import text


def delete_data_set(store: Store, viewer: Viewer, data_set_id: str, *, why: str) -> None:
    """Delete a data set, the versions trained on it, their risks, lists and checks; conversations held stay.

    The audit log keeps that it was done and why. Raises `InputError` without a reason, `NotFound` for an unknown id.
    """
    require_hr(viewer)
    if not why.strip():
        raise InputError(text("Say why: somebody may ask."))
    runs = sa.select(RUN.c.run_id).where(RUN.c.data_set_id == data_set_id)
    lists = sa.select(LIST.c.list_id).where(LIST.c.run_id.in_(runs))
    with store.write(viewer.user_id) as change:
        wanted = sa.select(DATA_SET.c.name, DATA_SET.c.kind, DATA_SET.c.rows).where(
            DATA_SET.c.data_set_id == data_set_id
        )
        found = change.connection.execute(wanted).mappings().one_or_none()
        if found is None:
            raise NotFound(text("This data set is not in the store."))
        for step in (
            sa.update(CONVERSATION).where(CONVERSATION.c.list_id.in_(lists)).values(list_id=None),
            sa.delete(LISTED).where(LISTED.c.list_id.in_(lists)),
            sa.delete(LIST).where(LIST.c.run_id.in_(runs)),
            sa.delete(RISK).where(RISK.c.run_id.in_(runs)),
            sa.delete(FAIRNESS_CHECK).where(FAIRNESS_CHECK.c.run_id.in_(runs)),
            sa.delete(DRIFT_CHECK).where(
                sa.or_(DRIFT_CHECK.c.run_id.in_(runs), DRIFT_CHECK.c.data_set_id == data_set_id)
            ),
            sa.delete(RUN).where(RUN.c.data_set_id == data_set_id),
            sa.delete(DATA_SET).where(DATA_SET.c.data_set_id == data_set_id),
        ):
            change.connection.execute(step)
        change.record("delete", "data_set", data_set_id, before=dict(found), why=why.strip())
