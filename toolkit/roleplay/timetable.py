"""The rotation timetable of a workshop: who plays what, when, where and before whom."""

import datetime as dt
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from toolkit.roleplay.rotation_result import Rotation, rotation_of
from toolkit.roleplay.sheet_design import DesignSize, Sheets, design_rank
from toolkit.roleplay.timetable_notes import never_fits, too_long
from toolkit.roleplay.timetable_plays import (
    Flags,
    Placement,
    Play,
    fewest_slots,
    play_sizes,
    scenarios_left,
    with_scenarios,
)
from toolkit.roleplay.timetable_raters import Seating
from toolkit.roleplay.timetable_request import Moment, Request, Sheet, request_for
from toolkit.roleplay.timetable_search import add_links, improve

_MORE_LINKS, _MORE_SLOTS = 4, 3
_TRIES = 20_000


def rotation(
    reps: Iterable[str],
    raters: Iterable[str],
    scenarios: Iterable[str],
    *,
    stations: int,
    slot_minutes: float,
    start: dt.datetime,
    end: Moment | None = None,
    breaks: Iterable[tuple[Moment, Moment]] = (),
    sheets_per_rep: int | None = None,
    raters_per_station: int = 1,
    reports_to: Mapping[str, str | None] | None = None,
    unavailable: Iterable[tuple[str, Moment, Moment]] = (),
    done: pd.DataFrame | Iterable[Sheet] | None = None,
    seed: int = 0,
) -> Rotation:
    """Return a timetable in which each rep plays each scenario once and all raters can be compared.

    Takes the fewest sheets with which the additive design rep + rater + scenario has full rank,
    then the fewest slots; loads of raters differ by one sheet at most where that is possible.
    Nobody rates himself or a rep who reports to him. A person may be rep and rater.

    Parameters
    ----------
    reps, raters, scenarios
        Ids, each once.
    stations
        Rooms in which reps play at the same time.
    slot_minutes
        Length of a slot, change-over included.
    start, end
        First moment, and the moment by which all must be over. Times without a date are on the
        day of `start`.
    breaks
        (from, to): no slot touches them.
    sheets_per_rep
        Sheets each rep gets at least; default: scenarios x `raters_per_station`.
    raters_per_station
        Raters who see each play at least. More sit in where it takes more sheets to link all.
    reports_to
        Superior by rep; superiors who do not rate are noted and otherwise ignored.
    unavailable
        (id of a rep or rater, from, to).
    done
        Sheets there already, as a table or as (rep, rater, scenario). What they hold is not
        played again and counts for comparing raters.
    seed
        The same input gives the same timetable; another seed may give another one.

    Raises `InputError` for input that cannot be used, and where the time does not suffice; what
    cannot be met otherwise stands in the notes of the result.
    """
    request = request_for(
        reps,
        raters,
        scenarios,
        stations=stations,
        slot_minutes=slot_minutes,
        start=start,
        end=end,
        breaks=breaks,
        sheets_per_rep=sheets_per_rep,
        raters_per_station=raters_per_station,
        reports_to=reports_to,
        unavailable=unavailable,
        done=done,
        seed=seed,
    )
    return rotation_of(request, _planned(request))


def done_positions(request: Request) -> Sheets:
    """Return the sheets that are done as positions."""
    reps, raters, scenarios = (
        {name: place for place, name in enumerate(names)} for names in (request.reps, request.raters, request.scenarios)
    )
    rows = [(reps[rep], raters[rater], scenarios[scenario]) for rep, rater, scenario in request.done]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def best_rank(request: Request, left: list[list[int]]) -> int:
    """Return the rank if every rater saw everything still to be played that he may see."""
    allowed = request.allowed()
    rows = [(rep, rater, s) for rep, some in enumerate(left) for rater in np.flatnonzero(allowed[rep]) for s in some]
    every = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return design_rank(np.vstack([done_positions(request), every]), request.size)


def fewest_links(size: DesignSize, aim: int, sheets: int) -> int:
    """Return how many sheets are missing at least before the rank can reach `aim`."""
    return max(0, min(aim, size.full_rank) - sheets)


def _planned(request: Request) -> Seating:
    """Return the seating with the fewest sheets, then the fewest slots, that compares all raters."""
    left = scenarios_left(request)
    sizes = play_sizes(request, left)
    aim = best_rank(request, left)
    sheets = sum(map(sum, sizes))
    links = fewest_links(request.size, aim, sheets + len(request.done))
    best: tuple[int, Seating] | None = None
    tries = 0
    for more in range(_MORE_LINKS):
        for seating in _with_links(request, left, sizes, links + more):
            improve(seating, aim, request.seed)
            rank = design_rank(seating.sheets(), request.size)
            if best is None or rank > best[0]:
                best = rank, seating
            tries += seating.tries
            if rank >= aim or tries > _TRIES:
                return best[1]
    if best is None:
        raise never_fits(request)
    return best[1]


def _with_links(request: Request, left: list[list[int]], sizes: list[list[int]], links: int) -> Iterable[Seating]:
    """Give seatings with `links` more sheets than plays ask for, those with fewest slots first."""
    sheets = sum(map(sum, sizes)) + links
    first = fewest_slots(sizes, request.stations, len(request.raters), sheets)
    placement = Placement(request, left, sizes)
    in_time = request.slots_in_time()
    found = 0
    for slots in range(first, 2 * first + sum(map(len, left)) + 20):
        if slots > in_time:
            if not found:
                raise too_long(request, slots, in_time)
            return
        for seating in _in_slots(request, placement, left, slots, links, slots - first):
            found += 1
            yield seating
        if found >= _MORE_SLOTS:
            return


def _in_slots(
    request: Request, placement: Placement, left: list[list[int]], slots: int, links: int, spare: int
) -> Iterable[Seating]:
    """Give seatings in so many slots, of which `spare` are more than are needed for the plays.

    Raters are first held back so that they can sit in or change places, then taken as they are idle.
    """
    free_reps, free_raters = request.free(request.reps, slots), request.free(request.raters, slots)
    for held in dict.fromkeys((links + spare, links, 0)):
        for longest_first in (False, True):
            plays = placement.place(free_reps, free_raters, held, longest_first=longest_first)
            if plays is None:
                continue
            plays = with_scenarios(plays, left, len(request.scenarios))
            seating = Seating(
                plays, request.size, request.allowed(), _there(placement, plays, free_raters), done_positions(request)
            )
            if seating.seat_in_turn() and add_links(seating, links):
                yield seating
                break


def _there(placement: Placement, plays: list[Play], free: Flags) -> Flags:
    """Return raters by slots without those who play themselves."""
    there = free.copy()
    for play in plays:
        if placement.rater_of_rep[play.rep] >= 0:
            there[placement.rater_of_rep[play.rep], play.slot] = False
    return there
