"""The widgets for calibrating raters, usable in any notebook on plain tables."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.action_list import ActionList
from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.choices import Choice
from toolkit.controls.data_table import DataTable, Mark, Tone, columns_of
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, button, card, choice, heading, row
from toolkit.controls.rating_scale import RatingScale
from toolkit.controls.status_line import StatusLine
from toolkit.controls.tabs import Tabs
from toolkit.documents.plain_state import PlainState
from toolkit.language import Language
from toolkit.roleplay.calibration.charts import bias_chart, development_chart, deviation_map
from toolkit.roleplay.calibration.deviation import deviations, off_over_sessions
from toolkit.roleplay.calibration.performance import Key
from toolkit.roleplay.calibration.report import (
    CRITERION_LABELS,
    LEANING_WORDS,
    RATER_LABELS,
    criterion_rows,
    feedback_entries,
    own_words,
    rater_rows,
)
from toolkit.roleplay.calibration.state import CalibrationState, Sheet
from toolkit.roleplay.rubric import Rubric
from toolkit.roleplay.widget import scale_items
from toolkit.vocabulary import NOT_OBSERVED
from toolkit.wording import text

LEANING_TONES: dict[str, Tone] = {"hard": "warn", "lenient": "warn", "none": "accent", "unknown": "quiet"}


class CalibrationSession(PlainState, Panel):
    """Score one performance blind, hand in, and compare with the expert's key.

    `performance` is what was said, or the address of a recording, in both languages; `reveal(sheet)` gives the key and
    is asked once, when the sheet is handed in. Without `keep` (see `CalibrationState`) it needs no store.
    `ratings` is a table of criterion_id and rating. Its dictionary is that of its `CalibrationState`.
    """

    def __init__(
        self,
        performance: Mapping[str, str],
        rubric: Rubric,
        reveal: Callable[[Sheet], Key],
        *,
        sheet: Mapping[str, float | None] | None = None,
        handed_in: bool = False,
        keep: Callable[[str, float | None], dt.datetime] | None = None,
        language: str = "en",
        local_time: Callable[[dt.datetime], dt.datetime] = lambda moment: moment.astimezone(),
    ):
        say = self.language = Language(language)
        self.state = CalibrationState(rubric, reveal, sheet=sheet, handed_in=handed_in, keep=keep)
        self._local_time = local_time
        self.status = StatusLine(say)
        self._performance, self.read = performance, widgets.HTML()
        self.progress = widgets.HTML()
        self.scale = RatingScale(language=say, on_rate=self._rate)
        self.finish = button(say("Hand in and compare with the key"), guarded(self.status, self._hand_in), primary=True)
        self.blind = widgets.VBox([self.progress, self.scale, row(self.finish)])
        self.found = widgets.HTML()
        self.entries = ActionList(lambda _entry, _action: None)
        self.feedback = card(
            heading(say("Your ratings beside the key")),
            self.found,
            self.entries,
        )
        for part in (self.blind, self.feedback):
            part.add_class("coach-panel")
        super().__init__([card(self.read), self.blind, self.status, self.feedback])
        self.state.observe(self._show, names=["handed_in"])
        self.state.observe(self._show_progress, names="sheet")
        self._show()

    @property
    def ratings(self) -> pd.DataFrame:
        """The ratings so far: criterion_id, rating (NaN = not observed)."""
        return self.state.ratings

    def to_dict(self) -> dict[str, Any]:
        """Return the ratings and whether they are handed in; see `CalibrationState`."""
        return self.state.to_dict()

    def restore(self, body: object) -> None:
        """Take up what `to_dict` gave; see `CalibrationState`."""
        self.state.restore(body)
        self._show()

    def _rate(self, criterion_id: str, value: str) -> str:
        with shown_on(self.status):
            moment = self._local_time(self.state.rate(criterion_id, value))
            self.status.clear()
            return self.language("saved {time}", time=self.language.time(moment))
        self.scale.values = self._values()
        return self.language("not saved")

    def _hand_in(self) -> None:
        self.state.hand_in()
        self.status.say(text("Handed in. Read the reasons where you differ from the key."), "good")

    def _values(self) -> dict[str, str]:
        sheet = self.state.sheet.items()
        return {criterion: NOT_OBSERVED if rating is None else str(int(rating)) for criterion, rating in sheet}

    def _show(self, _change: object = None) -> None:
        done = self.state.handed_in
        self.read.value = _performance(self._performance, self.language, folded=done)
        self.blind.layout.display = "none" if done else None
        self.feedback.layout.display = None if done else "none"
        if done:
            self._show_feedback()
            return
        self.scale.show(scale_items(self.state.rubric, self.language), self._values())
        self._show_progress()

    def _show_progress(self, _change: object = None) -> None:
        words = self.language(
            "{done} of {total} criteria rated. Nobody sees your ratings, and you see neither the key nor others' ratings, "
            "until you hand in.",
            done=len(self.state.sheet),
            total=len(self.state.rubric.criteria),
        )
        self.progress.value = Markup("<p class='coach-quiet' role='status'>{}</p>").format(words)

    def _show_feedback(self) -> None:
        key, say = self.state.key, self.language
        if key is None or not self.state.sheet:
            return
        lines = own_words(deviations(self.ratings.assign(rater_id="me"), key), say)
        self.found.value = Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)
        self.entries.entries = feedback_entries(self.state.rubric, self.state.sheet, key, say)


def _performance(words: Mapping[str, str], language: Language, *, folded: bool) -> Markup:
    """Return the performance in a fold; a bare address becomes a link."""
    shown = language.pick(words).strip()
    if shown.startswith(("https://", "http://")) and not any(letter.isspace() for letter in shown):
        body = Markup("<p><a href='{0}' target='_blank' rel='noopener noreferrer'>{0}</a></p>").format(shown)
    else:
        lines = (Markup("<p>{}</p>").format(line) for line in shown.splitlines() if line.strip())
        body = Markup("").join(lines)
    title = language("The performance")
    return Markup("<details{}><summary>{}</summary>{}</details>").format("" if folded else Markup(" open"), title, body)


class CalibrationBoard(Panel):
    """All raters of one calibration against the key, for whoever leads it.

    `show` takes ratings (rater_id, criterion_id, rating), the key and the rubric. It has no state of its own.
    """

    def __init__(self, *, language: str = "en"):
        say = self.language = Language(language)
        self.map, self.bias = FigureView(language=say), FigureView(language=say)
        self.views = Tabs(
            {say("By criterion"): self.map, say("Lenient or hard"): self.bias}, label=say("How deviations are shown")
        )
        marks = {"leaning": {key: Mark(say.say(words), LEANING_TONES[key]) for key, words in LEANING_WORDS.items()}}
        helps = {
            "off": say("How many levels a rater is from the key on average, whichever way."),
            "agreement": say(
                "Kappa: 1 is the key itself, 0 is what guessing would give; a level off counts little, three much."
            ),
        }
        columns = columns_of(RATER_LABELS, say, marks=marks, off="number", bias="number", agreement="number")
        columns = [replace(one, help=helps.get(one.name, "")) for one in columns]
        self.raters = DataTable(columns, language=say, caption=say("Raters against the key"))
        self.criteria = DataTable(
            columns_of(CRITERION_LABELS, say, key="number", off="number", deviation="number", raters="number"),
            language=say,
            caption=say("Criteria, furthest from the key first"),
        )
        self.nothing = widgets.HTML()
        self.body = widgets.VBox([card(self.views), self.raters, self.criteria])
        self.body.add_class("coach-panel")
        super().__init__([self.nothing, self.body])

    def show(self, ratings: pd.DataFrame, key: Key, rubric: Rubric, names: Mapping[str, str]) -> None:
        """Show the sheets that are handed in; `names` gives the words for rater ids."""
        say = self.language
        empty = ratings.empty
        self.body.layout.display = "none" if empty else None
        self.nothing.value = Markup("")
        if empty:
            words = say("Nobody has handed in a sheet yet. Ask the raters to open this session and rate it.")
            self.nothing.value = Markup("<p class='coach-quiet'>{}</p>").format(words)
            return
        found = deviations(ratings, key)
        self.map.show(deviation_map(found, rubric, names, say))
        self.bias.show(bias_chart(found, names, say))
        raters = found.raters
        sort = {"off": raters["off"], "bias": raters["bias"]}
        self.raters.show(rater_rows(found, names, say), ids=raters["rater_id"], sort=sort)
        criteria = found.criteria
        sort = {"off": criteria["off"], "deviation": criteria["deviation"]}
        self.criteria.show(criterion_rows(found, rubric, key, say), ids=criteria["criterion_id"], sort=sort)


class CalibrationProgress(Panel):
    """One rater's distance from the key over sessions; a choice of raters where there are several.

    `show` takes session_id, held_on (a day), rater_id, rating and key, a row for each criterion.
    """

    def __init__(self, *, language: str = "en"):
        say = self.language = Language(language)
        self._sessions = pd.DataFrame()
        self.rater: Choice = choice(say("Rater"), [], lambda _rater: self._draw())
        self.chart, self.note = FigureView(language=say), widgets.HTML()
        self.top = row(self.rater)
        super().__init__([card(self.top, self.note, self.chart)])

    def show(self, sessions: pd.DataFrame, names: Mapping[str, str], first: str | None = None) -> None:
        """Show the raters in the table, `first` before the others; `names` gives the words for rater ids."""
        self._sessions = sessions
        raters = sorted(set(sessions["rater_id"]), key=lambda rater: names.get(rater, rater))
        self.rater.offer([(names.get(rater, rater), rater) for rater in raters], self.rater.value or first)
        self.top.layout.display = None if len(raters) > 1 else "none"
        self._draw()

    def _draw(self) -> None:
        say, rater = self.language, self.rater.value
        if rater is None or self._sessions.empty:
            words = say("No sheet of a calibration session has been handed in yet.")
            self.note.value = Markup("<p class='coach-quiet'>{}</p>").format(words)
            self.chart.show(None)
            return
        found, note = off_over_sessions(self._sessions[self._sessions["rater_id"] == rater])
        remark = note or text(
            "The bars are 90% intervals: while they overlap, a step up or down may be nothing but which criteria came up."
        )
        self.note.value = Markup("<p class='coach-quiet'>{}</p>").format(say.say(remark))
        self.chart.show(None if note else development_chart(found, self.rater.words, say))
