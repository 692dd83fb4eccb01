"""HR months as a form to fill in: one row per rep and month."""

import datetime as dt
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from toolkit.documents.columns import Column, TableForm
from toolkit.documents.problems import RowProblem, shown
from toolkit.errors import InputError
from toolkit.wording import counted, text


def months_form(today: dt.date | None = None) -> TableForm:
    """Return the form for HR months. Only what it names is taken; identity and health data have no place.

    With `today` given, months that have not begun are reported.
    """
    return TableForm(
        "hr_months",
        text("HR months"),
        (
            Column(
                "person_id",
                text("Employee number"),
                "id",
                longest=40,
                required=True,
                aliases=(
                    "员工编号",
                    "员工号",
                    "工号",
                    "Employee ID",
                    "Emp_ID",
                    "Worker ID",
                    "EmployeeNumber",
                    "Personnel Number",
                ),
            ),
            Column(
                "month",
                text("Month"),
                "month",
                required=True,
                aliases=("月份", "年月", "MMM-YY", "Period", "Reporting Month"),
            ),
            Column(
                "hired_on",
                text("Hired on"),
                "date",
                required=True,
                aliases=("入职日期", "入职时间", "Hire Date", "Dateofjoining", "Date of Joining", "orighiredate_key"),
            ),
            Column(
                "left_on",
                text("Last working day"),
                "date",
                aliases=("离职日期", "最后工作日", "LastWorkingDate", "Termination Date", "terminationdate_key"),
            ),
            Column("role_id", text("Role"), "text", aliases=("岗位", "职位", "Designation", "Job Title")),
            Column("tier_id", text("Tier"), "text", aliases=("层级", "级别", "Grade", "Job Level")),
            Column("team_id", text("Team"), "text", aliases=("团队", "部门", "Department", "City")),
            Column(
                "manager_id",
                text("Employee number of the superior"),
                "id",
                longest=40,
                aliases=("直接上级", "Manager ID", "Reports To"),
            ),
            Column("target", text("Target"), "number", low=0, unit="CNY", aliases=("业绩目标", "销售目标", "Quota")),
            Column(
                "result",
                text("Result"),
                "number",
                unit="CNY",
                aliases=("业绩", "销售额", "实际业绩", "Total Business Value", "Sales"),
            ),
            Column("visits", text("Visits"), "number", low=0, aliases=("拜访量", "拜访次数", "Calls")),
            Column("proposals", text("Proposals"), "number", low=0, aliases=("方案数", "提案数")),
            Column("leads", text("Leads received"), "number", low=0, aliases=("客户线索", "线索数", "Leads")),
            Column(
                "commission",
                text("Commission"),
                "number",
                low=0,
                unit="CNY",
                aliases=("提成", "佣金", "Commission Earned", "Salary"),
            ),
            Column(
                "days_late",
                text("Days commission was paid late"),
                "number",
                low=0,
                unit=text("days"),
                aliases=("提成延迟天数",),
            ),
            Column(
                "overtime",
                text("Overtime"),
                "number",
                low=0,
                unit=text("hours"),
                aliases=("加班时长", "Overtime Hours"),
            ),
            Column(
                "training",
                text("Training"),
                "number",
                low=0,
                unit=text("hours"),
                aliases=("培训时长", "Training Hours"),
            ),
            Column(
                "leave",
                text("Leave taken"),
                "number",
                low=0,
                unit=text("days"),
                aliases=("休假天数", "请假天数", "Leave Days"),
            ),
            Column("gender", text("Gender (audit only)"), "text", aliases=("性别", "Gender", "Sex", "gender_short")),
            Column(
                "birth_year",
                text("Year of birth (audit only)"),
                "whole",
                low=1930,
                high=2015,
                aliases=("出生年份", "Birth Year"),
            ),
        ),
        key=("person_id", "month"),
        purpose=text("One row per rep and month. People who left stay in, with their last working day."),
        sample_rows=(
            {
                "person_id": "S10001",
                "month": dt.date(2026, 7, 1),
                "hired_on": dt.date(2024, 3, 11),
                "role_id": "client_manager",
                "target": 120000,
                "result": 98000,
                "visits": 34,
                "leads": 18,
                "commission": 5200,
                "days_late": 0,
                "overtime": 12,
            },
        ),
        check_rows=lambda frame: _impossible_rows(frame, today),
    )


def _impossible_rows(frame: pd.DataFrame, today: dt.date | None) -> Iterator[RowProblem]:
    """Find months that have not begun and people who left before being hired."""
    late = np.flatnonzero(frame["month"] > pd.Timestamp(today)).tolist() if today else []
    for position in late:
        message = text("The month {month} has not begun.", month=f"{frame['month'].iloc[position]:%Y-%m}")
        yield RowProblem(position, "month", message, text("Leave this row out of the file."))
    for position in np.flatnonzero(frame["left_on"] < frame["hired_on"]).tolist():
        message = text("{person} left before being hired.", person=shown(frame["person_id"].iloc[position]))
        yield RowProblem(position, "left_on", message, text("Correct one of the two dates."))


def checked_months(
    frame: pd.DataFrame, today: dt.date, numbers: Mapping[str, str] = MappingProxyType({})
) -> pd.DataFrame:
    """Return form rows as RepMonths, or raise `InputError` for months or exits that cannot be.

    Columns the file did not have are left out. `numbers` gives person_id by employee number, so
    that files and the roster speak of the same people; unknown numbers stay as they are.
    """
    late = frame[frame["month"] > pd.Timestamp(today)]
    if len(late):
        raise InputError(
            counted(
                "{count} row speaks of a month that has not begun.",
                "{count} rows speak of months that have not begun.",
                len(late),
            ),
            where=text(
                "First: {person}, {month}.", person=late["person_id"].iloc[0], month=late["month"].iloc[0].date()
            ),
            remedy=text("Leave these rows out of the file."),
        )
    odd = frame[frame["left_on"].notna() & (frame["left_on"] < frame["hired_on"])]
    if len(odd):
        raise InputError(
            text("{person} left before being hired.", person=odd["person_id"].iloc[0]),
            remedy=text("Correct one of the two dates."),
        )
    people = [numbers.get(number, number) for number in frame["person_id"]]
    kept = frame.assign(person_id=people).dropna(axis="columns", how="all")
    return (
        kept if "left_on" in kept else kept.assign(left_on=pd.Series(pd.NaT, index=kept.index, dtype="datetime64[ns]"))
    )
