"""What a calibration says, in words and as tables."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from toolkit.language import Language
from toolkit.roleplay.calibration.deviation import Deviations
from toolkit.roleplay.calibration.performance import Key
from toolkit.roleplay.calibration.state import Sheet
from toolkit.roleplay.rating_table import Agreement
from toolkit.roleplay.rubric import Criterion, Rubric
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, counted, text

LEANING_WORDS = {
    "lenient": text("lenient"),
    "hard": text("hard"),
    "none": text("no clear leaning"),
    "unknown": text("cannot tell"),
}
RATER_LABELS = {
    "name": text("Rater"),
    "leaning": text("Leaning"),
    "off": text("Levels off the key (90% interval)"),
    "bias": text("Levels above + or below − (90% interval)"),
    "agreement": text("Agreement with the key (kappa)"),
    "meaning": text("What it means"),
}
CRITERION_LABELS = {
    "name": text("Criterion"),
    "key": text("Key"),
    "off": text("Off the key (levels)"),
    "deviation": text("Above (+) or below (−) the key"),
    "raters": text("Raters"),
}
_WIDE = 0.4


def rater_rows(found: Deviations, names: Mapping[str, str], language: Language) -> pd.DataFrame:
    """Return a row for each rater with the columns of `RATER_LABELS`; `leaning` is a key of `LEANING_WORDS`."""
    say = language
    return pd.DataFrame(
        [
            {
                "name": names.get(row.rater_id, row.rater_id),
                "off": _with_interval(
                    row.off_low, say.number(row.off, 2), say.interval(row.off_low, row.off_high, 2), say
                ),
                "bias": _with_interval(
                    row.bias_low, signed(row.bias, say), signed_interval(row.bias_low, row.bias_high, say), say
                ),
                "leaning": row.leaning,
                "agreement": say.number(found.agreement[row.rater_id].estimate, 2),
                "meaning": _meanings(row, found.agreement[row.rater_id], say),
            }
            for row in rows_of(found.raters)
        ],
        columns=list(RATER_LABELS),
    )


def _with_interval(low: float, value: str, interval: str, language: Language) -> str:
    return value if low != low else language("{value} ({interval})", value=value, interval=interval)


def _meanings(row: Any, agreement: Agreement, language: Language) -> list[str]:
    """Return what the agreement means and why intervals are missing, each sentence once."""
    notes = [note for note in (row.off_note, row.bias_note) if note is not None]
    said = [key_meaning(agreement)] if row.criteria > 1 else []
    return list(dict.fromkeys(language.say(sentence) for sentence in (*said, *notes)))


def criterion_rows(found: Deviations, rubric: Rubric, key: Key, language: Language) -> pd.DataFrame:
    """Return a row for each criterion that was compared, furthest from the key first."""
    names = {criterion.id: criterion.name for criterion in rubric.criteria}
    return pd.DataFrame(
        [
            {
                "name": language.pick(names[row.criterion_id]),
                "key": language.number(key[row.criterion_id].rating, 0),
                "off": language.number(row.off, 2),
                "deviation": signed(row.deviation, language),
                "raters": row.raters,
            }
            for row in rows_of(found.criteria)
        ],
        columns=list(CRITERION_LABELS),
    )


def own_words(found: Deviations, language: Language) -> list[str]:
    """Return sentences on the one rater in `found`: how far off, leaning, agreement."""
    (row,) = rows_of(found.raters)
    if not row.criteria:
        return [language.say(row.off_note)]
    deviation = found.cells["deviation"].dropna().abs()
    exact, one, more = (int(part.sum()) for part in (deviation == 0, deviation == 1, deviation > 1))
    lines: list[Text] = [
        text(
            "Of {count} criteria you gave the key's level on {exact}, were one level off on {one}, and further off on "
            "{more}.",
            count=row.criteria,
            exact=exact,
            one=one,
            more=more,
        ),
        _bias_words(row, language),
    ]
    if row.criteria > 1:
        lines.append(key_meaning(found.agreement[str(row.rater_id)]))
    return [language.say(line) for line in lines]


def _bias_words(row: Any, language: Language) -> Text:
    where = {"value": signed(row.bias, language), "interval": signed_interval(row.bias_low, row.bias_high, language)}
    if row.leaning == "lenient":
        return text(
            "On average you rated {value} levels from the key (90% interval {interval}): more lenient.", **where
        )
    if row.leaning == "hard":
        return text("On average you rated {value} levels from the key (90% interval {interval}): harder.", **where)
    if row.leaning == "none":
        return text(
            "On average you rated {value} levels from the key (90% interval {interval}): no clear leaning to either side.",
            **where,
        )
    return text(
        "On average you rated {value} levels from the key. {reason}", value=where["value"], reason=row.bias_note
    )


def key_meaning(agreement: Agreement) -> Text:
    """Return what a weighted kappa against the key means, without a verdict its interval cannot bear."""
    if math.isnan(agreement.estimate):
        return agreement.note or text("There is no figure for these ratings.")
    if math.isnan(agreement.low):
        reason = agreement.note or text("How sure this is cannot be said.")
        return text("The value here is {value}. {reason}", value=f"{agreement.estimate:.2f}", reason=reason)
    share, low, high = (round(100 * max(one, 0.0)) for one in (agreement.estimate, agreement.low, agreement.high))
    if agreement.estimate <= 0:
        return text("No fewer differences from the key than guessing would give (at best {high} % fewer).", high=high)
    if agreement.high - agreement.low <= _WIDE:
        return text(
            "About {share} % fewer differences from the key than guessing would give (it may be {low} % to {high} %).",
            share=share,
            low=low,
            high=high,
        )
    return text(
        "About {share} % fewer differences from the key than guessing would give (it may be {low} % to {high} %): too few "
        "criteria to call it high or low.",
        share=share,
        low=low,
        high=high,
    )


def feedback_entries(rubric: Rubric, sheet: Sheet, key: Key, language: Language) -> list[dict[str, Any]]:
    """Return own rating against key for each criterion, with behaviour words and reason, for an `ActionList`."""
    say = language
    return [
        {
            "id": criterion.id,
            "title": say.pick(criterion.name),
            "marks": [say.say(_difference(sheet.get(criterion.id), key[criterion.id].rating))],
            "lines": [
                say("You: {level}", level=level_words(criterion, sheet.get(criterion.id), say)),
                say("Key: {level}", level=level_words(criterion, key[criterion.id].rating, say)),
                say("Why: {reason}", reason=say.pick(key[criterion.id].reason)),
            ],
        }
        for criterion in rubric.criteria
    ]


def level_words(criterion: Criterion, rating: float | None, language: Language) -> str:
    """Return a level with its behaviour words, such as “3, States purpose”."""
    if rating is None:
        return language("Not observed")
    words = language.pick(criterion.levels[int(rating)])
    return language("{level}, “{words}”", level=int(rating), words=words)


def _difference(own: float | None, key: float | None) -> Text:
    if own is None and key is None:
        return text("as the key")
    if own is None or key is None:
        return text("rated by one of the two only")
    if own == key:
        return text("as the key")
    if own > key:
        return counted("{count} level above the key", "{count} levels above the key", int(own - key))
    return counted("{count} level below the key", "{count} levels below the key", int(key - own))


def signed(value: float, language: Language) -> str:
    """Return a difference with its sign, or a dash."""
    if value != value:
        return language.number(value)
    shown = language.number(abs(value), 2)
    return f"+{shown}" if value > 0.005 else f"−{shown}" if value < -0.005 else shown


def signed_interval(low: float, high: float, language: Language) -> str:
    """Return an interval of differences; “to” stands between, because a dash beside a minus misleads."""
    if low != low or high != high:
        return language.number(low)
    return language("{low} to {high}", low=signed(low, language), high=signed(high, language))
