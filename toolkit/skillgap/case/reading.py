"""Reading CASE packages as they are found: lenient in form, strict in what stands under what."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import InputError
from toolkit.skillgap.case.extension import Source, own_extension
from toolkit.skillgap.case.identifiers import mended_identifier
from toolkit.skillgap.case.rubrics import read_levels, read_rubrics
from toolkit.skillgap.case.shapes import Amendment, tidy
from toolkit.skillgap.case.tree import Tree, read_tree, title_of
from toolkit.skillgap.case.unused import note_unused
from toolkit.wording import text

_LONGEST_ID = 60
_KANA, _HAN = re.compile(r"[\u3040-\u30ff]"), re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class CaseFile:
    """What a CASE package holds, as content packs.

    `framework` and `rubrics` have the form of the packs of that name; texts are by language code, as
    many as the file has. What came from elsewhere keeps its `identifier` and the framework an
    `attribution` (text, licence, url). `amendments` lists whatever was mended, left out or has to be
    completed before use.
    """

    framework: dict[str, Any]
    rubrics: dict[str, Any]
    amendments: tuple[Amendment, ...]

    def amendment_counts(self) -> pd.DataFrame:
        """Return action, message (a `Text`), count and the first place, one row per kind of amendment."""
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        for one in self.amendments:
            row = rows.setdefault(
                (one.action, one.message.msgid),
                {"action": one.action, "message": one.message, "count": 0, "first_place": one.place},
            )
            row["count"] += 1
        return pd.DataFrame(list(rows.values()), columns=["action", "message", "count", "first_place"])


def read_framework(content: bytes | str | Path) -> CaseFile:
    """Read a CASE 1.0 or 1.1 package (JSON), ours or another's, from its content or from a file given as a `Path`.

    Lenient in form: missing, empty, unknown or wrongly typed fields and identifiers that are no UUID
    of version 1-5 are mended or left out, and listed. Items without children become competencies,
    what they stand under directly their group; what stands above is kept as `within`. Texts carry
    the language the package states.

    Raises `InputError`, having taken over nothing, if the file is no CASE package, if an identifier
    stands twice, if isChildOf or a rubric's criterion points to something that is not in the file, or
    if items stand under themselves.
    """
    amendments: list[Amendment] = []
    package = tidy(_package(content), "CFPackage", "", amendments) or {}
    note_unused(package, amendments)
    document = package.get("CFDocument") or {}
    root = _identify(document, "CFDocument", amendments)
    items = []
    for position, item in enumerate(package.get("CFItems", [])):
        _identify(item, f"CFItems[{position}]", amendments)
        if title_of(item) != item["identifier"]:
            items.append(item)
        else:
            amendments.append(Amendment(f"CFItems[{position}]", "left_out", text("The item says nothing.")))
    tree = read_tree(package | {"CFItems": items}, root, amendments)
    own = own_extension(document)
    framework_id = str(own.get("id") or f"f_{root.replace('-', '')[:12]}")
    language = _language(document, items, amendments)
    source = Source(language, framework_id, str(own.get("issuer", "")), amendments)
    made = _Framework(tree, source)
    framework = made.framework(document, package)
    found = package.get("CFRubrics", [])
    read_levels(found, framework, made.competency_ids, source)
    rubrics = {"rubrics": read_rubrics(found, made.competency_ids, source)}
    return CaseFile(framework, rubrics, tuple(amendments))


def _package(content: bytes | str | Path) -> Mapping[str, Any]:
    try:
        if isinstance(content, Path):
            content = content.read_bytes()
    except OSError as error:
        raise InputError(
            text("The file {file} cannot be read.", file=str(content)), remedy=text("Check its name and place.")
        ) from error
    try:
        words = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        found = json.loads(words)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        where = (
            text("Line {row}, column {column}", row=error.lineno, column=error.colno)
            if isinstance(error, json.JSONDecodeError)
            else None
        )
        raise InputError(
            text("The file is no JSON, which every CASE package is."),
            where=where,
            remedy=text("Export the framework again as CASE 1.1 JSON."),
        ) from None
    if isinstance(found, Mapping) and isinstance(found.get("CFPackage"), Mapping):
        found = found["CFPackage"]
    if not isinstance(found, Mapping) or not isinstance(found.get("CFDocument"), Mapping):
        raise InputError(
            text("The file is no CASE package: it has no CFDocument."),
            remedy=text("Export the whole package (CFPackage), not a single document, item or rubric."),
        )
    return found


def _identify(thing: dict[str, Any], place: str, amendments: list[Amendment]) -> str:
    """Return the identifier of an object, made from its address or place where it has none."""
    if "identifier" not in thing:
        thing["identifier"] = mended_identifier(
            str(thing.get("uri") or f"{place} {title_of(thing | {'identifier': ''})}")
        )
        amendments.append(Amendment(f"{place}.identifier", "mended", text("An identifier was made for it.")))
    return str(thing["identifier"])


def _language(document: Mapping[str, Any], items: list[dict[str, Any]], amendments: list[Amendment]) -> str:
    stated = document.get("language") or next((item["language"] for item in items if item.get("language")), None)
    if stated:
        return str(stated).split("-")[0].lower()
    words = " ".join(title_of(item) for item in items)
    guessed = "ja" if _KANA.search(words) else "zh" if _HAN.search(words) else "en"
    message = text("No language is stated; it was taken to be “{code}”.", code=guessed)
    amendments.append(Amendment("CFDocument.language", "mended", message))
    return guessed


class _Framework:
    """Turns a tree of items into groups and competencies."""

    def __init__(self, tree: Tree, source: Source):
        self._tree, self._source = tree, source
        self._taken: set[tuple[str, str]] = set()
        self._contents: dict[str, dict[str, Any]] = {}
        self.competency_ids: dict[str, str | None] = {}
        """Our id of every competency by its identifier; ``None`` for items that became groups."""

    def framework(self, document: Mapping[str, Any], package: Mapping[str, Any]) -> dict[str, Any]:
        """Return the pack."""
        own, source = own_extension(document), self._source
        title = str(document.get("title") or document["identifier"])
        made: dict[str, Any] = {
            "id": source.framework_id,
            "name": source.words(own.get("name"), title, "CFDocument.title"),
        }
        if description := document.get("description"):
            made["description"] = source.words(own.get("description"), description, "CFDocument.description")
        if version := own.get("version", document.get("version")):
            made["version"] = version
        attribution = own.get("attribution") if own else _attribution(document, package)
        if isinstance(attribution, Mapping) and attribution:
            made["attribution"] = dict(attribution)
        if not source.is_ours(document["identifier"], "framework", source.framework_id):
            made["identifier"] = document["identifier"]
        return made | {"groups": self._groups(made)}

    def _groups(self, framework: Mapping[str, Any]) -> list[dict[str, Any]]:
        groups: dict[str, dict[str, Any]] = {}
        parents = set(self._tree.parents.values())
        for identifier in self._in_order():
            item = self._tree.items[identifier]
            made = self._contents[identifier] = self._content(item)
            own = own_extension(item)
            if identifier in parents or own.get("kind") in ("group", "section"):
                self.competency_ids[identifier] = None
                if own.get("kind") == "group" or any(child not in parents for child in self._tree.children(identifier)):
                    groups[identifier] = self._group(item)
                continue
            parent = self._tree.parents[identifier]
            if parent not in groups:
                name = {"name": framework["name"], "id": framework["id"], "implied": True}
                groups[parent] = {**name, "competencies": []}
            self.competency_ids[identifier] = made["id"]
            groups[parent]["competencies"].append(made)
        return list(groups.values())

    def _holds_competencies(self, identifier: str, own: Mapping[str, Any], parents: set[str]) -> bool:
        return own.get("kind") != "section" and any(child not in parents for child in self._tree.children(identifier))

    def _in_order(self) -> list[str]:
        order, waiting = [], self._tree.children(self._tree.root)[::-1]
        while waiting:
            order.append(waiting.pop())
            waiting += self._tree.children(order[-1])[::-1]
        return order

    def _group(self, item: dict[str, Any]) -> dict[str, Any]:
        above = [dict(self._contents[one]) for one in self._tree.above(item["identifier"])]
        return self._contents[item["identifier"]] | ({"within": above} if above else {}) | {"competencies": []}

    def _content(self, item: dict[str, Any]) -> dict[str, Any]:
        """Return id, name and description of an item, and its identifier and code where they are not ours."""
        own, statement = own_extension(item), str(item.get("fullStatement", ""))
        place, name = f"{item['identifier']}.fullStatement", title_of(item)
        made: dict[str, Any] = {
            "id": self._id(item, own, name),
            "name": self._source.words(own.get("name"), name, place),
        }
        if statement and (statement != name or "description" in own):
            made["description"] = self._source.words(own.get("description"), statement, place)
        for other in self._tree.translations.get(item["identifier"], []):
            code = str(other.get("language", "")).split("-")[0].lower()
            if code:
                made["name"].setdefault(code, title_of(other))
                made.get("description", {}).setdefault(code, str(other.get("fullStatement", "")))
        if not own or "code" in own:
            made["code"] = str(own.get("code") or item.get("humanCodingScheme") or "")
        if not self._source.is_ours(item["identifier"], str(own.get("kind")), made["id"]):
            made["identifier"] = item["identifier"]
        return {key: value for key, value in made.items() if value not in ("", {})}

    def _id(self, thing: Mapping[str, Any], own: Mapping[str, Any], title: str) -> str:
        """Return our id of a thing: the one it had with us, else one from its code, else from its identifier."""
        spelled = str(own.get("id") or re.sub(r"[^a-z0-9]+", "_", str(thing.get("humanCodingScheme", title)).lower()))
        plain = spelled.strip("_")[:_LONGEST_ID]
        short = str(thing["identifier"]).replace("-", "")
        kind = str(own.get("kind", ""))
        if not plain or (kind, plain) in self._taken:
            plain = f"{plain[:40]}_{short[:12]}".strip("_") if plain else f"c_{short[:12]}"
        self._taken.add((kind, plain))
        return plain


def _attribution(document: Mapping[str, Any], package: Mapping[str, Any]) -> dict[str, str]:
    """Say where a framework comes from, in the words of its document."""
    licence: Mapping[str, Any] = document.get("licenseURI") or next(
        iter(package.get("CFDefinitions", {}).get("CFLicenses", [])), {}
    )
    names = [document.get("title"), document.get("creator"), document.get("publisher"), document.get("notes")]
    made = {
        "text": " · ".join(dict.fromkeys(str(name) for name in names if name)),
        "licence": str(licence.get("title", "")),
        "url": str(document.get("officialSourceURL") or document.get("uri") or ""),
    }
    return {name: value for name, value in made.items() if value}
