"""The framework, what it asks of roles and ranks, changes and versions, as words and tables."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from toolkit.language import Language
from toolkit.organisation.content import competencies, competency_names
from toolkit.organisation.findings import Finding
from toolkit.organisation.framework_changes import ContentChange
from toolkit.vocabulary import TIERS
from toolkit.wording import text

Content = Mapping[str, Any]
COMPETENCY_LABELS = {
    "name": text("Competency"),
    "group": text("Group"),
    "description": text("Description"),
    "asked": text("Roles that ask for it"),
}
TIER_LABELS = {"junior": text("Junior"), "middle": text("Middle"), "senior": text("Senior")}
RANK_LABELS = {
    "rank": text("Rank"),
    "ladder": text("Ladder"),
    "after": text("Follows"),
    "levels": text("Levels asked"),
    "figures": text("Figures asked"),
}
CHANGE_LABELS = {
    "kind": text("Change"),
    "where": text("Where"),
    "before": text("Before"),
    "after": text("After"),
}
CHANGE_WORDS = {"removed": text("taken out"), "changed": text("changed"), "added": text("added")}
FINDING_LABELS = {
    "severity": text("Kind of remark"),
    "where": text("Where"),
    "message": text("What"),
    "remedy": text("What to do"),
}
FINDING_WORDS = {"error": text("must be mended"), "warning": text("hint")}
KIND_WORDS = {"framework": text("Competencies"), "roles": text("Roles and ladders")}


def competency_rows(framework: Content, roles: Content, say: Language) -> pd.DataFrame:
    """Return one row per competency with the columns of `COMPETENCY_LABELS`."""
    asking: dict[str, list[str]] = {}
    for role in roles.get("roles", []):
        for competency in dict.fromkeys(one for asked in role.get("expectations", {}).values() for one in asked):
            asking.setdefault(competency, []).append(say.pick(role["name"]))
    rows = [
        {
            "name": say.pick(one["name"]),
            "group": say.pick(group["name"]),
            "description": say.pick(one.get("description") or {"en": ""}),
            "asked": say.join(asking.get(one["id"], [])),
        }
        for one, group in competencies(framework)
    ]
    return pd.DataFrame(rows, columns=list(COMPETENCY_LABELS))


def behaviour_rows(competency: Content, say: Language) -> pd.DataFrame:
    """Return the behaviours of one competency: level and behaviour."""
    levels = {str(level): words for level, words in (competency.get("levels") or {}).items()}
    rows = [(level, say.pick(words)) for level, words in sorted(levels.items())]
    return pd.DataFrame(rows, columns=["level", "behaviour"])


def expectation_table(role: Content, framework: Content, say: Language) -> pd.DataFrame:
    """Return what a role asks: competency, and for each tier level and weight in words."""
    asked = role.get("expectations", {})
    rows = []
    for competency, both in competency_names(framework).items():
        cells = {tier: asked.get(tier, {}).get(competency) for tier in TIERS}
        if any(cell is not None for cell in cells.values()):
            words = {tier: _pair(cell, say) for tier, cell in cells.items()}
            rows.append({"competency": say.pick(both), **words})
    return pd.DataFrame(rows, columns=["competency", *TIERS])


def rank_rows(roles: Content, framework: Content, say: Language) -> pd.DataFrame:
    """Return one row per rank of the ladders with the columns of `RANK_LABELS`."""
    names = competency_names(framework)
    figures = {one["id"]: one["name"] for one in roles.get("figures", [])}
    ranks = {rank["id"]: rank["name"] for ladder in roles.get("ladders", []) for rank in ladder["ranks"]}

    def listed(asked: Content, words: Content) -> str:
        return say.join(
            [
                say("{name} {limit}", name=say.pick(words.get(one, {"en": one})), limit=_limit(value, say))
                for one, value in asked.items()
            ]
        )

    rows = [
        {
            "rank": say.pick(rank["name"]),
            "ladder": say.pick(ladder["name"]),
            "after": say.join([say.pick(ranks.get(one, {"en": one})) for one in rank.get("after", [])]),
            "levels": listed(rank.get("competencies", {}), names),
            "figures": listed(rank.get("figures", {}), figures),
        }
        for ladder in roles.get("ladders", [])
        for rank in ladder["ranks"]
    ]
    return pd.DataFrame(rows, columns=list(RANK_LABELS))


def change_rows(changes: Iterable[ContentChange], say: Language) -> pd.DataFrame:
    """Return changes in words, kinds as keys."""
    rows = [(one.kind, say.say(one.where), one.before, one.after) for one in changes]
    return pd.DataFrame(rows, columns=list(CHANGE_LABELS))


def finding_rows(findings: Iterable[Finding], say: Language) -> pd.DataFrame:
    """Return findings in words, errors first, severities as keys."""
    ordered = sorted(findings, key=lambda one: one.severity != "error")
    rows = [(one.severity, say.say(one.where), say.say(one.message), say.say(one.remedy)) for one in ordered]
    return pd.DataFrame(rows, columns=list(FINDING_LABELS))


def _pair(cell: Any, say: Language) -> str:
    if cell is None:
        return "–"
    level, weight = cell
    return say(
        "{level} (weight {weight})",
        level=say.number(float(level), 1),
        weight=say.number(float(weight), 0 if float(weight).is_integer() else 1),
    )


def _limit(value: Any, say: Language) -> str:
    if not isinstance(value, Mapping):
        return say.number(float(value), 1)
    ((direction, limit),) = value.items()
    words = say.number(float(limit), 0 if float(limit).is_integer() else 2)
    return f"≥ {words}" if direction == "at_least" else f"≤ {words}"
