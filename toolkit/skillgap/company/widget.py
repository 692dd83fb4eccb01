"""What the company needs, usable in any notebook on plain tables."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.data_table import Column, DataTable, columns_of
from toolkit.controls.page import Panel, card, prose
from toolkit.controls.tabs import Tabs
from toolkit.documents.plain_state import PlainState, StateForm, whole
from toolkit.language import Language
from toolkit.skillgap.company.needs import activity_reach, training_needs
from toolkit.skillgap.company.report import (
    HOW_TO_READ,
    NEED_HELP,
    NEED_LABELS,
    REACH_HELP,
    REACH_LABELS,
    need_rows,
    needs_document,
    needs_workbook,
    reach_rows,
    summary_words,
)
from toolkit.skillgap.state import GapState
from toolkit.wording import Text

Names = Mapping[str, Mapping[str, str]]
_STATE = StateForm("NeedsAnalysis", 1, {"view": whole(0, 2)})


class NeedsAnalysis(PlainState, Panel):
    """How many people are below target in what, and which activities would reach them.

    `state` is a `GapState` on all people, `teams` gives team names by id, `activities` is an Activities table with
    name_en and name_zh. Its dictionary holds which view is open.
    """

    def __init__(
        self, state: GapState, names: Names, teams: Mapping[str, str], activities: pd.DataFrame, *, language: str = "en"
    ):
        self.state, self.names, self.teams, self.activities = state, names, teams, activities
        say = self.language = Language(language)
        self.short = widgets.HTML()
        self.company, self.by_team = (
            DataTable(_columns(NEED_LABELS, NEED_HELP, say, left_out), language=say, caption=caption)
            for left_out, caption in (
                ("team", say("What is missing in the company, most first")),
                ("activities", say("What is missing in each team")),
            )
        )
        self.reach = DataTable(
            _columns(REACH_LABELS, REACH_HELP, say), language=say, caption=say("Which activities would reach whom")
        )
        self._filling = {
            say("All teams"): self._fill_company,
            say("By team"): self._fill_teams,
            say("Activities"): self._fill_reach,
        }
        self._stale = set(self._filling)
        parts = (self.company, self.by_team, self.reach)
        self.views = Tabs(dict(zip(self._filling, parts, strict=True)), label=say("Needs analysis"))
        self.views.tabs.observe(lambda _change: self._fill(), names="selected")
        self._fill()
        hints = prose("", quiet=True)
        hints.value = Markup("").join(
            Markup("<p class='coach-quiet'>{}</p>").format(say.say(one)) for one in HOW_TO_READ
        )
        super().__init__([card(self.short), self.views, hints])
        sentences = summary_words(self.needs, names, say)
        self.short.value = Markup("<div class='coach-prose'>{}</div>").format(
            Markup("").join(Markup("<p>{}</p>").format(one) for one in sentences)
        )

    @cached_property
    def needs(self) -> pd.DataFrame:
        """The needs, as `training_needs` gives them."""
        return training_needs(self.state.gaps, self.state.people, self.state.shared_errors, self.activities)

    @cached_property
    def reached(self) -> pd.DataFrame:
        """Whom the activities reach, as `activity_reach` gives it."""
        kept = [one for one in ("person_id", "tier_id", "language") if one in self.state.people]
        return activity_reach(self.state.gaps, self.state.people[kept], self.state.shared_errors, self.activities)

    def to_dict(self) -> dict[str, Any]:
        """Return which view is open."""
        return _STATE.write(view=self.views.tabs.selected)

    def restore(self, body: object) -> None:
        """Open the view."""
        self.views.tabs.selected = _STATE.read(body)["view"]

    def workbook(self) -> bytes:
        """Return everything as an Excel workbook."""
        return needs_workbook(self._need_rows(self.needs), self._reach_rows(), self.language)

    def document(self) -> bytes:
        """Return everything as a Word document."""
        sentences = summary_words(self.needs, self.names, self.language)
        rows = self._need_rows(self.needs), self._reach_rows()
        return needs_document(sentences, *rows, self.language, today=self.state.as_of)

    def _fill(self) -> None:
        if (title := self.views.opened) in self._stale:
            self._stale.discard(title)
            self._filling[title]()

    def _fill_company(self) -> None:
        self._show_needs(self.company, self.needs[self.needs["team_id"].isna()])

    def _fill_teams(self) -> None:
        self._show_needs(self.by_team, self.needs[self.needs["team_id"].notna()])

    def _fill_reach(self) -> None:
        found = self.reached
        sort = {name: found[name] for name in ("closes", "below", "hours", "cost", "per_hour")}
        self.reach.show(self._reach_rows(), sort=sort)

    def _show_needs(self, table: DataTable, needs: pd.DataFrame) -> None:
        sort = {name: needs[name] for name in ("below", "shortfall", "activities")} | {"interval": needs["low"]}
        table.show(self._need_rows(needs), sort=sort)

    def _need_rows(self, needs: pd.DataFrame) -> pd.DataFrame:
        return need_rows(needs, self.teams, self.names, self.language)

    def _reach_rows(self) -> pd.DataFrame:
        names = {
            row["activity_id"]: {"en": row["name_en"], "zh": row["name_zh"]}
            for row in self.activities.to_dict("records")
            if "name_en" in row
        }
        return reach_rows(self.reached, names, self.names, self.language)


def _columns(labels: Mapping[str, Text], helped: Mapping[str, Text], say: Language, left_out: str = "") -> list[Column]:
    words = ("competency", "team", "activity", "most")
    kept = {name: label for name, label in labels.items() if name != left_out}
    kinds: dict[str, Any] = {name: "number" for name in kept if name not in words}
    return [
        Column(one.name, one.label, one.kind, help=say.say(helped[one.name]) if one.name in helped else "")
        for one in columns_of(kept, say, **kinds)
    ]
