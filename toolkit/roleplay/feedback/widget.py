"""Feedback sheets, usable in any notebook on plain tables."""

from collections.abc import Iterable, Mapping
from typing import Any

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.data_table import DataTable, columns_of
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.fields import CheckField
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, card, row
from toolkit.controls.person_picker import PersonPicker, people_entries
from toolkit.documents.plain_state import PlainState, StateForm, known, words
from toolkit.language import Language
from toolkit.roleplay.feedback.charts import profile_chart
from toolkit.roleplay.feedback.report import (
    ALLOWANCE,
    AT_THE_TOP,
    DIFFERENCES,
    PRACTISE,
    PROFILE,
    STRENGTHS,
    basis_words,
    difference_words,
    level_words,
    next_words,
    reached_words,
    score_words,
    unseen_words,
)
from toolkit.roleplay.feedback.sheet import Behaviour, FeedbackSheet, WorkshopFeedback
from toolkit.roleplay.feedback.workshop_report import (
    BAND_LABELS,
    RANKING_LABELS,
    band_rows,
    parts_of,
    ranking_rows,
)
from toolkit.roleplay.feedback.workshop_summary import WorkshopSummary
from toolkit.wording import Text

_STATE = StateForm("FeedbackView", 1, {"rep_id": words})


class FeedbackView(PlainState, Panel):
    """One rep's feedback at a time: strengths first, what to practise next, the profile, and how sure it all is.

    `feedback` is a `WorkshopFeedback` (see `workshop_feedback`) or None, `people` a table with person_id and name of
    the reps that may be looked at. `sheet` is what is shown. Its dictionary holds the rep's id only.
    """

    def __init__(
        self, feedback: WorkshopFeedback | None = None, people: pd.DataFrame | None = None, *, language: str = "en"
    ):
        say = self.language = Language(language)
        self.feedback: WorkshopFeedback | None = None
        self.sheet: FeedbackSheet | None = None
        self.person = PersonPicker(say("Rep"), [], language=say, walk=True)
        self.words, self.rest = widgets.HTML(), widgets.HTML()
        self.chart = FigureView(language=say)
        self.picked = card(row(self.person))
        self.profile = card(widgets.HTML(Markup("<h2>{}</h2>").format(say.say(PROFILE))), self.chart, self.rest)
        self.body = widgets.VBox([self.words, self.profile])
        self.body.add_class("coach-panel")
        self.nothing = EmptyState(
            say("No feedback yet"), say("Feedback appears here once the first sheet of this workshop is finished.")
        )
        super().__init__([self.picked, self.nothing, self.body])
        self.person.on_change(lambda _rep_id: self._show())
        self.show(feedback, people)

    @property
    def rep_id(self) -> str | None:
        """The rep who is shown."""
        return None if self.sheet is None else self.sheet.rep_id

    def show(self, feedback: WorkshopFeedback | None, people: pd.DataFrame | None) -> None:
        """Show the feedback of those of `people` who were seen; whoever was chosen stays chosen."""
        self.feedback = feedback
        seen = set(feedback.rep_ids) if feedback else set()
        chosen = self.person.value
        found = people[people["person_id"].isin(seen)] if people is not None else None
        self.person.offer(people_entries(found) if found is not None else [], chosen)
        self._show()

    def to_dict(self) -> dict[str, Any]:
        """Return who is shown."""
        return _STATE.write(rep_id=self.rep_id or "")

    def restore(self, body: object) -> None:
        """Show the rep, who must be on offer."""
        found = _STATE.read(body)["rep_id"]
        known(found, [value for _, value in self.person.options] or [""], "rep_id")
        self.person.value = found or None

    def _show(self) -> None:
        say, rep_id = self.language, self.person.value
        self.sheet = self.feedback.sheet(rep_id) if self.feedback and rep_id else None
        self.body.layout.display = None if self.sheet else "none"
        self.picked.layout.display = None if self.sheet else "none"
        self.nothing.layout.display = "none" if self.sheet else None
        if self.sheet is None:
            self.words.value = self.rest.value = ""
            self.chart.show(None)
            return
        self.words.value = sheet_markup(self.sheet, say)
        self.chart.show(profile_chart(self.sheet, say))
        self.rest.value = _rest(self.sheet, say)


class WorkshopReportView(Panel):
    """What a workshop says as a whole; the list of reps only for whoever asks for it."""

    def __init__(self, *, language: str = "en"):
        say = self.language = Language(language)
        self.words = widgets.HTML()
        self.bands = DataTable(
            columns_of(BAND_LABELS, say, reps="number"),
            language=say,
            caption=say("How many reps have which fair score"),
            empty=say("With so few reps this would single people out."),
        )
        self.ask = CheckField(say("Show the reps by fair score"))
        self.ranking = DataTable(
            columns_of(
                RANKING_LABELS, say, fair="number", interval="number", ranks="number", raw="number", sheets="number"
            ),
            language=say,
            caption=say("Reps by fair score"),
        )
        self.ask.on_change(lambda _asked: self._rank())
        self._ranking: pd.DataFrame | None = None
        self._names: Mapping[str, str] = {}
        super().__init__([self.words, self.bands, card(self.ask), self.ranking])
        self._rank()

    def show(self, summary: WorkshopSummary, names: Mapping[str, str], seen: Iterable[str]) -> None:
        """Show `summary`; the list holds those of `seen` only, called by their `names`."""
        say = self.language
        parts = [
            Markup("<h2>{}</h2>{}").format(say.say(title), _list(sentences, say))
            for title, sentences in parts_of(summary)
        ]
        self.words.value = Markup("<section class='coach-card'>{}</section>").format(Markup("").join(parts))
        self.bands.show(band_rows(summary.bands, say), sort={"band": summary.bands["low"]})
        self._ranking = summary.ranking[summary.ranking["rep_id"].isin(list(seen))]
        self._names = names
        self._rank()

    @property
    def ranked(self) -> pd.DataFrame | None:
        """The list of reps in words, None while it is not asked for."""
        if not self.ask.value or self._ranking is None:
            return None
        return ranking_rows(self._ranking, self._names, self.language)

    def _rank(self) -> None:
        rows = self.ranked
        self.ranking.layout.display = "none" if rows is None else None
        if rows is not None and self._ranking is not None:
            numbers = self._ranking
            sort = {"fair": numbers["fair"], "interval": numbers["low"], "ranks": numbers["rank_low"]}
            self.ranking.show(rows, sort=sort | {"raw": numbers["raw"]})


def sheet_markup(sheet: FeedbackSheet, language: Language) -> Markup:
    """Return strengths, what to practise and the score as HTML."""
    say = language
    practise = _behaviours(sheet.practise, say) if sheet.practise else _paragraph(say.say(AT_THE_TOP))
    allowance = _paragraph(say.say(ALLOWANCE), quiet=True) if sheet.practise else Markup("")
    score = _paragraph(score_words(sheet, say)) + _paragraph(say.say(basis_words(sheet)), quiet=True)
    parts = [
        _card(say.say(STRENGTHS), _behaviours(sheet.strengths, say)),
        _card(say.say(PRACTISE), practise + allowance),
        _card(say("Score, and how sure it is"), score + _list(sheet.cautions, say)),
    ]
    return Markup("<div class='coach-feedback' style='display:grid;gap:20px'>{}</div>").format(Markup("").join(parts))


def _card(title: str, body: Markup) -> Markup:
    return Markup("<section class='coach-card'><h2 style='margin-bottom:12px'>{}</h2>{}</section>").format(title, body)


def _behaviours(behaviours: Iterable[Behaviour], say: Language) -> Markup:
    items = Markup("").join(_behaviour(one, say) for one in behaviours)
    return Markup("<ul class='coach-entries'>{}</ul>").format(items)


def _behaviour(one: Behaviour, say: Language) -> Markup:
    lines = [_paragraph(say.say(reached_words(one)))]
    if one.part == "practise" and one.next_words is not None:
        lines.append(Markup("<p><strong>{}</strong></p>").format(say.say(next_words(one))))
    lines += [_paragraph(say("Noted: “{note}”", note=note), quiet=True) for note in one.notes]
    head = Markup("<div class='coach-entry-head'><strong>{}</strong><span class='coach-quiet'>{}</span></div>").format(
        say.pick(one.name), level_words(one, say)
    )
    return Markup("<li class='coach-entry'><div class='coach-entry-body'>{}{}</div></li>").format(
        head, Markup("").join(lines)
    )


def _rest(sheet: FeedbackSheet, say: Language) -> Markup:
    """Return what stands below the picture: what was not seen, other notes, where raters differed."""
    parts = [_paragraph(unseen_words(sheet, say), quiet=True)] if sheet.unseen else []
    notes = [(one, note) for one in sheet.behaviours if one.part == "between" for note in one.notes]
    if notes:
        lines = [say("{criterion}: “{note}”", criterion=one.name, note=note) for one, note in notes]
        parts += [Markup("<h3>{}</h3>").format(say("More that raters noted")), _list(lines, say)]
    parts += [Markup("<h3>{}</h3>").format(say.say(DIFFERENCES)), _list(difference_words(sheet), say)]
    return Markup("").join(parts)


def _paragraph(said: str, *, quiet: bool = False) -> Markup:
    return Markup("<p class='{}'>{}</p>").format("coach-quiet" if quiet else "coach-prose", said)


def _list(sentences: Iterable[Text | str], say: Language) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(say.say(one)) for one in sentences)
    return Markup("<ul>{}</ul>").format(items) if items else Markup("")
