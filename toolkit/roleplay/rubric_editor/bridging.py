"""Which criteria two versions of a rubric share, and the bridge between their scores."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toolkit.roleplay.bridging import Bridge, bridge
from toolkit.roleplay.rubric import Criterion, Rubric
from toolkit.vocabulary import Ratings


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
