"""What the feedback needs from the coaching store: raters' notes, planned sheets, and the lessons of debriefs."""

from collections.abc import Collection

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Role, Viewer
from toolkit.errors import InputError, NotAllowed, NotFound
from toolkit.organisation.storage import PERSON, frame_of, may_see
from toolkit.roleplay.storage import members_of, scenarios_of, takes_part
from toolkit.roleplay.tables import LESSON, RATING, SHEET, WORKSHOP, WORKSHOP_SLOT
from toolkit.store import Store, new_id
from toolkit.wording import text

LONGEST_LESSON = 1000
_MAY_READ = (Role.TRAINER, Role.MANAGER)


def notes(connection: sa.Connection, viewer: Viewer, workshop_id: str) -> pd.DataFrame:
    """Return rep_id, rater_id, scenario_id, criterion_id, note of everything written on reps the viewer may see."""
    query = (
        sa.select(SHEET.c.rep_id, SHEET.c.rater_id, SHEET.c.scenario_id, RATING.c.criterion_id, RATING.c.note)
        .join(RATING, RATING.c.sheet_id == SHEET.c.sheet_id)
        .join(PERSON, PERSON.c.person_id == SHEET.c.rep_id)
        .where(SHEET.c.workshop_id == workshop_id, RATING.c.note.is_not(None), may_see(viewer))
        .order_by(SHEET.c.sheet_id, RATING.c.criterion_id)
    )
    return frame_of(connection, query)


def seen_members(connection: sa.Connection, viewer: Viewer, workshop_id: str) -> pd.DataFrame:
    """Return person_id, name and team_id of the workshop's reps whom the viewer may see."""
    reps = members_of(connection, workshop_id, "rep")
    seen = set(connection.execute(sa.select(PERSON.c.person_id).where(may_see(viewer))).scalars())
    return reps[reps["person_id"].isin(seen)].reset_index(drop=True)


def planned_sheets(connection: sa.Connection, workshop_id: str) -> int | None:
    """Return how many sheets the workshop's timetable asks for, None where it has no timetable."""
    slots = (WORKSHOP_SLOT.c.rater_id, WORKSHOP_SLOT.c.rep_id, WORKSHOP_SLOT.c.scenario_id)
    inside = sa.select(*slots).where(WORKSHOP_SLOT.c.workshop_id == workshop_id).distinct().subquery()
    return connection.execute(sa.select(sa.func.count()).select_from(inside)).scalar_one() or None


def lessons(connection: sa.Connection, viewer: Viewer, scenario_ids: Collection[str]) -> pd.DataFrame:
    """Return what debriefs of these scenarios have taught, in all workshops, the latest first.

    Columns: lesson_id, scenario_id, workshop_id, name_en, name_zh, held_on (of the workshop), words, written_at, own
    (whether the viewer wrote it). Only trainers and managers read lessons; others get none.
    """
    names = (WORKSHOP.c.name_en, WORKSHOP.c.name_zh, WORKSHOP.c.held_on)
    query = (
        sa.select(LESSON, *names)
        .join(WORKSHOP, WORKSHOP.c.workshop_id == LESSON.c.workshop_id)
        .where(LESSON.c.scenario_id.in_(list(scenario_ids)), sa.literal(viewer.role in _MAY_READ))
        .order_by(LESSON.c.written_at.desc(), LESSON.c.lesson_id)
    )
    frame = frame_of(connection, query, ("held_on",))
    own = frame.pop("written_by") == viewer.user_id
    return frame.assign(own=own.astype(bool))


def lesson_words(connection: sa.Connection, viewer: Viewer, scenario_ids: Collection[str]) -> dict[str, list[str]]:
    """Return the words of the lessons by scenario_id, the latest first, to stand in a scenario's brief."""
    found = lessons(connection, viewer, scenario_ids)
    return {str(one): inside["words"].to_list() for one, inside in found.groupby("scenario_id", sort=False)}


def write_lesson(store: Store, viewer: Viewer, workshop_id: str, scenario_id: str, words: str) -> str:
    """Keep a lesson of a workshop's debrief with its scenario and return its id.

    Trainers may write in any workshop, managers in those in which they rate. Raises `NotAllowed`, `NotFound` for a
    scenario that is not played there and `InputError` for words that are missing or too long.
    """
    said = _checked(words)
    with store.write(viewer.user_id) as change:
        played = scenarios_of(change.connection, workshop_id)
        if not takes_part(change.connection, viewer, workshop_id):
            raise NotAllowed(
                text("Only trainers and the raters of a workshop may write down its lessons."),
                remedy=text("Ask the trainer of this workshop to write it down."),
            )
        if scenario_id not in set(played["scenario_id"]):
            raise NotFound(text("The scenario “{name}” is not played in this workshop.", name=scenario_id))
        lesson_id = new_id()
        values = {"scenario_id": scenario_id, "workshop_id": workshop_id, "words": said}
        change.put(LESSON, {"lesson_id": lesson_id}, {**values, "written_by": viewer.user_id, "written_at": change.at})
    return lesson_id


def change_lesson(store: Store, viewer: Viewer, lesson_id: str, words: str) -> None:
    """Put a lesson in other words; only whoever wrote it may. Raises `NotFound`, `NotAllowed`, `InputError`."""
    said = _checked(words)
    with store.write(viewer.user_id) as change:
        written_by = change.connection.execute(
            sa.select(LESSON.c.written_by).where(LESSON.c.lesson_id == lesson_id)
        ).scalar_one_or_none()
        if written_by is None:
            raise NotFound(text("This lesson is not in the store any more."))
        if written_by != viewer.user_id:
            raise NotAllowed(
                text("Only whoever wrote a lesson may change it."), remedy=text("Write a lesson of your own beside it.")
            )
        change.put(LESSON, {"lesson_id": lesson_id}, {"words": said})


def _checked(words: str) -> str:
    said = words.strip()
    if not said:
        raise InputError(text("The lesson is empty."), remedy=text("Write what the next workshop should know."))
    if len(said) > LONGEST_LESSON:
        raise InputError(
            text("The lesson has {count} characters; at most {most} are kept.", count=len(said), most=LONGEST_LESSON),
            remedy=text("Shorten it to what the next workshop should know."),
        )
    return said
