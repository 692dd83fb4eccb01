"""Ratings 1-5 by tap or key, with the behaviour words beside each level."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import traitlets

from toolkit.controls.control import Control
from toolkit.language import Language
from toolkit.vocabulary import NOT_OBSERVED
from toolkit.wording import text


class RatingScale(Control):
    """A column of criteria, each with five levels and “not observed”.

    `items` are dictionaries with id, label, question, mandatory and levels (five texts, lowest
    first). `values` maps a criterion's id to ``"1"``...``"5"`` or ``"not_observed"``; what is
    missing has not been rated. `on_rate(item_id, value)` is called for every tap and returns
    the stamp to show, such as “saved 14:05:09”. Keys: 1-5, 0 for not observed, arrows.
    """

    script = "rating_scale"
    key = traitlets.Unicode("rating").tag(sync=True)
    items = traitlets.List(traitlets.Dict()).tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    stamps = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        items: Sequence[Mapping[str, Any]] = (),
        *,
        language: Language | None = None,
        on_rate: Callable[[str, str], str] | None = None,
    ):
        say = language or Language()
        words = {
            "not_observed": say.say(text("Not observed")),
            "optional": say.say(text("optional")),
            "saving": say.say(text("saving…")),
        }
        super().__init__(items=[dict(item) for item in items], words=words)
        # `items` is shared with the browser, so what may be rated is kept here.
        self._known = {item["id"] for item in items}
        self.key = f"rating-{id(self):x}"
        self._on_rate = on_rate
        self.on_msg(self._receive)

    def rate(self, item_id: str, value: str) -> None:
        """Rate one criterion, as a tap does; does nothing while disabled or for an unknown id."""
        if self.disabled or item_id not in self._known or value not in ("1", "2", "3", "4", "5", NOT_OBSERVED):
            return
        self.values = {**self.values, item_id: value}
        stamp = self._on_rate(item_id, value) if self._on_rate else ""
        self.stamps = {**self.stamps, item_id: stamp}

    def show(self, items: Sequence[Mapping[str, Any]], values: Mapping[str, str]) -> None:
        """Show another sheet: its criteria and what is already rated on it."""
        self._known = {item["id"] for item in items}
        with self.hold_sync():
            self.items = [dict(item) for item in items]
            self.values = dict(values)
            self.stamps = {}

    def _receive(self, _widget: object, content: Any, _buffers: object) -> None:
        if isinstance(content, dict):
            item = str(content.get("item"))
            self.rate(item, str(content.get("value")))
            self.send({"item": item, "value": self.values.get(item, ""), "stamp": self.stamps.get(item, "")})
