"""A button that runs something in the kernel and shows that it is running."""

from collections.abc import Callable
from typing import Any

import traitlets

from toolkit.controls.control import Control


class PushButton(Control):
    """A button. While what it started runs, it is busy and takes no further tap.

    `on_click(callback)` adds a function without arguments; `click()` presses it as a tap does,
    which does nothing while it is disabled.
    """

    script = "push_button"
    label = traitlets.Unicode().tag(sync=True)
    primary = traitlets.Bool(False).tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)

    def __init__(self, label: str, *, primary: bool = False, disabled: bool = False):
        super().__init__(label=label, primary=primary, disabled=disabled)
        self._callbacks: list[Callable[[], None]] = []
        self.add_class("coach-push")
        self.on_msg(self._receive)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take no state from a browser: a forged one could enable the button."""

    def on_click(self, callback: Callable[[], None]) -> None:
        """Call `callback()` for every press, after those added before."""
        self._callbacks.append(callback)

    def click(self) -> None:
        """Press the button."""
        if not self.disabled:
            for callback in self._callbacks:
                callback()

    def _receive(self, _widget: object, content: Any, _buffers: object) -> None:
        try:
            if isinstance(content, dict) and content.get("pressed") is True:
                self.click()
        finally:
            self.send({"done": True})
