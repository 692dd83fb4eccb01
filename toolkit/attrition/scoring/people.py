"""Scored people out of the pieces of a file: row by row, or from their months wherever these lie."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.attrition.features import employed_rows
from toolkit.attrition.folded_model import RISK_COLUMNS, BlockModel, ColumnValues, columns_of
from toolkit.attrition.model import latest_rows
from toolkit.attrition.months import month_numbers
from toolkit.attrition.peers import COMPARED, PeerMeans, peer_means, peer_sums
from toolkit.attrition.scoring.arrow import pa
from toolkit.attrition.scoring.parquet_source import BATCH, ParquetSource, column_values, person_ids
from toolkit.errors import InputError, NotEnoughData
from toolkit.wording import text


@dataclass(frozen=True)
class Surroundings:
    """What a part of RepMonths cannot know by itself: the table's last month and what peers have."""

    last_month: int
    peers: PeerMeans | None


def part_schema(reasons: int) -> pa.Schema:
    """Return the columns of a scored part with that many reasons, which are places in the design."""
    return _schema(reasons, pa.int32())


def output_schema(reasons: int) -> pa.Schema:
    """Return the columns of the output, with the reasons by name."""
    return _schema(reasons, pa.dictionary(pa.int32(), pa.string()))


def named(batch: pa.RecordBatch, columns: tuple[str, ...]) -> pa.RecordBatch:
    """Return a piece of a part as a piece of the output; `columns` are those of the design."""
    names = pa.array(columns, pa.string())
    arrays = [
        pa.DictionaryArray.from_arrays(array, names) if pa.types.is_integer(array.type) else array
        for array in batch.columns
    ]
    return pa.RecordBatch.from_arrays(arrays, batch.schema.names)


def _schema(reasons: int, reason: pa.DataType) -> pa.Schema:
    fields = [("person_id", pa.string()), *((name, pa.float64()) for name in RISK_COLUMNS)]
    for rank in range(1, reasons + 1):
        fields += [(f"reason_{rank}", reason), (f"reason_{rank}_log_odds", pa.float64())]
    return pa.schema(fields)


def surroundings_of(source: ParquetSource) -> Surroundings:
    """Walk once through the months of everybody for what single parts need."""
    wanted = {"person_id", "month", "hired_on", "left_on", "role_id", *COMPARED}
    columns = tuple(name for name in source.columns if name in wanted)
    last, sums = 0, []
    for group in range(source.groups):
        for batch in source.batches(group, columns):
            months = _frame(pa.Table.from_batches([batch]))
            last = max(last, int(month_numbers(pd.to_datetime(months["month"])).max()))
            try:
                sums.append(peer_sums(employed_rows(months)))
            except NotEnoughData:
                continue
    compared = any(name in columns for name in COMPARED)
    return Surroundings(last, peer_means(sums) if sums and compared else None)


def scored(
    source: ParquetSource, ready: BlockModel, group: int, reasons: int, around: Surroundings | None
) -> Iterator[pa.RecordBatch]:
    """Give the scored people of a row group, in the order of the file.

    In months they are those whose first row stands in the group; people who are no longer there or
    have no recent month come with an empty probability, so that nobody can be counted twice unseen.
    """
    if around is None:
        row = source.first_row(group)
        for batch in source.batches(group):
            columns = column_values(batch, ready.model, row)
            yield risk_batch(person_ids(batch, source.person, row), ready, columns, reasons)
            row += len(batch)
        return
    for months in _people_of(source, group):
        yield _scored_months(months, ready, reasons, around)


def risk_batch(people: pa.Array, ready: BlockModel, columns: dict[str, ColumnValues], reasons: int) -> pa.RecordBatch:
    """Return the risks of `people` as one piece of a part."""
    schema = part_schema(reasons)
    risks = ready.risks(columns)
    arrays = [people, *(pa.array(risks[name]) for name in RISK_COLUMNS)]
    if reasons:
        place, strength = ready.reasons(columns, reasons)
        for rank in range(reasons):
            arrays += [pa.array(place[rank].astype(np.int32)), pa.array(strength[rank])]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _scored_months(months: pd.DataFrame, ready: BlockModel, reasons: int, around: Surroundings) -> pa.RecordBatch:
    person = months["person_id"].to_numpy(dtype=object)
    everybody = person[np.r_[True, person[1:] != person[:-1]]]
    again = pd.Series(everybody).duplicated().to_numpy()
    if again.any():
        raise unsorted(str(everybody[again][0]))
    try:
        rows = latest_rows(months, last=around.last_month, peers=around.peers)
    except NotEnoughData:
        rows = pd.DataFrame(columns=["person_id"])
    if rows.empty:
        return _nobody(everybody, reasons)
    batch = risk_batch(pa.array(rows["person_id"], pa.string()), ready, columns_of(rows, ready.model), reasons)
    gone = everybody[~pd.Index(everybody).isin(rows["person_id"])]
    joined = pa.Table.from_batches([batch, _nobody(gone, reasons)]).combine_chunks()
    # Back into the order of the file, whatever order the features came in.
    place = pd.Index(joined["person_id"].to_pandas()).get_indexer(pd.Index(everybody))
    return joined.take(pa.array(place)).combine_chunks().to_batches()[0]


def unsorted(person: str) -> InputError:
    """Return the refusal of months that do not stand together."""
    return InputError(
        text("The rows of {person} do not stand together.", person=person),
        remedy=text("Sort the file by person_id and month."),
    )


def _nobody(people: "np.ndarray[tuple[int], np.dtype[np.object_]]", reasons: int) -> pa.RecordBatch:
    schema = part_schema(reasons)
    empty = [pa.nulls(len(people), field.type) for field in list(schema)[1:]]
    return pa.RecordBatch.from_arrays([pa.array(people, pa.string()), *empty], schema=schema)


def _people_of(source: ParquetSource, group: int) -> Iterator[pd.DataFrame]:
    """Give the months of people whose first row is in the group, whole people at a time."""
    before = _last_person(source, group - 1) if group else None
    waiting: list[pa.Table] = []
    for batch in source.batches(group):
        table = pa.Table.from_batches([batch])
        person = person_ids(batch, "person_id", 0)
        if before is not None:
            others = np.flatnonzero(person.to_numpy(zero_copy_only=False) != before)
            if not len(others):
                continue
            table, person, before = table.slice(int(others[0])), person.slice(int(others[0])), None
        found = person.to_numpy(zero_copy_only=False)
        starts = np.flatnonzero(found[1:] != found[:-1]) + 1
        if not len(starts):
            waiting.append(table)
            continue
        # The last person of a piece may go on in the next.
        yield _frame(pa.concat_tables([*waiting, table.slice(0, int(starts[-1]))]))
        waiting = [table.slice(int(starts[-1]))]
    if waiting:
        last = _last_person(source, group)
        yield _frame(pa.concat_tables([*waiting, *_rest_of(source, group, last)]))


def _rest_of(source: ParquetSource, group: int, person: str) -> Iterator[pa.Table]:
    for following in range(group + 1, source.groups):
        for batch in source.batches(following, size=min(BATCH, 8192)):
            same = person_ids(batch, "person_id", 0).to_numpy(zero_copy_only=False) == person
            length = len(same) if same.all() else int(same.argmin())
            yield pa.Table.from_batches([batch]).slice(0, length)
            if length < len(same):
                return


def _last_person(source: ParquetSource, group: int) -> str:
    last = None
    for number in range(group, -1, -1):
        for batch in source.batches(number, ("person_id",)):
            last = person_ids(batch, "person_id", 0)[-1].as_py()
        if last is not None:
            break
    return str(last)


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(date_as_object=False, strings_to_categorical=False)
    return frame.assign(person_id=person_ids(table.combine_chunks().to_batches()[0], "person_id", 0).to_pandas())
