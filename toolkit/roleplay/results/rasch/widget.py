"""The second view: many-facet Rasch, worked out on demand."""

from typing import Literal, cast

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.data_table import Column, DataTable, Mark
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, button, card, choice, heading, prose, row
from toolkit.controls.progress import Progress
from toolkit.controls.status_line import StatusLine
from toolkit.errors import ToolkitError
from toolkit.language import Language
from toolkit.roleplay.rasch import Facets
from toolkit.roleplay.results.correction import signed
from toolkit.roleplay.results.naming import Names
from toolkit.roleplay.results.rasch.charts import wright_chart
from toolkit.roleplay.results.report import remarks
from toolkit.roleplay.results.state import ResultsState
from toolkit.vocabulary import rows_of
from toolkit.wording import text

Thresholds = Literal["common", "by_criterion"]
MISFIT, OVERFIT = 1.5, 0.5


class RaschPanel(Panel):
    """A Wright map and fit tables of a many-facet Rasch analysis.

    `own` as in `RaterReport`: with it the others' severity is nameless.
    """

    def __init__(self, language: Language):
        say = self.language = language
        self.status = StatusLine(say)
        self.thresholds = choice(
            say("Steps between levels"),
            [(say("The same on all criteria"), "common"), (say("Own ones for each criterion"), "by_criterion")],
        )
        self.go = button(say("Work out the second view"), guarded(self.status, self._start), primary=True)
        self.progress = Progress(say("Second view"), language=say)
        self.chart, self.notes = FigureView(language=say), widgets.HTML()
        columns = _fit_columns(say)
        self.reps = DataTable(columns, language=say, caption=say("Reps on the ruler"))
        self.others = DataTable(columns, language=say, caption=say("Raters, scenarios and criteria on the ruler"))
        self.found = widgets.VBox([card(self.chart), self.notes, self.reps, self.others])
        self.found.add_class("coach-panel")
        self.found.layout.display = "none"
        self.refusal = widgets.HTML()
        words = prose(
            say(
                "Many-facet Rasch is another way to look at the same ratings. It takes levels as steps, not as numbers, "
                "and places everything on one ruler (in logits: one logit up, and the odds of the higher level grow 2.7-fold). "
                "It needs at least 8 reps and raters who are connected. Decide on the fair scores; this view shows "
                "where ratings surprise."
            )
        )
        ask = card(
            heading(say("A second view")),
            words,
            row(self.thresholds, self.go),
            self.progress,
            self.status,
            self.refusal,
        )
        super().__init__([ask, self.found], styled=False)

    def show(self, state: ResultsState, names: Names, own: str | None = None) -> None:
        """Get ready for the ratings of `state`; nothing is worked out before the button is pressed."""
        self._state, self._names, self._own = state, names, own
        self.status.clear()
        self.refusal.value = ""
        self.found.layout.display = "none"

    def _start(self) -> None:
        say, state = self.language, self._state
        self.status.clear()
        self.refusal.value = ""
        wanted = cast(Thresholds, self.thresholds.value)
        self.progress.run(
            say("Working out the second view…"),
            lambda _progress: state.facets(wanted),
            lambda found: self._done(state, found),
            self._failed,
        )

    def _failed(self, error: Exception) -> None:
        self.found.layout.display = "none"
        if isinstance(error, ToolkitError):
            # A refusal is no failure: it stands there calmly, as the statistics put it.
            parts = [self._names.say(one, self.language) for one in (error.problem, error.where, error.remedy)]
            words = Markup("").join(Markup("<p class='coach-prose'>{}</p>").format(part) for part in parts if part)
            self.refusal.value = Markup("<div role='status'>{}</div>").format(words)
            return
        with shown_on(self.status):
            raise error

    def _done(self, state: ResultsState, found: Facets) -> None:
        if state is not self._state:  # another workshop was chosen meanwhile
            return
        say, names = self.language, self._names
        with shown_on(self.status):
            ruler, hidden = found.wright_map, self._hidden(found)
            ruler = ruler[~((ruler["kind"] == "person") & ~ruler["id"].isin(state.seen)) & ~ruler["id"].isin(hidden)]
            self.chart.show(wright_chart(ruler, names, say))
            self.notes.value = remarks(self._sentences(found))
            persons = found.persons[found.persons["rep_id"].isin(state.seen)]
            persons = persons.sort_values("measure", ascending=False)
            self._fill(self.reps, [_fit_row(row, names.person(row.rep_id), say("Rep"), row.measure, names, say) for row in rows_of(persons)])  # fmt: skip
            self._fill(self.others, self._other_rows(found, hidden))
            self.found.layout.display = None
            self.status.say(text("The second view is worked out."), "good")

    def _hidden(self, found: Facets) -> set[str]:
        return set() if self._own is None else set(found.raters["rater_id"]) - {self._own}

    def _sentences(self, found: Facets) -> list[str]:
        say = self.language
        reliability = say(
            "{share} of the differences between the reps' places are real, the rest is error.",
            share=say.percent(found.reliability),
        )
        levels = [
            say("{name}: {reason}", name=self._names.criterion(row.criterion_id), reason=say.say(row.note))
            if row.criterion_id
            else say.say(row.note)
            for row in rows_of(found.thresholds)
            if row.note is not None
        ]
        return [reliability, *(self._names.say(note, say) for note in found.notes), *levels]

    def _other_rows(self, found: Facets, hidden: set[str]) -> list[dict[str, object]]:
        say, names = self.language, self._names
        rows = [
            _fit_row(row, names.person(row.rater_id), say("Rater"), row.severity, names, say)
            for row in rows_of(found.raters)
            if row.rater_id not in hidden
        ]
        rows += [
            _fit_row(row, names.scenario(row.scenario_id), say("Scenario"), row.difficulty, names, say)
            for row in rows_of(found.scenarios)
        ]
        return rows + [
            _fit_row(row, names.criterion(row.criterion_id), say("Criterion"), row.difficulty, names, say)
            for row in rows_of(found.criteria)
        ]

    def _fill(self, table: DataTable, rows: list[dict[str, object]]) -> None:
        frame = pd.DataFrame(rows, columns=[column.name for column in _fit_columns(self.language)] + ["key"])
        table.show(frame, sort={"place": frame["key"]})


def _fit_columns(say: Language) -> list[Column]:
    marks = {
        "misfit": Mark(say("surprising"), "warn"),
        "overfit": Mark(say("too regular"), "accent"),
        "fits": Mark(say("fits"), "good"),
        "unknown": Mark(say("cannot be told"), "quiet"),
    }
    return [
        Column("name", say("Name")),
        Column("kind", say("What")),
        Column("place", say("Place (logits)"), "number"),
        Column("fit", say("Fit"), "mark", marks=marks),
        Column(
            "infit",
            say("Infit"),
            "number",
            digits=2,
            help=say(
                "Infit and outfit: how much ratings differ from what the model expects, 1 on average. Above 1.5 they "
                "surprise, below 0.5 they are more regular than separate judgements would be. Outfit is moved more by "
                "single odd ratings."
            ),
        ),
        Column("outfit", say("Outfit"), "number", digits=2),
        Column("note", say("Note"), width=20),
    ]


def _fit_row(row: pd.Series, name: str, kind: str, place: float, names: Names, say: Language) -> dict[str, object]:
    fit = "unknown"
    if row.infit == row.infit:
        fit = "misfit" if row.infit > MISFIT else "overfit" if row.infit < OVERFIT else "fits"
    error = "" if row.se != row.se else f" (± {say.number(row.se, 2)})"
    return {
        "name": name,
        "kind": kind,
        "place": f"{signed(place, 2)}{error}",
        "fit": fit,
        "infit": row.infit,
        "outfit": row.outfit,
        "note": names.say(row.note, say),
        "key": place,
    }
