"""The section for what follows a workshop: feedback sheets, the report, the lessons."""

import pandas as pd

from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.download import Download
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.page import Panel, button, prose, row
from toolkit.controls.progress import Cancelled, Progress
from toolkit.controls.tabs import Tabs
from toolkit.errors import NotEnoughData
from toolkit.roleplay import storage as roleplay
from toolkit.roleplay.feedback import storage
from toolkit.roleplay.feedback.lessons.page import LessonBook
from toolkit.roleplay.feedback.ratings_report import TITLE as RATINGS_TITLE
from toolkit.roleplay.feedback.ratings_report import ratings_workbook
from toolkit.roleplay.feedback.report import word_sheet, word_sheets
from toolkit.roleplay.feedback.sheet import WorkshopFeedback, workshop_feedback
from toolkit.roleplay.feedback.widget import FeedbackView, WorkshopReportView
from toolkit.roleplay.feedback.workshop_report import TITLE as REPORT_TITLE
from toolkit.roleplay.feedback.workshop_report import word_report
from toolkit.roleplay.feedback.workshop_summary import WorkshopSummary, summarise_workshop
from toolkit.roleplay.room import Room, Section
from toolkit.wording import counted, text

_SHEET = ["rep_id", "rater_id", "scenario_id", "criterion_id"]


class FeedbackSection(Section):
    """Feedback on the reps the viewer may see, the workshop's report, and the debrief's lessons."""

    def __init__(self, room: Room):
        super().__init__(room)
        say, status = room.language, room.status
        self._read: tuple[str, pd.DataFrame] | None = None
        self._feedback: WorkshopFeedback | None = None
        self._summary: WorkshopSummary | None = None
        self._unfinished = 0
        self._prepared: tuple[str, bytes] | None = None
        self._followed = False
        self.view = FeedbackView(language=say.code)
        self.report = WorkshopReportView(language=say.code)
        self.lessons = LessonBook(room, self._lessons_changed)
        self.word = Download(say("Word: this rep"), self._word, status)
        self.all = button(say("Word: all reps"), guarded(status, self._write_all))
        self.ready = Download(say("Save the Word file"), lambda: self._prepared, status)
        self.excel = Download(say("Excel: all ratings"), self._excel, status)
        self.progress = Progress(say("Feedback of all reps"), language=say)
        self.report_word = Download(say("Word"), self._report_word, status)
        self._files = row(self.word, self.all, self.ready, self.excel)
        self.nothing = EmptyState(
            say("No report yet"), say("The report appears here once the first sheet of this workshop is finished.")
        )
        hint = prose(say("For paper, print this page with your browser: only what you see is printed."), quiet=True)
        self._places = {
            say("Reps"): Panel([self.view, self._files, self.progress, hint], styled=False),
            say("Workshop report"): Panel([self.nothing, self.report, row(self.report_word)], styled=False),
            say("Lessons"): self.lessons,
        }
        self.parts = Tabs(self._places, label=say("Feedback"), on_open=lambda _title: self._open())
        room.place.follow_tabs("part", self.parts)
        self.children = [self.parts]

    def show(self) -> None:
        """Read the sheets and show the part that is open."""
        if self.room.workshop_id is None:
            say = self.room.language
            self.children = [EmptyState(say("No workshop yet"), say("Make one under “New workshop”."))]
            return
        self.children = [self.parts]
        self._load()
        self._open()

    def _load(self) -> None:
        """Fit the sheets there are, unless that is done already."""
        self._summary = None
        ratings, self._unfinished, forms = self.room.finished_ratings()
        with self.room.store.read() as connection:
            notes = storage.notes(connection, self.room.viewer, self.room.workshop())
        table = ratings.merge(notes, on=_SHEET, how="left")
        if self._read is not None and self._read[0] == self.room.workshop() and self._read[1].equals(table):
            return
        self._feedback = self._prepared = None
        self._read = (self.room.workshop(), table)
        try:
            self._feedback = workshop_feedback(table, forms) if len(table) else None
        except NotEnoughData:  # sheets on which nothing was observed
            self._feedback = None

    def _open(self) -> None:
        if self._read is None:
            return
        with shown_on(self.room.status):
            say = self.room.language
            if self.parts.opened == say("Reps"):
                self._show_reps()
            elif self.parts.opened == say("Workshop report"):
                self._show_report()
            else:
                self.lessons.show()

    def _show_reps(self) -> None:
        self.view.show(self._feedback, self._people())
        if not self._followed:
            self._followed = True
            self.room.place.follow("person", self.view.person)
        self._files.layout.display = None if self.view.sheet else "none"
        self.ready.layout.display = None if self._prepared else "none"

    def _show_report(self) -> None:
        feedback = self._feedback
        for widget in (self.report, self.report_word):
            widget.layout.display = None if feedback else "none"
        self.nothing.layout.display = "none" if feedback else None
        if feedback is None:
            return
        if self._summary is None:
            workshop_id = self.room.workshop()
            with self.room.store.read() as connection:
                counts = {
                    f"{part}s": len(roleplay.members_of(connection, workshop_id, part)) for part in ("rep", "rater")
                }
                planned = storage.planned_sheets(connection, workshop_id)
            self._summary = summarise_workshop(feedback, **counts, unfinished=self._unfinished, planned=planned)
        people = self._people()
        self.report.show(self._summary, self.room.names(), people["person_id"])

    def _people(self) -> pd.DataFrame:
        """Return the workshop's reps whom the viewer may see."""
        with self.room.store.read() as connection:
            return storage.seen_members(connection, self.room.viewer, self.room.workshop())

    def _title(self) -> str:
        """Return the workshop's name and day in words."""
        with self.room.store.read() as connection:
            found = roleplay.workshops(connection)
        held = found[found["workshop_id"] == self.room.workshop()].iloc[0]
        say = self.room.language
        name = say.pick({"en": held["name_en"], "zh": held["name_zh"]})
        return say("{name} ({day})", name=name, day=held["held_on"].date())

    def _word(self) -> tuple[str, bytes] | None:
        sheet, say = self.view.sheet, self.room.language
        if sheet is None:
            return None
        person = self.room.names()[sheet.rep_id]
        content = word_sheet(sheet, person, self._title(), say, today=self.room.today)
        title = say("Feedback {name}", name=person)
        return f"{title}.docx", content

    def _write_all(self) -> None:
        feedback, say = self._feedback, self.room.language
        if feedback is None or self.progress.running:
            return
        self.room.status.clear()
        self._prepared, self.ready.layout.display = None, "none"
        people = self._people()
        seen = people[people["person_id"].isin(feedback.rep_ids)]
        sheets = [feedback.sheet(rep_id) for rep_id in seen["person_id"]]
        names = dict(zip(seen["person_id"], seen["name"], strict=True))
        title, today, workshop_id = self._title(), self.room.today, self.room.workshop_id
        file_name = say("Feedback of all reps")

        def write(bar: Progress) -> bytes:
            return word_sheets(sheets, names, title, say, today=today, step=bar.step)

        def done(content: bytes) -> None:
            if self.room.workshop_id != workshop_id:
                return  # another workshop was chosen meanwhile
            self._prepared = (f"{file_name}.docx", content)
            self.ready.layout.display = None
            self.room.status.say(
                counted("The file with {count} sheet is ready.", "The file with {count} sheets is ready.", len(sheets)),
                "good",
            )

        self.progress.run(say("Writing one sheet per rep…"), write, done, self._tell)

    def _tell(self, error: Exception) -> None:
        with shown_on(self.room.status):
            if not isinstance(error, Cancelled):
                raise error
            self.room.status.say(text("Stopped. No file was made."))

    def _excel(self) -> tuple[str, bytes] | None:
        if self._read is None or self._feedback is None:
            return None
        say, table = self.room.language, self._read[1]
        content = ratings_workbook(table[table["seen"]], self._feedback.forms, self.room.names(), say)
        title = say.say(RATINGS_TITLE)
        return f"{title}.xlsx", content

    def _report_word(self) -> tuple[str, bytes] | None:
        if self._summary is None:
            return None
        say = self.room.language
        lessons = self.lessons.words_of_workshop()
        content = word_report(
            self._summary, self._title(), lessons, say, today=self.room.today, ranking=self.report.ranked
        )
        title = say.say(REPORT_TITLE)
        return f"{title}.docx", content

    def _lessons_changed(self) -> None:
        self.room.status.say(text("The lesson is kept with its scenario."), "good")
