"""A framework and the roles that ask for it while they are edited. No layout, no store."""

import copy
from collections.abc import Mapping
from typing import Any

import traitlets

from toolkit.documents.plain_state import PlainState, StateForm, by_id, known, list_of, number, optional, record, words
from toolkit.errors import InputError
from toolkit.organisation.content import competencies
from toolkit.organisation.findings import Finding
from toolkit.organisation.framework_changes import ContentChange, framework_changes, roles_changes
from toolkit.organisation.framework_checks import LEVELS, check_framework, check_roles
from toolkit.vocabulary import TIERS
from toolkit.wording import text

Content = Mapping[str, Any]
_BOTH = record({"en": words, "zh": words})
_FORM = StateForm(
    "FrameworkDraft",
    1,
    {
        "competencies": by_id(record({"name": _BOTH, "description": _BOTH, "levels": optional(by_id(_BOTH))})),
        "expectations": list_of(
            record(
                {
                    "role": words,
                    "tier": words,
                    "competency": words,
                    "target": optional(number(-1e6, 1e6)),
                    "weight": optional(number(-1e6, 1e6)),
                }
            )
        ),
    },
)


class FrameworkDraft(PlainState, traitlets.HasTraits):
    """A copy of both packs to work on: `framework` and `roles`.

    What is edited is the wording of a competency and what a role asks at a tier; everything else stays as it is.
    `findings` and `changes` follow. Its dictionary holds what was edited: wordings by competency, expectations in a list.
    """

    framework = traitlets.Dict()
    roles = traitlets.Dict()

    def __init__(self, framework: Content, roles: Content):
        self.began = copy.deepcopy(dict(framework)), copy.deepcopy(dict(roles))
        self._asked: dict[tuple[str, str, str], tuple[float | None, float | None]] = {}
        self._worded: set[str] = set()
        super().__init__(framework=copy.deepcopy(dict(framework)), roles=copy.deepcopy(dict(roles)))

    @property
    def changes(self) -> list[ContentChange]:
        """What differs from what the draft began with."""
        return [*framework_changes(self.began[0], self.framework), *roles_changes(self.began[1], self.roles)]

    @property
    def findings(self) -> list[Finding]:
        """What is wrong with the draft by itself; what the store adds (evidence, rubrics) is looked at when publishing."""
        return [*check_framework(self.framework), *check_roles(self.roles, self.framework)]

    def competency(self, competency_id: str) -> dict[str, Any]:
        """Return one competency; raises `InputError` where there is none of this id."""
        for one, _ in competencies(self.framework):
            if one["id"] == competency_id:
                return dict(one)
        raise InputError(text("The framework has no competency “{id}”.", id=competency_id))

    def put_wording(self, competency_id: str, **parts: Any) -> None:
        """Change name, description or levels of a competency (each by language; levels by level); the id stays.

        Levels that are empty throughout are taken as not described.
        """
        self.competency(competency_id)
        if "levels" in parts and not any(said.strip() for both in parts["levels"].values() for said in both.values()):
            parts = {**parts, "levels": {}}
        groups = [
            {
                **group,
                "competencies": [
                    _worded(one, parts) if one["id"] == competency_id else one for one in group["competencies"]
                ],
            }
            for group in self.framework["groups"]
        ]
        self._worded.add(competency_id)
        self.framework = {**self.framework, "groups": groups}

    def put_expectation(
        self, role_id: str, tier: str, competency_id: str, target: float | None, weight: float | None
    ) -> None:
        """Let a role ask `target` (level 1-5) with `weight` (0-5) at a tier, or nothing where there is no target."""
        self.competency(competency_id)
        if role_id not in {role["id"] for role in self.roles["roles"]} or tier not in TIERS:
            raise InputError(text("There is no role “{role}” with a tier “{tier}”.", role=role_id, tier=tier))
        roles = []
        for role in self.roles["roles"]:
            if role["id"] == role_id:
                asked = dict(role.get("expectations", {}).get(tier, {}))
                asked.pop(competency_id, None)
                if target is not None:
                    pair = [target, 3.0 if weight is None else weight]
                    # The same numbers stay spelled as they were, or equal content would get another version.
                    before = self._began_with(role_id, tier).get(competency_id)
                    asked = _in_place(role, tier, competency_id, asked, before if _same(before, pair) else pair)
                role = {**role, "expectations": {**role.get("expectations", {}), tier: asked}}
            roles.append(role)
        self._asked[role_id, tier, competency_id] = (target, weight)
        self.roles = {**self.roles, "roles": roles}

    def _began_with(self, role_id: str, tier: str) -> dict[str, Any]:
        found = [role for role in self.began[1].get("roles", []) if role["id"] == role_id]
        return dict(found[0].get("expectations", {}).get(tier, {})) if found else {}

    def to_dict(self) -> dict[str, Any]:
        """Return what was edited."""
        worded = {}
        for one in sorted(self._worded):
            found = self.competency(one)
            levels = {str(level): _two(said) for level, said in (found.get("levels") or {}).items()}
            worded[one] = {
                "name": _two(found["name"]),
                "description": _two(found.get("description")),
                "levels": levels or None,
            }
        asked = [
            {"role": role, "tier": tier, "competency": competency, "target": target, "weight": weight}
            for (role, tier, competency), (target, weight) in self._asked.items()
        ]
        return _FORM.write(competencies=worded, expectations=asked)

    def restore(self, body: object) -> None:
        """Begin again and take up what was edited; all of it must be known here."""
        found = _FORM.read(body)
        ids = {one["id"] for one, _ in competencies(self.began[0])}
        known([*found["competencies"], *(one["competency"] for one in found["expectations"])], ids, "competencies")
        known(
            [one["role"] for one in found["expectations"]],
            {role["id"] for role in self.began[1]["roles"]},
            "expectations",
        )
        known([one["tier"] for one in found["expectations"]], TIERS, "expectations")
        self._asked, self._worded = {}, set()
        with self.hold_trait_notifications():
            self.framework, self.roles = (copy.deepcopy(one) for one in self.began)
            for competency, parts in found["competencies"].items():
                self.put_wording(competency, **{**parts, "levels": parts["levels"] or {}})
            for one in found["expectations"]:
                self.put_expectation(one["role"], one["tier"], one["competency"], one["target"], one["weight"])


def _worded(one: Content, parts: Mapping[str, Any]) -> dict[str, Any]:
    made = {**one, **parts}
    if "levels" in parts:
        before = {str(level): said for level, said in (one.get("levels") or {}).items()}
        made["levels"] = {
            level: {**before.get(str(level), {}), **said} for level, said in _ordered(parts["levels"]).items()
        }
        # A pack keeps levels as numbers, the store as words: either stays as it was.
        if any(isinstance(level, int) for level in one.get("levels") or {}):
            made["levels"] = {int(level): said for level, said in made["levels"].items()}
        if not made["levels"]:
            made.pop("levels")
    return made


def _ordered(levels: Mapping[str, Any]) -> dict[str, Any]:
    return {level: levels[level] for level in LEVELS if level in levels}


def _in_place(role: Content, tier: str, competency: str, asked: Mapping[str, Any], pair: Any) -> dict[str, Any]:
    order = list(role.get("expectations", {}).get(tier, {}))
    made = {**asked, competency: pair}
    return {
        one: made[one] for one in [*(one for one in order if one in made), *(one for one in made if one not in order)]
    }


def _same(before: Any, pair: list[float]) -> bool:
    return before is not None and [float(one) for one in before] == [float(one) for one in pair]


def _two(said: Content | None) -> dict[str, str]:
    return {code: str((said or {}).get(code) or "") for code in ("en", "zh")}
