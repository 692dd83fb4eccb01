"""Readiness as words and tables, for reading and for Excel."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toolkit.language import Language
from toolkit.skillgap.rank_readiness import NOT_YET, READY
from toolkit.skillgap.report import chance
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, counted, text

Both = Mapping[str, str]
REQUIREMENT_LABELS = {
    "requirement": text("Requirement"),
    "asked": text("Asked"),
    "found": text("Found"),
    "probability": text("Probability"),
    "verdict": text("Verdict"),
    "missing": text("What is missing"),
    "rests": text("Rests on"),
}
REQUIREMENT_WORDS = {
    "not_met": text("not met"),
    "unlikely": text("probably not met"),
    "open": text("open"),
    "unseen": text("not yet seen"),
    "likely": text("probably met"),
    "met": text("met"),
}
VERDICT_WORDS = {
    "ready": text("Probably ready"),
    "one_rater": text("Rests on one rater"),
    "open": text("Open"),
    "not_yet": text("Not yet"),
    "unseen": text("Cannot be said yet"),
}


def standing_of(row: Any) -> str:
    """Return the key in `REQUIREMENT_WORDS` for a row of requirements; facts without error are met or not."""
    if pd.isna(row.probability):
        return "unseen"
    if not row.sd > 0:
        return "met" if row.probability == 1 else "not_met"
    return "likely" if row.probability >= READY else "unlikely" if row.probability <= NOT_YET else "open"


def requirement_rows(
    table: pd.DataFrame, names: Mapping[str, Both], figures: Mapping[str, Mapping[str, Any]], say: Language
) -> pd.DataFrame:
    """Return requirements (as `ReadinessState.readiness_for` gives them) with the columns of `REQUIREMENT_LABELS`."""
    rows = []
    for row in rows_of(table):
        unit = figures.get(row.requirement_id, {}).get("unit", "") if row.kind == "figure" else "level"
        both = names if row.kind == "competency" else {one: figure["name"] for one, figure in figures.items()}
        wanted = _value(row.wanted, unit, say)
        limit = (
            text("at least {value}", value=wanted)
            if row.direction == "at_least"
            else text("at most {value}", value=wanted)
        )
        rows.append(
            {
                "requirement": say.pick(both.get(row.requirement_id, {"en": row.requirement_id})),
                "asked": say.say(limit),
                "found": _found(row, unit, say),
                "probability": "–" if standing_of(row) in ("met", "not_met") else chance(row.probability, say),
                "verdict": standing_of(row),
                "missing": say.say(_missing(row, unit, say)),
                "rests": say.say(_rests(row, say)),
            }
        )
    return pd.DataFrame(rows, columns=list(REQUIREMENT_LABELS))


def overall_words(row: Any, say: Language) -> Text:
    """Say in one sentence how probably all requirements are met; `row` is of `Readiness.overall`."""
    if row.seen == 0:
        return text("None of the {count} requirements has been seen, so nothing can be said.", count=row.requirements)
    if pd.isna(row.product):
        return text(
            "Whether all {count} requirements are met cannot be said: {missing} not yet seen. Of the {seen} seen, "
            "about {expected} are met.",
            count=row.requirements,
            missing=row.requirements - row.seen,
            seen=row.seen,
            expected=say.number(row.expected_met, 1),
        )
    return text(
        "All {count} requirements together: probability {product} if they had nothing to do with each other, at most "
        "{most}. About {expected} of them are met.",
        count=row.requirements,
        product=_percent(row.product, say),
        most=_percent(row.at_most, say),
        expected=say.number(row.expected_met, 1),
    )


def _found(row: Any, unit: str, say: Language) -> str:
    if pd.isna(row.found):
        return say("not yet seen") if row.kind == "competency" else say("not entered")
    if not row.sd > 0:
        return _value(row.found, unit, say)
    return say(
        "{value} ({interval})",
        value=_value(row.found, unit, say),
        interval=say.interval(row.low, row.high, 1 if unit != "share" else 2),
    )


def _missing(row: Any, unit: str, say: Language) -> Text | str:
    standing = standing_of(row)
    if standing == "unseen":
        return text("Observe it.") if row.kind == "competency" else text("Enter the figure.")
    if standing in ("met", "likely"):
        return ""
    short = abs(row.wanted - row.found)
    if standing == "open":
        return text("Look again: too uncertain to decide.")
    if unit == "months":
        return counted("{count} more month", "{count} more months", max(round(short), 1))
    if unit == "level":
        return text("{value} levels", value=say.number(short, 1))
    more = _value(short, unit, say)
    return text("{value} more", value=more) if row.direction == "at_least" else text("{value} less", value=more)


def _rests(row: Any, say: Language) -> Text | str:
    if row.kind == "figure":
        if pd.isna(row.found):
            return ""
        return text("Figure as of {day}", day=say.date(row.as_of.date())) if pd.notna(row.as_of) else text("Figure")
    if pd.isna(row.pieces):
        return ""
    raters = 0 if pd.isna(row.raters) else int(row.raters)
    return counted(
        "{count} piece, raters: {raters}", "{count} pieces, raters: {raters}", int(row.pieces), raters=raters
    )


def _value(value: float, unit: str, say: Language) -> str:
    if unit == "share":
        return say.percent(value)
    return say.number(value, 1 if unit in ("level", "points") or value != int(value) else 0)


def _percent(share: float, say: Language) -> str:
    """Return a probability; it is certain only where a counted figure falls short."""
    return say.percent(share) if share == 0 else chance(share, say)
