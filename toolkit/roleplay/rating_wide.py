"""From a Ratings table to what the measures of agreement take: performances in rows, raters in columns."""

from collections.abc import Mapping

import pandas as pd

from toolkit.errors import InputError
from toolkit.roleplay.scoring import sheet_composites
from toolkit.vocabulary import Ratings, check
from toolkit.wording import text

PERFORMANCE = ["rep_id", "scenario_id"]


def wide_ratings(
    ratings: pd.DataFrame, criterion_id: str | None = None, *, weights: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Return one row a performance (index rep_id, scenario_id) and one column a rater_id, nan = not rated.

    `ratings` is a Ratings table. Cells hold the sheet's composite (weighted mean of the criteria observed, `weights`
    maps criterion_id to a positive weight), or its rating of one criterion if `criterion_id` is given. Only
    performances and raters with at least one value are there. The table goes as it is into `icc`,
    `krippendorff_alpha`, `fleiss_kappa` and `gwet_ac`. Raises `InputError` for a bad table, for a cell that is
    there twice and for a criterion that no row has.
    """
    if criterion_id is None:
        cells, value = sheet_composites(ratings, weights), "composite"
    else:
        checked = check(ratings, Ratings)
        cells, value = checked[checked["criterion_id"] == criterion_id].dropna(subset=["rating"]), "rating"
        if criterion_id not in set(checked["criterion_id"]):
            raise InputError(text("There are no ratings of the criterion “{criterion}”.", criterion=criterion_id))
    double = cells.duplicated([*PERFORMANCE, "rater_id"])
    if double.any():
        row = cells[double].iloc[0]
        raise InputError(
            text("{rater} has rated {rep} twice here.", rater=row["rater_id"], rep=row["rep_id"]),
            remedy=text("Keep one sheet for each rep, rater and scenario."),
        )
    wide = cells.set_index([*PERFORMANCE, "rater_id"])[value].unstack("rater_id")
    return wide.sort_index().sort_index(axis=1).astype(float)
