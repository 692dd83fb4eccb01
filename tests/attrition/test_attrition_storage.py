"""HR alone opens attrition data; tables come back as they were; each look at a name is written down."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from toolkit.access.roles import Role, Viewer
from toolkit.attrition import storage
from toolkit.errors import NotAllowed, NotFound
from toolkit.settings import shipped
from toolkit.store import Store

AuditOf = Callable[..., list[dict[str, Any]]]
FANG = Viewer("user-fang", "Fang", Role.HR, "fang", "zh")
RISKS = pd.DataFrame(
    {"person_id": ["007", "b"], "probability": [0.3, 0.1], "low": [0.2, 0.05], "high": [0.5, 0.2], "more": [1, 2]}
)
USES: dict[str, Callable[[Store, Viewer], object]] = {
    "data_sets": storage.data_sets,
    "keep_data_set": lambda store, viewer: storage.keep_data_set(store, viewer, "n", "months", RISKS),
    "table_of": lambda store, viewer: storage.table_of(store, viewer, "id"),
    "keep_run": lambda store, viewer: storage.keep_run(store, viewer, "id", {}, RISKS),
    "runs": storage.runs,
    "model_of": lambda store, viewer: storage.model_of(store, viewer, "id"),
    "kept_card": lambda store, viewer: storage.kept_card(store, viewer, "id"),
    "risks_of": lambda store, viewer: storage.risks_of(store, viewer, "id"),
    "reasons_of": lambda store, viewer: storage.reasons_of(store, viewer, "id", "007"),
    "record_view": lambda store, viewer: storage.record_view(store, viewer, "id", ["007"]),
}


def _months(**more: Any) -> pd.DataFrame:
    days = dict.fromkeys(("month", "hired_on", "left_on"), "datetime64[ns]")
    frame = pd.DataFrame(
        {
            "person_id": ["007", "007", "NA"],
            "month": ["2026-07-01", "2026-08-01", "2026-07-01"],
            "hired_on": ["2020-01-06", "2020-01-06", "2024-02-29"],
            "left_on": [None, None, "2026-07-31"],
            "team_id": ["12", "12", None],
            "role_id": ["None", "client, “manager”\nnew line", "null"],
            "result": [0.1 + 0.2, 1 / 3, np.nan],
            "visits": [3, 4, 5],
            "birth_year": pd.array([1990, 1990, None], dtype="Int64"),
            "part_time": [True, False, True],
            **more,
        }
    )
    return frame.astype(days)


def test_every_function_that_takes_a_viewer_is_tested_below() -> None:
    found = {
        name
        for name, value in vars(storage).items()
        if callable(value) and not name.startswith("_") and "viewer" in getattr(value, "__annotations__", {})
    }
    assert found == {"require_hr", *USES}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.HR])
@pytest.mark.parametrize("use", USES)
def test_nobody_but_hr_gets_in(hr: Store, audit_of: AuditOf, use: str, role: Role) -> None:
    stranger = dataclasses.replace(FANG, role=role)
    with pytest.raises(NotAllowed, match=r"^Attrition risk is open to HR only\.$"):
        USES[use](hr, stranger)
    assert audit_of(hr) == [] and storage.data_sets(hr, FANG) == []


@pytest.mark.parametrize("kind", ["months", "snapshot"])
def test_a_data_set_comes_back_as_it_was_stored(hr: Store, kind: str) -> None:
    frame = _months()
    data_set_id = storage.keep_data_set(hr, FANG, "July", kind, frame)
    pd.testing.assert_frame_equal(storage.table_of(hr, FANG, data_set_id), frame, check_exact=True)


def test_random_figures_come_back_to_the_last_digit(hr: Store) -> None:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"result": rng.normal(size=3000) * 10.0 ** rng.integers(-8, 8, 3000)})
    data_set_id = storage.keep_data_set(hr, FANG, "x", "snapshot", frame)
    pd.testing.assert_frame_equal(storage.table_of(hr, FANG, data_set_id), frame, check_exact=True)


def test_columns_without_any_value_come_back(hr: Store) -> None:
    frame = _months(left_on=[None] * 3, team_id=pd.array([None] * 3, dtype="str"), visits=[np.nan] * 3)
    data_set_id = storage.keep_data_set(hr, FANG, "x", "months", frame)
    pd.testing.assert_frame_equal(storage.table_of(hr, FANG, data_set_id), frame)


def test_a_snapshot_of_a_file_keeps_leading_zeros(hr: Store) -> None:
    from toolkit.documents.table_file import read_table

    raw = read_table("工号,离职,年龄,入职\n001,是,31.5,2020-01-02\n002,否,,2021-01-02".encode(), "x.csv", limit_mb=1)
    frame = pd.DataFrame(raw.rows, columns=raw.columns).infer_objects()
    data_set_id = storage.keep_data_set(hr, FANG, "x.csv", "snapshot", frame, {"label": "离职", "left_value": "是"})
    back = storage.table_of(hr, FANG, data_set_id)
    assert back["工号"].tolist() == ["001", "002"] and back["离职"].tolist() == ["是", "否"]
    (known,) = storage.data_sets(hr, FANG)
    assert known.choices == {"label": "离职", "left_value": "是"}


def test_the_months_of_the_sample_come_back(sample: tuple[Store, Store], viewers: dict[str, Viewer]) -> None:
    (data_set,) = storage.data_sets(sample[1], viewers["hr"])
    days = ["month", "hired_on", "left_on"]
    months = pd.read_csv(shipped("datasets", "organisation", "rep_months.csv"), parse_dates=days)
    pd.testing.assert_frame_equal(storage.table_of(sample[1], viewers["hr"], data_set.data_set_id), months)


def test_data_sets_are_listed_newest_first(hr: Store, audit_of: AuditOf) -> None:
    moments = [dt.datetime(2026, 9, 3, hour, tzinfo=dt.UTC) for hour in (8, 9)]
    hr.clock = iter(moments).__next__
    first = storage.keep_data_set(hr, FANG, "July", "months", _months())
    second = storage.keep_data_set(hr, FANG, "外部", "snapshot", RISKS, {"protected": ["gender"], "person": None})
    assert storage.data_sets(hr, FANG) == [
        storage.DataSet(second, "外部", "snapshot", {"protected": ["gender"], "person": None}, 2, moments[1]),
        storage.DataSet(first, "July", "months", {}, 3, moments[0]),
    ]
    assert [(row["action"], row["record"], row["actor_id"], row["after"]["rows"]) for row in audit_of(hr)] == [
        ("import", "data_set", "user-fang", 3),
        ("import", "data_set", "user-fang", 2),
    ]


def test_a_data_set_that_is_not_there_is_named(hr: Store) -> None:
    with pytest.raises(NotFound, match=r"^This data set is not in the store\.$"):
        storage.table_of(hr, FANG, "nothing")


def test_a_run_is_kept_with_its_figures_and_risks(hr: Store, audit_of: AuditOf) -> None:
    data_set_id = storage.keep_data_set(hr, FANG, "July", "months", _months())
    figures = {"auc": {"value": 0.8, "low": float("nan"), "high": float("inf")}, "list": [float("nan"), 1]}
    run_id = storage.keep_run(hr, FANG, data_set_id, figures, RISKS)
    empty = storage.keep_run(hr, FANG, data_set_id, {}, RISKS.iloc[:0])
    with hr.read() as connection:
        runs = {row.run_id: row for row in connection.execute(sa.select(storage.RUN))}
        risks = pd.DataFrame(connection.execute(sa.select(storage.RISK).order_by(storage.RISK.c.person_id)))
    plain = {"auc": {"value": 0.8, "low": None, "high": None}, "list": [None, 1]}
    assert runs[run_id].figures == plain, "JSON knows no NaN, and PostgreSQL insists"
    assert runs[empty].figures == {} and runs[run_id].data_set_id == data_set_id
    assert set(risks.pop("run_id")) == {run_id} and risks.pop("reasons").isna().all()
    pd.testing.assert_frame_equal(risks, RISKS.drop(columns="more"))
    assert [row["after"] for row in audit_of(hr, "risk_run")] == [plain, {}]


def test_a_run_on_no_data_set_is_refused_as_a_whole(hr: Store, audit_of: AuditOf) -> None:
    with pytest.raises(sa.exc.IntegrityError, match=r"(?i)foreign key"):
        storage.keep_run(hr, FANG, "nothing", {}, RISKS)
    assert audit_of(hr) == []


def test_each_person_seen_by_name_is_written_down(hr: Store, audit_of: AuditOf) -> None:
    hr.clock = lambda: dt.datetime(2026, 9, 3, 8, tzinfo=dt.UTC)
    storage.record_view(hr, FANG, "july", ["007", "b"])
    storage.record_view(hr, FANG, "july", ["007"])
    storage.record_view(hr, FANG, "july", [])
    rows = audit_of(hr)
    assert [row["person_id"] for row in rows] == ["007", "b", "007"]
    seen = {(row["actor_id"], row["action"], row["record"], row["record_id"], row["at"]) for row in rows}
    assert seen == {("user-fang", "view", "risk", "july", hr.clock())}
