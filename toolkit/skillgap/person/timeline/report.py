"""The pieces of evidence behind a level as a table of words."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from toolkit.language import Language
from toolkit.skillgap.report import SOURCE_WORDS, competency_words
from toolkit.vocabulary import rows_of
from toolkit.wording import counted, text

RaterNames = Callable[[str, str | None], str | None]

PIECE_LABELS = {
    "source": text("Source"),
    "competency": text("Competency"),
    "latest": text("Latest"),
    "rater": text("Rater"),
    "level": text("As rated"),
    "error": text("Standard error"),
    "weight": text("Weight in the level"),
}
PIECE_HELP = {
    "level": text("Levels 1–5 as they were given; what raters usually add is taken off before they are weighed."),
    "error": text("How far a piece may be off, in levels; of several together, that of their mean."),
    "weight": text(
        "How much of the level comes from here. Within a source it is shared out by age and standard error."
    ),
}


def piece_rows(
    pieces: pd.DataFrame, names: Mapping[str, Mapping[str, str]], rater_name: RaterNames, language: Language
) -> pd.DataFrame:
    """Return pieces (from `pieces_shown`) as words, with the columns of `PIECE_LABELS`."""
    say = language
    return pd.DataFrame(
        [
            {
                "source": say.say(SOURCE_WORDS[row.source]),
                "competency": competency_words(row.competency_id, names, say),
                "latest": row.latest.date(),
                "rater": _rater(row, rater_name, say),
                "level": say.number(row.level, 1),
                "error": say.number(row.standard_error, 2),
                "weight": say.percent(row.weight, 1),
            }
            for row in rows_of(pieces)
        ],
        columns=list(PIECE_LABELS),
    )


def _rater(row: Any, rater_name: RaterNames, say: Language) -> str:
    rater_id, source = row.rater_id, row.source
    raters, pieces = int(row.raters), int(row.pieces)
    if pieces > 1 or raters > 1:
        return say(
            "{raters}, {ratings}",
            raters=counted("{count} rater", "{count} raters", raters),
            ratings=counted("{count} rating", "{count} ratings", pieces),
        )
    if raters == 0:
        return "–"
    return rater_name(source, rater_id) or say("not named")
