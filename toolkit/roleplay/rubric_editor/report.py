"""What is known about versions of a rubric, in words."""

from toolkit.language import Language
from toolkit.roleplay.bridging import Bridge
from toolkit.wording import Text, text

_EXAMPLE = 3.0


def bridge_words(found: Bridge, language: Language) -> Text:
    """Return one sentence on how scores of two versions compare, with its uncertainty or the reason why there is none."""
    if found.note is not None:
        return text("Scores of the two versions cannot be put on one scale. {reason}", reason=found.note)
    figure = found.new_score(_EXAMPLE)
    return text(
        "A score of {old} on the earlier version is about {value} on the current one (90% interval {interval}), judged by "
        "{shared} shared criteria on {before} earlier and {after} later sheets.",
        old=language.number(_EXAMPLE, 1),
        value=language.number(figure.value, 2),
        interval=language.interval(figure.low, figure.high, 2),
        shared=len(found.shared),
        before=found.old_sheets,
        after=found.new_sheets,
    )
