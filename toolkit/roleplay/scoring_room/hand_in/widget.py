"""What stands below the criteria of a sheet."""

from collections.abc import Callable, Mapping, Sequence

import ipywidgets as widgets
from markupsafe import Markup

from toolkit.controls.choices import Choice
from toolkit.controls.fields import TextArea
from toolkit.controls.page import button, card, heading, row
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language
from toolkit.roleplay.sheet import OVERALL
from toolkit.wording import text


class SheetEnd(widgets.VBox):
    """The end of a sheet: overall judgement, hand-in, what was changed afterwards, and the way to the next rep."""

    def __init__(
        self,
        language: Language,
        certifies: bool,
        on_hand_in: Callable[[int | None], None],
        on_judge: Callable[[int, str], None],
        on_next: Callable[[], None],
    ):
        say = self.language = language
        self._on_hand_in, self._on_judge, self._certifies = on_hand_in, on_judge, certifies
        self._stored: int | None = None
        self._handed_in = False
        self.lacking, self.late = StatusLine(say), widgets.HTML()
        judgements = [(say("Choose one"), None), *((say.say(words), level) for level, words in OVERALL.items())]
        hint = say("All in all, apart from the single criteria. The pass mark is found from it.")
        self.overall = Choice(say("Overall judgement"), judgements, hint=hint, required=True)
        self.overall.on_change(lambda _value: self._show_reason())
        self.why = TextArea(say("Why do you change the overall judgement?"), rows=2, required=True)
        self.change = button(say("Change the judgement"), self._change)
        self.hand_in = button(say("Hand in the sheet"), self._hand_in, primary=True)
        self.onward = button(say("Next rep"), on_next)
        self.finished = widgets.HTML()
        self.head = widgets.HTML()
        self.press = row(self.hand_in, self.onward)
        self._judgement = row(self.overall)
        self._reason = row(self.why, self.change)
        super().__init__(
            [card(self.head, self._judgement, self._reason, self.lacking, self.late, self.press, self.finished)]
        )
        self.add_class("coach-sheet-end")

    def begin(self, overall: int | None) -> None:
        """Begin another sheet, with its stored judgement."""
        self._stored = overall
        self.overall.value = overall
        self.why.put("")
        self.overall.problem = self.why.problem = ""
        self.lacking.clear()

    def say_open(self, missing: list[Mapping[str, str]]) -> None:
        """Say which mandatory criteria are still open."""
        if not missing:
            self.lacking.clear()
            return
        names = self.language.join([self.language.say(name) for name in missing])
        self.lacking.say(text("Not handed in yet. Still open: {criteria}.", criteria=names), "bad")

    def show(self, handed_in: bool, overall: int | None, late: Sequence[str], onward: str) -> None:
        """Show how far the sheet is; `onward` are the words for the next one, empty where there is none."""
        say = self.language
        if overall != self._stored:
            self._stored = overall
            self.overall.value = overall
        title = say("Handed in") if handed_in else say("Hand in")
        words = say("From hand-in on, a change needs a reason, and both values are kept.")
        self.head.value = heading(title, words).value
        lines = Markup("").join(Markup("<li>{}</li>").format(line) for line in late)
        title = say("Changed after hand-in")
        self.late.value = Markup("<h3>{}</h3><ul>{}</ul>").format(title, lines) if late else ""
        self.hand_in.layout.display = "none" if handed_in else ""
        self.onward.layout.display = "" if onward else "none"
        self.onward.label, self.onward.primary = onward or say("Next rep"), handed_in
        words = say("You have no other sheet to hand in here.")
        self.finished.value = "" if onward else Markup("<p class='coach-quiet'>{}</p>").format(words)
        self._judgement.layout.display = "" if self._certifies else "none"
        self._handed_in = handed_in
        self._show_reason()

    def _show_reason(self) -> None:
        changed = self._handed_in and self.overall.value not in (None, self._stored)
        self._reason.layout.display = "" if self._certifies and changed else "none"

    def _hand_in(self) -> None:
        self._on_hand_in(self.overall.value if self._certifies else None)

    def _change(self) -> None:
        if not self.why.value.strip():
            self.why.problem = self.language("Write the reason first.")
            return
        self._on_judge(self.overall.value, self.why.value)
        self.why.put("")
