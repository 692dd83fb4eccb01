"""A plan in the making as a dictionary, there and back."""

import copy
import datetime as dt
import json
import random

import pandas as pd
import pytest
from plan_makers import NAMES, START, activity, catalogue, gaps, session

from toolkit.errors import InputError, ToolkitError
from toolkit.plans import Limits, PlanBuilder, PlanState

PEOPLE = pd.DataFrame(
    {"person_id": ["p", "q"], "name": ["Ann", "Bo"], "tier_id": ["junior", "middle"], "language": ["zh", "en"]}
)
ACTIVITIES = catalogue(
    activity("talk", hours=4, cost=300, listening=0.5),
    activity("drill", hours=6, cost=400, mode="dated", listening=0.3, closing=0.4),
    activity("deep", hours=2, cost=10, needs="talk;read", closing=0.05),
    activity("read", hours=2, cost=0, closing=0.1),
    activity("dear", hours=2, cost=90_000, closing=0.9),
)
SESSIONS = pd.DataFrame([session("s1", "drill", START + dt.timedelta(weeks=2))])


def gaps_of(person_id):
    return gaps(listening=(2.0, 0.5, 3.0, 4.0), closing=(2.4, 0.5, 3.0, 3.0)).assign(person_id=person_id)


TABLES = (PEOPLE, gaps_of, ACTIVITIES, SESSIONS)


def through_json(body):
    return json.loads(json.dumps(body, allow_nan=False))


def made():
    state = PlanState(*TABLES)
    state.person_id = "p"
    state.make(Limits(START, START + dt.timedelta(weeks=12), 2.0, 1000.0))
    return state


def test_a_plan_comes_back_with_its_reasons_and_can_be_changed_on():
    state = made()
    state.toggle("pinned", "read")
    state.toggle("excluded", "talk")
    again = PlanState.from_dict(through_json(state.to_dict()), *TABLES)
    assert again.plan == state.plan and again.to_dict() == state.to_dict()
    assert again.plan.left_out and again.plan.items[0].starts_on == state.plan.items[0].starts_on
    for one in (state, again):
        one.toggle("excluded", "talk")
    # The one goes on from what its solver knew, the other begins anew: the same plan, each with its own proof.
    assert again.plan.items == state.plan.items and again.pinned == state.pinned
    assert again.plan.bound == pytest.approx(state.plan.bound, rel=2e-3)


@pytest.mark.parametrize("seed", range(6))
def test_any_plan_comes_back_the_same(seed):
    chance, state = random.Random(seed), PlanState(*TABLES)
    state.person_id = chance.choice(["p", "q"])
    for _ in range(4):
        try:
            if chance.random() < 0.5:
                weeks = chance.randrange(2, 20)
                state.make(Limits(START, START + dt.timedelta(weeks=weeks), chance.choice([1, 2.5]), 800))
            else:
                state.toggle(chance.choice(["pinned", "excluded"]), chance.choice(list(ACTIVITIES["activity_id"])))
        except ToolkitError:
            pass
        body = through_json(state.to_dict())
        again = PlanState.from_dict(body, *TABLES)
        assert again.to_dict() == body and again.plan == state.plan


def test_no_names_and_no_levels_are_in_it():
    words = json.dumps(made().to_dict())
    assert not any(name in words for name in (*PEOPLE["name"], "Course", "level"))


def changed(body, path, value):
    body = copy.deepcopy(body)
    *way, last = path
    inner = body
    for step in way:
        inner = inner[step]
    inner[last] = value
    return body


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["version"], 7),
        (["person_id"], "x"),
        (["pinned"], "read"),
        (["plan", "person_id"], "q"),
        (["plan", "items"], None),
        (["plan", "items", 0, "starts_on"], "soon"),
        (["plan", "items", 0, "pinned"], None),
        (["plan", "items", 0, "hours"], -1),
        (["plan", "limits", "deadline"], "2020-01-01"),
        (["plan", "limits", "budget"], -5),
        (["plan", "value"], "much"),
        (["plan", "left_out", "dear"], {"msgid": "{x.y}", "values": {"x": "1"}, "plural": None, "count": None}),
        (["plan", "left_out", "talk"], {"msgid": "no", "values": {}, "plural": None, "count": None}),
    ],
)
def test_a_dictionary_that_does_not_fit_changes_nothing(path, value):
    state = made()
    before = state.to_dict()
    body = changed(before | {"excluded": ["dear"]}, path, value)
    assert any(item["activity_id"] == "talk" for item in before["plan"]["items"])
    with pytest.raises(InputError):
        state.restore(body)
    assert state.to_dict() == before
    builder = PlanBuilder(PlanState(*TABLES), NAMES, today=START, advice=False)
    before = builder.to_dict()
    with pytest.raises(InputError):
        builder.restore(before | {"state": body})
    assert builder.to_dict() == before


def test_a_builder_comes_back_with_fields_plan_and_lists():
    builder = PlanBuilder(PlanState(*TABLES), NAMES, today=START, advice=False)
    builder.person.value = "q"
    builder.limits.hours.value, builder.limits.budget.value = 3.5, 900
    builder.make.click()
    builder.items = builder.view.items.entries
    builder.limits.hours.value = 1.0  # not yet used
    body = through_json(builder.to_dict())
    again = PlanBuilder.from_dict(body, PlanState(*TABLES), NAMES, today=START, advice=False)
    assert again.to_dict() == body and again.person.value == "q" and again.limits.hours.value == 1.0
    assert again.view.items.entries == builder.view.items.entries and again.others.entries == builder.others.entries
    assert again.view.layout.display is None


@pytest.mark.parametrize("change", [{"hours_per_week": 0}, {"budget": -1}, {"start": "x"}, {"more": 1}])
def test_a_builder_takes_no_field_that_cannot_be(change):
    builder = PlanBuilder(PlanState(*TABLES), NAMES, today=START, advice=False)
    before = builder.to_dict()
    with pytest.raises(InputError):
        builder.restore(before | {"inputs": before["inputs"] | change})
    assert builder.to_dict() == before


def test_saving_after_coming_back_begins_from_the_version_that_was_opened():
    saved = []

    def on_save(_plan, _excluded, opened):
        saved.append(opened)
        return opened + 1

    options = {"today": START, "advice": False, "on_save": on_save}
    builder = PlanBuilder(PlanState(*TABLES), NAMES, **options)
    builder.make.click()
    builder.save.click()
    again = PlanBuilder.from_dict(builder.to_dict(), PlanState(*TABLES), NAMES, **options)
    again.save.click()
    assert saved == [0, 1]
