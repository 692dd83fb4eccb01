"""The section with one person's record."""

from toolkit.skillgap.room import Room, Section
from toolkit.skillgap.widget import SkillGapExplorer, empty_people


class PersonSection(Section):
    """One person's levels and gaps, with what they rest on."""

    def __init__(self, room: Room):
        super().__init__(room)
        self.explorer: SkillGapExplorer | None = None

    def show(self) -> None:
        """Show the person the address names, or say that there is nobody."""
        room = self.room
        if room.people.empty:
            self.children = [empty_people(room.language)]
        elif self.explorer is None:
            self.explorer = SkillGapExplorer(room.state, room.competencies, language=room.language.code)
            room.place.follow("person", self.explorer.person)
            self.children = [self.explorer]
