"""A page in sections, one shown at a time, each loaded and made when it is first opened."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Generic, Protocol, TypeVar

import ipywidgets as widgets

from toolkit.controls.actions import shown_on
from toolkit.controls.page import Panel
from toolkit.controls.place import Place
from toolkit.controls.status_line import StatusLine
from toolkit.controls.tabs import Tabs


class Room(Protocol):
    """What the sections of a page share; the page itself needs its status line and its place in the address."""

    status: StatusLine
    place: Place


R = TypeVar("R")


class Section(Panel, Generic[R]):
    """One section of a page whose sections share a room. It is made when it is first opened."""

    def __init__(self, room: R):
        self.room = room
        super().__init__(styled=False)

    def show(self) -> None:
        """Read and draw anew what belongs here; called at each opening. Our own errors go to the page's status line."""
        raise NotImplementedError


class SectionedPage(Panel):
    """Tabs over sections that are made of the page's `room`, and shown anew at each opening.

    `sections` maps titles to (module, class): the class is called with the room and gives a widget with a
    method `show`, whose errors go to the page's status line. `above` stands before the status line. Call
    `begin` once the room is ready.
    """

    def __init__(
        self,
        room: Room,
        sections: Mapping[str, tuple[str, str]],
        *,
        label: str,
        above: Sequence[widgets.Widget] = (),
    ):
        self.status = room.status
        self._room, self._files = room, dict(sections)
        self._made: dict[str, Any] = {}
        self._places = {title: Panel(styled=False) for title in self._files}
        self._ready = False
        self.tabs = Tabs(self._places, label=label, on_open=lambda _title: self._show())
        # A single section needs no row of tabs.
        self.tabs.tabs.layout.display = None if len(self._files) > 1 else "none"
        super().__init__([*above, self.status, self.tabs, room.place])

    def begin(self) -> None:
        """Open the section the address names, or else the first; no other is made before."""
        self._room.place.follow_tabs("tab", self.tabs)
        self._ready = True
        self._show()

    def section(self, title: str) -> Any:
        """Return the section called `title` (in the page's language), made if need be."""
        if title not in self._made:
            module, name = self._files[title]
            self._made[title] = getattr(import_module(module), name)(self._room)
            self._places[title].children = [self._made[title]]
        return self._made[title]

    def _show(self) -> None:
        if self._ready:
            with shown_on(self.status):
                self.status.clear()
                self.section(self.tabs.opened).show()
