"""One month's figures for many reps at once: targets, leads, activity, results and pay."""

from dataclasses import dataclass

import numpy as np

# Role: monthly target of a middle-tier rep (CNY), client leads, customer visits, proposals per visit.
ROLE_FIGURES = {
    "client_manager": (300_000.0, 14.0, 34.0, 0.28),
    "product_adviser": (180_000.0, 9.0, 18.0, 0.50),
    "wealth_planner": (400_000.0, 10.0, 24.0, 0.45),
    "channel_manager": (520_000.0, 7.0, 22.0, 0.30),
    "customer_care": (90_000.0, 18.0, 12.0, 0.20),
}
TIER_SHARE = {"junior": 0.65, "middle": 1.0, "senior": 1.45}
SEASON = np.array([0.95, 0.70, 1.05, 1.00, 1.05, 1.10, 0.92, 0.90, 1.08, 0.98, 1.15, 1.12])  # January first, mean 1
COMMISSION_STEPS = ((0.0, 0.020), (0.8, 0.030), (1.0, 0.045), (1.2, 0.060))  # from this share of target, this rate
CANCELLATION = 0.03  # monthly probability that a large order is cancelled


@dataclass(frozen=True, slots=True)
class Traits:
    """What stays with a rep over the months, as arrays over reps; the last four are standard normal."""

    target: np.ndarray
    leads: np.ndarray
    visits: np.ndarray
    proposals: np.ndarray
    ability: np.ndarray
    area: np.ndarray
    diligence: np.ndarray
    luck: np.ndarray


def commission(result: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return the stepped commission (CNY): each slice of the result earns the rate of its step."""
    paid = np.zeros_like(result)
    bounds = [step for step, _ in COMMISSION_STEPS[1:]] + [np.inf]
    for (start, rate), end in zip(COMMISSION_STEPS, bounds, strict=True):
        paid += rate * np.clip(result - start * target, 0.0, (end - start) * target if np.isfinite(end) else None)
    return np.asarray(np.round(paid))


def targets(base: np.ndarray, tier_share: np.ndarray, tenure: np.ndarray, season: float) -> np.ndarray:
    """Return targets (CNY, whole thousands): by tier and season, halved for three months after hiring."""
    newcomer = np.select([tenure < 3, tenure < 6], [0.5, 0.75], 1.0)
    return np.asarray(np.round(base * tier_share * newcomer * (1.0 + 0.7 * (season - 1.0)), -3))


def figures(
    rng: np.random.Generator, traits: Traits, target: np.ndarray, tenure: np.ndarray, season: float, worked: np.ndarray
) -> dict[str, np.ndarray]:
    """Return one month's leads, visits, proposals, result, commission, overtime, training and leave.

    `worked` is the share (0-1] of the month the rep was employed. Newcomers' results lag behind even
    their lowered targets; ability (standard normal) moves results and proposals.
    """
    count = len(target)
    lead_mean = traits.leads * (0.4 + 0.6 * season) * worked
    allotted = np.exp(0.28 * traits.area - 0.04) * rng.gamma(12.0, 1.0 / 12.0, count)
    leads = rng.poisson(lead_mean * allotted).astype(float)
    visit_mean = traits.visits * (0.5 + 0.5 * season) * worked
    visits = rng.poisson(visit_mean * np.exp(0.10 * traits.diligence)).astype(float)
    proposals = rng.poisson(visits * traits.proposals * np.exp(0.10 * traits.ability)).astype(float)
    ramp = 1.0 - 0.75 * np.exp(-(tenure + 1.0) / 3.0)
    eased = np.select([tenure < 3, tenure < 6], [0.5, 0.75], 1.0)
    strength = (
        0.14 * traits.ability
        + 0.10 * traits.luck
        + 0.25 * np.log((leads + 2.0) / (lead_mean + 2.0))
        + 0.10 * np.log((visits + 2.0) / (visit_mean + 2.0))
        + rng.normal(0.0, 0.20, count)
    )
    market = season / (1.0 + 0.7 * (season - 1.0))
    result = target * worked * market * np.minimum(ramp / eased, 1.15) * np.exp(strength - 0.03)
    cancelled = (rng.random(count) < CANCELLATION) * rng.uniform(0.2, 1.35, count)
    result = np.round(result * (1.0 - cancelled))
    busy = 16.0 * np.exp(0.30 * traits.diligence + rng.normal(0.0, 0.30, count)) * (0.4 + 0.6 * season)
    training = rng.binomial(np.where(tenure < 6, 6, 2), 0.35) * 4.0
    leave = rng.binomial(6, 0.12 if season > 0.95 else 0.24, count) * 0.5
    return {
        "leads": leads,
        "visits": visits,
        "proposals": proposals,
        "result": result,
        "commission": commission(np.clip(result, 0.0, None), np.maximum(target * worked, 1.0)),
        "overtime": np.round(busy * worked * 2.0) / 2.0,
        "training": np.round(training * worked),
        "leave": np.where(worked < 0.5, 0.0, leave),
    }


def next_lateness(rng: np.random.Generator, before: np.ndarray) -> np.ndarray:
    """Return next month's cash squeeze of each team (standard normal, correlated .7 from month to month)."""
    return np.asarray(0.7 * before + np.sqrt(1.0 - 0.7**2) * rng.normal(size=len(before)))


def days_late(rng: np.random.Generator, squeeze: np.ndarray) -> np.ndarray:
    """Return days (0 and up) the commission comes late, from each rep's team squeeze; most months 0."""
    return np.asarray(np.round(np.clip(9.0 * (squeeze - 0.4) + rng.normal(0.0, 1.5, len(squeeze)), 0.0, None)))
