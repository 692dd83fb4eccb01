"""A button that makes a file when pressed and hands it to the browser."""

from collections.abc import Callable
from typing import Any

import traitlets

from toolkit.controls.actions import shown_on
from toolkit.controls.control import Control
from toolkit.controls.status_line import StatusLine

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ics": "text/calendar",
    "csv": "text/csv",
}


class Download(Control):
    """A download button. `make` returns (file name, content) or None, when nothing is to be had.

    What goes wrong in it is said on `status`.
    """

    script = "download"
    label = traitlets.Unicode().tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)

    def __init__(self, label: str, make: Callable[[], tuple[str, bytes] | None], status: StatusLine):
        super().__init__(label=label)
        self._make, self._status = make, status
        self.on_msg(self._receive)

    def _receive(self, _widget: object, _content: Any, _buffers: object) -> None:
        made = None
        with shown_on(self._status):
            made = None if self.disabled else self._make()
        if made is None:
            self.send({"name": "", "type": ""})
            return
        name, content = made
        self.send({"name": name, "type": _TYPES.get(name.rsplit(".", 1)[-1], "application/octet-stream")}, [content])
