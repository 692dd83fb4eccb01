"""The form a trainer makes a calibration session with: performance and expert key."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from toolkit.controls.actions import guarded
from toolkit.controls.choices import Choice
from toolkit.controls.fields import DateField, TextArea, TextField
from toolkit.controls.page import Panel, button, card, choice, heading, row
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.roleplay.calibration.performance import Key, KeyRating, Performance, check_key
from toolkit.roleplay.calibration.report import level_words
from toolkit.roleplay.rubric import Rubric
from toolkit.wording import text

Create = Callable[[dict[str, str], dt.date | None, str, str, dict[str, str], Key], None]
_UNRATED = "unrated"


class CalibrationForm(Panel):
    """Name, day, scenario, performance, and per criterion the expert's rating and reason.

    `scenarios` maps scenario_id to its name and rubric_id, `rubrics` rubric_id to the rubric. A `Performance` that is
    chosen fills the form in; words left as they came stay bilingual, words changed by hand are the same in
    both languages. `on_create` gets name, day, scenario_id, rubric_id, performance and key.
    """

    def __init__(
        self,
        scenarios: Mapping[str, tuple[Mapping[str, str], str]],
        rubrics: Mapping[str, Rubric],
        performances: Sequence[Performance],
        on_create: Create,
        *,
        today: dt.date,
        language: str = "en",
    ):
        say = self.language = Language(language)
        self._scenarios, self._rubrics, self._on_create = scenarios, rubrics, on_create
        self._performances = {one.id: one for one in performances}
        self.status = StatusLine(say)
        own = (say("A performance of your own"), None)
        self.pattern = choice(
            say("Performance to start from"),
            [own, *((say.pick(one.name), one.id) for one in performances)],
            guarded(self.status, self._fill),
        )
        self.name = TextField(say("Name of the session"), required=True, longest=160)
        self.day = DateField(say("Day"), today, language=say, required=True)
        self.scenario = choice(
            say("Scenario"),
            [(say.pick(name), scenario_id) for scenario_id, (name, _) in scenarios.items()],
            guarded(self.status, lambda _value: self._show_key()),
        )
        self.words = TextArea(
            say("What was said, or the title or address of a recording"), required=True, rows=12, longest=20_000
        )
        self.words.add_class("coach-wide")
        self.ratings: dict[str, Choice] = {}
        self.reasons: dict[str, TextArea] = {}
        self._rows = widgets.VBox()
        self._rows.add_class("coach-panel")
        self.create = button(say("Create session"), guarded(self.status, self._create), primary=True)
        super().__init__(
            [
                card(
                    heading(
                        say("New calibration session"),
                        say("All raters score one performance blind and then compare with your key. * is needed."),
                    ),
                    row(self.pattern),
                    row(self.name, self.day, self.scenario),
                    self.words,
                ),
                card(
                    heading(
                        say("The expert key"),
                        say("A rating and the reason for it: the reason is what raters learn from."),
                    ),
                    self._rows,
                    row(self.create),
                    self.status,
                ),
            ]
        )
        self._show_key()

    def _show_key(self) -> None:
        """Offer the criteria of the chosen scenario's rubric, and keep what is filled in while it is the same one."""
        if self.scenario.value is None:
            return
        say, rubric = self.language, self._rubrics[self._scenarios[self.scenario.value][1]]
        if list(self.ratings) == [criterion.id for criterion in rubric.criteria]:
            return
        self.ratings, self.reasons, rows = {}, {}, []
        for criterion in rubric.criteria:
            levels: list[tuple[str, Any]] = [(say("Choose a level"), _UNRATED)]
            levels += [(level_words(criterion, level, say), float(level)) for level in range(1, 6)]
            name = say.pick(criterion.name)
            self.ratings[criterion.id] = Choice(name, [*levels, (say("Not observed"), None)], _UNRATED)
            reason = TextArea(say("Reason: {criterion}", criterion=name), rows=2, longest=1000)
            reason.add_class("coach-wide")
            self.reasons[criterion.id] = reason
            rows.append(row(self.ratings[criterion.id], reason))
        self._rows.children = rows

    def _fill(self, performance_id: str | None) -> None:
        if performance_id is None:
            return
        one, pick = self._performances[performance_id], self.language.pick
        self.name.put(pick(one.name))
        self.scenario.value = one.scenario_id
        self.words.put(pick(one.words).strip())
        self._show_key()
        for criterion_id, key in one.key.items():
            if criterion_id in self.ratings:
                self.ratings[criterion_id].value = key.rating
                self.reasons[criterion_id].put(pick(key.reason))

    def _create(self) -> None:
        rubric_id = self._scenarios[self.scenario.value][1] if self.scenario.value else ""
        if not self.name.value.strip() or self.day.value is None or not rubric_id:
            raise InputError(text("A calibration session needs a name and a day."))
        if not self.words.value.strip():
            raise InputError(
                text("A calibration session needs a performance to rate."),
                remedy=text("Paste what was said, or the title or address of a recording everybody can open."),
            )
        pattern = self._performances.get(self.pattern.value or "")
        key = {}
        for criterion_id, control in self.ratings.items():
            if control.value == _UNRATED:
                raise InputError(
                    text("The key has no rating for “{criterion}”.", criterion=control.label),
                    remedy=text("Raters learn from the reason: give each criterion a rating and say what it rests on."),
                )
            known = pattern.key[criterion_id].reason if pattern and criterion_id in pattern.key else None
            key[criterion_id] = KeyRating(control.value, self._both(self.reasons[criterion_id].value, known))
        check_key(key, self._rubrics[rubric_id])
        name = self._both(self.name.value, pattern.name if pattern else None)
        words = self._both(self.words.value, pattern.words if pattern else None)
        self._on_create(name, self.day.value, self.scenario.value, rubric_id, words, key)
        self.status.say(
            text("Created. The raters find it under “Calibration”; you lead it and see all sheets."), "good"
        )

    def _both(self, words: str, known: Mapping[str, str] | None) -> dict[str, str]:
        """Return the words in both languages: the known pair if they are unchanged, else the same twice."""
        words = words.strip()
        if known is not None and words == self.language.pick(known).strip():
            return {code: one.strip() for code, one in known.items()}
        return {"en": words, "zh": words}
