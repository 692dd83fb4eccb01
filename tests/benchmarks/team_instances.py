"""A company of any size whose seats, trainers' hours and budgets are short, for the benchmark of team plans."""

import datetime as dt

import numpy as np
import pandas as pd

START = dt.date(2026, 1, 5)
WEEKS = 26
TIERS = ("junior", "middle", "senior")
AREAS = ("culture", "product", "sales_skills", "finance", "production", "contracts")
_KINDS = ("course", "drill", "joint_visit", "mentoring", "e_learning", "reading")


def people_of(reps: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return person_id, team_id, region and tier: teams of ten, about sixty teams a region."""
    number = np.arange(reps)
    return pd.DataFrame(
        {
            "person_id": [f"p{one:05d}" for one in number],
            "team_id": [f"t{one // 10:03d}" for one in number],
            "region": [f"r{one // 625}" for one in number],
            "tier": rng.choice(TIERS, reps, p=[0.45, 0.35, 0.2]),
        }
    )


def gaps_of(people: pd.DataFrame, competencies: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return a Gaps table: most below target in most competencies, by half a level on average."""
    reps = len(people)
    base = people["tier"].map({"junior": 2.2, "middle": 2.9, "senior": 3.6}).to_numpy()
    target = np.round(2 * (base + 0.6))[:, None] / 2 + rng.choice([-0.5, 0, 0, 0.5], (reps, competencies))
    level = base[:, None] + rng.normal(0, 0.35, (reps, 1)) + rng.normal(0, 0.5, (reps, competencies))
    level, target = np.clip(level, 1, 5), np.clip(target, 1, 5)
    return pd.DataFrame(
        {
            "person_id": np.repeat(people["person_id"].to_numpy(), competencies),
            "competency_id": np.tile([f"c{one:02d}" for one in range(competencies)], reps),
            "level": level.ravel(),
            "sd": rng.uniform(0.2, 0.6, reps * competencies),
            "target": target.ravel(),
            "gap": (target - level).ravel(),
            "probability_below": 0.5,
            "weight": rng.integers(1, 6, reps * competencies).astype(float),
            "priority": 1.0,
        }
    )


def activities_of(count: int, competencies: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return an Activities table: three in ten dated, one in ten after another."""
    rows = []
    for number in range(count):
        dated = number % 10 < 3
        kind = "course" if dated else str(rng.choice(_KINDS[1:], p=[0.25, 0.15, 0.15, 0.3, 0.15]))
        hours = float(rng.choice([8, 12, 16])) if dated else float(rng.choice([2, 3, 4, 6, 8]))
        gains = np.full(competencies, np.nan)
        helped = rng.choice(competencies, rng.integers(1, 4), replace=False)
        gains[helped] = np.round(
            hours**0.75 * rng.uniform(0.03, 0.09, len(helped)) * (1.3 if dated else 1.0) / len(helped) ** 0.5, 3
        )
        rows.append(
            {
                "activity_id": f"a{number:03d}",
                "kind": kind,
                "content_area": str(rng.choice(AREAS)),
                "tier": str(rng.choice(["any", *TIERS], p=[0.4, 0.2, 0.2, 0.2])),
                "language": "both",
                "mode": "dated" if dated else "on_demand",
                "hours": hours,
                "cost": float(rng.choice([100, 200, 300, 500]) if dated else rng.choice([0, 0, 50, 100, 200])),
                "weeks": int(rng.choice([1, 1, 2]) if dated else rng.choice([1, 2, 4, 6])),
                "prerequisites": f"a{rng.integers(0, number):03d}" if number > 9 and number % 10 == 5 else None,
                **{f"gain_c{one:02d}": gains[one] for one in range(competencies)},
            }
        )
    return pd.DataFrame(rows)


def sessions_of(activities: pd.DataFrame, reps: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return three to five sessions of each dated activity; seats for about seven courses in ten people."""
    rows = []
    dated = activities.loc[activities["mode"] == "dated", "activity_id"]
    seats = max(int(0.7 * reps / (4 * max(len(dated), 1))), 1)
    for activity in dated:
        for turn in range(int(rng.integers(3, 6))):
            day = START + dt.timedelta(days=7 * int(rng.integers(1, WEEKS - 3)) + int(rng.integers(0, 4)))
            rows.append(
                {
                    "session_id": f"{activity}-{turn}",
                    "activity_id": activity,
                    "starts_on": pd.Timestamp(day),
                    "seats": max(int(seats * rng.uniform(0.5, 1.5)), 1),
                    "seats_taken": 0,
                }
            )
    return pd.DataFrame(rows)


def company(reps: int, count: int = 200, competencies: int = 12, seed: int = 20261122) -> dict[str, object]:
    """Return people, gaps, activities, sessions, staff_hours, team_budgets and company_budget."""
    rng = np.random.default_rng(seed)
    people = people_of(reps, rng)
    activities = activities_of(count, competencies, rng)
    blocks = -(-WEEKS // 4)
    regions = sorted(people["region"].unique())
    staff = [
        {"staff": staff, "region": region, "block": block + 1, "hours": 0.15 * each * reps / len(regions)}
        for staff, each in (("trainer", 2.0), ("mentor", 3.0))
        for region in regions
        for block in range(blocks)
    ]
    teams = people["team_id"].unique()
    budgets = pd.DataFrame({"team_id": teams, "budget": np.round(rng.uniform(250, 600, len(teams)) * 10)})
    return {
        "people": people,
        "gaps": gaps_of(people, competencies, rng),
        "activities": activities,
        "sessions": sessions_of(activities, reps, rng),
        "staff_hours": pd.DataFrame(staff),
        "team_budgets": budgets,
        "company_budget": 0.93 * float(budgets["budget"].sum()),
    }
