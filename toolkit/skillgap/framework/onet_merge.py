"""O*NET skills and occupations added to a framework and its roles, attribution kept, nothing replaced."""

import copy
from collections.abc import Mapping
from typing import Any

from toolkit.errors import InputError
from toolkit.skillgap.onet import OnetImport
from toolkit.vocabulary import rows_of
from toolkit.wording import text

Content = dict[str, Any]
TIER = "middle"
MOST_OCCUPATIONS = 10


def with_onet(framework: Mapping[str, Any], roles: Mapping[str, Any], found: OnetImport) -> tuple[Content, Content]:
    """Return both packs with what the O*NET files hold added, and what was of O*NET already replaced.

    Skills become competencies in groups of their own, occupations roles with expectations of the tier ``middle`` (O*NET
    knows no tiers). English texts without a Chinese one are carried over marked as the English original, so that
    they can be found and written. Raises `InputError` for more than ten occupations: a role for each of a
    thousand occupations helps nobody.
    """
    if len(found.roles) > MOST_OCCUPATIONS:
        raise InputError(
            text(
                "The files hold {count} occupations; at most {most} can be taken over at once.",
                count=len(found.roles),
                most=MOST_OCCUPATIONS,
            ),
            remedy=text("Name the O*NET-SOC codes of those you need, such as {example}.", example="41-3031.00"),
        )
    groups = copy.deepcopy(found.framework["groups"])
    for group in groups:
        group["name"] = _both(group["name"])
        for one in group["competencies"]:
            one["name"] = _both(one["name"])
            one["description"] = _both(one.get("description") or one["name"])
    new_groups = {group["id"] for group in groups}
    new_skills = {one["id"] for group in groups for one in group["competencies"]}
    kept = [_without(group, new_skills) for group in framework.get("groups", []) if group["id"] not in new_groups]
    made = {**framework, "groups": [*kept, *groups], "attribution": _attribution(framework, found)}
    return made, _with_roles(roles, found)


def _without(group: Mapping[str, Any], skills: set[str]) -> Content:
    return {**group, "competencies": [one for one in group["competencies"] if one["id"] not in skills]}


def _with_roles(roles: Mapping[str, Any], found: OnetImport) -> Content:
    asked: dict[str, dict[str, list[float]]] = {}
    for row in rows_of(found.expectations):
        asked.setdefault(row.role_id, {})[row.competency_id] = [
            round(float(row.target), 1),
            round(float(row.weight), 1),
        ]
    added = [
        {
            "id": role["id"],
            "code": role["code"],
            "name": _both(role["name"]),
            "duties": [_both(role["description"])] if role["description"].get("en") else [],
            "expectations": {TIER: asked.get(role["id"], {})},
        }
        for role in found.roles
    ]
    ids = {one["id"] for one in added}
    return {**roles, "roles": [*(one for one in roles.get("roles", []) if one["id"] not in ids), *added]}


def _both(said: Mapping[str, str]) -> dict[str, str]:
    english = said.get("en", "")
    return {**said, "zh": said.get("zh") or f"（英文原文）{english}"}


def _attribution(framework: Mapping[str, Any], found: OnetImport) -> dict[str, str]:
    """Return O*NET's attribution below what the framework had of its own; that of an earlier release gives way."""
    new: dict[str, str] = found.framework["attribution"]
    old = framework.get("attribution") or {}
    made = {}
    for name, words in new.items():
        lines = [line for line in str(old.get(name, "")).split("\n") if line and line != words and "O*NET" not in line]
        made[name] = "\n".join([*lines, words])
    return made
