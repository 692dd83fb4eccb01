"""Columns a model must not see: leaks, identifiers, health, and what is for the audit only."""

import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from toolkit.attrition.design import is_number, numbers, words
from toolkit.attrition.label import LabelReading, as_words, dates_filled, looks_like_dates, read_label
from toolkit.attrition.metrics import roc_auc
from toolkit.attrition.months import Floats
from toolkit.errors import InputError
from toolkit.wording import Text, text

Kind = Literal[
    "constant", "leak", "date", "identifier", "identity_number", "phone", "health", "protected", "infinite", "duplicate"
]
Action = Literal["refuse", "drop", "audit"]

DETERMINES = 0.98
_ID_CARD = re.compile(r"^[1-9]\d{5}(18|19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]$")
_PHONE = re.compile(r"^(\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}$|^\+\d[\d -]{7,}$")
_IDENTITY_NAME = re.compile(
    r"身份证|护照|社保号|银行卡|银行账|id ?card|identity (card|number)|national id|passport|\bssn\b"
)
_HEALTH_NAME = re.compile(
    r"病|残疾|残障|诊断|孕|健康|体检|医疗|医院|\bsick|diagnos|disab|\bhealth\b|illness|pregnan|\bmedical\b|handicap"
)
_HEALTH_VALUE = re.compile(
    r"病假|残疾|诊断|怀孕|孕期|癌|抑郁|\bsick leave\b|diagnos|disabled|\bpregnan|\bcancer\b|\bdepression\b"
)
_PROTECTED_NAME = re.compile(
    r"\b(age|ages|gender|sex|marital|married|marriage|birth\w*|dob|ethnic\w*|race|religio\w*|nationality|"
    r"children|dependents|kids|orientation)\b|性别|年龄|婚|民族|出生|生日|生育|子女|宗教|籍贯|户籍|户口|国籍|政治面貌"
)
_LEAK_NAME = re.compile(
    r"terminat|\bterm ?(reason|type|date)|\bexit|resign|\blast (working|work|day)|\bleav(e|ing) (date|reason)|"
    r"\bleft (on|date|reason)|\bseparation|\bnotice (date|given)|\bday left|\battrition\b|\bturnover (date|reason)|"
    r"离职|辞职|离岗|离开日期|最后工作|终止|解聘|退工"
)
_PERSON_NAME = re.compile(r"^(name|full name|first name|last name|surname|e ?mail.*|姓名|名字|邮箱.*)$")
_NUMBER_NAME = re.compile(r"\b(id|no|number|code|key|num)\b|工号|编号|代码|序号")


@dataclass(frozen=True)
class ColumnFinding:
    """One column that is not used as it stands, and why.

    `action` is "refuse" (should not have been brought), "drop" (not used) or "audit" (kept out of
    the score, offered for the fairness audit).
    """

    column: str
    kind: Kind
    action: Action
    sentence: Text


def inspect_columns(
    frame: pd.DataFrame, label: str, *, left_value: object = None, person: str | None = None
) -> list[ColumnFinding]:
    """Return what speaks against columns of a snapshot, in the order of the columns.

    Every column but the label and `person` is looked at: its name, its form and how nearly it
    alone gives the label away. At most one finding per column, the gravest. Raises `InputError` if
    the label is missing, doubled or cannot be read.
    """
    frame = frame.rename(columns=str)
    left = label_of(frame, label, left_value).to_numpy(dtype=float)
    findings = []
    for column in dict.fromkeys(frame.columns):
        if column in (label, person):
            continue
        if isinstance(frame[column], pd.DataFrame):
            sentence = text("Several columns are called “{column}”: none of them is used.", column=column)
            findings.append(ColumnFinding(column, "duplicate", "drop", sentence))
            continue
        finding = _refused(frame[column], column) or _unusable(frame[column], column, left)
        if finding is not None:
            findings.append(finding)
    return findings


def label_of(frame: pd.DataFrame, label: str, left_value: object) -> "pd.Series[float]":
    """Return 1.0 left, 0.0 stayed, NaN unknown from the column `label`, or raise `InputError`."""
    return reading_of(frame, label, left_value).left


def reading_of(frame: pd.DataFrame, label: str, left_value: object) -> LabelReading:
    """Return how the column `label` is read (see `read_label`), or raise `InputError`."""
    found = [name for name in frame.columns if name == label]
    if len(found) != 1:
        raise InputError(
            text("The table has no column “{column}”.", column=label)
            if not found
            else text("Several columns are called “{column}”.", column=label),
            remedy=text("Choose the column that says who left."),
        )
    return read_label(frame[label], left_value=left_value)


def plain_name(column: str) -> str:
    """Return a column's name as lower-case words: MaritalStatus, marital_status -> marital status."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_\-./\s]+", " ", column)
    return re.sub(r"\s+", " ", split).strip().casefold()


def _refused(values: "pd.Series[Any]", column: str) -> ColumnFinding | None:
    name, cells = plain_name(column), values.dropna().astype(str).str.strip()
    if _IDENTITY_NAME.search(name) or bool(cells.str.match(_ID_CARD).any()):
        sentence = text("“{column}” holds identity or account numbers: leave it out of the file.", column=column)
        return ColumnFinding(column, "identity_number", "refuse", sentence)
    if len(cells) and cells.str.match(_PHONE).mean() >= 0.5:
        sentence = text("“{column}” holds telephone numbers: leave it out of the file.", column=column)
        return ColumnFinding(column, "phone", "refuse", sentence)
    spoken = not is_number(values) and bool(cells.str.casefold().str.contains(_HEALTH_VALUE).any())
    if _HEALTH_NAME.search(name) or spoken:
        sentence = text("“{column}” speaks of health and must play no part: leave it out.", column=column)
        return ColumnFinding(column, "health", "refuse", sentence)
    if _PROTECTED_NAME.search(name):
        sentence = text("“{column}” is kept out of the score and serves the fairness audit only.", column=column)
        return ColumnFinding(column, "protected", "audit", sentence)
    return None


def _unusable(values: "pd.Series[Any]", column: str, left: Floats) -> ColumnFinding | None:
    seen = as_words(values)
    if seen.nunique(dropna=False) < 2:
        sentence = text("“{column}” has the same value in every row and is not used.", column=column)
        return ColumnFinding(column, "constant", "drop", sentence)
    if _LEAK_NAME.search(plain_name(column)):
        sentence = text("“{column}” is by its name only known once somebody leaves and is not used.", column=column)
        return ColumnFinding(column, "leak", "drop", sentence)
    dates = looks_like_dates(values)
    if gives_away(values, left, dates=dates):
        sentence = text("“{column}” all but tells who left, so it was known too late and is not used.", column=column)
        return ColumnFinding(column, "leak", "drop", sentence)
    if dates:
        sentence = text("“{column}” holds dates; use a duration such as months since then instead.", column=column)
        return ColumnFinding(column, "date", "drop", sentence)
    if is_number(values) and _infinite(values):
        sentence = text("“{column}” holds an infinite number and is not used.", column=column)
        return ColumnFinding(column, "infinite", "drop", sentence)
    if _identifies(values, seen, plain_name(column)):
        sentence = text("“{column}” names or numbers people one by one and is not used.", column=column)
        return ColumnFinding(column, "identifier", "drop", sentence)
    return None


def gives_away(values: "pd.Series[Any]", left: Floats, *, dates: bool) -> bool:
    """Return whether one column almost determines the label (1 left, 0 stayed, NaN unknown).

    True if its values order leavers and stayers with ROC-AUC above .98, or if being filled, being
    empty or one of its categories (10 rows or more, a fifth of the leavers or more) means leaving
    in 99 of 100 rows where at most half leave overall.
    """
    known = ~np.isnan(left)
    leaver = left[known] == 1.0
    if not leaver.any() or leaver.all():
        return False
    cells = values[known]
    filled = (dates_filled(cells) if dates else as_words(cells).notna()).to_numpy(dtype=bool)
    enough = max(10.0, 0.2 * leaver.sum())
    if leaver.mean() <= 0.5:
        for pattern in (filled, ~filled):
            if pattern.sum() >= enough and leaver[pattern].mean() >= 0.99:
                return True
    if max(roc_auc(filled.astype(float), leaver), roc_auc(-filled.astype(float), leaver)) > DETERMINES:
        return True
    if dates:
        return False
    if is_number(cells):
        value = np.nan_to_num(numbers(cells.mask(_infinite_cells(cells))), nan=0.0)
        return max(roc_auc(value, leaver), roc_auc(-value, leaver)) > DETERMINES
    return _category_gives_away(pd.Series(words(cells)), leaver, enough)


def _category_gives_away(
    levels: "pd.Series[str]", leaver: "np.ndarray[tuple[int], np.dtype[np.bool_]]", enough: float
) -> bool:
    groups = pd.Series(leaver.astype(float)).groupby(levels)
    rate, count = groups.mean(), groups.size()
    if leaver.mean() <= 0.5 and bool(((rate >= 0.99) & (count >= enough)).any()):
        return True
    # Rates without the row itself, so that a column of rare categories does not convict itself.
    size, total = levels.map(count).to_numpy(dtype=float), levels.map(groups.sum()).to_numpy(dtype=float)
    others = np.where(size > 1, (total - leaver) / np.maximum(size - 1, 1), leaver.mean())
    return roc_auc(others, leaver) > DETERMINES


def _identifies(values: "pd.Series[Any]", seen: "pd.Series[str]", name: str) -> bool:
    if _PERSON_NAME.search(name):
        return True
    filled = seen.dropna()
    if len(filled) < 20 or filled.nunique() < 0.98 * len(filled):
        return False
    if not is_number(values):
        return True
    value = numbers(values)
    value = value[~np.isnan(value)]
    steps = np.abs(np.diff(np.sort(value)))
    whole = bool((value == np.round(value)).all())
    return whole and bool(_NUMBER_NAME.search(name) or (np.median(steps) == 1.0 and np.mean(steps == 1.0) > 0.9))


def _infinite(values: "pd.Series[Any]") -> bool:
    return bool(_infinite_cells(values).any())


def _infinite_cells(values: "pd.Series[Any]") -> "pd.Series[bool]":
    return values.astype("string").str.strip().str.casefold().isin(["inf", "-inf", "+inf", "infinity", "-infinity"])
