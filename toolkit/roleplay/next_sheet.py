"""Whom to score next: the missing sheet from which most decisions would come out right."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.special import owens_t

from toolkit.errors import InputError
from toolkit.roleplay.scoring import sheet_composites
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, rows_of
from toolkit.wording import Text, text

Floats = NDArray[np.float64]

_SHEET = ["rep_id", "rater_id", "scenario_id"]
_EFFECTS = {
    "rep": (0,),
    "rater": (1,),
    "scenario": (2,),
    "rep x scenario": (0, 2),
    "rep x rater": (0, 1),
    "rater x scenario": (1, 2),
}
_MEAN_SD = 10.0
_TIE_DIGITS = 12
_SETTLED = 1e-9


@dataclass(frozen=True)
class NextSheets:
    """The missing sheets, the most useful first.

    - `sheets`: rank (from 1), rep_id, rater_id, scenario_id, gain (by how much the sheet reduces the
      expected number of wrong decisions), wrong_after, reason.
    - `reps`: rep_id, mean, sd: what is known now, on the scale of the ratings.
    - `wrong_now`: expected number of wrong decisions as things stand; `decisions`: how many there are.
    - `note`: why `sheets` is empty, where it is.
    """

    sheets: pd.DataFrame
    reps: pd.DataFrame
    wrong_now: float
    decisions: int
    note: Text | None


@dataclass(frozen=True)
class _Contrasts:
    """What is decided: the sign of each row of `weights` (decisions x reps) times scores, less `offset`."""

    weights: Floats
    offset: float


def whom_to_score_next(
    ratings: pd.DataFrame,
    components: Mapping[str, float],
    *,
    pass_mark: float | None = None,
    top: int | None = None,
    reps: Collection[str] = (),
    raters: Collection[str] = (),
    scenarios: Collection[str] = (),
    barred: Collection[tuple[str, str]] = (),
    weights: Mapping[str, float] | None = None,
) -> NextSheets:
    """Rank the missing sheets by how many wrong decisions each would be expected to prevent.

    `ratings` is a Ratings table; sheets count as composites with `weights` (criterion_id to positive
    weight). `components` gives variances in squared levels: "rep" and "residual" are needed; "rater",
    "scenario", "rep x scenario", "rep x rater", "rater x scenario" default to 0, other keys are
    passed over. The decision is `pass_mark` (each rep's score above or below it), or `top` (who is
    among the best: each pair of a rep now inside and one outside put the right way round), or, with
    neither, the ranking (each pair of reps). `reps`, `raters` and `scenarios` add ids that no sheet
    has yet; `barred` lists (rep_id, rater_id) that must not meet.

    Preposterior analysis (Raiffa and Schlaifer 1961) in the Gaussian mixed model with these
    variances and a vague mean: the decision is taken by the posterior mean, and the expected number
    of wrong ones after a sheet has the closed form 2 T(|m| / s, s1 / d) with Owen's T, where s and
    s1 are the standard deviations before and after and d is that of the mean's shift. For `top` this
    is an approximation: pairs are fixed by who is inside now. Equal gains are ordered by id.

    Raises `InputError` for a bad table, component, mark, or `top`. Where no sheet is missing, or
    there is nothing to decide, `sheets` is empty and `note` says why.
    """
    variances = _checked_components(components)
    seen = sheet_composites(ratings, weights)
    ids = [sorted({*seen[column], *more}) for column, more in zip(_SHEET, (reps, raters, scenarios), strict=True)]
    _check_decision(pass_mark, top, len(ids[0]))
    known = _codes(seen, ids)
    taken = {tuple(row) for row in known.tolist()} | {
        (ids[0].index(rep), ids[1].index(rater), number)
        for rep, rater in barred
        if rep in ids[0] and rater in ids[1]
        for number in range(len(ids[2]))
    }
    missing = np.array([cell for cell in product(*map(range, map(len, ids))) if cell not in taken], dtype=int)
    missing = missing.reshape(-1, 3)
    model = _posterior(seen["composite"].to_numpy(dtype=float), known, missing, len(ids[0]), variances)
    decided = _contrasts(model.mean, pass_mark, top)
    decisions = len(decided.weights)
    before, after, decided = _wrong(model, decided)
    table = _ranked(ids, missing, before, after, decided)
    reps_now = pd.DataFrame({"rep_id": ids[0], "mean": model.mean, "sd": np.sqrt(np.diag(model.covariance))})
    note = _why_empty(len(missing), decisions)
    return NextSheets(
        table if note is None else table.iloc[:0], reps_now, float(before.sum()), len(decided.weights), note
    )


@dataclass(frozen=True)
class _Posterior:
    """Scores' mean and covariance, their covariance with each missing sheet, and that sheet's variance."""

    mean: Floats
    covariance: Floats
    shared: Floats
    spread: Floats


def _checked_components(components: Mapping[str, float]) -> dict[str, float]:
    variances = {name: float(components.get(name, 0.0)) for name in (*_EFFECTS, "residual")}
    for name, value in variances.items():
        if not (np.isfinite(value) and value >= 0):
            raise InputError(
                text("The variance of “{name}” must be a number of at least 0, not {value}.", name=name, value=value)
            )
    for name in ("rep", "residual"):
        if variances[name] <= 0:
            raise InputError(
                text("The variance of “{name}” must be above 0: without it there is nothing to find out.", name=name)
            )
    return variances


def _check_decision(pass_mark: float | None, top: int | None, reps: int) -> None:
    if pass_mark is not None and top is not None:
        raise InputError(text("Give a pass mark or the number of the best, not both."))
    if pass_mark is not None and not SCALE_LOW <= pass_mark <= SCALE_HIGH:
        raise InputError(
            text("The pass mark must lie between {low} and {high}, not {value}.", low=1, high=5, value=pass_mark)
        )
    if top is not None and not 1 <= top < max(reps, 2):
        raise InputError(
            text("The number of the best must be at least 1 and below the number of reps, not {value}.", value=top)
        )


def _codes(seen: pd.DataFrame, ids: list[list[str]]) -> NDArray[np.int64]:
    columns = [pd.Categorical(seen[column], own).codes for column, own in zip(_SHEET, ids, strict=True)]
    return np.stack(columns, axis=1).astype(np.int64)


def _covariance(one: NDArray[np.int64], other: NDArray[np.int64], variances: Mapping[str, float]) -> Floats:
    """Return the covariance of two lists of sheets apart from the residual."""
    same = one[:, None, :] == other[None, :, :]
    result = np.full(same.shape[:2], _MEAN_SD**2)
    for name, columns in _EFFECTS.items():
        if variances[name] > 0:
            result += variances[name] * same[:, :, list(columns)].all(axis=2)
    return result


def _posterior(
    values: Floats,
    known: NDArray[np.int64],
    missing: NDArray[np.int64],
    reps: int,
    variances: Mapping[str, float],
) -> _Posterior:
    middle = (SCALE_LOW + SCALE_HIGH) / 2
    to_reps = [_MEAN_SD**2 + variances["rep"] * (np.arange(reps)[:, None] == each[:, 0]) for each in (known, missing)]
    prior = _MEAN_SD**2 + variances["rep"] * np.eye(reps)
    own = np.full(len(missing), _MEAN_SD**2 + sum(variances.values()))
    if not len(known):
        return _Posterior(np.full(reps, middle), prior, to_reps[1], own)
    factor = cho_factor(_covariance(known, known, variances) + variances["residual"] * np.eye(len(known)))
    between = _covariance(known, missing, variances)
    solved, solved_reps = cho_solve(factor, between), cho_solve(factor, to_reps[0].T)
    return _Posterior(
        middle + solved_reps.T @ (values - middle),
        prior - to_reps[0] @ solved_reps,
        to_reps[1] - to_reps[0] @ solved,
        own - (between * solved).sum(axis=0),
    )


def _contrasts(mean: Floats, pass_mark: float | None, top: int | None) -> _Contrasts:
    if pass_mark is not None:
        return _Contrasts(np.eye(len(mean)), float(pass_mark))
    pairs = list(combinations(range(len(mean)), 2))
    if top is not None:
        inside = set(np.argsort(-mean, kind="stable")[:top].tolist())
        pairs = [pair for pair in pairs if len(inside & set(pair)) == 1]
    weights = np.zeros((len(pairs), len(mean)))
    for row, (first, second) in enumerate(pairs):
        weights[row, first], weights[row, second] = 1.0, -1.0
    return _Contrasts(weights, 0.0)


def _wrong(model: _Posterior, decided: _Contrasts) -> tuple[Floats, Floats, _Contrasts]:
    """Return the open decisions' chances of being wrong now, and (decisions x sheets) after each missing sheet."""
    variance = np.maximum(((decided.weights @ model.covariance) * decided.weights).sum(axis=1), 1e-15)
    distance = np.abs(decided.weights @ model.mean - decided.offset)
    # What is settled already would only cost time: many reps make many pairs.
    still = 2 * owens_t(distance / np.sqrt(variance), np.inf) > _SETTLED
    decided, variance, distance = _Contrasts(decided.weights[still], decided.offset), variance[still], distance[still]
    shift = np.minimum((decided.weights @ model.shared) ** 2 / model.spread, variance[:, None])
    left = np.sqrt(variance[:, None] - shift)
    with np.errstate(divide="ignore"):
        ratio = np.where(shift > 0, left / np.sqrt(shift), np.inf)
    standard = distance / np.sqrt(variance)
    return 2 * owens_t(standard, np.inf), 2 * owens_t(standard[:, None], ratio), decided


def _ranked(
    ids: list[list[str]], missing: NDArray[np.int64], before: Floats, after: Floats, decided: _Contrasts
) -> pd.DataFrame:
    saved = np.maximum(before[:, None] - after, 0.0)
    table = pd.DataFrame({column: np.array(ids[k], dtype=object)[missing[:, k]] for k, column in enumerate(_SHEET)})
    table["gain"] = saved.sum(axis=0)
    table["wrong_after"] = after.sum(axis=0)
    table["own"] = (saved * (decided.weights != 0)[:, missing[:, 0]]).sum(axis=0)
    table["order"] = (-table["gain"]).round(_TIE_DIGITS)
    table = table.sort_values(["order", *_SHEET], ignore_index=True)
    table["reason"] = pd.Series([_reason(row) for row in rows_of(table)], dtype=object)
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    return table[["rank", *_SHEET, "gain", "wrong_after", "reason"]]


def _reason(row: Any) -> Text:
    """Say whether a sheet helps by what it shows of its rep or of its rater."""
    if row.gain < 10.0**-_TIE_DIGITS:
        return text("This sheet would change no decision.")
    if row.own >= row.gain / 2:
        return text("The decision on {rep} is close, and this sheet says most about it.", rep=row.rep_id)
    return text(
        "It shows how strict {rater} is and how hard {scenario} is, which settles decisions on other reps too.",
        rater=row.rater_id,
        scenario=row.scenario_id,
    )


def _why_empty(missing: int, decisions: int) -> Text | None:
    if decisions == 0:
        return text("There is nothing to decide: it takes at least two reps.")
    if missing == 0:
        return text("No sheet is missing: every rater has scored every rep he may score in every scenario.")
    return None
