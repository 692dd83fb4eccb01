"""L2 logistic regression: the penalty by grouped cross-validation, uncertainty, and calibration."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from toolkit.attrition.months import Floats, Integers

PENALTIES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
FOLDS = 5
SMALL = 2_000_000


@dataclass(frozen=True)
class LogisticFit:
    """Coefficients on the log-odds scale with their covariance, intercept first.

    `out_of_fold` are log-odds from models that had not seen the row's person; `penalty` is
    scikit-learn's C (smaller = stronger shrinkage).
    """

    intercept: float
    coefficients: Floats
    covariance: Floats
    penalty: float
    out_of_fold: Floats


@dataclass(frozen=True)
class CalibrationLine:
    """Observed log-odds = intercept + slope x predicted; 0 and 1 when well calibrated.

    `slope_error` is the standard error of the slope. `applied` are the intercept and slope used for
    recalibration, or None when the line is within noise of (0, 1).
    """

    intercept: float
    slope: float
    slope_error: float
    applied: tuple[float, float] | None


def folds_by_person(person: Integers, left: Floats, folds: int, random_state: int) -> Integers:
    """Return a fold number per row: persons stay together, leavers are spread evenly.

    `person` are codes 0..k-1 and `left` 0 or 1, both of shape (rows,).
    """
    leaver = np.bincount(person, weights=left) > 0
    order = np.random.default_rng(random_state).permutation(len(leaver))
    fold = np.empty(len(leaver), dtype=np.int64)
    start = 0
    for group in (order[leaver[order]], order[~leaver[order]]):
        fold[group] = (np.arange(len(group)) + start) % folds
        start += len(group)
    return fold[person]


def fit_logistic(terms: Floats, left: Floats, person: Integers, random_state: int) -> LogisticFit:
    """Fit with the C of least log-loss over folds grouped by person; no class weights.

    `terms` has shape (rows, terms), centred and scaled. The covariance is the inverse of the
    penalised Hessian (Laplace approximation), whose variance includes what the penalty may hide.
    """
    from threadpoolctl import threadpool_limits

    # On small tables threads cost more than they bring, many times more on busy cores.
    with threadpool_limits(1 if terms.size < SMALL else None):
        return _fitted(terms, left, folds_by_person(person, left, FOLDS, random_state))


def _fitted(terms: Floats, left: Floats, fold: Integers) -> LogisticFit:
    guesses = np.empty((len(PENALTIES), len(left)))
    for number in range(FOLDS):
        test = fold == number
        guesses[:, test] = _path(terms[~test], left[~test], terms[test])
    losses = np.mean(np.logaddexp(0.0, guesses) - left * guesses, axis=1)
    best = int(np.argmin(losses))
    model = _estimator(PENALTIES[best]).fit(terms, left)
    coefficients = np.asarray(model.coef_[0], dtype=float)
    intercept = float(model.intercept_[0])
    covariance = _covariance(terms, intercept + terms @ coefficients, PENALTIES[best])
    return LogisticFit(intercept, coefficients, covariance, PENALTIES[best], guesses[best])


def refitted(terms: Floats, left: Floats, weights: Floats, penalty: float) -> tuple[float, Floats]:
    """Return intercept and coefficients of a fit with row weights and a known penalty."""
    from threadpoolctl import threadpool_limits

    drawn = weights > 0
    with threadpool_limits(1 if terms.size < SMALL else None):
        model = _estimator(penalty).fit(terms[drawn], left[drawn], sample_weight=weights[drawn])
    return float(model.intercept_[0]), np.asarray(model.coef_[0], dtype=float)


def calibration_line(log_odds: Floats, left: Floats) -> CalibrationLine:
    """Measure calibration (Cox 1958) on out-of-fold log-odds and decide on a recalibration.

    Only a slope outside its 95 % noise leads to one, and then the correction is shrunk by
    1 - 1/z² (positive-part James-Stein), as few events overstate it.
    """
    intercept, slope, error = fitted_line(log_odds, left)
    z = (slope - 1.0) / error
    if abs(z) <= 1.96 or slope <= 0.0:
        return CalibrationLine(intercept, slope, error, None)
    shrunk = 1.0 + (slope - 1.0) * (1.0 - 1.0 / z**2)
    return CalibrationLine(intercept, slope, error, (_level(shrunk * log_odds, left), shrunk))


def _estimator(penalty: float, *, warm: bool = False):  # type: ignore[no-untyped-def]
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=penalty, solver="newton-cholesky", max_iter=200, tol=1e-6, warm_start=warm)


def _path(terms: Floats, left: Floats, unseen: Floats) -> Floats:
    """Return log-odds of `unseen` for each penalty, each fit starting from the one before."""
    model = _estimator(PENALTIES[0], warm=True)
    found = np.empty((len(PENALTIES), len(unseen)))
    for number, penalty in enumerate(PENALTIES):
        model.set_params(C=penalty).fit(terms, left)
        found[number] = model.intercept_[0] + unseen @ model.coef_[0]
    return found


def _covariance(terms: Floats, log_odds: Floats, penalty: float) -> Floats:
    share = expit(log_odds)
    weight = np.sqrt(share * (1.0 - share))
    weighted = np.column_stack([np.ones(len(terms)), terms]) * weight[:, None]
    hessian = weighted.T @ weighted
    hessian[np.arange(1, len(hessian)), np.arange(1, len(hessian))] += 1.0 / penalty
    inverse: NDArray[np.float64] = np.linalg.inv(hessian)
    return (inverse + inverse.T) / 2


def fitted_line(log_odds: Floats, left: Floats) -> tuple[float, float, float]:
    """Return intercept, slope and the slope's standard error of observed on predicted log-odds."""
    design = np.column_stack([np.ones(len(log_odds)), log_odds])
    found = np.array([0.0, 1.0])
    information = np.eye(2)
    for _ in range(50):
        share = expit(design @ found)
        weight = share * (1.0 - share)
        # A whisper of a penalty keeps the step finite when the log-odds hardly vary.
        information = (design * weight[:, None]).T @ design + 1e-6 * np.eye(2)
        step = np.linalg.solve(information, design.T @ (left - share) - 1e-6 * (found - [0.0, 1.0]))
        found = found + np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-9:
            break
    return float(found[0]), float(found[1]), float(np.sqrt(np.linalg.inv(information)[1, 1]))


def _level(log_odds: Floats, left: Floats) -> float:
    """Return the shift that makes the mean probability equal to the share that left."""
    from scipy.optimize import brentq

    return float(brentq(lambda shift: float(np.mean(expit(log_odds + shift) - left)), -30.0, 30.0))
