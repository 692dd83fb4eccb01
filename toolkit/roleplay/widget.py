"""The widgets around role-plays, usable in any notebook on plain tables."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets
from markupsafe import Markup

from toolkit.controls.actions import guarded
from toolkit.controls.choices import CheckGroup
from toolkit.controls.data_table import DataTable, columns_of
from toolkit.controls.fields import CheckField, DateField, TextField
from toolkit.controls.page import Panel, button, card, heading, row
from toolkit.controls.person_picker import Entry, SeveralPicker
from toolkit.controls.status_line import StatusLine
from toolkit.documents.plain_state import PlainState, StateForm, day, known, list_of, optional, words, yes_or_no
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.roleplay.report import LABELS, highest_first, score_rows
from toolkit.roleplay.rubric import Rubric
from toolkit.roleplay.scenario import Scenario
from toolkit.roleplay.scoring import RawScores
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW
from toolkit.wording import counted, text


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


def scale_items(rubric: Rubric, language: Language) -> list[dict[str, Any]]:
    """Return the criteria of a rubric as the rating scale shows them: question and behaviour words of each level."""
    pick = language.pick
    return [
        {
            "id": criterion.id,
            "label": pick(criterion.name),
            "question": pick(criterion.question),
            "mandatory": criterion.mandatory,
            "levels": [pick(criterion.levels[level]) for level in range(int(SCALE_LOW), int(SCALE_HIGH) + 1)],
        }
        for criterion in rubric.criteria
    ]


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
    2,
    {
        "name": words,
        "day": optional(day),
        **dict.fromkeys(("scenario_ids", "rep_ids", "rater_ids"), list_of(words)),
        "certifies": yes_or_no,
    },
)


class WorkshopForm(PlainState, Panel):
    """A form for a new workshop; `on_create` gets name, day, scenario ids, rep ids and rater ids.

    Its dictionary holds what is filled in, by ids, `certifies` included.
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
        self.certifies = CheckField(say("This workshop certifies"), hint=say("Reps pass or fail by a pass mark."))
        self._on_create = on_create
        self.create = button(say("Create workshop"), guarded(self.status, self._create), primary=True)
        super().__init__(
            [
                card(
                    heading(say("New workshop"), say("Who plays what, and who rates whom. * is needed.")),
                    row(self.name, self.day),
                    row(self.scenarios),
                    row(self.reps, self.raters),
                    row(self.certifies),
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
            certifies=self.certifies.value,
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
        self.certifies.put(found["certifies"])
        for name, control in self._lists().items():
            control.put(tuple(found[name]))

    def _lists(self) -> dict[str, CheckGroup | SeveralPicker]:
        return {"scenario_ids": self.scenarios, "rep_ids": self.reps, "rater_ids": self.raters}

    def _create(self) -> None:
        chosen = [list(control.value) for control in (self.scenarios, self.reps, self.raters)]
        self._on_create(self.name.value.strip(), self.day.value, *chosen)
        self.status.say(counted("Created, with {count} rep.", "Created, with {count} reps.", len(chosen[1])), "good")
