"""One person's evidence: a timeline for each competency, and every piece with its weight."""

from collections.abc import Mapping

import pandas as pd

from toolkit.controls.data_table import Column, DataTable, columns_of
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, card, choice, prose, row
from toolkit.language import Language
from toolkit.skillgap.person.timeline.charts import evidence_timeline
from toolkit.skillgap.person.timeline.pieces import pieces_shown, points_seen
from toolkit.skillgap.person.timeline.report import PIECE_HELP, PIECE_LABELS, RaterNames, piece_rows
from toolkit.skillgap.report import competency_words
from toolkit.skillgap.state import GapState

Names = Mapping[str, Mapping[str, str]]


class PieceTable(DataTable):
    """The pieces behind one person's levels."""

    def __init__(self, names: Names, rater_name: RaterNames, *, language: Language):
        self._names, self._rater_name, self._say = names, rater_name, language
        super().__init__(
            piece_columns(language),
            language=language,
            caption=language("What this rests on"),
            empty=language("Nothing has been seen of this yet."),
        )

    def show_pieces(self, pieces: pd.DataFrame, caption: str) -> None:
        """Show pieces as `pieces_shown` returns them."""
        rows = piece_rows(pieces, self._names, self._rater_name, self._say)
        sort = {"level": pieces["level"], "error": pieces["standard_error"], "weight": pieces["weight"]}
        self.show(rows, sort=sort, caption=caption)


def piece_columns(language: Language) -> list[Column]:
    """Return the columns of pieces of evidence, each number with its explanation."""
    found = columns_of(PIECE_LABELS, language, latest="date", level="number", error="number", weight="number")
    return [
        Column(one.name, one.label, one.kind, help=language.say(PIECE_HELP[one.name]) if one.name in PIECE_HELP else "")
        for one in found
    ]


class EvidencePart(Panel):
    """What was seen of the chosen person, one competency at a time."""

    def __init__(self, state: GapState, names: Names, rater_name: RaterNames, *, language: Language):
        self.state, self.names, self.language = state, names, language
        say = language
        self.competency = choice(say("Competency"), [], lambda _value: self._draw())
        self.chart = FigureView(language=say)
        self.pieces = PieceTable(names, rater_name, language=say)
        hint = prose(
            say(
                "Peers and customers stand together, never one by one; a point holds at least three of them, so that "
                "nobody's rating can be read off."
            ),
            quiet=True,
        )
        super().__init__([card(row(self.competency), self.chart, hint), self.pieces], styled=False)

    def show(self) -> None:
        """Offer the competencies of the chosen person, those with evidence first, and draw the first."""
        gaps = self.state.gaps_of(self.state.person_id)
        seen = self.state.pieces_of(self.state.person_id)["competency_id"].unique()
        ids = [one for one in gaps["competency_id"] if one in set(seen)]
        ids += [one for one in seen if one not in set(gaps["competency_id"])]
        ids += [one for one in gaps["competency_id"] if one not in set(seen)]
        self.competency.offer(
            [(competency_words(one, self.names, self.language), one) for one in ids], self.competency.value
        )
        self._draw()

    def _draw(self) -> None:
        say, person_id, competency_id = self.language, self.state.person_id, self.competency.value
        if competency_id is None:
            self.chart.show(None)
            return
        evidence = self.state.pieces_of(person_id, competency_id)
        gaps = self.state.gaps_of(person_id)
        asked = gaps.loc[gaps["competency_id"] == competency_id, "target"]
        name = competency_words(competency_id, self.names, say)
        target = float(asked.iloc[0]) if len(asked) else None
        self.chart.show(evidence_timeline(points_seen(evidence), name, target, say))
        basis = self.state.basis_of(person_id)
        basis = basis[basis["competency_id"] == competency_id]
        pieces = pieces_shown(evidence, basis, pd.Timestamp(self.state.as_of))
        self.pieces.show_pieces(pieces, say("{competency}: every piece, with its weight", competency=name))
