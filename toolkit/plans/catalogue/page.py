"""The section with the catalogue of activities."""

import datetime as dt
from typing import Any

import pandas as pd

from toolkit.controls.page import Panel, card, heading
from toolkit.controls.upload import Mapped, Upload
from toolkit.organisation import storage as organisation
from toolkit.plans import storage
from toolkit.plans.catalogue import storage as catalogue
from toolkit.plans.catalogue.widget import CatalogueView
from toolkit.plans.form import activity_form, activity_rows
from toolkit.plans.room import Room, Section
from toolkit.vocabulary import records_of
from toolkit.wording import Text, counted


class CatalogueSection(Section):
    """What people can do to close gaps: looked through, taken along, brought in, given dates."""

    def __init__(self, room: Room):
        super().__init__(room)
        self.view: CatalogueView | None = None

    def show(self) -> None:
        """Show the catalogue as it is now."""
        room, say = self.room, self.room.language
        if self.view is not None:
            self._renew()
            return
        self.view = CatalogueView(
            room.activities(),
            room.sessions(),
            room.competencies,
            today=room.today,
            checks=self._checks(),
            language=say.code,
            on_session=self._add,
        )
        form = activity_form(room.competencies, self._known, room.today)
        about = say(
            "Take the catalogue along as Excel, change it there and bring it back; what is known is updated by its ID."
        )
        upload = Upload(
            form, language=say, on_confirm=self._keep,
            remembered=lambda signature: organisation.remembered_mapping(room.store, form.id, signature),
        )  # fmt: skip
        self.children = [self.view, card(heading(say("Bring activities in"), about)), Panel([upload], styled=False)]

    def _renew(self) -> None:
        if self.view is not None:
            self.view.checks = self._checks()
            self.view.show(self.room.activities(), self.room.sessions())

    def _checks(self) -> pd.DataFrame:
        with self.room.store.read() as connection:
            return catalogue.gain_checks(connection)

    def _known(self) -> dict[str, dict[str, Any]]:
        return {row["activity_id"]: row for row in records_of(self.room.activities())}

    def _add(self, activity_id: str, day: dt.date, seats: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        room = self.room
        catalogue.add_session(room.store, room.viewer, activity_id, day, seats, today=room.today)
        return room.activities(), room.sessions()

    def _keep(self, frame: pd.DataFrame, signature: str, mapping: Mapped) -> Text:
        room = self.room
        with room.store.write(room.viewer.user_id) as change:
            known = {row["activity_id"]: row for row in records_of(storage.catalogue(change.connection))}
            activities, sessions = activity_rows(frame, known, room.today)
            storage.keep_activities(change, activities)
            storage.add_sessions(change, sessions)
            organisation.remember_mapping(change, "activities", signature, mapping)
        self._renew()
        return counted("{count} activity was stored.", "{count} activities were stored.", len(frame))
