"""Reviews, tracks and reminders in the coaching store; every query takes the viewer."""

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.errors import InputError, NotAllowed, NotFound
from toolkit.organisation.storage import PERSON, frame_of, may_see, person
from toolkit.plans.reminders import Reminder, reminders_of
from toolkit.plans.review.storage import led_by, progress_in, require_editor, signed_by
from toolkit.plans.storage import is_newest, saved_plan_of
from toolkit.plans.tables import PLAN, REVIEW, TRACK
from toolkit.store import Store, new_id
from toolkit.wording import text

_TO_COME = REVIEW.c.held_on.is_(None), REVIEW.c.cancelled_at.is_(None)


def set_reviews(store: Store, viewer: Viewer, person_id: str, days: Sequence[dt.date]) -> None:
    """Set the days of the reviews still to be held; those held stay. The person's manager or a trainer may."""
    with store.write(viewer.user_id) as change:
        person(change.connection, viewer, person_id)
        require_editor(viewer)
        query = sa.select(REVIEW).where(REVIEW.c.person_id == person_id, *_TO_COME)
        for old in change.connection.execute(query).mappings().all():
            if old["due_on"] in days:
                continue
            # It stays, so that calendars that have it can be told to take it out.
            change.put(REVIEW, {"review_id": old["review_id"]}, {"cancelled_at": change.at}, person_id=person_id)
        kept = {row.due_on for row in change.connection.execute(query)}
        for day in sorted(set(days) - kept):
            values = {"person_id": person_id, "due_on": day, "held_on": None, "note": ""}
            change.put(REVIEW, {"review_id": new_id()}, values, person_id=person_id)


def hold_review(store: Store, viewer: Viewer, person_id: str, review_id: str, note: str, *, today: dt.date) -> None:
    """Note that a review was held today and what came of it; the person's manager or a trainer may."""
    with store.write(viewer.user_id) as change:
        person(change.connection, viewer, person_id)
        require_editor(viewer)
        same = REVIEW.c.review_id == review_id, REVIEW.c.person_id == person_id, REVIEW.c.cancelled_at.is_(None)
        if change.connection.execute(sa.select(REVIEW).where(*same)).one_or_none() is None:
            raise NotFound(text("There is no such review."))
        change.put(REVIEW, {"review_id": review_id}, {"held_on": today, "note": note}, person_id=person_id)


def reviews_of(connection: sa.Connection, viewer: Viewer, person_id: str) -> pd.DataFrame:
    """Return a person's reviews: review_id, due_on, held_on (empty until held), note; without those taken away."""
    person(connection, viewer, person_id)
    columns = [REVIEW.c[name] for name in ("review_id", "due_on", "held_on", "note")]
    there = REVIEW.c.person_id == person_id, REVIEW.c.cancelled_at.is_(None)
    query = sa.select(*columns).where(*there).order_by(REVIEW.c.due_on)
    return frame_of(connection, query, ("due_on", "held_on"))


def cancelled_reviews(connection: sa.Connection, viewer: Viewer, person_id: str) -> tuple[dt.date, ...]:
    """Return the days of a person's reviews that were taken away, each as often as it was."""
    person(connection, viewer, person_id)
    gone = REVIEW.c.person_id == person_id, REVIEW.c.cancelled_at.is_not(None)
    return tuple(connection.execute(sa.select(REVIEW.c.due_on).where(*gone).order_by(REVIEW.c.due_on)).scalars())


def set_high_potential(store: Store, viewer: Viewer, person_id: str, high_potential: bool, why: str) -> None:
    """Put a person on the high-potential track or take them off it, with the reason; manager or trainer may."""
    if not why.strip():
        raise InputError(text("The high-potential track needs a reason."), remedy=text("Say what was seen."))
    with store.write(viewer.user_id) as change:
        person(change.connection, viewer, person_id)
        require_editor(viewer)
        if viewer.person_id == person_id:
            raise NotAllowed(text("Nobody decides about their own track."))
        values = {"high_potential": high_potential, "why": why.strip(), "set_by": viewer.user_id, "set_at": change.at}
        change.put(TRACK, {"person_id": person_id}, values, person_id=person_id, why=why.strip())


def tracks(connection: sa.Connection, viewer: Viewer) -> pd.DataFrame:
    """Return who of those the viewer may see is on the high-potential track: person_id, why, set_at."""
    query = (
        sa.select(TRACK.c.person_id, TRACK.c.why, TRACK.c.set_at)
        .join(PERSON, PERSON.c.person_id == TRACK.c.person_id)
        .where(TRACK.c.high_potential, may_see(viewer))
    )
    return frame_of(connection, query.order_by(TRACK.c.person_id))


def reminders(
    connection: sa.Connection, viewer: Viewer, today: dt.date, *, horizon: int = 14, own: bool = False
) -> list[tuple[Reminder, bool]]:
    """Return what is due in the plans of everybody the viewer may see who has not left, and whether it is for the viewer.

    The longest overdue first; see `plans.reminders`. With `own` only the viewer's plan and those of people they lead
    are read, which are all that can hold something for the viewer.
    """
    led = led_by(connection, viewer)
    seen = [may_see(viewer), PERSON.c.left_on.is_(None)]
    if own:
        seen.append(PERSON.c.person_id.in_({*led, viewer.person_id}))
    query = sa.select(PLAN).join(PERSON, PERSON.c.person_id == PLAN.c.person_id).where(is_newest(), *seen)
    plans = [saved_plan_of(dict(row)) for row in connection.execute(query).mappings()]
    due: dict[str, list[dt.date]] = {}
    reviews = sa.select(REVIEW).join(PERSON, PERSON.c.person_id == REVIEW.c.person_id)
    for review in connection.execute(reviews.where(*_TO_COME, *seen)):
        due.setdefault(review.person_id, []).append(review.due_on)
    ids = [saved.plan_id for saved in plans]
    signed, progress = signed_by(connection, ids), progress_in(connection, ids)
    found: list[tuple[Reminder, bool]] = []
    for saved in plans:
        who = saved.plan.person_id
        theirs = reminders_of(
            saved.plan,
            saved.status,
            progress[saved.plan_id],
            signed[saved.plan_id],
            due.get(who, []),
            today,
            saved_on=saved.saved_at.date(),
            horizon=horizon,
        )
        found += [(one, who == viewer.person_id if one.party == "rep" else who in led) for one in theirs]
    return sorted(found, key=lambda pair: pair[0].days)
