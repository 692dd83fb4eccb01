"""A sample organisation drawn from a seed, with the truth behind it for tests."""

from toolkit.sample.months import month_starts, simulate_rep_months
from toolkit.sample.organisation import SEED, TODAY, SampleOrganisation, Truth, generate
from toolkit.sample.reps import draw_reps

__all__ = [
    "SEED",
    "TODAY",
    "SampleOrganisation",
    "Truth",
    "draw_reps",
    "generate",
    "month_starts",
    "simulate_rep_months",
]
