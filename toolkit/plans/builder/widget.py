"""Making one person's plan, usable in any notebook on plain tables."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from math import ceil
from typing import Any

from toolkit.controls.action_list import ActionList
from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.page import Panel, button, card, row
from toolkit.controls.person_picker import PersonPicker, people_entries
from toolkit.controls.status_line import StatusLine
from toolkit.documents.plain_state import PlainState, StateForm, known, whole
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.plans.advice import Step
from toolkit.plans.builder.advice.widget import Advice, AdviceView, Question, firm_mark
from toolkit.plans.builder.limits.widget import INPUTS, LimitsForm, WaysOut
from toolkit.plans.conflicts import LimitsClash
from toolkit.plans.limits import Limits
from toolkit.plans.plan import Plan
from toolkit.plans.report import Catalogue
from toolkit.plans.state import PlanState
from toolkit.plans.widget import Earlier, Names, PlanView
from toolkit.wording import Text, counted, text

_FORM = StateForm(
    "PlanBuilder",
    3,
    {"state": lambda value, _where: value, "inputs": INPUTS, "opened_version": whole(0, 10**9)},
)


class PlanBuilder(PlainState, Panel):
    """Make, change, save and export one person's plan.

    `state` is a `PlanState`; `names` gives bilingual competency names; `on_save(plan,
    excluded, opened)` stores a plan that began from the version `opened` and returns its version
    (without it there is no save button); `saved(person_id)` gives the last saved plan, its version
    and what was left out, or None. `newcomer(person_id)` says for whom a mentor is asked for unless somebody decides
    otherwise; `earlier` is that of `PlanView`.

    How firm the plan is and what a little more would buy is worked out after the plan is shown, in a thread (in a
    plain script before the call returns); without `advice` it is not.

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
        newcomer: Callable[[str], bool] = lambda _person: False,
        earlier: Callable[[str], Earlier] = lambda _person: ((), ()),
        advice: bool = True,
    ):
        self.state, self.today, self.currency = state, today, currency
        self._on_save, self._saved, self._newcomer, self._version = on_save, saved, newcomer, 0
        self._with_advice = advice
        say = self.language = Language(language)
        self.status = StatusLine(say)
        self.save = button(say("Save plan"), guarded(self.status, self._save), primary=True)
        look: dict[str, Any] = {"today": today, "clock": clock, "language": language, "currency": currency}
        buttons = [self.save] if on_save else []
        self.view = PlanView(state.activities, names, **look, buttons=buttons, on_action=self._mark, earlier=earlier)
        self.others = ActionList(self._mark, summary=say("Not in the plan"))
        self.advice = AdviceView(
            Catalogue(state.activities, say),
            language=say,
            on_advice=self._advised,
            on_step=self._allow,
            on_pin=lambda activity: self._mark(activity, "pinned"),
            on_failure=self._failed,
        )
        self.ways_out = WaysOut(self.status, say)
        self.view.layout.display = self.others.layout.display = "none"
        self.person = PersonPicker(say("Person"), people_entries(state.people), language=say, walk=True)
        self.person.on_change(guarded(self.status, self._choose))
        self.limits = LimitsForm(today, names, language=say, currency=currency)
        self.make = button(say("Make the plan"), guarded(self.status, self._make), primary=True)
        inputs = card(row(self.person, self.make), self.limits)
        super().__init__([inputs, self.status, self.ways_out, self.view, self.advice, self.others])
        state.observe(self._show, names="plan")
        if self.person.options:
            self._choose(self.person.value)

    def to_dict(self) -> dict[str, Any]:
        """Return the plan in the making and what stands in the fields."""
        return _FORM.write(state=self.state.to_dict(), inputs=self.limits.to_dict(), opened_version=self._version)

    def restore(self, body: object) -> None:
        """Take up what `to_dict` gave, also in place of a saved plan; see `PlanState`."""
        found = _FORM.read(body)
        person_id = self.state.checked(found["state"], "state")["person_id"]
        known(person_id, [value for _, value in self.person.options] or [""], "state.person_id")
        for days in found["inputs"]["away"]:
            if len(days) != 2:
                raise InputError(text("A time away has a first and a last day."))
        self.person.value = person_id or None
        self.status.clear()
        self._version = found["opened_version"]
        self.limits.restore(found["inputs"])
        self.state.restore(found["state"])
        if self._still_open() is None:
            self.state.close()
        self._show()

    def _choose(self, person_id: str | None) -> None:
        self.status.clear()
        self.ways_out.offer()
        self.state.person_id = person_id or ""
        found = self._saved(self.state.person_id)
        self._version = 0
        self.limits.reset(mentor=bool(person_id) and self._newcomer(str(person_id)))
        if found is not None:
            plan, self._version, excluded = found
            self.limits.put(plan.limits)
            self.limits.wish(plan.interests)
            limits = self._still_open()
            self.state.reopen(plan, excluded, limits)
            self.status.say(
                text("This is the saved plan, version {version}.", version=found[1])
                if limits
                else text(
                    "This is the saved plan, version {version}. Its time is over: choose a new deadline to plan again.",
                    version=found[1],
                )
            )

    def _still_open(self) -> Limits | None:
        """Return the limits of a saved plan from today on, or None where too little is left of them."""
        try:
            return self.limits.limits()
        except InputError:
            return None

    def _make(self) -> None:
        self.ways_out.offer()
        try:
            limits = self.limits.limits()
        except InputError:
            self.limits.unfold()
            raise
        self.status.say(text("Looking for the best plan…"), "busy")
        self._plan_within(limits)
        self.status.clear()

    def _plan_within(self, limits: Limits) -> None:
        self.state.interests = self.limits.wishes
        try:
            self.state.make(limits)
        except LimitsClash as clash:
            self.ways_out.offer([(one.words, partial(self._relax, one.limits)) for one in clash.relaxations])
            raise
        self.limits.put(limits)

    def _relax(self, limits: Limits) -> None:
        self.ways_out.offer()
        self._plan_within(limits)
        self.status.say(text("Planned again within the changed limits."), "good")

    def _mark(self, activity_id: str, action: str) -> None:
        with shown_on(self.status):
            self._change(action, activity_id, self.state.limits)

    def _change(self, action: str, activity_id: str, limits: Limits | None) -> None:
        self.ways_out.offer()
        before = self.state.plan
        try:
            self.state.change(action, activity_id, limits)
        except LimitsClash as clash:
            ways = [(one.words, partial(self._change, action, activity_id, one.limits)) for one in clash.relaxations]
            self.ways_out.offer(ways)
            raise
        if limits is None:
            self.status.say(text("Noted. The plan stays as it is until it is made again."), "info")
        else:
            self.limits.put(limits)
            self.status.say(self._told(before, self.state.plan), "good")
        self._show()  # marks change also where the plan is the same

    def _told(self, before: Plan | None, after: Plan | None) -> Text:
        old, new = ([item.activity_id for item in plan.items] if plan else [] for plan in (before, after))
        name, join = self.view.catalogue.name, self.language.join
        added = join([name(one) for one in new if one not in old])
        dropped = join([name(one) for one in old if one not in new])
        if added and dropped:
            return text("Planned again. In: {added}. Out: {dropped}.", added=added, dropped=dropped)
        if added:
            return text("Planned again. In: {added}.", added=added)
        return text("Planned again. Out: {dropped}.", dropped=dropped) if dropped else text("Planned again.")

    def _allow(self, step: Step) -> None:
        with shown_on(self.status):
            limits = self.state.limits
            if limits is None:
                return
            if step.resource == "budget":
                self._relax(replace(limits, budget=limits.budget + step.more))
                return
            weekly = limits.hours_per_week + step.more / sum(limits.free)
            self._relax(replace(limits, hours_per_week=ceil(100 * weekly) / 100))

    def _save(self) -> None:
        if self.state.plan is None or self._on_save is None:
            return
        self._version = self.view.version = self._on_save(self.state.plan, self.state.excluded, self._version)
        self.status.say(text("Saved as version {version}.", version=self._version), "good")

    def _advised(self, advice: Advice) -> None:
        self.view.mark({one: firm_mark(share, self.language) for one, share in advice.shares.items()})

    def _failed(self, error: Exception) -> None:
        with shown_on(self.status):
            raise error

    def _name(self) -> str:
        people = self.state.people
        return str(people.loc[people["person_id"] == self.state.person_id, "name"].iloc[0])

    def _show(self, _change: object = None) -> None:
        plan, state = self.state.plan, self.state
        self.view.layout.display = None if plan else "none"
        # A plan that was saved earlier carries no reasons for what is not in it.
        fresh = plan is not None and bool(plan.left_out)
        self.others.layout.display = None if fresh else "none"
        if plan is None:
            self.advice.ask(None)
            return
        self.view.show(plan, self._name(), self._version, lambda activity: self._actions(activity, True))
        self._list_others(plan)
        question = Question(plan, state.pinned, state.excluded, state.planner)
        self.advice.ask(question if fresh and self._with_advice else None)

    def _list_others(self, plan: Plan) -> None:
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
