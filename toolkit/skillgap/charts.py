"""Gaps as pictures."""

from collections.abc import Mapping

import pandas as pd
from markupsafe import Markup

from toolkit.controls.chart import GapBar, gap_bars
from toolkit.controls.table import heat_map
from toolkit.language import Language
from toolkit.skillgap.report import STANDING_WORDS
from toolkit.vocabulary import rows_of
from toolkit.wording import text


def person_chart(gaps: pd.DataFrame, names: Mapping[str, Mapping[str, str]], language: Language) -> Markup:
    """Return one person's gaps (as `GapState.gaps_of` gives them) as dots with intervals and targets."""
    bars = [
        GapBar(
            language.pick(names.get(row.competency_id, {"en": row.competency_id})),
            None if pd.isna(row.level) else row.level,
            None if pd.isna(row.low) else row.low,
            None if pd.isna(row.high) else row.high,
            row.target,
            row.standing,
            language.say(STANDING_WORDS[row.standing]),
        )
        for row in rows_of(gaps)
    ]
    likely = [bar.label for bar in bars if bar.standing == "gap"]
    if likely:
        summary = text("Probably below target in: {list}.", list=language.join(likely))
    else:
        summary = text("In nothing that was seen is this person probably below target.")
    return gap_bars(
        bars,
        title=language("Level (dot) with 90% interval against the role's target (bar)"),
        summary=language.say(summary),
        axis=language("Level 1–5"),
    )


def team_map(gaps: pd.DataFrame, names: Mapping[str, Mapping[str, str]], language: Language, *, caption: str) -> Markup:
    """Return a team's gaps (person_id, name, competency_id, level, standing) as a heat map; grey was never seen."""
    order = [competency for competency in names if competency in set(gaps["competency_id"])]
    # By person, not by name: two people may share one.
    gaps = gaps.set_index(["name", "person_id", "competency_id"])
    level, words = (gaps[column].unstack().reindex(columns=order).droplevel(1) for column in ("level", "standing"))
    shown = level.map(lambda value: "" if pd.isna(value) else language.number(value, 1))
    classes = words.where(words.notna(), "none")
    spoken = classes.map(lambda value: language.say(STANDING_WORDS.get(value, text("not asked for"))))
    shown = shown.where(classes != "unseen", "?").where(classes != "none", "")
    shown.columns = [language.pick(names[competency]) for competency in order]
    return heat_map(shown, classes, spoken, caption=caption, corner=language("Name"))
