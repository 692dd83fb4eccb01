"""Who plays in which slot: as few slots as possible, and little waiting."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from toolkit.roleplay.timetable_request import Request

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Play:
    """A rep plays a scenario in a slot before `size` raters; all are positions, from 0."""

    rep: int
    scenario: int
    slot: int
    size: int


def scenarios_left(request: Request) -> list[list[int]]:
    """Return for each rep the scenarios for which no sheet is there yet."""
    done = {(rep, scenario) for rep, _, scenario in request.done}
    return [
        [s for s, scenario in enumerate(request.scenarios) if (rep, scenario) not in done and rep not in request.gone]
        for rep in request.reps
    ]


def play_sizes(request: Request, left: list[list[int]]) -> list[list[int]]:
    """Return for each rep how many raters see his first, second, … play."""
    count = len(request.scenarios)
    more, odd = divmod(request.sheets_per_rep - count * request.raters_per_station, count)
    base = request.raters_per_station + more
    return [[base + ((place - rep) % count < odd) for place in range(len(some))] for rep, some in enumerate(left)]


def fewest_slots(plays: list[list[int]], stations: int, raters: int, sheets: int) -> int:
    """Return a number of slots no timetable can do with less than.

    `plays` gives for each rep how many raters see each of his plays; `sheets` counts all sheets.
    """
    smallest = min((size for sizes in plays for size in sizes), default=1)
    rooms = max(1, min(stations, raters // smallest))
    count = sum(len(sizes) for sizes in plays)
    return max(max(map(len, plays), default=0), -(-count // rooms), -(-sheets // raters))


def seatable(wanted: list[tuple[int, int]], free: Flags, allowed: Flags) -> list[list[int]] | None:
    """Return raters for (rep, size) playing at the same time, or None where there are not enough."""
    rows = [rep for rep, size in wanted for _ in range(size)]
    usable = np.flatnonzero(free)
    if len(usable) < len(rows):
        return None
    refused = ~allowed[rows][:, usable]
    seats, chosen = linear_sum_assignment(refused)
    if refused[seats, chosen].any():
        return None
    raters = usable[chosen].tolist()
    return [[raters.pop(0) for _ in range(size)] for _, size in wanted]


class Placement:
    """Puts reps into slots one slot after the other."""

    def __init__(self, request: Request, left: list[list[int]], sizes: list[list[int]]):
        self._stations, self._left, self._sizes = request.stations, left, sizes
        self._allowed = request.allowed()
        twice = {rater: place for place, rater in enumerate(request.raters)}
        self.rater_of_rep = [twice.get(rep, -1) for rep in request.reps]
        self._plain = bool(self._allowed.all())

    def place(self, free_reps: Flags, free_raters: Flags, held: int, *, longest_first: bool) -> list[Play] | None:
        """Return the plays, or None if they do not fit into the slots there are.

        `free_reps` and `free_raters` are people by slots. `held` raters are kept from plays of
        their own in the first slots, so that they can sit in on somebody else's.
        Reps who must play in every slot left come first, then those who have begun (so that few
        wait), or with `longest_first` those with most left to play, which needs fewest slots.
        """
        slots = free_reps.shape[1]
        begun = [-1] * len(self._left)
        played = [0] * len(self._left)
        ahead = np.cumsum(free_reps[:, ::-1], axis=1)[:, ::-1].tolist()
        plays: list[Play] = []
        for slot in range(slots):
            remaining = [len(some) - count for some, count in zip(self._left, played, strict=True)]
            if any(count > 0 and count > ahead[rep][slot] for rep, count in enumerate(remaining)):
                return None
            waiting = [rep for rep, count in enumerate(remaining) if count > 0 and free_reps[rep, slot]]
            order = sorted(
                waiting,
                key=lambda rep: (
                    remaining[rep] < ahead[rep][slot],
                    -remaining[rep] if longest_first else 0,
                    begun[rep] if begun[rep] >= 0 else slots,
                    rep,
                ),
            )
            chosen, keep = self._choose(order, played, free_raters[:, slot], held)
            held -= keep
            for rep, size in chosen:
                plays.append(Play(rep, -1, slot, size))
                played[rep] += 1
                begun[rep] = slot
        return plays if played == [len(some) for some in self._left] else None

    def _choose(self, order: list[int], played: list[int], free: Flags, held: int) -> tuple[list[tuple[int, int]], int]:
        """Return who of `order` plays now, as (rep, size), and how many raters are held back."""
        chosen: list[tuple[int, int]] = []
        here, seats, keep = free.copy(), 0, 0
        for rep in order:
            if len(chosen) == self._stations:
                break
            size = self._sizes[rep][played[rep]]
            mine = self.rater_of_rep[rep]
            there = here.copy()
            if mine >= 0:
                there[mine] = False
            room = int(there.sum())
            if not chosen:
                keep = max(0, min(held, room - size))
            if seats + size + keep > room:
                continue
            if not self._plain and seatable([*chosen, (rep, size)], there, self._allowed) is None:
                continue
            chosen.append((rep, size))
            here, seats = there, seats + size
        return chosen, keep


def with_scenarios(plays: list[Play], left: list[list[int]], scenarios: int) -> list[Play]:
    """Return the plays with scenarios, each slot holding each scenario about equally often."""
    open_ = [list(some) for some in left]
    crowd: dict[int, list[int]] = {}
    given: list[Play] = []
    for play in plays:
        counts = crowd.setdefault(play.slot, [0] * scenarios)
        turn = play.rep + play.slot
        scenario = min(open_[play.rep], key=lambda one: (counts[one], (one - turn) % scenarios))
        open_[play.rep].remove(scenario)
        counts[scenario] += 1
        given.append(Play(play.rep, scenario, play.slot, play.size))
    return given
