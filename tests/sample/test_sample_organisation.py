"""The sample organisation: the same bytes each time, valid tables, people who can exist."""

import uuid
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from toolkit import vocabulary
from toolkit.sample import SampleOrganisation, Truth, generate
from toolkit.sample.names import DOUBLE_SURNAMES, TRAP_SURNAMES

Drawn = tuple[SampleOrganisation, Truth]


def _bytes(drawn: Drawn, folder: Path) -> dict[str, bytes]:
    organisation, truth = drawn
    paths = [*organisation.write(folder / "organisation"), *truth.write(folder / "truth")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_the_same_seed_gives_the_same_bytes(drawn: Drawn, content: dict[str, Any], tmp_path: Path) -> None:
    again = _bytes(generate(7, content, today=date(2026, 9, 1)), tmp_path / "again")
    assert _bytes(drawn, tmp_path / "first") == again
    assert len(again) == 13
    assert not any(b"\r" in one for one in again.values())


def test_another_seed_gives_other_people(drawn: Drawn, content: dict[str, Any]) -> None:
    other, _ = generate(8, content, today=date(2026, 9, 1))
    assert set(other.people["person_id"]).isdisjoint(drawn[0].people["person_id"])


def test_a_change_of_the_activities_leaves_the_other_tables(drawn: Drawn, content: dict[str, Any]) -> None:
    fewer = content | {"activities": {"activities": content["activities"]["activities"][:1]}}
    organisation, _ = generate(7, fewer, today=date(2026, 9, 1))
    assert len(organisation.sessions) < len(drawn[0].sessions)
    pd.testing.assert_frame_equal(organisation.ratings, drawn[0].ratings)


@pytest.mark.parametrize("name", ["people", "rep_months", "sessions"])
def test_what_is_written_fits_its_schema(drawn: Drawn, tmp_path: Path, name: str) -> None:
    drawn[0].write(tmp_path)
    table = {"people": vocabulary.People, "rep_months": vocabulary.RepMonths, "sessions": vocabulary.Sessions}[name]
    read = vocabulary.check(pd.read_csv(tmp_path / f"{name}.csv"), table)
    columns = list(table.columns)
    pd.testing.assert_frame_equal(read[columns], getattr(drawn[0], name)[columns])


def test_each_workshop_gives_valid_ratings(drawn: Drawn) -> None:
    joined = drawn[0].ratings.merge(drawn[0].workshop_sheets, on="sheet_id", validate="many_to_one")
    for _, one in joined.groupby("workshop_id"):
        vocabulary.check(one, vocabulary.Ratings)


def test_ids_are_uuid4_and_point_somewhere(drawn: Drawn) -> None:
    people, teams = drawn[0].people, drawn[0].teams
    assert all(uuid.UUID(one).version == 4 for one in [*people["person_id"], *teams["team_id"]])
    assert set(people["manager_id"].dropna()) == set(teams["manager_id"])
    assert set(people["team_id"].dropna()) == set(teams["team_id"])
    assert people["email"].is_unique
    assert people["employee_number"].is_unique


def test_the_organisation_has_its_staff_and_its_rare_surnames(drawn: Drawn) -> None:
    people = drawn[0].people
    office = people[people["team_id"].isna()]
    assert office["role_id"].value_counts().to_dict() == {"trainer": 2, "hr": 1, "administrator": 1}
    for surname in (TRAP_SURNAMES + " " + DOUBLE_SURNAMES).split():
        written, reading = surname.split(":")
        bearer = people[people["name"].str.startswith(written) & people["left_on"].isna()]
        assert bearer["email"].str.endswith(f".{reading}@example.com").any()


def test_months_lie_between_hiring_and_leaving(drawn: Drawn) -> None:
    rows = drawn[0].rep_months
    assert rows["month"].nunique() == 24
    assert rows["month"].max() == pd.Timestamp("2026-08-01")
    ends = rows["month"] + pd.offsets.MonthEnd(1)
    assert (rows["hired_on"] <= ends).all()
    assert not (rows["left_on"] < rows["month"]).any()
    assert rows["left_on"].dropna().dt.day_of_week.max() < 5
    number = rows["month"].dt.year * 12 + rows["month"].dt.month
    assert number.groupby(rows["person_id"]).diff().dropna().eq(1).all()


def test_figures_look_like_sales(drawn: Drawn) -> None:
    rows = drawn[0].rep_months
    assert 0 < rows["result"].lt(0).mean() < 0.03
    assert rows.loc[rows["result"] <= 0, "commission"].eq(0).all()
    february = rows["month"].dt.month.eq(2)
    assert rows.loc[february, "result"].mean() < 0.85 * rows.loc[~february, "result"].mean()


def test_skills_follow_targets_and_move_results(drawn: Drawn) -> None:
    organisation, truth = drawn
    mean_skill = truth.skills.groupby("person_id")["skill"].mean()
    people = organisation.people.set_index("person_id")
    tiers = mean_skill.groupby(people["tier_id"].reindex(mean_skill.index)).mean()
    assert tiers["junior"] < tiers["middle"] < tiers["senior"]
    rows = organisation.rep_months[organisation.rep_months["target"] > 0]
    attained = (rows["result"] / rows["target"]).groupby(rows["person_id"]).mean()
    within = mean_skill.reindex(attained.index) - people["tier_id"].reindex(attained.index).map(tiers)
    assert np.corrcoef(within, attained)[0, 1] > 0.2
    assert truth.skills["skill"].between(1, 5).all()


def test_sessions_are_weekdays_to_come(drawn: Drawn) -> None:
    sessions = drawn[0].sessions
    assert sessions["starts_on"].dt.day_of_week.max() < 5
    assert sessions["starts_on"].between("2026-09-02", "2027-06-01").all()
    assert (sessions["seats_taken"] <= sessions["seats"]).all()
    assert sessions.groupby("activity_id").size().between(3, 6).all()
    assert "reading" not in set(sessions["activity_id"])
