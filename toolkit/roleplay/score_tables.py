"""The posterior of the mixed model as tables: reps, scenarios, components and groups."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.roleplay.comparability import Comparability
from toolkit.roleplay.figure import Figure, refused
from toolkit.roleplay.importance_sampling import weighted_quantile
from toolkit.roleplay.mixed_model import COMPONENTS, Posterior, mixture_quantiles
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW
from toolkit.wording import Text, text

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

_RANK_DRAWS = 4096


@dataclass(frozen=True)
class Names:
    """Ids by code. Codes go by mean score, so that renaming people changes no figure."""

    reps: list[str]
    raters: list[str]
    scenarios: list[str]


@dataclass(frozen=True)
class Fitted:
    """A fitted workshop: sheets with an id and a code each, the posterior and what may be compared."""

    table: pd.DataFrame
    names: Names
    posterior: Posterior
    comparable: Comparability
    interval: float
    across_groups: bool

    def rank_groups(self) -> Codes:
        """Return within which group each rep is ranked."""
        return np.zeros_like(self.comparable.reps) if self.across_groups else self.comparable.reps

    def tails(self) -> tuple[float, float]:
        """Return the shares below the ends of the interval."""
        return (1 - self.interval) / 2, (1 + self.interval) / 2


def rep_table(fitted: Fitted, seed: int) -> pd.DataFrame:
    """Return rep_id, fair, sd, low, high, raw, rank_low, rank_high, sheets, raters, group, note."""
    posterior, (below, above) = fitted.posterior, fitted.tails()
    mean, variance = posterior.given.fair()
    fair = posterior.weights @ mean
    spread = np.sqrt(posterior.weights @ (variance + (mean - fair) ** 2))
    low = mixture_quantiles(mean, variance, posterior.weights, below)
    high = mixture_quantiles(mean, variance, posterior.weights, above)
    groups = fitted.rank_groups()
    rank_low, rank_high = rank_intervals(posterior.ranked_draws(_RANK_DRAWS, seed), groups, below, above)
    by_rep = fitted.table.groupby("rep_id", sort=False)
    reps = pd.DataFrame(
        {
            "rep_id": fitted.names.reps,
            "fair": np.clip(fair, SCALE_LOW, SCALE_HIGH),
            "sd": spread,
            "low": np.clip(low, SCALE_LOW, SCALE_HIGH),
            "high": np.clip(high, SCALE_LOW, SCALE_HIGH),
            "raw": by_rep["raw"].mean().reindex(fitted.names.reps).to_numpy(),
            "rank_low": rank_low,
            "rank_high": rank_high,
            "sheets": by_rep.size().reindex(fitted.names.reps).to_numpy(),
            "raters": by_rep["rater_id"].nunique().reindex(fitted.names.reps).to_numpy(),
            "group": fitted.comparable.reps + 1,
        }
    )
    alone = np.bincount(groups)[groups] == 1
    notes = [_rep_note(one, single) for one, single in zip(fair, alone, strict=True)]
    return reps.assign(note=pd.Series(notes, dtype=object)).sort_values("rep_id", ignore_index=True)


def rank_intervals(draws: Array, groups: Codes, below: float, above: float) -> tuple[Codes, Codes]:
    """Return the best and worst plausible rank of each column of joint `draws` within its group (1 = highest)."""
    low, high = np.ones(draws.shape[1], dtype=np.intp), np.ones(draws.shape[1], dtype=np.intp)
    for group in range(int(groups.max()) + 1):
        inside = np.flatnonzero(groups == group)
        ranks = np.argsort(np.argsort(-draws[:, inside], axis=1), axis=1) + 1
        low[inside], high[inside] = np.quantile(ranks, [below, above], axis=0, method="inverted_cdf")
    return low, high


def scenario_table(fitted: Fitted) -> pd.DataFrame:
    """Return scenario_id, difficulty (positive = harder), low, high, sheets, group, note."""
    only = text("Only one scenario was played, so there is nothing to compare its difficulty with.")
    apart = text(
        "No other scenario can be compared with this one: they have no reps in common, or a rater of their own each."
    )
    figures = centred_effects(
        fitted,
        fitted.posterior.sheets.scenario_columns,
        fitted.comparable.scenarios,
        lambda alone: only if alone else apart,
    )
    sheets = np.bincount(fitted.posterior.sheets.scenario)
    rows = [
        {"scenario_id": name, **figure.columns("difficulty", bare=True), "sheets": count, "group": group + 1}
        for name, figure, count, group in zip(
            fitted.names.scenarios, figures, sheets, fitted.comparable.scenarios, strict=True
        )
    ]
    columns = ["scenario_id", "difficulty", "low", "high", "sheets", "group", "note"]
    return pd.DataFrame(rows).sort_values("scenario_id", ignore_index=True)[columns]


def centred_effects(fitted: Fitted, columns: slice, groups: Codes, why: Callable[[bool], Text]) -> list[Figure]:
    """Return how much harder each rater or scenario is than the mean of those it may be compared with.

    `why` says why one that stands alone in its group has no figure; it is told whether there is no other at all.
    """
    posterior, (below, above) = fitted.posterior, fitted.tails()
    groups = np.zeros_like(groups) if fitted.across_groups else groups
    same = (groups[:, None] == groups[None, :]).astype(float)
    contrast = np.zeros((len(groups), posterior.given.mean.shape[1]))
    contrast[:, columns] = same / same.sum(axis=1, keepdims=True) - np.eye(len(groups))
    mean, variance = posterior.given.contrasts(contrast)
    value = posterior.weights @ mean
    low, high = (mixture_quantiles(mean, variance, posterior.weights, share) for share in (below, above))
    return [
        refused(why(len(groups) == 1))
        if same[one].sum() == 1
        else Figure(float(value[one]), float(low[one]), float(high[one]))
        for one in range(len(groups))
    ]


def component_table(fitted: Fitted) -> pd.DataFrame:
    """Return component, sd, low, high (levels), share (of the variance of one sheet) and note, in model order."""
    posterior, (below, above) = fitted.posterior, fitted.tails()
    squares = posterior.deviations**2
    shares = posterior.weights @ (squares / squares.sum(axis=1, keepdims=True))
    sheets = posterior.sheets
    groups, reps, _, scenarios = sheets.sizes
    level = sheets.group[sheets.rep]
    of_group = [len(np.unique(level + groups * codes)) for codes in (sheets.rep, sheets.rater, sheets.scenario)]
    pairs = len(np.unique(sheets.rep * scenarios + sheets.scenario))
    # The level of a group takes up its only rep, rater or scenario.
    assumed = (*(count == groups for count in of_group), pairs == reps, len(sheets.composite) == pairs)
    note = text("The sheets do not show this figure by itself; it rests on what is assumed beforehand.")
    rows = [
        {
            "component": name,
            "sd": float(posterior.weights @ values),
            "low": weighted_quantile(values, posterior.weights, below),
            "high": weighted_quantile(values, posterior.weights, above),
            "share": float(share),
            "note": note if blind else None,
        }
        for name, values, share, blind in zip(COMPONENTS, posterior.deviations.T, shares, assumed, strict=True)
    ]
    return pd.DataFrame(rows)


def group_table(fitted: Fitted) -> pd.DataFrame:
    """Return group, reps, raters, scenarios, sheets (counts), rep_ids, rater_ids (tuples of ids) and note."""
    found = fitted.comparable
    placed = fitted.table.assign(group=found.reps[fitted.posterior.sheets.rep])
    rows = []
    for group, inside in placed.groupby("group", sort=True):
        members = tuple(sorted(inside["rep_id"].unique()))
        rows.append(
            {
                "group": int(str(group)) + 1,
                "reps": len(members),
                "raters": inside["rater_id"].nunique(),
                "scenarios": inside["scenario_id"].nunique(),
                "sheets": len(inside),
                "rep_ids": members,
                "rater_ids": tuple(sorted(inside["rater_id"].unique())),
                "note": _group_note(found, int(str(group))),
            }
        )
    return pd.DataFrame(rows)


def _rep_note(fair: float, alone: bool) -> Text | None:
    if not SCALE_LOW <= fair <= SCALE_HIGH:
        return text("The corrected score lies beyond the end of the scale and is shown at the end.")
    return text("There is no other rep to be compared with, so the rank says nothing.") if alone else None


def _group_note(found: Comparability, group: int) -> Text | None:
    if found.reps.max() == 0:
        return None
    inside = found.reps == group
    others = ~inside
    if not np.isin(found.by_rater[others], found.by_rater[inside]).any():
        return text("No rater has scored reps of this group and of another one.")
    if not np.isin(found.by_scenario[others], found.by_scenario[inside]).any():
        return text("No rep of this group has played a scenario that a rep of another group has played.")
    return text(
        "Linked with another group, but raters and scenarios go together, so that a hard rater and a hard "
        "scenario cannot be told apart."
    )
