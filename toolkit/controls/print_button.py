"""A button that prints what is on the page."""

import traitlets

from toolkit.controls.control import Control


class PrintButton(Control):
    """Opens the browser's print dialogue. What has the class ``coach-screen-only`` stays off the paper."""

    script = "print_button"
    label = traitlets.Unicode().tag(sync=True)

    def __init__(self, label: str):
        super().__init__(label=label)
        self.add_class("coach-push")
