"""The widget for one person's development plan, usable in any notebook on plain tables."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets
import pandas as pd

from toolkit.controls.action_list import ActionList
from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.download import Download
from toolkit.controls.fields import DateField, NumberField, refuse_problems
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, button, card, row
from toolkit.controls.person_picker import PersonPicker, people_entries
from toolkit.controls.status_line import StatusLine
from toolkit.documents.plain_state import PlainState, StateForm, day, known, number, optional, record, whole
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.plans.charts import plan_strip
from toolkit.plans.limits import Limits
from toolkit.plans.plan import Plan
from toolkit.plans.report import Catalogue, calendar_plan, item_facts, plan_facts, word_plan
from toolkit.plans.state import PlanState
from toolkit.wording import counted, text

Names = Mapping[str, Mapping[str, str]]


class PlanView(Panel):
    """A plan to read: figures, proof, items, strip, and the same as Word and calendar.

    `on_action(activity_id, action)` is called for the buttons that `show` is given. It has no state
    of its own; a plan becomes a dictionary with its `PlanState`.
    """

    def __init__(
        self,
        activities: pd.DataFrame,
        names: Names,
        *,
        today: dt.date,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        language: str = "en",
        currency: str = "CNY",
        buttons: Sequence[widgets.Widget] = (),
        on_action: Callable[[str, str], None] = lambda _activity, _action: None,
    ):
        self.activities, self.names, self.currency, self.today = activities, names, currency, today
        self._clock = clock
        self.plan: Plan | None = None
        self.version, self.person = 0, ""
        say = self.language = Language(language)
        self.catalogue = Catalogue(activities, say)
        self.status = StatusLine(say)
        self.facts, self.strip = widgets.HTML(), FigureView(language=say)
        self.items = ActionList(on_action)
        self.word = Download(say("Word"), self._word, self.status)
        self.calendar = Download(say("Calendar (.ics)"), self._calendar, self.status)
        files = row(*buttons, self.word, self.calendar)
        super().__init__([card(self.facts, files), self.status, self.items, card(self.strip)], styled=False)

    def show(
        self, plan: Plan, person: str, version: int, actions: Callable[[str], list[dict[str, object]]] = lambda _a: []
    ) -> None:
        """Show a plan of `person`; `version` is that of the last saved one, 0 for none."""
        self.plan, self.person, self.version = plan, person, version
        say = self.language
        self.facts.value = plan_facts(plan, say, self.currency)
        strip = plan_strip(plan, self.activities, say, currency=self.currency, today=self.today)
        self.strip.show(strip if plan.items else None)
        self.items.entries = [
            {
                "id": item.activity_id,
                "title": self.catalogue.name(item.activity_id),
                "marks": [self.catalogue.kind(item.activity_id)],
                "lines": [self.catalogue.summary(item.activity_id), say.say(plan.why(item.activity_id, self.names))],
                "facts": item_facts(item, say, self.currency),
                "actions": actions(item.activity_id),
            }
            for item in plan.items
        ]

    def _word(self) -> tuple[str, bytes] | None:
        if self.plan is None:
            return None
        content = word_plan(
            self.plan,
            self.person,
            self.names,
            self.activities,
            self.language,
            currency=self.currency,
            today=self.today,
        )
        return f"{self.person}.docx", content

    def _calendar(self) -> tuple[str, bytes] | None:
        if self.plan is None:
            return None
        stamp = self._clock()
        content = calendar_plan(self.plan, self.activities, self.language, stamp=stamp, version=self.version)
        return f"{self.person}.ics", content


_INPUTS = {"start": optional(day), "deadline": optional(day), "hours_per_week": number(0.25, 60), "budget": number(0)}
_FORM = StateForm(
    "PlanBuilder",
    1,
    {"state": lambda value, _where: value, "inputs": record(_INPUTS), "opened_version": whole(0, 10**9)},
)


class PlanBuilder(PlainState, Panel):
    """Make, change, save and export one person's plan.

    `state` is a `PlanState`; `names` gives bilingual competency names; `on_save(plan,
    excluded, opened)` stores a plan that began from the version `opened` and returns its version
    (without it there is no save button); `saved(person_id)` gives the last saved plan, its version
    and what was left out, or None.

    Its dictionary holds that of its `PlanState`, what stands in the fields, and the version the change
    began from, so that saving after `restore` still notices what somebody else saved meanwhile.
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
        on_save: Callable[[Plan, tuple[str, ...], int], int] | None = None,
        saved: Callable[[str], tuple[Plan, int, tuple[str, ...]] | None] = lambda _person: None,
    ):
        self.state, self.today, self.currency = state, today, currency
        self._on_save, self._saved, self._version = on_save, saved, 0
        say = self.language = Language(language)
        self.status = StatusLine(say)
        self.save = button(say("Save plan"), guarded(self.status, self._save), primary=True)
        self.view = PlanView(
            state.activities,
            names,
            today=today,
            clock=clock,
            language=language,
            currency=currency,
            buttons=[self.save] if on_save else [],
            on_action=self._mark,
        )
        self.others = ActionList(self._mark, summary=say("Not in the plan"))
        self.view.layout.display = self.others.layout.display = "none"
        self._make_inputs(today)
        super().__init__([self.inputs, self.status, self.view, self.others])
        state.observe(self._show, names="plan")
        if self.person.options:
            self._choose(self.person.value)

    def _make_inputs(self, today: dt.date) -> None:
        say, state = self.language, self.state
        self.person = PersonPicker(say("Person"), people_entries(state.people), language=say, walk=True)
        self.person.on_change(guarded(self.status, self._choose))
        needed: dict[str, Any] = {"language": say, "required": True}
        self.start = DateField(say("Start"), today, **needed)
        self.deadline = DateField(say("Deadline"), today + dt.timedelta(weeks=26), **needed)
        self.hours = NumberField(say("Hours per week"), 2.0, least=0.25, most=60, step=0.5, **needed)
        money = say("Budget ({currency})", currency=self.currency)
        self.budget = NumberField(money, 5000.0, least=0, step=500, **needed)
        self.make = button(say("Make the plan"), guarded(self.status, self._make), primary=True)
        self.inputs = card(row(self.person, self.start, self.deadline), row(self.hours, self.budget, self.make))

    def to_dict(self) -> dict[str, Any]:
        """Return the plan in the making and what stands in the fields."""
        start, deadline = (one.value.isoformat() if one.value else None for one in (self.start, self.deadline))
        inputs = {"start": start, "deadline": deadline}
        inputs |= {"hours_per_week": self.hours.value, "budget": self.budget.value}
        return _FORM.write(state=self.state.to_dict(), inputs=inputs, opened_version=self._version)

    def restore(self, body: object) -> None:
        """Take up what `to_dict` gave, also in place of a saved plan; see `PlanState`."""
        found = _FORM.read(body)
        person_id = self.state.checked(found["state"], "state")["person_id"]
        known(person_id, [value for _, value in self.person.options] or [""], "state.person_id")
        self.person.value = person_id or None
        self.status.clear()
        self._version = found["opened_version"]
        self.state.restore(found["state"])
        fields = {"start": self.start, "deadline": self.deadline, "hours_per_week": self.hours, "budget": self.budget}
        for name, value in found["inputs"].items():
            fields[name].put(value)
        self._show()

    def _choose(self, person_id: str | None) -> None:
        self.status.clear()
        self.state.person_id = person_id or ""
        found = self._saved(self.state.person_id)
        self._version = 0
        if found is not None:
            plan, self._version, excluded = found
            self.state.reopen(plan, excluded)
            self._show_limits(plan)
            self.status.say(text("This is the saved plan, version {version}.", version=found[1]))

    def _show_limits(self, plan: Plan) -> None:
        limits = plan.limits
        self.start.put(max(limits.start, self.today))
        self.deadline.put(limits.deadline)
        self.hours.put(limits.hours_per_week)
        self.budget.put(limits.budget)

    def _make(self) -> None:
        if self.start.value is None or self.deadline.value is None:
            raise InputError(text("A plan needs a start and a deadline."), remedy=text("Choose both dates."))
        refuse_problems(self.hours, self.budget)
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
        self._version = self.view.version = self._on_save(self.state.plan, self.state.excluded, self._version)
        self.status.say(text("Saved as version {version}.", version=self._version), "good")

    def _name(self) -> str:
        people = self.state.people
        return str(people.loc[people["person_id"] == self.state.person_id, "name"].iloc[0])

    def _show(self, _change: object = None) -> None:
        plan = self.state.plan
        self.view.layout.display = None if plan else "none"
        # A plan that was saved earlier carries no reasons for what is not in it.
        self.others.layout.display = None if plan and plan.left_out else "none"
        if plan is None:
            return
        self.view.show(plan, self._name(), self._version, lambda activity: self._actions(activity, True))
        say, state = self.language, self.state
        inside = {item.activity_id for item in plan.items}
        outside = [a for a in state.activities["activity_id"] if a not in inside]
        outside.sort(key=lambda activity: activity not in state.excluded)
        self.others.entries = [
            {
                "id": activity,
                "title": self.view.catalogue.name(activity),
                "marks": [self.view.catalogue.kind(activity)],
                "lines": [say.say(plan.why(activity))],
                "actions": self._actions(activity, False),
            }
            for activity in outside
        ]
        explained = counted(
            "Not in the plan: {count} activity, and why",
            "Not in the plan: {count} activities, and why",
            len(outside),
        )
        self.others.summary = say.say(explained)

    def _actions(self, activity: str, inside: bool) -> list[dict[str, object]]:
        pin = {"id": "pinned", "label": self.language("Pin"), "pressed": activity in self.state.pinned}
        out = {"id": "excluded", "label": self.language("Leave out"), "pressed": activity in self.state.excluded}
        return [pin, out] if inside or activity in self.state.excluded else [pin]
