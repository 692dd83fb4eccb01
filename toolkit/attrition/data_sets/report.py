"""How a label column is read, in words."""

from toolkit.attrition.label import LabelReading
from toolkit.language import Language
from toolkit.wording import Text, text


def reading_words(reading: LabelReading, language: Language, *, dates: bool) -> Text:
    """Say how a label column is read; `dates` where a day of leaving is what means left."""
    number = language.number
    return text(
        "{left} left, {stayed} stayed, {unknown} unknown. What means “left”: {value}.",
        left=number(reading.events, 0),
        stayed=number(reading.known - reading.events, 0),
        unknown=number(len(reading.left) - reading.known, 0),
        value=text("a date") if dates else reading.left_value or "–",
    )
