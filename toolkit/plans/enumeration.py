"""One person's best set of activities at given prices, by trying all sets near the relaxed one.

With multipliers z, a set of activities is worth at most L(z) less |worth_a| for each activity in
which it differs from "all whose worth is positive", and less the price of hours and money it leaves.
So the `NEAR` activities of smallest |worth| are tried in every combination, best promise first,
and all other sets are worth at most L(z) - |worth| of the nearest activity left out: a bound that
is proven whether or not all combinations were tried.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toolkit.plans.objective import Floats
from toolkit.plans.pricing import Pricing, gained
from toolkit.plans.team_model import Flags, Whole

NEAR, NEAR_PROOF = 14, 16
_BATCH, _MOST = 400, 8000
_BITS = (np.arange(2**NEAR_PROOF)[:, None] >> np.arange(NEAR_PROOF)[None] & 1).astype(np.float32)
Singles = NDArray[np.float32]


class BestSet(NamedTuple):
    """Activities, what they are worth after their prices, and what no set can exceed."""

    activities: list[int]
    worth: float
    bound: float


def best_set(pricing: Pricing, row: int, price: Floats, worth: Floats, bound: float, count: int = NEAR) -> BestSet:
    """Return the best set for a person, given `worth` of each activity and L(z) = `bound` at the same prices."""
    ordered = np.argsort(np.abs(worth), kind="stable")
    ordered = ordered[pricing.crowd.eligible[row][ordered]]
    near = ordered[:count]
    bits = _BITS[: 2 ** len(near), : len(near)]
    next_best = bound - float(np.abs(worth[ordered[count]])) if len(ordered) > count else -np.inf
    base = worth > 0
    base[near] = False
    promise, keeps = _promises(pricing, row, near, bits, base, worth, bound)
    chosen, best, rest = _try(pricing, row, price, near, bits, base, np.where(keeps, promise, -np.inf))
    activities = [] if chosen < 0 else [*np.flatnonzero(base), *near[bits[chosen] > 0]]
    # Nothing at all is a plan worth 0.
    proven = min(max(best, rest, next_best, 0.0), bound)
    return BestSet([int(a) for a in activities], max(best, 0.0), proven)


def _promises(
    pricing: Pricing, row: int, near: Whole, bits: Singles, base: Flags, worth: Floats, bound: float
) -> tuple[Floats, Flags]:
    """Return what each combination can be worth at most, and whether it keeps the person's own rows."""
    offer, crowd = pricing.offer, pricing.crowd
    hours = bits @ offer.hours[near].astype(np.float32) + offer.hours[base].sum()
    cost = bits @ offer.cost[near].astype(np.float32) + offer.cost[base].sum()
    keeps = (hours <= crowd.hours[row] + 1e-6) & (cost <= crowd.budget[row] + 1e-6)
    place = {int(a): index for index, a in enumerate(near)}
    for after, before in offer.needs:
        if before < 0 or crowd.done[row, before] or not (base[after] or after in place):
            continue
        has = bits[:, place[before]] if before in place else np.float32(base[before])
        keeps &= (bits[:, place[after]] if after in place else np.float32(1.0)) <= has
    sign = worth[near]
    promise = bound - np.maximum(sign, 0).sum() + bits @ sign.astype(np.float32)
    z = pricing.multipliers[row, pricing.competencies :]
    promise = promise - z[0] * (crowd.hours[row] - hours) / 10.0 - z[1] * (crowd.budget[row] - cost) / 1000.0
    # Single precision in the sums above must never cut off a combination.
    return np.asarray(promise + 1e-4), np.asarray(keeps)


def _try(
    pricing: Pricing, row: int, price: Floats, near: Whole, bits: Singles, base: Flags, promise: Floats
) -> tuple[int, float, float]:
    """Return the best combination, its worth, and the best promise of those not tried."""
    crowd, gains = pricing.crowd, pricing.gains[row]
    fixed, paid = gains[base].sum(0), float(price[base].sum())
    candidates = np.flatnonzero(np.isfinite(promise))
    if len(candidates) > _MOST:
        candidates = candidates[np.argpartition(-promise[candidates], _MOST - 1)]
        left = float(promise[candidates[_MOST:]].max())
        candidates = candidates[:_MOST]
    else:
        left = -np.inf
    candidates = candidates[np.argsort(-promise[candidates], kind="stable")]
    chosen, best = -1, -np.inf
    for first in range(0, len(candidates), _BATCH):
        tried = candidates[first : first + _BATCH]
        if promise[tried[0]] <= best:
            break
        total = fixed + bits[tried] @ gains[near]
        value = gained(total, crowd.shortfall[row], crowd.sd[row], crowd.weight[row]).sum(1)
        value = value - paid - bits[tried] @ price[near]
        top = int(value.argmax())
        if value[top] > best:
            chosen, best = int(tried[top]), float(value[top])
    return chosen, best, left
