"""What is computed from a workshop's finished ratings, each figure when it is first asked for."""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import pandas as pd
import traitlets

from toolkit.roleplay.rating_wide import wide_ratings
from toolkit.roleplay.scoring import sheet_composites
from toolkit.vocabulary import Ratings

if TYPE_CHECKING:
    from toolkit.roleplay.dependability import Generalizability
    from toolkit.roleplay.fair import FairScores
    from toolkit.roleplay.next_sheet import NextSheets
    from toolkit.roleplay.rasch import Facets

_SHEET = ["rep_id", "rater_id", "scenario_id"]
_GIVEN = ("weights", "seen", "reps", "raters", "scenarios", "barred")


class ResultsState(traitlets.HasTraits):
    """The figures of one workshop.

    `ratings` is a Ratings table, optionally with rated_at; `weights` maps criterion_id to a weight. `seen` are the
    reps that may be shown (None: all): figures are pooled over everybody, whoever looks. `barred` are the
    (rep_id, rater_id) that must not meet. `reps`, `raters` and `scenarios` add those whom no finished sheet has yet and
    who may still be scored next. `overall` has rep_id, rater_id, scenario_id, overall. `across_groups`
    ranks reps across groups that no sheet links. Nothing of it is kept in a file.
    """

    across_groups = traitlets.Bool(False)

    def __init__(
        self,
        ratings: pd.DataFrame,
        *,
        weights: Mapping[str, float] | None = None,
        seen: Collection[str] | None = None,
        reps: Collection[str] = (),
        raters: Collection[str] = (),
        scenarios: Collection[str] = (),
        barred: Collection[tuple[str, str]] = (),
        overall: pd.DataFrame | None = None,
    ):
        super().__init__()
        columns = [*Ratings.columns, *(["rated_at"] if "rated_at" in ratings else [])]
        self.ratings = ratings[columns].reset_index(drop=True)
        self.weights = dict(weights) if weights else None
        self.seen = set(self.ratings["rep_id"] if seen is None else seen)
        self.reps, self.raters, self.scenarios = tuple(reps), tuple(raters), tuple(scenarios)
        self.barred, self.overall = tuple(barred), overall
        self._fair: dict[bool, FairScores] = {}
        self._facets: dict[str, Facets] = {}

    def same_as(self, other: "ResultsState | None") -> bool:
        """Say whether `other` rests on the same ratings, so that its figures still hold."""
        return (
            other is not None
            and all(getattr(self, name) == getattr(other, name) for name in _GIVEN)
            and self.ratings.equals(other.ratings)
            and _alike(self.overall, other.overall)
        )  # fmt: skip

    @property
    def empty(self) -> bool:
        """Whether nothing has been observed yet."""
        return not self.ratings["rating"].notna().any()

    @property
    def fair(self) -> "FairScores":
        """The fair scores, across groups if that is chosen."""
        from toolkit.roleplay.fair import fair_scores

        if self.across_groups not in self._fair:
            # The drift of a rater needs a time on every sheet; half of them would only be half a story.
            self._fair[self.across_groups] = fair_scores(
                self.ratings, weights=self.weights, across_groups=self.across_groups
            )
        return self._fair[self.across_groups]

    @cached_property
    def sheets(self) -> pd.DataFrame:
        """The sheets with rep_id, rater_id, scenario_id, composite."""
        return sheet_composites(self.ratings[list(Ratings.columns)], self.weights)

    @cached_property
    def design(self) -> tuple[int, int]:
        """How many raters and how many scenarios a rep has at present, as a rule (the median)."""
        by_rep = self.sheets.groupby("rep_id")
        return tuple(max(int(by_rep[name].nunique().median()), 1) for name in ("rater_id", "scenario_id"))  # type: ignore[return-value]

    @cached_property
    def dependability(self) -> "Generalizability":
        """The parts of the differences between sheets; raises `NotEnoughData` with the reason."""
        from toolkit.roleplay.dependability import generalizability

        return generalizability(self.ratings[list(Ratings.columns)], weights=self.weights)

    def wide(self, criterion_id: str | None = None) -> pd.DataFrame:
        """Return performances x raters of the sheets' composites or of one criterion."""
        return wide_ratings(self.ratings[list(Ratings.columns)], criterion_id, weights=self.weights)

    def next_sheets(self, *, pass_mark: float | None = None, top: int | None = None) -> "NextSheets":
        """Return which missing sheets would put most decisions right, with the components of the fair scores."""
        from toolkit.roleplay.next_sheet import whom_to_score_next

        parts = self.fair.components
        variances = dict(zip(parts["component"].str.replace("_", " "), parts["sd"] ** 2, strict=True))
        return whom_to_score_next(
            self.ratings[list(Ratings.columns)],
            variances,
            pass_mark=pass_mark,
            top=top,
            reps=self.reps,
            raters=self.raters,
            scenarios=self.scenarios,
            barred=self.barred,
            weights=self.weights,
        )

    def facets(self, thresholds: Literal["common", "by_criterion"] = "common") -> "Facets":
        """Return the many-facet Rasch analysis; raises `NotEnoughData` with the reason."""
        from toolkit.roleplay.rasch import facets
        from toolkit.roleplay.rasch_design import ENOUGH_REPS, refuse_few_reps

        if thresholds not in self._facets:
            refuse_few_reps(self.ratings["rep_id"].nunique(), ENOUGH_REPS)
            self._facets[thresholds] = facets(self.ratings[list(Ratings.columns)], thresholds)
        return self._facets[thresholds]


def _alike(one: pd.DataFrame | None, other: pd.DataFrame | None) -> bool:
    return one is other if one is None or other is None else one.equals(other)
