"""The skill-gap page on the store: one section for each way of looking."""

import datetime as dt
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
from toolkit.skillgap.room import Room, Section
from toolkit.store import Store
from toolkit.wording import text

_ALL = (Role.TRAINER, Role.MANAGER, Role.HR, Role.REP)
_LEADING = (Role.TRAINER, Role.MANAGER, Role.HR)
_COMPANY = (Role.TRAINER, Role.HR)
_JUDGING = (Role.TRAINER, Role.HR, Role.ADMINISTRATOR)

# Title, file and class of each section, and who sees it; a file is loaded when its section is first opened.
SECTIONS = (
    (text("Person"), "person.page", "PersonSection", _ALL),
    (text("Team"), "team.page", "TeamSection", _LEADING),
    (text("Company"), "company.page", "CompanySection", _COMPANY),
    (text("360 rounds"), "feedback_round.page", "FeedbackRounds", _ALL),
    (text("Readiness"), "ladders.page", "ReadinessSection", _ALL),
    (text("Group check"), "group_check.page", "GroupCheckSection", _JUDGING),
    (text("Framework"), "framework.page", "FrameworkSection", _JUDGING),
)


class SkillGapPage(Panel):
    """What is known of people's skills: of one person, a team, the company."""

    def __init__(
        self,
        store: Store,
        viewer: Viewer,
        language: Language,
        *,
        today: dt.date,
        role_plays: Callable[[], pd.DataFrame],
        activities: Callable[[], pd.DataFrame],
        zone: dt.tzinfo = dt.UTC,
        place: Place | None = None,
    ):
        say = language
        place = place or Place()
        self.status = StatusLine(say)
        self.room = Room(store, viewer, language, today, place, self.status, role_plays, activities, zone)
        self._files = {say.say(title): (file, name) for title, file, name, who in SECTIONS if viewer.role in who}
        self._made: dict[str, Section] = {}
        self._places = {title: Panel(styled=False) for title in self._files}
        # The address may open another section than the first, which then need not be made.
        self._ready = False
        self.tabs = Tabs(self._places, label=say("Skill gaps"), on_open=lambda _title: self._show())
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
            made: Section = getattr(import_module(f"toolkit.skillgap.{file}"), name)(self.room)
            self._made[title] = made
            self._places[title].children = [made]
        return self._made[title]

    def _show(self) -> None:
        if self._ready:
            with shown_on(self.status):
                self.status.clear()
                self.section(self.tabs.opened).show()
