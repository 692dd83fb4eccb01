"""What the sections of the role-play page share: who looks, the store, and the workshop that is chosen."""

import datetime as dt
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.controls.place import Place
from toolkit.controls.sectioned_page import Section as RoomSection
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.organisation import storage as organisation
from toolkit.roleplay import storage
from toolkit.roleplay.rubric import Rubric
from toolkit.roleplay.scenario import Scenario
from toolkit.roleplay.scoring import split_unfinished
from toolkit.store import Store
from toolkit.vocabulary import rows_of
from toolkit.wording import text


@dataclass
class Room:
    """What a section works on. `workshop_id` is None while no workshop is chosen; `offer` reads the workshops anew."""

    store: Store
    viewer: Viewer
    language: Language
    today: dt.date
    zone: zoneinfo.ZoneInfo
    place: Place
    status: StatusLine
    workshop_id: str | None = None
    offer: Callable[[str | None], None] = lambda _workshop_id: None

    def workshop(self) -> str:
        """Return the chosen workshop's id; raises `InputError` while there is none."""
        if self.workshop_id is None:
            raise InputError(text("Choose a workshop first."))
        return self.workshop_id

    def now(self) -> dt.datetime:
        """Return the moment it is where the organisation is."""
        return self.store.clock().astimezone(self.zone)

    def forms(self, connection: sa.Connection) -> dict[str, tuple[Scenario, Rubric]]:
        """Return the workshop's scenarios with their rubrics, in the versions it was made with."""
        forms = {}
        for row in rows_of(storage.scenarios_of(connection, self.workshop())):
            scenario = organisation.content(connection, "scenario", row.scenario_id, row.scenario_version)
            rubric = organisation.content(connection, "rubric", row.rubric_id, row.rubric_version)
            forms[row.scenario_id] = (Scenario.from_content(scenario), Rubric.from_content(rubric))
        return forms

    def finished_ratings(self) -> tuple[pd.DataFrame, int, Mapping[str, tuple[Scenario, Rubric]]]:
        """Return the ratings on finished sheets (with the column `seen`), how many are unfinished, and the forms."""
        with self.store.read() as connection:
            ratings = storage.ratings(connection, self.viewer, self.workshop())
            forms = self.forms(connection)
        mandatory = {
            scenario_id: {criterion.id for criterion in rubric.criteria if criterion.mandatory}
            for scenario_id, (_, rubric) in forms.items()
        }
        finished, unfinished = split_unfinished(ratings, mandatory)
        return finished, unfinished, forms

    def names(self) -> dict[str, str]:
        """Return every person's name by person_id, for labels next to records already checked."""
        with self.store.read() as connection:
            return organisation.names(connection)


class Section(RoomSection[Room]):
    """One section of the page; `show` is called at each new choice of a workshop too."""

    def forget(self) -> None:
        """Take from the screen what a tap must not reach: another workshop is chosen while this section is closed."""
