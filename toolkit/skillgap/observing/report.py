"""What to observe next as a table of words."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toolkit.language import Language
from toolkit.skillgap.report import SOURCE_WORDS, chance, competency_words
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

OBSERVE_LABELS = {
    "name": text("Person"),
    "competency": text("Competency"),
    "source": text("How"),
    "changes": text("Decisions it would turn round"),
    "why": text("Why"),
}
OBSERVE_HELP = text(
    "A decision is to develop a competency or not. Counted is how many of a person's decisions one more observation "
    "is expected to turn round, related competencies included; the list is ordered by what wrong decisions would cost."
)


def observe_rows(
    found: pd.DataFrame,
    gaps: pd.DataFrame,
    people: Mapping[str, str],
    names: Mapping[str, Mapping[str, str]],
    language: Language,
) -> pd.DataFrame:
    """Return rows of `what_to_observe_next` as words, with the columns of `OBSERVE_LABELS`.

    `gaps` are those of the same people, with the column standing; `people` gives their names by person_id.
    """
    say = language
    standing = {(row.person_id, row.competency_id): row for row in rows_of(gaps)}
    return pd.DataFrame(
        [
            {
                "name": people.get(row.person_id, row.person_id),
                "competency": competency_words(row.competency_id, names, say),
                "source": say.say(SOURCE_WORDS[row.source]),
                "changes": say.number(row.changes),
                "why": say.say(observe_reason(row, standing.get((row.person_id, row.competency_id)), say)),
            }
            for row in rows_of(found)
        ],
        columns=list(OBSERVE_LABELS),
    )


def observe_reason(row: Any, gap: Any | None, language: Language) -> Text:
    """Return why one assessment of `what_to_observe_next` is worth making; `gap` is the person's gap there."""
    values = {"now": language.number(row.sd_now, 2), "after": language.number(row.sd_after, 2)}
    if gap is None or gap.standing == "unseen":
        return text("Nobody has seen it yet; the uncertainty would fall from ±{now} to ±{after} levels.", **values)
    if gap.standing == "unclear":
        share = chance(gap.probability_below, language)
        return text(
            "Below target with {share}: this may be noise, so assess again rather than train. The uncertainty would fall from ±{now} to ±{after} levels.",
            share=share, **values,
        )  # fmt: skip
    return text(
        "It also tells about related competencies that are close to their targets; the uncertainty would fall from ±{now} to ±{after} levels.",
        **values,
    )
