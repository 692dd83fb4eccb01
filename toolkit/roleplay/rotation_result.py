"""A rotation as tables: slots, sheets, loads, links and waiting."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from toolkit.roleplay.sheet_design import Sheets, design_rank, rater_groups, rater_overlap
from toolkit.roleplay.timetable_notes import notes_for
from toolkit.roleplay.timetable_plays import fewest_slots, play_sizes, scenarios_left
from toolkit.roleplay.timetable_raters import Seating
from toolkit.roleplay.timetable_request import Request
from toolkit.wording import Text

SLOT_COLUMNS = ["slot", "start", "end", "station", "rep_id", "scenario_id", "rater_id"]
CHANGE_COLUMNS = ["slot", "station", "rep_id", "scenario_id", "rater_id", "change"]
_SCENARIO_MOVES, _RATER_MOVES = 10.0, 1.0


@dataclass(frozen=True)
class Rotation:
    """A timetable and what it is worth.

    `slots`: slot and station (both from 1), start, end, rep_id, scenario_id, rater_id; one row per
    sheet to be filled, so a play before two raters takes two rows.
    `sheets`: rep_id, rater_id, scenario_id; all sheets, those done before included.
    `load`: rater_id, sheets. `waiting`: rep_id, minutes between first and last play in which the
    rep neither plays nor has a break. `overlap`: raters by raters, on how many sheets of the
    same reps a pair meets. `minutes`: from the first slot to the end of the last, breaks
    included. `connected`: all raters are linked through reps they share. `full_rank`: reps,
    raters and scenarios can all be told apart in the additive model. `fewest_sheets` and
    `fewest_slots`: numbers below which no timetable for the same request can go.
    `notes`: what could not be met, with the smallest change that would help; ids stand in them.
    `changes`: after `replan`, what is new (`change` is "rater", "moved", "sits_in", "without" or
    "cancelled"); else empty.
    """

    slots: pd.DataFrame
    sheets: pd.DataFrame
    load: pd.DataFrame
    waiting: pd.DataFrame
    overlap: pd.DataFrame
    minutes: float
    connected: bool
    full_rank: bool
    fewest_sheets: int
    fewest_slots: int
    notes: tuple[Text, ...]
    changes: pd.DataFrame
    request: Request


def rotation_of(
    request: Request,
    seating: Seating,
    *,
    stations: list[int] | None = None,
    played: pd.DataFrame | None = None,
    changes: pd.DataFrame | None = None,
    more_notes: tuple[Text, ...] = (),
) -> Rotation:
    """Return a seating as tables.

    `stations` gives the room of each play, from 0; else rooms are chosen. `played` are rows of
    slots that come before the seating's.
    """
    sheets = seating.sheets()
    slots = _slots(request, seating, rooms(seating) if stations is None else stations, played)
    group = rater_groups(sheets, len(request.raters))
    full = design_rank(sheets, request.size) == request.size.full_rank
    sizes = play_sizes(request, scenarios_left(request))
    fewest = max(sum(map(sum, sizes)) + len(request.done), request.size.full_rank)
    minutes = (slots["end"].max() - slots["start"].min()).total_seconds() / 60 if len(slots) else 0.0
    here = sum(rater not in request.gone for rater in request.raters)
    least = fewest_slots(sizes, request.stations, here, fewest - len(request.done))
    least += 0 if played is None else int(played["slot"].nunique())
    return Rotation(
        slots=slots,
        sheets=_sheet_table(request, sheets),
        load=pd.DataFrame({"rater_id": request.raters, "sheets": seating.load}),
        waiting=_waiting(request, slots),
        overlap=pd.DataFrame(
            rater_overlap(sheets, request.size), index=list(request.raters), columns=list(request.raters)
        ),
        minutes=float(minutes),
        connected=len(group) == 1,
        full_rank=full,
        fewest_sheets=fewest,
        fewest_slots=least,
        notes=(*more_notes, *notes_for(request, sheets, slots, seating.load, group, fewest)),
        changes=pd.DataFrame(columns=CHANGE_COLUMNS) if changes is None else changes,
        request=request,
    )


def rooms(seating: Seating) -> list[int]:
    """Return the station, from 0, of each play; rooms keep their scenario, then their raters."""
    widest = max((len(numbers) for numbers in seating.of_slot), default=0)
    found = [0] * len(seating.plays)
    scenario, raters = [-1] * widest, [set[int]() for _ in range(widest)]
    for numbers in seating.of_slot:
        price = np.array(
            [
                [
                    _SCENARIO_MOVES * (scenario[room] not in (-1, seating.scenario[number]))
                    + _RATER_MOVES * len(set(seating.seats[number]) - raters[room])
                    + 0.01 * room
                    for room in range(widest)
                ]
                for number in numbers
            ]
        ).reshape(len(numbers), widest)
        for place, room in zip(*linear_sum_assignment(price), strict=True):
            found[numbers[place]] = int(room)
            scenario[room] = seating.scenario[numbers[place]]
            raters[room] = set(seating.seats[numbers[place]])
    return found


def _slots(request: Request, seating: Seating, stations: list[int], played: pd.DataFrame | None) -> pd.DataFrame:
    times = request.slot_times(len(seating.of_slot))
    rows = [
        (
            play.slot + 1,
            *times[play.slot],
            stations[number] + 1,
            request.reps[play.rep],
            request.scenarios[seating.scenario[number]],
            request.raters[rater],
        )
        for number, play in enumerate(seating.plays)
        for rater in sorted(seating.seats[number])
    ]
    frame = pd.DataFrame(rows, columns=SLOT_COLUMNS)
    if played is not None and len(played):
        frame = pd.concat([played, frame], ignore_index=True) if rows else played.copy()
    return frame.sort_values(["slot", "station"], kind="stable", ignore_index=True)


def _sheet_table(request: Request, sheets: Sheets) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "rep_id": [request.reps[one] for one in sheets[:, 0]],
            "rater_id": [request.raters[one] for one in sheets[:, 1]],
            "scenario_id": [request.scenarios[one] for one in sheets[:, 2]],
        }
    )
    return frame.sort_values(["rep_id", "scenario_id", "rater_id"], kind="stable", ignore_index=True)


def _waiting(request: Request, slots: pd.DataFrame) -> pd.DataFrame:
    """Return the minutes each rep waits between plays, breaks left out."""
    minutes = []
    for rep in request.reps:
        mine = sorted(set(slots.loc[slots["rep_id"] == rep, "slot"]))
        minutes.append((mine[-1] - mine[0] + 1 - len(mine)) * request.slot_minutes if mine else 0.0)
    return pd.DataFrame({"rep_id": list(request.reps), "minutes": minutes})
