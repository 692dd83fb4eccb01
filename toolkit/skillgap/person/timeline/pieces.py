"""The single pieces a level rests on, as far as they may be shown, and when they were seen."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from toolkit.skillgap.evidence import ANONYMOUS_SOURCES, SMALLEST_GROUP
from toolkit.skillgap.source_priors import half_life_of

PIECE_COLUMNS = (
    "competency_id", "source", "rater_id", "raters", "pieces", "latest", "level", "standard_error", "weight",
)  # fmt: skip
POINT_COLUMNS = ("source", "day", "level", "standard_error", "pieces")


def pieces_shown(evidence: pd.DataFrame, basis: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return what one person's levels rest on, most weighty first within each competency.

    `evidence` is the person's Evidence, `basis` what `weigh_evidence` says of the person. Peers and customers are
    anonymous: they stand as one row for each competency, never piece by piece, since a single rating with its day
    would name its rater. Columns: rater_id (empty where there is none or more than one), raters, pieces, latest (day),
    level (mean of the pieces, as rated), standard_error (levels; of a row of several that of their mean, with what is
    not known of their raters) and weight (0-1): that of the source in the level, shared among its pieces by age weight
    / standard error squared, which holds nearly, as pieces of one rater share that rater's error.
    """
    if evidence.empty:
        return pd.DataFrame(columns=list(PIECE_COLUMNS))
    age = (as_of - evidence["observed_on"]).dt.days.to_numpy(dtype=float)
    half = evidence["competency_id"].map(half_life_of).to_numpy(dtype=float)
    mass = 0.5 ** (age / half) / evidence["standard_error"].to_numpy(dtype=float) ** 2
    keys = ["competency_id", "source"]
    found = evidence.assign(mass=mass).reset_index(drop=True)
    found = found.merge(basis[[*keys, "weight", "adjusted_sd"]], on=keys, how="left")
    found["weight"] = found["weight"] * found["mass"] / found.groupby(keys)["mass"].transform("sum")
    together = found["source"].isin(ANONYMOUS_SOURCES)
    single = found.assign(raters=found["rater_id"].notna().astype(int), pieces=1)[~together]
    grouped = found[together].groupby(keys, sort=True)
    groups = grouped.agg(
        raters=("rater_id", "nunique"),
        pieces=("level", "size"),
        observed_on=("observed_on", "max"),
        level=("level", "mean"),
        standard_error=("adjusted_sd", "first"),
        weight=("weight", "sum"),
    ).reset_index()
    both = pd.concat([frame for frame in (single, groups.assign(rater_id=None)) if len(frame)], ignore_index=True)
    both = both.rename(columns={"observed_on": "latest"}).sort_values(
        ["competency_id", "weight"], ascending=[True, False], kind="stable"
    )
    return both.reset_index(drop=True)[list(PIECE_COLUMNS)]


def points_seen(evidence: pd.DataFrame) -> pd.DataFrame:
    """Return one competency's Evidence on a person over time: source, day, level, standard_error, pieces.

    Pieces of a source on one day are one point with the error of their mean. Of peers and customers a point holds at
    least three different raters, so that nobody's rating can be read off or worked out from its neighbours.
    """
    rows = [
        (source, group["observed_on"].max(), group["level"].mean(), _error(group), len(group))
        for source, own in evidence.groupby("source", sort=True)
        for group in _groups(own, source in ANONYMOUS_SOURCES)
    ]
    return pd.DataFrame(rows, columns=list(POINT_COLUMNS)).sort_values("day", kind="stable").reset_index(drop=True)


def _error(group: pd.DataFrame) -> float:
    return float(np.sqrt((group["standard_error"] ** 2).sum()) / len(group))


def _groups(own: pd.DataFrame, anonymous: bool) -> Iterator[pd.DataFrame]:
    """Give the pieces of one source by day; where they are anonymous by quarters joined until three raters spoke."""
    if not anonymous:
        yield from (group for _, group in own.groupby("observed_on", sort=True))
        return
    waiting: list[pd.DataFrame] = []
    ready: list[pd.DataFrame] = []
    for _, quarter in own.groupby(own["observed_on"].dt.to_period("Q"), sort=True):
        waiting.append(quarter)
        if pd.concat(waiting)["rater_id"].nunique() >= SMALLEST_GROUP:
            ready.append(pd.concat(waiting))
            waiting = []
    if waiting:  # too few to stand alone
        last = [ready.pop()] if ready else []
        rest = pd.concat([*last, *waiting])
        if rest["rater_id"].nunique() >= SMALLEST_GROUP:
            ready.append(rest)
    yield from ready
