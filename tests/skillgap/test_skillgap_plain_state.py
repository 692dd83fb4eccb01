"""Who and which team is shown, as a dictionary without a word about anybody."""

import datetime as dt
import json

import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.skillgap import GapState, SkillGapExplorer, TeamHeatMap

NAMES = {"listening": {"en": "Listening", "zh": "倾听"}}
PEOPLE = pd.DataFrame({"person_id": ["p0", "p1"], "name": ["Ann", "Bo"], "team_id": ["t", "u"]})
EVIDENCE = pd.DataFrame(
    {
        "person_id": ["p0", "p1"],
        "competency_id": "listening",
        "source": "manager",
        "level": [2.0, 4.0],
        "standard_error": 0.3,
        "observed_on": pd.Timestamp("2026-08-01"),
        "rater_id": "m",
    }
)
EXPECTED = pd.DataFrame({"person_id": ["p0", "p1"], "competency_id": "listening", "target": 3.0, "weight": 4.0})


def make():
    return GapState(PEOPLE, EVIDENCE, EXPECTED, as_of=dt.date(2026, 9, 1))


def test_the_state_comes_back_with_ids_only():
    state = make()
    for person, team in (("", ""), ("p1", "u"), ("p0", "nobody-is-in-it")):
        state.person_id, state.team_id = person, team
        body = json.loads(json.dumps(state.to_dict()))
        assert body == {"kind": "GapState", "version": 1, "person_id": person, "team_id": team}
        again = GapState.from_dict(body, PEOPLE, EVIDENCE, EXPECTED, as_of=dt.date(2026, 9, 1))
        assert again.to_dict() == body


def test_the_explorer_shows_the_person_and_the_view_again():
    explorer = SkillGapExplorer(make(), NAMES)
    explorer.person.value, explorer.views.tabs.selected = "p1", 1
    again = SkillGapExplorer.from_dict(json.loads(json.dumps(explorer.to_dict())), make(), NAMES)
    assert again.to_dict() == explorer.to_dict() == {
        "kind": "SkillGapExplorer", "version": 1, "person_id": "p1", "view": 1
    }  # fmt: skip
    assert again.person.value == "p1" and again.views.opened == "Profile" and again.gaps.data == explorer.gaps.data


def test_an_explorer_on_a_restored_state_follows_it():
    explorer = SkillGapExplorer(make(), NAMES)
    heat = TeamHeatMap(explorer.state, NAMES, {"t": "Team T", "u": "Team U"})
    explorer.state.restore({"kind": "GapState", "version": 1, "person_id": "p1", "team_id": "u"})
    assert explorer.person.value == "p1" and heat.team.value == "u"
    explorer.state.restore({"kind": "GapState", "version": 1, "person_id": "", "team_id": ""})
    assert explorer.person.value is None and heat.team.value == "u"


def test_the_heat_map_shows_the_team_again():
    teams = {"t": "Team T", "empty": "Nobody"}
    heat = TeamHeatMap(make(), NAMES, teams)
    heat.team.value = "empty"
    again = TeamHeatMap.from_dict(heat.to_dict(), make(), NAMES, teams)
    assert again.team.value == again.state.team_id == "empty"


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (SkillGapExplorer, {"person_id": "p9"}),
        (SkillGapExplorer, {"view": 5}),
        (SkillGapExplorer, {"view": True}),
        (SkillGapExplorer, {"version": 0}),
        (TeamHeatMap, {"team_id": "v"}),
        (TeamHeatMap, {"team_id": None}),
        (GapState, {"person_id": "p9", "team_id": "u"}),
    ],
)
def test_a_dictionary_that_does_not_fit_changes_nothing(kind, change):
    state = make()
    made = {
        GapState: lambda: state,
        SkillGapExplorer: lambda: SkillGapExplorer(state, NAMES),
        TeamHeatMap: lambda: TeamHeatMap(state, NAMES, {"t": "T"}),
    }[kind]()
    before = made.to_dict()
    with pytest.raises(InputError):
        made.restore({**before, **({"person_id": "p1"} if kind is SkillGapExplorer else {}), **change})
    assert made.to_dict() == before
