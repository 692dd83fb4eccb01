"""A company's planning problem as arrays: people, activities, options and what they share."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError, NotEnoughData
from toolkit.plans.objective import CENTRE, COST_PRICE, DELAY_PRICE, Floats
from toolkit.plans.options import Option, options_of
from toolkit.plans.prerequisites import prerequisites_of, require_no_circle
from toolkit.plans.team_crowd import crowd_of
from toolkit.plans.team_limits import STAFF_OF_KIND, TeamLimits
from toolkit.plans.team_model import Crowd, Offer, Shared, Whole
from toolkit.vocabulary import Activities, Gaps, Sessions, check, rows_of
from toolkit.wording import Text, text


@dataclass
class TeamProblem:
    """All of it. `missing` says why an activity has no option; `unseen` are people nothing was seen of."""

    offer: Offer
    crowd: Crowd
    shared: list[Shared]
    competencies: list[str]
    missing: dict[str, Text]
    unseen: list[str]
    limits: TeamLimits


def problem_of(
    gaps: pd.DataFrame, activities: pd.DataFrame, sessions: pd.DataFrame | None, limits: TeamLimits
) -> TeamProblem:
    """Return the arrays, or raise `InputError` for tables or limits that cannot be used."""
    gaps, activities = check(gaps, Gaps), check(activities, Activities)
    sessions = None if sessions is None else check(sessions, Sessions)
    if not len(activities):
        raise InputError(text("The catalogue has no activities."), remedy=text("Import activities first."))
    require_no_circle(activities)
    people = _people(gaps, limits)
    seen = set(gaps.loc[gaps["level"].notna(), "person_id"])
    unseen = [one for one in people["person_id"] if one not in seen]
    people = people[people["person_id"].isin(seen)].reset_index(drop=True)
    if not len(people):
        raise NotEnoughData(
            text("Nothing has been seen of these people yet, so no gap can be planned for."),
            remedy=text("Score a role-play or a joint visit, or import 360 ratings first."),
        )
    options, missing = options_of(activities, sessions, limits.each)
    regions = sorted({str(one) for one in people["region"]})
    shared, use = _shared(activities, options, sessions, limits, regions, people)
    competencies = sorted(set(gaps["competency_id"]))
    offer = _offer(activities, options, competencies, limits, shared, use)
    return TeamProblem(
        offer,
        crowd_of(gaps, people, activities, offer, competencies, limits, shared, regions),
        shared,
        competencies,
        missing,
        unseen,
        limits,
    )


def _people(gaps: pd.DataFrame, limits: TeamLimits) -> pd.DataFrame:
    people = pd.DataFrame({"person_id": gaps["person_id"].unique()})
    if limits.people is not None:
        people = people.merge(limits.people, on="person_id", how="left")
    for column in ("team_id", "region", "tier", "language"):
        people[column] = people[column].astype(object) if column in people else None
        people[column] = people[column].where(people[column].notna(), "")
    for column, value in (("hours_per_week", limits.each.hours_per_week), ("budget", limits.each.budget)):
        people[column] = people[column].astype(float).fillna(value) if column in people else value
    return people


def _shared(
    activities: pd.DataFrame,
    options: Sequence[Option],
    sessions: pd.DataFrame | None,
    limits: TeamLimits,
    regions: Sequence[str],
    people: pd.DataFrame,
) -> tuple[list[Shared], list[Floats]]:
    shared: list[Shared] = []
    seats = (
        {}
        if sessions is None
        else dict(zip(sessions["session_id"], sessions["seats"] - sessions["seats_taken"], strict=True))
    )
    rows: dict[str, int] = {}
    for option in options:
        if option.session_id is not None and option.session_id not in rows:
            rows[option.session_id] = len(shared)
            shared.append(Shared("seats", option.session_id, float(seats[option.session_id])))
    first_staff = len(shared)
    if limits.staff_hours is not None:
        shared += [_staff(row) for row in limits.staff_hours.to_dict("records")]
    use = [np.zeros((len(options), len(shared))) for _ in regions]
    staff, taken = _staff_of(activities)
    for index, option in enumerate(options):
        if option.session_id is not None:
            for table in use:
                table[index, rows[option.session_id]] = 1.0
            continue
        share = option.hours_in / option.hours_in.sum() * taken[option.activity_id]
        for row, resource in enumerate(shared[first_staff:], first_staff):
            if resource.name == staff[option.activity_id]:
                hours = share.sum() if resource.block is None else share[resource.block - 1]
                for region, table in zip(regions, use, strict=True):
                    if resource.region in (None, region):
                        table[index, row] = hours
    if limits.team_budgets is not None:
        present = limits.team_budgets[limits.team_budgets["team_id"].isin(people["team_id"])]
        shared += [Shared("team_budget", str(row.team_id), float(row.budget)) for row in rows_of(present)]
    if limits.company_budget is not None:
        shared.append(Shared("company_budget", "", float(limits.company_budget)))
    return shared, use


def _staff(row: Mapping[Hashable, Any]) -> Shared:
    region, block = row.get("region"), row.get("block")
    return Shared(
        "staff",
        str(row["staff"]),
        float(str(row["hours"])),
        None if pd.isna(region) or region == "" else str(region),
        None if pd.isna(block) else int(float(str(block))),
    )


def _staff_of(activities: pd.DataFrame) -> tuple[dict[str, str], dict[str, float]]:
    ids = activities["activity_id"]
    staff = activities["staff"] if "staff" in activities else activities["kind"].map(STAFF_OF_KIND)
    hours = activities["hours"]
    if "staff_hours" in activities:
        hours = activities["staff_hours"].astype(float).fillna(hours)
    staff = staff.astype(object).where(staff.notna(), "")
    return dict(zip(ids, map(str, staff), strict=True)), dict(zip(ids, hours, strict=True))


def _offer(
    activities: pd.DataFrame,
    options: list[Option],
    competencies: Sequence[str],
    limits: TeamLimits,
    shared: Sequence[Shared],
    use: list[Floats],
) -> Offer:
    ids = [str(one) for one in activities["activity_id"]]
    at = {name: index for index, name in enumerate(ids)}
    hours, cost = activities["hours"].to_numpy(float), activities["cost"].to_numpy(float)
    gains = np.zeros((len(ids), len(competencies)))
    for column, name in enumerate(competencies):
        if f"gain_{name}" in activities:
            gains[:, column] = np.nan_to_num(activities[f"gain_{name}"].to_numpy(float))
    pairs = [
        (at[row.activity_id], at.get(needed, -1))
        for row in rows_of(activities)
        for needed in prerequisites_of(row.prerequisites)
    ]
    activity = np.array([at[o.activity_id] for o in options], dtype=np.int64)
    start = np.array([o.start for o in options], dtype=float)
    blocks = limits.blocks
    return Offer(
        ids,
        hours,
        cost,
        gains,
        _centres(activities),
        np.array(pairs, dtype=np.int64).reshape(-1, 2),
        options,
        activity,
        (DELAY_PRICE * start + limits.each.an_hour) * hours[activity] + COST_PRICE * cost[activity],
        np.array([o.hours_in for o in options]).reshape(-1, blocks),
        np.array([(o.starts_on - limits.each.start).days for o in options], dtype=np.int64),
        np.array([(o.ends_on - limits.each.start).days for o in options], dtype=np.int64),
        [frozenset((day - limits.each.start).days for day in o.meets) for o in options],
        use,
        np.array([one.capacity for one in shared]),
        len(shared) - 1 if limits.company_budget is not None else -1,
        _pauses(activities),
    )


def _centres(activities: pd.DataFrame) -> Floats:
    """Return the level at which each activity gives its whole gain, NaN where it does at any."""
    of_tier = np.array([CENTRE.get(tier, np.nan) for tier in activities["tier"]])
    if "best_level" not in activities:
        return of_tier
    best = activities["best_level"].to_numpy(float)
    return np.where(np.isnan(best), of_tier, best)


def _pauses(activities: pd.DataFrame) -> Whole:
    if "after_weeks" not in activities:
        return np.zeros(len(activities), dtype=np.int64)
    return np.asarray(7 * activities["after_weeks"].fillna(0).to_numpy(float), dtype=np.int64)
