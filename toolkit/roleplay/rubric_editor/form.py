"""A rubric as an Excel file: one row for each criterion, in both languages."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from toolkit.documents.columns import Column, TableForm
from toolkit.documents.problems import RowProblem
from toolkit.language import CODES
from toolkit.roleplay.rubric_editor.checks import LEVELS
from toolkit.vocabulary import records_of
from toolkit.wording import text

_LANGUAGES = {"en": text("English"), "zh": text("Chinese")}
_ALIASES = {"en": "EN", "zh": "中文"}


def rubric_form(competencies: Mapping[str, Mapping[str, str]]) -> TableForm:
    """Return the form of a rubric's criteria; `competencies` gives bilingual names by id."""
    both: list[Column] = []
    for part, label, longest in (("name", text("Criterion"), 120), ("question", text("Question"), 400)):
        both += [
            Column(
                f"{part}_{code}",
                text("{label} ({unit})", label=label, unit=_LANGUAGES[code]),
                "text",
                required=True,
                longest=longest,
                aliases=(f"{part} {_ALIASES[code]}", f"{part} {code}"),
            )
            for code in CODES
        ]
    for level in LEVELS:
        both += [
            Column(
                f"level_{level}_{code}",
                text("Level {level} ({language})", level=level, language=_LANGUAGES[code]),
                "text",
                required=True,
                longest=400,
                aliases=(f"level {level} {code}", f"{level}级 {_ALIASES[code]}"),
                description=text("What is seen at this level, one behaviour"),
            )
            for code in CODES
        ]
    shares = [
        Column(
            f"share_{competency}",
            text("Share: {competency}", competency=name),
            "number",
            low=0,
            high=1,
            description=text("Share of this competency, empty for none; the shares of a row add up to 1"),
        )
        for competency, name in competencies.items()
    ]
    return TableForm(
        "rubric",
        text("Rubric"),
        (
            Column(
                "criterion_id",
                text("Criterion ID"),
                "id",
                required=True,
                unique=True,
                longest=60,
                aliases=("评分项编号", "ID", "Criterion Key"),
                description=text("Small letters, digits and underscores; keep it when you change the words"),
            ),
            *both,
            Column("weight", text("Weight"), "number", required=True, low=0.01, high=100, aliases=("权重",)),
            Column("mandatory", text("Mandatory"), "yes_no", required=True, aliases=("必评", "是否必评", "Required")),
            *shares,
        ),
        purpose=text("One row per criterion. The file replaces the criteria of the draft; nothing is published by it."),
        sample_rows=(_sample(next(iter(competencies), "")),),
        check_rows=_check_shares,
    )


def rows_from(body: Mapping[str, Any]) -> pd.DataFrame:
    """Return a rubric's criteria as rows of the form, without the columns of competencies it does not use."""
    return pd.DataFrame([_row(one) for one in body["criteria"]])


def criteria_from(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the criteria of a checked file."""
    return [
        {
            "id": row["criterion_id"],
            "name": {code: row[f"name_{code}"] for code in CODES},
            "question": {code: row[f"question_{code}"] for code in CODES},
            "levels": {level: {code: row[f"level_{level}_{code}"] for code in CODES} for level in LEVELS},
            "weight": float(row["weight"]),
            "mandatory": bool(row["mandatory"]),
            "competencies": _shares_of(row),
        }
        for row in records_of(frame)
    ]


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    levels = {f"level_{level}_{code}": one["levels"][level][code] for level in LEVELS for code in CODES}
    parts = {f"{part}_{code}": one[part][code] for part in ("name", "question") for code in CODES}
    shares = {f"share_{competency}": share for competency, share in one["competencies"].items()}
    plain = {"criterion_id": one["id"], "weight": one["weight"], "mandatory": one["mandatory"]}
    return {**plain, **parts, **levels, **shares}


def _shares_of(row: Mapping[str, Any]) -> dict[str, float]:
    found = {str(name).removeprefix("share_"): row[name] for name in row if str(name).startswith("share_")}
    return {name: float(share) for name, share in found.items() if pd.notna(share) and float(share) > 0}


def _check_shares(frame: pd.DataFrame) -> Iterator[RowProblem]:
    columns = [name for name in frame.columns if name.startswith("share_")]
    for position, row in enumerate(records_of(frame)):
        total = sum(_shares_of(row).values())
        if columns and abs(total - 1) > 1e-6:
            yield RowProblem(
                position,
                columns[0],
                text("The competency shares add up to {total}, not to 1.", total=f"{total:.2f}"),
                text("Change the shares so that together they are 1."),
            )


def _sample(competency: str) -> dict[str, object]:
    said = {
        1: ("Presents at once, asks nothing", "一上来就介绍，不提问"),
        2: ("Asks from a list", "照单提问"),
        3: ("Follows up on an answer", "会就回答追问"),
        4: ("Ranks needs with the customer", "与客户排定需求主次"),
        5: ("Brings out an unstated need", "引出客户未说的需求"),
    }
    levels = {f"level_{level}_{code}": both[at] for level, both in said.items() for at, code in enumerate(CODES)}
    return {
        "criterion_id": "needs",
        "name_en": "Needs analysis",
        "name_zh": "需求分析",
        "question_en": "Does the rep find out what the customer needs?",
        "question_zh": "是否弄清客户的需求？",
        **levels,
        "weight": 2,
        "mandatory": True,
        **({f"share_{competency}": 1} if competency else {}),
    }
