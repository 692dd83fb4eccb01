"""A rater or rep falls out: what has been played stays, and little else moves."""

import datetime as dt

import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.roleplay import replan, rotation

NINE = dt.datetime(2026, 9, 1, 9)
PLACE = ["slot", "station", "rep_id", "scenario_id", "rater_id"]


def plan(reps, raters, scenarios, stations, **options):
    names = [[f"{letter}{number:02}" for number in range(count)] for letter, count in (("r", reps), ("x", raters), ("s", scenarios))]  # fmt: skip
    return rotation(*names, stations=stations, slot_minutes=20, start=NINE, **options)


def rows(frame):
    return set(frame[PLACE].itertuples(index=False, name=None))


def keeps_the_rules(made, before, gone, from_slot):
    slots = made.slots
    plays = slots.drop_duplicates(["slot", "station"])
    assert not slots.duplicated(["slot", "rater_id"]).any() and not plays.duplicated(["slot", "rep_id"]).any()
    assert not plays.duplicated(["rep_id", "scenario_id"]).any()
    assert rows(slots[slots["slot"] < from_slot]) == rows(before.slots[before.slots["slot"] < from_slot])
    assert gone not in set(slots.loc[slots["slot"] >= from_slot, ["rep_id", "rater_id"]].to_numpy().ravel())
    assert not set(zip(slots["rep_id"], slots["rater_id"], strict=True)) & set(made.request.reports_to.items())
    changed = set(made.changes[["rep_id", "scenario_id"]].itertuples(index=False, name=None))
    same = [(rep, scenario) not in changed for rep, scenario in zip(slots["rep_id"], slots["scenario_id"], strict=True)]
    assert rows(slots[same]) <= rows(before.slots)


@pytest.mark.parametrize("from_slot", [1, 4, 8, 15, 16])
def test_where_somebody_is_idle_only_the_rater_changes(from_slot):
    before = plan(30, 5, 2, 4)
    made = replan(before, without="x01", from_slot=from_slot)
    keeps_the_rules(made, before, "x01", from_slot)
    seats = before.slots[(before.slots["rater_id"] == "x01") & (before.slots["slot"] >= from_slot)]
    assert len(made.changes) == len(seats) and set(made.changes["change"]) <= {"rater"}
    assert made.slots["slot"].max() == before.slots["slot"].max() and len(made.sheets) == len(before.sheets)
    assert made.full_rank and made.connected
    rest = made.load[made.load["rater_id"] != "x01"]["sheets"]
    assert rest.max() - rest.min() <= 2


def test_where_nobody_is_idle_only_the_lost_plays_move():
    before = plan(30, 4, 2, 4)
    made = replan(before, without="x02", from_slot=6)
    keeps_the_rules(made, before, "x02", 6)
    lost = before.slots[(before.slots["rater_id"] == "x02") & (before.slots["slot"] >= 6)]
    assert (made.changes["change"] == "moved").all() and len(made.changes) == len(lost) == 10
    assert set(made.changes["rep_id"]) == set(lost["rep_id"])
    # 15 slots, 10 plays more for three raters: four slots more.
    assert made.slots["slot"].max() == 19 == made.fewest_slots
    assert made.full_rank and len(made.sheets) == 60
    said = list(map(str, made.notes))
    assert said[:2] == [
        "Role-plays that change: 10 with another time or room, 0 with other raters, 0 cancelled.",
        "The workshop now lasts until 15:20.",
    ]


def test_a_rater_who_never_came_is_no_longer_compared():
    made = replan(plan(12, 4, 2, 3), without="x03")
    assert list(made.load["rater_id"]) == ["x00", "x01", "x02"] and made.full_rank
    assert len(made.sheets) == 24


def test_links_that_fall_away_are_made_again():
    before = plan(12, 4, 1, 3)
    for gone in ("x00", "x01", "x02", "x03"):
        made = replan(before, without=gone, from_slot=2)
        keeps_the_rules(made, before, gone, 2)
        # The rest can be linked; a sheet on a rep nobody else has seen and nobody sees again cannot.
        staying = [rater for rater in made.request.raters if rater != gone]
        assert (made.overlap.loc[staying, staying].sum() > 0).all()
        alone = made.overlap.get(gone, made.overlap["x00"]).sum() == 0
        assert made.full_rank != alone


def test_a_second_loss_builds_on_the_first():
    before = plan(20, 5, 2, 3, reports_to={"r00": "x00", "r05": "x01", "r07": "x04"})
    first = replan(before, without="x01", from_slot=4)
    second = replan(first, without=["x02", "r19"], from_slot=7)
    keeps_the_rules(second, first, "x02", 7)
    assert not set(second.slots.loc[second.slots["slot"] >= 4, "rater_id"]) & {"x01"}
    plays = second.sheets.drop_duplicates(["rep_id", "scenario_id"])
    assert (plays.groupby("rep_id").size().drop("r19", errors="ignore") == 2).all()
    assert second.full_rank


def test_a_rep_who_falls_out_is_taken_off_and_nothing_else_changes():
    before = plan(12, 4, 2, 3)
    last = before.slots["rep_id"].iloc[-1]
    made = replan(before, without=last, from_slot=5)
    assert set(made.changes["change"]) == {"cancelled"} and set(made.changes["rep_id"]) == {last}
    assert rows(made.slots) == rows(before.slots[before.slots["rep_id"] != last])


def test_done_says_what_has_really_been_rated():
    before = plan(12, 4, 2, 3)
    early = before.slots[before.slots["slot"] < 4]
    done = early.drop(index=early.index[[0, 4]])
    made = replan(before, without="x03", from_slot=4, done=done)
    assert rows(made.slots[made.slots["slot"] < 4]) == rows(done)
    plays = made.sheets.drop_duplicates(["rep_id", "scenario_id"])
    assert len(plays) == 24 and made.full_rank
    assert not made.slots.duplicated(["slot", "rater_id"]).any()


def test_what_was_played_ahead_of_time_is_not_played_again():
    before = plan(12, 4, 2, 3)
    ahead = before.slots[(before.slots["slot"] < 4) | (before.slots["slot"] == 6)]
    made = replan(before, without="x03", from_slot=4, done=ahead)
    assert rows(ahead) <= rows(made.slots)
    assert not made.slots.duplicated(["slot", "rater_id"]).any()
    assert not made.slots.duplicated(["rep_id", "rater_id", "scenario_id"]).any()


def test_a_rep_nobody_may_rate_any_more_is_named():
    before = plan(6, 3, 1, 2, reports_to={"r05": "x00"})
    slot = int(before.slots.loc[before.slots["rep_id"] == "r05", "slot"].iloc[0])
    made = replan(before, without=["x01", "x02"], from_slot=slot)
    assert ("r05", "cancelled") in set(zip(made.changes["rep_id"], made.changes["change"], strict=True))
    assert any("Nobody who is left may rate r05 in s00" in str(note) for note in made.notes)


def test_running_past_the_end_is_said():
    before = plan(12, 4, 2, 4, end=dt.time(11))
    made = replan(before, without="x00", from_slot=2)
    assert made.slots["end"].max() > pd.Timestamp(2026, 9, 1, 11)
    assert any("That is past its end at 11:00." in str(note) for note in made.notes)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"without": "nobody"}, "“nobody” takes no part in this workshop"),
        ({"without": "x00", "from_slot": 0}, "There is no slot 0: the timetable has slots 1 to 4"),
        ({"without": "x00", "from_slot": 6}, "There is no slot 6"),
        ({"without": ["r00", "r01", "r02", "r03"]}, "No rep is left"),
        ({"without": ["x00", "x01", "x02"]}, "No rater is left. Invite one more rater"),
        ({"without": "x00", "done": [("r00", "x09", "s00")]}, "“x09” takes no part in this workshop"),
        ({"without": "x00", "done": pd.DataFrame({"rep_id": ["r00"]})}, "need a column “rater_id”"),
    ],
)
def test_bad_input_is_refused_in_words(options, message):
    with pytest.raises(InputError, match=message):
        replan(plan(4, 3, 2, 2), **options)


def test_who_plays_a_role_play_that_has_begun_rates_nobody_else_then():
    reps = ["r00", "r01", "r02", "x02"]
    before = rotation(reps, ["x00", "x01", "x02"], ["s00", "s01"], stations=2, slot_minutes=20, start=NINE)
    crowded = [slot for slot, inside in before.slots.groupby("slot") if {"x02"} < set(inside["rep_id"])]
    assert crowded
    for slot in crowded:
        inside = before.slots[before.slots["slot"] == slot]
        done = pd.concat([before.slots[before.slots["slot"] < slot], inside[inside["rep_id"] == "x02"]])
        (gone,) = inside.loc[inside["rep_id"] != "x02", "rater_id"]
        made = replan(before, without=gone, from_slot=int(slot), done=done)
        for _, both in made.slots.groupby("slot"):
            assert not set(both["rep_id"]) & set(both["rater_id"]), both
