"""Where on a page its reader is, kept in the page's address."""

import os
from urllib.parse import parse_qsl

import traitlets

from toolkit.controls.choices import Listed
from toolkit.controls.control import Control
from toolkit.controls.tabs import Tabs


class Place(Control):
    """Keeps what is open (a tab, a person, a workshop) in the address of a served page.

    A page opened from that address, after a reload, by a link or in the other language, finds it
    in `at` and opens there. In any other notebook it only holds the values.
    """

    script = "place"
    at = traitlets.Dict(key_trait=traitlets.Unicode(), value_trait=traitlets.Unicode()).tag(sync=True)

    def __init__(self) -> None:
        # Whatever stands in the address was typed by somebody: it is only ever compared with what is on offer.
        super().__init__(at=dict(parse_qsl(os.environ.get("QUERY_STRING", ""))))

    def follow(self, name: str, control: Listed) -> None:
        """Open what the address names under `name`, if `control` offers it, and follow its choices from now on."""
        offered = {str(value): value for _, value in control.options}
        if self.at.get(name) in offered:
            control.value = offered[self.at[name]]
        control.observe(lambda change: self._move(name, change["new"]), names="value")

    def follow_tabs(self, name: str, tabs: Tabs) -> None:
        """Open the section the address names under `name` by its number, and follow from now on."""
        number = self.at.get(name, "")
        if number.isdecimal() and int(number) < len(tabs.sections):
            tabs.tabs.selected = int(number)
        tabs.tabs.observe(lambda change: self._move(name, change["new"] or None), names="selected")

    def _move(self, name: str, value: object) -> None:
        at = {**self.at, name: str(value)}
        self.at = {key: one for key, one in at.items() if key != name or value is not None}
