"""Writing Excel workbooks: templates to fill in and tables to take away."""

import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.documents.columns import Column, TableForm, Words
from toolkit.documents.workbook_marks import letters
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.wording import text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

ROWS_PREPARED = 10_000
"""Rows of a template that have drop-downs and checks."""
_LONGEST_LIST = 250
_FONTS = {"en": "Calibri", "zh": "Microsoft YaHei"}
_FIRST_DAY, _LAST_DAY = dt.date(1901, 1, 1), dt.date(2100, 12, 31)
_LARGEST_SHEET_ROWS = 1_048_575


def write_template(form: TableForm, language: Language, rows: Sequence[Mapping[str, object]] = ()) -> bytes:
    """Return an .xlsx template for `form` worded in `language`.

    Its sheets: one to fill in, with the headers, their comments, drop-downs and checks, and `rows` already in it; one with
    the sample rows; one that explains each column. Filled in, it reads back with `read_table`.
    """
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _options()) as book:
        book.set_properties({"title": language.say(form.title)})
        formats = _formats(book, language)
        sheet = book.add_worksheet(_sheet_name(language.say(form.title)))
        _write_headers(sheet, form, language, formats)
        _add_checks(book, sheet, form, language, formats)
        example = book.add_worksheet(_sheet_name(language("Example")))
        _write_headers(example, form, language, formats)
        for filled, lines in ((sheet, rows), (example, form.sample_rows)):
            for number, line in enumerate(lines, start=1):
                for place, column in enumerate(form.columns):
                    _write_cell(filled, number, place, line.get(column.name), column, language, formats)
        _write_notes(book.add_worksheet(_sheet_name(language("Notes"))), form, language, formats)
        sheet.activate()
    return target.getvalue()


def write_table(
    frame: pd.DataFrame,
    columns: Sequence[Column] | Mapping[str, Words | str],
    language: Language,
    title: Words | str,
) -> bytes:
    """Return `frame` as an .xlsx workbook with one sheet named after `title`.

    `columns` gives the columns to write, in order: `Column`s, or labels by column name. Numbers,
    dates and booleans become typed cells; text is never run as a formula, whatever it begins with.
    Choices are written as their labels, moments without their time zone. Raises `KeyError` if the
    frame lacks a column and `InputError` if it has more rows than a sheet can hold.
    """
    return write_tables([(title, frame, columns)], language)


def write_tables(
    sheets: Sequence[tuple[Words | str, pd.DataFrame, Sequence[Column] | Mapping[str, Words | str]]],
    language: Language,
) -> bytes:
    """Return a workbook with one sheet for each (title, frame, columns), written as by `write_table`."""
    import xlsxwriter

    for _, frame, _ in sheets:
        _refuse_long(frame)
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _options()) as book:
        book.set_properties({"title": language.say(sheets[0][0])})
        formats = _formats(book, language)
        for title, frame, columns in sheets:
            if isinstance(columns, Mapping):
                columns = [Column(name, {language.code: language.say(label)}) for name, label in columns.items()]
            _write_sheet(book.add_worksheet(_sheet_name(language.say(title))), frame, columns, language, formats)
    return target.getvalue()


def _write_sheet(
    sheet: "Worksheet",
    frame: pd.DataFrame,
    columns: Sequence[Column],
    language: Language,
    formats: Mapping[str, "Format"],
) -> None:
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        heading = _with_unit(column, language)
        values = frame[column.name].astype(object).tolist()
        has_decimals = any(isinstance(value, float) and value % 1 for value in values)
        digits = formats["decimals" if has_decimals else "thousands"]
        sheet.write_string(0, place, heading, formats["header"])
        sheet.set_column(place, place, _width(heading, values, language))
        for row, value in enumerate(values, start=1):
            _write_cell(sheet, row, place, value, column, language, {**formats, "number": digits})
    if len(columns) and len(frame):
        sheet.autofilter(0, 0, len(frame), len(columns) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _refuse_long(frame: pd.DataFrame) -> None:
    if len(frame) > _LARGEST_SHEET_ROWS:
        raise InputError(
            text(
                "The table has {rows} rows, more than the {limit} of a sheet.",
                rows=len(frame),
                limit=_LARGEST_SHEET_ROWS,
            ),
            remedy=text("Narrow the selection and export it in parts."),
        )


def _options() -> dict[str, object]:
    return {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def _formats(book: "Workbook", language: Language) -> dict[str, "Format"]:
    font = {"font_name": _FONTS[language.code], "font_size": 11, "valign": "top"}
    header = font | {"bold": True, "bottom": 1, "text_wrap": True}
    return {
        "header": book.add_format(header | {"bg_color": "#EEF2F6"}),
        "required": book.add_format(header | {"bg_color": "#D6E4F0"}),
        "text": book.add_format(font | {"num_format": "@"}),
        "general": book.add_format(font),
        "wrapped": book.add_format(font | {"text_wrap": True}),
        "number": book.add_format(font),
        "thousands": book.add_format(font | {"num_format": "#,##0"}),
        "decimals": book.add_format(font | {"num_format": "#,##0.00"}),
        "whole": book.add_format(font | {"num_format": "0"}),
        "date": book.add_format(font | {"num_format": "yyyy-mm-dd"}),
        "moment": book.add_format(font | {"num_format": "yyyy-mm-dd hh:mm"}),
        "month": book.add_format(font | {"num_format": "yyyy-mm"}),
    }


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", title).strip("' ")[:31].strip("' ") or "1"


def _with_unit(column: Column, language: Language) -> str:
    label, unit = language.say(column.label), language.say(column.unit)
    return language("{label} ({unit})", label=label, unit=unit) if unit else label


def _width(heading: str, values: Sequence[object], language: Language) -> float:
    longest = max((len(str(value)) * (1 if str(value).isascii() else 2) for value in values[:200]), default=0)
    return min(max(longest, len(heading) * (1 if heading.isascii() else 2), 8) + 2, 50)


def _write_headers(sheet: "Worksheet", form: TableForm, language: Language, formats: Mapping[str, "Format"]) -> None:
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(form.columns):
        label = language.say(column.label)
        heading = f"{label} *" if column.required else label
        sheet.write_string(0, place, heading, formats["required" if column.required else "header"])
        sheet.write_comment(0, place, "\n".join(_explanation(column, language)), {"x_scale": 2, "y_scale": 1.5})
        sheet.set_column(place, place, _width(heading, ["x" * 12], language), formats[_format_of(column)])


def _format_of(column: Column) -> str:
    kinds = {"number": "number", "whole": "whole", "date": "date", "month": "month", "id": "text"}
    return kinds.get(column.kind, "general")


def _explanation(column: Column, language: Language) -> list[str]:
    """Return what to know about a column, one sentence a line."""
    lines = [language.say(column.description)] if column.description is not None else []
    lines.append(language("Must be filled in.") if column.required else language("May stay empty."))
    if column.unique:
        lines.append(language("Each value may occur once."))
    if column.unit:
        lines.append(language("Unit: {unit}", unit=column.unit))
    if column.kind == "date":
        lines.append(language("Write dates as 2026-09-01."))
    if column.kind == "month":
        lines.append(language("Write months as 2026-09."))
    if column.low is not None:
        lines.append(language("Lowest value: {low}", low=column.low))
    if column.high is not None:
        lines.append(language("Highest value: {high}", high=column.high))
    if column.choices:
        labels = language.join([language.say(label) for label in column.choices.values()])
        lines.append(language("Allowed are: {choices}.", choices=labels))
    return lines


def _add_checks(
    book: "Workbook", sheet: "Worksheet", form: TableForm, language: Language, formats: Mapping[str, "Format"]
) -> None:
    lists: Worksheet | None = None
    for place, column in enumerate(form.columns):
        options = _check(column, language)
        if options is None:
            continue
        source = options.get("source")
        if isinstance(source, list) and (len(",".join(source)) > _LONGEST_LIST or any("," in item for item in source)):
            if lists is None:
                lists = book.add_worksheet(_sheet_name(language("Lists")))
                lists.hide()
            lists.write_column(0, place, source, formats["general"])
            letter = letters(place)
            options["source"] = f"='{lists.get_name()}'!${letter}$1:${letter}${len(source)}"
        options |= {
            "ignore_blank": True,
            "error_title": language("Please check"),
            "error_message": " ".join(_explanation(column, language))[:250],
        }
        sheet.data_validation(1, place, ROWS_PREPARED, place, options)


def _check(column: Column, language: Language) -> dict[str, object] | None:
    """Return the rule Excel applies while a column is filled in, or ``None``."""
    if column.kind == "choice":
        return {"validate": "list", "source": [language.say(label) for label in column.choices.values()]}
    if column.kind == "yes_no":
        return {"validate": "list", "source": [language("yes"), language("no")]}
    if column.kind == "date":
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": column.low if isinstance(column.low, dt.date) else _FIRST_DAY,
            "maximum": column.high if isinstance(column.high, dt.date) else _LAST_DAY,
        }
    if column.kind in ("number", "whole"):
        return {
            "validate": "integer" if column.kind == "whole" else "decimal",
            "criteria": "between",
            "minimum": column.low if column.low is not None else -1e12,
            "maximum": column.high if column.high is not None else 1e12,
        }
    return None


def _write_notes(sheet: "Worksheet", form: TableForm, language: Language, formats: Mapping[str, "Format"]) -> None:
    row = 0
    if form.purpose is not None:
        sheet.write_string(row, 0, language.say(form.purpose), formats["general"])
        row += 2
    for place, heading in enumerate((language("Column"), language("Meaning"), language("Also known as"))):
        sheet.write_string(row, place, heading, formats["header"])
    for column in form.columns:
        row += 1
        sheet.write_string(row, 0, language.say(column.label), formats["wrapped"])
        sheet.write_string(row, 1, "\n".join(_explanation(column, language)), formats["wrapped"])
        sheet.write_string(row, 2, language.join(list(column.aliases)), formats["wrapped"])
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 70)
    sheet.set_column(2, 2, 40)


def _write_cell(
    sheet: "Worksheet",
    row: int,
    place: int,
    value: object,
    column: Column,
    language: Language,
    formats: Mapping[str, "Format"],
) -> None:
    """Write one cell with the type of its value; text goes in as text only."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and not -1e300 < value < 1e300):
        return
    if column.kind == "choice" and str(value) in column.choices:
        value = language.say(column.choices[str(value)])
    if isinstance(value, bool):
        sheet.write_string(row, place, language("yes") if value else language("no"), formats["general"])
    elif isinstance(value, dt.datetime):
        moment = value.replace(tzinfo=None)
        plain = "moment" if moment.time() != dt.time() else "month" if column.kind == "month" else "date"
        sheet.write_datetime(row, place, moment, formats[plain])
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, place, value, formats["month" if column.kind == "month" else "date"])
    elif isinstance(value, int | float) and column.kind not in ("text", "id"):
        sheet.write_number(row, place, value, formats["whole" if column.kind == "whole" else "number"])
    elif isinstance(value, int | float) and column.kind == "text":
        sheet.write_number(row, place, value, formats["general"])
    else:
        words = language.say(value) if isinstance(value, Mapping) or hasattr(value, "msgid") else str(value)  # type: ignore[arg-type]
        sheet.write_string(row, place, words[:32_767], formats["text" if column.kind == "id" else "general"])
