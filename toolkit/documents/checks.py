"""Checks that look beyond one cell: required, range, repeats, references."""

import datetime as dt
import difflib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import numpy as np
import pandas as pd

from toolkit.documents.cells import Report, is_blank
from toolkit.documents.columns import Column, TableForm
from toolkit.documents.problems import shown
from toolkit.wording import Text, text


def check_required(values: pd.Series, cells: list[object], report: Report) -> None:
    """Report blank cells of a required column; cells that were refused have their own message."""
    missing = np.flatnonzero(values.isna().to_numpy(dtype=bool)).tolist()
    report(
        [at for at in missing if is_blank(cells[at])],
        lambda at: (
            text("The cell is empty, but this column must be filled in every row."),
            text("Enter the value, or delete the row if it is not meant."),
        ),
    )


def check_range(column: Column, values: pd.Series, cells: list[object], report: Report) -> None:
    """Report numbers or dates outside the column's bounds."""
    if column.kind not in ("number", "whole", "date", "month"):
        return
    is_date = column.kind in ("date", "month")
    # Missing dates become the smallest integer, so they are masked out below.
    compared = (
        values.to_numpy("datetime64[s]").astype("int64") if is_date else values.to_numpy("float64", na_value=np.nan)
    )
    filled = values.notna().to_numpy(dtype=bool)
    for bound, is_low in ((column.low, True), (column.high, False)):
        if bound is None:
            continue
        limit = pd.Timestamp(bound).timestamp() if isinstance(bound, dt.date) else bound
        beyond = (compared < limit) if is_low else (compared > limit)
        report(
            np.flatnonzero(beyond & filled).tolist(),
            lambda at, is_low=is_low: (_too_far(cells[at], is_low), _allowed(column)),  # type: ignore[misc]
        )


def check_length(column: Column, values: pd.Series, cells: list[object], report: Report) -> None:
    """Report text and identifiers that are longer than the store takes."""
    most = column.most_characters
    if most is None:
        return
    lengths = values.str.len().to_numpy(dtype="float64", na_value=np.nan)
    report(
        np.flatnonzero(lengths > most).tolist(),
        lambda at: (
            text("“{value}” has {length} characters.", value=shown(cells[at]), length=int(lengths[at])),
            text("Shorten it to at most {longest} characters.", longest=most),
        ),
    )


def check_repeats(
    key: tuple[str, ...],
    frame: pd.DataFrame,
    headers: Mapping[str, str],
    row_numbers: list[int],
    report: Report,
) -> None:
    """Report rows whose `key` stands in an earlier row, naming that row. Blank keys are passed over."""
    keyed = frame[list(key)]
    complete = keyed.notna().all(axis=1)
    repeated = complete & keyed.duplicated(keep="first")
    if not repeated.any():
        return
    groups = keyed.groupby(list(key), sort=False, dropna=True).ngroup().to_numpy()
    first: dict[int, int] = {}
    for at in np.flatnonzero(complete.to_numpy()).tolist():
        first.setdefault(int(groups[at]), at)

    def describe(at: int) -> tuple[Text, Text]:
        earlier = row_numbers[first[int(groups[at])]]
        remedy = text("Keep one of the two rows, or correct the one that is wrong.")
        if len(key) == 1:
            return text(
                "“{value}” already stands in row {earlier}.", value=_plain(frame[key[0]].iloc[at]), earlier=earlier
            ), remedy
        names = "+".join(headers[name] for name in key)
        return text("The same {columns} already stand in row {earlier}.", columns=names, earlier=earlier), remedy

    report(np.flatnonzero(repeated.to_numpy()).tolist(), describe)


def check_references(
    column: Column,
    frame: pd.DataFrame,
    form: TableForm,
    known: Mapping[str, Mapping[str, str] | AbstractSet[str]],
    report: Report,
) -> None:
    """Report values that are neither among the known ids nor in the column they refer to."""
    if column.name not in known and not column.refers_to:
        return
    ids = known.get(column.name, frozenset())
    accepted = set(ids)
    if column.refers_to:
        accepted |= set(frame[form.column(column.refers_to).name].dropna().astype(str))
    values = frame[column.name]
    unknown = values.notna() & ~values.astype("str").isin(accepted)
    by_name = {name: value for value, name in ids.items()} if isinstance(ids, Mapping) else {}

    def describe(at: int) -> tuple[Text, Text]:
        value = str(values.iloc[at])
        message = text("“{value}” is not known, neither in the system nor in this file.", value=value)
        if not column.refers_to:
            message = text("“{value}” is not known in the system.", value=value)
        near = _nearest(value, accepted, by_name)
        if near:
            return message, text("Did you mean “{choice}”? If not, add it first.", choice=near)
        return message, text("Check the spelling and leading zeros, or add it first.")

    report(np.flatnonzero(unknown.to_numpy(dtype=bool)).tolist(), describe)


def _nearest(value: str, accepted: set[str], by_name: Mapping[str, str]) -> str | None:
    if value in by_name:
        return by_name[value]
    bare = value.casefold().lstrip("0")
    same = min((candidate for candidate in accepted if candidate.casefold().lstrip("0") == bare), default=None)
    if same is not None:
        return same
    if len(accepted) > 5000:
        return None
    near = difflib.get_close_matches(value, sorted(accepted), n=1, cutoff=0.75)
    return near[0] if near else None


def _too_far(cell: object, is_low: bool) -> Text:
    if is_low:
        return text("“{value}” is too low.", value=shown(cell))
    return text("“{value}” is too high.", value=shown(cell))


def _allowed(column: Column) -> Text:
    low, high = _plain(column.low), _plain(column.high)
    unit = column.unit
    if column.low is not None and column.high is not None:
        return text("Allowed is {low} to {high} {unit}.", low=low, high=high, unit=unit)
    if column.low is not None:
        return text("Allowed is {low} {unit} or more.", low=low, unit=unit)
    return text("Allowed is {high} {unit} or less.", high=high, unit=unit)


def _plain(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return shown(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else shown(value)
