"""An invisible timer in the browser that asks the kernel to look again while its place is in sight."""

from collections.abc import Callable
from typing import Any

import traitlets

from toolkit.controls.control import Control


class Refresher(Control):
    """Calls `on_due()` every `seconds` while the page and the section it stands in are in sight.

    Hidden, it asks for nothing; coming back into sight, it asks at once. It never asks again before it
    has been answered.
    """

    script = "refresher"
    seconds = traitlets.Float(5.0).tag(sync=True)

    def __init__(self, on_due: Callable[[], None], *, seconds: float = 5.0):
        super().__init__(seconds=max(1.0, seconds))
        self._on_due = on_due
        self.add_class("coach-refresher")
        self.on_msg(self._receive)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take no state from a browser."""

    def _receive(self, _widget: object, content: Any, _buffers: object) -> None:
        try:
            if isinstance(content, dict) and content.get("due") is True:
                self._on_due()
        finally:
            self.send({"answered": True})
