"""Gaps: what a role asks against what was seen, with the probability that the gap is real."""

import numpy as np
import pandas as pd
from scipy.special import ndtr

from toolkit.vocabulary import Expectations, Gaps, SkillLevels, check

LIKELY, UNLIKELY = 0.8, 0.2
STANDINGS = ("gap", "unclear", "met", "strength", "unseen")


def find_gaps(levels: pd.DataFrame, expectations: pd.DataFrame) -> pd.DataFrame:
    """Return the Gaps table: every expectation with the level seen, most pressing first.

    `levels` is a SkillLevels table, `expectations` an Expectations table. With the level
    L ~ N(level, sd), `probability_below` is P(L < target) and `priority` is weight x
    E[max(target - L, 0)], which is importance x probability of being below x mean shortfall if below. What was
    never seen has no level and priority 0.
    """
    wanted = check(expectations, Expectations)[list(Expectations.columns)]
    known = check(levels, SkillLevels)[["person_id", "competency_id", "level", "sd"]]
    gaps = wanted.merge(known, on=["person_id", "competency_id"], how="left")
    gaps["gap"] = gaps["target"] - gaps["level"]
    gaps["probability_below"] = ndtr(gaps["gap"] / gaps["sd"])
    gaps["priority"] = (gaps["weight"] * expected_shortfall(gaps["gap"], gaps["sd"])).clip(lower=0).fillna(0.0)
    gaps = gaps.sort_values(["person_id", "priority"], ascending=[True, False], kind="stable")
    return check(gaps[list(Gaps.columns)].reset_index(drop=True), Gaps)


def expected_shortfall(gap: pd.Series, sd: pd.Series) -> pd.Series:
    """Return E[max(target - L, 0)] in levels for L ~ N(target - gap, sd)."""
    z = gap / sd
    shortfall: pd.Series = gap * ndtr(z) + sd * np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    return shortfall


def priority_parts(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the three factors of each priority of a Gaps table: importance (1-5), size and probability.

    `size` is the mean shortfall if there is one (levels), `probability` that there is one (0-1). Their product is the
    priority; where nothing was seen size and probability are empty.
    """
    probability = gaps["probability_below"]
    size = expected_shortfall(gaps["gap"], gaps["sd"]) / probability.where(probability > 0)
    return pd.DataFrame({"importance": gaps["weight"], "size": size.clip(lower=0), "probability": probability})


def standing(gaps: pd.DataFrame) -> pd.Series:
    """Return one of `STANDINGS` for each row of a Gaps table.

    ``gap`` and ``met``: the probability of being below target is at least .8 or at most .2;
    ``strength``: at most .2 that the level is below half a level above the target;
    ``unclear``: in between, so look again before training; ``unseen``: no evidence.
    """
    probability = gaps["probability_below"]
    above = ndtr((gaps["target"] + 0.5 - gaps["level"]) / gaps["sd"])
    words = np.select(
        [gaps["level"].isna(), probability >= LIKELY, above <= UNLIKELY, probability <= UNLIKELY],
        ["unseen", "gap", "strength", "met"],
        default="unclear",
    )
    return pd.Series(words, index=gaps.index, name="standing")
