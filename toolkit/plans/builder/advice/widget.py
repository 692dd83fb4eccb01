"""What a plan hangs on: how firm its items are, what a little more would buy, what nearly came in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.controls.action_list import ActionList
from toolkit.controls.page import Panel, heading
from toolkit.controls.progress import Cancelled, Progress
from toolkit.language import Language
from toolkit.plans.advice import Rejected, Step, firmness, nearest_rejected, next_steps
from toolkit.plans.plan import Plan
from toolkit.plans.planner import PersonPlanner
from toolkit.plans.report import Catalogue
from toolkit.wording import text


@dataclass(frozen=True)
class Advice:
    """`shares` says for each item under which share of plausible levels it stays; see `plans.advice`."""

    plan: Plan
    shares: Mapping[str, float]
    steps: tuple[Step, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True)
class Question:
    """A plan to advise on, with how it was asked for; `planner` gives a planner of the caller's own."""

    plan: Plan
    pinned: tuple[str, ...]
    excluded: tuple[str, ...]
    planner: Callable[[], PersonPlanner | None]


def advise(question: Question, step: Callable[[float], None]) -> Advice | None:
    """Return the advice on a plan, telling `step` how far it is; None where there is nothing to plan with."""
    planner, plan = question.planner(), question.plan
    if planner is None or not plan.items:
        return None
    marks: dict[str, Any] = {"pinned": question.pinned, "excluded": question.excluded}
    step(0.05)
    steps = next_steps(planner, plan, **marks)
    step(0.25)
    rejected = nearest_rejected(planner, plan, **marks)
    step(0.4)
    shares = firmness(planner, plan, **marks, progress=lambda share: step(0.4 + 0.6 * share))
    return Advice(plan, shares, tuple(steps), tuple(rejected))


class AdviceView(Panel):
    """Works advice out beside the page and shows it: `ask` begins, and gives up what was asked before.

    `on_advice(advice)` is called when it is there; `on_step(step)` and `on_pin(activity_id)` for a press of a button.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        language: Language,
        on_advice: Callable[[Advice], None],
        on_step: Callable[[Step], None],
        on_pin: Callable[[str], None],
        on_failure: Callable[[Exception], None],
    ):
        say = self.language = language
        self.catalogue = catalogue
        self.advice: Advice | None = None
        self._on_advice, self._on_step, self._on_failure = on_advice, on_step, on_failure
        self._asked: Question | None = None
        self.progress = Progress(say("How firm the plan is"), language=say)
        self.steps = ActionList(self._allow)
        self.rejected = ActionList(lambda activity, _action: on_pin(activity))
        self.buys = Panel([heading(say("What a little more would buy"), level=3), self.steps], styled=False)
        self.nearly = Panel([heading(say("What nearly came in"), level=3), self.rejected], styled=False)
        super().__init__([self.progress, self.buys, self.nearly], styled=False)
        self._show()

    def ask(self, question: Question | None) -> None:
        """Work out the advice on another plan; None for none."""
        self._asked, self.advice = question, None
        self._show()
        if self.progress.running:
            self.progress.cancel()  # what was asked last is begun when that has ended
        else:
            self._begin()

    def _begin(self) -> None:
        question = self._asked
        if question is None:
            return

        def work(bar: Progress) -> Advice | None:
            return advise(question, bar.step)

        def done(advice: Advice | None) -> None:
            if self._asked is not question:
                self._begin()
            elif advice is not None:
                self.advice = advice
                self._show()
                self._on_advice(advice)

        def failed(error: Exception) -> None:
            if self._asked is not question:
                self._begin()
            elif not isinstance(error, Cancelled):
                self._on_failure(error)

        words = self.language("Trying other levels and limits, to see how firm the plan is…")
        self.progress.run(words, work, done, failed)

    def _allow(self, resource: str, _action: str) -> None:
        for step in self.advice.steps if self.advice else ():
            if step.resource == resource and step.worth > 0:
                self._on_step(step)
                return

    def _show(self) -> None:
        found = self.advice
        self.buys.layout.display = None if found and found.steps else "none"
        self.nearly.layout.display = None if found and found.rejected else "none"
        self.steps.entries = [self._step_entry(step) for step in _telling(found.steps)] if found else []
        self.rejected.entries = [self._rejected_entry(one) for one in found.rejected] if found else []

    def _step_entry(self, step: Step) -> dict[str, object]:
        say = self.language
        lines = []
        if step.added:
            lines.append(say("Comes in: {names}.", names=self._names(step.added)))
        if step.dropped:
            lines.append(say("Goes out: {names}.", names=self._names(step.dropped)))
        actions = [{"id": "allow", "label": say("Allow it")}] if step.worth > 0 else []
        return {"id": step.resource, "title": say.say(step.words()), "lines": lines, "actions": actions}

    def _rejected_entry(self, one: Rejected) -> dict[str, object]:
        say = self.language
        lines = [say.say(one.reason)]
        if one.displaces:
            lines.append(say("Goes out: {names}.", names=self._names(one.displaces)))
        actions = [] if one.loses is None else [{"id": "pin", "label": say("Swap it in")}]
        title = self.catalogue.name(one.activity_id)
        return {"id": one.activity_id, "title": title, "lines": lines, "actions": actions}

    def _names(self, activities: tuple[str, ...]) -> str:
        return self.language.join([self.catalogue.name(one) for one in activities])


def firm_mark(share: float, language: Language) -> str:
    """Return whether an item that stays in under this share of plausible levels is firm."""
    if share >= 1:
        return language("Firm")
    words = text("Assess first: stays in {share} % of plausible cases", share=f"{100 * share:.0f}")
    return language.say(words)


def _telling(steps: tuple[Step, ...]) -> list[Step]:
    """Return the last step of each resource: the first that buys anything, or the largest that was tried."""
    return list({step.resource: step for step in steps}.values())
