"""The declared monthly hazard of leaving. It sees past figures only: no skill, no rating, no gender, no age."""

from collections.abc import Mapping

import numpy as np

WINDOW = 3  # months, the current one included
HAZARD: dict[str, float] = {
    "intercept": -5.10,
    "shortfall": 2.8,
    "days_late": 0.10,
    "lead_shortfall": 1.2,
    "overtime": 0.06,
    "first_year_peak": 0.9,
    "years_in_tier": 0.2,
}
FEATURES = {
    "shortfall": "1 - result / target, each month cut to -0.5..1.5, mean of the last 3 months",
    "days_late": "days the commission was late, mean of the last 3 months",
    "lead_shortfall": "1 - leads / mean leads of the role in that month, mean of the last 3 months",
    "overtime": "hours above 20 of the mean overtime of the last 3 months",
    "first_year_peak": "exp(-((months since hired - 7) / 4)^2)",
    "years_in_tier": "years since tier_since, at most 5",
}


def shortfall(result: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return how far results (CNY) stay behind targets (CNY), as a share cut to -0.5..1.5."""
    return np.asarray(np.clip(1.0 - result / target, -0.5, 1.5))


def first_year_peak(tenure: np.ndarray) -> np.ndarray:
    """Return the bump (0-1) of early leaving at `tenure` months since hired."""
    return np.asarray(np.exp(-(((tenure - 7.0) / 4.0) ** 2)))


def years_in_tier(months: np.ndarray) -> np.ndarray:
    """Return years (0-5) from months since the last change of tier."""
    return np.asarray(np.clip(months, 0.0, 60.0) / 12.0)


def long_hours(overtime: np.ndarray) -> np.ndarray:
    """Return the hours above 20 of mean monthly overtime (hours)."""
    return np.asarray(np.clip(overtime - 20.0, 0.0, None))


def monthly_hazard(features: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the probability (0-1) of leaving in the month after the one `features` describe."""
    logit = HAZARD["intercept"] + sum(HAZARD[name] * features[name] for name in FEATURES)
    return np.asarray(1.0 / (1.0 + np.exp(-logit)))
