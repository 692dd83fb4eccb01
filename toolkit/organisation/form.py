"""The roster as a form to fill in, and its way into the store."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.documents.columns import Column, TableForm
from toolkit.documents.problems import RowProblem
from toolkit.errors import InputError
from toolkit.organisation.storage import PERSON, TEAM
from toolkit.store import Change, new_id
from toolkit.vocabulary import TIERS, rows_of
from toolkit.wording import text

TIER_WORDS = {"junior": text("Junior"), "middle": text("Middle"), "senior": text("Senior")}
STAFF_ROLES = {
    "trainer": text("Trainer"),
    "hr": text("Human resources"),
    "administrator": text("Administrator"),
}


_STORED_AS = {"team": "team_id", "manager": "manager_id"}


def roster_form(roles: dict[str, Any]) -> TableForm:
    """Return the roster's form; `roles` is the content pack of that name."""
    role_words = {role["id"]: role["name"] for role in roles["roles"]} | STAFF_ROLES
    return TableForm(
        "roster",
        text("Roster"),
        (
            Column(
                "employee_number",
                text("Employee number"),
                "id",
                longest=40,
                required=True,
                unique=True,
                aliases=(
                    "员工编号",
                    "员工号",
                    "员工ID",
                    "Employee ID",
                    "Worker ID",
                    "Personnel Number",
                    "Person ID External",
                    "userid",
                ),
            ),
            Column(
                "name",
                text("Name"),
                "text",
                required=True,
                aliases=("员工姓名", "Full Name", "Legal Name", "Worker", "Employee Name", "Display Name"),
            ),
            Column(
                "team",
                text("Team"),
                "text",
                aliases=(
                    "部门",
                    "所属部门",
                    "组织",
                    "Department",
                    "Supervisory Organization",
                    "Org Unit",
                    "Sales Team",
                ),
            ),
            Column(
                "role_id",
                text("Role"),
                "choice",
                required=True,
                choices=role_words,
                aliases=("职位", "职务", "Position", "Job Title", "Job Profile", "Business Title"),
            ),
            Column(
                "tier_id",
                text("Tier"),
                "choice",
                required=True,
                choices=TIER_WORDS,
                aliases=("级别", "层级", "Job Level", "Grade", "Management Level", "Pay Grade"),
            ),
            Column(
                "manager",
                text("Employee number of the superior"),
                "id",
                longest=40,
                refers_to="employee_number",
                aliases=(
                    "直属上级编号",
                    "直接上级",
                    "Manager ID",
                    "Manager Employee ID",
                    "Supervisor ID",
                    "Reports To",
                ),
            ),
            Column(
                "hired_on",
                text("Hired on"),
                "date",
                required=True,
                low=dt.date(1950, 1, 1),
                aliases=("入职时间", "入司日期", "Hire Date", "Start Date", "Original Hire Date", "Date of Joining"),
            ),
            Column(
                "left_on",
                text("Last working day"),
                "date",
                aliases=(
                    "最后工作日",
                    "离职时间",
                    "Termination Date",
                    "End Date",
                    "Last Day of Work",
                    "LastWorkingDate",
                ),
            ),
            Column(
                "language",
                text("Language"),
                "choice",
                choices={"zh": text("Chinese"), "en": text("English")},
                aliases=("首选语言", "Preferred Language"),
            ),
            Column(
                "email",
                text("E-mail"),
                "text",
                longest=200,
                aliases=("邮箱", "电子邮箱", "Work Email", "Email Address"),
            ),
        ),
        purpose=text("Who works where, as what, since when. People already known are updated by employee number."),
        sample_rows=(
            {
                "employee_number": "S90001",
                "name": "林晓",
                "team": "示例一组",
                "role_id": "client_manager",
                "tier_id": TIERS[0],
                "hired_on": dt.date(2025, 3, 10),
                "language": "zh",
            },
            {
                "employee_number": "S90002",
                "name": "Grace Tan",
                "team": "Sample Team",
                "role_id": "product_adviser",
                "tier_id": TIERS[1],
                "manager": "S90001",
                "hired_on": dt.date(2022, 7, 1),
                "language": "en",
            },
        ),
        check_rows=_impossible_stays,
    )


def keep_roster(change: Change, frame: pd.DataFrame, *, default_language: str = "zh") -> int:
    """Store people from rows of the roster form and return how many; unknown teams are made.

    A column without any value says nothing: people already known keep what is stored (and their
    language also where one cell is empty). A team without a manager gets the superior whom all its
    members in `frame` name; a team with one changes to another only if at least two of them do.

    Raises `InputError`, before anything is stored, where somebody left before being hired.
    """
    for found in _impossible_stays(frame):
        raise InputError(found.message, remedy=found.remedy)
    known = set(change.connection.execute(sa.select(PERSON.c.person_id)).scalars())
    ids = _ids(change, frame)
    teams = _teams(change, frame, ids)
    silent = {_STORED_AS.get(name, name) for name in frame.columns if frame[name].isna().all()}
    for row in rows_of(frame):
        values = {
            "employee_number": row.employee_number,
            "name": row.name,
            "email": _or_none(row.email),
            "language": _or_none(row.language) or default_language,
            "team_id": teams.get(_or_none(row.team) or ""),
            "role_id": row.role_id,
            "tier_id": row.tier_id,
            "manager_id": ids.get(_or_none(row.manager) or ""),
            "hired_on": row.hired_on.date(),
            "left_on": None if pd.isna(row.left_on) else row.left_on.date(),
        }
        person_id = ids[row.employee_number]
        if person_id in known:
            kept = silent if _or_none(row.language) else silent | {"language"}
            values = {name: value for name, value in values.items() if name not in kept}
        change.put(PERSON, {"person_id": person_id}, values, person_id=person_id)
    return len(frame)


def _impossible_stays(frame: pd.DataFrame) -> Iterator[RowProblem]:
    """Find who left before being hired."""
    for position, row in enumerate(rows_of(frame)):
        if row.left_on < row.hired_on:
            name, number = _or_none(row.name) or "", _or_none(row.employee_number) or ""
            message = text("{name} ({number}) left before being hired.", name=name, number=number)
            yield RowProblem(position, "left_on", message, text("Correct one of the two dates."))


def _ids(change: Change, frame: pd.DataFrame) -> dict[str, str]:
    rows = change.connection.execute(sa.select(PERSON.c.employee_number, PERSON.c.person_id))
    ids = {row.employee_number: row.person_id for row in rows}
    for number in frame["employee_number"]:
        ids.setdefault(number, new_id())
    return ids


def _teams(change: Change, frame: pd.DataFrame, ids: dict[str, str]) -> dict[str, str]:
    teams, leaders = {}, {}
    for row in change.connection.execute(sa.select(TEAM)):
        teams[row.name_en] = teams[row.name_zh] = row.team_id
        leaders[row.team_id] = row.manager_id
    for name in frame["team"].dropna().unique():
        if name not in teams:
            teams[name] = new_id()
            values = {"name_en": name, "name_zh": name, "team_type": "independent", "manager_id": None}
            change.put(TEAM, {"team_id": teams[name]}, values)
    for team_id, members in frame.groupby(frame["team"].map(teams)):
        leader = leaders.get(team_id)
        superior = _new_leader(members, ids, leader)
        if superior and superior != leader:
            change.put(TEAM, {"team_id": team_id}, {"manager_id": superior})
    return teams


def _new_leader(members: pd.DataFrame, ids: dict[str, str], leader: str | None) -> str | None:
    """Return the superior whom all people of a team name; in place of a `leader` it takes two of them."""
    # Who leads the team may stand in it too, and has a superior elsewhere.
    leads = members["employee_number"].isin(members["manager"]) | (members["employee_number"].map(ids) == leader)
    followers = members[~leads]
    superiors = followers["manager"].unique()
    if len(superiors) != 1 or (leader and len(followers) < 2):
        return None
    return ids.get(_or_none(superiors[0]) or "")


def _or_none(value: Any) -> str | None:
    return None if value is None or value != value or value is pd.NA else str(value)
