"""Scoring 1.2 million people and training on 100,000 months: time against reading the file, and memory.

python tests/benchmarks/risk_scale.py [--people 1200000] [--rounds 3] [--train-people 6500]

Generates its own data (a seeded team, its features drawn again with a little noise). The yardstick is
reading the same Parquet file in one piece and multiplying its feature matrix by one square matrix of
the model's terms. Every figure is of a process of its own, with one thread for linear algebra.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from toolkit.attrition.scoring.run import score_file

sys.path.insert(0, str(Path(__file__).parents[1] / "attrition"))


def make(folder: Path, people: int) -> None:
    """Write a model, `people` rows of features."""
    from attrition_simulator import simulate

    from toolkit.attrition import fit_panel, panel_features, save_model

    months = simulate(people=1500, months=24, seed=5).drop(columns="hazard")
    model = fit_panel(months, horizon_months=6)
    save_model(folder / "risk.model", model)
    rows = panel_features(months)
    rng = np.random.default_rng(6)
    drawn = rows.iloc[rng.integers(0, len(rows), people)].reset_index(drop=True)
    for name in model.design.names:
        drawn[name] += rng.normal(0.0, 0.01, people) * rows[name].std()
    drawn["person_id"] = [f"p{number:08d}" for number in range(people)]
    drawn[["person_id", *model.design.names]].to_parquet(folder / "people.parquet", row_group_size=131_072, index=False)


def make_months(folder: Path, people: int) -> int:
    """Write RepMonths of `people` and return how many rows they have."""
    from attrition_simulator import simulate

    months = simulate(people=people, months=24, seed=7).drop(columns="hazard")
    months.to_parquet(folder / "months.parquet", row_group_size=131_072, index=False)
    return len(months)


def yardstick(folder: Path) -> float:
    from toolkit.attrition import load_model

    model = load_model(folder / "risk.model")
    terms = len(model.coefficients)
    weights = np.random.default_rng(0).normal(size=(len(model.design.names), terms))
    start = time.perf_counter()
    table = pq.read_table(folder / "people.parquet")
    np.column_stack([table[name].to_numpy() for name in model.design.names]) @ weights
    return time.perf_counter() - start


def score(folder: Path, source: str, reasons: int) -> float:
    from toolkit.attrition import load_model

    model = load_model(folder / "risk.model")
    output = folder / "out.parquet"
    output.unlink(missing_ok=True)
    start = time.perf_counter()
    score_file(folder / source, output, model, reasons=reasons)
    return time.perf_counter() - start


def plain(folder: Path) -> float:
    from toolkit.attrition import load_model

    model = load_model(folder / "risk.model")
    start = time.perf_counter()
    frame = pd.read_parquet(folder / "people.parquet")
    model.score(frame).assign(person_id=frame["person_id"]).to_parquet(folder / "plain.parquet", index=False)
    return time.perf_counter() - start


def train(folder: Path) -> float:
    from sklearn.linear_model import LogisticRegression  # noqa: F401  (loading it is no part of training)

    from toolkit.attrition import fit_panel

    months = pd.read_parquet(folder / "months.parquet")
    start = time.perf_counter()
    fit_panel(months)
    return time.perf_counter() - start


TASKS = {
    "yardstick: read + one matrix product": lambda folder: yardstick(folder),
    "coach attrition score": lambda folder: score(folder, "people.parquet", 0),
    "the same with three reasons": lambda folder: score(folder, "people.parquet", 3),
    "RiskModel.score in one piece": lambda folder: plain(folder),
    "training": lambda folder: train(folder),
    "scoring months": lambda folder: score(folder, "months.parquet", 0),
}


def peak_memory() -> float:
    """Return the most memory this process has held, in MB (what its parent held does not count)."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def measured(task: str, folder: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--task", task, "--folder", str(folder)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=1_200_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--train-people", type=int, default=6_500)
    arguments.add_argument("--task")
    arguments.add_argument("--folder", type=Path)
    given = arguments.parse_args()
    if given.task:
        before = peak_memory()
        seconds = TASKS[given.task](given.folder)
        print(json.dumps({"seconds": seconds, "before": before, "peak": peak_memory()}))
        return
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), given.people)
        rows = make_months(Path(folder), given.train_people)
        print(f"{given.people:,} people; training on {rows:,} months; best of {given.rounds} rounds, interleaved")
        rounds = [{task: measured(task, Path(folder)) for task in TASKS} for _ in range(given.rounds)]
        best = {task: min(each[task]["seconds"] for each in rounds) for task in TASKS}
        unit = best["yardstick: read + one matrix product"]
        print("| task | seconds, best | all rounds | ratio | peak memory, MB (before the task) |")
        print("| --- | --- | --- | --- | --- |")
        for task, seconds in best.items():
            every = " ".join(f"{each[task]['seconds']:.2f}" for each in rounds)
            ratio = f"{seconds / unit:.2f}" if task not in ("training", "scoring months") else ""
            peak = max(each[task]["peak"] for each in rounds)
            print(f"| {task} | {seconds:.2f} | {every} | {ratio} | {peak:.0f} ({rounds[0][task]['before']:.0f}) |")


if __name__ == "__main__":
    main()
