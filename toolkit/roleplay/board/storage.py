"""The state of a workshop's sheets, planned and begun; what is rated on them is not read."""

from collections.abc import Mapping

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.organisation.storage import frame_of
from toolkit.roleplay.planning.design import slot_spans
from toolkit.roleplay.planning.storage import kept_slots, require_part
from toolkit.roleplay.tables import RATING, SHEET, WORKSHOP

_SHEET = ["rep_id", "rater_id", "scenario_id"]


def sheet_states(
    connection: sa.Connection, viewer: Viewer, workshop_id: str, mandatory: Mapping[str, set[str]]
) -> tuple[pd.DataFrame, bool]:
    """Return the sheets of a workshop for its board, and whether there is a timetable.

    Columns: rep_id, rater_id, scenario_id, state and due. A sheet is done when it has been submitted
    or each of the scenario's `mandatory` criteria is rated or marked as not observed, open when
    something is rated, else missing. Raises `NotAllowed` for whoever does not run the workshop.
    """
    require_part(connection, viewer, workshop_id)
    begun = _begun(connection, workshop_id, mandatory)
    slots = kept_slots(connection, workshop_id)
    if slots.empty:
        return begun.assign(due=pd.Series(pd.NaT, index=begun.index)), False
    design = connection.execute(sa.select(WORKSHOP.c.design).where(WORKSHOP.c.workshop_id == workshop_id)).scalar_one()
    ends = [end for _, end in slot_spans(design, int(slots["slot"].max()))]
    planned = slots[_SHEET].assign(due=pd.to_datetime([ends[slot - 1] for slot in slots["slot"]]))
    found = planned.drop_duplicates(_SHEET).merge(begun, on=_SHEET, how="outer", sort=False)
    return found.assign(state=[one if isinstance(one, str) else "missing" for one in found["state"]]), True


def _begun(connection: sa.Connection, workshop_id: str, mandatory: Mapping[str, set[str]]) -> pd.DataFrame:
    needed = sa.or_(
        sa.false(),
        *(
            sa.and_(SHEET.c.scenario_id == scenario, RATING.c.criterion_id.in_(sorted(criteria)))
            for scenario, criteria in mandatory.items()
            if criteria
        ),
    )
    query = (
        sa.select(
            *(SHEET.c[name] for name in _SHEET),
            sa.func.max(SHEET.c.submitted_at).label("submitted_at"),
            sa.func.sum(sa.case((needed, 1), else_=0)).label("rated"),
        )
        .join(RATING, RATING.c.sheet_id == SHEET.c.sheet_id)
        .where(SHEET.c.workshop_id == workshop_id, RATING.c.rated)
        .group_by(SHEET.c.sheet_id, *(SHEET.c[name] for name in _SHEET))
        .order_by(SHEET.c.sheet_id)
    )
    frame = frame_of(connection, query)
    all_of = frame["scenario_id"].map({scenario: len(criteria) for scenario, criteria in mandatory.items()})
    done = frame["submitted_at"].notna() | (frame["rated"].astype(float) >= all_of.fillna(0))
    return frame[_SHEET].assign(state=["done" if one else "open" for one in done])
