"""How firm the list and the reasons are: models fitted to people drawn anew, asked about the same people."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.attrition.boosting import grow, tree_matrix
from toolkit.attrition.features import panel_features
from toolkit.attrition.fitting import groups_of
from toolkit.attrition.guard import label_of
from toolkit.attrition.label import leaves_within
from toolkit.attrition.learning import untouched
from toolkit.attrition.logistic import SMALL, refitted
from toolkit.attrition.metrics import Estimate
from toolkit.attrition.model import RiskModel
from toolkit.attrition.months import Floats, Integers
from toolkit.errors import InputError
from toolkit.wording import Text, text

Names = NDArray[np.object_]
REFITS = 20
TOP_REASONS = 3


@dataclass(frozen=True)
class Stability:
    """What stays when chance draws other people to learn from.

    `list_kept`: of the people listed, the share still listed, over the refits (mean, 5 % and 95 % point);
    `reasons_kept`: of the three strongest reasons of those listed, the share still among them; `people`:
    person_id and share (of the refits that list them) of everybody ever listed.
    """

    conversations: int
    list_kept: Estimate
    reasons_kept: Estimate
    people: pd.DataFrame

    @property
    def sentence(self) -> Text:
        """Return the figures in words."""
        return text(
            "Learned from other people of the same kind, {kept} % of the list would stay ({low} to {high}) and {reasons} % "
            "of its strongest reasons.",
            kept=round(100 * self.list_kept.value),
            low=round(100 * self.list_kept.low),
            high=round(100 * self.list_kept.high),
            reasons=round(100 * self.reasons_kept.value),
        )


def measure_stability(
    model: RiskModel,
    frame: pd.DataFrame,
    conversations: int,
    *,
    label: str | None = None,
    left_value: object = None,
    refits: int = REFITS,
    random_state: int = 0,
) -> Stability:
    """Refit `model` to people drawn anew from `frame` and compare the list of `conversations` and its reasons.

    `frame` is what the model was fitted on; a snapshot model needs `label`. Penalty, knots and trees' size
    stay as they are. Of a snapshot, only people still there are listed.
    """
    _refuse_none(conversations)
    drawn = redrawn(model, frame, label=label, left_value=left_value, refits=refits, random_state=random_state)
    return drawn.stability(conversations)


@dataclass(frozen=True)
class Redrawn:
    """Models fitted to people drawn anew and the rows they are asked about, for lists of any length.

    `rows` are what the models judge, `person` whom each row is about.
    """

    model: RiskModel
    others: tuple[RiskModel, ...]
    rows: pd.DataFrame
    person: Names

    def stability(self, conversations: int) -> Stability:
        """Compare the list of `conversations` people and its reasons over the refits."""
        _refuse_none(conversations)
        asked, names = self.rows, self.person
        count = min(conversations, len(asked))
        first = _listed(self.model, asked, names, count)
        reasons = _strongest(self.model, asked.iloc[first])
        kept, same, times = [], [], np.zeros(len(asked))
        for other in self.others:
            listed = _listed(other, asked, names, count)
            times[listed] += 1
            kept.append(len(np.intersect1d(first, listed)) / count)
            again = _strongest(other, asked.iloc[first])
            same.append(float(np.mean([len(set(a) & set(b)) / len(a) for a, b in zip(reasons, again, strict=True)])))
        table = pd.DataFrame({"person_id": names, "share": times / len(self.others)})
        table = table[table["share"] > 0].sort_values(["share", "person_id"], ascending=[False, True])
        return Stability(count, _spread(kept), _spread(same), table.reset_index(drop=True))


def redrawn(
    model: RiskModel,
    frame: pd.DataFrame,
    *,
    label: str | None = None,
    left_value: object = None,
    held: pd.DataFrame | None = None,
    not_regretted: Collection[str] = (),
    refits: int = REFITS,
    random_state: int = 0,
) -> Redrawn:
    """Refit `model` to people drawn anew from `frame`; the arguments are those of `measure_stability`.

    `held` and `not_regretted` are those the model was fitted with.
    """
    rows, left, group = _taught(model, frame, label, left_value, held, not_regretted)
    asked, person = _asked(model, frame, label, left_value)
    rng = np.random.default_rng(random_state)
    people = int(group.max()) + 1
    others = []
    for _ in range(refits):
        weights = np.bincount(rng.integers(0, people, people), minlength=people).astype(float)[group]
        others.append(_refit(model, rows, left, weights))
    return Redrawn(model, tuple(others), asked, np.asarray(person, dtype=object))


def _refuse_none(conversations: int) -> None:
    if conversations < 1:
        raise InputError(text("At least one conversation must be possible."))


def _spread(shares: list[float]) -> Estimate:
    low, high = np.quantile(shares, [0.05, 0.95])
    return Estimate(float(np.mean(shares)), float(low), float(high))


def _taught(
    model: RiskModel,
    frame: pd.DataFrame,
    label: str | None,
    left_value: object,
    held: pd.DataFrame | None,
    not_regretted: Collection[str],
) -> tuple[pd.DataFrame, Floats, Integers]:
    if model.horizon_months is not None:
        months = frame.reset_index(drop=True)
        features = panel_features(months)
        taught = untouched(
            leaves_within(months, 1), months, held=held, not_regretted=not_regretted, months=model.horizon_months
        )
        left = taught.loc[features.index].to_numpy(dtype=float)
        person = pd.factorize(features["person_id"], sort=True)[0].astype(np.int64)
        known = ~np.isnan(left)
        return features[known], left[known], np.unique(person[known], return_inverse=True)[1].astype(np.int64)
    plain = frame.reset_index(drop=True).rename(columns=str)
    if label is None:
        raise InputError(text("Choose the column that says who left."))
    left = label_of(plain, label, left_value).to_numpy(dtype=float)
    known = ~np.isnan(left)
    return plain[known], left[known], groups_of(plain[known], list(model.design.names), model.person)


def _asked(
    model: RiskModel, frame: pd.DataFrame, label: str | None, left_value: object
) -> tuple[pd.DataFrame, list[str]]:
    rows = model.rows_of(frame)
    person = rows["person_id"].astype(str).to_numpy()
    if model.horizon_months is None and label is not None:
        there = label_of(frame.rename(columns=str), label, left_value).to_numpy(dtype=float) == 0.0
        rows, person = rows[there], person[there]
    return rows, list(person)


def _listed(model: RiskModel, rows: pd.DataFrame, person: Names, count: int) -> Integers:
    risk = model.score(rows)["probability"].to_numpy(dtype=float)
    return np.lexsort((person.astype(str), -risk))[:count].astype(np.int64)


def _strongest(model: RiskModel, rows: pd.DataFrame) -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
    parts = np.abs(model.contributions(rows).to_numpy(dtype=float))
    return np.argsort(-parts, axis=1, kind="stable")[:, :TOP_REASONS].astype(np.int64)


def _refit(model: RiskModel, rows: pd.DataFrame, left: Floats, weights: Floats) -> RiskModel:
    if model.boosted is not None:
        from threadpoolctl import threadpool_limits

        matrix = tree_matrix(model.design, rows)
        with threadpool_limits(1 if matrix.size < SMALL else None):
            trees = grow(matrix, left, model.boosted.setting, weights)
        return replace(model, boosted=replace(model.boosted, trees=trees))
    intercept, coefficients = refitted(model.design.matrix(rows), left, weights, model.figures.penalty)
    return replace(model, intercept=intercept, coefficients=coefficients)
