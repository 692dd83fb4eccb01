"""How well risks would have been foretold: rolling origins on panels, cross-validation on snapshots.

Every figure has a 90 % interval from a bootstrap over people and stands beside a one-column rule.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.attrition.boosting import Setting
from toolkit.attrition.challenger import REFITS
from toolkit.attrition.design import is_number, numbers
from toolkit.attrition.features import FEATURES, panel_features, panel_notes
from toolkit.attrition.fitting import LEAST_EVENTS, fit_columns, fit_hazard, groups_of, refuse_few, usable_columns
from toolkit.attrition.guard import inspect_columns, label_of
from toolkit.attrition.label import leaves_within
from toolkit.attrition.learning import competing, competing_notes, talked_to, untouched
from toolkit.attrition.logistic import folds_by_person
from toolkit.attrition.metrics import roc_auc
from toolkit.attrition.model import RiskModel
from toolkit.attrition.months import Floats, Integers, month_number, month_numbers, month_starts
from toolkit.attrition.scorecard import BackTestResult, summed
from toolkit.errors import InputError, NotEnoughData
from toolkit.wording import Text, counted, text

Mask = NDArray[np.bool_]
RULE = "attainment_3m"
MOST_ORIGINS = 6
LEAST_ORIGINS = 2


Step = Callable[[float], None]


def back_test(
    rep_months: pd.DataFrame,
    *,
    horizon_months: int = 3,
    origins: Sequence[pd.Timestamp] | None = None,
    conversations: int | None = None,
    random_state: int = 0,
    setting: Setting | None = None,
    held: pd.DataFrame | None = None,
    not_regretted: Collection[str] = (),
    step: Step = lambda _share: None,
) -> BackTestResult:
    """Predict past horizons from what was known at each origin (a month's end) and compare.

    The model of an origin learns only from rows whose label was complete by then, and is asked
    about those employed at that moment; features use the row's own past. Without `origins` (any
    day of the months wanted) up to 6 are taken, a horizon apart, from the second third of the
    months on, once 20 have left. `conversations` is the length of the list at each origin, by default a tenth of the
    people. With `setting` boosted trees are tested, as where a `RiskModel` has them (`model.setting`).
    People of `held` (person_id, held_on) whose outcome a conversation may have changed are judged at no
    origin and teach as in `fit_panel`; leavings of people in `not_regretted` do not count as such. `step` is told the share that is done, 0 to 1, and may raise to
    stop. Raises `NotEnoughData` with under 2 origins or too few leavers.
    """
    rep_months = rep_months.reset_index(drop=True)
    features = panel_features(rep_months)
    next_month, within = leaves_within(rep_months, 1), leaves_within(rep_months, horizon_months)
    within = competing(within, rep_months, not_regretted)
    taught = untouched(next_month, rep_months, held=held, not_regretted=not_regretted, months=horizon_months)
    month = month_numbers(features["month"])
    leaver_months = np.sort(month[(next_month.loc[features.index] == 1.0).to_numpy()])
    moments = _origins(month, horizon_months, origins, leaver_months)
    parts = []
    for number, moment in enumerate(moments):
        step(number / len(moments))
        past, present = features[month < moment], features[month == moment]
        model = fit_hazard(past, taught, horizon_months, random_state, setting=setting, refits=0)
        part = present[["person_id"]].assign(
            origin=month_starts(np.array([moment]))[0],
            probability=model.score(present)["probability"],
            left=within.loc[present.index],
        )
        rule, sign = _rule(past, next_month.loc[past.index].to_numpy(dtype=float), list(FEATURES))
        parts.append(part.assign(rule_score=_rule_score(present, rule, sign), rule=rule, repeat=0))
    scored = pd.concat(parts, ignore_index=True).dropna(subset=["left"])
    scored, talked = _not_talked_to(scored, held, horizon_months)
    notes = (*panel_notes(features), *_talked_notes(talked), *competing_notes(not_regretted), *_setting_notes(setting))
    return summed(scored, conversations, random_state, horizon_months, notes)


def back_test_snapshot(
    frame: pd.DataFrame,
    *,
    label: str,
    person: str | None = None,
    protected: Sequence[str] = (),
    leave_out: Sequence[str] = (),
    left_value: object = None,
    conversations: int | None = None,
    folds: int = 5,
    repeats: int = 3,
    random_state: int = 0,
    setting: Setting | None = None,
    step: Step = lambda _share: None,
) -> BackTestResult:
    """Cross-validate a snapshot: `folds` spread by leavers and grouped by person, `repeats` times.

    The penalty and every preparation are learned anew inside each fold. Arguments and errors are
    those of `fit_snapshot`; `setting` as in `back_test`. A snapshot has no time, so the figures are optimistic and say so.
    """
    lesson = _lesson(frame, label, person, (*protected, *leave_out), left_value, setting)
    parts = []
    for repeat in range(repeats):
        fold = folds_by_person(lesson.group, lesson.left, folds, random_state + repeat)
        for number in range(folds):
            step((repeat * folds + number) / (repeats * folds))
            parts.append(_held_out(lesson, fold == number, random_state).assign(repeat=repeat))
    note = text(
        "A snapshot has no time: people are judged by others of the same moment, so the figures are optimistic."
    )
    return summed(
        pd.concat(parts, ignore_index=True), conversations, random_state, None, (note, *_setting_notes(setting))
    )


def unseen_models(
    frame: pd.DataFrame,
    *,
    label: str,
    person: str | None = None,
    protected: Sequence[str] = (),
    leave_out: Sequence[str] = (),
    left_value: object = None,
    folds: int = 5,
    random_state: int = 0,
    setting: Setting | None = None,
) -> list[tuple[Integers, RiskModel]]:
    """Return for each fold the row numbers of its people and a model that has not seen them.

    Together they speak of every row of a snapshot whose label is known, with the folds and models
    of the first repeat of `back_test_snapshot`. Arguments and errors are those of `fit_snapshot`.
    """
    lesson = _lesson(frame, label, person, (*protected, *leave_out), left_value, setting)
    fold = folds_by_person(lesson.group, lesson.left, folds, random_state)
    numbered = lesson.rows.index.to_numpy(dtype=np.int64)
    return [
        (
            np.sort(numbered[fold == number]),
            replace(_without(lesson, fold == number, random_state, REFITS), person=person),
        )
        for number in range(folds)
    ]


@dataclass(frozen=True)
class _Lesson:
    """The rows of a snapshot with a known label, in an order that is not the file's, numbered as in the file."""

    rows: pd.DataFrame
    left: Floats
    group: Integers
    columns: list[str]
    setting: Setting | None


def _lesson(
    frame: pd.DataFrame,
    label: str,
    person: str | None,
    leave_out: Sequence[str],
    left_value: object,
    setting: Setting | None,
) -> _Lesson:
    frame = frame.reset_index(drop=True).rename(columns=str)
    reading = label_of(frame, label, left_value)
    known = reading.notna().to_numpy()
    left = reading.to_numpy(dtype=float)[known]
    refuse_few(left)
    findings = inspect_columns(frame, label, left_value=left_value, person=person)
    columns = usable_columns(frame, findings, label, person, leave_out)
    rows = frame[known]
    group = groups_of(rows, columns, person)
    order = np.argsort(group, kind="stable")
    return _Lesson(rows.iloc[order], left[order], group[order], columns, setting)


def _without(lesson: _Lesson, test: Mask, random_state: int, refits: int = 0) -> RiskModel:
    """Return a model that learned from all rows but those of `test`."""
    codes = np.unique(lesson.group[~test], return_inverse=True)[1].astype(np.int64)
    rows, left = lesson.rows[~test], lesson.left[~test]
    return fit_columns(
        rows, left, lesson.columns, codes, random_state=random_state, setting=lesson.setting, refits=refits
    )


def _held_out(lesson: _Lesson, test: Mask, random_state: int) -> pd.DataFrame:
    past, present = lesson.rows[~test], lesson.rows[test]
    rule, sign = _rule(past, lesson.left[~test], lesson.columns)
    return pd.DataFrame(
        {
            "person_id": lesson.group[test].astype(str),
            "row": present.index,
            "origin": pd.NaT,
            "probability": _without(lesson, test, random_state).score(present)["probability"].to_numpy(),
            "left": lesson.left[test],
            "rule_score": _rule_score(present, rule, sign),
            "rule": rule,
        }
    )


def _not_talked_to(scored: pd.DataFrame, held: pd.DataFrame | None, horizon: int) -> tuple[pd.DataFrame, int]:
    if held is None or held.empty:
        return scored, 0
    touched = talked_to(scored["person_id"], month_numbers(scored["origin"]), held, horizon)
    return scored[~touched], int(touched.sum())


def _talked_notes(talked: int) -> list[Text]:
    if not talked:
        return []
    return [
        counted(
            "{count} prediction is not judged, as a conversation may have changed what came.",
            "{count} predictions are not judged, as a conversation may have changed what came.",
            talked,
        )
    ]


def _setting_notes(setting: Setting | None) -> list[Text]:
    if setting is None:
        return []
    return [text("The size of the boosted trees was chosen on all data, so these figures are slightly optimistic.")]


def _origins(
    month: Integers, horizon: int, wanted: Sequence[pd.Timestamp] | None, leaver_months: Integers
) -> list[int]:
    first, last = int(month.min()), int(month.max())
    if wanted is not None:
        moments = sorted({month_number(pd.Timestamp(day)) for day in wanted})
        outside = [moment for moment in moments if not first < moment <= last - horizon]
        if outside:
            raise InputError(
                text(
                    "No outcome is known for the origin {month}: the horizon must end within the table.",
                    month=f"{outside[0] // 12}-{outside[0] % 12 + 1:02d}",
                )
            )
    else:
        earliest = first + max((last - first) // 3, 3)
        possible = range(last - horizon, earliest - 1, -horizon)
        # A model of that day could not have been fitted before enough had left.
        taught = [m for m in possible if np.searchsorted(leaver_months, m) >= LEAST_EVENTS]
        moments = taught[:MOST_ORIGINS][::-1]
    if len(moments) < LEAST_ORIGINS:
        raise NotEnoughData(
            text(
                "A back-test over {horizon} months needs {needed} past moments with {events} leavers before them; "
                "these {months} months have {found}.",
                horizon=horizon,
                needed=LEAST_ORIGINS,
                events=LEAST_EVENTS,
                months=last - first + 1,
                found=len(moments),
            ),
            remedy=text("Bring more months or choose a shorter horizon."),
        )
    return moments


def _rule(past: pd.DataFrame, left: Floats, columns: Sequence[str]) -> tuple[str | None, float]:
    """Return the one column to sort by: lowest attainment on panels, else the best in training."""
    if RULE in past.columns:
        return RULE, -1.0
    known = ~np.isnan(left)
    best: tuple[float, str | None, float] = (0.0, None, 1.0)
    for name in columns:
        if name in past.columns and is_number(past[name]):
            values = numbers(past[name])[known]
            gain = roc_auc(np.nan_to_num(values, nan=float(np.nanmedian(values))), left[known]) - 0.5
            if abs(gain) > best[0]:
                best = (abs(gain), name, float(np.sign(gain)))
    return best[1], best[2]


def _rule_score(present: pd.DataFrame, rule: str | None, sign: float) -> Floats:
    if rule is None:
        return np.zeros(len(present))
    values = numbers(present[rule])
    # Ranks, as another fold's rule may have another unit.
    return pd.Series(sign * values).rank(pct=True).fillna(0.5).to_numpy(dtype=float)
