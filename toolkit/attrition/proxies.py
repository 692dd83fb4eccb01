"""Proxies: how well the inputs of a score tell a protected attribute that was kept out of it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit.attrition.audit_groups import TOGETHER, audit_groups
from toolkit.attrition.design import learn_design
from toolkit.attrition.logistic import fit_logistic
from toolkit.attrition.metrics import Estimate, Ranking, by_person, roc_auc
from toolkit.attrition.months import Floats

LEAST_PROXY = 20


def proxies_of(
    attribute: str, values: "pd.Series[Any]", inputs: pd.DataFrame | None, people: "pd.Index[str]", random_state: int
) -> list[dict[str, object]]:
    """Return for each group of `values` (by person_id) how well `inputs` (person_id and columns) tell it.

    Keys: attribute, value, auc, low, high, strongest, strongest_auc. Groups under 20 people are left out.
    """
    if inputs is None:
        return []
    told = inputs.assign(person_id=inputs["person_id"].astype(str)).drop_duplicates("person_id")
    told = told.set_index("person_id").reindex(people)
    columns = [str(name) for name in told.columns]
    told.columns = pd.Index(columns)
    found, rows = audit_groups(values), []
    known = found.notna().to_numpy()
    sizes = found.value_counts()
    # Of two groups one says it all.
    for name in sorted(sizes.index)[: 1 if len(sizes) == 2 else None]:
        inside = (found[known] == name).to_numpy(dtype=float)
        if min(inside.sum(), (1 - inside).sum()) >= LEAST_PROXY and name != TOGETHER:
            auc, strongest, alone = told_by(told[known], columns, inside, random_state)
            rows.append(
                {"attribute": attribute, "value": name, "auc": auc.value, "low": auc.low, "high": auc.high}
                | {"strongest": strongest, "strongest_auc": alone}
            )
    return rows


def told_by(
    inputs: pd.DataFrame, columns: Sequence[str], inside: Floats, random_state: int = 0
) -> tuple[Estimate, str, float]:
    """Return how well inputs tell a group (cross-validated ROC-AUC), and the column that tells most alone.

    `inside` is 1 or 0 per row. Above about .7 the inputs stand in for the attribute.
    """
    frame = inputs.reset_index(drop=True)
    person = np.arange(len(frame), dtype=np.int64)
    design = learn_design(frame, columns, {})
    terms = design.matrix(frame)
    ranking = Ranking(fit_logistic(terms, inside, person, random_state).out_of_fold, inside)
    auc = by_person(lambda weights: {"auc": ranking.roc_auc(weights)}, person, random_state)["auc"]
    alone = {}
    for number, name in enumerate(design.names):
        areas = [roc_auc(terms[:, term], inside) for term in np.flatnonzero(design.owner == number)]
        alone[name] = max(max(area, 1 - area) for area in areas)
    strongest = max(alone, key=lambda name: alone[name])
    return auc, strongest, float(alone[strongest])
