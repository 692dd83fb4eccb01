"""A rubric that is being written. No layout, no store."""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

import traitlets

from toolkit.documents.plain_state import (
    PlainState,
    StateForm,
    by_id,
    list_of,
    number,
    optional,
    record,
    words,
    yes_or_no,
)
from toolkit.errors import InputError
from toolkit.roleplay.rubric_editor.checks import LEVELS, Finding, check_rubric, refusals
from toolkit.wording import text

_BOTH = record({"en": words, "zh": words})
_CRITERION = record(
    {
        "id": words,
        "name": _BOTH,
        "question": _BOTH,
        "levels": record({str(level): _BOTH for level in LEVELS}),
        "weight": optional(number(0, 100)),
        "mandatory": yes_or_no,
        "competencies": by_id(number(0, 1)),
    }
)
_FORM = StateForm(
    "RubricDraft",
    1,
    {"id": words, "name": _BOTH, "description": _BOTH, "criteria": list_of(_CRITERION)},
)


class RubricDraft(PlainState, traitlets.HasTraits):
    """A copy of a rubric's content to work on: `body`, always with both languages and five levels in place.

    `competencies` are the ids of the framework, `taken` ids of criteria that were used in any rubric: a new
    criterion never gets one of them, so that an id means the same for ever. Its dictionary is the draft itself.
    """

    body = traitlets.Dict()

    def __init__(self, body: Mapping[str, Any], competencies: Iterable[str], *, taken: Iterable[str] = ()):
        super().__init__(body=_complete(body))
        self.competencies = frozenset(competencies)
        self._taken = set(taken)

    @property
    def findings(self) -> list[Finding]:
        """What is to be looked at, refusals first."""
        return check_rubric(self.body, self.competencies)

    @property
    def criteria(self) -> list[dict[str, Any]]:
        """The criteria in their order."""
        return list(self.body["criteria"])

    def criterion(self, criterion_id: str) -> dict[str, Any]:
        """Return one criterion; raises `InputError` where there is none of this id."""
        for one in self.body["criteria"]:
            if one["id"] == criterion_id:
                return dict(one)
        raise InputError(text("The criterion “{criterion}” is not in this rubric.", criterion=criterion_id))

    def put(self, **changed: Any) -> None:
        """Change name, description or criteria of the rubric."""
        self.body = {**self.body, **changed}

    def put_criterion(self, criterion_id: str, **changed: Any) -> None:
        """Change parts of one criterion; its id stays."""
        self.criterion(criterion_id)
        self.put(criteria=[{**one, **changed} if one["id"] == criterion_id else one for one in self.body["criteria"]])

    def add(self) -> str:
        """Add an empty criterion at the end and return its id."""
        used = self._taken | {one["id"] for one in self.body["criteria"]}
        made = next(name for number in range(1, len(used) + 2) if (name := f"criterion_{number}") not in used)
        self._taken.add(made)
        self.put(criteria=[*self.body["criteria"], _complete_criterion({"id": made})])
        return made

    def remove(self, criterion_id: str) -> None:
        """Take a criterion out."""
        self.criterion(criterion_id)
        self._taken.add(criterion_id)
        self.put(criteria=[one for one in self.body["criteria"] if one["id"] != criterion_id])

    def move(self, criterion_id: str, by: int) -> None:
        """Move a criterion by some places, as far as there are any."""
        moved = self.criterion(criterion_id)
        rest = [one for one in self.body["criteria"] if one["id"] != criterion_id]
        place = min(max([one["id"] for one in self.body["criteria"]].index(criterion_id) + by, 0), len(rest))
        self.put(criteria=[*rest[:place], moved, *rest[place:]])

    def ready(self) -> dict[str, Any]:
        """Return the content to publish; raises `InputError` with the first thing that stands in the way."""
        found = refusals(self.findings)
        if found:
            raise InputError(found[0].message, where=found[0].where, remedy=found[0].remedy)
        return copy.deepcopy(dict(self.body))

    def to_dict(self) -> dict[str, Any]:
        """Return the draft."""
        body = copy.deepcopy(dict(self.body))
        for one in body["criteria"]:
            one["levels"] = {str(level): said for level, said in one["levels"].items()}
        return _FORM.write(**{name: body[name] for name in ("id", "name", "description", "criteria")})

    def restore(self, body: object) -> None:
        """Take up a draft."""
        self.body = _complete(_FORM.read(body))


def _complete(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy with every language and level in place, levels as numbers; what is not known stays."""
    kept = copy.deepcopy(dict(body))
    return {
        **kept,
        "name": _both(kept.get("name")),
        "description": _both(kept.get("description")),
        "criteria": [_complete_criterion(one) for one in kept.get("criteria", ())],
    }


def _complete_criterion(one: Mapping[str, Any]) -> dict[str, Any]:
    levels = {int(level): said for level, said in one.get("levels", {}).items()}
    return {
        **one,
        "name": _both(one.get("name")),
        "question": _both(one.get("question")),
        "levels": {level: _both(levels.get(level)) for level in LEVELS},
        "weight": one.get("weight", 1.0),
        "mandatory": bool(one.get("mandatory", False)),
        "competencies": dict(one.get("competencies", {})),
    }


def _both(words: Mapping[str, str] | None) -> dict[str, str]:
    return {"en": (words or {}).get("en", ""), "zh": (words or {}).get("zh", "")}
