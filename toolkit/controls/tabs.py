"""Sections of a page of which one is seen at a time."""

from collections.abc import Callable, Mapping

import ipywidgets as widgets
import traitlets

from toolkit.controls.control import Control


class TabList(Control):
    """The row of tabs; `selected` is the number of the open one, from 0, `shown` of the one that is ready to be read."""

    script = "tabs"
    label = traitlets.Unicode().tag(sync=True)
    titles = traitlets.List(traitlets.Unicode()).tag(sync=True)
    selected = traitlets.Int(0).tag(sync=True)
    shown = traitlets.Int(0).tag(sync=True)


class Tabs(widgets.VBox):
    """Named sections, one shown at a time.

    `sections` maps titles to widgets; `on_open` is called with the title of a section whenever
    it opens, so that what it shows can be made then.
    """

    def __init__(
        self,
        sections: Mapping[str, widgets.Widget],
        *,
        label: str,
        on_open: Callable[[str], None] | None = None,
    ):
        self.sections = dict(sections)
        self.tabs = TabList(label=label, titles=list(sections))
        self._on_open = on_open
        self.tabs.observe(self._show, names="selected")
        super().__init__([self.tabs, *self.sections.values()])
        self.add_class("coach-sections")
        self._show()

    @property
    def opened(self) -> str:
        """The title of the section that is shown."""
        titles = list(self.sections)
        return titles[min(max(self.tabs.selected, 0), len(titles) - 1)]

    def show_section(self, title: str) -> None:
        """Open the section called `title`."""
        self.tabs.selected = list(self.sections).index(title)

    def _show(self, _change: object = None) -> None:
        for title, section in self.sections.items():
            section.layout.display = None if title == self.opened else "none"
        try:
            if self._on_open is not None:
                self._on_open(self.opened)
        finally:
            self.tabs.shown = self.tabs.selected
