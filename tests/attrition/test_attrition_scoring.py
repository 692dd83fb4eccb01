"""A file of any size is scored as `RiskModel.predict` scores a table, resumed after a kill, or refused in words."""

import dataclasses
import hashlib
import resource
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from attrition_simulator import simulate

pa = pytest.importorskip("pyarrow", reason="the extra “scale” is not installed: run make setup-dev")
import pyarrow.parquet as pq

from toolkit.attrition import RiskModel, fit_panel, fit_snapshot, panel_features, save_model
from toolkit.attrition.boosting import Setting
from toolkit.attrition.challenger import fit_boosted
from toolkit.attrition.folded_model import TOLERANCE, columns_of, fold, in_blocks
from toolkit.attrition.scoring.run import score_file
from toolkit.errors import Conflict, InputError, NotEnoughData

RISKS = ["probability", "low", "high"]


@pytest.fixture(scope="module")
def months() -> pd.DataFrame:
    return simulate(people=150, months=20).drop(columns="hazard")


@pytest.fixture(scope="module")
def panel(months: pd.DataFrame) -> RiskModel:
    return fit_panel(months, horizon_months=6)


def staff(rows: int = 600, seed: int = 1) -> pd.DataFrame:
    """People with all kinds of columns: gaps, few values, words as numbers, categories, rare ones."""
    rng = np.random.default_rng(seed)
    pay = rng.normal(10, 2, rows)
    frame = pd.DataFrame(
        {
            "id": [f"p{number:05d}" for number in rows - np.arange(rows)],
            "pay": np.where(rng.random(rows) < 0.1, np.nan, pay),
            "level": rng.integers(1, 5, rows),
            "bonus": [f"{value:,.0f}" for value in rng.normal(3000, 800, rows)],
            "city": rng.choice(["北京", "上海", "广州", ""], rows),
            "remote": rng.random(rows) < 0.3,
        }
    )
    frame["left"] = rng.random(rows) < 1 / (1 + np.exp(pay - 9))
    return frame


@pytest.fixture(scope="module")
def snapshot() -> RiskModel:
    return fit_snapshot(staff(), label="left", person="id")


def written(frame: pd.DataFrame, path: Path, groups: int = 5) -> Path:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    pq.write_table(table, path, row_group_size=-(-max(len(frame), 1) // groups))
    return path


def assert_same(scored: pd.DataFrame, predicted: pd.DataFrame) -> None:
    assert scored["person_id"].tolist() == predicted["person_id"].tolist()
    assert np.abs(scored[RISKS].to_numpy() - predicted[RISKS].to_numpy()).max() < TOLERANCE


def test_the_folded_model_is_the_model(months: pd.DataFrame, panel: RiskModel, snapshot: RiskModel) -> None:
    strange = staff(300, seed=2)
    strange.loc[:40, "city"] = "成都"
    strange.loc[41:80, ["city", "pay"]] = None
    strange.loc[81:90, "pay"] = [1e9, -1e9] * 5
    for model, rows in ((panel, panel_features(months)), (snapshot, strange)):
        exact, folded = model.score(rows), fold(model).risks(columns_of(rows, model))
        for name in RISKS:
            assert np.abs(exact[name].to_numpy() - folded[name]).max() < 1e-12


@pytest.fixture(scope="module")
def boosted(snapshot: RiskModel) -> RiskModel:
    """The same people with trees in the place of the simple model, as where the challenger wins."""
    rows = staff()
    left = rows["left"].to_numpy(dtype=float)
    person = np.arange(len(rows))
    raw = np.log(left.mean()) + 0.1 * np.random.default_rng(2).normal(size=len(rows)) + left
    trees = fit_boosted(snapshot.design, rows, left, person, Setting(2, 25), 0, raw)
    return dataclasses.replace(snapshot, boosted=trees)


def test_a_boosted_model_is_scored_by_itself_in_blocks(
    boosted: RiskModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolkit.attrition.folded_model.BLOCK", 64)
    frame = staff(500, seed=3)
    frame.loc[:40, "city"] = "成都"
    frame.loc[41:80, ["city", "pay"]] = None
    score_file(written(frame, tmp_path / "in.parquet"), tmp_path / "out.parquet", boosted, reasons=2)
    found, reasons = pd.read_parquet(tmp_path / "out.parquet"), boosted.reasons(frame, top=2)
    assert_same(found, boosted.predict(frame))
    for rank in (1, 2):
        wanted = reasons[reasons["rank"] == rank].reset_index(drop=True)
        assert found[f"reason_{rank}"].astype(str).tolist() == wanted["column"].tolist()
        assert np.abs(found[f"reason_{rank}_log_odds"] - wanted["contribution"]).max() < TOLERANCE
    with pytest.raises(ValueError, match="cannot be folded"):
        fold(boosted)
    assert in_blocks(boosted).risks(columns_of(frame.head(0), boosted))["low"].shape == (0,)


def test_a_snapshot_is_scored_as_predict_does(snapshot: RiskModel, tmp_path: Path) -> None:
    frame = staff(500, seed=3)
    frame["id"] = "  " + frame["id"] + " "
    done = score_file(written(frame, tmp_path / "in.parquet"), tmp_path / "out.parquet", snapshot)
    assert (done.people, done.without, done.resumed) == (500, 0, 0)
    assert_same(pd.read_parquet(tmp_path / "out.parquet"), snapshot.predict(frame))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "out.parquet"]


@pytest.mark.parametrize("groups", [1, 7, 20])
def test_months_are_scored_as_predict_does_wherever_row_groups_cut(
    months: pd.DataFrame, panel: RiskModel, tmp_path: Path, groups: int
) -> None:
    table = months.sort_values(["person_id", "month"])
    done = score_file(written(table, tmp_path / "in.parquet", groups), tmp_path / "out.parquet", panel)
    expected = panel.predict(table)
    assert_same(pd.read_parquet(tmp_path / "out.parquet"), expected)
    assert done.people == len(expected) and done.without == months["person_id"].nunique() - len(expected) > 0


def test_ready_features_are_taken_as_they_are(months: pd.DataFrame, panel: RiskModel, tmp_path: Path) -> None:
    rows = panel_features(months).drop_duplicates("person_id", keep="last")
    score_file(written(rows, tmp_path / "in.parquet"), tmp_path / "out.parquet", panel)
    expected = panel.score(rows).assign(person_id=rows["person_id"])
    assert_same(pd.read_parquet(tmp_path / "out.parquet"), expected)


def test_reasons_are_those_of_the_model(snapshot: RiskModel, tmp_path: Path) -> None:
    frame = staff(200, seed=4)
    score_file(written(frame, tmp_path / "in.parquet"), tmp_path / "out.parquet", snapshot, reasons=3)
    found, expected = pd.read_parquet(tmp_path / "out.parquet"), snapshot.reasons(frame, top=3)
    for rank in (1, 2, 3):
        wanted = expected[expected["rank"] == rank].reset_index(drop=True)
        assert found[f"reason_{rank}"].astype(str).tolist() == wanted["column"].tolist()
        assert np.abs(found[f"reason_{rank}_log_odds"] - wanted["contribution"]).max() < TOLERANCE


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_killed_run_goes_on_and_gives_the_same_bytes(months: pd.DataFrame, panel: RiskModel, tmp_path: Path) -> None:
    source = written(months.sort_values(["person_id", "month"]), tmp_path / "in.parquet", 12)
    score_file(source, tmp_path / "whole.parquet", panel)
    save_model(tmp_path / "risk.model", panel)
    code = (
        "import os, signal, sys; from toolkit.attrition import load_model;"
        "from toolkit.attrition.scoring.run import score_file;"
        "stop = lambda done, rows: os.kill(os.getpid(), signal.SIGKILL) if done > rows / 3 else None;"
        "score_file(sys.argv[1], sys.argv[2], load_model(sys.argv[3]), step=stop)"
    )
    output = tmp_path / "out.parquet"
    killed = subprocess.run([sys.executable, "-c", code, str(source), str(output), str(tmp_path / "risk.model")])
    assert killed.returncode == -signal.SIGKILL and not output.exists()
    kept = sorted((tmp_path / "out.parquet.unfinished").glob("part-*.arrow"))
    assert kept
    seen = [path.stat().st_mtime_ns for path in kept]
    steps: list[int] = []

    def step(done: int, _rows: int) -> None:
        steps.append(done)
        assert [path.stat().st_mtime_ns for path in kept] == seen

    done = score_file(source, output, panel, step=step)
    assert done.resumed == len(kept) and steps[0] > 0 and steps == sorted(steps)
    assert digest(output) == digest(tmp_path / "whole.parquet")


def test_parts_of_another_model_are_not_used(snapshot: RiskModel, tmp_path: Path) -> None:
    source, output = written(staff(), tmp_path / "in.parquet"), tmp_path / "out.parquet"

    def stop(done: int, rows: int) -> None:
        if done > rows / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score_file(source, output, snapshot, step=stop)
    other = fit_snapshot(staff(seed=9), label="left", person="id")
    assert score_file(source, output, other).resumed == 0
    assert_same(pd.read_parquet(output), other.predict(staff()))


def test_two_runs_do_not_write_one_file(snapshot: RiskModel, tmp_path: Path) -> None:
    source, output = written(staff(), tmp_path / "in.parquet"), tmp_path / "out.parquet"

    def again(_done: int, _rows: int) -> None:
        with pytest.raises(Conflict):
            score_file(source, output, snapshot)

    score_file(source, output, snapshot, step=again)


def refusal(frame: pd.DataFrame, model: RiskModel, folder: Path) -> str:
    with pytest.raises((InputError, NotEnoughData)) as caught:
        score_file(written(frame, folder / "in.parquet"), folder / "out.parquet", model)
    assert not (folder / "out.parquet").exists()
    return str(caught.value)


def test_bad_tables_are_refused_with_column_and_row(snapshot: RiskModel, tmp_path: Path) -> None:
    good = staff()
    assert "no column “pay”" in refusal(good.drop(columns="pay"), snapshot, tmp_path)
    assert "no column “id”" in refusal(good.drop(columns="id"), snapshot, tmp_path)
    assert "has no rows" in refusal(good.head(0), snapshot, tmp_path)
    endless = good.assign(pay=good["pay"].where(good.index != 457, np.inf))
    assert "infinite" in refusal(endless, snapshot, tmp_path) and "Row 458" in refusal(endless, snapshot, tmp_path)
    endless = good.assign(bonus=good["bonus"].where(good.index != 457, "inf"))
    assert "infinite" in refusal(endless, snapshot, tmp_path) and "Row 458" in refusal(endless, snapshot, tmp_path)
    worded = good.assign(bonus=good["bonus"].where(good.index != 333, "much"))
    assert "“much”" in refusal(worded, snapshot, tmp_path) and "Row 334" in refusal(worded, snapshot, tmp_path)
    assert "cannot read" in refusal(good.assign(pay=pd.Timestamp("2026-01-01")), snapshot, tmp_path)
    assert "cannot read" in refusal(good.assign(city=1.0).assign(city=[[1]] * len(good)), snapshot, tmp_path)
    twice = good.assign(id=good["id"].where(good.index != 500, good["id"][3]))
    assert "p00597 stands in the table more than once" in refusal(twice, snapshot, tmp_path)
    unnamed = good.assign(id=good["id"].where(good.index != 500, None))
    assert "names nobody" in refusal(unnamed, snapshot, tmp_path) and "Row 501" in refusal(unnamed, snapshot, tmp_path)


def test_months_that_do_not_stand_together_are_refused(months: pd.DataFrame, panel: RiskModel, tmp_path: Path) -> None:
    by_month = months.sort_values(["month", "person_id"])
    assert "do not stand together" in refusal(by_month, panel, tmp_path)
    moved = pd.concat([months.iloc[3:], months.iloc[:3]])
    assert "do not stand together" in refusal(moved, panel, tmp_path)


def test_files_that_cannot_be_read_or_written_are_told(snapshot: RiskModel, tmp_path: Path) -> None:
    source = written(staff(), tmp_path / "in.parquet")
    for path in (tmp_path / "nowhere.parquet", tmp_path / "cut.parquet"):
        if "cut" in path.name:
            path.write_bytes(source.read_bytes()[:-100])
        with pytest.raises(InputError) as caught:
            score_file(path, tmp_path / "out.parquet", snapshot)
        assert "cannot be read as a Parquet file" in str(caught.value)
    for place in (source, tmp_path / "no folder" / "out.parquet", source / "out.parquet"):
        with pytest.raises(InputError) as caught:
            score_file(source, place, snapshot)
        assert "already there" in str(caught.value) or "folder does not exist" in str(caught.value)


def test_a_full_disk_is_told_in_words_and_what_was_done_is_kept(snapshot: RiskModel, tmp_path: Path) -> None:
    source, output = written(staff(6000), tmp_path / "in.parquet", 4), tmp_path / "out.parquet"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(InputError) as caught:
            score_file(source, output, snapshot)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "no room left" in str(caught.value) and "kept" in str(caught.value)
    assert not output.exists()
    done = score_file(source, output, snapshot)
    assert done.resumed > 0 and done.people == 6000
