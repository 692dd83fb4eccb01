"""Calendar files that replace themselves and survive Chinese."""

import datetime as dt
import zoneinfo
from dataclasses import replace

import icalendar
import pytest

from toolkit.documents.calendar_file import CalendarEvent, write_calendar
from toolkit.errors import InputError
from toolkit.language import Language

STAMP = dt.datetime(2026, 9, 1, 8, 0, tzinfo=dt.UTC)
TIMED = CalendarEvent(
    "plan/1/item/2",
    "角色扮演：异议处理；第一次，共三次" * 6,
    dt.datetime(2026, 9, 7, 14, 0),
    dt.datetime(2026, 9, 7, 15, 30),
    description="Bring: a, b; c\\d\n第二行",
    location="三楼会议室",
    sequence=2,
)
ALL_DAY = CalendarEvent("plan/1/item/3", "Course", dt.date(2026, 9, 10), dt.date(2026, 9, 11))


def written(*events: CalendarEvent, code: str = "zh") -> bytes:
    return write_calendar(events, name="发展计划", language=Language(code), stamp=STAMP)


@pytest.mark.parametrize("code", ["en", "zh"])
def test_reads_back_as_written(code: str) -> None:
    calendar = icalendar.Calendar.from_ical(written(TIMED, ALL_DAY, code=code))
    timed, whole = calendar.walk("VEVENT")
    assert str(timed["summary"]) == TIMED.title and str(timed["description"]) == TIMED.description
    assert timed["dtstart"].dt == TIMED.starts.replace(tzinfo=zoneinfo.ZoneInfo("Asia/Shanghai"))  # type: ignore[call-arg]
    assert timed["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert timed["sequence"] == 2 and timed["dtstamp"].dt == STAMP
    assert (whole["dtstart"].dt, whole["dtend"].dt) == (dt.date(2026, 9, 10), dt.date(2026, 9, 12))
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert timed["summary"].params["LANGUAGE"] == ("zh-CN" if code == "zh" else "en")


def test_lines_are_folded_at_75_octets_between_characters() -> None:
    content = written(TIMED)
    assert content.endswith(b"\r\n") and b"\n" not in content.replace(b"\r\n", b"")
    lines = content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        line.decode("utf-8")
    assert rb"Bring: a\, b\; c\\d\n" in content.replace(b"\r\n ", b"")


def test_identity_is_stable_and_the_clock_is_not_read() -> None:
    assert written(TIMED, ALL_DAY) == written(TIMED, ALL_DAY)
    moved = replace(TIMED, starts=dt.datetime(2026, 9, 7, 13, 0), sequence=3)
    assert moved.uid == TIMED.uid != ALL_DAY.uid
    cancelled = icalendar.Calendar.from_ical(written(replace(TIMED, cancelled=True)))
    assert str(cancelled.walk("VEVENT")[0]["status"]) == "CANCELLED"


def test_daylight_saving_is_described() -> None:
    event = replace(TIMED, time_zone="Europe/Berlin")
    zone = icalendar.Calendar.from_ical(written(event)).walk("VTIMEZONE")[0]
    assert {part.name for part in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (replace(TIMED, ends=dt.datetime(2026, 9, 7, 13, 0)), "ends before it starts"),
        (replace(TIMED, ends=dt.date(2026, 9, 8)), "mixes a whole day"),
        (replace(TIMED, time_zone="Mars/Base"), "is not known"),
        (replace(TIMED, time_zone="../etc"), "is not known"),
    ],
)
def test_events_that_cannot_be(event: CalendarEvent, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        written(event)
    assert caught.value.remedy is not None
