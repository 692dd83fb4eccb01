"""Choosing from a list of a few: one of them by a drop-down, several by boxes to tick."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, TypeGuard

import traitlets

from toolkit.controls.fields import Field


class Listed(Field):
    """A field that offers `options`, pairs of (words, value) with values of any kind.

    Only places in the list go over the wire, with the `edition` of the list they were read from:
    what was tapped on a list that has been replaced meanwhile is not taken.
    """

    labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    edition = traitlets.Int(0).tag(sync=True)

    def __init__(self, label: str, **options: Any):
        self._options: list[tuple[str, Any]] = []
        self._places: dict[tuple[bool, Any], int] = {}
        super().__init__(label, **options)

    @property
    def options(self) -> list[tuple[str, Any]]:
        """What is offered: (words, value)."""
        return list(self._options)

    def _place_of(self, value: Any) -> int:
        """Return where `value` is offered, -1 for nowhere."""
        try:
            return self._places.get((isinstance(value, bool), value), -1)
        except TypeError:  # what cannot be hashed is looked for one by one
            return next((place for place, (_, other) in enumerate(self._options) if _same(other, value)), -1)

    def _replace(self, options: Iterable[tuple[str, Any]]) -> None:
        self._options = [(str(words), value) for words, value in options]
        self._places = {}
        for place, (_, value) in enumerate(self._options):
            with suppress(TypeError):
                # Apart by kind, because True and 1 would be one key.
                self._places.setdefault((isinstance(value, bool), value), place)
        self._show_options()
        self.edition += 1

    def _show_options(self) -> None:
        self.labels = [words for words, _ in self._options]

    def _is_offered(self, place: Any) -> TypeGuard[int]:
        return isinstance(place, int) and not isinstance(place, bool) and 0 <= place < len(self._options)


class Choice(Listed):
    """A drop-down. `value` is one of the offered ones, or None while nothing is offered.

    Without a known `value` the first option is chosen. Setting a value that is not offered raises
    `traitlets.TraitError`. `walk` are words for two buttons beside it, back and onward by one option.
    """

    value = traitlets.Any(None)
    index = traitlets.Int(-1).tag(sync=True)
    walk = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, label: str, options: Iterable[tuple[str, Any]] = (), value: Any = None, **more: Any):
        super().__init__(label, kind="choice", **more)
        self.observe(self._follow, names="value")
        self.observe(self._lead, names="index")
        self.offer(options, value)

    @property
    def words(self) -> str:
        """The words of the chosen option."""
        return self._options[self.index][0] if self.index >= 0 else ""

    def offer(self, options: Iterable[tuple[str, Any]], value: Any = None) -> None:
        """Replace the options and choose `value`, or the first one where that is not among them."""
        with self.hold_sync():
            self._replace(options)
            found = self._place_of(value)
            self.index = found if found >= 0 else min(0, len(self._options) - 1)
            self.problem = ""
            self._lead()

    def _at(self, place: int) -> Any:
        return self._options[place][1] if place >= 0 else None

    def _take(self, content: dict[str, Any]) -> None:
        place = content.get("index")
        if content.get("edition") == self.edition and self._is_offered(place):
            self.index = place
            self.problem = ""

    @traitlets.validate("value")
    def _check(self, proposal: dict[str, Any]) -> Any:
        if proposal["value"] is not None and self._place_of(proposal["value"]) < 0:
            raise traitlets.TraitError(f"“{self.label}” does not offer {proposal['value']!r}")
        return proposal["value"]

    def _lead(self, _change: object = None) -> None:
        self.value = self._at(self.index)

    def _follow(self, _change: object) -> None:
        # Two options may have one value: the one that was tapped stays chosen.
        if self.index < 0 or not _same(self._at(self.index), self.value):
            self.index = self._place_of(self.value)


class CheckGroup(Listed):
    """Boxes to tick, one for each option; `value` is the tuple of what is ticked, in the options' order."""

    value = traitlets.Tuple()
    ticked = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, label: str, options: Iterable[tuple[str, Any]] = (), value: Sequence[Any] = (), **more: Any):
        super().__init__(label, kind="checks", **more)
        self.add_class("coach-wide")
        self.observe(self._follow, names="value")
        self.offer(options, value)

    def offer(self, options: Iterable[tuple[str, Any]], value: Sequence[Any] = ()) -> None:
        """Replace the options and tick those of `value` that are among them."""
        with self.hold_sync():
            self._replace(options)
            self.ticked = sorted({self._place_of(one) for one in value} - {-1})
        self.value = self._ticked_values()

    def _ticked_values(self) -> tuple[Any, ...]:
        return tuple(self._options[place][1] for place in self.ticked)

    def _take(self, content: dict[str, Any]) -> None:
        place, on = content.get("index"), content.get("on")
        if content.get("edition") != self.edition or not self._is_offered(place) or not isinstance(on, bool):
            return
        self.ticked = sorted({*self.ticked, place} if on else {*self.ticked} - {place})
        self.put(self._ticked_values())

    @traitlets.validate("value")
    def _check(self, proposal: dict[str, Any]) -> Any:
        if any(self._place_of(one) < 0 for one in proposal["value"]):
            raise traitlets.TraitError(f"“{self.label}” does not offer {proposal['value']!r}")
        return tuple(proposal["value"])

    def _follow(self, _change: object) -> None:
        if self._ticked_values() != self.value:
            self.ticked = sorted({self._place_of(one) for one in self.value})


def _same(one: Any, other: Any) -> bool:
    return one is other or (type(one) is type(other) and bool(one == other))
