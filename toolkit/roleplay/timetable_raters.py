"""Which rater sits where, and what a change of seats is worth."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from toolkit.roleplay.sheet_design import DesignSize, Precision, Sheets
from toolkit.roleplay.timetable_plays import Flags, Play

# In units of Precision.cost, where what cannot be compared costs about a million: comparable
# raters come first, equal loads next, rooms that keep their scenario last.
_LOAD, _CROWD = 10.0, 0.002
_NEVER = 1e6


@dataclass(frozen=True)
class Change:
    """New raters and new scenarios by play."""

    seats: dict[int, list[int]] = field(default_factory=dict)
    scenarios: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Outcome:
    blocks: dict[int, NDArray[np.float64]]
    information: NDArray[np.float64]
    imprecision: float
    load: list[int]
    gain: float


class Seating:
    """Raters on plays.

    `done` are sheets (rep, rater, scenario positions) there already. `free` is raters by slots and
    leaves out raters who play themselves. `seats` are the raters of each play so far.
    """

    def __init__(
        self,
        plays: list[Play],
        size: DesignSize,
        allowed: Flags,
        free: Flags,
        done: Sheets,
        seats: list[list[int]] | None = None,
    ):
        self.plays, self.size = plays, size
        self._allowed, self._free = allowed, free
        self.scenario = [play.scenario for play in plays]
        self.seats: list[list[int]] = [list(one) for one in seats] if seats else [[] for _ in plays]
        self._done: list[list[tuple[int, int]]] = [[] for _ in range(size.reps)]
        for rep, rater, scenario in done.tolist():
            self._done[rep].append((rater, scenario))
        self.of_rep: list[list[int]] = [[] for _ in range(size.reps)]
        self.of_slot: list[list[int]] = [[] for _ in range(free.shape[1])]
        for number, play in enumerate(plays):
            self.of_rep[play.rep].append(number)
            self.of_slot[play.slot].append(number)
        self.tries = 0
        self._precision = Precision(size)
        self._value()

    def _value(self) -> None:
        """Work out the value of the seating from the seats."""
        self.load = [0] * self.size.raters
        for rater in (rater for raters in self.seats for rater in raters):
            self.load[rater] += 1
        for rater in (rater for rows in self._done for rater, _ in rows):
            self.load[rater] += 1
        self._blocks = [self._block(rep, Change()) for rep in range(self.size.reps)]
        self._information = np.sum(self._blocks, axis=0)
        self.imprecision = self._precision.cost(self._information)

    def sheets(self) -> Sheets:
        """Return all sheets, done and to come, as rep, rater, scenario positions."""
        rows = [(rep, *one) for rep in range(self.size.reps) for one in self._rows(rep, Change())]
        return np.array(rows, dtype=np.int64).reshape(-1, 3)

    def idle(self, slot: int) -> list[int]:
        """Return the raters who are there in a slot and sit nowhere."""
        busy = {rater for number in self.of_slot[slot] for rater in self.seats[number]}
        return [rater for rater in np.flatnonzero(self._free[:, slot]).tolist() if rater not in busy]

    def may_sit(self, number: int, raters: list[int]) -> bool:
        """Return whether these raters may see a play together."""
        rep = self.plays[number].rep
        return len(set(raters)) == len(raters) and all(self._allowed[rep, rater] for rater in raters)

    def seat_in_turn(self) -> bool:
        """Fill all seats slot by slot with whom it serves best; return False where that fails."""
        seen = np.zeros((self.size.reps, self.size.raters))
        met = np.zeros((self.size.scenarios, self.size.raters))
        for numbers in self.of_slot:
            rows = [number for number in numbers for _ in range(self.plays[number].size)]
            if not rows:
                continue
            reps = [self.plays[number].rep for number in rows]
            price = 10.0 * np.array(self.load) + 3.0 * seen[reps] + met[[self.scenario[number] for number in rows]]
            turn = (np.arange(self.size.raters)[None, :] - np.arange(len(rows))[:, None]) % self.size.raters
            slot = self.plays[rows[0]].slot
            price = price + 0.01 * turn + _NEVER * ~(self._allowed[reps] & self._free[:, slot])
            chosen = np.asarray(linear_sum_assignment(price)[1])
            if len(chosen) < len(rows) or (price[range(len(rows)), chosen] >= _NEVER).any():
                return False
            for number, rater in zip(rows, chosen.tolist(), strict=True):
                self.seats[number] = [*self.seats[number], rater]
                self.load[rater] += 1
                seen[self.plays[number].rep, rater] += 1
                met[self.scenario[number], rater] += 1
        self._value()
        return True

    def gain(self, change: Change) -> float:
        """Return what a change is worth; above 0 is better."""
        return self._weigh(change).gain

    def attempt(self, change: Change) -> bool:
        """Make a change if it is worth something; say whether it was made."""
        outcome = self._weigh(change)
        if outcome.gain > 1e-9:
            self._take(change, outcome)
        return outcome.gain > 1e-9

    def force(self, change: Change) -> None:
        """Make a change whatever it is worth."""
        self._take(change, self._weigh(change))

    def _rows(self, rep: int, change: Change) -> list[tuple[int, int]]:
        rows = list(self._done[rep])
        for number in self.of_rep[rep]:
            scenario = change.scenarios.get(number, self.scenario[number])
            rows.extend((rater, scenario) for rater in change.seats.get(number, self.seats[number]))
        return rows

    def _block(self, rep: int, change: Change) -> NDArray[np.float64]:
        rows = self._rows(rep, change)
        return self._precision.block([rater for rater, _ in rows], [scenario for _, scenario in rows])

    def _crowd(self, slots: set[int], scenarios: dict[int, int]) -> int:
        """Return how much the same scenario is played in several rooms at once."""
        crowd = 0
        for slot in slots:
            here = [scenarios.get(number, self.scenario[number]) for number in self.of_slot[slot]]
            crowd += sum(here.count(one) ** 2 for one in set(here))
        return crowd

    def _weigh(self, change: Change) -> _Outcome:
        self.tries += 1
        touched = {self.plays[number].rep for number in (*change.seats, *change.scenarios)}
        blocks = {rep: self._block(rep, change) for rep in touched}
        information = self._information.copy()
        for rep, block in blocks.items():
            information += block - self._blocks[rep]
        load = self.load.copy()
        for number, raters in change.seats.items():
            for rater in self.seats[number]:
                load[rater] -= 1
            for rater in raters:
                load[rater] += 1
        slots = {self.plays[number].slot for number in change.scenarios}
        imprecision = self._precision.cost(information)
        gain = (
            self.imprecision
            - imprecision
            + _LOAD * (_squares(self.load) - _squares(load))
            + _CROWD * (self._crowd(slots, {}) - self._crowd(slots, change.scenarios))
        )
        return _Outcome(blocks, information, imprecision, load, gain)

    def _take(self, change: Change, outcome: _Outcome) -> None:
        for number, raters in change.seats.items():
            self.seats[number] = raters
        for number, scenario in change.scenarios.items():
            self.scenario[number] = scenario
        for rep, block in outcome.blocks.items():
            self._blocks[rep] = block
        self._information, self.imprecision, self.load = outcome.information, outcome.imprecision, outcome.load


def _squares(load: list[int]) -> int:
    return sum(one * one for one in load)
