"""Who rates whom: a fair share of forms for everybody, and what cannot be."""

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.skillgap.feedback_round.invitation import (
    COLUMNS,
    check_invitations,
    propose_invitations,
    rater_loads,
    refuse_same_name,
)
from toolkit.skillgap.feedback_round.rhythm import check_days, propose_next_round

DAY = dt.date(2026, 9, 1)


def staff(size: int = 9, teams: int = 2) -> pd.DataFrame:
    rows = []
    for team in range(teams):
        lead = f"m{team}"
        rows.append((lead, f"M{team}", lead, f"t{team}", "area_manager", None))
        rows += [
            (f"r{team}{n}", f"R{team}{n}", f"Rep {team}{n}", f"t{team}", "client_manager", lead) for n in range(size)
        ]
    frame = pd.DataFrame(rows, columns=["person_id", "employee_number", "name", "team_id", "role_id", "manager_id"])
    return frame.assign(left_on=pd.NaT)


def test_everybody_gets_a_share_and_nobody_more_than_others() -> None:
    people = staff()
    made = propose_invitations(people, list(people["person_id"]))
    check_invitations(made, people)
    reps = made[made["person_id"].str.startswith("r")]
    assert set(reps.groupby("person_id").size()) == {6}  # self, superior, four colleagues
    peers = made[made["relation"].eq("peer") & made["rater_id"].str.startswith("r")]
    assert set(peers.groupby("rater_id").size()) == {4}
    mates = dict(zip(people["person_id"], people["team_id"], strict=True))
    assert all(mates[row.person_id] == mates[row.rater_id] for row in peers.itertuples())
    leads = made[made["person_id"].eq("m0")]
    assert leads["relation"].value_counts().to_dict() == {"report": 4, "self": 1, "peer": 1}
    loads = rater_loads(made).set_index("rater_id")
    assert loads["forms"].sum() == len(made) and loads.at["m0", "over"] and not loads.at["r00", "over"]


def test_another_turn_asks_others() -> None:
    people = staff()
    pairs = [
        {
            (row.person_id, row.rater_id)
            for row in propose_invitations(people, ["r00"], turn=turn).itertuples()
            if row.relation == "peer"
        }
        for turn in (0, 1)
    ]
    assert len(pairs[0]) == len(pairs[1]) == 4 and not pairs[0] & pairs[1]


def test_small_teams_and_leavers() -> None:
    people = staff(size=2)
    made = propose_invitations(people, ["r00", "r01"])
    assert made["relation"].value_counts().to_dict() == {"self": 2, "manager": 2, "peer": 2}
    people.loc[people["person_id"].isin(["m0", "r01"]), "left_on"] = pd.Timestamp(DAY)
    assert propose_invitations(people, ["r00", "r01"])["relation"].tolist() == ["self"]
    assert propose_invitations(people, []).empty


def invitation(**changed: Any) -> dict[str, Any]:
    return {"person_id": "r00", "relation": "peer", "rater_id": "r01", "outsider": None} | changed


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "Nobody is asked"),
        ([invitation(), invitation()], "Rep 01 is asked twice"),
        ([invitation(), invitation(relation="report")], "asked twice"),
        ([invitation(relation="customer", rater_id=None, outsider="Ms  Li"), invitation(relation="customer", rater_id=None, outsider="ms li")], "asked twice"),
        ([invitation(rater_id="gone")], "Gone has left"),
        ([invitation(person_id="gone", rater_id="r00")], "Gone has left"),
        ([invitation(rater_id="nobody")], "not among the people"),
        ([invitation(relation="self")], "Only oneself"),
        ([invitation(rater_id="r00")], "Only oneself"),
        ([invitation(relation="boss")], "no relation"),
        ([invitation(rater_id=None, outsider="Ms Li")], "as a customer only"),
        ([invitation(relation="customer", rater_id=None, outsider="  ")], "either a colleague or somebody"),
        ([invitation(relation="customer", rater_id=None, outsider="x" * 121)], "at most 120"),
        ([invitation(outsider="Ms Li")], "either a colleague or somebody"),
        ([invitation(person_id="r02")], "already rated in the round “Q3”"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(rows: list[dict[str, Any]], words: str) -> None:
    people = staff()
    gone = people.iloc[[1]].assign(person_id="gone", name="Gone", left_on=pd.Timestamp(DAY))
    people = pd.concat([people, gone], ignore_index=True)
    with pytest.raises(InputError, match=words):
        check_invitations(pd.DataFrame(rows, columns=COLUMNS), people, running={"r02": "Q3"})


def test_a_table_without_a_column_is_refused() -> None:
    with pytest.raises(InputError, match="outsider"):
        check_invitations(pd.DataFrame([invitation()]).drop(columns="outsider"), staff())


@pytest.mark.parametrize("name", ["", "   ", "q3 2026", "x" * 121])
def test_a_round_needs_a_name_of_its_own(name: str) -> None:
    with pytest.raises(InputError):
        refuse_same_name(name, ["Q3 2026"])


def test_rounds_follow_each_other_by_the_quarter() -> None:
    assert propose_next_round([], DAY).opens_on == DAY
    soon = propose_next_round([dt.date(2026, 8, 31), dt.date(2026, 5, 1)], DAY)
    assert (soon.opens_on, soon.due_on, soon.overdue) == (dt.date(2026, 11, 30), dt.date(2026, 12, 14), False)
    late = propose_next_round([dt.date(2026, 1, 5)], DAY)
    assert (late.opens_on, late.overdue) == (DAY, True)
    for days in ((None, DAY), (DAY, None), (DAY, DAY - dt.timedelta(days=1))):
        with pytest.raises(InputError):
            check_days(*days)
