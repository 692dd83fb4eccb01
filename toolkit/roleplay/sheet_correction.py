"""What the fair model says about each sheet: how hard its rater and scenario were, and how far off it may be."""

import numpy as np
import pandas as pd

from toolkit.roleplay.comparability import comparability
from toolkit.roleplay.criterion_adjustment import SHEET_KEYS, adjust_sheets
from toolkit.roleplay.fair import names_and_codes
from toolkit.roleplay.figure import Figure
from toolkit.roleplay.mixed_model import COMPONENTS, Sheets, fit
from toolkit.roleplay.score_tables import Fitted, centred_effects
from toolkit.wording import text

_ONE_DEVIATION = 0.6826894921370859  # the share of a normal distribution within one standard deviation
_LEAST_REPEATS = 3
_POINTS = 512  # means only: within .003 levels of 8,192 points, at half the time of the 2,048 that ranks need


def sheet_corrections(ratings: pd.DataFrame) -> pd.DataFrame:
    """Return rep_id, rater_id, scenario_id, correction, error and spread of each sheet of one workshop.

    `ratings` is a Ratings table. `correction` is what has to be added to the sheet's levels so that they are those of
    the average rater in the average scenario it may be compared with (levels). `error` is the standard error of
    its composite after that: what is still unknown of rater and scenario, how differently one rep does in
    different scenarios, and the residual, all from the mixed model behind `fair_scores`. `spread` is the
    deviation of a single rating from sheet + criterion. A scenario that stands alone is not corrected.
    Sheets whose rater cannot be compared with another one, and all sheets where fewer than three repeat a rep, have nan.
    """
    seen = ratings.dropna(subset=["rating"])
    columns = [*SHEET_KEYS, "correction", "error", "spread"]
    if seen.empty:
        # Joined with other workshops' sheets, columns without a type would turn theirs into objects.
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[3:], float))
    adjusted = adjust_sheets(ratings)
    table = adjusted.table[SHEET_KEYS]
    if table["rater_id"].nunique() < 2 or len(table) - table["rep_id"].nunique() < _LEAST_REPEATS:
        return table.assign(correction=np.nan, error=np.nan, spread=adjusted.spread)
    names, codes = names_and_codes(adjusted.table)
    found = comparability(*codes)
    numbers = {name: adjusted.table[name].to_numpy(dtype=float) for name in ("composite", "extra")}
    sheets = Sheets(numbers["composite"], *codes, found.reps, numbers["extra"], adjusted.floor)
    fitted = Fitted(adjusted.table, names, fit(sheets, points=_POINTS), found, _ONE_DEVIATION, False)
    typical = dict(zip(COMPONENTS, fitted.posterior.typical(), strict=True))
    alone = text("There is only one rater, so severity cannot be seen.")
    raters = centred_effects(fitted, sheets.rater_columns, found.raters, lambda _one: alone)
    scenarios = centred_effects(fitted, sheets.scenario_columns, found.scenarios, lambda _one: alone)
    severity, severity_error = _parts([raters[code] for code in codes[1]])
    difficulty, difficulty_error = _parts([scenarios[code] for code in codes[2]])
    own = typical["rep_x_scenario"] ** 2 + typical["residual"] ** 2 + numbers["extra"]
    error = np.sqrt(own + severity_error**2 + np.nan_to_num(difficulty_error) ** 2)
    return table.assign(correction=severity + np.nan_to_num(difficulty), error=error, spread=adjusted.spread)


def _parts(figures: list[Figure]) -> tuple[np.ndarray, np.ndarray]:
    value = np.array([one.value for one in figures], dtype=float)
    half = np.array([(one.high - one.low) / 2 for one in figures], dtype=float)
    return value, np.where(np.isnan(value), np.nan, half)
