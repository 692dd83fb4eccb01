"""What was done, what was measured of it, and who started first; every query about people takes the viewer."""

import datetime as dt
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.organisation.storage import PERSON, frame_of, may_see, person
from toolkit.plans.start_order import StaggeredStart
from toolkit.plans.storage import keep_activities, require_planner
from toolkit.plans.tables import GAIN_CHECK, PLAN, PROGRESS, START_ORDER
from toolkit.store import Store, new_id
from toolkit.vocabulary import records_of, rows_of


def done_by_people(connection: sa.Connection, viewer: Viewer) -> pd.DataFrame:
    """Return person_id, activity_id and done_on of what people the viewer may see have done of any plan."""
    columns = (PLAN.c.person_id, PROGRESS.c.activity_id, PROGRESS.c.done_on)
    query = (
        sa.select(*columns)
        .join(PLAN, PLAN.c.plan_id == PROGRESS.c.plan_id)
        .join(PERSON, PERSON.c.person_id == PLAN.c.person_id)
        .where(may_see(viewer), PROGRESS.c.status == "done", PROGRESS.c.done_on.is_not(None))
        .distinct()
    )
    return frame_of(connection, query.order_by(PROGRESS.c.done_on), ("done_on",))


def update_catalogue(store: Store, viewer: Viewer, updated: pd.DataFrame, first: dt.date, last: dt.date) -> int:
    """Write observed gains (of `update_gains`) into the catalogue and return how many activities changed.

    `first` and `last` are the days between which was observed what has no measured_from and measured_to of its own.
    Each gain keeps what was expected at first, so that the next update begins from there; all or none, with audit rows.
    Raises `NotAllowed`.
    """
    require_planner(viewer)
    seen = updated[updated["people"] > 0]
    with store.write(viewer.user_id) as change:
        for row in rows_of(seen):
            key = {"activity_id": row.activity_id, "competency_id": row.competency_id}
            values: dict[str, Any] = {name: float(getattr(row, name)) for name in ("observed", "se", "updated")}
            between = (getattr(row, "measured_from", first), getattr(row, "measured_to", last))
            days = [pd.Timestamp(day).date() for day in between]
            values |= {"people": int(row.people), "measured_from": days[0], "measured_to": days[1]}
            change.put(GAIN_CHECK, key, values, at_first={"expected": float(row.expected)})
        rows: list[dict[str, Any]] = []
        for activity_id, part in seen.groupby("activity_id"):
            # A gain of 0 would take the competency out of the catalogue, and nobody could see it recover.
            gains = {row.competency_id: round(min(max(float(row.updated), 0.01), 4.0), 3) for row in rows_of(part)}
            sds = {row.competency_id: round(float(row.sd), 3) for row in rows_of(part)}
            rows.append({"activity_id": activity_id, "changed_gains": gains, "changed_sds": sds})
        keep_activities(change, rows)
    return len(rows)


def keep_start(store: Store, viewer: Viewer, activity_id: str, found: StaggeredStart) -> str:
    """Record who starts now and who waits, with the number the lot was drawn with; return the record's id."""
    require_planner(viewer)
    names = ("person_id", "starts", "compared", "block")
    rows = [{name: row[name] for name in names} for row in records_of(found.table)]
    rows = [row | {"compared": bool(row["compared"]), "block": int(row["block"])} for row in rows]
    with store.write(viewer.user_id) as change:
        for row in rows:
            person(change.connection, viewer, row["person_id"])
        order_id = new_id()
        values = {"activity_id": activity_id, "seed": found.seed, "places": len(found.now), "rows": rows}
        stamp = {"made_by": viewer.user_id, "made_at": change.at}
        change.connection.execute(START_ORDER.insert().values(order_id=order_id, **values, **stamp))
        change.record("save", "start_order", order_id, after=values)
        for row in rows:
            change.record("save", "start_order", order_id, person_id=row["person_id"], after={"starts": row["starts"]})
    return order_id


def latest_starts(connection: sa.Connection, viewer: Viewer) -> dict[str, tuple[int | None, pd.DataFrame]]:
    """Return by activity the seed and the people of the newest recorded start, as far as the viewer may see them."""
    visible = set(connection.execute(sa.select(PERSON.c.person_id).where(may_see(viewer))).scalars())
    found = {}
    for row in connection.execute(sa.select(START_ORDER).order_by(START_ORDER.c.made_at)).mappings():
        rows = [one for one in row["rows"] if one["person_id"] in visible]
        if rows:
            found[row["activity_id"]] = (row["seed"], pd.DataFrame(rows))
    return found
