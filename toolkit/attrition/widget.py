"""The table of people at risk, shared by the sections."""

from collections.abc import Callable

from toolkit.attrition.planner.report import LIST_LABELS
from toolkit.controls.data_table import DataTable, columns_of
from toolkit.language import Language
from toolkit.wording import text


def risk_table(language: Language, on_action: Callable[[str, str], None] | None = None) -> DataTable:
    """Return the table of people to talk to; its rows carry no ids of people, who may be hidden."""
    labels = {name: label for name, label in LIST_LABELS.items() if name != "interval"}
    labels["risk"] = text("Risk (90% interval)")
    columns = columns_of(labels, language, rank="number", kept="number")
    return DataTable(columns, language=language, caption=language("People to talk to first"), on_action=on_action)
