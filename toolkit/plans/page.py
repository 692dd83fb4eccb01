"""The development-plan page on the store: one section for each thing done with plans."""

import datetime as dt
import zoneinfo
from collections.abc import Callable
from importlib import import_module

import pandas as pd

from toolkit.access.roles import Role, Viewer
from toolkit.controls.actions import shown_on
from toolkit.controls.page import Panel
from toolkit.controls.place import Place
from toolkit.controls.status_line import StatusLine
from toolkit.controls.tabs import Tabs
from toolkit.language import Language
from toolkit.plans.room import Measured, Room, Section
from toolkit.store import Store
from toolkit.wording import text

_ALL = (Role.TRAINER, Role.MANAGER, Role.REP)
_LEADING = (Role.TRAINER, Role.MANAGER)

# Title, file and class of each section, and who sees it; a file is loaded when its section is first opened.
SECTIONS = (
    (text("Plan"), "builder.page", "PlanSection", _LEADING),
    (text("Agreed plan"), "review.page", "ReviewSection", _ALL),
    (text("Team"), "team.page", "TeamSection", _LEADING),
    (text("Catalogue"), "catalogue.page", "CatalogueSection", _LEADING),
    (text("Did it work"), "outcome.page", "OutcomeSection", _LEADING),
)


class PlanPage(Panel):
    """Plans of one person, made and lived with; reps see their own."""

    def __init__(
        self,
        store: Store,
        viewer: Viewer,
        language: Language,
        *,
        today: dt.date,
        zone: zoneinfo.ZoneInfo,
        people: pd.DataFrame,
        gaps: Callable[[], pd.DataFrame],
        evidence: Callable[[], pd.DataFrame],
        measured: Callable[[dt.date, dt.date | None], Measured],
        ranks: Callable[[], pd.DataFrame],
        currency: str,
        place: Place | None = None,
    ):
        say = language
        place = place or Place()
        self.status = StatusLine(say)
        self.room = Room(
            store, viewer, language, today, zone, place, self.status, currency, people, gaps, evidence, measured, ranks
        )
        if place.at.get("person") in set(people["person_id"]):
            self.room.person_id = place.at["person"]
        self._files = {say.say(title): (file, name) for title, file, name, who in SECTIONS if viewer.role in who}
        self._made: dict[str, Section] = {}
        self._places = {title: Panel(styled=False) for title in self._files}
        # The address may open another section than the first, which then need not be made.
        self._ready = False
        self.tabs = Tabs(self._places, label=say("Development plan"), on_open=lambda _title: self._show())
        # A single section needs no row of tabs.
        self.tabs.tabs.layout.display = None if len(self._files) > 1 else "none"
        super().__init__([self.status, self.tabs, place])
        place.follow_tabs("tab", self.tabs)
        self._ready = True
        self._show()

    def section(self, title: str) -> Section:
        """Return the section called `title` (in the page's language), made if need be."""
        if title not in self._made:
            file, name = self._files[title]
            made: Section = getattr(import_module(f"toolkit.plans.{file}"), name)(self.room)
            self._made[title] = made
            self._places[title].children = [made]
        return self._made[title]

    def _show(self) -> None:
        if self._ready:
            with shown_on(self.status):
                self.status.clear()
                self.section(self.tabs.opened).show()
