"""The challenger: boosted trees beside the simple model, in its place only if better by more than noise.

Both are judged on the same folds by people they had not seen; the difference of their log-loss has a
bootstrap over people. The challenger's log-odds get a sigmoid (Platt 1999), learned for each fold
from the other folds, as trees need one with few events and the simple model does not.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.attrition.boosting import (
    STOPS,
    Setting,
    Trees,
    estimator,
    grow,
    tree_columns,
    tree_matrix,
)
from toolkit.attrition.design import Design
from toolkit.attrition.logistic import FOLDS, SMALL, fitted_line, folds_by_person
from toolkit.attrition.metrics import Estimate, Ranking, by_person
from toolkit.attrition.months import Floats, Integers
from toolkit.wording import Text, text

CHALLENGE_EVENTS = 100
REFITS = 10
FIFTH = 1.8331129326562370  # 95 % point of Student's t with 9 degrees of freedom


@dataclass(frozen=True)
class Challenge:
    """What the comparison gave.

    `simple` and `challenger` map to roc_auc, log_loss and brier out of fold; `gain` is the simple
    model's log-loss less the challenger's (above 0: the challenger is better) with its 90 %
    interval. `won` says whether the challenger is used; `setting` is None when none was fitted.
    """

    won: bool
    decision: Text
    setting: Setting | None = None
    simple: dict[str, float] | None = None
    challenger: dict[str, float] | None = None
    gain: Estimate | None = None


@dataclass(frozen=True)
class Boosted:
    """The challenger as fitted on everybody.

    `shift` and `slope` are its sigmoid; `refits` are fits to people drawn anew, whose spread gives
    the interval; `owner` leads from the trees' columns to the design's.
    """

    setting: Setting
    trees: Trees
    refits: tuple[Trees, ...]
    shift: float
    slope: float
    owner: Integers

    @property
    def intercept(self) -> float:
        """Return the log-odds around which the contributions lie."""
        return self.shift + self.slope * self.trees.expected()

    def log_odds(self, design: Design, rows: pd.DataFrame) -> tuple[Floats, Floats]:
        """Return log-odds and the half-width of their 90 % interval divided by the normal's 1.645."""
        matrix = tree_matrix(design, rows)
        found = self.shift + self.slope * self.trees.log_odds(matrix)
        if not self.refits:
            return found, np.full(len(found), np.nan)
        drawn = np.stack([each.log_odds(matrix) for each in self.refits])
        spread: Floats = abs(self.slope) * drawn.std(axis=0, ddof=1) * FIFTH / 1.6448536269514722
        return found, spread

    def contributions(self, design: Design, rows: pd.DataFrame) -> Floats:
        """Return log-odds by row and column of the design: Shapley values, categories added up."""
        parts = self.slope * self.trees.contributions(tree_matrix(design, rows))
        found = np.zeros((len(rows), len(design.columns)))
        np.add.at(found.T, self.owner, parts.T)
        return found


def compare(
    design: Design, rows: pd.DataFrame, left: Floats, person: Integers, simple: Floats, random_state: int
) -> tuple[Challenge, Boosted | None, Floats]:
    """Fit the challenger and decide; `simple` are the simple model's log-odds out of fold.

    Returns the challenger's log-odds out of fold too, calibrated; those of `simple` when none was
    fitted. All arrays have shape (rows,).
    """
    events = int(left.sum())
    if events < CHALLENGE_EVENTS:
        words = text(
            "No challenger was fitted: {events} leavers are too few for one, {needed} are needed. "
            "The simple model is used.",
            events=events,
            needed=CHALLENGE_EVENTS,
        )
        return Challenge(False, words), None, simple
    fold = folds_by_person(person, left, FOLDS, random_state)
    with _threads(rows.shape[0] * len(design.columns)):
        setting, raw = _best_setting(tree_matrix(design, rows), left, fold)
        told = _crossed_sigmoid(raw, left, fold)
        challenge = _judged(setting, simple, told, left, person, random_state)
        boosted = fit_boosted(design, rows, left, person, setting, random_state, raw) if challenge.won else None
    return challenge, boosted, told


def fit_boosted(
    design: Design,
    rows: pd.DataFrame,
    left: Floats,
    person: Integers,
    setting: Setting,
    random_state: int,
    raw: Floats | None = None,
    refits: int = REFITS,
) -> Boosted:
    """Fit trees of one setting with sigmoid and refits; `raw` are known log-odds out of fold.

    Without `refits` risks have no interval.
    """
    matrix = tree_matrix(design, rows)
    with _threads(matrix.size):
        if raw is None:
            fold = folds_by_person(person, left, FOLDS, random_state)
            raw = np.empty(len(left))
            for number in range(FOLDS):
                test = fold == number
                raw[test] = grow(matrix[~test], left[~test], setting).log_odds(matrix[test])
        shift, slope, _ = fitted_line(raw, left)
        rng = np.random.default_rng(random_state)
        people = int(person.max()) + 1
        drawn = []
        for _ in range(refits):
            times = np.bincount(rng.integers(0, people, people), minlength=people).astype(float)
            drawn.append(grow(matrix, left, setting, times[person]))
        trees = grow(matrix, left, setting)
    return Boosted(setting, trees, tuple(drawn), shift, slope, tree_columns(design))


def _threads(cells: int):  # type: ignore[no-untyped-def]
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1 if cells < SMALL else None)


def _best_setting(matrix: Floats, left: Floats, fold: Integers) -> tuple[Setting, Floats]:
    best: tuple[float, Setting, Floats] | None = None
    for depth, stops in STOPS.items():
        found = np.empty((len(stops), len(left)))
        for number in range(FOLDS):
            test = fold == number
            model = estimator(Setting(depth, stops[-1])).fit(matrix[~test], left[~test])
            for count, guess in enumerate(model.staged_decision_function(matrix[test]), start=1):
                if count in stops:
                    found[stops.index(count), test] = guess
        for stop, guess in zip(stops, found, strict=True):
            loss = float(np.mean(_losses(guess, left)))
            if best is None or loss < best[0]:
                best = (loss, Setting(depth, stop), guess)
    assert best is not None
    return best[1], best[2]


def _crossed_sigmoid(raw: Floats, left: Floats, fold: Integers) -> Floats:
    told = np.empty(len(raw))
    for number in range(FOLDS):
        test = fold == number
        shift, slope, _ = fitted_line(raw[~test], left[~test])
        told[test] = shift + slope * raw[test]
    return told


def _judged(
    setting: Setting, simple: Floats, told: Floats, left: Floats, person: Integers, random_state: int
) -> Challenge:
    gains = _losses(simple, left) - _losses(told, left)
    gain = by_person(lambda weights: {"gain": float(weights @ gains / weights.sum())}, person, random_state)["gain"]
    won = gain.low > 0
    ours, theirs = _figures(simple, left), _figures(told, left)
    values = {
        "simple": round(ours["log_loss"], 4),
        "challenger": round(theirs["log_loss"], 4),
        "gain": round(gain.value, 4),
        "low": round(gain.low, 4),
        "high": round(gain.high, 4),
    }
    if won:
        words = text(
            "The challenger (boosted trees) is used: its log-loss on unseen people is {challenger}, the simple model's "
            "{simple}; the gain of {gain} ({low} to {high}) is more than noise.",
            **values,
        )
    else:
        words = text(
            "The simple model is used: its log-loss on unseen people is {simple}, the challenger's (boosted trees) "
            "{challenger}; a gain of {gain} ({low} to {high}) is not more than noise.",
            **values,
        )
    return Challenge(won, words, setting, ours, theirs, gain)


def _figures(log_odds: Floats, left: Floats) -> dict[str, float]:
    share = 1.0 / (1.0 + np.exp(-log_odds))
    return {
        "roc_auc": Ranking(log_odds, left).roc_auc(),
        "log_loss": float(np.mean(_losses(log_odds, left))),
        "brier": float(np.mean((share - left) ** 2)),
    }


def _losses(log_odds: Floats, left: Floats) -> Floats:
    found: Floats = np.logaddexp(0.0, log_odds) - left * log_odds
    return found
