"""The section for 360 rounds on the store: what one is asked, progress, a new round, results."""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from toolkit.access.roles import Role, Viewer
from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.page import Panel, card, choice, prose, row
from toolkit.controls.tabs import Tabs
from toolkit.organisation import storage as organisation
from toolkit.organisation.content import competencies
from toolkit.organisation.expectations import role_expectations
from toolkit.skillgap.feedback_round import storage
from toolkit.skillgap.feedback_round.answering import storage as answering
from toolkit.skillgap.feedback_round.answering.sheet import Answer, Sheet
from toolkit.skillgap.feedback_round.answering.widget import AnswerFile, AnswerForm
from toolkit.skillgap.feedback_round.planning.widget import RoundForm
from toolkit.skillgap.feedback_round.results.storage import outcome
from toolkit.skillgap.feedback_round.results.widget import RoundOutcome
from toolkit.skillgap.feedback_round.rhythm import propose_next_round
from toolkit.skillgap.feedback_round.running.page import RunningRound
from toolkit.skillgap.room import Room, Section
from toolkit.vocabulary import rows_of
from toolkit.wording import text


class FeedbackRounds(Section):
    """Everything around 360 rounds; trainers, HR and managers organise them, everybody answers and reads their own."""

    def __init__(self, room: Room):
        super().__init__(room)
        self.store, self.viewer, self.language, self.today = room.store, room.viewer, room.language, room.today
        self.zone, self.place, self.status = room.zone, room.place, room.status
        self.organises = self.viewer.role in storage.ORGANISERS
        self._made = False
        self._bodies: dict[str, dict[str, Any]] = {}

    def show(self) -> None:
        """Read and draw what is open."""
        with shown_on(self.status):
            if not self._made:
                self._make()
                self._made = True
            self._opened(self.tabs.opened)

    def _make(self) -> None:
        say = self.language
        self.form = AnswerForm(
            partial(answering.save_answer, self.store, self.viewer),
            partial(answering.hand_in, self.store, self.viewer),
            language=say.code,
            local_time=lambda moment: moment.astimezone(self.zone),
        )
        self.file = AnswerFile(language=say.code)
        hint = say("You may also fill in the form as an Excel file and bring it back here.")
        self.excel = card(prose(hint, quiet=True), self.file)
        self.round = choice(say("Round"), [], guarded(self.status, lambda _round: self._show_round()))
        self.chosen = card(row(self.round))
        self.running, self.results = RunningRound(self), RoundOutcome(language=say.code, today=self.today)
        self.new = Panel(styled=False)
        places = {say("To answer"): Panel([self.form, self.excel], styled=False)}
        if self.organises:
            places[say("Progress")] = self.running
        places[say("Results")] = self.results
        if self.organises:
            places[say("New round")] = self.new
        self.tabs = Tabs(
            places, label=say("360 rounds"), on_open=lambda title: self._opened(title) if self._made else None
        )
        self.children = [self.chosen, self.tabs]
        self.rounds: pd.DataFrame = pd.DataFrame()
        self._offer(None)
        self.place.follow("round", self.round)
        self.place.follow_tabs("part", self.tabs)

    def _opened(self, title: str) -> None:
        say = self.language
        with shown_on(self.status):
            self.status.clear()
            about_round = title in (say("Progress"), say("Results"))
            self.chosen.layout.display = None if about_round and self.round.options else "none"
            if title == say("To answer"):
                self.show_asked()
            elif title == say("New round"):
                self._show_new()
            else:
                self._offer(self.round.value)

    def show_asked(self) -> None:
        """Show what the viewer is asked."""
        with self.store.read() as connection:
            sheets = answering.own_sheets(connection, self.viewer, self.today)
        self.form.show(sheets, self.words_of)
        self.file.show(sheets, self.words_of_all(sheets), self._take)
        self.excel.layout.display = None if sheets else "none"

    def words_of(self, sheet: Sheet) -> Mapping[str, Any]:
        """Return the competencies of a sheet by id, in the version of the framework its round was made with."""
        version = sheet.framework_version
        if version not in self._bodies:
            with self.store.read() as connection:
                framework = answering.framework_of(connection, version)
            self._bodies[version] = {one["id"]: one for one, _ in competencies(framework)}
        return self._bodies[version]

    def words_of_all(self, sheets: list[Sheet]) -> dict[str, Any]:
        """Return the competencies of several sheets by id."""
        return {one: body for sheet in sheets for one, body in self.words_of(sheet).items()}

    def offer(self, round_id: str | None) -> None:
        """Read the rounds anew, and open this one."""
        self._offer(round_id)

    def _take(self, answers: Mapping[str, Mapping[str, Answer]]) -> int:
        with self.store.write(self.viewer.user_id) as change:
            done = answering.take_answers(change, self.viewer, answers)
        self.show_asked()
        return done

    def _offer(self, chosen: str | None) -> None:
        with self.store.read() as connection:
            self.rounds = storage.rounds(connection, self.viewer)
        say = self.language
        options = [
            (
                say("{name} (running)", name=one.name) if one.is_open else say("{name} (closed)", name=one.name),
                one.round_id,
            )
            for one in rows_of(self.rounds)
        ]
        before = self.round.value
        self.round.offer(options, chosen)
        if self.round.value == before:
            self._show_round()

    def _show_round(self) -> None:
        say, round_id = self.language, self.round.value
        own = self.rounds[self.rounds["round_id"].eq(round_id)] if len(self.rounds) else self.rounds
        if self.tabs.opened == say("Progress"):
            self.running.show(None if own.empty else own.iloc[0])
        elif self.tabs.opened == say("Results"):
            self._show_results(None if own.empty else own.iloc[0])

    def _show_results(self, found: pd.Series | None) -> None:
        with self.store.read() as connection:
            framework = organisation.content(connection, "framework", "default")
            people = organisation.people(connection, self.viewer, left=True)
            people = organisation.with_about(connection, people, self.language)
            groups, comments = (
                (pd.DataFrame(columns=["person_id"]), pd.DataFrame(columns=["person_id"]))
                if found is None
                else outcome(connection, self.viewer, found["round_id"])
            )
        names = {one["id"]: one["name"] for one, _ in competencies(framework)}
        self.results.show(groups, comments, people, names, "" if found is None else str(found["name"]))

    def _show_new(self) -> None:
        with self.store.read() as connection:
            seen = organisation.with_about(connection, organisation.people(connection, self.viewer), self.language)
        people = seen[seen["team_id"].notna()]
        if self.viewer.role == Role.MANAGER:
            people = people[people["person_id"].ne(str(self.viewer.person_id))]
        if people.empty:
            say = self.language
            self.new.children = [EmptyState(say("Nobody to rate"), say("You see nobody whom a round could be about."))]
            return
        opened = [one.date() for one in self.rounds["opens_on"]]
        self.making = RoundForm(
            people,
            seen,
            self._create,
            propose_next_round(opened, self.today),
            taken=list(self.rounds["name"]),
            turn=len(opened),
            language=self.language.code,
        )
        self.new.children = [self.making]

    def _create(self, name: str, opens_on: dt.date | None, due_on: dt.date | None, invitations: pd.DataFrame) -> None:
        with self.store.write(self.viewer.user_id) as change:
            made = storage.create_round(
                change,
                self.viewer,
                name=name,
                opens_on=opens_on,
                due_on=due_on,
                invitations=invitations,
                asked=_asked(change.connection, self.viewer, set(invitations["person_id"])),
            )
        self._offer(made)
        self.tabs.show_section(self.language("Progress"))
        self.status.say(
            text("The round has started. Remind people below; everybody asked finds it under “360 rounds”."), "good"
        )


def _asked(connection: Any, viewer: Viewer, person_ids: set[str]) -> dict[str, list[str]]:
    """Return on what each person is rated: what role and tier ask for, or all where nothing is laid down."""
    order = [one["id"] for one, _ in competencies(organisation.content(connection, "framework", "default"))]
    expected = role_expectations(organisation.content(connection, "roles", "default"))
    wanted = {key: set(own["competency_id"]) for key, own in expected.groupby(["role_id", "tier_id"])}
    people = organisation.people(connection, viewer)
    return {
        row.person_id: [one for one in order if one in wanted.get((row.role_id, row.tier_id), set(order))]
        for row in rows_of(people[people["person_id"].isin(person_ids)])
    }
