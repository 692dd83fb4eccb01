"""A workshop's ratings as an Excel workbook: one row a rating, and one row a sheet."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from toolkit.documents.grid_file import Grid, write_grids
from toolkit.language import Language
from toolkit.roleplay.feedback.sheet import Forms
from toolkit.vocabulary import rows_of
from toolkit.wording import text

TITLE = text("Ratings")


def ratings_workbook(ratings: pd.DataFrame, forms: Forms, names: Mapping[str, str], language: Language) -> bytes:
    """Return the ratings with their notes in two sheets: one row a rating, and one row a sheet.

    `ratings` is a Ratings table, optionally with columns note and rated_on; `names` gives people's names by id.
    An empty cell was not observed.
    """
    criteria = {one.id: language.pick(one.name) for _, rubric in forms.values() for one in rubric.criteria}
    scenarios = {scenario_id: language.pick(scenario.name) for scenario_id, (scenario, _) in forms.items()}
    who = [text("Rep"), text("Rater"), text("Scenario")]
    rows = [
        [
            *_who(row, names, scenarios),
            criteria.get(row.criterion_id, row.criterion_id),
            None if np.isnan(row.rating) else float(row.rating),
            _words(getattr(row, "note", None)),
            language.date(row.rated_on.date()) if hasattr(row, "rated_on") else None,
        ]
        for row in rows_of(ratings)
    ]
    empty = text("Rating 1–5 (empty: not observed)")
    long = Grid(text("One row a rating"), [*who, text("Criterion"), empty, text("Note"), text("Day")], rows)
    order = [one for one in criteria if one in set(ratings["criterion_id"])]
    wide = Grid(
        text("One row a sheet"), [*who, *(criteria[one] for one in order)], _sheets(ratings, order, names, scenarios)
    )
    return write_grids([long, wide], language, TITLE)


def _sheets(
    ratings: pd.DataFrame, order: list[str], names: Mapping[str, str], scenarios: Mapping[str, str]
) -> list[list[str | float | None]]:
    keys = ["rep_id", "rater_id", "scenario_id"]
    table = ratings.pivot_table(index=keys, columns="criterion_id", values="rating", sort=True, dropna=False)
    table = table.reindex(columns=order).reindex(pd.MultiIndex.from_frame(ratings[keys].drop_duplicates()))
    return [
        [*_who(row, names, scenarios), *(None if np.isnan(value) else float(value) for value in values)]
        for row, values in zip(rows_of(table.index.to_frame(index=False)), table.to_numpy(dtype=float), strict=True)
    ]


def _who(row: object, names: Mapping[str, str], scenarios: Mapping[str, str]) -> list[str | float | None]:
    rep, rater, scenario = (str(getattr(row, name)) for name in ("rep_id", "rater_id", "scenario_id"))
    return [names.get(rep, rep), names.get(rater, rater), scenarios.get(scenario, scenario)]


def _words(note: object) -> str | None:
    return note if isinstance(note, str) and note.strip() else None
