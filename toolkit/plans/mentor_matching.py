"""Who accompanies whom: mentors whose strengths lie where the mentees' gaps are, by exact assignment.

Each newcomer is to have a mentor (传、帮、带), and the mentor gains when the newcomer's sales grow or
the newcomer is promoted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from toolkit.errors import InputError
from toolkit.plans.objective import Floats, closed_gap
from toolkit.vocabulary import TIERS, Gaps, SkillLevels, check
from toolkit.wording import Text, text

_COLUMNS = ["mentee_id", "mentor_id", "fit", "competency_id", "second_competency_id",
            "growth_share", "promotion_bonus", "note"]  # fmt: skip
_NEVER = -1e6


@dataclass(frozen=True)
class MentorRules:
    """`most` mentees a mentor; mentors stand at least `tiers_above` tiers (0-2) above their mentees.

    `growth_share` (0-1: the mentor's share of the value of the mentee's sales growth) and
    `promotion_bonus` (organisation's currency, paid when the mentee is promoted) are what was agreed
    as the mentor's reward; they go into the table as a record and do not change who is matched.
    """

    most: int = 2
    tiers_above: int = 1
    growth_share: float | None = None
    promotion_bonus: float | None = None

    def __post_init__(self) -> None:
        if self.most < 1:
            raise InputError(text("A mentor takes at least one mentee, not {value}.", value=self.most))
        if self.tiers_above not in (0, 1, 2):
            raise InputError(text("A mentor stands 0, 1 or 2 tiers above, not {value}.", value=self.tiers_above))
        if self.growth_share is not None and not 0 <= self.growth_share <= 1:
            raise InputError(text("The mentor's share must be from 0 to 1, not {value}.", value=self.growth_share))
        if self.promotion_bonus is not None and not self.promotion_bonus >= 0:
            raise InputError(text("The bonus on promotion cannot be negative."))


def match_mentors(
    people: pd.DataFrame,
    levels: pd.DataFrame,
    gaps: pd.DataFrame,
    rules: MentorRules = MentorRules(),
) -> pd.DataFrame:
    """Return a mentor for each person in `gaps`, so that together most of the gaps meet a mentor's strength.

    `people`: person_id, tier_id, manager_id (may be empty) of mentors and mentees, and optionally mentor (bool:
    may be one; by default anybody with levels). `levels` is a SkillLevels table of the possible mentors,
    `gaps` the Gaps table of the mentees. Nobody mentors somebody he reports to or who reports to him, directly or
    further up: who judges does not also take into confidence.

    A pair's `fit` in weighted levels is, over competencies, weight x the part of the mentee's expected gap up to where
    the mentor stands with fair certainty (level - sd). The assignment is the best there is (Jonker-Volgenant);
    as many mentees as possible get a mentor who has something to give. Ties go by order of the tables.

    Columns: mentee_id, mentor_id (empty = none), fit, competency_id and second_competency_id (what most of the fit comes
    from), growth_share and promotion_bonus (the agreed reward), note (a `Text` why there is none, else None).
    """
    levels, gaps = check(levels, SkillLevels), check(gaps, Gaps)
    known = _people(people, gaps)
    mentees = list(dict.fromkeys(gaps["person_id"]))
    mentors = _mentors(known, levels)
    fit, parts, names = _fit(mentees, mentors, levels, gaps)
    allowed = _allowed(mentees, mentors, known, rules)
    chosen = _assign(np.where(allowed & (fit > 1e-9), fit, _NEVER), rules.most)
    rows: list[tuple[Any, ...]] = []
    for at, mentee in enumerate(mentees):
        mentor = chosen[at]
        if mentor < 0:
            rows.append((mentee, None, np.nan, None, None, np.nan, np.nan, _none(allowed[at], fit[at])))
            continue
        best = [names[c] for c in np.argsort(-parts(at, mentor), kind="stable")[:2] if parts(at, mentor)[c] > 0]
        second = best[1] if len(best) > 1 else None
        reward = (rules.growth_share, rules.promotion_bonus)
        rows.append((mentee, mentors[mentor], float(fit[at, mentor]), best[0], second, *reward, None))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _people(people: pd.DataFrame, gaps: pd.DataFrame) -> pd.DataFrame:
    for column in ("person_id", "tier_id", "manager_id"):
        if column not in people:
            raise InputError(
                text("The table {table} needs a column “{column}”.", table="People", column=column),
                remedy=text("Add the column or map another column to it."),
            )
    if people["person_id"].duplicated().any():
        raise InputError(
            text("The table {table} holds the same {keys} more than once.", table="People", keys="person_id"),
            remedy=text("Keep one row of each."),
        )
    strange = ~people["tier_id"].isin(TIERS)
    if strange.any():
        raise InputError(
            text("“{value}” does not fit the column “{column}” of the table {table}.",
                 value=people["tier_id"][strange].iloc[0], column="tier_id", table="People"),
            remedy=text("Allowed is one of: {values}.", values=", ".join(TIERS)),
        )  # fmt: skip
    missing = sorted(set(gaps["person_id"]) - set(people["person_id"]))
    if missing:
        raise InputError(
            text("“{person}” has gaps but is not in the table of people.", person=missing[0]),
            remedy=text("Add the person with tier and manager."),
        )
    return people.set_index("person_id")


def _mentors(known: pd.DataFrame, levels: pd.DataFrame) -> list[str]:
    seen = set(levels["person_id"])
    may = known["mentor"].fillna(False).astype(bool) if "mentor" in known else pd.Series(True, index=known.index)
    return [str(name) for name in known.index if name in seen and may[name]]


def _fit(
    mentees: list[str], mentors: list[str], levels: pd.DataFrame, gaps: pd.DataFrame
) -> tuple[Floats, Callable[[int, int | slice], Floats], list[str]]:
    names = sorted(set(gaps["competency_id"]))
    sure = levels.assign(sure=levels["level"] - levels["sd"]).pivot(
        index="person_id", columns="competency_id", values="sure"
    )
    stands = sure.reindex(index=mentors, columns=names).to_numpy(float)
    tables = {
        name: gaps.pivot(index="person_id", columns="competency_id", values=name)
        .reindex(index=mentees, columns=names)
        .to_numpy(float)
        for name in ("level", "sd", "gap", "weight")
    }
    steps = np.maximum(np.nan_to_num(stands[None] - tables["level"][:, None, :], nan=0.0), 0.0)

    def parts(at: int, mentor: int | slice) -> Floats:
        found = np.zeros(steps[at, mentor].shape)
        for c in range(len(names)):
            if np.isfinite(tables["gap"][at, c]):
                closes = closed_gap(steps[at, mentor][..., c], float(tables["gap"][at, c]), float(tables["sd"][at, c]))
                found[..., c] = tables["weight"][at, c] * closes
        return found

    fit = np.zeros(steps.shape[:2])
    for at in range(len(mentees)):
        fit[at] = parts(at, slice(None)).sum(-1)
    return fit, parts, names


def _allowed(
    mentees: list[str], mentors: list[str], known: pd.DataFrame, rules: MentorRules
) -> "np.typing.NDArray[np.bool_]":
    rank = known["tier_id"].map({name: number for number, name in enumerate(TIERS)})
    above = rank[mentors].to_numpy()[None, :] - rank[mentees].to_numpy()[:, None] >= rules.tiers_above
    superiors = {name: _superiors(name, known) for name in {*mentees, *mentors}}
    for at, mentee in enumerate(mentees):
        for other, mentor in enumerate(mentors):
            if above[at, other] and (mentee == mentor or mentor in superiors[mentee] or mentee in superiors[mentor]):
                above[at, other] = False
    return np.asarray(above)


def _superiors(name: str, known: pd.DataFrame) -> set[str]:
    found: set[str] = set()
    at = known["manager_id"].get(name)
    while isinstance(at, str) and at and at not in found:
        found.add(at)
        at = known["manager_id"].get(at)
    return found


def _assign(fit: Floats, most: int) -> list[int]:
    mentees, mentors = fit.shape
    # A place "without mentor" for each mentee costs more than any fit can bring elsewhere.
    worst = -(np.abs(fit[fit > _NEVER]).sum() + 1.0)
    alone = np.full((mentees, mentees), _NEVER)
    np.fill_diagonal(alone, max(worst, _NEVER / 2))
    table = np.hstack([np.repeat(fit, min(most, mentees), axis=1), alone])
    rows, columns = linear_sum_assignment(table, maximize=True)
    found = [-1] * mentees
    for row, column in zip(rows, columns, strict=True):
        if column < mentors * min(most, mentees):
            found[row] = int(column // min(most, mentees))
    return found


def _none(allowed: "np.typing.NDArray[np.bool_]", fit: Floats) -> Text:
    if not allowed.any():
        return text("Nobody of a high enough tier is free of a reporting line to this person.")
    if not (allowed & (fit > 1e-9)).any():
        return text("No possible mentor stands clearly above this person where the gaps are.")
    return text("All mentors who would fit have as many mentees as allowed.")
