"""The tables that pass between domains, each a pandera schema, and the terms they share.

Levels and ratings are on one scale from 1 (lowest) to 5. Ids are opaque text. Dates are
``datetime64`` at midnight, moments are UTC.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from toolkit.errors import InputError
from toolkit.wording import Text, text

SCALE_LOW, SCALE_HIGH = 1.0, 5.0
NOT_OBSERVED = "not_observed"
TIERS = ("junior", "middle", "senior")
SOURCES = (
    "role_play",
    "joint_visit",
    "proposal",
    "self",
    "manager",
    "peer",
    "customer",
    "test",
    "figures",
    "certificate",
)
ACTIVITY_KINDS = (
    "course",
    "drill",
    "joint_visit",
    "mentoring",
    "shadowing",
    "e_learning",
    "sharing_session",
    "rotation",
    "reading",
)
CONTENT_AREAS = ("culture", "product", "sales_skills", "finance", "production", "contracts")
TEAM_TYPES = ("complementary", "independent", "competing")


def _column(
    dtype: Any,
    description: str,
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    allowed: Iterable[str] | None = None,
    nullable: bool = False,
    required: bool = True,
    regex: bool = False,
) -> pa.Column:
    checks = []
    if low is not None:
        checks.append(pa.Check.ge(low))
    if high is not None:
        checks.append(pa.Check.le(high))
    if allowed is not None:
        checks.append(pa.Check.isin(list(allowed)))
    return pa.Column(
        dtype,
        checks,
        nullable=nullable,
        required=required,
        regex=regex,
        coerce=True,
        description=description,
        metadata={"unit": unit},
    )


def _id(description: str, **options: Any) -> pa.Column:
    return _column(str, description, **options)


def _day(description: str, **options: Any) -> pa.Column:
    return _column("datetime64[ns]", description, **options)


def _share(description: str, **options: Any) -> pa.Column:
    return _column(float, description, unit="share 0-1", low=0.0, high=1.0, **options)


def _level(description: str, **options: Any) -> pa.Column:
    return _column(float, description, unit="level 1-5", low=SCALE_LOW, high=SCALE_HIGH, **options)


People = pa.DataFrameSchema(
    {
        "person_id": _id("pseudonymous id, UUIDv4"),
        "employee_number": _id("number in the organisation's own systems"),
        "name": _id("name as the person writes it"),
        "team_id": _id("team, empty for staff outside the sales teams", nullable=True),
        "role_id": _id("role of the framework, such as client_manager"),
        "tier_id": _id("tier within the role", allowed=TIERS),
        "manager_id": _id("person_id of the superior", nullable=True),
        "hired_on": _day("first working day"),
        "left_on": _day("last working day, empty while employed", nullable=True),
    },
    unique=["person_id"],
    name="People",
)

Ratings = pa.DataFrameSchema(
    {
        "rep_id": _id("who was seen"),
        "rater_id": _id("who rated"),
        "scenario_id": _id("which scenario was played"),
        "criterion_id": _id("criterion of the rubric"),
        "rating": _level("what was rated, empty = not observed", nullable=True),
    },
    unique=["rep_id", "rater_id", "scenario_id", "criterion_id"],
    name="Ratings",
)

Scores = pa.DataFrameSchema(
    {
        "rep_id": _id("who was scored"),
        "raw": _level("weighted mean over criteria, then over sheets"),
        "low": _column(float, "lower end of the interval, empty where it cannot be given", nullable=True),
        "high": _column(float, "upper end of the interval, empty where it cannot be given", nullable=True),
        "raters": _column(int, "different raters", unit="count", low=1),
        "sheets": _column(int, "scored sheets", unit="count", low=1),
    },
    unique=["rep_id"],
    name="Scores",
)

Evidence = pa.DataFrameSchema(
    {
        "person_id": _id("about whom"),
        "competency_id": _id("competency of the framework"),
        "source": _id("kind of observation", allowed=SOURCES),
        "level": _level("what it points to"),
        "standard_error": _column(float, "how uncertain this one piece is", unit="levels", low=0.01, high=5.0),
        "observed_on": _day("when it was seen"),
        "rater_id": _id("who saw it, empty for tests and figures", nullable=True),
    },
    name="Evidence",
)

SkillLevels = pa.DataFrameSchema(
    {
        "person_id": _id("about whom"),
        "competency_id": _id("competency of the framework"),
        "level": _column(float, "estimated level", unit="level 1-5"),
        "sd": _column(float, "standard deviation of the estimate", unit="levels", low=0.0),
        "low": _column(float, "lower end of the interval", unit="level 1-5"),
        "high": _column(float, "upper end of the interval", unit="level 1-5"),
        "evidence_count": _column(int, "pieces of evidence behind it", unit="count", low=1),
    },
    unique=["person_id", "competency_id"],
    name="SkillLevels",
)

Expectations = pa.DataFrameSchema(
    {
        "person_id": _id("of whom it is expected"),
        "competency_id": _id("competency of the framework"),
        "target": _level("level that role and tier ask for"),
        "weight": _column(float, "importance for the role", unit="1-5", low=0.0, high=5.0),
    },
    unique=["person_id", "competency_id"],
    name="Expectations",
)

Gaps = pa.DataFrameSchema(
    {
        "person_id": _id("about whom"),
        "competency_id": _id("competency of the framework"),
        "level": _column(float, "estimated level, empty = not yet seen", unit="level 1-5", nullable=True),
        "sd": _column(float, "standard deviation of the level", unit="levels", nullable=True),
        "target": _level("level that role and tier ask for"),
        "gap": _column(float, "target minus level; negative is a strength", unit="levels", nullable=True),
        "probability_below": _share("probability that the true level is below target", nullable=True),
        "weight": _column(float, "importance for the role", unit="1-5", low=0.0, high=5.0),
        "priority": _column(float, "importance x expected shortfall", unit="weighted levels", low=0.0),
    },
    unique=["person_id", "competency_id"],
    name="Gaps",
)

Activities = pa.DataFrameSchema(
    {
        "activity_id": _id("short id"),
        "kind": _id("kind of activity", allowed=ACTIVITY_KINDS),
        "content_area": _id("what it is about", allowed=CONTENT_AREAS),
        "tier": _id("tier it is made for", allowed=(*TIERS, "any")),
        "language": _id("language it is held in", allowed=("zh", "en", "both")),
        "mode": _id("dated sessions or any time", allowed=("dated", "on_demand")),
        "hours": _column(float, "participant's time", unit="hours", low=0.25, high=400),
        "cost": _column(float, "cost per participant", unit="CNY", low=0),
        "weeks": _column(int, "weeks it runs over", unit="weeks", low=1, high=52),
        "prerequisites": _id("activity ids to be finished before, separated by ;", nullable=True),
        "after_weeks": _column(
            float,
            "least time between its prerequisites and it",
            unit="weeks",
            low=0,
            high=52,
            nullable=True,
            required=False,
        ),
        "repeat_after_weeks": _column(
            float, "may be done again after; empty = once", unit="weeks", low=1, high=520, nullable=True, required=False
        ),
        "best_level": _level(
            "level at which it gives its whole gain, empty = by its tier", nullable=True, required=False
        ),
        "^sd_.+": _column(
            float,
            "standard deviation of the gain in that competency, empty = half the gain",
            unit="levels",
            low=0.0,
            high=4.0,
            nullable=True,
            required=False,
            regex=True,
        ),
        "^gain_.+": _column(
            float,
            "expected gain in that competency",
            unit="levels",
            low=0.0,
            high=4.0,
            nullable=True,
            required=False,
            regex=True,
        ),
    },
    unique=["activity_id"],
    name="Activities",
)

Sessions = pa.DataFrameSchema(
    {
        "session_id": _id("id of the dated session"),
        "activity_id": _id("activity of the catalogue"),
        "starts_on": _day("first day"),
        "seats": _column(int, "places", unit="count", low=1),
        "seats_taken": _column(int, "places already given away", unit="count", low=0),
    },
    unique=["session_id"],
    name="Sessions",
)

RepMonths = pa.DataFrameSchema(
    {
        "person_id": _id("pseudonymous id, or the id in an uploaded file"),
        "month": _day("first day of the month"),
        "hired_on": _day("first working day"),
        "left_on": _day("last working day, empty while employed", nullable=True),
        "role_id": _id("role in that month", required=False, nullable=True),
        "tier_id": _id("tier in that month", required=False, nullable=True),
        "team_id": _id("team in that month", required=False, nullable=True),
        "manager_id": _id("superior in that month", required=False, nullable=True),
        "target": _column(float, "sales target", unit="CNY", low=0, required=False, nullable=True),
        "result": _column(
            float, "sales result; cancellations may make it negative", unit="CNY", required=False, nullable=True
        ),
        "visits": _column(float, "customer visits", unit="count", low=0, required=False, nullable=True),
        "proposals": _column(float, "written proposals", unit="count", low=0, required=False, nullable=True),
        "leads": _column(float, "client leads received", unit="count", low=0, required=False, nullable=True),
        "commission": _column(float, "commission earned", unit="CNY", low=0, required=False, nullable=True),
        "days_late": _column(
            float, "days the commission was paid late", unit="days", low=0, required=False, nullable=True
        ),
        "overtime": _column(float, "overtime", unit="hours", low=0, required=False, nullable=True),
        "training": _column(float, "training received", unit="hours", low=0, required=False, nullable=True),
        "leave": _column(float, "leave taken", unit="days", low=0, required=False, nullable=True),
        "gender": _id("for the fairness audit only", required=False, nullable=True),
        "birth_year": _column(float, "for the fairness audit only", unit="year", required=False, nullable=True),
    },
    unique=["person_id", "month"],
    name="RepMonths",
)

Risks = pa.DataFrameSchema(
    {
        "person_id": _id("about whom"),
        "probability": _share("probability of leaving within the horizon"),
        "low": _share("lower end of the interval"),
        "high": _share("upper end of the interval"),
    },
    unique=["person_id"],
    name="Risks",
)

TABLES = {
    table.name: table
    for table in (
        People,
        Ratings,
        Scores,
        Evidence,
        SkillLevels,
        Expectations,
        Gaps,
        Activities,
        Sessions,
        RepMonths,
        Risks,
    )
}


def check(frame: pd.DataFrame, table: pa.DataFrameSchema) -> pd.DataFrame:
    """Return `frame` with the dtypes of `table`, or raise `InputError` naming row and column.

    Rows are numbered from 1 as a person counts them. Columns the table does not name are kept.
    """
    if _is_sound(frame, table):
        return frame.copy()
    try:
        # Under a plain index rows can be counted, and the same label twice is no obstacle.
        return table.validate(frame.reset_index(drop=True), lazy=True).set_axis(frame.index)
    except SchemaErrors as errors:
        first = errors.failure_cases.iloc[0]
        column = first["column"] if pd.notna(first["column"]) else first["failure_case"]
        if str(first["check"]) in ("column_in_dataframe",):
            raise InputError(
                text("The table {table} needs a column “{column}”.", table=table.name, column=first["failure_case"]),
                remedy=text("Add the column or map another column to it."),
            ) from None
        if "unique" in str(first["check"]):
            keys = ", ".join(table.unique or [])
            raise InputError(
                text("The table {table} holds the same {keys} more than once.", table=table.name, keys=keys),
                where=_row(first["index"]),
                remedy=text("Keep one row of each."),
            ) from None
        raise InputError(
            text(
                "“{value}” does not fit the column “{column}” of the table {table}.",
                value=first["failure_case"],
                column=column,
                table=table.name,
            ),
            where=_row(first["index"]),
            remedy=_remedy(table.columns.get(column), str(first["check"])),
        ) from None


def _is_sound(frame: pd.DataFrame, table: pa.DataFrameSchema) -> bool:
    """Say whether a frame is what validating it would return; False also where that would take long to see.

    pandera takes twenty times as long, and a page checks the same large tables at each step.
    """
    for name, column in table.columns.items():
        if column.regex or name not in frame:
            if column.regex or column.required:
                return False
            continue
        values = frame[name]
        if not isinstance(values, pd.Series) or values.dtype != column.dtype.type:
            return False
        if values.isna().any() and not column.nullable:
            return False
        known = values.dropna()
        for one in column.checks:
            limits = one.statistics or {}
            least, most = limits.get("min_value"), limits.get("max_value")
            allowed = limits.get("allowed_values")
            if len(limits) != 1 or least is most is allowed is None:
                return False
            if least is not None and not (known >= least).all():
                return False
            if most is not None and not (known <= most).all():
                return False
            if allowed is not None and not set(known.unique()) <= set(allowed):
                return False
    return not table.checks and not (table.unique and frame.duplicated(list(table.unique)).any())


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """Give the rows of a table as named tuples, for walking over few rows."""
    yield from frame.itertuples(index=False)


def records_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries by column name."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _remedy(column: pa.Column | None, failed: str) -> Text | None:
    """Say what a column takes."""
    if column is None:
        return None
    if failed == "not_nullable":
        return text("The cell must be filled in.")
    bounds: dict[Any, Any] = {one.name: next(iter((one.statistics or {}).values()), None) for one in column.checks}
    low, high = bounds.get("greater_than_or_equal_to"), bounds.get("less_than_or_equal_to")
    if "isin" in bounds:
        return text("Allowed is one of: {values}.", values=", ".join(map(str, bounds["isin"] or ())))
    if low is not None and high is not None:
        return text("Allowed is a number from {low} to {high}.", low=low, high=high)
    if low is not None:
        return text("Allowed is a number of at least {low}.", low=low)
    if str(column.dtype).startswith("datetime"):
        return text("Allowed is a date.")
    return text("Allowed is a number.") if "float" in str(column.dtype) or "int" in str(column.dtype) else None


def _row(index: Any) -> Text | None:
    return None if pd.isna(index) else text("Row {row}", row=int(index) + 1)
