"""What the board shows, as an Excel workbook and a Word document."""

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from toolkit.attrition.back_testing.report import (
    BAND_LABELS,
    CHALLENGE_LABELS,
    FIGURE_LABELS,
    YEAR_LABELS,
    band_rows,
    challenge_rows,
    figure_rows,
    headline,
    noise_words,
    remarks,
    year_rows,
)
from toolkit.attrition.planner.report import LIST_LABELS
from toolkit.attrition.planner.shown_list import ShownList
from toolkit.documents.grid_file import Grid, Said, write_grids
from toolkit.documents.word import WordDocument
from toolkit.language import Language
from toolkit.wording import Text, text

TITLE = text("Attrition risk: back-test and list")
_LIST = text("People to talk to first")
_CAUTION = text(
    "A risk is an invitation to a conversation, never a verdict. It uses HR data only; "
    "coaching scores never enter. Gender and age stay out of the score."
)
_Table = tuple[Text, Mapping[str, Text], pd.DataFrame]


def risk_workbook(shown: ShownList, language: Language) -> bytes:
    """Return the list and the back-test as an .xlsx workbook; named is who is named on the screen."""
    words: list[Said] = [*_sentences(shown, language), *remarks(shown.trained, language)]
    grids = [_grid(*one, language) for one in _tables(shown, language)]
    lines: list[list[Said | float | None]] = [[word] for word in words]
    grids.append(Grid(text("Notes"), [text("Note")], lines))
    return write_grids(grids, language, TITLE)


def risk_document(shown: ShownList, language: Language, *, date: dt.date | None = None) -> bytes:
    """Return the list and the back-test as a Word document; named is who is named on the screen."""
    document = WordDocument(language, TITLE, date=date)
    for sentence in _sentences(shown, language):
        document.paragraph(sentence)
    listed, *tables = _tables(shown, language)
    for title, labels, frame in (*tables, listed):
        document.heading(title, 2)
        document.table(list(labels.values()), _plain(frame, labels), _widths(labels))
    document.heading(text("Notes"), 2)
    document.bullets(remarks(shown.trained, language))
    return document.to_bytes()


def _sentences(shown: ShownList, language: Language) -> list[Text]:
    test = shown.trained.test
    sentence = shown.answer.sentence if test.time_split else shown.answer.snapshot_sentence
    firm = [shown.stability.sentence] if shown.stability is not None else []
    return [headline(test, language), sentence, *firm, noise_words(test, language), _CAUTION]


def _tables(shown: ShownList, language: Language) -> list[_Table]:
    test, challenge = shown.trained.test, shown.trained.model.challenge
    found: list[_Table] = [
        (_LIST, LIST_LABELS, shown.rows),
        (text("How it would have done in the past"), FIGURE_LABELS, figure_rows(test, language)),
        (text("Predicted against actual, by risk band"), BAND_LABELS, band_rows(test, language)),
        (text("Each past year"), YEAR_LABELS, year_rows(test, language)),
    ]
    if challenge is not None:
        found.append(
            (text("Both models on people they had not seen"), CHALLENGE_LABELS, challenge_rows(challenge, language))
        )
    return [one for one in found if len(one[2])]


def _grid(title: Text, labels: Mapping[str, Text], frame: pd.DataFrame, language: Language) -> Grid:
    return Grid(language.say(title), list(labels.values()), _plain(frame, labels))


def _plain(frame: pd.DataFrame, labels: Mapping[str, Text]) -> list[list[str | float]]:
    return [
        ["\n".join(cell) if isinstance(cell, list) else cell for cell in line]
        for line in frame[list(labels)].itertuples(index=False, name=None)
    ]


def _widths(labels: Mapping[str, Text]) -> list[float]:
    wide = {"reasons": 5.0, "figure": 3.0, "name": 1.6, "interval": 1.6}
    return [wide.get(name, 1.0) for name in labels]
