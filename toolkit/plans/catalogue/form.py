"""The columns of expected gains and of their uncertainty in the catalogue's form."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toolkit.documents.columns import Column
from toolkit.wording import text

Names = Mapping[str, Mapping[str, str]]


def gain_columns(competencies: Names) -> tuple[Column, ...]:
    """Return one column of expected gain per competency."""
    return tuple(
        Column(
            f"gain_{competency}",
            text("Gain: {competency}", competency=name),
            "number",
            low=0,
            high=4,
            description=text("Expected gain in levels, empty for none"),
        )
        for competency, name in competencies.items()
    )


def doubt_columns(competencies: Names) -> tuple[Column, ...]:
    """Return one column per competency for how unsure its expected gain is."""
    return tuple(
        Column(
            f"sd_{competency}",
            text("Uncertainty of gain: {competency}", competency=name),
            "number",
            low=0,
            high=4,
            description=text("Standard deviation in levels, empty where nobody has said"),
        )
        for competency, name in competencies.items()
    )


def figures_in(row: Mapping[str, Any], prefix: str) -> dict[str, float]:
    """Return the figures of a row by competency from its columns of one `prefix`, also those of 0."""
    return {
        name.removeprefix(prefix): float(value)
        for name, value in row.items()
        if name.startswith(prefix) and pd.notna(value)
    }
