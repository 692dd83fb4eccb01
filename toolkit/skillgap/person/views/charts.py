"""Self against others as a picture."""

from collections.abc import Mapping

import pandas as pd

from toolkit.controls.charts import Dot, Figure, dot_intervals
from toolkit.language import Language
from toolkit.skillgap.report import competency_words
from toolkit.vocabulary import rows_of

Names = Mapping[str, Mapping[str, str]]


def self_gap_chart(views: pd.DataFrame, names: Names, language: Language) -> Figure | None:
    """Return by how much a person sees the own levels higher than others do; None without a self rating."""
    seen = views[views["self_gap"].notna()].sort_values("self_gap", ascending=False, kind="stable")
    if seen.empty:
        return None
    say = language
    apart = [
        competency_words(row.competency_id, names, say) for row in rows_of(seen) if row.view in ("higher", "lower")
    ]
    return dot_intervals(
        [
            Dot(competency_words(row.competency_id, names, say), row.self_gap, row.low, row.high)
            for row in rows_of(seen)
        ],
        title=say("Self against others: right of 0 the person sees a level higher than others do"),
        summary=say("Self and others clearly differ in: {list}.", list=say.join(apart))
        if apart
        else say("Nowhere do self and others clearly differ."),
        axis=say("Levels the own view lies above the others' view"),
        name=say("Competency"),
        words=(say("Difference"), say("No difference")),
        language=say,
        aim=0.0,
        digits=1,
    )
