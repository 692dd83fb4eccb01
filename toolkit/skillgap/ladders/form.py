"""Ranks and figures as a form to fill in: one row per person, one column per figure of the framework."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from toolkit.documents.columns import Column, TableForm
from toolkit.skillgap.form import EMPLOYEE_NUMBER
from toolkit.skillgap.ladders.ranks import MONTHS, rank_names
from toolkit.wording import text

HIGHEST = {"share": 10.0, "points": 5.0}


def facts_form(roles: Mapping[str, Any], today: dt.date) -> TableForm:
    """Return the form of the facts that the ladders of a roles pack ask for.

    Time in the present rank is no column: it follows from the day the rank was reached.
    """
    figures = [one for one in roles.get("figures", []) if one["id"] != MONTHS]
    columns = [
        Column(
            f"figure_{one['id']}",
            one["name"],
            "number",
            low=0,
            high=HIGHEST.get(one.get("unit", "")),
            description=text("A share such as 0.95 or 95%.") if one.get("unit") == "share" else None,
        )
        for one in figures
    ]
    ranks = rank_names(roles)
    return TableForm(
        "rank_facts",
        text("Ranks and figures"),
        (
            EMPLOYEE_NUMBER,
            Column("rank_id", text("Present rank"), "choice", choices=ranks, aliases=("职级", "Rank")),
            Column("rank_since", text("In this rank since"), "date", high=today, aliases=("任职日期", "Since")),
            Column("as_of", text("Figures as of"), "date", high=today, aliases=("截止日期", "As of")),
            *columns,
        ),
        purpose=text("What the ladders ask besides levels. Empty cells change nothing."),
        sample_rows=(
            {
                "employee_number": "S90001",
                "rank_id": next(iter(ranks), None),
                "rank_since": today.replace(year=today.year - 1, day=1),
                "as_of": today,
                **{column.name: 1 for column in columns[:1]},
            },
        ),
    )
