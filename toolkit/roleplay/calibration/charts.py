"""Calibrations as pictures."""

from collections.abc import Mapping

import pandas as pd

from toolkit.controls.charts import Cell, Dot, Figure, Moment, dot_intervals, heat_map, timeline
from toolkit.language import Language
from toolkit.roleplay.calibration.deviation import Deviations
from toolkit.roleplay.rubric import Rubric
from toolkit.vocabulary import rows_of
from toolkit.wording import text

# The heat map's standings, by how far a rating is off the key.
_DISTANCE_WORDS = {
    "strength": text("as the key"),
    "unclear": text("one level off"),
    "gap": text("two or more levels off"),
    "unseen": text("not compared"),
}


def deviation_map(found: Deviations, rubric: Rubric, names: Mapping[str, str], language: Language) -> Figure:
    """Return raters by criteria, each cell the rating less the key."""
    criteria = [criterion for criterion in rubric.criteria if criterion.id in set(found.cells["criterion_id"])]
    wide = found.cells.pivot(index="rater_id", columns="criterion_id", values="deviation")
    wide = wide.reindex(index=found.raters["rater_id"], columns=[criterion.id for criterion in criteria])
    off = int((found.cells["deviation"].abs() >= 2).sum())
    return heat_map(
        [names.get(rater, rater) for rater in wide.index],
        [language.pick(criterion.name) for criterion in criteria],
        [[_cell(value, language) for value in line] for line in wide.to_numpy()],
        title=language("Ratings less the key, by rater and criterion"),
        summary=language.count(
            "{count} rating is two or more levels off the key.",
            "{count} ratings are two or more levels off the key.",
            off,
        ),
        name=language("Rater"),
        standings={key: language.say(words) for key, words in _DISTANCE_WORDS.items()},
        language=language,
    )


def _cell(deviation: float, language: Language) -> Cell:
    size = abs(deviation)
    standing = "unseen" if size != size else "strength" if size == 0 else "unclear" if size == 1 else "gap"
    words = language.say(_DISTANCE_WORDS[standing])
    if standing == "unseen":
        return Cell("", standing, words)
    sign = "+" if deviation > 0 else "−" if deviation < 0 else ""
    return Cell(f"{sign}{size:.0f}", standing, words)


def bias_chart(found: Deviations, names: Mapping[str, str], language: Language) -> Figure:
    """Return how far each rater is above or below the key on average, with intervals."""
    dots = [
        Dot(
            names.get(row.rater_id, row.rater_id),
            *(None if v != v else v for v in (row.bias, row.bias_low, row.bias_high)),
        )
        for row in rows_of(found.raters.sort_values("bias", ascending=False, kind="stable"))
    ]
    lenient, hard = (int((found.raters["leaning"] == one).sum()) for one in ("lenient", "hard"))
    return dot_intervals(
        dots,
        title=language("Lenient or hard: average distance above or below the key"),
        summary=language("Clearly lenient raters: {lenient}; clearly hard raters: {hard}.", lenient=lenient, hard=hard),
        axis=language("Levels above (+) or below (−) the key"),
        name=language("Rater"),
        words=(language("Average difference"), ""),
        language=language,
    )


def development_chart(over_time: pd.DataFrame, name: str, language: Language) -> Figure:
    """Return one rater's mean distance from the key over the sessions (of `off_over_sessions`)."""
    moments = [
        Moment(row.held_on, name, row.off, *(None if end != end else end for end in (row.off_low, row.off_high)))
        for row in rows_of(over_time)
    ]
    first, last = over_time["off"].iloc[[0, -1]]
    return timeline(
        moments,
        title=language("Distance from the key, session by session"),
        summary=language(
            "From {first} levels off in the first session to {last} in the latest.",
            first=language.number(first, 2),
            last=language.number(last, 2),
        ),
        axis=language("Levels off the key"),
        language=language,
        ends=(0.0, 2.0),
    )
