"""The capacity question: of those you can talk to, how many would leave, and how many are missed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from toolkit.attrition.metrics import Estimate
from toolkit.attrition.months import Floats
from toolkit.errors import InputError, NotEnoughData
from toolkit.vocabulary import Risks, check
from toolkit.wording import Text, text

_CHUNK = 64
_NODES = 9


@dataclass(frozen=True)
class Capacity:
    """What to expect of a number of conversations with those at highest risk.

    `found` and `missed` are leavers among those talked to and among the others, within the horizon
    of the risks, as means with intervals; `cutoff` is the lowest risk (0-1) on the list.
    """

    conversations: int
    people: int
    cutoff: float
    found: Estimate
    missed: Estimate

    @property
    def sentence(self) -> Text:
        """Return the answer in words."""
        return text(
            "With {conversations} conversations, expect {found} leavers among them ({found_low} to {found_high}), "
            "missing {missed} ({missed_low} to {missed_high}).",
            conversations=self.conversations,
            found=round(self.found.value, 1),
            found_low=int(self.found.low),
            found_high=int(self.found.high),
            missed=round(self.missed.value, 1),
            missed_low=int(self.missed.low),
            missed_high=int(self.missed.high),
        )

    @property
    def snapshot_sentence(self) -> Text:
        """Return the answer in words for risks of a snapshot, which say nothing about when."""
        return text(
            "If people of such profiles leave as they did in these data, about {found} of {conversations} would leave "
            "({low} to {high}).",
            found=round(self.found.value, 1),
            conversations=self.conversations,
            low=int(self.found.low),
            high=int(self.found.high),
        )


def capacity(risks: pd.DataFrame, conversations: int, *, level: float = 0.9, model_error: bool = False) -> Capacity:
    """Return how many leavers to expect among the `conversations` people at highest risk.

    Takes Risks. The counts are Poisson-binomial, exact by convolution; intervals hold at least
    `level`. With `model_error` all risks may be off together within their own 90 % intervals (a
    common shift in log-odds, cautious). Equal risks are ordered by person_id.
    """
    if conversations < 1:
        raise InputError(text("At least one conversation must be possible."))
    if not 0.5 <= level < 1.0:
        raise InputError(text("The level of an interval must be from 50 to below 100 per cent."))
    if risks.empty:
        raise NotEnoughData(text("There are no risks to choose from."))
    ordered = check(risks, Risks).sort_values(["probability", "person_id"], ascending=[False, True])
    count = min(conversations, len(ordered))
    top, rest = ordered.iloc[:count], ordered.iloc[count:]
    return Capacity(
        conversations=count,
        people=len(ordered),
        cutoff=float(top["probability"].iloc[-1]),
        found=_leavers(top, level, model_error),
        missed=_leavers(rest, level, model_error),
    )


def leaver_counts(probability: Floats) -> Floats:
    """Return P(0), P(1), ... P(n) leavers among n people with these probabilities, shape (n + 1,)."""
    from scipy.signal import fftconvolve

    parts = [_convolved(probability[start : start + _CHUNK]) for start in range(0, len(probability), _CHUNK)]
    while len(parts) > 1:
        paired = [fftconvolve(one, other) for one, other in zip(parts[::2], parts[1::2], strict=False)]
        parts = paired + ([parts[-1]] if len(parts) % 2 else [])
    counts = np.clip(parts[0], 0.0, None) if parts else np.ones(1)
    return np.asarray(counts / counts.sum(), dtype=float)


def _convolved(probability: Floats) -> Floats:
    counts = np.ones(1)
    for share in probability:
        counts = np.convolve(counts, [1.0 - share, share])
    return counts


def _leavers(group: pd.DataFrame, level: float, model_error: bool) -> Estimate:
    probability = group["probability"].to_numpy(dtype=float)
    if not model_error or group.empty:
        counts = leaver_counts(probability)
    else:
        inside = [np.clip(group[name].to_numpy(dtype=float), 1e-9, 1 - 1e-9) for name in ("probability", "low", "high")]
        centre, low, high = (logit(share) for share in inside)
        nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
        error = (high - low) / (2 * 1.6448536269514722)
        shares = weights / weights.sum()
        counts = np.sum(
            [share * leaver_counts(expit(centre + node * error)) for node, share in zip(nodes, shares, strict=True)],
            axis=0,
        )
    reached = np.cumsum(counts)
    low_count = int(np.searchsorted(reached, (1 - level) / 2, side="right"))
    high_count = int(np.searchsorted(reached, (1 + level) / 2, side="left"))
    last = len(counts) - 1
    return Estimate(float(counts @ np.arange(len(counts))), float(min(low_count, last)), float(min(high_count, last)))
