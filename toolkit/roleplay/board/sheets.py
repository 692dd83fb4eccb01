"""How far a workshop's sheets are: by rater, and who is behind."""

import pandas as pd

from toolkit.errors import InputError
from toolkit.wording import text

STATES = ("done", "open", "missing")
COLUMNS = ["rep_id", "rater_id", "scenario_id", "state"]


def with_late(sheets: pd.DataFrame, now: pd.Timestamp | None) -> pd.DataFrame:
    """Return sheets with a column late: not done although their time (`due`) is over at `now`.

    `sheets` has rep_id, rater_id, scenario_id, state (“done”, “open” or “missing”) and, where there
    is a timetable, due (NaT where a sheet is not planned). Raises `InputError` for another table.
    """
    for name in COLUMNS:
        if name not in sheets.columns:
            raise InputError(text("The sheets of the board need a column “{column}”.", column=name))
    unknown = sorted(set(sheets["state"].astype(str)) - set(STATES))
    if unknown:
        raise InputError(text("A sheet is done, open or missing, not “{state}”.", state=unknown[0]))
    twice = sheets.duplicated(COLUMNS[:3])
    if twice.any():
        first = sheets[twice].iloc[0]
        raise InputError(
            text(
                "There are two sheets of rater “{rater}” for rep “{rep}” in “{scenario}”.",
                rater=first["rater_id"],
                rep=first["rep_id"],
                scenario=first["scenario_id"],
            )
        )
    if now is None or "due" not in sheets.columns:
        return sheets.assign(late=False)
    due = pd.to_datetime(sheets["due"])
    return sheets.assign(late=(sheets["state"] != "done") & due.notna() & (due < now))


def by_rater(sheets: pd.DataFrame) -> pd.DataFrame:
    """Return rater_id, total, done, open, missing and late (from `with_late`), in the order raters come first."""
    flags = pd.DataFrame({state: sheets["state"] == state for state in STATES}).assign(late=sheets["late"], total=True)
    counted = flags.astype(int).groupby(sheets["rater_id"].to_numpy(), sort=False).sum()
    return counted.rename_axis("rater_id").reset_index()[["rater_id", "total", *STATES, "late"]]
