"""Cohorts with a known effect of training: true levels, errors that may correlate, shifts of a whole occasion."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

COMPETENCIES = ("listening", "closing", "finance")


@dataclass(frozen=True)
class Cohort:
    """`picked`: 'all', 'low' (the lowest before are trained), 'lot' (half by lot) or 'teams' (the better by chance)."""

    people: int = 40
    trained: int = 20
    effect: float = 0.3
    picked: str = "lot"
    trend: float = 0.1
    spread: float = 0.6
    error: float = 0.4
    correlation: float = 0.0
    occasion_sd: float = 0.1
    effect_sd: float = 0.2
    competencies: int = 3


@dataclass(frozen=True)
class Drawn:
    everybody: pd.DataFrame
    before: pd.DataFrame
    after: pd.DataFrame
    others_before: pd.DataFrame
    others_after: pd.DataFrame


def draw(cohort: Cohort, rng: np.random.Generator) -> Drawn:
    """Draw one cohort; the effect is that on the trained, over a trend that everybody has."""
    size = (cohort.people, cohort.competencies)
    general = rng.normal(0, cohort.spread * 0.7, (cohort.people, 1))
    level = 2.8 + general + rng.normal(0, cohort.spread * np.sqrt(1 - 0.49), size)
    error = rng.uniform(0.75, 1.25, size) * cohort.error
    first = error * rng.normal(size=size)
    second = error * (cohort.correlation * first / error + np.sqrt(1 - cohort.correlation**2) * rng.normal(size=size))
    before = level + first + rng.normal(0, cohort.occasion_sd / np.sqrt(2))
    order = {
        "all": np.arange(cohort.people),
        "lot": rng.permutation(cohort.people),
        "low": np.argsort(before.mean(axis=1)),
        "teams": np.argsort(-general[:, 0] + rng.normal(0, 0.3, cohort.people)),
    }[cohort.picked]
    trained = np.isin(np.arange(cohort.people), order[: cohort.trained])
    gain = cohort.trend + rng.normal(0, 0.1, size)
    gain += trained[:, None] * (cohort.effect + rng.normal(0, cohort.effect_sd, (cohort.people, 1)))
    after = level + gain + second + rng.normal(0, cohort.occasion_sd / np.sqrt(2))
    one, two = (table(values, error) for values in (before, after))
    ids = {f"p{number}" for number in np.flatnonzero(trained)}
    return Drawn(one, *(part[part["person_id"].isin(ids) == kept] for kept in (True, False) for part in (one, two)))


def table(values, errors) -> pd.DataFrame:
    """Return levels by person and competency as a table."""
    people, competencies = values.shape
    return pd.DataFrame(
        {
            "person_id": np.repeat([f"p{number}" for number in range(people)], competencies),
            "competency_id": np.tile(COMPETENCIES[:competencies], people),
            "level": values.ravel(),
            "sd": errors.ravel(),
        }
    )


def estimated(measured: pd.DataFrame) -> pd.DataFrame:
    """Return what a model that draws towards the mean makes of measurements: posterior means and deviations."""
    parts = []
    for _, rows in measured.groupby("competency_id"):
        variance = max(rows["level"].var() - (rows["sd"] ** 2).mean(), 0.01)
        kept = variance / (variance + rows["sd"] ** 2)
        level = rows["level"].mean() + kept * (rows["level"] - rows["level"].mean())
        parts.append(rows.assign(level=level, sd=np.sqrt(kept) * rows["sd"]))
    return pd.concat(parts).sort_index()
