"""What the widgets of all sections have in common: the look of a standing, and the empty page."""

from collections.abc import Mapping

from toolkit.controls.data_table import Mark, Tone
from toolkit.controls.empty_state import EmptyState
from toolkit.language import Language
from toolkit.wording import Text

STANDING_TONES: dict[str, Tone] = {
    "gap": "bad",
    "unclear": "warn",
    "met": "accent",
    "strength": "good",
    "unseen": "quiet",
}


def standing_marks(language: Language, words: Mapping[str, Text]) -> dict[str, Mark]:
    """Return the marks of the standings, in the order of their urgency."""
    return {key: Mark(language.say(word), STANDING_TONES[key]) for key, word in words.items()}


def empty_people(language: Language) -> EmptyState:
    """Return what is shown where a viewer has nobody to look at."""
    return EmptyState(
        language("Nobody to show yet"),
        language(
            "There is no person on the roster whose record you may open. HR can import the roster on the page “Data”."
        ),
    )
