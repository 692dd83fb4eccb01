"""Plans of many people saved at once."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.errors import Conflict
from toolkit.organisation.storage import PERSON, may_see
from toolkit.plans.plan import Plan
from toolkit.plans.storage import is_newest, require_planner, require_seats, seat_holders, sessions, write_plan
from toolkit.plans.tables import PLAN, PROGRESS
from toolkit.store import Store
from toolkit.wording import counted, text


def newest_versions(connection: sa.Connection, viewer: Viewer) -> dict[str, int]:
    """Return the newest version of each plan that exists, by person_id, of the people the viewer may see."""
    query = (
        sa.select(PLAN.c.person_id, sa.func.max(PLAN.c.version))
        .join(PERSON, PERSON.c.person_id == PLAN.c.person_id)
        .where(may_see(viewer))
        .group_by(PLAN.c.person_id)
    )
    return {person_id: int(version) for person_id, version in connection.execute(query)}


def save_plans(
    store: Store,
    viewer: Viewer,
    plans: Sequence[Plan],
    opened: Mapping[str, int],
    *,
    goals: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> dict[str, int]:
    """Store plans of several people as their next versions, all or none, and return the versions by person_id.

    `opened` is the version each was made from (none = 0); `goals` are rows of `goal_report.goal_rows` by person_id for
    items that have none yet. A plan without items is stored only to give back the seats
    that an older one holds. Raises `NotAllowed`, and `Conflict` naming whose plan somebody else has saved meanwhile, or the session
    whose last seat others have taken.
    """
    require_planner(viewer)
    with store.write(viewer.user_id) as change:
        newest = newest_versions(change.connection, viewer)
        changed = [one.person_id for one in plans if newest.get(one.person_id, 0) != opened.get(one.person_id, 0)]
        if changed:
            query = sa.select(PERSON.c.name).where(PERSON.c.person_id.in_(changed)).order_by(PERSON.c.name)
            names = list(change.connection.execute(query).scalars())
            raise Conflict(
                counted(
                    "Meanwhile somebody else has saved the plan of {count} person: {names}. Nothing was saved here.",
                    "Meanwhile somebody else has saved the plans of {count} people: {names}. Nothing was saved here.",
                    len(changed),
                    names=", ".join(names[:3]),
                ),
                remedy=text("Plan again, so that you build on what they saved, then save."),
            )
        before, holding = sessions(change.connection), seat_holders(change.connection)
        kept = [one for one in plans if one.items or one.person_id in holding]
        versions = {
            one.person_id: write_plan(change, viewer, one, goals=(goals or {}).get(one.person_id, ())) for one in kept
        }
        require_seats(change.connection, kept, before)
    return versions


def with_running_plan(connection: sa.Connection, viewer: Viewer) -> frozenset[str]:
    """Return whose newest plan is agreed or has begun, be it as a draft, among the people the viewer may see."""
    moving = sa.select(PROGRESS.c.plan_id).where(PROGRESS.c.status == "under_way")
    begun = sa.and_(PLAN.c.status == "draft", PLAN.c.plan_id.in_(moving))
    query = (
        sa.select(PLAN.c.person_id)
        .join(PERSON, PERSON.c.person_id == PLAN.c.person_id)
        .where(is_newest(), may_see(viewer), sa.or_(PLAN.c.status.in_(("agreed", "under_way")), begun))
    )
    return frozenset(connection.execute(query).scalars())
