"""Rubrics, their versions and unpublished drafts in the coaching store."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Role, Viewer
from toolkit.errors import Conflict, InputError, NotAllowed, NotFound
from toolkit.organisation.content import content_hash
from toolkit.organisation.storage import CONTENT, content, current_versions, frame_of, keep_content
from toolkit.roleplay.rubric import Rubric
from toolkit.roleplay.rubric_editor.checks import check_rubric, refusals
from toolkit.roleplay.tables import RUBRIC_DRAFT, WORKSHOP_SCENARIO
from toolkit.store import Change, Store
from toolkit.wording import text

KIND = "rubric"


@dataclass(frozen=True)
class KeptDraft:
    """One author's unpublished work on a rubric; `based_on` is the version it began from (None: never published)."""

    body: dict[str, Any]
    based_on: str | None
    updated_at: dt.datetime


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


def taken_ids(connection: sa.Connection) -> set[str]:
    """Return the ids of all criteria that any version or draft of any rubric has.

    Rubrics are scored side by side in one workshop, so that an id means one criterion in all of them.
    """
    published = connection.execute(sa.select(CONTENT.c.body).where(CONTENT.c.kind == KIND)).scalars().all()
    drafted = connection.execute(sa.select(RUBRIC_DRAFT.c.body)).scalars().all()
    return {one["id"] for body in (*published, *drafted) for one in body["criteria"]}


def publish(store: Store, viewer: Viewer, body: dict[str, Any], competencies: set[str]) -> str:
    """Make `body` the current version of its rubric and return the version. Only trainers may.

    Workshops and calibrations that were made with an earlier version keep it; the viewer's draft goes. Raises
    `InputError` for a rubric that the checks refuse, and `Conflict` where somebody else has published a version since
    the viewer's draft began (see `go_on_with_draft`).
    """
    _require_trainer(viewer)
    found = refusals(check_rubric(body, competencies))
    if found:
        raise InputError(found[0].message, where=found[0].where, remedy=found[0].remedy)
    Rubric.from_content(body)
    stored = as_stored(body)
    with store.write(viewer.user_id) as change:
        draft = _own(change.connection, viewer, body["id"])
        current = current_versions(change.connection, KIND).get(body["id"])
        if draft is not None and draft.based_on != current and content_hash(stored) != current:
            raise Conflict(
                text("Version {version} was published after you began this draft.", version=current),
                remedy=text("Look at it under “Versions”, then discard your draft or choose to go on with it."),
            )
        version = keep_content(change, KIND, body["id"], stored)
        _drop(change, viewer, body["id"])
        return version


def own_drafts(connection: sa.Connection, viewer: Viewer) -> dict[str, KeptDraft]:
    """Return the viewer's drafts by rubric_id."""
    query = sa.select(RUBRIC_DRAFT).where(RUBRIC_DRAFT.c.author_id == viewer.user_id)
    return {
        row.rubric_id: KeptDraft(row.body, row.based_on, row.updated_at)
        for row in connection.execute(query.order_by(RUBRIC_DRAFT.c.rubric_id))
    }


def drafted_ids(connection: sa.Connection) -> set[str]:
    """Return the ids of all rubrics that anybody has a draft of."""
    return set(connection.execute(sa.select(RUBRIC_DRAFT.c.rubric_id)).scalars())


def others_drafting(connection: sa.Connection, viewer: Viewer, rubric_id: str) -> list[tuple[str, dt.datetime]]:
    """Return who else has a draft of a rubric and when each changed it last, to trainers; the latest first."""
    _require_trainer(viewer)
    query = sa.select(RUBRIC_DRAFT.c.author_name, RUBRIC_DRAFT.c.updated_at).where(
        RUBRIC_DRAFT.c.rubric_id == rubric_id, RUBRIC_DRAFT.c.author_id != viewer.user_id
    )
    rows = connection.execute(query.order_by(RUBRIC_DRAFT.c.updated_at.desc(), RUBRIC_DRAFT.c.author_name))
    return [(row.author_name, row.updated_at) for row in rows]


def keep_draft(store: Store, viewer: Viewer, body: dict[str, Any]) -> dt.datetime | None:
    """Keep the viewer's draft of a rubric and return when; None where it says what is published, so that none is left.

    A new draft is based on the version that is current now. The audit holds the parts that changed. Only trainers may.
    """
    _require_trainer(viewer)
    rubric_id, stored = body["id"], as_stored(body)
    with store.write(viewer.user_id) as change:
        current = current_versions(change.connection, KIND).get(rubric_id)
        if content_hash(stored) == current:
            _drop(change, viewer, rubric_id)
            return None
        known = _own(change.connection, viewer, rubric_id)
        key = {"rubric_id": rubric_id, "author_id": viewer.user_id}
        moment = {"updated_at": change.at, "author_name": viewer.name}
        if known is None:
            row = {**key, **moment, "based_on": current, "body": stored}
            change.connection.execute(RUBRIC_DRAFT.insert().values(**row))
            before = content(change.connection, KIND, rubric_id) if current else {}
            after = {"based_on": current, **_differences(before, stored)[1]}
            change.record("create", RUBRIC_DRAFT.name, _name(viewer, rubric_id), after=after)
        elif known.body != stored:
            change.connection.execute(
                RUBRIC_DRAFT.update().where(*_mine(viewer, rubric_id)).values(body=stored, **moment)
            )
            old, new = _differences(known.body, stored)
            change.record("update", RUBRIC_DRAFT.name, _name(viewer, rubric_id), before=old, after=new)
        return change.at


def go_on_with_draft(store: Store, viewer: Viewer, rubric_id: str) -> None:
    """Let the viewer's draft replace the version that is current now; raises `NotFound` where there is none."""
    _require_trainer(viewer)
    with store.write(viewer.user_id) as change:
        if _own(change.connection, viewer, rubric_id) is None:
            raise NotFound(text("There is no draft of this rubric any more."))
        current = current_versions(change.connection, KIND).get(rubric_id)
        change.put(RUBRIC_DRAFT, {"rubric_id": rubric_id, "author_id": viewer.user_id}, {"based_on": current})


def discard_draft(store: Store, viewer: Viewer, rubric_id: str) -> None:
    """Throw the viewer's draft of a rubric away; the audit keeps its last words."""
    with store.write(viewer.user_id) as change:
        _drop(change, viewer, rubric_id, keeping=True)


def _drop(change: Change, viewer: Viewer, rubric_id: str, *, keeping: bool = False) -> None:
    known = _own(change.connection, viewer, rubric_id)
    if known is None:
        return
    change.connection.execute(RUBRIC_DRAFT.delete().where(*_mine(viewer, rubric_id)))
    before = {"based_on": known.based_on, **({"body": known.body} if keeping else {})}
    change.record("delete", RUBRIC_DRAFT.name, _name(viewer, rubric_id), before=before)


def _own(connection: sa.Connection, viewer: Viewer, rubric_id: str) -> KeptDraft | None:
    row = connection.execute(sa.select(RUBRIC_DRAFT).where(*_mine(viewer, rubric_id))).one_or_none()
    return None if row is None else KeptDraft(row.body, row.based_on, row.updated_at)


def _mine(viewer: Viewer, rubric_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return RUBRIC_DRAFT.c.rubric_id == rubric_id, RUBRIC_DRAFT.c.author_id == viewer.user_id


def _name(viewer: Viewer, rubric_id: str) -> str:
    return f"{rubric_id}/{viewer.user_id}"


def _differences(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the parts of two bodies that are not the same, a criterion being a part; None for one that is not there."""
    old, new = (_parts(body) for body in (before, after))
    changed = [part for part in {**old, **new} if old.get(part) != new.get(part)]
    return {part: old.get(part) for part in changed}, {part: new.get(part) for part in changed}


def _parts(body: dict[str, Any]) -> dict[str, Any]:
    criteria = body.get("criteria", [])
    parts = {name: value for name, value in body.items() if name != "criteria"}
    parts["order"] = [one["id"] for one in criteria]
    return parts | {f"criteria/{one['id']}": one for one in criteria}


def _require_trainer(viewer: Viewer) -> None:
    if viewer.role != Role.TRAINER:
        raise NotAllowed(text("Only trainers publish rubrics."), remedy=text("Ask a trainer to publish it."))


def as_stored(body: dict[str, Any]) -> dict[str, Any]:
    """Return a rubric as JSON keeps it: levels under words, so that its version is the same after reading it again."""
    criteria = [
        {**one, "levels": {str(level): said for level, said in one["levels"].items()}} for one in body["criteria"]
    ]
    return {**body, "criteria": criteria}
