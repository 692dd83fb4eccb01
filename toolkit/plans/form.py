"""The catalogue of activities as a form to fill in, and its way into the store."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from toolkit.documents.columns import Column, TableForm
from toolkit.errors import InputError
from toolkit.organisation.form import TIER_WORDS
from toolkit.plans.options import prerequisites_of
from toolkit.plans.report import KIND_WORDS
from toolkit.vocabulary import TIERS, records_of
from toolkit.wording import text

AREA_WORDS = {
    "culture": text("Culture"),
    "product": text("Product"),
    "sales_skills": text("Sales skills"),
    "finance": text("Finance"),
    "production": text("Production"),
    "contracts": text("Contracts"),
}
ANY_TIER_WORDS = TIER_WORDS | {"any": text("All tiers")}


def activity_form(competencies: Mapping[str, Mapping[str, str]]) -> TableForm:
    """Return the catalogue's form, with one column of expected gains per competency."""
    gains = tuple(
        Column(
            f"gain_{competency}",
            text("Gain: {competency}", competency=name),
            "number",
            low=0,
            high=4,
            description=text("Expected gain in levels, empty for none"),
        )
        for competency, name in competencies.items()
    )
    return TableForm(
        "activities",
        text("Training activities"),
        (
            Column(
                "activity_id",
                text("Activity ID"),
                "id",
                required=True,
                unique=True,
                aliases=("课程编号", "Course ID", "Course Code", "Item ID"),
            ),
            Column("name_en", text("Name (English)"), "text", aliases=("Course Name", "Title", "Activity")),
            Column("name_zh", text("Name (Chinese)"), "text", aliases=("课程名称", "名称", "活动名称")),
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
                description=text("First days such as 2027-03-01; 2027-05-10; empty = at any time"),
                aliases=("开课日期", "Session Dates"),
            ),
            Column("seats", text("Seats per session"), "whole", low=1, aliases=("名额", "Max Capacity", "Capacity")),
            Column(
                "prerequisites",
                text("Prerequisites"),
                "text",
                description=text("Activity IDs separated by ;"),
                aliases=("先修课程", "Prerequisite"),
            ),
            *gains,
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
    )


def activity_rows(
    frame: pd.DataFrame, known: set[str], today: dt.date
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return rows for the store's activities and for new sessions from rows of the form.

    `known` are the activities already in the store. Raises `InputError` for a missing name, an
    unknown prerequisite, an activity without any gain, an unreadable or past session date.
    """
    ids = known | set(frame["activity_id"])
    activities, sessions = [], []
    for row in records_of(frame):
        where = text("Activity “{activity}”", activity=row["activity_id"])
        needs = prerequisites_of(row["prerequisites"])
        for needed in needs:
            if needed not in ids or needed == row["activity_id"]:
                raise InputError(
                    text("The prerequisite “{needed}” is not in the catalogue.", needed=needed),
                    where=where,
                    remedy=text("Correct the ID, or add that activity to the file."),
                )
        english, chinese = _filled(row["name_en"]), _filled(row["name_zh"])
        gains = {
            k.removeprefix("gain_"): float(v) for k, v in row.items() if k.startswith("gain_") and v == v and v > 0
        }
        if not (english or chinese) or not gains:
            raise InputError(
                text("An activity needs a name in one language and an expected gain in at least one competency."),
                where=where,
                remedy=text("Fill in what is missing."),
            )
        days = _days(row["session_dates"], where, today)
        seats = None if pd.isna(row["seats"]) else int(row["seats"])
        activities.append(
            {
                "activity_id": row["activity_id"],
                "name_en": english or chinese,
                "name_zh": chinese or english,
                "summary_en": "",
                "summary_zh": "",
                **{name: row[name] for name in ("kind", "content_area", "tier", "language")},
                "mode": "dated" if days else "on_demand",
                "hours": float(row["hours"]),
                "cost": float(row["cost"]),
                "weeks": int(row["weeks"]),
                "seats": seats,
                "prerequisites": "; ".join(needs) or None,
                "gains": gains,
            }
        )
        sessions += [
            {
                "session_id": f"{row['activity_id']}-{day:%Y%m%d}",
                "activity_id": row["activity_id"],
                "starts_on": day,
                "seats": seats or 12,
                "seats_taken": 0,
            }
            for day in days
        ]
    return activities, sessions


def _filled(value: Any) -> str:
    return "" if value is None or value != value or value is pd.NA else str(value).strip()


def _days(value: Any, where: Any, today: dt.date) -> list[dt.date]:
    days = []
    for part in re.split(r"[;；,，\s]+", _filled(value)):
        if not part:
            continue
        try:
            day = dt.date.fromisoformat(part.replace("/", "-"))
        except ValueError:
            raise InputError(
                text("The session date “{value}” cannot be read.", value=part),
                where=where,
                remedy=text("Write dates as 2027-03-01, separated by ;"),
            ) from None
        if day < today:
            raise InputError(
                text("The session on {day} lies in the past.", day=day),
                where=where,
                remedy=text("Give a later date, or leave the session out."),
            )
        days.append(day)
    return sorted(set(days))
