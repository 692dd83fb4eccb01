"""Edited frameworks and roles on their way into the store: checked together, stored together, by content hash."""

from collections.abc import Mapping
from typing import Any

from toolkit.errors import NotFound
from toolkit.organisation.content import content_hash
from toolkit.organisation.findings import Finding, require_sound
from toolkit.organisation.framework_checks import check_framework, check_roles
from toolkit.organisation.storage import content, current_versions, keep_content
from toolkit.store import Change

Content = Mapping[str, Any]


def keep_framework(
    change: Change,
    *,
    framework: Content | None = None,
    roles: Content | None = None,
    evidence_counts: Mapping[str, int],
) -> tuple[dict[str, str], list[Finding]]:
    """Make an edited framework, edited roles or both the current version, all of it or nothing.

    What is not given stays as it is in the store, and is checked against what is. `evidence_counts`
    are the pieces of evidence in the store by competency_id, so that none is orphaned. Returns the
    version of each (``framework``, ``roles``; 16 hexadecimal digits of the SHA-256 of its content) and
    what should be looked at although it was stored. Content that is current already changes nothing.

    Raises `InputError` naming what is wrong; then nothing is stored.
    """
    earlier = _current(change, "framework")
    kept_framework = dict(framework) if framework is not None else earlier or {"groups": []}
    kept_roles = dict(roles) if roles is not None else _current(change, "roles") or {"tiers": [], "roles": []}
    rubric_ids = current_versions(change.connection, "rubric")
    rubrics = [content(change.connection, "rubric", one) for one in rubric_ids]
    findings = check_framework(
        kept_framework, evidence_counts=evidence_counts, earlier=earlier, rubrics={"rubrics": rubrics}
    )
    findings += check_roles(kept_roles, kept_framework)
    require_sound(findings)
    versions = {"framework": content_hash(kept_framework), "roles": content_hash(kept_roles)}
    for kind, body in (("framework", framework), ("roles", roles)):
        if body is not None:
            versions[kind] = keep_content(change, kind, "default", dict(body))
    return versions, findings


def _current(change: Change, kind: str) -> dict[str, Any] | None:
    try:
        return content(change.connection, kind, "default")
    except NotFound:
        return None
