"""Scores in the one scenario that was played, where a score over scenarios at large cannot be sure."""

from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit.roleplay.mixed_model import PRIOR_SCALES, fit, mixture_quantiles
from toolkit.roleplay.score_tables import Fitted
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW
from toolkit.wording import text

_NONE = 1e-3
COLUMNS = ("played", "played_low", "played_high")


def played_scores(fitted: Fitted, scales: tuple[float, ...] = PRIOR_SCALES) -> pd.DataFrame:
    """Return rep_id, played, played_low, played_high, played_note: the score from the average rater in this scenario.

    With one scenario the rep and the interplay of rep and scenario are one effect, which the sheets do show: without
    the two scenario effects the same model estimates their sum. All three are nan, and the note says so, where several scenarios were played.
    """
    names = fitted.names.reps
    if len(fitted.names.scenarios) != 1:
        note = text("More than one scenario was played, and the fair score rests on all of them.")
        return pd.DataFrame({"rep_id": names, **dict.fromkeys(COLUMNS, np.nan), "played_note": [note] * len(names)})
    rep, rater, _, _, residual = scales
    posterior = fit(fitted.posterior.sheets, (rep, rater, _NONE, _NONE, residual))
    mean, variance = posterior.given.fair()
    here = replace(fitted, posterior=posterior)
    ends = [mixture_quantiles(mean, variance, posterior.weights, tail) for tail in here.tails()]
    figures = (posterior.weights @ mean, *ends)
    found = pd.DataFrame(
        {
            "rep_id": names,
            **{name: np.clip(one, SCALE_LOW, SCALE_HIGH) for name, one in zip(COLUMNS, figures, strict=True)},
        }
    )
    return found.assign(played_note=pd.Series([None] * len(names), dtype=object))
