"""Rubrics and their versions in the coaching store."""

from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Role, Viewer
from toolkit.errors import InputError, NotAllowed
from toolkit.organisation.storage import CONTENT, content, current_versions, frame_of, keep_content
from toolkit.roleplay.rubric import Rubric
from toolkit.roleplay.rubric_editor.checks import check_rubric, refusals
from toolkit.roleplay.tables import WORKSHOP_SCENARIO
from toolkit.store import Store
from toolkit.wording import text

KIND = "rubric"


def rubrics(connection: sa.Connection) -> dict[str, dict[str, Any]]:
    """Return the current content of every rubric by its id."""
    return {one: content(connection, KIND, one) for one in sorted(current_versions(connection, KIND))}


def versions(connection: sa.Connection, rubric_id: str) -> pd.DataFrame:
    """Return a rubric's versions, newest first: version, created_at, current, workshops (in how many it is used)."""
    used = (
        sa.select(sa.func.count(sa.distinct(WORKSHOP_SCENARIO.c.workshop_id)))
        .where(WORKSHOP_SCENARIO.c.rubric_id == CONTENT.c.content_id)
        .where(WORKSHOP_SCENARIO.c.rubric_version == CONTENT.c.version)
        .scalar_subquery()
    )
    query = (
        sa.select(CONTENT.c.version, CONTENT.c.created_at, CONTENT.c.current, used.label("workshops"))
        .where(CONTENT.c.kind == KIND, CONTENT.c.content_id == rubric_id)
        .order_by(CONTENT.c.created_at.desc(), CONTENT.c.current.desc(), CONTENT.c.version)
    )
    return frame_of(connection, query)


def taken_ids(connection: sa.Connection, rubric_id: str) -> set[str]:
    """Return the ids of all criteria that any version of a rubric ever had."""
    query = sa.select(CONTENT.c.body).where(CONTENT.c.kind == KIND, CONTENT.c.content_id == rubric_id)
    return {one["id"] for body in connection.execute(query).scalars() for one in body["criteria"]}


def publish(store: Store, viewer: Viewer, body: dict[str, Any], competencies: set[str]) -> str:
    """Make `body` the current version of its rubric and return the version. Only trainers may.

    Workshops and calibrations that were made with an earlier version keep it. Raises `InputError` for a rubric that
    the checks refuse.
    """
    if viewer.role != Role.TRAINER:
        raise NotAllowed(text("Only trainers publish rubrics."), remedy=text("Ask a trainer to publish it."))
    found = refusals(check_rubric(body, competencies))
    if found:
        raise InputError(found[0].message, where=found[0].where, remedy=found[0].remedy)
    Rubric.from_content(body)
    with store.write(viewer.user_id) as change:
        return keep_content(change, KIND, body["id"], as_stored(body))


def as_stored(body: dict[str, Any]) -> dict[str, Any]:
    """Return a rubric as JSON keeps it: levels under words, so that its version is the same after reading it again."""
    criteria = [
        {**one, "levels": {str(level): said for level, said in one["levels"].items()}} for one in body["criteria"]
    ]
    return {**body, "criteria": criteria}
