"""The sample loads into both databases, and its stores refuse to be changed by a test."""

import pandas as pd
import pytest
import sqlalchemy as sa

from toolkit import demo
from toolkit.access.roles import Role, Viewer
from toolkit.attrition import storage as attrition
from toolkit.organisation import storage as organisation
from toolkit.plans import storage as plans
from toolkit.roleplay import storage as roleplay
from toolkit.settings import shipped
from toolkit.skillgap import storage as skillgap
from toolkit.store import Store

ORGANISATION = shipped("datasets", "organisation")


def _lines(name: str) -> int:
    return len(pd.read_csv(ORGANISATION / name))


def test_every_row_of_the_sample_arrives(sample: tuple[Store, Store], viewers: dict[str, Viewer]) -> None:
    coaching, hr = sample
    trainer = viewers["trainer"]
    with coaching.read() as connection:
        assert len(organisation.people(connection, trainer, left=True)) == _lines("people.csv")
        assert len(organisation.teams(connection)) == _lines("teams.csv")
        workshops = roleplay.workshops(connection)
        # Besides those of the files there is one of today that waits for its first sheet.
        assert len(workshops) == _lines("workshops.csv") + 1
        assert roleplay.ratings(connection, trainer, workshops["workshop_id"].iloc[0]).empty
        assert len(roleplay.ratings(connection, trainer)) == _lines("ratings.csv")
        assert len(skillgap.evidence(connection, trainer)) == _lines("feedback.csv")
        assert len(plans.sessions(connection)) == _lines("sessions.csv")
        here = organisation.people(connection, trainer)
    assert here["left_on"].isna().all() and len(here) < _lines("people.csv")
    (months,) = attrition.data_sets(hr, viewers["hr"])
    assert (months.name, months.kind, months.rows) == ("sample", "months", _lines("rep_months.csv"))


def test_a_store_with_the_sample_is_not_empty(sample: tuple[Store, Store], coaching: Store) -> None:
    assert not demo.is_empty(sample[0])
    assert demo.is_empty(coaching)


def test_sample_users_are_one_of_each_role_who_still_work_here(
    sample: tuple[Store, Store], viewers: dict[str, Viewer]
) -> None:
    assert list(viewers) == [role.value for role in Role]
    with sample[0].read() as connection:
        here = organisation.people(connection, viewers["hr"]).set_index("person_id")
        raters = roleplay.raters(connection)
        led = organisation.teams(connection).set_index("manager_id")["team_id"]
    for viewer in viewers.values():
        assert here.at[viewer.person_id, "name"] == viewer.name
    assert {viewers["trainer"].person_id, viewers["manager"].person_id} <= set(raters)
    assert here.at[viewers["rep"].person_id, "team_id"] == led[viewers["manager"].person_id]


def test_the_sample_stores_cannot_be_changed(sample: tuple[Store, Store]) -> None:
    for store in sample:
        with (
            pytest.raises(sa.exc.DBAPIError, match=r"readonly database|read-only transaction"),
            store.write("test") as change,
        ):
            change.record("test", "nothing", "1")
