"""The framework and the expectations of roles together in one Excel workbook."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from toolkit.documents.columns import TableForm, in_both
from toolkit.documents.file_kind import recognise
from toolkit.documents.intake import Intake, prepare
from toolkit.documents.mapping import suggest_mapping
from toolkit.documents.table_file import read_table
from toolkit.documents.template_file import write_tables
from toolkit.documents.workbook import sheet_names
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.organisation.framework_form import (
    expectation_rows,
    expectations_form,
    framework_form,
    framework_from_rows,
    framework_rows,
    roles_from_rows,
)
from toolkit.wording import Text, counted, text

Content = Mapping[str, Any]


@dataclass
class FrameworkIntake:
    """What a workbook holds: new content where its sheet was there and without error, and one `Intake` per sheet."""

    framework: dict[str, Any] | None = None
    roles: dict[str, Any] | None = None
    intakes: list[Intake] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        """Whether no row of any sheet has an error."""
        return all(intake.ready for intake in self.intakes)

    @property
    def summary(self) -> Text:
        """One sentence on how many rows were read and how many errors found."""
        rows = sum(intake.rows_total for intake in self.intakes)
        if self.ready:
            return counted("{count} row is ready.", "{count} rows are ready.", rows)
        errors = sum(intake.errors for intake in self.intakes)
        return counted(
            "{count} error was found in {rows} rows.", "{count} errors were found in {rows} rows.", errors, rows=rows
        )

    def problem_table(self, language: Language) -> pd.DataFrame:
        """Return the problems by sheet, row and column, worded in `language`, headers included."""
        tables = []
        for intake in self.intakes:
            table = intake.problem_table(language)
            table.insert(0, language("Sheet"), intake.sheet)
            tables.append(table)
        return pd.concat(tables, ignore_index=True)


def write_framework_workbook(framework: Content, roles: Content, language: Language) -> bytes:
    """Return an .xlsx workbook to edit: a sheet of competencies, one of expectations, and where it is from."""
    forms = framework_form(), expectations_form(roles, framework)
    sheets: list[Any] = [
        (forms[0].title, framework_rows(framework), forms[0].columns),
        (forms[1].title, expectation_rows(roles), forms[1].columns),
    ]
    attribution = framework.get("attribution")
    if attribution:
        columns = {"text": text("Attribution"), "licence": text("Licence"), "url": text("Address")}
        row = {name: str(attribution.get(name, "")) for name in columns}
        sheets.append((text("Source"), pd.DataFrame([row]), columns))
    return write_tables(sheets, language)


def read_framework_workbook(
    content: bytes, file_name: str, *, limit_mb: int, framework: Content, roles: Content
) -> FrameworkIntake:
    """Read a workbook written by `write_framework_workbook`, or filled-in templates of the two forms in one file.

    Sheets are found by their names in either language; one of the two may be missing. `framework` and
    `roles` are the content so far: what the sheets do not show is kept from them. Nothing is stored;
    see `framework_versions.keep_framework`. Raises `InputError` if the file is no workbook or has
    neither sheet; what is wrong in rows stands in `FrameworkIntake.problem_table`.
    """
    kind = recognise(content, file_name, limit_mb)
    names = [] if kind == "text" else sheet_names(content, kind, file_name)
    result = FrameworkIntake()
    forms = [framework_form(), expectations_form(roles, framework)]
    if not any(_sheet(form, names) for form in forms):
        wanted = [title for form in forms for title in in_both(form.title)]
        raise InputError(
            text("The file has no sheet of competencies or expectations."),
            where=text("File “{file}”", file=file_name),
            remedy=text("Give a workbook with a sheet called one of: {names}.", names=", ".join(wanted)),
        )
    if sheet := _sheet(forms[0], names):
        intake = _intake(content, file_name, limit_mb, sheet, forms[0])
        result.intakes.append(intake)
        if intake.ready:
            result.framework = framework_from_rows(intake.frame, framework)
    form = expectations_form(roles, result.framework or framework)
    if sheet := _sheet(form, names):
        intake = _intake(content, file_name, limit_mb, sheet, form)
        result.intakes.append(intake)
        if intake.ready:
            result.roles = roles_from_rows(intake.frame, roles)
    return result


def _sheet(form: TableForm, names: list[str]) -> str | None:
    titles = {title.casefold() for title in in_both(form.title)}
    return next((name for name in names if name.strip().casefold() in titles), None)


def _intake(content: bytes, file_name: str, limit_mb: int, sheet: str, form: TableForm) -> Intake:
    raw = read_table(content, file_name, limit_mb=limit_mb, sheet=sheet)
    return prepare(raw, form, suggest_mapping(raw.columns, form))
