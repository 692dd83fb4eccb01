"""How well ratings fit a many-facet Rasch model: infit, outfit and halo."""

import numpy as np
import pandas as pd

from toolkit.roleplay.rasch_design import RATER, REP, SCENARIO, RaschDesign
from toolkit.roleplay.rasch_likelihood import Floats, Maximum, category_probabilities, moments


def mean_squares(squares: Floats, variances: Floats, weights: Floats) -> pd.DataFrame:
    """Return each rating's parts of infit and outfit: square, variance, standardised.

    All inputs are ratings x nodes: squared residuals, model variances and posterior weights. Infit is
    the sum of `square` over the sum of `variance`, outfit the mean of `standardised`.
    """
    return pd.DataFrame(
        {
            "square": (weights * squares).sum(axis=1),
            "variance": (weights * variances).sum(axis=1),
            "standardised": (weights * squares / np.maximum(variances, 1e-12)).sum(axis=1),
        }
    )


def residuals(design: RaschDesign, fitted: Maximum) -> pd.DataFrame:
    """Return the parts of infit and outfit of each rating, and its `residual` in standard units.

    All are averaged over the posterior of the rep's measure, so that their expectations are the model's (Wu 1997).
    """
    model, marginal = design.model, fitted.marginal
    locations = model.design @ fitted.point[:-2]
    expected, variances = moments(category_probabilities(marginal.nodes[model.person], locations, model.steps))
    off, weights = model.category[:, None] - expected, marginal.weights[model.person]
    residual = (weights * off / np.sqrt(np.maximum(variances, 1e-12))).sum(axis=1)
    return mean_squares(off**2, variances, weights).assign(residual=residual)


def halo_of(rows: pd.DataFrame, fit: pd.DataFrame) -> float:
    """Return the mean product of two standardised residuals on one sheet over their mean square."""
    sheets = fit["residual"].groupby([rows[REP], rows[RATER], rows[SCENARIO]])
    size = sheets.size()
    squares = (fit["residual"] ** 2).sum()
    pairs = int((size * (size - 1)).sum())
    if not pairs or squares <= 0:
        return float("nan")
    return float(((sheets.sum() ** 2).sum() - squares) / pairs / (squares / len(fit)))


def fit_of(fit: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """Return infit, outfit and ratings by id."""
    parts = fit.groupby(ids.to_numpy()).agg(
        square=("square", "sum"),
        variance=("variance", "sum"),
        outfit=("standardised", "mean"),
        ratings=("square", "size"),
    )
    return parts.assign(infit=parts["square"] / parts["variance"])[["infit", "outfit", "ratings"]]
