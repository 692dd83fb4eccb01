"""A fairness audit as an Excel workbook and a Word document."""

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from toolkit.attrition.audit.report import (
    ERROR_LABELS,
    GROUP_LABELS,
    PROXY_LABELS,
    Values,
    column_words,
    cutoff_words,
    error_rows,
    group_rows,
    proxy_rows,
)
from toolkit.attrition.fairness import FairnessResult
from toolkit.documents.grid_file import Grid, Said, write_grids
from toolkit.documents.word import WordDocument
from toolkit.language import Language
from toolkit.wording import Text, text

TITLE = text("Fairness audit of the list")
_Table = tuple[Text, Mapping[str, Text], pd.DataFrame]


def audit_workbook(result: FairnessResult, language: Language, values: Values) -> bytes:
    """Return the audit as an .xlsx workbook, a sheet for each table."""
    grids = [
        Grid(title, list(labels.values()), frame[list(labels)].to_numpy(dtype=object).tolist())
        for title, labels, frame in _tables(result, language, values)
    ]
    notes: list[list[Said | float | None]] = [[note] for note in (cutoff_words(result, language), *result.notes)]
    grids.append(Grid(text("Notes"), [text("Note")], notes))
    return write_grids(grids, language, TITLE)


def audit_document(result: FairnessResult, language: Language, values: Values, *, date: dt.date | None = None) -> bytes:
    """Return the audit as a Word document."""
    document = WordDocument(language, TITLE, date=date)
    document.paragraph(cutoff_words(result, language))
    for title, labels, frame in _tables(result, language, values):
        document.heading(title, 2)
        document.table(list(labels.values()), frame[list(labels)].to_numpy(dtype=object).tolist())
    document.heading(text("Notes"), 2)
    document.bullets(result.notes)
    return document.to_bytes()


def _tables(result: FairnessResult, language: Language, values: Values) -> list[_Table]:
    found: list[_Table] = []
    for attribute in dict.fromkeys(result.groups["attribute"].astype(str)):
        name = column_words(attribute, language)
        listed = group_rows(result, attribute, language, values)
        errors = error_rows(result, attribute, language, values)
        found.append((text("{column}: who is listed", column=name), GROUP_LABELS, listed))
        found.append((text("{column}: for whom the list errs", column=name), ERROR_LABELS, errors))
    proxies = proxy_rows(result, language, values)
    found.append((text("What the inputs of the score give away"), PROXY_LABELS, proxies))
    return [one for one in found if len(one[2])]
