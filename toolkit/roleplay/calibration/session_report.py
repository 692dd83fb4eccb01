"""A calibration as Word documents: a sheet for each rater to keep, and one for whoever leads the session."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.errors import NotEnoughData
from toolkit.language import Language
from toolkit.roleplay.calibration.charts import deviation_map
from toolkit.roleplay.calibration.deviation import Deviations, deviations
from toolkit.roleplay.calibration.performance import Key
from toolkit.roleplay.calibration.report import (
    CRITERION_LABELS,
    LEANING_WORDS,
    RATER_LABELS,
    criterion_rows,
    feedback_entries,
    level_words,
    own_words,
    rater_rows,
    signed,
)
from toolkit.roleplay.rubric import Rubric
from toolkit.vocabulary import rows_of
from toolkit.wording import text

if TYPE_CHECKING:
    from toolkit.documents.word import WordDocument

SHEET_TITLE = text("Calibration sheet")
SESSION_TITLE = text("Calibration of all raters")
_DISCUSSED = 3
_MAP_PX = 1400


def word_rater_sheets(
    ratings: pd.DataFrame,
    key: Key,
    rubric: Rubric,
    names: Mapping[str, str],
    session: str,
    language: Language,
    *,
    today: dt.date | None = None,
) -> bytes:
    """Return a Word document with a page for each rater: deviation by criterion, then levels and reasons where they differ.

    `ratings` has rater_id, criterion_id and rating (NaN = not observed), as in `deviations`; `names` gives the words
    for rater ids, `session` the session's name. Raises `NotEnoughData` where nobody has handed in.
    """
    from toolkit.documents.word import WordDocument

    if ratings.empty:
        raise _nobody()
    document = WordDocument(language, SHEET_TITLE, session, date=today)
    for number, (rater_id, own) in enumerate(ratings.groupby("rater_id", sort=False)):
        if number:
            document.page_break()
        document.heading(names.get(str(rater_id), str(rater_id)))
        _write_rater(document, own, key, rubric, language)
    return document.to_bytes()


def word_session(
    ratings: pd.DataFrame,
    key: Key,
    rubric: Rubric,
    names: Mapping[str, str],
    session: str,
    language: Language,
    *,
    today: dt.date | None = None,
) -> bytes:
    """Return a Word document on all raters of a session, for whoever leads it; arguments as in `word_rater_sheets`."""
    from toolkit.controls.charts.export import png
    from toolkit.documents.word import WordDocument

    if ratings.empty:
        raise _nobody()
    found = deviations(ratings, key)
    document = WordDocument(language, SESSION_TITLE, session, date=today)
    document.heading(text("Raters against the key"))
    raters = rater_rows(found, names, language)
    document.table(
        [label for name, label in RATER_LABELS.items() if name != "meaning"],
        [[row.name, LEANING_WORDS[row.leaning], row.off, row.bias, row.agreement] for row in rows_of(raters)],
        [2, 1.6, 2, 2.4, 1.6],
    )
    figure = deviation_map(found, rubric, names, language)
    words = language("{title}. {summary}", title=figure.title, summary=figure.summary)
    document.picture(png(figure, _MAP_PX), words)
    document.heading(text("Criteria, furthest from the key first"))
    criteria = criterion_rows(found, rubric, key, language)
    document.table(list(CRITERION_LABELS.values()), criteria.to_numpy(dtype=object).tolist(), [3, 0.8, 1.6, 2, 1])
    _write_discussion(document, found, key, rubric, language)
    return document.to_bytes()


def _write_rater(document: "WordDocument", own: pd.DataFrame, key: Key, rubric: Rubric, language: Language) -> None:
    found = deviations(own, key)
    document.bullets(own_words(found, language))
    document.heading(text("Deviation by criterion"), 2)
    cells = {row.criterion_id: row for row in rows_of(found.cells)}
    shown = [criterion for criterion in rubric.criteria if criterion.id in cells]
    document.table(
        [text("Criterion"), text("You"), text("Key"), text("Above (+) or below (−) the key")],
        [
            [
                language.pick(criterion.name),
                _level(cells[criterion.id].rating, language),
                _level(cells[criterion.id].key, language),
                signed(cells[criterion.id].deviation, language),
            ]
            for criterion in shown
        ],
        [3, 1.3, 1.3, 2],
    )
    document.heading(text("Where you and the key differ"), 2)
    sheet = {name: None if row.rating != row.rating else float(row.rating) for name, row in cells.items()}
    entries = {one["id"]: one for one in feedback_entries(rubric, sheet, key, language)}
    distance = {
        name: float("inf") if row.deviation != row.deviation else abs(row.deviation) for name, row in cells.items()
    }
    apart = [one for one in shown if sheet[one.id] != key[one.id].rating]
    if not apart:
        document.paragraph(text("Nowhere: every rating is that of the key."))
    for criterion in sorted(apart, key=lambda one: -distance[one.id]):
        entry = entries[criterion.id]
        head = language("{criterion}: {difference}", criterion=entry["title"], difference=entry["marks"][0])
        document.paragraph(head, bold=True)
        document.bullets(entry["lines"])


def _write_discussion(
    document: "WordDocument", found: Deviations, key: Key, rubric: Rubric, language: Language
) -> None:
    """Write what to talk about: the criteria furthest from the key, with the key's behaviour and its reason."""
    furthest = found.criteria[found.criteria["off"] > 0].head(_DISCUSSED)
    document.heading(text("To talk about with the raters"))
    if furthest.empty:
        document.paragraph(text("All raters gave the key's level on every criterion."))
    by_id = {criterion.id: criterion for criterion in rubric.criteria}
    for criterion_id in furthest["criterion_id"]:
        criterion = by_id[criterion_id]
        document.paragraph(language.pick(criterion.name), bold=True)
        given = found.cells.loc[found.cells["criterion_id"] == criterion_id, "rating"].dropna()
        document.bullets(
            [
                language("Key: {level}", level=level_words(criterion, key[criterion_id].rating, language)),
                language("Why: {reason}", reason=language.pick(key[criterion_id].reason)),
                language(
                    "Levels given: {levels}", levels=language.join([language.number(one, 0) for one in sorted(given)])
                ),
            ]
        )


def _level(rating: float, language: Language) -> str:
    return language("Not observed") if rating != rating else language.number(rating, 0)


def _nobody() -> NotEnoughData:
    return NotEnoughData(text("Nobody has handed in a sheet yet. Ask the raters to open this session and rate it."))
