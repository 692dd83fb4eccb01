"""“I see this differently”: who may write it, who reads it, and what stays of it."""

from collections.abc import Callable
from typing import Any

import pytest

from toolkit.access.roles import Role, Viewer
from toolkit.errors import InputError, NotAllowed
from toolkit.skillgap.person.storage import LONGEST_NOTE, own_views, save_own_view

AuditOf = Callable[..., list[dict[str, Any]]]


def _save(office: Any, who: str, words: str, competency: str = "negotiation") -> None:
    save_own_view(office.store, office.viewers[who], competency, words, level_shown=2.4)


def _seen(office: Any, who: str) -> list[tuple[str, str]]:
    with office.store.read() as connection:
        found = own_views(connection, office.viewers[who])
    return list(zip(found["person_id"], found["words"], strict=True))


def test_the_superior_trainers_and_hr_read_it_and_others_do_not(office: Any) -> None:
    _save(office, "rep-1", "  I led the last three deals. ")
    for who in ("rep-1", "manager-north", "trainer", "hr"):
        assert _seen(office, who) == [("rep-1", "I led the last three deals.")]
    for who in ("rep-2", "manager-south", "administrator"):
        assert _seen(office, who) == []


def test_a_change_and_taking_it_back_stay_in_the_audit(office: Any, audit_of: AuditOf) -> None:
    _save(office, "rep-1", "First")
    _save(office, "rep-1", "First")
    _save(office, "rep-1", "Second")
    assert _seen(office, "trainer") == [("rep-1", "Second")]
    _save(office, "rep-1", "")
    assert _seen(office, "trainer") == []
    rows = audit_of(office.store, "own_view")
    assert [(row["action"], row["actor_id"], row["person_id"]) for row in rows] == [
        (action, "user-rep-1", "rep-1") for action in ("create", "update", "update")
    ]
    assert rows[1]["before"]["words"] == "First" and rows[2]["after"]["words"] == ""


@pytest.mark.parametrize(
    ("words", "competency"), [("", "negotiation"), ("x" * (LONGEST_NOTE + 1), "negotiation"), ("x", "juggling")]
)
def test_what_does_not_fit_is_refused_and_nothing_kept(
    office: Any, audit_of: AuditOf, words: str, competency: str
) -> None:
    before = audit_of(office.store)
    with pytest.raises(InputError):
        _save(office, "rep-1", words, competency)
    assert _seen(office, "trainer") == [] and audit_of(office.store) == before


def test_nobody_writes_without_a_record_of_the_own(office: Any) -> None:
    nobody = Viewer("user-x", "X", Role.TRAINER, None, "en")
    with pytest.raises(NotAllowed):
        save_own_view(office.store, nobody, "negotiation", "I", level_shown=None)
    with pytest.raises(NotAllowed):
        _save(office, "administrator", "I")
