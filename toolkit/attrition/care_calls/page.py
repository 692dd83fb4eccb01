"""The section with today's list, one person's sheet, what is due, and whether conversations help."""

import secrets
from collections.abc import Mapping, Sequence

import ipywidgets as widgets
import pandas as pd

from toolkit.attrition import storage
from toolkit.attrition.care_call import NOT_HELD, Conversation, follow_ups, outcomes_of
from toolkit.attrition.care_calls import storage as care
from toolkit.attrition.care_calls.departures.widget import Departures
from toolkit.attrition.care_calls.new_list.widget import NewList
from toolkit.attrition.care_calls.report import DUE_LABELS, due_rows, effect_view, effect_words, person_facts
from toolkit.attrition.care_calls.sheet.widget import CallSheet
from toolkit.attrition.care_calls.widget import ConversationBoard
from toolkit.attrition.room import Room, Section, data_set_words
from toolkit.controls.actions import guarded
from toolkit.controls.data_table import Action, DataTable, columns_of
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.fields import TextField
from toolkit.controls.page import Panel, button, card, choice, heading, prose, row
from toolkit.controls.person_picker import Entry, PersonPicker
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError
from toolkit.vocabulary import rows_of
from toolkit.wording import text

_OPEN, _DONE = "open", "done"
_AHEAD = 7


class ConversationsSection(Section):
    """Conversations with people at risk, as HR keeps them."""

    def __init__(self, room: Room):
        super().__init__(room)
        say, code = room.language, room.language.code
        self._lists: dict[str, care.CareList] = {}
        self._drawing = False
        self.status = StatusLine(say)
        self.which = choice(say("List"), [], guarded(self.status, lambda _list_id: self._show_list()))
        self.about = widgets.HTML()
        self.board = ConversationBoard(
            language=code, names_of=self._names_of, on_open=guarded(self.status, self.open_person), styled=False
        )
        self.sheet = CallSheet(
            today=room.today,
            on_save=self._save,
            language=code,
            drivers=room.drivers,
            held_by=room.viewer.name,
            on_leave_out=self._leave_out,
            styled=False,
        )
        self.due = DataTable(
            columns_of(DUE_LABELS, say, due="date", held="date"),
            language=say,
            caption=say("Follow-ups due"),
            empty=say("No follow-up is due within a week."),
            on_action=guarded(self.status, self._act_due),
        )
        self.effect = widgets.HTML()
        self.new = NewList(self._make, language=say, reviewer=room.viewer.name)
        self.departures = Departures(language=say, names_of=self._leaver_names, on_say=self._say_loss)
        self._make_adding()
        self.back = button(say("Back to the list"), guarded(self.status, self._close))
        self.now = Panel([card(row(self.which), self.about), self.board], styled=False)

    def _make_adding(self) -> None:
        say = self.room.language
        entries = [Entry(person, name) for person, name in sorted(self.room.names.items(), key=lambda pair: pair[1])]
        self.somebody = PersonPicker(say("Add somebody"), entries, language=say)
        self.why = TextField(say("Reason"))
        self.add_status = StatusLine(say)
        self.add = button(say("Add to the list"), guarded(self.add_status, self._add))
        self.adding = card(
            heading(
                say("Somebody the model does not name"),
                say("Whoever asks for a conversation, or whom you are concerned about, belongs on the list."),
                level=3,
            ),
            row(self.somebody, self.why, self.add),
            self.add_status,
        )

    def show(self) -> None:
        """Read lists, risks, conversations and leavers anew; a sheet that is open stays, with what was written."""
        room, say = self.room, self.room.language
        if self.sheet.person_id:
            if self.which.value in {one.list_id for one in care.lists(room.store, room.viewer)}:
                self._refresh()
                return
            self.sheet.forget()
        runs = [run for run in room.runs() if run.named]
        if not runs:
            words = say("Open “Risk”, choose a data set that names people and train. Then make a list here.")
            self.children = [EmptyState(say("Nobody is listed yet"), words)]
            return
        self.new.offer(
            [
                (say("{name} · trained {moment}", name=data_set_words(run, say), moment=run.created_at), run.run_id)
                for run in runs
            ],
            room.conversations,
        )
        self._offer_lists(self.which.value)
        self._show_departures()

    def open_person(self, person_id: str) -> None:
        """Open the sheet of one person by name; the look is written down."""
        room = self.room
        chosen = self._list()
        earlier = care.open_person(room.store, room.viewer, chosen.list_id, person_id)
        name = room.names.get(person_id, person_id)
        self.board.name(person_id, name)
        reasons = storage.reasons_of(room.store, room.viewer, chosen.run_id, person_id)
        self._refresh()
        facts = person_facts(self._listed, person_id, room.language)
        self.sheet.show(person_id, name, reasons, earlier, list_id=chosen.list_id, facts=facts)
        self.children = [row(self.back), self.status, self.sheet]

    def _close(self) -> None:
        self.status.clear()
        self.sheet.forget()
        self.children = self._listing()

    def _listing(self) -> list[widgets.Widget]:
        parts = [self.now, self.due, self.adding, card(self.effect)] if self._lists else []
        return [self.status, *parts, self.new, self.departures]

    def _list(self) -> care.CareList:
        if self.which.value not in self._lists:
            raise InputError(text("Make a list first."))
        return self._lists[self.which.value]

    def _offer_lists(self, chosen: str | None) -> None:
        room, say = self.room, self.room.language
        found = care.lists(room.store, room.viewer)
        self._lists = {one.list_id: one for one in found}
        options = []
        for number, one in enumerate(found):
            later = sum(other.made_on == one.made_on for other in found[number + 1 :])
            words = say("{day}, answered for by {reviewer}", day=one.made_on, reviewer=one.reviewer)
            options.append((words if not later else f"{words} #{later + 1}", one.list_id))
        self._drawing = True
        self.which.offer(options, chosen)
        self._drawing = False
        self.children = self._listing()
        self._show_list()

    def _show_list(self) -> None:
        if self._drawing or not self._lists:
            return
        self.status.clear()
        self.board.forget_names()
        self.sheet.forget()
        self._refresh()

    def _refresh(self) -> None:
        """Show the list, what is due and the effect as they are now."""
        room, say, chosen = self.room, self.room.language, self._list()
        listed = care.listed(room.store, room.viewer, chosen.list_id)
        talks = care.conversations(room.store, room.viewer)
        self.board.show(listed, talks, chosen.made_on, room.today)
        self._listed = listed
        self.about.value = prose(self._about(chosen)).value
        self._due = follow_ups(talks, room.today, ahead=_AHEAD)
        names = {str(row.person_id): self.board.named(str(row.person_id)) for row in rows_of(self._due)}
        known = {person: name for person, name in names.items() if name is not None}
        actions = [Action(_OPEN, say("Open")), Action(_DONE, say("Done"))]
        self.due.show(due_rows(self._due, known, say), actions=actions)
        self._show_effect()

    def _about(self, chosen: care.CareList) -> str:
        say = self.room.language
        words = say("Made on {day}, answered for by {reviewer}.", day=chosen.made_on, reviewer=chosen.reviewer)
        if not chosen.band:
            return words
        drawn = say.count(
            "Chance decided {count} place (seed {seed}).",
            "Chance decided {count} places (seed {seed}).",
            chosen.band,
            seed=str(chosen.seed),
        )
        return f"{words} {drawn}"

    def _show_effect(self) -> None:
        room = self.room
        drawn = care.drawn(room.store, room.viewer)
        outcomes = outcomes_of(drawn, self._months()) if len(drawn) else pd.Series(dtype=float)
        self.effect.value = effect_view(effect_words(drawn, outcomes), room.language)

    def _months(self) -> pd.DataFrame:
        newest = self._months_id()
        if newest is None:
            return pd.DataFrame({"person_id": [], "month": pd.to_datetime([]), "left_on": pd.to_datetime([])})
        return storage.table_of(self.room.store, self.room.viewer, newest)

    def _months_id(self) -> str | None:
        found = storage.data_sets(self.room.store, self.room.viewer)
        return next((one.data_set_id for one in found if one.kind == "months"), None)

    def _show_departures(self) -> None:
        months = self._months()
        self.departures.layout.display = None if len(months) else "none"
        if len(months):
            self.departures.show(months, care.departures(self.room.store, self.room.viewer))

    def _make(self, run_id: str, conversations: int, band: int, reviewer: str) -> None:
        room = self.room
        list_id = care.make_list(
            room.store,
            room.viewer,
            run_id,
            conversations=conversations,
            band=band,
            seed=secrets.randbits(32),
            reviewer=reviewer,
            made_on=room.today,
        )
        self._offer_lists(list_id)

    def _save(self, conversation: Conversation) -> None:
        room = self.room
        levers = [str(one["id"]) for one in room.drivers.get("levers", ())]
        care.keep_conversation(room.store, room.viewer, conversation, today=room.today, levers=levers)
        # Talking to somebody is the follow-up that was due by then; trying to is not.
        reached = conversation.outcome not in NOT_HELD
        for due in rows_of(follow_ups(care.conversations(room.store, room.viewer), conversation.held_on)):
            if (
                reached
                and due.person_id == conversation.person_id
                and due.conversation_id != conversation.conversation_id
            ):
                care.follow_up_done(room.store, room.viewer, due.conversation_id, conversation.held_on)
        self.sheet.show_earlier(care.open_person(room.store, room.viewer, conversation.list_id, conversation.person_id))
        self._refresh()

    def _leave_out(self, person_id: str, reason: str) -> None:
        self._overrule(person_id, "left_out", reason)

    def _add(self) -> None:
        if self.somebody.value is None:
            raise InputError(text("Choose somebody first."))
        person = str(self.somebody.value)
        self._overrule(person, "added", self.why.value)
        self.why.put("")
        self.add_status.say(text("Added to the list."), "good")

    def _overrule(self, person_id: str, kind: str, reason: str) -> None:
        room = self.room
        care.override(
            room.store, room.viewer, self._list().list_id, person_id, kind, reason=reason, reviewer=room.viewer.name
        )
        self._refresh()

    def _act_due(self, row_id: str, action: str) -> None:
        due = next(iter(rows_of(self._due.iloc[[int(row_id)]])))
        if action == _OPEN:
            self.open_person(str(due.person_id))
            return
        care.follow_up_done(self.room.store, self.room.viewer, due.conversation_id, self.room.today)
        self._refresh()
        self.status.say(text("The follow-up is done."), "good")

    def _say_loss(self, person_id: str, regretted: bool | None) -> None:
        care.keep_departure(self.room.store, self.room.viewer, person_id, regretted, reason="")

    def _names_of(self, people: Sequence[str]) -> Mapping[str, str]:
        return self._logged(people, self._list().data_set_id)

    def _leaver_names(self, people: Sequence[str]) -> Mapping[str, str]:
        return self._logged(people, self._months_id() or "")

    def _logged(self, people: Sequence[str], data_set_id: str) -> Mapping[str, str]:
        storage.record_view(self.room.store, self.room.viewer, data_set_id, list(people))
        return {person: self.room.names.get(person, person) for person in people}
