"""What a timetable could not meet, and the smallest change that would help."""

import datetime as dt

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.roleplay.sheet_design import Sheets, design_rank, rater_groups
from toolkit.roleplay.timetable_plays import fewest_slots, play_sizes, scenarios_left
from toolkit.roleplay.timetable_request import Request
from toolkit.wording import Text, counted, text


def notes_for(
    request: Request, sheets: Sheets, slots: pd.DataFrame, load: list[int], groups: list[list[int]], fewest: int
) -> tuple[Text, ...]:
    """Return the notes of a finished timetable, the gravest first."""
    found = [
        *_links(request, sheets, groups),
        *_amount(len(sheets), fewest),
        *_loads(request, load),
        *_rooms(request, slots),
        *_shorter(request, len(sheets)),
        *_absent_superiors(request),
    ]
    return tuple(found)


def too_long(request: Request, slots: int, in_time: int) -> InputError:
    """Return the refusal of a workshop that takes more slots than fit before its end."""
    until = request.slot_times(slots)[-1][1]
    return InputError(
        text(
            "The timetable needs {slots} slots and would last until {until}; only {fitting} slots fit before {end}.",
            slots=slots,
            until=clock(until, request),
            fitting=in_time,
            end=clock(request.end or until, request),
        ),
        remedy=_in_time(request, slots, in_time, until),
    )


def _in_time(request: Request, slots: int, in_time: int, until: dt.datetime) -> Text:
    """Name the smallest change with which the timetable would fit, rooms and raters before slots and end."""
    stations, raters = request.stations, len(request.raters)
    for more in range(1, max(stations, 3) + 1):
        if stations + more <= len(request.reps) and _bound(request, stations + more, raters) <= in_time:
            return counted("One more station would do.", "{count} more stations would do.", more)
        if _bound(request, stations, raters + more) <= in_time:
            return counted("One more rater would do.", "{count} more raters would do.", more)
        if _bound(request, stations + more, raters + more) <= in_time and stations + more <= len(request.reps):
            return counted(
                "One more station with one more rater would do.",
                "{count} more stations with {count} more raters would do.",
                more,
            )
    for minutes in range(int(request.slot_minutes) - 1, 4, -1):
        shorter = Request(**{**vars(request), "slot_minutes": float(minutes)})
        if shorter.slots_in_time() >= slots:
            return text(
                "Slots of {minutes} minutes would do, or an end at {until}.",
                minutes=minutes,
                until=clock(until, request),
            )
    return text("An end at {until} would do, or fewer scenarios.", until=clock(until, request))


def clock(moment: dt.datetime, request: Request) -> str:
    """Return the time of day, with the date where it is not the day of the workshop."""
    return f"{moment:%H:%M}" if moment.date() == request.start.date() else f"{moment:%Y-%m-%d %H:%M}"


def never_fits(request: Request) -> InputError:
    """Return the refusal of a workshop for which no number of slots suffices."""
    for person, since, until in request.unavailable:
        if until - since >= dt.timedelta(hours=4):
            return InputError(
                text("No timetable fits while {person} is away.", person=person),
                remedy=text(
                    "Shorten the absence from {since} to {until}, or leave {person} out.",
                    since=clock(since, request),
                    until=clock(until, request),
                    person=person,
                ),
            )
    return InputError(
        text("No timetable fits: at no time are there enough raters for what is still to be played."),
        remedy=text("One more rater who plays no role-play and has no reports here would help."),
    )


def _bound(request: Request, stations: int, raters: int) -> int:
    sizes = play_sizes(request, scenarios_left(request))
    size = request.size
    sheets = max(sum(map(sum, sizes)), size.reps + raters + size.scenarios - 2 - len(request.done))
    return fewest_slots(sizes, stations, raters, sheets)


def _links(request: Request, sheets: Sheets, groups: list[list[int]]) -> list[Text]:
    if len(request.raters) == 1:
        return [
            text(
                "With a single rater nobody can tell a strict rater from weak reps. "
                "One more rater would let the scores be corrected."
            )
        ]
    if len(groups) > 1:
        one, other = request.raters[groups[0][0]], request.raters[groups[1][0]]
        remedy = text(
            "{one} and {other} share no rep, not even through others, so their scores cannot be compared. "
            "One more sheet would link them: one rep or one common video rated by both.",
            one=one,
            other=other,
        )
        barred = text(
            "{one} and {other} can never be compared here: every rep whom one may rate reports to the other. "
            "One more rater to whom nobody reports would link them, or a common video rated by both.",
            one=one,
            other=other,
        )
        return [barred if _barred(request, groups) else remedy]
    if design_rank(sheets, request.size) < request.size.full_rank:
        return [
            text(
                "Some raters and scenarios always go together, so a strict rater and a hard scenario cannot be told apart. "
                "One more sheet on which a rater sees another scenario would do."
            )
        ]
    return []


def _barred(request: Request, groups: list[list[int]]) -> bool:
    """Return whether who may rate whom keeps the groups apart whatever the timetable."""
    reps, raters = np.nonzero(request.allowed())
    every = np.column_stack([reps, raters, np.zeros_like(reps)])
    return len(rater_groups(every, len(request.raters))) > 1


def _amount(sheets: int, fewest: int) -> list[Text]:
    if sheets < fewest:  # the note on links has said what is missing
        return []
    if sheets > fewest:
        return [text("Sheets: {sheets}. The fewest that could be possible are {fewest}.", sheets=sheets, fewest=fewest)]
    return [text("Sheets: {sheets}. With fewer, not everybody could be rated and compared as asked.", sheets=sheets)]


def _loads(request: Request, load: list[int]) -> list[Text]:
    if request.gone:
        return []
    low, high = min(load), max(load)
    if high - low <= 1:
        return []
    return [
        text(
            "{most} rates {high} sheets and {least} only {low}: nothing more even was found, "
            "given who is away, who plays himself and who reports to whom.",
            most=request.raters[load.index(high)],
            high=high,
            least=request.raters[load.index(low)],
            low=low,
        )
    ]


def _rooms(request: Request, slots: pd.DataFrame) -> list[Text]:
    used = int(slots.groupby("slot")["station"].nunique().max()) if len(slots) else 0
    needed = request.stations * request.raters_per_station - len(request.raters)
    if used >= request.stations or needed <= 0 or request.gone:
        return []
    return [
        counted(
            "Only {used} of {stations} stations are used at once; one more rater would fill them all.",
            "Only {used} of {stations} stations are used at once; {count} more raters would fill them all.",
            needed,
            used=used,
            stations=request.stations,
        )
    ]


def _shorter(request: Request, sheets: int) -> list[Text]:
    """Say what one more rater or one more station would save, where it would."""
    if request.gone:
        return []
    raters = len(request.raters)
    now = _bound(request, request.stations, raters)
    spared = (now - _bound(request, request.stations, raters + 1)) * request.slot_minutes
    found = []
    if spared > 0:
        found.append(text("One more rater would shorten the workshop by {minutes} minutes.", minutes=f"{spared:g}"))
    if request.stations < len(request.reps):
        roomier = (now - _bound(request, request.stations + 1, raters)) * request.slot_minutes
        both = (now - _bound(request, request.stations + 1, raters + 1)) * request.slot_minutes
        if roomier > 0:
            found.append(
                text("One more station would shorten the workshop by {minutes} minutes.", minutes=f"{roomier:g}")
            )
        elif both > max(spared, 0):
            found.append(
                text(
                    "One more station with one more rater would shorten the workshop by {minutes} minutes.",
                    minutes=f"{both:g}",
                )
            )
    return found


def _absent_superiors(request: Request) -> list[Text]:
    people = {*request.raters, *request.reps}
    absent = sorted({boss for boss in request.reports_to.values() if boss not in people})
    if not absent:
        return []
    return [
        counted(
            "One superior named is no rater here: {first}.",
            "{count} superiors named are no raters here, among them {first}.",
            len(absent),
            first=absent[0],
        )
    ]
