"""Data sets and risks in the HR store, opened by HR alone; every look at a name is written down."""

import datetime as dt
import gzip
import io
import json
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.errors import NotAllowed, NotFound
from toolkit.store import HR, Moment, Store, new_id
from toolkit.vocabulary import records_of
from toolkit.wording import text

DATA_SET = sa.Table(
    "data_set",
    HR,
    sa.Column("data_set_id", sa.String(36), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("choices", sa.JSON, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("created_by", sa.String(36), nullable=False),
)

RUN = sa.Table(
    "risk_run",
    HR,
    sa.Column("run_id", sa.String(36), primary_key=True),
    sa.Column("data_set_id", sa.String(36), sa.ForeignKey("data_set.data_set_id"), nullable=False, index=True),
    sa.Column("figures", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("created_by", sa.String(36), nullable=False),
)

RISK = sa.Table(
    "risk",
    HR,
    sa.Column("run_id", sa.String(36), sa.ForeignKey("risk_run.run_id"), primary_key=True),
    sa.Column("person_id", sa.String(64), primary_key=True),
    sa.Column("probability", sa.Float, nullable=False),
    sa.Column("low", sa.Float, nullable=False),
    sa.Column("high", sa.Float, nullable=False),
)


@dataclass(frozen=True)
class DataSet:
    """A table HR brought. `kind` is ``months`` (RepMonths) or ``snapshot``.

    For a snapshot `choices` holds label, left_value, person, protected and leave_out.
    """

    data_set_id: str
    name: str
    kind: str
    choices: dict[str, Any]
    rows: int
    created_at: dt.datetime


_NUMBERS = ("int", "uint", "float", "bool", "Int", "UInt", "Float", "boolean")


def _packed(frame: pd.DataFrame) -> bytes:
    """Return `frame` as CSV under one line that says what each column holds."""
    kinds = {str(name): str(frame[name].dtype) for name in frame.columns}
    return (json.dumps(kinds) + "\n" + frame.to_csv(index=False)).encode()


def _unpacked(content: bytes) -> pd.DataFrame:
    table = io.BytesIO(content)
    kinds: dict[str, str] = json.loads(table.readline())
    # Text such as “NA” or “007” stays what it is; only an empty cell is missing.
    plain = {name: kind for name, kind in kinds.items() if kind == "str" or kind.startswith(_NUMBERS)}
    frame = pd.read_csv(table, dtype=plain, keep_default_na=False, na_values=[""], low_memory=False)
    for name, kind in kinds.items():
        if kind.startswith("datetime64"):
            frame = frame.astype({name: kind})
    return frame


def require_hr(viewer: Viewer) -> None:
    """Raise `NotAllowed` for everybody but HR."""
    if viewer.role != "hr":
        raise NotAllowed(text("Attrition risk is open to HR only."))


def data_sets(store: Store, viewer: Viewer) -> list[DataSet]:
    """Return the data sets, newest first."""
    require_hr(viewer)
    columns = [DATA_SET.c[name] for name in DataSet.__dataclass_fields__]
    with store.read() as connection:
        rows = connection.execute(sa.select(*columns).order_by(DATA_SET.c.created_at.desc()))
        return [DataSet(**row._mapping) for row in rows]


def keep_data_set(
    store: Store, viewer: Viewer, name: str, kind: str, frame: pd.DataFrame, choices: dict[str, Any] | None = None
) -> str:
    """Store a table as a data set and return its id."""
    require_hr(viewer)
    content = gzip.compress(_packed(frame), mtime=0)
    data_set_id = new_id()
    row = {"name": name, "kind": kind, "choices": choices or {}, "rows": len(frame)}
    with store.write(viewer.user_id) as change:
        change.connection.execute(
            DATA_SET.insert().values(
                data_set_id=data_set_id,
                **row,
                content=content,
                created_at=change.at,
                created_by=viewer.user_id,
            )
        )
        change.record("import", "data_set", data_set_id, after=row)
    return data_set_id


def table_of(store: Store, viewer: Viewer, data_set_id: str) -> pd.DataFrame:
    """Return the table of a data set as it was stored."""
    require_hr(viewer)
    with store.read() as connection:
        query = sa.select(DATA_SET.c.content).where(DATA_SET.c.data_set_id == data_set_id)
        found = connection.execute(query).one_or_none()
    if found is None:
        raise NotFound(text("This data set is not in the store."))
    return _unpacked(gzip.decompress(found.content))


def keep_run(store: Store, viewer: Viewer, data_set_id: str, figures: dict[str, Any], risks: pd.DataFrame) -> str:
    """Store one training run with its figures and Risks, and return its id."""
    require_hr(viewer)
    run_id = new_id()
    with store.write(viewer.user_id) as change:
        change.connection.execute(
            RUN.insert().values(
                run_id=run_id,
                data_set_id=data_set_id,
                figures=figures,
                created_at=change.at,
                created_by=viewer.user_id,
            )
        )
        rows = records_of(risks[["person_id", "probability", "low", "high"]])
        if rows:
            change.connection.execute(RISK.insert(), [{"run_id": run_id, **row} for row in rows])
        change.record("train", "risk_run", run_id, after=figures)
    return run_id


def record_view(store: Store, viewer: Viewer, data_set_id: str, person_ids: list[str]) -> None:
    """Write down that `viewer` saw these people by name beside their risk."""
    require_hr(viewer)
    with store.write(viewer.user_id) as change:
        for person_id in person_ids:
            change.record("view", "risk", data_set_id, person_id=person_id)
