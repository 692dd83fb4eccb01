"""What the objects of a CASE 1.1 package hold, and how a package that does not keep to it is mended.

The table follows the schemas of the 1EdTech CASE 1.1 OpenAPI document (imscasev1p1_openapi3_v1p0);
a test compares the two.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from toolkit.skillgap.case.identifiers import accepted, mended_identifier
from toolkit.wording import Text, text

# Kind of every field; "!" = required, "[]" = list. A capital letter names another shape.
SHAPES: dict[str, dict[str, str]] = {
    "CFPackage": {
        "CFDocument": "CFDocument!",
        "CFItems": "CFItem[]",
        "CFAssociations": "CFAssociation[]",
        "CFDefinitions": "CFDefinition",
        "CFRubrics": "CFRubric[]",
        "extensions": "free",
    },
    "CFDocument": {
        "creator": "text!",
        "title": "text!",
        **dict.fromkeys(("frameworkType", "caseVersion", "publisher", "description", "language"), "text"),
        **dict.fromkeys(("version", "adoptionStatus", "notes"), "text"),
        "officialSourceURL": "uri",
        "subject": "text[]",
        "subjectURI": "Link[]",
        "statusStartDate": "day",
        "statusEndDate": "day",
        "licenseURI": "Link",
    },
    "CFItem": {
        "fullStatement": "text!",
        **dict.fromkeys(("alternativeLabel", "CFItemType", "humanCodingScheme", "listEnumeration"), "text"),
        **dict.fromkeys(("abbreviatedStatement", "notes", "language"), "text"),
        **dict.fromkeys(("conceptKeywords", "subject", "educationLevel"), "text[]"),
        **dict.fromkeys(("conceptKeywordsURI", "CFItemTypeURI", "licenseURI"), "Link"),
        "subjectURI": "Link[]",
        "statusStartDate": "day",
        "statusEndDate": "day",
    },
    "CFAssociation": {
        "associationType": "text!",
        "sequenceNumber": "whole",
        "originNodeURI": "AnyLink!",
        "destinationNodeURI": "AnyLink!",
        "CFAssociationGroupingURI": "Link",
        "notes": "text",
    },
    "CFDefinition": {
        "CFConcepts": "CFConcept[]",
        "CFSubjects": "CFSubject[]",
        "CFLicenses": "CFLicense[]",
        "CFItemTypes": "CFItemType[]",
        "CFAssociationGroupings": "CFAssociationGrouping[]",
        "extensions": "free",
    },
    "CFConcept": {"keywords": "text", "hierarchyCode": "text!", "description": "text"},
    "CFSubject": {"hierarchyCode": "text!", "description": "text"},
    "CFLicense": {"licenseText": "text!", "description": "text"},
    "CFItemType": {"hierarchyCode": "text!", "description": "text!", "typeCode": "text"},
    "CFAssociationGrouping": {"description": "text"},
    "CFRubric": {"title": "text", "description": "text", "CFRubricCriteria": "CFRubricCriterion[]"},
    "CFRubricCriterion": {
        "category": "text",
        "description": "text",
        "CFItemURI": "Link",
        "weight": "number",
        "position": "whole",
        "rubricId": "uuid",
        "CFRubricCriterionLevels": "CFRubricCriterionLevel[]",
    },
    "CFRubricCriterionLevel": {
        "description": "text",
        "quality": "text",
        "score": "number",
        "feedback": "text",
        "position": "whole",
        "rubricCriterionId": "uuid",
        "extensions": "free[]",
    },
    "Link": {"title": "text!", "identifier": "uuid!", "uri": "uri!"},
    "AnyLink": {"title": "text!", "identifier": "text!", "uri": "uri!", "targetType": "text"},
}
for _name in ("CFConcept", "CFSubject", "CFLicense", "CFItemType", "CFAssociationGrouping"):
    SHAPES[_name]["title"] = "text!"
for _name in tuple(SHAPES):
    if "CFPackage" != _name != "CFDefinition" and _name.startswith("CF"):
        _shared = {"identifier": "uuid!", "uri": "uri!", "lastChangeDateTime": "moment!", "extensions": "free"}
        SHAPES[_name] = _shared | SHAPES[_name]

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Amendment:
    """Something in a file that does not keep to the standard, or has no place in the toolkit.

    `action` is what was done: ``mended`` (read as it was probably meant), ``left_out``, or
    ``to_complete`` (taken over, but a person has to add what the toolkit needs before it is used).
    `place` is the way to it in the file, such as ``CFItems[3].identifier`` (counted from 0).
    """

    place: str
    action: Literal["mended", "left_out", "to_complete"]
    message: Text


def tidy(found: object, shape: str, place: str, amendments: list[Amendment]) -> dict[str, Any] | None:
    """Return an object with only the fields of `shape` that can be read; every change is noted.

    ``None`` where `found` is no object. Required fields that are missing stay missing and are noted:
    what they become is for the caller to say.
    """
    if not isinstance(found, Mapping):
        amendments.append(Amendment(place, "left_out", text("An object was expected here.")))
        return None
    fields, kept = SHAPES[shape], {}
    for name, value in found.items():
        way = f"{place}.{name}" if place else str(name)
        if name not in fields:
            amendments.append(Amendment(way, "left_out", text("CASE 1.1 does not know this field.")))
        elif value is None:
            amendments.append(Amendment(way, "left_out", text("The field has no value.")))
        else:
            read = _read(value, fields[name].rstrip("!"), way, amendments)
            if read is not None:
                kept[name] = read
    for name, kind in fields.items():
        if kind.endswith("!") and name not in kept and found.get(name) is None:
            way = f"{place}.{name}" if place else name
            amendments.append(Amendment(way, "mended", text("CASE 1.1 requires this field, but it is missing.")))
    return kept


def _read(value: object, kind: str, place: str, amendments: list[Amendment]) -> Any:
    if kind.endswith("[]"):
        if not isinstance(value, list):
            amendments.append(Amendment(place, "mended", text("A list was expected here.")))
            value = [value]
        read = [_read(one, kind[:-2], f"{place}[{at}]", amendments) for at, one in enumerate(value)]
        return [one for one in read if one is not None]
    if kind in SHAPES:
        return tidy(value, kind, place, amendments)
    return value if kind == "free" else _plain(value, kind, place, amendments)


def _plain(value: object, kind: str, place: str, amendments: list[Amendment]) -> Any:
    """Return a text, number, date or identifier as the standard has it, or ``None``."""

    def mended(message: Text, result: Any) -> Any:
        amendments.append(Amendment(place, "mended" if result is not None else "left_out", message))
        return result

    if kind in ("number", "whole"):
        number = _number(value)
        wrong = isinstance(value, bool | str) or number is None or (kind == "whole" and number % 1)
        kept = number if number is None or kind == "number" else int(number)
        return mended(text("“{value}” is no such number.", value=str(value)), kept) if wrong else kept
    if isinstance(value, Mapping | list):
        return mended(text("A text was expected here."), None)
    words = str(value)
    if not isinstance(value, str):
        mended(text("A text was expected here."), words)
    if kind == "uuid" and not accepted(words):
        message = text("“{value}” is no UUID of version 1 to 5; one was made from it.", value=words)
        return mended(message, mended_identifier(words))
    if kind == "uri" and not _URI.fullmatch(words):
        return mended(text("“{value}” is no web address.", value=words), None)
    if kind in ("moment", "day") and not _is_moment(words, kind):
        return mended(text("“{value}” is no date in the form of the standard.", value=words), None)
    return words


def _number(value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return number if abs(number) < 1e9 else None


def _is_moment(words: str, kind: str) -> bool:
    try:
        if kind == "day":
            return len(words) == 10 and bool(dt.date.fromisoformat(words))
        return _MOMENT.fullmatch(words) is not None and bool(dt.datetime.fromisoformat(words))
    except ValueError:
        return False
