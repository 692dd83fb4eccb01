"""Data sets and risks in the HR store, opened by HR alone; every look at a name is written down."""

import datetime as dt
import gzip
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.attrition.tables import DATA_SET, RISK, RUN, SETTING
from toolkit.errors import NotAllowed, NotFound
from toolkit.organisation.storage import frame_of
from toolkit.store import Store, new_id
from toolkit.vocabulary import records_of, rows_of
from toolkit.wording import text

if TYPE_CHECKING:
    from toolkit.attrition.card import ModelCard
    from toolkit.attrition.model import RiskModel


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


@dataclass(frozen=True)
class Run:
    """One training: the version of a model it made, and the data set (`name`, `kind`, `choices`) it used.

    `version` is None for runs from before versions were kept; `horizon_months` is None for a snapshot.
    """

    run_id: str
    data_set_id: str
    figures: dict[str, Any]
    version: str | None
    data_hash: str | None
    horizon_months: int | None
    created_at: dt.datetime
    created_by: str
    name: str
    kind: str
    choices: dict[str, Any]

    @property
    def named(self) -> bool:
        """Return whether its people can be told apart by an id, so that somebody can be talked to."""
        return self.kind == "months" or bool(self.choices.get("person"))


_REASONS_KEPT = 500
_REASON = ["column", "driver", "direction", "contribution", "value"]
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
        require_on(connection)
        query = sa.select(DATA_SET.c.content).where(DATA_SET.c.data_set_id == data_set_id)
        found = connection.execute(query).one_or_none()
    if found is None:
        raise NotFound(text("This data set is not in the store."))
    return _unpacked(gzip.decompress(found.content))


def keep_run(
    store: Store,
    viewer: Viewer,
    data_set_id: str,
    figures: dict[str, Any],
    risks: pd.DataFrame,
    *,
    model: "RiskModel | None" = None,
    card: "ModelCard | None" = None,
    reasons: pd.DataFrame | None = None,
) -> str:
    """Store one training run and return its id.

    `risks` are Risks, `reasons` those of `RiskModel.reasons` (kept for the 500 at highest risk), `model` and
    `card` the version that this run makes. Raises `NotAllowed` while attrition is switched off.
    """
    from toolkit.attrition.model_file import model_bytes

    require_hr(viewer)
    run_id = new_id()
    version: dict[str, Any] = {}
    if model is not None:
        hashed = model.background.data_hash if model.background else ""
        version = {"version": model.version, "data_hash": hashed, "horizon_months": model.horizon_months}
    kept = {"model": model_bytes(model) if model is not None else None, "card": card.to_dict() if card else None}
    rows = records_of(risks[["person_id", "probability", "low", "high"]])
    told = _reasons_by_person(risks, reasons)
    with store.write(viewer.user_id) as change:
        require_on(change.connection)
        change.connection.execute(
            RUN.insert().values(
                run_id=run_id,
                data_set_id=data_set_id,
                figures=figures,
                created_at=change.at,
                created_by=viewer.user_id,
                **version,
                **kept,
            )
        )
        if rows:
            rows = [{"run_id": run_id, **row, "reasons": told.get(str(row["person_id"]))} for row in rows]
            change.connection.execute(RISK.insert(), rows)
        change.record("train", "risk_run", run_id, after={**figures, **version})
    return run_id


def runs(store: Store, viewer: Viewer) -> list[Run]:
    """Return the training runs, newest first."""
    require_hr(viewer)
    columns = [RUN.c[name] for name in Run.__dataclass_fields__ if name in RUN.c]
    others = [DATA_SET.c.name, DATA_SET.c.kind, DATA_SET.c.choices]
    query = sa.select(*columns, *others).join(DATA_SET).order_by(RUN.c.created_at.desc())
    with store.read() as connection:
        return [Run(**row._mapping) for row in connection.execute(query)]


def model_of(store: Store, viewer: Viewer, run_id: str) -> "RiskModel":
    """Return the model of a run; raises `NotFound` where none was kept."""
    from toolkit.attrition.model_file import model_from_bytes

    return model_from_bytes(_part_of_run(store, viewer, run_id, RUN.c.model))


def kept_card(store: Store, viewer: Viewer, run_id: str) -> "ModelCard":
    """Return the card of a run's model; raises `NotFound` where none was kept."""
    from toolkit.attrition.card import ModelCard

    return ModelCard.from_dict(_part_of_run(store, viewer, run_id, RUN.c.card))


def risks_of(store: Store, viewer: Viewer, run_id: str) -> pd.DataFrame:
    """Return the Risks of a run, the highest first."""
    require_hr(viewer)
    columns = [RISK.c[name] for name in ("person_id", "probability", "low", "high")]
    order = (RISK.c.probability.desc(), RISK.c.person_id)
    with store.read() as connection:
        require_on(connection)
        return frame_of(connection, sa.select(*columns).where(RISK.c.run_id == run_id).order_by(*order))


def reasons_of(store: Store, viewer: Viewer, run_id: str, person_id: str) -> pd.DataFrame:
    """Return the reasons of one person, as `RiskModel.reasons` gives them; empty where none were kept."""
    require_hr(viewer)
    with store.read() as connection:
        require_on(connection)
        query = sa.select(RISK.c.reasons).where(RISK.c.run_id == run_id, RISK.c.person_id == person_id)
        kept = connection.execute(query).scalar_one_or_none() or []
    frame = pd.DataFrame(kept, columns=_REASON)
    return frame.assign(person_id=person_id, rank=range(1, len(frame) + 1))


def _part_of_run(store: Store, viewer: Viewer, run_id: str, part: "sa.Column[Any]") -> Any:
    require_hr(viewer)
    with store.read() as connection:
        found = connection.execute(sa.select(part).where(RUN.c.run_id == run_id)).scalar_one_or_none()
    if found is None:
        raise NotFound(text("This version of the model is not in the store."))
    return found


def _reasons_by_person(risks: pd.DataFrame, reasons: pd.DataFrame | None) -> dict[str, list[list[Any]]]:
    if reasons is None or reasons.empty:
        return {}
    listed = risks.sort_values("probability", ascending=False)["person_id"].astype(str).head(_REASONS_KEPT)
    mine = reasons[reasons["person_id"].astype(str).isin(listed)]
    found: dict[str, list[list[Any]]] = {}
    for row in rows_of(mine.sort_values(["person_id", "rank"], kind="stable")):
        values = [getattr(row, name) for name in _REASON]
        plain = [each.item() if isinstance(each, np.generic) else each for each in values]
        plain = [None if each is not None and pd.isna(each) else each for each in plain]
        found.setdefault(str(row.person_id), []).append(plain)
    return found


def require_on(connection: sa.Connection) -> None:
    """Raise `NotAllowed` while attrition is switched off: no risk is computed or shown then."""
    if connection.execute(sa.select(SETTING.c.switched_on)).scalar_one_or_none() is False:
        raise NotAllowed(
            text("Attrition risk is switched off."), remedy=text("HR can switch it on again in the section “Model”.")
        )


def record_view(store: Store, viewer: Viewer, data_set_id: str, person_ids: list[str]) -> None:
    """Write down that `viewer` saw these people by name beside their risk."""
    require_hr(viewer)
    with store.write(viewer.user_id) as change:
        require_on(change.connection)
        for person_id in person_ids:
            change.record("view", "risk", data_set_id, person_id=person_id)
