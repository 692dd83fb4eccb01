"""Pairs of mentor and mentee as a table in words."""

from collections.abc import Mapping

import pandas as pd

from toolkit.language import Language
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

PAIR_LABELS = {
    "mentee": text("Mentee"),
    "mentor": text("Mentor"),
    "fit": text("Fit (weighted levels)"),
    "reason": text("Why"),
    "growth_share": text("Share of sales growth (%)"),
    "promotion_bonus": text("Bonus on promotion"),
}
LOAD_LABELS = {"mentor": text("Mentor"), "mentees": text("Mentees"), "names": text("Whom")}
Names = Mapping[str, Mapping[str, str]]


def pair_table(pairs: pd.DataFrame, people: Mapping[str, str], names: Names, language: Language) -> pd.DataFrame:
    """Return pairs (of `match_mentors`, with a column by_hand) with the columns of `PAIR_LABELS`, and mentee_id."""
    rows = [
        (
            row.mentee_id,
            people.get(row.mentee_id, row.mentee_id),
            people.get(row.mentor_id, language("None")) if row.mentor_id else language("None"),
            None if pd.isna(row.fit) else row.fit,
            language.say(_reason(row, names, language)),
            None if pd.isna(row.growth_share) or not row.mentor_id else 100 * row.growth_share,
            None if pd.isna(row.promotion_bonus) or not row.mentor_id else row.promotion_bonus,
        )
        for row in rows_of(pairs)
    ]
    return pd.DataFrame(rows, columns=["mentee_id", *PAIR_LABELS])


def _reason(row: object, names: Names, language: Language) -> Text:
    first, second, note = (getattr(row, name) for name in ("competency_id", "second_competency_id", "note"))
    if isinstance(note, Text):
        return note
    words = [language.pick(names.get(one, {"en": one})) for one in (first, second) if isinstance(one, str)]
    if not words:
        return text("Chosen by hand.")
    if len(words) > 1:
        return text(
            "Strong in {first} and {second}, where the mentee has most to gain.", first=words[0], second=words[1]
        )
    return text("Strong in {first}, where the mentee has most to gain.", first=words[0])


def load_table(pairs: pd.DataFrame, people: Mapping[str, str], language: Language) -> pd.DataFrame:
    """Return how many mentees each mentor has, with the columns of `LOAD_LABELS`."""
    taken = pairs[pairs["mentor_id"].notna()]
    rows = [
        (
            people.get(str(mentor), str(mentor)),
            len(part),
            language.join([people.get(one, one) for one in part["mentee_id"]]),
        )
        for mentor, part in taken.groupby("mentor_id", sort=False)
    ]
    return pd.DataFrame(rows, columns=list(LOAD_LABELS)).sort_values("mentees", ascending=False, kind="stable")
