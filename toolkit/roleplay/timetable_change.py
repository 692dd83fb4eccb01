"""Planning the rest of a workshop anew when somebody falls out, with few changes people notice."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.roleplay.rotation_result import CHANGE_COLUMNS, Rotation, rotation_of
from toolkit.roleplay.timetable_notes import clock
from toolkit.roleplay.timetable_request import Request, Sheet, sheets_of
from toolkit.roleplay.timetable_rest import Part, Rest
from toolkit.wording import Text, counted, text


def replan(
    rotation: Rotation,
    *,
    without: str | Iterable[str],
    from_slot: int = 1,
    done: pd.DataFrame | Iterable[Sheet] | None = None,
) -> Rotation:
    """Return the timetable for the rest of the workshop after somebody has fallen out.

    Keeps what has been played. Plays to come keep slot, station and scenario; a missing rater is
    replaced by one who is idle then. Only a play for which nobody is left moves, to the earliest
    slot with a free room or to a new slot at the end. Where raters could no longer be compared,
    the fewest seats are exchanged or added that put it right. `changes` of the result names each
    play that differs.

    `without`: ids of raters or reps. `from_slot`: the first slot not played yet, from 1.
    `done`: the sheets there are, as a table or as (rep, rater, scenario); earlier plays without
    a sheet are played again. Default: everything before `from_slot` has been rated.
    Raises `InputError` for an unknown id or slot and where no rater is left.
    """
    gone = frozenset([without] if isinstance(without, str) else without)
    _check(rotation, gone, from_slot)
    request = _request(rotation.request, gone, _finished(rotation, from_slot, done))
    there = set(request.done)
    played = rotation.slots[[one in there for one in _triples(rotation.slots)]]
    rest = Rest(rotation, request, from_slot, played)
    rest.staff()
    rest.house()
    rest.repair()
    changed = _changes(rest)
    return rotation_of(
        request,
        rest.seating,
        stations=[part.station for part in rest.parts],
        played=played,
        changes=changed,
        more_notes=_notes(rotation, rest, changed),
    )


def _check(rotation: Rotation, gone: frozenset[str], from_slot: int) -> None:
    request = rotation.request
    last = int(rotation.slots["slot"].max()) if len(rotation.slots) else 0
    _refuse_unknown(gone, {*request.raters, *request.reps})
    if not isinstance(from_slot, int | np.integer) or not 1 <= from_slot <= last + 1:
        raise InputError(
            text("There is no slot {slot}: the timetable has slots 1 to {last}.", slot=from_slot, last=last),
            remedy=text("Give the number of the first slot that has not been played."),
        )
    if set(request.reps) <= gone | request.gone:
        raise InputError(text("No rep is left."), remedy=text("The workshop is over; there is nothing to plan."))
    if set(request.raters) <= gone | request.gone:
        raise InputError(text("No rater is left."), remedy=text("Invite one more rater and plan anew."))


def _refuse_unknown(ids: Iterable[str], known: set[str]) -> None:
    for one in sorted(set(ids) - known):
        raise InputError(
            text("“{id}” takes no part in this workshop.", id=one), remedy=text("Correct the id or leave it out.")
        )


def _triples(frame: pd.DataFrame) -> list[Sheet]:
    return list(zip(frame["rep_id"], frame["rater_id"], frame["scenario_id"], strict=True))


def _finished(rotation: Rotation, from_slot: int, done: pd.DataFrame | Iterable[Sheet] | None) -> tuple[Sheet, ...]:
    request = rotation.request
    if done is None:
        sheets = tuple(_triples(rotation.slots[rotation.slots["slot"] < from_slot]))
    else:
        sheets = sheets_of(done)
        for place, known in enumerate((request.reps, request.raters, request.scenarios)):
            _refuse_unknown((sheet[place] for sheet in sheets), set(known))
    return tuple(dict.fromkeys([*request.done, *sheets]))


def _request(request: Request, gone: frozenset[str], finished: tuple[Sheet, ...]) -> Request:
    """Return the request for the rest; who has left without a sheet is no longer in it."""
    gone = gone | request.gone
    reps = tuple(rep for rep in request.reps if rep not in gone or any(sheet[0] == rep for sheet in finished))
    raters = tuple(rater for rater in request.raters if rater not in gone or any(s[1] == rater for s in finished))
    return replace(request, reps=reps, raters=raters, done=finished, gone=gone)


def _changes(rest: Rest) -> pd.DataFrame:
    rows = [row for part in rest.parts for row in _change(rest.request, part)]
    for part in rest.homeless:
        rep, scenario = rest.request.reps[part.play.rep], rest.request.scenarios[part.play.scenario]
        rest.cancelled.append((rep, scenario))
    rows += [(np.nan, np.nan, rep, scenario, None, "cancelled") for rep, scenario in rest.cancelled]
    frame = pd.DataFrame(rows, columns=CHANGE_COLUMNS)
    return frame.sort_values(["slot", "station"], kind="stable", ignore_index=True)


def _change(request: Request, part: Part) -> list[tuple[object, ...]]:
    """Return what is new about a play, one row per rater concerned."""
    rep, scenario = request.reps[part.play.rep], request.scenarios[part.play.scenario]
    place = (part.play.slot + 1, part.station + 1, rep, scenario)
    new = [rater for rater in part.raters if rater not in part.old_raters]
    if (part.play.slot, part.station) != (part.old_slot, part.old_station):
        return [(*place, request.raters[rater], "moved") for rater in part.raters]
    replaced = len(part.old_raters - set(part.raters))
    rows: list[tuple[object, ...]] = [
        (*place, request.raters[rater], "rater" if count < replaced else "sits_in") for count, rater in enumerate(new)
    ]
    return rows if new or not replaced else [(*place, None, "without")]


def _notes(rotation: Rotation, rest: Rest, changes: pd.DataFrame) -> tuple[Text, ...]:
    found = [_summary(changes)]
    request = rest.request
    for part in rest.homeless:
        found.append(
            text(
                "Nobody who is left may rate {rep} in {scenario}. One more rater to whom {rep} does not report would do.",
                rep=request.reps[part.play.rep],
                scenario=request.scenarios[part.play.scenario],
            )
        )
    fewer = sum(len(part.raters) < request.raters_per_station for part in rest.parts)
    if fewer:
        found.append(
            counted(
                "One role-play has fewer raters than asked for.",
                "{count} role-plays have fewer raters than asked for.",
                fewer,
            )
        )
    last = max((part.play.slot for part in rest.parts), default=-1)
    before = int(rotation.slots["slot"].max()) if len(rotation.slots) else 0
    if last >= before:
        until = request.slot_times(last + 1)[-1][1]
        found.append(text("The workshop now lasts until {until}.", until=clock(until, request)))
        if request.end is not None and until > request.end:
            found.append(
                text(
                    "That is past its end at {end}. One more rater, or {count} role-plays less, would keep to it.",
                    end=clock(request.end, request),
                    count=sum(request.slot_times(part.play.slot + 1)[-1][1] > request.end for part in rest.parts),
                )
            )
    return tuple(found)


def _summary(changes: pd.DataFrame) -> Text:
    plays = changes.drop_duplicates(["rep_id", "scenario_id"])
    moved = int((plays["change"] == "moved").sum())
    cancelled = int((plays["change"] == "cancelled").sum())
    if not len(plays):
        return text("Nothing else changes.")
    return text(
        "Role-plays that change: {moved} with another time or room, {raters} with other raters, {cancelled} cancelled.",
        moved=moved,
        raters=len(plays) - moved - cancelled,
        cancelled=cancelled,
    )
