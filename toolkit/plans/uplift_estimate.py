"""Three estimates of what training did, each with its standard error and degrees of freedom.

Before-after: mean of the gains. Difference in differences: mean gain of the trained less that of the others, variances
apart (Welch 1947, Biometrika 34:28). Analysis of covariance: after on trained and before, with the HC3 variance
(MacKinnon & White 1985, Journal of Econometrics 29:305); unbiased where chance or the before level alone decided who
was trained (Rubin 1977, Journal of Educational Statistics 2:1), biased elsewhere (Van Breukelen 2006, Journal of Clinical
Epidemiology 59:920). What moves a whole group together enters as a variance of its own; degrees of freedom after
Satterthwaite (1946, Biometrics Bulletin 2:110).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A gain in levels with its standard error and degrees of freedom."""

    gain: float
    se: float
    freedom: float

    def interval(self, coverage: float) -> tuple[float, float]:
        """Return the two-sided t interval."""
        half = float(stdtrit(self.freedom, 0.5 + coverage / 2)) * self.se
        return self.gain - half, self.gain + half

    def smallest_detectable(self, coverage: float, power: float = 0.8) -> float:
        """Return the effect whose interval would exclude 0 with this `power` (Bloom 1995, Evaluation Review 19:547)."""
        return float(stdtrit(self.freedom, 0.5 + coverage / 2) + stdtrit(self.freedom, power)) * self.se


def before_after(gain: Array, shared: float = 0.0) -> Estimate:
    """Return the mean gain; `shared` is the variance of what moves all of them together."""
    return _estimate(float(gain.mean()), [(_variance(gain), len(gain) - 1)], shared)


def difference_in_differences(trained: Array, others: Array, shared: float = 0.0) -> Estimate:
    """Return the trained people's mean gain less that of the others."""
    parts = [(_variance(trained), len(trained) - 1), (_variance(others), len(others) - 1)]
    return _estimate(float(trained.mean() - others.mean()), parts, shared)


def ancova(before: Array, after: Array, trained: NDArray[np.bool_], shared: float = 0.0) -> Estimate:
    """Return the trained people's advantage after, at equal levels before."""
    design = np.column_stack([np.ones(len(after)), trained.astype(float), before - before.mean()])
    inverse = np.linalg.pinv(design.T @ design)
    coefficients = inverse @ design.T @ after
    leverage = np.clip(np.einsum("ij,jk,ik->i", design, inverse, design), 0.0, 0.99)
    scaled = (after - design @ coefficients) / (1 - leverage)
    covariance = inverse @ (design.T * scaled**2) @ design @ inverse
    # The smaller group carries most of the variance, as in Welch's degrees of freedom.
    least = min(int(trained.sum()), int((~trained).sum()))
    freedom = max(min(len(after) - 3, 2 * least - 2), 1)
    return _estimate(float(coefficients[1]), [(float(covariance[1, 1]), freedom)], shared)


def _variance(values: Array) -> float:
    return float(values.var(ddof=1) / len(values))


def _estimate(gain: float, parts: list[tuple[float, int]], shared: float) -> Estimate:
    own = sum(variance for variance, _ in parts)
    total = max(own + shared, 1e-12)
    loss = sum(variance**2 / max(freedom, 1) for variance, freedom in parts)
    freedom = total**2 / loss if loss > 0 else 1e6
    return Estimate(gain, float(np.sqrt(total)), float(min(freedom, 1e6)))
