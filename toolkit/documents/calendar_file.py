"""Writing calendar files (iCalendar, RFC 5545) that Outlook, Google, Feishu and DingTalk can import."""

import datetime as dt
import uuid
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass

from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.wording import text

_NAMESPACE = uuid.UUID("5b0c9a52-6c0f-5d27-9a3e-0d6c4f8f1e70")


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One entry of a calendar.

    `key` stays the same when the event is written again, so that calendars replace it; raise
    `sequence` by one with each change. With two dates the event takes whole days, `ends` being
    the last of them; with two moments without time zone it is timed in `time_zone` (IANA name).
    """

    key: str
    title: str
    starts: dt.date | dt.datetime
    ends: dt.date | dt.datetime
    description: str = ""
    location: str = ""
    sequence: int = 0
    time_zone: str = "Asia/Shanghai"
    cancelled: bool = False

    @property
    def uid(self) -> str:
        """The UUIDv5 that identifies the event in every calendar."""
        return str(uuid.uuid5(_NAMESPACE, self.key))


def write_calendar(events: Iterable[CalendarEvent], *, name: str, language: Language, stamp: dt.datetime) -> bytes:
    """Return the events as an .ics file.

    `name` is what calendars show, `stamp` the moment of writing (with time zone, else taken as
    UTC). Raises `InputError` for an event that ends before it starts, mixes dates and moments or
    names an unknown time zone.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Sales Coaching Toolkit//Plans//" + language.code.upper())
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    # No METHOD: a published event would need an ORGANIZER (RFC 5546, 3.2.1), and a plan has none.
    calendar.add("x-wr-calname", name)
    moment = stamp.replace(tzinfo=dt.UTC) if stamp.tzinfo is None else stamp.astimezone(dt.UTC)
    for event in events:
        calendar.add_component(_component(event, language, moment.replace(microsecond=0)))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _component(event: CalendarEvent, language: Language, stamp: dt.datetime):  # type: ignore[no-untyped-def]
    from icalendar import Event

    starts, ends = _span(event)
    words = {"language": "zh-CN" if language.code == "zh" else "en"}
    component = Event()
    component.add("uid", event.uid)
    component.add("dtstamp", stamp)
    component.add("sequence", event.sequence)
    component.add("dtstart", starts)
    component.add("dtend", ends)
    component.add("summary", event.title, parameters=words)
    if event.description:
        component.add("description", event.description, parameters=words)
    if event.location:
        component.add("location", event.location, parameters=words)
    component.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    component.add("transp", "OPAQUE" if isinstance(starts, dt.datetime) else "TRANSPARENT")
    return component


def _span(event: CalendarEvent) -> tuple[dt.date, dt.date]:
    """Return start and exclusive end as iCalendar wants them."""
    timed = isinstance(event.starts, dt.datetime)
    if timed != isinstance(event.ends, dt.datetime):
        raise InputError(
            text("The event “{title}” mixes a whole day with a time of day.", title=event.title),
            remedy=text("Give both ends a time, or neither."),
        )
    if event.ends < event.starts:
        raise InputError(
            text("The event “{title}” ends before it starts.", title=event.title),
            remedy=text("Correct its start or its end."),
        )
    if isinstance(event.starts, dt.datetime) and isinstance(event.ends, dt.datetime):
        try:
            zone = zoneinfo.ZoneInfo(event.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            raise InputError(
                text("The time zone “{zone}” is not known.", zone=event.time_zone),
                remedy=text("Use a name such as Asia/Shanghai."),
            ) from None
        return event.starts.replace(tzinfo=zone), event.ends.replace(tzinfo=zone)
    return event.starts, event.ends + dt.timedelta(days=1)
