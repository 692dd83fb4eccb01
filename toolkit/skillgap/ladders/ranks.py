"""Which rank comes next on each ladder, and how long somebody has held the present one."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

Content = Mapping[str, Any]
MONTHS = "months_in_rank"


def asks_for_something(rank: Content) -> bool:
    """Say whether a rank has requirements; the lowest rank of a ladder may have none."""
    return bool(rank.get("competencies") or rank.get("figures"))


def rank_names(roles: Content) -> dict[str, dict[str, str]]:
    """Return the bilingual name of every rank by its id."""
    return {rank["id"]: rank["name"] for ladder in roles.get("ladders", []) for rank in ladder["ranks"]}


def next_rank(ladders: list[Content], ladder: Content, present: str | None) -> Content | None:
    """Return the rank of `ladder` that is fewest steps above `present`, or None where nothing is above it.

    Steps go along `after`, also over the other ladder. Who has no rank yet (None, or one no ladder has) comes first to the
    first rank that asks for something.
    """
    ranks: dict[str, Content] = {rank["id"]: rank for one in ladders for rank in one["ranks"]}
    own: list[Content] = [rank for rank in ladder["ranks"] if asks_for_something(rank)]
    if present not in ranks:
        return own[0] if own else None
    reached, edge = {present}, {present}
    while edge:
        edge = {name for name, rank in ranks.items() if name not in reached and edge & set(rank.get("after", []))}
        for rank in own:
            if rank["id"] in edge:
                return rank
        reached |= edge
    return None


def steps_between(present: str | None, rank: Content) -> list[str]:
    """Return the ids a rank is reached from where `present` is not among them: it is more than one step away."""
    after = [str(one) for one in rank.get("after", [])]
    return [] if present is None or present in after or not after else after


def months_in_rank(present: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return whole months since each `since` of `present` (person_id, rank_id, since) as figures.

    A day that is missing or after `as_of` gives no figure.
    """
    known = present[present["since"].notna() & (present["since"] <= pd.Timestamp(as_of))]
    whole = [_months(since.date(), as_of) for since in known["since"]]
    rows = {"person_id": known["person_id"], "figure_id": MONTHS, "value": whole, "as_of": pd.Timestamp(as_of)}
    return pd.DataFrame(rows, columns=["person_id", "figure_id", "value", "as_of"]).astype({"value": float})


def _months(since: dt.date, day: dt.date) -> int:
    return 12 * (day.year - since.year) + day.month - since.month - (day.day < since.day)
