"""Files on their way into the store: a good one, bad ones, templates."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from demo_server import DemoServer
from playwright.sync_api import Page, expect

HEADERS = ["员工编号", "姓名", "部门", "职位", "级别", "直属上级编号", "入职日期"]


def write(path: Path, rows: list[list[str]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("花名册")
        for number, row in enumerate([HEADERS, *rows]):
            sheet.write_row(number, 0, row)
    return path


def people(server: DemoServer) -> int:
    store = sqlite3.connect(server.home / "coaching.sqlite")
    count = store.execute("select count(*) from person").fetchone()[0]
    store.close()
    return int(count)


def choose(page: Page, path: Path) -> None:
    page.locator(".coach-file:visible input").set_input_files(path)


def test_bad_rows_are_named_and_nothing_is_stored_then_the_mended_file_is(
    visit: Callable[..., Page], demo_server: DemoServer, tmp_path: Path
) -> None:
    page = visit("hr", "data")
    before = people(demo_server)
    bad = write(
        tmp_path / "roster.xlsx",
        [
            ["N1", "单晓", "新一组", "客户经理", "初级", "", "2026-02-30"],
            ["N1", "Ann Lee", "新一组", "客户经理", "超级", "", "2026-03-01"],
            ["N3", "仇建国", "新一组", "客户经理", "中级", "X404", "2026-03-01"],
        ],
    )
    choose(page, bad)
    expect(page.get_by_role("alert").last).to_contain_text("errors were found in 3 rows")
    expect(page.locator("table", has_text="What to do")).to_be_visible()
    problems = page.locator("table", has_text="What to do").inner_text()
    for sign in ("2026-02-30", "超级", "X404", "N1"):
        assert sign in problems
    expect(
        page.get_by_role("button", name="Import 0 rows").or_(page.get_by_role("button", name="Import").first)
    ).to_be_disabled()
    assert people(demo_server) == before

    good = write(
        tmp_path / "roster2.xlsx",
        [
            ["N1", "单晓", "新一组", "客户经理", "初级", "", "2026-02-28"],
            ["N2", "Ann Lee", "新一组", "客户经理", "高级", "", "2026-03-01"],
            ["N3", "仇建国", "新一组", "客户经理", "中级", "N2", "2026-03-01"],
        ],
    )
    choose(page, good)
    page.get_by_role("button", name="Import 3 rows").click()
    expect(page.get_by_text("3 people were stored.")).to_be_visible()
    assert people(demo_server) == before + 3


def test_templates_come_in_the_language_of_the_page(visit: Callable[..., Page]) -> None:
    page = visit("hr", "data", language="zh")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载模板").first.click()
    from toolkit.documents.table_file import read_table

    raw = read_table(Path(download.value.path()).read_bytes(), "t.xlsx", limit_mb=5, sheet="示例")
    assert any("工号" in column for column in raw.columns)


def test_a_file_over_the_limit_is_refused_in_the_browser(visit: Callable[..., Page], tmp_path: Path) -> None:
    page = visit("hr", "data")
    large = tmp_path / "large.csv"
    large.write_bytes(b"a,b\n" + b"1,2\n" * 6_000_000)
    choose(page, large)
    expect(page.get_by_role("alert").last).to_contain_text("at most 20 MB")


def test_a_trainer_may_not_import_the_roster(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "data")
    assert page.get_by_role("tab").all_inner_texts() == ["360 ratings", "Training activities"]
