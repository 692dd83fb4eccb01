"""What a workshop says, as tables for reading and for Excel."""

import pandas as pd

from toolkit.language import Language
from toolkit.roleplay.scoring import RawScores
from toolkit.wording import text

LABELS = {
    "name": text("Rep"),
    "raw": text("Raw mean (1–5)"),
    "interval": text("90% interval"),
    "raters": text("Raters"),
    "sheets": text("Sheets"),
}


def highest_first(scores: RawScores) -> pd.DataFrame:
    """Return the reps' scores in the order they are shown in."""
    return scores.reps.sort_values("raw", ascending=False, kind="stable")


def score_rows(scores: RawScores, names: dict[str, str], language: Language) -> pd.DataFrame:
    """Return the scores as words, highest first: name, raw, interval, raters, sheets."""
    reps = highest_first(scores)
    return pd.DataFrame(
        {
            "name": [names.get(rep, rep) for rep in reps["rep_id"]],
            "raw": [language.number(value, 2) for value in reps["raw"]],
            "interval": [language.interval(low, high, 2) for low, high in zip(reps["low"], reps["high"], strict=True)],
            "raters": reps["raters"].to_list(),
            "sheets": reps["sheets"].to_list(),
        }
    )
