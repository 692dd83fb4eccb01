"""The sheet a rater fills in, usable in any notebook on plain tables."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.choices import Choice
from toolkit.controls.page import Panel, card, choice, row
from toolkit.controls.rating_scale import RatingScale
from toolkit.controls.stage_timer import StageTimer
from toolkit.controls.status_line import StatusLine
from toolkit.controls.undo_bar import UndoBar
from toolkit.documents.plain_state import PlainState
from toolkit.language import Language
from toolkit.roleplay.rubric import Rubric
from toolkit.roleplay.scenario import Scenario
from toolkit.roleplay.scoring_room.hand_in.widget import SheetEnd
from toolkit.roleplay.scoring_room.sentences import KINDS, change_words, late_words, question_of
from toolkit.roleplay.sheet import SheetBook, rating_words
from toolkit.roleplay.state import ScoringState
from toolkit.roleplay.widget import scale_items, scenario_brief


class RolePlayScorer(PlainState, Panel):
    """Score reps in scenarios, one sheet at a time: what was seen, then the rating, then hand-in.

    `forms` maps scenario_id to its (Scenario, Rubric), `reps` has person_id and name. Without a
    `book` (see `SheetBook`) it needs no store. `certifies` asks for an overall judgement at hand-in, `order` is
    in which order (rep_id, scenario_id) are played, `workshop_id` keeps its timers apart from others. `lessons` by
    scenario_id stand in the briefs. `ratings` is a Ratings table.
    Its dictionary is that of its `ScoringState`.
    """

    def __init__(
        self,
        forms: Mapping[str, tuple[Scenario, Rubric]],
        reps: pd.DataFrame,
        *,
        rater_id: str = "me",
        language: str = "en",
        book: SheetBook | None = None,
        certifies: bool = False,
        order: Sequence[tuple[str, str]] = (),
        workshop_id: str = "",
        local_time: Callable[[dt.datetime], dt.datetime] = lambda moment: moment.astimezone(),
        lessons: Mapping[str, Sequence[str]] | None = None,
    ):
        self.language = Language(language)
        self._lessons = lessons or {}
        options: dict[str, Any] = {"rater_id": rater_id, "book": book, "certifies": certifies, "order": order}
        self.state = ScoringState(forms, list(reps["person_id"]), **options)
        self._names = dict(zip(reps["person_id"], reps["name"], strict=True))
        self._workshop_id, self._local_time = workshop_id, local_time
        self._pending: tuple[str, str, str] | None = None
        say = self.language
        self.status, self.undo = StatusLine(say), UndoBar(language=say)
        # A drop-down, because a box to type in would bring up a tablet's keyboard with every rep.
        self.rep = Choice(
            say("Rep"),
            list(zip(reps["name"], reps["person_id"], strict=True)),
            walk=[say("Previous"), say("Next")],
        )
        self.rep.on_change(guarded(self.status, lambda value: setattr(self.state, "rep_id", value or "")))
        self.scenario = choice(
            say("Scenario"),
            [(say.pick(scenario.name), scenario_id) for scenario_id, (scenario, _) in forms.items()],
            guarded(self.status, lambda value: setattr(self.state, "scenario_id", value or "")),
        )
        self.brief, self.here, self.progress = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.timer = StageTimer(language=say)
        self.scale = RatingScale(language=say, on_rate=self._rate, on_note=self._note, on_answer=self._answer)
        self.end = SheetEnd(say, certifies, self._hand_in, self._judge, self._go_on)
        head = row(widgets.VBox([self.here, self.progress]), self.timer)
        head.add_class("coach-sheet-head")
        sheet = card(row(self.scenario, self.rep), self.brief)
        super().__init__([sheet, head, self.status, self.scale, self.end, self.undo])
        self.state.observe(self._show_sheet, names=["scenario_id", "rep_id"])
        self.state.observe(self._show_progress, names=["sheet", "submitted_at", "overall", "late"])
        if forms and len(reps):
            self._show_sheet()

    @property
    def ratings(self) -> pd.DataFrame:
        """The Ratings given so far."""
        return self.state.ratings

    def go_to(self, rep_id: str, scenario_id: str) -> None:
        """Open the sheet of one rep in one scenario."""
        self.scenario.value, self.rep.value = scenario_id, rep_id

    def read_again(self) -> None:
        """Show what is on the open sheet now, which may have been written elsewhere."""
        self.state.read_again()
        self.scale.values, self.scale.notes = self._values(), dict(self.state.notes)
        self._show_progress()

    def to_dict(self) -> dict[str, Any]:
        """Return what is open and, without a store, all sheets; see `ScoringState`."""
        return self.state.to_dict()

    def restore(self, body: object) -> None:
        """Take up what `to_dict` gave; see `ScoringState`."""
        self.state.restore(body)
        self.scenario.value, self.rep.value = self.state.scenario_id or None, self.state.rep_id or None
        if self.state.scenario_id and self.state.rep_id:
            self._show_sheet()

    def _rate(self, criterion_id: str, value: str) -> str:
        before = self._values().get(criterion_id, "")
        with shown_on(self.status):
            self.undo.dismiss()
            if self._asks("rating", criterion_id, before, value):
                self.scale.values = self._values()
                return ""
            self.state.rate(criterion_id, value)
            self.status.clear()
            self.scale.lacking = [one for one in self.scale.lacking if one != criterion_id]
            if not self.scale.lacking:
                self.end.say_open([])
            if self.state.submitted_at is None:
                self._offer_undo(criterion_id, before, value)
            return self._saved()
        self.scale.values = self._values()
        return self.language("not saved")

    def _note(self, criterion_id: str, words: str) -> str:
        with shown_on(self.status):
            if self._asks("note", criterion_id, self.state.notes.get(criterion_id, ""), words.strip()):
                return ""
            self.state.note(criterion_id, words)
            self.status.clear()
            return self._saved()
        return self.language("not saved")  # what was written stays in its field

    def _saved(self) -> str:
        moment = self._local_time(self.state.saved_at or dt.datetime.now(dt.UTC))
        return self.language("saved {time}", time=self.language.time(moment))

    def _asks(self, kind: str, criterion_id: str, before: str, after: str) -> bool:
        """Ask why, where a sheet that has been handed in would change."""
        if self.state.submitted_at is None or before == after:
            return False
        self._pending = (kind, criterion_id, after)
        self.scale.ask(criterion_id, self.language.say(question_of(kind, self._name(criterion_id), before, after)))
        return True

    def _answer(self, criterion_id: str, why: str | None) -> None:
        pending, self._pending = self._pending, None
        if pending is None or why is None:
            self.scale.notes = dict(self.state.notes)
            return
        kind, _, after = pending
        if not why.strip():
            before = self._values().get(criterion_id, "") if kind == "rating" else ""
            self._pending = pending
            sentence = question_of(kind, self._name(criterion_id), before, after)
            self.scale.ask(criterion_id, self.language.say(sentence), self.language("Write the reason first."))
            return
        with shown_on(self.status):
            (self.state.rate if kind == "rating" else self.state.note)(criterion_id, after, why)
            self.status.clear()
            self.scale.stamps = {**self.scale.stamps, criterion_id: self._saved()}
        self.scale.values, self.scale.notes = self._values(), dict(self.state.notes)

    def _offer_undo(self, criterion_id: str, before: str, value: str) -> None:
        if before == value:
            return
        words = self.language.say(change_words(self._name(criterion_id), before, value))
        self.undo.offer(words, lambda: self._take_back(criterion_id, before))

    def _take_back(self, criterion_id: str, before: str) -> None:
        if before:
            self.scale.rate(criterion_id, before)
        else:
            with shown_on(self.status):
                self.state.take_back(criterion_id)
                self.status.clear()
            self.scale.values = self._values()
            self.scale.stamps = {**self.scale.stamps, criterion_id: self._saved()}
        self.undo.dismiss()  # what was taken back is not offered to be brought back

    def _hand_in(self, overall: int | None) -> None:
        with shown_on(self.status):
            self.status.clear()
            self.undo.dismiss()
            self.end.say_open([])
            missing = [self._name(criterion_id) for criterion_id in self.state.missing]
            if missing:
                self.end.say_open(missing)
                self.scale.lacking = self.state.missing
                self.scale.lead_to(self.state.missing[0])
                return
            self.state.hand_in(overall)

    def _judge(self, overall: int, why: str) -> None:
        with shown_on(self.status):
            self.state.judge(overall, why)
            self.status.clear()

    def _go_on(self) -> None:
        with shown_on(self.status):
            goal = self.state.next_sheet()
            if goal is not None:
                self.go_to(*goal)
                self.scale.lead_to(self.state.rubric.criteria[0].id)

    def _name(self, criterion_id: str) -> Mapping[str, str]:
        return next(criterion.name for criterion in self.state.rubric.criteria if criterion.id == criterion_id)

    def _values(self) -> dict[str, str]:
        return {criterion: rating_words(rating) for criterion, rating in self.state.sheet.items()}

    def _show_sheet(self, _change: object = None) -> None:
        pick = self.language.pick
        self.undo.dismiss()
        self._pending = None
        self.scale.show(scale_items(self.state.rubric, self.language), self._values(), self.state.notes)
        self.brief.value = scenario_brief(
            self.state.scenario, self.language, self._lessons.get(self.state.scenario_id, ())
        )
        stages = [(pick(name), minutes) for name, minutes in self.state.scenario.stages]
        self.timer.show(f"{self._workshop_id}/{self.state.scenario_id}/{self.state.rep_id}", stages)
        self.end.begin(self.state.overall)
        self._show_progress()

    def _show_progress(self, _change: object = None) -> None:
        say, state = self.language, self.state
        done, total = len(state.sheet), len(state.rubric.criteria)
        words = say("{done} of {total} criteria rated.", done=done, total=total)
        if state.submitted_at is not None:
            more = say("Handed in at {time}.", time=say.time(self._local_time(state.submitted_at)))
        elif state.missing:
            more = say.count(
                "{count} mandatory criterion is still open.",
                "{count} mandatory criteria are still open.",
                len(state.missing),
            )
        else:
            more = say("All mandatory criteria are rated.")
        self.progress.value = Markup("<p class='coach-quiet' role='status'>{} {}</p>").format(words, more)
        kind = KINDS.get(state.scenario.kind)
        tag = Markup("<span class='coach-tag'>{}</span>").format(say.say(kind)) if kind else ""
        self.here.value = Markup("<p class='coach-sheet-rep'><strong>{}</strong> <span>{}</span> {}</p>").format(
            self._names[state.rep_id], say.pick(state.scenario.name), tag
        )
        names = {criterion.id: criterion.name for criterion in state.rubric.criteria}
        late = [say.say(late_words(change, names.get(change.criterion_id))) for change in state.late]
        goal = state.next_sheet()
        onward = "" if goal is None else say(
            "Next: {rep}, {scenario}", rep=self._names[goal[0]], scenario=say.pick(state.forms[goal[1]][0].name)
        )  # fmt: skip
        self.end.show(state.submitted_at is not None, state.overall, late, onward)
