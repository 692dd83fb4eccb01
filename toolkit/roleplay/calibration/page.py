"""The section in which raters calibrate, and trainers see how far they are apart."""

import datetime as dt
from collections.abc import Callable
from functools import partial

import ipywidgets as widgets
import pandas as pd

from toolkit.access.roles import Role
from toolkit.controls.actions import guarded
from toolkit.controls.download import Download
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.page import button, card, choice, prose, row
from toolkit.controls.tabs import Tabs
from toolkit.organisation import storage as organisation
from toolkit.roleplay.calibration import storage
from toolkit.roleplay.calibration.performance import Key, Performance
from toolkit.roleplay.calibration.preparation.widget import CalibrationForm
from toolkit.roleplay.calibration.session_report import SESSION_TITLE, SHEET_TITLE, word_rater_sheets, word_session
from toolkit.roleplay.calibration.widget import CalibrationBoard, CalibrationProgress, CalibrationSession
from toolkit.roleplay.calibration.workbook_report import TITLE, deviation_workbook
from toolkit.roleplay.room import Room, Section
from toolkit.roleplay.rubric import Rubric
from toolkit.vocabulary import rows_of
from toolkit.wording import text


class CalibrationSection(Section):
    """Sessions to rate; for trainers the raters side by side, and the form for a new session."""

    def __init__(self, room: Room):
        super().__init__(room)
        say = room.language
        self._leads = room.viewer.role == Role.TRAINER
        self._form: CalibrationForm | None = None
        self.reminder = widgets.HTML()
        self.session = choice(say("Calibration session"), [], guarded(room.status, lambda _value: self._open()))
        self.own, self.all = widgets.VBox(), widgets.VBox()
        self.progress = CalibrationProgress(language=say.code)
        self.new = widgets.VBox()
        for part in (self.own, self.all, self.new):
            part.add_class("coach-panel")
        places = {say("My ratings"): self.own, say("Over time"): self.progress}
        if self._leads:
            places = {
                say("My ratings"): self.own,
                say("All raters"): self.all,
                say("Over time"): self.progress,
                say("New session"): self.new,
            }
        self.tabs = Tabs(places, label=say("Calibration"), on_open=guarded(room.status, self._tab_opened))
        self.chosen = card(row(self.session))
        self.children = [self.reminder, self.chosen, self.tabs]

    def show(self) -> None:
        """Show the sessions, the newest first, and who of the workshop has yet to calibrate."""
        self._offer(self.session.value)
        self._remind()

    def _offer(self, chosen: str | None) -> None:
        with self.room.store.read() as connection:
            found = storage.sessions(connection, self.room.viewer)
        say = self.room.language
        options = [
            (
                say(
                    "{name} ({day})",
                    name=say.pick({"en": one.name_en, "zh": one.name_zh}),
                    day=one.held_on.date(),
                ),
                one.calibration_id,
            )
            for one in rows_of(found)
        ]
        self.chosen.layout.display = None if options else "none"
        self.session.offer(options, chosen)
        self._open()

    def _remind(self) -> None:
        room, say = self.room, self.room.language
        self.reminder.value = ""
        if room.workshop_id is None:
            return
        with room.store.read() as connection:
            waiting = storage.needs_calibration(connection, room.workshop_id, room.now())
        if waiting:
            names = room.names()
            words = say(
                "Raters of the chosen workshop who have not calibrated on all its rubrics within six months: {names}.",
                names=say.join([names.get(one, one) for one in waiting]),
            )
            self.reminder.value = prose(words, quiet=True).value

    def _open(self) -> None:
        """Draw the chosen session anew."""
        say, viewer, calibration_id = self.room.language, self.room.viewer, self.session.value
        if calibration_id is None:
            way = say("Make one under “New session”.") if self._leads else say("A trainer can make one.")
            self.own.children = self.all.children = [EmptyState(say("No calibration session yet"), way)]
        else:
            with self.room.store.read() as connection:
                found = storage.session(connection, viewer, calibration_id)
                sheet, handed_in = storage.own_sheet(connection, viewer, calibration_id)
            self.own.children = self._own(found, sheet, handed_in)
        self._tab_opened(self.tabs.opened)

    def _own(self, found: storage.Session, sheet: storage.Sheet, handed_in: bool) -> list[widgets.Widget]:
        say, store, viewer, calibration_id = self.room.language, self.room.store, self.room.viewer, found.calibration_id
        if handed_in and not sheet:
            words = say("You lead this session and know its key, so you do not rate. See “All raters”.")
            return [EmptyState(say("You lead this session"), words)]

        def reveal(_sheet: storage.Sheet) -> Key:
            if not handed_in:
                return storage.hand_in(store, viewer, calibration_id)
            with store.read() as connection:
                return storage.key_of(connection, viewer, calibration_id)

        def keep(criterion_id: str, rating: float | None) -> dt.datetime:
            return storage.save_rating(store, viewer, calibration_id, criterion_id, rating)

        shown = CalibrationSession(
            found.performance,
            found.rubric,
            reveal,
            sheet=sheet,
            handed_in=handed_in,
            keep=keep,
            language=say.code,
            local_time=lambda moment: moment.astimezone(self.room.zone),
        )
        word = Download(
            say("Word: my ratings beside the key"), partial(self._word, word_rater_sheets, True), self.room.status
        )
        files = row(word)
        files.layout.display = None if handed_in else "none"

        def offer(_change: object) -> None:
            files.layout.display = None

        shown.state.observe(offer, names="handed_in")
        if handed_in or not self._leads:
            return [shown, files]
        lead = button(
            say("Lead this session instead of rating"), guarded(self.room.status, partial(self._lead, calibration_id))
        )
        hint = say("Whoever leads sees the key and all sheets at once, and gives up rating this performance for good.")
        return [shown, files, card(row(lead), prose(hint, quiet=True))]

    def _lead(self, calibration_id: str) -> None:
        storage.hand_in(self.room.store, self.room.viewer, calibration_id, leads=True)
        self._open()
        self.tabs.show_section(self.room.language("All raters"))

    def _tab_opened(self, title: str) -> None:
        say = self.room.language
        if title == say("All raters") and self._leads:
            self._show_all()
        elif title == say("Over time"):
            with self.room.store.read() as connection:
                found = storage.over_time(connection, self.room.viewer)
            self.progress.show(found, self.room.names(), self.room.viewer.person_id)
        elif title == say("New session") and self._form is None:
            self._form = self._new_form()
            self.new.children = [self._form]

    def _show_all(self) -> None:
        say, viewer, calibration_id = self.room.language, self.room.viewer, self.session.value
        if calibration_id is None:
            return
        with self.room.store.read() as connection:
            if not storage.own_sheet(connection, viewer, calibration_id)[1]:
                words = say("Rate the performance and hand in under “My ratings”, or choose there to lead the session.")
                self.all.children = [EmptyState(say("Your own sheet comes first"), words)]
                return
        ratings, key, found = self._compared(calibration_id)
        board = CalibrationBoard(language=say.code)
        board.show(ratings, key, found.rubric, self.room.names())
        status = self.room.status
        files = row(
            Download(say("Word: all raters"), partial(self._word, word_session, False), status),
            Download(say("Word: a sheet for each rater"), partial(self._word, word_rater_sheets, False), status),
            Download(say("Excel: all deviations"), self._excel, status),
        )
        self.all.children = [board, files] if len(ratings) else [board]

    def _compared(self, calibration_id: str) -> tuple[pd.DataFrame, Key, storage.Session]:
        """Return the sheets that the viewer may see, the key and the session."""
        viewer = self.room.viewer
        with self.room.store.read() as connection:
            return (
                storage.ratings(connection, viewer, calibration_id),
                storage.key_of(connection, viewer, calibration_id),
                storage.session(connection, viewer, calibration_id),
            )

    def _word(self, write: Callable[..., bytes], own: bool) -> tuple[str, bytes] | None:
        if self.session.value is None:
            return None
        say, room = self.room.language, self.room
        ratings, key, found = self._compared(self.session.value)
        if own:
            ratings = ratings[ratings["rater_id"] == room.viewer.person_id]
        content = write(ratings, key, found.rubric, room.names(), self.session.words, say, today=room.today)
        title = say.say(SESSION_TITLE if write is word_session else SHEET_TITLE)
        return f"{title}.docx", content

    def _excel(self) -> tuple[str, bytes] | None:
        if self.session.value is None:
            return None
        say = self.room.language
        ratings, key, found = self._compared(self.session.value)
        title = say.say(TITLE)
        return f"{title}.xlsx", deviation_workbook(ratings, key, found.rubric, self.room.names(), say)

    def _new_form(self) -> CalibrationForm:
        with self.room.store.read() as connection:
            contents = {
                kind: [
                    organisation.content(connection, kind, one)
                    for one in organisation.current_versions(connection, kind)
                ]
                for kind in ("scenario", "rubric", "calibration")
            }
        return CalibrationForm(
            {body["id"]: (body["name"], body["rubric"]) for body in contents["scenario"]},
            {body["id"]: Rubric.from_content(body) for body in contents["rubric"]},
            [Performance.from_content(body) for body in contents["calibration"]],
            self._create,
            today=self.room.today,
            language=self.room.language.code,
        )

    def _create(
        self,
        name: dict[str, str],
        day: dt.date | None,
        scenario_id: str,
        rubric_id: str,
        performance: dict[str, str],
        key: Key,
    ) -> None:
        with self.room.store.write(self.room.viewer.user_id) as change:
            made = storage.create_session(
                change,
                self.room.viewer,
                name=name,
                held_on=day,
                scenario_id=scenario_id,
                rubric_id=rubric_id,
                performance=performance,
                key=key,
            )
        self._offer(made)
        self.room.status.say(text("The session is there for all raters."), "good")
