"""Mentor matching: the best assignment there is, and nobody with whom a reporting line stands between."""

import itertools

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.plans import MentorRules, match_mentors


def people_of(*rows):
    return pd.DataFrame(rows, columns=["person_id", "tier_id", "manager_id"])


def levels_of(**known):
    rows = [
        {"person_id": person, "competency_id": competency, "level": level, "sd": 0.1, "low": level - 0.2,
         "high": level + 0.2, "evidence_count": 3}
        for person, found in known.items() for competency, level in found.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def gaps_of(**known):
    rows = [
        {"person_id": person, "competency_id": competency, "level": level, "sd": 0.3, "target": 4.0, "gap": 4.0 - level,
         "probability_below": 0.9, "weight": 2.0, "priority": 1.0}
        for person, found in known.items() for competency, level in found.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_strengths_meet_gaps():
    people = people_of(("new", "junior", "boss"), ("talks", "senior", "boss"), ("sells", "senior", "boss"),
                       ("boss", "senior", None))  # fmt: skip
    levels = levels_of(talks={"x": 4.5, "y": 2.0}, sells={"x": 2.0, "y": 4.5}, boss={"x": 5.0, "y": 5.0})
    rules = MentorRules(growth_share=0.05, promotion_bonus=2000)
    found = match_mentors(people, levels, gaps_of(new={"x": 2.0, "y": 3.9}), rules).iloc[0]
    # The boss stands above in both, but judges.
    assert found["mentor_id"] == "talks" and found["competency_id"] == "x" and found["second_competency_id"] is None
    assert (found["growth_share"], found["promotion_bonus"]) == (0.05, 2000)
    assert found["fit"] == pytest.approx(2 * 2.0, abs=0.05)


def test_no_reporting_line_in_either_direction_however_long():
    people = people_of(("new", "junior", "lead"), ("lead", "senior", "head"), ("head", "senior", None),
                       ("own", "senior", "new"))  # fmt: skip
    levels = levels_of(lead={"x": 5.0}, head={"x": 5.0}, own={"x": 5.0})
    found = match_mentors(people, levels, gaps_of(new={"x": 2.0})).iloc[0]
    assert pd.isna(found["mentor_id"]) and "reporting line" in str(found["note"])


def test_tier_and_load_are_kept():
    names = [f"n{one}" for one in range(3)]
    people = people_of(*((name, "middle", None) for name in names), ("m", "senior", None), ("peer", "middle", None))
    levels = levels_of(m={"x": 4.5}, peer={"x": 5.0})
    found = match_mentors(people, levels, gaps_of(**{name: {"x": 2.0} for name in names}))
    assert found["mentor_id"].notna().sum() == 2 and set(found["mentor_id"].dropna()) == {"m"}
    assert "as many mentees as allowed" in str(found.loc[found["mentor_id"].isna(), "note"].iloc[0])
    assert (
        match_mentors(people, levels, gaps_of(n0={"x": 2.0}), MentorRules(tiers_above=0)).iloc[0]["mentor_id"] == "peer"
    )


def test_the_assignment_is_the_best_of_all():
    rng = np.random.default_rng(4)
    for _ in range(5):
        mentees, mentors = [f"n{one}" for one in range(4)], [f"m{one}" for one in range(3)]
        people = people_of(*((n, "junior", None) for n in mentees), *((m, "senior", None) for m in mentors))
        levels = levels_of(**{m: {c: rng.uniform(3, 5) for c in "xyz"} for m in mentors})
        gaps = gaps_of(**{n: {c: rng.uniform(1.5, 3.5) for c in "xyz"} for n in mentees})
        found = match_mentors(people, levels, gaps)
        fit = {
            (n, m): match_mentors(people[people["person_id"].isin([n, m])], levels[levels["person_id"] == m],
                                  gaps[gaps["person_id"] == n]).iloc[0]["fit"]
            for n in mentees for m in mentors
        }  # fmt: skip
        best = max(
            sum(fit[n, m] for n, m in zip(mentees, choice, strict=True))
            for choice in itertools.product(mentors, repeat=4)
            if max(choice.count(m) for m in mentors) <= 2
        )
        assert found["fit"].sum() == pytest.approx(best)


def test_as_many_as_possible_get_a_mentor():
    people = people_of(
        ("a", "junior", None), ("b", "junior", "good"), ("good", "senior", None), ("fair", "middle", None)
    )
    levels = levels_of(good={"x": 5.0}, fair={"x": 2.5})
    found = match_mentors(people, levels, gaps_of(a={"x": 2.0}, b={"x": 2.0}), MentorRules(most=1))
    assert dict(zip(found["mentee_id"], found["mentor_id"], strict=True)) == {"a": "good", "b": "fair"}


def test_bad_input_is_named():
    people, levels, gaps = people_of(("n", "junior", None)), levels_of(m={"x": 4.0}), gaps_of(n={"x": 2.0})
    for wrong, words in (
        (lambda: match_mentors(people.drop(columns="manager_id"), levels, gaps), "manager_id"),
        (lambda: match_mentors(people.assign(tier_id="chief"), levels, gaps), "chief"),
        (lambda: match_mentors(people.assign(person_id="q"), levels, gaps), "not in the table of people"),
        (lambda: match_mentors(pd.concat([people, people]), levels, gaps), "more than once"),
        (lambda: MentorRules(most=0), "at least one"),
        (lambda: MentorRules(tiers_above=3), "tiers above"),
        (lambda: MentorRules(growth_share=2.0), "from 0 to 1"),
        (lambda: MentorRules(promotion_bonus=-1.0), "negative"),
    ):
        with pytest.raises(InputError, match=words):
            wrong()
    assert pd.isna(match_mentors(people, levels, gaps).iloc[0]["mentor_id"])
