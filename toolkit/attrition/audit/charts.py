"""Impact ratios as a picture."""

from toolkit.attrition.audit.report import GROUP_LABELS, Values, column_words, group_word
from toolkit.attrition.fairness import FairnessResult
from toolkit.controls.charts import Dot, Figure, dot_intervals
from toolkit.language import Language
from toolkit.vocabulary import rows_of


def ratio_dots(result: FairnessResult, attribute: str, language: Language, values: Values) -> Figure:
    """Return how often each group is listed against the others, with the 90 % interval; 1 is as often."""
    say = language
    rows = rows_of(result.groups[result.groups["attribute"] == attribute])
    dots = [
        Dot(group_word(row.group, say, values), _known(row.ratio), _known(row.ratio_low), _known(row.ratio_high))
        for row in rows
    ]
    across = sum(dot.low is not None and dot.high is not None and dot.low <= 1 <= dot.high for dot in dots)
    name, ratio = column_words(attribute, say), GROUP_LABELS["ratio"]
    return dot_intervals(
        dots,
        title=say("{column}: listed against the others", column=name),
        summary=say(
            "For {inside} of {count} groups the interval holds 1, being listed as often as the others.",
            inside=across,
            count=len(dots),
        ),
        axis=say.say(ratio),
        name=name,
        words=(say.say(ratio), say("as often as the others")),
        language=say,
        aim=1.0,
    )


def _known(value: float) -> float | None:
    return float(value) if abs(value) < float("inf") else None
