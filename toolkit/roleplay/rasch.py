"""Many-facet Rasch analysis: the second view of a workshop's ratings, on a logit scale."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.roleplay.rasch_design import (
    CRITERION,
    ENOUGH_REPS,
    RATER,
    REP,
    SCENARIO,
    RaschDesign,
    rasch_design,
    sum_to_zero,
)
from toolkit.roleplay.rasch_fit import fit_of, halo_of, residuals
from toolkit.roleplay.rasch_likelihood import Floats, Maximum, category_probabilities, maximise
from toolkit.wording import Text, text

_MISFIT = 1.5
_OVERFIT = 0.5
_LEAST_SD = 0.05
_FEW_RATINGS = 10
_HALO = 0.15


@dataclass(frozen=True)
class Facets:
    """A many-facet Rasch analysis. Measures, severities and difficulties are in logits.

    - `persons`: rep_id, measure (mean of the rep's posterior, higher is better), se, fair_average
      (the rating, on the scale of the ratings, that an average rater would give in an average
      scenario), infit, outfit, ratings (how many), note.
    - `raters`: rater_id, severity (higher is stricter, sum 0), se, infit, outfit, ratings, note.
    - `criteria` and `scenarios`: criterion_id or scenario_id, difficulty (sum 0), then as raters.
      `scenarios` is empty where there is only one or its difficulty cannot be told from its criteria.
    - `thresholds`: criterion_id ("" where all share them), lower and upper (rating levels), threshold
      (where both are equally likely, relative to the criterion; sum 0), se, ratings (of the upper
      level), disordered, note.
    - `wright_map`: kind (person, rater, criterion, scenario, threshold), id, lower, upper, position,
      se: everything on one ruler; a criterion's own thresholds stand at its difficulty.
    - `mean`, `sd`: the normal distribution of the reps; `reliability`: share of the measures'
      variance that is not error; `deviance`: -2 log marginal likelihood; `parameters`: how many;
      `halo`: mean correlation of the residuals of two criteria on one sheet (NaN with one criterion),
      0 if sheets hold independent judgements as the model supposes.

    `note` columns and `notes` hold a `Text` or None. Where a number cannot be given it is NaN and
    the note says why. Infit and outfit are 1 on average; above 1.5 ratings surprise, below 0.5 they
    are more predictable than independent ratings can be.
    """

    persons: pd.DataFrame
    raters: pd.DataFrame
    criteria: pd.DataFrame
    scenarios: pd.DataFrame
    thresholds: pd.DataFrame
    wright_map: pd.DataFrame
    mean: float
    sd: float
    reliability: float
    deviance: float
    parameters: int
    halo: float
    notes: tuple[Text, ...]


def facets(ratings: pd.DataFrame, thresholds: Literal["common", "by_criterion"] = "common") -> Facets:
    """Return the many-facet Rasch analysis of a Ratings table (Linacre 1989).

    `thresholds` "common" is the rating scale model (Andrich 1978), "by_criterion" the partial credit
    model (Masters 1982). The reps are drawn from a normal distribution whose mean and standard
    deviation are estimated; raters, criteria, scenarios and thresholds each sum to zero. Estimated
    by marginal maximum likelihood, standard errors from the observed information. Infit and outfit
    average the squared residuals over each rep's posterior (Wu 1997). Levels that nobody gave are
    closed up; raters, criteria and scenarios with nothing but highest or lowest ratings are left
    out with a note.

    All standard errors take ratings on one sheet for independent given the rep, which they are not
    quite: read them as lower bounds and decide on fair scores. Raises `InputError` for a bad table
    or `thresholds`, and `NotEnoughData` with the reason where the analysis is refused: fewer than 3
    reps (fewer than 8 carry a note, and pages refuse them), raters that are not connected, facets that always go together, or no finite solution.
    """
    if thresholds not in ("common", "by_criterion"):
        raise InputError(
            text("“{value}” is no way to set thresholds.", value=thresholds),
            remedy=text("Allowed is one of: {values}.", values="common, by_criterion"),
        )
    design = rasch_design(ratings, thresholds == "by_criterion")
    fitted = maximise(design.model)
    fit = residuals(design, fitted)
    halo = halo_of(design.rows, fit)
    effects = {name: _effect_table(design, fitted, fit, name) for name in (RATER, CRITERION, SCENARIO)}
    steps = _threshold_table(design, fitted)
    persons = _person_table(design, fitted, fit, steps, effects[CRITERION])
    posterior = float(np.var(persons["measure"]))
    return Facets(
        persons,
        effects[RATER],
        effects[CRITERION],
        effects[SCENARIO],
        steps,
        _wright_map(persons, effects, steps),
        mean=float(fitted.point[-2]),
        sd=float(np.exp(fitted.point[-1])),
        reliability=posterior / (posterior + float((persons["se"] ** 2).mean())),
        deviance=-2 * fitted.marginal.loglik,
        parameters=len(fitted.point),
        halo=halo,
        notes=(*design.notes, *_general_notes(len(persons), fitted, halo)),
    )


def _effect_table(design: RaschDesign, fitted: Maximum, fit: pd.DataFrame, facet: str) -> pd.DataFrame:
    value = "severity" if facet == RATER else "difficulty"
    names = design.ids[facet]
    if facet == SCENARIO and facet not in design.columns:
        return pd.DataFrame(columns=[facet, value, "se", "infit", "outfit", "ratings", "note"])
    effects, errors = np.zeros(len(names)), np.full(len(names), np.nan)
    if facet in design.columns:
        effects, errors = _linear(fitted, design.columns[facet], design.constraints[facet])
    table = pd.DataFrame({facet: names, value: effects, "se": errors})
    table = table.join(fit_of(fit, design.rows[facet]), on=facet)
    alone = text("There is only one, so it is the zero of the scale.") if len(names) == 1 else None
    table["note"] = pd.Series([alone or _fit_note(row) for row in table["infit"]], dtype=object)
    left_out = [
        {facet: name, value: np.nan, "se": np.nan, "infit": np.nan, "outfit": np.nan, "ratings": 0, "note": reason}
        for (kind, name), reason in design.left_out.items()
        if kind == facet
    ]
    if left_out:
        table = pd.concat([table, pd.DataFrame(left_out)], ignore_index=True).sort_values(facet, ignore_index=True)
    return table


def _linear(fitted: Maximum, place: slice, matrix: Floats) -> tuple[Floats, Floats]:
    """Return effects and their standard errors from the free parameters at `place`."""
    variance = np.einsum("ij,jk,ik->i", matrix, fitted.covariance[place, place], matrix)
    return matrix @ fitted.point[place], np.sqrt(np.maximum(variance, 0))


def _fit_note(infit: float) -> Text | None:
    if infit > _MISFIT:
        return text("The ratings here surprise: they often disagree with what all the others say.")
    if infit < _OVERFIT:
        return text("The ratings here are more alike than separate judgements would be: levels may be given by habit.")
    return None


def _person_note(infit: float) -> Text | None:
    if infit > _MISFIT:
        return text("Raters disagree on this rep more than usual: look at the sheets before using the measure.")
    if infit < _OVERFIT:
        return text("Raters agree on this rep more than separate judgements usually do.")
    return None


def _threshold_table(design: RaschDesign, fitted: Maximum) -> pd.DataFrame:
    parts = []
    for number, (name, levels) in enumerate(zip(design.groups, design.levels, strict=True)):
        places, errors = _linear(fitted, design.threshold_columns[number], sum_to_zero(len(levels) - 1))
        if len(levels) == 2:
            errors = np.full(1, np.nan)
        given = np.bincount(design.model.category[design.group == number], minlength=len(levels))
        disordered = np.append(False, np.diff(places) < 0)
        notes = [
            _threshold_note(levels, step, bool(disordered[step]), int(given[step + 1])) for step in range(len(places))
        ]
        parts.append(
            pd.DataFrame(
                {
                    "criterion_id": name,
                    "lower": levels[:-1],
                    "upper": levels[1:],
                    "threshold": places,
                    "se": errors,
                    "ratings": given[1:],
                    "disordered": disordered,
                    "note": pd.Series(notes, dtype=object),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _threshold_note(levels: Floats, step: int, disordered: bool, ratings: int) -> Text | None:
    if len(levels) == 2:
        return text("Only two levels were given, so there is one threshold and it is the zero of the scale.")
    if disordered:
        return text(
            "Level {level} is at no point the likeliest rating: raters pass over it. "
            "Word its behaviour more clearly or join it with a neighbour.",
            level=f"{levels[step]:g}",
        )
    if ratings < _FEW_RATINGS:
        return text("Level {level} was given fewer than {needed} times.", level=f"{levels[step + 1]:g}", needed=10)
    return None


def _person_table(
    design: RaschDesign, fitted: Maximum, fit: pd.DataFrame, steps: pd.DataFrame, criteria: pd.DataFrame
) -> pd.DataFrame:
    nodes, weights = fitted.marginal.nodes, fitted.marginal.weights
    measure = (weights * nodes).sum(axis=1)
    spread = np.sqrt((weights * (nodes - measure[:, None]) ** 2).sum(axis=1))
    table = pd.DataFrame({"rep_id": pd.unique(design.rows[REP]), "measure": measure, "se": spread})
    difficulty = criteria.set_index(CRITERION)["difficulty"]
    curves = []
    for name, levels in zip(design.groups, design.levels, strict=True):
        own = steps.loc[steps["criterion_id"] == name, "threshold"].to_numpy()
        curves.append(expected_rating(measure, own + (difficulty[name] if name else 0.0), levels))
    table["fair_average"] = np.mean(curves, axis=0)
    table = table.join(fit_of(fit, design.rows[REP]), on="rep_id")
    extreme = _extreme_persons(design)
    table["note"] = pd.Series(
        [extreme[number] or _person_note(infit) for number, infit in enumerate(table["infit"])], dtype=object
    )
    return table


def expected_rating(measures: Floats, locations: Floats, levels: Floats) -> Floats:
    """Return the expected rating at each measure, given the locations of the steps between `levels`."""
    rows = np.tile(locations, (len(measures), 1))
    steps = np.full(len(measures), len(locations))
    result: Floats = category_probabilities(np.asarray(measures, float)[:, None], rows, steps)[:, 0, :] @ levels
    return result


def _extreme_persons(design: RaschDesign) -> list[Text | None]:
    model = design.model
    reached = np.bincount(model.person, weights=model.category)
    possible = np.bincount(model.person, weights=model.steps)
    reason = text(
        "All ratings of this rep lie at one end of the scale: the measure leans on what the other reps are like."
    )
    return [reason if r in (0, p) else None for r, p in zip(reached, possible, strict=True)]


def _wright_map(persons: pd.DataFrame, effects: dict[str, pd.DataFrame], steps: pd.DataFrame) -> pd.DataFrame:
    parts = [persons[["rep_id", "measure", "se"]].set_axis(["id", "position", "se"], axis=1).assign(kind="person")]
    for facet, kind in ((RATER, "rater"), (CRITERION, "criterion"), (SCENARIO, "scenario")):
        own = effects[facet].iloc[:, :3].set_axis(["id", "position", "se"], axis=1)
        parts.append(own.dropna(subset=["position"]).assign(kind=kind))
    difficulty = effects[CRITERION].set_index(CRITERION)["difficulty"]
    ruler = steps[["criterion_id", "lower", "upper", "threshold", "se"]].copy()
    ruler["position"] = ruler.pop("threshold") + ruler["criterion_id"].map(difficulty).fillna(0.0)
    parts.append(ruler.rename(columns={"criterion_id": "id"}).assign(kind="threshold"))
    rows = pd.concat([part.astype({"position": float, "se": float}) for part in parts if len(part)], ignore_index=True)
    return rows[["kind", "id", "lower", "upper", "position", "se"]]


def _general_notes(reps: int, fitted: Maximum, halo: float) -> list[Text]:
    notes = []
    if reps < ENOUGH_REPS:
        notes.append(text("With so few reps the many-facet Rasch view is a rough guide: decide on the fair scores."))
    if np.exp(fitted.point[-1]) < _LEAST_SD:
        notes.append(text("The ratings do not tell the reps apart: their differences are no larger than chance."))
    if halo > _HALO:
        notes.append(
            text(
                "Criteria on one sheet move together more than separate judgements would (correlation {value}): "
                "the standard errors here are too small. Decide on the fair scores.",
                value=round(halo, 2),
            )
        )
    return notes
