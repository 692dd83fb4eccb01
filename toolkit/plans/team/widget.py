"""The team's plans as a widget on plain tables."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.data_table import Action, Column, DataTable
from toolkit.controls.download import Download
from toolkit.controls.fields import CheckField, DateField, NumberField, refuse_problems
from toolkit.controls.page import Panel, button, card, heading, row
from toolkit.controls.person_picker import Entry, SeveralPicker
from toolkit.controls.progress import Progress as ProgressBar
from toolkit.controls.status_line import StatusLine
from toolkit.controls.tabs import Tabs
from toolkit.errors import InputError, NotEnoughData, ToolkitError
from toolkit.language import Language
from toolkit.plans.builder.limits.widget import least_gain_field
from toolkit.plans.limits import Limits
from toolkit.plans.plan import Plan
from toolkit.plans.report import Catalogue
from toolkit.plans.team import report
from toolkit.plans.team_limits import TeamLimits
from toolkit.plans.team_plan import Progress, TeamPlan, plan_team
from toolkit.plans.widget import PlanView
from toolkit.wording import counted, text

Names = Mapping[str, Mapping[str, str]]
Save = Callable[[Sequence[Plan], Mapping[str, int]], Mapping[str, int]]


class TeamPlanner(Panel):
    """Plan for whole teams or everybody within shared limits, see the proof, and save all plans as drafts.

    `people`: person_id, name, team_id, tier_id and language; `gaps`: the Gaps of all of them; `activities` with names
    (``_en``, ``_zh``) and `sessions` as in `plan_team`, or what gives them with the seats free for some people (ids); `names`: bilingual competency names; `teams`: words by team_id.
    `busy` (people, or what gives them) are those whose plan is running; unless the box is unticked they are left out.
    `done()` gives what people have done already; see `TeamLimits`. `on_save(plans,
    opened)` stores all plans at once and returns their versions by person_id (without it there is no save button);
    `versions()` gives the versions that exist, by person_id. `plan` is the `TeamPlan` shown, or None.
    """

    def __init__(
        self, people: pd.DataFrame, gaps: Callable[[], pd.DataFrame] | pd.DataFrame, activities: pd.DataFrame,
        sessions: pd.DataFrame | Callable[[Collection[str]], pd.DataFrame] | None, names: Names, *, today: dt.date,
        teams: Mapping[str, str] | None = None, busy: Collection[str] | Callable[[], Collection[str]] = (),
        done: Callable[[], pd.DataFrame | None] = lambda: None, language: str = "en", currency: str = "CNY",
        on_save: Save | None = None, versions: Callable[[], Mapping[str, int]] = dict,
    ):  # fmt: skip
        self.people, self.activities, self.names = people, activities, names
        self._sessions = sessions if callable(sessions) else lambda _people: sessions
        self.sessions = self._sessions(())
        self.teams = dict(teams or {one: str(one) for one in people["team_id"].dropna().unique()})
        self.today, self.currency = today, currency
        self._busy = busy if callable(busy) else lambda: busy
        self._done_already = done
        self._gaps = gaps if callable(gaps) else lambda: gaps
        self._on_save, self._versions = on_save, versions
        self._opened: Mapping[str, int] = {}
        self.plan: TeamPlan | None = None
        say = self.language = Language(language)
        self.catalogue = Catalogue(activities, say)
        self.status = StatusLine(say)
        self.progress = ProgressBar(say("Planning for everybody"), language=say)
        self._make_inputs()
        self._make_results()
        super().__init__([self.inputs, self.progress, self.status, self.results])

    def _make_inputs(self) -> None:
        say = self.language
        heads = self.people["team_id"].value_counts()
        entries = [
            Entry(team, words, line=say.count("{count} person", "{count} people", int(heads.get(team, 0))))
            for team, words in self.teams.items()
            if heads.get(team, 0)
        ]
        self.chosen = SeveralPicker(say("Teams (none chosen: everybody)"), entries, language=say)
        needed: dict[str, Any] = {"language": say, "required": True}
        self.start = DateField(say("Start"), self.today, **needed)
        self.deadline = DateField(say("Deadline"), self.today + dt.timedelta(weeks=26), **needed)
        self.hours = NumberField(say("Hours per week and person"), 2.0, least=0.25, most=60, step=0.5, **needed)
        money = {"currency": self.currency}
        self.budget = NumberField(say("Budget per person ({currency})", **money), 5000.0, least=0, step=500, **needed)
        open_: dict[str, Any] = {"language": say, "least": 0, "hint": say("Empty: no such limit")}
        self.together = NumberField(say("Budget of all together ({currency})", **money), step=5000, **open_)
        self.each_team = NumberField(say("Budget of each team ({currency})", **money), step=5000, **open_)
        self.trainer = NumberField(say("Trainers' hours for accompanying"), step=10, **open_)
        self.mentor = NumberField(say("Mentors' hours"), step=10, **open_)
        self.everyone = CheckField(say("Nobody with a gap is left without a plan"), True)
        self.least_gain = least_gain_field(say)
        share = say("Everybody gets at least this share of what is possible alone (%)")
        self.least = NumberField(share, 0.0, least=0, most=90, step=5, **needed)
        self.skip = CheckField("", True)
        self._ask_busy()
        self.make = button(say("Plan for all of them"), guarded(self.status, self._make), primary=True)
        self.inputs = card(
            self.chosen,
            row(self.start, self.deadline, self.hours, self.budget, self.least_gain),
            heading(say("What all share"), level=2),
            row(self.together, self.each_team, self.trainer, self.mentor),
            row(self.everyone, self.least, self.skip),
            row(self.make),
        )

    def _make_results(self) -> None:
        import ipywidgets as widgets

        say = self.language
        self.facts = widgets.HTML()
        self.save = button(say("Save all as drafts"), guarded(self.status, self._save), primary=True)
        self.save.layout.display = None if self._on_save else "none"
        self.excel = Download(say("Excel"), self._excel, self.status)
        number: dict[str, Any] = {"activities": "number", "hours": "number", "cost": "number", "share": "percent"}
        columns = [
            Column(name, say.say(label), number.get(name, "number" if name in ("before", "after") else "text"),
                   digits=1 if name in ("before", "after") else 0)
            for name, label in report.PEOPLE_LABELS.items()
        ]  # fmt: skip
        self.persons = DataTable(columns, language=say, caption=say("Plans by person"), on_action=self._open)
        columns = [
            Column(name, say.say(label), "text" if name == "what" else "number", digits=2 if name == "price" else 0)
            for name, label in report.SHARED_LABELS.items()
        ]
        empty = say("Nothing is shared: no sessions are used, and no hours or budgets were set.")
        self.shared = DataTable(columns, language=say, caption=say("What is shared"), empty=empty)
        columns = [Column(name, say.say(label)) for name, label in report.WITHOUT_LABELS.items()]
        empty = say("Everybody has a plan.")
        self.without = DataTable(columns, language=say, caption=say("Without a plan"), empty=empty)
        self.one = PlanView(
            self.activities, self.names, today=self.today, language=say.code, currency=self.currency, buttons=[]
        )
        self.whose = heading("", level=3)
        self.opened = Panel([self.whose, self.one], styled=False)
        self.tabs = Tabs(
            {
                say("Plans by person"): Panel([self.persons, self.opened], styled=False),
                say("What is shared"): self.shared,
                say("Without a plan"): self.without,
            },
            label=say("Plans for all"),
        )
        files = row(self.save, self.excel)
        self.results = Panel([card(self.facts, files), self.tabs], styled=False)
        self.results.layout.display = "none"

    def limits(self) -> tuple[TeamLimits, pd.DataFrame]:
        """Return the limits that stand in the fields, and the people they are for."""
        fields = (
            self.hours,
            self.budget,
            self.least_gain,
            self.together,
            self.each_team,
            self.trainer,
            self.mentor,
            self.least,
        )
        refuse_problems(*fields, self.start, self.deadline)
        if self.start.value is None or self.deadline.value is None:
            raise InputError(text("A plan needs a start and a deadline."), remedy=text("Choose both dates."))
        if self.start.value < self.today:
            raise InputError(text("The start lies in the past."), remedy=text("Choose today or a later day."))
        people = self._people()
        about = people.rename(columns={"tier_id": "tier"})
        about = about[[name for name in ("person_id", "team_id", "tier", "language") if name in about]]
        budgets = None
        if self.each_team.value is not None:
            known = about["team_id"].dropna().unique()
            budgets = pd.DataFrame({"team_id": known, "budget": float(self.each_team.value)})
        hours = [("trainer", self.trainer.value), ("mentor", self.mentor.value)]
        staff = pd.DataFrame([pair for pair in hours if pair[1] is not None], columns=["staff", "hours"])
        each = Limits(
            self.start.value,
            self.deadline.value,
            float(self.hours.value),
            float(self.budget.value),
            least_gain=float(self.least_gain.value),
        )
        limits = TeamLimits(
            each,
            about,
            company_budget=None if self.together.value is None else float(self.together.value),
            team_budgets=budgets,
            staff_hours=staff if len(staff) else None,
            everyone=self.everyone.value,
            least_share=float(self.least.value) / 100,
            done=self._done_already(),
        )
        return limits, people

    def _ask_busy(self) -> frozenset[str]:
        """Return whose plan is running now, and offer to leave them out where there are any."""
        busy = frozenset(self._busy())
        self.skip.label = self.language.count(
            "Leave out {count} person whose plan is running",
            "Leave out {count} people whose plans are running",
            len(busy),
        )
        self.skip.layout.display = None if busy else "none"
        return busy

    def _people(self) -> pd.DataFrame:
        people = self.people
        if self.chosen.value:
            people = people[people["team_id"].isin(self.chosen.value)]
        busy = self._ask_busy()
        if self.skip.value:
            people = people[~people["person_id"].isin(busy)]
        if people.empty:
            raise NotEnoughData(
                text("Nobody is left to plan for."), remedy=text("Choose other teams, or plan for running plans too.")
            )
        return people

    def _make(self) -> None:
        limits, people = self.limits()
        self.status.clear()
        gaps = self._gaps()
        gaps = gaps[gaps["person_id"].isin(people["person_id"])]
        fine = report.without_gap(gaps)
        gaps = gaps[~gaps["person_id"].isin(fine)]
        if gaps.empty:
            raise NotEnoughData(text("Nobody of them has a gap worth a plan: ask what they want to grow in instead."))
        self._opened = dict(self._versions())
        sessions = self.sessions = self._sessions(list(gaps["person_id"].unique()))

        def work(bar: ProgressBar) -> TeamPlan:
            def told(now: Progress) -> bool:
                bar.update(None, self.language.say(report.progress_words(now)))
                return not bar.cancelled

            return plan_team(gaps, self.activities, sessions, limits, progress=told)

        self.make.disabled = True
        words = self.language("Looking for what is worth most to whom…")
        self.progress.run(words, work, lambda plan: self._done(plan, fine), self._failed)

    def _done(self, plan: TeamPlan, fine: Sequence[str]) -> None:
        self.make.disabled = False
        with shown_on(self.status):
            self.show(plan, fine)
            if plan.stopped:
                self.status.say(text("Stopped. The best plans so far are kept below."), "info")

    def _failed(self, error: Exception) -> None:
        self.make.disabled = False
        with shown_on(self.status):
            raise error

    def show(self, plan: TeamPlan, fine: Sequence[str] = ()) -> None:
        """Show the plans; `fine` are people left out because they have no gap worth a plan."""
        self.plan = plan
        say = self.language
        self.facts.value = report.team_facts(plan, say, self.currency, len(fine))
        table = report.people_table(plan, self.people, self.teams)
        action = [Action("open", say("Show the plan"))]
        offers = {
            row_id: action if count else []
            for row_id, count in zip(table["person_id"], table["activities"], strict=True)
        }
        self.persons.show(table, ids=table["person_id"], actions=offers)
        self.shared.show(report.shared_table(plan, self.catalogue, self.sessions, self.teams, say))
        left = report.without_table(plan, self.people, self.teams, say, fine)
        self.without.show(left, ids=left["person_id"])
        self.opened.layout.display = "none"
        self.save.disabled = not len(plan.items)
        self.results.layout.display = None

    def _open(self, person_id: str, _action: str) -> None:
        if self.plan is None:
            return
        name = str(self.people.set_index("person_id")["name"][person_id])
        self.whose.value = heading(self.language("Plan of {name}", name=name), level=3).value
        self.one.show(self.plan.plan(person_id), name, self._opened.get(person_id, 0))
        self.opened.layout.display = None

    def _save(self) -> None:
        if self.plan is None or self._on_save is None:
            return
        # Who gets nothing now may hold seats by an earlier plan that others were given here.
        made = [one for one in self.plan.plans if one.items or self._opened.get(one.person_id)]
        versions = self._on_save(made, self._opened)
        self._opened = {**self._opened, **versions}
        self.save.disabled = True
        self.status.say(
            counted("{count} plan was saved as a draft.", "{count} plans were saved as drafts.", len(versions)), "good"
        )

    def _excel(self) -> tuple[str, bytes] | None:
        if self.plan is None:
            raise ToolkitError(text("There is no plan yet."))
        say = self.language
        content = report.team_workbook(
            self.plan, self.people, self.catalogue, self.sessions, self.teams, self.names, say
        )
        title = say("Plans for all")
        return f"{title}.xlsx", content
