"""One person's evidence over time as a picture."""

import pandas as pd

from toolkit.controls.charts import Figure, Moment, timeline
from toolkit.language import Language
from toolkit.skillgap.report import SOURCE_WORDS
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, rows_of

_NINETY = 1.645


def evidence_timeline(points: pd.DataFrame, competency: str, target: float | None, language: Language) -> Figure:
    """Return what was seen of one competency over time; `points` as `points_seen` gives them."""
    say = language
    moments = [
        Moment(
            row.day.date(),
            say.say(SOURCE_WORDS[row.source]),
            row.level,
            max(row.level - _NINETY * row.standard_error, SCALE_LOW),
            min(row.level + _NINETY * row.standard_error, SCALE_HIGH),
        )
        for row in rows_of(points)
    ]
    words = say(
        "{count} points from {sources}.", count=len(moments), sources=say.join(sorted({m.series for m in moments}))
    )
    return timeline(
        moments,
        title=say("{competency}: what was seen when, as rated", competency=competency),
        summary=words if moments else say("Nothing has been seen of this competency yet."),
        axis=say("Level 1–5"),
        language=say,
        target=target,
        ends=(SCALE_LOW, SCALE_HIGH),
    )
