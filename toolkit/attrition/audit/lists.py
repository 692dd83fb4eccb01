"""Which lists are audited: today's, and the past ones, of which it is known what came."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit.attrition.audit_groups import audit_groups
from toolkit.attrition.fairness import FairnessResult, audit_fairness
from toolkit.attrition.guard import label_of
from toolkit.attrition.state import Source, Trained
from toolkit.errors import InputError
from toolkit.wording import text

AUDIT_ONLY = ("gender", "birth_year")
TODAY, PAST = "today", "past"
_NO_GROUPS = ("person_id", "month", "hired_on", "left_on")


def auditable_columns(source: Source) -> list[str]:
    """Return the columns by which people may be grouped for an audit."""
    frame = source.frame.rename(columns=str)
    out = set(_NO_GROUPS) if source.kind == "months" else {source.choices.get("label"), source.choices.get("person")}
    return [name for name in dict.fromkeys(frame.columns) if name not in out and frame[name].notna().any()]


def suggested_columns(source: Source) -> list[str]:
    """Return the columns named for the audit, or on months those known to be for it alone."""
    named = source.choices.get("protected") or []
    wanted = [*named, *AUDIT_ONLY] if source.kind == "months" else list(named)
    return [name for name in auditable_columns(source) if name in wanted]


def audit_lists(
    trained: Trained, source: Source, columns: Sequence[str], conversations: int
) -> dict[str, FairnessResult]:
    """Audit today's list and the past ones at the length HR chose, grouped by `columns`.

    Of months, the past lists are those of the back-test's moments, each with its own cut-off. A snapshot has one
    list (`PAST`): everybody, judged by models that had not seen them, cut where today's list ends. Proxies
    are told from today's people. Raises `InputError` without a column.
    """
    if not columns:
        raise InputError(text("Choose at least one column to audit by."))
    if source.kind == "snapshot":
        return {PAST: _snapshot(trained, source, columns, conversations)}
    today = _groups_at(source.frame, None, columns)
    inputs = trained.model.rows_of(source.frame)[["person_id", *trained.model.design.names]]
    risks = trained.risks.assign(person_id=trained.risks["person_id"].astype(str))
    now = audit_fairness(risks, None, today, conversations, inputs=inputs)
    past = replace(_past(trained, source, columns, conversations), proxies=now.proxies)
    return {PAST: past, TODAY: now}


def _past(trained: Trained, source: Source, columns: Sequence[str], conversations: int) -> FairnessResult:
    """Audit the back-test's lists together; somebody who stayed may stand in several of them."""
    told = trained.test.predictions
    moment = pd.to_datetime(told["origin"])
    key = told["person_id"].astype(str) + "@" + moment.dt.strftime("%Y-%m")
    share = told["probability"].to_numpy(dtype=float)
    risks = pd.DataFrame({"person_id": key, "probability": share, "low": share, "high": share})
    # Grouped by person before they are taken several times: five rows of one person are no group.
    known = _groups_at(source.frame, pd.Timestamp(moment.max()), columns)
    known = known[known["person_id"].isin(set(told["person_id"].astype(str)))].reset_index(drop=True)
    known = known.assign(**{name: audit_groups(known[name]) for name in columns})
    entries = pd.DataFrame({"key": key, "person_id": told["person_id"].astype(str)})
    groups = (
        entries.merge(known, on="person_id", how="left").drop(columns="person_id").rename(columns={"key": "person_id"})
    )
    left = pd.Series(told["left"].to_numpy(dtype=float), index=key)
    lists = pd.Series(moment.to_numpy(), index=key)
    whose = pd.Series(told["person_id"].astype(str).to_numpy(), index=key)
    found = audit_fairness(risks, left, groups, conversations, lists=lists, whose=whose)
    note = text(
        "The {count} past lists are taken together. Somebody who stayed may stand in several, so the intervals of false "
        "alarms are a little too narrow.",
        count=moment.nunique(),
    )
    return replace(found, notes=(note, *found.notes))


def _groups_at(months: pd.DataFrame, at: "pd.Timestamp | None", columns: Sequence[str]) -> pd.DataFrame:
    """Return what is known of each person's groups by a month, from the newest row."""
    day = pd.to_datetime(months["month"])
    rows = months if at is None else months[day <= at]
    newest = rows.assign(_day=day).sort_values("_day", kind="stable").drop_duplicates("person_id", keep="last")
    return newest[["person_id", *columns]].assign(person_id=newest["person_id"].astype(str))


def _snapshot(trained: Trained, source: Source, columns: Sequence[str], conversations: int) -> FairnessResult:
    frame = source.frame.reset_index(drop=True).rename(columns=str)
    told = trained.test.predictions
    rows = frame.iloc[told["row"].to_numpy(dtype=np.int64)]
    person = told["row"].astype(str).to_numpy()
    share = told["probability"].to_numpy(dtype=float)
    risks = pd.DataFrame({"person_id": person, "probability": share, "low": share, "high": share})
    cutoff = float(trained.risks["probability"].head(conversations).iloc[-1])
    left = label_of(frame, source.choices["label"], source.choices.get("left_value")).iloc[rows.index]
    groups = rows[list(columns)].assign(person_id=person)
    inputs = rows[list(trained.model.design.names)].assign(person_id=person)
    listed = max(int((share >= cutoff).sum()), 1)
    found = audit_fairness(risks, left.set_axis(person), groups, listed, inputs=inputs)
    note = text(
        "A snapshot has one list: everybody in the file, those who left included, cut at the risk at which today's list "
        "ends."
    )
    return replace(found, notes=(*found.notes, note))
