"""The attrition page on the HR store: one section for each thing HR does with risks."""

import datetime as dt
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from toolkit.access.roles import Viewer
from toolkit.attrition.room import Room, Section
from toolkit.attrition.storage import require_hr
from toolkit.attrition.versions.storage import setting
from toolkit.controls.actions import shown_on
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.page import Panel
from toolkit.controls.place import Place
from toolkit.controls.status_line import StatusLine
from toolkit.controls.tabs import Tabs
from toolkit.controls.upload import Mapped
from toolkit.language import Language
from toolkit.store import Store
from toolkit.wording import text

# Title, file and class of each section; a file is loaded when its section is first opened.
SECTIONS = (
    (text("Risk"), "board.page", "BoardSection"),
    (text("Conversations"), "care_calls.page", "ConversationsSection"),
    (text("Fairness"), "audit.page", "AuditSection"),
    (text("Model"), "versions.page", "ModelSection"),
    (text("HR months"), "data_sets.page", "MonthsSection"),
    (text("Another data set"), "data_sets.page", "SnapshotSection"),
)


class RiskPage(Panel):
    """Attrition risk for HR. What the arguments are stands in `Room`."""

    def __init__(
        self,
        store: Store,
        viewer: Viewer,
        language: Language,
        *,
        names: Mapping[str, str],
        numbers: Mapping[str, str],
        today: dt.date,
        limit_mb: int,
        remembered: Callable[[str], Mapped | None],
        remember: Callable[[str, Mapped], None],
        drivers: Mapping[str, Any] | None = None,
        values: Mapping[str, str] | None = None,
        place: Place | None = None,
    ):
        require_hr(viewer)
        self.status = StatusLine(language)
        self.room = Room(
            store,
            viewer,
            language,
            today,
            limit_mb,
            names,
            numbers,
            remembered,
            remember,
            self.status,
            place or Place(),
            drivers or {},
            values or {},
        )
        self._files = {language.say(title): (file, name) for title, file, name in SECTIONS}
        self._made: dict[str, Section] = {}
        self._places = {title: Panel(styled=False) for title in self._files}
        # Only the section the address names is opened, not the first one before it.
        self._ready = False
        self.tabs = Tabs(self._places, label=language("Attrition risk"), on_open=lambda _title: self._show())
        self.room.place.follow_tabs("tab", self.tabs)
        super().__init__([self.status, self.tabs, self.room.place])
        self._ready = True
        self._show()

    def section(self, title: str) -> Section:
        """Return the section called `title` (in the page's language), made if need be."""
        if title not in self._made:
            file, name = self._files[title]
            made: Section = getattr(import_module(f"toolkit.attrition.{file}"), name)(self.room)
            self._made[title] = made
            self._places[title].children = [made]
        return self._made[title]

    def _show(self) -> None:
        if self._ready:
            with shown_on(self.status):
                self.status.clear()
                title = self.tabs.opened
                if self._is_closed(title):
                    self._places[title].children = [self._switched_off()]
                    return
                section = self.section(title)
                self._places[title].children = [section]
                section.show()

    def _is_closed(self, title: str) -> bool:
        """Say whether a section is closed because HR has switched attrition off; the switch itself stays."""
        return self._files[title][0] != "versions.page" and not setting(self.room.store, self.room.viewer).switched_on

    def _switched_off(self) -> EmptyState:
        say = self.room.language
        words = say("No risk is computed or shown. What was stored is kept. Open “Model” to switch it on again.")
        return EmptyState(say("Attrition risk is switched off"), words)
