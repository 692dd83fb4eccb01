"""Self and others as a table of words."""

from collections.abc import Mapping

import pandas as pd

from toolkit.language import Language
from toolkit.skillgap.person.report import VIEW_WORDS, agreement_words, signed
from toolkit.skillgap.report import competency_words
from toolkit.vocabulary import rows_of
from toolkit.wording import text

VIEW_LABELS = {
    "competency": text("Competency"),
    "self_rating": text("Self, as rated"),
    "others": text("Others, as rated"),
    "gap": text("Difference, adjusted"),
    "interval": text("90% interval"),
    "view": text("What it says"),
    "agreement": text("Do the others differ?"),
}


def view_rows(views: pd.DataFrame, names: Mapping[str, Mapping[str, str]], language: Language) -> pd.DataFrame:
    """Return rows of `compare_views` as words, with the columns of `VIEW_LABELS`."""
    say = language
    return pd.DataFrame(
        [
            {
                "competency": competency_words(row.competency_id, names, say),
                "self_rating": say.number(row.self_rating),
                "others": say.number(row.others),
                "gap": signed(row.self_gap, say),
                "interval": "–"
                if pd.isna(row.low)
                else say("{low} to {high}", low=signed(row.low, say), high=signed(row.high, say)),
                "view": say.say(VIEW_WORDS[row.view]) if row.view else say("no self rating"),
                "agreement": agreement_words(row, say),
            }
            for row in rows_of(views)
        ],
        columns=list(VIEW_LABELS),
    )
