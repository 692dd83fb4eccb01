"""Who may see whom, versions of content, and mappings that are remembered."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.errors import NotAllowed, NotFound
from toolkit.organisation import storage as organisation
from toolkit.settings import shipped
from toolkit.store import Store

AuditOf = Callable[..., list[dict[str, Any]]]
PEOPLE = pd.read_csv(shipped("datasets", "organisation", "people.csv"), dtype=str).set_index("person_id")
TEAMS = pd.read_csv(shipped("datasets", "organisation", "teams.csv"), dtype=str)


def _expected(viewer: Viewer) -> set[str]:
    if viewer.role in ("trainer", "hr"):
        return set(PEOPLE.index)
    own = {viewer.person_id} if viewer.role in ("manager", "rep") else set()
    if viewer.role == "manager":
        led = TEAMS.loc[TEAMS["manager_id"] == viewer.person_id, "team_id"]
        own |= set(PEOPLE.index[PEOPLE["team_id"].isin(led)])
    return own


@pytest.mark.parametrize("role", ["trainer", "manager", "hr", "rep", "administrator"])
def test_each_role_sees_exactly_its_people(sample: tuple[Store, Store], viewers: dict[str, Viewer], role: str) -> None:
    viewer = viewers[role]
    expected = _expected(viewer)
    sizes = {"trainer": len(PEOPLE), "hr": len(PEOPLE), "rep": 1, "administrator": 0}
    assert len(expected) == sizes.get(role, len(expected)) and (role != "manager" or 3 < len(expected) < len(PEOPLE))
    with sample[0].read() as connection:
        everybody = organisation.people(connection, viewer, left=True)
        here = organisation.people(connection, viewer)
        for person_id in expected:
            assert organisation.person(connection, viewer, person_id)["name"] == PEOPLE.at[person_id, "name"]
        for person_id in set(PEOPLE.index) - expected:
            with pytest.raises(NotAllowed, match=r"^You may not open this person's record\.$"):
                organisation.person(connection, viewer, person_id)
    assert set(everybody["person_id"]) == expected
    assert set(here["person_id"]) == {one for one in expected if pd.isna(PEOPLE.at[one, "left_on"])}
    assert list(everybody["employee_number"]) == sorted(everybody["employee_number"])
    assert everybody["hired_on"].dtype == everybody["left_on"].dtype == "datetime64[ns]"


@pytest.mark.parametrize("role", ["trainer", "manager", "hr", "rep", "administrator"])
def test_nobody_may_open_a_person_who_does_not_exist(
    sample: tuple[Store, Store], viewers: dict[str, Viewer], role: str
) -> None:
    with (
        sample[0].read() as connection,
        pytest.raises(NotAllowed, match=r"^You may not open this person's record\.$"),
    ):
        organisation.person(connection, viewers[role], "nobody")


def test_a_manager_without_a_person_sees_nobody(sample: tuple[Store, Store]) -> None:
    from toolkit.access.roles import Role

    with sample[0].read() as connection:
        for role in (Role.MANAGER, Role.REP):
            assert organisation.people(connection, Viewer("u", "n", role, None, "en"), left=True).empty


def test_names_and_numbers_know_everybody(sample: tuple[Store, Store]) -> None:
    with sample[0].read() as connection:
        assert organisation.names(connection) == PEOPLE["name"].to_dict()
        numbers = organisation.employee_numbers(connection)
    assert numbers == dict(zip(PEOPLE["employee_number"], PEOPLE.index, strict=True))


def _keep(store: Store, body: dict[str, Any]) -> str:
    with store.write("test") as change:
        return organisation.keep_content(change, "rubric", "visit", body)


def test_content_is_versioned_and_old_versions_stay_readable(coaching: Store, audit_of: AuditOf) -> None:
    first, second = {"id": "visit", "name": {"zh": "拜访"}}, {"id": "visit", "name": {"zh": "客户拜访"}}
    versions = [_keep(coaching, first), _keep(coaching, first), _keep(coaching, second)]
    assert versions[0] == versions[1] != versions[2]
    assert len(audit_of(coaching, "content")) == 2, "keeping what is current must change nothing"
    with coaching.read() as connection:
        assert organisation.content(connection, "rubric", "visit") == second
        assert organisation.content(connection, "rubric", "visit", versions[0]) == first
        assert organisation.current_versions(connection, "rubric") == {"visit": versions[2]}
    assert _keep(coaching, first) == versions[0]
    with coaching.read() as connection:
        assert organisation.current_versions(connection, "rubric") == {"visit": versions[0]}
        assert organisation.content(connection, "rubric", "visit") == first
        kept = connection.execute(sa.select(organisation.CONTENT.c.version)).scalars().all()
    assert sorted(kept) == sorted({versions[0], versions[2]})
    assert audit_of(coaching, "content")[-1]["record_id"] == f"rubric/visit/{versions[0]}"


def test_content_that_is_not_there_is_named(coaching: Store) -> None:
    _keep(coaching, {"id": "visit"})
    with coaching.read() as connection:
        for asked in (("rubric", "call", None), ("scenario", "visit", None), ("rubric", "visit", "0123456789abcdef")):
            with pytest.raises(NotFound) as missing:
                organisation.content(connection, *asked)
            assert str(missing.value) == f"The store has no {asked[0]} “{asked[1]}”."


def test_a_mapping_is_remembered_for_the_same_columns(coaching: Store) -> None:
    mapping = {"employee_number": "工号", "name": "Name", "email": None}
    with coaching.write("test") as change:
        organisation.remember_mapping(change, "roster", "abc", {"name": "old"})
        organisation.remember_mapping(change, "roster", "abc", mapping)
    assert organisation.remembered_mapping(coaching, "roster", "abc") == mapping
    assert organisation.remembered_mapping(coaching, "roster", "other columns") is None
    assert organisation.remembered_mapping(coaching, "feedback", "abc") is None


def test_a_query_comes_as_a_table_with_its_types(coaching: Store) -> None:
    def row(name: str, share: float | None, count: int) -> sa.Select[Any]:
        values = {"name": sa.literal(name), "share": sa.cast(share, sa.Float), "count": sa.literal(count)}
        return sa.select(*(value.label(key) for key, value in values.items()))

    rows = sa.union_all(row("a", 0.5, 1), row("b", None, 2)).subquery()
    with coaching.read() as connection:
        found = organisation.frame_of(connection, sa.select(rows).order_by(rows.c.name))
        none = organisation.frame_of(connection, sa.select(rows).where(rows.c.name == "z"))
    assert list(found.columns) == ["name", "share", "count"] == list(none.columns) and none.empty
    assert found["share"].dtype == float and pd.isna(found["share"].iloc[1]) and found["count"].to_list() == [1, 2]
