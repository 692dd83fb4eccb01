"""What a model may learn from once it is used: conversations change outcomes, and not every exit is a loss.

A flagged person who had a conversation and stayed must not teach that such people are safe, nor one who
left all the same that conversations do not matter. Their months after the conversation are censored,
whatever came of them: as people are chosen by the same features the model sees, what is left still shows
the hazard without a conversation (censoring that depends on the features only).
"""

from collections.abc import Collection

import numpy as np
import pandas as pd

from toolkit.attrition.months import Flags, Integers, exits, month_numbers
from toolkit.errors import InputError
from toolkit.wording import Text, counted, text

HELD = ("person_id", "held_on")


def untouched(
    leaves: "pd.Series[float]",
    rep_months: pd.DataFrame,
    *,
    held: pd.DataFrame | None = None,
    not_regretted: Collection[str] = (),
    months: int,
) -> "pd.Series[float]":
    """Return the labels of next month with NaN where they would teach something wrong.

    `leaves` are those of `leaves_within(rep_months, 1)`. `held` holds person_id and held_on of each
    conversation: rows from its month on, `months` of them, are censored (each speaks of the month after).
    The row before stays: leaving it out would spare only those who lived to be talked to. A leaving of people in `not_regretted` (a competing exit) is censored
    as well; their months before it count as stayed.
    """
    month = month_numbers(pd.to_datetime(rep_months["month"]))
    person = rep_months["person_id"].astype(str)
    found = leaves.astype(float).copy()
    if held is not None and len(held):
        found[_within(person, month, checked_held(held), months)] = np.nan
    if not_regretted:
        found[person.isin({str(each) for each in not_regretted}).to_numpy() & (found == 1.0).to_numpy()] = np.nan
    return found


def competing(
    within: "pd.Series[float]", rep_months: pd.DataFrame, not_regretted: Collection[str]
) -> "pd.Series[float]":
    """Return labels with leavings of people in `not_regretted` as stayed: the model does not foretell these."""
    gone = rep_months["person_id"].astype(str).isin({str(each) for each in not_regretted})
    return within.mask(gone & (within == 1.0), 0.0)


def competing_notes(not_regretted: Collection[str]) -> list[Text]:
    """Say that not every leaving counts."""
    return [text("Leavings that HR called no loss are not foretold and do not count here.")] if not_regretted else []


def checked_held(held: pd.DataFrame) -> pd.DataFrame:
    """Return person_id as text and held_on as days, or raise `InputError`."""
    missing = [name for name in HELD if name not in held.columns]
    if missing:
        raise InputError(text("The table has no column “{column}”.", column=missing[0]))
    days = pd.to_datetime(held["held_on"], errors="coerce")
    if days.isna().any():
        raise InputError(
            text("The day of a conversation is missing or cannot be read."),
            where=text("Row {row}", row=int(np.flatnonzero(days.isna().to_numpy())[0]) + 1),
            remedy=text("Write days as 2026-01-31."),
        )
    return pd.DataFrame({"person_id": held["person_id"].astype(str).to_numpy(), "held_on": days.to_numpy()})


def excluded_notes(count: int) -> list[Text]:
    """Say how many months taught nothing."""
    if not count:
        return []
    return [
        counted(
            "{count} month of people who had a conversation or whose leaving was not regretted taught nothing.",
            "{count} months of people who had a conversation or whose leaving was not regretted taught nothing.",
            count,
        )
    ]


def talked_to(person: "pd.Series[str]", month: Integers, held: pd.DataFrame, months: int) -> Flags:
    """Return whose outcome within `months` months after `month` a conversation may have changed."""
    known = checked_held(held)
    return _within(person.astype(str), month, known, months) | _within(
        person.astype(str), month + months, known, months
    )


def _within(person: "pd.Series[str]", month: Integers, held: pd.DataFrame, months: int) -> Flags:
    said = month_numbers(held["held_on"])
    rows = pd.MultiIndex.from_arrays([person, month])
    found = np.zeros(len(person), dtype=bool)
    for later in range(months):
        found |= rows.isin(pd.MultiIndex.from_arrays([held["person_id"], said + later]))
    return found


def turnover(rep_months: pd.DataFrame, regretted: "pd.Series[bool] | None" = None) -> pd.DataFrame:
    """Return leavers by calendar year, those regretted apart: some turnover is healthy.

    `regretted` holds True or False by person_id. Columns: year, person_years (months employed / 12),
    leavers, regretted, not_regretted, not_said and rate (leavers per person-year).
    """
    months = pd.to_datetime(rep_months["month"])
    left_on = exits(rep_months)
    person = rep_months["person_id"].astype(str)
    employed = left_on.isna() | (month_numbers(left_on.fillna(months)) > month_numbers(months))
    years = (employed.groupby(months.dt.year).sum() / 12).rename("person_years")
    gone = pd.DataFrame({"person_id": person, "left_on": left_on}).dropna().drop_duplicates("person_id")
    gone = gone[gone["left_on"].dt.to_period("M") <= months.max().to_period("M")]
    said = {} if regretted is None else {str(name): bool(value) for name, value in regretted.dropna().items()}
    words = {True: "regretted", False: "not_regretted", None: "not_said"}
    kinds = [words[said.get(each)] for each in gone["person_id"]]
    by = pd.crosstab(gone["left_on"].dt.year, pd.Series(kinds, index=gone.index)) if len(gone) else pd.DataFrame()
    names = ["regretted", "not_regretted", "not_said"]
    table = by.reindex(index=years.index, columns=names, fill_value=0).fillna(0).astype(int)
    found = pd.concat([years, table], axis=1)
    found.insert(1, "leavers", found[names].sum(axis=1))
    found["rate"] = found["leavers"] / found["person_years"].where(found["person_years"] > 0)
    return found.rename_axis("year").reset_index()
