"""The form that fixes a list: how many conversations, how many places chance decides, who answers for it."""

from collections.abc import Callable, Iterable

from toolkit.controls.actions import guarded
from toolkit.controls.fields import NumberField, TextField, refuse_problems
from toolkit.controls.page import Panel, button, card, choice, heading, prose, row
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.wording import text

MOST = 5000


class NewList(Panel):
    """Asks for a list; `on_make(run_id, conversations, band, reviewer)` fixes it."""

    def __init__(self, on_make: Callable[[str, int, int, str], None], *, language: Language, reviewer: str):
        say = language
        self._on_make = on_make
        self.status = StatusLine(say)
        self.risks = choice(say("Risks"), [])
        self.conversations = NumberField(
            say("Conversations you can hold"), 12, language=say, required=True, whole=True, least=1, most=MOST
        )
        self.band = NumberField(
            say("Places that chance decides"), 0, language=say, required=True, whole=True, least=0, most=MOST
        )
        self.reviewer = TextField(say("Who answers for the list"), reviewer)
        self.make = button(say("Make the list"), guarded(self.status, self._make), primary=True)
        chance = prose(
            say(
                "With 3 places for chance, the last 3 places are drawn among the 6 people nearest to the end of the "
                "list. People there are nearly alike, so it is fair, and only so can be measured whether "
                "conversations help. 0 goes by risk alone."
            ),
            quiet=True,
        )
        super().__init__(
            [
                card(
                    heading(
                        say("A new list"),
                        say("It is fixed when it is made: training again does not change who is on it."),
                    ),
                    row(self.risks, self.conversations, self.band, self.reviewer, self.make),
                    chance,
                    self.status,
                )
            ],
            styled=False,
        )

    def offer(self, runs: Iterable[tuple[str, str]], conversations: int) -> None:
        """Offer the risks there are, (words, run_id), the newest first."""
        self.risks.offer(runs, self.risks.value)
        self.conversations.put(conversations)

    def _make(self) -> None:
        self.status.clear()
        refuse_problems(self.conversations, self.band)
        if self.risks.value is None:
            raise InputError(text("Train first: there are no risks to make a list from."))
        self._on_make(self.risks.value, self.conversations.value, self.band.value, self.reviewer.value)
        self.status.say(text("The list was made."), "good")
