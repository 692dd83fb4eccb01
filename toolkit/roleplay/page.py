"""The role-play page on the store: one section for each thing done around a workshop."""

import datetime as dt
import zoneinfo
from importlib import import_module

from toolkit.access.roles import Viewer
from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.page import Panel, card, choice, row
from toolkit.controls.place import Place
from toolkit.controls.status_line import StatusLine
from toolkit.controls.tabs import Tabs
from toolkit.language import Language
from toolkit.roleplay import storage
from toolkit.roleplay.room import Room, Section
from toolkit.store import Store
from toolkit.vocabulary import rows_of
from toolkit.wording import text

# Title, file and class of each section; a file is loaded when its section is first opened.
SECTIONS = (
    (text("Score"), "scoring_room.page", "ScoringSection"),
    (text("Board"), "board.page", "BoardSection"),
    (text("Results"), "results.page", "ResultsSection"),
    (text("Feedback"), "feedback.page", "FeedbackSection"),
    (text("Timetable"), "planning.page", "TimetableSection"),
    (text("New workshop"), "planning.page", "PlanningSection"),
    (text("Calibration"), "calibration.page", "CalibrationSection"),
    (text("Rubrics"), "rubric_editor.page", "RubricSection"),
)


class RolePlayPage(Panel):
    """Everything a trainer or manager does around one workshop."""

    def __init__(
        self,
        store: Store,
        viewer: Viewer,
        language: Language,
        *,
        today: dt.date,
        zone: zoneinfo.ZoneInfo,
        place: Place | None = None,
    ):
        say = language
        place = place or Place()
        self.status = StatusLine(say)
        self.room = Room(store, viewer, language, today, zone, place, self.status)
        self.room.offer = self.offer
        self.workshop = choice(say("Workshop"), [], guarded(self.status, self._choose))
        self._files = {say.say(title): (file, name) for title, file, name in SECTIONS}
        self._made: dict[str, Section] = {}
        self._places = {title: Panel(styled=False) for title in self._files}
        # The first section is opened only once the workshop is known.
        self._ready = False
        self.tabs = Tabs(self._places, label=say("Role-play workshop"), on_open=lambda _title: self._show())
        super().__init__([card(row(self.workshop)), self.status, self.tabs, place])
        self.offer(place.at.get("workshop"))
        place.follow("workshop", self.workshop)
        place.follow_tabs("tab", self.tabs)
        self.room.workshop_id = self.workshop.value
        self._ready = True
        self._show()

    def section(self, title: str) -> Section:
        """Return the section called `title` (in the page's language), made if need be."""
        if title not in self._made:
            file, name = self._files[title]
            made: Section = getattr(import_module(f"toolkit.roleplay.{file}"), name)(self.room)
            self._made[title] = made
            self._places[title].children = [made]
        return self._made[title]

    def offer(self, chosen: str | None = None) -> None:
        """Offer the workshops there are now, and open the one called `chosen`."""
        with self.room.store.read() as connection:
            found = storage.workshops(connection, self.room.viewer)
        options = [
            (
                self.room.language(
                    "{name} ({day})",
                    name=self.room.language.pick({"en": row.name_en, "zh": row.name_zh}),
                    day=row.held_on.date(),
                ),
                row.workshop_id,
            )
            for row in rows_of(found)
        ]
        self.workshop.offer(options, chosen)

    def _choose(self, workshop_id: str | None) -> None:
        self.room.workshop_id = workshop_id
        for title, section in self._made.items():
            if title != self.tabs.opened:
                section.forget()
        self._show()

    def _show(self) -> None:
        if self._ready:
            with shown_on(self.status):
                self.status.clear()
                self.section(self.tabs.opened).show()
