"""A list of entries with buttons, such as a plan's items with “pin” and “leave out”."""

from collections.abc import Callable
from typing import Any

import traitlets

from toolkit.controls.control import Control


class ActionList(Control):
    """Entries with id, title, marks, lines, facts and actions (id, label, optional pressed).

    With a `summary` the list is folded behind it. `on_action(entry_id, action_id)` is called for a press of a button that the entry really has.
    """

    script = "action_list"
    entries = traitlets.List(traitlets.Dict()).tag(sync=True)
    summary = traitlets.Unicode("").tag(sync=True)

    def __init__(self, on_action: Callable[[str, str], None], *, summary: str = ""):
        super().__init__(summary=summary)
        self._on_action = on_action
        self.on_msg(self._receive)

    def press(self, entry_id: str, action_id: str) -> None:
        """Press a button, as a tap does; does nothing for a button that is not there."""
        for entry in self.entries:
            offered = {action["id"] for action in entry.get("actions", ())}
            if entry["id"] == entry_id and action_id in offered:
                self._on_action(entry_id, action_id)
                return

    def _receive(self, _widget: object, content: Any, _buffers: object) -> None:
        if isinstance(content, dict):
            self.press(str(content.get("entry")), str(content.get("action")))
