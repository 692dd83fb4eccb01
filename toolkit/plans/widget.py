"""The widget for one person's development plan, usable in any notebook on plain tables."""

import datetime as dt
from collections.abc import Callable, Mapping

import ipywidgets as widgets
from markupsafe import Markup

from toolkit.controls.action_list import ActionList
from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.download import Download
from toolkit.controls.page import Panel, button, card, choice, field, heading, row
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.plans.charts import plan_strip
from toolkit.plans.limits import Limits
from toolkit.plans.plan import Plan
from toolkit.plans.report import Catalogue, calendar_plan, item_facts, proof, word_plan
from toolkit.plans.state import PlanState
from toolkit.wording import counted, text

Names = Mapping[str, Mapping[str, str]]


class PlanBuilder(Panel):
    """Make, change, save and export one person's plan.

    `state` is a `PlanState`; `names` gives bilingual competency names; `on_save(plan)` stores a
    plan and returns its version (without it there is no save button).
    """

    def __init__(
        self,
        state: PlanState,
        names: Names,
        *,
        today: dt.date,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        language: str = "en",
        currency: str = "CNY",
        on_save: Callable[[Plan], int] | None = None,
        editable: bool = True,
    ):
        self.state, self.names, self.currency, self.today = state, names, currency, today
        self._clock, self._on_save, self.version = clock, on_save, 0
        say = self.language = Language(language)
        self.catalogue = Catalogue(state.activities, say)
        self.status = StatusLine(say)
        self._make_inputs(today)
        self.facts, self.strip = widgets.HTML(), widgets.HTML()
        self.items = ActionList(self._mark)
        self.others = ActionList(self._mark)
        self.more = widgets.HTML()
        self.word = Download(say("Word"), self._word)
        self.calendar = Download(say("Calendar (.ics)"), self._calendar)
        self.save = button(say("Save plan"), guarded(self.status, self._save), primary=True)
        self.result = widgets.VBox(
            [
                card(self.facts, row(*([self.save] if on_save else []), self.word, self.calendar)),
                self.items,
                card(self.strip),
                self.more,
                self.others,
            ]
        )
        self.result.add_class("coach-panel")
        self.result.layout.display = "none"
        controls = [self.inputs] if editable else [card(row(self.person))]
        super().__init__([*controls, self.status, self.result])
        state.observe(self._show, names="plan")
        if self.person.options:
            state.person_id = self.person.value

    def _make_inputs(self, today: dt.date) -> None:
        say, state = self.language, self.state
        people = list(zip(state.people["name"], state.people["person_id"], strict=True))
        self.person = choice(say("Person"), people, self._choose)
        self.start = field(widgets.DatePicker(description=say("Start"), value=today))
        self.deadline = field(
            widgets.DatePicker(description=say("Deadline"), value=today + dt.timedelta(weeks=26))
        )
        self.hours = field(widgets.FloatText(description=say("Hours per week"), value=2.0, step=0.5))
        self.budget = field(
            widgets.FloatText(description=say("Budget ({currency})", currency=self.currency), value=5000, step=500)
        )
        self.make = button(say("Make the plan"), guarded(self.status, self._make), primary=True)
        self.inputs = card(
            row(self.person, self.start, self.deadline), row(self.hours, self.budget, self.make)
        )

    def _choose(self, person_id: str | None) -> None:
        self.status.clear()
        self.state.person_id = person_id or ""

    def _make(self) -> None:
        if self.start.value is None or self.deadline.value is None:
            raise InputError(text("A plan needs a start and a deadline."), remedy=text("Choose both dates."))
        if self.start.value < self.today:
            raise InputError(text("The start lies in the past."), remedy=text("Choose today or a later day."))
        self.status.say(text("Looking for the best plan…"), "busy")
        limits = Limits(self.start.value, self.deadline.value, float(self.hours.value), float(self.budget.value))
        self.state.make(limits)
        self.status.clear()

    def _mark(self, activity_id: str, action: str) -> None:
        with shown_on(self.status):
            self.state.toggle(action, activity_id)
            self.status.say(text("Planned again."), "good")

    def _save(self) -> None:
        if self.state.plan is None or self._on_save is None:
            return
        self.version = self._on_save(self.state.plan)
        self.status.say(text("Saved as version {version}.", version=self.version), "good")

    def _word(self) -> tuple[str, bytes] | None:
        with shown_on(self.status):
            if self.state.plan is not None:
                content = word_plan(
                    self.state.plan,
                    self._name(),
                    self.names,
                    self.state.activities,
                    self.language,
                    currency=self.currency,
                    today=self.today,
                )
                return f"{self._name()}.docx", content
        return None

    def _calendar(self) -> tuple[str, bytes] | None:
        with shown_on(self.status):
            if self.state.plan is not None:
                content = calendar_plan(
                    self.state.plan, self.state.activities, self.language, stamp=self._clock(), version=self.version
                )
                return f"{self._name()}.ics", content
        return None

    def _name(self) -> str:
        people = self.state.people
        return str(people.loc[people["person_id"] == self.state.person_id, "name"].iloc[0])

    def _show(self, _change: object = None) -> None:
        plan = self.state.plan
        self.result.layout.display = "none" if plan is None else None
        if plan is None:
            return
        say = self.language
        self.facts.value = plan_facts(plan, say, self.currency)
        self.strip.value = plan_strip(plan, self.state.activities, say, currency=self.currency) if plan.items else ""
        self.items.entries = [
            {
                "id": item.activity_id,
                "title": self.catalogue.name(item.activity_id),
                "marks": [self.catalogue.kind(item.activity_id)],
                "lines": [self.catalogue.summary(item.activity_id), say.say(plan.why(item.activity_id, self.names))],
                "facts": item_facts(item, say, self.currency),
                "actions": self._actions(item.activity_id, True),
            }
            for item in plan.items
        ]
        self._show_others(plan)

    def _show_others(self, plan: Plan) -> None:
        say = self.language
        inside = {item.activity_id for item in plan.items}
        outside = [a for a in self.state.activities["activity_id"] if a not in inside]
        first = [a for a in outside if a in self.state.excluded]
        self.others.entries = [
            {
                "id": activity,
                "title": self.catalogue.name(activity),
                "marks": [self.catalogue.kind(activity)],
                "lines": [say.say(plan.why(activity))],
                "actions": self._actions(activity, False),
            }
            for activity in first + [a for a in outside if a not in first]
        ]
        self.more.value = heading(
            say("Not in the plan"),
            say.say(
                counted(
                    "{count} other activity and why it is out; pin it to have it in.",
                    "{count} other activities and why they are out; pin one to have it in.",
                    len(outside),
                )
            ),
        ).value

    def _actions(self, activity: str, inside: bool) -> list[dict[str, object]]:
        pin = {"id": "pinned", "label": self.language("Pin"), "pressed": activity in self.state.pinned}
        out = {"id": "excluded", "label": self.language("Leave out"), "pressed": activity in self.state.excluded}
        return [pin, out] if inside or activity in self.state.excluded else [pin]


def plan_facts(plan: Plan, language: Language, currency: str) -> Markup:
    """Return a plan's figures and its proof."""
    before, after = sum(plan.before.values()), sum(plan.after.values())
    facts = [
        (language("Activities"), str(len(plan.items)), ""),
        (
            language("Hours"),
            language.number(plan.hours, 0),
            language("of {most}", most=language.number(plan.limits.hours, 0)),
        ),
        (
            language("Cost"),
            language.money(plan.cost, currency),
            language("of {most}", most=language.money(plan.limits.budget, currency)),
        ),
        (
            language("Expected gap, all competencies"),
            language("{before} → {after}", before=language.number(before, 1), after=language.number(after, 1)),
            language("levels"),
        ),
    ]
    body = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{} <small>{}</small></dd></div>").format(*fact) for fact in facts
    )
    return Markup("<dl class='coach-facts'>{}</dl><p>{}</p>").format(body, language.say(proof(plan)))
