"""What a rank asks of somebody's levels, as a picture."""

from collections.abc import Mapping

import pandas as pd

from toolkit.controls.charts import Figure, GapBar, gap_bars
from toolkit.language import Language
from toolkit.skillgap.ladders.report import REQUIREMENT_WORDS, standing_of
from toolkit.vocabulary import rows_of

_SHAPES = {"unseen": "unseen", "not_met": "gap", "unlikely": "gap", "open": "unclear", "likely": "met", "met": "met"}


def rank_chart(
    table: pd.DataFrame, names: Mapping[str, Mapping[str, str]], rank: str, language: Language
) -> Figure | None:
    """Return the competencies among requirements (of `ReadinessState.readiness_for`) against what `rank` asks, or None."""
    asked = table[table["kind"] == "competency"]
    if asked.empty:
        return None
    say = language
    bars = []
    for row in rows_of(asked):
        standing, seen = standing_of(row), not pd.isna(row.found)
        bars.append(
            GapBar(
                say.pick(names.get(row.requirement_id, {"en": row.requirement_id})),
                row.found if seen else None,
                row.low if seen else None,
                row.high if seen else None,
                row.wanted,
                _SHAPES[standing],
                say.say(REQUIREMENT_WORDS[standing]),
            )
        )
    short = [bar.label for bar in bars if bar.standing == "gap"]
    unseen = [bar.label for bar in bars if bar.standing == "unseen"]
    parts = [
        *([say("Probably not met: {list}.", list=say.join(short))] if short else []),
        *([say("Not yet seen: {list}.", list=say.join(unseen))] if unseen else []),
    ]
    return gap_bars(
        bars,
        title=say("Levels against what the rank “{rank}” asks for", rank=rank),
        summary=" ".join(parts) or say("No level is probably below what the rank asks for."),
        axis=say("Level 1–5"),
        name=say("Competency"),
        language=say,
    )
