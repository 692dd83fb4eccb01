"""What the generator needs to know of the content packs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from toolkit.organisation.content import competencies
from toolkit.organisation.expectations import role_expectations
from toolkit.vocabulary import TIERS

UNASKED = 0.5  # levels below the other roles of that tier, where a role does not ask for a competency
LOWEST_TARGET = 1.5

Content = Mapping[str, Any]


def competency_ids(content: Content) -> list[str]:
    """Return the competencies of the framework in their order."""
    return [competency["id"] for competency, _ in competencies(content["framework"])]


def expectations(content: Content) -> pd.DataFrame:
    """Return role_id, tier_id, competency_id, target (level 1-5), weight (1-5) and asked.

    One row for every role, tier and competency: where a role does not ask for a competency, `asked` is
    false, the weight is 0 and the target is half a level below what the other roles of the tier ask.
    """
    known = role_expectations(content["roles"])
    keys = pd.MultiIndex.from_product(
        [[role["id"] for role in content["roles"]["roles"]], TIERS, competency_ids(content)],
        names=["role_id", "tier_id", "competency_id"],
    )
    full = known.set_index(keys.names).reindex(keys).reset_index()
    others = known.groupby(["tier_id", "competency_id"])["target"].mean() - UNASKED
    fallback = others.reindex(pd.MultiIndex.from_frame(full[["tier_id", "competency_id"]])).to_numpy()
    full["asked"] = full["target"].notna()
    full["target"] = full["target"].fillna(pd.Series(fallback)).fillna(LOWEST_TARGET)
    full["weight"] = full["weight"].fillna(0.0)
    return full


def criterion_weights(content: Content, rubric_id: str) -> tuple[list[str], np.ndarray]:
    """Return the criteria of a rubric and the matrix criterion x competency of shares (rows sum to 1)."""
    rubric = next(one for one in content["rubrics"]["rubrics"] if one["id"] == rubric_id)
    order = competency_ids(content)
    matrix = np.zeros((len(rubric["criteria"]), len(order)))
    for row, criterion in enumerate(rubric["criteria"]):
        for competency, share in criterion["competencies"].items():
            matrix[row, order.index(competency)] = share
    return [one["id"] for one in rubric["criteria"]], matrix / matrix.sum(axis=1, keepdims=True)


def scenario_rubrics(content: Content) -> dict[str, str]:
    """Return the rubric of each scenario by scenario_id."""
    return {one["id"]: one["rubric"] for one in content["scenarios"]["scenarios"]}


def scenario_difficulty(content: Content) -> dict[str, float]:
    """Return by scenario_id how many levels a scenario lowers every rating, against the mean of all scenarios.

    Centred, because a pack of hard scenarios would otherwise press the ratings against the low end. Joint visits
    and proposals are no role-plays and left out.
    """
    played = [one for one in content["scenarios"]["scenarios"] if "kind" not in one]
    stated = {one["id"]: float(one.get("difficulty", 0.0)) for one in played}
    mean = sum(stated.values()) / len(stated)
    return {name: round(value - mean, 3) for name, value in stated.items()}
