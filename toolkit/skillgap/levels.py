"""Skill levels: all evidence on a person and competency as one estimate with its uncertainty."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from toolkit.errors import InputError
from toolkit.skillgap import source_priors as priors
from toolkit.skillgap.evidence_cells import Array, gather
from toolkit.skillgap.level_model import Fit, fit, prior_variances
from toolkit.skillgap.person_posterior import view_pattern
from toolkit.skillgap.shared_effects import person_information, prior_covariance
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, Evidence, SkillLevels, check
from toolkit.wording import text

KEYS = ["person_id", "competency_id"]
LEVEL_COLUMNS = ("person_id", "competency_id", "level", "sd", "low", "high", "evidence_count", "sources", "own_share")
BASIS_COLUMNS = (*KEYS, "source", "pieces", "raters", "latest", "mean", "adjusted", "adjusted_sd", "weight")
SOURCE_COLUMNS = (
    "source", "pieces", "people", "raters", "bias", "bias_sd", "prior_bias", "learned",
    "chance_sd", "severity_sd", "halo_sd", "view_sd", "reliability",
)  # fmt: skip
RATER_COLUMNS = ("rater_id", "source", "people", "severity", "sd")


@dataclass(frozen=True, slots=True)
class WeighedEvidence:
    """Levels and everything they rest on, all in levels of the scale unless said otherwise.

    `levels`: a SkillLevels table with two more columns: sources (different kinds of source) and own_share (0-1,
    how much of the level comes from evidence on this very competency; the rest comes from the person's
    other competencies and what is usual here).
    `basis`: one row per person, competency and source: pieces, raters (different ones), latest (day), mean (as
    rated), adjusted (less the source's bias and its raters' severity), adjusted_sd (its standard error), weight (0-1;
    summed over sources it is own_share).
    `sources`: one row per source: pieces, people, raters, bias (above 0: sees everybody too high) with bias_sd,
    prior_bias (the assumption it started from), learned (0-1, how much of the bias' prior uncertainty the
    organisation's own evidence has removed), standard deviations of chance (one piece), severity (between raters), halo (a
    rater with one person) and view (what the source sees in common), reliability (0-1, of one piece).
    `raters`: severity of each rater within a source beyond the source's bias (above 0 is lenient) and its sd.
    `fit` is the fitted model, for `what_to_observe_next`; None where there was no evidence.
    """

    levels: pd.DataFrame
    basis: pd.DataFrame
    sources: pd.DataFrame
    raters: pd.DataFrame
    fit: Fit | None


def estimate_levels(
    evidence: pd.DataFrame,
    *,
    as_of: dt.date,
    interval: float = 0.90,
    half_life: float | Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Return the SkillLevels that an Evidence table supports on the day `as_of`: `weigh_evidence(...).levels`."""
    return weigh_evidence(evidence, as_of=as_of, interval=interval, half_life=half_life).levels


def weigh_evidence(
    evidence: pd.DataFrame,
    *,
    as_of: dt.date,
    interval: float = 0.90,
    half_life: float | Mapping[str, float] | None = None,
) -> WeighedEvidence:
    """Weigh an Evidence table by how reliable its sources and raters have shown themselves.

    Only people and competencies with evidence of their own up to `as_of` have a level; later evidence is not
    used. `interval` is the probability that low to high holds the true level. `half_life` gives the days in which a
    piece loses half its weight, for all or by competency_id (others keep `source_priors.half_life_of`).

    Model: rating = level + bias of the source + severity of the rater + view of the source on this person
    + (halo of the rater with this person + chance) / sqrt(age weight). Levels are normal around the competency's
    mean and correlate between competencies, so that related ones lend each other strength. Ratings at either
    end of the scale count as “at least” or “at most”. All is Gaussian given the variances; these and the
    biases are learned where sources overlap and stay near `source_priors` where they do not (empirical Bayes;
    Robbins 1956; generalizability theory, Brennan 2001). The intervals include what is not known about
    biases and raters, not what is not known about the variances. The same table gives the same levels in any order of rows.
    Raises `InputError` for an `interval` outside 0-1, a half-life that is not above 0, or a table that is no Evidence.
    """
    if not 0 < interval < 1:
        raise InputError(text("The interval must lie between 0 and 1, not {value}.", value=interval))
    pieces = check(evidence, Evidence)
    pieces = pieces[pieces["observed_on"] <= pd.Timestamp(as_of)]
    if pieces.empty:
        return _nothing()
    fitted = fit(gather(pieces, _age_weights(pieces, as_of, half_life)))
    level, sd, bias_sd = levels_of(fitted)
    basis = _basis(pieces, fitted)
    grouped = basis.groupby(KEYS, sort=True)
    found = grouped.agg(evidence_count=("pieces", "sum"), sources=("source", "size"), own_share=("weight", "sum"))
    found = found.reset_index()
    row = fitted.cells.persons.get_indexer(pd.Index(found["person_id"]))
    column = fitted.cells.competencies.get_indexer(pd.Index(found["competency_id"]))
    found["level"], found["sd"] = np.clip(level[row, column], SCALE_LOW, SCALE_HIGH), sd[row, column]
    half = float(ndtri(0.5 + interval / 2)) * sd[row, column]
    found["low"] = (level[row, column] - half).clip(SCALE_LOW, SCALE_HIGH)
    found["high"] = (level[row, column] + half).clip(SCALE_LOW, SCALE_HIGH)
    levels = check(found[list(LEVEL_COLUMNS)], SkillLevels)
    return WeighedEvidence(levels, basis, _sources(basis, fitted, bias_sd), _raters(fitted), fitted)


def _age_weights(pieces: pd.DataFrame, as_of: dt.date, half_life: float | Mapping[str, float] | None) -> Array:
    given = half_life if isinstance(half_life, Mapping) else {}
    plain = half_life if isinstance(half_life, int | float) else None
    codes, names = pd.factorize(pieces["competency_id"])
    days = np.array([given.get(name, plain or priors.half_life_of(name)) for name in names], dtype=float)
    for name, value in [(None, plain), *given.items()]:
        if value is not None and not (np.isfinite(value) and value > 0):
            raise InputError(
                text("A half-life must be a number of days above 0, not {value}.", value=value),
                where=None if name is None else text("Competency {competency}", competency=name),
                remedy=text("Give the days after which evidence counts half, such as 365."),
            )
    age = (pd.Timestamp(as_of) - pieces["observed_on"]).dt.days.to_numpy(dtype=float)
    return np.asarray(np.maximum(0.5 ** (age / days[codes]), 1e-6))


def _nothing() -> WeighedEvidence:
    def empty(columns: tuple[str, ...], words: int) -> pd.DataFrame:
        return pd.DataFrame(
            {name: pd.Series(dtype=str if place < words else float) for place, name in enumerate(columns)}
        )

    levels = check(empty(LEVEL_COLUMNS, 2), SkillLevels)
    return WeighedEvidence(levels, empty(BASIS_COLUMNS, 3), empty(SOURCE_COLUMNS, 1), empty(RATER_COLUMNS, 2), None)


def levels_of(fitted: Fit) -> tuple[Array, Array, Array]:
    """Return level and standard deviation (person x competency) and the standard deviation of each bias.

    What is not known of means and biases adds to each level as far as it moves it.
    """
    cells, factors, size = fitted.cells, fitted.factors, len(fitted.cells.competencies)
    covariance = shared_covariance(fitted)
    passed = factors.carry @ factors.information
    moved = np.zeros((len(cells.persons), size, size + len(cells.sources)))
    np.add.at(moved[:, :, :size], cells.person, passed)
    moved[cells.person, :, size + cells.source] = passed.sum(axis=2)
    moved = -factors.covariance @ moved
    moved[:, np.arange(size), np.arange(size)] += 1.0
    variance = np.diagonal(factors.covariance, axis1=1, axis2=2)
    variance = variance + ((moved @ covariance) * moved).sum(axis=2)
    return fitted.means.level + fitted.shared.mean, np.sqrt(variance), np.sqrt(np.diagonal(covariance)[size:])


def shared_covariance(fitted: Fit) -> Array:
    """Return the posterior covariance of competency means and, after them, source biases.

    The few raters of a source leave its bias as uncertain as their own mean severity.
    """
    cells, size = fitted.cells, len(fitted.cells.competencies)
    mean, bias, cross = person_information(cells, fitted.factors)
    prior = prior_covariance(cells)
    raters = np.bincount(cells.raters["source"].to_numpy(dtype=np.int64), minlength=len(cells.sources))
    few = np.where(raters > 0, fitted.variances.severity / np.maximum(raters, 1), 0.0)
    prior[size:, size:] += np.diag(few)
    return np.asarray(np.linalg.inv(np.block([[mean, cross], [cross.T, bias]]) + np.linalg.inv(prior)))


def _basis(pieces: pd.DataFrame, fitted: Fit) -> pd.DataFrame:
    cells, factors = fitted.cells, fitted.factors
    plain = pieces.groupby([*KEYS, "source"], sort=True, observed=True).agg(
        pieces=("level", "size"), raters=("rater_id", "nunique"), latest=("observed_on", "max"), mean=("level", "mean")
    )
    plain = plain.reset_index()
    person = cells.persons.get_indexer(pd.Index(plain["person_id"]))
    column = cells.competencies.get_indexer(pd.Index(plain["competency_id"]))
    number = np.full((len(cells.persons), len(cells.sources)), -1, dtype=np.int64)
    number[cells.person, cells.source] = np.arange(len(cells.person))
    block = number[person, cells.sources.get_indexer(pd.Index(plain["source"]))]
    passed = factors.carry @ factors.information
    weight = np.einsum("bij,bji->bi", factors.covariance[cells.person], passed)
    plain["weight"] = weight[block, column].clip(0.0, 1.0)
    place, size = cells.block[cells.pair] * len(cells.competencies) + cells.competency, weight.size
    mass = np.bincount(place, cells.p, size)
    rater = cells.rater[cells.pair]
    beyond = fitted.shared.bias[cells.source[cells.block[cells.pair]]] + np.append(fitted.shared.severity, 0.0)[rater]
    mean = np.bincount(place, cells.py - cells.p * beyond, size) / np.maximum(mass, 1e-12)
    plain["adjusted"] = mean.reshape(weight.shape)[block, column].clip(SCALE_LOW, SCALE_HIGH)
    chance = np.bincount(place, cells.p**2 * _pair_variance(fitted), size) / np.maximum(mass, 1e-12) ** 2
    view = fitted.variances.view[cells.source][:, None] * np.diagonal(view_pattern(weight.shape[1]))
    plain["adjusted_sd"] = np.sqrt(chance.reshape(weight.shape) + view)[block, column]
    return plain[list(BASIS_COLUMNS)]


def _pair_variance(fitted: Fit) -> Array:
    """Return the variance of each cell's mean around level and view: chance, halo and what is not known of the rater."""
    cells, source = fitted.cells, fitted.cells.source[fitted.cells.block]
    spread = np.where(cells.judged, fitted.variances.halo[source], 0.0)
    spread += np.append(fitted.severity, 0.0)[cells.rater] * (cells.rater >= 0)
    return np.asarray(
        fitted.variances.chance[source][cells.pair] / cells.p + spread[cells.pair] * (cells.q / cells.p) ** 2
    )


def _sources(basis: pd.DataFrame, fitted: Fit, bias_sd: Array) -> pd.DataFrame:
    cells, variances = fitted.cells, fitted.variances
    people = float(np.mean(np.diagonal(variances.people)))
    chance = variances.chance * cells.error**2
    raters = np.bincount(cells.raters["source"].to_numpy(dtype=np.int64), minlength=len(cells.sources))
    prior = np.sqrt(np.diagonal(prior_covariance(cells))[len(cells.competencies) :])
    halo = np.where(prior_variances(cells).chance < 1, variances.halo, 0.0)
    return pd.DataFrame(
        {
            "source": cells.sources,
            "pieces": basis.groupby("source", sort=True)["pieces"].sum().to_numpy(),
            "people": np.bincount(cells.source, minlength=len(cells.sources)),
            "raters": np.where(cells.sources == "self", np.bincount(cells.source, minlength=len(raters)), raters),
            "bias": fitted.shared.bias,
            "bias_sd": bias_sd,
            "prior_bias": [priors.BIAS[name][0] for name in cells.sources],
            "learned": (1 - (bias_sd / prior) ** 2).clip(0.0, 1.0),
            "chance_sd": np.sqrt(chance),
            "severity_sd": np.sqrt(np.where(raters > 0, variances.severity, 0.0)),
            "halo_sd": np.sqrt(halo),
            "view_sd": np.sqrt(variances.view),
            "reliability": people
            / (people + chance + np.where(raters > 0, variances.severity, 0.0) + halo + variances.view),
        },
        columns=list(SOURCE_COLUMNS),
    )


def _raters(fitted: Fit) -> pd.DataFrame:
    cells = fitted.cells
    rated = cells.rater >= 0
    return pd.DataFrame(
        {
            "rater_id": cells.raters["rater_id"],
            "source": cells.sources[cells.raters["source"].to_numpy(dtype=np.int64)],
            "people": np.bincount(cells.rater[rated], minlength=len(cells.raters)),
            "severity": fitted.shared.severity,
            "sd": np.sqrt(fitted.severity),
        },
        columns=list(RATER_COLUMNS),
    )
