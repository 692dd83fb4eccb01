"""Columns of the catalogue's form that most catalogues leave empty, and the way back from the store into the form."""

import pandas as pd

from toolkit.documents.columns import Column
from toolkit.wording import text


def further_columns() -> tuple[Column, ...]:
    """Return provider, pauses and the level an activity is made for."""
    return (
        Column("provider_en", text("Provider (English)"), "text", longest=200, aliases=("Provider", "Vendor")),
        Column(
            "provider_zh", text("Provider (Chinese)"), "text", longest=200, aliases=("培训机构", "供应商", "主办方")
        ),
        Column(
            "after_weeks",
            text("Weeks after its prerequisites"),
            "whole",
            low=0,
            high=52,
            description=text("Least pause, for practice that is spread and for refreshers"),
        ),
        Column(
            "repeat_after_weeks",
            text("May be repeated after (weeks)"),
            "whole",
            low=1,
            high=520,
            description=text("Empty = it is done once"),
        ),
        Column(
            "best_level",
            text("Made for level"),
            "number",
            low=1,
            high=5,
            description=text("Level at which it gives its whole gain; empty = by its tier"),
        ),
    )


def catalogue_rows(activities: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """Return the stored catalogue (of `plans.storage`) as rows of its form, to be edited and imported again."""
    days = sessions.assign(day=pd.to_datetime(sessions["starts_on"]).dt.strftime("%Y-%m-%d"))
    dates = days.groupby("activity_id")["day"].agg(lambda one: "; ".join(sorted(one)))
    return activities.assign(session_dates=activities["activity_id"].map(dates))
