"""The section that asks whether it worked."""

import datetime as dt

import pandas as pd

from toolkit.organisation import storage as organisation
from toolkit.plans.catalogue.storage import gain_checks
from toolkit.plans.outcome import storage
from toolkit.plans.outcome.widget import OutcomeView
from toolkit.plans.room import PartedSection, Room
from toolkit.plans.start_order import StaggeredStart
from toolkit.plans.starts.widget import StartOrder
from toolkit.vocabulary import rows_of


class OutcomeSection(PartedSection):
    """What people gained, which activities work, and a start that lets one tell."""

    def __init__(self, room: Room):
        say = room.language
        self.view: OutcomeView | None = None
        super().__init__(
            room,
            {say("Look back"): self._look_back, say("Fair start"): self._fair_start},
            label=say("Did it work"),
        )

    def _look_back(self) -> OutcomeView:
        room = self.room
        with room.store.read() as connection:
            done = storage.done_by_people(connection, room.viewer)
            starts = storage.latest_starts(connection, room.viewer)
        checks = self._checks()
        self.view = OutcomeView(
            room.people,
            room.activities(),
            room.competencies,
            room.measured,
            today=room.today,
            done=done,
            starts=starts,
            prior=checks[["activity_id", "competency_id", "expected"]].rename(columns={"expected": "gain"}),
            earlier=self._checks,
            language=room.language.code,
            on_update=self._update,
        )
        return self.view

    def _checks(self) -> pd.DataFrame:
        with self.room.store.read() as connection:
            return gain_checks(connection)

    def _update(self, updated: pd.DataFrame, first: dt.date, last: dt.date) -> int:
        return storage.update_catalogue(self.room.store, self.room.viewer, updated, first, last)

    def _fair_start(self) -> StartOrder:
        room = self.room
        with room.store.read() as connection:
            teams = organisation.teams(connection)
        words = {row.team_id: room.language.pick({"en": row.name_en, "zh": row.name_zh}) for row in rows_of(teams)}
        return StartOrder(
            room.people,
            room.activities(),
            room.levels,
            teams=words,
            seed=int(room.now().strftime("%y%m%d")),
            language=room.language.code,
            on_save=self._record,
        )

    def _record(self, activity_id: str, found: StaggeredStart) -> None:
        room = self.room
        storage.keep_start(room.store, room.viewer, activity_id, found)
        if self.view is not None:
            with room.store.read() as connection:
                self.view.starts = storage.latest_starts(connection, room.viewer)
