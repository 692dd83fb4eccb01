"""The widget that shows one person's development plan, usable in any notebook on plain tables."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence

import ipywidgets as widgets
import pandas as pd

from toolkit.controls.action_list import ActionList
from toolkit.controls.download import Download
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, card, row
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language
from toolkit.plans.charts import gap_closing, plan_strip
from toolkit.plans.plan import Plan, PlanItem
from toolkit.plans.report import Catalogue, calendar_plan, empty_plan, item_facts, plan_facts, word_plan

Names = Mapping[str, Mapping[str, str]]
Earlier = tuple[Sequence[Plan], Collection[str]]


class PlanView(Panel):
    """A plan to read: figures, proof, strip, items with their reasons, gaps before and after; Word and calendar.

    `on_action(activity_id, action)` is called for the buttons that `show` is given. `earlier(person_id)` gives the plans
    saved so far, the newest first, and what is done, so that the calendar cancels what is gone. It has no state of its own; a plan becomes a dictionary with its `PlanState`.
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
        earlier: Callable[[str], Earlier] = lambda _person: ((), ()),
    ):
        self.activities, self.names, self.currency, self.today = activities, names, currency, today
        self._clock, self._earlier = clock, earlier
        self.plan: Plan | None = None
        self.version, self.person = 0, ""
        say = self.language = Language(language)
        self.catalogue = Catalogue(activities, say)
        self.status = StatusLine(say)
        self.facts, self.strip, self.gaps = widgets.HTML(), FigureView(language=say), FigureView(language=say)
        self._marks: Mapping[str, str] = {}
        self._actions: Callable[[str], list[dict[str, object]]] = lambda _activity: []
        self.items = ActionList(on_action)
        self.word = Download(say("Word"), self._word, self.status)
        self.calendar = Download(say("Calendar (.ics)"), self._calendar, self.status)
        files = row(*buttons, self.word, self.calendar)
        self._pictures = card(self.strip), card(self.gaps)
        parts = [card(self.facts, files), self.status, self._pictures[0], self.items, self._pictures[1]]
        super().__init__(parts, styled=False)

    def show(
        self, plan: Plan, person: str, version: int, actions: Callable[[str], list[dict[str, object]]] = lambda _a: []
    ) -> None:
        """Show a plan of `person`; `version` is that of the last saved one, 0 for none."""
        self.plan, self.person, self.version = plan, person, version
        say, self._marks, self._actions = self.language, {}, actions
        self.facts.value = plan_facts(plan, say, self.currency) if plan.items else empty_plan(plan, self.names, say)
        strip = plan_strip(plan, self.activities, say, currency=self.currency, today=self.today)
        self.strip.show(strip if plan.items else None)
        self.gaps.show(gap_closing(plan, self.names, say) if plan.items else None)
        for picture in self._pictures:
            picture.layout.display = None if plan.items else "none"
        self._list()

    def mark(self, marks: Mapping[str, str]) -> None:
        """Set a mark, such as “Firm”, beside items by activity_id."""
        self._marks = marks
        self._list()

    def _list(self) -> None:
        plan, say = self.plan, self.language
        if plan is None:
            return
        names = {item.activity_id: self.catalogue.name(item.activity_id) for item in plan.items}
        self.items.entries = [
            {
                "id": item.activity_id,
                "title": names[item.activity_id],
                "marks": [self.catalogue.kind(item.activity_id), *self._marks_of(item)],
                "lines": [
                    self.catalogue.summary(item.activity_id),
                    say.say(plan.why(item.activity_id, self.names, names)),
                ],
                "facts": item_facts(item, say, self.currency),
                "actions": self._actions(item.activity_id),
            }
            for item in plan.items
        ]

    def _marks_of(self, item: PlanItem) -> list[str]:
        begun = [self.language("Under way")] if item.under_way else []
        return begun + ([self._marks[item.activity_id]] if item.activity_id in self._marks else [])

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
        earlier, done = self._earlier(self.plan.person_id)
        content = calendar_plan(
            self.plan,
            self.activities,
            self.language,
            stamp=self._clock(),
            version=self.version,
            earlier=earlier,
            done=done,
        )
        return f"{self.person}.ics", content
