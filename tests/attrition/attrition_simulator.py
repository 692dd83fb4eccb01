"""A sales team with a declared monthly hazard, so that tests know the truth."""

import numpy as np
import pandas as pd

from toolkit.attrition.months import month_starts

FIRST = 2021 * 12


def simulate(people: int = 300, months: int = 24, seed: int = 0, base: float = -4.2) -> pd.DataFrame:
    """Return RepMonths with one column more: `hazard`, the true chance of leaving next month.

    The hazard depends on 3-month attainment, days late, overtime and tenure, as published.
    """
    rng = np.random.default_rng(seed)
    skill = rng.normal(0, 0.25, people)
    lateness, hours = rng.gamma(1.5, 4, people), rng.gamma(3, 8, people)
    hired = FIRST - rng.integers(-months + 4, 60, people)
    shape = (people, months)
    attained = np.exp(skill[:, None] - 0.02 + rng.normal(0, 0.2, shape))
    late, overtime = rng.poisson(lateness[:, None], shape), rng.gamma(4, hours[:, None] / 4, shape)
    month = FIRST + np.arange(months)
    tenure = np.clip(month - hired[:, None] + 1, 0, 24)

    def recent(values: np.ndarray) -> np.ndarray:
        # Months before the first working day do not count.
        inside = month >= hired[:, None]
        sums = sum(np.pad(values * inside, ((0, 0), (lag, 0)))[:, :months] for lag in range(3))
        return sums / np.maximum(sum(np.pad(inside, ((0, 0), (lag, 0)))[:, :months] for lag in range(3)), 1)

    log_odds = (
        base
        - 2.5 * (recent(attained) - 1)
        + 0.10 * (recent(late) - 6)
        + 0.03 * (recent(overtime) - 24)
        - 0.10 * np.minimum(tenure - 12, 0)
    )
    hazard = 1 / (1 + np.exp(-log_odds))
    leaves = (rng.random(shape) < hazard) & (month >= hired[:, None])
    gone = np.where(leaves.any(axis=1), leaves.argmax(axis=1) + 1, months)
    kept = (month >= hired[:, None]) & (np.arange(months) <= gone[:, None])
    row, column = np.nonzero(kept)
    left = month_starts(FIRST + gone).to_numpy() + np.timedelta64(9, "D")
    left = np.where(gone < months, left, np.datetime64("NaT"))
    target = np.round(rng.uniform(80_000, 120_000, people))
    return pd.DataFrame(
        {
            "person_id": [f"r{number:05d}" for number in row],
            "month": month_starts(month[column]).to_numpy(),
            "hired_on": month_starts(hired[row]).to_numpy(),
            "left_on": left[row],
            "role_id": np.where(row % 2 == 0, "client_manager", "agent"),
            "tier_id": np.where(month[column] - hired[row] > 18, "middle", "junior"),
            "manager_id": [f"m{number % 9}" for number in row],
            "target": target[row],
            "result": target[row] * attained[row, column],
            "visits": rng.poisson(20, len(row)).astype(float),
            "proposals": rng.poisson(6, len(row)).astype(float),
            "leads": rng.poisson(12, len(row)).astype(float),
            "commission": 0.05 * target[row] * attained[row, column],
            "days_late": late[row, column].astype(float),
            "overtime": overtime[row, column],
            "training": rng.poisson(3, len(row)).astype(float),
            "leave": rng.poisson(1, len(row)).astype(float),
            "hazard": hazard[row, column],
        }
    )
