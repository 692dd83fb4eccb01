"""What a rep takes home from a workshop: strengths first, then what to practise, and how sure that is."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from toolkit.errors import NotFound
from toolkit.roleplay.fair import FairScores, fair_scores
from toolkit.roleplay.feedback.profile import Profiles, criterion_profiles
from toolkit.roleplay.rubric import Criterion, Rubric
from toolkit.roleplay.scenario import Scenario
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, Ratings, rows_of
from toolkit.wording import Text, text

Both = Mapping[str, str]
Forms = Mapping[str, tuple[Scenario, Rubric]]

_MOST_STRENGTHS = 3
_FEW_CRITERIA = 3
_FAR_APART = 2.0
_WIDE = 1.5


@dataclass(frozen=True)
class Behaviour:
    """One criterion of a rep.

    `level` with `low` and `high` (1-5) is what the average rater would give, `reached` the nearest whole level and `words`
    its behaviour; `next_words` describe the level after it (None at the top). `relative` is how far it stands above the rep's own
    score once the criterion's difficulty is allowed for (levels). `notes` are what raters wrote, without
    their names. `part` is strength, practise or between.
    """

    criterion_id: str
    name: Both
    level: float
    low: float
    high: float
    relative: float
    seen: int
    reached: int
    words: Both
    next_words: Both | None
    notes: tuple[str, ...]
    part: str


@dataclass(frozen=True)
class FeedbackSheet:
    """One rep's feedback.

    `fair` with `low` and `high`, `raw` (the plain mean) and what they rest on: `sheets`, `raters`. `behaviours` are the criteria
    seen, in the rubrics' order; `strengths` and `practise` are taken from them after allowing for how hard each
    criterion was for everybody: what stands highest, and what the score has most to gain from.
    `unseen` are the names of criteria nobody observed. `differences` say where raters disagreed, `cautions` what
    should keep a reader from reading too much into it.
    """

    rep_id: str
    fair: float
    low: float
    high: float
    raw: float
    sheets: int
    raters: int
    behaviours: tuple[Behaviour, ...]
    strengths: tuple[Behaviour, ...]
    practise: tuple[Behaviour, ...]
    unseen: tuple[Both, ...]
    differences: tuple[Text, ...]
    cautions: tuple[Text, ...]


@dataclass(frozen=True)
class WorkshopFeedback:
    """A workshop's ratings (with a column note, where there are notes), its forms, and what follows from them."""

    ratings: pd.DataFrame
    forms: Forms
    scores: FairScores
    profiles: Profiles

    @cached_property
    def criteria(self) -> dict[str, Criterion]:
        """Return the criteria of all rubrics by their ids; a rubric of an earlier scenario goes first."""
        found: dict[str, Criterion] = {}
        for _, rubric in self.forms.values():
            for criterion in rubric.criteria:
                found.setdefault(criterion.id, criterion)
        return found

    @property
    def rep_ids(self) -> tuple[str, ...]:
        """Return the reps there is a score for."""
        return tuple(self.scores.reps["rep_id"])

    def sheet(self, rep_id: str) -> FeedbackSheet:
        """Return one rep's feedback; raises `NotFound` where nothing was observed of this rep."""
        rows = self.scores.reps[self.scores.reps["rep_id"] == rep_id]
        if rows.empty:
            raise NotFound(
                text("No finished sheet says anything about this rep yet."),
                remedy=text("Finish a sheet under “Score” first."),
            )
        score = next(rows_of(rows))
        own = self.ratings[self.ratings["rep_id"] == rep_id]
        seen, unseen = self._behaviours(rep_id, own)
        practise = _practise(seen, self.criteria, float(score.fair))
        strengths = _strengths(seen, practise)
        parts = {one.criterion_id: "strength" for one in strengths} | {one.criterion_id: "practise" for one in practise}
        marked = {one.criterion_id: replace(one, part=parts.get(one.criterion_id, "between")) for one in seen}
        return FeedbackSheet(
            rep_id=rep_id,
            fair=float(score.fair),
            low=float(score.low),
            high=float(score.high),
            raw=float(score.raw),
            sheets=int(score.sheets),
            raters=int(score.raters),
            behaviours=tuple(marked.values()),
            strengths=tuple(replace(one, part="strength") for one in strengths),
            practise=tuple(marked[one.criterion_id] for one in practise),
            unseen=unseen,
            differences=tuple(self._differences(own)),
            cautions=tuple(_cautions(score)),
        )

    def _behaviours(self, rep_id: str, own: pd.DataFrame) -> tuple[list[Behaviour], tuple[Both, ...]]:
        rows = {row.criterion_id: row for row in rows_of(self.profiles.of(rep_id))}
        asked = set(own["criterion_id"])
        seen, unseen = [], []
        for criterion in self.criteria.values():
            row = rows.get(criterion.id)
            if row is not None and row.seen:
                seen.append(_behaviour(criterion, row, _notes(own, criterion.id)))
            elif criterion.id in asked:
                unseen.append(criterion.name)
        return seen, tuple(unseen)

    def _differences(self, own: pd.DataFrame) -> Iterable[Text]:
        rated = own.dropna(subset=["rating"])
        shared = False
        for key, inside in rated.groupby(["scenario_id", "criterion_id"], sort=True):
            scenario_id, criterion_id = key_of(key)
            if inside["rater_id"].nunique() < 2 or criterion_id not in self.criteria:
                continue
            shared = True
            low, high = float(inside["rating"].min()), float(inside["rating"].max())
            if high - low >= _FAR_APART:
                yield text(
                    "“{criterion}” in “{scenario}”: one rater gave {low}, another {high}.",
                    criterion=self.criteria[criterion_id].name,
                    scenario=self.forms[scenario_id][0].name if scenario_id in self.forms else scenario_id,
                    low=f"{low:g}",
                    high=f"{high:g}",
                )
        if not shared:
            yield text("No two raters saw the same performance, so it does not show where they would disagree.")


def workshop_feedback(ratings: pd.DataFrame, forms: Forms, *, interval: float = 0.90) -> WorkshopFeedback:
    """Return the feedback on all reps of a workshop.

    `ratings` is a Ratings table, optionally with a column note; `forms` maps scenario_id to its scenario and rubric.
    Raises `InputError` like `fair_scores`, and `NotEnoughData` where nothing was observed.
    """
    weights = {criterion: weight for _, rubric in forms.values() for criterion, weight in rubric.weights.items()}
    table = ratings[list(Ratings.columns)]
    scores = fair_scores(table, weights=weights or None, interval=interval)
    profiles = criterion_profiles(table, scores, weights=weights or None)
    return WorkshopFeedback(ratings, dict(forms), scores, profiles)


def key_of(key: Hashable) -> tuple[str, ...]:
    """Return a group's key as words."""
    return tuple(str(part) for part in key) if isinstance(key, tuple) else (str(key),)


def _behaviour(criterion: Criterion, row: Any, notes: tuple[str, ...]) -> Behaviour:
    reached = int(min(max(round(row.level), SCALE_LOW), SCALE_HIGH))
    following = criterion.levels.get(reached + 1)
    figures = (float(row.level), float(row.low), float(row.high), float(row.relative), int(row.seen))
    return Behaviour(
        criterion.id, criterion.name, *figures, reached, criterion.levels[reached], following, notes, "between"
    )


def _notes(own: pd.DataFrame, criterion_id: str) -> tuple[str, ...]:
    """Return what was written, in an order that does not tell who wrote it."""
    if "note" not in own:
        return ()
    written = own.loc[(own["criterion_id"] == criterion_id) & own["note"].notna(), "note"].astype(str).str.strip()
    return tuple(sorted(set(written) - {""}))


def _practise(seen: list[Behaviour], criteria: Mapping[str, Criterion], fair: float) -> tuple[Behaviour, ...]:
    """Take the one or two criteria from which the score has most to gain: weight x room to the top.

    The room is that left once the criterion's difficulty is allowed for; otherwise the hardest criterion would be
    everybody's.
    """
    open_ones = [one for one in seen if one.next_words is not None]
    open_ones.sort(key=lambda one: -criteria[one.criterion_id].weight * (SCALE_HIGH - fair - one.relative))
    return tuple(open_ones[: 1 if len(seen) <= _FEW_CRITERIA else 2])


def _strengths(seen: list[Behaviour], practise: tuple[Behaviour, ...]) -> tuple[Behaviour, ...]:
    """Take what stands highest once each criterion's difficulty is allowed for; at least one where anything was seen."""
    taken = {one.criterion_id for one in practise}
    rest = [one for one in seen if one.criterion_id not in taken] or seen
    return tuple(sorted(rest, key=lambda one: -one.relative)[:_MOST_STRENGTHS])


def _cautions(score: Any) -> Iterable[Text]:
    if score.sheets == 1:
        yield text("This rests on a single sheet: read it as one impression, not as a verdict.")
    elif score.raters == 1:
        yield text("All sheets are by one rater: another one might have seen it differently.")
    if score.high - score.low > _WIDE:
        yield text("The interval is wide: the score shows a direction at most. Further sheets would narrow it.")
