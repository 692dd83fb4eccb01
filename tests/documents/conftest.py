"""What the tests of documents share: a form, ways to make files, a Chinese catalogue."""

import datetime as dt
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from toolkit import language as language_module
from toolkit.documents.columns import Column, TableForm


@pytest.fixture(scope="session", autouse=True)
def chinese_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give the session a Chinese catalogue where none has been compiled yet."""
    if (language_module._CATALOGUES / "zh" / "LC_MESSAGES" / "toolkit.po").exists():
        yield
        return
    root: Path = tmp_path_factory.mktemp("locale")
    folder = root / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    folder.joinpath("toolkit.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=1; plural=0;\\n"\n\n'
        'msgid "yes"\nmsgstr "是"\n\nmsgid "no"\nmsgstr "否"\n\nmsgid "Row"\nmsgstr "行"\n\n'
        'msgid "Example"\nmsgstr "示例"\n\nmsgid "Notes"\nmsgstr "说明"\n',
        encoding="utf-8",
    )
    kept = language_module._CATALOGUES
    language_module._CATALOGUES = root
    language_module.catalogue.cache_clear()
    yield
    language_module._CATALOGUES = kept
    language_module.catalogue.cache_clear()


@pytest.fixture(scope="session")
def form() -> TableForm:
    """Return a roster form with a column of every kind."""
    return TableForm(
        id="roster",
        title={"en": "Roster", "zh": "花名册"},
        purpose={"en": "Who works here.", "zh": "在职人员。"},
        columns=(
            Column(
                "employee_number",
                {"en": "Employee number", "zh": "员工编号"},
                "id",
                required=True,
                unique=True,
                aliases=("工号", "Employee ID", "Worker ID", "User ID"),
                description={"en": "Number in the HR system.", "zh": "人事系统中的编号。"},
            ),
            Column("name", {"en": "Name", "zh": "姓名"}, required=True, aliases=("Legal Name",)),
            Column(
                "tier",
                {"en": "Tier", "zh": "职级"},
                "choice",
                choices={"junior": {"en": "Junior", "zh": "初级"}, "senior": {"en": "Senior", "zh": "高级"}},
            ),
            Column("manager", {"en": "Manager number", "zh": "上级编号"}, "id", refers_to="employee_number"),
            Column("hired_on", {"en": "Hired on", "zh": "入职日期"}, "date", required=True, low=dt.date(1950, 1, 1)),
            Column("month", {"en": "Month", "zh": "月份"}, "month"),
            Column("result", {"en": "Sales result", "zh": "销售业绩"}, "number", unit="CNY", low=-1e6, high=1e7),
            Column("visits", {"en": "Visits", "zh": "拜访次数"}, "whole", low=0, high=500, unit="count"),
            Column("full_time", {"en": "Full time", "zh": "全职"}, "yes_no"),
        ),
        key=("employee_number", "month"),
        sample_rows=(
            {
                "employee_number": "01001",
                "name": "王芳",
                "tier": "senior",
                "hired_on": dt.date(2020, 3, 1),
                "month": dt.date(2026, 9, 1),
                "result": 120000.5,
                "visits": 12,
                "full_time": True,
            },
            {
                "employee_number": "01002",
                "name": "Sam Lee",
                "tier": "junior",
                "manager": "01001",
                "hired_on": dt.date(2024, 7, 15),
                "full_time": False,
            },
        ),
    )


@pytest.fixture
def xlsx() -> Callable[..., bytes]:
    """Make a workbook: rows of one sheet, and a callback for whatever else it needs."""

    def make(rows: list[list[Any]], edit: Callable[[Any, Any], None] | None = None, sheet: str = "Data") -> bytes:
        target = io.BytesIO()
        with xlsxwriter.Workbook(target, {"strings_to_formulas": False}) as book:
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            page = book.add_worksheet(sheet)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if isinstance(value, dt.date):
                        page.write_datetime(r, c, value, day)
                    elif value is not None:
                        page.write(r, c, value)
            if edit:
                edit(book, page)
        return target.getvalue()

    return make
