"""Feedback sheets as words and as Word documents."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from toolkit.language import Language
from toolkit.roleplay.feedback.charts import profile_chart
from toolkit.roleplay.feedback.sheet import Behaviour, FeedbackSheet
from toolkit.wording import Text, text

if TYPE_CHECKING:
    from toolkit.documents.word import WordDocument

TITLE = text("Role-play feedback")
STRENGTHS = text("What went well")
PRACTISE = text("Practise next")
PROFILE = text("All criteria")
DIFFERENCES = text("Where raters differed")
ALLOWANCE = text("Both are chosen after allowing for how hard each criterion was for everybody.")
AGREED = text("Where two raters saw the same performance, they were never two levels or more apart.")
AT_THE_TOP = text("Everything seen is at the top level: keep it up, and show others how.")
UNOBSERVED = text("Not observed: {list}.")

_RADAR_CM, _RADAR_PX = 14.0, 1050


def score_words(sheet: FeedbackSheet, language: Language) -> str:
    """Return the fair score with its interval beside the plain mean, in one sentence."""
    return language(
        "Fair score {fair} (between {low} and {high} with 90 % certainty); the plain mean of the sheets is {raw}.",
        fair=language.number(sheet.fair, 1),
        low=language.number(sheet.low, 1),
        high=language.number(sheet.high, 1),
        raw=language.number(sheet.raw, 1),
    )


def basis_words(sheet: FeedbackSheet) -> Text:
    """Return what the score rests on and what is corrected in it."""
    return text(
        "It rests on sheets: {sheets}, raters: {raters}. Hard and lenient raters and scenarios are set right in it.",
        sheets=sheet.sheets,
        raters=sheet.raters,
    )


def level_words(one: Behaviour, language: Language) -> str:
    """Return a criterion's level with its interval."""
    return language(
        "level {level} ({low}–{high})",
        level=language.number(one.level, 1),
        low=language.number(one.low, 1),
        high=language.number(one.high, 1),
    )


def difference_words(sheet: FeedbackSheet) -> tuple[Text, ...]:
    """Return where raters differed, or that they did not."""
    return sheet.differences or (AGREED,)


def word_sheet(
    sheet: FeedbackSheet, person: str, workshop: str, language: Language, *, today: dt.date | None = None
) -> bytes:
    """Return one rep's feedback as a Word document."""
    return word_sheets([sheet], {sheet.rep_id: person}, workshop, language, today=today)


def word_sheets(
    sheets: Sequence[FeedbackSheet],
    names: Mapping[str, str],
    workshop: str,
    language: Language,
    *,
    today: dt.date | None = None,
    step: Callable[[float], None] = lambda _share: None,
) -> bytes:
    """Return the feedback of several reps as one Word document, each beginning on a page of its own.

    `step` is called with the share that is done before each sheet; what it raises stops the writing.
    """
    from toolkit.documents.word import WordDocument

    document: WordDocument | None = None
    for number, sheet in enumerate(sheets):
        step(number / len(sheets))
        person = names.get(sheet.rep_id, sheet.rep_id)
        if document is None:
            document = WordDocument(language, language.say(TITLE), workshop, date=today)
        else:
            document.page_break()
        document.heading(person)
        _write(document, sheet, language)
    if document is None:
        document = WordDocument(language, language.say(TITLE), workshop, date=today)
        document.paragraph(language("No finished sheet says anything about this rep yet."))
    return document.to_bytes()


def _write(document: "WordDocument", sheet: FeedbackSheet, language: Language) -> None:
    from toolkit.controls.charts.export import png

    document.heading(STRENGTHS, 2)
    for one in sheet.strengths:
        _behaviour(document, one, language)
    document.heading(PRACTISE, 2)
    if not sheet.practise:
        document.paragraph(AT_THE_TOP)
    for one in sheet.practise:
        _behaviour(document, one, language)
    if sheet.practise:
        document.paragraph(ALLOWANCE, small=True)
    document.heading(text("Score, and how sure it is"), 2)
    document.paragraph(score_words(sheet, language))
    document.paragraph(basis_words(sheet))
    document.bullets(sheet.cautions)
    document.heading(PROFILE, 2)
    figure = profile_chart(sheet, language)
    document.picture(
        png(figure, _RADAR_PX), language("{title}. {summary}", title=figure.title, summary=figure.summary), _RADAR_CM
    )
    if sheet.unseen:
        document.paragraph(unseen_words(sheet, language))
    document.heading(DIFFERENCES, 2)
    document.bullets(difference_words(sheet))
    rest = [one for one in sheet.behaviours if one.notes and one.part == "between"]
    if rest:
        document.heading(text("More that raters noted"), 2)
        for one in rest:
            document.bullets(language("{criterion}: “{note}”", criterion=one.name, note=note) for note in one.notes)


def unseen_words(sheet: FeedbackSheet, language: Language) -> str:
    """Return which criteria nobody observed on this rep."""
    return language(UNOBSERVED.msgid, list=language.join([language.pick(name) for name in sheet.unseen]))


def _behaviour(document: "WordDocument", one: Behaviour, language: Language) -> None:
    document.paragraph(
        language("{criterion}: {level}", criterion=one.name, level=level_words(one, language)), bold=True
    )
    document.paragraph(reached_words(one))
    if one.part == "practise" and one.next_words is not None:
        document.paragraph(next_words(one))
    if one.notes:
        document.bullets(language("Noted: “{note}”", note=note) for note in one.notes)


def reached_words(one: Behaviour) -> Text:
    """Return the behaviour of the level reached."""
    return text("Seen (level {level}): {words}", level=one.reached, words=one.words)


def next_words(one: Behaviour) -> Text:
    """Return the behaviour of the next level, as the thing to practise."""
    return text("To practise (level {level}): {words}", level=one.reached + 1, words=one.next_words or {})
