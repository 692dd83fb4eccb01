"""A progress bar with words for what takes longer than a moment, and a way to stop it."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import traitlets

from toolkit.controls.control import Control
from toolkit.language import Language

Result = TypeVar("Result")


class Cancelled(Exception):
    """Raised by what runs, once it has seen that it is asked to stop."""


class Progress(Control):
    """Shows how far something is; nothing while nothing runs.

    **Stopping.** A press of “Cancel” reaches Python as a message, and a kernel takes messages only
    between two runs. Called straight in a callback, a computation therefore shows its progress (what
    is sent goes out at once) but can never see the press: `cancelled` stays False until it has ended.
    Start it by `run` instead: it works in a thread, the kernel stays free for messages, and `cancelled`
    turns True as soon as the press arrives. The computation has to look at it and return; nothing
    is torn down. `cancel()` may be called from any thread.
    """

    script = "progress"
    words = traitlets.Unicode().tag(sync=True)
    fraction = traitlets.Float(None, allow_none=True).tag(sync=True)
    running = traitlets.Bool(False).tag(sync=True)
    stopping = traitlets.Bool(False).tag(sync=True)
    can_cancel = traitlets.Bool(False).tag(sync=True)
    labels = traitlets.Dict().tag(sync=True)

    def __init__(self, label: str, *, language: Language):
        labels = {"name": label, "cancel": language("Cancel"), "stopping": language("Stopping…")}
        super().__init__(labels=labels)
        self._stop = threading.Event()
        self._gate = threading.Lock()
        self.add_class("coach-progress")
        self.on_msg(self._receive)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take no state from a browser; a press is a message."""

    @property
    def cancelled(self) -> bool:
        """Whether what runs is asked to stop; see the class for when this can be seen."""
        return self._stop.is_set()

    def start(self, words: str, *, can_cancel: bool = False) -> None:
        """Show the bar without a measure, ready for a new run."""
        self._stop.clear()
        with self.hold_sync():
            self.words, self.fraction, self.stopping = words, None, False
            self.can_cancel, self.running = can_cancel, True

    def update(self, fraction: float | None, words: str | None = None) -> None:
        """Show how far it is, from 0 to 1, or None where nobody knows; may be called from any thread."""
        with self._gate, self.hold_sync():
            self.fraction = None if fraction is None else round(min(max(float(fraction), 0.0), 1.0), 3)
            self.words = self.words if words is None else words

    def step(self, fraction: float) -> None:
        """Show how far it is, and raise `Cancelled` if it is asked to stop: for what runs to call now and then."""
        if self.cancelled:
            raise Cancelled
        self.update(fraction)

    def finish(self) -> None:
        """Take the bar away."""
        self.running = False

    def cancel(self) -> None:
        """Ask what runs to stop."""
        if self.running:
            self._stop.set()
            self.stopping = True

    def run(
        self,
        words: str,
        work: Callable[["Progress"], Result],
        done: Callable[[Result], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run `work(self)` with the bar shown, then call `done(result)` or `failed(error)`.

        In a kernel `work` runs in a thread, and the other two in the kernel's own, between messages;
        this call returns at once. Without a running event loop, as in a script, all is done before it
        returns. A run that was cancelled ends with `done` too: `work` decides what it returns then.
        """
        if self.running:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.start(words)
            self._end(*self._outcome(work), done, failed)
            return
        self.start(words, can_cancel=True)

        def in_thread() -> None:
            loop.call_soon_threadsafe(self._end, *self._outcome(work), done, failed)

        threading.Thread(target=in_thread, name="progress", daemon=True).start()

    def _outcome(self, work: Callable[["Progress"], Result]) -> tuple[Any, Exception | None]:
        try:
            return work(self), None
        except Exception as error:
            return None, error

    def _end(
        self, result: Any, error: Exception | None, done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        self.finish()
        if error is None:
            done(result)
        else:
            failed(error)

    def _receive(self, _widget: object, content: Any, _buffers: object) -> None:
        if isinstance(content, dict) and content.get("cancel") is True and self.can_cancel:
            self.cancel()
