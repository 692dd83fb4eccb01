"""What a timetable was made from, as a plain dictionary, and the timetable made again from that and its slots."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from toolkit.roleplay.rotation_result import SLOT_COLUMNS, Rotation, rotation_of
from toolkit.roleplay.timetable import done_positions
from toolkit.roleplay.timetable_plays import Play
from toolkit.roleplay.timetable_raters import Seating
from toolkit.roleplay.timetable_request import Request, Span

VERSION = 1
FOR_GOOD = dt.timedelta(days=30)
"""How long somebody is unavailable who has left."""
_LISTS = ("reps", "raters", "scenarios")
_NUMBERS = ("stations", "slot_minutes", "raters_per_station", "sheets_per_rep", "seed")


def design_of(rotation: Rotation) -> dict[str, Any]:
    """Return what a timetable was made from, JSON-ready; who reports to whom is left to the store."""
    request = rotation.request
    return {
        "version": VERSION,
        **{name: list(getattr(request, name)) for name in _LISTS},
        **{name: getattr(request, name) for name in _NUMBERS},
        "start": request.start.isoformat(),
        "end": request.end.isoformat() if request.end else None,
        "breaks": [[since.isoformat(), until.isoformat()] for since, until in request.breaks],
        "unavailable": [[who, since.isoformat(), until.isoformat()] for who, since, until in request.unavailable],
        "done": [list(sheet) for sheet in request.done],
        "gone": sorted(request.gone),
    }


def request_of(design: Mapping[str, Any], reports_to: Mapping[str, str | None]) -> Request:
    """Return the request behind a kept design; `reports_to` is the superior by rep as it is now."""
    moment = dt.datetime.fromisoformat
    plain: dict[str, Any] = {name: tuple(design[name]) for name in _LISTS}
    plain |= {name: design[name] for name in _NUMBERS}
    return Request(
        **plain,
        start=moment(design["start"]),
        end=moment(design["end"]) if design["end"] else None,
        breaks=tuple((moment(since), moment(until)) for since, until in design["breaks"]),
        unavailable=tuple((who, moment(since), moment(until)) for who, since, until in design["unavailable"]),
        # A superior who does not rate is no matter here.
        reports_to={
            rep: boss for rep, boss in reports_to.items() if boss and boss in design["raters"] and rep in design["reps"]
        },
        done=tuple((rep, rater, scenario) for rep, rater, scenario in design["done"]),
        gone=frozenset(design["gone"]),
    )


def with_returned(design: Mapping[str, Any], there: Iterable[str]) -> dict[str, Any]:
    """Return a kept design in which nobody who is `there` again counts as gone or as away for good."""
    here, moment = set(there), dt.datetime.fromisoformat
    return {
        **design,
        "gone": [one for one in design["gone"] if one not in here],
        "unavailable": [
            [who, since, until]
            for who, since, until in design["unavailable"]
            if who not in here or moment(until) - moment(since) < FOR_GOOD
        ],
    }


def slot_spans(design: Mapping[str, Any], count: int) -> list[Span]:
    """Return start and end of the first `count` slots of a kept design."""
    return request_of(design, {}).slot_times(count)


def kept_rotation(
    design: Mapping[str, Any],
    slots: pd.DataFrame,
    reports_to: Mapping[str, str | None],
    *,
    more_raters: Iterable[str] = (),
) -> Rotation:
    """Return a kept timetable again, from its design and its slots as they were stored.

    `slots` has slot, station, rep_id, scenario_id and rater_id. `more_raters` have joined since:
    they have no seat yet and may be given one when the rest is planned anew.
    """
    raters = dict.fromkeys([*design["raters"], *more_raters])
    request = request_of({**design, "raters": raters}, reports_to)
    count = int(slots["slot"].max()) if len(slots) else 0
    spans = request.slot_times(count)
    frame = slots.assign(
        start=[spans[slot - 1][0] for slot in slots["slot"]], end=[spans[slot - 1][1] for slot in slots["slot"]]
    )[SLOT_COLUMNS].reset_index(drop=True)
    finished = set(request.done)
    triples = zip(frame["rep_id"], frame["rater_id"], frame["scenario_id"], strict=True)
    held = pd.Series([one in finished for one in triples], index=frame.index, dtype=bool)
    seating, stations = _seated(request, frame[~held], max(count, 1))
    return rotation_of(request, seating, stations=stations, played=frame[held])


def _seated(request: Request, frame: pd.DataFrame, count: int) -> tuple[Seating, list[int]]:
    reps, raters, scenarios = (
        {name: place for place, name in enumerate(names)} for names in (request.reps, request.raters, request.scenarios)
    )
    plays, seats, stations = [], [], []
    for _, rows in frame.groupby(["slot", "station"], sort=True):
        rep, scenario = reps[rows["rep_id"].iloc[0]], scenarios[rows["scenario_id"].iloc[0]]
        plays.append(Play(rep, scenario, int(rows["slot"].iloc[0]) - 1, len(rows)))
        seats.append([raters[one] for one in rows["rater_id"]])
        stations.append(int(rows["station"].iloc[0]) - 1)
    free = request.free(request.raters, count)
    seating = Seating(plays, request.size, request.allowed(), free, done_positions(request), seats)
    return seating, stations
