"""What turned a raw mean into a fair score: raters, scenarios and how few sheets there are."""

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd

from toolkit.roleplay.fair import FairScores
from toolkit.wording import Text, counted, text

SMALLEST = 0.05  # levels; what is smaller reads as 0.0
PARTS = ("raters", "scenarios", "rest")


def corrections(scores: FairScores, sheets: pd.DataFrame) -> pd.DataFrame:
    """Return rep_id, change, raters, scenarios, rest (levels; change is their sum), rater_count and words.

    `sheets` has one row a sheet: rep_id, rater_id, scenario_id. `raters` and `scenarios` are the mean severity
    and difficulty the rep met, 0 where they cannot be told. The rest is the pull towards the mean of all, because
    few sheets prove little, and what was filled in for criteria that were not observed. `words` holds a tuple of `Text`,
    one for each part that shows, the largest first.
    """
    severity = scores.raters.set_index("rater_id")["severity"].fillna(0.0)
    difficulty = scores.scenarios.set_index("scenario_id")["difficulty"].fillna(0.0)
    met = sheets.assign(
        raters=sheets["rater_id"].map(severity).fillna(0.0),
        scenarios=sheets["scenario_id"].map(difficulty).fillna(0.0),
    )
    by_rep = met.groupby("rep_id")
    table = scores.reps[["rep_id", "fair", "raw"]].copy()
    table["change"] = table["fair"] - table["raw"]
    for part in ("raters", "scenarios"):
        table[part] = table["rep_id"].map(by_rep[part].mean()).fillna(0.0)
    table["rest"] = table["change"] - table["raters"] - table["scenarios"]
    table["rater_count"] = table["rep_id"].map(by_rep["rater_id"].nunique()).fillna(0).astype(int)
    words = [_words(row) for row in table.to_dict("records")]
    table["words"] = pd.Series(words, index=table.index, dtype=object)
    return table[["rep_id", "change", *PARTS, "rater_count", "words"]].reset_index(drop=True)


def _words(row: Mapping[Hashable, float]) -> tuple[Text, ...]:
    shown = [part for part in PARTS if abs(row[part]) >= SMALLEST]
    return tuple(
        _sentence(part, row[part], int(row["rater_count"])) for part in sorted(shown, key=lambda p: -abs(row[p]))
    )


def _sentence(part: str, levels: float, raters: int) -> Text:
    by = signed(levels)
    if part == "raters" and levels > 0:
        return counted(
            "Rated by {count} hard rater: {by}", "Rated by {count} raters, hard on the whole: {by}", raters, by=by
        )
    if part == "raters":
        return counted(
            "Rated by {count} lenient rater: {by}", "Rated by {count} raters, lenient on the whole: {by}", raters, by=by
        )
    if part == "scenarios":
        return (
            text("Played harder scenarios: {by}", by=by) if levels > 0 else text("Played easier scenarios: {by}", by=by)
        )
    return text("Few sheets, so nearer to the mean: {by}", by=by)


def signed(levels: float, digits: int = 1) -> str:
    """Return a difference with its sign, the same in both languages; a dash where there is none."""
    if np.isnan(levels):
        return "–"
    rounded = round(levels, digits)
    if rounded == 0:
        return f"{0:.{digits}f}"
    return f"{'+' if rounded > 0 else '−'}{abs(rounded):.{digits}f}"
