"""Variance components of random-effects designs, balanced or not, by the method of fitting constants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from toolkit.errors import InputError, NotEnoughData
from toolkit.wording import Text, text

Floats = NDArray[np.float64]
Effect = tuple[str, ...]

RESIDUAL = "residual"
_SAME = 1e-9
_DRAWS = 4000


@dataclass(frozen=True)
class VarianceComponents:
    """Variance components of one table of scores.

    `table` has one row a component, the residual last: component (its facets joined by " x "), df,
    ss, ms, estimate (unbiased, may be negative), variance (the estimate, but 0 where it is negative),
    low, high (interval of the variance) and note (why a number is missing or 0). `facets` holds the
    facets behind each row; `draws` (draws x components, negative ones included) the sampling
    distribution behind the intervals, NaN where a component cannot be told apart; `interval` how much they cover.
    """

    table: pd.DataFrame
    facets: tuple[Effect, ...]
    draws: Floats
    interval: float

    def coefficients(self, person: str, sizes: Mapping[str, int]) -> tuple[float, float]:
        """Return the relative (E rho^2) and absolute (Phi) coefficient of a decision study.

        `person` is the facet that is measured, `sizes` the levels of each other facet over which
        scores would be averaged; facets nested in another count within it (Brennan 2001, ch. 4).
        """
        variances = self.table["variance"].to_numpy(dtype=float)
        relative, absolute = _coefficients(variances[None, :], self.facets, person, sizes)
        return float(relative[0]), float(absolute[0])

    def coefficient_draws(self, person: str, sizes: Mapping[str, int]) -> tuple[Floats, Floats]:
        """Return the same coefficients for each draw."""
        return _coefficients(self.draws, self.facets, person, sizes)

    def errors(self, person: str, sizes: Mapping[str, int]) -> tuple[float, float]:
        """Return the relative and absolute standard error of measurement, in units of the scores."""
        variances = self.table["variance"].to_numpy(dtype=float)[None, :]
        _, relative, absolute = _parts(variances, self.facets, person, sizes)
        return float(np.sqrt(relative[0])), float(np.sqrt(absolute[0]))


def variance_components(
    scores: pd.DataFrame, effects: Sequence[Effect], *, interval: float = 0.90, seed: int = 0
) -> VarianceComponents:
    """Return the variance components of a random-effects design.

    `scores` has a numeric column "score" and one column a facet. `effects` lists the effects apart
    from the residual as tuples of columns; a nested facet is named together with what it is nested
    in: p x i is [("p",), ("i",)], i in p is [("p",)], p x (r in t) is [("p",), ("t",), ("t", "r"),
    ("p", "t")]. The residual is what is left, with all columns as its facets.

    Each effect's sum of squares is adjusted for all effects that do not contain it and equated to
    its expectation (Henderson 1953, method 3); in balanced data these are the ANOVA estimators
    (Brennan 2001). Unbiased, hence sometimes negative. Intervals are generalised confidence
    intervals (Weerahandi 1993) that treat mean squares as independent scaled chi-squares: exact for
    balanced normal data, approximate otherwise. An effect that always goes together with others
    has df 0 and no estimate, and the others are adjusted for it. Rows of the result follow the size of
    the effects, the residual last.

    Raises `InputError` for missing columns or numbers or an impossible interval and `NotEnoughData` where nothing is repeated.
    """
    columns = [name for name in scores.columns if name != "score"]
    if not 0 < interval < 1:
        raise InputError(text("The interval must lie between 0 and 1, not {value}.", value=interval))
    effects = sorted(effects, key=len)
    values = _checked(scores, columns, effects)
    codes = {effect: pd.factorize(pd.MultiIndex.from_frame(scores[list(effect)]))[0] for effect in effects}
    squares, expectations = _sums_of_squares(values, codes)
    degrees = expectations[:, -1]
    if degrees[-1] < 0.5:
        raise _nothing_repeated()
    known = degrees > 0.5
    estimate, draws = np.full(len(degrees), np.nan), np.full((_DRAWS, len(degrees)), np.nan)
    system = expectations[np.ix_(known, known)]
    estimate[known] = solve_triangular(system, squares[known])
    drawn = squares[known] / np.random.default_rng(seed).chisquare(degrees[known], (_DRAWS, int(known.sum())))
    draws[:, known] = solve_triangular(system / degrees[known][:, None], drawn.T).T
    facets = (*effects, tuple(columns))
    return VarianceComponents(
        _table([*effects, (RESIDUAL,)], degrees, squares, estimate, np.maximum(draws, 0), interval),
        facets,
        draws,
        interval,
    )


def _checked(scores: pd.DataFrame, columns: list[str], effects: Sequence[Effect]) -> Floats:
    for name in ["score", *(facet for effect in effects for facet in effect)]:
        if name not in scores.columns:
            raise InputError(text("The scores need a column “{column}”.", column=name))
    values = pd.to_numeric(scores["score"], errors="coerce").to_numpy(dtype=float)
    if not np.isfinite(values).all() or scores[columns].isna().to_numpy().any():
        raise InputError(
            text("The scores hold cells that are empty or not a number."), remedy=text("Leave those rows out.")
        )
    if not len(values):
        raise _nothing_repeated()
    return values


def _nothing_repeated() -> NotEnoughData:
    return NotEnoughData(
        text("Nothing has been scored twice, so chance cannot be told from real differences."),
        remedy=text("Add second sheets by other raters on the same reps."),
    )


def _sums_of_squares(values: Floats, codes: Mapping[Effect, NDArray[np.int64]]) -> tuple[Floats, Floats]:
    """Return each effect's adjusted sum of squares and its expectation, the residual last.

    Row k of the expectation holds the coefficients of the components in the sum of squares of
    effect k. It is upper triangular because smaller effects come first.
    """
    effects = list(codes)
    size = len(effects) + 1
    values = values - values.mean()
    squares, expectations = np.zeros(size), np.zeros((size, size))
    for number, effect in enumerate(effects):
        others = _basis([codes[other] for other in effects if not set(effect) <= set(other)], len(values))
        own = _orthonormal(_less(_indicators(codes[effect]), others))
        squares[number] = float(((own.T @ values) ** 2).sum())
        expectations[number, -1] = own.shape[1]
        for column, containing in enumerate(effects):
            if set(effect) <= set(containing):
                expectations[number, column] = _projected(own, codes[containing])
    everything = _basis(list(codes.values()), len(values))
    squares[-1] = max(float((values**2).sum() - ((everything.T @ values) ** 2).sum()), 0.0)
    expectations[-1, -1] = len(values) - everything.shape[1]
    return squares, expectations


def _projected(own: Floats, codes: NDArray[np.int64]) -> float:
    """Return the trace of Z'QQ'Z for the indicators Z of `codes` and an orthonormal Q."""
    sums = np.zeros((int(codes.max()) + 1, own.shape[1]))
    np.add.at(sums, codes, own)
    return float((sums**2).sum())


def _indicators(codes: NDArray[np.int64]) -> Floats:
    result: Floats = np.eye(int(codes.max()) + 1)[codes]
    return result


def _basis(codes: list[NDArray[np.int64]], rows: int) -> Floats:
    """Return an orthonormal basis of the mean and the indicators of all `codes`."""
    return _orthonormal(np.hstack([np.ones((rows, 1)), *(_indicators(one) for one in codes)]))


def _less(columns: Floats, basis: Floats) -> Floats:
    for _ in range(2):  # once more takes away what rounding left
        columns = columns - basis @ (basis.T @ columns)
    return columns


def _orthonormal(columns: Floats) -> Floats:
    values, vectors = np.linalg.eigh(columns.T @ columns)
    kept = values > _SAME * max(float(values[-1]), 1.0)
    result: Floats = (columns @ vectors[:, kept]) / np.sqrt(values[kept])
    return result


def _parts(
    variances: Floats, facets: tuple[Effect, ...], person: str, sizes: Mapping[str, int]
) -> tuple[Floats, Floats, Floats]:
    """Return the variance of the measured facet and the relative and absolute error variance.

    Draws may be negative. Only their sums are cut at 0: cutting each would make errors too large.
    """
    needed = {facet for effect in facets for facet in effect} - {person}
    if (person,) not in facets or not all(sizes.get(facet, 0) >= 1 for facet in needed):
        raise InputError(
            text(
                "A decision study needs the facet that is measured and a number of at least 1 for: {names}.",
                names=", ".join(sorted(needed)),
            )
        )
    true = variances[:, facets.index((person,))]
    relative, absolute = np.zeros(len(variances)), np.zeros(len(variances))
    for column, effect in enumerate(facets):
        if effect == (person,):
            continue
        part = variances[:, column] / np.prod([sizes[facet] for facet in effect if facet != person])
        absolute = absolute + part
        if person in effect:
            relative = relative + part
    return np.maximum(true, 0), np.maximum(relative, 0), np.maximum(absolute, 0)


def _coefficients(
    variances: Floats, facets: tuple[Effect, ...], person: str, sizes: Mapping[str, int]
) -> tuple[Floats, Floats]:
    true, relative, absolute = _parts(variances, facets, person, sizes)
    with np.errstate(invalid="ignore"):
        return true / (true + relative), true / (true + absolute)


def _table(
    effects: list[Effect], degrees: Floats, squares: Floats, estimate: Floats, draws: Floats, interval: float
) -> pd.DataFrame:
    known = degrees > 0.5
    with np.errstate(invalid="ignore"):
        means = np.where(known, squares / np.where(known, degrees, 1), np.nan)
    low, high = np.quantile(draws, [0.5 - interval / 2, 0.5 + interval / 2], axis=0)
    # Where everything agrees there is no spread to draw from, and no certainty either.
    flat = squares[-1] <= _SAME * max(1.0, float(squares.sum()))
    table = pd.DataFrame(
        {
            "component": [" x ".join(effect) for effect in effects],
            "df": np.rint(degrees).astype(int),
            "ss": np.where(known, squares, np.nan),
            "ms": means,
            "estimate": estimate,
            "variance": np.maximum(estimate, 0.0),
            "low": np.nan if flat else low,
            "high": np.nan if flat else high,
        }
    )
    table["note"] = pd.Series([_note(value, flat) for value in estimate], dtype=object)
    return table


def _note(estimate: float, flat: bool) -> Text | None:
    if np.isnan(estimate):
        return text("It always goes together with another part, so it cannot be told apart.")
    if flat:
        return text("No interval: repeated sheets agree exactly, so they do not show how far off they may be.")
    if estimate < 0:
        return text("The estimate fell below zero and counts as 0: in these data it cannot be told from chance.")
    return None
