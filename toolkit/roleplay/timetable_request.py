"""What a workshop asks for, checked before anything is planned."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.errors import InputError
from toolkit.roleplay.sheet_design import DesignSize
from toolkit.wording import Text, text

Moment = dt.datetime | dt.time
Sheet = tuple[str, str, str]
Span = tuple[dt.datetime, dt.datetime]
_SHEET = ["rep_id", "rater_id", "scenario_id"]
_MOST_SLOTS = 2000


@dataclass(frozen=True)
class Request:
    """A checked workshop: ids, rooms, times and who may not rate whom.

    `done` are sheets (rep, rater, scenario) there already; `unavailable` are (id, from, to).
    `gone` have left: of them only what is done counts.
    """

    reps: tuple[str, ...]
    raters: tuple[str, ...]
    scenarios: tuple[str, ...]
    stations: int
    slot_minutes: float
    start: dt.datetime
    end: dt.datetime | None
    breaks: tuple[Span, ...]
    unavailable: tuple[tuple[str, dt.datetime, dt.datetime], ...]
    reports_to: Mapping[str, str]
    raters_per_station: int
    sheets_per_rep: int
    done: tuple[Sheet, ...]
    seed: int
    gone: frozenset[str] = frozenset()

    @property
    def size(self) -> DesignSize:
        """How many reps, raters and scenarios there are."""
        return DesignSize(len(self.reps), len(self.raters), len(self.scenarios))

    def allowed(self) -> NDArray[np.bool_]:
        """Return, reps by raters, who may rate whom: not himself, not his own report, nobody who has left."""
        return np.array(
            [[rater not in (rep, self.reports_to.get(rep), *self.gone) for rater in self.raters] for rep in self.reps]
        ).reshape(len(self.reps), len(self.raters))

    def slot_times(self, count: int) -> list[Span]:
        """Return start and end of the first `count` slots; none of them touches a break."""
        length = dt.timedelta(minutes=self.slot_minutes)
        spans: list[Span] = []
        moment = self.start
        while len(spans) < count:
            ends = [until for since, until in self.breaks if since < moment + length and moment < until]
            if ends:
                moment = max(ends)
                continue
            spans.append((moment, moment + length))
            moment += length
        return spans

    def slots_in_time(self) -> int:
        """Return how many slots fit before the end, or a number no workshop reaches if there is none."""
        if self.end is None:
            return _MOST_SLOTS
        most = int((self.end - self.start) / dt.timedelta(minutes=self.slot_minutes))
        return sum(until <= self.end for _, until in self.slot_times(most))

    def free(self, people: Sequence[str], count: int) -> NDArray[np.bool_]:
        """Return, people by slots, who is there."""
        spans = self.slot_times(count)
        there = np.array([[person not in self.gone] * count for person in people], dtype=bool)
        there = there.reshape(len(people), count)
        for person, since, until in self.unavailable:
            away = [since < ends and starts < until for starts, ends in spans]
            there[[one == person for one in people], :] &= ~np.array(away, dtype=bool)
        return there


def request_for(
    reps: Iterable[str],
    raters: Iterable[str],
    scenarios: Iterable[str],
    *,
    stations: int,
    slot_minutes: float,
    start: dt.datetime,
    end: Moment | None,
    breaks: Iterable[tuple[Moment, Moment]],
    sheets_per_rep: int | None,
    raters_per_station: int,
    reports_to: Mapping[str, str | None] | None,
    unavailable: Iterable[tuple[str, Moment, Moment]],
    done: pd.DataFrame | Iterable[Sheet] | None,
    seed: int,
) -> Request:
    """Return the checked request of `timetable.rotation`; raises `InputError`."""
    named = _ids(reps, text("reps")), _ids(raters, text("raters")), _ids(scenarios, text("scenarios"))
    _whole(stations, text("The number of stations"))
    _whole(raters_per_station, text("The number of raters at a station"))
    _check_numbers(named, stations, raters_per_station)
    if not isinstance(start, dt.datetime):
        raise InputError(text("The start must be a date with a time, not {value}.", value=repr(start)))
    if not (isinstance(slot_minutes, int | float) and 0 < slot_minutes <= 24 * 60):
        raise InputError(
            text("A slot of {minutes} minutes is not possible.", minutes=slot_minutes),
            remedy=text("Give the length of one role-play with its change-over, such as 20 minutes."),
        )
    away = tuple((person, *_span(since, until, start)) for person, since, until in unavailable)
    _known((person for person, _, _ in away), {*named[0], *named[1]}, text("the absences"))
    superiors = {rep: boss for rep, boss in (reports_to or {}).items() if boss}
    _known(reports_to or {}, set(named[0]), text("who reports to whom"))
    ends = None if end is None else _moment(end, start)
    request = Request(
        *named,
        stations=stations,
        slot_minutes=float(slot_minutes),
        start=start,
        end=ends,
        breaks=tuple(_span(since, until, start) for since, until in breaks),
        unavailable=away,
        reports_to=superiors,
        raters_per_station=raters_per_station,
        sheets_per_rep=_sheets_per_rep(sheets_per_rep, raters_per_station, named),
        done=_done(done, named),
        seed=seed,
    )
    _check_time(request)
    _check_reports(request)
    return request


def sheets_of(sheets: pd.DataFrame | Iterable[Sheet] | None) -> tuple[Sheet, ...]:
    """Return sheets given as a table or as (rep, rater, scenario) as triples, each once."""
    if sheets is None:
        return ()
    if isinstance(sheets, pd.DataFrame):
        missing = [name for name in _SHEET if name not in sheets.columns]
        if missing:
            raise InputError(text("The sheets that are done need a column “{column}”.", column=missing[0]))
        sheets = [(str(rep), str(rater), str(scenario)) for rep, rater, scenario in sheets[_SHEET].to_numpy()]
    return tuple(dict.fromkeys((rep, rater, scenario) for rep, rater, scenario in sheets))


def _ids(ids: Iterable[str], what: Text) -> tuple[str, ...]:
    listed = tuple(ids)
    if not listed:
        raise InputError(text("There are no {what}.", what=what), remedy=text("Name at least one."))
    for one in listed:
        if not isinstance(one, str) or not one:
            raise InputError(text("“{value}” among the {what} is not an id.", value=one, what=what))
        if listed.count(one) > 1:
            raise InputError(
                text("“{value}” is among the {what} more than once.", value=one, what=what),
                remedy=text("Name each one once."),
            )
    return listed


def _whole(value: int, what: Text) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InputError(text("{what} must be a whole number of at least 1, not {value}.", what=what, value=value))


def _check_numbers(named: tuple[tuple[str, ...], ...], stations: int, raters_per_station: int) -> None:
    reps, raters, scenarios = (len(one) for one in named)
    if stations > reps:
        raise InputError(
            text(
                "There are more stations ({stations}) than reps to play in them ({reps}).", stations=stations, reps=reps
            ),
            remedy=text("Use no more stations than reps."),
        )
    if raters_per_station > raters:
        raise InputError(
            text(
                "Each station asks for more raters ({asked}) than there are ({raters}).",
                asked=raters_per_station,
                raters=raters,
            ),
            remedy=text("Ask for fewer raters at a station, or add raters."),
        )
    most = reps * scenarios * raters_per_station
    if raters > most:
        raise InputError(
            text("There are more raters ({raters}) than sheets to fill ({sheets}).", raters=raters, sheets=most),
            remedy=text("Take fewer raters, or put more raters at each station."),
        )


def _sheets_per_rep(asked: int | None, at_station: int, named: tuple[tuple[str, ...], ...]) -> int:
    fewest = len(named[2]) * at_station
    if asked is None:
        return fewest
    _whole(asked, text("The number of sheets per rep"))
    most = len(named[2]) * len(named[1])
    if not fewest <= asked <= most:
        raise InputError(
            text("{asked} sheets per rep are not possible here.", asked=asked),
            remedy=text(
                "Each rep plays every scenario once: give a number from {fewest} to {most}.",
                fewest=fewest,
                most=most,
            ),
        )
    return asked


def _done(done: pd.DataFrame | Iterable[Sheet] | None, named: tuple[tuple[str, ...], ...]) -> tuple[Sheet, ...]:
    sheets = sheets_of(done)
    for place, ids in enumerate(named):
        _known((sheet[place] for sheet in sheets), set(ids), text("the sheets that are done"))
    return sheets


def _known(ids: Iterable[str], known: set[str], where: Text) -> None:
    for one in ids:
        if one not in known:
            raise InputError(
                text("“{id}” in {where} takes no part in this workshop.", id=one, where=where),
                remedy=text("Correct the id or leave it out."),
            )


def _moment(moment: Moment, start: dt.datetime) -> dt.datetime:
    if isinstance(moment, dt.time):
        moment = dt.datetime.combine(start.date(), moment, start.tzinfo)
    if not isinstance(moment, dt.datetime) or (moment.tzinfo is None) != (start.tzinfo is None):
        raise InputError(
            text("The time {value} does not go with the start {start}.", value=str(moment), start=str(start)),
            remedy=text("Give all times on the day of the workshop, either all with a time zone or none."),
        )
    return moment


def _span(since: Moment, until: Moment, start: dt.datetime) -> Span:
    first, last = _moment(since, start), _moment(until, start)
    if last <= first:
        raise InputError(
            text("The time from {since} to {until} ends before it begins.", since=str(since), until=str(until)),
            remedy=text("Correct its start or its end."),
        )
    return first, last


def _check_time(request: Request) -> None:
    if request.end is not None and request.slots_in_time() < 1:
        raise InputError(
            text(
                "No time is left: between {start} and {end} no slot of {minutes} minutes fits beside the breaks.",
                start=f"{request.start:%H:%M}",
                end=f"{request.end:%H:%M}",
                minutes=f"{request.slot_minutes:g}",
            ),
            remedy=text("Start earlier, end later or shorten the slots."),
        )


def _check_reports(request: Request) -> None:
    """Refuse raters with nobody to rate and reps whom too few may rate."""
    allowed = request.allowed()
    for rater, count in zip(request.raters, allowed.sum(axis=0), strict=True):
        if not count:
            raise InputError(
                text("{rater} could rate nobody but themselves or their own reports.", rater=rater),
                remedy=text("Leave this rater out, or invite a rep of another team."),
            )
    needed = -(-request.sheets_per_rep // len(request.scenarios))
    for rep, found in zip(request.reps, allowed.sum(axis=1), strict=True):
        if found < needed:
            raise InputError(
                text(
                    "Raters who may rate {rep}: {found}; needed at a station: {needed}. "
                    "Nobody rates themselves or a report of their own.",
                    found=int(found),
                    rep=rep,
                    needed=needed,
                ),
                remedy=text("One more rater would do, if {rep} does not report to this rater.", rep=rep),
            )
