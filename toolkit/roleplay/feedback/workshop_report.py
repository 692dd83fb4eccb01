"""A workshop as a whole, as words and as a Word document."""

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from toolkit.language import Language
from toolkit.roleplay.feedback.workshop_summary import WorkshopSummary
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

TITLE = text("Workshop report")
BAND_LABELS = {"band": text("Fair score"), "reps": text("Reps")}
RANKING_LABELS = {
    "name": text("Rep"),
    "fair": text("Fair score"),
    "interval": text("90% interval"),
    "ranks": text("Plausible ranks"),
    "raw": text("Plain mean"),
    "sheets": text("Sheets"),
}


def parts_of(summary: WorkshopSummary) -> list[tuple[Text, tuple[Text, ...]]]:
    """Return the report's headings with their sentences, in their order."""
    return [
        (text("Who took part"), summary.people),
        (text("Scores"), summary.scores),
        (text("Raters"), summary.raters),
        (text("Criteria"), summary.criteria),
        (text("How far raters agree"), summary.agreement),
        (text("What would make it more certain next time"), summary.next_time),
    ]


def band_rows(bands: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return how many reps lie in each half level, with the columns of `BAND_LABELS`."""
    return pd.DataFrame(
        {
            "band": [language.interval(row.low, row.high, 1) for row in rows_of(bands)],
            "reps": bands["reps"].to_list(),
        }
    )


def ranking_rows(ranking: pd.DataFrame, names: Mapping[str, str], language: Language) -> pd.DataFrame:
    """Return reps by fair score, best first, with the columns of `RANKING_LABELS`."""
    return pd.DataFrame(
        [
            {
                "name": names.get(row.rep_id, row.rep_id),
                "fair": language.number(row.fair, 2),
                "interval": language.interval(row.low, row.high, 2),
                "ranks": language.interval(row.rank_low, row.rank_high, 0),
                "raw": language.number(row.raw, 2),
                "sheets": int(row.sheets),
            }
            for row in rows_of(ranking)
        ],
        columns=list(RANKING_LABELS),
    )


def word_report(
    summary: WorkshopSummary,
    workshop: str,
    lessons: Mapping[str, Sequence[str]],
    language: Language,
    *,
    today: dt.date | None = None,
    ranking: pd.DataFrame | None = None,
) -> bytes:
    """Return the report as a Word document.

    `lessons` are those of this workshop's debrief by the scenario's name; `ranking`, as `ranking_rows` gives it, only
    where it is wanted.
    """
    from toolkit.documents.word import WordDocument

    document = WordDocument(language, language.say(TITLE), workshop, date=today)
    for heading, sentences in parts_of(summary):
        document.heading(heading)
        document.bullets(sentences)
        if sentences is summary.scores and len(summary.bands):
            bands = band_rows(summary.bands, language)
            document.table(list(BAND_LABELS.values()), bands.to_numpy(dtype=object).tolist(), [2, 1])
    if ranking is not None and len(ranking):
        document.heading(text("Reps by fair score"))
        document.table(
            list(RANKING_LABELS.values()), ranking.to_numpy(dtype=object).tolist(), [3, 1.2, 1.6, 1.4, 1.2, 1]
        )
    document.heading(text("Lessons from the debrief"))
    if not lessons:
        document.paragraph(text("No lesson has been written down for this workshop yet."))
    for scenario, words in lessons.items():
        document.heading(scenario, 2)
        document.bullets(words)
    return document.to_bytes()
