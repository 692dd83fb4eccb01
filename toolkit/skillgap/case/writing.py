"""A framework and its rubrics as a CASE 1.1 package that keeps strictly to the standard."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from toolkit.errors import InputError
from toolkit.skillgap.case.extension import EXTENSION
from toolkit.skillgap.case.identifiers import accepted, stable_identifier
from toolkit.skillgap.case.soundness import require_sound
from toolkit.wording import text

Content = Mapping[str, Any]
Made = dict[str, Any]
LEVELS_TITLE = {"en": "Behaviours per level", "zh": "各等级行为描述"}
ITEM_TYPES = {
    "group": ({"en": "Competency group", "zh": "胜任力类别"}, {"en": "A group of competencies.", "zh": "一组胜任力。"}),
    "competency": (
        {"en": "Competency", "zh": "胜任力"},
        {"en": "What can be observed and rated at levels.", "zh": "可观察、可分等级评价的能力。"},
    ),
}


def write_framework(
    framework: Content,
    rubrics: Content | None = None,
    *,
    creator: str,
    changed_at: dt.datetime,
    language: str = "en",
    issuer: str = "",
    address: str = "",
) -> bytes:
    """Return a competency framework and its rubrics as a CASE 1.1 package (JSON, UTF-8).

    `framework` and `rubrics` are content packs. Groups and competencies become CFItems under the
    document, behaviours per level one CFRubric with a criterion for each competency, rubrics further
    CFRubrics whose criteria point to the competency they weigh most. Texts are in `language` (``en``
    or ``zh``), where a text lacks it in the other; both languages and our ids travel under
    `extensions`, so that `read_framework` gives back the same packs.

    Identifiers are UUIDv5 of our ids and `issuer`, or the ones a framework was imported with, and do
    not depend on wording, language or time: sending the package again replaces the earlier one.
    `changed_at` (UTC where it names no time zone) becomes the time of the last change, `address` the
    beginning of all web addresses; without it they are ``urn:uuid:``.

    Raises `InputError` if `creator` is blank, an id or name is missing or an id stands twice in its
    list, or a rubric weighs a competency the framework lacks. Source: 1EdTech CASE Service 1.1.
    """
    if not creator.strip():
        raise InputError(text("A CASE package needs the name of who issues it."), remedy=text("Give a creator."))
    require_sound(framework, rubrics or {})
    package = _Package(framework, creator, changed_at, language, issuer, address)
    groups, items, associations = package.tree()
    made = [package.levels_rubric(), *map(package.rubric, (rubrics or {}).get("rubrics", []))]
    body = {
        "CFDocument": package.document,
        "CFItems": groups + items,
        "CFAssociations": associations,
        "CFDefinitions": package.definitions(),
        "CFRubrics": [one for one in made if one],
    }
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


class _Package:
    """Makes the objects of one package, with identifiers, addresses and wording of one kind."""

    def __init__(
        self, framework: Content, creator: str, changed_at: dt.datetime, language: str, issuer: str, address: str
    ):
        moment = changed_at.replace(tzinfo=dt.UTC) if changed_at.tzinfo is None else changed_at.astimezone(dt.UTC)
        self._changed = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        self._framework, self._language, self._issuer = framework, language, issuer
        self._address = address.rstrip("/")
        self._root = self.identifier("framework", framework)
        self._competencies: dict[str, Made] = {}
        self.document = self._document(creator)

    def identifier(self, kind: str, content: Content, *within: str) -> str:
        """Return the identifier `content` came with, or one made from its id."""
        given = str(content.get("identifier", ""))
        if accepted(given):
            return given
        below = () if kind == "framework" else (str(self._framework["id"]),)
        return stable_identifier(kind, *below, *within, str(content["id"]), issuer=self._issuer)

    def _words(self, both: object) -> str:
        if not isinstance(both, Mapping):
            return "" if both is None else str(both)
        return str(both.get(self._language) or next((words for words in both.values() if words), ""))

    def _language_of(self, both: object) -> str:
        """Return the code of the language `_words` takes."""
        codes = [code for code, words in both.items() if words] if isinstance(both, Mapping) else []
        return self._language if self._language in codes or not codes else str(codes[0])

    def _object(self, folder: str, identifier: str, extension: Made, **fields: object) -> Made:
        uri = f"{self._address}/ims/case/v1p1/{folder}/{identifier}" if self._address else f"urn:uuid:{identifier}"
        made: Made = {"identifier": identifier, "uri": uri, "lastChangeDateTime": self._changed}
        made |= {name: value for name, value in fields.items() if value not in (None, "")}
        return made | ({"extensions": {EXTENSION: extension}} if extension else {})

    def _document(self, creator: str) -> Made:
        framework = self._framework
        kept = {name: framework[name] for name in ("id", "name", "description", "attribution") if name in framework}
        if isinstance(framework.get("version"), int):
            kept["version"] = framework["version"]
        if self._issuer:
            kept["issuer"] = self._issuer
        attribution = framework.get("attribution") or {}
        made = self._object(
            "CFDocuments",
            self._root,
            kept,
            creator=creator,
            title=self._words(framework["name"]),
            description=self._words(framework.get("description")),
            language=self._language_of(framework["name"]),
            caseVersion="1.1",
            version=str(framework["version"]) if "version" in framework else None,
            notes=self._words(attribution.get("text")),
        )
        self._license = self._made_license(attribution)
        if self._license:
            made["licenseURI"] = _link(self._license, self._license["title"])
        return made

    def _made_license(self, attribution: Content) -> Made | None:
        name = self._words(attribution.get("licence"))
        if not name:
            return None
        identifier = stable_identifier("licence", name, issuer=self._issuer)
        return self._object("CFLicenses", identifier, {}, title=name, licenseText=self._words(attribution["text"]))

    def definitions(self) -> Made:
        """Return the item types and the licence."""
        types = [self._item_type(kind) for kind in ITEM_TYPES]
        return {"CFItemTypes": types} | ({"CFLicenses": [self._license]} if self._license else {})

    def _item_type(self, kind: str) -> Made:
        title, description = map(self._words, ITEM_TYPES[kind])
        code = str(list(ITEM_TYPES).index(kind) + 1)
        identifier = stable_identifier("item_type", kind, issuer=self._issuer)
        fields = {"title": title, "description": description, "hierarchyCode": code, "typeCode": kind}
        return self._object("CFItemTypes", identifier, {}, **fields)

    def tree(self) -> tuple[list[Made], list[Made], list[Made]]:
        """Return the items of groups (with what they stand within), of competencies, and who stands under whom."""
        groups: dict[str, Made] = {}
        items, associations = [], []
        real = {self.identifier("group", group) for group in self._framework["groups"]}
        for position, group in enumerate(self._framework["groups"], start=1):
            parent = self.document
            above = [] if group.get("implied") else [*group.get("within", []), group]
            for one in above:
                identifier = self.identifier("group", one)
                if identifier not in groups:
                    groups[identifier] = self._item("group" if identifier in real else "section", one, identifier)
                    associations.append(self._child(groups[identifier], parent, position))
                parent = groups[identifier]
            for place, competency in enumerate(group["competencies"], start=1):
                item = self._item("competency", competency, self.identifier("competency", competency))
                self._competencies[competency["id"]] = item
                items.append(item)
                associations.append(self._child(item, parent, place))
        return list(groups.values()), items, associations

    def _item(self, kind: str, content: Content, identifier: str) -> Made:
        kept = {"kind": kind} | {
            name: content[name] for name in ("id", "name", "description", "code") if name in content
        }
        item_type = self._item_type("competency" if kind == "competency" else "group")
        name, statement = self._words(content["name"]), self._words(content.get("description"))
        return self._object(
            "CFItems",
            identifier,
            kept,
            fullStatement=statement or name,
            abbreviatedStatement=name,
            humanCodingScheme=str(content.get("code") or content["id"]),
            CFItemType=item_type["title"],
            CFItemTypeURI=_link(item_type, item_type["title"]),
            language=self._language_of(content["name"]),
        )

    def _child(self, origin: Made, destination: Made, place: int) -> Made:
        ends = [
            _link(one, str(one.get("abbreviatedStatement") or one.get("title")), targetType="CASE")
            for one in (origin, destination)
        ]
        identifier = stable_identifier("child", origin["identifier"], destination["identifier"], issuer=self._issuer)
        fields = {"associationType": "isChildOf", "originNodeURI": ends[0], "destinationNodeURI": ends[1]}
        return self._object("CFAssociations", identifier, {}, **fields, sequenceNumber=place)

    def levels_rubric(self) -> Made | None:
        """Return the behaviours per level as a rubric with one criterion for each competency."""
        described = [
            competency
            for group in self._framework["groups"]
            for competency in group["competencies"]
            if competency.get("levels")
        ]
        if not described:
            return None
        criteria = [
            {"id": one["id"], "name": one["name"], "competencies": {one["id"]: 1.0}, "levels": one["levels"]}
            for one in described
        ]
        return self.rubric({"id": "levels", "name": LEVELS_TITLE, "criteria": criteria}, kind="levels")

    def rubric(self, rubric: Content, kind: str = "rubric") -> Made:
        """Return a rubric with its criteria and their levels."""
        identifier = self.identifier(kind, rubric)
        criteria = []
        for position, criterion in enumerate(rubric["criteria"], start=1):
            own = self.identifier("criterion", criterion, identifier)
            criteria.append(self._criterion(own, criterion, position, rubricId=identifier))
        return self._object(
            "CFRubrics",
            identifier,
            {"kind": kind} | {name: rubric[name] for name in ("id", "name", "description") if name in rubric},
            title=self._words(rubric["name"]),
            description=self._words(rubric.get("description")),
            CFRubricCriteria=criteria,
        )

    def _criterion(self, identifier: str, criterion: Content, position: int, **fields: object) -> Made:
        shares = criterion.get("competencies") or {}
        main = max(shares, key=lambda one: float(shares[one])) if shares else None
        item = self._competencies[main] if main else None
        return self._object(
            "CFRubricCriteria",
            identifier,
            {name: value for name, value in criterion.items() if name not in ("levels", "identifier")},
            category=self._words(criterion["name"]),
            description=self._words(criterion.get("question")) or self._words(criterion["name"]),
            CFItemURI=_link(item, item["abbreviatedStatement"]) if item else None,
            weight=float(criterion["weight"]) if "weight" in criterion else None,
            position=position,
            CFRubricCriterionLevels=[
                self._level(identifier, int(level), words)
                for level, words in sorted(criterion["levels"].items(), key=lambda one: int(one[0]))
            ],
            **fields,
        )

    def _level(self, criterion: str, level: int, words: object) -> Made:
        made = self._object(
            "CFRubricCriterionLevels",
            stable_identifier("level", criterion, str(level), issuer=self._issuer),
            {},
            description=self._words(words),
            quality=str(level),
            score=float(level),
            position=level,
            rubricCriterionId=criterion,
        )
        return made | {"extensions": [{EXTENSION: {"description": words}}]}


def _link(made: Made, title: str, **more: str) -> Made:
    return {"title": title, "identifier": made["identifier"], "uri": made["uri"], **more}
