"""Numbered steps that show where somebody is on a way of several."""

from collections.abc import Sequence

import traitlets

from toolkit.controls.control import Control
from toolkit.language import Language


class Stepper(Control):
    """Steps to look at, not to press; `current` counts from 0, and one past the last means that all are done."""

    script = "stepper"
    label = traitlets.Unicode().tag(sync=True)
    titles = traitlets.List(traitlets.Unicode()).tag(sync=True)
    current = traitlets.Int(0).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, label: str, titles: Sequence[str], *, language: Language):
        words = {"done": language("done"), "current": language("current step")}
        super().__init__(label=label, titles=list(titles), words=words)
        self.add_class("coach-steps")
