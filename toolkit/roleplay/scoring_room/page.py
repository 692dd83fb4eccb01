"""The section in which a rater scores."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import ipywidgets as widgets

from toolkit.access.roles import Viewer
from toolkit.controls.actions import guarded
from toolkit.controls.choices import Choice
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.fields import DateField, TextField, refuse_problems
from toolkit.controls.page import Panel, button, card, heading, prose, row
from toolkit.controls.person_picker import Entry, PersonPicker, people_entries
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.organisation import storage as organisation
from toolkit.roleplay import storage
from toolkit.roleplay.calibration.storage import needs_calibration
from toolkit.roleplay.feedback.storage import lesson_words
from toolkit.roleplay.room import Room, Section
from toolkit.roleplay.scoring_room import storage as sheets
from toolkit.roleplay.scoring_room.widget import RolePlayScorer
from toolkit.roleplay.sheet import SheetRecord
from toolkit.store import Store
from toolkit.vocabulary import rows_of
from toolkit.wording import text

_NAMES = {"visit": text("Joint visit: {about}"), "proposal": text("Proposal: {about}")}


class OwnSheets:
    """The viewer's own sheets of one workshop in the store; see `SheetBook`.

    New ones are of the day `on`; without it, of the day on which they are begun.
    """

    def __init__(self, room: Room, workshop_id: str, on: dt.date | None = None):
        self._room, self._workshop_id, self._on = room, workshop_id, on

    def fetch(self, rep_id: str, scenario_id: str) -> SheetRecord:
        """Return what is on a sheet."""
        with self._room.store.read() as connection:
            return sheets.own_sheet(connection, self._room.viewer, self._key(rep_id, scenario_id))

    def handed_in(self) -> set[tuple[str, str]]:
        """Return (rep_id, scenario_id) of the sheets that have been handed in."""
        with self._room.store.read() as connection:
            return sheets.handed_in(connection, self._room.viewer, self._workshop_id)

    def rate(self, rep_id: str, scenario_id: str, criterion_id: str, rating: float | None, why: str) -> dt.datetime:
        """Store a rating."""
        place = self._place(rep_id, scenario_id)
        return storage.save_rating(*place, criterion_id, rating, on=self._day(), why=why)

    def take_back(self, rep_id: str, scenario_id: str, criterion_id: str) -> dt.datetime:
        """Make a criterion unrated again."""
        return sheets.take_back(*self._place(rep_id, scenario_id), criterion_id, on=self._day())

    def note(self, rep_id: str, scenario_id: str, criterion_id: str, words: str, why: str) -> dt.datetime:
        """Store what was seen."""
        return sheets.save_note(*self._place(rep_id, scenario_id), criterion_id, words, on=self._day(), why=why)

    def hand_in(self, rep_id: str, scenario_id: str, overall: int | None) -> dt.datetime:
        """Hand a sheet in."""
        return sheets.hand_in(*self._place(rep_id, scenario_id), overall, on=self._day())

    def judge(self, rep_id: str, scenario_id: str, overall: int, why: str) -> dt.datetime:
        """Change the overall judgement of a sheet that has been handed in."""
        return sheets.judge(*self._place(rep_id, scenario_id), overall, why)

    def _day(self) -> dt.date:
        # A tablet may stay open overnight.
        return self._on or self._room.now().date()

    def _key(self, rep_id: str, scenario_id: str) -> storage.SheetKey:
        return storage.SheetKey(self._workshop_id, scenario_id, rep_id, self._room.viewer.person_id or "")

    def _place(self, rep_id: str, scenario_id: str) -> tuple[Store, Viewer, storage.SheetKey]:
        return self._room.store, self._room.viewer, self._key(rep_id, scenario_id)


class VisitForm(Panel):
    """A form for a joint visit or the review of a proposal; `on_begin` gets scenario, rep, day and what it is about."""

    def __init__(
        self,
        forms: list[tuple[str, str]],
        people: list[Entry],
        on_begin: Callable[[str, str, dt.date, str], None],
        *,
        today: dt.date,
        language: Language,
    ):
        say = language
        self.status = StatusLine(say)
        self.form = Choice(say("What you score"), forms)
        self.rep = PersonPicker(say("Rep"), people, language=say, required=True)
        self.day = DateField(say("Day"), today, language=say, latest=today, required=True)
        hint = say("Such as the customer. Leave the rep's name out: it stands on the sheet.")
        self.about = TextField(say("What it is about"), required=True, longest=100, hint=hint)
        self._on_begin = on_begin
        begin = button(say("Open the sheet"), guarded(self.status, self._begin), primary=True)
        words = say("With the same form as in the workshop. You are its only rater.")
        title = heading(say("New joint visit or proposal review"), words)
        fields = row(self.form, self.rep), row(self.day, self.about)
        super().__init__([card(title, *fields, row(begin), self.status)], styled=False)

    def _begin(self) -> None:
        refuse_problems(self.form, self.rep, self.day, self.about)
        about = self.about.value.strip()
        if self.rep.value is None or self.day.value is None or not about:
            raise InputError(
                text("A joint visit or a review needs a rep, a day and what it is about."),
                remedy=text("Fill in what is missing and press the button again."),
            )
        self._on_begin(self.form.value, self.rep.value, self.day.value, about)


class ScoringSection(Section):
    """The rater's own sheets of the chosen workshop, and the way to a joint visit or a review of a proposal."""

    _shown: tuple[object, ...] | None = None
    _scorer: RolePlayScorer | None = None

    def forget(self) -> None:
        """Take the sheet away: a tap on it would be stored in a workshop that is not chosen any more."""
        self._shown = self._scorer = None
        self._put()

    def _put(self, *children: widgets.Widget) -> None:
        self.children = children

    def show(self) -> None:
        """Show the sheets; those of the same workshop stay as they are, read anew."""
        say, viewer = self.room.language, self.room.viewer
        more = [self._more()] if viewer.role in ("trainer", "manager") and viewer.person_id else []
        workshop_id = self.room.workshop_id
        if workshop_id is None:
            self.forget()
            self._put(EmptyState(say("No workshop yet"), say("Make one under “New workshop”.")), *more)
            return
        with self.room.store.read() as connection:
            raters = set(storage.members_of(connection, workshop_id, "rater")["person_id"])
            reps = storage.members_of(connection, workshop_id, "rep")
            forms = self.room.forms(connection)
            found = storage.workshops(connection, viewer)
            order = sheets.own_order(connection, viewer, workshop_id)
            lessons = lesson_words(connection, viewer, list(forms))
            uncalibrated = viewer.person_id in needs_calibration(connection, workshop_id, self.room.now())
        if viewer.person_id not in raters:
            words = say("You are not a rater of this workshop; its results are open to you as far as your role allows.")
            self.forget()
            self._put(EmptyState(say("Nothing to score here"), words), *more)
            return
        reps = reps[reps["person_id"] != viewer.person_id]
        workshop = next(one for one in rows_of(found) if one.workshop_id == workshop_id)
        made_from = (workshop_id, tuple(reps["person_id"]), tuple(forms), tuple(order), workshop.certifies, lessons)
        if self._scorer is not None and made_from == self._shown:
            self._scorer.read_again()
            return
        self._shown = made_from
        on = None if workshop.kind == "workshop" else workshop.held_on.date()
        scorer = RolePlayScorer(
            forms,
            reps,
            rater_id=viewer.person_id or "",
            language=say.code,
            book=OwnSheets(self.room, workshop_id, on),
            certifies=bool(workshop.certifies),
            order=order,
            workshop_id=workshop_id,
            local_time=lambda moment: moment.astimezone(self.room.zone),
            lessons=lessons,
        )
        self._begin_at(scorer)
        self.room.place.follow("scenario", scorer.scenario)
        self.room.place.follow("rep", scorer.rep)
        self._scorer = scorer
        words = say("You have not calibrated on this workshop's rubrics within six months: see “Calibration”.")
        self._put(*([prose(words, quiet=True)] if uncalibrated else []), scorer, *more)

    def _begin_at(self, scorer: RolePlayScorer) -> None:
        """Open the first sheet of the timetable that waits, unless the address names one."""
        state = scorer.state
        if "rep" not in self.room.place.at and state.order:
            first = state.order[0]
            scorer.go_to(*first)
            if state.submitted_at is not None:
                scorer.go_to(*(state.next_sheet() or first))

    def _more(self) -> Panel:
        say = self.room.language
        place = Panel(styled=False)

        def unfold() -> None:
            place.children = [self._visit_form()]

        place.children = [row(button(say("New joint visit or proposal review"), guarded(self.room.status, unfold)))]
        return place

    def _visit_form(self) -> Panel:
        say, room = self.room.language, self.room
        with room.store.read() as connection:
            people = organisation.with_about(connection, organisation.people(connection, room.viewer), say)
            found = organisation.current_versions(connection, "scenario")
            bodies = [organisation.content(connection, "scenario", scenario_id) for scenario_id in found]
        kinds = {body["id"]: body["kind"] for body in bodies if body.get("kind") in _NAMES}
        forms = [(say.pick(body["name"]), body["id"]) for body in bodies if body["id"] in kinds]
        if not forms:
            raise InputError(
                text("There is no form for joint visits in this installation."),
                remedy=text("Ask the administrator to load the content that ships."),
            )
        people = people[people["person_id"] != room.viewer.person_id]

        def begin(scenario_id: str, rep_id: str, day: dt.date, about: str) -> None:
            words = replace(_NAMES[kinds[scenario_id]], values={"about": about})
            name = {code: Language(code).say(words) for code in ("en", "zh")}
            with room.store.write(room.viewer.user_id) as change:
                workshop_id = sheets.begin_visit(
                    change, room.viewer, scenario_id=scenario_id, rep_id=rep_id, name=name, held_on=day
                )
            room.offer(workshop_id)

        return VisitForm(forms, people_entries(people), begin, today=room.today, language=say)
