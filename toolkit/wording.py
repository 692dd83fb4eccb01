"""Sentences kept as data, so that pure code can speak and the page chooses the language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence to be shown later, in whatever language its reader has.

    `msgid` is the English sentence with ``{named}`` places; `values` fills them and may hold
    numbers, dates, other `Text` or a bilingual mapping such as ``{"en": ..., "zh": ...}``.
    With `plural` given, `count` chooses between the two English forms.
    """

    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None
    count: int | None = None

    def __str__(self) -> str:
        """Return the English sentence, for logs and tracebacks."""
        sentence = self.msgid if self.plural is None or self.count == 1 else self.plural
        return sentence.format(**{name: _english(value) for name, value in self.values.items()})


def text(msgid: str, **values: object) -> Text:
    """Return the sentence `msgid` with its places filled by `values`."""
    return Text(msgid, values)


def counted(singular: str, plural: str, count: int, **values: object) -> Text:
    """Return a sentence that depends on a number; both forms may use ``{count}``."""
    return Text(singular, {"count": count, **values}, plural, count)


def first_three(sentences: Sequence[Text]) -> Text:
    """Return the first three of `sentences` (at least one) as one text."""
    first, *others = sentences[:3]
    for other in others:
        first = text("{first} {second}", first=first, second=other)
    return first


def _english(value: object) -> object:
    if isinstance(value, Mapping):
        return value.get("en", "")
    return value
