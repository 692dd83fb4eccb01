"""Files to train on: Parquet as it stands, Excel and CSV read as the pages read them."""

import datetime as dt
from pathlib import Path

import pandas as pd

from toolkit.attrition.form import checked_months, months_form
from toolkit.documents.intake import prepare
from toolkit.documents.mapping import suggest_mapping
from toolkit.documents.table_file import RawTable, read_table
from toolkit.errors import InputError
from toolkit.wording import text

LIMIT_MB = 1024


def read_months(path: Path, today: dt.date) -> pd.DataFrame:
    """Return RepMonths from Parquet (with their own column names), Excel or CSV (recognised headers).

    Raises `InputError` for files that cannot be read and cells that do not fit.
    """
    if path.suffix.lower() == ".parquet":
        return read_plain(path)
    raw, form = _raw(path), months_form(today)
    return checked_months(prepare(raw, form, suggest_mapping(raw.columns, form)).require_ready(), today)


def read_plain(path: Path) -> pd.DataFrame:
    """Return the table in a Parquet, Excel or CSV file as it stands; raises `InputError`."""
    if path.suffix.lower() != ".parquet":
        raw = _raw(path)
        return pd.DataFrame(raw.rows, columns=raw.columns).infer_objects()
    from toolkit.attrition.scoring.arrow import pa, pq

    try:
        frame: pd.DataFrame = pq.read_table(path).to_pandas(date_as_object=False)
    except (OSError, ValueError, pa.ArrowException):
        raise InputError(
            text("{file} cannot be read as a Parquet file.", file=path.name),
            remedy=text("Check that it is there, complete and a Parquet file."),
        ) from None
    return frame


def _raw(path: Path) -> RawTable:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            text("The file {file} cannot be read: {reason}.", file=path.name, reason=error.strerror or str(error)),
        ) from None
    return read_table(content, path.name, limit_mb=LIMIT_MB)
