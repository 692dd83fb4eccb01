"""What the standard allows but the toolkit has no place for: named, so that nothing is lost in silence."""

from collections.abc import Mapping
from typing import Any

from toolkit.skillgap.case.extension import own_extension
from toolkit.skillgap.case.shapes import Amendment
from toolkit.wording import text

_ALWAYS = {"identifier", "uri", "lastChangeDateTime"}
_USED = {
    "CFDocument": {
        *("creator", "title", "publisher", "description", "language", "version", "notes"),
        *("licenseURI", "officialSourceURL", "caseVersion"),
    },
    "CFItem": {"fullStatement", "abbreviatedStatement", "humanCodingScheme", "language"},
    "CFRubric": {"title", "description", "CFRubricCriteria"},
    "CFRubricCriterion": {
        *("category", "description", "CFItemURI", "weight", "position", "rubricId"),
        "CFRubricCriterionLevels",
    },
    "CFRubricCriterionLevel": {"description", "score", "position", "rubricCriterionId"},
}


def note_unused(package: Mapping[str, Any], amendments: list[Amendment]) -> None:
    """Note every field of a tidied package that is not taken over; what we wrote ourselves has none."""
    _note(package.get("CFDocument", {}), "CFDocument", "CFDocument", amendments)
    for name, found in package.get("CFDefinitions", {}).items():
        if name not in ("CFLicenses", "CFItemTypes") and found:
            amendments.append(Amendment(f"CFDefinitions.{name}", "left_out", _MESSAGE))
    for at, item in enumerate(package.get("CFItems", [])):
        _note(item, "CFItem", f"CFItems[{at}]", amendments)
    for at, rubric in enumerate(package.get("CFRubrics", [])):
        place = f"CFRubrics[{at}]"
        _note(rubric, "CFRubric", place, amendments)
        for position, criterion in enumerate(rubric.get("CFRubricCriteria", [])):
            below = f"{place}.CFRubricCriteria[{position}]"
            _note(criterion, "CFRubricCriterion", below, amendments)
            for number, level in enumerate(criterion.get("CFRubricCriterionLevels", [])):
                way = f"{below}.CFRubricCriterionLevels[{number}]"
                _note(level, "CFRubricCriterionLevel", way, amendments)


_MESSAGE = text("The toolkit has no place for this field.")


def _note(thing: Mapping[str, Any], shape: str, place: str, amendments: list[Amendment]) -> None:
    if own_extension(thing):
        return
    for name, value in thing.items():
        if name not in _ALWAYS | _USED[shape] and value not in ([], {}, ""):
            amendments.append(Amendment(f"{place}.{name}", "left_out", _MESSAGE))
