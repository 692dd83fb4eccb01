"""On a Dask cluster the same functions give the same bytes; without Dask it says what to install."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from attrition_simulator import simulate

pytest.importorskip("distributed", reason="the extra “scale” is not installed: run make setup-dev")

from toolkit.attrition import fit_panel, panel_features, score_file, score_partition, workers_at
from toolkit.attrition.folded_model import TOLERANCE
from toolkit.errors import InputError, SetupError


@pytest.fixture(scope="module")
def months() -> pd.DataFrame:
    return simulate(people=150, months=20).drop(columns="hazard").sort_values(["person_id", "month"])


@pytest.fixture(scope="module")
def model(months: pd.DataFrame):
    return fit_panel(months)


@pytest.fixture(scope="module")
def address():
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address


def test_a_cluster_writes_the_same_file(months: pd.DataFrame, model, address: str, tmp_path: Path) -> None:
    months.to_parquet(tmp_path / "in.parquet", row_group_size=400, index=False)
    alone = score_file(tmp_path / "in.parquet", tmp_path / "alone.parquet", model, reasons=2)
    seen: list[int] = []
    with workers_at(address) as workers:
        together = score_file(
            tmp_path / "in.parquet",
            tmp_path / "out.parquet",
            model,
            reasons=2,
            workers=workers,
            step=lambda done, _rows: seen.append(done),
        )
    assert together == alone
    assert (tmp_path / "out.parquet").read_bytes() == (tmp_path / "alone.parquet").read_bytes()
    assert seen[0] == 0 and seen[-1] == len(months) and len(seen) > 3


def test_what_is_wrong_with_a_file_comes_back_from_the_cluster(
    months: pd.DataFrame, model, address: str, tmp_path: Path
) -> None:
    months.assign(overtime=np.where(np.arange(len(months)) == 700, np.inf, 1.0)).to_parquet(
        tmp_path / "in.parquet", row_group_size=400, index=False
    )
    with workers_at(address) as workers, pytest.raises(InputError) as caught:
        score_file(tmp_path / "in.parquet", tmp_path / "out.parquet", model, workers=workers)
    assert "infinite" in str(caught.value) and "overtime" in str(caught.value)


def test_partitions_of_ready_features_map_over_workers(months: pd.DataFrame, model, address: str) -> None:
    from distributed import Client

    rows = panel_features(months)
    pieces = [rows.iloc[start : start + 300] for start in range(0, len(rows), 300)]
    with Client(address) as client:
        found = pd.concat(client.gather(client.map(score_partition, pieces, model=model)))
    exact = model.score(rows)
    assert found.index.equals(rows.index) and found["person_id"].tolist() == rows["person_id"].tolist()
    assert np.abs(found[["probability", "low", "high"]] - exact).max().max() < TOLERANCE
    empty = score_partition(rows.head(0), model, reasons=1)
    assert empty.empty and "reason_1" in empty.columns


def test_no_scheduler_and_no_dask_are_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SetupError) as caught, workers_at("not an address"):
        pass
    assert "no Dask scheduler" in str(caught.value)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SetupError) as caught, workers_at("tcp://127.0.0.1:1"):
        pass
    assert "extra “scale”" in str(caught.value)
