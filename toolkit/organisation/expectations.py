"""What a role and tier ask of a person."""

from typing import Any

import pandas as pd


def role_expectations(roles: dict[str, Any]) -> pd.DataFrame:
    """Return role_id, tier_id, competency_id, target (level 1-5) and weight (1-5) from the pack `roles`."""
    rows = [
        (role["id"], tier, competency, float(target), float(weight))
        for role in roles["roles"]
        for tier, expected in role["expectations"].items()
        for competency, (target, weight) in expected.items()
    ]
    return pd.DataFrame(rows, columns=["role_id", "tier_id", "competency_id", "target", "weight"])


def expectations_of(people: pd.DataFrame, roles: dict[str, Any]) -> pd.DataFrame:
    """Return the Expectations table of `people` (person_id, role_id, tier_id).

    People whose role or tier the framework does not know have no rows.
    """
    merged = people[["person_id", "role_id", "tier_id"]].merge(role_expectations(roles), on=["role_id", "tier_id"])
    return merged[["person_id", "competency_id", "target", "weight"]].reset_index(drop=True)
