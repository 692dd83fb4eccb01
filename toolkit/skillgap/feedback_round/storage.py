"""360 rounds in the coaching store, for those who organise them: trainers, HR, and managers for their own team.

No function here gives anybody a single answer of an anonymous rater. The audit says that somebody answered, never
about whom or what: its rows may be shown to the person rated.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Role, Viewer
from toolkit.errors import Conflict, InputError, NotAllowed, NotFound
from toolkit.organisation.storage import PERSON, current_versions, frame_of, may_see, people
from toolkit.skillgap.feedback_round.invitation import (
    COLUMNS,
    as_invitations,
    check_invitations,
    rater_key,
    refuse_same_name,
)
from toolkit.skillgap.feedback_round.rhythm import check_days
from toolkit.skillgap.feedback_round.tables import ANSWER, INVITATION, ROUND
from toolkit.store import Change, new_id
from toolkit.vocabulary import records_of, rows_of
from toolkit.wording import text

ORGANISERS = (Role.TRAINER, Role.HR, Role.MANAGER)


def rounds(connection: sa.Connection, viewer: Viewer) -> pd.DataFrame:
    """Return the rounds in which somebody is rated whom `viewer` may see, newest first.

    Columns: round_id, name, opens_on, due_on, is_open, closings, closed_at, organises (whether `viewer` may change it).
    """
    seen = (
        sa.select(INVITATION.c.round_id)
        .join(PERSON, PERSON.c.person_id == INVITATION.c.person_id)
        .where(may_see(viewer))
    )
    names = ("round_id", "name", "opens_on", "due_on", "is_open", "closings", "closed_at", "made_by")
    query = (
        sa.select(*(ROUND.c[name] for name in names))
        .where(ROUND.c.round_id.in_(seen))
        .order_by(ROUND.c.opens_on.desc(), ROUND.c.name)
    )
    found = frame_of(connection, query, ("opens_on", "due_on"))
    found["organises"] = [_organises(viewer, made_by) for made_by in found.pop("made_by")]
    return found


def create_round(
    change: Change,
    viewer: Viewer,
    *,
    name: str,
    opens_on: dt.date | None,
    due_on: dt.date | None,
    invitations: pd.DataFrame,
    asked: Mapping[str, Sequence[str]],
) -> str:
    """Store a round with its `invitations` (person_id, relation, rater_id, outsider) and return its id.

    `asked` gives the competencies on which each person is rated. Managers make rounds for their team: of people they
    may see, and not about themselves. Raises `InputError` for what cannot be (see `check_invitations`).
    """
    _require_organiser(viewer)
    connection = change.connection
    invitations = as_invitations(invitations)
    first, due = check_days(opens_on, due_on)
    name = refuse_same_name(name, list(connection.execute(sa.select(ROUND.c.name)).scalars()))
    check_invitations(invitations, _askable(connection, viewer, invitations), running=_running(connection))
    if any(not asked.get(person) for person in invitations["person_id"]):
        raise InputError(text("Somebody in this round is rated on no competency."))
    round_id = new_id()
    values = {
        "name": name,
        "opens_on": first,
        "due_on": due,
        "made_by": viewer.user_id,
        "framework_version": current_versions(connection, "framework")["default"],
        "asked": {person: list(asked[person]) for person in dict.fromkeys(invitations["person_id"])},
        "is_open": True,
        "closings": 0,
        "closed_at": None,
    }
    change.put(ROUND, {"round_id": round_id}, values)
    for row in records_of(invitations[COLUMNS]):
        _invite(change, round_id, row)
    return round_id


def add_invitation(change: Change, viewer: Viewer, round_id: str, invitation: Mapping[str, Any]) -> None:
    """Ask one more rater about somebody who is rated in an open round already."""
    found = open_round(change.connection, viewer, round_id)
    row = {name: invitation.get(name) for name in COLUMNS}
    if row["person_id"] not in found["asked"]:
        raise InputError(text("Choose somebody who is rated in this round."))
    there = invitations(change.connection, viewer, round_id)[COLUMNS]
    table = pd.concat([there, pd.DataFrame([row], columns=COLUMNS)], ignore_index=True).astype(object)
    table = table.where(table.notna(), None)
    # Others who were asked before may have left since; only the new one is judged, against being asked twice.
    key = rater_key(row["rater_id"], row["outsider"])
    same = [
        one.person_id == row["person_id"] and rater_key(one.rater_id, one.outsider) == key for one in rows_of(table)
    ]
    table = table[same].reset_index(drop=True)
    check_invitations(table, _askable(change.connection, viewer, table))
    _invite(change, round_id, row)


def remove_invitation(change: Change, viewer: Viewer, invitation_id: str) -> None:
    """Take back an invitation that nobody has begun to answer; raises `Conflict` afterwards."""
    connection = change.connection
    query = sa.select(INVITATION).where(INVITATION.c.invitation_id == invitation_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(text("This invitation is not in the store."))
    open_round(connection, viewer, row["round_id"])
    if connection.execute(sa.select(ANSWER).where(ANSWER.c.invitation_id == invitation_id)).first():
        raise Conflict(text("This rater has begun to answer, so the invitation stays."))
    connection.execute(INVITATION.delete().where(INVITATION.c.invitation_id == invitation_id))
    change.record("delete", "feedback_invitation", invitation_id, person_id=row["person_id"], before=dict(row))


def invitations(connection: sa.Connection, viewer: Viewer, round_id: str) -> pd.DataFrame:
    """Return who is asked about whom in a round, as far as `viewer` organises it, and how far each is.

    Columns: invitation_id, person_id, relation, rater_id, outsider, state (``missing``, ``open`` or ``done``). What
    was rated is not in it.
    """
    _require_organiser(viewer)
    begun = sa.select(ANSWER.c.invitation_id).where(ANSWER.c.rated)
    query = (
        sa.select(INVITATION, INVITATION.c.invitation_id.in_(begun).label("begun"))
        .join(PERSON, PERSON.c.person_id == INVITATION.c.person_id)
        .where(INVITATION.c.round_id == round_id, may_see(viewer))
        .order_by(PERSON.c.employee_number, INVITATION.c.relation, INVITATION.c.invitation_id)
    )
    if viewer.role == Role.MANAGER:
        query = query.where(INVITATION.c.person_id != viewer.person_id)
    found = frame_of(connection, query)
    done = found.pop("handed_in_at").notna()
    begun_too = found.pop("begun").astype(bool)
    found["state"] = [
        "done" if one else "open" if other else "missing" for one, other in zip(done, begun_too, strict=True)
    ]
    found = found.drop(columns="round_id").astype(object)
    return found.where(found.notna(), None)


def reopen_round(change: Change, viewer: Viewer, round_id: str) -> None:
    """Let those who have not answered do so; what has been shown stays as it is until the next closing."""
    row = _round(change.connection, viewer, round_id)
    if row["is_open"]:
        raise Conflict(text("This round runs already."))
    running = _running(change.connection)
    for person in row["asked"]:
        if person in running:
            raise Conflict(
                text(
                    "Somebody in this round is rated in the round “{round}”, which still runs.", round=running[person]
                ),
                remedy=text("Close that round first."),
            )
    change.put(ROUND, {"round_id": round_id}, {"is_open": True})


def _invite(change: Change, round_id: str, row: Mapping[str, Any]) -> None:
    outsider = " ".join(row["outsider"].split()) if row["outsider"] else None
    values = {"round_id": round_id, **row, "outsider": outsider, "handed_in_at": None}
    change.put(INVITATION, {"invitation_id": new_id()}, values, person_id=row["person_id"])


def _askable(connection: sa.Connection, viewer: Viewer, wanted: pd.DataFrame) -> pd.DataFrame:
    """Return the people whom `viewer` may have rated or ask, with those who have left."""
    seen = people(connection, viewer, left=True)
    if viewer.role == Role.MANAGER:
        rated = set(wanted["person_id"])
        if viewer.person_id in rated:
            raise NotAllowed(
                text("You cannot make a round about yourself."), remedy=text("Ask a trainer or HR to include you.")
            )
        superiors = frame_of(connection, sa.select(PERSON).where(PERSON.c.person_id == viewer.person_id))
        seen = pd.concat([seen, superiors]).drop_duplicates("person_id")
    return seen


def _running(connection: sa.Connection) -> dict[str, str]:
    query = sa.select(INVITATION.c.person_id, ROUND.c.name).join(ROUND, ROUND.c.round_id == INVITATION.c.round_id)
    return {row.person_id: row.name for row in connection.execute(query.where(ROUND.c.is_open))}


def open_round(connection: sa.Connection, viewer: Viewer, round_id: str) -> Any:
    """Return the row of a round that runs and that `viewer` may change; raises `Conflict` or `NotAllowed`."""
    row = _round(connection, viewer, round_id)
    if not row["is_open"]:
        raise Conflict(text("This round is closed already."), remedy=text("Reopen it first."))
    return row


def _round(connection: sa.Connection, viewer: Viewer, round_id: str) -> Any:
    _require_organiser(viewer)
    row = connection.execute(sa.select(ROUND).where(ROUND.c.round_id == round_id)).mappings().one_or_none()
    if row is None:
        raise NotFound(text("This round is not in the store."))
    if not _organises(viewer, row["made_by"]):
        raise NotAllowed(
            text("This round was made by somebody else."), remedy=text("Ask its maker, a trainer or HR to change it.")
        )
    return row


def _organises(viewer: Viewer, made_by: str) -> bool:
    return viewer.role in (Role.TRAINER, Role.HR) or (viewer.role == Role.MANAGER and viewer.user_id == made_by)


def _require_organiser(viewer: Viewer) -> None:
    if viewer.role not in ORGANISERS:
        raise NotAllowed(
            text("Rounds are organised by trainers, HR, and managers for their own team."),
            remedy=text("Ask one of them."),
        )
