"""Workbooks of several sheets of words."""

import io

import openpyxl

from toolkit.documents.grid_file import Grid, write_grids
from toolkit.language import Language


def test_words_numbers_and_page_breaks_read_back():
    grids = [
        Grid("Plan: A/B", ["a", "b"], [["=1+1", 2.5], ["two\nlines", None], ["三", 3]], breaks=[2]),
        Grid("plan  a b", ["x"], []),
        Grid("Plan: A/B", ["x"], []),
        Grid("", ["x"], []),
    ]
    book = openpyxl.load_workbook(io.BytesIO(write_grids(grids, Language("zh"), "T")))
    assert book.sheetnames == ["Plan  A B", "plan  a b 2", "Plan  A B 3", "1"]
    sheet = book.worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["a", "b"],
        ["=1+1", 2.5],
        ["two\nlines", None],
        ["三", 3],
    ]
    assert sheet["A2"].data_type == "s" and sheet["A3"].alignment.wrap_text
    assert [one.id for one in sheet.row_breaks.brk] == [3] and sheet.page_setup.orientation == "landscape"
    assert sheet["A1"].font.name == "Microsoft YaHei"
