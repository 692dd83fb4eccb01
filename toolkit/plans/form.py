"""The catalogue of activities as a form to fill in, and its way into the store."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import pandas as pd

from toolkit.documents.columns import Column, TableForm
from toolkit.documents.problems import RowProblem
from toolkit.errors import InputError
from toolkit.organisation.form import TIER_WORDS
from toolkit.plans.catalogue.form import doubt_columns, figures_in, further_columns, gain_columns
from toolkit.plans.prerequisites import circle_through, circle_words, prerequisites_of
from toolkit.plans.report import KIND_WORDS
from toolkit.plans.session_days import new_sessions, read_days
from toolkit.vocabulary import TIERS, records_of
from toolkit.wording import Text, text

AREA_WORDS = {
    "culture": text("Culture"),
    "product": text("Product"),
    "sales_skills": text("Sales skills"),
    "finance": text("Finance"),
    "production": text("Production"),
    "contracts": text("Contracts"),
}
Stored = AbstractSet[str] | Mapping[str, Mapping[str, Any]]
"""The catalogue so far: its ids, or better its rows (of `plans.storage.catalogue`) by id."""
ANY_TIER_WORDS = TIER_WORDS | {"any": text("All tiers")}


def activity_form(
    competencies: Mapping[str, Mapping[str, str]],
    known: Stored | Callable[[], Stored] | None = None,
    today: dt.date | None = None,
) -> TableForm:
    """Return the catalogue's form, with columns of expected gain and its uncertainty per competency.

    Names, gains and prerequisites are checked with `known` (or what it returns at each check),
    sessions in the past with `today`.
    """

    def check_rows(frame: pd.DataFrame) -> Iterator[RowProblem]:
        yield from _found(frame, known() if callable(known) else known, today)

    return TableForm(
        "activities",
        text("Training activities"),
        (
            Column(
                "activity_id",
                text("Activity ID"),
                "id",
                longest=50,
                required=True,
                unique=True,
                aliases=("课程编号", "Course ID", "Course Code", "Item ID"),
            ),
            Column(
                "name_en", text("Name (English)"), "text", longest=200, aliases=("Course Name", "Title", "Activity")
            ),
            Column("name_zh", text("Name (Chinese)"), "text", longest=200, aliases=("课程名称", "名称", "活动名称")),
            Column(
                "kind",
                text("Kind"),
                "choice",
                required=True,
                choices=KIND_WORDS,
                aliases=("培训形式", "Delivery Method", "Type"),
            ),
            Column(
                "content_area",
                text("Content area"),
                "choice",
                required=True,
                choices=AREA_WORDS,
                aliases=("培训内容", "Category", "Subject Area"),
            ),
            Column(
                "tier",
                text("Made for tier"),
                "choice",
                required=True,
                choices=ANY_TIER_WORDS,
                aliases=("适用层级", "Level", "Audience"),
            ),
            Column(
                "language",
                text("Held in"),
                "choice",
                required=True,
                choices={"zh": text("Chinese"), "en": text("English"), "both": text("Both languages")},
                aliases=("授课语言", "Language"),
            ),
            Column(
                "hours",
                text("Hours"),
                "number",
                required=True,
                low=0.25,
                high=400,
                aliases=("学时", "课时", "Duration (hours)", "Credit Hours"),
            ),
            Column(
                "cost",
                text("Cost per person"),
                "number",
                required=True,
                low=0,
                aliases=("费用", "人均费用", "Price", "Cost"),
            ),
            Column(
                "weeks",
                text("Weeks it runs"),
                "whole",
                required=True,
                low=1,
                high=52,
                aliases=("周期（周）", "Duration (weeks)"),
            ),
            Column(
                "session_dates",
                text("Session dates"),
                "text",
                longest=2000,
                description=text("First days such as 2027-03-01; 2027-05-10; empty = at any time"),
                aliases=("开课日期", "Session Dates"),
            ),
            Column("seats", text("Seats per session"), "whole", low=1, aliases=("名额", "Max Capacity", "Capacity")),
            Column(
                "prerequisites",
                text("Prerequisites"),
                "text",
                longest=2000,
                description=text("Activity IDs separated by ;"),
                aliases=("先修课程", "Prerequisite"),
            ),
            *gain_columns(competencies),
            *further_columns(),
            *doubt_columns(competencies),
        ),
        purpose=text("What people can do to close gaps. Activities already known are updated by their ID."),
        sample_rows=(
            {
                "activity_id": "sample_course",
                "name_en": "Sample course",
                "name_zh": "示例课程",
                "kind": "course",
                "content_area": "sales_skills",
                "tier": TIERS[0],
                "language": "both",
                "hours": 6,
                "cost": 300,
                "weeks": 1,
                "session_dates": "2027-03-01; 2027-05-10",
                "seats": 12,
                f"gain_{next(iter(competencies))}": 0.3,
            },
        ),
        check_rows=check_rows,
    )


def activity_rows(
    frame: pd.DataFrame, known: Stored, today: dt.date
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return rows for the store's activities and for new sessions from rows of the form.

    `known` are the activities already in the store; their rows hold only what the file filled, and
    gains as ``changed_gains``, their uncertainty as ``changed_sds``. Raises `InputError` for a missing name, an unknown or circular
    prerequisite, an activity without any gain, an unreadable or past session date.
    """
    rows = records_of(frame)
    for found in _found(frame, known, today):
        where = text("Activity “{activity}”", activity=rows[found.position]["activity_id"])
        raise InputError(found.message, where=where, remedy=found.remedy)
    activities, sessions = [], []
    for row in rows:
        filled = _filled_values(row)
        activities.append(filled if row["activity_id"] in known else _with_defaults(filled))
        seats = filled.get("seats") or _stored_row(known, row["activity_id"]).get("seats")
        sessions += new_sessions(row["activity_id"], _filled(row["session_dates"]), seats)
    return activities, sessions


def _found(frame: pd.DataFrame, known: Stored | None, today: dt.date | None) -> Iterator[RowProblem]:
    """Find what is wrong with rows of the form; without `known` only their sessions are looked at."""
    rows = records_of(frame)
    if known is not None:
        ids = set(known) | {row["activity_id"] for row in rows}
        for position, row in enumerate(rows):
            for column, message, remedy in (*_unknown_prerequisites(row, ids), *_missing(row, known)):
                yield RowProblem(position, column, message, remedy)
        yield from _circles(rows, known)
    for position, row in enumerate(rows):
        for message, remedy in read_days(_filled(row["session_dates"]), today)[1]:
            yield RowProblem(position, "session_dates", message, remedy)


def _unknown_prerequisites(row: Mapping[str, Any], ids: set[str]) -> Iterator[tuple[str, Text, Text]]:
    for needed in prerequisites_of(row["prerequisites"]):
        if needed not in ids or needed == row["activity_id"]:
            message = text("The prerequisite “{needed}” is not in the catalogue.", needed=needed)
            yield "prerequisites", message, text("Correct the ID, or add that activity to the file.")


def _missing(row: Mapping[str, Any], known: Stored) -> Iterator[tuple[str, Text, Text]]:
    """Find what a new activity lacks, or a known one would lose."""
    is_known, given = row["activity_id"] in known, figures_in(row, "gain_")
    gains = figures_in(_stored_row(known, row["activity_id"]), "gain_") | given
    lacking = []
    if not (is_known or _filled(row["name_en"]) or _filled(row["name_zh"])):
        lacking.append("name_en")
    if not any(value > 0 for value in gains.values()) and (given or not is_known):
        lacking.append(next(name for name in row if name.startswith("gain_")))
    for column in lacking:
        message = text("An activity needs a name in one language and an expected gain in at least one competency.")
        yield column, message, text("Fill in what is missing.")


def _circles(rows: list[dict[str, Any]], known: Stored) -> Iterator[RowProblem]:
    """Find each circle of prerequisites, over catalogue and file, at the first row on it."""
    needs = {name: prerequisites_of(_stored_row(known, name).get("prerequisites")) for name in known}
    for row in rows:
        given = [needed for needed in prerequisites_of(row["prerequisites"]) if needed != row["activity_id"]]
        if given or row["activity_id"] not in known:
            needs[row["activity_id"]] = given
    seen: set[frozenset[str]] = set()
    for position, row in enumerate(rows):
        circle = circle_through(row["activity_id"], needs)
        if circle and frozenset(circle) not in seen:
            seen.add(frozenset(circle))
            yield RowProblem(position, "prerequisites", *circle_words(circle))


def _stored_row(known: Stored, activity_id: str) -> Mapping[str, Any]:
    return known.get(activity_id, {}) if isinstance(known, Mapping) else {}


def _filled_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stored values that the cells of a row say."""
    needs, gains = prerequisites_of(row["prerequisites"]), figures_in(row, "gain_")
    values = {
        "activity_id": row["activity_id"],
        "name_en": _filled(row["name_en"]),
        "name_zh": _filled(row["name_zh"]),
        **{name: row[name] for name in ("kind", "content_area", "tier", "language")},
        "mode": "dated" if read_days(_filled(row["session_dates"]), None)[0] else None,
        "hours": float(row["hours"]),
        "cost": float(row["cost"]),
        "weeks": int(row["weeks"]),
        "seats": None if pd.isna(row["seats"]) else int(row["seats"]),
        "prerequisites": "; ".join(needs),
        "changed_gains": gains,
        "changed_sds": figures_in(row, "sd_"),
        **{name: _filled(row.get(name)) for name in ("provider_en", "provider_zh")},
        **{name: _number(row.get(name)) for name in ("after_weeks", "repeat_after_weeks", "best_level")},
    }
    return {name: value for name, value in values.items() if value not in (None, "", {})}


def _with_defaults(filled: dict[str, Any]) -> dict[str, Any]:
    """Return the whole row of a new activity."""
    gains = {name: value for name, value in filled["changed_gains"].items() if value > 0}
    both = {"name_en": filled.get("name_zh"), "name_zh": filled.get("name_en"), "summary_en": "", "summary_zh": ""}
    rest = {"mode": "on_demand", "seats": None, "prerequisites": None, "provider_en": "", "provider_zh": ""}
    given = {name: value for name, value in filled.items() if not name.startswith("changed_")}
    return both | rest | given | {"gains": gains, "gain_sds": filled.get("changed_sds") or None}


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _filled(value: Any) -> str:
    return "" if value is None or value != value or value is pd.NA else str(value).strip()
