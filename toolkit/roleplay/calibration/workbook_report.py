"""A calibration's raw deviations as an Excel workbook."""

from collections.abc import Mapping

import pandas as pd

from toolkit.documents.grid_file import Grid, Said, write_grids
from toolkit.errors import NotEnoughData
from toolkit.language import Language
from toolkit.roleplay.calibration.deviation import Deviations, deviations
from toolkit.roleplay.calibration.performance import Key
from toolkit.roleplay.calibration.report import CRITERION_LABELS
from toolkit.roleplay.rubric import Rubric
from toolkit.vocabulary import rows_of
from toolkit.wording import text

TITLE = text("Deviations from the key")
Cell = Said | float | None


def deviation_workbook(
    ratings: pd.DataFrame, key: Key, rubric: Rubric, names: Mapping[str, str], language: Language
) -> bytes:
    """Return three sheets: one row a rating, one row a rater with the deviation on each criterion, the figures.

    `ratings` has rater_id, criterion_id and rating (NaN = not observed); an empty cell was not observed or not
    compared. Raises `NotEnoughData` where nobody has handed in.
    """
    if ratings.empty:
        raise NotEnoughData(text("Nobody has handed in a sheet yet. Ask the raters to open this session and rate it."))
    found = deviations(ratings, key)
    called = {criterion.id: language.pick(criterion.name) for criterion in rubric.criteria}
    grids = [_long(found, called, names), _wide(found, called, names), _figures(found, names, language)]
    return write_grids(grids, language, TITLE)


def _long(found: Deviations, called: Mapping[str, str], names: Mapping[str, str]) -> Grid:
    rows: list[list[Cell]] = [
        [
            names.get(row.rater_id, row.rater_id),
            called[row.criterion_id],
            *(_number(value) for value in (row.rating, row.key, row.deviation)),
        ]
        for row in rows_of(found.cells)
    ]
    empty = text("Rating 1–5 (empty: not observed)")
    headers = [text("Rater"), text("Criterion"), empty, CRITERION_LABELS["key"], CRITERION_LABELS["deviation"]]
    return Grid(text("One row a rating"), headers, rows)


def _wide(found: Deviations, called: Mapping[str, str], names: Mapping[str, str]) -> Grid:
    order = [one for one in called if one in set(found.cells["criterion_id"])]
    wide = found.cells.pivot(index="rater_id", columns="criterion_id", values="deviation")
    wide = wide.reindex(index=found.raters["rater_id"], columns=order)
    rows: list[list[Cell]] = [
        [names.get(rater, rater), *(_number(value) for value in values)]
        for rater, values in zip(wide.index, wide.to_numpy(dtype=float), strict=True)
    ]
    return Grid(text("One row a rater"), [text("Rater"), *(called[one] for one in order)], rows)


def _figures(found: Deviations, names: Mapping[str, str], language: Language) -> Grid:
    low, high = text("90% interval from"), text("90% interval to")
    headers: list[Said] = [text("Rater"), text("Criteria"), CRITERION_LABELS["off"], low, high]
    headers += [CRITERION_LABELS["deviation"], low, high, text("Agreement with the key (kappa)"), text("Note")]
    rows: list[list[Cell]] = []
    for row in rows_of(found.raters):
        kappa = found.agreement[row.rater_id]
        notes = dict.fromkeys(
            language.say(note) for note in (row.off_note, row.bias_note, kappa.note) if note is not None
        )
        figures = (row.off, row.off_low, row.off_high, row.bias, row.bias_low, row.bias_high, kappa.estimate)
        line = [names.get(row.rater_id, row.rater_id), int(row.criteria), *(_number(value) for value in figures)]
        rows.append([*line, " ".join(notes)])
    return Grid(text("Figures"), headers, rows)


def _number(value: float) -> float | None:
    return None if value != value else round(float(value), 3)
