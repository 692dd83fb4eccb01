"""How often the intervals of agreement hold what they should: simulated tables with known truth.

``python tests/benchmarks/agreement_intervals.py [tables]`` prints the share of intervals at .90 that
hold the truth, for each measure and size (2,000 tables each: about two minutes).
"""

import math
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from toolkit.roleplay.agreement import (
    Agreement,
    fleiss_kappa,
    gwet_ac,
    icc,
    krippendorff_alpha,
    weighted_kappa,
)

Table = NDArray[np.float64]
Maker = Callable[[np.random.Generator, int, int], Table]


def components(rng: np.random.Generator, people: int, raters: int) -> Table:
    """Return ratings with variances .64 (people), .25 (raters) and .36 (rest)."""
    rest = rng.normal(0, 0.6, (people, raters))
    return rng.normal(0, 0.8, (people, 1)) + rng.normal(0, 0.5, (1, raters)) + rest


def with_holes(rng: np.random.Generator, people: int, raters: int) -> Table:
    """Return the same with three in ten cells empty."""
    table = components(rng, people, raters)
    table[rng.random(table.shape) < 0.3] = np.nan
    return table


def levels(rng: np.random.Generator, people: int, raters: int) -> Table:
    """Return whole levels 1-5 of raters alike."""
    table = 3 + rng.normal(0, 0.8, (people, 1)) + rng.normal(0, 0.8, (people, raters))
    return np.asarray(np.clip(np.round(table), 1, 5), dtype=float)


def kappa(weights: str) -> Callable[[Table], Agreement]:
    """Return weighted kappa of the first two raters."""
    return lambda table: weighted_kappa(table[:, 0], table[:, 1], weights, categories=range(1, 6))


MEASURES: dict[str, tuple[Callable[[Table], Agreement], Maker, float | None]] = {
    "icc 2,1": (lambda table: icc(table, "2,1"), components, 0.512),
    "icc 2,1, holes": (lambda table: icc(table, "2,1"), with_holes, 0.512),
    "icc 3,1, holes": (lambda table: icc(table, "3,1"), with_holes, 0.64),
    "alpha nominal": (lambda table: krippendorff_alpha(table, "nominal", draws=300), levels, None),
    "alpha ordinal": (lambda table: krippendorff_alpha(table, "ordinal", draws=300), levels, None),
    "alpha interval": (lambda table: krippendorff_alpha(table, "interval", draws=300), levels, None),
    "kappa": (kappa("unweighted"), levels, None),
    "kappa linear": (kappa("linear"), levels, None),
    "kappa quadratic": (kappa("quadratic"), levels, None),
    "Fleiss": (fleiss_kappa, levels, None),
    "AC1": (lambda table: gwet_ac(table, categories=range(1, 6)), levels, None),
    "AC2 quadratic": (lambda table: gwet_ac(table, "quadratic", categories=range(1, 6)), levels, None),
}
SIZES = ((5, 2), (6, 3), (10, 3), (20, 3), (40, 6))


def main() -> None:
    """Print one row a measure: share of intervals that hold, and how many tables gave none."""
    tables = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    print("measure".ljust(18) + "".join(f"{people}x{raters}".rjust(18) for people, raters in SIZES))
    for name, (measure, make, known) in MEASURES.items():
        row = name.ljust(18)
        for people, raters in SIZES:
            rng = np.random.default_rng(people)
            truth = measure(make(rng, 20_000, raters)).estimate if known is None else known
            found = [measure(make(rng, people, raters)) for _ in range(tables)]
            given = [one for one in found if not math.isnan(one.low)]
            held = f"{np.mean([one.low <= truth <= one.high for one in given]):.3f}" if given else "–"
            row += f"{held} ({tables - len(given)} none)".rjust(18)
        print(row, flush=True)


if __name__ == "__main__":
    main()
