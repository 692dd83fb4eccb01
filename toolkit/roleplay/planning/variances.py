"""Variance components from an organisation's earlier workshops, as far as they suffice."""

import pandas as pd

from toolkit.errors import InputError, NotEnoughData
from toolkit.vocabulary import Ratings

LEAST_SHEETS = 40
_SHEET = ["workshop_id", "rep_id", "rater_id", "scenario_id"]


def earlier_variances(ratings: pd.DataFrame) -> dict[str, float] | None:
    """Return variance components as `buys` takes them, or None where the sheets do not suffice.

    `ratings` is a Ratings table with workshop_id. It takes forty sheets on which reps, raters,
    scenarios and their part in each other can be told apart. A rep may have learned between two
    workshops, so each workshop counts as a rep of its own.
    """
    from toolkit.roleplay.dependability import generalizability

    if sheet_count(ratings) < LEAST_SHEETS:
        return None
    apart = ratings.assign(rep_id=ratings["workshop_id"] + "/" + ratings["rep_id"])
    try:
        return components_from(generalizability(apart[list(Ratings.columns)]).components)
    except (InputError, NotEnoughData):
        return None


def sheet_count(ratings: pd.DataFrame) -> int:
    """Return on how many sheets `ratings` stand."""
    return len(ratings.drop_duplicates(_SHEET))


def components_from(table: pd.DataFrame) -> dict[str, float] | None:
    """Return variance components as `buys` takes them from those of `generalizability`, or None where they do not suffice.

    What raters and reps, and raters and scenarios, do to each other counts as chance: it makes a
    gain look rather smaller than larger.
    """
    found = dict(zip(table["component"], table["variance"].astype(float), strict=True))
    wanted = {"rep": "rep", "rater": "rater", "scenario": "scenario", "rep_scenario": "rep x scenario"}
    if any(name not in found or found[name] != found[name] for name in (*wanted.values(), "residual")):
        return None
    if found["rep"] <= 0:
        return None
    more = sum(value for name in ("rep x rater", "rater x scenario") if (value := found.get(name, 0.0)) == value)
    return {ours: found[theirs] for ours, theirs in wanted.items()} | {"residual": found["residual"] + more}
