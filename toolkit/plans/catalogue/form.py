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


def further_columns() -> tuple[Column, ...]:
    """Return provider, pauses and the level an activity is made for."""
    return (
        Column("provider_en", text("Provider (English)"), "text", longest=200, aliases=("Provider", "Vendor")),
        Column(
            "provider_zh", text("Provider (Chinese)"), "text", longest=200, aliases=("培训机构", "供应商", "主办方")
        ),
        Column(
            "after_weeks",
            text("Weeks after its prerequisites"),
            "whole",
            low=0,
            high=52,
            description=text("Least pause, for practice that is spread and for refreshers"),
        ),
        Column(
            "repeat_after_weeks",
            text("May be repeated after (weeks)"),
            "whole",
            low=1,
            high=520,
            description=text("Empty = it is done once"),
        ),
        Column(
            "best_level",
            text("Made for level"),
            "number",
            low=1,
            high=5,
            description=text("Level at which it gives its whole gain; empty = by its tier"),
        ),
    )
