"""The sheet of one person to talk to, usable in any notebook on plain tables."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.attrition.care_call import OUTCOMES, STEPS, Conversation, checked, no_conversations, questions
from toolkit.attrition.care_calls.report import EARLIER_LABELS, earlier_rows, guide_view, performance_words
from toolkit.attrition.levers import by_driver
from toolkit.attrition.planner.reasons import person_reasons
from toolkit.attrition.planner.report import levers_view, person_view
from toolkit.controls.actions import guarded
from toolkit.controls.choices import CheckGroup
from toolkit.controls.data_table import Action, DataTable, columns_of
from toolkit.controls.fields import DateField, TextArea, TextField, refuse_problems
from toolkit.controls.page import Panel, button, card, choice, heading, row
from toolkit.controls.person_picker import Entry, SeveralPicker
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.vocabulary import rows_of
from toolkit.wording import text

_CORRECT = "correct"


class CallSheet(Panel):
    """One person: reasons in words, what could be done, how a care call goes, and the conversation to log.

    `drivers` is the content pack with questions and the twenty levers. `on_save(conversation)` keeps a
    checked `Conversation`; `on_leave_out(person_id, reason)` takes somebody off the list.
    """

    def __init__(
        self,
        *,
        today: dt.date,
        on_save: Callable[[Conversation], None],
        language: str = "en",
        drivers: Mapping[str, Any] | None = None,
        held_by: str = "",
        on_leave_out: Callable[[str, str], None] | None = None,
        styled: bool = True,
    ):
        say = self.language = Language(language)
        self._today, self._on_save, self._on_leave_out = today, on_save, on_leave_out
        self._drivers, self._held_by = drivers or {}, held_by
        self._levers = {str(one["id"]): one["name"] for one in self._drivers.get("levers", ())}
        self._person, self._conversation_id = "", ""
        self._list_id: str | None = None
        self._done: dt.date | None = None
        self._earlier = no_conversations()
        self.status, self.decided = StatusLine(say), StatusLine(say)
        self.reasons, self.can_do, self.guide = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.facts = widgets.HTML()
        self.earlier = DataTable(
            columns_of(EARLIER_LABELS, say, held="date"),
            language=say,
            caption=say("Conversations so far"),
            empty=say("No conversation was logged yet."),
            on_action=self._correct,
        )
        self._make_form()
        self.reason = TextField(say("Why not now"))
        self.leave_out = button(say("Leave out of this list"), guarded(self.decided, self._leave_out))
        overrule = card(
            heading(
                say("Decide otherwise"),
                say("You know more than the model. The reason is kept; the person can be added again."),
                level=3,
            ),
            row(self.reason, self.leave_out),
            self.decided,
        )
        overrule.layout.display = None if on_leave_out is not None else "none"
        form = card(
            heading(say("Log the conversation"), level=3),
            row(self.held_on, self.held_by, self.outcome),
            self.steps,
            self.note,
            self.levers,
            row(self.follow_up_on, self.save),
            self.status,
        )
        parts = [card(self.reasons, self.facts), card(self.can_do), card(self.guide), form, self.earlier, overrule]
        super().__init__(parts, styled=styled)
        self.layout.display = "none"

    def _make_form(self) -> None:
        say = self.language
        self.held_on = DateField(say("Held on"), self._today, language=say, latest=self._today, required=True)
        self.held_by = TextField(say("Held by"), self._held_by)
        self.outcome = choice(
            say("Outcome"), [(say("— choose —"), None), *((say.say(words), key) for key, words in OUTCOMES.items())]
        )
        self.steps = CheckGroup(say("Steps of the care call"), [(say.say(words), key) for key, words in STEPS.items()])
        self.note = TextArea(say("Note"), hint=say("What was said and agreed. Nothing about health, faith or family."))
        entries = [Entry(key, say.pick(name)) for key, name in self._levers.items()]
        self.levers = SeveralPicker(say("Levers agreed"), entries, language=say)
        self.follow_up_on = DateField(say("Follow up on"), language=say)
        self.save = button(say("Save conversation"), guarded(self.status, self._save), primary=True)

    @property
    def person_id(self) -> str:
        """Whose sheet is open, empty for nobody."""
        return self._person

    def show(
        self,
        person_id: str,
        title: str,
        reasons: pd.DataFrame,
        earlier: pd.DataFrame | None = None,
        *,
        list_id: str | None = None,
        facts: str = "",
    ) -> None:
        """Open the sheet of one person under `title`.

        `reasons` are all of hers from `RiskModel.reasons`, `earlier` her conversations so far, `facts` a line about
        her risk.
        """
        say = self.language
        self._person, self._list_id = person_id, list_id
        found = person_reasons(reasons, person_id, self._drivers)
        self.reasons.value = person_view(found, title, say)
        self.facts.value = _lines(facts, performance_words(reasons, say))
        self.can_do.value = levers_view(found, say)
        self.guide.value = guide_view(questions(self._drivers, _raising(reasons)), say)
        self.show_earlier(no_conversations() if earlier is None else earlier)
        self.decided.clear()
        self.status.clear()
        self.reason.put("")
        self._begin()
        self.layout.display = None

    def show_earlier(self, earlier: pd.DataFrame) -> None:
        """Show the conversations of the person whose sheet is open."""
        self._earlier = earlier.reset_index(drop=True)
        rows = earlier_rows(self._earlier, self._levers, self.language)
        self.earlier.show(rows, actions=[Action(_CORRECT, self.language("Correct"))])

    def forget(self) -> None:
        """Show nobody any more."""
        self._person = ""
        self.reasons.value = self.can_do.value = self.guide.value = self.facts.value = ""
        self.show_earlier(no_conversations())
        self._begin()
        self.layout.display = "none"

    def _begin(self) -> None:
        """Empty the form for another conversation."""
        self._conversation_id, self._done, self._said_on = str(uuid.uuid4()), None, self._list_id
        self.held_on.put(self._today)
        self.held_by.put(self._held_by)
        self.outcome.value = None
        self.steps.put(())
        self.note.put("")
        self.levers.put(())
        self.follow_up_on.put(None)

    def _correct(self, row_id: str, _action: str) -> None:
        self.status.clear()
        kept = next(iter(rows_of(self._earlier.iloc[[int(row_id)]])))
        self._conversation_id, self._said_on = str(kept.conversation_id), kept.list_id
        self._done = kept.followed_up_on if not pd.isna(kept.followed_up_on) else None
        self.held_on.put(kept.held_on)
        self.held_by.put(kept.held_by)
        self.outcome.value = kept.outcome
        self.steps.put(tuple(kept.steps))
        self.note.put(kept.note)
        self.levers.put(tuple(one for one in kept.levers if one in self._levers))
        self.follow_up_on.put(kept.follow_up_on if not pd.isna(kept.follow_up_on) else None)
        self.status.say(text("Correct what is wrong and save."))

    def _save(self) -> None:
        self.status.clear()
        refuse_problems(self.held_on, self.follow_up_on)
        if self.outcome.value is None or self.held_on.value is None:
            raise InputError(text("Choose what came of the conversation."))
        conversation = Conversation(
            conversation_id=self._conversation_id,
            person_id=self._person,
            held_on=self.held_on.value,
            held_by=self.held_by.value,
            outcome=self.outcome.value,
            steps=tuple(self.steps.value),
            note=self.note.value,
            levers=tuple(self.levers.value),
            follow_up_on=self.follow_up_on.value,
            followed_up_on=self._done,
            list_id=self._said_on,
        )
        self._on_save(checked(conversation, today=self._today, levers=self._levers))
        self._begin()
        self.status.say(text("The conversation was saved."), "good")

    def _leave_out(self) -> None:
        if self._on_leave_out is not None and self._person:
            self._on_leave_out(self._person, self.reason.value)
            self.decided.say(text("Left out of this list."), "good")


def _lines(*lines: str) -> str:
    return Markup("").join(Markup("<p class='coach-quiet'>{}</p>").format(line) for line in lines if line)


def _raising(reasons: pd.DataFrame) -> list[str]:
    """Return the drivers that raise the risk and can be changed, the strongest first, three at most."""
    if reasons.empty:
        return []
    totals = by_driver(reasons)
    raising = totals[(totals["changeable"] > 0) & totals["driver"].notna()]
    return [str(driver) for driver in raising.sort_values("changeable", ascending=False)["driver"].head(3)]
