"""Gaps as words and tables, for reading and for Excel."""

from collections.abc import Mapping

import pandas as pd

from toolkit.language import Language
from toolkit.vocabulary import rows_of
from toolkit.wording import text

STANDING_WORDS = {
    "gap": text("probable gap"),
    "unclear": text("look again first"),
    "met": text("on target"),
    "strength": text("strength"),
    "unseen": text("not yet seen"),
}

SOURCE_WORDS = {
    "role_play": text("Role-play"),
    "joint_visit": text("Joint visit"),
    "proposal": text("Proposal review"),
    "self": text("360: self"),
    "manager": text("360: manager"),
    "peer": text("360: peers"),
    "customer": text("360: customers"),
    "test": text("Written test"),
    "figures": text("Monthly figures"),
    "certificate": text("Certificate"),
}

GAP_LABELS = {
    "competency": text("Competency"),
    "level": text("Level"),
    "interval": text("90% interval"),
    "target": text("Target"),
    "below": text("Probability below target"),
    "pieces": text("Pieces of evidence"),
    "verdict": text("Verdict"),
}

EVIDENCE_LABELS = {
    "competency": text("Competency"),
    "source": text("Source"),
    "pieces": text("Pieces of evidence"),
    "mean": text("Mean"),
    "latest": text("Latest"),
}


def gap_rows(gaps: pd.DataFrame, names: Mapping[str, Mapping[str, str]], language: Language) -> pd.DataFrame:
    """Return gaps as words, with the columns of `GAP_LABELS`."""
    return pd.DataFrame(
        [
            {
                "competency": language.pick(names.get(row.competency_id, {"en": row.competency_id})),
                "level": language.number(row.level, 1),
                "interval": language.interval(row.low, row.high, 1),
                "target": language.number(row.target, 1),
                "below": language.percent(row.probability_below),
                "pieces": 0 if pd.isna(row.evidence_count) else int(row.evidence_count),
                "verdict": language.say(STANDING_WORDS[row.standing]),
            }
            for row in rows_of(gaps)
        ],
        columns=list(GAP_LABELS),
    )


def evidence_rows(found: pd.DataFrame, names: Mapping[str, Mapping[str, str]], language: Language) -> pd.DataFrame:
    """Return evidence by competency and source as words, with the columns of `EVIDENCE_LABELS`."""
    return pd.DataFrame(
        [
            {
                "competency": language.pick(names.get(row.competency_id, {"en": row.competency_id})),
                "source": language.say(SOURCE_WORDS[row.source]),
                "pieces": row.pieces,
                "mean": language.number(row.mean, 1),
                "latest": language.date(row.latest.date()),
            }
            for row in rows_of(found)
        ],
        columns=list(EVIDENCE_LABELS),
    )
