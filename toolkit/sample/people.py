"""Teams and people of the sample: six teams, their managers, the staff around them, and the reps."""

import numpy as np
import pandas as pd

from toolkit import vocabulary
from toolkit.sample.names import addresses, draw_chinese, draw_english
from toolkit.sample.reps import new_ids

TEAMS = (
    ("East China", "华东区", "complementary", "zh"),
    ("North China", "华北区", "independent", "zh"),
    ("South China", "华南区", "competing", "zh"),
    ("Southwest China", "西南区", "complementary", "zh"),
    ("Central China", "华中区", "competing", "zh"),
    ("Singapore and Hong Kong", "新加坡与香港", "independent", "en"),
)
OFFICE = ("trainer", "trainer", "hr", "administrator")
FIRST_NUMBER = 10001


def draw_staff(rng: np.random.Generator, today: pd.Timestamp) -> pd.DataFrame:
    """Return the six area managers and four office staff: ids, role, tier, hiring, gender, language.

    A manager's `team` is the place of the team in `TEAMS`, -1 for the office.
    """
    count = len(TEAMS) + len(OFFICE)
    years = rng.integers(4, 14, count)
    month = np.datetime64(today, "M") - years * 12 - rng.integers(0, 12, count)
    hired = np.busday_offset(month.astype("datetime64[D]"), 0, roll="forward").astype("datetime64[ns]")
    tiers = ["senior", "senior", "middle", "middle", "senior", "middle"] + ["senior"] * len(OFFICE)
    return pd.DataFrame(
        {
            "person_id": new_ids(rng, count),
            "role_id": ["area_manager"] * len(TEAMS) + list(OFFICE),
            "tier_id": tiers,
            "hired_on": hired,
            "tier_since": hired,
            "gender": np.where(rng.random(count) < 0.5, "F", "M"),
            "team": [*range(len(TEAMS)), *[-1] * len(OFFICE)],
            "language": [team[3] for team in TEAMS] + ["zh", "en", "zh", "zh"],
        }
    )


def draw_team_table(rng: np.random.Generator, staff: pd.DataFrame) -> pd.DataFrame:
    """Return teams: team_id, name_en, name_zh, team_type, manager_id."""
    return pd.DataFrame(
        {
            "team_id": new_ids(rng, len(TEAMS)),
            "name_en": [team[0] for team in TEAMS],
            "name_zh": [team[1] for team in TEAMS],
            "team_type": [team[2] for team in TEAMS],
            "manager_id": staff["person_id"].to_numpy()[: len(TEAMS)],
        }
    )


def draw_people(
    rng: np.random.Generator, staff: pd.DataFrame, teams: pd.DataFrame, reps: pd.DataFrame, rep_months: pd.DataFrame
) -> pd.DataFrame:
    """Return People with email, language and tier_since; tiers are those of the last month in `rep_months`."""
    last = rep_months.groupby("person_id", sort=False).tail(1).set_index("person_id")
    standing = latest_tiers(reps, rep_months)
    languages = dict(zip(teams["team_id"], (team[3] for team in TEAMS), strict=True))
    known = reps.assign(
        tier_id=reps["person_id"].map(standing["tier_id"]),
        tier_since=reps["person_id"].map(standing["tier_since"]),
        left_on=reps["person_id"].map(last["left_on"]),
        language=reps["team_id"].map(languages),
    )
    office = staff.assign(team_id=staff["team"].map(teams["team_id"]))
    people = pd.concat([office, known]).sort_values("hired_on", kind="stable").reset_index(drop=True)
    people["employee_number"] = [f"S{FIRST_NUMBER + place}" for place in range(len(people))]
    people = _named(rng, people)
    columns = [*vocabulary.People.columns, "tier_since", "email", "language"]
    return vocabulary.check(people[columns], vocabulary.People)


def latest_tiers(reps: pd.DataFrame, rep_months: pd.DataFrame) -> pd.DataFrame:
    """Return tier_id and tier_since (first day of a month, or the day of hiring) by person_id."""
    changed = rep_months["tier_id"].ne(rep_months.groupby("person_id")["tier_id"].shift())
    first = rep_months.groupby("person_id").cumcount().eq(0)
    moves = rep_months[changed & ~first].groupby("person_id")["month"].max()
    last = rep_months.groupby("person_id")[["tier_id"]].last()
    since = reps.set_index("person_id")["tier_since"]
    last["tier_since"] = moves.reindex(last.index).fillna(since)
    return last


def _named(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Give names; the rare surnames go to people who are still there, so that each can be met."""
    chinese = people["language"].eq("zh") & people["role_id"].ne("area_manager")
    there = people.index[chinese & people["left_on"].isna()]
    order = [*rng.permutation(there), *people.index[people["language"].eq("zh")].difference(there, sort=True)]
    taken: set[str] = set()
    names = dict(zip(order, draw_chinese(rng, list(people["gender"][order]), taken), strict=True))
    english = people.index[people["language"].eq("en")]
    names |= dict(zip(english, draw_english(rng, list(people["gender"][english]), taken), strict=True))
    listed = [names[place] for place in people.index]
    return people.assign(name=[one.written for one in listed], email=addresses(listed))
