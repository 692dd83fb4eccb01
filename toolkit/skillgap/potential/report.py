"""Who stands out, as words and tables."""

from collections.abc import Mapping

import pandas as pd

from toolkit.language import Language
from toolkit.skillgap.report import chance
from toolkit.vocabulary import rows_of
from toolkit.wording import text

POTENTIAL_LABELS = {
    "name": text("Name"),
    "verdict": text("Standing"),
    "surplus": text("Above the role's targets"),
    "above": text("Probability of being above"),
    "pieces": text("360 ratings"),
    "raters": text("Raters"),
    "share": text("Weight of the weightiest rater"),
    "results": text("Results reach the next rank"),
    "figures": text("Result figures known"),
}
POTENTIAL_WORDS = {
    "candidate": text("stands out"),
    "one_rater": text("rests on one rater"),
    "results_missing": text("stands out in 360, results not known"),
    "results_open": text("stands out in 360, results do not reach the next rank"),
    "not_now": text("not above the targets so far"),
    "unseen": text("not yet seen in 360"),
}


def potential_rows(found: pd.DataFrame, people: Mapping[str, str], say: Language) -> pd.DataFrame:
    """Return what `high_potential` found in words, with the columns of `POTENTIAL_LABELS`; verdicts as keys."""
    rows = [
        {
            "name": people.get(row.person_id, row.person_id),
            "verdict": row.verdict,
            "surplus": say(
                "{value} ({interval})",
                value=_signed(row.surplus, say),
                interval=say.interval(row.low, row.high, 1),
            ),
            "above": chance(row.above, say),
            "pieces": row.pieces,
            "raters": int(row.raters),
            "share": say.percent(row.largest_rater_share),
            "results": say("not known") if pd.isna(row.results) else say.percent(row.results),
            "figures": say("{seen} of {asked}", seen=row.figures_seen, asked=row.figures_asked),
        }
        for row in rows_of(found)
    ]
    return pd.DataFrame(rows, columns=list(POTENTIAL_LABELS))


def _signed(value: float, say: Language) -> str:
    return "–" if pd.isna(value) else ("+" if value > 0 else "") + say.number(value, 1)
