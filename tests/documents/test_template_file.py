"""Templates come back filled in; exports hold typed cells and never a formula."""

import datetime as dt
import io

import numpy as np
import openpyxl
import pandas as pd
import pytest

from toolkit.documents.columns import Column, TableForm
from toolkit.documents.intake import prepare
from toolkit.documents.mapping import suggest_mapping
from toolkit.documents.table_file import read_table
from toolkit.documents.template_file import write_table, write_template
from toolkit.language import Language


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> Language:
    return Language(request.param)


def test_filled_template_reads_back_without_problems(form: TableForm, language: Language) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_template(form, language)))
    page, example = book.worksheets[0], book.worksheets[1]
    for row in example.iter_rows(min_row=2):
        for cell in row:
            if cell.value is not None:
                page.cell(cell.row, cell.column, cell.value).number_format = cell.number_format
    target = io.BytesIO()
    book.save(target)
    raw = read_table(target.getvalue(), "template.xlsx", limit_mb=5)
    assert raw.sheet == page.title
    intake = prepare(raw, form, suggest_mapping(raw.columns, form))
    assert intake.problems == [] and intake.rows_total == 2
    frame = intake.require_ready()
    assert frame["employee_number"].tolist() == ["01001", "01002"]
    assert frame["tier"].tolist() == ["senior", "junior"]
    assert frame["full_time"].tolist() == [True, False]
    assert frame["month"].iloc[0] == pd.Timestamp(2026, 9, 1) and frame["result"].iloc[0] == 120000.5
    assert frame["hired_on"].tolist() == [pd.Timestamp(2020, 3, 1), pd.Timestamp(2024, 7, 15)]


def test_example_sheet_reads_back_too(form: TableForm, language: Language) -> None:
    content = write_template(form, language)
    names = openpyxl.load_workbook(io.BytesIO(content)).sheetnames
    raw = read_table(content, "template.xlsx", limit_mb=5, sheet=names[1])
    assert prepare(raw, form, suggest_mapping(raw.columns, form)).problems == []


def test_empty_template_has_no_rows(form: TableForm, language: Language) -> None:
    from toolkit.errors import InputError

    names = openpyxl.load_workbook(io.BytesIO(write_template(form, language))).sheetnames
    with pytest.raises(InputError, match="no row with data"):
        read_table(write_template(form, language), "t.xlsx", limit_mb=5, sheet=names[0])


def test_template_helps_while_filling_in(form: TableForm, language: Language) -> None:
    page = openpyxl.load_workbook(io.BytesIO(write_template(form, language))).worksheets[0]
    headers = [cell.value for cell in page[1]]
    expected = ["Employee number *", "Name *"] if language.code == "en" else ["员工编号 *", "姓名 *"]
    assert headers[:2] == expected and page.freeze_panes == "A2"
    assert all(cell.comment is not None for cell in page[1])
    assert "CNY" in page["G1"].comment.text
    rules = {str(rule.sqref).split(":")[0]: rule for rule in page.data_validations.dataValidation}
    assert rules["C2"].formula1 == ('"Junior,Senior"' if language.code == "en" else '"初级,高级"')
    assert {rules[cell].type for cell in ("E2", "G2", "H2", "I2")} == {"date", "decimal", "whole", "list"}


def test_long_lists_go_to_a_hidden_sheet(language: Language) -> None:
    choices = {f"c{n}": {"en": f"A rather long choice {n}", "zh": f"一个相当长的选项，编号{n}"} for n in range(40)}
    form = TableForm("t", {"en": "T/1", "zh": "表"}, (Column("c", {"en": "C", "zh": "选"}, "choice", choices=choices),))
    book = openpyxl.load_workbook(io.BytesIO(write_template(form, language)))
    assert [page.title for page in book.worksheets if page.sheet_state == "hidden"]
    assert book.worksheets[0].data_validations.dataValidation[0].formula1.endswith("$A$1:$A$40")


def test_export_has_typed_cells_and_no_formulas(language: Language) -> None:
    frame = pd.DataFrame(
        {
            "name": ["=1+1", "+cmd", "@x", "-3", "http://x.example"],
            "day": pd.to_datetime(
                ["2026-09-01", None, "2026-09-02 13:05", "2026-09-03", "2026-09-04"], format="ISO8601"
            ),
            "score": [1.5, np.nan, np.inf, -2, 3],
            "count": pd.array([1, None, 3, 4, 5], dtype="Int64"),
            "ok": pd.array([True, None, False, True, True], dtype="boolean"),
            "at": pd.to_datetime(["2026-09-01 08:00"] * 5, utc=True),
        }
    )
    labels = {name: {"en": name.title(), "zh": f"列{name}"} for name in frame}
    content = write_table(frame, labels, language, {"en": "Export: all", "zh": "导出"})
    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert page.title == ("Export  all" if language.code == "en" else "导出")
    assert [page.cell(row, 1).value for row in range(2, 7)] == frame["name"].tolist()
    assert {page.cell(row, 1).data_type for row in range(2, 7)} == {"s"}
    assert page["B2"].value == dt.datetime(2026, 9, 1) and page["B2"].number_format == "yyyy-mm-dd"
    assert page["B3"].value is None and page["C3"].value is None and page["C4"].value is None
    assert page["C2"].value == 1.5 and page["D2"].value == 1 and page["D3"].value is None
    assert page["E2"].value == ("yes" if language.code == "en" else Language("zh")("yes"))
    assert page["F2"].value == dt.datetime(2026, 9, 1, 8)


def test_export_by_columns_reads_back(form: TableForm, language: Language) -> None:
    frame = pd.DataFrame(form.sample_rows).reindex(columns=[column.name for column in form.columns])
    content = write_table(frame, form.columns, language, form.title)
    raw = read_table(content, "export.xlsx", limit_mb=5)
    intake = prepare(raw, form, suggest_mapping(raw.columns, form))
    assert intake.problems == [] and all(name in intake.mapped for name in ("result", "visits", "tier"))
    with pytest.raises(KeyError):
        write_table(frame, {"missing": "x"}, language, "t")
