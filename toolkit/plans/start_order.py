"""Who starts now and who waits, so that there is somebody to compare with.

People in the order of team and level are cut into as many blocks of neighbours as there are places; one of each block
starts now (Rubin 2008, Annals of Applied Statistics 2:808, on designing before seeing outcomes; Imai, King & Nall 2009,
Statistical Science 24:29, on matched blocks). By lot, everybody of a block has the same chance, and the seed is recorded
so that anyone can draw again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.vocabulary import records_of
from toolkit.wording import Text, counted, text

FEWEST_EACH = 3


@dataclass(frozen=True)
class StaggeredStart:
    """`table` has person_id, team_id, level, starts (now, later), compared, block and chance of starting now (share).

    `compared` is False for those who start now in any case. `balance` has group (now, later), people, level (mean) and
    one column per team (people). `seed` is that of the draw, None where nothing was drawn.
    """

    table: pd.DataFrame
    balance: pd.DataFrame
    seed: int | None
    notes: tuple[Text, ...]

    @property
    def now(self) -> tuple[str, ...]:
        """Return who starts now."""
        return tuple(self.table.loc[self.table["starts"] == "now", "person_id"])

    @property
    def later(self) -> tuple[str, ...]:
        """Return who waits."""
        return tuple(self.table.loc[self.table["starts"] == "later", "person_id"])


def staggered_start(
    people: pd.DataFrame, places: int, *, seed: int | None = None, in_any_case: Sequence[str] = ()
) -> StaggeredStart:
    """Return a fair proposal who starts now and who waits for the next turn.

    `people` has person_id, team_id and level (on any one scale, such as the mean level or priority); `places` are those
    to start now, including whoever starts `in_any_case`, who is then not compared. With `seed` (0 or more) one of each
    block is drawn by lot; without, the middle one starts, from the upper and the lower middle in turn. Raises
    `InputError` for missing columns or levels, people twice, and fewer than one or not fewer places than people.
    """
    rows = _checked(people, places, in_any_case)
    fixed = rows["person_id"].isin(in_any_case)
    free = rows[~fixed]
    left = places - int(fixed.sum())
    order = _walk(free)
    rng = None if seed is None else np.random.default_rng(seed)
    sizes = _sizes(len(order), left, rng)
    parts, start = [], 0
    for block, size in enumerate(sizes):
        members = order.iloc[start : start + size]
        chosen = int(rng.integers(size)) if rng is not None else _middle(size, block)
        parts.append(
            members.assign(
                starts=np.where(np.arange(size) == chosen, "now", "later"),
                compared=True,
                block=block + 1,
                chance=1 / size,
            )
        )
        start += size
    kept = rows[fixed].assign(starts="now", compared=False, block=0, chance=1.0)
    table = pd.concat([*parts, kept] if len(kept) else parts).sort_values("person_id").reset_index(drop=True)
    return StaggeredStart(table, _balance(table), seed, _notes(table, seed))


def _checked(people: pd.DataFrame, places: int, in_any_case: Sequence[str]) -> pd.DataFrame:
    for column in ("person_id", "team_id", "level"):
        if column not in people:
            raise InputError(
                text("The table {table} needs a column “{column}”.", table="people", column=column),
                remedy=text("Add the column or map another column to it."),
            )
    rows = people[["person_id", "team_id", "level"]].copy()
    rows["level"] = pd.to_numeric(rows["level"], errors="coerce")
    rows["team_id"] = rows["team_id"].fillna("").astype(str)
    unseen = rows.loc[~np.isfinite(rows["level"].to_numpy(float)), "person_id"]
    if len(unseen):
        raise InputError(
            counted(
                "{count} person has no level to balance by.", "{count} people have no level to balance by.", len(unseen)
            ),
            where=text("Person {person}", person=unseen.iloc[0]),
            remedy=text("Assess them first, or leave them out."),
        )
    if rows["person_id"].duplicated().any():
        twice = rows.loc[rows["person_id"].duplicated(), "person_id"].iloc[0]
        raise InputError(text("Person {person} is named twice.", person=twice), remedy=text("Keep one row of each."))
    strange = sorted(set(in_any_case) - set(rows["person_id"]))
    if strange:
        raise InputError(text("Person {person} is not among these people.", person=strange[0]))
    most = len(rows) - 1
    least = len(set(in_any_case)) + 1
    if not least <= places <= most:
        raise InputError(
            text(
                "{places} places leave nobody to compare with among {people} people.", places=places, people=len(rows)
            ),
            remedy=text("Allowed is a number from {low} to {high}.", low=least, high=most),
        )
    return rows


def _walk(rows: pd.DataFrame) -> pd.DataFrame:
    """Return people so that neighbours are alike: team by team, levels rising and falling in turn."""
    parts = []
    for turn, (_, team) in enumerate(rows.groupby("team_id", sort=True)):
        parts.append(team.sort_values(["level", "person_id"], ascending=[turn % 2 == 0, True]))
    return pd.concat(parts)


def _sizes(people: int, blocks: int, rng: np.random.Generator | None) -> list[int]:
    sizes = [people // blocks + (number < people % blocks) for number in range(blocks)]
    if rng is not None:
        return [int(size) for size in rng.permutation(sizes)]
    # The larger blocks are spread, not all at the beginning.
    ends = [round((number + 1) * people / blocks) for number in range(blocks)]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def _middle(size: int, block: int) -> int:
    return (size - 1) // 2 if block % 2 else size // 2


def _balance(table: pd.DataFrame) -> pd.DataFrame:
    compared = table[table["compared"]]
    rows = []
    for group in ("now", "later"):
        part = compared[compared["starts"] == group]
        teams = part["team_id"].value_counts()
        counts = {team: int(teams.get(team, 0)) for team in sorted(compared["team_id"].unique())}
        rows.append({"group": group, "people": len(part), "level": float(part["level"].mean()), **counts})
    return pd.DataFrame(rows)


def _notes(table: pd.DataFrame, seed: int | None) -> tuple[Text, ...]:
    notes = []
    if seed is None:
        notes.append(
            text(
                "Nothing was drawn by lot: compare the gains of both groups, and draw by lot where you can for a surer answer."
            )
        )
    else:
        notes.append(
            text("Drawn by lot with the number {seed}; the same number draws the same people again.", seed=seed)
        )
    records = records_of(table[table["compared"]])
    least = min(sum(row["starts"] == group for row in records) for group in ("now", "later"))
    if least < FEWEST_EACH:
        notes.append(
            text("With fewer than {least} people in a group nothing can be told afterwards.", least=FEWEST_EACH)
        )
    return tuple(notes)
