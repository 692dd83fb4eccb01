"""Evidence: who rated again in the same round replaces, and viewers see their people."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from toolkit.skillgap.storage import add_evidence, evidence, without_late_raters
from toolkit.store import Store
from toolkit.vocabulary import Evidence, check

AuditOf = Callable[..., list[dict[str, Any]]]


def _piece(person_id: str = "rep-1", **changed: Any) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "competency_id": "communication",
        "source": "peer",
        "level": 3.0,
        "standard_error": 0.9,
        "observed_on": dt.date(2026, 9, 15),
        "rater_id": "rep-2",
        "round": "2026Q3",
    } | changed


def _add(store: Store, *pieces: dict[str, Any]) -> int:
    with store.write("user-hr") as change:
        return add_evidence(change, iter(pieces))


def _all(office: Any, who: str = "trainer", ids: list[str] | None = None) -> pd.DataFrame:
    with office.store.read() as connection:
        return evidence(connection, office.viewers[who], ids)


def test_evidence_comes_back_as_the_vocabulary_wants_it(office: Any, audit_of: AuditOf) -> None:
    assert _add(office.store, _piece(), _piece(competency_id="needs_analysis"), _piece("rep-3", rater_id=None)) == 3
    frame = _all(office)
    check(frame, Evidence)
    assert len(frame) == 3 and set(frame["observed_on"]) == {pd.Timestamp(2026, 9, 15)}
    assert [(row["action"], row["person_id"], row["after"]) for row in audit_of(office.store, "evidence")] == [
        ("import", "rep-1", {"pieces": 2}),
        ("import", "rep-3", {"pieces": 1}),
    ]


def test_the_same_rater_in_the_same_round_replaces(office: Any, audit_of: AuditOf) -> None:
    assert _add(office.store, _piece(), _piece("rep-3")) == 2
    assert _add(office.store, _piece(level=4.0), _piece("rep-3")) == 1
    frame = _all(office).set_index("person_id")
    assert frame["level"].to_dict() == {"rep-1": 4.0, "rep-3": 3.0}
    last = audit_of(office.store, "evidence")[-1]
    assert (last["action"], last["person_id"], last["actor_id"]) == ("update", "rep-1", "user-hr")
    assert (last["before"], last["after"]) == ({"level": 3.0}, {"level": 4.0})


def test_a_corrected_date_replaces_too(office: Any, audit_of: AuditOf) -> None:
    _add(office.store, _piece())
    assert _add(office.store, _piece(observed_on=dt.date(2026, 8, 1), standard_error=0.5)) == 1
    (row,) = _all(office).to_dict("records")
    assert (row["observed_on"], row["standard_error"]) == (pd.Timestamp(2026, 8, 1), 0.5)
    assert audit_of(office.store, "evidence")[-1]["before"] == {"standard_error": 0.9, "observed_on": "2026-09-15"}


def test_adding_the_same_again_changes_nothing(office: Any, audit_of: AuditOf) -> None:
    _add(office.store, _piece(), _piece(rater_id=None))
    before = audit_of(office.store)
    assert _add(office.store, _piece(), _piece(rater_id=None)) == 0
    assert _add(office.store) == 0
    assert len(_all(office)) == 2 and audit_of(office.store) == before


@pytest.mark.parametrize(
    "changed",
    [{"round": "2026Q4"}, {"rater_id": "rep-4"}, {"competency_id": "needs_analysis"}],
)
def test_another_round_rater_or_competency_is_another_piece(office: Any, changed: dict[str, Any]) -> None:
    _add(office.store, _piece())
    assert _add(office.store, _piece(level=5.0, **changed)) == 1
    assert sorted(_all(office)["level"]) == [3.0, 5.0]


def test_a_corrected_relation_replaces_the_earlier_rating(office: Any) -> None:
    _add(office.store, _piece())
    assert _add(office.store, _piece(level=2.0, source="manager")) == 1
    (row,) = _all(office).to_dict("records")
    assert (row["source"], row["level"]) == ("manager", 2.0)


def test_viewers_see_the_evidence_on_their_people(office: Any) -> None:
    people = ["rep-1", "rep-2", "rep-3", "manager-north"]
    _add(office.store, *(_piece(person) for person in people))
    expected = {
        "trainer": people,
        "hr": people,
        "administrator": [],
        "manager-north": ["rep-1", "rep-2", "manager-north"],
        "manager-south": ["rep-3"],
        "rep-1": ["rep-1"],
        "rep-4": [],
    }
    assert {who: sorted(_all(office, who)["person_id"]) for who in expected} == {
        who: sorted(ids) for who, ids in expected.items()
    }
    assert sorted(_all(office, "manager-north", ["rep-1", "rep-3"])["person_id"]) == ["rep-1"]
    assert _all(office, "trainer", []).empty


def test_evidence_on_nobody_is_refused_and_nothing_stored(office: Any, audit_of: AuditOf) -> None:
    import sqlalchemy as sa

    before = audit_of(office.store)
    with pytest.raises(sa.exc.IntegrityError, match=r"(?i)foreign key"):
        _add(office.store, _piece(), _piece("nobody"))
    assert _all(office).empty and audit_of(office.store) == before


def test_one_late_rater_of_an_anonymous_group_cannot_be_worked_out(office: Any) -> None:
    def kept(*rows: dict[str, Any]) -> tuple[int, int]:
        with office.store.write("user-hr") as change:
            found, late = without_late_raters(change.connection, rows)
            add_evidence(change, found)
        return len(found), late

    three = [_piece(rater_id=f"x{n}", level=4.0) for n in range(3)]
    assert kept(*three) == (3, 0)
    assert kept(*three) == (3, 0), "the same file again changes nothing"
    assert kept(*three, _piece(rater_id="late", level=1.0), _piece(rater_id="boss", source="manager")) == (4, 1)
    assert kept({**three[0], "level": 2.0}) == (0, 1), "one changed rating would show too"
    assert kept(*(_piece(rater_id=f"y{n}", level=2.0) for n in range(3))) == (3, 0)
    assert kept(_piece(competency_id="teamwork", rater_id="x0")) == (1, 0), "a small group is not shown at all yet"
    assert "late" not in set(_all(office)["rater_id"])
