"""The proof behind a team plan's bound, and its check."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.plans.enumeration import NEAR_PROOF, best_set
from toolkit.plans.objective import Floats
from toolkit.plans.pricing import SHARP, OptionPrices, Pricing
from toolkit.plans.team_limits import TeamLimits
from toolkit.plans.team_problem import problem_of
from toolkit.wording import text


@dataclass(frozen=True)
class Certificate:
    """`prices` of shared things (in the order of `TeamPlan.shared`) and each person's `multipliers`.

    `bounds` say what each person's plan can be worth at most after paying these prices, `alone` what
    it could be worth at most if nothing were shared.
    """

    prices: Floats
    multipliers: Floats
    bounds: Floats
    alone: Floats


def check_bound(
    certificate: Certificate,
    gaps: pd.DataFrame,
    activities: pd.DataFrame,
    sessions: pd.DataFrame | None,
    limits: TeamLimits,
    *,
    tight: bool = True,
) -> float:
    """Return the bound that a certificate proves for these tables, computed anew from its prices and multipliers.

    Any prices and multipliers of at least 0 prove some bound (see `toolkit.plans.pricing`), so nothing else of the
    certificate is trusted. With ``tight=False`` by that arithmetic alone, which gives a somewhat higher bound; otherwise
    sets of activities are enumerated for each person too. Raises `InputError` for a certificate of other tables.
    """
    problem = problem_of(gaps, activities, sessions, limits)
    pricing = Pricing(problem.offer, problem.crowd)
    prices, multipliers = np.asarray(certificate.prices, float), np.asarray(certificate.multipliers, float)
    right = prices.shape == problem.offer.capacity.shape and multipliers.shape == pricing.multipliers.shape
    if not right or not (prices >= 0).all() or not (multipliers >= 0).all():
        raise InputError(
            text("This certificate does not belong to these tables and limits."),
            remedy=text("Check it with the tables and limits the plan was made from."),
        )
    pricing.multipliers = multipliers
    at, total = OptionPrices(problem.offer, prices, SHARP), 0.0
    for row in range(len(problem.crowd.ids)):
        rows = np.array([row])
        price, z = pricing.activity_prices(prices, at.lowest, rows), multipliers[rows]
        bound = float(pricing.bounds(z, price, rows)[0])
        total += (
            best_set(pricing, row, price[0], pricing.worth(z, price, rows)[0], bound, NEAR_PROOF).bound
            if tight
            else bound
        )
    return total + float(prices @ problem.offer.capacity)
