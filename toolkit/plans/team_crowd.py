"""The people of a company's planning problem, and which activities each may take."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.plans.limits import PEAK, WINDOW_WEEKS
from toolkit.plans.team_limits import TeamLimits
from toolkit.plans.team_model import Crowd, Flags, Offer, Shared
from toolkit.vocabulary import TIERS


def crowd_of(
    gaps: pd.DataFrame,
    people: pd.DataFrame,
    activities: pd.DataFrame,
    offer: Offer,
    competencies: Sequence[str],
    limits: TeamLimits,
    shared: Sequence[Shared],
    regions: Sequence[str],
) -> Crowd:
    """Return the people as arrays; a competency nobody was seen in has weight 0."""
    row = pd.Index(people["person_id"]).get_indexer(pd.Index(gaps["person_id"]))
    column = pd.Index(competencies).get_indexer(pd.Index(gaps["competency_id"]))
    known = (row >= 0) & gaps["level"].notna().to_numpy()
    shape = (len(people), len(competencies))
    arrays = {}
    for name, empty in (("gap", 0.0), ("sd", 1.0), ("weight", 0.0), ("level", 3.0)):
        arrays[name] = np.full(shape, empty)
        arrays[name][row[known], column[known]] = gaps[name].to_numpy(float)[known]
    budgets = {one.name: index for index, one in enumerate(shared) if one.kind == "team_budget"}
    weeks = limits.each.weeks
    done = _done(people, offer, limits.done)
    return Crowd(
        [str(one) for one in people["person_id"]],
        np.array([regions.index(str(one)) for one in people["region"]], dtype=np.int64),
        np.array([budgets.get(str(one), -1) for one in people["team_id"]], dtype=np.int64),
        people["hours_per_week"].to_numpy(float),
        people["hours_per_week"].to_numpy(float) * weeks,
        people["budget"].to_numpy(float),
        arrays["gap"],
        np.maximum(arrays["sd"], 1e-3),
        arrays["weight"],
        arrays["level"],
        _eligible(people, activities, offer, limits, done),
        done,
    )


def _done(people: pd.DataFrame, offer: Offer, table: pd.DataFrame | None) -> Flags:
    """Return what each person has done already, by a table of it."""
    done = np.zeros((len(people), len(offer.ids)), dtype=bool)
    if table is not None:
        row = pd.Index(people["person_id"]).get_indexer(pd.Index(table["person_id"]))
        column = pd.Index(offer.ids).get_indexer(pd.Index(table["activity_id"]))
        known = (row >= 0) & (column >= 0)
        done[row[known], column[known]] = True
    return done


def _over(people: pd.DataFrame, activities: pd.DataFrame, offer: Offer, limits: TeamLimits, done: Flags) -> Flags:
    """Return what each person has done and may not do again, as the catalogue stands, when the plans begin."""
    if limits.done is None or "repeat_after_weeks" not in activities or "done_on" not in limits.done:
        return done
    pause = limits.done["activity_id"].map(activities.set_index("activity_id")["repeat_after_weeks"])
    again = pd.to_datetime(limits.done["done_on"]) + pd.to_timedelta(pause.astype(float) * 7, unit="D")
    return _done(people, offer, limits.done[~(again <= pd.Timestamp(limits.each.start))])


def _eligible(people: pd.DataFrame, activities: pd.DataFrame, offer: Offer, limits: TeamLimits, done: Flags) -> Flags:
    rank = {name: number for number, name in enumerate(TIERS)}
    person = people["tier"].map(rank).to_numpy(float)[:, None]
    made_for = activities["tier"].map(rank).to_numpy(float)[None, :]
    language, held = people["language"].to_numpy()[:, None], activities["language"].to_numpy()[None, :]
    eligible = ~(np.abs(person - made_for) > 1) & ((language == "") | (held == "both") | (held == language))
    eligible &= ~_over(people, activities, offer, limits, done)
    eligible[:, np.setdiff1d(np.arange(len(offer.ids)), offer.activity)] = False
    weekly = people["hours_per_week"].to_numpy(float)
    most_in_block = np.full(len(offer.ids), np.inf)
    np.minimum.at(most_in_block, offer.activity, offer.hours_in.max(1, initial=0.0))
    eligible &= (offer.hours <= weekly[:, None] * limits.each.weeks + 1e-9) & (
        offer.cost <= people["budget"].to_numpy(float)[:, None] + 1e-9
    )
    eligible &= most_in_block <= PEAK * WINDOW_WEEKS * weekly[:, None] + 1e-9
    for _ in range(len(offer.needs)):
        for activity, needed in offer.needs:
            eligible[:, activity] &= (eligible[:, needed] | done[:, needed]) if needed >= 0 else False
    return np.asarray(eligible)
