"""Calibration sessions and their sheets in the coaching store.

Nobody is given the key or anybody else's ratings before their own sheet is handed in. A sheet handed in without any
rating is that of somebody who leads the session: they know the key and do not rate.
"""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Role, Viewer
from toolkit.errors import Conflict, InputError, NotAllowed, NotFound
from toolkit.organisation.storage import content, current_versions, frame_of
from toolkit.roleplay.calibration.performance import Key, check_key, key_from, plain_key
from toolkit.roleplay.rubric import Rubric
from toolkit.roleplay.tables import CALIBRATION, CALIBRATION_SHEET, WORKSHOP_MEMBER, WORKSHOP_SCENARIO
from toolkit.store import Change, Store, new_id
from toolkit.wording import text

MONTHS_VALID = 6
Sheet = dict[str, float | None]
_RATERS = (Role.TRAINER, Role.MANAGER)


@dataclass(frozen=True)
class Session:
    """A calibration session as a rater may know it before handing in: all but the key."""

    calibration_id: str
    name: dict[str, str]
    held_on: dt.date
    scenario_id: str
    rubric: Rubric
    performance: dict[str, str]


def sessions(connection: sa.Connection, viewer: Viewer) -> pd.DataFrame:
    """Return all sessions, newest first, to whoever may rate.

    Columns: calibration_id, name_en, name_zh, held_on, rubric_id, and of `viewer`'s own sheet: handed_in, leads.
    """
    _require_rater(viewer)
    own = sa.and_(
        CALIBRATION_SHEET.c.calibration_id == CALIBRATION.c.calibration_id,
        CALIBRATION_SHEET.c.rater_id == viewer.person_id,
    )
    names = ("calibration_id", "name_en", "name_zh", "held_on", "rubric_id")
    query = (
        sa.select(
            *(CALIBRATION.c[name] for name in names), CALIBRATION_SHEET.c.ratings, CALIBRATION_SHEET.c.submitted_at
        )
        .outerjoin(CALIBRATION_SHEET, own)
        .order_by(CALIBRATION.c.held_on.desc(), CALIBRATION.c.name_en, CALIBRATION.c.calibration_id)
    )
    frame = frame_of(connection, query, ("held_on",))
    frame["handed_in"] = frame.pop("submitted_at").notna()
    frame["leads"] = [
        bool(done) and not ratings for done, ratings in zip(frame["handed_in"], frame.pop("ratings"), strict=True)
    ]
    return frame


def session(connection: sa.Connection, viewer: Viewer, calibration_id: str) -> Session:
    """Return one session without its key; raises `NotFound` or `NotAllowed`."""
    _require_rater(viewer)
    row = _row(connection, calibration_id)
    rubric = content(connection, "rubric", row["rubric_id"], row["rubric_version"])
    return Session(
        calibration_id,
        {"en": row["name_en"], "zh": row["name_zh"]},
        row["held_on"],
        row["scenario_id"],
        Rubric.from_content(rubric),
        json.loads(row["performance"]),
    )


def own_sheet(connection: sa.Connection, viewer: Viewer, calibration_id: str) -> tuple[Sheet, bool]:
    """Return the viewer's own ratings (None = not observed) and whether they are handed in."""
    own = sa.and_(
        CALIBRATION_SHEET.c.calibration_id == calibration_id, CALIBRATION_SHEET.c.rater_id == viewer.person_id
    )
    found = connection.execute(sa.select(CALIBRATION_SHEET).where(own)).mappings().one_or_none()
    if found is None:
        return {}, False
    return {criterion: one["rating"] for criterion, one in found["ratings"].items()}, found["submitted_at"] is not None


def key_of(connection: sa.Connection, viewer: Viewer, calibration_id: str) -> Key:
    """Return the expert's key, once the viewer's own sheet is handed in; raises `NotAllowed` before."""
    _require_handed_in(connection, viewer, calibration_id)
    return key_from(_row(connection, calibration_id)["key"])


def ratings(connection: sa.Connection, viewer: Viewer, calibration_id: str) -> pd.DataFrame:
    """Return rater_id, criterion_id and rating of all sheets handed in, to a trainer whose own is; else only the own."""
    _require_handed_in(connection, viewer, calibration_id)
    return _long(connection, viewer, CALIBRATION_SHEET.c.calibration_id == calibration_id)[
        ["rater_id", "criterion_id", "rating"]
    ]


def over_time(connection: sa.Connection, viewer: Viewer) -> pd.DataFrame:
    """Return session_id, name_en, name_zh, held_on, rater_id, criterion_id, rating and key over all sessions.

    Only sessions whose key the viewer knows, and of other raters only to trainers.
    """
    _require_rater(viewer)
    mine = sa.select(CALIBRATION_SHEET.c.calibration_id).where(
        CALIBRATION_SHEET.c.rater_id == viewer.person_id, CALIBRATION_SHEET.c.submitted_at.is_not(None)
    )
    return _long(connection, viewer, CALIBRATION_SHEET.c.calibration_id.in_(mine))


def create_session(
    change: Change,
    viewer: Viewer,
    *,
    name: dict[str, str],
    held_on: dt.date | None,
    scenario_id: str,
    rubric_id: str,
    performance: dict[str, str],
    key: Key,
) -> str:
    """Store a new session on the current version of a rubric and return its id. Only trainers may.

    Whoever makes it knows the key and therefore leads it. Raises `InputError` for what is missing.
    """
    if viewer.role != Role.TRAINER or viewer.person_id is None:
        raise NotAllowed(text("Only trainers make calibration sessions."), remedy=text("Ask a trainer to make one."))
    if not any(words.strip() for words in name.values()) or held_on is None:
        raise InputError(text("A calibration session needs a name and a day."))
    if not any(words.strip() for words in performance.values()):
        raise InputError(
            text("A calibration session needs a performance to rate."),
            remedy=text("Paste what was said, or the title or address of a recording everybody can open."),
        )
    version = current_versions(change.connection, "rubric").get(rubric_id)
    if version is None or scenario_id not in current_versions(change.connection, "scenario"):
        raise NotFound(text("This scenario or rubric is not in the store."))
    check_key(key, Rubric.from_content(content(change.connection, "rubric", rubric_id, version)))
    calibration_id = new_id()
    values = {
        "name_en": name["en"],
        "name_zh": name["zh"],
        "held_on": held_on,
        "scenario_id": scenario_id,
        "rubric_id": rubric_id,
        "rubric_version": version,
        "performance": json.dumps(performance, ensure_ascii=False),
        "key": plain_key(key),
    }
    change.put(CALIBRATION, {"calibration_id": calibration_id}, values)
    _put_sheet(change, viewer, calibration_id, {}, handed_in=True)
    return calibration_id


def save_rating(
    store: Store, viewer: Viewer, calibration_id: str, criterion_id: str, rating: float | None
) -> dt.datetime:
    """Keep one rating on the viewer's own sheet and return when; raises `Conflict` once it is handed in."""
    if rating is not None and rating not in (1, 2, 3, 4, 5):
        raise InputError(text("A rating is one of 1, 2, 3, 4 or 5, not {value}.", value=rating))
    with store.write(viewer.user_id) as change:
        found = session(change.connection, viewer, calibration_id)
        if criterion_id not in found.rubric.weights:
            raise NotFound(text("The criterion “{criterion}” is not in this rubric.", criterion=criterion_id))
        sheet = _open_sheet(change.connection, viewer, calibration_id)
        _put_sheet(change, viewer, calibration_id, {**sheet, criterion_id: rating}, handed_in=False)
        return change.at


def hand_in(store: Store, viewer: Viewer, calibration_id: str, *, leads: bool = False) -> Key:
    """Close the viewer's own sheet for good and return the key.

    Every criterion must have been rated or marked as not observed. A trainer who `leads` gives up rating instead.
    """
    with store.write(viewer.user_id) as change:
        found = session(change.connection, viewer, calibration_id)
        sheet = _open_sheet(change.connection, viewer, calibration_id)
        if leads:
            if viewer.role != Role.TRAINER:
                raise NotAllowed(text("Only trainers lead calibration sessions."))
            sheet = {}
        elif set(sheet) != set(found.rubric.weights):
            raise InputError(
                text("Some criteria are not rated yet."),
                remedy=text("Rate each of them, or choose “Not observed”, then hand in."),
            )
        _put_sheet(change, viewer, calibration_id, sheet, handed_in=True)
        return key_of(change.connection, viewer, calibration_id)


def needs_calibration(connection: sa.Connection, workshop_id: str, now: dt.datetime) -> list[str]:
    """Return the person_id of the workshop's raters who have not calibrated on its rubrics within six months.

    With several rubrics each of them counts; leading a session counts as well. The order is that of person ids. `now`
    is the moment where the organisation is: days are those of its time zone.
    """
    since = (pd.Timestamp(now.date()) - pd.DateOffset(months=MONTHS_VALID)).date()
    raters = sa.select(WORKSHOP_MEMBER.c.person_id).where(
        WORKSHOP_MEMBER.c.workshop_id == workshop_id, WORKSHOP_MEMBER.c.part == "rater"
    )
    used = sa.select(WORKSHOP_SCENARIO.c.rubric_id).where(WORKSHOP_SCENARIO.c.workshop_id == workshop_id)
    done = (
        sa.select(CALIBRATION_SHEET.c.rater_id, CALIBRATION.c.rubric_id, CALIBRATION_SHEET.c.submitted_at)
        .join(CALIBRATION, CALIBRATION.c.calibration_id == CALIBRATION_SHEET.c.calibration_id)
        .where(CALIBRATION_SHEET.c.submitted_at.is_not(None), CALIBRATION_SHEET.c.rater_id.in_(raters))
    )
    wanted = set(connection.execute(used).scalars())
    recent: dict[str, set[str]] = {}
    for row in connection.execute(done):
        if row.submitted_at.astimezone(now.tzinfo).date() >= since:
            recent.setdefault(row.rater_id, set()).add(row.rubric_id)
    return sorted(one for one in connection.execute(raters).scalars() if not wanted <= recent.get(one, set()))


def _long(connection: sa.Connection, viewer: Viewer, which: sa.ColumnElement[bool]) -> pd.DataFrame:
    query = (
        sa.select(CALIBRATION, CALIBRATION_SHEET.c.rater_id, CALIBRATION_SHEET.c.ratings)
        .join(CALIBRATION_SHEET, CALIBRATION_SHEET.c.calibration_id == CALIBRATION.c.calibration_id)
        .where(which, CALIBRATION_SHEET.c.submitted_at.is_not(None))
        .order_by(CALIBRATION.c.held_on, CALIBRATION_SHEET.c.submitted_at, CALIBRATION_SHEET.c.rater_id)
    )
    if viewer.role != Role.TRAINER:
        query = query.where(CALIBRATION_SHEET.c.rater_id == viewer.person_id)
    names = ["session_id", "name_en", "name_zh", "held_on", "rater_id", "criterion_id", "rating", "key"]
    rows: list[dict[str, Any]] = [
        {
            "session_id": row["calibration_id"],
            **{name: row[name] for name in ("name_en", "name_zh", "held_on", "rater_id")},
            "criterion_id": criterion,
            "rating": one["rating"],
            "key": row["key"][criterion]["rating"],
        }
        for row in connection.execute(query).mappings()
        for criterion, one in row["ratings"].items()
    ]
    frame = pd.DataFrame(rows, columns=names)
    return frame.astype({"rating": float, "key": float})


def _row(connection: sa.Connection, calibration_id: str) -> Any:
    query = sa.select(CALIBRATION).where(CALIBRATION.c.calibration_id == calibration_id)
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        raise NotFound(text("This calibration session is not in the store."))
    return found


def _open_sheet(connection: sa.Connection, viewer: Viewer, calibration_id: str) -> Sheet:
    sheet, done = own_sheet(connection, viewer, calibration_id)
    if done:
        raise Conflict(
            text("This sheet has been handed in; its ratings stay as they are."),
            remedy=text("Take part in the next session to rate again."),
        )
    return sheet


def _put_sheet(change: Change, viewer: Viewer, calibration_id: str, sheet: Sheet, *, handed_in: bool) -> None:
    plain = {criterion: {"rating": rating, "note": None} for criterion, rating in sheet.items()}
    values = {"ratings": plain, "submitted_at": change.at if handed_in else None}
    key = {"calibration_id": calibration_id, "rater_id": viewer.person_id}
    change.put(CALIBRATION_SHEET, key, values, person_id=viewer.person_id)


def _require_rater(viewer: Viewer) -> None:
    if viewer.role not in _RATERS or viewer.person_id is None:
        raise NotAllowed(
            text("Calibration is for those who rate: trainers and sales managers on the roster."),
            remedy=text("Ask your administrator to tie your account to a person on the roster."),
        )


def _require_handed_in(connection: sa.Connection, viewer: Viewer, calibration_id: str) -> None:
    _require_rater(viewer)
    if not own_sheet(connection, viewer, calibration_id)[1]:
        raise NotAllowed(
            text("The key and the others' ratings are shown once your own sheet is handed in."),
            remedy=text("Rate all criteria and hand in."),
        )
