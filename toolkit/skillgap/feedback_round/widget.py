"""The widgets of a 360 round, usable in any notebook on plain tables."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from toolkit.controls.actions import guarded
from toolkit.controls.choices import Choice
from toolkit.controls.data_table import DataTable, columns_of
from toolkit.controls.download import Download
from toolkit.controls.fields import TextArea
from toolkit.controls.page import Panel, card, choice, heading, prose, row
from toolkit.controls.person_picker import Entry, PersonPicker
from toolkit.controls.status_board import StatusBoard
from toolkit.controls.status_line import StatusLine
from toolkit.controls.tabs import Tabs
from toolkit.documents.plain_state import PlainState
from toolkit.language import Language
from toolkit.skillgap.feedback_round.answering.widget import AnswerForm
from toolkit.skillgap.feedback_round.invitation import RELATIONS
from toolkit.skillgap.feedback_round.report import (
    GROUP_WORDS,
    RULE,
    STATE_WORDS,
    TITLE,
    count_words,
    rater_words,
    reminder_table,
    reminder_words,
)
from toolkit.skillgap.feedback_round.results.widget import RoundOutcome
from toolkit.skillgap.feedback_round.state import FeedbackRoundState
from toolkit.vocabulary import rows_of
from toolkit.wording import text

_TONES = {"done": "good", "open": "accent", "missing": "quiet"}
_SIGNS = {"done": "✓", "open": "◐", "missing": "○"}


class CompletionBoard(Panel):
    """Who has answered about whom, never what: a table of people by groups of raters."""

    def __init__(self, *, language: str = "en"):
        say = self.language = Language(language)
        self.board = StatusBoard(language=say, caption=say("Forms by person and group"), first=say("Person"))
        super().__init__([card(self.board)])

    def show(self, invitations: pd.DataFrame, names: Mapping[str, str], stamp: str = "") -> None:
        """Show how far the invitations (person_id, relation, rater_id, outsider, state) are; `names` by person_id."""
        say = self.language
        relations = [one for one in RELATIONS if invitations["relation"].eq(one).any()]
        done = invitations["state"].eq("done")
        bars = []
        for one in relations:
            own = done[invitations["relation"].eq(one)]
            words = say("{done} of {total}", done=int(own.sum()), total=len(own))
            share = float(own.mean())
            tone, sign = ("good", "✓") if share == 1 else ("accent", "◐") if share else ("quiet", "○")
            bars.append(
                {
                    "id": one,
                    "name": say.say(GROUP_WORDS[one]),
                    "words": words,
                    "share": share,
                    "tone": tone,
                    "sign": sign,
                }
            )
        rows = [
            {
                "id": person,
                "name": names.get(str(person), str(person)),
                "cells": [self._marks(own[own["relation"].eq(one)], names) for one in relations],
            }
            for person, own in invitations.groupby("person_id", sort=False)
        ]
        self.board.show(
            summary=say.say(count_words(int(done.sum()), len(done))),
            stamp=stamp,
            bars=bars,
            columns=[(one, say.say(GROUP_WORDS[one])) for one in relations],
            rows=rows,
        )

    def _marks(self, own: pd.DataFrame, names: Mapping[str, str]) -> list[dict[str, str]]:
        return [
            {
                "who": rater_words(one.rater_id, one.outsider, names),
                "word": self.language.say(STATE_WORDS[one.state]),
                "tone": _TONES[one.state],
                "sign": _SIGNS[one.state],
            }
            for one in rows_of(own)
        ]


class ReminderList(Panel):
    """Who has forms left, a message to each ready to be copied, and the list as Excel."""

    def __init__(self, *, language: str = "en"):
        say = self.language = Language(language)
        self.status = StatusLine(say)
        self._rows, self._round = pd.DataFrame(), ""
        self._due: dt.date | None = None
        labels = {
            "name": text("Rater"),
            "open": text("Forms left"),
            "asked": text("Forms asked"),
            "about": text("Still to be rated"),
        }
        self.table = DataTable(
            columns_of(labels, say, open="number", asked="number"),
            language=say,
            caption=say("Whom to remind"),
            empty=say("Everybody has answered."),
        )
        self.rater: Choice = choice(say("Message to"), [], lambda _key: self._write())
        self.message = TextArea(say("Message, ready to copy"), "", rows=9)
        self.excel = Download(say("Excel: all messages"), self._file, self.status)
        self.below = card(row(self.rater), self.message, row(self.excel), self.status)
        super().__init__([self.table, self.below])

    def show(
        self, invitations: pd.DataFrame, names: Mapping[str, str], round_name: str, due_on: dt.date | None
    ) -> None:
        """Show who of the invitations has forms left."""
        self._round, self._due = round_name, due_on
        found = self._rows = reminder_table(invitations, names, self.language)
        self.table.show(found, ids=found["key"])
        self.below.layout.display = None if len(found) else "none"
        self.rater.offer(list(zip(found["name"], found["key"], strict=True)), self.rater.value)
        self._write()

    def _write(self) -> None:
        for one in rows_of(self._rows):
            if one.key == self.rater.value:
                self.message.value = reminder_words(one, self._round, self._due, self.language)

    def _file(self) -> tuple[str, bytes]:
        from toolkit.documents.template_file import write_table

        say = self.language
        messages = [reminder_words(one, self._round, self._due, say) for one in rows_of(self._rows)]
        labels = {
            "name": text("Rater"),
            "open": text("Forms left"),
            "about": text("Still to be rated"),
            "message": text("Message"),
        }
        title = say("Reminders")
        return f"{title}.xlsx", write_table(self._rows.assign(message=messages), labels, say, title)


class FeedbackRound(PlainState, Panel):
    """A whole 360 round in a notebook: the form of each rater, the board, reminders, closing and the outcome.

    **Takes** `people` (the People table), `competencies` (name, description and five levels by id, in both languages)
    and `invitations` (person_id, relation, rater_id, outsider); without these everybody rates themselves, four
    colleagues of their team and, as superior, their reports. **Gives** `state.groups` (see `group_means`),
    `state.comments` and `state.evidence(day)`. Observe `state` for `changed`. On a page each rater sees only their own
    form; here whoever holds the notebook fills in for all.
    """

    def __init__(
        self,
        people: pd.DataFrame,
        competencies: Mapping[str, Mapping[str, Any]],
        invitations: pd.DataFrame | None = None,
        *,
        name: str = "",
        due_on: dt.date | None = None,
        language: str = "en",
    ):
        from toolkit.controls.page import button

        say = self.language = Language(language)
        self.state = FeedbackRoundState(people, competencies, invitations, name=name, due_on=due_on)
        self.status = StatusLine(say)
        self._shown_groups = pd.DataFrame()
        self.rater = PersonPicker(
            say("Rater"), [Entry(key, words) for key, words in self.state.raters.items()], language=say, walk=True
        )
        self.form = AnswerForm(self.state.keep, self.state.hand_in, language=language)
        self.board = CompletionBoard(language=language)
        self.reminders = ReminderList(language=language)
        self.end = button(say("Close the round"), guarded(self.status, self.state.close), primary=True)
        self.results = RoundOutcome(language=language)
        running = Panel([self.board, row(self.end), self.reminders], styled=False)
        self.tabs = Tabs(
            {
                say("Answer"): Panel([card(row(self.rater)), self.form], styled=False),
                say("Progress"): running,
                say("Results"): self.results,
            },
            label=say.say(TITLE),
        )
        super().__init__([heading(name or say.say(TITLE)), prose(say.say(RULE), quiet=True), self.status, self.tabs])
        self.rater.on_change(lambda _rater: self._open())
        self.state.observe(self._draw, names="changed")
        self._open()
        self._draw()

    def to_dict(self) -> dict[str, Any]:
        """Return the round; see `FeedbackRoundState`."""
        return self.state.to_dict()

    def restore(self, body: object) -> None:
        """Take up what `to_dict` gave."""
        self.state.restore(body)
        self.rater.offer([Entry(key, words) for key, words in self.state.raters.items()], self.rater.value)
        self._open()

    def _open(self) -> None:
        if self.rater.value is not None:
            self.form.show(self.state.sheets_of(self.rater.value), lambda _sheet: self.state.competencies)

    def _draw(self, _change: object = None) -> None:
        state = self.state
        names = dict(zip(state.people["person_id"], state.people["name"], strict=True))
        table = state.invitations
        self.board.show(table, names)
        self.reminders.show(table, names, state.name, state.due_on)
        self.end.disabled = not state.is_open
        groups = state.groups
        if self._shown_groups.columns.size and groups.equals(self._shown_groups):
            return  # a tap in an open round changes nothing of what was shown
        self._shown_groups = groups
        words = {one: body["name"] for one, body in state.competencies.items()}
        self.results.show(groups, state.comments, state.people, words, state.name)
