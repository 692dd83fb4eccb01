"""Fitting the risk model to a snapshot or to monthly rows, or refusing for want of data."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from toolkit.attrition.background import Background, profiles_of
from toolkit.attrition.boosting import Setting
from toolkit.attrition.challenger import REFITS, compare, fit_boosted
from toolkit.attrition.design import learn_design, words
from toolkit.attrition.features import FEATURES, MODEL_COLUMNS, panel_features, panel_notes
from toolkit.attrition.guard import ColumnFinding, inspect_columns, label_of
from toolkit.attrition.label import leaves_within
from toolkit.attrition.learning import excluded_notes, untouched
from toolkit.attrition.logistic import calibration_line, fit_logistic
from toolkit.attrition.metrics import roc_auc
from toolkit.attrition.model import FitFigures, RiskModel
from toolkit.attrition.months import Floats, Integers, exits, month_numbers
from toolkit.attrition.version import data_hash
from toolkit.errors import InputError, NotEnoughData
from toolkit.wording import Text, counted, text

LEAST_EVENTS = 20
LEAST_ROWS = 50
SETTLED = 6  # months after which every feature has its full history


def fit_panel(
    rep_months: pd.DataFrame,
    *,
    horizon_months: int = 3,
    random_state: int = 0,
    challenger: bool = True,
    held: pd.DataFrame | None = None,
    not_regretted: Collection[str] = (),
) -> RiskModel:
    """Fit the monthly hazard on RepMonths; predictions are for `horizon_months` (1 to 24).

    The last month teaches nothing, as nobody knows yet who leaves after it. `held` (person_id,
    held_on) are conversations: the months after one teach nothing for a horizon, and leavings of
    `not_regretted` people are no leavings to be foretold (see `untouched`). With `challenger` boosted
    trees are fitted beside and used only if better by more than noise. Raises `NotEnoughData` with
    under 50 person-months or 20 leavers, and what `panel_features` raises.
    """
    if not 1 <= horizon_months <= 24:
        raise InputError(text("The horizon must be from 1 to 24 months."))
    rep_months = rep_months.reset_index(drop=True)
    features = panel_features(rep_months)
    leaves = leaves_within(rep_months, 1)
    taught = untouched(leaves, rep_months, held=held, not_regretted=not_regretted, months=horizon_months)
    excluded = int((leaves.notna() & taught.isna()).loc[features.index].sum())
    notes = (*panel_notes(features), *_gap_notes(rep_months, features), *excluded_notes(excluded))
    model = fit_hazard(features, taught, horizon_months, random_state, notes, challenger=challenger)
    background = replace(
        model.background or _no_background(), data_hash=data_hash(rep_months, MODEL_COLUMNS), excluded=excluded
    )
    return replace(model, background=background)


def fit_hazard(
    features: pd.DataFrame,
    leaves_next: "pd.Series[float]",
    horizon_months: int,
    random_state: int,
    notes: Sequence[Text] = (),
    *,
    challenger: bool = False,
    setting: Setting | None = None,
    refits: int = REFITS,
) -> RiskModel:
    """Fit on the rows of `panel_features` whose next month is known (1 left, 0 stayed, NaN unknown)."""
    left = leaves_next.loc[features.index].to_numpy(dtype=float)
    known = ~np.isnan(left)
    rows, left = features[known], left[known]
    refuse_few(left)
    columns = [name for name in FEATURES if name in rows.columns]
    bends = {name: FEATURES[name].knots for name in columns if FEATURES[name].knots}
    person = pd.factorize(rows["person_id"], sort=True)[0].astype(np.int64)
    model = fit_columns(
        rows,
        left,
        columns,
        person,
        bends=bends,
        random_state=random_state,
        challenger=challenger,
        setting=setting,
        refits=refits,
    )
    first, last = (str(day.date()) for day in (rows["month"].min(), rows["month"].max()))
    # The first half-year knows no trends yet, so what came later is what newer months are compared with.
    month = month_numbers(rows["month"])
    settled = rows[month >= month.min() + SETTLED]
    settled = settled if len(settled) >= LEAST_ROWS else rows
    background = Background("", first, last, len(settled), profiles_of(model.design, settled))
    return replace(model, horizon_months=horizon_months, notes=tuple(notes), background=background)


def fit_snapshot(
    frame: pd.DataFrame,
    *,
    label: str,
    person: str | None = None,
    protected: Sequence[str] = (),
    leave_out: Sequence[str] = (),
    left_value: object = None,
    random_state: int = 0,
    challenger: bool = True,
) -> RiskModel:
    """Fit on one row per person with a column `label` that says who left (see `read_label`).

    `person` names the column of ids (a person's rows stay together in cross-validation); columns
    in `protected`, `leave_out` and those found by `inspect_columns` stay out of the score. Rows
    with a blank label are not used. With `challenger` boosted trees are fitted beside and used only if
    better by more than noise. Raises `InputError` for a label or column that cannot be read
    and `NotEnoughData` with under 50 rows, 20 leavers or 20 stayers.
    """
    frame = frame.reset_index(drop=True).rename(columns=str)
    left = label_of(frame, label, left_value).to_numpy(dtype=float)
    known = ~np.isnan(left)
    refuse_few(left[known])
    findings = inspect_columns(frame, label, left_value=left_value, person=person)
    rows, left = frame[known], left[known]
    columns = usable_columns(frame, findings, label, person, (*protected, *leave_out))
    group = groups_of(rows, columns, person)
    # In this order no file order matters, neither to folds nor to the last bit.
    order = np.argsort(group, kind="stable")
    model = fit_columns(
        rows.iloc[order], left[order], columns, group[order], random_state=random_state, challenger=challenger
    )
    hashed = data_hash(rows, [*columns, label, *([person] if person is not None else [])])
    background = replace(model.background or _no_background(), data_hash=hashed)
    audit = (*protected, *(finding.column for finding in findings if finding.action == "audit"))
    blank = int((~known).sum())
    notes = (
        (
            counted(
                "{count} row with a blank label was not used.", "{count} rows with a blank label were not used.", blank
            ),
        )
        if blank
        else ()
    )
    return replace(
        model,
        person=person,
        protected=tuple(dict.fromkeys(audit)),
        findings=tuple(findings),
        notes=notes,
        background=background,
    )


def usable_columns(
    frame: pd.DataFrame, findings: Sequence[ColumnFinding], label: str, person: str | None, leave_out: Sequence[str]
) -> list[str]:
    """Return the columns of a snapshot that may enter the score, in their order."""
    for name in leave_out:
        if name not in frame.columns:
            raise InputError(text("The table has no column “{column}”.", column=name))
    out = {label, person, *leave_out, *(finding.column for finding in findings)}
    return [name for name in frame.columns if str(name) not in out]


def groups_of(rows: pd.DataFrame, columns: Sequence[str], person: str | None) -> Integers:
    """Return a code per row that keeps a person together; without ids, equal rows are one person."""
    if person is not None:
        if person not in rows.columns:
            raise InputError(text("The table has no column “{column}”.", column=person))
        return pd.factorize(pd.Series(words(rows[person])), sort=True)[0].astype(np.int64)
    hashed = pd.util.hash_pandas_object(rows[list(columns)].astype("string"), index=False)
    return pd.factorize(hashed, sort=True)[0].astype(np.int64)


def fit_columns(
    rows: pd.DataFrame,
    left: Floats,
    columns: Sequence[str],
    person: Integers,
    *,
    bends: Mapping[str, tuple[float, ...]] | None = None,
    random_state: int = 0,
    challenger: bool = False,
    setting: Setting | None = None,
    refits: int = REFITS,
) -> RiskModel:
    """Fit `left` (0 or 1) on exactly these columns; `person` are codes 0..k-1, all of shape (rows,).

    With `setting` boosted trees of that setting are used (their risks have intervals if there are
    `refits`), with `challenger` only if they are better.
    """
    design = learn_design(rows, columns, bends or {})
    fit = fit_logistic(design.matrix(rows), left, person, random_state)
    line = calibration_line(fit.out_of_fold, left)
    shift, slope = line.applied or (0.0, 1.0)
    challenge, boosted, told = None, None, fit.out_of_fold
    if setting is not None:
        boosted = fit_boosted(design, rows, left, person, setting, random_state, refits=refits)
    elif challenger:
        simple = shift + slope * fit.out_of_fold
        challenge, boosted, found = compare(design, rows, left, person, simple, random_state)
        told = found if challenge.won else told
    # A recalibration is a straight line, so it folds into the coefficients and reasons stay exact.
    return RiskModel(
        design,
        shift + slope * fit.intercept,
        slope * fit.coefficients,
        slope**2 * fit.covariance,
        _figures(told, left, person, len(design.owner), fit.penalty, recalibrated=line.applied is not None),
        boosted=boosted,
        challenge=challenge,
        background=Background("", "", "", len(rows), profiles_of(design, rows)),
    )


def _figures(
    told: Floats, left: Floats, person: Integers, terms: int, penalty: float, *, recalibrated: bool
) -> FitFigures:
    line, share = calibration_line(told, left), expit(told)
    return FitFigures(
        rows=len(left),
        people=int(person.max()) + 1,
        events=int(left.sum()),
        base_rate=float(left.mean()),
        terms=terms,
        penalty=penalty,
        roc_auc=roc_auc(told, left),
        log_loss=float(np.mean(np.logaddexp(0.0, told) - left * told)),
        brier=float(np.mean((share - left) ** 2)),
        calibration_in_the_large=float(logit(left.mean()) - logit(share.mean())),
        calibration_slope=line.slope,
        calibration_slope_error=line.slope_error,
        recalibrated=recalibrated,
    )


def _no_background() -> Background:
    return Background("", "", "", 0, ())


def refuse_few(left: Floats) -> None:
    """Raise `NotEnoughData` unless there are 50 rows, 20 leavers and 20 stayers (1 and 0 in `left`)."""
    leavers = int((left == 1.0).sum())
    stayers = len(left) - leavers
    needs = text(
        "Needed are at least {rows} rows, {events} leavers and {events} stayers.", rows=LEAST_ROWS, events=LEAST_EVENTS
    )
    if leavers == 0 or stayers == 0:
        raise NotEnoughData(
            text("Nobody left in these data.") if leavers == 0 else text("Everybody left in these data."), remedy=needs
        )
    if len(left) < LEAST_ROWS or leavers < LEAST_EVENTS or stayers < LEAST_EVENTS:
        raise NotEnoughData(
            text(
                "There are {rows} rows with {leavers} leavers and {stayers} stayers: too few for a model.",
                rows=len(left),
                leavers=leavers,
                stayers=stayers,
            ),
            remedy=needs,
        )


def _gap_notes(rep_months: pd.DataFrame, features: pd.DataFrame) -> list[Text]:
    """Say whose leaving cannot teach, as their last month before it is not in the table."""
    month, left_on = month_numbers(pd.to_datetime(rep_months["month"])), exits(rep_months)
    left = rep_months[left_on.notna() & (month_numbers(left_on.fillna(pd.Timestamp(2200, 1, 1))) <= month.max())]
    seen = leaves_within(rep_months, 1).loc[features.index] == 1.0
    missed = set(left["person_id"].astype(str)) - set(features.loc[seen, "person_id"])
    if not missed:
        return []
    return [
        counted(
            "{count} leaver has no row in the month before leaving and teaches nothing.",
            "{count} leavers have no row in the month before leaving and teach nothing.",
            len(missed),
        )
    ]
