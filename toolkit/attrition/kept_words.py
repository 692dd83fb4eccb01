"""Sentences as plain values, so that a store can keep them and say them in either language later."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from toolkit.wording import Text

_TEXT, _DAY = "sentence", "day"


def plain_words(sentences: Iterable[Text]) -> list[dict[str, Any]]:
    """Return sentences as values that JSON can hold."""
    return [_plain(sentence) for sentence in sentences]


def words_of(stored: Iterable[Mapping[str, Any]]) -> tuple[Text, ...]:
    """Return the sentences that `plain_words` made plain."""
    return tuple(_text(one) for one in stored)


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        values = {name: _plain(one) for name, one in value.values.items()}
        return {_TEXT: value.msgid, "values": values, "plural": value.plural, "count": value.count}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {str(name): str(one) for name, one in value.items()}
    if isinstance(value, dt.date):
        return {_DAY: value.isoformat()[:10]}
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _text(stored: Mapping[str, Any]) -> Text:
    values = {name: _value(one) for name, one in stored["values"].items()}
    return Text(stored[_TEXT], values, stored["plural"], stored["count"])


def _value(stored: Any) -> Any:
    if isinstance(stored, Mapping) and _TEXT in stored:
        return _text(stored)
    if isinstance(stored, Mapping) and _DAY in stored:
        return dt.date.fromisoformat(stored[_DAY])
    return stored
