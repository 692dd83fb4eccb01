"""What one more rater or one more scenario would buy: a D-study of a timetable."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.roleplay.rotation_result import Rotation
from toolkit.roleplay.timetable_plays import fewest_slots
from toolkit.wording import Text, text

PRIOR_COMPONENTS: Mapping[str, float] = {
    "rep": 0.64,
    "rater": 0.25,
    "scenario": 0.25,
    "rep_scenario": 0.25,
    "residual": 0.36,
}
"""Variances on the 1-5 scale before any sheet is seen: squares of the scales of the half-normal
priors of `fair_scores` (.8 .5 .5 .5 .6). They are an assumption and not a measurement."""


@dataclass(frozen=True)
class Gain:
    """What more raters or scenarios would buy.

    `options`: option ("now", "rater", "scenario", "both"), raters_per_station, scenarios,
    sheets_per_rep, sheets, slots, minutes, relative and absolute reliability (0 to 1). `note` says
    where the variances are from.
    """

    options: pd.DataFrame
    note: Text


def buys(
    rotation: Rotation,
    components: Mapping[str, float] | None = None,
    *,
    extra_raters: int = 1,
    extra_scenarios: int = 1,
) -> Gain:
    """Return reliability now, and with more raters at each station, more scenarios, or both.

    The D-study of Brennan (2001, Generalizability Theory, ch. 5) for reps x raters x scenarios:
    `relative` = rep / (rep + rep_scenario / scenarios + residual / sheets) is for ranking reps
    with severity corrected as `fair_scores` does; `absolute` adds rater / raters + scenario /
    scenarios to the error and is for raw means and fixed pass marks. Raters, scenarios and sheets
    are those of one rep, averaged over reps; where a rater sees a rep more often than others
    do, the effective number of raters is used, 1 / sum of squared shares. `slots` and `minutes`
    (without breaks) are the fewest possible, with `extra_raters` joining the pool as well.

    `components`: variances on the 1-5 scale named as in `PRIOR_COMPONENTS`, which is the default
    and a prior, not a measurement; the components of `generalizability` may be passed after a
    workshop. Raises `InputError` for a component that is missing, unknown or negative, for no
    variance at all, and for extras that are no whole numbers of at least 0.
    """
    given = _components(components)
    _check(extra_raters, extra_scenarios)
    rows = [
        _option(rotation, given, name, raters, scenarios)
        for name, raters, scenarios in (
            ("now", 0, 0),
            ("rater", extra_raters, 0),
            ("scenario", 0, extra_scenarios),
            ("both", extra_raters, extra_scenarios),
        )
    ]
    return Gain(pd.DataFrame(rows), _note(components is None))


def _note(is_prior: bool) -> Text:
    if is_prior:
        return text(
            "Worked out from what is usual in such workshops, not from your own sheets; "
            "after the workshop its own figures can take their place."
        )
    return text("Worked out from the variances given; what they rest on decides how far to trust it.")


def _components(components: Mapping[str, float] | None) -> dict[str, float]:
    given = dict(PRIOR_COMPONENTS if components is None else components)
    for name in given:
        if name not in PRIOR_COMPONENTS:
            raise InputError(
                text("The variance component “{name}” is not known.", name=name),
                remedy=text("Give {names}.", names=", ".join(PRIOR_COMPONENTS)),
            )
    for name in PRIOR_COMPONENTS:
        value = given.get(name)
        if value is None or not np.isfinite(value) or value < 0:
            raise InputError(
                text("The variance component “{name}” must be a number of at least 0.", name=name),
                remedy=text("Give {names}.", names=", ".join(PRIOR_COMPONENTS)),
            )
    if not sum(given.values()) > 0:
        raise InputError(text("All variance components are 0, so nothing can be said about reliability."))
    return {name: float(value) for name, value in given.items()}


def _check(*extras: int) -> None:
    for extra in extras:
        if not isinstance(extra, int) or isinstance(extra, bool) or extra < 0:
            raise InputError(
                text("Further raters and scenarios are counted in whole numbers, not {value}.", value=extra)
            )


def _option(
    rotation: Rotation, components: Mapping[str, float], name: str, extra_raters: int, extra_scenarios: int
) -> dict[str, object]:
    request = rotation.request
    scenarios = len(request.scenarios) + extra_scenarios
    pool = len(request.raters) + extra_raters
    rows = [_errors(rotation, rep, components, extra_raters, extra_scenarios) for rep in request.reps]
    relative, severity, sheets = np.array([row for row in rows if row[2]], dtype=float).mean(axis=0)
    at_station = request.raters_per_station + extra_raters
    count = len(request.reps)
    total = max(round(sheets * count), count + pool + scenarios - 2)
    slots = fewest_slots([[at_station] * scenarios] * count, request.stations, pool, total)
    true = components["rep"]
    return {
        "option": name,
        "raters_per_station": at_station,
        "scenarios": scenarios,
        "sheets_per_rep": float(sheets),
        "sheets": int(total),
        "slots": slots,
        "minutes": slots * request.slot_minutes,
        "relative": true / (true + relative) if true + relative else 0.0,
        "absolute": true / (true + relative + severity) if true + relative + severity else 0.0,
    }


def _errors(
    rotation: Rotation, rep: str, components: Mapping[str, float], extra_raters: int, extra_scenarios: int
) -> tuple[float, float, float]:
    """Return relative error, what raters and scenarios add to it, and the sheets of one rep."""
    mine = rotation.sheets[rotation.sheets["rep_id"] == rep]
    played, sheets = int(mine["scenario_id"].nunique()), len(mine)
    if not sheets:
        return 0.0, 0.0, 0.0
    scenarios = played + extra_scenarios
    more = sheets * scenarios / played + extra_raters * scenarios
    pool = len(rotation.request.raters) + extra_raters
    now = 1.0 / float((mine["rater_id"].value_counts(normalize=True) ** 2).sum())
    raters = now if not extra_raters and not extra_scenarios else min(pool, more, now * more / sheets)
    relative = components["rep_scenario"] / scenarios + components["residual"] / more
    return relative, components["rater"] / raters + components["scenario"] / scenarios, more
