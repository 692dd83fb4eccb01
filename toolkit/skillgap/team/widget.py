"""A team, usable in any notebook on plain tables."""

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.data_table import Column, DataTable, columns_of
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, card, choice, row
from toolkit.controls.tabs import Tabs
from toolkit.documents.plain_state import PlainState, StateForm, known, words
from toolkit.language import Language
from toolkit.skillgap.charts import team_map
from toolkit.skillgap.observing.report import observe_rows
from toolkit.skillgap.observing.widget import ObserveTable
from toolkit.skillgap.report import chance, competency_words
from toolkit.skillgap.state import SMALLEST_TEAM, GapState
from toolkit.skillgap.team.holding import holding, single_points, tenure_mix, tier_mix
from toolkit.skillgap.team.report import (
    HOLD_LABELS,
    SPREAD_LABEL,
    TENURE_WORDS,
    TYPE_SENTENCES,
    hold_rows,
    mix_words,
    team_workbook,
)
from toolkit.vocabulary import TIERS, rows_of
from toolkit.wording import text

Names = Mapping[str, Mapping[str, str]]
_TEAM = StateForm("TeamHeatMap", 1, {"team_id": words})
_TIER_WORDS = {"junior": text("Junior"), "middle": text("Middle"), "senior": text("Senior")}
_COUNTED = ("competency", "holders", "interval", "asked", "seen", "single", "nobody", "holder")
_MADE_UP = ("competency", "asks", "holders", "spread")


class TeamHeatMap(PlainState, Panel):
    """A team's levels as a heat map, who holds what, how it is made up, and what to observe next.

    `teams` maps team_id to its name in the page's language, `types` to one of `TEAM_TYPES`. Teams of fewer than five
    are not shown. Where `state.people` has hired_on and tier_id, the mix of new and old stands there too. Its
    dictionary holds the team's id only.
    """

    def __init__(
        self,
        state: GapState,
        names: Names,
        teams: Mapping[str, str],
        *,
        language: str = "en",
        types: Mapping[str, str] | None = None,
    ):
        self.state, self.names, self.types, self.teams = state, names, types or {}, teams
        say = self.language = Language(language)
        self.team = choice(
            say("Team"),
            [(name, key) for key, name in teams.items()],
            lambda value: setattr(state, "team_id", value or ""),
        )
        self.hidden, self.chart = widgets.HTML(), FigureView(language=say)
        self.points, self.kind, self.mix = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.holders = DataTable(_columns(_COUNTED, say), language=say, caption=say("Who holds what the roles ask for"))
        self.make_up = DataTable(_columns(_MADE_UP, say), language=say, caption=say("Against the team's type"))
        self.observe_next = ObserveTable(state, names, language=say, person=True)
        self._filling = {
            say("Heat map"): self._fill_map,
            say("Held by how many"): self._fill_holders,
            say("Make-up"): self._fill_make_up,
            say("Observe next"): lambda: self.observe_next.show_next(self._next()),
        }
        parts = (
            card(self.chart),
            Panel([card(self.points), self.holders], styled=False),
            Panel([card(self.kind, self.mix), self.make_up], styled=False),
            self.observe_next,
        )
        self._stale: set[str] = set()
        self._held: pd.DataFrame | None = None
        self.views = Tabs(dict(zip(self._filling, parts, strict=True)), label=say("What about the team"))
        self.views.tabs.observe(lambda _change: self._fill(), names="selected")
        self.body = widgets.VBox([card(self.hidden), self.views])
        self.body.add_class("coach-panel")
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

    @property
    def is_shown(self) -> bool:
        """Whether the chosen team is large enough to be shown."""
        return self.gaps["person_id"].nunique() >= SMALLEST_TEAM

    @property
    def gaps(self) -> pd.DataFrame:
        """The gaps of the chosen team's members."""
        return self.state.team_of(self.state.team_id)

    def workbook(self) -> bytes:
        """Return what is known of the chosen team as an Excel workbook."""
        say, people = self.language, self._people()
        extra = self.state.levels[["person_id", "competency_id", "low", "high", "evidence_count"]]
        gaps = self.gaps.merge(extra, on=["person_id", "competency_id"], how="left")
        observe = observe_rows(self._next(), self.state.gaps, people, self.names, say)
        return team_workbook(self.teams.get(self.state.team_id, ""), gaps, self._hold_rows(), observe, self.names, say)

    def _show(self, _change: object = None) -> None:
        offered = [value for _, value in self.team.options]
        if self.team.value != self.state.team_id and self.state.team_id in offered:
            self.team.value = self.state.team_id
        say, small = self.language, not self.is_shown
        self.body.layout.display = None
        self.body.children[0].layout.display = None if small else "none"
        self.views.layout.display = "none" if small else None
        self._held, self._stale = None, set(self._filling)
        self.hidden.value = ""
        if small:
            said = text(
                "Teams of fewer than {count} people are not shown, so that nobody can be picked out.",
                count=SMALLEST_TEAM,
            )
            self.hidden.value = Markup("<p class='coach-quiet'>{}</p>").format(say.say(said))
            self.chart.show(None)
            return
        self._fill()

    def _fill(self) -> None:
        if (title := self.views.opened) in self._stale:
            self._stale.discard(title)
            self._filling[title]()

    def _fill_map(self) -> None:
        say, gaps = self.language, self.gaps
        seen = (gaps["standing"] != "unseen").mean()
        caption = say("Estimated levels; {share} of what the roles ask for has been seen.", share=say.percent(seen))
        self.chart.show(team_map(gaps, self.names, say, caption=caption))

    def _holding(self) -> pd.DataFrame:
        if self._held is None:
            self._held = holding(self.gaps, self.state.shared_errors, _in_order(self.gaps, self.names))
        return self._held

    def _hold_rows(self) -> pd.DataFrame:
        kind = self.types.get(self.state.team_id, "")
        return hold_rows(self._holding(), kind, self._people(), self.names, self.language)

    def _fill_holders(self) -> None:
        say, held = self.language, self._holding()
        risky = single_points(held)
        people = self._people()
        lines = [
            say(
                "{competency}: with {share} one person alone holds it, or nobody; most likely {name}.",
                competency=competency_words(row.competency_id, self.names, say),
                share=chance(row.risk, say),
                name=people.get(row.person_id, "–"),
            )
            for row in rows_of(risky)
        ]
        head = say("Single points of failure") if lines else say("No single point of failure among what was seen.")
        self.points.value = Markup("<h2>{}</h2>{}").format(
            head, Markup("").join(Markup("<p>{}</p>").format(one) for one in lines)
        )
        self.holders.show(
            self._hold_rows(), sort=_sort(held, "holders", "single", "nobody") | {"interval": held["low"]}
        )

    def _fill_make_up(self) -> None:
        say, kind = self.language, self.types.get(self.state.team_id, "")
        words = say.say(TYPE_SENTENCES[kind]) if kind in TYPE_SENTENCES else say("The team's type is not known.")
        self.kind.value = Markup("<p>{}</p>").format(words)
        members = self.state.people[self.state.people["team_id"] == self.state.team_id]
        lines = []
        if "hired_on" in members:
            mix = tenure_mix(pd.to_datetime(members["hired_on"]), pd.Timestamp(self.state.as_of))
            lines.append(say("New and old: {mix}.", mix=mix_words(mix, TENURE_WORDS, say)))
        if "tier_id" in members:
            lines.append(say("Tiers: {mix}.", mix=mix_words(tier_mix(members["tier_id"], TIERS), _TIER_WORDS, say)))
        lines.append(say("Whether people were hired from inside or outside, and their age, is not in these data."))
        self.mix.value = Markup("").join(Markup("<p>{}</p>").format(one) for one in lines)
        held = self._holding()
        self.make_up.show(self._hold_rows(), sort=_sort(held, "holders", "spread"))

    def _next(self) -> pd.DataFrame:
        return self.state.next_of(self.gaps["person_id"].unique().tolist()).head(20)

    def _people(self) -> dict[str, str]:
        return dict(zip(self.state.people["person_id"], self.state.people["name"], strict=True))


def _in_order(gaps: pd.DataFrame, names: Names) -> list[str]:
    asked = dict.fromkeys(gaps["competency_id"])
    return [*(one for one in names if one in asked), *(one for one in asked if one not in names)]


def _sort(frame: pd.DataFrame, *names: str) -> dict[str, Any]:
    return {name: frame[name] for name in names}


def _columns(names: tuple[str, ...], language: Language) -> list[Column]:
    labels = {**HOLD_LABELS, "spread": SPREAD_LABEL}
    numbers: dict[str, Any] = dict.fromkeys(
        ("holders", "interval", "asked", "seen", "single", "nobody", "spread"), "number"
    )
    chosen = {name: labels[name] for name in names}
    return columns_of(chosen, language, **{name: kind for name, kind in numbers.items() if name in chosen})
