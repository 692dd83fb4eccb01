"""Levels as measurements: undoing what a model drew together, and what chance alone will undo.

With a true level L ~ N(m, t^2) among people and a measurement x = L + e, e ~ N(0, s^2), the reliability is
r = t^2 / (t^2 + s^2). Kelley's formula (Kelley 1947, Fundamentals of Statistics, p. 409) gives E[L | x] = m + r (x - m):
of people picked for a low x, the mean error is (1 - r)(mean x - m), below 0, and is gone at the next measurement
(regression to the mean; Davis 1976, American Journal of Epidemiology 104:493; Barnett, van der Pols & Dobson 2005,
International Journal of Epidemiology 34:215). It holds for every rule of picking that looks at x alone.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.errors import InputError, NotEnoughData
from toolkit.vocabulary import SkillLevels, check
from toolkit.wording import counted, text

Array = NDArray[np.float64]
KEYS = ["person_id", "competency_id"]
FEWEST_FOR_SPREAD = 8
MOST_REPLICATES = 30
LEAST_SD = 0.01
_LEVELS = SkillLevels.select_columns([*KEYS, "level", "sd"])


def checked_levels(levels: pd.DataFrame) -> pd.DataFrame:
    """Return person_id, competency_id, level and sd, or raise `InputError`; an sd of 0 becomes .01."""
    checked = check(levels, _LEVELS)[[*KEYS, "level", "sd"]]
    if not np.isfinite(checked[["level", "sd"]].to_numpy()).all():
        raise InputError(
            text("A level or its standard deviation is missing or infinite."), remedy=text("Leave such rows out.")
        )
    return checked.assign(sd=checked["sd"].clip(lower=LEAST_SD))


def unshrunk(levels: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Return as measurements what a model has estimated (posterior mean `level`, posterior `sd`).

    A posterior mean is m + r (x - m) with variance r s^2; solved for x and s^2, with t^2 = var(means) + mean(sd^2) over
    `population`, everybody estimated together. Exact for levels estimated one competency at
    a time. Raises `NotEnoughData` with fewer than eight people in a competency.
    """
    levels, everybody = checked_levels(levels), checked_levels(population)
    parts = []
    for competency, rows in levels.groupby("competency_id", sort=False):
        whole = everybody[everybody["competency_id"] == competency]
        if len(whole) < FEWEST_FOR_SPREAD:
            raise _too_few(str(competency), len(whole))
        variance = float(whole["level"].var(ddof=1) + (whole["sd"] ** 2).mean())
        # Beyond a reliability of .05 the measurement itself would be hardly more than noise.
        kept = np.clip(1 - rows["sd"] ** 2 / variance, 0.05, 1.0)
        mean = float(whole["level"].mean())
        level = mean + (rows["level"] - mean) / kept
        parts.append(rows.assign(level=level, sd=rows["sd"] / np.sqrt(kept)))
    return pd.concat(parts) if parts else levels


class Population:
    """How the true levels of everybody measured at one time spread and go together across competencies.

    By the method of moments: seen variances less those of the errors, seen covariances as they are, since errors of
    different competencies are taken to be independent (a halo would be taken for true level, and too little taken out).
    """

    def __init__(self, levels: pd.DataFrame):
        self.competencies = pd.Index(sorted(levels["competency_id"].unique()))
        self._level = _wide(levels, "level", self.competencies).to_numpy(float)
        self._variance = _wide(levels, "sd", self.competencies).to_numpy(float) ** 2
        for competency, people in zip(self.competencies, (~np.isnan(self._level)).sum(axis=0), strict=True):
            if people < FEWEST_FOR_SPREAD:
                raise _too_few(str(competency), int(people))

    def errors(self, levels: pd.DataFrame) -> "Errors":
        """Return which errors the measurements of some people are expected to hold, given all measurements of each.

        E[e | x] = S (T + S)^-1 (x - m) with T the covariance of true levels and S the variances of errors: Kelley's
        formula for several competencies, right for every rule of picking that looks at these measurements alone.
        """
        unknown = set(levels["competency_id"]) - set(self.competencies)
        if unknown:
            raise _too_few(str(min(unknown)), 0)
        wide = _wide(levels, "level", self.competencies)
        level, variance = wide.to_numpy(float), _wide(levels, "sd", self.competencies).to_numpy(float) ** 2
        rows = wide.index.get_indexer(pd.Index(levels["person_id"]))
        columns = self.competencies.get_indexer(pd.Index(levels["competency_id"]))
        expected, remaining = _kelley(level, variance, *self._moments(None))
        groups = min(len(self._level), MOST_REPLICATES)
        again = [_kelley(level, variance, *self._moments((part, groups)))[0][rows, columns] for part in range(groups)]
        return Errors(expected[rows, columns], remaining[rows, columns], np.array(again))

    def _moments(self, without: tuple[int, int] | None) -> tuple[Array, Array]:
        """Return means and true covariance, without every n-th person where `without` says so."""
        kept = np.ones(len(self._level), dtype=bool)
        if without is not None:
            kept = np.arange(len(self._level)) % without[1] != without[0]
        level, variance = self._level[kept], self._variance[kept]
        seen = pd.DataFrame(level).cov().fillna(0.0).to_numpy(float) - np.diag(np.nanmean(variance, axis=0))
        sizes, axes = np.linalg.eigh(seen)
        return np.nanmean(level, axis=0), (axes * np.clip(sizes, 1e-4, None)) @ axes.T


@dataclass(frozen=True)
class Errors:
    """`expected` error of each measurement, the variance `remaining`, and `expected` in jackknife `replicates`."""

    expected: Array
    remaining: Array
    replicates: Array


def _wide(levels: pd.DataFrame, values: str, competencies: pd.Index) -> pd.DataFrame:
    wide: pd.DataFrame = levels.pivot(index="person_id", columns="competency_id", values=values)
    return wide.reindex(columns=competencies)


def jackknife_variance(replicates: Array) -> float:
    """Return the variance of a figure from what it becomes without each part (Tukey 1958; Wolter 2007, ch. 4)."""
    parts = len(replicates)
    return float((parts - 1) / parts * ((replicates - replicates.mean()) ** 2).sum())


def _kelley(level: Array, variance: Array, mean: Array, true: Array) -> tuple[Array, Array]:
    """Return expected errors and their remaining variances; what was not measured counts as known to nothing."""
    missing = np.isnan(level)
    noise = np.where(missing, 1e6, variance)
    away = np.where(missing, 0.0, level - mean)
    inverse = np.linalg.inv(true + noise[:, :, None] * np.eye(level.shape[1]))
    expected = noise * np.einsum("ijk,ik->ij", inverse, away)
    return expected, noise - noise**2 * np.diagonal(inverse, axis1=1, axis2=2)


def _too_few(competency: str, people: int) -> NotEnoughData:
    return NotEnoughData(
        counted(
            "{count} person is too few to know how levels of “{competency}” spread.",
            "{count} people are too few to know how levels of “{competency}” spread.",
            people,
            competency=competency,
        ),
        remedy=text("Give the levels of everybody measured at that time, at least {least}.", least=FEWEST_FOR_SPREAD),
    )
