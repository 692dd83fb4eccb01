"""What the organiser of a workshop should know afterwards, each thing in a sentence with the figures behind it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import ToolkitError
from toolkit.roleplay.agreement import icc, meaning
from toolkit.roleplay.dependability import generalizability
from toolkit.roleplay.fair import FairScores
from toolkit.roleplay.feedback.sheet import WorkshopFeedback
from toolkit.roleplay.scoring import sheet_composites
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, Ratings
from toolkit.wording import Text, counted, text

_BAND = 0.5
_FEW = 5


@dataclass(frozen=True)
class WorkshopSummary:
    """A workshop in sentences, by what they are about.

    `bands` counts reps by half levels of their fair score: low, high (levels), reps; empty for fewer than five reps, whom it would
    single out. `ranking` is the fair scores' `reps`, best first, for whoever asks for it.
    """

    people: tuple[Text, ...]
    scores: tuple[Text, ...]
    raters: tuple[Text, ...]
    criteria: tuple[Text, ...]
    agreement: tuple[Text, ...]
    next_time: tuple[Text, ...]
    bands: pd.DataFrame
    ranking: pd.DataFrame


def summarise_workshop(
    feedback: WorkshopFeedback, *, reps: int, raters: int, unfinished: int = 0, planned: int | None = None
) -> WorkshopSummary:
    """Return what a workshop says as a whole.

    `reps` and `raters` are how many were invited, `unfinished` how many sheets are begun but not finished, `planned`
    how many the timetable asks for (None without a timetable).
    """
    scores = feedback.scores
    weights = {one.id: one.weight for one in feedback.criteria.values()}
    table = feedback.ratings[list(Ratings.columns)]
    sheets = sheet_composites(table, weights or None)
    return WorkshopSummary(
        people=tuple(_people(sheets, reps, raters, unfinished, planned)),
        scores=tuple(_scores(scores)),
        raters=tuple(_raters(scores)),
        criteria=tuple(_criteria(feedback)),
        agreement=(_agreement(sheets),),
        next_time=tuple(_next_time(table, weights, sheets)),
        bands=_bands(scores),
        ranking=scores.reps.sort_values("fair", ascending=False, ignore_index=True),
    )


def _people(sheets: pd.DataFrame, reps: int, raters: int, unfinished: int, planned: int | None) -> Iterator[Text]:
    yield text(
        "Reps seen: {seen} of {reps}. Raters who finished a sheet: {rated} of {raters}.",
        seen=sheets["rep_id"].nunique(),
        reps=reps,
        rated=sheets["rater_id"].nunique(),
        raters=raters,
    )
    if planned is None:
        yield counted("{count} sheet is finished.", "{count} sheets are finished.", len(sheets))
    else:
        yield text(
            "Finished sheets: {done} of the {planned} that the timetable asks for.", done=len(sheets), planned=planned
        )
    if unfinished:
        yield counted(
            "{count} sheet is left out, because mandatory criteria are still open on it.",
            "{count} sheets are left out, because mandatory criteria are still open on them.",
            unfinished,
        )


def _scores(scores: FairScores) -> Iterator[Text]:
    fair = scores.reps["fair"].to_numpy(dtype=float)
    if len(fair) < _FEW:
        yield text("There are fewer than {count} reps, so how their scores are spread is not shown.", count=_FEW)
        return
    low, middle, high = np.quantile(fair, [0.25, 0.5, 0.75])
    yield text(
        "Half of the reps have a fair score from {low} to {high}; the middle one has {middle}.",
        low=f"{low:.1f}",
        high=f"{high:.1f}",
        middle=f"{middle:.1f}",
    )
    half = float((scores.reps["high"] - scores.reps["low"]).median()) / 2
    yield text(
        "A score is known to about ±{half} levels with 90 % certainty: make nothing of smaller differences.",
        half=f"{half:.1f}",
    )
    yield from scores.notes


def _raters(scores: FairScores) -> Iterator[Text]:
    known = scores.raters.dropna(subset=["severity", "low"])
    if len(known) < 2:
        notes = [note for note in scores.raters["note"] if note is not None]
        yield notes[0] if notes else text("There is only one rater, so severity cannot be seen.")
        return
    hard, lenient = int((known["low"] > 0).sum()), int((known["high"] < 0).sum())
    yield text(
        "Between the most severe and the most lenient rater lie {range} levels. Clearly severe: {hard}, clearly lenient: "
        "{lenient}, of {count} raters. The fair scores set this right.",
        range=f"{float(known['severity'].max() - known['severity'].min()):.1f}",
        hard=hard,
        lenient=lenient,
        count=len(scores.raters),
    )


def _criteria(feedback: WorkshopFeedback) -> Iterator[Text]:
    known = feedback.scores.criteria.dropna(subset=["difficulty", "low"])
    if len(known) < 2:
        yield text("There are too few ratings to say which criterion was hardest.")
        return
    row = known.sort_values("difficulty").iloc[-1]
    criterion = feedback.criteria.get(str(row["criterion_id"]))
    name = criterion.name if criterion else str(row["criterion_id"])
    if row["low"] <= 0:
        yield text("No criterion was clearly harder than the others; hardest so far: “{criterion}”.", criterion=name)
        return
    yield text(
        "Hardest criterion: “{criterion}”, {difficulty} levels below the average one (between {low} and {high}).",
        criterion=name,
        difficulty=f"{row['difficulty']:.1f}",
        low=f"{row['low']:.1f}",
        high=f"{row['high']:.1f}",
    )


def _agreement(sheets: pd.DataFrame) -> Text:
    """Judge single sheets of the same performance: rep and scenario in rows, raters in columns."""
    wide = sheets.pivot(index=["rep_id", "scenario_id"], columns="rater_id", values="composite")
    if wide.shape[1] < 2:
        return text("There is only one rater, so agreement cannot be seen.")
    try:
        return meaning(icc(wide, "2,1"), "2,1")
    except ToolkitError as error:
        return error.problem


def _next_time(table: pd.DataFrame, weights: dict[str, float], sheets: pd.DataFrame) -> Iterator[Text]:
    """Say what more would buy than the raters each performance had and the scenarios each rep played."""
    by_performance = sheets.groupby(["rep_id", "scenario_id"])["rater_id"].nunique()
    played = sheets.groupby("rep_id")["scenario_id"].nunique()
    raters, scenarios = (max(round(float(counts.mean())), 1) for counts in (by_performance, played))
    try:
        found = generalizability(table, weights=weights or None)
        yield from found.advice(raters, scenarios)
    except ToolkitError as error:
        yield error.problem


def _bands(scores: FairScores) -> pd.DataFrame:
    edges = np.arange(SCALE_LOW, SCALE_HIGH + _BAND / 2, _BAND)
    counts, _ = np.histogram(scores.reps["fair"], edges)
    table = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "reps": counts})
    seen = np.flatnonzero(counts)
    if len(scores.reps) < _FEW or not len(seen):
        return table.iloc[:0]
    return table.iloc[seen[0] : seen[-1] + 1].reset_index(drop=True)
