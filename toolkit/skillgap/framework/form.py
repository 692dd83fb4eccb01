"""Files that hold a framework: our workbook, a CASE package, O*NET files. Each is read into one proposal."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.organisation.content import competency_names
from toolkit.organisation.framework_workbook import read_framework_workbook
from toolkit.skillgap.case import read_framework
from toolkit.skillgap.framework.onet_merge import with_onet
from toolkit.skillgap.onet import read_onet
from toolkit.vocabulary import records_of
from toolkit.wording import Text, counted, text

Content = Mapping[str, Any]
ENDINGS = {"xlsx": "workbook", "xlsm": "workbook", "json": "case", "zip": "onet", "txt": "onet"}
ACCEPT = ".xlsx,.xlsm,.json,.zip,.txt"


@dataclass
class Proposal:
    """What a file would make of the framework and the roles; None is left as it is.

    `summary` says what was read, `notes` what was mended or left out, `problems` the errors of a workbook by row (worded);
    a proposal with problems holds no content.
    """

    summary: Text
    framework: dict[str, Any] | None = None
    roles: dict[str, Any] | None = None
    notes: list[Text] = field(default_factory=list)
    problems: pd.DataFrame | None = None


def read_proposal(
    files: Mapping[str, bytes],
    *,
    framework: Content,
    roles: Content,
    language: Language,
    occupations: Collection[str] = (),
    limit_mb: int = 20,
) -> Proposal:
    """Read one file (or the several text files of O*NET) by the ending of its name and by what it holds.

    `framework` and `roles` are the content so far: O*NET is added to them, a workbook replaces what its sheets
    show, a CASE package replaces the framework. `occupations` are the O*NET-SOC codes wanted. Raises
    `InputError` for a file of another kind or one that cannot be read; nothing is stored by it.
    """
    name = next(iter(files))
    kind = ENDINGS.get(name.rsplit(".", 1)[-1].lower())
    if kind == "workbook":
        return _workbook(files[name], name, framework, roles, language, limit_mb)
    if kind == "case":
        return _case(files[name])
    if kind == "onet":
        return _onet(files, framework, roles, occupations)
    raise InputError(
        text("“{file}” is no file a framework can be read from.", file=name),
        remedy=text("Give an Excel workbook (.xlsx), a CASE package (.json) or O*NET files (.zip or .txt)."),
    )


def _workbook(
    content: bytes, name: str, framework: Content, roles: Content, language: Language, limit_mb: int
) -> Proposal:
    book = read_framework_workbook(content, name, limit_mb=limit_mb, framework=framework, roles=roles)
    if not book.ready:
        return Proposal(book.summary, problems=book.problem_table(language))
    return Proposal(book.summary, book.framework, book.roles)


def _case(content: bytes) -> Proposal:
    found = read_framework(content)
    notes = [
        text(
            "{what} ({count}×, first at {place})",
            what=row["message"],
            count=row["count"],
            place=row["first_place"] or "–",
        )
        for row in records_of(found.amendment_counts())
    ]
    rubrics = len(found.rubrics["rubrics"])
    if rubrics:
        notes.append(
            counted(
                "{count} rubric of the file is not taken over here: rubrics are published by trainers under role-plays.",
                "{count} rubrics of the file are not taken over here: rubrics are published by trainers under role-plays.",
                rubrics,
            )
        )
    count = len(competency_names(found.framework))
    summary = counted(
        "CASE package: {count} competency was read.", "CASE package: {count} competencies were read.", count
    )
    return Proposal(summary, found.framework, notes=notes)


def _onet(files: Mapping[str, bytes], framework: Content, roles: Content, occupations: Collection[str]) -> Proposal:
    name, content = next(iter(files.items()))
    given: Any = content if name.lower().endswith(".zip") else dict(files)
    found = read_onet(given, occupations=list(occupations) or None)
    made, with_roles = with_onet(framework, roles, found)
    skills = len(competency_names(found.framework))
    notes = [
        text("Attribution, kept with the framework: {words}", words=found.framework["attribution"]["text"]),
        text(
            "O*NET has no Chinese texts but our names of the skills: English originals are marked “（英文原文）”, to be written in Chinese. It "
            "knows no tiers either: what occupations ask stands under the middle tier."
        ),
    ]
    for _, rows in found.left_out.groupby(found.left_out["reason"].map(str), sort=True):
        notes.append(text("{count} ratings were left out. {reason}", count=len(rows), reason=rows["reason"].iloc[0]))
    summary = text(
        "O*NET {release}: {skills} skills and {occupations} occupations were read.",
        release=found.release or "–",
        skills=skills,
        occupations=len(found.roles),
    )
    return Proposal(summary, made, with_roles, notes)
