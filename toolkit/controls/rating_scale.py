"""Evidence first, then a rating 1-5 by tap or key, with the behaviour words beside each level."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import traitlets

from toolkit.controls.control import Control
from toolkit.language import Language
from toolkit.vocabulary import NOT_OBSERVED
from toolkit.wording import text

LONGEST_NOTE = 4000


class RatingScale(Control):
    """A column of criteria, each with a field for what was seen, five levels and “not observed”.

    `items` are dictionaries with id, label, question, mandatory and levels (five texts, lowest
    first). `values` maps a criterion's id to ``"1"``...``"5"`` or ``"not_observed"``; what is
    missing has not been rated. `on_rate(item_id, value)` is called for every tap and returns
    the stamp to show, such as “saved 14:05:09”. Keys: 1-5, 0 for not observed, arrows.

    With `on_note(item_id, words)` each criterion has the field “What you saw” above its levels (`notes` by
    criterion); what is written goes over on leaving the field or after a second of rest. `ask` puts a question
    below a criterion, `lacking` marks those that are still open; the answer goes to `on_answer(item_id, words)`, with None where somebody leaves it.
    """

    script = "rating_scale"
    key = traitlets.Unicode("rating").tag(sync=True)
    items = traitlets.List(traitlets.Dict()).tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    notes = traitlets.Dict().tag(sync=True)
    stamps = traitlets.Dict().tag(sync=True)
    lacking = traitlets.List(traitlets.Unicode()).tag(sync=True)
    asking = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    noting = traitlets.Bool(False).tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)
    edition = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        items: Sequence[Mapping[str, Any]] = (),
        *,
        language: Language | None = None,
        on_rate: Callable[[str, str], str] | None = None,
        on_note: Callable[[str, str], str] | None = None,
        on_answer: Callable[[str, str | None], None] | None = None,
    ):
        say = language or Language()
        words = {
            "not_observed": say.say(text("Not observed")),
            "consequence": say.say(text("counts as missing; the score rests on the other criteria")),
            "optional": say.say(text("optional")),
            "lacking": say.say(text("still open")),
            "saving": say.say(text("saving…")),
            "saw": say.say(text("What you saw")),
            "first": say.say(text("Write what was said or done, then rate.")),
            "reason": say.say(text("Reason")),
            "change": say.say(text("Change it")),
            "leave": say.say(text("Leave it as it was")),
        }
        super().__init__(items=[dict(item) for item in items], words=words, noting=on_note is not None)
        # `items` is shared with the browser, so what may be rated is kept here.
        self._known = {item["id"] for item in items}
        self.key = f"rating-{id(self):x}"
        self._on_rate, self._on_note, self._on_answer = on_rate, on_note, on_answer
        self.on_msg(self._receive)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take no state from a browser; a tap is a message."""

    def rate(self, item_id: str, value: str) -> None:
        """Rate one criterion, as a tap does; does nothing while disabled or for an unknown id."""
        if self.disabled or item_id not in self._known or value not in ("1", "2", "3", "4", "5", NOT_OBSERVED):
            return
        self.values = {**self.values, item_id: value}
        self._stamp(item_id, self._on_rate(item_id, value) if self._on_rate else "")

    def note(self, item_id: str, words: str) -> None:
        """Write what was seen on one criterion, as its field does; nothing happens while disabled or for an unknown id."""
        if self.disabled or self._on_note is None or item_id not in self._known or len(words) > LONGEST_NOTE:
            return
        self.notes = {**self.notes, item_id: words}
        self._stamp(item_id, self._on_note(item_id, words))

    def ask(self, item_id: str, sentence: str, problem: str = "") -> None:
        """Ask `sentence` below one criterion, with a field for the answer; `problem` is shown next to that."""
        self.asking = {"item": item_id, "sentence": sentence, "problem": problem}

    def answer(self, words: str | None) -> None:
        """Answer what is asked, as its buttons do; None leaves it unanswered. Does nothing where nothing is asked."""
        item_id = self.asking.get("item")
        if item_id is not None and self._on_answer is not None:
            self.asking = {}
            self._on_answer(item_id, words)

    def lead_to(self, item_id: str) -> None:
        """Bring one criterion into sight and move the focus there."""
        self.send({"lead_to": item_id})

    def show(
        self,
        items: Sequence[Mapping[str, Any]],
        values: Mapping[str, str],
        notes: Mapping[str, str] | None = None,
    ) -> None:
        """Show another sheet: its criteria and what is already on it."""
        self._known = {item["id"] for item in items}
        with self.hold_sync():
            # What was meant for the sheet before carries its edition, and never lands on this one.
            self.edition += 1
            self.items = [dict(item) for item in items]
            self.values, self.notes = dict(values), dict(notes or {})
            self.stamps, self.asking, self.lacking = {}, {}, []

    def _stamp(self, item_id: str, stamp: str) -> None:
        self.stamps = {**self.stamps, item_id: stamp}

    def _receive(self, _widget: object, content: Any, _buffers: object) -> None:
        if not isinstance(content, dict) or content.get("edition", self.edition) != self.edition:
            return
        item = str(content.get("item"))
        if "note" in content:
            self.note(item, str(content["note"]))
        elif "answer" in content:
            if item == self.asking.get("item"):
                self.answer(None if content["answer"] is None else str(content["answer"])[:LONGEST_NOTE])
        else:
            self.rate(item, str(content.get("value")))
        self.send({"item": item, "value": self.values.get(item, ""), "stamp": self.stamps.get(item, "")})
