"""A workshop's timetable in the coaching store: who takes part, its slots, and who has fallen out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.errors import Conflict, InputError, NotAllowed
from toolkit.organisation.storage import PERSON, TEAM, frame_of
from toolkit.roleplay.storage import possible_raters, scenarios_of, takes_part
from toolkit.roleplay.tables import RATING, SHEET, WORKSHOP, WORKSHOP_MEMBER, WORKSHOP_SLOT
from toolkit.store import Change, Store
from toolkit.vocabulary import rows_of
from toolkit.wording import text

_SLOT = ["slot", "station", "rep_id", "scenario_id", "rater_id"]


@dataclass(frozen=True)
class Plan:
    """What is known of a workshop's timetable.

    `members`: person_id, name, part, absent, manager_id. `slots` and `design` are as they were kept;
    `design` is None while there is no timetable. `begun` as from `begun_sheets`.
    """

    workshop_id: str
    held_on: Any
    members: pd.DataFrame
    scenarios: tuple[str, ...]
    design: dict[str, Any] | None
    slots: pd.DataFrame
    begun: pd.DataFrame

    def people(self, part: str, *, absent: bool = False) -> list[str]:
        """Return the ids of the reps or raters (`part`) who are there; with `absent` of all."""
        chosen = self.members[(self.members["part"] == part) & (~self.members["absent"] | absent)]
        return list(chosen["person_id"])

    @property
    def reports_to(self) -> dict[str, str | None]:
        """The superior of each rep."""
        reps = self.members[self.members["part"] == "rep"]
        return {row.person_id: row.manager_id or None for row in rows_of(reps)}


def may_open(connection: sa.Connection, viewer: Viewer, workshop_id: str) -> bool:
    """Say whether there is a timetable or board for this viewer: one who runs it, and no joint visit or proposal."""
    kind = connection.execute(sa.select(WORKSHOP.c.kind).where(WORKSHOP.c.workshop_id == workshop_id)).scalar()
    return kind == "workshop" and takes_part(connection, viewer, workshop_id)


def require_part(connection: sa.Connection, viewer: Viewer, workshop_id: str) -> None:
    """Raise `NotAllowed` for whoever does not run this workshop; see `takes_part`."""
    if not takes_part(connection, viewer, workshop_id):
        raise NotAllowed(
            text("Only trainers and the raters of this workshop may see and change its timetable."),
            remedy=text("Choose another workshop, or ask a trainer to add you as a rater."),
        )


def read_plan(connection: sa.Connection, viewer: Viewer, workshop_id: str) -> Plan:
    """Return a workshop's timetable and who takes part; raises `NotAllowed` and `NotFound`."""
    require_part(connection, viewer, workshop_id)
    scenarios = tuple(scenarios_of(connection, workshop_id)["scenario_id"])
    row = connection.execute(
        sa.select(WORKSHOP.c.held_on, WORKSHOP.c.design).where(WORKSHOP.c.workshop_id == workshop_id)
    ).one()
    # Where a roster names no superior, the team's leader is one, though not his own.
    superior = sa.func.nullif(sa.func.coalesce(PERSON.c.manager_id, TEAM.c.manager_id), PERSON.c.person_id)
    members = frame_of(
        connection,
        sa.select(
            WORKSHOP_MEMBER.c.person_id, PERSON.c.name, WORKSHOP_MEMBER.c.part, WORKSHOP_MEMBER.c.absent,
            superior.label("manager_id"),
        )
        .join(PERSON, PERSON.c.person_id == WORKSHOP_MEMBER.c.person_id)
        .outerjoin(TEAM, TEAM.c.team_id == PERSON.c.team_id)
        .where(WORKSHOP_MEMBER.c.workshop_id == workshop_id)
        .order_by(PERSON.c.employee_number, WORKSHOP_MEMBER.c.part),
    )  # fmt: skip
    members["absent"] = members["absent"].astype(bool)
    return Plan(
        workshop_id,
        row.held_on,
        members.astype(object).where(members.notna(), None).astype({"absent": bool}),
        scenarios,
        dict(row.design) if row.design else None,
        kept_slots(connection, workshop_id),
        begun_sheets(connection, workshop_id),
    )


def kept_slots(connection: sa.Connection, workshop_id: str) -> pd.DataFrame:
    """Return the kept slots of a workshop: slot, station, rep_id, scenario_id, rater_id."""
    query = sa.select(*(WORKSHOP_SLOT.c[name] for name in _SLOT)).where(WORKSHOP_SLOT.c.workshop_id == workshop_id)
    return frame_of(connection, query.order_by(*(WORKSHOP_SLOT.c[name] for name in ("slot", "station", "rater_id"))))


def begun_sheets(connection: sa.Connection, workshop_id: str) -> pd.DataFrame:
    """Return rep_id, rater_id, scenario_id of the sheets with a rating or a note, and whether anything is `rated`."""
    of_sheet = RATING.c.sheet_id == SHEET.c.sheet_id
    rated, noted = sa.exists().where(of_sheet, RATING.c.rated), sa.exists().where(of_sheet, RATING.c.note.is_not(None))
    query = sa.select(SHEET.c.rep_id, SHEET.c.rater_id, SHEET.c.scenario_id, rated.label("rated"))
    query = query.where(SHEET.c.workshop_id == workshop_id, sa.or_(rated, noted))
    return frame_of(connection, query.order_by(SHEET.c.sheet_id)).astype({"rated": bool})


def keep_timetable(
    store: Store,
    viewer: Viewer,
    workshop_id: str,
    slots: pd.DataFrame,
    design: Mapping[str, Any],
    *,
    opened: Mapping[str, Any] | None,
    gone: Iterable[str] = (),
) -> None:
    """Store a timetable in the place of the last one and mark `gone` as absent.

    `slots` as in `Rotation.slots`. `opened` is the design the new one was made after: raises
    `Conflict` where somebody has kept another one since, `NotAllowed` without the right.
    """
    with store.write(viewer.user_id) as change:
        require_part(change.connection, viewer, workshop_id)
        query = sa.select(WORKSHOP.c.design).where(WORKSHOP.c.workshop_id == workshop_id)
        if (change.connection.execute(query).scalar_one() or None) != (dict(opened) if opened else None):
            raise Conflict(
                text("Somebody else has kept another timetable in the meantime."),
                remedy=text("Open this section again, look at theirs and plan anew if need be."),
            )
        _replace_slots(change, workshop_id, slots)
        change.put(WORKSHOP, {"workshop_id": workshop_id}, {"design": dict(design)})
        for person_id in gone:
            _mark_absent(change, workshop_id, person_id)


def add_rater(store: Store, viewer: Viewer, workshop_id: str, person_id: str) -> None:
    """Make somebody a rater of a workshop; raises `NotAllowed`, and `InputError` for who cannot be one."""
    with store.write(viewer.user_id) as change:
        require_part(change.connection, viewer, workshop_id)
        if person_id not in set(possible_raters(change.connection)["person_id"]):
            raise InputError(
                text("This person cannot be made a rater."),
                remedy=text("Choose a trainer or somebody who leads a team."),
            )
        key = {"workshop_id": workshop_id, "person_id": person_id, "part": "rater"}
        change.put(WORKSHOP_MEMBER, key, {"absent": False}, person_id=person_id)


def _replace_slots(change: Change, workshop_id: str, slots: pd.DataFrame) -> None:
    connection = change.connection
    before = kept_slots(connection, workshop_id)
    connection.execute(WORKSHOP_SLOT.delete().where(WORKSHOP_SLOT.c.workshop_id == workshop_id))
    rows = [
        {"workshop_id": workshop_id, "slot": int(row.slot), "station": int(row.station), "rater_id": row.rater_id,
         "rep_id": row.rep_id, "scenario_id": row.scenario_id, "starts": f"{row.start:%H:%M}", "ends": f"{row.end:%H:%M}"}
        for row in rows_of(slots)
    ]  # fmt: skip
    if rows:
        connection.execute(WORKSHOP_SLOT.insert(), rows)
    change.record(
        "replace", "workshop_slot", workshop_id, before={"slots": _listed(before)}, after={"slots": _listed(slots)}
    )


def _listed(slots: pd.DataFrame) -> list[list[Any]]:
    return [[int(row.slot), int(row.station), row.rep_id, row.scenario_id, row.rater_id] for row in rows_of(slots)]


def _mark_absent(change: Change, workshop_id: str, person_id: str) -> None:
    query = sa.select(WORKSHOP_MEMBER.c.part).where(
        WORKSHOP_MEMBER.c.workshop_id == workshop_id, WORKSHOP_MEMBER.c.person_id == person_id
    )
    for part in change.connection.execute(query).scalars().all():
        key = {"workshop_id": workshop_id, "person_id": person_id, "part": part}
        change.put(WORKSHOP_MEMBER, key, {"absent": True}, person_id=person_id)
