"""What stands behind one level: sentences, pieces, and the person's own view of it."""

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.actions import guarded
from toolkit.controls.fields import TextArea
from toolkit.controls.page import button, row
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language
from toolkit.skillgap.person.report import explanation, view_sentences
from toolkit.skillgap.person.timeline.pieces import pieces_shown
from toolkit.skillgap.person.timeline.report import RaterNames
from toolkit.skillgap.person.timeline.widget import PieceTable
from toolkit.skillgap.report import competency_words
from toolkit.skillgap.state import GapState
from toolkit.vocabulary import rows_of
from toolkit.wording import text

Names = Mapping[str, Mapping[str, str]]
NoteWriter = Callable[[str, str, float | None], None]
_LONGEST = 2000


class ExplanationCard(widgets.VBox):
    """Says why a level is what it is, and lets the person say otherwise. Hidden until `show`."""

    def __init__(
        self, state: GapState, names: Names, rater_name: RaterNames, on_note: NoteWriter | None, *, language: Language
    ):
        self.state, self.names, self.language, self._on_note = state, names, language, on_note
        say = language
        self.competency_id = ""
        self._level: float | None = None
        self.on_written: Callable[[], None] = lambda: None
        self.words = widgets.HTML()
        self.pieces = PieceTable(names, rater_name, language=say)
        self.status = StatusLine(say)
        self.note = TextArea(
            say("I see this differently"),
            rows=3,
            longest=_LONGEST,
            hint=say(
                "What you write is kept with your record and shown to your superior, trainers and HR. The level stays as it is."
            ),
        )
        self.save = button(say("Save my view"), guarded(self.status, self._save), primary=True)
        self.take_back = button(say("Take it back"), guarded(self.status, self._take_back))
        self.writer = widgets.VBox([self.note, row(self.save, self.take_back), self.status])
        super().__init__([self.words, self.pieces, self.writer, row(button(say("Close"), self.hide))])
        self.add_class("coach-card")
        self.hide()

    def show(self, gap: Any, notes: pd.DataFrame | None, *, writable: bool) -> None:
        """Explain one row of `GapState.gaps_of`; `notes` are the person's own views."""
        say, person_id = self.language, self.state.person_id
        self.competency_id, self._level = gap.competency_id, None if pd.isna(gap.level) else float(gap.level)
        own = self.state.levels
        own = own[(own["person_id"] == person_id) & (own["competency_id"] == gap.competency_id)]
        sentences = explanation(gap, own.iloc[0] if len(own) else None, say)
        views = self.state.views
        views = views[(views["person_id"] == person_id) & (views["competency_id"] == gap.competency_id)]
        for view in rows_of(views):
            sentences += view_sentences(view, say)
        name = competency_words(gap.competency_id, self.names, say)
        self.words.value = Markup("<div class='coach-prose' role='status'><h2>{}</h2>{}</div>").format(
            name, Markup("").join(Markup("<p>{}</p>").format(one) for one in sentences)
        )
        basis = self.state.basis_of(person_id)
        pieces = pieces_shown(
            self.state.pieces_of(person_id, gap.competency_id),
            basis[basis["competency_id"] == gap.competency_id],
            pd.Timestamp(self.state.as_of),
        )
        self.pieces.show_pieces(pieces, say("What the level in {competency} rests on", competency=name))
        self.writer.layout.display = None if writable and self._on_note is not None else "none"
        kept = [] if notes is None else notes.loc[notes["competency_id"] == gap.competency_id, "words"].to_list()
        self.note.put(kept[0] if kept else "")
        self.take_back.layout.display = None if kept else "none"
        self.status.clear()
        self.layout.display = None

    def hide(self) -> None:
        """Hide the explanation."""
        self.competency_id, self.layout.display = "", "none"
        self.words.value = ""

    def _save(self) -> None:
        if self._on_note is not None:
            self._on_note(self.competency_id, self.note.value, self._level)
            self.status.say(text("Your view is kept with your record."), "good")
            self.take_back.layout.display = None
            self.on_written()

    def _take_back(self) -> None:
        if self._on_note is not None:
            self._on_note(self.competency_id, "", self._level)
            self.note.put("")
            self.status.say(text("Your view is taken back."), "good")
            self.take_back.layout.display = "none"
            self.on_written()
