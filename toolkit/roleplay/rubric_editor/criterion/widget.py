"""The fields of one criterion: names, question, five levels in both languages, weight and competency shares."""

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets

from toolkit.controls.choices import Choice
from toolkit.controls.fields import CheckField, Field, NumberField, TextArea, TextField
from toolkit.controls.page import Panel, card, heading, prose, row
from toolkit.language import CODES, Code, Language
from toolkit.roleplay.rubric_editor.checks import LEVELS
from toolkit.wording import Text, text

_PAIRS = 3
_NAME_WORDS = {"en": text("Name, English"), "zh": text("Name, Chinese")}
_QUESTION_WORDS = {"en": text("Question, English"), "zh": text("Question, Chinese")}


class CriterionFields(Panel):
    """Shows one criterion at a time; `on_change(parts)` is told what of it a person changed."""

    def __init__(
        self,
        competencies: Mapping[str, Mapping[str, str]],
        on_change: Callable[[dict[str, Any]], None],
        *,
        language: Language,
    ):
        say = self.language = language
        self._on_change, self._filling = on_change, False
        self.name = {code: TextField(say.say(_NAME_WORDS[code]), longest=120) for code in CODES}
        self.question = {code: TextArea(say.say(_QUESTION_WORDS[code]), rows=2, longest=400) for code in CODES}
        self.levels = {
            (level, code): TextArea(say.say(_level_words(level, code)), rows=2, longest=400)
            for level in reversed(LEVELS)
            for code in CODES
        }
        for field in (*self.question.values(), *self.levels.values()):
            field.add_class("coach-wide")
        self.weight = NumberField(say("Weight"), 1.0, language=say, least=0.01, most=100, required=True)
        self.mandatory = CheckField(say("Mandatory"))
        offered = [(say("— none —"), None), *((say.pick(name), one) for one, name in competencies.items())]
        self._offered = offered
        self.shares: list[tuple[Choice, NumberField]] = []
        self._share_rows = widgets.VBox()
        self._share_rows.add_class("coach-panel")
        self.id = widgets.HTML()
        super().__init__(
            [
                card(
                    heading(say("The criterion"), level=3),
                    self.id,
                    row(*self.name.values()),
                    row(*self.question.values()),
                    row(self.weight, self.mandatory),
                ),
                card(
                    heading(
                        say("What is seen at each level"),
                        say("One behaviour that one can see or hear. 5 is highest."),
                        level=3,
                    ),
                    *(row(*(self.levels[level, code] for code in CODES)) for level in reversed(LEVELS)),
                ),
                card(
                    heading(
                        say("Competencies"),
                        say("What this criterion is evidence for; the shares add up to 1."),
                        level=3,
                    ),
                    self._share_rows,
                ),
            ],
            styled=False,
        )
        self._more_pairs(_PAIRS)
        for code in CODES:
            self._follow(self.name[code], lambda: {"name": self._both(self.name)})
            self._follow(self.question[code], lambda: {"question": self._both(self.question)})
        for field in self.levels.values():
            self._follow(field, lambda: {"levels": self._levels()})
        self._follow(self.weight, lambda: {"weight": self.weight.value})
        self._follow(self.mandatory, lambda: {"mandatory": self.mandatory.value})

    def show(self, criterion: Mapping[str, Any]) -> None:
        """Fill the fields with a criterion of a `RubricDraft`."""
        self._filling = True
        try:
            self.id.value = prose(self.language("Id: {id}. It stays as it is.", id=criterion["id"]), quiet=True).value
            for code in CODES:
                self.name[code].put(criterion["name"][code])
                self.question[code].put(criterion["question"][code])
            for (level, code), field in self.levels.items():
                field.put(criterion["levels"][level][code])
            weight = criterion["weight"]
            self.weight.put(None if weight is None else float(weight))
            self.mandatory.put(criterion["mandatory"])
            shares = list(criterion["competencies"].items())
            self._more_pairs(len(shares))
            for at, (competency, share) in enumerate(self.shares):
                known, part = shares[at] if at < len(shares) else (None, None)
                options = list(self._offered)
                if known not in [value for _, value in options]:
                    options.append((str(known), known))
                competency.offer(options, known)
                share.put(None if part is None else float(part))
        finally:
            self._filling = False

    def _more_pairs(self, count: int) -> None:
        """Have at least `count` rows for competency and share."""
        say = self.language
        while len(self.shares) < count:
            number = len(self.shares) + 1
            competency = Choice(say("Competency {number}", number=number), self._offered, None)
            share = NumberField(say("Share {number}", number=number), language=say, least=0, most=1, step=0.1)
            self.shares.append((competency, share))
            for field in (competency, share):
                self._follow(field, lambda: {"competencies": self._competencies()})
            self._share_rows.children = [*self._share_rows.children, row(competency, share)]

    def _follow(self, field: Field, changed: Callable[[], dict[str, Any]]) -> None:
        def tell(_value: Any) -> None:
            if not self._filling:
                self._on_change(changed())

        field.on_change(tell)

    def _both(self, fields: Mapping[Code, Any]) -> dict[str, str]:
        return {code: str(field.value).strip() for code, field in fields.items()}

    def _levels(self) -> dict[int, dict[str, str]]:
        return {level: {code: self.levels[level, code].value.strip() for code in CODES} for level in LEVELS}

    def _competencies(self) -> dict[str, float]:
        """Return the shares; of a competency chosen twice they add up, one without a share counts nothing."""
        found: dict[str, float] = {}
        for competency, share in self.shares:
            if competency.value is not None:
                found[competency.value] = found.get(competency.value, 0.0) + float(share.value or 0)
        return found


def _level_words(level: int, code: Code) -> Text:
    return text("Level {level}, English", level=level) if code == "en" else text("Level {level}, Chinese", level=level)
