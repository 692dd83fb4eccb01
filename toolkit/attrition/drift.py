"""Whether a model still fits the newest data, and whether to train it again.

Population stability (Siddiqi 2006) says whether inputs moved; it stays calm while a model goes wrong, so
what was predicted is compared with what came, and the base rate with that of training.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import betaincinv, gammaincinv

from toolkit.attrition.features import FEATURES, panel_features
from toolkit.attrition.guard import label_of
from toolkit.attrition.label import leaves_within
from toolkit.attrition.learning import untouched
from toolkit.attrition.metrics import Estimate, Ranking, by_person
from toolkit.attrition.model import FitFigures, RiskModel
from toolkit.attrition.months import Floats, Integers, month_number, month_numbers
from toolkit.errors import InputError
from toolkit.wording import Text, counted, text

MOVED = 0.2  # population stability from which a column counts as moved
LEAST_JUDGED = 5  # leavers below which ranking is not judged
OLD = 12
NINETY, NORMAL = 0.9, 1.6448536269514722
SURE, SURE_NORMAL = 0.99, 2.3263478740408408  # an alarm where nothing changed: one in a hundred


@dataclass(frozen=True)
class Drift:
    """What changed since training.

    `columns`: column, stability (0 = as in training), noise (99 % point of what samples of this size
    show by chance), moved. `expected` and `left` are leavings predicted and come among rows the model has
    not learned from; `ratio` is left / expected with its exact 90 % interval (of two
    Poisson counts, as the training's leavings were a draw too), `base_rate` the share that
    left with its interval, `roc_auc` the newest ranking; NaN where nothing can be said. `retrain` is the
    decision, `reasons` why.
    """

    columns: pd.DataFrame
    rows: int
    expected: float
    left: int
    ratio: Estimate
    base_rate: Estimate
    trained_base_rate: float
    roc_auc: Estimate
    trained_roc_auc: float
    age_months: int | None
    reasons: tuple[Text, ...]
    notes: tuple[Text, ...]

    @property
    def retrain(self) -> bool:
        """Return whether the model should be trained again."""
        return bool(self.reasons)

    @property
    def decision(self) -> Text:
        """Return the decision in words."""
        if self.reasons:
            return text("Train the model again, for the reasons below.")
        return text("Nothing speaks for training the model again.")


def measure_drift(
    model: RiskModel,
    frame: pd.DataFrame,
    *,
    label: str | None = None,
    left_value: object = None,
    held: pd.DataFrame | None = None,
    not_regretted: Collection[str] = (),
    most_months_old: int = OLD,
    random_state: int = 0,
) -> Drift:
    """Compare newer data with those the model learned from.

    A panel model takes RepMonths: months after the last one taught are judged, month by month. A snapshot
    model takes people with the columns it was fitted on and, for what came, a column `label`. `held` and
    `not_regretted` as in `fit_panel`: what they touch is not judged. Raises
    `InputError` if the model carries no background.
    """
    if model.background is None or not model.background.profiles:
        raise InputError(text("This model does not remember its training data, so nothing can be compared."))
    rows, left, age = _newer(model, frame, label, left_value, held, not_regretted)
    columns = _stability(model, rows)
    risk = _monthly(model, rows)
    known = ~np.isnan(left)
    expected, events = float(risk[known].sum()), int(left[known].sum())
    ratio = _ratio(events, expected, model.figures.events, NINETY)
    base = _base_rate(events, float(known.sum()))
    person = _codes(model, rows)[known]
    auc = _ranked(risk[known], left[known], person, random_state)
    found = Drift(
        columns=columns,
        rows=len(rows),
        expected=expected,
        left=events,
        ratio=ratio,
        base_rate=base,
        trained_base_rate=model.figures.base_rate,
        roc_auc=auc,
        trained_roc_auc=model.figures.roc_auc,
        age_months=age,
        reasons=(),
        notes=_notes(rows, known, events),
    )
    reasons = (
        *_column_reasons(columns),
        *_outcome_reasons(found, model.figures),
        *_age_reasons(age, most_months_old),
    )
    return Drift(**(vars(found) | {"reasons": reasons}))


def population_stability(expected: Floats, counts: Floats) -> float:
    """Return sum((a - e) ln(a / e)) over parts with shares e and counts behind a; half a row added to each."""
    total = counts.sum()
    before = (expected * total + 0.5) / (total + 0.5 * len(expected))
    now = (counts + 0.5) / (total + 0.5 * len(counts))
    return float(((now - before) * np.log(now / before)).sum())


def _newer(
    model: RiskModel,
    frame: pd.DataFrame,
    label: str | None,
    left_value: object,
    held: pd.DataFrame | None,
    not_regretted: Collection[str],
) -> tuple[pd.DataFrame, Floats, int | None]:
    if model.horizon_months is None:
        frame = frame.reset_index(drop=True).rename(columns=str)
        left = label_of(frame, label, left_value).to_numpy(dtype=float) if label else np.full(len(frame), np.nan)
        return frame, left, None
    assert model.background is not None
    months = frame.reset_index(drop=True)
    features = panel_features(months)
    last = month_number(pd.Timestamp(model.background.last))
    month = month_numbers(features["month"])
    rows = features[month > last]
    judged = untouched(
        leaves_within(months, 1), months, held=held, not_regretted=not_regretted, months=model.horizon_months
    )
    left = judged.loc[rows.index].to_numpy(dtype=float)
    # The last month taught was known through the month after it.
    return rows, left, max(int(month.max()) - last - 1, 0)


def _monthly(model: RiskModel, rows: pd.DataFrame) -> Floats:
    """Return the probability of what the label says: of a panel, leaving in the next month."""
    if rows.empty:
        return np.empty(0)
    share = model.score(rows)["probability"].to_numpy(dtype=float)
    if model.horizon_months is None:
        return share
    found: Floats = -np.expm1(np.log1p(-share) / model.horizon_months)
    return found


def _codes(model: RiskModel, rows: pd.DataFrame) -> Integers:
    name = "person_id" if model.horizon_months is not None else model.person
    if name is None or name not in rows.columns:
        return np.arange(len(rows), dtype=np.int64)
    return pd.factorize(rows[name].astype(str), sort=True)[0].astype(np.int64)


def _stability(model: RiskModel, rows: pd.DataFrame) -> pd.DataFrame:
    assert model.background is not None
    found = []
    for profile in model.background.profiles:
        if rows.empty:
            continue
        expected = np.array(profile.shares)
        value = population_stability(expected, profile.counts(rows))
        # By chance about chi-squared with parts - 1 degrees of freedom, divided by the sizes.
        parts = max(int((expected > 0).sum()) - 1, 1)
        noise = 2 * float(gammaincinv(parts / 2, 0.99)) * (1 / len(rows) + 1 / model.background.rows)
        moved = value > max(MOVED, noise)
        found.append({"column": profile.column, "stability": value, "noise": noise, "moved": moved})
    return pd.DataFrame(found, columns=["column", "stability", "noise", "moved"])


def _ratio(events: int, expected: float, taught: int, level: float) -> Estimate:
    """Return events / expected with an exact interval for two Poisson counts; NaN for nothing expected."""
    if expected <= 0:
        return Estimate(np.nan, np.nan, np.nan)
    tail = (1 - level) / 2
    low = float(betaincinv(events, taught + 1, tail)) if events else 0.0
    high = float(betaincinv(events + 1, taught, 1 - tail))
    scale = taught / expected
    return Estimate(events / expected, scale * low / (1 - low), scale * high / (1 - high))


def _base_rate(events: int, rows: float) -> Estimate:
    if rows <= 0:
        return Estimate(np.nan, np.nan, np.nan)
    low = float(gammaincinv(events, 0.05)) if events else 0.0
    return Estimate(events / rows, low / rows, float(gammaincinv(events + 1, 0.95)) / rows)


def _ranked(risk: Floats, left: Floats, person: Integers, random_state: int) -> Estimate:
    if left.sum() < LEAST_JUDGED or (1 - left).sum() < LEAST_JUDGED:
        return Estimate(np.nan, np.nan, np.nan)
    ranking = Ranking(risk, left)
    codes = np.unique(person, return_inverse=True)[1].astype(np.int64)
    return by_person(lambda weights: {"auc": ranking.roc_auc(weights)}, codes, random_state)["auc"]


def _notes(rows: pd.DataFrame, known: "np.ndarray[tuple[int], np.dtype[np.bool_]]", events: int) -> tuple[Text, ...]:
    if rows.empty:
        return (text("There are no rows newer than the training's."),)
    if not known.any():
        return (text("Of the newest rows nobody knows yet who leaves: only the inputs were compared."),)
    if events < LEAST_JUDGED:
        return (
            counted(
                "Only {count} leaving came since: too few to judge the ranking.",
                "Only {count} leavings came since: too few to judge the ranking.",
                events,
            ),
        )
    return ()


def _column_reasons(columns: pd.DataFrame) -> list[Text]:
    found = []
    for name, value in columns.loc[columns["moved"].astype(bool), ["column", "stability"]].itertuples(index=False):
        feature = FEATURES.get(str(name))
        label: object = feature.label if feature else name
        found.append(
            text("“{column}” has moved since training (stability {value}).", column=label, value=round(float(value), 2))
        )
    return found


def _outcome_reasons(found: Drift, trained: FitFigures) -> list[Text]:
    reasons = []
    # Looked at month after month, an alarm must be rare where nothing changed.
    sure = _ratio(found.left, found.expected, trained.events, SURE)
    if sure.low > 1 or sure.high < 1:
        reasons.append(
            text(
                "{left} left where {expected} were expected ({ratio} times as many, {low} to {high}).",
                left=found.left,
                expected=round(found.expected, 1),
                ratio=round(found.ratio.value, 2),
                low=round(found.ratio.low, 2),
                high=round(found.ratio.high, 2),
            )
        )
    fallen = found.trained_roc_auc - found.roc_auc.value
    spread = (found.roc_auc.high - found.roc_auc.low) / (2 * NORMAL)
    if fallen > SURE_NORMAL * np.hypot(spread, _ranking_error(trained)):
        reasons.append(
            text(
                "The ranking has become worse: ROC-AUC {now} ({low} to {high}), {before} at training.",
                now=round(found.roc_auc.value, 2),
                low=round(found.roc_auc.low, 2),
                high=round(found.roc_auc.high, 2),
                before=round(found.trained_roc_auc, 2),
            )
        )
    return reasons


def _ranking_error(trained: FitFigures) -> float:
    """Return the standard error of the training's ROC-AUC (Hanley & McNeil 1982)."""
    area, leavers = trained.roc_auc, trained.events
    stayers = trained.rows - leavers
    one, other = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (leavers - 1) * (one - area**2) + (stayers - 1) * (other - area**2)
    return float(np.sqrt(spread / (leavers * stayers)))


def _age_reasons(age: int | None, most: int) -> list[Text]:
    if age is None or age < most:
        return []
    return [
        text("The model knows nothing of the last {months} months; at most {most} are planned.", months=age, most=most)
    ]
