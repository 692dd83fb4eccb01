"""What a rater writes besides ratings: what was seen, hand-in, joint visits and reviews of proposals."""

import datetime as dt

import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.errors import Conflict, InputError, NotAllowed
from toolkit.organisation.storage import PERSON, content, may_see
from toolkit.roleplay.sheet import LateChange, SheetRecord, rating_words, require_complete, require_reason
from toolkit.roleplay.storage import (
    SheetKey,
    create_workshop,
    is_sheet,
    require_rater,
    rubric_of,
    sheet_of,
    write_criterion,
)
from toolkit.roleplay.tables import RATING, SHEET, WORKSHOP, WORKSHOP_SLOT
from toolkit.store import Change, Store
from toolkit.store.schema import AUDIT
from toolkit.wording import text

LONGEST_NOTE = 4000
_AUDIT = AUDIT["coaching"]


def own_sheet(connection: sa.Connection, viewer: Viewer, key: SheetKey) -> SheetRecord:
    """Return all that is on the viewer's own sheet; raises `NotAllowed` for anybody else's."""
    if viewer.person_id is None or viewer.person_id != key.rater_id:
        raise NotAllowed(text("A sheet is open to its own rater only."))
    sheet = connection.execute(sa.select(SHEET).where(*is_sheet(key))).one_or_none()
    if sheet is None:
        return SheetRecord()
    rows = connection.execute(sa.select(RATING).where(RATING.c.sheet_id == sheet.sheet_id)).all()
    return SheetRecord(
        ratings={row.criterion_id: row.rating for row in rows if row.rated},
        notes={row.criterion_id: row.note for row in rows if row.note},
        submitted_at=sheet.submitted_at,
        overall=sheet.overall,
        late=_late_changes(connection, sheet.sheet_id, key) if sheet.submitted_at else (),
    )


def handed_in(connection: sa.Connection, viewer: Viewer, workshop_id: str) -> set[tuple[str, str]]:
    """Return (rep_id, scenario_id) of the viewer's own sheets that have been handed in."""
    own = (SHEET.c.workshop_id == workshop_id, SHEET.c.rater_id == viewer.person_id)
    query = sa.select(SHEET.c.rep_id, SHEET.c.scenario_id).where(*own, SHEET.c.submitted_at.is_not(None))
    return {(row.rep_id, row.scenario_id) for row in connection.execute(query)}


def own_order(connection: sa.Connection, viewer: Viewer, workshop_id: str) -> list[tuple[str, str]]:
    """Return (rep_id, scenario_id) in the order in which the timetable lets the viewer see them; may be empty."""
    own = (WORKSHOP_SLOT.c.workshop_id == workshop_id, WORKSHOP_SLOT.c.rater_id == viewer.person_id)
    query = sa.select(WORKSHOP_SLOT).where(*own).order_by(WORKSHOP_SLOT.c.slot, WORKSHOP_SLOT.c.station)
    return list(dict.fromkeys((row.rep_id, row.scenario_id) for row in connection.execute(query)))


def save_note(
    store: Store, viewer: Viewer, key: SheetKey, criterion_id: str, words: str, *, on: dt.date, why: str = ""
) -> dt.datetime:
    """Store what was seen on one criterion, rated or not, and return when; see `save_rating` for what is refused."""
    if len(words) > LONGEST_NOTE:
        raise InputError(text("A note takes at most {longest} characters.", longest=LONGEST_NOTE))
    values = {"note": words.strip() or None}
    return write_criterion(store, viewer, key, criterion_id, values, on=on, why=why)


def take_back(store: Store, viewer: Viewer, key: SheetKey, criterion_id: str, *, on: dt.date) -> dt.datetime:
    """Make a criterion unrated again and return when; its note stays. Not once the sheet has been handed in."""
    return write_criterion(store, viewer, key, criterion_id, {"rating": None, "rated": False}, on=on, why="")


def hand_in(store: Store, viewer: Viewer, key: SheetKey, overall: int | None, *, on: dt.date) -> dt.datetime:
    """Hand the viewer's own sheet in and return when it first was.

    Raises `InputError` while a mandatory criterion is open, or the overall judgement is missing where the
    workshop certifies, `Conflict` where it was handed in with another overall judgement, and `NotAllowed` for
    anybody else's sheet.
    """
    with store.write(viewer.user_id) as change:
        connection = change.connection
        require_rater(connection, viewer, key)
        criteria = rubric_of(connection, key)["criteria"]
        sheet_id, before = sheet_of(change, key, on)
        if before is not None:
            stored = sa.select(SHEET.c.overall).where(SHEET.c.sheet_id == sheet_id)
            if connection.execute(stored).scalar_one() != overall:
                raise Conflict(
                    text("This sheet has been handed in already, with another overall judgement."),
                    remedy=text(
                        "That one stands on the sheet now. Choose yours again and give the reason to change it."
                    ),
                )
            return before
        rated = set(
            connection.execute(
                sa.select(RATING.c.criterion_id).where(RATING.c.sheet_id == sheet_id, RATING.c.rated)
            ).scalars()
        )
        certifies = connection.execute(
            sa.select(WORKSHOP.c.certifies).where(WORKSHOP.c.workshop_id == key.workshop_id)
        ).scalar_one()
        missing = [one["name"] for one in criteria if one.get("mandatory") and one["id"] not in rated]
        require_complete(missing, overall, certifies)
        values = {"submitted_at": change.at, "overall": overall}
        change.put(SHEET, {"sheet_id": sheet_id}, values, person_id=key.rep_id)
        return change.at


def judge(store: Store, viewer: Viewer, key: SheetKey, overall: int, why: str) -> dt.datetime:
    """Change the overall judgement on a sheet that has been handed in, and return when; needs a reason."""
    require_complete([], overall, certifies=True)
    with store.write(viewer.user_id) as change:
        require_rater(change.connection, viewer, key)
        sheet = change.connection.execute(sa.select(SHEET).where(*is_sheet(key))).one_or_none()
        if sheet is None or sheet.submitted_at is None:
            raise InputError(text("This sheet has not been handed in yet."))
        require_reason(sheet.submitted_at, why)
        place = {"sheet_id": sheet.sheet_id}
        change.put(SHEET, place, {"overall": overall}, person_id=key.rep_id, why=why.strip())
        return change.at


def begin_visit(
    change: Change, viewer: Viewer, *, scenario_id: str, rep_id: str, name: dict[str, str], held_on: dt.date
) -> str:
    """Make a workshop of one rep for a joint visit or a proposal, with the viewer as rater; return its id.

    Which of the two it is, the scenario's content says. Raises `NotAllowed` for a rep the viewer may not see, and
    `InputError` for a scenario that is a role-play.
    """
    person = sa.select(PERSON.c.person_id).where(PERSON.c.person_id == rep_id, may_see(viewer))
    rates = viewer.role in ("trainer", "manager") and viewer.person_id not in (None, rep_id)
    if not rates or change.connection.execute(person).scalar_one_or_none() is None:
        raise NotAllowed(
            text("You cannot score this person."), remedy=text("Choose somebody whose development you look after.")
        )
    body = content(change.connection, "scenario", scenario_id)
    kind = body.get("kind", "workshop")
    if kind == "workshop":
        raise InputError(text("This scenario is a role-play: make a workshop for it."))
    workshop_id = create_workshop(
        change,
        name=name,
        held_on=held_on,
        scenarios={scenario_id: body["rubric"]},
        reps=[rep_id],
        raters=[str(viewer.person_id)],
    )
    change.put(WORKSHOP, {"workshop_id": workshop_id}, {"kind": kind}, person_id=rep_id)
    return workshop_id


def _late_changes(connection: sa.Connection, sheet_id: str, key: SheetKey) -> tuple[LateChange, ...]:
    own = sa.or_(_AUDIT.c.record_id == sheet_id, _AUDIT.c.record_id.startswith(f"{sheet_id}/", autoescape=True))
    told = (_AUDIT.c.person_id == key.rep_id, _AUDIT.c.record.in_(("rating", "sheet")), _AUDIT.c.why.is_not(None))
    query = sa.select(_AUDIT).where(*told, own).order_by(_AUDIT.c.audit_id)
    return tuple(_late_change(row) for row in connection.execute(query))


def _late_change(row: sa.Row[tuple[object, ...]]) -> LateChange:
    before, after = row.before or {}, row.after or {}
    criterion_id = row.record_id.partition("/")[2]
    if row.record == "sheet":
        values = "overall", str(before.get("overall") or ""), str(after.get("overall") or "")
    elif after.get("note") is not None or "note" in before:
        values = "note", before.get("note") or "", after.get("note") or ""
    else:
        was_rated = bool(before) and before.get("rated", True)
        values = "rating", rating_words(before.get("rating")) if was_rated else "", rating_words(after.get("rating"))
    kind, one, other = values
    return LateChange(kind, criterion_id, one, other, row.why, row.at)
