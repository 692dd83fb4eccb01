"""Scoring a Parquet file from end to end: part by part, resumed after a stop, delivered whole or not at all."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toolkit import __version__
from toolkit.attrition.folded_model import BlockModel, in_blocks
from toolkit.attrition.model import RiskModel
from toolkit.attrition.model_file import model_bytes, model_from_bytes
from toolkit.attrition.months import Integers
from toolkit.attrition.scoring.arrow import pa, pc, pq
from toolkit.attrition.scoring.parquet_source import ParquetSource, open_source
from toolkit.attrition.scoring.people import (
    Surroundings,
    named,
    output_schema,
    part_schema,
    scored,
    surroundings_of,
    unsorted,
)
from toolkit.attrition.scoring.storage import WorkFolder, already_there, part_path, writing
from toolkit.errors import InputError
from toolkit.wording import Text, counted, text

Step = Callable[[int, int], None]


@dataclass(frozen=True)
class Job:
    """All that scoring one row group needs, so that any process which sees the files can do it."""

    source: ParquetSource
    folder: Path
    output: Path
    model: bytes
    reasons: int
    around: Surroundings | None


@dataclass(frozen=True)
class Scored:
    """What a run came to: people with a risk, people without (gone or no recent month), row groups found done."""

    people: int
    without: int
    resumed: int

    def sentences(self) -> list[Text]:
        """Return that in words."""
        found = [counted("{count} person was scored.", "{count} people were scored.", self.people)]
        if self.without:
            found.append(
                counted(
                    "{count} person has left or has no recent month.",
                    "{count} people have left or have no recent month.",
                    self.without,
                )
            )
        return found


# Runs `score_group` for many groups, anywhere, and gives each number back when it is done.
Workers = Callable[[Job, list[int]], Iterable[int]]


def score_file(
    source: Path | str,
    output: Path | str,
    model: RiskModel,
    *,
    reasons: int = 0,
    step: Step = lambda _done, _rows: None,
    workers: Workers | None = None,
) -> Scored:
    """Score everybody in the Parquet file `source` into the Parquet file `output`.

    Takes one row per person with the model's columns or, for a model of months, RepMonths with each
    person's rows together. Gives person_id, probability, low, high in the order of the file, and for
    `reasons` (0 to all columns) reason_1, reason_1_log_odds and so on. `step` is told the rows done
    and the rows in all. Memory is bounded by one piece of 131,072 rows (months: and the longest
    person), plus 8 bytes per person.

    A run that was stopped is taken up by calling again: the bytes come out the same. Raises
    `InputError` for what does not fit, a file that exists or a place that cannot be written.
    """
    source, output = Path(source), Path(output)
    if output.exists():
        raise already_there(output)
    if reasons < 0:
        raise InputError(text("The number of reasons cannot be negative."))
    opened = open_source(source, model)
    reasons = min(reasons, len(model.design.columns))
    content = model_bytes(model)
    identity = {
        "source": opened.fingerprint(),
        "model": hashlib.sha256(content).hexdigest(),
        "reasons": reasons,
        "version": __version__,
    }
    with WorkFolder(output, identity) as work:
        done = work.finished(opened.groups)
        rows = sum(opened.rows_of(group) for group in done)
        step(rows, opened.rows)
        todo = [group for group in range(opened.groups) if group not in set(done)]
        around = surroundings_of(opened) if opened.kind == "months" and todo else None
        job = Job(opened, work.path, output, content, reasons, around)
        for group in (workers or _one_by_one)(job, todo):
            rows += opened.rows_of(group)
            step(rows, opened.rows)
        people, without = _join(job, work, identity)
    return Scored(people, without, len(done))


def score_group(job: Job, group: int) -> int:
    """Score one row group into its part and return its number; the part appears when it is complete."""
    part = part_path(job.folder, group)
    half = part.with_suffix(".half")
    with writing(job.output):
        with pa.OSFile(str(half), "wb") as sink, pa.ipc.new_file(sink, part_schema(job.reasons)) as writer:
            for batch in scored(job.source, _ready(job.model), group, job.reasons, job.around):
                writer.write_batch(batch)
        half.replace(part)
    return group


def _one_by_one(job: Job, groups: list[int]) -> Iterator[int]:
    for group in groups:
        yield score_group(job, group)


@lru_cache(maxsize=2)
def _ready(content: bytes) -> BlockModel:
    return in_blocks(model_from_bytes(content))


def _join(job: Job, work: WorkFolder, identity: dict[str, Any]) -> tuple[int, int]:
    """Put the parts together in order, if nobody stands in them twice."""
    _refuse_twice(job)
    unfinished = work.path / "output.parquet"
    told = {"toolkit": __version__, "model": str(identity["model"]), "source": str(identity["source"])}
    schema = output_schema(job.reasons).with_metadata(told)
    columns = _ready(job.model).model.design.names
    people = without = 0
    with writing(job.output):
        # Risks hardly ever repeat, so a dictionary of them would cost time and save nothing.
        worded = [field.name for field in schema if pa.types.is_dictionary(field.type)]
        with pq.ParquetWriter(unfinished, schema, use_dictionary=worded, compression="snappy") as writer:
            for batch in _parts(job):
                known = (
                    batch if batch.column("probability").null_count == 0 else batch.filter(batch.column(1).is_valid())
                )
                people, without = people + len(known), without + len(batch) - len(known)
                if len(known):
                    writer.write_batch(named(known, columns))
    work.deliver(unfinished)
    return people, without


def _parts(job: Job) -> Iterator[pa.RecordBatch]:
    for group in range(job.source.groups):
        with pa.memory_map(str(part_path(job.folder, group))) as stored:
            reader = pa.ipc.open_file(stored)
            for number in range(reader.num_record_batches):
                yield reader.get_batch(number)


def _refuse_twice(job: Job) -> None:
    """Raise `InputError` for a person with two rows (months: rows in two places)."""
    if job.source.person is None or _ascending(job):
        return
    seen: Integers = np.concatenate([_hashes(batch) for batch in _parts(job)])
    ordered = np.sort(seen)
    suspects = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(suspects):
        return
    # Two names may share a hash, so the names themselves decide.
    names = pd.concat(
        [batch.column(0).to_pandas()[np.isin(_hashes(batch), suspects)] for batch in _parts(job)], ignore_index=True
    )
    if not names.duplicated().any():
        return
    person = str(names[names.duplicated()].iloc[0])
    if job.source.kind == "months":
        raise unsorted(person)
    raise InputError(
        text("{person} stands in the table more than once.", person=person),
        remedy=text("Keep one row of each person."),
    )


def _ascending(job: Job) -> bool:
    last = ""
    for batch in _parts(job):
        people = batch.column(0)
        if not len(people):
            continue
        if not (people[0].as_py() > last and pc.all(pc.less(people[:-1], people[1:])).as_py() in (True, None)):
            return False
        last = people[-1].as_py()
    return True


def _hashes(batch: pa.RecordBatch) -> Integers:
    return pd.util.hash_array(batch.column(0).to_numpy(zero_copy_only=False), categorize=False).view(np.int64)
