"""The limits of a whole team or company: what each person may take, and what all share."""

from collections.abc import Hashable
from dataclasses import dataclass

import pandas as pd

from toolkit.errors import InputError
from toolkit.plans.limits import WINDOW_WEEKS, Limits
from toolkit.vocabulary import TIERS
from toolkit.wording import Text, text

STAFF = ("trainer", "mentor")
# Who gives his hours to one participant alone, where the catalogue does not say.
STAFF_OF_KIND = {"joint_visit": "trainer", "mentoring": "mentor", "shadowing": "mentor"}


@dataclass(frozen=True)
class TeamLimits:
    """What the plans of many people may take together.

    `each` holds for every person: start, deadline, hours per week and budget.

    `people` (one row a person, all columns but person_id optional): person_id, team_id, region,
    tier (junior, middle, senior: activities at most one tier away), language (zh, en: activities
    held in it), hours_per_week and budget (instead of those in `each`; empty = as in `each`).

    `company_budget` is for all plans together, `team_budgets` a table of team_id and budget; both
    in the organisation's currency, None = no such limit.

    `staff_hours`: staff (trainer, mentor), hours, and where the hours hold for a part only, region
    (empty = anywhere) and block (from 1: which block of four weeks from the start; empty = all the
    time). An activity takes a trainer's or mentor's hours if its column staff says so; without
    that column joint visits take a trainer's, mentoring and shadowing a mentor's. It takes as many
    as the participant's, or what its column staff_hours says. The hours of the trainer who holds a
    dated session are part of the session and not counted here.

    `everyone`: nobody with a gap is left without a plan as long as any plan fits. `least_share` (0
    to .9): each person is to close at least this share of the most that person could close alone,
    if nothing were shared; `TeamPlan.short` names those for whom too little was left.

    `done` (person_id, activity_id, and done_on where it is known): what people have done already. It is not planned again
    unless the catalogue's repeat_after_weeks have passed when the plans begin, and counts where it is a prerequisite.

    Raises `InputError` for limits no plan can have, naming the row.
    """

    each: Limits
    people: pd.DataFrame | None = None
    company_budget: float | None = None
    team_budgets: pd.DataFrame | None = None
    staff_hours: pd.DataFrame | None = None
    everyone: bool = True
    least_share: float = 0.0
    done: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        if self.company_budget is not None and not self.company_budget >= 0:
            raise InputError(text("The company's budget cannot be negative."))
        if not 0 <= self.least_share <= 0.9:
            raise InputError(text("The least share must be from 0 to 0.9, not {value}.", value=self.least_share))
        if self.people is not None:
            _check_people(self.people)
        if self.done is not None:
            _need(self.done, text("what is done already"), "person_id", "activity_id")
        if self.team_budgets is not None:
            _check_team_budgets(self.team_budgets, self.people)
        if self.staff_hours is not None:
            _check_staff_hours(self.staff_hours, self.blocks)

    @property
    def blocks(self) -> int:
        """Blocks of four weeks between start and deadline."""
        return -(-self.each.weeks // WINDOW_WEEKS)


def _check_people(people: pd.DataFrame) -> None:
    name = text("people and their limits")
    _need(people, name, "person_id")
    twice = people["person_id"].duplicated()
    if twice.any():
        raise InputError(
            text(
                "The table of {name} holds “{value}” more than once.",
                name=name,
                value=people["person_id"][twice].iloc[0],
            ),
            where=_row(people, twice),
        )
    if "tier" in people:
        _only(people, name, "tier", TIERS)
    if "language" in people:
        _only(people, name, "language", ("zh", "en"))
    for column, least in (("hours_per_week", 0.0), ("budget", 0.0)):
        if column in people:
            _no_less(people, name, column, least, empty=True)


def _check_team_budgets(budgets: pd.DataFrame, people: pd.DataFrame | None) -> None:
    name = text("team budgets")
    _need(budgets, name, "team_id", "budget")
    _no_less(budgets, name, "budget", 0.0)
    if people is None or "team_id" not in people:
        raise InputError(
            text("Team budgets need to know who is in which team."),
            remedy=text("Give the limits a table of people with person_id and team_id."),
        )
    strange = ~budgets["team_id"].isin(people["team_id"])
    if strange.any():
        raise InputError(
            text("Nobody is in the team “{team}” of the team budgets.", team=budgets["team_id"][strange].iloc[0]),
            where=_row(budgets, strange),
        )


def _check_staff_hours(hours: pd.DataFrame, blocks: int) -> None:
    name = text("staff hours")
    _need(hours, name, "staff", "hours")
    _only(hours, name, "staff", STAFF, empty=False)
    _no_less(hours, name, "hours", 0.0)
    if "block" in hours:
        outside = hours["block"].notna() & ~hours["block"].between(1, blocks)
        if outside.any():
            raise InputError(
                text("A block of four weeks is numbered from 1 to {blocks}.", blocks=blocks),
                where=_row(hours, outside),
            )


def _need(table: pd.DataFrame, name: Text, *columns: str) -> None:
    for column in columns:
        if column not in table:
            raise InputError(
                text("The table of {name} needs a column “{column}”.", name=name, column=column),
                remedy=text("Add the column or map another column to it."),
            )


def _only(table: pd.DataFrame, name: Text, column: str, allowed: tuple[str, ...], *, empty: bool = True) -> None:
    fits = table[column].isin(allowed) | (table[column].isna() & empty)
    _require(fits, table, name, column, text("Allowed is one of: {values}.", values=", ".join(allowed)))


def _no_less(table: pd.DataFrame, name: Text, column: str, least: float, *, empty: bool = False) -> None:
    fits = (pd.to_numeric(table[column], errors="coerce") >= least) | (table[column].isna() & empty)
    _require(fits, table, name, column, text("Allowed is a number of at least {low}.", low=least))


def _require(fits: "pd.Series[bool]", table: pd.DataFrame, name: Text, column: str, allowed: Text) -> None:
    if not fits.all():
        raise InputError(
            text(
                "“{value}” does not fit the column “{column}” of the table of {name}.",
                value=table[column][~fits].iloc[0],
                column=column,
                name=name,
            ),
            where=_row(table, ~fits),
            remedy=allowed,
        )


def _row(table: pd.DataFrame, wrong: "pd.Series[bool]") -> Text:
    position: Hashable = int(wrong.to_numpy().argmax()) + 1
    return text("Row {row}", row=position)
