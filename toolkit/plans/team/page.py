"""The section with plans for whole teams, mentors and careers."""

from collections.abc import Mapping, Sequence

import pandas as pd

from toolkit.controls.page import Panel
from toolkit.organisation import storage as organisation
from toolkit.plans.outcome.storage import done_by_people
from toolkit.plans.plan import Plan
from toolkit.plans.room import PartedSection, Room
from toolkit.plans.team import storage
from toolkit.vocabulary import rows_of


class TeamSection(PartedSection):
    """Plans for all, mentors for those who need one, and where the next years can lead."""

    def __init__(self, room: Room):
        say = room.language
        super().__init__(
            room,
            {say("Plans for all"): self._planner, say("Mentors"): self._mentors, say("Careers"): self._careers},
            label=say("Team"),
        )

    def _planner(self) -> Panel:
        from toolkit.plans.team.widget import TeamPlanner

        room = self.room
        return TeamPlanner(
            self._others(),
            room.gaps,
            room.activities(),
            room.sessions,
            room.competencies,
            today=room.today,
            teams=self._teams(),
            busy=self._busy,
            done=self._done,
            language=room.language.code,
            currency=room.currency,
            on_save=self._save,
            versions=self._versions,
        )

    def _others(self) -> pd.DataFrame:
        """Return the people without the viewer: nobody plans for himself."""
        people = self.room.people
        return people[people["person_id"] != self.room.viewer.person_id].reset_index(drop=True)

    def _teams(self) -> dict[str, str]:
        with self.room.store.read() as connection:
            found = organisation.teams(connection)
        mine = found[found["team_id"].isin(self.room.people["team_id"])]
        return {row.team_id: self.room.language.pick({"en": row.name_en, "zh": row.name_zh}) for row in rows_of(mine)}

    def _busy(self) -> frozenset[str]:
        with self.room.store.read() as connection:
            return storage.with_running_plan(connection, self.room.viewer)

    def _done(self) -> pd.DataFrame:
        with self.room.store.read() as connection:
            return done_by_people(connection, self.room.viewer)

    def _versions(self) -> dict[str, int]:
        with self.room.store.read() as connection:
            return storage.newest_versions(connection, self.room.viewer)

    def _save(self, plans: Sequence[Plan], opened: Mapping[str, int]) -> dict[str, int]:
        room = self.room
        return storage.save_plans(room.store, room.viewer, plans, opened, goals=room.goals_for(plans))

    def _mentors(self) -> Panel:
        from toolkit.plans.mentoring import storage as mentoring
        from toolkit.plans.mentoring.widget import MentorMatching

        room = self.room
        with room.store.read() as connection:
            agreed = mentoring.pairs(connection, room.viewer)
        return MentorMatching(
            room.people,
            room.levels(),
            room.gaps(),
            room.competencies,
            language=room.language.code,
            currency=room.currency,
            agreed=agreed,
            on_save=lambda pairs: mentoring.keep_pairs(room.store, room.viewer, pairs, today=room.today),
        )

    def _careers(self) -> Panel:
        from toolkit.plans.careers.ladders import ladder_table, rank_names
        from toolkit.plans.careers.widget import CareerView

        room = self.room
        with room.store.read() as connection:
            roles = organisation.content(connection, "roles", "default")
        view = CareerView(
            room.people,
            room.levels(),
            ladder_table(roles),
            rank_names(roles),
            room.competencies,
            ranks=room.ranks(),
            today=room.today,
            language=room.language.code,
        )
        room.place.follow("career", view.person)
        return view
