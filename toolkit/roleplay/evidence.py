"""What a scored sheet says about competencies, handed on as Evidence."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from toolkit.roleplay.criterion_adjustment import SHEET_KEYS
from toolkit.roleplay.rubric import Rubric
from toolkit.roleplay.scoring import sheet_composites
from toolkit.roleplay.sheet_correction import sheet_corrections
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, Evidence, check

# One sheet's standard error before anything is known of this organisation's raters: severity,
# rep x scenario and residual as in design/findings (their half-normal scales .5 .5 .6, as means).
_PRIOR_ERROR, _PRIOR_FREEDOM = 0.75, 10
_RATINGS = [*SHEET_KEYS, "criterion_id", "rating"]


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
    (date), and optionally source (default ``role_play``; ``joint_visit`` for real customers) and workshop_id:
    each workshop is judged by itself, and without it all sheets as one.

    A criterion speaks for the competency it touches most (for all of them where several share it alike): what it says
    of the others is drowned by that one, on every sheet alike, so no number of sheets would make it right. A competency's
    level is the mean of its criteria, weighted by their shares, and corrected for how hard this rater and this scenario were (see `sheet_corrections`). Its standard error joins that of the
    sheet after the correction with that of a mean of so few criteria. Where severity cannot be known (a
    single rater, hardly a rep seen twice) the level stays as it was rated and the error is `sheet_error`,
    larger the fewer shares the competency rests on.
    """
    links = pd.DataFrame(
        [
            (rubric_id, criterion.id, competency, share)
            for rubric_id, rubric in rubrics.items()
            for criterion in rubric.criteria
            for competency, share in criterion.competencies.items()
            if share >= max(criterion.competencies.values())
        ],
        columns=["rubric_id", "criterion_id", "competency_id", "share"],
    )
    seen = ratings.dropna(subset=["rating"]).merge(links, on=["rubric_id", "criterion_id"])
    if seen.empty:
        return check(pd.DataFrame(columns=list(Evidence.columns)), Evidence)
    if "source" not in seen:
        seen["source"] = "role_play"
    seen = seen.assign(weighted=seen["rating"] * seen["share"], square=seen["share"] ** 2)
    keys = [*SHEET_KEYS, "competency_id", "source", "rated_on"]
    keys += [name for name in ("workshop_id",) if name in seen]
    sums = seen.groupby(keys, sort=True)[["weighted", "share", "square"]].sum().reset_index()
    sums = sums.merge(_corrections(ratings), on=[name for name in ("workshop_id", *SHEET_KEYS) if name in sums])
    uncorrected = sheet_error(_apart(ratings)) / np.sqrt(sums["share"].clip(0.25, 1.0))
    corrected = np.sqrt(sums["error"] ** 2 + sums["spread"] ** 2 * sums["square"] / sums["share"] ** 2)
    level = sums["weighted"] / sums["share"] + sums["correction"].fillna(0.0)
    evidence = pd.DataFrame(
        {
            "person_id": sums["rep_id"],
            "competency_id": sums["competency_id"],
            "source": sums["source"],
            "level": level.clip(SCALE_LOW, SCALE_HIGH),
            "standard_error": corrected.where(sums["correction"].notna(), uncorrected),
            "observed_on": pd.to_datetime(sums["rated_on"]),
            "rater_id": sums["rater_id"],
        }
    )
    return check(evidence, Evidence)


def _apart(ratings: pd.DataFrame) -> pd.DataFrame:
    """Return the Ratings with the same scenario in another workshop as another one."""
    if "workshop_id" not in ratings:
        return ratings[_RATINGS]
    return ratings[_RATINGS].assign(scenario_id=ratings["workshop_id"] + "/" + ratings["scenario_id"])


def _corrections(ratings: pd.DataFrame) -> pd.DataFrame:
    if "workshop_id" not in ratings:
        return sheet_corrections(ratings[_RATINGS])
    return pd.concat(
        [
            sheet_corrections(inside[_RATINGS]).assign(workshop_id=workshop_id)
            for workshop_id, inside in ratings.groupby("workshop_id", sort=True)
        ],
        ignore_index=True,
    )
