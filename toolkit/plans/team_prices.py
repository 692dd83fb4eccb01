"""Prices of shared things at which the bound on all plans together is lowest."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from toolkit.plans.objective import Floats
from toolkit.plans.team_model import Shared
from toolkit.plans.team_parts import Parts

_TYPICAL = {"seats": 0.2, "staff": 0.05, "team_budget": 2e-4, "company_budget": 2e-4}
_STAGES = ((0.03, 20), (0.01, 15), (0.004, 20))
COLD = (0.1, 0.03, 0.01, 0.004)
_MEMORY, _STEPS = 20, 6


class Stopped(Exception):
    """The person who waits has had enough; never leaves the planner."""


class Priced(NamedTuple):
    """Prices, the bound they prove (before tightening), and what each part would take at them."""

    prices: Floats
    bound: float
    taken: list[Floats]


def ask(parts: Parts, prices: Floats, sharps: tuple[float, ...], steps: int) -> tuple[Floats, float, list[Floats]]:
    """Return bounds per person in order of the crowd, the smoothed sum, and what each part would take."""
    count = len(parts.rows)
    answers = parts.all("ask", [prices] * count, [sharps] * count, [steps] * count)
    bounds = np.empty(sum(len(rows) for rows in parts.rows))
    for rows, answer in zip(parts.rows, answers, strict=True):
        bounds[rows] = answer[0]
    return bounds, sum(answer[1] for answer in answers), [answer[2] for answer in answers]


def best_prices(parts: Parts, shared: list[Shared], capacity: Floats, tick: Callable[[float], None]) -> Priced:
    """Return the prices that prove the lowest bound, by a quasi-Newton method on the smoothed bound.

    `tick` is told each new bound and may raise `Stopped`; then the best prices so far are returned.
    """
    scale = _scale(shared, capacity)
    best: list[Priced] = []

    def smoothed(point: Floats, sharp: float) -> tuple[float, Floats]:
        prices = point * scale
        bounds, smooth, taken = ask(parts, prices, (sharp,), _STEPS)
        bound = float(bounds.sum() + prices @ capacity)
        if not best or bound < best[0].bound:
            best[:] = [Priced(prices, bound, taken)]
        tick(best[0].bound)
        return smooth + float(prices @ capacity), (capacity - sum(taken)) * scale

    point = np.zeros(len(capacity))
    try:
        for sharp, evaluations in _STAGES if len(capacity) else ():
            options = {"maxfun": evaluations, "maxcor": _MEMORY}
            lowest = [(0.0, None)] * len(capacity)
            point = minimize(
                smoothed, point, args=(sharp,), jac=True, method="L-BFGS-B", bounds=lowest, options=options
            ).x
    except Stopped:
        pass
    prices = best[0].prices if best else point
    # The multipliers have moved on; bring them back to these prices.
    bounds, _, taken = ask(parts, prices, (_STAGES[-1][0],), 2 * _STEPS)
    return Priced(prices, float(bounds.sum() + prices @ capacity), taken)


def _scale(shared: list[Shared], capacity: Floats) -> Floats:
    typical = np.array([_TYPICAL[one.kind] for one in shared])
    return np.sqrt(typical / np.maximum(capacity, 1e-3))


def split(capacity: Floats, taken: list[Floats], whole: "np.typing.NDArray[np.bool_]") -> list[Floats]:
    """Divide what is shared among the parts as they would take it; `whole` things only in whole numbers."""
    total = np.maximum(sum(taken), 1e-9)
    left, shares = capacity.copy(), []
    for one in taken[:-1]:
        share = capacity * one / total
        share = np.where(whole, np.rint(share), share)
        shares.append(np.minimum(share, left))
        left = left - shares[-1]
    return [*shares, left]
