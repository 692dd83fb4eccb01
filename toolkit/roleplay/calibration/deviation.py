"""How far raters were from the key, by rater and by criterion, and how that develops over months."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.roleplay.agreement import weighted_kappa
from toolkit.roleplay.calibration.performance import Key
from toolkit.roleplay.figure import Figure, mean_figure, refused
from toolkit.roleplay.rating_table import Agreement
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW
from toolkit.wording import Text, text

LEAST_CRITERIA = 4
_LEVELS = tuple(float(level) for level in range(1, 6))
_CELLS = ["rater_id", "criterion_id", "rating", "key", "deviation"]


@dataclass(frozen=True)
class Deviations:
    """What a calibration shows.

    `cells`: rater_id, criterion_id, rating, key, deviation (rating less key; NaN where either was not observed).
    `raters`: rater_id, criteria (how many count), off (mean absolute deviation in levels) and bias (mean deviation,
    positive = lenient), each with _low, _high and _note, and leaning (lenient, hard, none where the interval
    holds 0, unknown where there is no interval).
    `criteria`: criterion_id, raters, deviation (mean over raters), off.
    `agreement`: by rater_id the weighted kappa against the key.
    """

    cells: pd.DataFrame
    raters: pd.DataFrame
    criteria: pd.DataFrame
    agreement: Mapping[str, Agreement]


def deviations(ratings: pd.DataFrame, key: Key, *, interval: float = 0.90) -> Deviations:
    """Return how far each rater was from `key` on one performance.

    `ratings` has rater_id, criterion_id and rating (NaN = not observed). Intervals of the mean absolute deviation and of
    the bias are t intervals over criteria; they speak of further criteria like these and are refused, with a note,
    below four criteria or where all deviations are equal. Agreement is Cohen's kappa with quadratic
    weights. Raises `InputError` for ratings off the scale, given twice, or on a criterion the key does not have.
    """
    if not 0 < interval < 1:
        raise InputError(text("The interval must lie between 0 and 1, not {value}.", value=interval))
    cells = _cells(ratings, key)
    rows, agreement = [], {}
    for rater_id, own in cells.groupby("rater_id", sort=False):
        values = own["deviation"].dropna().to_numpy()
        off = _off(values, interval)
        bias = _bias(values, interval)
        rows.append(
            {
                "rater_id": rater_id,
                "criteria": len(values),
                **off.columns("off"),
                **bias.columns("bias"),
                "leaning": _leaning(bias),
            }
        )
        agreement[str(rater_id)] = weighted_kappa(
            own["rating"].to_numpy(), own["key"].to_numpy(), "quadratic", categories=_LEVELS, interval=interval
        )
    columns = ["rater_id", "criteria", *(f"{n}{e}" for n in ("off", "bias") for e in ("", "_low", "_high", "_note"))]
    raters = pd.DataFrame(rows, columns=[*columns, "leaning"])
    return Deviations(cells, raters, _criteria(cells), agreement)


def off_over_sessions(sessions: pd.DataFrame, *, interval: float = 0.90) -> tuple[pd.DataFrame, Text | None]:
    """Return one rater's mean absolute deviation per session, oldest first, and why it shows no development, if so.

    `sessions` has session_id, held_on, rating and key, a row for each criterion. The table has session_id, held_on,
    criteria, off, off_low, off_high, off_note, bias, bias_low, bias_high, bias_note. With fewer than two
    sessions there is nothing to compare, and the note says so.
    """
    rows = []
    for (held_on, session_id), own in sessions.groupby(["held_on", "session_id"], sort=True):
        values = (own["rating"] - own["key"]).dropna().to_numpy(dtype=float)
        figures = {**_off(values, interval).columns("off"), **_bias(values, interval).columns("bias")}
        rows.append({"session_id": session_id, "held_on": held_on, "criteria": len(values), **figures})
    compared = [row for row in rows if row["criteria"]]
    note = None
    if len(compared) < 2:
        note = text(
            "Development takes at least two calibration sessions; handed in so far: {found}.", found=len(compared)
        )
    columns = ["session_id", "held_on", "criteria"]
    columns += [f"{name}{end}" for name in ("off", "bias") for end in ("", "_low", "_high", "_note")]
    return pd.DataFrame(compared, columns=columns), note


def _cells(ratings: pd.DataFrame, key: Key) -> pd.DataFrame:
    cells = ratings[["rater_id", "criterion_id", "rating"]].copy()
    cells["rating"] = pd.to_numeric(cells["rating"], errors="coerce").where(ratings["rating"].notna())
    unreadable = cells["rating"].isna() & ratings["rating"].notna()
    bad = ratings.loc[unreadable | ~(cells["rating"].isna() | cells["rating"].isin(_LEVELS)), "rating"]
    if len(bad):
        raise InputError(text("A rating is one of 1, 2, 3, 4 or 5, not {value}.", value=bad.iloc[0]))
    strange = sorted(set(cells["criterion_id"]) - set(key))
    if strange:
        raise InputError(text("The key has no rating for “{criterion}”.", criterion=strange[0]))
    if cells.duplicated(["rater_id", "criterion_id"]).any():
        raise InputError(text("A rater may rate each criterion once; there are two ratings of the same one."))
    expert = {criterion: np.nan if one.rating is None else one.rating for criterion, one in key.items()}
    cells["key"] = cells["criterion_id"].map(expert).astype(float)
    cells["deviation"] = cells["rating"] - cells["key"]
    return cells[_CELLS].reset_index(drop=True)


def _off(values: Any, interval: float) -> Figure:
    if not len(values):
        return refused(_nothing())
    size = np.abs(values)
    if len(values) < LEAST_CRITERIA:
        return refused(_too_few(len(values)), float(size.mean()))
    found = mean_figure(size, interval, text("No interval: the rater is equally far from the key on all criteria."))
    widest = SCALE_HIGH - SCALE_LOW
    return Figure(found.value, float(np.maximum(found.low, 0)), float(np.minimum(found.high, widest)), found.note)


def _bias(values: Any, interval: float) -> Figure:
    if not len(values):
        return refused(_nothing())
    if len(values) < LEAST_CRITERIA:
        return refused(_too_few(len(values)), float(values.mean()))
    return mean_figure(values, interval, text("No interval: all deviations are the same."))


def _leaning(bias: Figure) -> str:
    if np.isnan(bias.low):
        return "unknown"
    if bias.low > 0:
        return "lenient"
    if bias.high < 0:
        return "hard"
    return "none"


def _criteria(cells: pd.DataFrame) -> pd.DataFrame:
    seen = cells.dropna(subset=["deviation"])
    seen = seen.assign(off=seen["deviation"].abs())
    grouped = seen.groupby("criterion_id", sort=False)
    found = grouped.agg(raters=("rater_id", "nunique"), deviation=("deviation", "mean"), off=("off", "mean"))
    return found.sort_values("off", ascending=False, kind="stable").reset_index()


def _nothing() -> Text:
    return text("No criterion has a rating of both this rater and the key.")


def _too_few(found: int) -> Text:
    return text(
        "No interval: it takes at least {needed} criteria rated by both, and there are {found}.",
        needed=LEAST_CRITERIA,
        found=found,
    )
