"""One person's record, usable in any notebook on plain tables."""

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.data_table import Action, DataTable, columns_of
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, card, row
from toolkit.controls.person_picker import PersonPicker, people_entries
from toolkit.controls.tabs import Tabs
from toolkit.documents.plain_state import PlainState, StateForm, known, whole, words
from toolkit.language import Language
from toolkit.skillgap.charts import person_chart, person_radar
from toolkit.skillgap.observing.widget import ObservePart
from toolkit.skillgap.person.explanation.widget import ExplanationCard, NoteWriter
from toolkit.skillgap.person.report import in_short
from toolkit.skillgap.person.timeline.report import RaterNames
from toolkit.skillgap.person.timeline.widget import EvidencePart
from toolkit.skillgap.person.views.widget import ViewsPart
from toolkit.skillgap.report import EVIDENCE_LABELS, GAP_LABELS, STANDING_WORDS, evidence_rows, gap_rows
from toolkit.skillgap.state import GapState
from toolkit.skillgap.widget import standing_marks
from toolkit.vocabulary import rows_of
from toolkit.wording import counted

Names = Mapping[str, Mapping[str, str]]
Notes = Callable[[str], pd.DataFrame]
_PARTS = 5
_STATE = StateForm("SkillGapExplorer", 1, {"person_id": words, "view": whole(0, _PARTS - 1)})
EXPLAIN = "explain"


class SkillGapExplorer(PlainState, Panel):
    """One person's levels against the role, with what every number rests on.

    `state` is a `GapState`; `names` gives bilingual competency names by id. `rater_name(source, rater_id)` returns
    the name of whoever gave a piece of evidence, or None where it is not to be known; without it nobody is named.
    `notes(person_id)` returns where the person sees a level differently (competency_id, words, written_at); with
    `on_note(competency_id, words)` a note can be written by the person whose id is `writer`.
    Its dictionary holds the person's id and which view is open; for the reason see `GapState`.
    """

    def __init__(
        self,
        state: GapState,
        names: Names,
        *,
        language: str = "en",
        rater_name: RaterNames = lambda _source, _rater_id: None,
        notes: Notes | None = None,
        on_note: NoteWriter | None = None,
        writer: str | None = None,
    ):
        self.state, self.names, self._notes, self._writer = state, names, notes, writer
        say = self.language = Language(language)
        people = people_entries(state.people)
        self.person = PersonPicker(say("Person"), people, language=say, walk=True)
        self.person.on_change(lambda value: setattr(state, "person_id", value or ""))
        self.nothing, self.short, self.withheld = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.chart, self.radar = FigureView(language=say), FigureView(language=say)
        self.gaps = DataTable(
            _gap_columns(say), language=say, caption=say("Gaps, most pressing first"), on_action=self._explain
        )
        self.explanation = ExplanationCard(state, names, rater_name, on_note, language=say)
        self.explanation.on_written = self._show_notes
        self.evidence = DataTable(
            columns_of(EVIDENCE_LABELS, say, pieces="number", mean="number", latest="date"),
            language=say,
            caption=say("What this rests on"),
            empty=say("Nothing has been seen of this person yet."),
        )
        self.seen = EvidencePart(state, names, rater_name, language=say)
        self.differences = ViewsPart(state, names, language=say)
        self.observe_next = ObservePart(state, names, language=say)
        self._stale: set[str] = set()
        self.views = Tabs(self._parts(), label=say("How the gaps are shown"))
        self.views.tabs.observe(lambda _change: self._fill(), names="selected")
        self.views.layout.display = "none"
        self.top = card(row(self.person), self.nothing, self.short)
        super().__init__([self.top, self.views])
        state.observe(self._show, names="person_id")
        if people:
            with state.hold_trait_notifications():
                state.person_id = self.person.value
            self._show()

    def _parts(self) -> dict[str, widgets.Widget]:
        say = self.language
        gaps = Panel([card(self.chart), self.gaps, self.explanation, self.withheld], styled=False)
        self._filling = {
            say("Gaps"): self._fill_gaps,
            say("Profile"): self._fill_radar,
            say("Evidence"): self._fill_evidence,
            say("Self and others"): self.differences.show,
            say("Observe next"): self.observe_next.show,
        }
        parts = (
            gaps,
            card(self.radar),
            Panel([self.seen, self.evidence], styled=False),
            self.differences,
            self.observe_next,
        )
        return dict(zip(self._filling, parts, strict=True))

    def _show(self, _change: object = None) -> None:
        say, person_id = self.language, self.state.person_id
        if self.person.value != person_id:
            self.person.value = person_id or None
        self.own = self.state.gaps_of(person_id)
        empty = self.own.empty
        self.views.layout.display = "none" if empty else None
        self.nothing.layout.display = None if empty else "none"
        self.nothing.value = (
            Markup("<p>{}</p>").format(say("No expectations are known for this person's role.")) if empty else ""
        )
        self._stale = set(self._filling)
        self._show_notes()
        if empty:
            self.chart.show(None)
            self.radar.show(None)
        else:
            self._fill()

    def _fill(self) -> None:
        """Draw the open view, unless it stands there already."""
        if (title := self.views.opened) in self._stale:
            self._stale.discard(title)
            self._filling[title]()

    def _fill_gaps(self) -> None:
        say, gaps, person_id = self.language, self.own, self.state.person_id
        self.chart.show(person_chart(gaps, self.names, say))
        rows = gap_rows(gaps, self.names, say).assign(verdict=gaps["standing"].to_list())
        sort = {"level": gaps["level"], "interval": gaps["low"], "target": gaps["target"]}
        sort |= {"below": gaps["probability_below"], "priority": gaps["priority"]}
        self.gaps.show(rows, ids=gaps["competency_id"], sort=sort, actions=(Action(EXPLAIN, say("Explain")),))
        self.explanation.hide()
        self.withheld.value = self._withheld(person_id)

    def _fill_evidence(self) -> None:
        self.seen.show()
        found = self.state.evidence_of(self.state.person_id)
        sort = {"mean": found["mean"], "latest": found["latest"]}
        self.evidence.show(evidence_rows(found, self.names, self.language), sort=sort)

    def _fill_radar(self) -> None:
        self.radar.show(person_radar(self.own, self.names, self.language))

    def _explain(self, competency_id: str, _action: str) -> None:
        row = next(rows_of(self.own[self.own["competency_id"] == competency_id]))
        notes = self._notes(self.state.person_id) if self._notes else None
        self.explanation.show(row, notes, writable=self._writer == self.state.person_id)

    def _show_notes(self) -> None:
        """Show what the record says in short, with the person's own notes."""
        say, person_id = self.language, self.state.person_id
        lines = [
            Markup("<p><strong>{}</strong> {}</p>").format(say("{what}:", what=what), listed)
            for what, listed in in_short(self.own, self.names, say)
        ]
        notes = self._notes(person_id) if self._notes and person_id else None
        for note in rows_of(notes) if notes is not None else ():
            lines.append(
                Markup("<blockquote class='coach-own-view'><p>{}</p><p>{}</p></blockquote>").format(
                    say(
                        "The person sees {competency} differently ({day}):",
                        competency=self.names.get(note.competency_id, {"en": note.competency_id}),
                        day=note.written_at.date(),
                    ),
                    note.words,
                )
            )
        self.short.value = Markup("<div class='coach-prose'>{}</div>").format(Markup("").join(lines)) if lines else ""

    def to_dict(self) -> dict[str, Any]:
        """Return who is shown, and how."""
        return _STATE.write(person_id=self.state.person_id, view=self.views.tabs.selected)

    def restore(self, body: object) -> None:
        """Show the person, who must be known here, in the view."""
        found = _STATE.read(body)
        known(found["person_id"], ["", *self.state.people["person_id"]], "person_id")
        self.state.person_id = found["person_id"]
        self.views.tabs.selected = found["view"]

    def _withheld(self, person_id: str) -> Markup:
        say = self.language
        withheld = self.state.withheld_of(person_id)
        if not withheld:
            return Markup("")
        return Markup("<p class='coach-quiet'>{}</p>").format(
            say.say(
                counted(
                    "{count} rating is withheld and not used, because fewer than three people of its group rated.",
                    "{count} ratings are withheld and not used, because fewer than three people of their group rated.",
                    withheld,
                )
            )
        )


def _gap_columns(language: Language) -> list[Any]:
    """Return the columns of a person's gaps; the verdicts stand in the order of their urgency."""
    return columns_of(
        GAP_LABELS,
        language,
        marks={"verdict": standing_marks(language, STANDING_WORDS)},
        level="number",
        interval="number",
        target="number",
        priority="number",
        pieces="number",
    )
