"""How much is enough: what raters and scenarios add to reliability (generalizability theory)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import InputError, NotEnoughData
from toolkit.roleplay.components import Effect, Floats, VarianceComponents, variance_components
from toolkit.roleplay.scoring import sheet_composites
from toolkit.wording import Text, text

_REP, _RATER, _SCENARIO = "rep", "rater", "scenario"
_INTERACTIONS: tuple[Effect, ...] = ((_REP, _SCENARIO), (_REP, _RATER), (_RATER, _SCENARIO))
_LEAST_RESIDUAL = 5
_WORTH_NAMING = 0.005
_NAN = float("nan")
_NOTHING = (_NAN, _NAN, _NAN, _NAN, _NAN, _NAN, _NAN, _NAN)


@dataclass(frozen=True)
class Decision:
    """The reliability of a mean over `raters` raters x `scenarios` scenarios.

    `relative` (E rho^2) is for ranking reps who all meet the same raters and scenarios, `absolute`
    (Phi) for comparing them with a mark or where they meet different ones; both 0-1 with an interval. The standard errors are in levels. NaN where `note` says why.
    """

    raters: int
    scenarios: int
    relative: float
    relative_low: float
    relative_high: float
    absolute: float
    absolute_low: float
    absolute_high: float
    relative_error: float
    absolute_error: float
    note: Text | None


@dataclass(frozen=True)
class Generalizability:
    """Variance components of rep x rater x scenario and what they promise for other designs.

    `components` is the table of `VarianceComponents` with the components rep, rater, scenario,
    those of "rep x scenario", "rep x rater", "rater x scenario" that can be told apart, and
    residual; variances in squared levels. `reps`, `raters`, `scenarios` and `sheets` count what was
    seen, `notes` say what could not be separated and what that means.
    """

    components: pd.DataFrame
    reps: int
    raters: int
    scenarios: int
    sheets: int
    notes: tuple[Text, ...]
    _fitted: VarianceComponents

    def decision(self, raters: int, scenarios: int) -> Decision:
        """Return the reliability if each rep is scored by the same `raters` in `scenarios` scenarios.

        Raises `InputError` for numbers below 1. Other numbers of scenarios than one cannot be judged
        where only one was seen (likewise raters): then the figures are NaN and `note` says so.
        """
        if not (raters >= 1 and scenarios >= 1 and int(raters) == raters and int(scenarios) == scenarios):
            raise InputError(text("Raters and scenarios must be whole numbers of at least 1."))
        unseen = self._unseen(raters, scenarios)
        if unseen:
            return Decision(int(raters), int(scenarios), *_NOTHING, unseen)
        sizes = {_RATER: raters, _SCENARIO: scenarios}
        relative, absolute = self._fitted.coefficients(_REP, sizes)
        bounds = [self._bounds(draws) for draws in self._fitted.coefficient_draws(_REP, sizes)]
        errors = self._fitted.errors(_REP, sizes)
        return Decision(
            int(raters), int(scenarios), relative, *bounds[0], absolute, *bounds[1], *errors, self._note(absolute)
        )

    def table(self, raters: Iterable[int], scenarios: Iterable[int]) -> pd.DataFrame:
        """Return one row for each combination: the fields of `Decision` as columns."""
        scenarios = list(scenarios)
        rows = [vars(self.decision(n, m)) for n in raters for m in scenarios]
        return pd.DataFrame(rows, columns=list(Decision.__dataclass_fields__))

    def advice(self, raters: int, scenarios: int) -> tuple[Text, ...]:
        """Say in words what another rater or another scenario would buy."""
        now, rater, scenario = (
            self.decision(raters, scenarios),
            self.decision(raters + 1, scenarios),
            self.decision(raters, scenarios + 1),
        )
        if np.isnan(now.absolute):
            return (now.note,) if now.note else ()
        sentences = [
            text(
                "Raters: {raters}, scenarios: {scenarios}. Of the differences between scores, {share} are real "
                "differences between reps (between {low} and {high}).",
                raters=raters,
                scenarios=scenarios,
                share=_percent(now.absolute),
                low=_percent(now.absolute_low),
                high=_percent(now.absolute_high),
            )
        ]
        return (*sentences, *_what_more_buys(now, rater, scenario))

    def _unseen(self, raters: int, scenarios: int) -> Text | None:
        if self.scenarios == 1 and scenarios > 1:
            return text("Only one scenario was played, so nobody can tell what another would change.")
        if self.raters == 1 and raters > 1:
            return text("Only one rater scored, so nobody can tell what another would change.")
        return None

    def _bounds(self, draws: Floats) -> tuple[float, float]:
        if self.components["high"].isna().iloc[-1] or np.isnan(draws).all():
            return _NAN, _NAN
        half = self._fitted.interval / 2
        low, high = np.nanquantile(draws, [0.5 - half, 0.5 + half])
        return float(low), float(high)

    def _note(self, absolute: float) -> Text | None:
        variances = self.components.set_index("component")["variance"]
        if variances[_REP] == 0:
            return text("The scores do not tell the reps apart: their differences are no larger than chance.")
        if np.isnan(absolute):
            return text("Raters or scenarios cannot be told from reps here, so only a ranking can be judged.")
        if self.components["high"].isna().iloc[-1]:
            return text("No interval: repeated sheets agree exactly, so they do not show how far off they may be.")
        return None


def generalizability(
    ratings: pd.DataFrame, *, weights: Mapping[str, float] | None = None, interval: float = 0.90, seed: int = 0
) -> Generalizability:
    """Return the variance components of a workshop's sheets and what they promise for other designs.

    `ratings` is a Ratings table, `weights` maps criterion_id to a positive weight. The analysis is
    of sheet composites: criteria on one sheet share its halo and never count as repetitions. The
    design may be incomplete; how components and intervals are estimated stands at
    `variance_components`. Interactions that the design cannot separate stay in the residual and are
    named in `notes`. `seed` fixes the draws behind the intervals.

    Raises `InputError` for a bad table and `NotEnoughData` where no rep was seen twice or there is
    only one rep.
    """
    if not 0 < interval < 1:
        raise InputError(text("The interval must lie between 0 and 1, not {value}.", value=interval))
    sheets = sheet_composites(ratings, weights).set_axis([_REP, _RATER, _SCENARIO, "score"], axis=1)
    counts = {name: int(sheets[name].nunique()) for name in (_REP, _RATER, _SCENARIO)}
    if counts[_REP] < 2:
        raise NotEnoughData(text("Reliability needs at least two rated reps; there is nobody to tell apart."))
    varied = [name for name in (_RATER, _SCENARIO) if counts[name] > 1]
    effects: list[Effect] = [(_REP,), *((name,) for name in varied)]
    possible = [effect for effect in _INTERACTIONS if set(effect) <= {_REP, *varied}]
    if len(varied) == 2:
        for effect in possible:
            if _separable(sheets, [*effects, effect]):
                effects.append(effect)
    fitted = variance_components(sheets, effects, interval=interval, seed=seed)
    notes = _notes(counts, [effect for effect in possible if effect not in effects], fitted)
    return Generalizability(
        fitted.table, counts[_REP], counts[_RATER], counts[_SCENARIO], len(sheets), notes, _fitted=fitted
    )


def _separable(sheets: pd.DataFrame, effects: list[Effect]) -> bool:
    """Say whether the last effect can be told from the others and leaves enough for the residual."""
    if len(sheets) == np.prod([sheets[name].nunique() for name in (_REP, _RATER, _SCENARIO)]):
        return True
    indicators = [np.eye(len(sheets))[sheets.groupby(list(effect)).ngroup()] for effect in effects]
    before, after = _rank(indicators[:-1]), _rank(indicators)
    return after - before >= _LEAST_RESIDUAL and len(sheets) - after >= _LEAST_RESIDUAL


def _rank(indicators: list[Floats]) -> int:
    columns = np.hstack([one[:, one.any(axis=0)] for one in indicators])
    return int(np.linalg.matrix_rank(columns.T @ columns, hermitian=True))


def _notes(counts: Mapping[str, int], mixed: list[Effect], fitted: VarianceComponents) -> tuple[Text, ...]:
    notes = []
    if counts[_SCENARIO] == 1:
        notes.append(text("All figures hold for this one scenario; how well they carry over to others is unknown."))
    if counts[_RATER] == 1:
        notes.append(text("All figures hold for this one rater; what others would see is unknown."))
    if (_REP, _SCENARIO) in mixed and min(counts.values()) > 1:
        notes.append(
            text(
                "How differently the same rep does in different scenarios cannot be separated from chance here: "
                "another rater may buy less than shown."
            )
        )
    if (_REP, _RATER) in mixed and min(counts.values()) > 1:
        notes.append(
            text(
                "How differently raters see the same rep cannot be separated from chance here: "
                "another scenario may buy less than shown."
            )
        )
    if (fitted.table["estimate"] < 0).any():
        notes.append(text("Parts that came out below zero count as 0."))
    return tuple(notes)


def _what_more_buys(now: Decision, rater: Decision, scenario: Decision) -> list[Text]:
    sentences = []
    gains = {}
    if not np.isnan(rater.absolute):
        gains["rater"] = rater.absolute - now.absolute
        sentences.append(text("Another rater would bring it to {share}.", share=_percent(rater.absolute)))
    if not np.isnan(scenario.absolute):
        gains["scenario"] = scenario.absolute - now.absolute
        sentences.append(text("Another scenario would bring it to {share}.", share=_percent(scenario.absolute)))
    sentences += [other.note for other in (rater, scenario) if np.isnan(other.absolute) and other.note]
    if len(gains) == 2 and abs(gains["rater"] - gains["scenario"]) > _WORTH_NAMING:
        if gains["rater"] > gains["scenario"]:
            sentences.append(text("Another rater buys more than another scenario."))
        else:
            sentences.append(text("Another scenario buys more than another rater."))
    return sentences


def _percent(share: float) -> str:
    return "–" if np.isnan(share) else f"{100 * share:.0f}%"
