"""Which ratings a many-facet Rasch model can use, and why it is refused where it cannot be fitted."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.errors import NotEnoughData
from toolkit.roleplay.rasch_likelihood import Floats, Integers, StepModel
from toolkit.roleplay.sheet_design import incidence
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, Ratings, check
from toolkit.wording import Text, counted, text

FEWEST_REPS = 3
ENOUGH_REPS = 8
_MOST_LEVELS = 9
RATER, CRITERION, SCENARIO, REP = "rater_id", "criterion_id", "scenario_id", "rep_id"
_WHOLE_LEVELS = np.arange(SCALE_LOW, SCALE_HIGH + 1)


@dataclass(frozen=True)
class RaschDesign:
    """Usable ratings in the order of `model`, and what its parameters stand for.

    `rows` is the Ratings table behind the model, one row a rating. `ids` lists the ids of each
    facet that is estimated, `constraints` its matrix from free parameters to effects that sum to
    zero, and `columns` where its free parameters stand. `levels` holds the ascending rating values
    of each group of thresholds; `groups` names the groups (a single "" if all criteria share one).
    `left_out` maps (facet, id) to the reason why it has no estimate.
    """

    rows: pd.DataFrame
    model: StepModel
    ids: dict[str, list[str]]
    constraints: dict[str, Floats]
    columns: dict[str, slice]
    groups: list[str]
    group: Integers
    levels: list[Floats]
    threshold_columns: list[slice]
    left_out: dict[tuple[str, str], Text]
    notes: tuple[Text, ...]


@dataclass(frozen=True)
class _Usable:
    rows: pd.DataFrame
    left_out: dict[tuple[str, str], Text]
    notes: tuple[Text, ...]


def rasch_design(ratings: pd.DataFrame, by_criterion: bool) -> RaschDesign:
    """Return the design of a many-facet Rasch model for a Ratings table.

    With `by_criterion` each criterion has thresholds of its own. Raises `InputError` for a table
    that is no Ratings table and `NotEnoughData` where the model is refused, with the reason.
    """
    seen = check(ratings, Ratings).dropna(subset=["rating"])
    seen = seen.sort_values([REP, RATER, SCENARIO, CRITERION], ignore_index=True)
    usable = _without_extremes(seen, by_criterion)
    _refuse_too_little(usable.rows)
    facets, notes = _facets_to_estimate(usable.rows)
    usable = replace(usable, notes=(*usable.notes, *notes, *_unused_levels(usable.rows, by_criterion)))
    return _assembled(usable, facets, by_criterion)


def _without_extremes(rows: pd.DataFrame, by_criterion: bool) -> _Usable:
    """Leave out raters, criteria and scenarios with nothing but lowest or nothing but highest ratings.

    Their place would be infinite. Leaving one out may make another extreme, hence the repetition.
    """
    left_out: dict[tuple[str, str], Text] = {}
    while len(rows):
        lowest, highest = _ends(rows, by_criterion)
        extreme = [
            (facet, str(name), bool(bottom))
            for facet in (RATER, CRITERION, SCENARIO)
            for name, bottom in _extremes(rows, facet, lowest, highest)
        ]
        if not extreme or rows["rating"].nunique() < 2:
            break
        for facet, name, bottom in extreme:
            left_out[facet, name] = _extreme_reason(bottom)
            rows = rows[rows[facet] != name]
    rows = rows.reset_index(drop=True)
    notes = tuple(
        text("“{name}” is left out of this view: {reason}", name=name, reason=reason)
        for (_, name), reason in left_out.items()
    )
    return _Usable(rows, left_out, notes)


def _ends(rows: pd.DataFrame, by_criterion: bool) -> tuple[pd.Series, pd.Series]:
    if by_criterion:
        grouped = rows.groupby(CRITERION)["rating"]
        return grouped.transform("min"), grouped.transform("max")
    ratings = rows["rating"]
    return pd.Series(ratings.min(), rows.index), pd.Series(ratings.max(), rows.index)


def _extremes(rows: pd.DataFrame, facet: str, lowest: pd.Series, highest: pd.Series) -> list[tuple[str, bool]]:
    bottom = (rows["rating"] == lowest).groupby(rows[facet]).all()
    top = (rows["rating"] == highest).groupby(rows[facet]).all()
    return [(str(name), bool(bottom[name])) for name in bottom.index if bottom[name] or top[name]]


def _extreme_reason(bottom: bool) -> Text:
    if bottom:
        return text("all ratings here are the lowest that was given, so its place on the scale cannot be told.")
    return text("all ratings here are the highest that was given, so its place on the scale cannot be told.")


def refuse_few_reps(reps: int, needed: int) -> None:
    """Raise `NotEnoughData` if `reps` are fewer than `needed`."""
    if reps < needed:
        raise NotEnoughData(
            counted(
                "The many-facet Rasch view needs at least {needed} rated reps; there is {count}.",
                "The many-facet Rasch view needs at least {needed} rated reps; there are {count}.",
                reps,
                needed=needed,
            ),
            remedy=text("Use the fair scores; they work from two reps on."),
        )


def _refuse_too_little(rows: pd.DataFrame) -> None:
    if rows["rating"].nunique() < 2:
        raise NotEnoughData(
            text("The many-facet Rasch view needs ratings that differ; here there is nothing to compare."),
        )
    refuse_few_reps(rows[REP].nunique(), FEWEST_REPS)
    levels = rows["rating"].nunique()
    if levels > _MOST_LEVELS:
        raise NotEnoughData(
            text(
                "The ratings take {count} different values; the many-facet Rasch view works with levels.", count=levels
            ),
            remedy=text("Rate in whole or half levels."),
        )


def _facets_to_estimate(rows: pd.DataFrame) -> tuple[list[str], list[Text]]:
    """Return the facets with something to estimate, or refuse a design that does not connect them."""
    facets = [facet for facet in (RATER, CRITERION, SCENARIO) if rows[facet].nunique() > 1]
    _refuse_disconnected(rows)
    if _full_rank(rows, facets):
        return facets, []
    own_criteria = (rows.groupby(CRITERION)[SCENARIO].nunique() == 1).all()
    without = [facet for facet in facets if facet != SCENARIO]
    if SCENARIO in facets and own_criteria and _full_rank(rows, without):
        return without, [
            text("Each scenario has criteria of its own, so its difficulty is part of theirs and not shown separately.")
        ]
    raise NotEnoughData(
        text(
            "The many-facet Rasch view cannot separate raters, scenarios and criteria: some of them always go together."
        ),
        remedy=text("Let a rater score in another scenario, or a rep play another scenario, so that they mix."),
    )


def _refuse_disconnected(rows: pd.DataFrame) -> None:
    """Refuse raters who share no rep, not even through other raters."""
    raters = sorted(rows[RATER].unique())
    reps_of = rows.groupby(RATER)[REP].agg(set)
    group, reached = {raters[0]}, set(reps_of[raters[0]])
    while grown := {rater for rater in raters if rater not in group and reps_of[rater] & reached}:
        group |= grown
        reached = reached.union(*(reps_of[rater] for rater in grown))
    if len(group) < len(raters):
        other = next(rater for rater in raters if rater not in group)
        raise NotEnoughData(
            text(
                "The many-facet Rasch view cannot compare all raters: “{first}” and “{second}” share no rep, "
                "not even through other raters.",
                first=raters[0],
                second=other,
            ),
            remedy=text("One sheet by one of them on a rep of the other connects them."),
        )


def _full_rank(rows: pd.DataFrame, facets: list[str]) -> bool:
    """Say whether reps and facets have separate effects: the additive design has full rank."""
    codes = [pd.factorize(rows[facet])[0] for facet in (REP, *facets)]
    sizes = [int(code.max()) + 1 for code in codes]
    indicators = incidence(codes, sizes)
    rank = int(np.linalg.matrix_rank(indicators.T @ indicators, hermitian=True))
    return rank == sum(sizes) - len(facets)


def _unused_levels(rows: pd.DataFrame, by_criterion: bool) -> list[Text]:
    """Say which levels nobody gave; the model goes on without them."""
    if not np.isin(rows["rating"], _WHOLE_LEVELS).all():
        return []
    if not by_criterion:
        unused = _names(set(_WHOLE_LEVELS) - set(rows["rating"]))
        return [text("Nobody gave {levels}; this view goes on without.", levels=unused)] if unused else []
    return [
        text("Nobody gave {levels} on “{criterion}”; this view goes on without.", levels=unused, criterion=name)
        for name, given in rows.groupby(CRITERION)["rating"]
        if (unused := _names(set(_WHOLE_LEVELS) - set(given)))
    ]


def _names(levels: set[float]) -> str:
    return ", ".join(f"{level:g}" for level in sorted(levels))


def _assembled(usable: _Usable, facets: list[str], by_criterion: bool) -> RaschDesign:
    rows = usable.rows
    ids = {facet: sorted(rows[facet].unique()) for facet in (RATER, CRITERION, SCENARIO)}
    groups = list(ids[CRITERION]) if by_criterion else [""]
    group = pd.Categorical(rows[CRITERION], groups).codes.astype(np.int64) if by_criterion else np.zeros(len(rows), int)
    levels = [np.sort(rows["rating"].to_numpy()[group == number]) for number in range(len(groups))]
    levels = [np.unique(one) for one in levels]
    category = np.array([np.searchsorted(levels[g], value) for g, value in zip(group, rows["rating"], strict=True)])
    steps = np.array([len(one) - 1 for one in levels])[group]
    constraints = {facet: sum_to_zero(len(ids[facet])) for facet in facets}
    widths = [constraints[facet].shape[1] for facet in facets] + [len(one) - 2 for one in levels]
    places = [slice(int(end) - width, int(end)) for end, width in zip(np.cumsum(widths), widths, strict=True)]
    columns, threshold_columns = dict(zip(facets, places, strict=False)), places[len(facets) :]
    design = np.zeros((len(rows), int(steps.max()), sum(widths)))
    for facet in facets:
        codes = pd.Categorical(rows[facet], ids[facet]).codes
        design[:, :, columns[facet]] = constraints[facet][codes][:, None, :]
    for number, (one, place) in enumerate(zip(levels, threshold_columns, strict=True)):
        design[group == number, : len(one) - 1, place] = sum_to_zero(len(one) - 1)
    person = pd.factorize(rows[REP])[0].astype(np.int64)
    model = StepModel(person, category.astype(np.int64), steps.astype(np.int64), design)
    return RaschDesign(
        rows, model, ids, constraints, columns, groups, group, levels, threshold_columns, usable.left_out, usable.notes
    )


def sum_to_zero(effects: int) -> Floats:
    """Return the matrix (effects x effects - 1) that makes the last effect minus the sum of the others."""
    result: Floats = np.vstack([np.eye(effects - 1), -np.ones((1, effects - 1))])
    return result
