"""Raw scores: what raters ticked, averaged, with a simple interval and no correction for severity."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from toolkit.errors import InputError
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, Ratings, Scores, check
from toolkit.wording import Text, text

_SHEET = ["rep_id", "rater_id", "scenario_id"]
_LEAST_FREEDOM = 3
_NO_SPREAD = 1e-9


@dataclass(frozen=True)
class RawScores:
    """`reps` is a Scores table; `note` says why intervals are missing, where they are."""

    reps: pd.DataFrame
    note: Text | None


def sheet_composites(ratings: pd.DataFrame, weights: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Return rep_id, rater_id, scenario_id, composite: each sheet's weighted mean of observed criteria.

    `ratings` is a Ratings table; `weights` maps criterion_id to a positive weight (default: equal).
    Sheets on which nothing was observed are left out. Raises `InputError` for a weight that is
    missing or not positive.
    """
    seen = check(ratings, Ratings).dropna(subset=["rating"]).copy()
    if weights is None:
        seen["weight"] = 1.0
    else:
        seen["weight"] = seen["criterion_id"].map(weights).astype(float)
        bad = seen.loc[~(seen["weight"] > 0), "criterion_id"]
        if len(bad):
            raise InputError(text("The criterion “{criterion}” has no positive weight.", criterion=bad.iloc[0]))
    seen["weighted"] = seen["rating"] * seen["weight"]
    sums = seen.groupby(_SHEET, sort=True)[["weighted", "weight"]].sum()
    # Rounding may pass the ends of the scale by a hair.
    composite = (sums["weighted"] / sums["weight"]).clip(SCALE_LOW, SCALE_HIGH)
    return composite.rename("composite").reset_index()


def split_unfinished(ratings: pd.DataFrame, mandatory: Mapping[str, set[str]]) -> tuple[pd.DataFrame, int]:
    """Return the ratings of finished sheets and how many sheets are unfinished.

    `ratings` is a Ratings table, `mandatory` names the mandatory criteria of each scenario_id. A
    sheet is finished when each of them is rated or marked as not observed.
    """
    done = ratings.groupby(_SHEET, sort=False)["criterion_id"].agg(set)
    scenarios = done.index.get_level_values("scenario_id")
    finished = [mandatory.get(str(name), set()) <= rated for name, rated in zip(scenarios, done, strict=True)]
    kept = done.index[np.array(finished, dtype=bool)] if len(done) else done.index
    inside = pd.MultiIndex.from_frame(ratings[_SHEET]).isin(kept)
    return ratings[inside], len(done) - len(kept)


def raw_scores(
    ratings: pd.DataFrame, *, weights: Mapping[str, float] | None = None, interval: float = 0.90
) -> RawScores:
    """Return the raw mean of each rep with a t interval from the spread between sheets.

    The spread is pooled over all reps (one-way analysis of variance), so that a rep seen once
    has an interval too. It counts sheets, never criteria: criteria on one sheet are not
    independent. Raters' severity is not corrected here. Intervals are refused, with `note`
    saying why, where fewer than three sheets repeat a rep or none of them differ.
    """
    if not 0 < interval < 1:
        raise InputError(text("The interval must lie between 0 and 1, not {value}.", value=interval))
    sheets = sheet_composites(ratings, weights)
    grouped = sheets.groupby("rep_id", sort=True)
    reps = grouped.agg(
        raw=("composite", "mean"), raters=("rater_id", "nunique"), sheets=("composite", "size")
    ).reset_index()
    freedom = len(sheets) - len(reps)
    within = sheets["composite"] - grouped["composite"].transform("mean")
    spread = float(np.sqrt((within**2).sum() / max(freedom, 1)))
    note = None
    half: pd.Series | float = np.nan
    if freedom < _LEAST_FREEDOM:
        note = text(
            "No interval yet: it takes at least {needed} second sheets on the same reps, and there are {found}.",
            needed=_LEAST_FREEDOM,
            found=max(freedom, 0),
        )
    elif spread < _NO_SPREAD:
        note = text(
            "No interval: all sheets on the same rep agree exactly, so they do not show how far off they may be."
        )
    else:
        half = stdtrit(freedom, 0.5 + interval / 2) * spread / np.sqrt(reps["sheets"])
    reps["low"] = (reps["raw"] - half).clip(SCALE_LOW, SCALE_HIGH)
    reps["high"] = (reps["raw"] + half).clip(SCALE_LOW, SCALE_HIGH)
    reps = reps[["rep_id", "raw", "low", "high", "raters", "sheets"]]
    return RawScores(check(reps, Scores) if len(reps) else reps, note)
