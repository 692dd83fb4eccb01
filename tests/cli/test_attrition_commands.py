"""`coach attrition train` and `score` as a person types them."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("pyarrow", reason="the extra “scale” is not installed: run make setup-dev")
sys.path.insert(0, str(Path(__file__).parents[1] / "attrition"))
from attrition_simulator import simulate

from toolkit.attrition import load_model


def coach(folder: Path, *arguments: str, language: str = "en") -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "toolkit.cli", "attrition", *arguments],
        env=os.environ | {"COACH_HOME": str(folder / "home"), "COACH_LANGUAGE": language},
        capture_output=True,
        text=True,
        cwd=folder,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("risk")
    months = simulate(people=120, months=18).drop(columns="hazard").sort_values(["person_id", "month"])
    months.to_parquet(path / "months.parquet", row_group_size=500, index=False)
    months.to_csv(path / "months.csv", index=False)
    return path


def test_train_then_score(folder: Path) -> None:
    code, shown, complaint = coach(folder, "train", "months.parquet", "attrition.model", "--horizon", "6")
    assert code == 0, complaint
    assert "leavers" in shown and "ROC-AUC" in shown
    assert (folder / "attrition.model").stat().st_mode & 0o077 == 0
    code, shown, progress = coach(folder, "score", "months.parquet", "risks.parquet", "--reasons", "3")
    assert code == 0 and "people were scored" in shown and "rows" in progress
    risks = pd.read_parquet(folder / "risks.parquet")
    expected = load_model(folder / "attrition.model").predict(pd.read_parquet(folder / "months.parquet"))
    assert risks["person_id"].tolist() == expected["person_id"].tolist() and "reason_3" in risks.columns
    assert np.abs(risks["probability"] - expected["probability"]).max() < 1e-9
    assert (folder / "risks.parquet").stat().st_mode & 0o077 == 0
    code, _, complaint = coach(folder, "score", "months.parquet", "risks.parquet")
    assert code == 1 and "already there" in complaint
    assert not (folder / "home").exists() or not list((folder / "home").iterdir())


def test_train_reads_csv_and_snapshots(folder: Path) -> None:
    code, _, complaint = coach(folder, "train", "months.csv", "csv.model")
    assert code == 0, complaint
    rng = np.random.default_rng(1)
    pay = rng.normal(10, 2, 300)
    left = np.where(rng.random(300) < 1 / (1 + np.exp(pay - 9)), "Yes", "No")
    people = pd.DataFrame(
        {"id": [f"p{n}" for n in range(300)], "pay": pay, "age": rng.integers(20, 60, 300), "left": left}
    )
    people.to_csv(folder / "people.csv", index=False)
    code, shown, complaint = coach(
        folder, "train", "people.csv", "people.model", "--label", "left", "--person", "id", "--protected", "age"
    )
    assert code == 0, complaint
    assert "“age” is kept out of the score" in shown
    code, _, complaint = coach(folder, "train", "people.csv", "people.model", "--label", "left")
    assert code == 1 and "already there" in complaint


def test_what_cannot_be_is_told_in_words(folder: Path) -> None:
    (folder / "strange.model").write_bytes(b"not a model")
    for arguments, words in (
        (("score", "months.parquet", "x.parquet", "--model", "strange.model"), "no model of this toolkit"),
        (("score", "months.parquet", "x.parquet", "--model", "nowhere.model"), "cannot be read"),
        (("train", "nowhere.csv", "x.model"), "cannot be read"),
        (("train", "strange.parquet", "x.model"), "cannot be read as a Parquet file"),
        (("train", "people.csv", "x.model", "--label", "gone"), "no column “gone”"),
    ):
        code, _, complaint = coach(folder, *arguments)
        assert code == 1 and words in complaint, arguments
    assert not list(folder.glob("x.*"))


def test_without_the_extra_parquet_is_told_and_csv_still_trains(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = folder / "hidden"
    (hidden / "pyarrow").mkdir(parents=True)
    (hidden / "pyarrow" / "__init__.py").write_text("raise ImportError")
    path = os.pathsep.join([str(hidden), *filter(None, [os.environ.get("PYTHONPATH")])])
    monkeypatch.setenv("PYTHONPATH", path)
    assert coach(folder, "train", "months.csv", "plain.model")[0] == 0
    for arguments in (
        ("train", "months.parquet", "y.model"),
        ("score", "months.parquet", "y.parquet", "--model", "plain.model"),
    ):
        code, _, complaint = coach(folder, *arguments)
        assert code == 1 and "need pyarrow" in complaint and "extra “scale”" in complaint, complaint
    assert not list(folder.glob("y.*"))
