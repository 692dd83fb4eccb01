"""Month by month, what reps sell and when they leave. Vectorised over reps, any number of them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from toolkit import vocabulary
from toolkit.sample import hazard, market

TIER_ORDER = np.array(vocabulary.TIERS)
FIGURES = tuple(vocabulary.RepMonths.columns)[8:-2]  # target to leave, in the order of the schema


def month_starts(today: pd.Timestamp, count: int) -> pd.DatetimeIndex:
    """Return the first days of the `count` full months before the month of `today`."""
    last = today.to_period("M").to_timestamp() - pd.DateOffset(months=1)
    return pd.date_range(end=last, periods=count, freq="MS").as_unit("ns")


def month_number(days: pd.Series | pd.DatetimeIndex) -> np.ndarray:
    """Return months since year 0, to be subtracted from each other."""
    dates = pd.DatetimeIndex(days)
    return np.asarray(dates.year * 12 + dates.month - 1)


@dataclass(slots=True)
class _State:
    """What changes from month to month, as arrays over reps."""

    tier: np.ndarray
    tier_month: np.ndarray
    leaving: np.ndarray
    left_on: np.ndarray
    squeeze: np.ndarray
    history: dict[str, list[np.ndarray]] = field(default_factory=dict)

    def recent(self, name: str) -> np.ndarray:
        """Return the mean of the last three months of `name`, over the months there are."""
        stack = np.stack(self.history[name][-hazard.WINDOW :])
        seen = ~np.isnan(stack)
        return np.asarray(np.where(seen, stack, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1))

    def remember(self, values: dict[str, np.ndarray], employed: np.ndarray) -> None:
        for name, value in values.items():
            self.history.setdefault(name, []).append(np.where(employed, value, np.nan))
            del self.history[name][: -hazard.WINDOW]


def simulate_rep_months(
    rng: np.random.Generator, reps: pd.DataFrame, months: pd.DatetimeIndex
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return RepMonths, one row per employed rep and month, and the true hazard of each row.

    `reps` has person_id, hired_on, role_id, tier_id and tier_since (as they are before the first month),
    team_id, manager_id, gender, birth_year and ability (standard normal). The hazard (0-1) is the
    probability, drawn at the end of the row's month, that the person's last day falls into the next
    month; it is empty (NaN) in the month of leaving. Leaving drawn after the last month lies in the
    future and is not shown.
    """
    traits = _traits(rng, reps)
    team_number, teams = pd.factorize(reps["team_id"])
    state = _State(
        tier=reps["tier_id"].map({name: place for place, name in enumerate(TIER_ORDER)}).to_numpy(dtype=int),
        tier_month=month_number(reps["tier_since"]),
        leaving=np.full(len(reps), np.iinfo(np.int64).max),
        left_on=np.full(len(reps), np.datetime64("NaT"), dtype="datetime64[ns]"),
        squeeze=rng.normal(size=len(teams)),
    )
    parts, hazards = [], []
    for number, month in zip(month_number(months), months, strict=True):
        frame, risk = _one_month(rng, reps, traits, team_number, state, int(number), month)
        parts.append(frame)
        hazards.append(risk)
        if month != months[-1]:
            _draw_leavers(rng, state, frame.index.to_numpy(), risk, int(number), month)
    rows = pd.concat(parts)
    rows.insert(3, "left_on", state.left_on[rows.index])
    order = np.lexsort((rows["month"].to_numpy(), rows.index.to_numpy()))
    rows = rows.iloc[order].reset_index(drop=True)
    return vocabulary.check(rows, vocabulary.RepMonths), np.concatenate(hazards)[order]


def _traits(rng: np.random.Generator, reps: pd.DataFrame) -> market.Traits:
    by_role = np.array([market.ROLE_FIGURES[role] for role in reps["role_id"]])
    area, diligence, luck = rng.normal(size=(3, len(reps)))
    ability = reps["ability"].to_numpy(dtype=float)
    return market.Traits(by_role[:, 0], by_role[:, 1], by_role[:, 2], by_role[:, 3], ability, area, diligence, luck)


def _one_month(
    rng: np.random.Generator,
    reps: pd.DataFrame,
    traits: market.Traits,
    team_number: np.ndarray,
    state: _State,
    number: int,
    month: pd.Timestamp,
) -> tuple[pd.DataFrame, np.ndarray]:
    hired = month_number(reps["hired_on"])
    tenure = np.clip(number - hired, 0, None).astype(float)
    employed = (hired <= number) & (state.leaving >= number)
    staying = employed & (state.leaving > number)
    last_day = pd.DatetimeIndex(state.left_on).day.to_numpy()
    worked = np.where(state.leaving == number, last_day / month.days_in_month, 1.0)
    share = np.array([market.TIER_SHARE[name] for name in TIER_ORDER])[state.tier]
    season = float(market.SEASON[month.month - 1])
    full_target = market.targets(traits.target, share, tenure, season)
    # Figures are drawn for everybody, employed or not, so that one leaver does not move the others' draws.
    values: dict[str, Any] = market.figures(rng, traits, full_target, tenure, season, np.nan_to_num(worked, nan=1.0))
    values["target"] = np.round(full_target * worked, -2)
    values["days_late"] = market.days_late(rng, state.squeeze[team_number])
    state.squeeze = market.next_lateness(rng, state.squeeze)
    state.remember(_signals(values, reps["role_id"], staying), staying)
    risk = np.where(staying, hazard.monthly_hazard(_features(state, tenure, number)), np.nan)
    frame = reps[["person_id", "hired_on", "role_id", "team_id", "manager_id", "gender", "birth_year"]].copy()
    frame.insert(1, "month", month)
    frame.insert(4, "tier_id", TIER_ORDER[state.tier])
    for place, name in enumerate(FIGURES):
        frame.insert(7 + place, name, values[name])
    _promote(rng, state, staying, number)
    return frame[employed], risk[employed]


def _signals(values: dict[str, np.ndarray], roles: pd.Series, staying: np.ndarray) -> dict[str, np.ndarray]:
    leads = pd.Series(np.where(staying, values["leads"], np.nan))
    role_mean = leads.groupby(roles.to_numpy()).transform("mean").to_numpy()
    return {
        "shortfall": hazard.shortfall(values["result"], np.maximum(values["target"], 1.0)),
        "days_late": values["days_late"],
        "lead_shortfall": 1.0 - values["leads"] / np.where(role_mean > 0, role_mean, 1.0),
        "overtime": values["overtime"],
    }


def _features(state: _State, tenure: np.ndarray, number: int) -> dict[str, np.ndarray]:
    return {
        "shortfall": state.recent("shortfall"),
        "days_late": state.recent("days_late"),
        "lead_shortfall": state.recent("lead_shortfall"),
        "overtime": hazard.long_hours(state.recent("overtime")),
        "first_year_peak": hazard.first_year_peak(tenure),
        "years_in_tier": hazard.years_in_tier(number - state.tier_month),
    }


def _promote(rng: np.random.Generator, state: _State, staying: np.ndarray, number: int) -> None:
    """Raise some by one tier from next month on: a year in the tier at least, and good recent results."""
    waited = number + 1 - state.tier_month
    logit = -3.9 + 0.05 * np.clip(waited - 24, -12, 24) - 4.0 * state.recent("shortfall")
    chosen = rng.random(len(logit)) < 1.0 / (1.0 + np.exp(-logit))
    chosen &= staying & (waited >= 12) & (state.tier < len(TIER_ORDER) - 1)
    state.tier = state.tier + chosen
    state.tier_month = np.where(chosen, number + 1, state.tier_month)


def _draw_leavers(
    rng: np.random.Generator, state: _State, rows: np.ndarray, risk: np.ndarray, number: int, month: pd.Timestamp
) -> None:
    count = len(state.leaving)
    draws, share = rng.random(count)[rows], rng.random(count)[rows]
    going = draws < np.nan_to_num(risk, nan=0.0)
    following = month + pd.DateOffset(months=1)
    # Most give notice to the end of a month; the others leave on any day of it.
    day = np.where(share < 0.5, following.days_in_month, 1 + np.floor((share - 0.5) * 2 * following.days_in_month))
    last = following.to_datetime64().astype("datetime64[D]") + (day - 1).astype("timedelta64[D]")
    state.leaving[rows[going]] = number + 1
    last_working_day = np.busday_offset(last, 0, roll="modifiedpreceding")
    state.left_on[rows[going]] = last_working_day[going].astype("datetime64[ns]")
