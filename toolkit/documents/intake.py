"""From a raw table and a mapping to a typed table, or to a list of everything that is wrong."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.documents.cells import (
    find_errors,
    read_choices,
    read_ids,
    read_numbers,
    read_text,
    read_yes_no,
)
from toolkit.documents.checks import check_length, check_range, check_references, check_repeats, check_required
from toolkit.documents.columns import Column, TableForm
from toolkit.documents.dates import read_dates
from toolkit.documents.problems import Describe, Problem, ProblemList, RowProblem, Severity
from toolkit.documents.table_file import RawTable
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.wording import Text, counted, text

Known = Mapping[str, Mapping[str, str] | AbstractSet[str]]
"""For a column name the ids its cells may refer to: a set, or a mapping from id to a person's name."""
_NAMED_IN_SUMMARY = 3


@dataclass(slots=True)
class Intake:
    """The outcome of `prepare`.

    `frame` holds the rows without errors, one column per column of the form by its name (all
    missing where the file has none; `mapped` names those it has), `row_numbers` their rows in the
    file. `problems` holds the first 50 of each cause and column; `errors` and `warnings` count all.
    """

    form: TableForm
    frame: pd.DataFrame
    row_numbers: list[int]
    mapped: tuple[str, ...]
    problems: list[Problem]
    errors: int
    warnings: int
    rows_total: int
    file_name: str
    sheet: str = ""
    notes: list[Text] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        """Whether no row has an error, so that all of them may be taken over."""
        return self.errors == 0

    @property
    def summary(self) -> Text:
        """One sentence on how many rows were read and how many errors found."""
        if self.ready:
            return counted("{count} row is ready.", "{count} rows are ready.", self.rows_total)
        return counted(
            "{count} error was found in {rows} rows.",
            "{count} errors were found in {rows} rows.",
            self.errors,
            rows=self.rows_total,
        )

    def require_ready(self) -> pd.DataFrame:
        """Return `frame` if every row is without error; else raise `InputError` naming the first errors."""
        if self.ready:
            return self.frame
        first = [problem for problem in self.problems if problem.severity == "error"][:_NAMED_IN_SUMMARY]
        named = {code: " ".join(_line(problem, Language(code)) for problem in first) for code in ("en", "zh")}
        raise InputError(
            text("{summary} Nothing was taken over. {named}", summary=self.summary, named=named),
            where=text("File “{file}”", file=self.file_name),
            remedy=text("Correct the file and upload it again; the list of problems can be downloaded."),
        )

    def problem_table(self, language: Language) -> pd.DataFrame:
        """Return the problems as a table worded in `language`, one row each, headers included."""
        headings = [
            language("Row"),
            language("Column"),
            language("Value"),
            language("Problem"),
            language("What to do"),
            language("Severity"),
        ]
        words = {"error": language("error"), "warning": language("warning")}
        lines = [
            (
                problem.row,
                language.say(problem.column),
                problem.value,
                language.say(problem.message),
                language.say(problem.remedy),
                words[problem.severity],
            )
            for problem in self.problems
        ]
        table = pd.DataFrame(lines, columns=headings)
        table[headings[0]] = table[headings[0]].astype("Int64")
        return table


def prepare(
    raw: RawTable,
    form: TableForm,
    mapping: Mapping[str, str | None],
    *,
    known: Known | None = None,
) -> Intake:
    """Read every column of `form` from `raw` and report everything that does not fit, in one pass.

    `mapping` gives the header of the file for each column name, or ``None``; `known` gives the ids
    that references may point to, by column name. Columns of the result: text, id and choice are
    ``str``, number ``float64``, whole ``Int64``, yes_no ``boolean``, date and month
    ``datetime64[ns]``. Raises nothing on bad data: see `Intake.problems` and `require_ready`.
    """
    problems = ProblemList(raw.row_numbers)
    headers = _headers(raw, form, mapping, problems)
    places = {header: position for position, header in enumerate(raw.columns)}
    cells_of = {name: [row[places[header]] for row in raw.rows] for name, header in headers.items()}
    frame = _read_columns(raw, form, headers, cells_of, problems)
    for name, header in headers.items():
        check_references(form.column(name), frame, form, known or {}, _Reporter(problems, header, cells_of[name]))
    _check_keys(form, frame, headers, cells_of, raw.row_numbers, problems)
    _check_rows(form, frame, headers, cells_of, problems)
    good = ~problems.bad_rows
    return Intake(
        form=form,
        frame=frame.loc[good].reset_index(drop=True),
        row_numbers=np.asarray(raw.row_numbers, dtype=int)[good].tolist(),
        mapped=tuple(headers),
        problems=problems.sorted(),
        errors=problems.errors,
        warnings=problems.warnings,
        rows_total=len(raw.rows),
        file_name=raw.file_name,
        sheet=raw.sheet,
        notes=list(raw.notes),
    )


def _headers(
    raw: RawTable, form: TableForm, mapping: Mapping[str, str | None], problems: ProblemList
) -> dict[str, str]:
    """Return the header of each mapped column, reporting what the mapping cannot mean."""
    headers: dict[str, str] = {}
    for column in form.columns:
        header = mapping.get(column.name)
        label = text("{label}", label=column.label)
        if header is not None and header not in raw.columns:
            message = text("The file has no column “{header}”.", header=header)
        elif header is not None and header in headers.values():
            message = text("The column “{header}” is used twice.", header=header)
        elif header is None and column.required:
            message = text("The file has no column for “{label}”.", label=column.label)
        else:
            if header is not None:
                headers[column.name] = header
            continue
        remedy = text("Choose the column of the file that holds “{label}”, or add it to the file.", label=column.label)
        problems.add(Problem(None, label, "", message, remedy))
    return headers


class _Reporter:
    """Passes findings on one column to the list of problems."""

    def __init__(self, problems: ProblemList, header: str, cells: list[object]):
        self._problems, self.header, self._cells = problems, header, cells

    def __call__(self, positions: Iterable[int], describe: Describe, severity: Severity = "error") -> None:
        self._problems.add_rows(self.header, self._cells, positions, describe, severity)


def _read_columns(
    raw: RawTable,
    form: TableForm,
    headers: Mapping[str, str],
    cells_of: Mapping[str, list[object]],
    problems: ProblemList,
) -> pd.DataFrame:
    blank: list[object] = [None] * len(raw.rows)
    read = {}
    for column in form.columns:
        cells = cells_of.get(column.name, blank)
        report = _Reporter(problems, headers.get(column.name, ""), cells)
        read[column.name] = _read_checked(column, cells, report, raw.starts_1904)
    return pd.DataFrame(read)


def _read_checked(column: Column, original: list[object], report: _Reporter, starts_1904: bool) -> pd.Series:
    """Read a column and check each of its cells by itself."""
    values = _read(column, find_errors(original, report), report, starts_1904)
    if column.required and report.header:
        check_required(values, original, report)
    check_range(column, values, original, report)
    check_length(column, values, original, report)
    return values


def _read(column: Column, cells: list[object], report: _Reporter, starts_1904: bool) -> pd.Series:
    if column.kind in ("number", "whole"):
        return read_numbers(column, cells, report)
    if column.kind in ("date", "month"):
        return read_dates(column, cells, report, starts_1904=starts_1904)
    if column.kind == "yes_no":
        return read_yes_no(cells, report)
    if column.kind == "choice":
        return read_choices(column, cells, report)
    return read_ids(cells, report) if column.kind == "id" else read_text(cells, report)


def _check_keys(
    form: TableForm,
    frame: pd.DataFrame,
    headers: Mapping[str, str],
    cells_of: Mapping[str, list[object]],
    row_numbers: list[int],
    problems: ProblemList,
) -> None:
    keys: list[tuple[str, ...]] = [(column.name,) for column in form.columns if column.unique]
    if form.key and form.key not in keys:
        keys.append(form.key)
    for key in keys:
        if all(name in headers for name in key):
            report = _Reporter(problems, headers[key[0]], cells_of[key[0]])
            check_repeats(key, frame, headers, row_numbers, report)


def _check_rows(
    form: TableForm,
    frame: pd.DataFrame,
    headers: Mapping[str, str],
    cells_of: Mapping[str, list[object]],
    problems: ProblemList,
) -> None:
    """Report what the form's own rule finds; the same sentence about one column is one cause."""
    causes: dict[tuple[str, str], list[RowProblem]] = {}
    for found in form.check_rows(frame) if form.check_rows else ():
        causes.setdefault((found.column, found.message.msgid), []).append(found)
    for (name, _), group in causes.items():
        header = headers.get(name) or text("{label}", label=form.column(name).label)
        cells = cells_of.get(name) or [None] * len(frame)
        problems.add_rows(header, cells, [found.position for found in group], _describe_in_turn(group))


def _describe_in_turn(group: list[RowProblem]) -> Describe:
    """Word the findings one after the other, since a row may have several."""
    rest = iter(group)

    def describe(_at: int) -> tuple[Text, Text]:
        found = next(rest)
        return found.message, found.remedy

    return describe


def _line(problem: Problem, language: Language) -> str:
    column = language.say(problem.column)
    message = language.say(problem.message)
    if problem.row is None:
        return message
    return language("Row {row}, column “{column}”: {message}", row=problem.row, column=column, message=message)
