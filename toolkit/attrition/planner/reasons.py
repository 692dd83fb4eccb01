"""One person's reasons, grouped by driver, what could be changed apart from what could not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from toolkit.attrition.features import DRIVERS, FEATURES
from toolkit.attrition.levers import by_driver, levers_for
from toolkit.attrition.model import RiskModel
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

STRONG, NOTABLE = 0.5, 0.1  # log-odds; below the second a column hardly moves the risk


@dataclass(frozen=True)
class Reason:
    """One column that moves a person's risk: its words, its value, whether it raises, whether it can be changed."""

    label: object
    value: object
    raises: bool
    changeable: bool
    strong: bool


@dataclass(frozen=True)
class DriverGroup:
    """What one driver says together; `title` is None where no driver is known, as on a snapshot."""

    title: Text | None
    contribution: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Lever:
    """Something HR could do: bilingual name and action, and the driver it answers."""

    name: Mapping[str, str]
    action: Mapping[str, str]
    driver: Text


@dataclass(frozen=True)
class PersonReasons:
    """Why the model puts one person where it does, and what could be done."""

    groups: tuple[DriverGroup, ...]
    small: int
    levers: tuple[Lever, ...]


def person_reasons(
    reasons: pd.DataFrame, person_id: str, content: Mapping[str, Any] | None = None, *, most: int = 3
) -> PersonReasons:
    """Return the reasons of one person from `RiskModel.reasons` (all columns), the strongest driver first.

    `content` is the content pack of drivers, for up to `most` levers. Columns that move the log-odds by
    less than 0.1 are only counted (`small`).
    """
    mine = reasons[reasons["person_id"].astype(str) == str(person_id)]
    size = mine["contribution"].abs()
    told = mine[size >= NOTABLE].assign(size=size).sort_values("size", ascending=False, kind="stable")
    groups = []
    for row in rows_of(by_driver(mine)):
        driver = row.driver if isinstance(row.driver, str) else None
        of = told[told["driver"] == driver] if driver else told[~told["driver"].isin(list(DRIVERS))]
        if len(of):
            title = DRIVERS[driver] if driver else None
            groups.append(DriverGroup(title, float(row.contribution), tuple(_reason(one) for one in rows_of(of))))
    levers: tuple[Lever, ...] = ()
    if content:
        found = rows_of(levers_for(mine, content, most=most))
        levers = tuple(Lever(row.name, row.action, DRIVERS[row.driver]) for row in found)
    return PersonReasons(tuple(groups), len(mine) - len(told), levers)


def _reason(row: Any) -> Reason:
    feature = FEATURES.get(row.column) if isinstance(row.driver, str) else None
    return Reason(
        feature.label if feature else str(row.column),
        value_words(row.value),
        bool(row.contribution > 0),
        bool(feature and feature.changeable),
        bool(abs(row.contribution) >= STRONG),
    )


def value_words(value: object) -> object:
    """Return a cell as a reason shows it: numbers short, gaps in words."""
    if pd.isna(value) or not str(value).strip():  # type: ignore[call-overload]
        return text("missing")
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


def changeable_columns(model: RiskModel) -> Sequence[tuple[str, Text | str]]:
    """Return the columns a what-if may change, with their words: on months those that somebody could change."""
    if model.horizon_months is None:
        return [(name, name) for name in model.design.names]
    return [(name, FEATURES[name].label) for name in model.design.names if FEATURES[name].changeable]
