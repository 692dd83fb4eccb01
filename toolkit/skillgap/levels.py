"""Skill levels: all evidence on a person and competency as one estimate with its uncertainty."""

import datetime as dt

import numpy as np
import pandas as pd
from scipy.special import ndtri

from toolkit.errors import InputError
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, Evidence, SkillLevels, check
from toolkit.wording import text

HALF_LIFE_DAYS = 365.0
PRIOR_MEAN, PRIOR_SD = 3.0, 1.0
SOURCE_SD = 0.3
_PERSON = ["person_id", "competency_id"]


def estimate_levels(evidence: pd.DataFrame, *, as_of: dt.date, interval: float = 0.90) -> pd.DataFrame:
    """Return the SkillLevels that an Evidence table supports on the day `as_of`.

    A normal model in two steps. Within a source, pieces are averaged by precision; a piece
    loses half its weight in 365 days. Across sources each average carries a further standard
    deviation of .3 that all its pieces share (what one source always sees too high or too
    low), and meets a weak prior of level 3 with standard deviation 1. Only people and
    competencies with evidence have a row. Evidence later than `as_of` is not used.
    Raises `InputError` for an `interval` outside 0-1.
    """
    if not 0 < interval < 1:
        raise InputError(text("The interval must lie between 0 and 1, not {value}.", value=interval))
    pieces = check(evidence, Evidence)
    pieces = pieces[pieces["observed_on"] <= pd.Timestamp(as_of)].copy()
    age = (pd.Timestamp(as_of) - pieces["observed_on"]).dt.days
    pieces["precision"] = 0.5 ** (age / HALF_LIFE_DAYS) / pieces["standard_error"] ** 2
    pieces["pull"] = pieces["precision"] * pieces["level"]
    by_source = pieces.groupby([*_PERSON, "source"], sort=True).agg(
        precision=("precision", "sum"), pull=("pull", "sum"), evidence_count=("level", "size")
    )
    by_source["mean"] = by_source["pull"] / by_source["precision"]
    by_source["precision"] = 1 / (1 / by_source["precision"] + SOURCE_SD**2)
    by_source["pull"] = by_source["precision"] * by_source["mean"]
    levels = by_source.groupby(level=_PERSON, sort=True)[["precision", "pull", "evidence_count"]].sum()
    total = levels["precision"] + 1 / PRIOR_SD**2
    levels["level"] = (levels["pull"] + PRIOR_MEAN / PRIOR_SD**2) / total
    levels["sd"] = np.sqrt(1 / total)
    half = float(ndtri(0.5 + interval / 2)) * levels["sd"]
    levels["low"] = (levels["level"] - half).clip(SCALE_LOW, SCALE_HIGH)
    levels["high"] = (levels["level"] + half).clip(SCALE_LOW, SCALE_HIGH)
    columns = ["level", "sd", "low", "high", "evidence_count"]
    return check(levels[columns].reset_index(), SkillLevels)
