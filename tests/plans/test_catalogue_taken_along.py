"""The catalogue as Excel can be brought back on any later day."""

import datetime as dt

import pandas as pd
import plan_makers as make
from plan_makers import NAMES, START

from toolkit.documents.intake import prepare
from toolkit.documents.mapping import suggest_mapping
from toolkit.documents.table_file import read_table
from toolkit.plans import CatalogueView
from toolkit.plans.form import activity_form, activity_rows
from toolkit.vocabulary import records_of


def test_sessions_that_are_past_do_not_stand_in_the_way():
    more = {
        "seats": 8,
        "provider_en": "",
        "provider_zh": "",
        "after_weeks": None,
        "repeat_after_weeks": None,
        "best_level": None,
    }
    rows = [make.activity(name, mode="dated", listening=0.3) | more for name in ("talk", "drill")]
    activities = make.catalogue(*rows)
    days = pd.DataFrame(
        [make.session("talk-1", "talk", START - dt.timedelta(days=1)),
         make.session("talk-2", "talk", START), make.session("talk-3", "talk", START + dt.timedelta(days=9)),
         make.session("drill-1", "drill", START - dt.timedelta(days=30))]
    )  # fmt: skip
    name, content = CatalogueView(activities, days, NAMES, today=START)._excel()
    known = {row["activity_id"]: row for row in records_of(activities)}
    form = activity_form(NAMES, known, START)
    raw = read_table(content, name, limit_mb=5)
    frame = prepare(raw, form, suggest_mapping(raw.columns, form)).require_ready()
    changed, sessions = activity_rows(frame, known, START)
    assert [(one["activity_id"], one["starts_on"]) for one in sessions] == [
        ("talk", START),
        ("talk", START + dt.timedelta(days=9)),
    ]
    assert [one.get("mode") for one in changed] == ["dated", None]  # who has no date to come stays as it is
