"""Who left: within a horizon on monthly tables, or as a yes/no column of a snapshot in many forms."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.attrition.months import exits, month_numbers
from toolkit.errors import InputError, NotEnoughData
from toolkit.vocabulary import RepMonths, check
from toolkit.wording import text

LEFT_WORDS = frozenset(
    [
        "left",
        "leaver",
        "leave",
        "terminated",
        "termination",
        "resigned",
        "quit",
        "exited",
        "exit",
        "gone",
        "churned",
        "churn",
        "attrited",
        "departed",
        "inactive",
        "离职",
        "已离职",
        "离开",
        "已离开",
        "流失",
        "离",
        "辞职",
    ]
)
STAYED_WORDS = frozenset(
    [
        "stayed",
        "stay",
        "stayer",
        "active",
        "employed",
        "current",
        "retained",
        "remains",
        "present",
        "working",
        "在职",
        "留任",
        "在岗",
        "留存",
        "在",
        "未离职",
    ]
)
YES_WORDS = frozenset(["yes", "y", "true", "t", "1", "1.0", "是", "有", "对", "真"])
NO_WORDS = frozenset(["no", "n", "false", "f", "0", "0.0", "否", "没有", "无", "不是", "假"])
_DATES = ("person_id", "month", "hired_on", "left_on")
# A column called "active" or 在职 answers the opposite question: yes means still here.
_STAYING_NAME = re.compile(r"(?<!in)active|(?<!un)employed|stay|retain|still|在职|在岗|留任|留存", re.IGNORECASE)
_LEAVING_NAME = re.compile(r"attrit|left|leav|churn|terminat|resign|quit|exit|离职|流失|辞职|离开", re.IGNORECASE)
_DATE = re.compile(r"^\s*\d{1,4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,4}\s*日?(\s.*|T.*)?$")
_NO_DATE = re.compile(r"^\s*(1900\D0?1\D0?1|0?1\D0?1\D1900|9999\D|\d{1,2}\D\d{1,2}\D9999)")


@dataclass(frozen=True)
class LabelReading:
    """A label column as read.

    `left` is 1.0 left, 0.0 stayed, NaN blank, under the column's index; `left_value` is the value
    of the column that was taken to mean left and `stayed_values` those taken to mean stayed.
    """

    left: "pd.Series[float]"
    left_value: str
    stayed_values: tuple[str, ...]

    @property
    def events(self) -> int:
        """Return how many left."""
        return int(np.nansum(self.left.to_numpy()))

    @property
    def known(self) -> int:
        """Return how many rows say either."""
        return int(self.left.notna().sum())


def leaves_within(
    rep_months: pd.DataFrame, horizon_months: int, *, until: pd.Timestamp | None = None
) -> "pd.Series[float]":
    """Return for each row of RepMonths whether the person left after that month's end and in time.

    1.0 if `left_on` falls within the `horizon_months` (1 or more) calendar months after the row's
    month, 0.0 if not, NaN where the horizon ends after the last month of the table (or of `until`),
    for leavers too: taking the known ones would overstate the rate. NaN as well in and after the
    leaving month. Under the index of `rep_months`.
    """
    if horizon_months < 1:
        raise InputError(text("The horizon must be at least one month."))
    if rep_months.empty:
        raise NotEnoughData(text("The table RepMonths has no rows."))
    dates = check(rep_months[[name for name in _DATES if name in rep_months.columns]], RepMonths)
    month, left_on = month_numbers(dates["month"]), exits(dates)
    never = int(month.max()) + 10_000
    last = int(month.max()) if until is None else int(month_numbers(pd.Series([pd.Timestamp(until)]))[0])
    left = np.where(left_on.notna(), month_numbers(left_on.fillna(pd.Timestamp(1970, 1, 1))), never)
    leaves = ((left > month) & (left <= month + horizon_months)).astype(float)
    leaves[(left <= month) | (month + horizon_months > last)] = np.nan
    return pd.Series(leaves, index=rep_months.index, name="leaves")


def read_label(values: "pd.Series[Any]", *, left_value: object = None) -> LabelReading:
    """Return who left according to a yes/no column.

    Understood are Yes/No, 1/0, True/False, 是/否, Left/Stayed, 离职/在职, Active/Terminated and the
    like, and a column of leaving dates (filled = left). If the column's name asks who is still here
    (active, 在职), yes means stayed. `left_value` overrules all that: it means left, the rest stayed.

    Raises `InputError` when the meaning is not plain, `NotEnoughData` when all rows are blank.
    """
    words = as_words(values)
    seen = sorted(words.dropna().unique())
    if not seen:
        raise NotEnoughData(text("The column “{column}” says of nobody whether they left.", column=str(values.name)))
    if left_value is not None:
        wanted = as_words(pd.Series([left_value])).iloc[0]
        if wanted not in seen:
            raise InputError(
                text("The column “{column}” has no value “{value}”.", column=str(values.name), value=str(left_value)),
                remedy=text("Its values are: {values}.", values=_listed(seen)),
            )
        left = (words == wanted).astype(float).where(words.notna())
        return _reading(left, words, [wanted])
    if looks_like_dates(values):
        left = dates_filled(values).astype(float)
        return LabelReading(left, str(text("a date")), (str(text("no date")),))
    leavers = _leaving_words(seen, str(values.name))
    left = words.isin(leavers).astype(float).where(words.notna())
    return _reading(left, words, leavers)


def as_words(values: "pd.Series[Any]") -> "pd.Series[str]":
    """Return values as trimmed lower-case words, blanks as missing, 1.0 and True as 1 and true."""
    words = values.astype("string").str.strip().str.casefold()
    words = words.str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True)
    return words.mask(words.isin(["", "nan", "none", "null", "n/a", "na", "<na>", "nat"])).astype(object)


def looks_like_dates(values: "pd.Series[Any]") -> bool:
    """Return whether at least 9 of 10 filled cells hold a date (as text or as such)."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return True
    if pd.api.types.is_numeric_dtype(values):
        return False
    filled = values.dropna().astype(str)
    filled = filled[filled.str.strip() != ""]
    return len(filled) > 0 and bool(filled.str.match(_DATE).mean() >= 0.9)


def dates_filled(values: "pd.Series[Any]") -> "pd.Series[bool]":
    """Return where a date stands; 1900-01-01 and 9999 are how some systems write “none”."""
    words = values.astype("string").str.strip()
    return (words.notna() & (words != "") & ~words.str.match(_NO_DATE).fillna(False)).astype(bool)


def _leaving_words(seen: list[str], name: str) -> list[str]:
    if all(word in LEFT_WORDS or word in STAYED_WORDS for word in seen):
        return [word for word in seen if word in LEFT_WORDS]
    staying = _STAYING_NAME.search(name)
    # A name with both words, such as “left = 1, active = 0”, explains its codes; they are not read out of it.
    plain = not (staying and _LEAVING_NAME.search(name))
    if plain and all(word in YES_WORDS or word in NO_WORDS for word in seen):
        return [word for word in seen if word in (NO_WORDS if staying else YES_WORDS)]
    raise InputError(
        text("It is not plain which value of “{column}” means that somebody left.", column=name),
        where=text("Its values are: {values}.", values=_listed(seen)),
        remedy=text("Say which value means left."),
    )


def _reading(left: "pd.Series[float]", words: "pd.Series[str]", leavers: list[str]) -> LabelReading:
    stayed = tuple(sorted(word for word in words.dropna().unique() if word not in leavers))
    return LabelReading(left.astype(float), ", ".join(leavers), stayed)


def _listed(seen: list[str]) -> str:
    return ", ".join(seen[:8]) + (" …" if len(seen) > 8 else "")


MOST_VALUES = 20


def values_of(column: "pd.Series[Any] | pd.DataFrame") -> list[tuple[str, str]]:
    """Return the single values of a label column as shown and as `read_label` compares them.

    The latter are text, so that choices can be stored; dates are read as such and not offered.
    """
    if isinstance(column, pd.DataFrame) or looks_like_dates(column):
        return []
    found: dict[str, str] = {}
    for word, value in zip(as_words(column), column, strict=True):
        if not pd.isna(word) and len(found) < MOST_VALUES:
            found.setdefault(word, str(value).strip())
    return [(shown, word) for word, shown in found.items()]
