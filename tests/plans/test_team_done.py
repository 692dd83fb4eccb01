"""A team's plans know what people have done and what they have begun."""

import datetime as dt
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import plan_makers as make
import pytest
from plan_makers import NAMES, START
from plan_rooms import TODAY, only, room_of, stored

from toolkit.errors import InputError
from toolkit.plans import Limits, Plan, PlanItem, TeamLimits, TeamPlanner, check_bound, plan_person, plan_team
from toolkit.plans.progress import ItemProgress
from toolkit.plans.review.storage import set_item_progress
from toolkit.plans.storage import save_plan
from toolkit.plans.team.page import TeamSection
from toolkit.plans.team.storage import with_running_plan

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
from team_instances import WEEKS, company

ROWS = [
    make.activity("first", listening=0.3),
    make.activity("second", needs="first", listening=0.6),
    make.activity("again", listening=0.2) | {"repeat_after_weeks": 8.0},
]
GAPS = pd.concat(
    [make.gaps(listening=(2.0, 0.3, 4.0, 3.0)).assign(person_id=one) for one in ("p", "q")], ignore_index=True
)


def done(*rows):
    return pd.DataFrame(rows, columns=["person_id", "activity_id", "done_on"])


def planned(*rows, **limits):
    found = plan_team(
        GAPS, make.catalogue(*ROWS), None, TeamLimits(make.limits(**limits), company_budget=1e5, done=done(*rows))
    )
    return found, found.items.groupby("person_id")["activity_id"].agg(set).to_dict()


def test_what_is_done_is_not_planned_again_and_counts_as_done_first():
    long_ago, lately = pd.Timestamp(START) - pd.Timedelta(weeks=20), pd.Timestamp(START) - pd.Timedelta(weeks=2)
    found, chosen = planned(("p", "first", long_ago), ("p", "again", lately), ("nobody", "first", lately))
    assert chosen == {"p": {"second"}, "q": {"first", "second", "again"}}
    assert str(found.why("p", "first")) == str(found.plan("p").left_out["first"]) == "It is already done."
    _, chosen = planned(("p", "again", long_ago))
    assert "again" in chosen["p"]  # the catalogue says it may be repeated
    _, chosen = planned(("p", "again", pd.NaT))
    assert "again" not in chosen["p"]
    with pytest.raises(InputError, match="needs a column “activity_id”"):
        TeamLimits(make.limits(), done=done()[["person_id"]])


def test_one_person_gets_what_the_exact_planner_gives_after_what_is_done():
    needed = 0
    for seed in range(30):
        person, rows, sessions, limit, _ = make.random_instance(seed)
        table, days = make.catalogue(*rows), pd.DataFrame(sessions) if sessions else None
        over = [name for name in ("a0", "a1") if any(name in (row["prerequisites"] or "") for row in rows)]
        if not over:
            continue
        needed += 1
        exact = plan_person(person, table, limit, sessions=days, done=over)
        limits = TeamLimits(limit, done=pd.DataFrame({"person_id": "p", "activity_id": over}))
        found = plan_team(person, table, days, limits)
        assert not set(over) & set(found.items["activity_id"])
        assert found.bound >= exact.value - 1e-6 and found.value <= exact.bound + 1e-6
        assert found.value >= 0.9 * exact.value
        for tight in (True, False):
            assert check_bound(found.certificate, person, table, days, limits, tight=tight) >= exact.value - 1e-6
        # No multipliers prove less than what can be had.
        found.certificate.multipliers[:] = np.maximum(found.certificate.multipliers, 0.3)
        assert check_bound(found.certificate, person, table, days, limits, tight=False) >= exact.value - 1e-6
        if needed == 8:
            break
    assert needed == 8


def test_many_people_with_things_done():
    made = company(40, 60, 6, seed=7)
    each = Limits(START, START + dt.timedelta(weeks=WEEKS), 2.0, 5000.0)
    tables = made["gaps"], made["activities"], made["sessions"]
    shared = {"company_budget": made["company_budget"], "staff_hours": made["staff_hours"]}
    plain = plan_team(*tables, TeamLimits(each, made["people"], **shared))
    # Half of the people have done the first half of what they would do.
    half = plain.items.iloc[::2]
    limits = TeamLimits(each, made["people"], **shared, done=half[["person_id", "activity_id"]])
    found = plan_team(*tables, limits)
    assert not len(found.items.merge(half, on=["person_id", "activity_id"]))
    assert found.value <= check_bound(found.certificate, *tables, limits) + 1e-6 and found.gap < 0.05


def plan_for(person):
    days = TODAY, TODAY + dt.timedelta(weeks=2)
    items = tuple(PlanItem(one, None, *days, 4.0, 300.0, 0.1, {"communication": 0.2}, False) for one in ("a", "b"))
    return Plan(person, Limits(TODAY, TODAY + dt.timedelta(weeks=20)), items, 0.35, 0.4, {}, {}, {})


def test_the_page_knows_what_was_done_and_begun_meanwhile(office):
    only(office, stored("a"), stored("b", prerequisites="a"))
    trainer = office.viewers["trainer"]
    section = TeamSection(room_of(office))
    widget = section._planner()
    assert widget.skip.layout.display == "none"
    for person, activity, status in (("rep-1", "a", "under_way"), ("rep-2", "a", "done")):
        save_plan(office.store, trainer, plan_for(person))
        one = ItemProgress(status)
        set_item_progress(office.store, trainer, person, 1, activity, one, today=TODAY)
    with office.store.read() as connection:
        assert with_running_plan(connection, trainer) == {"rep-1"}  # a draft that has begun
    widget.together.put(100_000)
    widget.make.click()
    assert widget.skip.layout.display is None and widget.skip.label == "Leave out 1 person whose plan is running"
    chosen = widget.plan.items.groupby("person_id")["activity_id"].agg(set).to_dict()
    assert chosen == {"rep-2": {"b"}, "rep-3": {"a", "b"}, "rep-4": {"a", "b"}}


def test_who_is_busy_is_asked_when_planning():
    people = pd.DataFrame(
        {"person_id": ["p", "q"], "name": ["P", "Q"], "team_id": "t", "tier_id": "junior", "language": "en"}
    )
    busy = set()
    widget = TeamPlanner(people, GAPS, make.catalogue(*ROWS), None, NAMES, today=START, busy=lambda: busy)
    busy.add("q")
    widget.together.put(100_000)
    widget.make.click()
    assert widget.persons.ids == ("p",)
