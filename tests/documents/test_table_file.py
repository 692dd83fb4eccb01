"""Files as people upload them, good and bad."""

import datetime as dt
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable

import pytest
from xls_maker import make_xls

from toolkit.documents.table_file import CellError, RawTable, read_table
from toolkit.errors import InputError

ROWS = [["工号", "姓名"], ["1001", "王芳"], ["1002", "李雷"]]
CSV = "工号,姓名\n1001,王芳\n1002,李雷\n"


def read(content: bytes, name: str = "roster.csv", **options: object) -> RawTable:
    return read_table(content, name, limit_mb=2, **options)  # type: ignore[arg-type]


def refusal(content: bytes, name: str = "roster.csv", **options: object) -> str:
    """Return what the error says; every error names the file and says what to do."""
    with pytest.raises(InputError) as caught:
        read(content, name, **options)
    assert caught.value.where is not None and name in str(caught.value.where)
    assert caught.value.remedy is not None and len(str(caught.value.remedy)) > 15
    return str(caught.value)


def archive(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return target.getvalue()


def ods(cells: str) -> bytes:
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="Data">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return archive(
        mimetype=b"application/vnd.oasis.opendocument.spreadsheet",
        content_xml=content.encode(),
        **{"META-INF__manifest_xml": manifest},
    )


def ods_row(*cells: str) -> str:
    inner = "".join(
        cell
        if cell.startswith("<")
        else f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    return f"<table:table-row>{inner}</table:table-row>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_every_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    raw = read(CSV.replace(",", delimiter).encode(encoding))
    assert raw.columns == ["工号", "姓名"]
    assert raw.rows == [["1001", "王芳"], ["1002", "李雷"]]
    assert raw.row_numbers == [2, 3]


def test_csv_rows_are_numbered_as_in_excel() -> None:
    raw = read(b'a,b\n\n1,"x\ny"\n,\n2,z\n')
    assert raw.row_numbers == [3, 5]
    assert "2 blank rows" in str(raw.notes[0])


def test_csv_with_the_line_excel_writes_for_its_delimiter() -> None:
    assert read(b"sep=;\r\na;b\r\n1;2\r\n").rows == [["1", "2"]]


def test_xlsx_with_title_blank_rows_and_typed_cells(xlsx: Callable[..., bytes]) -> None:
    content = xlsx(
        [
            [],
            ["花名册 2026"],
            [],
            ["a", "b", "c", "d"],
            [1, "x", dt.date(2026, 9, 1), True],
            [],
            [2.5, None, None, None],
        ]
    )
    raw = read(content, "花名册.xlsx")
    assert raw.columns == ["a", "b", "c", "d"]
    assert raw.rows == [[1.0, "x", dt.date(2026, 9, 1), True], [2.5, None, None, None]]
    assert raw.row_numbers == [5, 7]
    assert [str(note) for note in raw.notes] == [
        "Row 2 was taken as a title: “花名册 2026”.",
        "1 blank row was left out.",
    ]


def test_table_that_begins_far_from_a1_keeps_letters_and_numbers(xlsx: Callable[..., bytes]) -> None:
    raw = read(xlsx([[], [], [None, None, "a", None, "b"], [None, None, 1, None, 2]]), "t.xlsx")
    assert (raw.columns, raw.column_letters, raw.row_numbers) == (["a", "b"], ["C", "E"], [4])


def test_first_visible_filled_sheet_is_read_unless_one_is_named(xlsx: Callable[..., bytes]) -> None:
    def more(book: object, page: object) -> None:
        other = book.add_worksheet("二月")  # type: ignore[attr-defined]
        other.write_row(0, 0, ["a", "b"])
        other.write_row(1, 0, [5, 6])

    content = xlsx([], more)
    raw = read(content, "t.xlsx")
    assert (raw.sheet, raw.sheets, raw.rows) == ("二月", ["Data", "二月"], [[5.0, 6.0]])
    said = refusal(content, "t.xlsx", sheet="三月")
    assert "三月" in said and "Choose one of: Data, 二月." in said


def test_excel_errors_are_kept_as_errors(xlsx: Callable[..., bytes]) -> None:
    def edit(book: object, page: object) -> None:
        page.write_formula(1, 1, "=NA()", None, "#N/A")  # type: ignore[attr-defined]
        page.write_formula(2, 1, "=1/0", None, "#DIV/0!")  # type: ignore[attr-defined]

    raw = read(xlsx([["a", "b"], [1], [2], [3, 4]], edit), "t.xlsx")
    assert [row[1] for row in raw.rows] == [CellError("#N/A"), CellError("#DIV/0!"), 4.0]


def test_xls_with_an_error_cell() -> None:
    raw = read(make_xls([["工号", "b"], [1001, "#REF!"], [1002, "x"]]), "old.xls")
    assert raw.columns == ["工号", "b"]
    assert raw.rows == [[1001.0, CellError("#REF!")], [1002.0, "x"]]


def test_ods_with_error_and_merged_cells() -> None:
    broken = (
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
    )
    raw = read(ods(ods_row("a", "b") + ods_row("x", broken)), "t.ods")
    assert raw.rows == [["x", CellError("#N/A")]]
    merged = (
        '<table:table-cell table:number-rows-spanned="2" office:value-type="string">'
        "<text:p>m</text:p></table:table-cell>"
    )
    said = refusal(ods(ods_row("a", "b") + ods_row("x", merged) + ods_row("y", "<table:covered-table-cell/>")), "t.ods")
    assert "B2:B3" in said


def test_too_large() -> None:
    said = refusal(b"a,b\n" + b"1,2\n" * 700_000)
    assert "2.7 MB" in said and "2 MB allowed" in said and "split" in said


def test_zip_bomb() -> None:
    said = refusal(archive(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=bytes(60 * 1024 * 1024)), "t.xlsx")
    assert "60 MB" in said and "at most 30 MB" in said


def test_sheet_with_a_stray_cell_at_the_far_end(xlsx: Callable[..., bytes]) -> None:
    said = refusal(xlsx([["a", "b"]], lambda book, page: page.write(1_048_575, 200, "x")), "t.xlsx")
    assert "1048576 rows and 201 columns" in said and "Delete stray cells" in said


def test_formatted_but_empty_rows_do_not_count_as_extent(xlsx: Callable[..., bytes]) -> None:
    def edit(book: object, page: object) -> None:
        page.write_blank(1_048_575, 30, None, book.add_format({"bold": True}))  # type: ignore[attr-defined]

    assert read(xlsx([["a", "b"], [1, 2]], edit), "t.xlsx").rows == [[1.0, 2.0]]


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "t.csv", "empty"),
        (b"\n\n  \n,,\n", "t.csv", "no cell holds anything"),
        (b"%PDF-1.7 ...", "t.pdf", "a PDF document"),
        (b"%PDF-1.7 ...", "t.xlsx", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n....", "t.png", "a picture"),
        (b"\xff\xd8\xff\xe0....", "t.xlsx", "a picture"),
        (archive(word__document_xml=b"<w/>"), "t.docx", "a Word document"),
        (archive(word__document_xml=b"<w/>"), "t.xlsx", "a Word document"),
        (archive(ppt__slides_xml=b"<w/>"), "t.pptx", "a PowerPoint file"),
        (archive(anything=b"x"), "t.zip", "a zip archive"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "t.xls", "a web page"),
        (b"\xef\xbb\xbf \r\n<!DOCTYPE html><html>", "t.xls", "a web page"),
        (b'<?xml version="1.0"?><Workbook/>', "t.xls", "an XML file"),
        (b"\x09\x08\x08\x00\x00\x05\x05\x00", "t.xls", "older than Excel 97"),
        (make_xls([["a"]], stream_name="Book"), "t.xls", "older than Excel 97"),
        (make_xls([["a"]], stream_name="EncryptedPackage"), "t.xlsx", "protected by a password"),
        (make_xls([["a"]], encrypted=True), "t.xls", "protected by a password"),
        (make_xls([["a"]], stream_name="WordDocument"), "t.doc", "a Word document"),
        (make_xls([["a"]])[:700], "t.xls", "damaged"),
        (b"PK\x03\x04 not really", "t.xlsx", "damaged"),
        (archive(xl__workbook_xml=b"<broken"), "t.xlsx", "damaged"),
        (b"a,b\n1,2\n", "t.xlsx", "no Excel workbook"),
        (make_xls([["a"]]), "t.csv", "is an Excel workbook"),
        (b"a,b\n1,2\n", "t.exe", "“.exe” are not read"),
        (b"a,b\n1,2\n", "table", "are not read"),
        (archive(**{"xl__workbook.bin": b"x"}), "t.xlsb", ".xlsb"),
        (b"a,b\n\xff\xfe\xfd,2\n", "t.csv", "cannot be read"),
        ("Größe,Straße\nMüller,Köln\n".encode("latin-1"), "t.csv", "neither UTF-8 nor GB18030"),
        (b"a,b\n1,\x00\n", "t.csv", "cannot be read"),
        (b'a,b\n1,2\n3,"open\n4,5\n', "t.csv", "quotation mark"),
        (b"1,2\n3,4\n", "t.csv", "No header row"),
        (b"2026-09-01,5\n2026-09-02,6\n", "t.csv", "No header row"),
        (b"a,b\n", "t.csv", "no row with data"),
        (b"Title\nPrinted 2026\na,b\n1,2\n", "t.csv", "more than one line above the header"),
        (b"a,b, A \n1,2,3\n", "t.csv", "two columns, A and C"),
        (b"a,,c\n1,,3\n2,x,4\n", "t.csv", "row 3, column B"),
        (b"a,b\n1,2,3\n", "t.csv", "Column C has no header"),
    ],
)
def test_what_is_refused(content: bytes, name: str, says: str) -> None:
    assert says in refusal(content, name)


def test_truncated_workbook_is_damaged(xlsx: Callable[..., bytes]) -> None:
    content = xlsx(ROWS)
    assert "damaged" in refusal(content[: len(content) // 2], "t.xlsx")
    changed = bytearray(content)
    changed[len(changed) // 3] ^= 0xFF
    with pytest.raises(InputError):
        read(bytes(changed), "t.xlsx")


def test_merged_cells_are_named(xlsx: Callable[..., bytes]) -> None:
    content = xlsx([["a", "b", "c"], [1, 2, 3]], lambda book, page: page.merge_range("B3:C4", "x"))
    said = refusal(content, "t.xlsx")
    assert "cells B3:C4" in said and "Unmerge Cells" in said


def test_merged_title_is_tolerated(xlsx: Callable[..., bytes]) -> None:
    content = xlsx([[], ["a", "b"], [1, 2]], lambda book, page: page.merge_range("A1:B1", "Title"))
    assert read(content, "t.xlsx").row_numbers == [3]


@pytest.mark.parametrize(("place", "byte"), [(1568, 142), (1608, 41)])
def test_a_workbook_that_would_crash_the_reader_is_refused(place: int, byte: int) -> None:
    """One damaged byte makes calamine panic, the other makes it end the whole process."""
    content = bytearray(make_xls([["a", "b"], [1, "#N/A"], ["x", 3]]))
    content[place] = byte
    assert "damaged" in refusal(bytes(content), "t.xls")


def test_a_workbook_with_an_unknown_encoding_is_damaged(xlsx: Callable[..., bytes]) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(ROWS))) as good, zipfile.ZipFile(target, "w") as bad:
        for name in good.namelist():
            data = good.read(name)
            bad.writestr(name, data.replace(b"UTF-8", b"OTF-8") if name == "xl/workbook.xml" else data)
    assert "damaged" in refusal(target.getvalue(), "t.xlsx")


def test_heavy_libraries_wait_for_their_first_use() -> None:
    code = (
        "import sys, toolkit.documents.intake, toolkit.documents.template_file, toolkit.documents.word, "
        "toolkit.documents.calendar_file\n"
        "print([name for name in ('python_calamine', 'xlsxwriter', 'docx', 'icalendar') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
