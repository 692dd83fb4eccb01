"""The section with a workshop's results."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import ipywidgets as widgets
import pandas as pd
import sqlalchemy as sa

from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.download import Download
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.page import Panel, row
from toolkit.controls.tabs import Tabs
from toolkit.errors import NotEnoughData
from toolkit.roleplay import storage as workshops
from toolkit.roleplay.feedback.storage import seen_members
from toolkit.roleplay.results import storage
from toolkit.roleplay.results.naming import Names
from toolkit.roleplay.results.parts import PARTS, PASS_MARK, Acts, Part, View
from toolkit.roleplay.results.report import remarks
from toolkit.roleplay.results.state import ResultsState
from toolkit.roleplay.room import Room, Section
from toolkit.roleplay.rubric import Rubric
from toolkit.wording import text

if TYPE_CHECKING:
    from toolkit.roleplay.results.pass_mark.widget import Standard

_CELL = ["rep_id", "rater_id", "scenario_id", "criterion_id"]


class ResultsSection(Section):
    """What all finished sheets say, of whom the viewer may see; each part is worked out when it is opened."""

    def __init__(self, room: Room):
        super().__init__(room)
        say = room.language
        self.left_out = widgets.HTML()
        self.view = View(None, Names(), "", None)
        self.tabs: Tabs | None = None
        self._parts: tuple[Part, ...] = ()
        self._made: dict[int, Panel] = {}
        self._acts = Acts(guarded(room.status, self._rank_across), self._save_estimates, self._lead_standard)
        self.download = row(Download(say("Everything as Excel"), self._excel, room.status))

    def show(self) -> None:
        """Read the ratings anew and show the part that is open."""
        if self.room.workshop_id is None:
            self.children = [self._empty()]
            return
        parts = self._read()
        if self.tabs is None or parts != self._parts:
            self._make_tabs(parts)
        assert self.tabs is not None
        rated = self.view.state is not None
        self.download.layout.display = None if rated else "none"
        self.children = [self.left_out, *([self.tabs, self.download] if rated or len(parts) > len(PARTS) else [self._empty()])]  # fmt: skip
        self._show_part()

    def _empty(self) -> EmptyState:
        say = self.room.language
        return EmptyState(
            say("No results yet"),
            say(
                "No sheet has been finished in this workshop yet. Open “Score” and rate all mandatory criteria of at "
                "least one rep; what the sheets say then stands here."
            ),
        )

    def _make_tabs(self, parts: tuple[Part, ...]) -> None:
        say = self.room.language
        self._parts, self._made = parts, {}
        places = {say.say(part.title): Panel(styled=False) for part in parts}
        self.tabs = Tabs(places, label=say("Parts of the results"))
        self.room.place.follow_tabs("part", self.tabs)
        self.tabs.tabs.observe(lambda _change: self._show_part(), names="selected")

    def _show_part(self) -> None:
        """Fill the open part; its errors go to the page's status line."""
        if self.tabs is None:
            return
        number = min(max(self.tabs.tabs.selected, 0), len(self._parts) - 1)
        part, place = self._parts[number], list(self.tabs.sections.values())[number]
        if self.view.state is None and not part.unrated:
            place.children = [self._empty()]
            return
        with shown_on(self.room.status):
            if number not in self._made:
                self._made[number] = part.make(self.room.language, self._acts)
            part.fill(self._made[number], self.view)
            place.children = [self._made[number]]

    def _read(self) -> tuple[Part, ...]:
        """Read what there is into `view`, keeping figures that still hold, and return the parts there are."""
        room, say, workshop_id = self.room, self.room.language, self.room.workshop()
        finished, unfinished, forms = room.finished_ratings()
        rubrics = {scenario_id: rubric for scenario_id, (_, rubric) in forms.items()}
        seen = set(finished.loc[finished["seen"], "rep_id"])
        with room.store.read() as connection:
            certifies = storage.certifies(connection, workshop_id)
            seen |= set(seen_members(connection, room.viewer, workshop_id)["person_id"])
            raters = workshops.members_of(connection, workshop_id, "rater")["person_id"].tolist()
            barred = storage.barred_pairs(connection, workshop_id)
            reps = _possible(workshops.members_of(connection, workshop_id, "rep")["person_id"], raters, barred)
            state = ResultsState(
                _timed(finished, storage.moments(connection, workshop_id)),
                weights={one: weight for rubric in rubrics.values() for one, weight in rubric.weights.items()},
                seen=seen,
                reps=reps,
                raters=raters,
                scenarios=list(forms),
                barred=barred,
                overall=storage.overall_ratings(connection, workshop_id),
            )
            standard = self._standard(connection, rubrics) if certifies else None
        names = Names(
            room.names() | dict.fromkeys({*finished["rep_id"], *reps} - seen, say("a rep of another team")),
            {one.id: say.pick(one.name) for rubric in rubrics.values() for one in rubric.criteria},
            {scenario_id: say.pick(scenario.name) for scenario_id, (scenario, _) in forms.items()},
        )
        held = self.view.state
        if not state.empty and state.same_as(held):
            if self.view.names != names or standard is not None:
                self.view = View(held, names, self._own(), standard)
        else:
            self.view = View(None if state.empty else state, names, self._own(), standard)
        waiting = say.count(
            "{count} sheet is left out, because mandatory criteria are still open on it.",
            "{count} sheets are left out, because mandatory criteria are still open on them.",
            unfinished,
        )
        self.left_out.value = remarks([waiting] if unfinished else [])
        self.left_out.layout.display = None if unfinished else "none"
        return (*PARTS, PASS_MARK) if certifies else tuple(PARTS)

    def _own(self) -> str | None:
        """Return which rater alone is named: None for a trainer, who sees all."""
        viewer = self.room.viewer
        return None if viewer.role == "trainer" else viewer.person_id or ""

    def _standard(self, connection: sa.Connection, rubrics: Mapping[str, Rubric]) -> "Standard":
        from toolkit.roleplay.results.pass_mark.standard import criterion_weights
        from toolkit.roleplay.results.pass_mark.widget import Standard

        viewer, workshop_id = self.room.viewer, self.room.workshop()
        leads = storage.leads_standard(connection, viewer, workshop_id)
        judges = storage.may_judge(connection, viewer, workshop_id) and not leads
        withheld = not storage.judges_freely(connection, viewer, workshop_id)
        return Standard(
            workshop_id,
            storage.estimates(connection, viewer, workshop_id),
            criterion_weights(rubrics),
            viewer.person_id,
            judges,
            withheld=withheld,
            judges_done=storage.judges_done(connection, workshop_id),
            may_lead=withheld and viewer.role == "trainer",
        )

    def _rank_across(self, across: bool) -> None:
        if self.view.state is not None:
            self.view.state.across_groups = across
            self._show_part()

    def _save_estimates(self, ratings: dict[str, float]) -> None:
        storage.save_estimates(self.room.store, self.room.viewer, self.room.workshop(), ratings)
        self._read()
        self._show_part()

    def _lead_standard(self) -> None:
        storage.lead_standard(self.room.store, self.room.viewer, self.room.workshop())
        self._read()
        self._show_part()

    def _excel(self) -> tuple[str, bytes]:
        from toolkit.roleplay.results.workbook_report import results_workbook

        state, names, say = self.view.state, self.view.names, self.room.language
        if state is None:
            raise NotEnoughData(text("No sheet has been finished in this workshop yet."))
        sheets, forms, criteria = self.view.agreement
        findings = {say("Whole sheets"): [sheets[1], *forms]}
        findings |= {names.criterion(criterion_id): found for criterion_id, found in criteria.items()}
        title = say("Workshop results")
        return f"{title}.xlsx", results_workbook(state, names, say, own=self.view.own, agreement=findings)


def _possible(reps: Iterable[str], raters: list[str], barred: list[tuple[str, str]]) -> list[str]:
    """Return the reps whom some rater may meet; who is absent decides nothing any more."""
    return [rep for rep in reps if any((rep, rater) not in barred for rater in raters)]


def _timed(finished: pd.DataFrame, moments: pd.DataFrame) -> pd.DataFrame:
    """Return the ratings with rated_at, where every sheet has a time; drift takes the times of all."""
    timed = finished.merge(moments, on=_CELL, how="left")
    if timed["rated_at"].isna().any():
        return timed.drop(columns="rated_at")
    return timed
