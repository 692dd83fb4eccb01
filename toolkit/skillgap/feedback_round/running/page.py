"""The part of the section in which an organiser follows a round and closes it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from toolkit.controls.actions import guarded
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.page import Panel, button, card, choice, heading, prose, row
from toolkit.controls.tabs import Tabs
from toolkit.organisation import storage as organisation
from toolkit.skillgap.feedback_round import storage
from toolkit.skillgap.feedback_round.answering import storage as answering
from toolkit.skillgap.feedback_round.answering.sheet import Answer
from toolkit.skillgap.feedback_round.answering.widget import AnswerFile
from toolkit.skillgap.feedback_round.planning.widget import InvitationList
from toolkit.skillgap.feedback_round.results.storage import close_round
from toolkit.skillgap.feedback_round.widget import CompletionBoard, ReminderList
from toolkit.wording import counted, text

if TYPE_CHECKING:
    from toolkit.skillgap.feedback_round.page import FeedbackRounds


class RunningRound(Panel):
    """Board, reminders, invitations and forms brought in of the chosen round; closing and reopening it."""

    def __init__(self, section: "FeedbackRounds"):
        say, status = section.language, section.status
        self.section = section
        self._round: pd.Series | None = None
        self.nothing = EmptyState(say("No round yet"), say("Make one under “New round”."))
        self.days = prose("", quiet=True)
        self.board = CompletionBoard(language=say.code)
        self.end = button(say("Close the round"), guarded(status, self._close), primary=True)
        self.again = button(say("Look again"), guarded(status, self._draw))
        self.reopen = button(say("Reopen the round"), guarded(status, self._reopen))
        self.closing = prose(
            say(
                "Closing shows the results to whoever may see the person and adds the ratings to the levels. Forms not handed "
                "in do not count."
            ),
            quiet=True,
        )
        self.reminders = ReminderList(language=say.code)
        self.list = InvitationList(self._ask, self._take_out, language=say.code)
        self.rater = choice(say("Rater"), [], guarded(status, lambda _rater: self._rater_chosen()))
        self.file = AnswerFile(language=say.code)
        words = say(
            "People from outside, or without an account here, fill in an Excel form. Send it to them, and bring it in when it "
            "comes back. Whoever does this sees what they gave: let it be somebody outside the team."
        )
        self.outside = card(heading(say("Forms by Excel"), words, level=3), row(self.rater), self.file)
        places = {
            say("Whom to remind"): self.reminders,
            say("Invitations"): self.list,
            say("Forms by Excel"): self.outside,
        }
        self.parts = Tabs(places, label=say("Progress"))
        self.body = Panel(
            [card(self.days, row(self.end, self.reopen, self.again), self.closing), self.board, self.parts],
            styled=False,
        )
        super().__init__([self.nothing, self.body], styled=False)

    def show(self, found: pd.Series | None) -> None:
        """Show this round, a row of `storage.rounds`, or that there is none."""
        self._round = found
        self.nothing.layout.display = None if found is None else "none"
        self.body.layout.display = "none" if found is None else None
        if found is not None:
            self._draw()

    def _draw(self) -> None:
        if self._round is None:
            return
        section, found, say = self.section, self._round, self.section.language
        round_id, is_open, mine = found["round_id"], bool(found["is_open"]), bool(found["organises"])
        with section.store.read() as connection:
            table = storage.invitations(connection, section.viewer, round_id)
            names = organisation.names(connection)
            raters = organisation.with_about(connection, organisation.people(connection, section.viewer), say)
            outside = answering.brought_in_raters(connection, section.viewer, round_id) if is_open and mine else {}
        self.days.value = prose(
            say("From {first}; answers by {due}.", first=found["opens_on"].date(), due=found["due_on"].date()),
            quiet=True,
        ).value
        stamp = section.store.clock().astimezone(section.zone)
        self.board.show(table, names, say("as of {time}", time=say.time(stamp)))
        self.reminders.show(table, names, str(found["name"]), found["due_on"].date())
        self.list.show(table, raters, names, changeable=is_open and mine)
        self.parts.layout.display = None if is_open else "none"
        for part, seen in (
            (self.end, is_open and mine),
            (self.closing, is_open and mine),
            (self.reopen, not is_open and mine),
        ):
            part.layout.display = None if seen else "none"
        self.rater.offer([(words, key) for key, words in outside.items()], self.rater.value)
        self.outside.children = (
            [self.outside.children[0], row(self.rater), self.file] if outside else [self.outside.children[0]]
        )
        self._rater_chosen()

    def _rater_chosen(self) -> None:
        if self._round is None or self.rater.value is None:
            return
        section, round_id, rater = self.section, str(self._round["round_id"]), str(self.rater.value)
        with section.store.read() as connection:
            sheets = answering.sheets_brought_in(connection, section.viewer, round_id, rater)

        def take(answers: Mapping[str, Mapping[str, Answer]]) -> int:
            with section.store.write(section.viewer.user_id) as change:
                done = answering.take_answers(change, section.viewer, answers, brought_in=(round_id, rater))
            self._draw()
            return done

        self.file.show(sheets, section.words_of_all(sheets), take)

    def _ask(self, invitation: dict[str, Any]) -> None:
        self._change(lambda change: storage.add_invitation(change, self.section.viewer, self._id(), invitation))
        self._draw()

    def _take_out(self, invitation_id: str) -> None:
        self._change(lambda change: storage.remove_invitation(change, self.section.viewer, invitation_id))
        self._draw()

    def _close(self) -> None:
        pieces = self._change(lambda change: close_round(change, self.section.viewer, self._id()))
        self.section.offer(self._id())
        self.section.status.say(
            counted(
                "The round is closed. {count} rating counts for the levels from now on; see “Results”.",
                "The round is closed. {count} ratings count for the levels from now on; see “Results”.",
                pieces,
            ),
            "good",
        )

    def _reopen(self) -> None:
        self._change(lambda change: storage.reopen_round(change, self.section.viewer, self._id()))
        self.section.offer(self._id())
        self.section.status.say(
            text("The round runs again. Results stay as they are; further answers count once at least three are new."),
            "good",
        )

    def _id(self) -> str:
        return "" if self._round is None else str(self._round["round_id"])

    def _change(self, act: Any) -> Any:
        with self.section.store.write(self.section.viewer.user_id) as change:
            return act(change)
