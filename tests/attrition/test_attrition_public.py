import os
from pathlib import Path

import pandas as pd
import pytest

from toolkit.attrition import back_test_snapshot, fit_snapshot, inspect_columns

SHARED = Path(os.environ.get("COACH_SHARED", Path(__file__).parents[3] / "shared"))


def public(name, **options):
    path = SHARED / "data" / "attrition" / name
    if not path.exists():
        pytest.skip(f"public file not at {path}; set COACH_SHARED to the folder that holds data/attrition")
    return pd.read_csv(path, **options)


def test_ibm():
    frame = public("ibm_hr_attrition.csv", encoding="utf-8-sig")
    model = fit_snapshot(frame, label="Attrition", person="EmployeeNumber")
    kinds = {finding.column: finding.kind for finding in model.findings}
    assert {name for name, kind in kinds.items() if kind == "constant"} == {"EmployeeCount", "Over18", "StandardHours"}
    assert set(model.protected) == {"Age", "Gender", "MaritalStatus"} and "leak" not in kinds.values()
    assert set(model.protected).isdisjoint(model.design.names)
    result = back_test_snapshot(frame, label="Attrition", person="EmployeeNumber", repeats=2)
    assert 0.81 <= result.figures["roc_auc"].value <= 0.86
    assert result.figures["predicted_to_actual"].value == pytest.approx(1, abs=0.08)


def test_mfg10_leaks_are_named():
    frame = public("mfg10_yearly.csv")
    kinds = {finding.column: finding.kind for finding in inspect_columns(frame, "STATUS", person="EmployeeID")}
    for name in ("terminationdate_key", "termreason_desc", "termtype_desc"):
        assert kinds[name] == "leak"
    for name in ("age", "gender_short", "gender_full", "birthdate_key"):
        assert kinds[name] == "protected"


def test_iranian_churn():
    frame = public("iranian_churn.csv")
    model = fit_snapshot(frame, label="Churn")
    assert model.figures.roc_auc > 0.9
    assert {"Age", "Age Group"} <= set(model.protected)
