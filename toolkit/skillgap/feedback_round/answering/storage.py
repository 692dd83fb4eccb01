"""What raters are asked and answer in open 360 rounds. Everybody reads and writes their own sheets only.

Sheets of people from outside, and of raters without an account, are brought in by whoever organises the round.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.access.storage import ACCOUNT
from toolkit.errors import Conflict, InputError, NotAllowed, NotFound
from toolkit.organisation.storage import PERSON, content
from toolkit.skillgap.feedback_round.answering.sheet import Answer, Sheet, check_answer
from toolkit.skillgap.feedback_round.storage import open_round
from toolkit.skillgap.feedback_round.tables import ANSWER, INVITATION, ROUND
from toolkit.store import Change, Store
from toolkit.wording import text


def own_sheets(connection: sa.Connection, viewer: Viewer, today: dt.date | None = None) -> list[Sheet]:
    """Return what `viewer` is asked in open rounds (given `today`, in those that have begun), with what is answered."""
    if viewer.person_id is None:
        return []
    begun = sa.true() if today is None else ROUND.c.opens_on <= today
    return _sheets(connection, sa.and_(ROUND.c.is_open, begun, INVITATION.c.rater_id == viewer.person_id))


def sheets_brought_in(connection: sa.Connection, viewer: Viewer, round_id: str, rater: str) -> list[Sheet]:
    """Return the sheets of one rater from outside (by name) or without an account (by person_id), for the organiser."""
    open_round(connection, viewer, round_id)
    own = sa.or_(INVITATION.c.outsider == rater, sa.and_(INVITATION.c.rater_id == rater, _without_account()))
    found = _sheets(connection, sa.and_(INVITATION.c.round_id == round_id, own))
    if not found:
        raise NotAllowed(
            text("This rater signs in and answers alone."),
            remedy=text("Bring in forms only of people from outside or without an account."),
        )
    return found


def brought_in_raters(connection: sa.Connection, viewer: Viewer, round_id: str) -> dict[str, str]:
    """Return the raters of a round whose forms the organiser brings in: what they are known by, and their name."""
    open_round(connection, viewer, round_id)
    query = (
        sa.select(INVITATION.c.rater_id, INVITATION.c.outsider, PERSON.c.name)
        .outerjoin(PERSON, PERSON.c.person_id == INVITATION.c.rater_id)
        .where(INVITATION.c.round_id == round_id, sa.or_(INVITATION.c.outsider.is_not(None), _without_account()))
        .order_by(INVITATION.c.outsider, PERSON.c.name)
    )
    return {row.outsider or row.rater_id: row.outsider or row.name for row in connection.execute(query)}


def save_answer(store: Store, viewer: Viewer, invitation_id: str, competency_id: str, answer: Answer) -> dt.datetime:
    """Keep one answer on the viewer's own sheet and return when.

    Raises `Conflict` once the round is closed, once the answer is part of shown results, or when either of the two
    has left; `InputError` for what is no rating.
    """
    with store.write(viewer.user_id) as change:
        row = _own(change.connection, viewer, invitation_id)
        _put(change, row, competency_id, answer)
        return change.at


def hand_in(store: Store, viewer: Viewer, invitation_id: str) -> dt.datetime:
    """Hand in the viewer's own sheet and return when; every competency must be rated or marked as not seen.

    Until the round is closed its answers may still be changed.
    """
    with store.write(viewer.user_id) as change:
        row = _own(change.connection, viewer, invitation_id)
        _hand_in(change, row)
        return change.at


def take_answers(
    change: Change,
    viewer: Viewer,
    answers: Mapping[str, Mapping[str, Answer]],
    *,
    brought_in: tuple[str, str] | None = None,
) -> int:
    """Keep a whole file of answers by invitation_id and competency_id, and hand in what is complete by it.

    All or nothing. The sheets must be the viewer's own or, with `brought_in` (round_id and rater), those of that
    rater. Returns how many sheets were handed in.
    """
    connection = change.connection
    own = own_sheets(connection, viewer) if brought_in is None else sheets_brought_in(connection, viewer, *brought_in)
    sheets = {sheet.invitation_id: sheet for sheet in own}
    done = 0
    for invitation_id, given in answers.items():
        if invitation_id not in sheets:
            raise NotAllowed(text("This form is not among those you are asked for."))
        row = _row(connection, invitation_id)
        for competency_id, answer in given.items():
            if sheets[invitation_id].answers.get(competency_id) != answer:
                _put(change, row, competency_id, answer)
        if not sheets[invitation_id].with_answers(given).missing and not sheets[invitation_id].handed_in:
            _hand_in(change, row)
            done += 1
    return done


def _sheets(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[Sheet]:
    query = (
        sa.select(
            INVITATION, ROUND.c.name.label("round_name"), ROUND.c.due_on, ROUND.c.asked, ROUND.c.framework_version,
            PERSON.c.name, PERSON.c.employee_number,
        )
        .join(ROUND, ROUND.c.round_id == INVITATION.c.round_id)
        .join(PERSON, PERSON.c.person_id == INVITATION.c.person_id)
        .where(which, PERSON.c.left_on.is_(None))
        .order_by(ROUND.c.due_on, INVITATION.c.relation != "self", PERSON.c.employee_number)
    )  # fmt: skip
    rows = list(connection.execute(query).mappings())
    given: dict[str, dict[str, Answer]] = {row["invitation_id"]: {} for row in rows}
    for one in connection.execute(sa.select(ANSWER).where(ANSWER.c.invitation_id.in_(given))):
        given[one.invitation_id][one.competency_id] = Answer(one.rating, one.comment or "", bool(one.rated))
    return [
        Sheet(
            row["invitation_id"], row["person_id"], row["employee_number"], row["name"], row["relation"],
            row["round_name"], row["due_on"], row["framework_version"], tuple(row["asked"][row["person_id"]]),
            given[row["invitation_id"]], row["handed_in_at"] is not None,
        )
        for row in rows
    ]  # fmt: skip


def framework_of(connection: sa.Connection, version: str) -> dict[str, Any]:
    """Return the framework in the version a round was made with."""
    return content(connection, "framework", "default", version)


def _own(connection: sa.Connection, viewer: Viewer, invitation_id: str) -> Any:
    row = _row(connection, invitation_id)
    if viewer.person_id is None or row["rater_id"] != viewer.person_id:
        raise NotAllowed(text("This form is not among those you are asked for."))
    return row


def _row(connection: sa.Connection, invitation_id: str) -> Any:
    rater = PERSON.alias("rater")
    query = (
        sa.select(
            INVITATION,
            ROUND.c.is_open,
            ROUND.c.asked,
            PERSON.c.name,
            PERSON.c.left_on,
            rater.c.left_on.label("rater_left"),
        )
        .join(ROUND, ROUND.c.round_id == INVITATION.c.round_id)
        .join(PERSON, PERSON.c.person_id == INVITATION.c.person_id)
        .outerjoin(rater, rater.c.person_id == INVITATION.c.rater_id)
        .where(INVITATION.c.invitation_id == invitation_id)
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(text("This form is no longer asked for."), remedy=text("Reload the page."))
    if not row["is_open"]:
        raise Conflict(
            text("This round is closed; nothing more can be rated in it."),
            remedy=text("Ask whoever runs the round to reopen it."),
        )
    if row["left_on"] is not None or row["rater_left"] is not None:
        raise Conflict(
            text("{name} has left, so nothing more is rated here.", name=row["name"])
            if row["left_on"] is not None
            else text("Who has left no longer rates.")
        )
    return row


def _put(change: Change, row: Any, competency_id: str, answer: Answer) -> None:
    check_answer(answer)
    if competency_id not in row["asked"][row["person_id"]]:
        raise NotFound(text("The competency “{competency}” is not asked for here.", competency=competency_id))
    key = sa.and_(ANSWER.c.invitation_id == row["invitation_id"], ANSWER.c.competency_id == competency_id)
    found = change.connection.execute(sa.select(ANSWER).where(key)).one_or_none()
    if found is not None and found.shown_as is not None:
        raise Conflict(
            text("This answer is part of results that were shown and stays as it is."),
            remedy=text("Rate anew in the next round."),
        )
    values = {
        "rating": None if answer.rating is None else int(answer.rating),
        "comment": answer.comment or None,
        "rated": answer.rated,
    }
    if found is None:
        new = {"invitation_id": row["invitation_id"], "competency_id": competency_id, **values}
        change.connection.execute(ANSWER.insert().values(**new))
    else:
        change.connection.execute(ANSWER.update().where(key).values(**values))
    # Neither about whom nor what: the audit may be shown to the person rated.
    change.record("answer", "feedback_answer", row["round_id"], person_id=row["rater_id"])


def _hand_in(change: Change, row: Any) -> None:
    query = sa.select(ANSWER.c.competency_id).where(ANSWER.c.invitation_id == row["invitation_id"], ANSWER.c.rated)
    if set(row["asked"][row["person_id"]]) - set(change.connection.execute(query).scalars()):
        raise InputError(
            text("Some competencies are not rated yet."), remedy=text("Rate each of them, or choose “Not seen”.")
        )
    key = INVITATION.c.invitation_id == row["invitation_id"]
    change.connection.execute(INVITATION.update().where(key).values(handed_in_at=change.at))
    change.record("answer", "feedback_invitation", row["round_id"], person_id=row["rater_id"])


def _without_account() -> sa.ColumnElement[bool]:
    # Closed accounts too: what was given through one is nobody else's to read or to change.
    ever = sa.select(ACCOUNT.c.person_id).where(ACCOUNT.c.person_id.is_not(None))
    return sa.and_(INVITATION.c.rater_id.is_not(None), INVITATION.c.rater_id.not_in(ever))
