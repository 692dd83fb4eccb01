"""Guessing what the columns of a snapshot mean, for HR to confirm."""

import pandas as pd

from toolkit.attrition.guard import inspect_columns
from toolkit.attrition.label import read_label
from toolkit.errors import ToolkitError

_LABELS = ("attrition", "left", "churn", "turnover", "status", "离职", "是否离职", "流失")
_PEOPLE = ("employeenumber", "employee_id", "employeeid", "person_id", "emp_id", "employee number", "员工编号", "工号")


def suggest_choices(frame: pd.DataFrame) -> dict[str, object]:
    """Return likely label, person, protected and leave_out columns of a snapshot."""
    names = {str(column).strip().lower(): str(column) for column in frame.columns}
    person = next((names[name] for name in _PEOPLE if name in names), None)
    candidates = [names[name] for name in _LABELS if name in names]
    candidates += [c for c in frame.columns if frame[c].nunique(dropna=True) == 2 and c not in candidates]
    for label in candidates:
        try:
            read_label(frame[label])
            findings = inspect_columns(frame, label, person=person)
        except ToolkitError:
            continue
        return {
            "label": label,
            "person": person,
            "protected": [finding.column for finding in findings if finding.action == "audit"],
            "leave_out": [finding.column for finding in findings if finding.action == "refuse"],
        }
    return {"person": person}
