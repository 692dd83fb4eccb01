"""Where on a page its reader is, kept in the page's address."""

import os
from collections.abc import Callable
from urllib.parse import parse_qsl

import traitlets

from toolkit.controls.control import Control


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

    def move(self, **where: str | None) -> None:
        """Remember that the reader is at `where`; None forgets a name."""
        self.at = {name: value for name, value in {**self.at, **where}.items() if value is not None}

    def follow(self, name: str) -> Callable[[str | None], None]:
        """Return a callback that remembers what it is given under `name`."""
        return lambda value: self.move(**{name: value})
