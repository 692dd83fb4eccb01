"""Needs analysis: how many people are below what their roles ask, and whom the catalogue would reach."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from toolkit.skillgap.counts import SMALLEST_GROUP, count_of, hidden_groups
from toolkit.skillgap.gaps import LIKELY, expected_shortfall
from toolkit.vocabulary import Activities, Gaps, check, records_of

NEED_COLUMNS = (
    "competency_id", "team_id", "asked", "seen", "below", "low", "high", "likely", "shortfall", "activities",
)  # fmt: skip
REACH_COLUMNS = (
    "activity_id", "suited", "reached", "closes", "per_hour", "below", "low", "high", "competency_id", "hours", "cost",
)  # fmt: skip


def training_needs(
    gaps: pd.DataFrame, people: pd.DataFrame, shared_errors: pd.Series, activities: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return by competency, for the company and for each team, how many people are probably below target.

    `gaps` is a Gaps table, `people` has person_id and team_id, `shared_errors` is as `GapState.shared_errors`. Rows with an
    empty team_id are the company's. Columns: asked (whose role asks for it), seen (of whom a level is known), below
    (expected number of the seen below their own target) with low to high its 90 % interval, likely (how many are
    below with a probability of at least .8), shortfall (weighted levels missing, expected: what ranks the needs),
    activities (how many of the catalogue raise it; empty without a catalogue). Teams in which fewer than five were
    asked are left out, and one more where a single one could be worked out from the company's figures. The
    company's rows come first, then by shortfall.
    """
    table = check(gaps, Gaps).merge(people[["person_id", "team_id"]], on="person_id")
    rows = []
    for competency_id, asked in table.groupby("competency_id", sort=True):
        shared = float(shared_errors.get(competency_id, 0.0))
        trained = _trained(activities, str(competency_id))
        by_team = {str(team): own for team, own in asked.groupby("team_id", sort=True)}
        hidden = hidden_groups({team: len(own) for team, own in by_team.items()})
        groups = [(None, asked), *((team, own) for team, own in by_team.items() if team not in hidden)]
        rows += [
            (competency_id, team, *_need(own, shared), trained) for team, own in groups if len(own) >= SMALLEST_GROUP
        ]
    found = pd.DataFrame(rows, columns=list(NEED_COLUMNS))
    order = found["team_id"].notna()
    return found.assign(order=order).sort_values(
        ["order", "shortfall"], ascending=[True, False], kind="stable"
    ).reset_index(drop=True)[list(NEED_COLUMNS)]  # fmt: skip


def _need(own: pd.DataFrame, shared: float) -> tuple[int, int, float, int, int, int, float]:
    seen = own.dropna(subset=["level"])
    found = count_of(seen["gap"].to_numpy(dtype=float), seen["sd"].to_numpy(dtype=float), shared)
    likely = int((seen["probability_below"] >= LIKELY).sum())
    return len(own), len(seen), found.expected, found.low, found.high, likely, float(seen["priority"].sum())


def _trained(activities: pd.DataFrame | None, competency_id: str) -> float:
    if activities is None:
        return float("nan")
    column = f"gain_{competency_id}"
    return float((activities[column] > 0).sum()) if column in activities else 0.0


def activity_reach(
    gaps: pd.DataFrame, people: pd.DataFrame, shared_errors: pd.Series, activities: pd.DataFrame
) -> pd.DataFrame:
    """Return whom each activity of a catalogue would reach, those that close most shortfall first.

    `gaps` is a Gaps table, `activities` an Activities table, `people` has person_id and, where known, tier_id and
    language, to which an activity's tier and language must fit. Columns: suited (people it is made for), reached (of
    them those below target with a probability of at least .8 in something it raises), below (expected number below
    in at least their most lacking competency, with its 90 % interval low to high), closes (weighted levels
    of shortfall it is expected to close if all suited went: the gain given in the catalogue, at most what is missing),
    per_hour (the same per hour of a participant's time, all suited counted), competency_id (where it closes most; empty
    where nothing), hours and cost (of one participant). What nobody was seen in closes nothing.
    """
    known = check(gaps, Gaps).dropna(subset=["level"]).merge(people, on="person_id", suffixes=("", "_person"))
    known["shared"] = known["competency_id"].map(shared_errors).fillna(0.0).astype(float)
    offered = check(activities, Activities)
    rows = []
    for activity in records_of(offered):
        gains = {
            str(name)[5:]: float(value)
            for name, value in activity.items()
            if str(name).startswith("gain_") and value == value and value > 0
        }
        everybody = people[_suits(people, activity)]
        own = known[known["competency_id"].isin(gains) & _suits(known, activity)]
        rows.append((activity["activity_id"], len(everybody), *_reach(own, gains, float(activity["hours"]), len(everybody)),
                     float(activity["hours"]), float(activity["cost"])))  # fmt: skip
    found = pd.DataFrame(rows, columns=list(REACH_COLUMNS))
    return found.sort_values(["closes", "activity_id"], ascending=[False, True], kind="stable").reset_index(drop=True)


def _suits(table: pd.DataFrame, activity: Mapping[str, Any]) -> pd.Series:
    fits = pd.Series(True, index=table.index)
    if "tier_id" in table and activity["tier"] != "any":
        fits &= table["tier_id"] == activity["tier"]
    if "language" in table and activity["language"] != "both":
        fits &= table["language"] == activity["language"]
    return fits


def _reach(
    own: pd.DataFrame, gains: dict[str, float], hours: float, suited: int
) -> tuple[int, float, float, float, int, int, str | None]:
    if own.empty:
        return 0, 0.0, 0.0, 0.0, 0, 0, None
    gain = own["competency_id"].map(gains).astype(float)
    closed = own["weight"] * (
        expected_shortfall(own["gap"], own["sd"]) - expected_shortfall(own["gap"] - gain, own["sd"])
    )
    worst = own.loc[own.groupby("person_id")["probability_below"].idxmax()]
    found = count_of(
        worst["gap"].to_numpy(dtype=float), worst["sd"].to_numpy(dtype=float), worst["shared"].to_numpy(dtype=float)
    )
    by_competency = closed.groupby(own["competency_id"]).sum()
    reached = int((worst["probability_below"] >= LIKELY).sum())
    total = float(closed.sum())
    per_hour = total / (hours * suited) if suited else float(np.nan)
    return reached, total, per_hour, found.expected, found.low, found.high, str(by_competency.idxmax())


def left_over(needs: pd.DataFrame) -> pd.DataFrame:
    """Return the company's needs for which the catalogue has nothing: what to design first."""
    return needs[needs["team_id"].isna() & (needs["activities"] == 0) & (needs["below"] >= 1)]
