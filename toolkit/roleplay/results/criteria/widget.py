"""The part with criteria and scenarios: how hard they are and how well they measure."""

from dataclasses import replace

import ipywidgets as widgets

from toolkit.controls.data_table import DataTable, Mark, columns_of
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, card
from toolkit.language import Language
from toolkit.roleplay.fair import FairScores
from toolkit.roleplay.results.charts import difficulty_chart
from toolkit.roleplay.results.naming import Names
from toolkit.roleplay.results.report import (
    CRITERION_HELP,
    CRITERION_LABELS,
    CRITERION_MEASURES,
    SCENARIO_LABELS,
    criterion_rows,
    figure_words,
    reasons,
    remarks,
    scenario_rows,
)

# Together as wide as a tablet.
_WIDTHS = {
    "name": 9.6,
    "difficulty": 10.2,
    "agreement": 9.4,
    "discrimination": 9.6,
    "alpha_if_dropped": 8.0,
    "observed": 6.4,
}


class CriterionPanel(Panel):
    """Criteria and scenarios of one `FairScores`."""

    def __init__(self, language: Language):
        say = self.language = language
        self.chart = FigureView(language=say)
        self.picture = card(self.chart)
        self.alpha, self.notes, self.scenario_notes = widgets.HTML(), widgets.HTML(), widgets.HTML()
        columns = [
            replace(
                one,
                width=_WIDTHS[one.name],
                help=say.say(CRITERION_HELP[one.name]) if one.name in CRITERION_HELP else "",
            )
            for one in columns_of(CRITERION_LABELS, say, observed="number")
        ]
        self.criteria = DataTable(columns, language=say, caption=say("Criteria"))
        marks = {"verdict": _difficulty_marks(say)}
        columns = columns_of(SCENARIO_LABELS, say, marks=marks, difficulty="number", sheets="number")
        self.scenarios = DataTable(columns, language=say, caption=say("Scenarios"))
        super().__init__(
            [self.picture, self.alpha, self.criteria, self.notes, self.scenarios, self.scenario_notes], styled=False
        )

    def show(self, scores: FairScores, names: Names) -> None:
        """Show the criteria and scenarios of `scores`."""
        say = self.language
        place = {criterion_id: number for number, criterion_id in enumerate(names.criteria)}
        criteria = scores.criteria.sort_values(
            "criterion_id", key=lambda ids: ids.map(place), kind="stable", na_position="last"
        )
        charted = criteria[criteria["difficulty"].notna()]
        self.picture.layout.display = "none" if charted.empty else None
        self.chart.show(None if charted.empty else difficulty_chart(charted, names, say))
        self.alpha.value = remarks([self._alpha(scores, names)])
        sort = {measure: criteria[measure] for measure in CRITERION_MEASURES}
        self.criteria.show(criterion_rows(criteria, names), ids=criteria["criterion_id"], sort=sort)
        why = reasons(criteria, "criterion_id", CRITERION_LABELS, CRITERION_MEASURES, names, say)
        self.notes.value = remarks(why, say("Why a figure is missing (–)") if why else "")
        scenarios = scores.scenarios
        self.scenarios.show(
            scenario_rows(scenarios, names), ids=scenarios["scenario_id"], sort={"difficulty": scenarios["difficulty"]}
        )
        self.scenario_notes.value = remarks(
            reasons(scenarios, "scenario_id", SCENARIO_LABELS, ("difficulty",), names, say)
        )

    def _alpha(self, scores: FairScores, names: Names) -> str:
        say, alpha = self.language, scores.alpha
        if alpha.value != alpha.value:
            return names.say(alpha.note, say)
        return say(
            "Alpha of all criteria: {value}. It says how closely the criteria hang together (0 not at all, 1 entirely); "
            "from about 0.7 their mean is a meaningful score, and above 0.95 some may say the same twice.",
            value=figure_words(alpha.value, alpha.low, alpha.high).replace("\n", " "),
        )


def _difficulty_marks(say: Language) -> dict[str, Mark]:
    return {
        "hard": Mark(say("clearly more difficult"), "accent"),
        "lenient": Mark(say("clearly easier"), "accent"),
        "alike": Mark(say("no clear difference"), "good"),
        "unknown": Mark(say("cannot be told"), "quiet"),
    }
