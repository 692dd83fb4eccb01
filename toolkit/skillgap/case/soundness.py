"""What a framework and its rubrics must have before they can be written as a CASE package."""

from collections.abc import Iterable, Mapping
from typing import Any

from toolkit.errors import InputError
from toolkit.wording import text

Content = Mapping[str, Any]


def require_sound(framework: Content, rubrics: Content) -> None:
    """Refuse what could not be written without loss: missing or doubled ids, missing names, unknown competencies."""
    groups = list(framework.get("groups", []))
    known = [one for group in groups for one in group["competencies"]]
    _require_ids([framework], "framework")
    _require_ids(groups, "group")
    _require_ids(known, "competency")
    _require_ids(rubrics.get("rubrics", []), "rubric")
    ids = {one["id"] for one in known}
    for rubric in rubrics.get("rubrics", []):
        _require_ids(rubric["criteria"], "criterion")
        for criterion in rubric["criteria"]:
            for unknown in [one for one in criterion.get("competencies", {}) if one not in ids]:
                raise InputError(
                    text("The framework has no competency “{id}”.", id=unknown),
                    where=text(
                        "Rubric “{rubric}”, criterion “{criterion}”", rubric=rubric["id"], criterion=criterion["id"]
                    ),
                    remedy=text("Add the competency to the framework, or point the criterion to another one."),
                )


def _require_ids(contents: Iterable[Content], kind: str) -> None:
    seen: set[str] = set()
    for position, content in enumerate(contents, start=1):
        name = content.get("name")
        if not content.get("id") or not name or (isinstance(name, Mapping) and not any(name.values())):
            raise InputError(
                text("Number {position} of the list “{kind}” has no id or no name.", position=position, kind=kind),
                remedy=text("Give it both."),
            )
        if content["id"] in seen:
            raise InputError(
                text("The id “{id}” stands twice in the list “{kind}”.", id=content["id"], kind=kind),
                remedy=text("Give one of the two another id."),
            )
        seen.add(content["id"])
