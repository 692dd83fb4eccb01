"""A plan is agreed by both, moves on, is planned again, compared and dropped; each may do only what is theirs."""

import dataclasses
import datetime as dt
import functools

import pytest
from plan_makers import gaps

from toolkit.errors import Conflict, InputError, NotAllowed, NotFound
from toolkit.plans import Limits, Plan, PlanItem
from toolkit.plans.agenda.storage import (
    hold_review,
    reminders,
    reviews_of,
    set_high_potential,
    set_reviews,
    tracks,
)
from toolkit.plans.plan_comparison import compare_plans
from toolkit.plans.progress import ItemProgress, gaps_after, rest_of
from toolkit.plans.reminders import reminders_of
from toolkit.plans.review.storage import (
    done_activities,
    drop_plan,
    finish_plan,
    goals_of,
    keep_goals,
    plan_versions,
    progress_of,
    set_item_progress,
    sign_plan,
)
from toolkit.plans.storage import latest_plan, plan_version, save_plan
from toolkit.wording import text

TODAY = dt.date(2026, 10, 20)
LIMITS = Limits(dt.date(2026, 9, 7), dt.date(2027, 3, 1), 2.5, 4000.0)


def item(name, start, end, *, session=None, hours=4.0, cost=300.0, pinned=False, **closes):
    days = [dt.date.fromisoformat(day) for day in (start, end)]
    return PlanItem(name, session, *days, hours, cost, 0.1, closes, pinned)


A = item("a", "2026-09-07", "2026-09-20", listening=0.2)
B = item("b", "2026-10-05", "2026-10-30", session="b-1", cost=500.0)
C = item("c", "2026-11-02", "2026-11-15", pinned=True)
D = item("d", "2026-10-01", "2026-10-10", session="d-1", cost=700.0)
PLAN = Plan("rep-1", LIMITS, (A, B, C, D), 0.35, 0.4, {"listening": 0.9}, {"listening": 0.57}, {})
DONE = ItemProgress("done", dt.date(2026, 9, 18))


def progress(office, who, activity, one, version=1, person="rep-1"):
    return set_item_progress(office.store, office.viewers[who], person, version, activity, one, today=TODAY)


def read(office, query, who="trainer", *arguments):
    with office.store.read() as connection:
        return query(connection, office.viewers[who], *arguments)


@pytest.fixture
def saved(office):
    save_plan(office.store, office.viewers["trainer"], PLAN)
    return office


def test_a_plan_is_agreed_when_rep_and_manager_have_signed(saved, audit_of):
    assert sign_plan(saved.store, saved.viewers["rep-1"], "rep-1", 1) == "draft"
    assert sign_plan(saved.store, saved.viewers["rep-1"], "rep-1", 1) == "draft"
    assert sign_plan(saved.store, saved.viewers["manager-north"], "rep-1", 1) == "agreed"
    row = read(saved, plan_versions, "rep-1", "rep-1").iloc[0]
    assert row["status"] == "agreed" and row["rep_signed_at"] and row["manager_signed_at"]
    rows = audit_of(saved.store, "plan_signature")
    assert [(one["actor_id"], one["person_id"]) for one in rows] == [
        ("user-rep-1", "rep-1"),
        ("user-manager-north", "rep-1"),
    ]
    save_plan(saved.store, saved.viewers["trainer"], PLAN)
    assert read(saved, latest_plan, "trainer", "rep-1").status == "draft"


def test_nobody_signs_for_another(saved, audit_of):
    before = audit_of(saved.store)
    for who in ("trainer", "hr", "administrator", "rep-2", "manager-south"):
        with pytest.raises(NotAllowed):
            sign_plan(saved.store, saved.viewers[who], "rep-1", 1)
    assert audit_of(saved.store) == before


def test_a_manager_signs_their_own_plan_as_its_person_only(office):
    save_plan(office.store, office.viewers["trainer"], dataclasses.replace(PLAN, person_id="manager-north"))
    for _ in range(2):
        assert sign_plan(office.store, office.viewers["manager-north"], "manager-north", 1) == "draft"
    row = read(office, plan_versions, "trainer", "manager-north").iloc[0]
    assert row["rep_signed_at"] and row["manager_signed_at"] is None


def test_an_older_version_is_neither_signed_nor_moved_on(saved):
    save_plan(saved.store, saved.viewers["trainer"], PLAN)
    for change in (
        lambda: sign_plan(saved.store, saved.viewers["rep-1"], "rep-1", 1),
        lambda: progress(saved, "rep-1", "a", DONE),
        lambda: drop_plan(saved.store, saved.viewers["trainer"], "rep-1", 1, "Moved away"),
        lambda: keep_goals(saved.store, saved.viewers["trainer"], "rep-1", 1, []),
    ):
        with pytest.raises(Conflict, match=r"^Somebody else has saved version 2"):
            change()


def test_progress_moves_an_agreed_plan_on_and_is_carried_into_the_next_version(saved, audit_of):
    for who in ("rep-1", "manager-north"):
        sign_plan(saved.store, saved.viewers[who], "rep-1", 1)
    assert progress(saved, "rep-1", "a", ItemProgress("done")).done_on == TODAY
    assert progress(saved, "manager-north", "b", ItemProgress("under_way")) == ItemProgress("under_way")
    progress(saved, "trainer", "d", ItemProgress("missed", note="ill"))
    assert read(saved, latest_plan, "rep-1", "rep-1").status == "under_way"
    count = len(audit_of(saved.store))
    progress(saved, "trainer", "d", ItemProgress("missed", note="ill"))
    assert len(audit_of(saved.store)) == count
    later = item("d", "2026-12-01", "2026-12-10", session="d-2")
    save_plan(saved.store, saved.viewers["trainer"], dataclasses.replace(PLAN, items=(A, B, C, later)))
    found = read(saved, progress_of, "rep-1", "rep-1")
    assert found == {"a": ItemProgress("done", TODAY), "b": ItemProgress("under_way")}
    assert read(saved, done_activities, "rep-1", "rep-1") == {"a": TODAY}
    with pytest.raises(NotAllowed):
        read(saved, done_activities, "rep-2", "rep-1")


REFUSED = [
    ("rep-2", "a", DONE, NotAllowed, "may not open"),
    ("hr", "a", DONE, NotAllowed, "manager or a trainer"),
    ("rep-1", "x", DONE, NotFound, "is not in this plan"),
    ("rep-1", "a", ItemProgress("lost"), InputError, "is no status"),
    ("rep-1", "a", ItemProgress("done", dt.date(2026, 10, 21)), InputError, "lies in the future"),
    ("rep-1", "a", ItemProgress("planned", TODAY), InputError, "Only an activity that is done"),
    ("rep-1", "c", ItemProgress("missed"), InputError, "cannot have been missed yet"),
]


def test_progress_that_cannot_be_is_refused(saved, audit_of):
    before = audit_of(saved.store)
    for who, activity, one, error, says in REFUSED:
        with pytest.raises(error, match=says):
            progress(saved, who, activity, one)
    assert audit_of(saved.store) == before


def test_a_dropped_plan_is_a_version_with_its_reason_and_closed(saved):
    with pytest.raises(InputError, match="for a reason"):
        drop_plan(saved.store, saved.viewers["trainer"], "rep-1", 1, " ")
    with pytest.raises(NotAllowed):
        drop_plan(saved.store, saved.viewers["rep-1"], "rep-1", 1, "No wish")
    assert drop_plan(saved.store, saved.viewers["manager-north"], "rep-1", 1, "Left the area") == 2
    found = read(saved, latest_plan, "rep-1", "rep-1")
    assert (found.status, found.reason, found.plan) == ("dropped", "Left the area", PLAN)
    assert read(saved, plan_version, "rep-1", "rep-1", 1).status == "draft"
    with pytest.raises(InputError, match="is closed"):
        sign_plan(saved.store, saved.viewers["rep-1"], "rep-1", 2)
    assert save_plan(saved.store, saved.viewers["trainer"], PLAN) == 3
    finish_plan(saved.store, saved.viewers["trainer"], "rep-1", 3)
    assert read(saved, plan_versions, "rep-1", "rep-1")["status"].tolist() == ["done", "dropped", "draft"]
    with pytest.raises(NotAllowed):
        read(saved, plan_versions, "rep-2", "rep-1")


def test_the_rest_keeps_what_is_done_or_under_way_and_what_money_is_left():
    now = {"a": DONE, "b": ItemProgress("under_way"), "d": ItemProgress("missed")}
    rest = rest_of(PLAN, now, TODAY, excluded=("x", "a"))
    assert rest.done == {"a": DONE.done_on} and rest.under_way == (B,)
    assert rest.pinned == ("c",) and rest.excluded == ("x",)
    assert rest.limits == dataclasses.replace(LIMITS, start=TODAY, budget=4000.0 - 300 - 500 - 700)
    assert rest_of(PLAN, {}, dt.date(2026, 8, 1)).limits == LIMITS
    with pytest.raises(InputError, match="Less than a week is left"):
        rest_of(PLAN, now, dt.date(2027, 2, 25))
    assert rest_of(PLAN, now, dt.date(2027, 2, 25), deadline=dt.date(2027, 6, 1)).limits.deadline.month == 6


def test_gaps_after_what_was_done():
    after = gaps_after(gaps(listening=(2.0, 0.5, 3.0, 4.0), closing=(2.0, 0.5, 3.0, 4.0)), [A])
    assert after["level"].tolist() == [2.2, 2.0] and after["gap"].tolist() == [0.8, 1.0]


def test_two_versions_are_compared():
    later = dataclasses.replace(B, starts_on=dt.date(2026, 10, 8))
    free = dataclasses.replace(C, pinned=False)
    e = item("e", "2026-12-01", "2026-12-08", cost=100.0, listening=0.3)
    why = text("What is in the plan closes more for the same money.")
    new = dataclasses.replace(PLAN, items=(A, later, free, e), left_out={"d": why})
    table = compare_plans(PLAN, new, {"listening": {"en": "Listening"}}).set_index("activity_id")
    assert table["change"].to_dict() == {"e": "added", "d": "dropped", "b": "moved", "c": "changed"}
    assert table.at["d", "why"] is why and table.at["d", "cost"] == -700.0 and table.at["d", "new_starts_on"] is None
    assert str(table.at["b", "why"]) == "It starts 3 days later."
    assert "of the expected gap" in str(table.at["e", "why"]) and str(table.at["c", "why"]) == "Its pin was taken away."
    assert compare_plans(PLAN, PLAN).empty
    assert compare_plans(PLAN, PLAN, all_items=True)["change"].tolist() == ["same"] * 4
    with pytest.raises(InputError, match="two different people"):
        compare_plans(PLAN, dataclasses.replace(PLAN, person_id="rep-2"))


def test_reminders_name_what_is_due_and_for_whom():
    now = {"b": ItemProgress("under_way"), "a": DONE}
    found = reminders_of(PLAN, "draft", now, ["rep"], [dt.date(2026, 10, 20)], TODAY, saved_on=dt.date(2026, 10, 18))
    assert [(one.kind, one.activity_id, one.days, one.party) for one in found] == [
        ("finish", "d", -10, "rep"),
        ("sign", None, -2, "manager"),
        ("review", None, 0, "manager"),
        ("finish", "b", 10, "rep"),
        ("start", "c", 13, "rep"),
    ]
    assert str(found[0].words) == "Overdue by 10 days." and str(found[2].words) == "A review is due today."
    assert reminders_of(PLAN, "dropped", {}, [], [], TODAY, saved_on=TODAY) == []


def test_reminders_show_only_whom_the_viewer_may_see(saved):
    save_plan(saved.store, saved.viewers["trainer"], dataclasses.replace(PLAN, person_id="rep-3"))
    set_reviews(saved.store, saved.viewers["trainer"], "rep-3", [TODAY])
    people = {}
    for who in ("trainer", "manager-north", "manager-south", "rep-1", "administrator"):
        found = read(saved, reminders, who, TODAY)
        people[who] = {one.person_id for one, _ in found}
        asked = [one for one, mine in read(saved, functools.partial(reminders, own=True), who, TODAY) if mine]
        assert asked == [one for one, mine in found if mine]
        for one, mine in found:
            assert mine == (
                (who == "rep-1" and one.party == "rep") or (who[:7] == "manager" and one.party == "manager")
            )
    assert people == {
        "trainer": {"rep-1", "rep-3"},
        "manager-north": {"rep-1"},
        "manager-south": {"rep-3"},
        "rep-1": {"rep-1"},
        "administrator": set(),
    }


def test_reviews_are_set_moved_and_held(saved):
    trainer = saved.viewers["trainer"]
    first, second, third = (dt.date(2026, month, 1) for month in (10, 11, 12))
    set_reviews(saved.store, trainer, "rep-1", [first, second])
    table = read(saved, reviews_of, "rep-1", "rep-1")
    hold_review(saved.store, trainer, "rep-1", table["review_id"][0], "Goes well", today=TODAY)
    set_reviews(saved.store, trainer, "rep-1", [second, third])
    after = read(saved, reviews_of, "rep-1", "rep-1")
    assert [day.date() for day in after["due_on"]] == [first, second, third]
    assert after["held_on"].notna().tolist() == [True, False, False] and after["note"][0] == "Goes well"
    assert after["review_id"][1] == table["review_id"][1]
    with pytest.raises(NotAllowed):
        set_reviews(saved.store, saved.viewers["rep-1"], "rep-1", [])
    with pytest.raises(NotFound):
        hold_review(saved.store, trainer, "rep-2", table["review_id"][1], "", today=TODAY)


def test_the_high_potential_track(saved):
    set_high_potential(saved.store, saved.viewers["manager-north"], "rep-1", True, "Led the Suzhou project")
    assert read(saved, tracks, "trainer")["person_id"].tolist() == ["rep-1"]
    assert read(saved, tracks, "manager-south").empty and read(saved, tracks, "rep-2").empty
    set_high_potential(saved.store, saved.viewers["trainer"], "rep-1", False, "Own wish")
    assert read(saved, tracks, "trainer").empty
    for who, person, why, error in (
        ("rep-1", "rep-1", "me", NotAllowed),
        ("manager-north", "manager-north", "me", NotAllowed),
        ("manager-north", "rep-3", "x", NotAllowed),
        ("trainer", "rep-1", "", InputError),
    ):
        with pytest.raises(error):
            set_high_potential(saved.store, saved.viewers[who], person, True, why)


GOAL = {"activity_id": "a", "competency_id": "listening", "due_on": dt.date(2026, 9, 20), "words_en": "Ask", "words_zh": "问",
        "start_level": 2.1, "target_level": 3.0, "reachable": "cannot_tell"}  # fmt: skip


def test_goals_are_kept_with_a_draft_and_stay_with_what_was_agreed(saved):
    manager = saved.viewers["manager-north"]
    keep_goals(saved.store, manager, "rep-1", 1, [GOAL, GOAL | {"activity_id": "b"}])
    keep_goals(saved.store, manager, "rep-1", 1, [GOAL | {"words_en": "Ask twice"}])
    table = read(saved, goals_of, "rep-1", "rep-1")
    assert table["words_en"].tolist() == ["Ask twice"] and table["words_zh"].tolist() == ["问"]
    with pytest.raises(InputError, match="is not in this plan"):
        keep_goals(saved.store, manager, "rep-1", 1, [GOAL | {"activity_id": "x"}])
    with pytest.raises(NotAllowed):
        keep_goals(saved.store, saved.viewers["rep-1"], "rep-1", 1, [])
    for who in ("rep-1", "manager-north"):
        sign_plan(saved.store, saved.viewers[who], "rep-1", 1)
    with pytest.raises(InputError, match="stay as they are"):
        keep_goals(saved.store, manager, "rep-1", 1, [])
    with pytest.raises(NotAllowed):
        read(saved, goals_of, "rep-2", "rep-1")
    moved = dataclasses.replace(A, ends_on=dt.date(2026, 9, 27))
    save_plan(saved.store, manager, PLAN)
    assert read(saved, goals_of, "rep-1", "rep-1")["words_en"].tolist() == ["Ask twice"]
    save_plan(saved.store, manager, dataclasses.replace(PLAN, items=(moved, B)))
    assert read(saved, goals_of, "rep-1", "rep-1").empty
