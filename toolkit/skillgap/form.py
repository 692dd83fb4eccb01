"""360 ratings as a form to fill in, and as Evidence."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from toolkit.documents.columns import Column, TableForm
from toolkit.skillgap.evidence import STANDARD_ERROR
from toolkit.vocabulary import rows_of
from toolkit.wording import text

RELATION_WORDS = {
    "self": text("Self"),
    "manager": text("Superior"),
    "peer": text("Peer"),
    "customer": text("Customer"),
}


EMPLOYEE_NUMBER = Column(
    "employee_number",
    text("Employee number"),
    "id",
    longest=40,
    required=True,
    unique=True,
    aliases=("工号", "员工编号", "Employee ID"),
)


def feedback_form(competencies: Mapping[str, Mapping[str, str]]) -> TableForm:
    """Return the form for 360 ratings; `competencies` gives bilingual names by id."""
    return TableForm(
        "feedback",
        text("360 ratings"),
        (
            Column(
                "round",
                text("Round"),
                "text",
                longest=40,
                required=True,
                aliases=("轮次", "评估周期", "Review Cycle", "Period"),
            ),
            Column(
                "employee_number",
                text("Employee number"),
                "id",
                longest=40,
                required=True,
                aliases=("被评人", "被评人工号", "员工编号", "Employee ID", "Subject", "Ratee"),
            ),
            Column(
                "rater",
                text("Rater"),
                "id",
                longest=40,
                required=True,
                aliases=("评价人", "评价人工号", "评估人", "Reviewer", "Evaluator", "Rater ID"),
            ),
            Column(
                "relation",
                text("Relation"),
                "choice",
                required=True,
                choices=RELATION_WORDS,
                aliases=("评价关系", "关系", "Relationship", "Rater Category"),
            ),
            Column(
                "competency_id",
                text("Competency"),
                "choice",
                required=True,
                choices=dict(competencies),
                aliases=("能力项", "素质项", "Skill", "Competence"),
            ),
            Column(
                "rating",
                text("Rating (1–5)"),
                "number",
                required=True,
                low=1,
                high=5,
                aliases=("评分", "得分", "Score", "Rating"),
            ),
            Column(
                "observed_on",
                text("Date"),
                "date",
                required=True,
                aliases=("评价日期", "评估日期", "Submitted On", "Review Date"),
            ),
        ),
        key=("round", "employee_number", "rater", "competency_id"),
        purpose=text("One row per rating. A rating by the same rater in the same round replaces the earlier one."),
        sample_rows=(
            {
                "round": "2026Q3",
                "employee_number": "S10001",
                "rater": "S10002",
                "relation": "peer",
                "competency_id": next(iter(competencies)),
                "rating": 4,
                "observed_on": dt.date(2026, 9, 15),
            },
        ),
    )


def feedback_evidence(frame: pd.DataFrame, person_ids: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return rows of Evidence (with round) from rows of the form; `person_ids` by employee number.

    Raters who are on the roster are named by person_id, others by what the file calls them.
    """
    return [
        {
            "person_id": person_ids[row.employee_number],
            "competency_id": row.competency_id,
            "source": row.relation,
            "level": float(row.rating),
            "standard_error": STANDARD_ERROR[row.relation],
            "observed_on": row.observed_on.date(),
            "rater_id": person_ids.get(row.rater, row.rater),
            "round": row.round,
        }
        for row in rows_of(frame)
    ]
