"""Career paths: ranks within reach of each horizon, and what is missing for them."""

import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.plans import career_path

LADDERS = pd.DataFrame(
    [
        ("expert", "associate", None, "competency", None, None),
        ("expert", "specialist", "associate", "competency", "x", 3.0),
        ("expert", "specialist", "associate", "figure", "months_in_rank", 12),
        ("expert", "specialist", "associate", "figure", "closing_rate", 0.3),
        ("expert", "principal", "specialist", "competency", "x", 4.0),
        ("expert", "principal", "specialist", "competency", "y", 3.0),
        ("expert", "principal", "specialist", "figure", "months_in_rank", 24),
        ("lead", "team_lead", "specialist;principal", "competency", "z", 3.0),
        ("lead", "team_lead", "specialist;principal", "figure", "months_in_rank", 12),
    ],
    columns=["ladder_id", "rank_id", "after", "kind", "requirement_id", "wanted"],
)
ME = {"person_id": "p", "rank_id": "associate", "months_in_rank": 6}


def levels(**known):
    rows = [
        {"person_id": "p", "competency_id": c, "level": level, "sd": 0.3, "low": 1.0, "high": 5.0, "evidence_count": 2}
        for c, level in known.items()
    ]
    return pd.DataFrame(rows)


def aims(found):
    kept = found.drop_duplicates(["ladder_id", "years"])
    return {(r.ladder_id, r.years): r.rank_id for r in kept.itertuples() if isinstance(r.rank_id, str)}


def test_each_horizon_aims_at_the_furthest_rank_within_reach():
    found = career_path(ME, LADDERS, levels(x=3.1, y=2.5, z=2.0))
    # specialist after the 6 months that are left; principal 24 months later; team lead 12 months, but z needs 2 years.
    assert aims(found) == {
        ("expert", 1): "specialist", ("expert", 2): "specialist", ("expert", 3): "principal", ("expert", 5): "principal",
        ("lead", 2): "team_lead", ("lead", 3): "team_lead", ("lead", 5): "team_lead",
    }  # fmt: skip
    years = found.dropna(subset=["rank_id"]).set_index("rank_id")["reachable_in"]
    assert (
        years["specialist"].iloc[0] == 0.5 and years["principal"].iloc[0] == 2.5 and years["team_lead"].iloc[0] == 2.0
    )


def test_what_must_be_learned_is_listed_largest_first():
    found = career_path(ME, LADDERS, levels(x=3.1, y=2.5, z=2.0))
    lessons = found[(found["rank_id"] == "principal") & (found["years"] == 3)]
    assert list(lessons["competency_id"]) == ["x", "y"] and list(lessons["missing"].round(2)) == [0.9, 0.5]
    assert lessons["probability"].iloc[0] == pytest.approx(0.00135, abs=1e-4)
    ready = found[(found["rank_id"] == "specialist") & (found["years"] == 1)]
    assert len(ready) == 1 and "Nothing is left" in str(ready["note"].iloc[0])


def test_what_nobody_has_seen_is_to_be_assessed_first_and_counts_from_the_lowest_level():
    found = career_path(ME, LADDERS, levels(x=3.1, y=2.5), horizons=(3, 5))
    assert ("lead", 3) not in aims(found)
    row = found[found["rank_id"] == "team_lead"].iloc[0]
    assert row["reachable_in"] == 4.0 and pd.isna(row["missing"]) and "assess" in str(row["note"])


def test_a_quicker_pace_brings_ranks_nearer():
    assert aims(career_path(ME, LADDERS, levels(x=2.0, y=2.0, z=2.0), (1,), pace=2.0))["expert", 1] == "specialist"
    assert ("expert", 1) not in aims(career_path(ME, LADDERS, levels(x=2.0, y=2.0, z=2.0), (1,), pace=0.5))


def test_who_has_no_rank_starts_at_the_foot_and_who_is_at_the_top_is_told():
    start = career_path({"person_id": "p", "rank_id": None}, LADDERS, levels(x=2.0), (1, 5))
    assert aims(start)["expert", 1] == "associate"
    top = career_path({"person_id": "p", "rank_id": "principal"}, LADDERS, levels(x=4.0), (5,))
    assert "No further rank" in str(top.loc[top["ladder_id"] == "expert", "note"].iloc[0])


def test_bad_input_is_named():
    known = levels(x=3.0)
    circle = LADDERS.assign(after=LADDERS["after"].where(LADDERS["rank_id"] != "associate", "principal"))
    for wrong, words in (
        (lambda: career_path({"person_id": "p", "rank_id": "king"}, LADDERS, known), "king"),
        (lambda: career_path(ME, LADDERS, known, (0,)), "more than 0"),
        (lambda: career_path(ME, LADDERS, known, pace=0), "pace"),
        (lambda: career_path(ME | {"months_in_rank": -1}, LADDERS, known), "negative"),
        (lambda: career_path(ME, LADDERS.drop(columns="wanted"), known), "wanted"),
        (lambda: career_path(ME, LADDERS.assign(after="duke"), known), "duke"),
        (lambda: career_path({"person_id": "p", "rank_id": "specialist"}, circle, known), "circle"),
    ):
        with pytest.raises(InputError, match=words):
            wrong()
