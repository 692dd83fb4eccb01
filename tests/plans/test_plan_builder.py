"""Making a plan: limits folded, ways out of impossible ones, advice afterwards, no gap, wishes, what is under way."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
from plan_makers import NAMES, START, activity, catalogue, gaps

from toolkit.language import Language
from toolkit.plans import Limits, PersonPlanner, PlanBuilder, PlanState
from toolkit.plans.builder.advice.widget import firm_mark
from toolkit.plans.conflicts import LimitsClash

PEOPLE = pd.DataFrame({"person_id": ["p", "q"], "name": ["Ann", "Bo"], "tier_id": "middle", "language": "en"})
ROWS = catalogue(
    activity("talk", hours=4, cost=300, listening=0.5),
    activity("drill", hours=6, cost=400, listening=0.3, closing=0.4) | {"kind": "drill"},
    activity("read", hours=2, cost=0, closing=0.1),
    activity("dear", hours=2, cost=6_000, closing=0.9),
    activity("guide", hours=10, cost=500, listening=0.2) | {"kind": "mentoring"},
)


def gaps_of(person_id):
    level = 2.0 if person_id == "p" else 4.8
    found = gaps(listening=(level, 0.2, 3.0, 4.0), closing=(level, 0.2, 3.0, 3.0))
    return found.assign(person_id=person_id)


def builder(known_of=lambda _person: {}, **options):
    state = PlanState(PEOPLE, gaps_of, ROWS, None, known_of)
    return PlanBuilder(state, NAMES, today=START, **{"advice": False} | options)


def ids(panel):
    return {item.activity_id for item in panel.state.plan.items}


def test_limits_stand_folded_in_words_and_unfold_where_they_are_wrong():
    panel = builder()
    assert panel.limits.fields.layout.display == "none" and "2.0 h a week" in panel.limits.summary.value
    panel.limits.fold.click()
    assert panel.limits.fields.layout.display is None
    panel.limits.fold.click()
    panel.limits.deadline.value = START
    panel.make.click()
    assert panel.limits.fields.layout.display is None and panel.status.kind == "bad"


def test_an_impossible_pin_has_ways_out_and_one_press_takes_one():
    panel = builder()
    panel.make.click()
    panel.others.press("dear", "pinned")
    assert panel.status.kind == "bad" and "dear" not in ids(panel)
    [way] = [one for one in panel.ways_out.children if "budget" in one.label]
    assert way.label == "Apply: A budget of 6,000 would be enough."
    way.click()
    assert "dear" in ids(panel) and panel.limits.budget.value == 6_000 and panel.ways_out.children == ()


def test_a_mentor_who_does_not_fit_can_be_done_without():
    panel = builder()
    panel.limits.mentor.value, panel.limits.budget.value = True, 100.0
    panel.make.click()
    assert panel.state.plan is None and "a mentor is asked for" in panel.status.words
    panel.ways_out.children[-1].click()
    assert ids(panel) == {"read"} and panel.limits.mentor.value is False


def test_each_way_out_is_the_smallest_that_helps():
    tight = Limits(START, START + dt.timedelta(weeks=4), 1.0, 100.0, mentor=True)
    with pytest.raises(LimitsClash) as caught:
        PersonPlanner(gaps_of("p"), ROWS, replace(tight, budget=499.0, hours_per_week=3.0)).plan()
    ways = {str(one.words): one.limits for one in caught.value.relaxations}
    assert ways["A budget of 500 would be enough."].budget == 500
    for one in caught.value.relaxations:
        assert PersonPlanner(gaps_of("p"), ROWS, one.limits).plan().items


def test_a_newcomer_gets_a_mentor_and_others_do_not():
    panel = builder(newcomer=lambda person: person == "p")
    panel.make.click()
    assert panel.limits.mentor.value and "guide" in ids(panel)
    panel.person.value = "q"
    assert not panel.limits.mentor.value


def test_time_away_is_added_checked_and_removed():
    panel = builder()
    form = panel.limits
    form.away_first.value, form.away_last.value = START + dt.timedelta(7), START
    form.add_away.click()
    assert form.away_status.kind == "bad" and form.away == ()
    form.away_last.value = START + dt.timedelta(11)
    form.add_away.click()
    panel.make.click()
    assert panel.state.plan.limits.away == ((START + dt.timedelta(7), START + dt.timedelta(11)),)
    assert form.away_list.entries[0]["title"] == "Away 12 Jan 2026 – 16 Jan 2026"
    form.away_list.press("0", "remove")
    assert form.away == ()


def test_advice_comes_after_the_plan_and_can_be_taken():
    panel = builder(advice=True)
    panel.limits.budget.value = 300.0
    panel.make.click()
    marks = {entry["id"]: entry["marks"] for entry in panel.view.items.entries}
    assert all(any("Firm" in mark or "Assess first" in mark for mark in some) for some in marks.values())
    money = next(entry for entry in panel.advice.steps.entries if entry["id"] == "budget")
    assert money["title"].startswith("1,000 more in the budget close")
    before = panel.state.plan.value
    panel.advice.steps.press("budget", "allow")
    assert panel.state.plan.value > before and panel.limits.budget.value == 1_300
    rejected = {entry["id"] for entry in panel.advice.rejected.entries}
    assert rejected and not rejected & ids(panel)


def test_marks_of_firmness():
    say = Language("en")
    assert firm_mark(1.0, say) == "Firm" and firm_mark(0.5, say).endswith("50 % of plausible cases")


def test_nobody_is_planned_for_a_gap_they_do_not_have():
    panel = builder(advice=True)
    panel.person.value = "q"
    panel.make.click()
    assert panel.state.plan.items == () and "No gap to close" in panel.view.facts.value
    assert "Strengths, the greatest first: " in panel.view.facts.value and "Listening" in panel.view.facts.value
    assert panel.advice.steps.entries == []


def test_wishes_reach_the_planner_and_come_back_with_the_dictionary():
    panel = builder()
    panel.limits.interests.value = ("listening", "drill")
    panel.make.click()
    assert panel.state.interests == {"listening": 1.0, "drill": 1.0}
    again = PlanBuilder.from_dict(
        panel.to_dict(), PlanState(PEOPLE, gaps_of, ROWS, None), NAMES, today=START, advice=False
    )
    assert again.limits.interests.value == ("listening", "drill") and again.state.interests == panel.state.interests
    reopened = builder(saved=lambda _person: (panel.state.plan, 3, ()))
    assert reopened.limits.interests.value == ("listening", "drill")
    assert reopened.state.interests == panel.state.interests


def test_what_is_done_or_under_way_is_known():
    first = builder()
    first.make.click()
    begun = next(item for item in first.state.plan.items if item.activity_id == "talk")
    panel = builder(lambda _person: {"done": {"drill": START}, "under_way": [begun]})
    panel.make.click()
    assert "drill" not in ids(panel) and "talk" in ids(panel)
    entry = next(one for one in panel.view.items.entries if one["id"] == "talk")
    assert "Under way" in entry["marks"]
