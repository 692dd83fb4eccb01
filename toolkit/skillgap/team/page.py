"""The section with a team."""

from toolkit.skillgap.room import Room, Section
from toolkit.skillgap.widget import TeamHeatMap, empty_people


class TeamSection(Section):
    """A team's levels as a heat map."""

    def __init__(self, room: Room):
        super().__init__(room)
        self.heat_map: TeamHeatMap | None = None

    def show(self) -> None:
        """Show the team the address names, or say that there is none."""
        room = self.room
        teams = room.teams()
        if not teams:
            self.children = [empty_people(room.language)]
        elif self.heat_map is None:
            self.heat_map = TeamHeatMap(room.state, room.competencies, teams, language=room.language.code)
            room.place.follow("team", self.heat_map.team)
            self.children = [self.heat_map]
