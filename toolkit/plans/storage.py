"""Catalogue, sessions and plans in the coaching store."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.errors import Conflict, InputError, NotAllowed
from toolkit.organisation.storage import frame_of, person
from toolkit.plans.limits import limits_as_dict, limits_of
from toolkit.plans.plan import Plan, PlanItem
from toolkit.plans.prerequisites import circle_through, circle_words, prerequisites_of
from toolkit.plans.tables import GOAL, PROGRESS
from toolkit.store import COACHING, Change, Moment, Store, new_id
from toolkit.wording import text

ACTIVITY = sa.Table(
    "activity",
    COACHING,
    sa.Column("activity_id", sa.String(60), primary_key=True),
    sa.Column("name_en", sa.String(200), nullable=False),
    sa.Column("name_zh", sa.String(200), nullable=False),
    sa.Column("summary_en", sa.Text, nullable=False),
    sa.Column("summary_zh", sa.Text, nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("content_area", sa.String(30), nullable=False),
    sa.Column("tier", sa.String(20), nullable=False),
    sa.Column("language", sa.String(5), nullable=False),
    sa.Column("mode", sa.String(10), nullable=False),
    sa.Column("hours", sa.Float, nullable=False),
    sa.Column("cost", sa.Float, nullable=False),
    sa.Column("weeks", sa.Integer, nullable=False),
    sa.Column("seats", sa.Integer),
    sa.Column("prerequisites", sa.Text),
    sa.Column("gains", sa.JSON, nullable=False),
    sa.Column("provider_en", sa.String(200)),
    sa.Column("provider_zh", sa.String(200)),
    sa.Column("after_weeks", sa.Integer),
    sa.Column("repeat_after_weeks", sa.Integer),
    sa.Column("best_level", sa.Float),
    sa.Column("gain_sds", sa.JSON),
)

SESSION = sa.Table(
    "session",
    COACHING,
    sa.Column("session_id", sa.String(60), primary_key=True),
    sa.Column("activity_id", sa.String(60), sa.ForeignKey("activity.activity_id"), nullable=False, index=True),
    sa.Column("starts_on", sa.Date, nullable=False),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("seats_taken", sa.Integer, nullable=False),
)

PLAN = sa.Table(
    "plan",
    COACHING,
    sa.Column("plan_id", sa.String(36), primary_key=True),
    sa.Column("person_id", sa.String(36), sa.ForeignKey("person.person_id"), nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("limits", sa.JSON, nullable=False),
    sa.Column("items", sa.JSON, nullable=False),
    sa.Column("expected", sa.JSON, nullable=False),
    sa.Column("excluded", sa.JSON, nullable=False),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("bound", sa.Float, nullable=False),
    sa.Column("saved_by", sa.String(36), nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
    sa.Column("status", sa.String(12), nullable=False, server_default="draft"),
    sa.Column("reason", sa.Text),
    sa.Column("interests", sa.JSON),
    sa.UniqueConstraint("person_id", "version"),
)


def catalogue(connection: sa.Connection) -> pd.DataFrame:
    """Return the Activities table with names, summaries and provider (``_en``, ``_zh``) and seats beside it."""
    frame = frame_of(connection, sa.select(ACTIVITY).order_by(ACTIVITY.c.activity_id))
    numbers = ["after_weeks", "repeat_after_weeks", "best_level"]
    frame[numbers] = frame[numbers].astype(float)
    gains = pd.DataFrame(list(frame.pop("gains")), index=frame.index, dtype=float).add_prefix("gain_")
    kept = [one or {} for one in frame.pop("gain_sds")]
    return frame.join(gains).join(pd.DataFrame(kept, index=frame.index, dtype=float).add_prefix("sd_"))


def sessions(connection: sa.Connection) -> pd.DataFrame:
    """Return the Sessions table."""
    return frame_of(connection, sa.select(SESSION).order_by(SESSION.c.starts_on), ("starts_on",))


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
    store: Store, viewer: Viewer, plan: Plan, *, excluded: Sequence[str] = (), opened: int | None = None
) -> int:
    """Store a plan as the person's next version and return the version.

    `excluded` are activities left out by hand, `opened` is the version the change began from (0 for
    none). Raises `NotAllowed`, and `Conflict` when somebody has saved another version meanwhile.
    """
    require_planner(viewer)
    with store.write(viewer.user_id) as change:
        return write_plan(change, viewer, plan, excluded=excluded, opened=opened)


def require_planner(viewer: Viewer) -> None:
    """Raise `NotAllowed` for whoever may not save plans."""
    if viewer.role not in ("trainer", "manager"):
        raise NotAllowed(text("Only the person's manager or a trainer may save a plan."))


def write_plan(
    change: Change, viewer: Viewer, plan: Plan, *, excluded: Sequence[str] = (), opened: int | None = None
) -> int:
    """Store a plan in an open transaction; see `save_plan`."""
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
    _carry_goals(change, plan, plan_id, newest)
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


def _carry_goals(change: Change, plan: Plan, plan_id: str, newest: int) -> None:
    """Let items that stay at their dates keep their goals; those that moved get new ones with new dates."""
    query = (
        sa.select(GOAL, PLAN.c["items"].label("kept"))
        .join(PLAN, PLAN.c.plan_id == GOAL.c.plan_id)
        .where(PLAN.c.person_id == plan.person_id, PLAN.c.version == newest, PLAN.c.status != "dropped")
    )
    ends = {(item.activity_id, item.ends_on.isoformat()) for item in plan.items}
    for row in change.connection.execute(query).mappings().all():
        old = {(item["activity_id"], item["ends_on"]) for item in row["kept"]}
        if row["activity_id"] in {activity for activity, _ in ends & old}:
            key = {"plan_id": plan_id} | {name: row[name] for name in ("activity_id", "competency_id")}
            values = {name: value for name, value in row.items() if name not in (*key, "kept")}
            change.put(GOAL, key, values, person_id=plan.person_id)


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
