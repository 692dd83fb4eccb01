"""The table of people at risk, shared by the sections."""

from collections.abc import Callable

from toolkit.attrition.planner.report import LIST_LABELS
from toolkit.controls.data_table import DataTable, columns_of
from toolkit.language import Language


def risk_table(language: Language, on_action: Callable[[str, str], None] | None = None) -> DataTable:
    """Return the table of people to talk to; its rows carry no ids of people, who may be hidden."""
    columns = columns_of(LIST_LABELS, language, rank="number", risk="percent", interval="number", kept="number")
    return DataTable(columns, language=language, caption=language("People to talk to first"), on_action=on_action)
