"""Framework and expectations as Excel: out, edited, back; errors by sheet, row and column; versions stay equal."""

import io
import json

import openpyxl
import pytest

from toolkit.documents.intake import prepare
from toolkit.documents.mapping import suggest_mapping
from toolkit.documents.table_file import read_table
from toolkit.documents.template_file import write_template
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.organisation.content import content_hash, read_packs
from toolkit.organisation.framework_checks import check_framework, check_roles
from toolkit.organisation.framework_form import expectations_form, framework_form, framework_from_rows, roles_from_rows
from toolkit.organisation.framework_workbook import read_framework_workbook, write_framework_workbook

PACKS = read_packs()
FRAMEWORK, ROLES = PACKS["framework"], PACKS["roles"]
SPEAKS = [Language("en"), Language("zh")]


def read(content, framework=FRAMEWORK, roles=ROLES, name="framework.xlsx"):
    return read_framework_workbook(content, name, limit_mb=5, framework=framework, roles=roles)


def edited(edit, language=SPEAKS[0]):
    """Return the workbook as saved after `edit` changed it in Excel."""
    book = openpyxl.load_workbook(io.BytesIO(write_framework_workbook(FRAMEWORK, ROLES, language)))
    edit(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def column(sheet, header):
    return next(cell.column for cell in sheet[1] if cell.value == header)


def put(sheet_number, row, header, value):
    def edit(book):
        sheet = book.worksheets[sheet_number]
        sheet.cell(row, column(sheet, header)).value = value

    return edit


def problems(found, language=SPEAKS[0]):
    table = found.problem_table(language)
    return [(row[0], row[1], str(row[2]), f"{row[3]} {row[4]}") for row in table.itertuples(index=False, name=None)]


@pytest.mark.parametrize("language", SPEAKS, ids=["en", "zh"])
def test_out_and_back_is_the_same_version(language):
    found = read(write_framework_workbook(FRAMEWORK, ROLES, language))
    assert found.ready and found.problem_table(language).empty
    assert found.framework == FRAMEWORK and found.roles == ROLES
    assert content_hash(found.framework) == content_hash(FRAMEWORK)
    assert content_hash(found.roles) == content_hash(ROLES)
    asked = sum(len(tier) for role in ROLES["roles"] for tier in role["expectations"].values())
    assert [intake.rows_total for intake in found.intakes] == [12, asked]


def test_what_comes_from_the_store_has_the_same_version_too():
    framework, roles = json.loads(json.dumps([FRAMEWORK, ROLES]))
    found = read(write_framework_workbook(framework, roles, SPEAKS[1]), framework, roles)
    assert content_hash(found.framework) == content_hash(framework) and content_hash(found.roles) == content_hash(roles)


def test_edits_arrive_and_what_the_sheets_do_not_show_is_kept():
    framework = FRAMEWORK | {"attribution": {"text": "From there", "licence": "CC BY 4.0", "url": "x"}}
    framework["groups"] = [dict(group) for group in framework["groups"]]
    framework["groups"][0]["competencies"] = [dict(one) for one in framework["groups"][0]["competencies"]]
    framework["groups"][0]["competencies"][0] |= {"code": "C1", "identifier": "kept"}
    book = openpyxl.load_workbook(io.BytesIO(write_framework_workbook(framework, ROLES, SPEAKS[0])))
    assert book.sheetnames == ["Competencies", "Expectations", "Source"]
    assert book["Source"]["A2"].value == "From there"
    sheet = book["Competencies"]
    sheet.cell(2, column(sheet, "Competency name, English"), "Talking")
    sheet = book["Expectations"]
    sheet.cell(2, column(sheet, "Expected level"), 2.75)
    target = io.BytesIO()
    book.save(target)
    found = read(target.getvalue(), framework)
    first = found.framework["groups"][0]["competencies"][0]
    assert (
        first["name"] == {"en": "Talking", "zh": "沟通表达"} and first["code"] == "C1" and first["identifier"] == "kept"
    )
    assert found.framework["attribution"]["text"] == "From there" and found.framework["version"] == 1
    assert found.roles["roles"][0]["expectations"]["junior"]["communication"] == [2.75, 4]
    assert found.roles["ladders"] == ROLES["ladders"] and found.roles["roles"][1] == ROLES["roles"][1]


@pytest.mark.parametrize(
    ("edit", "where", "says"),
    [
        (put(0, 3, "Competency name, Chinese", None), ("Competencies", 3, "Competency name, Chinese"), "The cell is empty"),
        (put(0, 4, "Competency ID", "communication"), ("Competencies", 4, "Competency ID"), "already stands in row 2"),
        (put(0, 5, "Competency ID", "Market Insight"), ("Competencies", 5, "Competency ID"), "cannot be an id"),
        (put(0, 4, "Group name, English", "Basics"), ("Competencies", 4, "Group name, English"), "called otherwise"),
        (put(0, 6, "Level 4, Chinese", None), ("Competencies", 6, "Level 4, Chinese"), "all five levels"),
        (put(0, 7, "Description, English", "x" * 1001), ("Competencies", 7, "Description, English"), "1001 characters"),
        (put(1, 9, "Expected level", 5.5), ("Expectations", 9, "Expected level"), "too high"),
        (put(1, 9, "Expected level", 0), ("Expectations", 9, "Expected level"), "too low"),
        (put(1, 9, "Weight", "much"), ("Expectations", 9, "Weight"), "much"),
        (put(1, 9, "Role", "Juggler"), ("Expectations", 9, "Role"), "Juggler"),
        (put(1, 9, "Tier", "Guru"), ("Expectations", 9, "Tier"), "Guru"),
        (put(1, 9, "Competency", "Magic"), ("Expectations", 9, "Competency"), "Magic"),
        (put(1, 3, "Competency", "Communication"), ("Expectations", 3, "Role"), "already stand in row 2"),
    ],
)  # fmt: skip
def test_errors_name_sheet_row_and_column_and_nothing_is_taken_over(edit, where, says):
    found = read(edited(edit))
    assert not found.ready and "error" in str(found.summary)
    assert any(one[:3] == where and says in one[3] for one in problems(found)), problems(found)
    assert (found.framework is None) == (where[0] == "Competencies")
    assert (found.roles is None) == (where[0] == "Expectations")


def test_a_missing_language_column_is_said_and_never_filled_from_the_other():
    def edit(book):
        sheet = book.worksheets[0]
        sheet.delete_cols(column(sheet, "Level 2, English"))
        sheet.delete_cols(column(sheet, "Group name, English"))

    found = read(edited(edit))
    assert not found.ready and found.framework is None
    assert problems(found)[0][2] == "Group name, English" and "no column for" in problems(found)[0][3]


def test_one_sheet_alone_is_enough_and_a_new_competency_may_be_expected_at_once():
    def add(book):
        sheet = book.worksheets[0]
        row = sheet.max_row + 1
        for cell in sheet[2]:
            sheet.cell(row, cell.column, cell.value)
        for header, value in (
            ("Competency ID", "punctuality"),
            ("Competency name, English", "Punctuality"),
            ("Competency name, Chinese", "守时"),
        ):
            sheet.cell(row, column(sheet, header), value)
        sheet = book.worksheets[1]
        sheet.append(["Client manager", "Junior", "Punctuality", 2.5, 3])

    found = read(edited(add))
    assert found.ready and found.framework["groups"][0]["competencies"][-1]["id"] == "punctuality"
    assert found.roles["roles"][0]["expectations"]["junior"]["punctuality"] == [2.5, 3.0]
    assert not check_framework(found.framework) and not check_roles(found.roles, found.framework)
    alone = read(edited(lambda book: book.remove(book.worksheets[0])))
    assert alone.framework is None and alone.roles == ROLES
    alone = read(edited(lambda book: book.remove(book.worksheets[1])))
    assert alone.roles is None and alone.framework == FRAMEWORK


@pytest.mark.parametrize("name", ["people.xlsx", "people.csv"])
def test_a_file_without_these_sheets_is_refused(name):
    content = b"Name,Team\nA,B\n"
    if name.endswith("xlsx"):
        book, target = openpyxl.Workbook(), io.BytesIO()
        book.active.append(["Name"])
        book.save(target)
        content = target.getvalue()
    with pytest.raises(InputError, match="no sheet of competencies or expectations") as caught:
        read(content, name=name)
    assert "Competencies" in str(caught.value.remedy)


@pytest.mark.parametrize("language", SPEAKS, ids=["en", "zh"])
def test_templates_with_their_sample_read_back(language):
    for form in (framework_form(), expectations_form(ROLES, FRAMEWORK)):
        book = openpyxl.load_workbook(io.BytesIO(write_template(form, language)))
        page, example = book.worksheets[:2]
        for row in example.iter_rows(min_row=2):
            for cell in row:
                page.cell(cell.row, cell.column, cell.value)
        target = io.BytesIO()
        book.save(target)
        raw = read_table(target.getvalue(), "t.xlsx", limit_mb=5)
        mapping = suggest_mapping(raw.columns, form)
        assert None not in mapping.values() and len(set(mapping.values())) == len(mapping)
        frame = prepare(raw, form, mapping).require_ready()
        if form.id == "framework":
            made = framework_from_rows(frame, {"id": "own", "name": {"en": "Own", "zh": "自有"}})
            assert check_framework(made) == []
        else:
            assert roles_from_rows(frame, ROLES)["roles"][0]["expectations"] == {
                "junior": {"communication": [3.0, 4.0]}
            }
