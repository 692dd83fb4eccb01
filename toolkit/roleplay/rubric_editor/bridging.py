"""From which criteria two versions share to one sentence on how their scores compare."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toolkit.language import Language
from toolkit.roleplay.bridging import Bridge, bridge
from toolkit.roleplay.rubric import Criterion, Rubric
from toolkit.vocabulary import Ratings
from toolkit.wording import Text, text

_EXAMPLE = 3.0


def shared_criteria(old: Rubric, new: Rubric) -> tuple[str, ...]:
    """Return the ids of criteria with the same question and the same words at all levels, in both languages."""
    known = {one.id: one for one in old.criteria}
    return tuple(one.id for one in new.criteria if one.id in known and _words(known[one.id]) == _words(one))


def _words(criterion: Criterion) -> Any:
    return dict(criterion.question), {level: dict(said) for level, said in criterion.levels.items()}


def bridge_versions(old: Rubric, new: Rubric, ratings: Mapping[str, pd.DataFrame]) -> Bridge:
    """Return the bridge between two versions; `ratings` holds a Ratings table under ``old`` and ``new``."""
    tables = {name: table[list(Ratings.columns)] for name, table in ratings.items()}
    seen = [set(table["criterion_id"]) for table in tables.values() if len(table)]
    shared = [one for one in shared_criteria(old, new) if all(one in side for side in seen)]
    return bridge(tables["old"], tables["new"], shared, old_weights=old.weights, new_weights=new.weights)


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
