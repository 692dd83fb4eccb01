"""The catalogue as a widget on plain tables."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from toolkit.controls.actions import guarded
from toolkit.controls.data_table import Column, DataTable
from toolkit.controls.download import Download
from toolkit.controls.fields import DateField, NumberField, refuse_problems
from toolkit.controls.page import Panel, button, card, heading, row
from toolkit.controls.person_picker import Entry, PersonPicker
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.plans.catalogue import report
from toolkit.plans.form import ANY_TIER_WORDS, activity_form
from toolkit.plans.report import Catalogue, catalogue_rows
from toolkit.vocabulary import TIERS
from toolkit.wording import text

Names = Mapping[str, Mapping[str, str]]
_WIDTHS = {"name": 13, "gains": 15, "sessions": 14, "rests": 9, "area": 8, "hours": 5, "cost": 7}


class CatalogueView(Panel):
    """Look through the activities by content area, tier and more, take them along as Excel, add a dated session.

    `activities` with names (``_en``, ``_zh``) and `sessions` as in `plan_team`; `names`: bilingual competency names;
    `checks`: activity_id, competency_id and people, on how many people a gain was measured. `on_session(activity_id, day,
    seats)` stores a session and returns both tables anew; without it none can be added.
    """

    def __init__(
        self,
        activities: pd.DataFrame,
        sessions: pd.DataFrame,
        names: Names,
        *,
        today: dt.date,
        checks: pd.DataFrame | None = None,
        language: str = "en",
        on_session: Callable[[str, dt.date, int], tuple[pd.DataFrame, pd.DataFrame]] | None = None,
    ):
        self.names, self.today, self._on_session = names, today, on_session
        self.checks = pd.DataFrame(columns=["activity_id", "competency_id", "people"]) if checks is None else checks
        say = self.language = Language(language)
        self.status = StatusLine(say)
        self.excel = Download(say("Excel: whole catalogue"), self._excel, self.status)
        columns = [
            Column("area", say.say(report.AREA)),
            *(Column(one, say.say(ANY_TIER_WORDS[one]), "number") for one in (*TIERS, "any")),
        ]
        self.overview = DataTable(columns, language=say, caption=say("Activities by content area and tier"))
        kinds: dict[str, Any] = {"hours": "number", "cost": "number"}
        columns = [
            Column(name, say.say(label), kinds.get(name, "text"), width=_WIDTHS.get(name))
            for name, label in report.ACTIVITY_LABELS.items()
        ]
        empty = say("There is no activity yet: bring some in below.")
        self.table = DataTable(columns, language=say, caption=say("Activities"), empty=empty)
        about = say("What people can do to close gaps: by content area and tier, with what it is expected to bring.")
        self._make_session()
        super().__init__(
            [
                card(heading(say("Catalogue"), about), row(self.excel)),
                self.status,
                self.table,
                self.overview,
                self.adder,
            ]
        )
        self.show(activities, sessions)

    def _make_session(self) -> None:
        say = self.language
        self.which = PersonPicker(say("Activity"), language=say)
        self.day = DateField(say("First day"), None, language=say)
        self.seats = NumberField(say("Seats"), 12, least=1, most=500, language=say, required=True, whole=True)
        self.add = button(say("Add the session"), guarded(self.status, self._add), primary=True)
        about = say("An activity that was open at any time is held on its dates only from then on.")
        self.adder = card(
            heading(say("Add a session"), about, level=3), row(self.which, self.day, self.seats, self.add)
        )
        self.adder.layout.display = None if self._on_session else "none"

    def show(self, activities: pd.DataFrame, sessions: pd.DataFrame) -> None:
        """Show a catalogue; the filters stay."""
        self.activities, self.sessions = activities, sessions
        words = Catalogue(activities, self.language)
        entries = [Entry(one, words.name(one), number=one) for one in activities["activity_id"]]
        self.which.offer(entries, self.which.value)
        self.overview.show(report.area_table(activities, self.language))
        self._list()

    def _list(self) -> None:
        table = report.activity_table(
            self.activities, self.sessions, self.checks, self.names, self.language, pd.Timestamp(self.today)
        )
        self.table.show(table, ids=table["activity_id"])

    def _add(self) -> None:
        if self._on_session is None:
            return
        refuse_problems(self.day, self.seats)
        if self.which.value is None:
            raise InputError(text("Choose an activity first."))
        if self.day.value is None:
            raise InputError(text("A session needs a first day."), remedy=text("Choose the date."))
        day = self.day.value
        name = Catalogue(self.activities, self.language).name(self.which.value)
        self.show(*self._on_session(self.which.value, day, int(self.seats.value)))
        self.day.put(None)
        self.status.say(text("Added: {activity} on {day}.", activity=name, day=day), "good")

    def _excel(self) -> tuple[str, bytes]:
        from toolkit.documents.template_file import write_table

        say, form = self.language, activity_form(self.names)
        # A session in the past cannot be brought back, and is of no use to who edits the file.
        coming = self.sessions[pd.to_datetime(self.sessions["starts_on"]) >= pd.Timestamp(self.today)]
        rows = catalogue_rows(self.activities, coming)
        rows = rows.reindex(columns=[column.name for column in form.columns])
        title = say("Training activities")
        return f"{title}.xlsx", write_table(rows, form.columns, say, form.title)
