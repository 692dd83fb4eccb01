"""Gaps as words and tables, for reading and for Excel."""

from collections.abc import Mapping

import pandas as pd

from toolkit.language import Language
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

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
    "verdict": text("Verdict"),
    "level": text("Level"),
    "interval": text("90% interval"),
    "target": text("Target"),
    "below": text("Below target?"),
    "priority": text("Priority"),
    "pieces": text("Pieces of evidence"),
}

# By the least probability of being below target: how a manager would say it.
_LIKELIHOODS = (
    (0.95, text("almost certainly below")),
    (0.80, text("probably below")),
    (0.60, text("rather below than not")),
    (0.40, text("could be either")),
    (0.20, text("rather not below")),
    (0.05, text("probably not below")),
    (0.00, text("almost certainly not below")),
)

EVIDENCE_LABELS = {
    "competency": text("Competency"),
    "source": text("Source"),
    "pieces": text("Pieces of evidence"),
    "mean": text("Mean"),
    "latest": text("Latest"),
}


def competency_words(competency_id: str, names: Mapping[str, Mapping[str, str]], language: Language) -> str:
    """Return a competency's name, or its id where it has none."""
    return language.pick(names.get(competency_id, {"en": competency_id}))


def likelihood_words(probability: float) -> Text:
    """Return in plain words how likely it is that a level is below target; “not yet seen” where nobody knows."""
    if pd.isna(probability):
        return STANDING_WORDS["unseen"]
    return next(words for least, words in _LIKELIHOODS if probability >= least)


def likelihood(probability: float, language: Language) -> str:
    """Return the same with the number behind it."""
    if pd.isna(probability):
        return language.say(likelihood_words(probability))
    return language("{words} ({share})", words=likelihood_words(probability), share=chance(probability, language))


def chance(probability: float, language: Language) -> str:
    """Return a probability as a percentage that never claims to be certain."""
    if probability > 0.99:
        return language("over {share}", share=language.percent(0.99))
    if probability < 0.01:
        return language("under {share}", share=language.percent(0.01))
    return language.percent(probability)


def gap_rows(gaps: pd.DataFrame, names: Mapping[str, Mapping[str, str]], language: Language) -> pd.DataFrame:
    """Return gaps as words, with the columns of `GAP_LABELS`."""
    return pd.DataFrame(
        [
            {
                "competency": competency_words(row.competency_id, names, language),
                "level": language.number(row.level, 1),
                "interval": language.interval(row.low, row.high, 1),
                "target": language.number(row.target, 1),
                "below": likelihood(row.probability_below, language),
                "priority": language.number(row.priority if row.standing != "unseen" else None, 1),
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
                "competency": competency_words(row.competency_id, names, language),
                "source": language.say(SOURCE_WORDS[row.source]),
                "pieces": row.pieces,
                "mean": language.number(row.mean, 1),
                "latest": language.date(row.latest.date()),
            }
            for row in rows_of(found)
        ],
        columns=list(EVIDENCE_LABELS),
    )
