"""The widgets for skill gaps, usable in any notebook on plain tables."""

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets
from markupsafe import Markup

from toolkit.controls.data_table import Column, DataTable, Mark, Tone, columns_of
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, card, choice, row
from toolkit.controls.person_picker import PersonPicker, people_entries
from toolkit.controls.tabs import Tabs
from toolkit.documents.plain_state import PlainState, StateForm, known, whole, words
from toolkit.language import Language
from toolkit.skillgap.charts import person_chart, person_radar, team_map
from toolkit.skillgap.report import EVIDENCE_LABELS, GAP_LABELS, STANDING_WORDS, evidence_rows, gap_rows
from toolkit.skillgap.state import SMALLEST_TEAM, GapState
from toolkit.wording import counted, text

Names = Mapping[str, Mapping[str, str]]
STANDING_TONES: dict[str, Tone] = {
    "gap": "bad",
    "unclear": "warn",
    "met": "accent",
    "strength": "good",
    "unseen": "quiet",
}


_PERSON = StateForm("SkillGapExplorer", 1, {"person_id": words, "view": whole(0, 1)})
_TEAM = StateForm("TeamHeatMap", 1, {"team_id": words})


class SkillGapExplorer(PlainState, Panel):
    """One person's levels against the role, with what they rest on.

    `state` is a `GapState`; `names` gives bilingual competency names by id.
    Its dictionary holds the person's id and which of the two views is open; for the reason see `GapState`.
    """

    def __init__(self, state: GapState, names: Names, *, language: str = "en"):
        self.state, self.names = state, names
        say = self.language = Language(language)
        people = people_entries(state.people)
        self.person = PersonPicker(say("Person"), people, language=say, walk=True)
        self.person.on_change(lambda value: setattr(state, "person_id", value or ""))
        self.nothing, self.withheld = widgets.HTML(), widgets.HTML()
        self.chart, self.radar = FigureView(language=say), FigureView(language=say)
        self.views = Tabs({say("Gaps"): self.chart, say("Profile"): self.radar}, label=say("How the gaps are shown"))
        self.gaps = DataTable(gap_columns(say), language=say, caption=say("Gaps, most pressing first"))
        self.evidence = DataTable(
            columns_of(EVIDENCE_LABELS, say, pieces="number", mean="number", latest="date"),
            language=say,
            caption=say("What this rests on"),
            empty=say("Nothing has been seen of this person yet."),
        )
        self.tables = widgets.VBox([self.gaps, self.evidence, self.withheld])
        self.tables.add_class("coach-panel")
        self.views.layout.display = self.tables.layout.display = "none"
        super().__init__([card(row(self.person)), card(self.nothing, self.views), self.tables])
        state.observe(self._show, names="person_id")
        if people:
            with state.hold_trait_notifications():
                state.person_id = self.person.value
            self._show()

    def _show(self, _change: object = None) -> None:
        say, person_id = self.language, self.state.person_id
        if self.person.value != person_id:
            self.person.value = person_id or None
        gaps = self.state.gaps_of(person_id)
        self.views.layout.display = "none" if gaps.empty else None
        self.nothing.layout.display = None if gaps.empty else "none"
        if gaps.empty:
            self.nothing.value = Markup("<p>{}</p>").format(say("No expectations are known for this person's role."))
            self.chart.show(None)
            self.radar.show(None)
            self.tables.layout.display = "none"
            return
        self.nothing.value = ""
        self.chart.show(person_chart(gaps, self.names, say))
        self.radar.show(person_radar(gaps, self.names, say))
        rows = gap_rows(gaps, self.names, say).assign(verdict=gaps["standing"].to_list())
        sort = {"level": gaps["level"], "interval": gaps["low"], "target": gaps["target"]}
        self.gaps.show(rows, ids=gaps["competency_id"], sort=sort | {"below": gaps["probability_below"]})
        found = self.state.evidence_of(person_id)
        sort = {"mean": found["mean"], "latest": found["latest"]}
        self.evidence.show(evidence_rows(found, self.names, say), sort=sort)
        self.withheld.value = self._withheld(person_id)
        self.tables.layout.display = None

    def to_dict(self) -> dict[str, Any]:
        """Return who is shown, and how."""
        return _PERSON.write(person_id=self.state.person_id, view=self.views.tabs.selected)

    def restore(self, body: object) -> None:
        """Show the person, who must be known here, in the view."""
        found = _PERSON.read(body)
        known(found["person_id"], ["", *self.state.people["person_id"]], "person_id")
        self.state.person_id = found["person_id"]
        self.views.tabs.selected = found["view"]

    def _withheld(self, person_id: str) -> Markup:
        say = self.language
        withheld = self.state.withheld_of(person_id)
        if not withheld:
            return Markup("")
        return Markup("<p class='coach-quiet'>{}</p>").format(
            say.say(
                counted(
                    "{count} rating is withheld and not used, because fewer than three people of its group rated.",
                    "{count} ratings are withheld and not used, because fewer than three people of their group rated.",
                    withheld,
                )
            )
        )


def gap_columns(language: Language) -> list[Column]:
    """Return the columns of a person's gaps; the verdicts stand in the order of their urgency."""
    marks = {key: Mark(language.say(words), STANDING_TONES[key]) for key, words in STANDING_WORDS.items()}
    return columns_of(
        GAP_LABELS,
        language,
        marks={"verdict": marks},
        level="number",
        interval="number",
        target="number",
        below="percent",
        pieces="number",
    )


class TeamHeatMap(PlainState, Panel):
    """A team's levels as a heat map. Teams of fewer than five are not shown.

    `teams` maps team_id to its name in the page's language. Its dictionary holds the team's id only.
    """

    def __init__(self, state: GapState, names: Names, teams: Mapping[str, str], *, language: str = "en"):
        self.state, self.names = state, names
        say = self.language = Language(language)
        self.team = choice(
            say("Team"),
            [(name, key) for key, name in teams.items()],
            lambda value: setattr(state, "team_id", value or ""),
        )
        self.hidden, self.chart = widgets.HTML(), FigureView(language=say)
        self.body = card(self.hidden, self.chart)
        self.body.layout.display = "none"
        super().__init__([card(row(self.team)), self.body])
        state.observe(self._show, names="team_id")
        if teams:
            with state.hold_trait_notifications():
                state.team_id = self.team.value
            self._show()

    def to_dict(self) -> dict[str, Any]:
        """Return which team is shown."""
        return _TEAM.write(team_id=self.state.team_id)

    def restore(self, body: object) -> None:
        """Show the team, which must be on offer."""
        found = _TEAM.read(body)
        known(found["team_id"], [value for _, value in self.team.options] or [""], "team_id")
        self.state.team_id = found["team_id"]

    def _show(self, _change: object = None) -> None:
        offered = [value for _, value in self.team.options]
        if self.team.value != self.state.team_id and self.state.team_id in offered:
            self.team.value = self.state.team_id
        gaps = self.state.team_of(self.state.team_id)
        say = self.language
        self.body.layout.display = None
        small = gaps["person_id"].nunique() < SMALLEST_TEAM
        self.hidden.layout.display = None if small else "none"
        if small:
            words = text(
                "Teams of fewer than {count} people are not shown, so that nobody can be picked out.",
                count=SMALLEST_TEAM,
            )
            self.hidden.value = Markup("<p class='coach-quiet'>{}</p>").format(say.say(words))
            self.chart.show(None)
            return
        self.hidden.value = ""
        seen = (gaps["standing"] != "unseen").mean()
        caption = say("Estimated levels; {share} of what the roles ask for has been seen.", share=say.percent(seen))
        self.chart.show(team_map(gaps, self.names, say, caption=caption))


def empty_people(language: Language) -> EmptyState:
    """Return what is shown where a viewer has nobody to look at."""
    return EmptyState(
        language("Nobody to show yet"),
        language(
            "There is no person on the roster whose record you may open. HR can import the roster on the page “Data”."
        ),
    )
