"""360 rounds in the store: who may do what, closing once, late answers, and what stays hidden."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from toolkit.access.roles import Role, Viewer
from toolkit.errors import Conflict, InputError, NotAllowed, NotFound, ToolkitError
from toolkit.organisation.storage import PERSON
from toolkit.skillgap.feedback_round import storage
from toolkit.skillgap.feedback_round.answering import storage as answering
from toolkit.skillgap.feedback_round.answering.sheet import Answer
from toolkit.skillgap.feedback_round.invitation import COLUMNS
from toolkit.skillgap.feedback_round.results.storage import close_round, outcome
from toolkit.skillgap.feedback_round.waiting.storage import waiting_count
from toolkit.skillgap.storage import evidence
from toolkit.vocabulary import Evidence, check

DAY = dt.date(2026, 9, 1)
ASKED = ["communication", "teamwork"]
RELATIONS = {"rep-1": "self", "manager-north": "manager", "rep-2": "peer", "rep-3": "peer", "rep-4": "peer"}
AuditOf = Callable[..., list[dict[str, Any]]]


def asked_about(person: str = "rep-1", **more: str) -> pd.DataFrame:
    rows = [(person, relation, rater, None) for rater, relation in (RELATIONS | more).items()]
    rows += [(person, "customer", None, name) for name in ("Ms Li", "Mr Xie")]
    return pd.DataFrame(rows, columns=COLUMNS).astype(object)


def make(office: Any, who: str = "trainer", **changed: Any) -> str:
    values: dict[str, Any] = {"name": "2026Q3", "opens_on": DAY, "due_on": DAY, "invitations": asked_about()} | changed
    values.setdefault("asked", dict.fromkeys(values["invitations"]["person_id"], ASKED))
    with office.store.write(f"user-{who}") as change:
        return storage.create_round(change, office.viewers[who], **values)


@pytest.fixture
def made(office: Any) -> tuple[Any, str]:
    return office, make(office)


def sheets(office: Any, who: str) -> list[Any]:
    with office.store.read() as connection:
        return answering.own_sheets(connection, office.viewers[who])


def answer(office: Any, who: str, *ratings: float | None, hand_in: bool = True, comment: str = "") -> None:
    (sheet,) = sheets(office, who)
    for competency, rating in zip(ASKED, ratings, strict=True):
        answering.save_answer(
            office.store, office.viewers[who], sheet.invitation_id, competency, Answer(rating, comment)
        )
    if hand_in:
        answering.hand_in(office.store, office.viewers[who], sheet.invitation_id)


def change(office: Any, who: str, act: Callable[..., Any], *arguments: Any) -> Any:
    with office.store.write(f"user-{who}") as opened:
        return act(opened, office.viewers[who], *arguments)


def look(office: Any, round_id: str, who: str = "trainer") -> tuple[pd.DataFrame, pd.DataFrame]:
    with office.store.read() as connection:
        return outcome(connection, office.viewers[who], round_id)


def pieces(office: Any) -> pd.DataFrame:
    with office.store.read() as connection:
        return evidence(connection, office.viewers["trainer"])


def test_a_round_is_answered_closed_and_becomes_evidence_once(made: Any) -> None:
    office, round_id = made
    for who, rating in (("rep-1", 5), ("manager-north", 3), ("rep-2", 2), ("rep-3", 3), ("rep-4", 4)):
        answer(office, who, rating, None, comment=f"by {who}" if who != "rep-4" else "")
        assert look(office, round_id)[0].empty and pieces(office).empty  # while it runs, nothing is shown
    assert change(office, "trainer", close_round, round_id) == 5
    found = pieces(office)
    check(found, Evidence)
    assert sorted(zip(found["source"], found["level"], strict=True)) == [
        ("manager", 3.0), ("peer", 2.0), ("peer", 3.0), ("peer", 4.0), ("self", 5.0),
    ]  # fmt: skip
    assert set(found["competency_id"]) == {"communication"}  # not seen is no rating
    assert found.loc[found["source"].eq("peer"), "observed_on"].nunique() == 1
    groups, comments = look(office, round_id)
    assert groups.set_index("relation")["mean"].to_dict() == {"self": 5, "manager": 3, "peer": 3}
    assert comments["comment"].tolist() == ["by manager-north", "by rep-1", "by rep-2", "by rep-3"]
    assert comments["relation"].tolist() == ["manager", "self", "together", "together"]
    with pytest.raises(Conflict, match="closed already"):
        change(office, "trainer", close_round, round_id)
    change(office, "trainer", storage.reopen_round, round_id)
    assert change(office, "trainer", close_round, round_id) == 0
    assert len(pieces(office)) == 5


def test_a_late_answer_changes_nothing_anywhere(made: Any) -> None:
    office, round_id = made
    with office.store.write("test") as opened:
        values = {
            "employee_number": "S900",
            "name": "Late",
            "language": "en",
            "team_id": "south",
            "role_id": "client_manager",
            "tier_id": "middle",
            "hired_on": DAY,
        }
        opened.put(PERSON, {"person_id": "late"}, values)
    for who in ("rep-2", "rep-3", "rep-4"):
        answer(office, who, 3, 3)
    change(office, "trainer", close_round, round_id)
    before, levels = look(office, round_id)[0], pieces(office)
    change(office, "trainer", storage.reopen_round, round_id)
    change(
        office,
        "trainer",
        storage.add_invitation,
        round_id,
        {"person_id": "rep-1", "relation": "peer", "rater_id": "late"},
    )
    office.viewers["late"] = Viewer("user-late", "late", Role.REP, "late", "en")
    answer(office, "late", 5, 5)
    pd.testing.assert_frame_equal(look(office, round_id)[0], before)  # still running
    change(office, "trainer", close_round, round_id)
    after = look(office, round_id)[0]
    pd.testing.assert_frame_equal(after.drop(columns="hidden"), before.drop(columns="hidden"))
    assert after["hidden"].tolist() == [1, 1]
    pd.testing.assert_frame_equal(pieces(office), levels)


def test_a_small_group_reaches_neither_results_nor_levels(made: Any) -> None:
    office, round_id = made
    answer(office, "rep-2", 2, 2, comment="secret")
    answer(office, "rep-3", 4, 4)
    answer(office, "rep-4", 4, 4, hand_in=False)  # not handed in does not count
    change(office, "trainer", close_round, round_id)
    groups, comments = look(office, round_id)
    assert groups["mean"].isna().all() and groups["hidden"].tolist() == [2, 2] and comments.empty
    assert pieces(office).empty


def test_leftovers_of_several_groups_are_shown_in_one_sum_and_are_no_evidence(made: Any) -> None:
    office, round_id = made
    for who in ("rep-2", "rep-3"):
        answer(office, who, 2, 2)
    trainer = office.viewers["trainer"]
    with office.store.read() as connection:
        (sheet,) = answering.sheets_brought_in(connection, trainer, round_id, "Ms Li")
    given = {sheet.invitation_id: dict.fromkeys(ASKED, Answer(5.0))}
    with office.store.write("user-trainer") as opened:
        assert answering.take_answers(opened, trainer, given, brought_in=(round_id, "Ms Li")) == 1
    change(office, "trainer", close_round, round_id)
    groups = look(office, round_id)[0]
    shown = groups[groups["raters"] > 0]
    assert set(shown["relation"]) == {"together"} and shown["mean"].tolist() == [3.0, 3.0]
    assert pieces(office).empty


def test_what_was_shown_stays_and_what_was_not_may_be_changed(made: Any) -> None:
    office, round_id = made
    for who in ("rep-2", "rep-3", "rep-4"):
        answer(office, who, 3, None if who == "rep-4" else 3)
    change(office, "trainer", close_round, round_id)
    with pytest.raises(Conflict, match="is closed"):
        with office.store.read() as connection:
            invitation = storage.invitations(connection, office.viewers["trainer"], round_id)
        own = invitation.loc[invitation["rater_id"].eq("rep-2"), "invitation_id"].iloc[0]
        answering.save_answer(office.store, office.viewers["rep-2"], own, ASKED[0], Answer(1.0))
    change(office, "trainer", storage.reopen_round, round_id)
    with pytest.raises(Conflict, match="part of results"):
        answering.save_answer(office.store, office.viewers["rep-2"], own, ASKED[0], Answer(1.0))
    answering.save_answer(office.store, office.viewers["rep-2"], own, ASKED[1], Answer(1.0))


@pytest.mark.parametrize("who", ["rep-4", "manager-south", "trainer", "hr"])
def test_nobody_answers_for_another(made: Any, who: str) -> None:
    office, _ = made
    (sheet,) = sheets(office, "rep-2")
    for act in (
        lambda: answering.save_answer(office.store, office.viewers[who], sheet.invitation_id, ASKED[0], Answer(1.0)),
        lambda: answering.hand_in(office.store, office.viewers[who], sheet.invitation_id),
        lambda: change(office, who, answering.take_answers, {sheet.invitation_id: {ASKED[0]: Answer(1.0)}}),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert not sheets(office, "rep-2")[0].answers


def test_the_organiser_brings_in_only_those_who_cannot_sign_in(made: Any) -> None:
    from toolkit.access.storage import ACCOUNT

    office, round_id = made
    with office.store.write("test") as opened:
        account = {
            "login": "two",
            "name": "Two",
            "role": "rep",
            "person_id": "rep-2",
            "language": "en",
            "active": True,
            "session_key": "",
            "failed_count": 0,
            "created_at": opened.at,
        }
        opened.connection.execute(ACCOUNT.insert().values(user_id="two", **account))
    with office.store.read() as connection:
        known = answering.brought_in_raters(connection, office.viewers["trainer"], round_id)
        assert "rep-2" not in known and known["rep-3"] == "Rep-3" and "Ms Li" in known
        with pytest.raises(NotAllowed, match="signs in"):
            answering.sheets_brought_in(connection, office.viewers["trainer"], round_id, "rep-2")
        with pytest.raises(NotAllowed):
            answering.sheets_brought_in(connection, office.viewers["rep-3"], round_id, "Ms Li")
    with office.store.write("test") as opened:
        opened.connection.execute(ACCOUNT.update().values(active=False))
    with office.store.read() as connection, pytest.raises(NotAllowed, match="signs in"):
        answering.sheets_brought_in(connection, office.viewers["trainer"], round_id, "rep-2")


@pytest.mark.parametrize(
    ("rating", "competency", "error"),
    [(6, ASKED[0], InputError), (2.5, ASKED[0], InputError), (3, "nonsense", NotFound)],
)
def test_unusable_answers_are_refused(made: Any, rating: float, competency: str, error: type[ToolkitError]) -> None:
    office, _ = made
    (sheet,) = sheets(office, "rep-2")
    with pytest.raises(error):
        answering.save_answer(office.store, office.viewers["rep-2"], sheet.invitation_id, competency, Answer(rating))
    with pytest.raises(InputError, match="at most"):
        answering.save_answer(
            office.store, office.viewers["rep-2"], sheet.invitation_id, ASKED[0], Answer(3, "x" * 4001)
        )
    with pytest.raises(InputError, match="not rated yet"):
        answering.hand_in(office.store, office.viewers["rep-2"], sheet.invitation_id)


@pytest.mark.parametrize("gone", ["rep-1", "rep-2"])
def test_nothing_is_rated_once_either_has_left(made: Any, gone: str) -> None:
    office, _ = made
    (sheet,) = sheets(office, "rep-2")
    with office.store.write("test") as opened:
        opened.put(PERSON, {"person_id": gone}, {"left_on": DAY})
    with pytest.raises(Conflict, match="left"):
        answering.save_answer(office.store, office.viewers["rep-2"], sheet.invitation_id, ASKED[0], Answer(3.0))
    if gone == "rep-1":
        assert sheets(office, "rep-2") == []


def test_doubles_are_refused_and_nothing_is_stored(made: Any) -> None:
    office, round_id = made
    for changed, error in (
        ({"invitations": asked_about("rep-2", **{"rep-2": "self", "rep-1": "peer"})}, "There is a round “2026Q3”"),
        ({"name": "Other"}, "already rated in the round “2026Q3”"),
        ({"name": "Other", "due_on": DAY - dt.timedelta(days=1)}, "lies before"),
        ({"name": "Other", "invitations": asked_about().iloc[:0]}, "Nobody is asked"),
        (
            {
                "name": "Other",
                "invitations": asked_about("rep-3", **{"rep-3": "self", "rep-1": "peer"}),
                "asked": {"rep-3": []},
            },
            "no competency",
        ),
    ):
        with pytest.raises(InputError, match=error):
            make(office, **changed)
    with pytest.raises(InputError, match="asked twice"):
        change(
            office,
            "trainer",
            storage.add_invitation,
            round_id,
            {"person_id": "rep-1", "relation": "peer", "rater_id": "rep-2"},
        )
    with office.store.read() as connection:
        assert len(storage.rounds(connection, office.viewers["trainer"])) == 1
        assert len(storage.invitations(connection, office.viewers["trainer"], round_id)) == 7


def test_invitations_may_be_taken_back_until_somebody_begins(made: Any) -> None:
    office, round_id = made
    answer(office, "rep-2", 3, 3, hand_in=False)
    with office.store.read() as connection:
        found = storage.invitations(connection, office.viewers["trainer"], round_id).set_index("rater_id")
    assert found.loc["rep-2", "state"] == "open" and found.loc["rep-3", "state"] == "missing"
    with pytest.raises(Conflict, match="begun"):
        change(office, "trainer", storage.remove_invitation, found.loc["rep-2", "invitation_id"])
    change(office, "trainer", storage.remove_invitation, found.loc["rep-3", "invitation_id"])
    assert sheets(office, "rep-3") == []


def test_managers_run_rounds_of_their_team_and_never_about_themselves(office: Any) -> None:
    north = asked_about().query("rater_id != 'rep-3' and rater_id != 'rep-4'")
    round_id = make(office, "manager-north", invitations=north)
    with pytest.raises(NotAllowed, match="somebody else"):
        change(office, "manager-south", close_round, round_id)
    with pytest.raises(InputError, match="not among the people"):
        make(office, "manager-north", name="B", invitations=asked_about("rep-3", **{"rep-3": "self", "rep-1": "peer"}))
    own = pd.DataFrame([("manager-north", "report", "rep-2", None)], columns=COLUMNS)
    with pytest.raises(NotAllowed, match="about yourself"):
        make(office, "manager-north", name="C", invitations=own)
    for who in ("rep-1", "administrator"):
        with pytest.raises(NotAllowed):
            make(office, who, name="D")
    with office.store.read() as connection:
        seen = {who: len(storage.rounds(connection, viewer)) for who, viewer in office.viewers.items()}
        with pytest.raises(NotAllowed):
            storage.invitations(connection, office.viewers["rep-1"], round_id)
        assert storage.invitations(connection, office.viewers["manager-south"], round_id).empty
    assert seen == {
        "trainer": 1, "hr": 1, "administrator": 0, "manager-north": 1, "manager-south": 0,
        "rep-1": 1, "rep-2": 0, "rep-3": 0, "rep-4": 0,
    }  # fmt: skip
    assert change(office, "trainer", close_round, round_id) == 0


def test_results_go_to_whoever_may_see_the_person(made: Any) -> None:
    office, round_id = made
    for who in ("rep-2", "rep-3", "rep-4"):
        answer(office, who, 3, 4)
    change(office, "hr", close_round, round_id)
    seen = {who: len(look(office, round_id, who)[0]) for who in office.viewers}
    assert {who for who, count in seen.items() if count} == {"trainer", "hr", "manager-north", "rep-1"}


def test_the_audit_tells_that_somebody_answered_and_never_what(made: Any, audit_of: AuditOf) -> None:
    office, round_id = made
    answer(office, "rep-2", 1, 5, comment="a secret")
    rows = audit_of(office.store, "feedback_answer") + audit_of(office.store, "feedback_invitation")[7:]
    assert len(rows) == 3 and {row["person_id"] for row in rows} == {"rep-2"}
    assert all(row["before"] is None and row["after"] is None and row["record_id"] == round_id for row in rows)
    assert "secret" not in str(audit_of(office.store))


def test_what_waits_is_counted_from_the_first_day_on(made: Any) -> None:
    office, _ = made
    with office.store.read() as connection:
        counts = {who: waiting_count(connection, office.viewers[who], DAY) for who in office.viewers}
        assert {who for who, count in counts.items() if count == 1} == set(RELATIONS)
        early = DAY - dt.timedelta(days=1)
        assert waiting_count(connection, office.viewers["rep-2"], early) == 0
        assert answering.own_sheets(connection, office.viewers["rep-2"], early) == []
    answer(office, "rep-2", 3, 3)
    with office.store.read() as connection:
        assert waiting_count(connection, office.viewers["rep-2"], DAY) == 0


def test_a_file_is_taken_whole_or_not_at_all(made: Any) -> None:
    office, _ = made
    (sheet,) = sheets(office, "rep-2")
    given = {sheet.invitation_id: {ASKED[0]: Answer(3.0), ASKED[1]: Answer(9.0)}}
    with pytest.raises(InputError):
        change(office, "rep-2", answering.take_answers, given)
    assert not sheets(office, "rep-2")[0].answers
    assert change(office, "rep-2", answering.take_answers, {sheet.invitation_id: {ASKED[0]: Answer(3.0)}}) == 0
    assert change(office, "rep-2", answering.take_answers, {sheet.invitation_id: {ASKED[1]: Answer(None)}}) == 1
    assert sheets(office, "rep-2")[0].handed_in


def test_a_failure_while_closing_keeps_the_round_open(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from toolkit.skillgap.feedback_round.results import storage as results

    office, round_id = made
    for who in ("rep-2", "rep-3", "rep-4"):
        answer(office, who, 3, 3)

    def fail(*_arguments: Any) -> int:
        raise sa.exc.OperationalError("no", None, Exception("no"))

    with monkeypatch.context() as patch:
        patch.setattr(results, "add_evidence", fail)
        with pytest.raises(sa.exc.OperationalError):
            change(office, "trainer", close_round, round_id)
    with office.store.read() as connection:
        assert storage.rounds(connection, office.viewers["trainer"])["is_open"].tolist() == [True]
    assert change(office, "trainer", close_round, round_id) == 6


def test_somebody_can_be_asked_though_another_rater_has_left(made: Any) -> None:
    office, round_id = made
    answer(office, "rep-2", 3, 3)
    with office.store.write("test") as opened:
        opened.put(PERSON, {"person_id": "rep-2"}, {"left_on": DAY})
    asked = {"person_id": "rep-1", "relation": "customer", "rater_id": None, "outsider": "Ms Wu"}
    change(office, "trainer", storage.add_invitation, round_id, asked)
    with pytest.raises(InputError, match="asked twice"):
        change(office, "trainer", storage.add_invitation, round_id, asked | {"outsider": " ms  wu"})
    with pytest.raises(InputError, match="left"):
        change(
            office,
            "trainer",
            storage.add_invitation,
            round_id,
            asked | {"relation": "peer", "rater_id": "rep-2", "outsider": None},
        )
    with office.store.read() as connection:
        assert len(storage.invitations(connection, office.viewers["trainer"], round_id)) == 8
