"""A bar that says what was just done and takes it back on request."""

from collections.abc import Callable
from typing import Any

import traitlets

from toolkit.controls.control import Control
from toolkit.language import Language


class UndoBar(Control):
    """Shows one sentence with “Undo” until the next action, until it is dismissed or used.

    Show it last among its siblings: it stays at the lower edge of the window while they are in sight.
    """

    script = "undo_bar"
    sentence = traitlets.Unicode().tag(sync=True)
    number = traitlets.Int(0).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, *, language: Language):
        super().__init__(words={"undo": language("Undo"), "dismiss": language("Close")})
        self._undo: Callable[[], None] | None = None
        self.add_class("coach-undo")
        self.on_msg(self._receive)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take no state from a browser; a press is a message."""

    def offer(self, sentence: str, undo: Callable[[], None]) -> None:
        """Show `sentence`; `undo` is called at most once, and never after something else was offered."""
        self._undo = undo
        with self.hold_sync():
            self.number += 1
            self.sentence = sentence

    def dismiss(self) -> None:
        """Show nothing; call it when the next action makes taking back meaningless."""
        self._undo, self.sentence = None, ""

    def undo(self) -> None:
        """Take back what is offered, as a press does; does nothing where nothing is."""
        undo = self._undo
        self.dismiss()
        if undo is not None:
            undo()

    def _receive(self, _widget: object, content: Any, _buffers: object) -> None:
        # By number: a press on a bar that has been replaced meanwhile is not meant for the new one.
        if not isinstance(content, dict) or content.get("number") != self.number:
            return
        if content.get("press") == "undo":
            self.undo()
        elif content.get("press") == "dismiss":
            self.dismiss()
