"""Fair scores: what a rep would get from the average rater in the average scenario, and how sure that is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.errors import InputError, NotEnoughData
from toolkit.roleplay.comparability import Comparability, comparability
from toolkit.roleplay.criterion_adjustment import SHEET_KEYS, AdjustedSheets, adjust_sheets
from toolkit.roleplay.criterion_report import criterion_table
from toolkit.roleplay.figure import Figure
from toolkit.roleplay.linking import Link, linking_advice
from toolkit.roleplay.mixed_model import COMPONENTS, PRIOR_SCALES, Sheets, fit
from toolkit.roleplay.rater_report import rater_table
from toolkit.roleplay.scenario_score import played_scores
from toolkit.roleplay.score_tables import Fitted, Names, component_table, group_table, rep_table, scenario_table
from toolkit.vocabulary import Ratings, check
from toolkit.wording import Text, counted, text

Array = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True)
class FairScores:
    """Scores corrected for severity, each with an interval that holds `interval` of the time.

    Levels are on the scale from 1 to 5. Where a number is nan, the column `note` (or `<figure>_note`)
    of its row says why, as a `Text`.

    - `reps`: rep_id, fair, sd, low, high, raw (plain mean of the sheets), rank_low, rank_high (1 = best; within
      the group), sheets, raters (counts), group, note. `sd` is not cut off at the ends of the scale. Where one
      scenario was played also played, played_low, played_high, played_note: the score in that scenario, which says
      nothing about others.
    - `raters`: rater_id, severity (levels harder than the raters compared with), low, high, note, sheets, group, and
      consistency, halo, central_tendency, range_restriction, drift, see `rater_report.rater_table`.
    - `criteria`: criterion_id, difficulty, low, high, note, observed, and agreement, discrimination,
      alpha_if_dropped, see `criterion_report.criterion_table`.
    - `scenarios`: scenario_id, difficulty, low, high, sheets, group, note.
    - `components`: component, sd, low, high (levels), share (of one sheet's variance), note.
    - `groups`: group, reps, raters, scenarios, sheets (counts), rep_ids, rater_ids, note. Only reps of one group may
      be compared.
    - `alpha`: Cronbach's alpha of the criteria over reps.
    - `notes`: what a reader must know. `link`: what to score so that all can be compared, None when they can.
    """

    reps: pd.DataFrame
    raters: pd.DataFrame
    criteria: pd.DataFrame
    scenarios: pd.DataFrame
    components: pd.DataFrame
    groups: pd.DataFrame
    alpha: Figure
    interval: float
    notes: tuple[Text, ...]
    link: Link | None


def fair_scores(
    ratings: pd.DataFrame,
    *,
    weights: Mapping[str, float] | None = None,
    interval: float = 0.90,
    across_groups: bool = False,
    prior_scales: Sequence[float] = PRIOR_SCALES,
    seed: int = 0,
) -> FairScores:
    """Return fair scores of reps and the severity of raters from a Ratings table.

    `ratings` has one row a cell (rep_id, rater_id, scenario_id, criterion_id, rating; empty = not observed) and
    optionally `rated_at` (moments or numbers in order), from which raters' drift is seen. All cells of one rep,
    rater and scenario are one sheet; the same cell twice is refused. `weights` maps criterion_id to
    a positive weight (default: equal). `across_groups` ranks reps of groups that no common rater or scenario links,
    on the assumption that raters and reps of all groups come from the same populations. `prior_scales` are the scales
    (levels) of the half-normal priors of the deviations of rep, rater, scenario, rep x scenario and residual. `seed` moves the
    draws behind the rank intervals; the same input gives the same output.

    The composite of each sheet (criteria left out are filled in, see `criterion_adjustment`) goes into a Bayesian
    linear mixed model (see `mixed_model`). `fair` is the expected composite over the populations of raters
    and scenarios, so its interval also holds the uncertainty about these raters as a whole; ranks do not.

    Raises `InputError` for tables, weights or intervals that cannot be used and `NotEnoughData` when
    nothing was observed.
    """
    if not 0 < interval < 1:
        raise InputError(text("The interval must lie between 0 and 1, not {value}.", value=interval))
    if len(prior_scales) != len(COMPONENTS) or not all(0 < scale < np.inf for scale in prior_scales):
        raise InputError(text("The prior scales must be {count} positive numbers.", count=len(COMPONENTS)))
    cells = _checked(ratings)
    adjusted = adjust_sheets(cells, weights)
    names, codes = names_and_codes(adjusted.table)
    found = comparability(*codes)
    group = np.zeros_like(found.reps) if across_groups else found.reps
    sheets = Sheets(
        adjusted.table["composite"].to_numpy(dtype=float),
        *codes,
        group,
        adjusted.table["extra"].to_numpy(dtype=float),
        adjusted.floor,
    )
    fitted = Fitted(adjusted.table, names, fit(sheets, tuple(prior_scales)), found, interval, across_groups)
    unseen = sorted(set(cells["criterion_id"]) - set(adjusted.criteria))
    criteria, alpha = criterion_table(adjusted, unseen, interval)
    return FairScores(
        reps=rep_table(fitted, seed).merge(played_scores(fitted, tuple(prior_scales)), on="rep_id"),
        raters=rater_table(fitted, adjusted, _sheet_times(cells, adjusted.table)),
        criteria=criteria,
        scenarios=scenario_table(fitted),
        components=component_table(fitted),
        groups=group_table(fitted),
        alpha=alpha,
        interval=interval,
        notes=tuple(_notes(cells, adjusted, found, unseen, across_groups)),
        link=linking_advice(sheets, names),
    )


def _checked(ratings: pd.DataFrame) -> pd.DataFrame:
    cells = check(ratings, Ratings)
    for column in (*SHEET_KEYS, "criterion_id"):
        blank = np.flatnonzero(cells[column].str.strip() == "")
        if len(blank):
            raise InputError(
                text("The column “{column}” is empty.", column=column),
                where=text("Row {row}", row=int(blank[0]) + 1),
                remedy=text("The cell must be filled in."),
            )
    if cells["rating"].isna().all():
        raise NotEnoughData(
            text("No criterion has been rated yet, so there is nothing to score."),
            remedy=text("Submit at least one sheet with a rating."),
        )
    return cells


def names_and_codes(table: pd.DataFrame) -> tuple[Names, tuple[Codes, Codes, Codes]]:
    """Give codes to reps, raters and scenarios by mean score, so that their names do not matter."""
    ordered, codes = [], []
    for column in SHEET_KEYS:
        summary = table.groupby(column, sort=True)["composite"].agg(["mean", "size"]).reset_index()
        summary["mean"] = summary["mean"].round(9)
        ids = summary.sort_values(["mean", "size", column])[column].tolist()
        ordered.append(ids)
        codes.append(table[column].map({name: code for code, name in enumerate(ids)}).to_numpy(dtype=np.intp))
    return Names(*ordered), (codes[0], codes[1], codes[2])


def _sheet_times(cells: pd.DataFrame, table: pd.DataFrame) -> Array | None:
    """Return the first moment of each sheet as a number, nan where it has none."""
    if "rated_at" not in cells or cells["rated_at"].isna().all():
        return None
    moments = cells["rated_at"]
    if not pd.api.types.is_numeric_dtype(moments):
        moments = pd.to_datetime(moments, errors="coerce", utc=True)
        unread = moments.isna() & cells["rated_at"].notna()
        if unread.any():
            raise InputError(
                text("“{value}” is not a moment.", value=str(cells["rated_at"][unread].iloc[0])),
                where=text("Row {row}", row=int(np.flatnonzero(unread)[0]) + 1),
                remedy=text("Give date and time in the column rated_at, or numbers in order, or leave it out."),
            )
        moments = (moments - moments.min()).dt.total_seconds()
    first = cells.assign(moment=moments.astype(float))[cells["rating"].notna()].groupby(SHEET_KEYS)["moment"].min()
    return np.asarray(first.reindex(pd.MultiIndex.from_frame(table[SHEET_KEYS])).to_numpy(dtype=float))


def _notes(
    cells: pd.DataFrame, adjusted: AdjustedSheets, found: Comparability, unseen: list[str], across_groups: bool
) -> Iterator[Text]:
    yield from _missing_notes(cells, adjusted, unseen)
    table = adjusted.table
    if table["composite"].max() - table["composite"].min() < 1e-9 and len(table) > 1:
        yield text("All sheets have the same score: they show no difference between reps, and no rank is meant.")
    if table["rater_id"].nunique() == 1:
        yield text("Only one rater has scored: a hard or lenient rater cannot be seen, and the intervals allow for it.")
    if table["scenario_id"].nunique() == 1 and len(table) > 1:
        yield text("Only one scenario was played: the intervals allow for how a rep might do in another one.")
    count = len(np.unique(found.reps))
    if count > 1 and across_groups:
        yield text(
            "Ranks go across {count} groups that no sheet links. They hold only if the raters of all groups "
            "are equally severe on average and the reps equally good on average.",
            count=count,
        )
    elif count > 1:
        yield text(
            "There are {count} groups of reps that cannot be compared with each other; ranks count within a group only.",
            count=count,
        )
    elif not found.full_rank:
        yield text(
            "Raters and scenarios go together, so that a hard rater and a hard scenario cannot be told apart everywhere. "
            "Reps can be compared all the same."
        )


def _missing_notes(cells: pd.DataFrame, adjusted: AdjustedSheets, unseen: list[str]) -> Iterator[Text]:
    left_out = int((adjusted.table["asked"] - adjusted.table["observed"]).sum())
    if left_out:
        yield counted(
            "{count} rating was not observed; it is filled in with what the sheet and the criterion’s difficulty suggest.",
            "{count} ratings were not observed; they are filled in with what the sheet and the criterion’s difficulty "
            "suggest.",
            left_out,
        )
    for name in unseen:
        yield text("Nobody has observed the criterion “{criterion}”; it does not count.", criterion=name)
    absent = {column: ", ".join(sorted(set(cells[column]) - set(adjusted.table[column]))) for column in SHEET_KEYS}
    if absent["rep_id"]:
        yield text("Nothing was observed for {names}: no score.", names=absent["rep_id"])
    if absent["rater_id"]:
        yield text("No rating yet from {names}.", names=absent["rater_id"])
    if absent["scenario_id"]:
        yield text("Nothing was observed in the scenario {names}.", names=absent["scenario_id"])
