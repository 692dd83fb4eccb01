"""One person's record as a Word document for a talk between two, and as an Excel workbook."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.documents.grid_file import Grid, Said, write_grids
from toolkit.language import Language
from toolkit.skillgap.charts import person_chart
from toolkit.skillgap.observing.report import OBSERVE_LABELS, observe_rows
from toolkit.skillgap.person.report import in_short, view_sentences
from toolkit.skillgap.person.timeline.pieces import pieces_shown
from toolkit.skillgap.person.timeline.report import PIECE_LABELS, RaterNames, piece_rows
from toolkit.skillgap.person.views.report import VIEW_LABELS, view_rows
from toolkit.skillgap.report import EVIDENCE_LABELS, GAP_LABELS, competency_words, evidence_rows, gap_rows
from toolkit.skillgap.state import GapState
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

if TYPE_CHECKING:
    from toolkit.documents.word import WordDocument

Names = Mapping[str, Mapping[str, str]]
TITLE = text("Skill record")
_PICTURE_PX, _MOST_TO_OBSERVE = 900, 3
_WORD_GAPS = ("competency", "level", "interval", "target", "below", "pieces")
_HOW_TO_READ = (
    text("A level (1–5) joins everything seen of a competency. Each piece counts by how reliable its kind of source and its rater have shown themselves, older ones less."),
    text("The 90% interval holds the true level with a probability of 90%. Where it reaches across the target, nobody can say yet on which side the level lies."),
    text("Peers and customers count only where at least three of them have rated, and stand together."),
    text("A difference that may be noise is a reason to look again, not to train."),
)  # fmt: skip


@dataclass(frozen=True)
class Record:
    """What a document about one person is made from; `notes` are the person's own views."""

    state: GapState
    person_id: str
    about: str
    names: Names
    rater_name: RaterNames
    notes: pd.DataFrame

    @property
    def name(self) -> str:
        """The person's name."""
        return str(self.state.people.set_index("person_id").at[self.person_id, "name"])

    @property
    def gaps(self) -> pd.DataFrame:
        """The person's gaps, most pressing first."""
        return self.state.gaps_of(self.person_id)

    @property
    def views(self) -> pd.DataFrame:
        """What self and others say."""
        return self.state.views[self.state.views["person_id"] == self.person_id]

    def next_rows(self, language: Language) -> pd.DataFrame:
        """Return what to observe next as words."""
        found = self.state.next_of([self.person_id])
        return observe_rows(found, self.state.gaps, {self.person_id: self.name}, self.names, language)


def record_document(record: Record, language: Language) -> bytes:
    """Return one person's record as a Word document, fit to be handed over."""
    from toolkit.documents.word import WordDocument

    document = WordDocument(language, record.name, f"{language.say(TITLE)} · {record.about}", date=record.state.as_of)
    document.heading(text("In short"))
    document.key_values(in_short(record.gaps, record.names, language))
    _write_gaps(document, record, language)
    _write_own_views(document, record, language)
    _write_differences(document, record, language)
    rows = record.next_rows(language).head(_MOST_TO_OBSERVE)
    if len(rows):
        document.heading(text("What to observe next"))
        document.bullets(
            language("{competency}, {source}: {why}", competency=row.competency, source=row.source, why=row.why)
            for row in rows_of(rows)
        )
    document.heading(text("How to read this"))
    document.bullets(_HOW_TO_READ)
    return document.to_bytes()


def _write_gaps(document: "WordDocument", record: Record, language: Language) -> None:
    from toolkit.controls.charts.export import png

    document.heading(text("Levels against what the role asks for"))
    figure = person_chart(record.gaps, record.names, language)
    words = language("{title}. {summary}", title=figure.title, summary=figure.summary)
    document.picture(png(figure, _PICTURE_PX), words)
    rows = gap_rows(record.gaps, record.names, language)[list(_WORD_GAPS)]
    document.table([GAP_LABELS[name] for name in _WORD_GAPS], _lines(rows), [3, 1, 1.5, 1, 3, 1.2])
    document.heading(text("What this rests on"), 2)
    rows = evidence_rows(record.state.evidence_of(record.person_id), record.names, language)
    document.table(list(EVIDENCE_LABELS.values()), _lines(rows), [3, 2.5, 1.5, 1, 2])


def _write_own_views(document: "WordDocument", record: Record, language: Language) -> None:
    if record.notes.empty:
        return
    document.heading(text("What the person sees differently"))
    for note in rows_of(record.notes):
        name = competency_words(note.competency_id, record.names, language)
        document.paragraph(language("{competency} ({day})", competency=name, day=note.written_at.date()), bold=True)
        document.paragraph(note.words)


def _write_differences(document: "WordDocument", record: Record, language: Language) -> None:
    said = [
        language(
            "{competency}: {words}", competency=competency_words(row.competency_id, record.names, language), words=words
        )
        for row in rows_of(record.views)
        for words in view_sentences(row, language)
    ]
    if said:
        document.heading(text("Where views differ"))
        document.bullets(said)


def record_workbook(record: Record, language: Language) -> bytes:
    """Return the same, and every piece of evidence that may be shown, as an Excel workbook."""
    state = record.state
    pieces = pieces_shown(
        state.pieces_of(record.person_id), state.basis_of(record.person_id), pd.Timestamp(state.as_of)
    )
    labels = {name: label for name, label in OBSERVE_LABELS.items() if name != "name"}
    grids = [
        _grid(text("Gaps"), GAP_LABELS, gap_rows(record.gaps, record.names, language)),
        _grid(
            text("Evidence"),
            PIECE_LABELS,
            _dated(piece_rows(pieces, record.names, record.rater_name, language), language),
        ),
        _grid(text("Self and others"), VIEW_LABELS, view_rows(record.views, record.names, language)),
        _grid(text("Observe next"), labels, record.next_rows(language)),
    ]
    if len(record.notes):
        lines = [
            [
                competency_words(row.competency_id, record.names, language),
                row.words,
                language.date(row.written_at.date()),
            ]
            for row in rows_of(record.notes)
        ]
        grids.append(Grid(text("Own view"), [text("Competency"), text("Own view"), text("Date")], lines))
    return write_grids(grids, language, language("{title}: {name}", title=TITLE, name=record.name))


def _dated(rows: pd.DataFrame, language: Language) -> pd.DataFrame:
    return rows.assign(latest=[language.date(day) for day in rows["latest"]])


def _grid(name: Said, labels: Mapping[str, Text], rows: pd.DataFrame) -> Grid:
    return Grid(name, list(labels.values()), _lines(rows[list(labels)]))


def _lines(rows: pd.DataFrame) -> list[list[Said | float | None]]:
    return [list(line) for line in rows.itertuples(index=False, name=None)]
