"""What a scored sheet says about competencies, handed on as Evidence."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from toolkit.roleplay.rubric import Rubric
from toolkit.roleplay.scoring import sheet_composites
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, Evidence, check

# One sheet's standard error before anything is known of this organisation's raters: severity,
# rep x scenario and residual as in design/findings (their half-normal scales .5 .5 .6, as means).
_PRIOR_ERROR, _PRIOR_FREEDOM = 0.75, 10


def sheet_error(ratings: pd.DataFrame) -> float:
    """Return the standard error of one sheet's composite, in levels.

    The spread between sheets on the same rep, shrunk towards a prior of .75 worth ten sheets.
    """
    sheets = sheet_composites(ratings)
    within = sheets["composite"] - sheets.groupby("rep_id")["composite"].transform("mean")
    freedom = len(sheets) - sheets["rep_id"].nunique()
    total = float((within**2).sum()) + _PRIOR_FREEDOM * _PRIOR_ERROR**2
    return float(np.sqrt(total / (freedom + _PRIOR_FREEDOM)))


def role_play_evidence(ratings: pd.DataFrame, rubrics: Mapping[str, Rubric]) -> pd.DataFrame:
    """Return the Evidence that scored sheets give, one row per sheet and competency.

    `ratings` is a Ratings table with two more columns: rubric_id (key of `rubrics`), rated_on
    (date) and optionally source (default ``role_play``; ``joint_visit`` for real customers). A
    competency's level is the mean of the criteria that touch it, weighted by their shares; the
    fewer shares it rests on, the larger its standard error.
    """
    links = pd.DataFrame(
        [
            (rubric_id, criterion.id, competency, share)
            for rubric_id, rubric in rubrics.items()
            for criterion in rubric.criteria
            for competency, share in criterion.competencies.items()
        ],
        columns=["rubric_id", "criterion_id", "competency_id", "share"],
    )
    seen = ratings.dropna(subset=["rating"]).merge(links, on=["rubric_id", "criterion_id"])
    if seen.empty:
        return check(pd.DataFrame(columns=list(Evidence.columns)), Evidence)
    if "source" not in seen:
        seen["source"] = "role_play"
    seen["weighted"] = seen["rating"] * seen["share"]
    keys = ["rep_id", "rater_id", "scenario_id", "competency_id", "source", "rated_on"]
    sums = seen.groupby(keys, sort=True)[["weighted", "share"]].sum().reset_index()
    error = sheet_error(ratings[["rep_id", "rater_id", "scenario_id", "criterion_id", "rating"]])
    evidence = pd.DataFrame(
        {
            "person_id": sums["rep_id"],
            "competency_id": sums["competency_id"],
            "source": sums["source"],
            # Rounding may pass the ends of the scale by a hair.
            "level": (sums["weighted"] / sums["share"]).clip(SCALE_LOW, SCALE_HIGH),
            "standard_error": error / np.sqrt(sums["share"].clip(0.25, 1.0)),
            "observed_on": pd.to_datetime(sums["rated_on"]),
            "rater_id": sums["rater_id"],
        }
    )
    return check(evidence, Evidence)
