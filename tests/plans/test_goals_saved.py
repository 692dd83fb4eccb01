"""Plans are saved together with their goals, or not at all."""

import dataclasses
import datetime as dt

import pytest
from plan_rooms import TODAY, only, room_of, stored

from toolkit.errors import InputError
from toolkit.plans import Limits, Plan, PlanItem
from toolkit.plans.review.storage import goals_of, keep_goals
from toolkit.plans.review.stored_book import save_with_goals
from toolkit.plans.storage import latest_plan
from toolkit.plans.team.page import TeamSection
from toolkit.vocabulary import records_of

LIMITS = Limits(TODAY, TODAY + dt.timedelta(weeks=20), 2.5, 4000.0)


def plan_for(person, *ids, weeks=2):
    days = TODAY, TODAY + dt.timedelta(weeks=weeks)
    items = [PlanItem(one, None, *days, 4.0, 300.0, 0.1, {"communication": 0.2}, False) for one in ids]
    return Plan(person, LIMITS, tuple(items), 0.35, 0.4, {"communication": 0.9}, {"communication": 0.7}, {})


def goals(office, person):
    with office.store.read() as connection:
        return goals_of(connection, office.viewers["trainer"], person)


def saved(office, person):
    with office.store.read() as connection:
        return latest_plan(connection, office.viewers["trainer"], person)


def test_plans_for_all_have_goals_too(office):
    only(office, stored("a"), stored("b"))
    room = room_of(office)
    section = TeamSection(room)
    assert section._save([plan_for("rep-1", "a", "b"), plan_for("rep-2", "b")], {}) == {"rep-1": 1, "rep-2": 1}
    assert set(goals(office, "rep-1")["activity_id"]) == {"a", "b"}
    words = goals(office, "rep-2")
    assert words["activity_id"].tolist() == ["b"] and "Measured by" in words["words_en"][0]
    assert words["target_level"].tolist() == [3.0] and words["words_zh"][0] != words["words_en"][0]


def test_a_goal_worded_by_hand_stays_and_new_items_get_theirs(office):
    only(office, stored("a"), stored("b"))
    room = room_of(office)
    assert save_with_goals(room, plan_for("rep-1", "a"), (), 0) == 1
    [own] = records_of(goals(office, "rep-1"))
    mine = own | {"words_en": "My own words", "due_on": own["due_on"].date()}
    keep_goals(office.store, office.viewers["trainer"], "rep-1", 1, [mine])
    assert save_with_goals(room, plan_for("rep-1", "a", "b"), (), 1) == 2
    found = goals(office, "rep-1").set_index("activity_id")["words_en"]
    assert found["a"] == "My own words" and "Measured by" in found["b"]
    assert save_with_goals(room, plan_for("rep-1", "a", weeks=3), (), 2) == 3
    assert "Measured by" in goals(office, "rep-1")["words_en"][0]  # another day, another goal


def test_nothing_is_saved_where_a_goal_has_no_words(office):
    only(office, stored("a"))
    room = room_of(office)
    kept = room.behaviours
    room.__dict__["behaviours"] = kept[kept["level"] != 3]
    for save in (
        lambda: save_with_goals(room, plan_for("rep-1", "a"), (), 0),
        lambda: TeamSection(room)._save([plan_for("rep-2", "a"), plan_for("rep-1", "a")], {}),
    ):
        with pytest.raises(InputError, match="no behaviour words for level 3"):
            save()
    assert saved(office, "rep-1") is None and saved(office, "rep-2") is None
    assert save_with_goals(room, dataclasses.replace(plan_for("rep-1"), value=0.0), (), 0) == 1
