"""A timer with named stages that runs in the browser."""

from collections.abc import Sequence

import traitlets

from toolkit.controls.control import Control
from toolkit.language import Language


class StageTimer(Control):
    """Counts each of `stages`, pairs of name and minutes, down; when its time is over it says so and counts on.

    Nothing goes to Python: it runs on while the kernel is busy or out of reach. `show(key, stages)` gives way to
    another timer; one that was begun under the same key in this browser tab goes on where it is.
    """

    script = "stage_timer"
    timer_key = traitlets.Unicode().tag(sync=True)
    stages = traitlets.List(traitlets.Dict()).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, stages: Sequence[tuple[str, float]] = (), *, language: Language, key: str = "timer"):
        say = language
        words = {
            "label": say("Timer"),
            "start": say("Begin"),
            "pause": say("Pause"),
            "next": say("Next stage"),
            "again": say("Start the timer over"),
            "stage": say("Stage {number} of {total}: {name}", number="{number}", total="{total}", name="{name}"),
            "left": say("{time} left", time="{time}"),
            "over": say("{time} over", time="{time}"),
            "up": say("The time for “{name}” is over.", name="{name}"),
            "ended": say("All stages are over."),
        }
        super().__init__(words=words)
        self.add_class("coach-timer-place")
        self.show(key, stages)

    def set_state(self, sync_data: dict[str, object]) -> None:
        """Take no state from a browser; the timer's own stays there."""

    def show(self, key: str, stages: Sequence[tuple[str, float]]) -> None:
        """Show the timer called `key` with these stages."""
        with self.hold_sync():
            self.stages = [{"name": name, "minutes": float(minutes)} for name, minutes in stages]
            self.timer_key = key
