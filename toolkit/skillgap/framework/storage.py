"""The framework and the roles in the coaching store: who may change them, what an edit would break, and their versions."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Role, Viewer
from toolkit.access.storage import ACCOUNT
from toolkit.errors import Conflict, NotAllowed
from toolkit.organisation.framework_versions import Kept, Proposed, keep_framework, look_at
from toolkit.organisation.storage import content, current_versions
from toolkit.skillgap.storage import evidence_counts
from toolkit.store import Store
from toolkit.store.schema import AUDIT
from toolkit.wording import text

MAY_EDIT = (Role.TRAINER, Role.HR, Role.ADMINISTRATOR)
KINDS = ("framework", "roles")
_AUDIT = AUDIT["coaching"]


def preview(
    store: Store,
    viewer: Viewer,
    *,
    framework: Mapping[str, Any] | None,
    roles: Mapping[str, Any] | None,
    activities: Sequence[Mapping[str, Any]] = (),
) -> Proposed:
    """Return what an edit would make current and everything wrong with it; stores nothing."""
    _require_editor(viewer)
    with store.write(viewer.user_id) as change:
        counts = evidence_counts(change.connection)
        return look_at(change, framework=framework, roles=roles, activities=activities, evidence_counts=counts)


def publish(
    store: Store,
    viewer: Viewer,
    *,
    framework: Mapping[str, Any] | None,
    roles: Mapping[str, Any] | None,
    activities: Sequence[Mapping[str, Any]] = (),
    opened: Mapping[str, str] | None = None,
) -> Kept:
    """Make an edited framework and edited roles current, both or nothing.

    `opened` are the versions the edit began with: where another has been published meanwhile, `Conflict` is
    raised. Raises `InputError` naming what the edit would break, `NotAllowed` for others than trainers, HR and
    administrators.
    """
    _require_editor(viewer)
    with store.write(viewer.user_id) as change:
        if opened is not None and opened != versions_now(change.connection):
            raise Conflict(
                text("Somebody has published another version while you were editing."),
                remedy=text("Look at it under “Versions”, then make your change again."),
            )
        counts = evidence_counts(change.connection)
        return keep_framework(change, framework=framework, roles=roles, activities=activities, evidence_counts=counts)


def versions_now(connection: sa.Connection) -> dict[str, str]:
    """Return the current version of framework and roles."""
    return {kind: current_versions(connection, kind).get("default", "") for kind in KINDS}


def history(connection: sa.Connection) -> pd.DataFrame:
    """Return every publishing of framework and roles, newest first: entry, kind, version, at (UTC), author, current.

    A version that was gone back to stands again, with the later date. The author is a name, or the id of an account
    that is no longer there.
    """
    query = (
        sa.select(_AUDIT.c.audit_id, _AUDIT.c.at, _AUDIT.c.actor_id, _AUDIT.c.record_id, ACCOUNT.c.name)
        .join(ACCOUNT, ACCOUNT.c.user_id == _AUDIT.c.actor_id, isouter=True)
        .where(_AUDIT.c.action == "publish", _AUDIT.c.record == "content")
        .where(sa.or_(*(_AUDIT.c.record_id.startswith(f"{kind}/default/") for kind in KINDS)))
        .order_by(_AUDIT.c.audit_id.desc())
    )
    rows, seen = [], set[str]()
    for row in connection.execute(query):
        kind, _, version = row.record_id.split("/")
        rows.append((str(row.audit_id), kind, version, row.at, row.name or row.actor_id, kind not in seen))
        seen.add(kind)
    return pd.DataFrame(rows, columns=["entry", "kind", "version", "at", "author", "current"])


def version(connection: sa.Connection, kind: str, wanted: str) -> dict[str, Any]:
    """Return the content of one version."""
    return content(connection, kind, "default", wanted)


def _require_editor(viewer: Viewer) -> None:
    if viewer.role not in MAY_EDIT:
        raise NotAllowed(text("The framework is kept by trainers, HR and administrators."))
