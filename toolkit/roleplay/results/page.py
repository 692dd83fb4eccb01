"""The section with a workshop's results."""

from toolkit.controls.download import Download
from toolkit.controls.page import row
from toolkit.documents.template_file import write_table
from toolkit.roleplay.report import LABELS, score_rows
from toolkit.roleplay.room import Room, Section
from toolkit.roleplay.scoring import RawScores, raw_scores
from toolkit.roleplay.widget import ScoreTable
from toolkit.vocabulary import Ratings


class ResultsSection(Section):
    """Scores of whom the viewer may see, from all finished sheets."""

    def __init__(self, room: Room):
        super().__init__(room)
        say = room.language
        self.table = ScoreTable(language=say.code)
        self.children = [self.table, row(Download(say("Excel"), self._excel, room.status))]

    def show(self) -> None:
        """Show the scores."""
        if self.room.workshop_id is not None:
            scores, unfinished = self._scores()
            self.table.show(scores, self.room.names(), unfinished)

    def _scores(self) -> tuple[RawScores, int]:
        finished, unfinished, forms = self.room.finished_ratings()
        weights = {c: w for _, rubric in forms.values() for c, w in rubric.weights.items()}
        scores = raw_scores(finished[list(Ratings.columns)], weights=weights)
        shown = scores.reps[scores.reps["rep_id"].isin(finished.loc[finished["seen"], "rep_id"])]
        return RawScores(shown, scores.note), unfinished

    def _excel(self) -> tuple[str, bytes]:
        scores, _ = self._scores()
        say = self.room.language
        title = say("Raw scores")
        return f"{title}.xlsx", write_table(score_rows(scores, self.room.names(), say), LABELS, say, title)
