"""Catalogue, sessions and plans in the coaching store."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.errors import Conflict, InputError, NotAllowed
from toolkit.organisation.storage import PERSON, frame_of, person
from toolkit.plans.limits import limits_as_dict, limits_of
from toolkit.plans.plan import Plan, PlanItem
from toolkit.plans.prerequisites import circle_through, circle_words, prerequisites_of
from toolkit.plans.progress import OPEN_STATUSES
from toolkit.plans.tables import ACTIVITY, GOAL, PLAN, PROGRESS, SESSION
from toolkit.store import Change, Store, new_id
from toolkit.vocabulary import rows_of
from toolkit.wording import text


def catalogue(connection: sa.Connection) -> pd.DataFrame:
    """Return the Activities table with names, summaries and provider (``_en``, ``_zh``) and seats beside it."""
    frame = frame_of(connection, sa.select(ACTIVITY).order_by(ACTIVITY.c.activity_id))
    numbers = ["after_weeks", "repeat_after_weeks", "best_level"]
    frame[numbers] = frame[numbers].astype(float)
    gains = pd.DataFrame(list(frame.pop("gains")), index=frame.index, dtype=float).add_prefix("gain_")
    kept = [one or {} for one in frame.pop("gain_sds")]
    return frame.join(gains).join(pd.DataFrame(kept, index=frame.index, dtype=float).add_prefix("sd_"))


def sessions(connection: sa.Connection, without: Collection[str] = ()) -> pd.DataFrame:
    """Return the Sessions table; seats are also taken by the plans of everybody but those in `without`.

    A plan takes seats while its newest version is a draft, agreed or under way and its person has not left. Seats are
    counted whoever looks; whose they are is told to nobody.
    """
    frame = frame_of(connection, sa.select(SESSION).order_by(SESSION.c.starts_on), ("starts_on",))
    held = seat_holders(connection)
    booked = Counter(one for person_id, taken in held.items() if person_id not in without for one in taken)
    frame["seats_taken"] += [booked[one] for one in frame["session_id"]]
    return frame


def is_newest() -> sa.ColumnElement[bool]:
    """Return the condition that a row of `PLAN` is its person's newest version."""
    other = PLAN.alias()
    newest = sa.select(sa.func.max(other.c.version)).where(other.c.person_id == PLAN.c.person_id)
    return PLAN.c.version == newest.scalar_subquery()


def seat_holders(connection: sa.Connection) -> dict[str, list[str]]:
    """Return the sessions in which each person has a seat by a plan."""
    query = (
        sa.select(PLAN.c.person_id, PLAN.c["items"])
        .join(PERSON, PERSON.c.person_id == PLAN.c.person_id)
        .where(is_newest(), PLAN.c.status.in_(OPEN_STATUSES), PERSON.c.left_on.is_(None))
    )
    held = {row[0]: [item["session_id"] for item in row[1] if item["session_id"]] for row in connection.execute(query)}
    return {person_id: taken for person_id, taken in held.items() if taken}


def require_seats(connection: sa.Connection, plans: Sequence[Plan], before: pd.DataFrame) -> None:
    """Raise `Conflict` where plans just written took more seats than there are, which others took meanwhile.

    `before` are the `sessions` as they were before writing: a session that was overbooked already is nobody's fault here.
    """
    taken = dict(zip(before["session_id"], before["seats_taken"], strict=True))
    wanted = {item.session_id for plan in plans for item in plan.items}
    for row in rows_of(sessions(connection)):
        if row.session_id in wanted and row.seats_taken > max(row.seats, taken[row.session_id]):
            names = sa.select(ACTIVITY.c.name_en, ACTIVITY.c.name_zh).where(ACTIVITY.c.activity_id == row.activity_id)
            name = connection.execute(names).one()
            raise Conflict(
                text(
                    "The last seats of “{activity}” on {day} were taken by others meanwhile. Nothing was saved.",
                    activity={"en": name.name_en, "zh": name.name_zh},
                    day=row.starts_on.date(),
                ),
                remedy=text("Plan again, then save."),
            )


_CHANGED = {"changed_gains": "gains", "changed_sds": "gain_sds"}


def keep_activities(change: Change, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store activities; of one already known only what its row names is changed.

    ``changed_gains`` in place of ``gains`` keeps the gains it does not name and takes away those of 0; so does
    ``changed_sds`` in place of ``gain_sds``.
    Raises `InputError` where prerequisites go round in a circle through one of `rows`.
    """
    query = sa.select(ACTIVITY.c.activity_id, ACTIVITY.c.gains, ACTIVITY.c.gain_sds)
    known = {row.activity_id: row for row in change.connection.execute(query)}
    for row in rows:
        values = {name: value for name, value in row.items() if name not in ("activity_id", *_CHANGED)}
        for changed, column in _CHANGED.items():
            if changed in row:
                merged = (getattr(known.get(row["activity_id"]), column, None) or {}) | row[changed]
                values[column] = {name: value for name, value in merged.items() if value > 0}
        change.put(ACTIVITY, {"activity_id": row["activity_id"]}, values)
    _refuse_circles(change, [row["activity_id"] for row in rows])


def _refuse_circles(change: Change, written: Sequence[str]) -> None:
    kept = change.connection.execute(sa.select(ACTIVITY.c.activity_id, ACTIVITY.c.prerequisites))
    needs = {row.activity_id: prerequisites_of(row.prerequisites) for row in kept}
    for activity_id in written:
        circle = circle_through(activity_id, needs)
        if circle:
            problem, remedy = circle_words(circle)
            raise InputError(problem, where=text("Activity “{activity}”", activity=activity_id), remedy=remedy)


def add_sessions(change: Change, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store dated sessions; those already known keep the seats taken in them."""
    known = set(change.connection.execute(sa.select(SESSION.c.session_id)).scalars())
    fresh = [dict(row) for row in rows if row["session_id"] not in known]
    if fresh:
        change.connection.execute(SESSION.insert(), fresh)
        change.record("import", "session", "sessions", after={"count": len(fresh)})


def save_plan(
    store: Store,
    viewer: Viewer,
    plan: Plan,
    *,
    excluded: Sequence[str] = (),
    opened: int | None = None,
    goals: Sequence[Mapping[str, Any]] = (),
) -> int:
    """Store a plan as the person's next version and return the version.

    `excluded` are activities left out by hand, `opened` is the version the change began from (0 for
    none), `goals` are rows of `goal_report.goal_rows` for items that have none yet. Raises `NotAllowed`, and `Conflict`
    when somebody has saved another version or taken the last seat of a session meanwhile.
    """
    require_planner(viewer)
    with store.write(viewer.user_id) as change:
        before = sessions(change.connection)
        version = write_plan(change, viewer, plan, excluded=excluded, opened=opened, goals=goals)
        require_seats(change.connection, [plan], before)
    return version


def require_planner(viewer: Viewer) -> None:
    """Raise `NotAllowed` for whoever may not save plans."""
    if viewer.role not in ("trainer", "manager"):
        raise NotAllowed(text("Only the person's manager or a trainer may save a plan."))


def write_plan(
    change: Change,
    viewer: Viewer,
    plan: Plan,
    *,
    excluded: Sequence[str] = (),
    opened: int | None = None,
    goals: Sequence[Mapping[str, Any]] = (),
) -> int:
    """Store a plan in an open transaction; see `save_plan`. Whether there are seats, `require_seats` checks."""
    require_planner(viewer)
    person(change.connection, viewer, plan.person_id)
    last = sa.select(sa.func.max(PLAN.c.version)).where(PLAN.c.person_id == plan.person_id)
    newest = change.connection.execute(last).scalar_one() or 0
    if opened is not None and opened != newest:
        raise Conflict(
            text("Somebody else has saved version {version} of this plan meanwhile.", version=newest),
            remedy=text("Choose the person again to see it; what is on this page is not lost until then."),
        )
    version = newest + 1
    plan_id = new_id()
    limits = limits_as_dict(plan.limits)
    items = [
        {
            **{
                name: getattr(item, name)
                for name in (
                    "activity_id",
                    "session_id",
                    "hours",
                    "cost",
                    "worth",
                    "pinned",
                    "under_way",
                    "needed_for",
                )
            },
            "starts_on": item.starts_on.isoformat(),
            "ends_on": item.ends_on.isoformat(),
            "closes": dict(item.closes),
        }
        for item in plan.items
    ]
    expected = {"before": dict(plan.before), "after": dict(plan.after)}
    row = {"version": version, "limits": limits, "items": items, "expected": expected}
    row |= {"excluded": list(excluded), "value": plan.value, "bound": plan.bound, "interests": dict(plan.interests)}
    change.connection.execute(
        PLAN.insert().values(
            plan_id=plan_id, person_id=plan.person_id, **row, saved_by=viewer.user_id, saved_at=change.at
        )
    )
    change.record("save", "plan", plan_id, person_id=plan.person_id, after=row)
    _carry_progress(change, plan, plan_id, newest)
    have = _carry_goals(change, plan, plan_id, newest)
    for goal in goals:
        if goal["activity_id"] not in have:
            key = {"plan_id": plan_id} | {name: goal[name] for name in ("activity_id", "competency_id")}
            change.put(GOAL, key, {n: v for n, v in goal.items() if n not in key}, person_id=plan.person_id)
    return version


def _carry_progress(change: Change, plan: Plan, plan_id: str, newest: int) -> None:
    """Let items that stay as they were, are under way or done keep their progress in the new version."""
    query = (
        sa.select(PROGRESS, PLAN.c["items"].label("kept"))
        .join(PLAN, PLAN.c.plan_id == PROGRESS.c.plan_id)
        .where(PLAN.c.person_id == plan.person_id, PLAN.c.version == newest, PLAN.c.status != "dropped")
    )
    starts = {item.activity_id: item.starts_on.isoformat() for item in plan.items}
    for row in change.connection.execute(query).mappings().all():
        old = {item["activity_id"]: item["starts_on"] for item in row["kept"]}
        activity = row["activity_id"]
        if activity in starts and (row["status"] in ("under_way", "done") or starts[activity] == old.get(activity)):
            values = {name: row[name] for name in ("status", "done_on", "note", "changed_by", "changed_at")}
            change.put(PROGRESS, {"plan_id": plan_id, "activity_id": activity}, values, person_id=plan.person_id)


def _carry_goals(change: Change, plan: Plan, plan_id: str, newest: int) -> set[str]:
    """Let items that stay at their dates keep their goals, and return their ids; those that moved get new ones."""
    query = (
        sa.select(GOAL, PLAN.c["items"].label("kept"))
        .join(PLAN, PLAN.c.plan_id == GOAL.c.plan_id)
        .where(PLAN.c.person_id == plan.person_id, PLAN.c.version == newest, PLAN.c.status != "dropped")
    )
    ends, carried = {(item.activity_id, item.ends_on.isoformat()) for item in plan.items}, set[str]()
    for row in change.connection.execute(query).mappings().all():
        old = {(item["activity_id"], item["ends_on"]) for item in row["kept"]}
        if row["activity_id"] in {activity for activity, _ in ends & old}:
            key = {"plan_id": plan_id} | {name: row[name] for name in ("activity_id", "competency_id")}
            values = {name: value for name, value in row.items() if name not in (*key, "kept")}
            change.put(GOAL, key, values, person_id=plan.person_id)
            carried.add(row["activity_id"])
    return carried


@dataclass(frozen=True)
class SavedPlan:
    """A plan as it was saved: `version` counts from 1 for each person.

    `status` is one of `plans.progress.PLAN_STATUSES`, `reason` why this version was made, where somebody said so.
    """

    plan: Plan
    version: int
    excluded: tuple[str, ...]
    saved_at: dt.datetime
    status: str = "draft"
    reason: str = ""
    plan_id: str = ""


def latest_plan(connection: sa.Connection, viewer: Viewer, person_id: str) -> SavedPlan | None:
    """Return the newest saved plan of a person the viewer may see, or None."""
    return plan_version(connection, viewer, person_id)


def plan_version(
    connection: sa.Connection, viewer: Viewer, person_id: str, version: int | None = None
) -> SavedPlan | None:
    """Return one version of the plan of a person the viewer may see, by default the newest, or None."""
    person(connection, viewer, person_id)
    query = sa.select(PLAN).where(PLAN.c.person_id == person_id).order_by(PLAN.c.version.desc()).limit(1)
    if version is not None:
        query = query.where(PLAN.c.version == version)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else saved_plan_of(dict(row))


def plans_of(connection: sa.Connection, viewer: Viewer, person_id: str) -> list[SavedPlan]:
    """Return all versions of the plan of a person the viewer may see, the newest first."""
    person(connection, viewer, person_id)
    query = sa.select(PLAN).where(PLAN.c.person_id == person_id).order_by(PLAN.c.version.desc())
    return [saved_plan_of(dict(row)) for row in connection.execute(query).mappings()]


def saved_plan_of(row: Mapping[str, Any]) -> SavedPlan:
    """Return the plan in a row of `PLAN`; who reads the row checks who may see it."""
    limits = limits_of(row["limits"])
    days = ("starts_on", "ends_on")
    items = tuple(
        PlanItem(**item | {name: dt.date.fromisoformat(item[name]) for name in days}) for item in row["items"]
    )
    before, after = row["expected"]["before"], row["expected"]["after"]
    wishes = row["interests"] or {}
    plan = Plan(row["person_id"], limits, items, row["value"], row["bound"], before, after, {}, interests=wishes)
    words = row["status"], row["reason"] or "", row["plan_id"]
    return SavedPlan(plan, row["version"], tuple(row["excluded"]), row["saved_at"], *words)
