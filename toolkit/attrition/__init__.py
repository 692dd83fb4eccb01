"""Who may leave, how sure that is, and what it rests on; for HR only.

Importing the package loads nothing else: each name is fetched from its file on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.attrition.backtest import back_test, back_test_snapshot
    from toolkit.attrition.conversations import Capacity, capacity
    from toolkit.attrition.features import DRIVERS, FEATURES, Feature, panel_features, panel_notes
    from toolkit.attrition.fitting import fit_panel, fit_snapshot
    from toolkit.attrition.guard import ColumnFinding, inspect_columns
    from toolkit.attrition.label import LabelReading, leaves_within, read_label
    from toolkit.attrition.metrics import Estimate
    from toolkit.attrition.model import FitFigures, RiskModel
    from toolkit.attrition.scorecard import BackTest
    from toolkit.attrition.state import RiskState, Source, Trained
    from toolkit.attrition.widget import RiskBoard, SnapshotForm

_HOMES = {
    "BackTest": "scorecard",
    "Capacity": "conversations",
    "ColumnFinding": "guard",
    "DRIVERS": "features",
    "Estimate": "metrics",
    "FEATURES": "features",
    "Feature": "features",
    "FitFigures": "model",
    "LabelReading": "label",
    "RiskBoard": "widget",
    "RiskModel": "model",
    "RiskState": "state",
    "SnapshotForm": "widget",
    "Source": "state",
    "Trained": "state",
    "back_test": "backtest",
    "back_test_snapshot": "backtest",
    "capacity": "conversations",
    "fit_panel": "fitting",
    "fit_snapshot": "fitting",
    "inspect_columns": "guard",
    "leaves_within": "label",
    "panel_features": "features",
    "panel_notes": "features",
    "read_label": "label",
}

__all__ = [
    "BackTest",
    "Capacity",
    "ColumnFinding",
    "DRIVERS",
    "Estimate",
    "FEATURES",
    "Feature",
    "FitFigures",
    "LabelReading",
    "RiskBoard",
    "RiskModel",
    "RiskState",
    "SnapshotForm",
    "Source",
    "Trained",
    "back_test",
    "back_test_snapshot",
    "capacity",
    "fit_panel",
    "fit_snapshot",
    "inspect_columns",
    "leaves_within",
    "panel_features",
    "panel_notes",
    "read_label",
]


if not TYPE_CHECKING:  # a checker would take any misspelt name for one of these

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
