"""A Parquet file to be scored: what it holds, whether that fits the model, and its pieces one by one."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toolkit.attrition.design import NumberTerms, numbers, words
from toolkit.attrition.folded_model import ColumnValues, level_places
from toolkit.attrition.label import as_words
from toolkit.attrition.model import RiskModel
from toolkit.attrition.months import Floats
from toolkit.attrition.scoring.arrow import pa, pc, pq
from toolkit.errors import InputError, NotEnoughData
from toolkit.wording import text

BATCH = 131_072
MONTHS_NEED = ("person_id", "month", "hired_on", "left_on")
MONTHS_USE = (
    *("person_id", "month", "hired_on", "left_on", "role_id", "tier_id", "manager_id", "target", "result", "visits"),
    *("proposals", "leads", "commission", "days_late", "overtime", "training", "leave"),
)


@dataclass(frozen=True)
class ParquetSource:
    """A Parquet file that fits a model; made by `open_source`.

    `kind` is ``features`` (one row per person with the columns of the model) or ``months``
    (RepMonths, the rows of one person together). `person` is the column of ids, None = rows are numbered.
    """

    path: Path
    kind: str
    person: str | None
    columns: tuple[str, ...]

    @cached_property
    def file(self) -> pq.ParquetFile:
        """Return the open file."""
        return pq.ParquetFile(self.path, pre_buffer=False)

    def __reduce__(self) -> tuple[Any, ...]:
        # An open file stays behind when the source travels to another process.
        return type(self), (self.path, self.kind, self.person, self.columns)

    @property
    def groups(self) -> int:
        """Return the number of row groups."""
        return int(self.file.metadata.num_row_groups)

    @property
    def rows(self) -> int:
        """Return the number of rows."""
        return int(self.file.metadata.num_rows)

    def rows_of(self, group: int) -> int:
        """Return the number of rows of one row group."""
        return int(self.file.metadata.row_group(group).num_rows)

    def first_row(self, group: int) -> int:
        """Return how many rows stand before a row group."""
        return sum(self.rows_of(number) for number in range(group))

    def batches(self, group: int, columns: tuple[str, ...] = (), size: int = BATCH) -> Iterator[pa.RecordBatch]:
        """Give a row group in pieces of at most `size` rows."""
        wanted = list(dict.fromkeys(columns or self.columns))
        yield from self.file.iter_batches(batch_size=size, row_groups=[group], columns=wanted)

    def fingerprint(self) -> str:
        """Return a hash that changes with the file: of its size, its time and the directory at its end."""
        status = self.path.stat()
        found = hashlib.sha256(f"{status.st_size} {status.st_mtime_ns}".encode())
        found.update(str(self.file.schema_arrow).encode())
        sink = io.BytesIO()
        self.file.metadata.write_metadata_file(sink)
        found.update(sink.getvalue())
        return found.hexdigest()


def open_source(path: Path, model: RiskModel) -> ParquetSource:
    """Open a Parquet file for `model`; raises `InputError` or `NotEnoughData` in words if it does not fit."""
    try:
        file = pq.ParquetFile(path)
        schema, rows = file.schema_arrow, file.metadata.num_rows
        file.close()
    except (OSError, pa.ArrowException):
        raise InputError(
            text("{file} cannot be read as a Parquet file.", file=path.name),
            remedy=text("Check that it is there, complete and a Parquet file."),
        ) from None
    twice = sorted({name for name in schema.names if schema.names.count(name) > 1})
    if twice:
        raise InputError(text("Several columns are called “{column}”.", column=twice[0]))
    if rows == 0:
        raise NotEnoughData(text("{file} has no rows.", file=path.name))
    wanted = [column.name for column in model.design.columns]
    on_panel = model.horizon_months is not None
    if on_panel and not set(wanted) <= set(schema.names) and set(MONTHS_NEED) <= set(schema.names):
        return ParquetSource(path, "months", "person_id", tuple(name for name in MONTHS_USE if name in schema.names))
    person = "person_id" if on_panel else model.person
    for name in (*wanted, *([person] if person else [])):
        if name not in schema.names:
            raise InputError(
                text("The table has no column “{column}”, which the model needs.", column=name),
                remedy=text("Add the column or map another column to it."),
            )
    for column in model.design.columns:
        _fits(schema.field(column.name), number=isinstance(column, NumberTerms))
    return ParquetSource(path, "features", person, (*wanted, *([person] if person else [])))


def _fits(field: pa.Field, *, number: bool) -> None:
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    worded = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)
    counted = (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
    )
    if worded or counted:
        return
    raise InputError(
        text(
            "The column “{column}” holds values the model cannot read ({kind}).",
            column=field.name,
            kind=str(field.type),
        ),
        remedy=text("The model needs numbers there.") if number else text("The model needs words there."),
    )


def column_values(batch: pa.RecordBatch, model: RiskModel, first_row: int) -> dict[str, ColumnValues]:
    """Return the columns of a piece as the folded model takes them; `first_row` rows stand before it.

    Raises `InputError` with the row for infinite numbers and for words where numbers belong.
    """
    found: dict[str, ColumnValues] = {}
    for column in model.design.columns:
        values = batch.column(column.name)
        if isinstance(column, NumberTerms):
            found[column.name] = ColumnValues(_numbers_of(values, column.name, first_row))
            continue
        coded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
        known = level_places(words(coded.dictionary.to_pandas()), column)
        # A gap is the empty word, which may be a level of its own.
        gap = level_places(np.array([""], dtype=object), column)
        places = coded.indices.fill_null(len(known)).to_numpy(zero_copy_only=False)
        found[column.name] = ColumnValues(np.append(known, gap)[places])
    return found


def person_ids(batch: pa.RecordBatch, person: str | None, first_row: int) -> pa.Array:
    """Return who each row is about; raises `InputError` where nobody is named."""
    if person is None:
        return pa.array(np.arange(first_row + 1, first_row + len(batch) + 1).astype(str).astype(object), pa.string())
    values = batch.column(person)
    if pa.types.is_integer(values.type):
        found = values.cast(pa.string())
    elif pa.types.is_string(values.type):
        found = pc.utf8_trim_whitespace(values)
    else:
        found = pa.array(words(values.to_pandas()), pa.string())
    empty = pc.equal(found.fill_null(""), "")
    if pc.any(empty).as_py():
        raise InputError(
            text("The column “{column}” names nobody.", column=person),
            where=text("Row {row}", row=first_row + empty.to_pylist().index(True) + 1),
            remedy=text("The cell must be filled in."),
        )
    return found


def _numbers_of(values: pa.Array, name: str, first_row: int) -> Floats:
    kind = values.type
    if pa.types.is_floating(kind) or (pa.types.is_integer(kind) and values.null_count == 0):
        found = values.to_numpy(zero_copy_only=False).astype(float, copy=False)
    elif pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind):
        found = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    else:
        return _numbers_in_words(values.to_pandas(), name, first_row)
    infinite = np.isinf(found)
    if infinite.any():
        raise InputError(
            text("The column “{column}” holds an infinite number.", column=name),
            where=text("Row {row}", row=first_row + int(infinite.argmax()) + 1),
            remedy=text("Correct it or leave the cell empty."),
        )
    return np.asarray(found, dtype=float)


def _numbers_in_words(values: "pd.Series[Any]", name: str, first_row: int) -> Floats:
    cells = values.astype(object).rename(name)
    try:
        found = numbers(cells)
    except InputError as error:
        row = int(error.where.values["row"]) if error.where else 0  # type: ignore[call-overload]
        raise InputError(error.problem, where=text("Row {row}", row=first_row + row), remedy=error.remedy) from None
    strange = np.isnan(found) & as_words(cells).notna().to_numpy()
    if strange.any():
        row = int(strange.argmax())
        raise InputError(
            text("“{value}” in the column “{column}” is no number.", value=str(cells.iloc[row])[:40], column=name),
            where=text("Row {row}", row=first_row + row + 1),
            remedy=text("Correct it or leave the cell empty."),
        )
    return found
