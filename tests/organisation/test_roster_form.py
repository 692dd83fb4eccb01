"""The roster's way into the store."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from toolkit.access.roles import Role, Viewer
from toolkit.documents.intake import prepare
from toolkit.documents.mapping import suggest_mapping
from toolkit.documents.table_file import read_table
from toolkit.errors import InputError
from toolkit.organisation import storage as organisation
from toolkit.organisation.content import read_packs
from toolkit.organisation.form import keep_roster, roster_form
from toolkit.store import Store

AuditOf = Callable[..., list[dict[str, Any]]]
HR = Viewer("hr", "HR", Role.HR, None, "en")
FORM = roster_form(read_packs()["roles"])
HEADER = "Employee number,Name,Team,Role,Tier,Employee number of the superior,Hired on,Last working day,Language,E-mail"
FIRST = """
S1,陈伟,North,area_manager,senior,S9,2015-01-05,,zh,wei@example.com
S2,Sam Lee,North,client_manager,junior,S1,2024-03-01,,en,
S3,李娜,,client_manager,middle,,2023-03-01,2026-02-27,,
S9,Director,,administrator,senior,,2010-01-01,,en,
"""


def _frame(rows: str, header: str = HEADER, known: set[str] | None = None) -> pd.DataFrame:
    raw = read_table((header + "\n" + rows.strip()).encode(), "roster.csv", limit_mb=1)
    known = {"manager": known or set()}
    return prepare(raw, FORM, suggest_mapping(raw.columns, FORM), known=known).require_ready()


def _keep(store: Store, *given: Any) -> int:
    with store.write("test") as change:
        return keep_roster(change, _frame(*given))


def _people(store: Store) -> pd.DataFrame:
    with store.read() as connection:
        return organisation.people(connection, HR, left=True).set_index("employee_number")


def _teams(store: Store) -> pd.DataFrame:
    with store.read() as connection:
        return organisation.teams(connection).set_index("name_en")


def test_new_people_are_stored_with_team_superior_and_defaults(coaching: Store, audit_of: AuditOf) -> None:
    assert _keep(coaching, FIRST) == 4
    people, teams = _people(coaching), _teams(coaching)
    assert list(people.index) == ["S1", "S2", "S3", "S9"]
    assert people.at["S2", "manager_id"] == people.at["S1", "person_id"]
    assert people.at["S1", "manager_id"] == people.at["S9", "person_id"]
    assert list(teams.index) == ["North"] and teams.at["North", "name_zh"] == "North"
    assert people.at["S2", "team_id"] == people.at["S1", "team_id"] == teams.at["North", "team_id"]
    assert pd.isna(people.at["S3", "team_id"]) and pd.isna(people.at["S3", "manager_id"])
    assert people.loc[["S1", "S2", "S3"], "language"].tolist() == ["zh", "en", "zh"]
    assert people.at["S3", "left_on"] == pd.Timestamp(2026, 2, 27) and pd.isna(people.at["S2", "left_on"])
    assert people.at["S1", "email"] == "wei@example.com" and people.at["S1", "name"] == "陈伟"
    created = audit_of(coaching, "person")
    assert {row["action"] for row in created} == {"create"}
    assert [row["person_id"] for row in created] == people["person_id"].tolist()


def test_storing_the_same_roster_again_changes_nothing(coaching: Store, audit_of: AuditOf) -> None:
    _keep(coaching, FIRST)
    before, audit = _people(coaching), audit_of(coaching)
    assert _keep(coaching, FIRST) == 4
    pd.testing.assert_frame_equal(_people(coaching), before)
    assert audit_of(coaching) == audit


def test_people_already_known_are_updated_by_number(coaching: Store, audit_of: AuditOf) -> None:
    _keep(coaching, FIRST)
    before = _people(coaching)
    _keep(coaching, "S2,Sam Lee,South,client_manager,middle,S9,2024-03-01,,en,sam@example.com", HEADER, {"S9"})
    people = _people(coaching)
    assert people.at["S2", "person_id"] == before.at["S2", "person_id"] and len(people) == 4
    assert people.at["S2", "team_id"] == _teams(coaching).at["South", "team_id"]
    last = audit_of(coaching, "person")[-1]
    assert last["action"] == "update" and last["record_id"] == before.at["S2", "person_id"]
    assert last["before"] == {
        "email": None,
        "team_id": before.at["S2", "team_id"],
        "tier_id": "junior",
        "manager_id": before.at["S1", "person_id"],
    }


def test_a_file_without_a_column_keeps_what_is_stored(coaching: Store) -> None:
    _keep(coaching, FIRST)
    before = _people(coaching)
    _keep(
        coaching,
        "S2,Sam Li,client_manager,junior,2024-03-01\nS3,李娜,client_manager,middle,2023-03-01",
        "Employee number,Name,Role,Tier,Hired on",
    )
    after = _people(coaching)
    assert after.at["S2", "name"] == "Sam Li"
    pd.testing.assert_frame_equal(after.drop(columns="name"), before.drop(columns="name"))


def test_an_empty_cell_beside_filled_ones_clears_what_is_stored(coaching: Store) -> None:
    _keep(coaching, FIRST)
    _keep(
        coaching,
        "S1,陈伟,North,area_manager,senior,S9,2015-01-05,,,\nS2,Sam,North,client_manager,junior,S1,2024-03-01,,,s@x.cn",
        HEADER,
        {"S9"},
    )
    people = _people(coaching)
    assert pd.isna(people.at["S1", "email"]) and people.at["S2", "email"] == "s@x.cn"
    assert people.at["S2", "language"] == "en", "an empty cell must not change the language"


def test_a_new_team_is_led_by_the_superior_its_members_name(coaching: Store) -> None:
    _keep(coaching, FIRST)
    people = _people(coaching)
    assert _teams(coaching).at["North", "manager_id"] == people.at["S1", "person_id"]
    manager = Viewer("m", "m", Role.MANAGER, people.at["S1", "person_id"], "en")
    with coaching.read() as connection:
        assert organisation.people(connection, manager)["employee_number"].tolist() == ["S1", "S2"]


def test_a_team_with_two_superiors_or_a_manager_already_gets_none_from_a_file(coaching: Store) -> None:
    _keep(coaching, FIRST)
    rows = "S4,A,South,client_manager,middle,S1,2023-03-01,,en,\nS5,B,South,client_manager,middle,S9,2023-03-01,,en,"
    rows += "\nS6,C,North,client_manager,middle,S9,2023-03-01,,en,"
    _keep(coaching, rows, HEADER, {"S1", "S9"})
    teams = _teams(coaching)
    assert pd.isna(teams.at["South", "manager_id"])
    assert teams.at["North", "manager_id"] == _people(coaching).at["S1", "person_id"]


def _seen_by(store: Store, number: str) -> list[str]:
    viewer = Viewer("m", "m", Role.MANAGER, _people(store).at[number, "person_id"], "en")
    with store.read() as connection:
        return organisation.people(connection, viewer)["employee_number"].tolist()


def test_a_team_whose_people_all_name_another_superior_changes_its_manager(coaching: Store) -> None:
    row = "{},A,North,client_manager,middle,{},2023-03-01,,en,\n"
    _keep(coaching, FIRST + row.format("S4", "S1"))
    assert _seen_by(coaching, "S1") == ["S1", "S2", "S4"] and _seen_by(coaching, "S9") == ["S9"]
    old = "S1,陈伟,North,area_manager,senior,S9,2015-01-05,,zh,\n"
    _keep(coaching, old + row.format("S4", "S9"), HEADER, {"S1", "S9"})
    assert _seen_by(coaching, "S1") == ["S1", "S2", "S4"], "one person is not enough"
    _keep(coaching, row.format("S2", "S1") + row.format("S4", "S9"), HEADER, {"S1", "S9"})
    assert _seen_by(coaching, "S1") == ["S1", "S2", "S4"], "they do not agree"
    _keep(coaching, row.format("S2", "S9") + row.format("S4", "S9"), HEADER, {"S1", "S9"})
    assert _seen_by(coaching, "S1") == ["S1"] and _seen_by(coaching, "S9") == ["S1", "S2", "S4", "S9"]


def test_a_team_is_found_by_either_of_its_names(coaching: Store) -> None:
    with coaching.write("test") as change:
        values = {"name_en": "North China", "name_zh": "华北区", "team_type": "competing", "manager_id": None}
        change.put(organisation.TEAM, {"team_id": "t"}, values)
    _keep(coaching, "1,A,华北区,hr,middle,,2020-01-01,,,\n2,B,North China,hr,middle,,2020-01-01,,,")
    assert _people(coaching)["team_id"].tolist() == ["t", "t"] and len(_teams(coaching)) == 1


def test_who_left_before_being_hired_stops_the_whole_file(coaching: Store, audit_of: AuditOf) -> None:
    frame = _frame(FIRST + "S4,王磊,East,client_manager,junior,S1,2024-03-01,2024-03-29,zh,")
    frame.loc[frame["name"] == "王磊", "left_on"] = pd.Timestamp(2024, 2, 29)
    with pytest.raises(InputError) as refused, coaching.write("test") as change:
        keep_roster(change, frame)
    assert str(refused.value.problem) == "王磊 (S4) left before being hired."
    assert str(refused.value.remedy) == "Correct one of the two dates."
    assert _people(coaching).empty and _teams(coaching).empty and audit_of(coaching) == []


def test_leaving_on_the_first_day_is_possible(coaching: Store) -> None:
    assert _keep(coaching, "S4,王磊,East,client_manager,junior,,2024-03-01,2024-03-01,zh,") == 1
    assert _people(coaching).at["S4", "left_on"] == pd.Timestamp(2024, 3, 1)
