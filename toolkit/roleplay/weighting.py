"""What a difference between two categories counts for: the weights of kappa and AC2."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.roleplay.rating_table import CodedRatings, Numbers
from toolkit.wording import text

Weights: TypeAlias = str | ArrayLike | None
WEIGHTS = ("unweighted", "linear", "quadratic", "ordinal")


def agreement_weights(weights: Weights, coded: CodedRatings) -> Numbers:
    """Return the categories' square matrix of weights: 1 = full agreement, 0 = none.

    `weights` is "unweighted" (or "none" or None), "linear" or "quadratic" in the distance between
    the categories' values, "ordinal" (Gwet 2014: pairs of categories between two, by position), or
    a matrix in the order of the categories. A matrix with zeros on its diagonal is read as
    disagreement (Cohen 1968), otherwise as agreement (Fleiss, Cohen and Everitt 1969), its diagonal
    the largest of their row and column.
    """
    size = len(coded.labels)
    if weights is None or (isinstance(weights, str) and weights in ("none", "unweighted")):
        return np.eye(size)
    if not isinstance(weights, str):
        return _given(weights, size)
    if weights not in WEIGHTS:
        known = "; ".join(WEIGHTS)
        raise InputError(
            text("There are no weights “{weights}”. The weights are: {known}.", weights=weights, known=known)
        )
    if coded.points is None:
        raise InputError(
            text("These weights need to know the order of the categories, which words do not show."),
            remedy=text("Name the categories in their order, or rate in numbers."),
        )
    distance = np.abs(coded.points[:, None] - coded.points[None, :])
    if weights == "ordinal":
        steps = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
        distance = steps * (steps + 1) / 2
    if weights == "quadratic":
        distance = distance**2
    return np.asarray(1 - distance / max(float(distance.max(initial=0.0)), 1e-300), dtype=float)


def _given(weights: Any, size: int) -> Numbers:
    """Return a matrix of the caller as agreement between 0 and 1."""
    try:
        matrix = np.array(weights, dtype=float)
    except (TypeError, ValueError):
        raise _unusable(size) from None
    if matrix.shape != (size, size) or not np.isfinite(matrix).all():
        raise _unusable(size)
    diagonal = np.diag(matrix)
    if not diagonal.any() and matrix.min(initial=0.0) >= 0:
        matrix, diagonal = -matrix, -diagonal
    if (matrix > diagonal[:, None]).any() or (matrix > diagonal[None, :]).any() or np.ptp(diagonal) > 0:
        raise InputError(text("Weights must give full agreement the same and highest weight in every category."))
    lowest = float(matrix.min())
    spread = float(diagonal[0]) - lowest
    if spread <= 0:
        raise InputError(text("Weights that are all the same cannot tell agreement from disagreement."))
    return np.asarray((matrix - lowest) / spread, dtype=float)


def _unusable(size: int) -> InputError:
    return InputError(
        text(
            "Weights must be a table of numbers with one row and one column for each of the {size} categories.",
            size=size,
        ),
        remedy=text("Name the categories in their order where not all of them were given."),
    )
