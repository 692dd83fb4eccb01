"""Putting scores of an old and a new rubric on one scale by the criteria both have.

The shared criteria are an internal anchor (common-item design with groups that need not be equally good; Kolen and
Brennan, Test Equating, Scaling, and Linking, 3rd edition 2014, chapters 2 and 4). In either group of sheets the score
is linked to the mean of the shared criteria, and the two links are chained: an old score is first read on the shared
criteria, then from there on the new rubric. A harder rater or a stronger group moves the shared criteria with the rest and
therefore falls out. Below thirty sheets on a side only the means are linked (a shift), from there on the spread as well
(chained linear), because a slope from few sheets does more harm than good.

It rests on two assumptions: the shared criteria are worded and used alike both times, and what separates
them from the other criteria does not depend on who was seen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from toolkit.errors import InputError
from toolkit.roleplay.criterion_adjustment import SHEET_KEYS, adjust_sheets
from toolkit.roleplay.figure import Figure, refused
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, Ratings, check
from toolkit.wording import Text, text

LEAST_SHARED, LEAST_SHEETS, LEAST_RATERS, SHEETS_FOR_SLOPE = 2, 8, 3, 30
_NO_SPREAD = 1e-9
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Bridge:
    """What an old score corresponds to on the new rubric: ``intercept + slope * score``.

    `standard_error` is that of the new score at `centre`, the mean of the old scores. Where nothing can be said slope and
    intercept are nan and `note` says why. `method` is ``mean`` or ``chained linear``. `replicates` hold, by kind of
    cluster left out (rep, rater, sheet), intercepts and slopes without each of them.
    """

    shared: tuple[str, ...]
    old_sheets: int
    new_sheets: int
    slope: float
    intercept: float
    centre: float
    standard_error: float
    method: str
    freedom: int
    interval: float
    replicates: Mapping[str, Array]
    note: Text | None = None

    def new_score(self, old: float) -> Figure:
        """Return what the old score `old` is on the new rubric, with its interval, or why there is none.

        The interval tells how sure the link is, not how sure the score itself is.
        """
        if not SCALE_LOW <= old <= SCALE_HIGH:
            raise InputError(text("A score lies between {low} and {high}, not at {value}.", low=1, high=5, value=old))
        if self.note is not None or np.isnan(self.slope):
            return refused(self.note or text("There is no bridge."))
        value = self.intercept + self.slope * old
        half = float(stdtrit(self.freedom, 0.5 + self.interval / 2)) * _error_at(self.replicates, old)
        value, low, high = (min(max(end, SCALE_LOW), SCALE_HIGH) for end in (value, value - half, value + half))
        return Figure(value, low, high)


def bridge(
    old_ratings: pd.DataFrame,
    new_ratings: pd.DataFrame,
    shared: Iterable[str],
    *,
    old_weights: Mapping[str, float] | None = None,
    new_weights: Mapping[str, float] | None = None,
    interval: float = 0.90,
) -> Bridge:
    """Return the bridge from the old rubric's scores to the new one's.

    Both are Ratings tables, each on one rubric; the same reps and raters may be in both. `shared` names the criteria that
    are the same in both. The standard error leaves out one rep after the other and one rater after the other (jackknife)
    and adds both up less what is counted twice (two-way clusters, Cameron, Gelbach and Miller 2011); its t quantile has
    the degrees of freedom of the scarcer of the two. Refused, with a note, below two shared criteria, eight sheets
    on a side or three raters, and where the rubrics have nothing but shared criteria. Raises `InputError` for a
    shared criterion that one of the tables does not have, or an `interval` outside 0-1.
    """
    if not 0 < interval < 1:
        raise InputError(text("The interval must lie between 0 and 1, not {value}.", value=interval))
    anchor = tuple(dict.fromkeys(shared))
    tables = [check(table, Ratings) for table in (old_ratings, new_ratings)]
    for table in tables:
        strange = [one for one in anchor if len(table) and one not in set(table["criterion_id"])]
        if strange:
            raise InputError(text("The shared criterion “{criterion}” is not in both tables.", criterion=strange[0]))
    sides = [_side(table, anchor, weights) for table, weights in zip(tables, (old_weights, new_weights), strict=True)]
    note = _why_not(tables, sides, anchor)
    if note is not None:
        return _refusal(anchor, sides, interval, note)
    method = "chained linear" if min(map(len, sides)) >= SHEETS_FOR_SLOPE and _have_spread(sides) else "mean"
    intercept, slope = _link(sides, method)
    replicates = {kind: _without_each(sides, columns, method) for kind, columns in _CLUSTERS.items()}
    freedom = min(len(replicates["rep"]), len(replicates["rater"])) - 1
    centre = float(sides[0]["score"].mean())
    error = _error_at(replicates, centre)
    sizes = len(sides[0]), len(sides[1])
    return Bridge(anchor, *sizes, slope, intercept, centre, error, method, freedom, interval, replicates)


_CLUSTERS = {"rep": ["rep_id"], "rater": ["rater_id"], "sheet": ["side", *SHEET_KEYS]}


def _side(table: pd.DataFrame, anchor: Sequence[str], weights: Mapping[str, float] | None) -> pd.DataFrame:
    """Return one side's sheets: rep_id, rater_id, scenario_id, score, anchor."""
    common = table[table["criterion_id"].isin(anchor)]
    if table["rating"].notna().sum() == 0 or common["rating"].notna().sum() == 0:
        return pd.DataFrame(columns=[*SHEET_KEYS, "score", "anchor"])
    scores = adjust_sheets(table, weights).table[[*SHEET_KEYS, "composite"]].rename(columns={"composite": "score"})
    own = {one: weights[one] for one in anchor} if weights else None
    anchors = adjust_sheets(common, own).table[[*SHEET_KEYS, "composite"]].rename(columns={"composite": "anchor"})
    return scores.merge(anchors, on=SHEET_KEYS)


def _why_not(tables: Sequence[pd.DataFrame], sides: Sequence[pd.DataFrame], anchor: Sequence[str]) -> Text | None:
    if len(anchor) < LEAST_SHARED:
        return text(
            "It takes at least {needed} criteria that are the same in both rubrics, and there are {found}.",
            needed=LEAST_SHARED,
            found=len(anchor),
        )
    if all(set(table["criterion_id"]) == set(anchor) for table in tables):
        return text("All criteria are the same in both rubrics, so there is nothing to convert.")
    if min(map(len, sides)) < LEAST_SHEETS:
        return text(
            "It takes at least {needed} sheets on each of the two rubrics, and there are {old} and {new}.",
            needed=LEAST_SHEETS,
            old=len(sides[0]),
            new=len(sides[1]),
        )
    both = pd.concat(sides)
    if both["rater_id"].nunique() < LEAST_RATERS:
        return text(
            "It takes at least {needed} raters to say how sure the bridge is, and there are {found}.",
            needed=LEAST_RATERS,
            found=both["rater_id"].nunique(),
        )
    if both["rep_id"].nunique() < LEAST_RATERS:
        return text(
            "It takes at least {needed} reps to say how sure the bridge is, and there are {found}.",
            needed=LEAST_RATERS,
            found=both["rep_id"].nunique(),
        )
    for side in sides:
        if side["rater_id"].nunique() < 2 or side["rep_id"].nunique() < 2:
            return text("On one of the two rubrics all sheets come from one rater or are about one rep.")
    return None


def _refusal(anchor: tuple[str, ...], sides: Sequence[pd.DataFrame], interval: float, note: Text) -> Bridge:
    sizes = len(sides[0]), len(sides[1])
    return Bridge(anchor, *sizes, np.nan, np.nan, np.nan, np.nan, "none", 0, interval, {}, note)


def _have_spread(sides: Sequence[pd.DataFrame]) -> bool:
    return all(float(side[name].std()) > _NO_SPREAD for side in sides for name in ("score", "anchor"))


def _link(sides: Sequence[pd.DataFrame], method: str) -> tuple[float, float]:
    """Return intercept and slope of the two chained links."""
    old, new = sides
    slope = 1.0
    if method == "chained linear":
        ratios = [float(side["score"].std()) / max(float(side["anchor"].std()), _NO_SPREAD) for side in sides]
        slope = ratios[1] / max(ratios[0], _NO_SPREAD)
        steep = ratios[1]
    else:
        steep = 1.0
    at_mean = float(new["score"].mean()) + steep * (float(old["anchor"].mean()) - float(new["anchor"].mean()))
    return at_mean - slope * float(old["score"].mean()), slope


def _without_each(sides: Sequence[pd.DataFrame], columns: list[str], method: str) -> Array:
    """Return intercept and slope without each cluster in turn, on whichever side it is."""
    marked = [side.assign(side=number) for number, side in enumerate(sides)]
    keys: list[Any] = [pd.MultiIndex.from_frame(side[columns]) for side in marked]
    every = keys[0].append(keys[1]).unique()
    codes = [every.get_indexer(key) for key in keys]
    found = []
    for number in range(len(every)):
        rest = [side[code != number] for side, code in zip(sides, codes, strict=True)]
        if min(map(len, rest)) >= 2:
            found.append(_link(rest, method))
    return np.array(found, dtype=float).reshape(-1, 2)


def _error_at(replicates: Mapping[str, Array], old: float) -> float:
    """Return the standard error of the new score that an old one corresponds to."""
    variances = {kind: _jackknife(links[:, 0] + links[:, 1] * old) for kind, links in replicates.items()}
    largest = max(variances["rep"], variances["rater"])
    return float(np.sqrt(max(variances["rep"] + variances["rater"] - variances["sheet"], largest)))


def _jackknife(values: Array) -> float:
    return float((len(values) - 1) * values.var()) if len(values) > 1 else 0.0
