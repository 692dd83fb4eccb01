"""What an edit of a framework or of roles changes, in words, before and after."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from toolkit.organisation.content import competencies
from toolkit.vocabulary import TIERS
from toolkit.wording import Text, text

Content = Mapping[str, Any]
Kind = Literal["added", "removed", "changed"]
LANGUAGE_NAMES = {"en": text("English"), "zh": text("Chinese")}


@dataclass(frozen=True, slots=True)
class ContentChange:
    """One thing that differs; `before` and `after` are empty where it was not there."""

    kind: Kind
    where: Text
    before: str = ""
    after: str = ""


def framework_changes(earlier: Content, later: Content) -> list[ContentChange]:
    """Return what differs between two versions of a framework: groups, competencies, wording in each language, order."""
    return [
        *_words(earlier.get("name"), later.get("name"), text("Framework")),
        *_attribution(earlier, later),
        *_groups(earlier, later),
        *_competencies(earlier, later),
    ]


def roles_changes(earlier: Content, later: Content) -> list[ContentChange]:
    """Return what differs between two versions of the roles: roles, expected levels and weights, ranks of the ladders."""
    return [*_roles(earlier, later), *_ranks(earlier, later)]


def _groups(earlier: Content, later: Content) -> Iterator[ContentChange]:
    before, after = ({one["id"]: one for one in body.get("groups", [])} for body in (earlier, later))
    for group_id in [*before, *(one for one in after if one not in before)]:
        where = text("{what} “{id}”", what=text("Group"), id=group_id)
        yield from _there(before.get(group_id), after.get(group_id), where)
        if group_id in before and group_id in after:
            yield from _words(before[group_id].get("name"), after[group_id].get("name"), where)


def _competencies(earlier: Content, later: Content) -> Iterator[ContentChange]:
    before, after = ({one["id"]: (one, group["id"]) for one, group in competencies(body)} for body in (earlier, later))
    for competency in [*before, *(one for one in after if one not in before)]:
        (old, old_group), (new, new_group) = (side.get(competency, (None, "")) for side in (before, after))
        where = text("{what} “{id}”", what=text("Competency"), id=(new or old or {}).get("name") or competency)
        yield from _there(old, new, where)
        if old is None or new is None:
            continue
        if old_group != new_group:
            yield ContentChange("changed", text("{place}, group", place=where), old_group, new_group)
        yield from _words(old.get("name"), new.get("name"), where)
        yield from _words(old.get("description"), new.get("description"), text("{place}, description", place=where))
        levels = [{str(key): said for key, said in (one.get("levels") or {}).items()} for one in (old, new)]
        for level in sorted({*levels[0], *levels[1]}):
            place = text("{place}, level {level}", place=where, level=level)
            yield from _words(levels[0].get(level), levels[1].get(level), place)
    kept = [one for one in before if one in after]
    if kept != [one for one in after if one in before]:
        yield ContentChange("changed", text("Order of the competencies"))


def _roles(earlier: Content, later: Content) -> Iterator[ContentChange]:
    before, after = ({one["id"]: one for one in body.get("roles", [])} for body in (earlier, later))
    for role in [*before, *(one for one in after if one not in before)]:
        old, new = before.get(role), after.get(role)
        name = (new or old or {}).get("name") or role
        where = text("{what} “{id}”", what=text("Role"), id=name)
        yield from _there(old, new, where)
        if old is None or new is None:
            continue
        yield from _words(old.get("name"), new.get("name"), where)
        for tier in [*TIERS, *({*old.get("expectations", {}), *new.get("expectations", {})} - {*TIERS})]:
            asked = [one.get("expectations", {}).get(tier, {}) for one in (old, new)]
            for competency in [*asked[0], *(one for one in asked[1] if one not in asked[0])]:
                pairs = [_pair(side.get(competency)) for side in asked]
                if pairs[0] != pairs[1]:
                    place = text(
                        "Role “{role}”, tier “{tier}”, competency “{competency}”",
                        role=name,
                        tier=tier,
                        competency=competency,
                    )
                    yield _change(place, *pairs)


def _ranks(earlier: Content, later: Content) -> Iterator[ContentChange]:
    before, after = (
        {rank["id"]: rank for ladder in body.get("ladders", []) for rank in ladder["ranks"]}
        for body in (earlier, later)
    )
    for rank in [*before, *(one for one in after if one not in before)]:
        old, new = before.get(rank), after.get(rank)
        where = text("{what} “{id}”", what=text("Rank"), id=(new or old or {}).get("name") or rank)
        yield from _there(old, new, where)
        if old is None or new is None:
            continue
        yield from _words(old.get("name"), new.get("name"), where)
        for part in ("competencies", "figures"):
            asked = [one.get(part, {}) for one in (old, new)]
            for name in [*asked[0], *(one for one in asked[1] if one not in asked[0])]:
                values = [_limit(side.get(name)) for side in asked]
                if values[0] != values[1]:
                    yield _change(text("{place}, requirement “{name}”", place=where, name=name), *values)
        if list(old.get("after", [])) != list(new.get("after", [])):
            yield ContentChange(
                "changed",
                text("{place}, after", place=where),
                ", ".join(old.get("after", [])),
                ", ".join(new.get("after", [])),
            )


def _there(old: Content | None, new: Content | None, where: Text) -> Iterator[ContentChange]:
    if old is None or new is None:
        yield ContentChange("added" if old is None else "removed", where)


def _words(old: Content | None, new: Content | None, where: Text) -> Iterator[ContentChange]:
    for code, language in LANGUAGE_NAMES.items():
        said = [str((one or {}).get(code) or "") for one in (old, new)]
        if said[0] != said[1]:
            yield _change(text("{place}, {language}", place=where, language=language), *said)


def _attribution(earlier: Content, later: Content) -> Iterator[ContentChange]:
    said = [str((one.get("attribution") or {}).get("text", "")) for one in (earlier, later)]
    if said[0] != said[1]:
        yield _change(text("Attribution"), *said)


def _change(where: Text, before: str, after: str) -> ContentChange:
    return ContentChange("added" if not before else "removed" if not after else "changed", where, before, after)


def _pair(found: Any) -> str:
    return "" if found is None else " · ".join(f"{float(one):g}" for one in found)


def _limit(found: Any) -> str:
    if found is None:
        return ""
    if isinstance(found, Mapping):
        return " ".join(
            {"at_least": "≥ {}", "at_most": "≤ {}"}.get(name, name + " {}").format(value)
            for name, value in found.items()
        )
    return f"{float(found):g}"
