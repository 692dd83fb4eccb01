"""Choosing one or several out of thousands by name, pinyin, initials or number, without asking the kernel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import traitlets

from toolkit.controls.choices import Listed
from toolkit.controls.search_keys import search_key
from toolkit.language import Language
from toolkit.vocabulary import rows_of


@dataclass(frozen=True, slots=True)
class Entry:
    """What can be picked: its `value`, its name, and what tells namesakes apart."""

    value: Any
    name: str
    number: str = ""
    line: str = ""


def people_entries(people: pd.DataFrame) -> list[Entry]:
    """Return entries with person_id as value from a table with name and, where known, employee_number and about."""
    return [
        Entry(
            row.person_id, str(row.name), str(getattr(row, "employee_number", "") or ""), str(getattr(row, "about", ""))
        )
        for row in rows_of(people)
    ]


class Picker(Listed):
    """A box to type in with a list below it that narrows with every key. See `PersonPicker`, `SeveralPicker`."""

    script = "person_picker"
    entries: Any = traitlets.List().tag(sync=True)
    chosen = traitlets.List(traitlets.Int()).tag(sync=True)
    several = traitlets.Bool(False).tag(sync=True)
    walk = traitlets.Bool(False).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, label: str, entries: Iterable[Entry], value: Any, *, language: Language, **options: Any):
        self._entries: list[Entry] = []
        super().__init__(label, words=_words(language), **options)
        self.observe(self._follow, names="value")
        self.offer(entries, value)

    def offer(self, entries: Iterable[Entry], value: Any = None) -> None:
        """Replace the entries and choose `value` as far as it is among them."""
        self._entries = list(entries)
        with self.hold_sync():
            self._replace((entry.name, entry.value) for entry in self._entries)
            self.chosen = self._first_choice(value)
        self.value = self._chosen_value()

    def _show_options(self) -> None:
        self.entries = [[entry.name, entry.number, entry.line, search_key(f"{entry.name}")] for entry in self._entries]

    def _first_choice(self, value: Any) -> list[int]:
        raise NotImplementedError

    def _chosen_value(self) -> Any:
        raise NotImplementedError

    def _follow(self, _change: object) -> None:
        raise NotImplementedError


class PersonPicker(Picker):
    """Picks one; `value` is the entry's, that of the first where none is given, None while there are none.

    With `walk` there are buttons for the previous and the next entry beside it. Setting a value that
    is not among the entries raises `traitlets.TraitError`.
    """

    value = traitlets.Any(None)

    def __init__(
        self,
        label: str,
        entries: Iterable[Entry] = (),
        value: Any = None,
        *,
        language: Language,
        walk: bool = False,
        **options: Any,
    ):
        super().__init__(label, entries, value, language=language, walk=walk, **options)

    def _first_choice(self, value: Any) -> list[int]:
        found = self._place_of(value)
        return [max(found, 0)] if self._entries else []

    def _chosen_value(self) -> Any:
        return self._entries[self.chosen[0]].value if self.chosen else None

    def _take(self, content: dict[str, Any]) -> None:
        place = content.get("index")
        if content.get("edition") == self.edition and self._is_offered(place):
            self.chosen = [place]
            self.put(self._chosen_value())

    @traitlets.validate("value")
    def _check(self, proposal: dict[str, Any]) -> Any:
        if proposal["value"] is not None and self._place_of(proposal["value"]) < 0:
            raise traitlets.TraitError(f"“{self.label}” does not offer {proposal['value']!r}")
        return proposal["value"]

    def _follow(self, _change: object) -> None:
        place = self._place_of(self.value)
        if place >= 0 and self._chosen_value() != self.value:
            self.chosen = [place]
        elif place < 0:
            self.chosen = []


class SeveralPicker(Picker):
    """Picks several; `value` is the tuple of their values in the order in which they were picked.

    What is picked stands as chips with a button to take each out again.
    """

    value = traitlets.Tuple()

    def __init__(
        self,
        label: str,
        entries: Iterable[Entry] = (),
        value: Sequence[Any] = (),
        *,
        language: Language,
        **options: Any,
    ):
        super().__init__(label, entries, value, language=language, several=True, **options)
        self.add_class("coach-wide")

    def _first_choice(self, value: Any) -> list[int]:
        places = dict.fromkeys(self._place_of(one) for one in value or ())
        return [place for place in places if place >= 0]

    def _chosen_value(self) -> tuple[Any, ...]:
        return tuple(self._entries[place].value for place in self.chosen)

    def _take(self, content: dict[str, Any]) -> None:
        put, drop = content.get("put", []), content.get("drop", [])
        if content.get("edition") != self.edition or not isinstance(put, list) or not isinstance(drop, list):
            return
        if not all(self._is_offered(place) for place in [*put, *drop]):
            return
        gone = set(drop)
        self.chosen = [place for place in dict.fromkeys([*self.chosen, *put]) if place not in gone]
        self.put(self._chosen_value())

    @traitlets.validate("value")
    def _check(self, proposal: dict[str, Any]) -> Any:
        if any(self._place_of(one) < 0 for one in proposal["value"]):
            raise traitlets.TraitError(f"“{self.label}” does not offer {proposal['value']!r}")
        return tuple(dict.fromkeys(proposal["value"]))

    def _follow(self, _change: object) -> None:
        if self._chosen_value() != self.value:
            self.chosen = [self._place_of(one) for one in self.value]


def _words(say: Language) -> dict[str, str]:
    """Return the words the script needs; counts are filled in by it."""
    return {
        "placeholder": say("Name, pinyin or number"),
        "search": say("Type to find"),
        "nothing": say("Nothing matches. Try fewer letters, initials or a number."),
        "found": say("Matches: {count}", count="{count}"),
        "more": say("Not shown: {count}. Type more to narrow the list.", count="{count}"),
        "previous": say("Previous"),
        "next": say("Next"),
        "chosen": say("Chosen: {count}", count="{count}"),
        "all": say("Choose the {count} shown", count="{count}"),
        "remove": say("Remove {name}", name="{name}"),
        "clear": say("Remove all"),
    }
