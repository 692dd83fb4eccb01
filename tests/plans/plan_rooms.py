"""A room on a real store for tests of sections and stored books."""

import datetime as dt
import zoneinfo

import pandas as pd
import plan_makers as make

from toolkit.controls.place import Place
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language
from toolkit.organisation.storage import people
from toolkit.plans.room import Room
from toolkit.plans.storage import keep_activities

TODAY = dt.date(2026, 10, 20)
COMPETENCIES = ("communication", "needs_analysis")


def stored(activity_id, **changed):
    """Return a row for the store's catalogue that closes a gap in communication."""
    row = {n: v for n, v in make.activity(activity_id).items() if not n.startswith("gain_")}
    return row | {"gains": {"communication": 0.4}, "seats": None} | changed


def only(office, *rows):
    """Keep these activities alone in the catalogue."""
    from toolkit.plans.tables import ACTIVITY

    with office.store.write("editor") as change:
        change.connection.execute(ACTIVITY.delete())
        keep_activities(change, rows)


def room_of(office, who="trainer", *, today=TODAY, level=2.0):
    """Return a room in which everybody is `level` where 3.5 is asked, seen long ago."""
    say = Language("en")
    with office.store.read() as connection:
        seen = people(connection, office.viewers[who])
    seen = seen[seen["person_id"].str.startswith("rep")].reset_index(drop=True)
    values = dict.fromkeys(COMPETENCIES, (level, 0.3, 3.5, 3.0))
    gaps = pd.concat([make.gaps(**values).assign(person_id=one) for one in seen["person_id"]], ignore_index=True)
    evidence = pd.DataFrame({"person_id": seen["person_id"], "observed_on": pd.Timestamp("2026-01-05")})
    zone = zoneinfo.ZoneInfo("Asia/Shanghai")
    return Room(
        office.store, office.viewers[who], say, today, zone, Place(), StatusLine(say), "CNY", seen,
        lambda: gaps, lambda: evidence, lambda _day, _since: (gaps, gaps, evidence), lambda: pd.DataFrame(),
    )  # fmt: skip
