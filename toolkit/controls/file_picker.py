"""A button for choosing one file."""

from collections.abc import Callable
from typing import Any

import traitlets

from toolkit.controls.actions import shown_on
from toolkit.controls.control import Control
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.wording import text


class FilePicker(Control):
    """A button for one file; `on_file(name, content)` is called with what was chosen.

    A file over `limit_mb` megabytes is refused in the browser, with a sentence on `status`.
    """

    script = "file_picker"
    label = traitlets.Unicode().tag(sync=True)
    busy = traitlets.Unicode().tag(sync=True)
    accept = traitlets.Unicode(".xlsx,.xlsm,.xls,.ods,.csv,.txt").tag(sync=True)
    limit_mb = traitlets.Int(20).tag(sync=True)

    def __init__(self, language: Language, status: StatusLine, on_file: Callable[[str, bytes], None], *, limit_mb: int):
        super().__init__(label=language("Choose a file"), busy=language("Reading the file…"), limit_mb=limit_mb)
        self._status, self._on_file = status, on_file
        self.on_msg(self._receive)

    def choose(self, name: str, content: bytes | None, size: int = 0) -> None:
        """Take a file as the browser sends it; `content` is None for one that is too large."""
        with shown_on(self._status):
            if content is None or len(content) > self.limit_mb * 2**20:
                raise InputError(
                    text(
                        "The file {file} is {size} MB; at most {limit} MB can be read.",
                        file=name,
                        size=round(size / 2**20, 1),
                        limit=self.limit_mb,
                    ),
                    remedy=text("Take out what is not needed, or split it into several files."),
                )
            self._on_file(name, content)

    def _receive(self, _widget: object, content: Any, buffers: Any) -> None:
        if isinstance(content, dict):
            body = None if content.get("too_large") or not buffers else bytes(buffers[0])
            self.choose(str(content.get("name", "")), body, int(content.get("size") or 0))
            self.send({"done": True})
