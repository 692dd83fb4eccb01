"""What the sections of the development-plan page share: who looks, the store, the people and their gaps."""

import datetime as dt
import zoneinfo
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from toolkit.access.roles import Viewer
from toolkit.controls.actions import guarded
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.page import Panel
from toolkit.controls.place import Place
from toolkit.controls.sectioned_page import Section as RoomSection
from toolkit.controls.status_line import StatusLine
from toolkit.controls.tabs import Tabs
from toolkit.language import Language
from toolkit.organisation import storage as organisation
from toolkit.organisation.content import competencies, competency_names
from toolkit.plans import storage
from toolkit.plans.plan import Plan
from toolkit.store import Store

Measured = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


@dataclass
class Room:
    """What a section works on.

    `people` are the reps the viewer may see (person_id, name, tier_id, language, about, …). `gaps` returns the Gaps of
    all of them and `evidence` the Evidence these rest on; both belong to other slices and are handed over by the page.
    `measured(day, since)` returns SkillLevels as estimated on a day from what was seen after `since` (None = ever): those
    of `people`, those of everybody estimated together (for means and spreads only, shown to nobody), and the Evidence
    behind the former. `ranks` returns person_id, rank_id and since.
    `person_id` is whose plan is open, the same in every section; empty while nobody was chosen.
    """

    store: Store
    viewer: Viewer
    language: Language
    today: dt.date
    zone: zoneinfo.ZoneInfo
    place: Place
    status: StatusLine
    currency: str
    people: pd.DataFrame
    gaps: Callable[[], pd.DataFrame]
    evidence: Callable[[], pd.DataFrame]
    measured: Callable[[dt.date, dt.date | None], Measured]
    ranks: Callable[[], pd.DataFrame]
    person_id: str = ""

    @cached_property
    def framework(self) -> dict[str, Any]:
        """The competency framework."""
        with self.store.read() as connection:
            return organisation.content(connection, "framework", "default")

    @cached_property
    def competencies(self) -> dict[str, dict[str, str]]:
        """Bilingual names of the competencies by id, in the framework's order."""
        return competency_names(self.framework)

    @cached_property
    def behaviours(self) -> pd.DataFrame:
        """The framework's words for each level: competency_id, level (1-5), behaviour_en, behaviour_zh."""
        rows = [
            (one["id"], int(level), words["en"], words["zh"])
            for one, _ in competencies(self.framework)
            for level, words in one["levels"].items()
        ]
        return pd.DataFrame(rows, columns=["competency_id", "level", "behaviour_en", "behaviour_zh"])

    def levels(self) -> pd.DataFrame:
        """Return the SkillLevels of `people` today."""
        return self.measured(self.today, None)[0]

    def gaps_of(self, person_id: str) -> pd.DataFrame:
        """Return the Gaps of one person."""
        found = self.gaps()
        return found[found["person_id"] == person_id].reset_index(drop=True)

    def goals_for(self, plans: Sequence[Plan]) -> dict[str, list[dict[str, Any]]]:
        """Return a goal for each item of some plans, by person_id, as rows of `goal_report.goal_rows`.

        Raises `InputError` where the framework has no words for a level that is to be reached.
        """
        from toolkit.plans.goal_report import goal_rows
        from toolkit.plans.goals import goals_of_plan

        found, activities = self.gaps(), self.activities()
        by_person = dict(list(found.groupby("person_id")))
        rows = {}
        for plan in plans:
            gaps = by_person.get(plan.person_id, found.iloc[:0]).reset_index(drop=True)
            rows[plan.person_id] = goal_rows(goals_of_plan(plan, gaps, self.behaviours), self.competencies, activities)
        return rows

    def activities(self) -> pd.DataFrame:
        """Return the catalogue as it is now."""
        with self.store.read() as connection:
            return storage.catalogue(connection)

    def sessions(self, without: Collection[str] = ()) -> pd.DataFrame:
        """Return the dated sessions as they are now; seats of the plans of `without` count as free."""
        with self.store.read() as connection:
            return storage.sessions(connection, without)

    def now(self) -> dt.datetime:
        """Return the moment it is where the organisation is."""
        return self.store.clock().astimezone(self.zone)


Section = RoomSection[Room]


class PartedSection(Section):
    """A section in parts under their titles; `parts` makes each when it is first opened."""

    def __init__(self, room: Room, parts: Mapping[str, Callable[[], Panel]], *, label: str):
        super().__init__(room)
        self._makers = parts
        self.parts = {title: Panel(styled=False) for title in parts}
        self.tabs = Tabs(self.parts, label=label, on_open=guarded(room.status, self._open))

    def show(self) -> None:
        """Show the part that is open, or say that there is nobody."""
        if self.room.people.empty:
            self.children = [nobody(self.room.language)]
            return
        if not self.children:
            self.room.place.follow_tabs("part", self.tabs)
            self.children = [self.tabs]
        self._open(self.tabs.opened)

    def _open(self, title: str) -> None:
        if self.children and not self.parts[title].children:
            self.parts[title].children = [self._makers[title]()]


def nobody(language: Language) -> EmptyState:
    """Say that there is nobody whose plan could be made."""
    return EmptyState(
        language("Nobody to show yet"),
        language(
            "There is no person on the roster whose record you may open. HR can import the roster on the page “Data”."
        ),
    )
