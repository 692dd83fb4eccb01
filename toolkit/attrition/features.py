"""What a rep's months say by the end of each month, every feature tied to a driver of leaving.

A row's features use that month and earlier ones only. Left out on purpose: gender and birth year
(audit only), totals over a whole career and the number of months observed (they know who left).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.attrition.months import Floats, History, exits, month_number, month_numbers, month_starts, ratio
from toolkit.attrition.peers import PeerMeans
from toolkit.errors import InputError, NotEnoughData
from toolkit.vocabulary import RepMonths, check
from toolkit.wording import Text, counted, text

DRIVERS: dict[str, Text] = {
    "pay": text("Pay"),
    "promises": text("Promises kept"),
    "career_path": text("Career path"),
    "income_and_leads": text("Steady income and leads"),
    "private_time": text("Private time"),
    "team_life": text("Team life"),
    "fit": text("Fit with the job"),
    "pressure": text("Pressure and refusals"),
    "recognition": text("Recognition"),
    "say": text("Having a say"),
}

TENURE_KNOTS = (6.0, 12.0)
TENURE_CAP = 24.0
TIER_CAP = 36.0
DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its wording, the driver it speaks for, and whether anyone could change it.

    `needs` are the RepMonths columns without which it is absent; `knots` (in its own unit) are
    where its effect may bend, empty = knots at quantiles.
    """

    label: Text
    driver: str
    changeable: bool
    unit: str
    needs: tuple[str, ...] = ()
    knots: tuple[float, ...] = ()


FEATURES: dict[str, Feature] = {
    "attainment_3m": Feature(
        text("Result against target, last 3 months"), "fit", True, "share of target", ("target", "result")
    ),
    "attainment_trend": Feature(
        text("Result against target, last 3 months less the 3 before"),
        "pressure",
        True,
        "share of target",
        ("target", "result"),
    ),
    "income_to_role_3m": Feature(
        text("Commission against the mean of the role, last 3 months"), "pay", True, "ratio", ("commission",)
    ),
    "income_swing_6m": Feature(
        text("Swings of commission over 6 months"), "income_and_leads", True, "sd / mean", ("commission",)
    ),
    "days_late_3m": Feature(
        text("Days commission was paid late, mean of 3 months"), "promises", True, "days", ("days_late",)
    ),
    "leads_to_role_3m": Feature(
        text("Leads against the mean of the role, last 3 months"), "income_and_leads", True, "ratio", ("leads",)
    ),
    "visits_change": Feature(
        text("Change in visits, last 3 months against the 3 before"), "pressure", True, "share", ("visits",)
    ),
    "proposals_change": Feature(
        text("Change in proposals, last 3 months against the 3 before"), "pressure", True, "share", ("proposals",)
    ),
    "overtime_3m": Feature(text("Overtime, mean of 3 months"), "private_time", True, "hours a month", ("overtime",)),
    "leave_3m": Feature(text("Leave taken, mean of 3 months"), "private_time", True, "days a month", ("leave",)),
    "training_3m": Feature(
        text("Training received, mean of 3 months"), "career_path", True, "hours a month", ("training",)
    ),
    "tenure_months": Feature(
        text("Time with the company, up to 24 months"), "fit", False, "months", knots=TENURE_KNOTS
    ),
    "months_since_tier_change": Feature(
        text("Time since the last change of tier, up to 36 months"), "career_path", True, "months", ("tier_id",)
    ),
    "manager_changed_6m": Feature(
        text("New superior within 6 months"), "team_life", False, "yes or no", ("manager_id",)
    ),
}

_IDENTITY = ("person_id", "month", "hired_on", "left_on")
_GROUPS = ("role_id", "tier_id", "manager_id")
_AMOUNTS = (
    "target",
    "result",
    "visits",
    "proposals",
    "leads",
    "commission",
    "days_late",
    "overtime",
    "training",
    "leave",
)
MODEL_COLUMNS = (*_IDENTITY, *_GROUPS, *_AMOUNTS)


def panel_features(
    rep_months: pd.DataFrame, as_of: pd.Timestamp | None = None, *, peers: PeerMeans | None = None
) -> pd.DataFrame:
    """Return one row per person and month with what was known at the end of that month.

    Takes RepMonths and gives person_id, month and those of `FEATURES` whose columns are there,
    sorted by person and month, under the index of `rep_months`. Months that end after `as_of` are
    left out. So are rows in or after the leaving month and before the first working day; their
    numbers and the absent features stand in ``.attrs`` and `panel_notes` puts them in words.
    Other columns of the table are never looked at. Peer comparisons (commission, leads) need all
    people of a month in one call, or their means in `peers`.

    Raises `InputError` for tables that do not fit RepMonths, hold a person's month twice or an
    infinite number, and `NotEnoughData` when no row is left.
    """
    rows, dropped = _at_risk(_read(rep_months), as_of)
    person = pd.factorize(rows["person_id"])[0].astype(np.int64)
    history = History(person, month_numbers(rows["month"]))
    columns = _sales(rows, history, peers) | _conditions(rows, history) | _career(rows, history)
    features = pd.DataFrame(
        {name: columns[name] for name in FEATURES if name in columns}, index=rows.index, dtype=float
    )
    features.insert(0, "person_id", rows["person_id"])
    features.insert(1, "month", rows["month"])
    features.attrs.update(dropped)
    features.attrs["absent"] = [name for name in FEATURES if name not in columns]
    return features


def employed_rows(rep_months: pd.DataFrame) -> pd.DataFrame:
    """Return the rows `panel_features` would use, sorted by person and month; raises what it raises."""
    return _at_risk(_read(rep_months), None)[0]


def panel_notes(features: pd.DataFrame) -> list[Text]:
    """Return in words what `panel_features` left out of the table `features`."""
    notes = []
    after = int(features.attrs.get("rows_after_leaving", 0))
    if after:
        notes.append(
            counted(
                "{count} row in or after the month of leaving was not used.",
                "{count} rows in or after the month of leaving were not used.",
                after,
            )
        )
    before = int(features.attrs.get("rows_before_joining", 0))
    if before:
        notes.append(
            counted(
                "{count} row before the first working day was not used.",
                "{count} rows before the first working day were not used.",
                before,
            )
        )
    for name in features.attrs.get("absent", []):
        notes.append(
            text(
                "“{feature}” cannot be computed: the table has no column {columns}.",
                feature=FEATURES[name].label,
                columns=", ".join(FEATURES[name].needs),
            )
        )
    return notes


def _read(rep_months: pd.DataFrame) -> pd.DataFrame:
    if rep_months.empty:
        raise NotEnoughData(text("The table RepMonths has no rows."))
    known = [name for name in MODEL_COLUMNS if name in rep_months.columns]
    rows = check(rep_months[known], RepMonths)
    for name in _AMOUNTS:
        if name in rows.columns and np.isinf(rows[name].to_numpy(dtype=float)).any():
            raise InputError(
                text("The column “{column}” holds an infinite number.", column=name),
                remedy=text("Correct it or leave the cell empty."),
            )
    rows["month"] = month_starts(month_numbers(rows["month"])).to_numpy()
    rows = rows.sort_values(["person_id", "month"], kind="stable")
    twice = rows.duplicated(["person_id", "month"])
    if twice.any():
        first = rows.loc[twice].iloc[0]
        raise InputError(
            text(
                "{person} has more than one row in {month}.",
                person=str(first["person_id"]),
                month=first["month"].strftime("%Y-%m"),
            ),
            remedy=text("Keep one row of each person and month."),
        )
    return rows


def _at_risk(rows: pd.DataFrame, as_of: pd.Timestamp | None) -> tuple[pd.DataFrame, dict[str, int]]:
    month = month_numbers(rows["month"])
    if as_of is not None:
        known = month < month_number(pd.Timestamp(as_of) + pd.Timedelta(days=1))
        rows, month = rows[known], month[known]
    left_on = exits(rows)
    gone = left_on.notna().to_numpy() & (month_numbers(left_on.fillna(rows["month"])) <= month)
    early = ~gone & (month_numbers(rows["hired_on"]) > month)
    kept = rows[~gone & ~early]
    if kept.empty:
        raise NotEnoughData(text("No month is left in which anybody was employed to its end."))
    return kept, {"rows_after_leaving": int(gone.sum()), "rows_before_joining": int(early.sum())}


def _sales(rows: pd.DataFrame, history: History, peers: PeerMeans | None) -> dict[str, Floats]:
    found: dict[str, Floats] = {}
    if {"target", "result"} <= set(rows.columns):
        target, result = (rows[name].to_numpy(dtype=float) for name in ("target", "result"))
        paired = np.isnan(target) | np.isnan(result)
        target, result = np.where(paired, np.nan, target), np.where(paired, np.nan, result)
        recent = _attainment(history, target, result, back=0)
        found["attainment_3m"] = recent
        # Too short a history counts as no trend: a gap here would only say how long someone was observed.
        found["attainment_trend"] = np.nan_to_num(recent - _attainment(history, target, result, back=3))
    for name, amount in (("income_to_role_3m", "commission"), ("leads_to_role_3m", "leads")):
        if amount in rows.columns:
            found[name] = history.mean(_to_role(rows, amount, peers), 3)
    for name in ("visits", "proposals"):
        if name in rows.columns:
            values = rows[name].to_numpy(dtype=float)
            now, before = history.mean(values, 3), history.mean(values, 3, back=3)
            found[f"{name}_change"] = np.nan_to_num((now - before) / np.maximum((now + before) / 2, 1.0))
    return found


def _attainment(history: History, target: Floats, result: Floats, *, back: int) -> Floats:
    aims, _ = history.total(target, 3, back=back)
    results, _ = history.total(result, 3, back=back)
    return ratio(results, aims)


def _to_role(rows: pd.DataFrame, amount: str, peers: PeerMeans | None) -> Floats:
    keys = ["month", "role_id"] if "role_id" in rows.columns else ["month"]
    if peers is None:
        usual = rows.groupby(keys, dropna=False)[amount].transform("mean").to_numpy(dtype=float)
    else:
        usual = peers.usual(rows, amount)
    values = rows[amount].to_numpy(dtype=float)
    return ratio(values, usual)


def _conditions(rows: pd.DataFrame, history: History) -> dict[str, Floats]:
    found = {
        f"{name}_3m": history.mean(rows[name].to_numpy(dtype=float), 3)
        for name in ("days_late", "overtime", "leave", "training")
        if name in rows.columns
    }
    if "commission" in rows.columns:
        found["income_swing_6m"] = history.swing(rows["commission"].to_numpy(dtype=float), 6, at_least=3)
    return found


def _career(rows: pd.DataFrame, history: History) -> dict[str, Floats]:
    ends = month_starts(history.month + 1).to_numpy()
    days = (ends - rows["hired_on"].to_numpy()) / np.timedelta64(1, "D")
    tenure = days / DAYS_PER_MONTH
    found = {"tenure_months": np.clip(tenure, 0.0, TENURE_CAP)}
    if "tier_id" in rows.columns:
        since = history.months_since(history.changed(_codes(rows["tier_id"])))
        # Without a change in sight the time since joining stands in; since the first row it would
        # count months observed.
        found["months_since_tier_change"] = np.clip(np.where(np.isnan(since), tenure, since), 0.0, TIER_CAP)
    if "manager_id" in rows.columns:
        changed = history.changed(_codes(rows["manager_id"])).astype(float)
        found["manager_changed_6m"] = (history.total(changed, 6)[0] > 0).astype(float)
    return found


def _codes(values: "pd.Series[str]") -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return pd.factorize(values)[0].astype(np.int64)
