"""Importing stores all rows of a file or none, and says what is wrong."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from toolkit import demo, desk, importing
from toolkit.access.roles import Role, Viewer
from toolkit.attrition import storage as attrition
from toolkit.errors import InputError
from toolkit.organisation import storage as organisation
from toolkit.plans import storage as plans
from toolkit.settings import Settings
from toolkit.skillgap import storage as skillgap
from toolkit.store import COACHING, HR, Store, open_store

ROSTER = "Employee number,Name,Team,Role,Tier,Employee number of the superior,Hired on,Last working day\n"
FEEDBACK = "Round,Employee number,Rater,Relation,Competency,Rating,Date\n"
ACTIVITIES = "Activity ID,Name (English),Kind,Content area,Made for tier,Held in,Hours,Cost per person,Weeks it runs,"
ACTIVITIES += "Session dates,Prerequisites,gain_communication\n"
MONTHS = "Employee number,Month,Hired on,Last working day,Result\n"
GOOD = {
    "roster": ROSTER
    + "S1,陈伟,North,area_manager,senior,,2015-01-05,\nS2,Sam,North,client_manager,junior,S1,2024-03-01,\n",
    "feedback": FEEDBACK
    + "2026Q3,S2,S1,manager,communication,4,2026-09-15\n2026Q3,S2,X9,peer,communication,3,2026-09-15\n",
    "activities": ACTIVITIES + "c1,Course,course,sales_skills,any,both,6,300,1,2099-03-02; 2099-05-11,,0.3\n",
    "hr_months": MONTHS + "S2,2026-07,2024-03-01,,100\nZ7,2026-07,2024-03-01,2026-07-31,90\n",
}
BAD = {
    "roster": [
        (GOOD["roster"] + "S3,,South,client_manager,junior,S1,2024-03-01,\n", "1 error was found in 3 rows."),
        (GOOD["roster"] + "S1,Twin,South,client_manager,junior,S1,2024-03-01,\n", "1 error was found in 3 rows."),
        (GOOD["roster"] + "S3,C,South,client_manager,junior,S8,2024-03-01,\n", "1 error was found in 3 rows."),
        (GOOD["roster"] + "S3,C,South,juggler,junior,S1,someday,\n", "2 errors were found in 3 rows."),
        ("Name\nC\n", "were found in 1 rows."),
        (
            GOOD["roster"] + "S3,C,South,client_manager,junior,S1,2024-03-01,2023-03-01\n",
            "1 error was found in 3 rows.",
        ),
    ],
    "feedback": [
        (GOOD["feedback"] + "2026Q3,S9,S1,manager,communication,4,2026-09-15\n", "1 error was found in 3 rows."),
        (GOOD["feedback"] + "2026Q3,S1,S2,peer,communication,6,2026-09-15\n", "1 error was found in 3 rows."),
        (GOOD["feedback"] + "2026Q3,S2,S1,manager,communication,5,2026-09-16\n", "1 error was found in 3 rows."),
    ],
    "activities": [
        (GOOD["activities"] + "c2,Other,course,sales_skills,any,both,0,300,1,,,0.3\n", "1 error was found in 2 rows."),
        (
            GOOD["activities"] + "c2,Other,course,sales_skills,any,both,2,300,1,,c9,0.3\n",
            "The prerequisite “c9” is not in the catalogue.",
        ),
        (
            GOOD["activities"] + "c2,Other,course,sales_skills,any,both,2,300,1,2001-01-01,,0.3\n",
            "The session on 1 Jan 2001 lies in the past.",
        ),
    ],
    "hr_months": [
        (GOOD["hr_months"] + "S2,2026-07,2024-03-01,,100\n", "1 error was found in 3 rows."),
        (
            GOOD["hr_months"] + "S3,2099-07,2024-03-01,,100\n",
            "has not begun",
        ),
        (
            GOOD["hr_months"] + "S3,2026-07,2024-03-01,2023-01-01,100\n",
            "1 error was found in 3 rows.",
        ),
    ],
}


@pytest.fixture
def settings(coaching: Store, hr: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[Settings]:
    """Give settings of an installation with the shipped content; stores that are opened are closed at the end."""
    opened: list[Store] = []

    def opening(*given: Any, **more: Any) -> Store:
        opened.append(open_store(*given, **more))
        return opened[-1]

    monkeypatch.setattr(importing, "open_store", opening)
    monkeypatch.setattr(desk, "open_store", opening)
    demo.load_content(coaching)
    urls = {store.kind: store.url.render_as_string(hide_password=False) for store in (coaching, hr)}
    yield Settings(home=tmp_path, store_url=urls["coaching"], hr_store_url=urls["hr"], _env_file=None)
    for store in opened:
        store.close()


def _everything(*stores: Store) -> dict[str, int]:
    counts = {}
    for store, metadata in zip(stores, (COACHING, HR), strict=True):
        with store.read() as connection:
            for name, table in metadata.tables.items():
                query = sa.select(sa.func.count()).select_from(table)
                counts[f"{store.kind}.{name}"] = connection.execute(query).scalar_one()
    return counts


def _import(settings: Settings, kind: str, content: str, *, only_check: bool = False) -> importing.Outcome:
    return importing.import_table(settings, kind, "file.csv", content.encode(), only_check=only_check)


def test_good_files_are_stored(settings: Settings, coaching: Store, hr: Store) -> None:
    said = {kind: str(_import(settings, kind, content).summary) for kind, content in GOOD.items()}
    assert said == {
        "roster": "2 people were stored.",
        "feedback": "2 ratings were stored.",
        "activities": "1 activity was stored.",
        "hr_months": "2 rows were stored.",
    }
    trainer = Viewer("t", "T", Role.TRAINER, None, "en")
    with coaching.read() as connection:
        numbers = organisation.employee_numbers(connection)
        found = skillgap.evidence(connection, trainer).set_index("source")
        assert organisation.people(connection, trainer)["employee_number"].tolist() == ["S1", "S2"]
        assert plans.sessions(connection)["session_id"].tolist() == ["c1-20990302", "c1-20990511"]
        assert "c1" in set(plans.catalogue(connection)["activity_id"])
    assert found["rater_id"].to_dict() == {"manager": numbers["S1"], "peer": "X9"}
    assert set(found["person_id"]) == {numbers["S2"]}
    viewer = Viewer("h", "H", Role.HR, None, "en")
    (months,) = attrition.data_sets(hr, viewer)
    table = attrition.table_of(hr, viewer, months.data_set_id)
    assert table["person_id"].tolist() == [numbers["S2"], "Z7"] and table["left_on"][1] == pd.Timestamp(2026, 7, 31)


@pytest.mark.parametrize(("kind", "number"), [(kind, number) for kind in BAD for number in range(len(BAD[kind]))])
def test_a_bad_file_stores_nothing(settings: Settings, coaching: Store, hr: Store, kind: str, number: int) -> None:
    if kind != "roster":
        _import(settings, "roster", GOOD["roster"])
    before = _everything(coaching, hr)
    content, expected = BAD[kind][number]
    try:
        outcome = _import(settings, kind, content)
    except InputError as refused:
        said = str(refused)
    else:
        assert outcome.problems
        assert not outcome.stored
        said = " ".join([str(outcome.summary), *outcome.problems])
    assert expected in said
    assert _everything(coaching, hr) == before


@pytest.mark.parametrize("kind", GOOD)
def test_checking_only_stores_nothing(settings: Settings, coaching: Store, hr: Store, kind: str) -> None:
    if kind == "feedback":
        _import(settings, "roster", GOOD["roster"])
    before = _everything(coaching, hr)
    result = _import(settings, kind, GOOD[kind], only_check=True)
    rows = GOOD[kind].count("\n") - 1
    assert str(result.summary) == ("1 row is ready." if rows == 1 else f"{rows} rows are ready.")
    assert not result.stored and result.problems == [] and _everything(coaching, hr) == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "file.csv"),
        (ROSTER.encode(), "Below the header there is no row with data."),
    ],
)
def test_what_is_no_table_stores_nothing(
    settings: Settings, coaching: Store, hr: Store, content: bytes, said: str
) -> None:
    before = _everything(coaching, hr)
    with pytest.raises(InputError) as refused:
        importing.import_table(settings, "roster", "file.csv", content, only_check=False)
    assert said in str(refused.value) and _everything(coaching, hr) == before


def test_a_kind_that_does_not_exist_is_named_with_those_that_do(settings: Settings) -> None:
    with pytest.raises(InputError) as refused:
        _import(settings, "salaries", GOOD["roster"])
    assert "“salaries” cannot be imported or exported." in str(refused.value)
    assert "Possible are: roster, feedback, activities, hr_months, framework, case." in str(refused.value)


def test_a_mapping_is_remembered_only_with_its_rows(settings: Settings, coaching: Store, hr: Store) -> None:
    def mappings() -> int:
        return _everything(coaching, hr)["coaching.import_mapping"]

    _import(settings, "roster", BAD["roster"][0][0])
    assert mappings() == 0
    _import(settings, "roster", GOOD["roster"])
    assert mappings() == 1


@pytest.mark.parametrize("kind", ["framework", "case"])
def test_the_framework_goes_out_and_comes_back(settings: Settings, coaching: Store, hr: Store, kind: str) -> None:
    before = _everything(coaching, hr)
    sent = importing.export_table(settings, kind)
    assert sent == importing.export_table(settings, kind) or kind == "framework"
    checked = importing.import_table(settings, kind, "file.xlsx", sent, only_check=True)
    assert checked.problems == [] and not checked.stored
    outcome = importing.import_table(settings, kind, "file.xlsx", sent, only_check=False)
    with coaching.read() as connection:
        version = organisation.current_versions(connection, "framework")["default"]
    assert outcome.stored and str(outcome.summary) == f"The framework was stored as version {version}."
    assert _everything(coaching, hr) == before, "what came back unchanged is no new version"


def test_a_framework_that_would_orphan_evidence_stores_nothing(settings: Settings, coaching: Store, hr: Store) -> None:
    _import(settings, "roster", GOOD["roster"])
    _import(settings, "feedback", GOOD["feedback"])
    before = _everything(coaching, hr)
    sent = importing.export_table(settings, "case").replace(b'"id": "communication"', b'"id": "talking"')
    with pytest.raises(InputError) as refused:
        importing.import_table(settings, "case", "file.json", sent, only_check=False)
    assert "2 pieces of evidence rest on it" in str(refused.value) and _everything(coaching, hr) == before
