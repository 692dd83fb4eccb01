"""What becomes of the cells: typed values, or problems that name row, column and remedy."""

import datetime as dt
import io
import time
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import pytest

from toolkit.documents.columns import Column, TableForm
from toolkit.documents.intake import Intake, prepare
from toolkit.documents.mapping import suggest_mapping
from toolkit.documents.problems import RowProblem
from toolkit.documents.table_file import CellError, RawTable, read_table
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.wording import text


def one(column: Column, cells: list[object], known: Mapping[str, object] | None = None) -> Intake:
    """Prepare a table of one column whose first row of data is row 2."""
    raw = RawTable(["Header"], [[cell] for cell in cells], list(range(2, 2 + len(cells))), "f.xlsx")
    form = TableForm("t", {"en": "T", "zh": "表"}, (column,))
    return prepare(raw, form, {column.name: "Header"}, known=known)  # type: ignore[arg-type]


def column(kind: str, **options: object) -> Column:
    return Column("c", {"en": "Thing", "zh": "东西"}, kind, **options)  # type: ignore[arg-type]


def only_problem(intake: Intake, row: int, says: str) -> str:
    """Check that there is one problem, at `row` of “Header”, which says `says` and what to do."""
    assert len(intake.problems) == 1, [str(problem.message) for problem in intake.problems]
    problem = intake.problems[0]
    assert (problem.row, problem.column) == (row, "Header")
    assert says in str(problem.message)
    assert len(str(problem.remedy)) > 10
    return str(problem.remedy)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (1234.5, 1234.5),
        ("1234.5", 1234.5),
        ("1,234,567.8", 1234567.8),
        ("１２３", 123.0),
        ("１，２３４", 1234.0),
        ("12%", 0.12),
        ("¥5,000", 5000.0),
        ("￥ 5 000", 5000.0),
        ("5000元", 5000.0),
        ("-¥3", -3.0),
        ("¥-3", -3.0),
        (" 7 ", 7.0),
        ("\u22123", -3.0),
        ("(1,200)", -1200.0),
        ("+86", 86.0),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("$12.50", 12.5),
        ("'42", 42.0),
    ],
)
def test_numbers_as_people_write_them(written: object, value: float) -> None:
    intake = one(column("number"), [written])
    assert intake.ready and intake.frame["c"].tolist() == [pytest.approx(value)]


@pytest.mark.parametrize(
    "written", ["1.2万", "1,5", "12 hours", "1.2.3", True, dt.date(2026, 9, 1), "1e999", "nan", "inf"]
)
def test_what_is_no_number(written: object) -> None:
    remedy = only_problem(one(column("number"), [1.0, written]), 3, "is not a number")
    assert "digits" in remedy


def test_percent_stays_where_the_unit_is_percent() -> None:
    assert one(column("number", unit="%"), ["12%"]).frame["c"].tolist() == [12.0]


def test_whole_numbers_and_range() -> None:
    intake = one(column("whole", low=0, high=10, unit="hours"), [1.0, 2.5, None, -1.0, "11", 10.0])
    assert [(problem.row, str(problem.message), str(problem.remedy)) for problem in intake.problems] == [
        (3, "“2.5” is not a whole number.", "Enter a whole number without decimals."),
        (5, "“-1” is too low.", "Allowed is 0 to 10 hours."),
        (6, "“11” is too high.", "Allowed is 0 to 10 hours."),
    ]
    assert intake.frame["c"].dtype == "Int64"
    assert intake.frame["c"].tolist() == [1, pd.NA, 10]
    assert intake.row_numbers == [2, 4, 7]


@pytest.mark.parametrize(
    "written",
    [
        "2026-09-01",
        "2026/9/1",
        "01.09.2026",
        "1.9.2026",
        "2026年9月1日",
        "２０２６年９月１日",
        "2026-09-01 00:00:00",
        "2026-09-01T13:00:00Z",
        "20260901",
        20260901.0,
        46266.0,
        46266.75,
        "46266",
        dt.date(2026, 9, 1),
        dt.datetime(2026, 9, 1, 8, 30),
        "25/08/2026",
    ],
)
def test_dates_as_people_write_them(written: object) -> None:
    intake = one(column("date"), [written])
    expected = dt.datetime(2026, 8, 25) if written == "25/08/2026" else dt.datetime(2026, 9, 1)
    assert intake.ready and intake.frame["c"].tolist() == [pd.Timestamp(expected)]
    assert intake.frame["c"].dtype == "datetime64[ns]"


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("2026-02-30", "does not exist"),
        ("31.04.2026", "does not exist"),
        ("2026年13月1日", "does not exist"),
        ("31/31/2026", "does not exist"),
        ("03/04/2026", "may mean 2026-04-03 or 2026-03-04"),
        ("1900-01-01", "which systems often use to say “none”"),
        (dt.date(1900, 1, 1), "which systems often use to say “none”"),
        (0.0, "which systems often use to say “none”"),
        ("9999-12-31", "beyond 2100"),
        (dt.datetime(2101, 1, 1), "beyond 2100"),
        (2026.0, "is not a date"),
        ("last week", "not a date in a known form"),
        ("1/9/26", "not a date in a known form"),
        (True, "is not a date"),
        (dt.time(8, 0), "is not a date"),
    ],
)
def test_what_is_no_date(written: object, says: str) -> None:
    remedy = only_problem(one(column("date"), [dt.date(2026, 1, 1), written]), 3, says)
    assert "2026-09-01" in remedy and "empty" in remedy


def test_slashed_dates_are_read_if_the_column_rules_out_one_reading() -> None:
    assert one(column("date"), ["03/04/2026", "25/04/2026"]).frame["c"].dt.month.tolist() == [4, 4]
    assert one(column("date"), ["03/04/2026", "04/25/2026"]).frame["c"].dt.month.tolist() == [3, 4]
    torn = one(column("date"), ["03/04/2026", "04/25/2026", "25/04/2026"])
    assert torn.errors == 3 and "none can be trusted" in str(torn.problems[0].message)
    slip = one(column("date"), ["03/04/2026", "25/04/2026", "31/02/2026"])
    only_problem(slip, 4, "does not exist")


def test_dates_of_a_1904_workbook() -> None:
    raw = RawTable(["d"], [[44804.0]], [2], "f.xlsx", starts_1904=True)
    form = TableForm("t", {"en": "T"}, (column("date"),))
    assert prepare(raw, form, {"c": "d"}).frame["c"].tolist() == [pd.Timestamp(2026, 9, 1)]


@pytest.mark.parametrize(
    "written", ["2026-09", "2026/9", "2026年9月", "202609", 202609.0, "2026-09-15", dt.date(2026, 9, 30)]
)
def test_months(written: object) -> None:
    assert one(column("month"), [written]).frame["c"].tolist() == [pd.Timestamp(2026, 9, 1)]


@pytest.mark.parametrize(
    "written",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd|x", "@SUM(A1)", "\t=1", "\rx", "＝HYPERLINK(1)", "- strong closer"],
)
@pytest.mark.parametrize("kind", ["text", "id"])
def test_text_that_begins_like_a_formula_is_refused(written: str, kind: str) -> None:
    remedy = only_problem(one(column(kind), ["fine", written]), 3, "begins the way a formula does")
    assert "Remove the sign" in remedy


@pytest.mark.parametrize(
    "written", ["-3", "+86", "+86 139-0000-1111", "+49 (30) 12 34", "-", "--", "-12.5%", "a=b", "王-芳"]
)
def test_harmless_signs_stay(written: str) -> None:
    assert one(column("text"), [written]).frame["c"].tolist() == [written]


def test_identifiers() -> None:
    intake = one(column("id"), [1001.0, " 01002 ", "Ａ１００３", None])
    assert intake.frame["c"].tolist()[:3] == ["1001", "01002", "A1003"]
    assert intake.frame["c"].isna().tolist() == [False, False, False, True]
    assert intake.ready and intake.warnings == 1 and "leading zeros" in str(intake.problems[0].remedy)
    only_problem(one(column("id"), ["a", 4.4030119900101e17]), 3, "only 15 digits")
    only_problem(one(column("id"), ["a", "4.40301E+17"]), 3, "only 15 digits")
    only_problem(one(column("id"), ["a", dt.date(2026, 3, 1)]), 3, "is a date")


def test_choices_in_either_language_with_a_suggestion() -> None:
    tiers = {"junior": {"en": "Junior", "zh": "初级"}, "top_senior": {"en": "Senior", "zh": "高级"}}
    good = one(column("choice", choices=tiers), ["junior", "JUNIOR", "初级", "Senior", "高级", "top senior"])
    assert good.frame["c"].tolist() == ["junior"] * 3 + ["top_senior"] * 3
    assert "Did you mean" in only_problem(one(column("choice", choices=tiers), ["senoir"]), 2, "not one of the choices")
    intake = one(column("choice", choices=tiers), ["xyz"])
    assert str(intake.problems[0].remedy) == "Allowed are: Junior, Senior."
    assert Language("zh").say(intake.problems[0].remedy).find("初级、高级") > 0


def test_yes_and_no() -> None:
    intake = one(column("yes_no"), [True, "否", "Y", 0.0, "是", None, "maybe"])
    assert intake.problems[0].row == 8 and "neither yes nor no" in str(intake.problems[0].message)
    assert intake.frame["c"].tolist() == [True, False, True, False, True, pd.NA]


def test_error_cells_and_marks_for_no_value() -> None:
    intake = one(column("number"), [1.0, CellError("#N/A"), "#REF!", "-", "无"])
    assert [(p.row, p.severity) for p in intake.problems] == [
        (3, "error"),
        (4, "error"),
        (5, "warning"),
        (6, "warning"),
    ]
    assert "#N/A" in str(intake.problems[0].message) and "formula" in str(intake.problems[0].remedy)


def test_required_cells_and_columns(form: TableForm) -> None:
    only_problem(one(column("number", required=True), [1.0, None, 3.0]), 3, "must be filled")
    assert one(column("number", required=True), [1.0, "x"]).errors == 1, "a refused cell is not also empty"
    dash = one(column("number", required=True), [1.0, "-"])
    assert (dash.errors, dash.warnings) == (1, 1) and not dash.ready
    raw = RawTable(["a"], [["x"]], [2], "f.xlsx")
    intake = prepare(raw, form, {"employee_number": "a", "name": "gone", "hired_on": None})
    said = [str(problem.message) for problem in intake.problems]
    assert said == ["The file has no column “gone”.", "The file has no column for “Hired on”."]
    assert "Choose the column" in str(intake.problems[0].remedy)
    assert list(intake.frame.columns) == [c.name for c in form.columns] and intake.mapped == ("employee_number",)
    assert prepare(raw, form, {"employee_number": "a", "name": "a"}).errors == 2


def test_repeats_name_the_earlier_row() -> None:
    remedy = only_problem(one(column("id", unique=True), ["a", None, "b", None, "a"]), 6, "already stands in row 2")
    assert "Keep one" in remedy
    form = TableForm(
        "t", {"en": "T"}, (Column("p", {"en": "P"}, "id"), Column("m", {"en": "M"}, "month")), key=("p", "m")
    )
    raw = RawTable(["Person", "Month"], [["a", "2026-01"], ["a", "2026-02"], ["a", "2026/1"]], [2, 3, 9], "f.csv")
    problem = prepare(raw, form, {"p": "Person", "m": "Month"}).problems[0]
    assert problem.row == 9 and str(problem.message) == "The same Person+Month already stand in row 2."


def test_references_to_the_roster_or_the_same_file(form: TableForm) -> None:
    raw = RawTable(
        ["employee_number", "name", "manager", "hired_on"],
        [
            ["1001", "A", None, "2020-01-01"],
            ["1002", "B", "1001", "2020-01-01"],
            ["1003", "C", "0900", "2020-01-01"],
            ["1004", "D", "900", "2020-01-01"],
            ["1005", "E", "王芳", "2020-01-01"],
            ["1006", "F", "77777", "2020-01-01"],
        ],
        list(range(2, 8)),
        "f.xlsx",
    )
    mapping = suggest_mapping(raw.columns, form)
    intake = prepare(raw, form, mapping, known={"manager": {"0900": "王芳"}})
    assert [(p.row, p.column) for p in intake.problems] == [(5, "manager"), (6, "manager"), (7, "manager")]
    assert "“0900”" in str(intake.problems[0].remedy) and "“0900”" in str(intake.problems[1].remedy)
    assert "leading zeros" in str(intake.problems[2].remedy)
    assert prepare(raw, form, mapping).errors == 4


def test_all_or_nothing(form: TableForm) -> None:
    intake = one(column("number"), [1.0, "x", "y"])
    with pytest.raises(InputError) as caught:
        intake.require_ready()
    said = str(caught.value)
    assert "2 errors were found in 3 rows" in said and "Row 3, column “Header”" in said and "f.xlsx" in said
    assert "upload it again" in said
    assert one(column("number"), [1.0]).require_ready()["c"].tolist() == [1.0]


def test_problems_are_counted_in_full_but_shown_in_part() -> None:
    intake = one(column("number"), ["x"] * 5000)
    assert intake.errors == 5000 and len(intake.problems) == 50


def test_problem_table_in_both_languages() -> None:
    intake = one(column("number"), ["x"])
    assert list(intake.problem_table(Language("en")).columns) == [
        "Row",
        "Column",
        "Value",
        "Problem",
        "What to do",
        "Severity",
    ]
    chinese = intake.problem_table(Language("zh"))
    assert len(chinese) == 1 and chinese.iloc[0, 0] == 2
    assert len(one(column("number"), [1.0]).problem_table(Language("en"))) == 0


def test_every_problem_is_found_in_one_pass(form: TableForm, xlsx: Callable[..., bytes]) -> None:
    content = xlsx(
        [
            ["工号", "姓名", "职级", "入职日期", "销售业绩", "拜访次数"],
            ["1001", "=cmd", "初级", "2026-02-30", "many", 1.5],
            ["1001", None, "中级", dt.date(2020, 1, 1), 9e9, -4],
        ]
    )
    raw = read_table(content, "花名册.xlsx", limit_mb=1)
    intake = prepare(raw, form, suggest_mapping(raw.columns, form))
    assert [(p.row, p.column) for p in intake.problems] == [
        (2, "姓名"),
        (2, "入职日期"),
        (2, "销售业绩"),
        (2, "拜访次数"),
        (3, "姓名"),
        (3, "职级"),
        (3, "销售业绩"),
        (3, "拜访次数"),
        (3, "工号"),
    ]
    assert intake.errors == 9 and intake.frame.empty


def test_100_000_rows_in_seconds(form: TableForm) -> None:
    rows, random = 100_000, np.random.default_rng(7)
    frame = pd.DataFrame(
        {
            "工号": [f"E{number:06d}" for number in range(rows)],
            "姓名": [f"员工{number}" for number in range(rows)],
            "职级": random.choice(["初级", "高级"], rows),
            "上级编号": [f"E{number:06d}" for number in random.integers(0, rows, rows)],
            "入职日期": [f"{2000 + n % 25}-{1 + n % 12:02d}-{1 + n % 28:02d}" for n in range(rows)],
            "月份": "2026-09",
            "销售业绩": [f"{n:,.2f}" for n in random.uniform(0, 1e6, rows)],
            "拜访次数": random.integers(0, 200, rows),
            "全职": "是",
        }
    )
    target = io.StringIO()
    frame.to_csv(target, index=False)
    started = time.perf_counter()
    raw = read_table(target.getvalue().encode("gb18030"), "大表.csv", limit_mb=20)
    read_in = time.perf_counter() - started
    intake = prepare(raw, form, suggest_mapping(raw.columns, form))
    prepared_in = time.perf_counter() - started - read_in
    print(f"\n100,000 rows x 9: read_table {read_in:.2f} s, prepare {prepared_in:.2f} s")
    assert intake.ready and len(intake.frame) == rows
    assert prepared_in < 20, "a few seconds, with room for a busy machine"


def test_a_rule_of_the_form_is_reported_with_row_and_column() -> None:
    def odd_ones(frame: pd.DataFrame) -> list[RowProblem]:
        found = [position for position, value in enumerate(frame["a"]) if value % 2]
        wrong = [RowProblem(at, name, text("It is odd."), text("Make it even.")) for at in found for name in ("a", "b")]
        return wrong + [RowProblem(at, "a", text("It is odd."), text("Or leave it out.")) for at in found]

    columns = (Column("a", {"en": "A"}, "number"), Column("b", {"en": "Bee"}))
    raw = RawTable(["Number"], [[1.0], [2.0], [3.0]], [5, 6, 9], "f.xlsx")
    intake = prepare(raw, TableForm("t", {"en": "T"}, columns, check_rows=odd_ones), {"a": "Number", "b": None})
    said = [(p.row, str(p.column), p.value, str(p.remedy)) for p in intake.problems]
    assert said == [
        (row, *rest)
        for row, value in ((5, "1"), (9, "3"))
        for rest in (
            ("Number", value, "Make it even."),
            ("Number", value, "Or leave it out."),
            ("Bee", "", "Make it even."),
        )
    ]
    assert not intake.ready and intake.errors == 6 and intake.row_numbers == [6]


@pytest.mark.parametrize(("kind", "longest", "most"), [("id", 40, 40), ("text", 200, 200), ("text", None, 120)])
def test_cells_longer_than_the_store_takes_are_named(kind: str, longest: int | None, most: int) -> None:
    intake = one(column(kind, longest=longest), ["界" * most, "界" * (most + 1), None])
    assert only_problem(intake, 3, f"has {most + 1} characters.") == f"Shorten it to at most {most} characters."
    assert intake.row_numbers == [2, 4]
