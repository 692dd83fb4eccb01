"""The part in which a debrief's lessons are written down and found again."""

from collections.abc import Callable

from toolkit.controls.action_list import ActionList
from toolkit.controls.actions import guarded
from toolkit.controls.fields import TextArea
from toolkit.controls.page import Panel, button, card, choice, heading, prose, row
from toolkit.roleplay.feedback import storage
from toolkit.roleplay.room import Room
from toolkit.vocabulary import rows_of


class LessonBook(Panel):
    """The lessons of the scenarios played in the chosen workshop, of all workshops; one's own may be changed."""

    def __init__(self, room: Room, on_keep: Callable[[], None]):
        say = room.language
        self.room, self._on_keep = room, on_keep
        self._editing: str | None = None
        self._followed = False
        self.scenario = choice(say("Scenario"), [], guarded(room.status, lambda _scenario_id: self._list()))
        self.words = TextArea(
            say("Lesson"),
            longest=storage.LONGEST_LESSON,
            hint=say("What should the next workshop know about this scenario? Leave out who did what."),
        )
        self.keep = button(say("Keep this lesson"), guarded(room.status, self._keep), primary=True)
        self.cancel = button(say("Cancel"), self._leave)
        self.none = prose(say("No lesson has been written down for this scenario yet."), quiet=True)
        self.entries = ActionList(self._change)
        super().__init__(
            [
                card(
                    heading(
                        say("Lessons from the debrief"),
                        say("They stay with the scenario and stand in its brief whenever it is played again."),
                    ),
                    row(self.scenario),
                    self.words,
                    row(self.keep, self.cancel),
                ),
                self.none,
                self.entries,
            ],
            styled=False,
        )
        self._leave()

    def show(self) -> None:
        """Offer the workshop's scenarios and list what is known of the chosen one."""
        with self.room.store.read() as connection:
            forms = self.room.forms(connection)
        offered = [(self.room.language.pick(scenario.name), one) for one, (scenario, _) in forms.items()]
        if self.scenario.options != offered:
            self._leave()
            self.scenario.offer(offered, self.scenario.value)
        if not self._followed:
            self._followed = True
            self.room.place.follow("lessons", self.scenario)
        self._list()

    def words_of_workshop(self) -> dict[str, list[str]]:
        """Return the lessons written in the chosen workshop by the scenario's name."""
        with self.room.store.read() as connection:
            forms = self.room.forms(connection)
            found = storage.lessons(connection, self.room.viewer, list(forms))
        own = found[found["workshop_id"] == self.room.workshop()]
        names = {one: self.room.language.pick(scenario.name) for one, (scenario, _) in forms.items()}
        return {names[str(one)]: inside["words"].to_list() for one, inside in own.groupby("scenario_id")}

    def _list(self) -> None:
        say, chosen = self.room.language, self.scenario.value
        with self.room.store.read() as connection:
            found = storage.lessons(connection, self.room.viewer, [chosen] if chosen else [])
        self.none.layout.display = None if found.empty else "none"
        self.entries.entries = [
            {
                "id": row.lesson_id,
                "title": say.pick({"en": row.name_en, "zh": row.name_zh}),
                "marks": [say("yours")] if row.own else [],
                "lines": [row.words],
                "facts": say.date(row.held_on.date()),
                "actions": [{"id": "change", "label": say("Change")}] if row.own else [],
            }
            for row in rows_of(found)
        ]

    def _change(self, lesson_id: str, _action: str) -> None:
        lines = {entry["id"]: entry["lines"][0] for entry in self.entries.entries}
        self._editing = lesson_id
        self.words.put(lines[lesson_id])
        self.keep.label = self.room.language("Keep the change")
        self.cancel.layout.display = None

    def _keep(self) -> None:
        store, viewer = self.room.store, self.room.viewer
        if self._editing is None:
            storage.write_lesson(store, viewer, self.room.workshop(), self.scenario.value or "", self.words.value)
        else:
            storage.change_lesson(store, viewer, self._editing, self.words.value)
        self._leave()
        self._list()
        self._on_keep()

    def _leave(self) -> None:
        self._editing = None
        self.words.put("")
        self.keep.label = self.room.language("Keep this lesson")
        self.cancel.layout.display = "none"
