"""The ladders of the roles pack as the table that career plans take."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

_COLUMNS = ["ladder_id", "rank_id", "after", "kind", "requirement_id", "wanted"]


def ladder_table(roles: Mapping[str, Any]) -> pd.DataFrame:
    """Return the Ladders table of `career_path` from a roles pack."""
    rows: list[tuple[Any, ...]] = []
    for ladder in roles.get("ladders", ()):
        for rank in ladder["ranks"]:
            key = (ladder["id"], rank["id"], "; ".join(rank.get("after", ())))
            asks = [("competency", name, wanted) for name, wanted in rank.get("competencies", {}).items()]
            for name, bounds in rank.get("figures", {}).items():
                asks.append(("figure", name, next(iter(bounds.values()))))
            rows += [(*key, *one) for one in asks] or [(*key, "competency", "", None)]
    return pd.DataFrame(rows, columns=_COLUMNS)


def rank_names(roles: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return bilingual names of ladders and ranks by id."""
    found = {}
    for ladder in roles.get("ladders", ()):
        found[ladder["id"]] = ladder["name"]
        found |= {rank["id"]: rank["name"] for rank in ladder["ranks"]}
    return found
