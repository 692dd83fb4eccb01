"""Seats are taken by plans, given back with them, and never given twice."""

import dataclasses
import datetime as dt

import pandas as pd
import plan_makers as make
import pytest
from plan_makers import NAMES, START

from toolkit.errors import Conflict
from toolkit.plans import Limits, Plan, PlanItem, PlanState, TeamPlanner
from toolkit.plans.catalogue.report import activity_table
from toolkit.plans.review.storage import drop_plan
from toolkit.plans.storage import add_sessions, keep_activities, save_plan, sessions
from toolkit.plans.team.storage import save_plans
from toolkit.vocabulary import Sessions, check, records_of

LIMITS = Limits(dt.date(2026, 9, 7), dt.date(2027, 3, 1), 2.5, 4000.0)
DAY = dt.date(2026, 10, 5)


def plan_for(person, *session_ids):
    items = [
        PlanItem("a", one, DAY, dt.date(2026, 10, 18), 4.0, 300.0, 0.1, {"listening": 0.2}, False)
        for one in session_ids
    ]
    return Plan(person, LIMITS, tuple(items), 0.35, 0.4, {"listening": 0.9}, {"listening": 0.57}, {})


def kept_row(activity_id):
    row = {n: v for n, v in make.activity(activity_id, mode="dated").items() if not n.startswith("gain_")}
    return row | {"gains": {"listening": 0.3}, "seats": None}


@pytest.fixture
def dated(office):
    with office.store.write("editor") as change:
        keep_activities(change, [kept_row("a")])
        rows = [("a-1", 3, 1), ("a-2", 1, 0)]
        add_sessions(
            change,
            [{"session_id": name, "activity_id": "a", "starts_on": DAY, "seats": seats, "seats_taken": taken}
             for name, seats, taken in rows],
        )  # fmt: skip
    return office


def taken(office, *without):
    with office.store.read() as connection:
        found = check(sessions(connection, without), Sessions)
    return found.set_index("session_id")["seats_taken"].to_dict()


def test_plans_take_seats_and_give_them_back(dated):
    trainer = dated.viewers["trainer"]
    assert taken(dated) == {"a-1": 1, "a-2": 0}
    save_plan(dated.store, trainer, plan_for("rep-1", "a-1"))
    save_plan(dated.store, trainer, plan_for("rep-2", "a-1"))
    assert taken(dated) == {"a-1": 3, "a-2": 0} and taken(dated, "rep-1") == {"a-1": 2, "a-2": 0}
    save_plan(dated.store, trainer, plan_for("rep-1", "a-2"))  # only the newest version counts
    assert taken(dated) == {"a-1": 2, "a-2": 1}
    drop_plan(dated.store, trainer, "rep-2", 1, "Left the area")
    assert taken(dated) == {"a-1": 1, "a-2": 1}


def test_the_last_seat_is_not_given_twice(dated):
    manager, trainer = dated.viewers["manager-north"], dated.viewers["trainer"]
    save_plan(dated.store, trainer, plan_for("rep-3", "a-2"))  # whom the manager of the north does not see
    with pytest.raises(Conflict, match="The last seats of “Course a” on 2026-10-05 were taken by others"):
        save_plan(dated.store, manager, plan_for("rep-1", "a-2"))
    with pytest.raises(Conflict, match="last seats"):
        save_plans(dated.store, manager, [plan_for("rep-1", "a-1"), plan_for("rep-2", "a-2")], {})
    assert taken(dated) == {"a-1": 1, "a-2": 1}
    # Whoever has the seat keeps it when planned again.
    assert save_plan(dated.store, trainer, plan_for("rep-3", "a-2")) == 2
    with dated.store.write("editor") as change:
        add = [{"session_id": "a-3", "activity_id": "a", "starts_on": DAY, "seats": 1, "seats_taken": 2}]
        add_sessions(change, [one | {"starts_on": DAY + dt.timedelta(days=7)} for one in add])
    assert taken(dated)["a-3"] == 2  # overbooked before


def test_seats_go_from_one_to_another_in_one_saving(dated):
    trainer = dated.viewers["trainer"]
    save_plan(dated.store, trainer, plan_for("rep-1", "a-2"))
    plans = [plan_for("rep-2", "a-2"), plan_for("rep-1", "a-1"), plan_for("rep-3")]
    assert save_plans(dated.store, trainer, plans, {"rep-1": 1}) == {"rep-2": 1, "rep-1": 2}
    # Who gets nothing now gives the seat back.
    again = [plan_for("rep-2"), plan_for("rep-1", "a-2")]
    assert save_plans(dated.store, trainer, again, {"rep-2": 1, "rep-1": 2}) == {"rep-2": 2, "rep-1": 3}
    assert taken(dated) == {"a-1": 1, "a-2": 1}


def test_the_catalogue_says_how_many_seats_are_free(dated):
    save_plan(dated.store, dated.viewers["trainer"], plan_for("rep-1", "a-1"))
    with dated.store.read() as connection:
        days = sessions(connection)
    from toolkit.language import Language

    activities = make.catalogue(make.activity("a", mode="dated", listening=0.3))
    checks = pd.DataFrame(columns=["activity_id", "competency_id", "people"])
    full = days.assign(seats_taken=days["seats_taken"] + 9)
    for table, words in ((days, "1 of 3 seats free"), (full, "0 of 3 seats free")):
        found = activity_table(activities, table, checks, NAMES, Language("en"), pd.Timestamp(START))
        assert words in str(found["sessions"].iloc[0])


def test_what_is_planned_keeps_to_the_seats_that_are_free_for_whom_it_is():
    people = pd.DataFrame({"person_id": ["p", "q"], "name": ["P", "Q"], "tier_id": "middle", "language": "en"})
    rows = make.catalogue(make.activity("talk", mode="dated", listening=0.7))
    day = make.session("s1", "talk", START + dt.timedelta(days=21), seats=1)
    full, free = pd.DataFrame([day | {"seats_taken": 1}]), pd.DataFrame([day])

    def gaps_of(person):
        return make.gaps(listening=(2.0, 0.3, 4.0, 3.0)).assign(person_id=person)

    state = PlanState(
        people, gaps_of, rows, free, lambda person: {"sessions": free if person == "p" else full}
    )  # fmt: skip
    limits = make.limits()
    state.person_id = "p"
    state.make(limits)
    assert [item.session_id for item in state.plan.items] == ["s1"]
    state.person_id = "q"
    state.make(limits)
    assert state.plan.items == ()
    asked, saved = [], []

    def sessions_for(ids):
        asked.append(sorted(ids))
        return free if "p" in ids else full

    both = pd.concat([gaps_of("p"), gaps_of("q")], ignore_index=True)
    widget = TeamPlanner(
        people.assign(team_id="t"), both, rows, sessions_for, NAMES, today=START, versions=lambda: {"p": 2, "q": 1},
        on_save=lambda plans, _opened: saved.extend(plans) or {},
    )  # fmt: skip
    widget.make.click()
    assert asked[-1] == ["p", "q"] and len(widget.plan.items) == 1
    widget.save.click()
    assert {one.person_id for one in saved} == {"p", "q"}
    assert dataclasses.is_dataclass(saved[0]) and records_of(widget.sessions)[0]["seats_taken"] == 0
