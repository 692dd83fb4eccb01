"""The attrition page on the HR store: one section for each thing HR does with risks."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from toolkit.access.roles import Viewer
from toolkit.attrition.room import Room
from toolkit.attrition.storage import require_hr
from toolkit.attrition.versions.storage import setting
from toolkit.controls.actions import shown_on
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.place import Place
from toolkit.controls.sectioned_page import SectionedPage
from toolkit.controls.status_line import StatusLine
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


class RiskPage(SectionedPage):
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
        zone: dt.tzinfo = dt.UTC,
    ):
        require_hr(viewer)
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
            StatusLine(language),
            place or Place(),
            drivers or {},
            values or {},
            zone=zone,
        )
        sections = {language.say(title): (f"toolkit.attrition.{file}", name) for title, file, name in SECTIONS}
        super().__init__(self.room, sections, label=language("Attrition risk"))
        self.begin()

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
        return (
            not self._files[title][0].endswith("versions.page")
            and not setting(self.room.store, self.room.viewer).switched_on
        )

    def _switched_off(self) -> EmptyState:
        say = self.room.language
        words = say("No risk is computed or shown. What was stored is kept. Open “Model” to switch it on again.")
        return EmptyState(say("Attrition risk is switched off"), words)
