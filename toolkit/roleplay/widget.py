"""The widgets for scoring role-plays, usable in any notebook on plain tables."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.choices import CheckGroup, Choice
from toolkit.controls.data_table import DataTable, columns_of
from toolkit.controls.fields import DateField, TextField
from toolkit.controls.page import Panel, button, card, choice, heading, row
from toolkit.controls.person_picker import Entry, SeveralPicker
from toolkit.controls.rating_scale import RatingScale
from toolkit.controls.status_line import StatusLine
from toolkit.controls.undo_bar import UndoBar
from toolkit.documents.plain_state import PlainState, StateForm, day, known, list_of, optional, words
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.roleplay.report import LABELS, highest_first, score_rows
from toolkit.roleplay.rubric import Rubric
from toolkit.roleplay.scenario import Scenario
from toolkit.roleplay.scoring import RawScores
from toolkit.roleplay.state import Keep, ScoringState, Sheet
from toolkit.vocabulary import NOT_OBSERVED
from toolkit.wording import counted, text


class RolePlayScorer(PlainState, Panel):
    """Score reps in scenarios, one sheet at a time.

    `forms` maps scenario_id to its (Scenario, Rubric), `reps` has person_id and name. Without
    `fetch` and `keep` (see `ScoringState`) it needs no store. `lessons` stand in the briefs. `ratings` is a Ratings table.
    Its dictionary is that of its `ScoringState`.
    """

    def __init__(
        self,
        forms: Mapping[str, tuple[Scenario, Rubric]],
        reps: pd.DataFrame,
        *,
        rater_id: str = "me",
        language: str = "en",
        fetch: Callable[[str, str], Sheet] | None = None,
        keep: Keep | None = None,
        local_time: Callable[[dt.datetime], dt.datetime] = lambda moment: moment.astimezone(),
        lessons: Mapping[str, Sequence[str]] | None = None,
    ):
        self.language = Language(language)
        self._lessons = lessons or {}
        self.state = ScoringState(forms, list(reps["person_id"]), rater_id=rater_id, fetch=fetch, keep=keep)
        self._local_time = local_time
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
        self.brief = widgets.HTML()
        self.progress = widgets.HTML()
        self.scale = RatingScale(language=say, on_rate=self._rate)
        sheet = card(row(self.scenario, self.rep), self.brief, self.progress)
        super().__init__([sheet, self.status, self.scale, self.undo])
        self.state.observe(self._show_sheet, names=["scenario_id", "rep_id"])
        self.state.observe(self._show_progress, names="sheet")
        if forms and len(reps):
            self._show_sheet()

    @property
    def ratings(self) -> pd.DataFrame:
        """The Ratings given so far."""
        return self.state.ratings

    def to_dict(self) -> dict[str, Any]:
        """Return what is open and, without a store, all ratings; see `ScoringState`."""
        return self.state.to_dict()

    def restore(self, body: object) -> None:
        """Take up what `to_dict` gave; see `ScoringState`."""
        self.state.restore(body)
        self.scenario.value, self.rep.value = self.state.scenario_id or None, self.state.rep_id or None
        if self.state.scenario_id and self.state.rep_id:
            self._show_sheet()

    def _rate(self, criterion_id: str, value: str) -> str:
        before = self._values().get(criterion_id)
        with shown_on(self.status):
            self.undo.dismiss()
            self.state.rate(criterion_id, value)
            self.status.clear()
            self._offer_undo(criterion_id, before, value)
            moment = self._local_time(self.state.saved_at or dt.datetime.now(dt.UTC))
            return self.language("saved {time}", time=self.language.time(moment))
        self.scale.values = self._values()
        return self.language("not saved")

    def _offer_undo(self, criterion_id: str, before: str | None, value: str) -> None:
        """Offer the way back to an earlier rating; to none there is no way, because the store keeps no empty one."""
        if before is None or before == value:
            return
        names = {criterion.id: criterion.name for criterion in self.state.rubric.criteria}
        none = self.language("Not observed")
        words = self.language(
            "Rating of “{criterion}” changed from {before} to {after}.",
            criterion=names[criterion_id],
            before=none if before == NOT_OBSERVED else before,
            after=none if value == NOT_OBSERVED else value,
        )
        self.undo.offer(words, lambda: self._take_back(criterion_id, before))

    def _take_back(self, criterion_id: str, before: str) -> None:
        self.scale.rate(criterion_id, before)
        self.undo.dismiss()  # what was taken back is not offered to be brought back

    def _values(self) -> dict[str, str]:
        return {
            criterion: NOT_OBSERVED if rating is None else str(int(rating))
            for criterion, rating in self.state.sheet.items()
        }

    def _show_sheet(self, _change: object = None) -> None:
        pick, state = self.language.pick, self.state
        items = [
            {
                "id": criterion.id,
                "label": pick(criterion.name),
                "question": pick(criterion.question),
                "mandatory": criterion.mandatory,
                "levels": [pick(criterion.levels[level]) for level in range(1, 6)],
            }
            for criterion in self.state.rubric.criteria
        ]
        self.undo.dismiss()
        self.scale.show(items, self._values())
        self.brief.value = scenario_brief(state.scenario, self.language, self._lessons.get(state.scenario_id, ()))
        self._show_progress()

    def _show_progress(self, _change: object = None) -> None:
        done, total = len(self.state.sheet), len(self.state.rubric.criteria)
        missing = len(self.state.missing)
        words = self.language("{done} of {total} criteria rated.", done=done, total=total)
        if missing:
            more = self.language.count(
                "{count} mandatory criterion is still open.", "{count} mandatory criteria are still open.", missing
            )
        else:
            more = self.language("All mandatory criteria are rated.")
        self.progress.value = Markup("<p class='coach-quiet' role='status'>{} {}</p>").format(words, more)


def scenario_brief(scenario: Scenario, language: Language, lessons: Sequence[str] = ()) -> Markup:
    """Return a scenario's text for raters, folded: setting, briefs, stages with minutes, `lessons` of earlier debriefs."""
    pick = language.pick
    parts = [
        (language("Setting"), pick(scenario.setting)),
        (language("What the rep is told"), pick(scenario.rep_brief)),
        (language("What the role-player is told"), pick(scenario.actor_brief)),
    ]
    body = Markup("").join(Markup("<h2>{}</h2><p style='white-space:pre-line'>{}</p>").format(*part) for part in parts)
    stages = Markup("").join(
        Markup("<li>{}</li>").format(
            language("{stage}: {minutes} min", stage=pick(name), minutes=language.number(minutes, 0))
        )
        for name, minutes in scenario.stages
    )
    title = Markup("<h2>{}</h2>").format(language("Lessons from earlier debriefs")) if lessons else Markup("")
    learnt = title + Markup("").join(Markup("<p>{}</p>").format(words) for words in lessons)
    return Markup("<p>{}</p><details><summary>{}</summary>{}<h2>{}</h2><ol>{}</ol>{}</details>").format(
        pick(scenario.summary), language("Read the scenario"), body, language("Stages"), stages, learnt
    )


class ScoreTable(Panel):
    """The reps' raw scores with raters, sheets and a simple interval.

    It has no state of its own: it shows what `show` is given.
    """

    def __init__(self, *, language: str = "en"):
        say = self.language = Language(language)
        self.table = DataTable(
            columns_of(LABELS, say, raw="number", interval="number", raters="number", sheets="number"),
            language=say,
            caption=say("Raw scores"),
            empty=say("No sheet has been finished in this workshop yet."),
        )
        self.notes = widgets.HTML()
        super().__init__([self.table, self.notes])

    def show(self, scores: RawScores, names: dict[str, str], unfinished: int = 0) -> None:
        """Show `scores`; `names` gives the words for rep ids, `unfinished` counts sheets left out."""
        say = self.language
        waiting = say.count(
            "{count} sheet is left out, because mandatory criteria are still open on it.",
            "{count} sheets are left out, because mandatory criteria are still open on them.",
            unfinished,
        )
        left_out = Markup("<p class='coach-quiet'>{}</p>").format(waiting) if unfinished else Markup("")
        reps = highest_first(scores)
        sort = {"raw": reps["raw"], "interval": reps["low"]}
        self.table.show(score_rows(scores, names, say), ids=reps["rep_id"], sort=sort)
        if scores.reps.empty:
            self.notes.value = left_out
            return
        note = scores.note or text(
            "The interval comes from how much sheets on the same rep differ, pooled over all reps. "
            "Raw means are not corrected for hard or lenient raters: do not rank by small differences."
        )
        self.notes.value = left_out + Markup("<p class='coach-quiet'>{}</p>").format(say.say(note))


_WORKSHOP = StateForm(
    "WorkshopForm",
    1,
    {
        "name": words,
        "day": optional(day),
        "scenario_ids": list_of(words),
        "rep_ids": list_of(words),
        "rater_ids": list_of(words),
    },
)


class WorkshopForm(PlainState, Panel):
    """A form for a new workshop; `on_create` gets name, day, scenario ids, rep ids and rater ids.

    Its dictionary holds what is filled in, people and scenarios by their ids.
    """

    def __init__(
        self,
        scenarios: Sequence[tuple[str, str]],
        people: Sequence[Entry],
        raters: Sequence[Entry],
        on_create: Callable[[str, dt.date | None, list[str], list[str], list[str]], None],
        *,
        today: dt.date,
        language: str = "en",
    ):
        say = self.language = Language(language)
        self.status = StatusLine(say)
        self.name = TextField(say("Name of the workshop"), required=True, longest=160)
        self.day = DateField(say("Day"), today, language=say, required=True)
        self.scenarios = CheckGroup(say("Scenarios"), scenarios, required=True)
        self.reps = SeveralPicker(say("Reps"), people, language=say, required=True)
        self.raters = SeveralPicker(say("Raters"), raters, language=say, required=True)
        self._on_create = on_create
        self.create = button(say("Create workshop"), guarded(self.status, self._create), primary=True)
        super().__init__(
            [
                card(
                    heading(say("New workshop"), say("Who plays what, and who rates whom. * is needed.")),
                    row(self.name, self.day),
                    row(self.scenarios),
                    row(self.reps, self.raters),
                    row(self.create),
                    self.status,
                )
            ]
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what is filled in."""
        return _WORKSHOP.write(
            name=self.name.value,
            day=self.day.value.isoformat() if self.day.value else None,
            **{name: list(control.value) for name, control in self._lists().items()},
        )

    def restore(self, body: object) -> None:
        """Fill the form in; every scenario and person must be on offer."""
        found = _WORKSHOP.read(body)
        for name, control in self._lists().items():
            known(found[name], [value for _, value in control.options], name)
        if len(found["name"]) > self.name.longest:
            raise InputError(text("The name of the workshop is too long."))
        self.name.put(found["name"])
        self.day.put(found["day"])
        for name, control in self._lists().items():
            control.put(tuple(found[name]))

    def _lists(self) -> dict[str, CheckGroup | SeveralPicker]:
        return {"scenario_ids": self.scenarios, "rep_ids": self.reps, "rater_ids": self.raters}

    def _create(self) -> None:
        chosen = [list(control.value) for control in (self.scenarios, self.reps, self.raters)]
        self._on_create(self.name.value.strip(), self.day.value, *chosen)
        self.status.say(counted("Created, with {count} rep.", "Created, with {count} reps.", len(chosen[1])), "good")
