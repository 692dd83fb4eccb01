"""Career plans: which rank one, two, three and five years can lead to, and what must be learned for it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from scipy.special import ndtr

from toolkit.errors import InputError
from toolkit.plans.prerequisites import circle_through, prerequisites_of
from toolkit.vocabulary import SkillLevels, check, rows_of
from toolkit.wording import Text, text

PACE = 0.5
"""Levels a year in one competency: an assumption to be agreed, not a finding."""
_MOST_YEARS = 10
_MONTHS = "months_in_rank"
_COLUMNS = ["person_id", "years", "ladder_id", "rank_id", "reachable_in", "competency_id", "level", "sd", "wanted",
            "missing", "probability", "note"]  # fmt: skip


def career_path(
    person: Mapping[str, Any],
    ladders: pd.DataFrame,
    levels: pd.DataFrame,
    horizons: Sequence[float] = (1, 2, 3, 5),
    *,
    pace: float = PACE,
) -> pd.DataFrame:
    """Return, for each ladder and horizon in years, the highest rank to aim at and what must be learned for it.

    `person`: person_id, rank_id (present rank, empty = none yet) and months_in_rank. `ladders` has one row per
    requirement: ladder_id, rank_id, after (rank ids it is reached from, separated by ;), kind (competency, figure),
    requirement_id and wanted (level 1-5; months for the figure months_in_rank, other figures are passed over here);
    a rank that asks for nothing has one row with an empty requirement_id. `levels` is a SkillLevels table.

    A rank is reachable after the months in rank that it and each rank before it ask for, and not before what is missing
    could be learned at `pace` levels a year in each competency side by side (0.5 by default: an assumption).
    The way with the fewest years counts where several ranks lead to one. Columns: person_id, years (the horizon),
    ladder_id, rank_id (empty = no further rank within that time), reachable_in (years), and for each competency the rank
    asks for that is not yet there: competency_id, level, sd, wanted, missing (levels; empty if never seen), probability
    (that the true level is already enough), note (a `Text` or None). A rank with nothing left to learn has one row with
    an empty competency_id. Raises `InputError` for ladders in a circle, unknown ranks, or horizons out of 0-10 years.
    """
    ranks, known = _ranks(ladders), check(levels, SkillLevels)
    _require(person, horizons, pace, ranks)
    mine = known[known["person_id"] == person["person_id"]].set_index("competency_id")
    years = _years(str(person.get("rank_id") or ""), float(person.get("months_in_rank") or 0), ranks, mine, pace)
    rows: list[tuple[Any, ...]] = []
    for ladder in dict.fromkeys(ladders["ladder_id"]):
        own = [name for name, rank in ranks.items() if rank["ladder"] == ladder and name in years]
        for horizon in horizons:
            near = [name for name in own if years[name] <= horizon + 1e-9]
            start = (person["person_id"], horizon, ladder)
            if not near:
                rows.append(
                    (*start, None, *[None] * 7, text("No further rank of this ladder is within reach by then."))
                )
                continue
            aim = max(near, key=lambda name: years[name])
            rows += [(*start, aim, round(years[aim], 2), *row) for row in _lessons(ranks[aim]["asks"], mine)]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _ranks(ladders: pd.DataFrame) -> dict[str, dict[str, Any]]:
    for column in ("ladder_id", "rank_id", "after", "kind", "requirement_id", "wanted"):
        if column not in ladders:
            raise InputError(
                text("The table {table} needs a column “{column}”.", table="Ladders", column=column),
                remedy=text("Add the column or map another column to it."),
            )
    ranks: dict[str, dict[str, Any]] = {}
    for row in rows_of(ladders):
        rank = ranks.setdefault(
            str(row.rank_id),
            {"ladder": row.ladder_id, "after": prerequisites_of(row.after), "asks": {}, "months": 0.0},
        )
        if pd.isna(row.requirement_id) or row.requirement_id == "":
            continue
        if row.kind == "competency":
            rank["asks"][str(row.requirement_id)] = float(row.wanted)
        elif row.requirement_id == _MONTHS:
            rank["months"] = float(row.wanted)
    for rank in ranks.values():
        for before in rank["after"]:
            if before not in ranks:
                raise InputError(
                    text("It follows the rank “{before}”, which no ladder has.", before=before),
                    remedy=text("Add the rank, or take it out of “after”."),
                )
    follows = {name: rank["after"] for name, rank in ranks.items()}
    circle = next(filter(None, (circle_through(name, follows) for name in ranks)), None)
    if circle:
        raise InputError(
            text("The ranks follow each other in a circle: {circle}.", circle=" → ".join(circle)),
            remedy=text("Take one of them out of “after”."),
        )
    return ranks


def _require(
    person: Mapping[str, Any], horizons: Sequence[float], pace: float, ranks: Mapping[str, Mapping[str, Any]]
) -> None:
    rank = str(person.get("rank_id") or "")
    if rank and rank not in ranks:
        raise InputError(text("No ladder has the rank “{rank}”.", rank=rank))
    if not all(0 < one <= _MOST_YEARS for one in horizons):
        raise InputError(text("A career plan looks ahead more than 0 and at most {years} years.", years=_MOST_YEARS))
    if not pace > 0:
        raise InputError(text("The pace of learning must be more than 0 levels a year, not {value}.", value=pace))
    if not float(person.get("months_in_rank") or 0) >= 0:
        raise InputError(text("Months in rank cannot be negative."))


def _years(
    rank_id: str, months: float, ranks: Mapping[str, Mapping[str, Any]], mine: pd.DataFrame, pace: float
) -> dict[str, float]:
    """Return after how many years each rank beyond the present one can be reached at the earliest."""
    reached: dict[str, float] = {rank_id: -months / 12} if rank_id else {}
    found: dict[str, float] = {}
    # Each round settles ranks one step further.
    for _ in ranks:
        for name, rank in ranks.items():
            if name == rank_id or (not rank_id and rank["after"] and not any(one in found for one in rank["after"])):
                continue
            starts = [reached[one] for one in rank["after"] if one in reached]
            if not rank["after"] and not rank_id:
                starts = [0.0]
            if starts:
                learned = max((_missing(mine, c, level) / pace for c, level in rank["asks"].items()), default=0.0)
                found[name] = max(min(starts) + rank["months"] / 12, learned, 0.0)
        reached |= found
    return found


def _missing(mine: pd.DataFrame, competency: str, wanted: float) -> float:
    # Who was never seen in it is taken to start from the lowest level.
    level = float(mine["level"].get(competency, 1.0))
    return max(wanted - level, 0.0)


def _lessons(asks: Mapping[str, float], mine: pd.DataFrame) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for competency, wanted in asks.items():
        if competency not in mine.index:
            note: Text | None = text("Not seen yet: assess this first.")
            rows.append((competency, None, None, wanted, None, None, note))
            continue
        level, sd = float(mine["level"][competency]), float(mine["sd"][competency])
        if level < wanted:
            chance = float(ndtr((level - wanted) / max(sd, 1e-9)))
            rows.append((competency, level, sd, wanted, wanted - level, chance, None))
    rows.sort(key=lambda row: -(row[4] if row[4] is not None else 9.0))
    return rows or [(None, None, None, None, None, None, text("Nothing is left to learn for this rank."))]
