"""Edited frameworks and roles on their way into the store: checked together, stored together, by content hash."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from toolkit.errors import NotFound
from toolkit.organisation.content import content_hash
from toolkit.organisation.findings import Finding, require_sound
from toolkit.organisation.framework_checks import check_framework, check_roles
from toolkit.organisation.storage import content, current_versions, keep_content
from toolkit.store import Change

Content = Mapping[str, Any]


class Kept(NamedTuple):
    """The versions that are current (or would be): 16 hexadecimal digits of the SHA-256 of the content.

    `findings` are what should be looked at although it was stored.
    """

    framework: str
    roles: str
    findings: list[Finding]


class Proposed(NamedTuple):
    """What would be current, and everything found in it."""

    framework: dict[str, Any]
    roles: dict[str, Any]
    findings: list[Finding]


def look_at(
    change: Change,
    *,
    framework: Content | None = None,
    roles: Content | None = None,
    rubrics: Sequence[Content] = (),
    activities: Sequence[Content] = (),
    evidence_counts: Mapping[str, int],
) -> Proposed:
    """Return what an edit would make current with everything wrong with it, and store nothing; see `keep_framework`."""
    earlier = _current(change, "framework")
    kept_framework = dict(framework) if framework is not None else earlier or {"groups": []}
    kept_roles = dict(roles) if roles is not None else _current(change, "roles") or {"tiers": [], "roles": []}
    given = {str(rubric["id"]) for rubric in rubrics}
    stored = [one for one in current_versions(change.connection, "rubric") if one not in given]
    used = [*rubrics, *(content(change.connection, "rubric", one) for one in stored)]
    findings = check_framework(
        kept_framework,
        evidence_counts=evidence_counts,
        earlier=earlier,
        rubrics={"rubrics": used},
        activities={"activities": activities},
    )
    return Proposed(kept_framework, kept_roles, findings + check_roles(kept_roles, kept_framework))


def keep_framework(
    change: Change,
    *,
    framework: Content | None = None,
    roles: Content | None = None,
    rubrics: Sequence[Content] = (),
    activities: Sequence[Content] = (),
    evidence_counts: Mapping[str, int],
    only_check: bool = False,
) -> Kept:
    """Make an edited framework, edited roles and rubrics the current versions, all of them or nothing.

    What is not given stays as it is in the store, and is checked against what is; a rubric given
    replaces the one with the same id. `activities` (id and gains) are those that may point to a competency, `evidence_counts`
    the pieces of evidence in the store by competency_id, so that none is orphaned. Content that is
    current already changes nothing; with `only_check` nothing is stored.

    Raises `InputError` naming what is wrong; then nothing is stored.
    """
    made = look_at(
        change,
        framework=framework,
        roles=roles,
        rubrics=rubrics,
        activities=activities,
        evidence_counts=evidence_counts,
    )
    require_sound(made.findings)
    if not only_check:
        for kind, body in (("framework", framework), ("roles", roles)):
            if body is not None:
                keep_content(change, kind, "default", dict(body))
        for rubric in rubrics:
            keep_content(change, "rubric", str(rubric["id"]), dict(rubric))
    return Kept(content_hash(made.framework), content_hash(made.roles), made.findings)


def _current(change: Change, kind: str) -> dict[str, Any] | None:
    try:
        return content(change.connection, kind, "default")
    except NotFound:
        return None
