"""“Did it work” as widgets on plain tables."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets
import pandas as pd

from toolkit.controls.actions import guarded
from toolkit.controls.data_table import Column, DataTable, columns_of
from toolkit.controls.fields import CheckField, DateField, NumberField, refuse_problems
from toolkit.controls.page import Panel, button, card, choice, heading, row
from toolkit.controls.person_picker import SeveralPicker, people_entries
from toolkit.controls.status_line import StatusLine
from toolkit.controls.tabs import Tabs
from toolkit.errors import InputError, NotEnoughData
from toolkit.language import Language
from toolkit.plans.activity_gains import expected_gains
from toolkit.plans.outcome import report
from toolkit.plans.outcome.study import Levels, Question, judge_activities, measure
from toolkit.plans.report import Catalogue
from toolkit.plans.uplift_result import Uplift
from toolkit.wording import counted, text

Names = Mapping[str, Mapping[str, str]]
Measured = Callable[[dt.date, dt.date | None], tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]]
Starts = Mapping[str, tuple[int | None, pd.DataFrame]]
_FIRST_WEEKS = 26


class OutcomeView(Panel):
    """Measure what people gained between two days, judge activities by it, and update the catalogue.

    `people`: person_id and name; `measured(day, since)` gives SkillLevels of them on a day from what was seen after
    `since` (None = ever), those of everybody estimated together, and the Evidence behind the former. `done`: person_id,
    activity_id and done_on. `starts`: by activity the seed and table (person_id, starts, compared) of a recorded fair start.
    `prior`: gains first expected (activity_id, competency_id, gain), by default those of the catalogue. `earlier()` gives
    what earlier looks back observed; see `judge_activities`.
    `on_update(updated, first, last)` writes gains into the catalogue and returns how many activities changed.
    """

    def __init__(
        self,
        people: pd.DataFrame,
        activities: pd.DataFrame,
        names: Names,
        measured: Measured,
        *,
        today: dt.date,
        done: pd.DataFrame | None = None,
        starts: Starts | None = None,
        prior: pd.DataFrame | None = None,
        earlier: Callable[[], pd.DataFrame | None] = lambda: None,
        language: str = "en",
        on_update: Callable[[pd.DataFrame, dt.date, dt.date], int] | None = None,
    ):
        self.people, self.activities, self.names, self.today = people, activities, names, today
        self.done = pd.DataFrame(columns=["person_id", "activity_id", "done_on"]) if done is None else done
        self.starts, self.prior = dict(starts or {}), prior
        self._measured, self._earlier, self._on_update = measured, earlier, on_update
        self._proposed: tuple[str, ...] = ()
        self._called = dict(zip(people["person_id"], people["name"], strict=True))
        self.found: Uplift | None = None
        self.updated = pd.DataFrame()
        self.asked: Question | None = None
        say = self.language = Language(language)
        self.catalogue = Catalogue(activities, say)
        self.status = StatusLine(say)
        self._make_inputs()
        self._make_results()
        super().__init__([self.inputs, self.status, self.results])

    def _make_inputs(self) -> None:
        say = self.language
        counts = self.done.groupby("activity_id")["person_id"].nunique()
        options = [(say("No single activity: these people"), "")]
        for one in sorted(
            self.activities["activity_id"], key=lambda one: (-counts.get(one, 0), self.catalogue.name(one))
        ):
            if counts.get(one, 0):
                words = say.count("{name} (done by {count} person)", "{name} (done by {count} people)",
                                  int(counts[one]), name=self.catalogue.name(one))  # fmt: skip
            else:
                words = self.catalogue.name(one)
            options.append((words, one))
        self.activity = choice(say("Activity"), options, guarded(self.status, self._choose))
        self.cohort = SeveralPicker(say("People who took part"), people_entries(self.people), language=say)
        needed: dict[str, Any] = {"language": say, "required": True, "latest": self.today}
        self.first = DateField(say("Last day before it began"), self.today - dt.timedelta(weeks=_FIRST_WEEKS), **needed)
        self.last = DateField(say("Measured up to"), self.today, **needed)
        for day in (self.first, self.last):
            day.on_change(guarded(self.status, self._follow_days))
        self.worthwhile = NumberField(
            say("Smallest gain worth the effort (levels)"), 0.2, least=0, most=4, step=0.1, language=say, required=True
        )
        self.picked = CheckField(say("They were picked because they scored low"))
        self.compare = CheckField(say("Compare with those who did not take part"), True)
        self.make = button(say("Measure the gain"), guarded(self.status, self._measure), primary=True)
        about = say(
            "Levels before and after are estimated from different observations, net of how hard raters were and of what "
            "chance alone would undo."
        )
        self.inputs = card(
            heading(say("Did it work?"), about),
            row(self.activity, self.first, self.last, self.worthwhile),
            self.cohort,
            row(self.picked, self.compare, self.make),
        )

    def _make_results(self) -> None:
        say = self.language
        self.summary = widgets.HTML()
        shown: dict[str, Any] = {"people": "number", "others": "number", "before": "number", "after": "number",
                                 "seen": "number", "regression": "number", "gain": "number"}  # fmt: skip
        self.figures = DataTable(_fine(columns_of(report.FIGURE_LABELS, say, **shown)), language=say,
                                 caption=say("Gain by competency"))  # fmt: skip
        marks = {"moved": report.moved_marks(say)}
        columns = _fine(columns_of(report.PERSON_LABELS, say, marks=marks, gain="number", sd="number"))
        self.persons = DataTable(columns, language=say, caption=say("Person by person"))
        marks = {"verdict": report.verdict_marks(say)}
        numbers: dict[str, Any] = {"people": "number", "expected": "number", "updated": "number"}
        self.verdicts = DataTable(_fine(columns_of(report.VERDICT_LABELS, say, marks=marks, **numbers)), language=say,
                                  caption=say("Which activities work"))  # fmt: skip
        numbers |= {"observed": "number", "weight": "percent"}
        self.gains = DataTable(_fine(columns_of(report.GAIN_LABELS, say, **numbers)), language=say,
                               caption=say("What the catalogue would say"))  # fmt: skip
        self.unsaid = StatusLine(say)
        self.update = button(say("Update the catalogue"), guarded(self.status, self._update), primary=True)
        self.update.layout.display = None if self._on_update else "none"
        self.tabs = Tabs(
            {
                say("Together"): Panel([card(self.summary), self.figures], styled=False),
                say("Person by person"): self.persons,
                say("Activities"): Panel([self.unsaid, self.verdicts, self.gains, row(self.update)], styled=False),
            },
            label=say("What was gained"),
        )
        self.results = Panel([self.tabs], styled=False)
        self.results.layout.display = "none"

    def _choose(self, activity_id: str | None) -> None:
        if not activity_id:
            return
        if activity_id in self.starts:
            table = self.starts[activity_id][1]
            chosen = list(table.loc[(table["starts"] == "now") & table["compared"], "person_id"])
        else:
            took = self._done_between()
            chosen = list(took.loc[took["activity_id"] == activity_id, "person_id"])
        if chosen:
            # Plans pick by the gap; a lot does not.
            self.picked.put(activity_id not in self.starts)
        if chosen or tuple(self.cohort.value) == self._proposed:
            self.cohort.value = self._proposed = tuple(one for one in chosen if one in self._called)

    def _follow_days(self, _day: object) -> None:
        """Propose who took part between the days as they are now, unless people were chosen by hand."""
        if tuple(self.cohort.value) == self._proposed:
            self._choose(self.activity.value)

    def question(self) -> Question:
        """Return what stands in the fields as a question."""
        refuse_problems(self.first, self.last, self.worthwhile)
        if self.first.value is None or self.last.value is None:
            raise InputError(text("Two days are needed."), remedy=text("Choose both dates."))
        others, randomised = self._others() if self.compare.value else ((), False)
        return Question(
            tuple(self.cohort.value),
            self.first.value,
            self.last.value,
            others,
            randomised,
            self.picked.value,
            float(self.worthwhile.value),
        )

    def _others(self) -> tuple[tuple[str, ...], bool]:
        """Return who waited by a recorded start, or everybody who did not take part, and whether a lot decided."""
        cohort = set(self.cohort.value)
        start = self.starts.get(self.activity.value or "")
        if start is not None:
            table = start[1][start[1]["compared"]]
            if cohort <= set(table.loc[table["starts"] == "now", "person_id"]):
                later = table.loc[table["starts"] == "later", "person_id"]
                return tuple(one for one in later if one in self._called), start[0] is not None
        took = self._done_between()
        part = set(took.loc[took["activity_id"] == self.activity.value, "person_id"]) | cohort
        return tuple(one for one in self._called if one not in part), False

    def _done_between(self) -> pd.DataFrame:
        first, last = pd.Timestamp(self.first.value or self.today), pd.Timestamp(self.last.value or self.today)
        days = pd.to_datetime(self.done["done_on"])
        inside = (days > first) & (days <= last)
        return self.done.loc[inside, ["person_id", "activity_id"]].drop_duplicates()

    def _levels(self, question: Question) -> tuple[Levels, Levels, list[str]]:
        own, everybody, _ = self._measured(question.first, None)
        later, all_later, evidence = self._measured(question.last, question.first)
        sources = evidence.loc[evidence["person_id"].isin(question.cohort), "source"].unique()
        return (own, everybody), (later, all_later), list(sources)

    def _measure(self) -> None:
        self.results.layout.display = "none"
        self.status.clear()
        question = self.question()
        before, after, sources = self._levels(question)
        measured = set(before[0]["person_id"]) & set(after[0]["person_id"])
        short = question.others and len(measured & set(question.others)) < 3
        if short:
            question = Question(
                question.cohort, question.first, question.last, (), False, question.picked, question.worthwhile
            )
        self.asked = question
        self.found = measure(question, before, after, sources)
        say = self.language
        self.summary.value = report.uplift_summary(self.found, say)
        self.figures.show(report.figure_table(self.found, self.names, say))
        self.persons.show(report.person_table(self.found, self._called, self.names, say))
        self._judge(question, before, after)
        self.results.layout.display = None
        if short:
            self.status.say(
                text("Too few of the others were measured twice to compare with, so this is before and after alone."),
                "info",
            )

    def _judge(self, question: Question, before: Levels, after: Levels) -> None:
        done = self._done_between()
        if self.activity.value:
            here = pd.DataFrame({"person_id": question.cohort, "activity_id": self.activity.value})
            done = pd.concat([done, here]).drop_duplicates(ignore_index=True)
        expected = expected_gains(self.activities)
        if self.prior is not None and len(self.prior):
            expected = pd.concat([self.prior, expected]).drop_duplicates(
                ["activity_id", "competency_id"], ignore_index=True
            )
        self.unsaid.clear()
        self.updated = pd.DataFrame()
        try:
            outcome = judge_activities(done, expected, question.first, question.last, before, after, self._earlier())
        except NotEnoughData as error:
            self.unsaid.fail(error)
        else:
            self.updated = outcome.updated
            if not outcome.compared:
                self.unsaid.say(
                    text(
                        "Too few people without any activity were measured, so what everybody gained anyway counts as the "
                        "activities' here."
                    )
                )
            self.verdicts.show(report.verdict_table(outcome.verdicts, self.catalogue, self.language))
            self.gains.show(report.gain_table(outcome.updated, self.catalogue, self.names, self.language))
        some = len(self.updated) and bool((self.updated["people"] > 0).any())
        for part in (self.verdicts, self.gains):
            part.layout.display = None if len(self.updated) else "none"
        self.update.disabled = not some

    def _update(self) -> None:
        if self._on_update is None or self.asked is None or self.updated.empty:
            return
        count = self._on_update(self.updated, self.asked.first, self.asked.last)
        self.update.disabled = True
        self.status.say(
            counted(
                "The gains of {count} activity were updated.", "The gains of {count} activities were updated.", count
            ),
            "good",
        )


def _fine(columns: list[Column]) -> list[Column]:
    """Return the columns with two decimals for levels."""
    from dataclasses import replace

    counts = {"people", "others"}
    return [replace(one, digits=2) if one.kind == "number" and one.name not in counts else one for one in columns]
