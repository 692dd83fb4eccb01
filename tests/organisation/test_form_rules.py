"""What a form finds wrong over several cells is named by row and column before anything is imported."""

import datetime as dt
from typing import Any

from toolkit.attrition.form import months_form
from toolkit.documents.columns import TableForm
from toolkit.documents.intake import prepare
from toolkit.documents.mapping import suggest_mapping
from toolkit.documents.table_file import read_table
from toolkit.organisation.content import competency_names, read_packs
from toolkit.organisation.form import roster_form
from toolkit.organisation.storage import PERSON
from toolkit.plans.form import activity_form
from toolkit.plans.tables import ACTIVITY
from toolkit.skillgap.form import feedback_form
from toolkit.skillgap.storage import EVIDENCE

PACKS = read_packs()
NAMES = competency_names(PACKS["framework"])
TODAY = dt.date(2026, 8, 15)
ROSTER = "Employee number,Name,Role,Tier,Hired on,Last working day\n"
MONTHS = "Employee number,Month,Hired on,Last working day\n"
ACTIVITIES = (
    "Activity ID,Name (English),Name (Chinese),Kind,Content area,Made for tier,Held in,Hours,Cost per person,"
    "Weeks it runs,Session dates,Prerequisites,gain_communication\n"
)


def _problems(form: TableForm, content: str) -> list[tuple[Any, str, str]]:
    raw = read_table(content.encode(), "f.csv", limit_mb=1)
    problems = prepare(raw, form, suggest_mapping(raw.columns, form)).problems
    assert all(len(str(problem.remedy)) > 10 for problem in problems)
    return [(problem.row, str(problem.column), str(problem.message)) for problem in problems]


def _activity(activity_id: str, sessions: str = "", needs: str = "", name: str = "Course", gain: str = "0.3") -> str:
    return f"{activity_id},{name},,course,sales_skills,any,both,6,300,1,{sessions},{needs},{gain}\n"


def test_who_left_before_being_hired_is_named_in_the_roster() -> None:
    rows = "S1,Sam,hr,senior,2024-03-01,2024-02-29\nS2,Li,hr,senior,2024-03-01,2024-03-01\n"
    rows += "S3,Wu,hr,senior,someday,2024-03-01\n"
    assert _problems(roster_form(PACKS["roles"]), ROSTER + rows)[0] == (
        2,
        "Last working day",
        "Sam (S1) left before being hired.",
    )
    assert [row for row, *_ in _problems(roster_form(PACKS["roles"]), ROSTER + rows)] == [2, 4]


def test_months_that_cannot_be_are_named() -> None:
    rows = "S1,2026-08,2024-03-01,\nS2,2026-09,2024-03-01,\nS3,2026-07,2024-03-01,2024-01-01\n"
    exit_problem = (4, "Last working day", "S3 left before being hired.")
    assert _problems(months_form(TODAY), MONTHS + rows) == [
        (3, "Month", "The month 2026-09 has not begun."),
        exit_problem,
    ]
    assert _problems(months_form(), MONTHS + rows) == [exit_problem]


def test_all_that_is_wrong_with_activities_is_named_at_once() -> None:
    rows = _activity("a", "2026-08-14; soon; 2026-08-15") + _activity("b", needs="a; old; gone; b")
    rows += _activity("c", name="") + _activity("d", gain="") + _activity("old", name="", gain="")
    lacks = "An activity needs a name in one language and an expected gain in at least one competency."
    expected = [
        (2, "Session dates", "The session date “soon” cannot be read."),
        (3, "Prerequisites", "The prerequisite “gone” is not in the catalogue."),
        (3, "Prerequisites", "The prerequisite “b” is not in the catalogue."),
        (4, "Name (English)", lacks),
        (5, "gain_communication", lacks),
    ]
    past = (2, "Session dates", "The session on 2026-08-14 lies in the past.")
    for known in ({"old"}, lambda: {"old": {"gain_communication": 0.2}}):
        assert sorted(_problems(activity_form(NAMES, known, TODAY), ACTIVITIES + rows)) == sorted([*expected, past])
    assert _problems(activity_form(NAMES), ACTIVITIES + rows) == expected[:1], "without the catalogue nobody can tell"


def test_a_circle_of_prerequisites_is_named_once() -> None:
    known = {"x": {"prerequisites": "b"}, "y": {"prerequisites": None}}
    rows = _activity("a", needs="x") + _activity("b", needs="y; a") + _activity("c", needs="a")
    assert _problems(activity_form(NAMES, known), ACTIVITIES + rows) == [
        (2, "Prerequisites", "The prerequisites go round in a circle: a → x → b → a."),
    ]


def test_no_form_takes_more_characters_than_the_store() -> None:
    stored = {"manager": "employee_number", "rater": "rater_id"}
    roster, activities, feedback = roster_form(PACKS["roles"]), activity_form(NAMES), feedback_form(NAMES)
    for form, table in ((roster, PERSON), (activities, ACTIVITY), (feedback, EVIDENCE)):
        for column in form.columns:
            field = table.c.get(stored.get(column.name, column.name))
            size = getattr(getattr(field, "type", None), "length", None)
            assert size is None or column.most_characters is None or column.most_characters <= size, column.name
