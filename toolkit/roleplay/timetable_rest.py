"""The plays of a timetable that are still to come, and how they are kept going."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from toolkit.roleplay.rotation_result import Rotation
from toolkit.roleplay.sheet_design import design_rank
from toolkit.roleplay.timetable import best_rank, done_positions
from toolkit.roleplay.timetable_plays import Play, scenarios_left
from toolkit.roleplay.timetable_raters import Change, Seating
from toolkit.roleplay.timetable_request import Request
from toolkit.roleplay.timetable_search import sitting_in, still_fits, within_slot

_NOTICED = 1.0
_REPAIRS, _LATE, _NEW_SLOTS = 20, 4, 200


@dataclass
class Part:
    """A play to come: where it is held, who rates it, and what the old timetable said."""

    play: Play
    station: int
    raters: list[int]
    old_slot: int
    old_station: int
    old_raters: frozenset[int]


class Rest:
    """Plays to come that keep their place, plays that need one, and plays that fall away.

    `parts`, `homeless` hold `Part`s, `cancelled` pairs of rep_id and scenario_id.
    """

    def __init__(self, rotation: Rotation, request: Request, from_slot: int, played: pd.DataFrame):
        self.request, self._from = request, from_slot - 1
        # What was played ahead of time still stands in its slot, and so does its rater.
        self._taken = {(slot - 1, rater) for slot, rater in zip(played["slot"], played["rater_id"], strict=True)}
        # So does the rep, who may be a rater of others.
        self._taken |= {
            (slot - 1, rep) for slot, rep in zip(played["slot"], played["rep_id"], strict=True) if rep in request.raters
        }
        self.slots = int(rotation.slots["slot"].max()) if len(rotation.slots) else 0
        self.parts: list[Part] = []
        self.homeless: list[Part] = []
        self.cancelled: list[tuple[str, str]] = []
        self._collect(rotation)
        self.seating = self._seated()

    def _collect(self, rotation: Rotation) -> None:
        done = {(rep, scenario) for rep, _, scenario in self.request.done}
        reps, raters = list(self.request.reps), list(self.request.raters)
        for _, rows in rotation.slots.groupby(["slot", "station"], sort=True):
            first = rows.iloc[0]
            rep, scenario = str(first["rep_id"]), str(first["scenario_id"])
            slot, station = int(first["slot"]) - 1, int(first["station"]) - 1
            if (rep, scenario) in done:
                continue
            if rep in self.request.gone:
                self.cancelled.append((rep, scenario))
                continue
            here = [raters.index(one) for one in rows["rater_id"] if one not in self.request.gone]
            # Ids of raters who left without a sheet have no position; -1 keeps the count.
            old = frozenset(raters.index(one) if one in raters else -1 for one in rows["rater_id"])
            play = Play(reps.index(rep), self.request.scenarios.index(scenario), slot, len(rows))
            part = Part(play, station, here, slot, station, old)
            (self.parts if slot >= self._from else self.homeless).append(part)

    def _seated(self) -> Seating:
        plays = [replace(part.play, size=1) for part in self.parts]
        free = self.request.free(self.request.raters, max(self.slots, 1))
        for play in plays:
            if self.request.reps[play.rep] in self.request.raters:
                free[self.request.raters.index(self.request.reps[play.rep]), play.slot] = False
        for slot, rater in self._taken:
            free[self.request.raters.index(rater), slot] = False
        raters = [part.raters for part in self.parts]
        return Seating(plays, self.request.size, self.request.allowed(), free, done_positions(self.request), raters)

    def _wanted(self, part: Part) -> int:
        """Return how many raters a play keeps; who only sat in to link raters need not be replaced."""
        more = self.request.sheets_per_rep > len(self.request.scenarios) * self.request.raters_per_station
        return part.play.size if more else self.request.raters_per_station

    def staff(self) -> None:
        """Fill the seats of those who left; plays nobody can rate any more become homeless."""
        for number, part in enumerate(self.parts):
            self._fill(number, self._wanted(part))
        self._note_raters()
        self.homeless += [part for part in self.parts if not part.raters]
        self.parts = [part for part in self.parts if part.raters]
        self.seating = self._seated()

    def house(self) -> None:
        """Give homeless plays the earliest place there is, or new slots at the end."""
        waiting, self.homeless = self.homeless, []
        for part in sorted(waiting, key=lambda one: (one.old_slot, one.old_station)):
            if not self._put(part, self._from):
                self.homeless.append(part)

    def _put(self, part: Part, first: int) -> bool:
        """Hold a play in the earliest slot from `first` that has room; say whether there is one."""
        may = int(self.request.allowed()[part.play.rep].sum())
        wanted = min(may, self._wanted(part))
        slot = next((one for one in self._openings(part, wanted) if one >= first), None) if may else None
        if slot is None:
            return False
        self.slots = max(self.slots, slot + 1)
        taken = {one.station for one in self.parts if one.play.slot == slot}
        part.station = next(room for room in range(self.request.stations) if room not in taken)
        part.play, part.raters = replace(part.play, slot=slot), []
        self.parts.append(part)
        self.seating = self._seated()
        self._fill(len(self.parts) - 1, wanted)
        self._note_raters()
        return True

    def repair(self) -> None:
        """Exchange or add the fewest seats with which all raters can be compared again.

        Where nobody is idle to sit in, a late play moves to a slot of its own that all can see.
        """
        aim = best_rank(self.request, scenarios_left(self.request))
        self._link(aim)
        late = sorted(self.parts, key=lambda one: -one.play.slot)[:_LATE]
        for rep, scenario in [(one.play.rep, one.play.scenario) for one in late]:
            reached = self._rank()
            if reached >= aim:
                return
            before = [replace(one) for one in self.parts], self.slots
            part = next(one for one in self.parts if (one.play.rep, one.play.scenario) == (rep, scenario))
            self.parts.remove(part)
            if self._put(part, self.slots):
                self._link(aim)
            if self._rank() <= reached:
                self.parts, self.slots = before
                self.seating = self._seated()

    def _rank(self) -> int:
        return design_rank(self.seating.sheets(), self.request.size)

    def _link(self, aim: int) -> None:
        """Change the seats that bring the rank nearer to `aim`, one after the other."""
        for _ in range(_REPAIRS):
            if self._rank() >= aim:
                break
            slots = range(self._from, self.slots)
            changes = [change for slot in slots for change in within_slot(self.seating, slot)]
            changes = [one for one in [*changes, *sitting_in(self.seating)] if self._possible(one)]
            best = max(changes, key=self._worth, default=None)
            if best is None or self._worth(best) <= 0:
                break
            self.seating.force(best)
        self._note_raters()

    def _possible(self, change: Change) -> bool:
        adds = sum(map(len, change.seats.values())) > sum(len(self.seating.seats[one]) for one in change.seats)
        return adds or still_fits(self.seating, change)

    def _worth(self, change: Change) -> float:
        return self.seating.gain(change) - _NOTICED * len(change.seats)

    def _note_raters(self) -> None:
        for part, raters in zip(self.parts, self.seating.seats, strict=True):
            part.raters = list(raters)

    def _fill(self, number: int, wanted: int) -> None:
        while len(self.seating.seats[number]) < wanted:
            changes = self._fillings(number)
            if not changes:
                return
            self.seating.force(max(changes, key=self._worth))

    def _fillings(self, number: int) -> list[Change]:
        """Return the ways to add a rater to a play: an idle one, else one from another play then."""
        seats, may_sit = self.seating.seats, self.seating.may_sit
        mine, slot = seats[number], self.seating.plays[number].slot
        idle = self.seating.idle(slot)
        direct = [Change({number: [*mine, one]}) for one in idle if may_sit(number, [*mine, one])]
        if direct:
            return direct
        found = []
        for other in self.seating.of_slot[slot]:
            for rater in seats[other] if other != number else []:
                rest = [one for one in seats[other] if one != rater]
                spare = [rest] if len(rest) > len(mine) else []
                for after in [*([*rest, one] for one in idle), *spare]:
                    if may_sit(other, after) and may_sit(number, [*mine, rater]):
                        found.append(Change({other: after, number: [*mine, rater]}))
        return found

    def _openings(self, part: Part, wanted: int) -> Iterator[int]:
        """Give the slots in which a play could be held, the earliest first."""
        rep = self.request.reps[part.play.rep]
        most = self.slots + _NEW_SLOTS
        there = self.request.free([rep], most)[0]
        raters = self.request.free(self.request.raters, most)
        allowed = self.request.allowed()[part.play.rep]
        held = {slot for slot, _ in self._taken}
        for slot in (one for one in range(self._from, most) if one not in held):
            here = [one for one in self.parts if one.play.slot == slot]
            busy = {rater for one in here for rater in one.raters}
            busy |= {place for place, name in enumerate(self.request.raters) if name in self._players(here)}
            rating = {self.request.raters[rater] for rater in busy}
            idle = [one for one in range(len(allowed)) if allowed[one] and raters[one, slot] and one not in busy]
            playing = part.play.rep in [one.play.rep for one in here] or rep in rating
            if there[slot] and not playing and len(here) < self.request.stations and len(idle) >= wanted:
                yield slot

    def _players(self, parts: list[Part]) -> set[str]:
        return {self.request.reps[one.play.rep] for one in parts}
