"""The same scoring on a Dask cluster, when people or months outgrow one machine."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pandas as pd

from toolkit.attrition.design import words
from toolkit.attrition.folded_model import columns_of, in_blocks
from toolkit.attrition.model import RiskModel
from toolkit.attrition.scoring.arrow import pa
from toolkit.attrition.scoring.people import named, risk_batch
from toolkit.attrition.scoring.run import Job, Workers, score_group
from toolkit.errors import SetupError
from toolkit.wording import text


def score_partition(frame: pd.DataFrame, model: RiskModel, *, reasons: int = 0) -> pd.DataFrame:
    """Return `frame`'s risks, one row per row, under its index: a pure function of ready features.

    Columns: person_id (with `model.person`, else the panel's person_id, else absent), probability, low,
    high and, for `reasons`, reason_1, reason_1_log_odds and so on. Made for
    ``frames.map_partitions(score_partition, model, meta=score_partition(sample, model))``.
    """
    person = "person_id" if model.horizon_months is not None else model.person
    known = person is not None and person in frame.columns
    people = pa.array(words(frame[person]) if known else [""] * len(frame), pa.string())
    kept = min(reasons, len(model.design.columns))
    batch = risk_batch(people, in_blocks(model), columns_of(frame, model), kept)
    found: pd.DataFrame = named(batch, model.design.names).to_pandas()
    return (found if known else found.drop(columns="person_id")).set_axis(frame.index)


@contextmanager
def workers_at(address: str) -> Iterator[Workers | None]:
    """Give what `score_file` takes as `workers` for the Dask scheduler at `address`; None if empty.

    The workers must have this toolkit and see input and output under the same paths. Raises
    `SetupError` without Dask or without a scheduler there.
    """
    if not address:
        yield None
        return
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise SetupError(
            text("Scoring on a cluster needs Dask, which is not installed."),
            remedy=text("Install the toolkit with its extra “scale”."),
        ) from None
    try:
        client = distributed.Client(address, timeout=20)
    except (OSError, ValueError, TimeoutError):
        raise SetupError(
            text("There is no Dask scheduler at {address}.", address=address),
            remedy=text("Check the address, such as tcp://192.168.0.10:8786."),
        ) from None
    with client:

        def run(job: Job, groups: list[int]) -> Iterable[int]:
            shared = client.scatter(job, broadcast=True)
            waiting = [client.submit(score_group, shared, group, pure=False) for group in groups]
            for done in distributed.as_completed(waiting):
                yield int(done.result())

        yield run
