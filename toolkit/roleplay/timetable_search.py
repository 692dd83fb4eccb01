"""Improving a seating by small exchanges, and adding the sheets that link raters."""

from collections.abc import Iterator

import numpy as np

from toolkit.roleplay.sheet_design import design_rank
from toolkit.roleplay.timetable_raters import Change, Seating

_TRIES = 12_000
_LINKS_TRIED = 400
_KICKS = 12


def add_links(seating: Seating, count: int) -> bool:
    """Let `count` more raters sit in where they link most; return False where nobody is idle."""
    for _ in range(count):
        changes = list(sitting_in(seating))
        step = max(1, len(changes) // _LINKS_TRIED)
        if not changes:
            return False
        seating.force(max(changes[::step], key=seating.gain))
    return True


def improve(seating: Seating, aim: int, seed: int) -> None:
    """Exchange seats until nothing helps; shake and try again while the rank is below `aim`."""
    _descend(seating)
    rng = np.random.default_rng(seed)
    for _ in range(_KICKS):
        if design_rank(seating.sheets(), seating.size) >= aim:
            break
        before = [list(raters) for raters in seating.seats], list(seating.scenario), seating.imprecision
        changes = list(_exchanges(seating))
        for pick in rng.permutation(len(changes))[:4].tolist():
            # A change made earlier may have overtaken this one.
            if still_fits(seating, changes[pick]):
                seating.force(changes[pick])
        _descend(seating)
        if seating.imprecision > before[2]:
            seating.force(Change(dict(enumerate(before[0])), dict(enumerate(before[1]))))
    _level(seating)


def _descend(seating: Seating) -> None:
    """Take every change that helps, round after round."""
    limit = seating.tries + _TRIES
    found = True
    while found and seating.tries < limit:
        found = False
        for slot in range(len(seating.of_slot)):
            for change in within_slot(seating, slot):
                if still_fits(seating, change) and seating.attempt(change):
                    found = True
        for rep in range(seating.size.reps):
            for change in _other_order(seating, rep):
                found = seating.attempt(change) or found
        for change in _moved_links(seating):
            if still_fits(seating, change) and seating.attempt(change):
                found = True


def _exchanges(seating: Seating) -> Iterator[Change]:
    """Give all exchanges that leave the number of sheets as it is."""
    for slot in range(len(seating.of_slot)):
        yield from within_slot(seating, slot)
    for rep in range(seating.size.reps):
        yield from _other_order(seating, rep)


def within_slot(seating: Seating, slot: int) -> Iterator[Change]:
    """Give the exchanges of raters within a slot: with an idle one, or between two plays."""
    numbers, idle = seating.of_slot[slot], seating.idle(slot)
    for place, number in enumerate(numbers):
        mine = seating.seats[number]
        for at, rater in enumerate(mine):
            for other in idle:
                yield Change({number: _replaced(mine, at, other)})
            for partner in numbers[place + 1 :]:
                theirs = seating.seats[partner]
                for there, other in enumerate(theirs):
                    yield Change({number: _replaced(mine, at, other), partner: _replaced(theirs, there, rater)})


def _other_order(seating: Seating, rep: int) -> Iterator[Change]:
    """Give the exchanges of two scenarios of a rep."""
    numbers = seating.of_rep[rep]
    for place, number in enumerate(numbers):
        for partner in numbers[place + 1 :]:
            yield Change(scenarios={number: seating.scenario[partner], partner: seating.scenario[number]})


def sitting_in(seating: Seating) -> Iterator[Change]:
    """Give the ways in which one more rater may sit in on a play."""
    for slot, numbers in enumerate(seating.of_slot):
        idle = seating.idle(slot) if numbers else []
        for number in numbers:
            for rater in idle:
                raters = [*seating.seats[number], rater]
                if seating.may_sit(number, raters):
                    yield Change({number: raters})


def _moved_links(seating: Seating) -> Iterator[Change]:
    """Give the ways in which a rater who sits in may sit in elsewhere, or another one may."""
    for number, play in enumerate(seating.plays):
        mine = seating.seats[number]
        for at in range(play.size, len(mine)):
            fewer = [rater for place, rater in enumerate(mine) if place != at]
            for partner in seating.of_slot[play.slot]:
                if partner != number:
                    yield Change({number: fewer, partner: [*seating.seats[partner], mine[at]]})
            for step, other in enumerate(sitting_in(seating)):
                if step >= _LINKS_TRIED // 8:
                    break
                if number not in other.seats:
                    yield Change({number: fewer, **other.seats})


def still_fits(seating: Seating, change: Change) -> bool:
    """Return whether a change is possible as the seats are now: nobody in two rooms, nobody refused."""
    slots: dict[int, list[int]] = {}
    for number, raters in change.seats.items():
        if not seating.may_sit(number, raters) or len(raters) < seating.plays[number].size:
            return False
        slots.setdefault(seating.plays[number].slot, []).extend(raters)
    for slot, raters in slots.items():
        held = {rater for number in seating.of_slot[slot] if number in change.seats for rater in seating.seats[number]}
        if len(set(raters)) < len(raters) or not set(raters) <= held | set(seating.idle(slot)):
            return False
    if sum(map(len, change.seats.values())) != sum(len(seating.seats[number]) for number in change.seats):
        return False
    return sorted(change.scenarios.values()) == sorted(seating.scenario[number] for number in change.scenarios)


def _level(seating: Seating) -> None:
    """Pass seats along a chain of raters until no load can come closer to the others."""
    while True:
        busiest = sorted(range(seating.size.raters), key=lambda rater: -seating.load[rater])
        chains = (
            _chain(seating, first, last)
            for first in busiest
            for last in reversed(busiest)
            if seating.load[first] - seating.load[last] > 1
        )
        if not any(_pass_on(seating, chain) for chain in chains if chain):
            return


def _chain(seating: Seating, first: int, last: int) -> list[tuple[int, int, int]]:
    """Return the shortest chain of (play, from, to) that brings a seat from one rater to another."""
    came: dict[int, tuple[int, int, int]] = {first: (-1, -1, first)}
    waiting = [first]
    while waiting and last not in came:
        giver = waiting.pop(0)
        for number, play in enumerate(seating.plays):
            if giver not in seating.seats[number]:
                continue
            for taker in seating.idle(play.slot):
                raters = [taker if one == giver else one for one in seating.seats[number]]
                if taker not in came and seating.may_sit(number, raters):
                    came[taker] = (number, giver, taker)
                    waiting.append(taker)
    chain: list[tuple[int, int, int]] = []
    while last in came and last != first:
        chain.append(came[last])
        last = came[last][1]
    return chain[::-1]


def _pass_on(seating: Seating, chain: list[tuple[int, int, int]]) -> bool:
    """Make the changes of a chain if they do not cost a comparison."""
    seats: dict[int, list[int]] = {}
    for number, giver, taker in chain:
        raters = seats.get(number, seating.seats[number])
        seats[number] = [taker if one == giver else one for one in raters]
    change = Change(seats)
    return still_fits(seating, change) and seating.attempt(change)


def _replaced(raters: list[int], at: int, rater: int) -> list[int]:
    return [*raters[:at], rater, *raters[at + 1 :]]
