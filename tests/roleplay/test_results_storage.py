"""Estimates for the pass mark: who may give and see them; what else the results read."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from toolkit.errors import Conflict, InputError, NotAllowed, NotFound
from toolkit.organisation.storage import PERSON
from toolkit.roleplay import storage as roleplay
from toolkit.roleplay.planning.storage import read_plan
from toolkit.roleplay.results import storage
from toolkit.roleplay.storage import SheetKey, create_workshop, save_rating
from toolkit.roleplay.tables import SHEET, WORKSHOP, WORKSHOP_MEMBER

AuditOf = Callable[..., list[dict[str, Any]]]
DAY = dt.date(2026, 9, 3)


@pytest.fixture
def workshop(office: Any) -> Any:
    """Give the office with a workshop “w” that certifies, raters the trainer and the north's manager."""
    with office.store.write("user-trainer") as change:
        create_workshop(
            change,
            name={"en": "Autumn", "zh": "秋季"},
            held_on=DAY,
            scenarios={"complaint": "customer_visit"},
            reps=["rep-1", "rep-3", "manager-north"],
            raters=["trainer", "manager-north"],
            workshop_id="w",
        )
        change.connection.execute(WORKSHOP.update().values(certifies=True))
    return office


def _estimates(office: Any, who: str) -> Any:
    with office.store.read() as connection:
        return storage.estimates(connection, office.viewers[who], "w")


def test_estimates_are_kept_with_an_audit_row_and_changed_ones_too(workshop: Any, audit_of: AuditOf) -> None:
    trainer = workshop.viewers["trainer"]
    storage.save_estimates(workshop.store, trainer, "w", {"opening": 3, "needs": 2.5})
    storage.save_estimates(workshop.store, trainer, "w", {"opening": 3, "needs": 3.5})
    found = _estimates(workshop, "trainer")
    assert dict(zip(found["criterion_id"], found["rating"], strict=True)) == {"needs": 3.5, "opening": 3.0}
    rows = audit_of(workshop.store, "standard_estimate")
    assert [row["action"] for row in rows] == ["create", "create", "update"] and rows[-1]["before"] == {"rating": 2.5}


CRITERIA = ("opening", "research", "needs", "prepared_plan", "product_fit", "objection", "commitment", "integrity")


def _give(office: Any, who: str, level: float, criteria: Any = CRITERIA) -> None:
    storage.save_estimates(office.store, office.viewers[who], "w", dict.fromkeys(criteria, level))


def test_judges_see_the_others_only_after_their_own_are_complete(workshop: Any) -> None:
    _give(workshop, "manager-north", 3)
    for given in ((), CRITERIA[:-1]):
        if given:
            _give(workshop, "trainer", 4, given)
        assert set(_estimates(workshop, "trainer")["judge_id"]) <= {"trainer"}
    with workshop.store.read() as connection:
        assert storage.judges_done(connection, "w") == 1
        assert not storage.judges_freely(connection, workshop.viewers["trainer"], "w")
    _give(workshop, "trainer", 4)
    assert set(_estimates(workshop, "trainer")["judge_id"]) == {"trainer", "manager-north"}
    assert _estimates(workshop, "trainer")["seen"].all()


def test_a_judge_never_gets_the_others_by_name(workshop: Any) -> None:
    for who in ("trainer", "manager-north"):
        _give(workshop, who, 3)
    mine = _estimates(workshop, "manager-north")
    assert set(mine.loc[mine["seen"], "judge_id"]) == {"manager-north"} and len(mine) == 16
    assert not _estimates(workshop, "manager-south")["seen"].any()


def test_what_changes_after_seeing_the_others_is_a_second_round(workshop: Any, audit_of: AuditOf) -> None:
    _give(workshop, "trainer", 3)
    _give(workshop, "trainer", 2.5, ["needs"])
    rows = audit_of(workshop.store, "standard_estimate")
    assert [row["why"] for row in rows[-2:]] == [None, "second round"] and rows[-1]["before"] == {"rating": 3.0}


def test_whoever_leads_sees_all_and_judges_no_more(workshop: Any, audit_of: AuditOf) -> None:
    trainer, store = workshop.viewers["trainer"], workshop.store
    _give(workshop, "manager-north", 3)
    _give(workshop, "trainer", 2, ["needs"])
    storage.lead_standard(store, trainer, "w")
    storage.lead_standard(store, trainer, "w")  # a second press changes nothing
    assert set(_estimates(workshop, "trainer")["judge_id"]) == {"manager-north"}
    assert [row["action"] for row in audit_of(store, "standard_leader")] == ["create"]
    assert audit_of(store, "standard_estimate")[-1]["before"]["rating"] == 2.0
    with pytest.raises(Conflict, match="you do not judge"):
        _give(workshop, "trainer", 3)
    with pytest.raises(NotAllowed, match="Only trainers lead"):
        storage.lead_standard(store, workshop.viewers["manager-north"], "w")


def test_whoever_has_judged_cannot_lead_any_more(workshop: Any) -> None:
    _give(workshop, "trainer", 3)
    with pytest.raises(Conflict, match="see those of the others already"):
        storage.lead_standard(workshop.store, workshop.viewers["trainer"], "w")
    assert len(_estimates(workshop, "trainer")) == 8


@pytest.mark.parametrize("who", ["manager-south", "hr", "rep-1", "administrator"])
def test_nobody_else_sets_the_mark(workshop: Any, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only trainers and the raters"):
        storage.save_estimates(workshop.store, workshop.viewers[who], "w", {"opening": 3})
    assert _estimates(workshop, "trainer").empty


@pytest.mark.parametrize(
    ("ratings", "error", "words"),
    [
        ({"opening": 3, "needs": 5.5}, InputError, "between 1 and 5, not at 5.5"),
        ({"opening": float("nan")}, InputError, "between 1 and 5"),
        ({"opening": 3, "juggling": 3}, NotFound, "“juggling” is not rated in this workshop"),
        ({}, InputError, "no estimates to save"),
    ],
)
def test_what_cannot_be_an_estimate_changes_nothing(
    workshop: Any, ratings: dict[str, float], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        storage.save_estimates(workshop.store, workshop.viewers["trainer"], "w", ratings)
    assert _estimates(workshop, "trainer").empty


def test_a_workshop_that_does_not_certify_has_no_mark(workshop: Any) -> None:
    with workshop.store.write("test") as change:
        change.connection.execute(WORKSHOP.update().values(certifies=False))
    with pytest.raises(InputError, match="does not certify"):
        storage.save_estimates(workshop.store, workshop.viewers["trainer"], "w", {"opening": 3})
    with pytest.raises(InputError, match="does not certify"):
        storage.lead_standard(workshop.store, workshop.viewers["trainer"], "w")
    with workshop.store.read() as connection:
        assert not storage.certifies(connection, "w") and not storage.certifies(connection, "nowhere")


def test_nobody_is_to_score_themselves_their_team_or_while_absent(workshop: Any) -> None:
    def barred() -> list[tuple[str, str]]:
        with workshop.store.read() as connection:
            return storage.barred_pairs(connection, "w")

    assert barred() == [("manager-north", "manager-north"), ("rep-1", "manager-north")]
    with workshop.store.write("test") as change:
        away = WORKSHOP_MEMBER.c.person_id == "trainer"
        change.connection.execute(WORKSHOP_MEMBER.update().where(away).values(absent=True))
    assert {pair for pair in barred() if pair[1] == "trainer"} == {
        ("manager-north", "trainer"),
        ("rep-1", "trainer"),
        ("rep-3", "trainer"),
    }


def test_moments_and_overall_ratings_belong_to_their_sheets(workshop: Any) -> None:
    key = SheetKey("w", "complaint", "rep-1", "trainer")
    moment = save_rating(workshop.store, workshop.viewers["trainer"], key, "opening", 4, on=DAY)
    with workshop.store.read() as connection:
        (row,) = storage.moments(connection, "w").to_dict("records")
        assert storage.overall_ratings(connection, "w").empty
        assert roleplay.ratings(connection, workshop.viewers["trainer"], "w")["rating"].tolist() == [4.0]
    assert (row["rep_id"], row["criterion_id"], row["rated_at"]) == ("rep-1", "opening", moment)
    with workshop.store.write("test") as change:
        change.connection.execute(SHEET.update().values(overall=2))
    with workshop.store.read() as connection:
        assert storage.overall_ratings(connection, "w")["overall"].tolist() == [2]


@pytest.mark.parametrize("superior", [None, "manager-south"])
def test_a_report_is_one_for_the_timetable_and_the_results_alike(workshop: Any, superior: str | None) -> None:
    """A superior of another team bars like the leader of one's own, who stands in where no superior is known."""
    with workshop.store.write("test") as change:
        rep = PERSON.c.person_id == "rep-1"
        change.connection.execute(PERSON.update().where(rep).values(manager_id=superior))
        south = {"workshop_id": "w", "person_id": "manager-south", "part": "rater", "absent": False}
        change.connection.execute(WORKSHOP_MEMBER.insert(), [south])
        change.connection.execute(
            PERSON.update().where(PERSON.c.person_id == "manager-north").values(team_id="north", manager_id=sa.null())
        )
    with workshop.store.read() as connection:
        barred = storage.barred_pairs(connection, "w")
        superiors = read_plan(connection, workshop.viewers["trainer"], "w").reports_to
    assert superiors == {"rep-1": superior or "manager-north", "rep-3": "manager-south", "manager-north": None}
    assert ("rep-1", superior or "manager-north") in barred
    assert {pair for pair in superiors.items() if pair[1]} <= set(barred)
