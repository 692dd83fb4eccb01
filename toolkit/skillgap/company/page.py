"""The section with the needs of the company."""

from toolkit.controls.download import Download
from toolkit.controls.page import card, row
from toolkit.controls.print_button import PrintButton
from toolkit.skillgap.company.report import TITLE
from toolkit.skillgap.company.widget import NeedsAnalysis
from toolkit.skillgap.room import Room, Section
from toolkit.skillgap.widget import empty_people


class CompanySection(Section):
    """Who needs what, by competency and team, and which activities would reach whom."""

    def __init__(self, room: Room):
        super().__init__(room)
        self.analysis: NeedsAnalysis | None = None

    def show(self) -> None:
        """Show the needs of all whom the viewer may see, or say that there is nobody."""
        room, say = self.room, self.room.language
        if room.people.empty:
            self.children = [empty_people(say)]
            return
        if self.analysis is not None:
            return
        teams = {team_id: say.pick(name) for team_id, (name, _) in room.teams().items()}
        self.analysis = NeedsAnalysis(room.state, room.competencies, teams, room.activities(), language=say.code)
        room.place.follow_tabs("needs", self.analysis.views)
        files = row(
            Download(say("Word: needs analysis"), self._word, room.status),
            Download(say("Excel: needs analysis"), self._excel, room.status),
            PrintButton(say("Print")),
        )
        files.add_class("coach-screen-only")
        self.children = [self.analysis, card(files)]

    def _word(self) -> tuple[str, bytes] | None:
        title = self.room.language.say(TITLE)
        return None if self.analysis is None else (f"{title}.docx", self.analysis.document())

    def _excel(self) -> tuple[str, bytes] | None:
        title = self.room.language.say(TITLE)
        return None if self.analysis is None else (f"{title}.xlsx", self.analysis.workbook())
