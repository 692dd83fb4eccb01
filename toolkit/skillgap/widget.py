"""The widgets for skill gaps, usable in any notebook on plain tables."""

from collections.abc import Mapping

import ipywidgets as widgets
from markupsafe import Markup

from toolkit.controls.empty_state import EmptyState
from toolkit.controls.page import Panel, card, choice, row
from toolkit.controls.person_picker import PersonPicker, people_entries
from toolkit.controls.table import table
from toolkit.language import Language
from toolkit.skillgap.charts import person_chart, team_map
from toolkit.skillgap.report import EVIDENCE_LABELS, GAP_LABELS, STANDING_WORDS, evidence_rows, gap_rows
from toolkit.skillgap.state import SMALLEST_TEAM, GapState
from toolkit.wording import counted, text

Names = Mapping[str, Mapping[str, str]]


class SkillGapExplorer(Panel):
    """One person's levels against the role, with what they rest on.

    `state` is a `GapState`; `names` gives bilingual competency names by id.
    """

    def __init__(self, state: GapState, names: Names, *, language: str = "en"):
        self.state, self.names = state, names
        say = self.language = Language(language)
        people = people_entries(state.people)
        self.person = PersonPicker(say("Person"), people, language=say, walk=True)
        self.person.on_change(lambda value: setattr(state, "person_id", value or ""))
        self.chart, self.gaps, self.evidence = widgets.HTML(), widgets.HTML(), widgets.HTML()
        super().__init__([card(row(self.person)), card(self.chart), self.gaps, self.evidence])
        state.observe(self._show, names="person_id")
        if people:
            with state.hold_trait_notifications():
                state.person_id = self.person.value
            self._show()

    def _show(self, _change: object = None) -> None:
        say, person_id = self.language, self.state.person_id
        if self.person.value != person_id:
            self.person.value = person_id
        gaps = self.state.gaps_of(person_id)
        if gaps.empty:
            self.chart.value = Markup("<p>{}</p>").format(say("No expectations are known for this person's role."))
            self.gaps.value = self.evidence.value = ""
            return
        self.chart.value = person_chart(gaps, self.names, say)
        rows = gap_rows(gaps, self.names, say)
        labels = {name: say.say(label) for name, label in GAP_LABELS.items()}
        numeric = ("level", "interval", "target", "below", "pieces")
        self.gaps.value = table(rows, labels, caption=say("Gaps, most pressing first"), numeric=numeric)
        found = evidence_rows(self.state.evidence_of(person_id), self.names, say)
        labels = {name: say.say(label) for name, label in EVIDENCE_LABELS.items()}
        body = table(found, labels, caption=say("What this rests on"), numeric=("pieces", "mean", "latest"))
        withheld = self.state.withheld_of(person_id)
        if withheld:
            body += Markup("<p class='coach-quiet'>{}</p>").format(
                say.say(
                    counted(
                        "{count} rating is withheld and not used, because fewer than three people of its group rated.",
                        "{count} ratings are withheld and not used, because fewer than three people of their group rated.",
                        withheld,
                    )
                )
            )
        self.evidence.value = body


class TeamHeatMap(Panel):
    """A team's levels as a heat map. Teams of fewer than five are not shown.

    `teams` maps team_id to its name in the page's language.
    """

    def __init__(self, state: GapState, names: Names, teams: Mapping[str, str], *, language: str = "en"):
        self.state, self.names = state, names
        say = self.language = Language(language)
        self.team = choice(
            say("Team"),
            [(name, key) for key, name in teams.items()],
            lambda value: setattr(state, "team_id", value or ""),
        )
        self.body = widgets.HTML()
        legend = Markup("").join(
            Markup("<li class='is-{}'>{}</li>").format(key, say.say(words)) for key, words in STANDING_WORDS.items()
        )
        self.legend = widgets.HTML(Markup("<ul class='coach-legend'>{}</ul>").format(legend))
        super().__init__([card(row(self.team)), self.body, self.legend])
        state.observe(self._show, names="team_id")
        if teams:
            with state.hold_trait_notifications():
                state.team_id = self.team.value
            self._show()

    def _show(self, _change: object = None) -> None:
        gaps = self.state.team_of(self.state.team_id)
        say = self.language
        if gaps["person_id"].nunique() < SMALLEST_TEAM:
            words = text(
                "Teams of fewer than {count} people are not shown, so that nobody can be picked out.",
                count=SMALLEST_TEAM,
            )
            self.body.value = Markup("<p class='coach-quiet'>{}</p>").format(say.say(words))
            return
        seen = (gaps["standing"] != "unseen").mean()
        self.body.value = team_map(
            gaps,
            self.names,
            say,
            caption=say("Estimated levels; {share} of what the roles ask for has been seen.", share=say.percent(seen)),
        )


def empty_people(language: Language) -> EmptyState:
    """Return what is shown where a viewer has nobody to look at."""
    return EmptyState(
        language("Nobody to show yet"),
        language(
            "There is no person on the roster whose record you may open. HR can import the roster on the page “Data”."
        ),
    )
