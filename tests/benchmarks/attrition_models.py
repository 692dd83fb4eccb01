"""Risk models on public tables: ours against scikit-learn's usual models, on the same repeated splits.

``python tests/benchmarks/attrition_models.py [--repeats 3] [--only ibm,churn,mfg10] [--data FOLDER]``

The data are not part of the repository; by default they are looked for in ``../shared/data/attrition``
(or COACH_SHARED/data/attrition) and a table that is not there is skipped with a word. Every model gets the
same columns and the same folds (people and equal rows stay together). Peers see gaps filled with the
median, numbers standardised and categories as 0 and 1. Ratios are ours / best peer (1 is as good; above 1
is better for ROC-AUC and PR-AUC, below 1 for Brier and calibration error); ± is 1.645 standard errors of
the difference, drawn from a bootstrap over people. LightGBM and interpret take part where installed.
"""

import argparse
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sklearn.calibration import CalibratedClassifierCV  # noqa: E402
from sklearn.compose import make_column_transformer  # noqa: E402
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier  # noqa: E402
from sklearn.impute import SimpleImputer  # noqa: E402
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import OneHotEncoder, StandardScaler  # noqa: E402

from toolkit.attrition.design import is_number, numbers, words  # noqa: E402
from toolkit.attrition.fitting import fit_columns, groups_of, usable_columns  # noqa: E402
from toolkit.attrition.guard import inspect_columns, label_of  # noqa: E402
from toolkit.attrition.logistic import folds_by_person  # noqa: E402
from toolkit.attrition.metrics import Ranking, calibration_error, calibration_noise, risk_bins  # noqa: E402

FOLDS = 5
TABLES: dict[str, dict[str, Any]] = {
    "ibm": {"file": "ibm_hr_attrition.csv", "label": "Attrition", "person": "EmployeeNumber"},
    "churn": {"file": "iranian_churn.csv", "label": "Churn", "person": None},
    "mfg10": {"file": "mfg10_yearly.csv", "label": "STATUS", "person": "EmployeeID"},
}
FIGURES = {"ROC-AUC": 1, "PR-AUC": 1, "Brier": -1, "calibration error": -1}


def folder() -> Path:
    """Return where the public tables are looked for."""
    return Path(os.environ.get("COACH_SHARED", ROOT.parent / "shared")) / "data" / "attrition"


def peers(numeric: list[str], other: list[str]) -> dict[str, Any]:
    """Return the peers, each with its preparation."""
    steps = [
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numeric),
        (OneHotEncoder(handle_unknown="ignore", min_frequency=10, sparse_output=False), other),
    ]
    tuned = LogisticRegressionCV(
        Cs=np.logspace(-3, 1, 8), scoring="neg_log_loss", max_iter=2000, l1_ratios=(0,), use_legacy_attributes=False
    )
    found: dict[str, Any] = {
        "logistic, default": LogisticRegression(max_iter=2000),
        "logistic, tuned L2": tuned,
        "boosting (hist), default": HistGradientBoostingClassifier(random_state=0),
        "boosting (hist), sigmoid": CalibratedClassifierCV(HistGradientBoostingClassifier(random_state=0), cv=5),
        "random forest": RandomForestClassifier(400, min_samples_leaf=3, random_state=0),
    }
    if find_spec("lightgbm"):
        from lightgbm import LGBMClassifier

        found["LightGBM, default"] = LGBMClassifier(random_state=0, verbose=-1)
    if find_spec("interpret"):
        from interpret.glassbox import ExplainableBoostingClassifier

        found["explainable boosting"] = ExplainableBoostingClassifier(random_state=0)
    return {name: make_pipeline(make_column_transformer(*steps), model) for name, model in found.items()}


def prepared(path: Path, label: str, person: str | None) -> tuple[pd.DataFrame, Any, Any, list[str]]:
    """Return rows, who left, groups and the columns that the guard lets through."""
    frame = pd.read_csv(path, encoding="utf-8-sig")
    if label == "STATUS":
        # A tenth of the people keeps the run short; the year tells of closures and is left out.
        frame = frame[frame["EmployeeID"] % 10 == 0].drop(columns="STATUS_YEAR").reset_index(drop=True)
    left = label_of(frame, label, None).to_numpy(dtype=float)
    columns = usable_columns(frame, inspect_columns(frame, label, person=person), label, person, ())
    return frame, left, groups_of(frame, columns, person), columns


def ours(challenger: bool) -> Callable[..., Any]:
    """Return a function that fits ours on some rows and tells the risk of others."""

    def told(frame: pd.DataFrame, left: Any, group: Any, columns: list[str], test: Any) -> Any:
        codes = np.unique(group[~test], return_inverse=True)[1].astype(np.int64)
        model = fit_columns(frame[~test], left[~test], columns, codes, challenger=challenger)
        return model.score(frame[test])["probability"].to_numpy()

    return told


def plain(frame: pd.DataFrame, numeric: list[str], other: list[str]) -> pd.DataFrame:
    """Return what peers see: numbers and words."""
    cells: dict[str, Any] = {name: numbers(frame[name]) for name in numeric}
    return pd.DataFrame(cells | {name: words(frame[name]) for name in other})


def runs(table: dict[str, Any], path: Path, repeats: int) -> Iterator[tuple[str, list[Any], Any, Any]]:
    """Give for each model its risks of everybody, one array a repeat, who left and the groups."""
    frame, left, group, columns = prepared(path, table["label"], table["person"])
    numeric = [name for name in columns if is_number(frame[name])]
    other = [name for name in columns if name not in numeric]
    seen = plain(frame, numeric, other)
    folds = [folds_by_person(group, left, FOLDS, repeat) for repeat in range(repeats)]

    def gathered(tell: Callable[[Any], Any]) -> list[Any]:
        found = []
        for fold in folds:
            risk = np.empty(len(left))
            for number in range(FOLDS):
                risk[fold == number] = tell(fold == number)
            found.append(np.clip(risk, 1e-6, 1 - 1e-6))
        return found

    mine = {"ours": ours(True), "ours, simple model only": ours(False)}
    for name, told in mine.items():
        yield name, gathered(lambda test, told=told: told(frame, left, group, columns, test)), left, group
    for name, model in peers(numeric, other).items():
        yield (
            name,
            gathered(lambda test, model=model: model.fit(seen[~test], left[~test]).predict_proba(seen[test])[:, 1]),
            left,
            group,
        )


def judged(risks: list[Any], left: Any, weights: Any = None) -> dict[str, float]:
    """Return the figures as means over the repeats."""
    weight = np.ones(len(left)) if weights is None else weights
    found: dict[str, list[float]] = {name: [] for name in FIGURES}
    for risk in risks:
        ranking = Ranking(risk, left)
        found["ROC-AUC"].append(ranking.roc_auc(weight))
        found["PR-AUC"].append(ranking.average_precision(weight))
        found["Brier"].append(float(weight @ (risk - left) ** 2 / weight.sum()))
        found["calibration error"].append(calibration_error(risk, left, risk_bins(risk), weight))
    return {name: float(np.mean(values)) for name, values in found.items()}


def compare(name: str, table: dict[str, Any], path: Path, repeats: int) -> None:
    """Print the figures of one table and the ratios."""
    told, figures = {}, {}
    started = time.perf_counter()
    left, group = np.empty(0), np.empty(0, dtype=np.int64)
    for model, risks, *known in runs(table, path, repeats):
        left, group = known
        told[model], figures[model] = risks, judged(risks, left)
        print(f"{name}: {model} {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    print(f"\n{name}: {len(left)} rows, {int(left.sum())} leavers, {repeats} x {FOLDS} folds\n")
    print("| model | " + " | ".join(FIGURES) + " |\n| --- |" + " --- |" * len(FIGURES))
    for model, row in figures.items():
        print(f"| {model} | " + " | ".join(f"{row[figure]:.4f}" for figure in FIGURES) + " |")
    noise = calibration_noise(told["ours"][0], risk_bins(told["ours"][0]), 0)
    print(f"\nCalibration error that true probabilities would show: {noise[0]:.4f}, 95 % point {noise[1]:.4f}\n")
    print("| figure | best peer | ratio ours / peer | difference ± noise | |\n| --- | --- | --- | --- | --- |")
    rivals = [model for model in figures if not model.startswith("ours")]
    draws = np.random.default_rng(0)
    people = int(group.max()) + 1
    weights = [np.bincount(draws.integers(0, people, people), minlength=people)[group].astype(float) for _ in range(60)]
    for figure, sign in FIGURES.items():
        best = max(rivals, key=lambda model: sign * figures[model][figure])
        gaps = [judged(told["ours"], left, each)[figure] - judged(told[best], left, each)[figure] for each in weights]
        gap, spread = figures["ours"][figure] - figures[best][figure], 1.645 * float(np.std(gaps))
        met = sign * gap >= -spread
        ratio = figures["ours"][figure] / figures[best][figure]
        print(f"| {figure} | {best} | {ratio:.3f} | {gap:+.4f} ± {spread:.4f} | {'met' if met else '**not met**'} |")


def main() -> None:
    """Compare on each table that is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", default=",".join(TABLES))
    parser.add_argument("--data", type=Path, default=folder())
    asked = parser.parse_args()
    warnings.filterwarnings("ignore", category=UserWarning)
    for name in asked.only.split(","):
        path = asked.data / TABLES[name]["file"]
        if path.exists():
            compare(name, TABLES[name], path, asked.repeats)
        else:
            print(f"{name} is skipped: {TABLES[name]['file']} is not in {asked.data}; see datasets/README.md")


if __name__ == "__main__":
    main()
