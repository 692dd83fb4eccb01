"""Gaps as pictures."""

from collections.abc import Mapping

import pandas as pd

from toolkit.controls.charts import Cell, Figure, GapBar, gap_bars, heat_map, radar
from toolkit.language import Language
from toolkit.skillgap.report import STANDING_WORDS
from toolkit.vocabulary import rows_of
from toolkit.wording import text

Names = Mapping[str, Mapping[str, str]]


def person_chart(gaps: pd.DataFrame, names: Names, language: Language) -> Figure:
    """Return one person's gaps (as `GapState.gaps_of` gives them) as dots with intervals and targets."""
    return gap_bars(
        _bars(gaps, names, language),
        title=language("Level (dot) with 90% interval against the role's target (bar)"),
        summary=_summary(gaps, names, language),
        axis=language("Level 1–5"),
        name=language("Competency"),
        language=language,
    )


def person_radar(gaps: pd.DataFrame, names: Names, language: Language) -> Figure:
    """Return the same gaps around a circle, in the order of `names`, so that people's shapes compare."""
    order = {competency: number for number, competency in enumerate(names)}
    around = gaps.sort_values("competency_id", key=lambda ids: ids.map(order), kind="stable")
    return radar(
        _bars(around, names, language),
        title=language("Levels against what the role asks for, as a profile"),
        summary=_summary(gaps, names, language),
        name=language("Competency"),
        language=language,
    )


def _bars(gaps: pd.DataFrame, names: Names, language: Language) -> list[GapBar]:
    return [
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


def _summary(gaps: pd.DataFrame, names: Names, language: Language) -> str:
    likely = [bar.label for bar in _bars(gaps, names, language) if bar.standing == "gap"]
    if likely:
        return language("Probably below target in: {list}.", list=language.join(likely))
    return language("In nothing that was seen is this person probably below target.")


def team_map(gaps: pd.DataFrame, names: Names, language: Language, *, caption: str) -> Figure:
    """Return a team's gaps (person_id, name, competency_id, level, standing) as a heat map; grey was never seen."""
    order = [competency for competency in names if competency in set(gaps["competency_id"])]
    # By person, not by name: two people may share one.
    wide = gaps.set_index(["name", "person_id", "competency_id"])
    level, standing = (wide[column].unstack().reindex(columns=order) for column in ("level", "standing"))
    cells = [
        [_cell(value, word, language) for value, word in zip(values, words, strict=True)]
        for values, words in zip(level.to_numpy(), standing.to_numpy(dtype=object), strict=True)
    ]
    return heat_map(
        [str(name) for name in level.index.get_level_values("name")],
        [language.pick(names[competency]) for competency in order],
        cells,
        title=caption,
        summary=language(
            "{people} people, {count} competencies; probable gaps: {gaps}.",
            people=len(level),
            count=len(order),
            gaps=int((gaps["standing"] == "gap").sum()),
        ),
        name=language("Name"),
        standings={key: language.say(words) for key, words in STANDING_WORDS.items()},
        language=language,
    )


def _cell(level: float, standing: object, language: Language) -> Cell:
    if not isinstance(standing, str):
        return Cell("", "", language.say(text("not asked for")))
    return Cell("" if pd.isna(level) else language.number(level), standing, language.say(STANDING_WORDS[standing]))
