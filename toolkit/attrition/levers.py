"""What could be done: reasons grouped by driver, levers for them, and a what-if that claims no cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.attrition.design import NumberTerms, words
from toolkit.attrition.features import DRIVERS, FEATURES
from toolkit.attrition.model import RiskModel
from toolkit.errors import InputError
from toolkit.wording import Text, text


def by_driver(reasons: pd.DataFrame, drivers: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return reasons added up by person and driver, the strongest first.

    Takes `RiskModel.reasons` (ask for all columns with a high `top`); `drivers` names the driver of columns
    that have none of their own, as a snapshot's. Columns: person_id, driver (None = none), contribution
    (log-odds), changeable (the part of it that somebody could change) and unchangeable.
    """
    known = _with_drivers(reasons, drivers)
    known["changeable"] = np.where(known["can_change"], known["contribution"], 0.0)
    known["unchangeable"] = known["contribution"] - known["changeable"]
    names = ["contribution", "changeable", "unchangeable"]
    table = known.groupby(["person_id", "driver"], dropna=False)[names].sum().reset_index()
    order = table["contribution"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].sort_values("person_id", kind="stable").reset_index(drop=True)


def levers_for(
    reasons: pd.DataFrame,
    content: Mapping[str, Any],
    *,
    drivers: Mapping[str, str] | None = None,
    most: int = 3,
) -> pd.DataFrame:
    """Return up to `most` levers per person, for what raises the risk and can be changed.

    `content` is the content pack of drivers: `levers`, each with id, name, action (both bilingual) and the
    ids of its `drivers`; the first driver of a lever counts fully, the others half. `drivers` as in
    `by_driver`. Columns: person_id, rank, lever_id, name, action, driver (which it answers), weight
    (log-odds of the risk it speaks to; no promise that it would fall by as much).
    """
    levers = _checked(content)
    totals = by_driver(reasons, drivers)
    raising = totals[(totals["changeable"] > 0) & totals["driver"].notna()]
    rows: list[dict[str, object]] = []
    for person, part in raising.groupby("person_id", sort=False):
        need = dict(zip(part["driver"], part["changeable"].astype(float), strict=True))
        rows += _best(str(person), need, levers, most)
    return pd.DataFrame(rows, columns=["person_id", "rank", "lever_id", "name", "action", "driver", "weight"])


def _best(
    person: str, need: Mapping[str, float], levers: Sequence[Mapping[str, Any]], most: int
) -> list[dict[str, object]]:
    found = []
    for place, lever in enumerate(levers):
        weights = {
            driver: need.get(driver, 0.0) * (1.0 if first else 0.5)
            for driver, first in zip(lever["drivers"], [True] + [False] * len(lever["drivers"]), strict=False)
        }
        total = sum(weights.values())
        if total > 0:
            found.append((-total, place, lever, max(weights, key=lambda name: weights[name])))
    found.sort(key=lambda each: each[:2])
    return [
        {
            "person_id": person,
            "rank": rank,
            "lever_id": lever["id"],
            "name": lever["name"],
            "action": lever["action"],
            "driver": driver,
            "weight": -total,
        }
        for rank, (total, _, lever, driver) in enumerate(found[:most], start=1)
    ]


def _checked(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    levers = content.get("levers")
    if not isinstance(levers, list) or not levers:
        raise InputError(text("The content pack of drivers holds no levers."))
    for lever in levers:
        if not {"id", "name", "action", "drivers"} <= set(lever) or not set(lever["drivers"]) <= set(DRIVERS):
            raise InputError(
                text("The lever {lever} lacks a part or names an unknown driver.", lever=str(lever.get("id", "?")))
            )
    return levers


def _with_drivers(reasons: pd.DataFrame, drivers: Mapping[str, str] | None) -> pd.DataFrame:
    unknown = set((drivers or {}).values()) - set(DRIVERS)
    if unknown:
        raise InputError(text("There is no driver “{driver}”.", driver=sorted(unknown)[0]))
    column = reasons["column"].astype(str)
    named = column.map(dict(drivers or {}))
    own = reasons["driver"].astype(object)
    features = np.array([name in FEATURES and FEATURES[name].changeable for name in column], dtype=bool)
    # On a snapshot only HR knows what can be changed: naming a driver says so.
    changeable = np.where(own.notna(), features, named.notna())
    return reasons.assign(driver=own.where(own.notna(), named), can_change=changeable)


@dataclass(frozen=True)
class WhatIf:
    """The model's answer to other inputs for one person; `before` and `after` are risks 0-1."""

    person_id: str
    before: float
    after: float
    notes: tuple[Text, ...]

    @property
    def sentence(self) -> Text:
        """Return the answer in words, with what it is not."""
        return text(
            "With these values the model would say {after} instead of {before}. That is how people with such values "
            "left in the past; it is no claim that the change would keep anybody.",
            after=f"{self.after:.0%}",
            before=f"{self.before:.0%}",
        )


def what_if(model: RiskModel, frame: pd.DataFrame, person_id: str, changes: Mapping[str, object]) -> WhatIf:
    """Return the risk of one person under other inputs of the model.

    `frame` is what `predict` takes; `changes` gives new values by column (on months: by feature of
    `FEATURES`). Raises `InputError` for an unknown person or column, or one that cannot be changed.
    """
    rows = model.rows_of(frame)
    people = pd.Series(words(rows["person_id"]), index=rows.index)
    row = rows[people == str(person_id)]
    if len(row) != 1:
        raise InputError(text("{person} is not among the people of the table.", person=str(person_id)))
    before = float(model.score(row)["probability"].iloc[0])
    changed, notes = row.astype(dict.fromkeys(changes.keys() & set(row.columns), object)), []
    for name, value in changes.items():
        column = next((each for each in model.design.columns if each.name == name), None)
        if column is None:
            raise InputError(text("The model does not use “{column}”.", column=str(name)))
        feature = FEATURES.get(name) if model.horizon_months is not None else None
        label: object = feature.label if feature else name
        if feature is not None and not feature.changeable:
            raise InputError(text("“{column}” is nothing anybody could change.", column=label))
        if isinstance(column, NumberTerms):
            notes += _outside(column, value, label)
        elif str(value).strip() not in column.levels:
            notes.append(text("“{column}” never or rarely had this value in training.", column=label))
        changed[name] = pd.Series([value], index=changed.index, dtype=object)
    after = float(model.score(changed.infer_objects())["probability"].iloc[0])
    return WhatIf(str(person_id), before, after, tuple(notes))


def _outside(column: NumberTerms, value: object, label: object) -> list[Text]:
    try:
        number = float(str(value))
    except ValueError as error:
        raise InputError(text("“{column}” needs a number.", column=label)) from error
    if not np.isfinite(number):
        raise InputError(text("“{column}” needs a number.", column=label))
    if column.low <= number <= column.high:
        return []
    return [
        text(
            "“{column}” lay between {low} and {high} in training; beyond that the model knows nothing and holds the end.",
            column=label,
            low=round(column.low, 2),
            high=round(column.high, 2),
        )
    ]
