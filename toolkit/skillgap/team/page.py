"""The section with a team."""

from toolkit.controls.download import Download
from toolkit.controls.page import card, row
from toolkit.controls.print_button import PrintButton
from toolkit.errors import NotEnoughData
from toolkit.skillgap.room import Room, Section
from toolkit.skillgap.state import SMALLEST_TEAM
from toolkit.skillgap.team.widget import TeamHeatMap
from toolkit.skillgap.widget import empty_people
from toolkit.wording import text


class TeamSection(Section):
    """A team's levels, who holds what, its make-up, and what to observe next."""

    def __init__(self, room: Room):
        super().__init__(room)
        self.heat_map: TeamHeatMap | None = None

    def show(self) -> None:
        """Show the team the address names, or say that there is none."""
        room, say = self.room, self.room.language
        teams = room.teams()
        if not teams:
            self.children = [empty_people(say)]
            return
        if self.heat_map is not None:
            return
        names = {team_id: say.pick(name) for team_id, (name, _) in teams.items()}
        types = {team_id: kind for team_id, (_, kind) in teams.items()}
        self.heat_map = TeamHeatMap(room.state, room.competencies, names, language=say.code, types=types)
        room.place.follow("team", self.heat_map.team)
        room.place.follow_tabs("part", self.heat_map.views)
        files = row(Download(say("Excel: this team"), self._excel, room.status), PrintButton(say("Print")))
        files.add_class("coach-screen-only")
        self.children = [self.heat_map, card(files)]

    def _excel(self) -> tuple[str, bytes] | None:
        if self.heat_map is None:
            return None
        if not self.heat_map.is_shown:
            raise NotEnoughData(
                text(
                    "Teams of fewer than {count} people are not shown, so that nobody can be picked out.",
                    count=SMALLEST_TEAM,
                )
            )
        title = self.room.language("Team {name}", name=self.heat_map.teams[self.room.state.team_id])
        return f"{title}.xlsx", self.heat_map.workbook()
