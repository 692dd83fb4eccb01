"""Who stands under whom in a CASE package; circles, missing parents and foreign ids are refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.errors import InputError
from toolkit.skillgap.case.identifiers import mended_identifier
from toolkit.skillgap.case.shapes import Amendment
from toolkit.wording import Text, counted, first_three, text

Item = dict[str, Any]


@dataclass
class Tree:
    """The items of a package by identifier, in order: `parents` (the document's identifier at the top), `children`."""

    root: str
    items: dict[str, Item]
    parents: dict[str, str] = field(default_factory=dict)
    translations: dict[str, list[Item]] = field(default_factory=dict)
    _below: dict[str, list[str]] = field(default_factory=dict)

    def children(self, identifier: str) -> list[str]:
        """Return who stands directly under an item or the document."""
        if not self._below:
            for child, parent in self.parents.items():
                self._below.setdefault(parent, []).append(child)
        return self._below.get(identifier, [])

    def above(self, identifier: str) -> list[str]:
        """Return the items an item stands within, from the top down."""
        way = []
        while (identifier := self.parents[identifier]) != self.root:
            way.append(identifier)
        return way[::-1]


def read_tree(package: Mapping[str, Any], root: str, amendments: list[Amendment]) -> Tree:
    """Return the tree of a tidied package whose document has the identifier `root`.

    Items that stand under nothing are put at the top, a second parent and associations other than
    isChildOf and isTranslationOf are left out; all of it is noted. Raises `InputError` naming the
    first problems if an identifier stands twice, an item stands under itself, or isChildOf points to
    something that is not in the file.
    """
    problems: list[Text] = []
    tree = Tree(root, _by_identifier(package.get("CFItems", []), root, problems))
    children: list[tuple[float, int, str, str]] = []
    original: dict[str, str] = {}
    for position, association in enumerate(package.get("CFAssociations", [])):
        place, kind = f"CFAssociations[{position}]", association.get("associationType")
        ends = [association.get(end, {}).get("identifier") for end in ("originNodeURI", "destinationNodeURI")]
        origin, destination = (mended_identifier(end) if end else "" for end in ends)
        if kind == "isChildOf":
            if origin not in tree.items:
                problems.append(text("{place}: there is no item {id} in the file.", place=place, id=ends[0] or "–"))
            elif destination not in tree.items and destination != root:
                message = text(
                    "{place}: the parent {parent} of “{item}” is not in the file.",
                    place=place,
                    parent=ends[1] or "–",
                    item=title_of(tree.items[origin]),
                )
                problems.append(message)
            else:
                children.append((association.get("sequenceNumber", float("inf")), position, origin, destination))
        elif kind == "isTranslationOf" and origin in tree.items and destination in tree.items:
            if origin != destination and original.get(destination) != origin:  # not the same pair the other way round
                original[origin] = destination
                tree.translations.setdefault(destination, []).append(tree.items[origin])
        else:
            message = text("The toolkit has no place for associations of the kind {kind}.", kind=kind or "–")
            amendments.append(Amendment(place, "left_out", message))
    for translated in tree.translations.values():
        for item in translated:
            tree.items.pop(item["identifier"], None)
    # What stands under a translation stands under its original.
    _place(tree, sorted((order, at, one, original.get(up, up)) for order, at, one, up in children), amendments)
    problems += _circles(tree)
    if problems:
        refuse(problems)
    return tree


def title_of(item: Mapping[str, Any]) -> str:
    """Return what an item is called."""
    return str(item.get("abbreviatedStatement") or item.get("fullStatement") or item.get("identifier"))


def _by_identifier(found: list[Item], root: str, problems: list[Text]) -> dict[str, Item]:
    items: dict[str, Item] = {}
    for position, item in enumerate(found):
        identifier = item["identifier"]
        if identifier in items or identifier == root:
            problems.append(
                text("{place}: the identifier {id} stands twice.", place=f"CFItems[{position}]", id=identifier)
            )
        items[identifier] = item
    return items


def _place(tree: Tree, children: list[tuple[float, int, str, str]], amendments: list[Amendment]) -> None:
    for _, position, origin, destination in children:
        if origin not in tree.items:  # a translation, which stands where its original does
            continue
        if tree.parents.setdefault(origin, destination) != destination:
            message = text("“{item}” stands under two items; the first was kept.", item=title_of(tree.items[origin]))
            amendments.append(Amendment(f"CFAssociations[{position}]", "left_out", message))
    for identifier, item in tree.items.items():
        if identifier not in tree.parents:
            tree.parents[identifier] = tree.root
            message = text("“{item}” stands under nothing and was put at the top.", item=title_of(item))
            amendments.append(Amendment(identifier, "mended", message))


def _circles(tree: Tree) -> list[Text]:
    """Name every circle once."""
    found, settled = [], {tree.root}
    for start in tree.parents:
        way: list[str] = []
        here = start
        while here not in settled and here not in way:
            way.append(here)
            here = tree.parents.get(here, tree.root)
        if here in way:
            names = " → ".join(title_of(tree.items[one]) for one in [*way[way.index(here) :], here])
            found.append(text("Items stand under themselves in a circle: {names}.", names=names))
        settled |= set(way)
    return found


def refuse(problems: list[Text]) -> None:
    """Raise `InputError` with the first of `problems` and how many there are."""
    raise InputError(
        first_three(problems),
        where=counted(
            "{count} problem in the file; nothing was taken over.",
            "{count} problems in the file; nothing was taken over.",
            len(problems),
        ),
        remedy=text("Correct the file where it was made, or leave out what points outside it, and read it again."),
    )
