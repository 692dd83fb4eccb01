"""The role-play page on the store: one section for each thing done around a workshop."""

import datetime as dt
import zoneinfo

from toolkit.access.roles import Viewer
from toolkit.controls.actions import guarded
from toolkit.controls.page import card, choice, row
from toolkit.controls.place import Place
from toolkit.controls.sectioned_page import SectionedPage
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language
from toolkit.roleplay import storage
from toolkit.roleplay.room import Room
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


class RolePlayPage(SectionedPage):
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
        sections = {say.say(title): (f"toolkit.roleplay.{file}", name) for title, file, name in SECTIONS}
        super().__init__(self.room, sections, label=say("Role-play workshop"), above=[card(row(self.workshop))])
        self.offer(place.at.get("workshop"))
        place.follow("workshop", self.workshop)
        self.room.workshop_id = self.workshop.value
        self.begin()

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
