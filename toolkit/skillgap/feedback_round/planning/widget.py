"""Invitations of a 360 round to look through and change, with the load they make; and the form for a new round."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from typing import Any

import ipywidgets as widgets
import pandas as pd

from toolkit.controls.actions import guarded
from toolkit.controls.choices import Choice
from toolkit.controls.data_table import Action, DataTable, Mark, Tone, columns_of
from toolkit.controls.fields import DateField, NumberField, TextField, refuse_problems
from toolkit.controls.page import Panel, button, card, choice, heading, prose, row
from toolkit.controls.person_picker import PersonPicker, SeveralPicker, people_entries
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.skillgap.feedback_round.invitation import (
    COLUMNS,
    LONGEST_NAME,
    MOST_FORMS,
    check_invitations,
    propose_invitations,
    rater_loads,
)
from toolkit.skillgap.feedback_round.report import RELATION_WORDS, STATE_WORDS, rater_words
from toolkit.skillgap.feedback_round.rhythm import ProposedRound
from toolkit.vocabulary import rows_of
from toolkit.wording import counted, text


class InvitationList(Panel):
    """Who is asked about whom, with buttons to ask one more or to take one out, and how many forms each rater gets.

    `add(invitation)` and `remove(id)` change the list and may refuse.
    """

    def __init__(self, add: Callable[[dict[str, Any]], None], remove: Callable[[str], None], *, language: str = "en"):
        say = self.language = Language(language)
        self.status, self._add, self._remove = StatusLine(say), add, remove
        labels = {
            "person": text("Person to be rated"),
            "relation": text("Relation"),
            "rater": text("Rater"),
            "state": text("State"),
        }
        tones: dict[str, Tone] = {"done": "good", "open": "accent", "missing": "quiet"}
        marks = {"state": {state: Mark(say.say(words), tones[state]) for state, words in STATE_WORDS.items()}}
        self._columns = columns_of(labels, say, marks=marks)
        self.table = DataTable(
            self._columns,
            language=say,
            caption=say("Invitations"),
            on_action=guarded(self.status, lambda one, _press: self._remove(one)),
        )
        load_labels = {"name": text("Rater"), "forms": text("Forms"), "load": text("Load")}
        load_marks = {"load": {"fine": Mark(say("fine"), "good"), "over": Mark(say("a lot"), "warn")}}
        self.loads = DataTable(
            columns_of(load_labels, say, marks=load_marks, forms="number"), language=say, caption=say("Forms per rater")
        )
        self.person = PersonPicker(say("About"), language=say)
        self.relation: Choice = choice(
            say("Relation"),
            [(say.say(words), one) for one, words in RELATION_WORDS.items()],
            self._relation_chosen,
            "peer",
        )
        self.rater = PersonPicker(say("Rater"), language=say)
        self.outsider = TextField(say("Customer's name"), longest=LONGEST_NAME)
        self.press = button(say("Ask one more"), guarded(self.status, self._ask))
        self.more = card(
            heading(say("Ask one more rater"), level=3),
            row(self.person, self.relation, self.rater, self.outsider, self.press),
        )
        super().__init__([self.table, self.status, self.more, self.loads])
        self._relation_chosen(self.relation.value)

    def show(
        self, invitations: pd.DataFrame, raters: pd.DataFrame, names: Mapping[str, str], *, changeable: bool = True
    ) -> None:
        """Show the invitations; `raters` (person_id, name, …) may be asked, `names` gives words for person ids."""
        table = invitations.reset_index(drop=True)
        ids = [str(one) for one in table.get("invitation_id", table.index)]
        states = table["state"] if "state" in table else pd.Series("missing", index=table.index)
        shown = pd.DataFrame(
            {
                "person": [names.get(one, one) for one in table["person_id"]],
                "relation": [self.language.say(RELATION_WORDS[one]) for one in table["relation"]],
                "rater": [rater_words(row.rater_id, row.outsider, names) for row in rows_of(table)],
                "state": states,
            }
        )
        columns = self._columns if "state" in table else self._columns[:-1]
        takes = [Action("remove", self.language("Remove"))]
        actions = {
            one: takes if changeable and state == "missing" else [] for one, state in zip(ids, states, strict=True)
        }
        self.table.show(shown, columns=columns, ids=ids, actions=actions)
        loads = rater_loads(table)
        self.loads.show(
            pd.DataFrame(
                {
                    "name": [rater_words(row.rater_id, row.outsider, names) for row in rows_of(loads)],
                    "forms": loads["forms"],
                    "load": ["over" if over else "fine" for over in loads["over"]],
                }
            )
        )
        rated = raters[raters["person_id"].isin(table["person_id"])]
        self.person.offer(people_entries(rated), self.person.value)
        self.rater.offer(people_entries(raters), self.rater.value)
        self.more.layout.display = None if changeable else "none"

    def _relation_chosen(self, relation: str | None) -> None:
        self.rater.layout.display = "none" if relation in ("customer", "self") else None
        self.outsider.layout.display = None if relation == "customer" else "none"

    def _ask(self) -> None:
        relation = self.relation.value
        rater = self.person.value if relation == "self" else None if relation == "customer" else self.rater.value
        outsider = self.outsider.value.strip() if relation == "customer" else None
        self._add(
            {"person_id": self.person.value, "relation": relation, "rater_id": rater, "outsider": outsider or None}
        )
        self.outsider.value = ""
        self.status.say(text("Asked."), "good")


class RoundForm(Panel):
    """The form for a new round: name, days, people; a proposal of who rates whom, to be changed before it starts.

    `people` may be rated, `raters` may be asked (both People tables); `create(name, opens_on, due_on, invitations)`
    makes the round.
    """

    def __init__(
        self,
        people: pd.DataFrame,
        raters: pd.DataFrame,
        create: Callable[[str, dt.date | None, dt.date | None, pd.DataFrame], None],
        proposed: ProposedRound,
        *,
        taken: Collection[str] = (),
        turn: int = 0,
        language: str = "en",
    ):
        say = self.language = Language(language)
        self._raters, self._create, self._turn = raters, create, turn
        self._names = dict(zip(raters["person_id"], raters["name"], strict=True))
        self.draft = pd.DataFrame(columns=COLUMNS)
        self.status = StatusLine(say)
        self.rhythm = prose(_rhythm_words(proposed, bool(taken), say), quiet=True)
        quarter = say.date_part(proposed.opens_on, "yQQQ")
        self.name = TextField(
            say("Name of the round"), "" if quarter in taken else quarter, required=True, longest=LONGEST_NAME
        )
        self.opens = DateField(say("First day"), proposed.opens_on, language=say, required=True)
        self.due = DateField(say("Answer by"), proposed.due_on, language=say, required=True)
        self.who = SeveralPicker(say("Who is rated"), people_entries(people), language=say)
        self.peers = NumberField(
            say("Colleagues for each"), 4, language=say, least=0, most=10, whole=True, required=True
        )
        self.propose = button(say("Propose who rates whom"), guarded(self.status, self._propose), primary=True)
        self.list = InvitationList(self._ask, self._take_out, language=language)
        self.finish = button(say("Start the round"), guarded(self.status, self._start), primary=True)
        hint = say(
            "Everybody gets a self rating, their superior, and colleagues of the team in turn, so that nobody is asked more "
            "often than others. Groups of fewer than three stay hidden: ask at least three, better four. More than {most} "
            "forms are a lot for one rater.",
            most=MOST_FORMS,
        )
        self.second = widgets.VBox([prose(hint, quiet=True), self.list, row(self.finish)])
        self.second.add_class("coach-panel")
        self.second.layout.display = "none"
        super().__init__(
            [
                card(self.rhythm, row(self.name, self.opens, self.due), self.who, row(self.peers, self.propose)),
                self.status,
                self.second,
            ]
        )

    def _propose(self) -> None:
        refuse_problems(self.peers)
        if not self.who.value:
            raise InputError(text("Choose at least one person to be rated."))
        self.draft = propose_invitations(self._raters, self.who.value, peers=self.peers.value, turn=self._turn)
        self._show()
        self.status.say(
            counted(
                "{count} form is proposed. Look through them, then start.",
                "{count} forms are proposed. Look through them, then start.",
                len(self.draft),
            ),
            "good",
        )

    def _show(self) -> None:
        self.list.show(self.draft, self._raters, self._names)
        self.second.layout.display = None if len(self.draft) else "none"

    def _ask(self, invitation: dict[str, Any]) -> None:
        longer = pd.concat([self.draft, pd.DataFrame([invitation], columns=COLUMNS)], ignore_index=True).astype(object)
        check_invitations(longer, self._raters)
        self.draft = longer.where(longer.notna(), None)
        self._show()

    def _take_out(self, number: str) -> None:
        self.draft = self.draft.drop(index=int(number)).reset_index(drop=True)
        self._show()

    def _start(self) -> None:
        refuse_problems(self.name, self.opens, self.due)
        self._create(self.name.value, self.opens.value, self.due.value, self.draft)
        self.draft = self.draft.iloc[:0]
        self.who.value = ()
        self._show()
        self.status.clear()


def _rhythm_words(proposed: ProposedRound, any_before: bool, say: Language) -> str:
    if not any_before:
        return say("There was no round yet. Rounds follow each other every quarter.")
    if proposed.overdue:
        return say("The last round began more than a quarter ago: the next one is due.")
    return say("The next round is due on {day}, a quarter after the last one began.", day=proposed.opens_on)
