"""Versions, signatures, progress and goals of plans in the coaching store; every query takes the viewer."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.errors import Conflict, InputError, NotAllowed, NotFound
from toolkit.organisation.storage import PERSON, TEAM, frame_of, may_see, person
from toolkit.plans.progress import ItemProgress, checked_progress
from toolkit.plans.storage import SavedPlan, plan_version
from toolkit.plans.tables import GOAL, PLAN, PROGRESS, SIGNATURE
from toolkit.store import Change, Store, new_id
from toolkit.wording import text


def plan_versions(connection: sa.Connection, viewer: Viewer, person_id: str) -> pd.DataFrame:
    """Return all versions of a person's plan, the newest first.

    Columns: version, status, reason, saved_by, saved_at, rep_signed_at and manager_signed_at (None until signed).
    """
    person(connection, viewer, person_id)
    columns = [PLAN.c[name] for name in ("version", "status", "reason", "saved_by", "saved_at")]
    parties = []
    for party in ("rep", "manager"):
        signed = SIGNATURE.alias(party)
        query = sa.select(signed.c.signed_at).where(signed.c.plan_id == PLAN.c.plan_id, signed.c.party == party)
        parties.append(query.scalar_subquery().label(f"{party}_signed_at"))
    query = sa.select(*columns, *parties).where(PLAN.c.person_id == person_id)
    return frame_of(connection, query.order_by(PLAN.c.version.desc()))


def sign_plan(store: Store, viewer: Viewer, person_id: str, version: int) -> str:
    """Agree to the newest version of a plan for oneself and return the plan's status afterwards.

    A rep signs their own plan, a manager that of somebody they lead; nobody signs for another. When both have signed, the
    plan is agreed. Raises `NotAllowed`, `Conflict` when `version` is no longer the newest, `InputError` when it is
    done or dropped.
    """
    with store.write(viewer.user_id) as change:
        saved = newest_plan(change.connection, viewer, person_id, version)
        party = _party(change.connection, viewer, person_id)
        if party is None:
            raise NotAllowed(text("A plan is signed by the person it is for and by the manager who leads them."))
        _refuse_closed(saved)
        signed = signed_by(change.connection, [saved.plan_id])[saved.plan_id]
        if party not in signed:
            key = {"plan_id": saved.plan_id, "party": party}
            values = {"user_id": viewer.user_id, "signed_at": change.at}
            change.put(SIGNATURE, key, values, person_id=person_id)
        if {*signed, party} == {"rep", "manager"} and saved.status == "draft":
            begun = any(
                one.status != "planned"
                for one in progress_in(change.connection, [saved.plan_id])[saved.plan_id].values()
            )
            return _set_status(change, saved, "under_way" if begun else "agreed")
    return saved.status


def set_item_progress(
    store: Store,
    viewer: Viewer,
    person_id: str,
    version: int,
    activity_id: str,
    progress: ItemProgress,
    *,
    today: dt.date,
) -> ItemProgress:
    """Say how far an item of the newest version is, and return it as stored (done without a day is done `today`).

    The person, their manager and trainers may. An agreed plan is under way from the first item that has begun.
    Raises `NotAllowed`, `Conflict`, `NotFound` for what is not in the plan, `InputError` for what cannot be.
    """
    with store.write(viewer.user_id) as change:
        saved = newest_plan(change.connection, viewer, person_id, version)
        if viewer.person_id != person_id:
            require_editor(viewer)
        elif viewer.role not in ("rep", "manager", "trainer"):
            raise NotAllowed(text("You may not change this plan."))
        _refuse_closed(saved)
        item = next((one for one in saved.plan.items if one.activity_id == activity_id), None)
        if item is None:
            raise NotFound(text("The activity “{activity}” is not in this plan.", activity=activity_id))
        kept = checked_progress(progress, item, today)
        key = {"plan_id": saved.plan_id, "activity_id": activity_id}
        values = {"status": kept.status, "done_on": kept.done_on, "note": kept.note}
        if progress_in(change.connection, [saved.plan_id])[saved.plan_id].get(activity_id) != kept:
            values |= {"changed_by": viewer.user_id, "changed_at": change.at}
            change.put(PROGRESS, key, values, person_id=person_id)
        if saved.status == "agreed" and kept.status != "planned":
            _set_status(change, saved, "under_way")
    return kept


def progress_of(connection: sa.Connection, viewer: Viewer, person_id: str) -> dict[str, ItemProgress]:
    """Return how far the items of a person's newest plan are, by activity_id; who is not named is planned."""
    saved = plan_version(connection, viewer, person_id)
    return {} if saved is None else progress_in(connection, [saved.plan_id])[saved.plan_id]


def done_activities(connection: sa.Connection, viewer: Viewer, person_id: str) -> dict[str, dt.date]:
    """Return what a person has done in any version of their plan, with the last day each was done on."""
    person(connection, viewer, person_id)
    query = (
        sa.select(PROGRESS.c.activity_id, sa.func.max(PROGRESS.c.done_on))
        .join(PLAN, PLAN.c.plan_id == PROGRESS.c.plan_id)
        .where(PLAN.c.person_id == person_id, PROGRESS.c.status == "done")
        .group_by(PROGRESS.c.activity_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def finish_plan(store: Store, viewer: Viewer, person_id: str, version: int) -> None:
    """Close the newest version of a plan as done; its manager or a trainer may."""
    with store.write(viewer.user_id) as change:
        saved = newest_plan(change.connection, viewer, person_id, version)
        require_editor(viewer)
        _refuse_closed(saved)
        _set_status(change, saved, "done")


def drop_plan(store: Store, viewer: Viewer, person_id: str, version: int, why: str) -> int:
    """Drop a plan as a new version with its reason, so that calendars can cancel it; return that version."""
    if not why.strip():
        raise InputError(text("A plan is dropped for a reason."), remedy=text("Say why."))
    with store.write(viewer.user_id) as change:
        saved = newest_plan(change.connection, viewer, person_id, version)
        require_editor(viewer)
        _refuse_closed(saved)
        row = change.connection.execute(sa.select(PLAN).where(PLAN.c.plan_id == saved.plan_id)).mappings().one()
        plan_id = new_id()
        fresh = {"plan_id": plan_id, "version": version + 1, "status": "dropped", "reason": why.strip()}
        fresh |= {"saved_by": viewer.user_id, "saved_at": change.at}
        change.connection.execute(PLAN.insert().values(**dict(row) | fresh))
        after = {"version": version + 1, "status": "dropped"}
        change.record("drop", "plan", plan_id, person_id=person_id, after=after, why=why.strip())
    return version + 1


def keep_goals(store: Store, viewer: Viewer, person_id: str, version: int, goals: Sequence[Mapping[str, Any]]) -> None:
    """Store the goals of the newest version in place of those it has (rows of `goal_report.goal_rows`).

    The person's manager or a trainer may. Goals change what is agreed, so only a draft's can be changed.
    """
    with store.write(viewer.user_id) as change:
        saved = newest_plan(change.connection, viewer, person_id, version)
        require_editor(viewer)
        if saved.status != "draft":
            raise InputError(
                text("The goals of a plan that was agreed stay as they are."),
                remedy=text("Save a new version of the plan, change its goals and agree it again."),
            )
        items = {item.activity_id for item in saved.plan.items}
        strange = [row["activity_id"] for row in goals if row["activity_id"] not in items]
        if strange:
            raise InputError(text("The activity “{activity}” is not in this plan.", activity=strange[0]))
        keys = [(row["activity_id"], row["competency_id"]) for row in goals]
        for old in change.connection.execute(sa.select(GOAL).where(GOAL.c.plan_id == saved.plan_id)).mappings().all():
            if (old["activity_id"], old["competency_id"]) not in keys:
                same = [GOAL.c[name] == old[name] for name in ("plan_id", "activity_id", "competency_id")]
                change.connection.execute(GOAL.delete().where(*same))
                name = f"{saved.plan_id}/{old['activity_id']}/{old['competency_id']}"
                change.record("delete", "plan_goal", name, person_id=person_id, before=dict(old))
        for row in goals:
            key = {"plan_id": saved.plan_id} | {name: row[name] for name in ("activity_id", "competency_id")}
            change.put(GOAL, key, {n: v for n, v in row.items() if n not in key}, person_id=person_id)


def goals_of(connection: sa.Connection, viewer: Viewer, person_id: str) -> pd.DataFrame:
    """Return the goals of a person's newest plan, by due_on; the columns of `goal_report.goal_rows`."""
    saved = plan_version(connection, viewer, person_id)
    columns = [column for column in GOAL.c if column.name != "plan_id"]
    query = sa.select(*columns).where(GOAL.c.plan_id == (saved.plan_id if saved else ""))
    return frame_of(connection, query.order_by(GOAL.c.due_on, GOAL.c.activity_id, GOAL.c.competency_id), ("due_on",))


def newest_plan(connection: sa.Connection, viewer: Viewer, person_id: str, version: int) -> SavedPlan:
    """Return the newest version of a plan, or raise `Conflict` where that is not `version`."""
    saved = plan_version(connection, viewer, person_id)
    if saved is None:
        raise NotFound(text("There is no plan yet."))
    if saved.version != version:
        raise Conflict(
            text("Somebody else has saved version {version} of this plan meanwhile.", version=saved.version),
            remedy=text("Open the plan again to see it."),
        )
    return saved


def led_by(connection: sa.Connection, viewer: Viewer) -> set[str]:
    """Return whom the viewer leads as their manager, never the viewer."""
    if viewer.role != "manager" or viewer.person_id is None:
        return set()
    led = sa.select(TEAM.c.team_id).where(TEAM.c.manager_id == viewer.person_id)
    leads = sa.or_(PERSON.c.manager_id == viewer.person_id, PERSON.c.team_id.in_(led))
    query = sa.select(PERSON.c.person_id).where(leads, may_see(viewer), PERSON.c.person_id != viewer.person_id)
    return set(connection.execute(query).scalars())


def _party(connection: sa.Connection, viewer: Viewer, person_id: str) -> str | None:
    if viewer.person_id == person_id:
        return "rep"
    return "manager" if person_id in led_by(connection, viewer) else None


def require_editor(viewer: Viewer) -> None:
    """Raise `NotAllowed` unless the viewer is a trainer or a manager; whose record it is, `person` checks."""
    if viewer.role not in ("trainer", "manager"):
        raise NotAllowed(text("Only the person's manager or a trainer may do this."))


def _refuse_closed(saved: SavedPlan) -> None:
    if saved.status in ("done", "dropped"):
        raise InputError(text("This plan is closed."), remedy=text("Make and save a new plan."))


def _set_status(change: Change, saved: SavedPlan, status: str) -> str:
    change.put(PLAN, {"plan_id": saved.plan_id}, {"status": status}, person_id=saved.plan.person_id)
    return status


def progress_in(connection: sa.Connection, plan_ids: Sequence[str]) -> dict[str, dict[str, ItemProgress]]:
    """Return how far the items of some plans are, by plan and activity."""
    found: dict[str, dict[str, ItemProgress]] = {plan: {} for plan in plan_ids}
    for row in connection.execute(sa.select(PROGRESS).where(PROGRESS.c.plan_id.in_(plan_ids))):
        found[row.plan_id][row.activity_id] = ItemProgress(row.status, row.done_on, row.note)
    return found


def signed_by(connection: sa.Connection, plan_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return who has signed some plans: rep, manager."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(plan_ids, ())
    for row in connection.execute(sa.select(SIGNATURE).where(SIGNATURE.c.plan_id.in_(plan_ids))):
        found[row.plan_id] += (row.party,)
    return found
