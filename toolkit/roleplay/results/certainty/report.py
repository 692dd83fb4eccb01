"""How sure the scores are, as words and tables: parts, designs, and whom to score next."""

import numpy as np
import pandas as pd

from toolkit.language import Language
from toolkit.roleplay.dependability import Generalizability
from toolkit.roleplay.fair import FairScores
from toolkit.roleplay.next_sheet import NextSheets
from toolkit.roleplay.results.naming import Names
from toolkit.vocabulary import rows_of
from toolkit.wording import text

COMPONENT_WORDS = {
    "rep": text("Real differences between reps"),
    "rater": text("Hard and lenient raters"),
    "scenario": text("Harder and easier scenarios"),
    "rep_x_scenario": text("A scenario suits one rep more than another"),
    "residual": text("The rest: mood, chance, and what one rater sees in one rep"),
}
COMPONENT_LABELS = {
    "name": text("Where differences between sheets come from"),
    "share": text("Share"),
    "sd": text("Typical size (levels)"),
    "interval": text("90% interval"),
}
DESIGN_LABELS = {
    "design": text("Each rep is scored by"),
    "now": text("At present"),
    "sheets": text("Sheets a rep"),
    "relative": text("Reliable for ranking"),
    "absolute": text("Reliable against a mark"),
    "error": text("Typical error (levels)"),
}
NEXT_LABELS = {
    "rank": text("Order"),
    "rep": text("Rep"),
    "rater": text("Rater"),
    "scenario": text("Scenario"),
    "gain": text("Wrong decisions it would prevent"),
    "reason": text("Why this sheet"),
}
SHOWN_NEXT = 5


def component_rows(scores: FairScores, language: Language) -> pd.DataFrame:
    """Return the parts of the differences between sheets, with the columns of `COMPONENT_LABELS`; share is a number."""
    return pd.DataFrame(
        [
            {
                "name": language.say(COMPONENT_WORDS[row.component]),
                "share": float(row.share),
                "sd": language.number(row.sd, 2),
                "interval": language.interval(row.low, row.high, 2),
            }
            for row in rows_of(scores.components)
        ],
        columns=list(COMPONENT_LABELS),
    )


def design_table(found: Generalizability, present: tuple[int, int]) -> pd.DataFrame:
    """Return the decision study for up to two raters and one scenario more than at `present`."""
    return found.table(range(1, max(4, present[0] + 2) + 1), range(1, max(3, present[1] + 1) + 1))


def design_rows(table: pd.DataFrame, present: tuple[int, int], language: Language) -> pd.DataFrame:
    """Return the decision study as words, with the columns of `DESIGN_LABELS`."""
    say = language
    return pd.DataFrame(
        [
            {
                "design": say(
                    "{raters} in {scenarios}",
                    raters=say.count("{count} rater", "{count} raters", int(row.raters)),
                    scenarios=say.count("{count} scenario", "{count} scenarios", int(row.scenarios)),
                ),
                "now": "now" if (row.raters, row.scenarios) == present else None,
                "sheets": int(row.raters * row.scenarios),
                "relative": share_words(row.relative, row.relative_low, row.relative_high, say),
                "absolute": share_words(row.absolute, row.absolute_low, row.absolute_high, say),
                "error": say.number(row.absolute_error, 2),
            }
            for row in rows_of(table)
        ],
        columns=list(DESIGN_LABELS),
    )


def share_words(share: float, low: float, high: float, language: Language) -> str:
    """Return a reliability as a percentage over its interval; a dash where there is none."""
    if np.isnan(share):
        return "–"
    if np.isnan(low) or np.isnan(high):
        return language.percent(share)
    return f"{language.percent(share)}\n({language.number(100 * low, 0)}–{language.percent(high)})"


def next_rows(sheets: pd.DataFrame, names: Names, language: Language) -> pd.DataFrame:
    """Return rows of `NextSheets.sheets` as words, with the columns of `NEXT_LABELS`."""
    return pd.DataFrame(
        [
            {
                "rank": number,
                "rep": names.person(row.rep_id),
                "rater": names.person(row.rater_id),
                "scenario": names.scenario(row.scenario_id),
                "gain": language.number(row.gain, 2),
                "reason": names.say(row.reason, language),
            }
            for number, row in enumerate(rows_of(sheets), start=1)
        ],
        columns=list(NEXT_LABELS),
    )


def next_to_show(found: NextSheets, seen: set[str]) -> pd.DataFrame:
    """Return the few most useful missing sheets of reps `seen`: one for each rep, so that it is a list to work through."""
    useful = found.sheets[found.sheets["rep_id"].isin(seen) & (found.sheets["gain"] > 0)]
    return useful.drop_duplicates("rep_id").head(SHOWN_NEXT)
