"""A rater's sheets as one Excel file to fill in, and back again."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from toolkit.documents.columns import Column, TableForm
from toolkit.documents.intake import Intake, prepare
from toolkit.documents.mapping import suggest_mapping
from toolkit.documents.problems import RowProblem
from toolkit.documents.table_file import read_table
from toolkit.documents.template_file import write_template
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.skillgap.feedback_round.answering.sheet import LONGEST_COMMENT, Answer, Sheet
from toolkit.vocabulary import rows_of
from toolkit.wording import text

NOT_SEEN = "not_seen"
_LEVELS = tuple(f"level_{level}" for level in range(1, 6))
_RATINGS: dict[str, Any] = {str(level): {"en": str(level), "zh": str(level)} for level in range(1, 6)}
Competencies = Mapping[str, Mapping[str, Any]]


def answer_form(sheets: Sequence[Sheet], competencies: Competencies) -> TableForm:
    """Return the form for what one rater is asked; `competencies` gives name and levels by id, as the framework does."""
    names = {one: competencies[one]["name"] for sheet in sheets for one in sheet.competencies}

    def not_asked(frame: pd.DataFrame) -> Iterator[RowProblem]:
        asked = {sheet.employee_number: set(sheet.competencies) for sheet in sheets}
        for at, row in enumerate(rows_of(frame)):
            wanted = asked.get(row.employee_number)
            if wanted is not None and isinstance(row.competency_id, str) and row.competency_id not in wanted:
                yield RowProblem(
                    at,
                    "competency_id",
                    text("This person is not rated on that competency."),
                    text("Leave the row out, or take the competency from the form as you got it."),
                )

    label = text("Employee number")
    return TableForm(
        "feedback_answers",
        text("360 ratings"),
        (
            Column("employee_number", label, "id", required=True, longest=40),
            Column("name", text("Person to be rated")),
            Column("competency_id", text("Competency"), "choice", required=True, choices=names),
            Column("rating", text("Rating (1–5)"), "choice", choices={**_RATINGS, NOT_SEEN: text("Not seen")}),
            Column("comment", text("Comment (optional)"), longest=LONGEST_COMMENT, aliases=("说明（选填）",)),
            *(
                Column(name, text("Level {level}", level=number), longest=2000)
                for number, name in enumerate(_LEVELS, 1)
            ),
        ),
        key=("employee_number", "competency_id"),
        purpose=text(
            "Fill in the column with the rating, from 1 to 5 or “Not seen”; what stays empty is not answered yet."
        ),
        check_rows=not_asked,
    )


def write_answers(sheets: Sequence[Sheet], competencies: Competencies, language: Language) -> bytes:
    """Return the workbook of one rater: a row for each person and competency, with the behaviours of each level."""
    rows: list[dict[str, object]] = []
    for sheet in sheets:
        for one in sheet.competencies:
            given = sheet.answers.get(one)
            levels = levels_of(competencies[one])
            row: dict[str, object] = {
                "employee_number": sheet.employee_number,
                "name": sheet.name,
                "competency_id": one,
            }
            if given is not None and given.rated:
                row["rating"] = NOT_SEEN if given.rating is None else str(int(given.rating))
            row["comment"] = given.comment if given is not None and given.comment else None
            rows.append(row | {name: language.pick(levels[number]) for number, name in enumerate(_LEVELS, 1)})
    return write_template(answer_form(sheets, competencies), language, rows)


def read_answers(
    content: bytes, file_name: str, sheets: Sequence[Sheet], competencies: Competencies, *, limit_mb: int = 20
) -> Intake:
    """Read a filled-in workbook against what the rater is asked; every cell that does not fit is in its problems.

    Raises `InputError` where the file is no table at all.
    """
    form = answer_form(sheets, competencies)
    raw = read_table(content, file_name, limit_mb=limit_mb)
    known = {"employee_number": {sheet.employee_number: sheet.name for sheet in sheets}}
    return prepare(raw, form, suggest_mapping(raw.columns, form), known=known)


def answers_of(intake: Intake, sheets: Sequence[Sheet]) -> dict[str, dict[str, Answer]]:
    """Return the answers of a file by invitation_id and competency_id; raises `InputError` where it has errors."""
    frame = intake.require_ready()
    ids = {sheet.employee_number: sheet.invitation_id for sheet in sheets}
    found: dict[str, dict[str, Answer]] = {}
    for row in rows_of(frame):
        comment = row.comment if isinstance(row.comment, str) else ""
        rated = isinstance(row.rating, str)
        if rated or comment:
            rating = float(row.rating) if rated and row.rating != NOT_SEEN else None
            found.setdefault(ids[row.employee_number], {})[row.competency_id] = Answer(rating, comment, rated)
    if not found:
        raise InputError(
            text("No row of this file holds a rating."),
            remedy=text("Fill in the column with the rating and upload it again."),
        )
    return found


def levels_of(competency: Mapping[str, Any]) -> dict[int, Mapping[str, str]]:
    """Return the behaviours of the levels 1-5, whose keys are words once they were stored; some have none."""
    found = {int(level): words for level, words in (competency.get("levels") or {}).items()}
    return {level: found.get(level, {}) for level in range(1, 6)}
