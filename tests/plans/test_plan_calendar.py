"""The plan's calendar by the letter of RFC 5545: strict reader, lines by hand, updates and cancellations."""

import dataclasses
import datetime as dt
import re
import uuid
import zoneinfo

import icalendar
import pytest
from plan_makers import activity, catalogue, gaps, limits

from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.plans import plan_person
from toolkit.plans.report import calendar_plan

STAMP = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC)
ROWS = [
    activity("talk", listening=0.5),
    activity("drill", closing=0.6) | {"summary_zh": "练习，分三步；每步\n一次\\" * 12},
]
PLAN = plan_person(gaps(listening=(2.0, 0.4, 3.0, 4.0), closing=(2.0, 0.4, 3.5, 3.0)), catalogue(*ROWS), limits())
REVIEWS = [dt.date(2026, 2, 2), dt.datetime(2026, 3, 2, 14, 0)]


def written(plan=PLAN, code="zh", version=1, **options):
    return calendar_plan(plan, catalogue(*ROWS), Language(code), stamp=STAMP, version=version, **options)


def events(content):
    """Read as strictly as icalendar can: no property of any component may have been put aside as broken."""
    calendar = icalendar.Calendar.from_ical(content)
    for part in calendar.walk():
        assert part.errors == [], part.name
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def lines_of(content):
    """Unfold by hand, checking what RFC 5545 asks of every line."""
    assert content.endswith(b"\r\n") and not re.search(rb"(?<!\r)\n|\r(?!\n)", content)
    raw = content.split(b"\r\n")[:-1]
    assert all(0 < len(line) <= 75 for line in raw)
    for line in raw:
        line.decode("utf-8")  # no character is cut in two
    lines = content.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]
    for line in lines:
        assert re.match(r"[A-Z][A-Z0-9-]*(;[A-Z-]+=(\"[^\"]*\"|[^;:,\"]*))*:", line), line
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", line)
    return lines


@pytest.mark.parametrize("code", ["en", "zh"])
def test_every_line_is_as_the_standard_asks(code):
    lines = lines_of(written(code=code, reviews=REVIEWS))
    opened = []
    for line in lines:
        name, _, value = line.partition(":")
        if name == "BEGIN":
            opened.append(value)
        elif name == "END":
            assert opened.pop() == value
    assert opened == [] and lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR"
    assert lines.count("VERSION:2.0") == 1 and sum(line.startswith("PRODID:") for line in lines) == 1
    starts = [number for number, line in enumerate(lines) if line == "BEGIN:VEVENT"]
    assert len(starts) == 4
    for start in starts:
        inside = lines[start : lines.index("END:VEVENT", start)]
        names = [re.split("[:;]", line)[0] for line in inside]
        for once in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY"):
            assert names.count(once) == 1, once
        assert "DTSTAMP:20260105T093000Z" in inside
        uid = uuid.UUID(next(line for line in inside if line.startswith("UID:"))[4:])
        assert uid.version == 5
    summary = next(line for line in lines if line.startswith("DESCRIPTION") and "练习" in line) if code == "zh" else ""
    assert code == "en" or ("\\;" not in summary and "\\n" in summary and "\\\\" in summary and "；" in summary)


def test_a_later_version_updates_and_cancels():
    first = events(written())
    moved = tuple(
        dataclasses.replace(
            item, starts_on=item.starts_on + dt.timedelta(days=7), ends_on=item.ends_on + dt.timedelta(days=7)
        )
        for item in PLAN.items
        if item.activity_id == "talk"
    )
    second = events(written(dataclasses.replace(PLAN, items=moved), version=2, earlier=[PLAN]))
    assert set(first) == set(second) and len(first) == 2
    assert {int(event["sequence"]) for event in first.values()} == {1}
    assert {int(event["sequence"]) for event in second.values()} == {2}
    status = {str(event["summary"]): str(event["status"]) for event in second.values()}
    assert status == {"课程talk": "CONFIRMED", "课程drill": "CANCELLED"}
    talk = next(uid for uid, event in first.items() if str(event["summary"]) == "课程talk")
    assert second[talk]["dtstart"].dt - first[talk]["dtstart"].dt == dt.timedelta(days=7)
    third = events(written(version=3, earlier=[PLAN, dataclasses.replace(PLAN, items=moved)]))
    assert {str(event["status"]) for event in third.values()} == {"CONFIRMED"}
    gone = events(written(version=4, dropped=True, reviews=REVIEWS))
    assert {str(event["status"]) for event in gone.values()} == {"CANCELLED"} and len(gone) == 4


def test_reviews_with_a_time_of_day_stand_in_their_time_zone():
    content = written(reviews=REVIEWS, time_zone="Europe/Berlin")
    lines = lines_of(content)
    assert "DTSTART;TZID=Europe/Berlin:20260302T140000" in lines and "DTSTART;VALUE=DATE:20260202" in lines
    zone = icalendar.Calendar.from_ical(content).walk("VTIMEZONE")
    assert [str(one["tzid"]) for one in zone] == ["Europe/Berlin"]
    timed = next(event for event in events(content).values() if isinstance(event["dtstart"].dt, dt.datetime))
    assert timed["dtstart"].dt == dt.datetime(2026, 3, 2, 14, 0, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
    assert timed["dtend"].dt - timed["dtstart"].dt == dt.timedelta(hours=1)
    with pytest.raises(InputError, match="is not known"):
        written(reviews=REVIEWS, time_zone="Mars/Base")
