"""The reps before the first month: when they were hired, their role, tier, team and ability."""

import uuid

import numpy as np
import pandas as pd

from toolkit.sample.market import ROLE_FIGURES

ALREADY_THERE = 0.61  # share of all reps hired before the first month
ROLE_MIX = {
    "complementary": (0.32, 0.18, 0.16, 0.16, 0.18),
    "independent": (0.36, 0.12, 0.32, 0.12, 0.08),
    "competing": (0.48, 0.12, 0.12, 0.20, 0.08),
}
TEAM_SIZE = 17


def new_ids(rng: np.random.Generator, count: int) -> list[str]:
    """Return `count` ids in the form of UUIDv4, from the generator given."""
    return [str(uuid.UUID(bytes=rng.bytes(16), version=4)) for _ in range(count)]


def draw_teams(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Return `count` unnamed teams: team_id, team_type, manager_id."""
    kinds = [list(ROLE_MIX)[place % len(ROLE_MIX)] for place in range(count)]
    return pd.DataFrame({"team_id": new_ids(rng, count), "team_type": kinds, "manager_id": new_ids(rng, count)})


def draw_reps(
    rng: np.random.Generator, count: int, months: pd.DatetimeIndex, teams: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return `count` reps as `simulate_rep_months` takes them; ability is standard normal.

    About 61 % were hired before the first of `months`, the others during them. Without `teams` there is
    one team for every 17 reps. All are hired on the first weekday of a month.
    """
    teams = draw_teams(rng, max(1, count // TEAM_SIZE)) if teams is None else teams
    early = round(count * ALREADY_THERE)
    ability = rng.normal(size=count)
    team_of = rng.permutation(np.arange(count) % len(teams))
    hired_month = np.concatenate([_earlier(rng, early, months[0]), _during(rng, count - early, months)])
    hired_on = pd.Series(np.busday_offset(hired_month, 0, roll="forward").astype("datetime64[ns]"))
    tier, since = _tiers(rng, hired_month, months[0], ability)
    gender = np.where(rng.random(count) < 0.52, "F", "M")
    age = 22.0 + np.floor(rng.gamma(1.8, 3.2, count)) + 2.0 * (tier != "junior")
    return pd.DataFrame(
        {
            "person_id": new_ids(rng, count),
            "hired_on": hired_on,
            "role_id": _roles(rng, teams["team_type"].to_numpy()[team_of]),
            "tier_id": tier,
            "tier_since": pd.Series(np.maximum(since.astype("datetime64[ns]"), hired_on.to_numpy())),
            "team_id": teams["team_id"].to_numpy()[team_of],
            "manager_id": teams["manager_id"].to_numpy()[team_of],
            "gender": gender,
            "birth_year": hired_on.dt.year - age,
            "ability": ability,
        }
    )


def _earlier(rng: np.random.Generator, count: int, first: pd.Timestamp) -> np.ndarray:
    tenure = np.clip(np.ceil(rng.gamma(1.4, 26.0, count)), 1, 150).astype(int)
    return np.asarray(np.sort(np.datetime64(first, "M") - tenure).astype("datetime64[D]"))


def _during(rng: np.random.Generator, count: int, months: pd.DatetimeIndex) -> np.ndarray:
    """Spread hiring over the months, with more after the new year and after graduation in summer."""
    weight = np.where(months.month.isin([3, 7]), 2.0, np.where(months.month.isin([1, 2]), 0.4, 1.0))
    drawn = np.sort(rng.choice(len(months), size=count, p=weight / weight.sum()))
    return months.to_numpy()[drawn].astype("datetime64[D]")


def _tiers(
    rng: np.random.Generator, hired: np.ndarray, first: pd.Timestamp, ability: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    count = len(hired)
    tenure = (np.datetime64(first, "D") - hired).astype(float) / 365.25  # years, negative for later hires
    standing = 0.5 * tenure + 0.35 * ability + rng.normal(0.0, 0.5, count)
    place = np.where(tenure > 0, np.digitize(standing, [0.7, 2.3]), np.digitize(rng.random(count), [0.65, 0.95]))
    served = rng.uniform(0.3, 0.9, count)
    tenure_days = np.clip(tenure, 0.0, None) * 365.25
    since = hired + np.where(place > 0, served * tenure_days, 0.0).astype("timedelta64[D]")
    return np.array(["junior", "middle", "senior"])[place], since.astype("datetime64[M]").astype("datetime64[D]")


def _roles(rng: np.random.Generator, team_types: np.ndarray) -> np.ndarray:
    edges = np.array([np.cumsum(ROLE_MIX[kind])[:-1] for kind in team_types])
    place = (rng.random(len(team_types))[:, None] > edges).sum(axis=1)
    return np.asarray(np.array(list(ROLE_FIGURES))[place])
