"""Workshops with a known truth, made by a process that is not the model of fair scores.

Ratings are ordinal: a latent quality of each criterion falls between a rater's own thresholds. Severity may be far from
normal (a few very hard and very lenient raters), raters squeeze the scale by different factors, let an overall
impression colour all criteria of a sheet (halo), and reps have strengths of their own by criterion and scenario. The truth
of a rep is the expected composite over the populations of raters and scenarios, on the scale from 1 to 5.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtr

CRITERIA = 6
THRESHOLDS = np.array([-1.5, -0.5, 0.5, 1.5])
REP, REP_CRITERION, CELL, THRESHOLD, MISSING = 0.6, 0.3, 0.6, 0.15, 0.05
POPULATION = 600


@dataclass(frozen=True)
class Condition:
    """How raters are: `severity` deviation, `halo` deviation, whether hawks and doves occur; how scenarios differ."""

    severity: float
    halo: float
    extremes: bool = False
    scenario: float = 0.3
    rep_scenario: float = 0.3


CONDITIONS = {
    "mild": Condition(0.25, 0.2),
    "halo": Condition(0.35, 0.5),
    "severe": Condition(0.25, 0.3, extremes=True),
}


@dataclass(frozen=True)
class Workshop:
    """Ratings and the truth behind them; `levels` is each rep's quality in each scenario, reps x scenarios x criteria."""

    ratings: pd.DataFrame
    truth: dict[str, float]
    severity: dict[str, float]
    levels: np.ndarray

    def played(self, condition: Condition) -> dict[str, float]:
        """Return each rep's expected composite over raters in the scenarios played, the interplay with them included."""
        rng = np.random.default_rng(POPULATION)
        still = replace(condition, scenario=0.0, rep_scenario=0.0)
        truth = np.mean([_truth(rng, self.levels[:, one], still) for one in range(self.levels.shape[1])], axis=0)
        return {f"p{rep:02}": float(value) for rep, value in enumerate(truth)}


def simulate(rng: np.random.Generator, reps: int, raters: int, scenarios: int, condition: Condition) -> Workshop:
    """Return an incomplete workshop: two raters a performance, of two raters only one on two of five reps."""
    ability = rng.normal(0.3, REP, reps)[:, None] + rng.normal(0, REP_CRITERION, (reps, CRITERIA))
    difficulty = rng.normal(0, 0.3, CRITERIA)
    quality = ability - difficulty
    played = rng.normal(0, condition.scenario, scenarios)
    pair = rng.normal(0, condition.rep_scenario, (reps, scenarios))
    severity, squeeze = _raters(rng, raters, condition)
    thresholds = THRESHOLDS + rng.normal(0, THRESHOLD, (raters, 4))
    rows = []
    for scenario in range(scenarios):
        for rep, panel in enumerate(_panels(rng, reps, raters, scenario)):
            for rater in panel:
                level = quality[rep] + pair[rep, scenario] - played[scenario] - severity[rater]
                latent = squeeze[rater] * (level + rng.normal(0, condition.halo)) + rng.normal(0, CELL, CRITERIA)
                rating = 1.0 + (latent[:, None] > np.sort(thresholds[rater])).sum(axis=1)
                rating[rng.random(CRITERIA) < MISSING] = np.nan
                rows += [(f"p{rep:02}", f"r{rater}", f"s{scenario}", f"c{k}", rating[k]) for k in range(CRITERIA)]
    table = pd.DataFrame(rows, columns=["rep_id", "rater_id", "scenario_id", "criterion_id", "rating"])
    truth = _truth(rng, quality, condition)
    return Workshop(
        table,
        {f"p{rep:02}": float(truth[rep]) for rep in range(reps)},
        {f"r{rater}": float(severity[rater]) for rater in range(raters)},
        quality[:, None] + (pair - played)[:, :, None],
    )


def _raters(rng: np.random.Generator, count: int, condition: Condition) -> tuple[np.ndarray, np.ndarray]:
    severity = rng.normal(0, condition.severity, count)
    if condition.extremes:
        severity += rng.choice([0.0, 1.0, -0.9], count, p=[0.7, 0.2, 0.1])
    return severity, rng.uniform(0.65, 1.15, count)


def _panels(rng: np.random.Generator, reps: int, raters: int, scenario: int) -> list[np.ndarray]:
    """Spread raters evenly; with more than two the panels walk round so that all are linked."""
    if raters == 2:
        single = {place for place in range(reps) if place % 5 in (3, 4)}
        panels = [np.array([(place + scenario) % 2]) if place in single else np.arange(2) for place in range(reps)]
    else:
        step = [1 + (place // raters) % (raters - 1) for place in range(reps)]
        panels = [np.array([place % raters, (place + step[place]) % raters]) for place in range(reps)]
    return [panels[place] for place in rng.permutation(reps)]


def _truth(rng: np.random.Generator, quality: np.ndarray, condition: Condition) -> np.ndarray:
    severity, squeeze = _raters(rng, POPULATION, condition)
    shift = rng.normal(0, np.hypot(condition.scenario, condition.rep_scenario), POPULATION) + rng.normal(
        0, condition.halo, POPULATION
    )
    thresholds = np.sort(THRESHOLDS + rng.normal(0, THRESHOLD, (POPULATION, 4)), axis=1)
    expected = np.ones(quality.shape)
    for one in range(POPULATION):
        latent = squeeze[one] * (quality - severity[one] + shift[one])
        expected += ndtr((latent[..., None] - thresholds[one]) / CELL).sum(axis=-1) / POPULATION
    return expected.mean(axis=1)
