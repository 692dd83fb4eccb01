"""Workshops, sheets and ratings in the coaching store."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.errors import InputError, NotAllowed, NotFound
from toolkit.organisation.storage import PERSON, content, current_versions, frame_of, may_see
from toolkit.roleplay.rubric import Rubric, refuse_shared_ids
from toolkit.roleplay.sheet import require_reason
from toolkit.roleplay.tables import RATING, SHEET, WORKSHOP, WORKSHOP_MEMBER, WORKSHOP_SCENARIO
from toolkit.store import Change, Store, new_id
from toolkit.wording import text

# What a sheet counts as among all evidence, by the kind of its workshop.
SOURCE_OF = {"workshop": "role_play", "visit": "joint_visit", "proposal": "proposal"}


@dataclass(frozen=True)
class SheetKey:
    """Which sheet: one rater's view of one rep in one scenario of one workshop."""

    workshop_id: str
    scenario_id: str
    rep_id: str
    rater_id: str


def workshops(connection: sa.Connection, viewer: Viewer | None = None) -> pd.DataFrame:
    """Return all workshops: workshop_id, name_en, name_zh, held_on, kind, certifies.

    With `viewer`, joint visits and reviews of proposals are among them only where the viewer rates in them or may
    see the rep. The latest day comes first; of one day, the workshop in which somebody scored last.
    """
    scored = sa.select(sa.func.max(SHEET.c.updated_at)).where(SHEET.c.workshop_id == WORKSHOP.c.workshop_id)
    order = (WORKSHOP.c.held_on.desc(), scored.scalar_subquery().desc().nulls_last(), WORKSHOP.c.workshop_id)
    columns = [WORKSHOP.c[name] for name in ("workshop_id", "name_en", "name_zh", "held_on", "kind", "certifies")]
    query = sa.select(*columns).order_by(*order)
    if viewer is not None:
        mine = sa.and_(WORKSHOP_MEMBER.c.part == "rater", WORKSHOP_MEMBER.c.person_id == viewer.person_id)
        seen = sa.and_(WORKSHOP_MEMBER.c.part == "rep", may_see(viewer))
        members = sa.select(WORKSHOP_MEMBER.c.workshop_id).join(PERSON).where(sa.or_(mine, seen))
        query = query.where(sa.or_(WORKSHOP.c.kind == "workshop", WORKSHOP.c.workshop_id.in_(members)))
    return frame_of(connection, query, ("held_on",))


def create_workshop(
    change: Change,
    *,
    name: dict[str, str],
    held_on: dt.date,
    scenarios: dict[str, str],
    reps: list[str],
    raters: list[str],
    certifies: bool = False,
    workshop_id: str | None = None,
) -> str:
    """Store a new workshop and return its id.

    `scenarios` maps scenario_id to rubric_id; the current versions of both are kept with the
    workshop for ever. `certifies`: reps pass or fail. Raises `InputError` without scenarios, reps or raters, or where
    two rubrics use one id for different criteria.
    """
    if not scenarios or not reps or not raters:
        raise InputError(
            text("A workshop needs a name, a day, at least one scenario, one rep and one rater."),
            remedy=text("Fill in what is missing and press the button again."),
        )
    workshop_id, connection = workshop_id or new_id(), change.connection
    versions = {kind: current_versions(connection, kind) for kind in ("scenario", "rubric")}
    refuse_shared_ids([Rubric.from_content(content(connection, "rubric", one)) for one in set(scenarios.values())])
    row = {"name_en": name["en"], "name_zh": name["zh"], "held_on": held_on, "certifies": certifies}
    connection.execute(WORKSHOP.insert().values(workshop_id=workshop_id, **row))
    for scenario_id, rubric_id in scenarios.items():
        connection.execute(
            WORKSHOP_SCENARIO.insert().values(
                workshop_id=workshop_id,
                scenario_id=scenario_id,
                scenario_version=versions["scenario"][scenario_id],
                rubric_id=rubric_id,
                rubric_version=versions["rubric"][rubric_id],
            )
        )
    members = [{"workshop_id": workshop_id, "person_id": person, "part": "rep"} for person in dict.fromkeys(reps)]
    members += [{"workshop_id": workshop_id, "person_id": person, "part": "rater"} for person in dict.fromkeys(raters)]
    connection.execute(WORKSHOP_MEMBER.insert(), members)
    change.record("create", "workshop", workshop_id, after={**row, "reps": len(reps), "raters": len(raters)})
    return workshop_id


def scenarios_of(connection: sa.Connection, workshop_id: str) -> pd.DataFrame:
    """Return scenario_id, scenario_version, rubric_id, rubric_version of a workshop; raises `NotFound`."""
    query = sa.select(WORKSHOP_SCENARIO).where(WORKSHOP_SCENARIO.c.workshop_id == workshop_id)
    frame = frame_of(connection, query.order_by(WORKSHOP_SCENARIO.c.scenario_id))
    if frame.empty:
        raise NotFound(text("This workshop is not in the store."))
    return frame


def members_of(connection: sa.Connection, workshop_id: str, part: str) -> pd.DataFrame:
    """Return person_id, name and team_id of a workshop's reps or raters (`part`)."""
    query = (
        sa.select(PERSON.c.person_id, PERSON.c.name, PERSON.c.team_id)
        .join(WORKSHOP_MEMBER, WORKSHOP_MEMBER.c.person_id == PERSON.c.person_id)
        .where(WORKSHOP_MEMBER.c.workshop_id == workshop_id, WORKSHOP_MEMBER.c.part == part)
        .order_by(PERSON.c.employee_number)
    )
    return frame_of(connection, query)


def save_rating(
    store: Store,
    viewer: Viewer,
    key: SheetKey,
    criterion_id: str,
    rating: float | None,
    *,
    on: dt.date,
    why: str = "",
) -> dt.datetime:
    """Store one tap and return when it was stored (UTC).

    `rating` is 1 to 5, or None for “not observed”. Only the rater of that workshop may write, and
    only on their own sheet; raises `NotAllowed` otherwise, `InputError` off the scale or without a reason (`why`)
    once the sheet has been handed in, and `NotFound` for a scenario that is not played there or a criterion that
    is not in its rubric.
    """
    if rating is not None and rating not in (1, 2, 3, 4, 5):
        raise InputError(text("A rating is one of 1, 2, 3, 4 or 5, not {value}.", value=rating))
    values = {"rating": rating, "rated": True}
    return write_criterion(store, viewer, key, criterion_id, values, on=on, why=why, rates=True)


def write_criterion(
    store: Store,
    viewer: Viewer,
    key: SheetKey,
    criterion_id: str,
    values: dict[str, Any],
    *,
    on: dt.date,
    why: str,
    rates: bool = False,
) -> dt.datetime:
    """Write `values` into one criterion's row, unrated where it is new; see `save_rating` for what is refused."""
    with store.write(viewer.user_id) as change:
        require_rater(change.connection, viewer, key)
        rubric = rubric_of(change.connection, key)
        if criterion_id not in {criterion["id"] for criterion in rubric["criteria"]}:
            raise NotFound(
                text("The criterion “{criterion}” is not in this scenario's rubric.", criterion=criterion_id)
            )
        sheet_id, submitted_at = sheet_of(change, key, on)
        place = {"sheet_id": sheet_id, "criterion_id": criterion_id}
        changed = change.put(
            RATING,
            place,
            values,
            person_id=key.rep_id,
            why=why.strip() or None if submitted_at else None,
            at_first={"rating": None, "rated": False},
            stamp={"rated_at": change.at} if rates else {},
        )
        if changed:
            require_reason(submitted_at, why)
        change.connection.execute(SHEET.update().where(SHEET.c.sheet_id == sheet_id).values(updated_at=change.at))
        return change.at


def own_ratings(connection: sa.Connection, key: SheetKey) -> dict[str, float | None]:
    """Return what this rater has stored on this sheet: rating (None = not observed) by criterion_id."""
    query = sa.select(RATING.c.criterion_id, RATING.c.rating).join(SHEET).where(*is_sheet(key), RATING.c.rated)
    return {row.criterion_id: row.rating for row in connection.execute(query)}


def ratings(connection: sa.Connection, viewer: Viewer, workshop_id: str | None = None) -> pd.DataFrame:
    """Return all Ratings, of one workshop or of all, for figures that are pooled over everybody.

    Further columns: workshop_id, rubric_id, rubric_version, source, rated_on, and seen: whether
    `viewer` may see this rep. Rows that are not seen may enter a pooled figure, so that everybody
    reads the same one, and are shown to nobody.
    """
    query = (
        sa.select(
            SHEET.c.rep_id,
            SHEET.c.rater_id,
            SHEET.c.scenario_id,
            RATING.c.criterion_id,
            RATING.c.rating,
            SHEET.c.workshop_id,
            WORKSHOP_SCENARIO.c.rubric_id,
            WORKSHOP_SCENARIO.c.rubric_version,
            SHEET.c.source,
            SHEET.c.rated_on,
            may_see(viewer).label("seen"),
        )
        .join(RATING, RATING.c.sheet_id == SHEET.c.sheet_id)
        .join(
            WORKSHOP_SCENARIO,
            sa.and_(
                WORKSHOP_SCENARIO.c.workshop_id == SHEET.c.workshop_id,
                WORKSHOP_SCENARIO.c.scenario_id == SHEET.c.scenario_id,
            ),
        )
        .join(PERSON, PERSON.c.person_id == SHEET.c.rep_id)
        .where(RATING.c.rated)
        .order_by(SHEET.c.rated_on, SHEET.c.sheet_id, RATING.c.criterion_id)
    )
    if workshop_id is not None:
        query = query.where(SHEET.c.workshop_id == workshop_id)
    frame = frame_of(connection, query, ("rated_on",))
    frame["rating"] = frame["rating"].astype(float)
    frame["seen"] = frame["seen"].astype(bool)
    return frame


def is_sheet(key: SheetKey) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that pick one sheet."""
    return [SHEET.c[name] == value for name, value in vars(key).items()]


def takes_part(connection: sa.Connection, viewer: Viewer, workshop_id: str) -> bool:
    """Say whether the viewer runs this workshop: a trainer, or a manager who is one of its raters."""
    if viewer.role == "trainer":
        return True
    if viewer.role != "manager" or viewer.person_id is None:
        return False
    query = sa.select(WORKSHOP_MEMBER.c.person_id).where(
        WORKSHOP_MEMBER.c.workshop_id == workshop_id,
        WORKSHOP_MEMBER.c.person_id == viewer.person_id,
        WORKSHOP_MEMBER.c.part == "rater",
    )
    return connection.execute(query).first() is not None


def require_rater(connection: sa.Connection, viewer: Viewer, key: SheetKey) -> None:
    """Raise `NotAllowed` unless `viewer` is the rater of this sheet and the rep takes part."""
    part = {
        (row.person_id, row.part)
        for row in connection.execute(
            sa.select(WORKSHOP_MEMBER).where(WORKSHOP_MEMBER.c.workshop_id == key.workshop_id)
        )
    }
    own = viewer.role in ("trainer", "manager") and viewer.person_id == key.rater_id
    if not own or (key.rater_id, "rater") not in part:
        raise NotAllowed(
            text("You are not a rater of this workshop."),
            remedy=text("Choose another workshop, or make one in which you are a rater."),
        )
    if (key.rep_id, "rep") not in part or key.rep_id == key.rater_id:
        raise NotAllowed(text("This person does not take part in the workshop as a rep."))


def rubric_of(connection: sa.Connection, key: SheetKey) -> dict[str, Any]:
    """Return the rubric this sheet is scored with; raises `NotFound` for a scenario that is not played there."""
    table = WORKSHOP_SCENARIO.c
    query = sa.select(table.rubric_id, table.rubric_version).where(
        table.workshop_id == key.workshop_id, table.scenario_id == key.scenario_id
    )
    used = connection.execute(query).one_or_none()
    if used is None:
        raise NotFound(text("The scenario “{name}” is not played in this workshop.", name=key.scenario_id))
    return content(connection, "rubric", used.rubric_id, used.rubric_version)


def sheet_of(change: Change, key: SheetKey, on: dt.date) -> tuple[str, dt.datetime | None]:
    """Return the sheet's id and when it was handed in; the sheet is made on the day `on` where there is none yet."""
    query = sa.select(SHEET.c.sheet_id, SHEET.c.submitted_at).where(*is_sheet(key))
    found = change.connection.execute(query).one_or_none()
    if found is not None:
        return found.sheet_id, found.submitted_at
    kind = change.connection.execute(sa.select(WORKSHOP.c.kind).where(WORKSHOP.c.workshop_id == key.workshop_id))
    sheet_id, source = new_id(), SOURCE_OF[kind.scalar_one()]
    values: dict[str, Any] = {**vars(key), "source": source, "rated_on": on, "updated_at": change.at}
    change.connection.execute(SHEET.insert().values(sheet_id=sheet_id, **values))
    change.record("create", "sheet", sheet_id, person_id=key.rep_id, after=values)
    return sheet_id, None


def raters(connection: sa.Connection) -> list[str]:
    """Return the person_id of everybody who rates in any workshop, newest workshop first."""
    query = (
        sa.select(WORKSHOP_MEMBER.c.person_id)
        .join(WORKSHOP, WORKSHOP.c.workshop_id == WORKSHOP_MEMBER.c.workshop_id)
        .where(WORKSHOP_MEMBER.c.part == "rater")
        .order_by(WORKSHOP.c.held_on.desc())
    )
    return list(dict.fromkeys(connection.execute(query).scalars()))


def possible_raters(connection: sa.Connection) -> pd.DataFrame:
    """Return everybody who may be made a rater: trainers and those who lead a team or an area."""
    columns = (PERSON.c.person_id, PERSON.c.name, PERSON.c.employee_number, PERSON.c.team_id, PERSON.c.role_id)
    query = sa.select(*columns).where(PERSON.c.left_on.is_(None), PERSON.c.role_id.in_(("trainer", "area_manager")))
    return frame_of(connection, query.order_by(PERSON.c.employee_number))
