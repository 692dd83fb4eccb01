"""The widget for writing a rubric, usable in any notebook."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.actions import guarded
from toolkit.controls.data_table import Action, Column, DataTable, Mark
from toolkit.controls.fields import TextField
from toolkit.controls.page import Panel, button, card, choice, row
from toolkit.controls.status_line import StatusLine
from toolkit.controls.undo_bar import UndoBar
from toolkit.documents.plain_state import PlainState
from toolkit.errors import InputError
from toolkit.language import CODES, Language
from toolkit.roleplay.rubric_editor.checks import Finding, refusals, weight_sum
from toolkit.roleplay.rubric_editor.criterion.widget import CriterionFields
from toolkit.roleplay.rubric_editor.state import RubricDraft
from toolkit.wording import Text, text

_NAME_WORDS = {"en": text("Name of the rubric, English"), "zh": text("Name of the rubric, Chinese")}


class RubricEditor(PlainState, Panel):
    """Write a rubric with checks while typing; `on_publish(content)` gets it once nothing is refused.

    `body` is a rubric's content (see `Rubric.from_content`), `competencies` bilingual names by id, `taken` ids of criteria
    that other versions used. `draft` is the `RubricDraft` behind it; its dictionary is that of the draft.
    """

    def __init__(
        self,
        body: Mapping[str, Any],
        competencies: Mapping[str, Mapping[str, str]],
        *,
        on_publish: Callable[[dict[str, Any]], Text] | None = None,
        taken: Iterable[str] = (),
        language: str = "en",
    ):
        say = self.language = Language(language)
        self.draft = RubricDraft(body, competencies, taken=taken)
        self._on_publish, self._filling = on_publish, False
        self.status, self.undo = StatusLine(say), UndoBar(language=say)
        self.name = {code: TextField(say.say(_NAME_WORDS[code]), longest=120, required=True) for code in CODES}
        for field in self.name.values():
            field.on_change(lambda _value: self._rename())
        walk = [say("Previous"), say("Next")]
        self.criterion = choice(say("Criterion"), [], lambda _value: self._show_criterion())
        self.criterion.walk = walk
        act = {
            "add": button(say("Add a criterion"), guarded(self.status, self._add)),
            "up": button(say("Move up"), guarded(self.status, lambda: self._move(-1))),
            "down": button(say("Move down"), guarded(self.status, lambda: self._move(1))),
            "remove": button(say("Remove this criterion"), guarded(self.status, self._remove)),
        }
        self.act = act
        self.fields = CriterionFields(competencies, self._changed, language=say)
        self.sum = widgets.HTML()
        marks = {"refusal": Mark(say("must be mended"), "bad"), "warning": Mark(say("hint"), "warn")}
        self.findings = DataTable(
            [
                Column("severity", say("Kind of remark"), "mark", marks=marks),
                Column("where", say("Where")),
                Column("message", say("What")),
                Column("remedy", say("What to do")),
            ],
            language=say,
            caption=say("Checks"),
            empty=say("Nothing to mend: all levels are filled in both languages and the shares add up."),
            on_action=lambda row_id, _action: self._go_to(row_id),
        )
        self.publish = button(say("Publish as a new version"), guarded(self.status, self._publish), primary=True)
        # In a notebook without a store there is nowhere to publish to.
        self.publish.layout.display = None if on_publish else "none"
        super().__init__(
            [
                card(row(*self.name.values()), row(self.criterion), row(*act.values()), self.sum),
                self.fields,
                self.findings,
                row(self.publish),
                self.status,
                self.undo,
            ]
        )
        self._found: dict[str, Finding] = {}
        self.draft.observe(lambda _change: self._show_checks(), names="body")
        self.show()

    @property
    def body(self) -> dict[str, Any]:
        """The rubric's content as it stands."""
        return dict(self.draft.body)

    def take_over(self, criteria: list[dict[str, Any]]) -> None:
        """Replace all criteria, such as by those of a file; can be undone."""
        before = self.draft.criteria
        self.draft.put(criteria=criteria)
        self.show()
        self.undo.offer(self.language("All criteria were replaced."), lambda: self._bring_back(before))

    def to_dict(self) -> dict[str, Any]:
        """Return the draft."""
        return self.draft.to_dict()

    def restore(self, body: object) -> None:
        """Take up a draft."""
        self.draft.restore(body)
        self.undo.dismiss()
        self.show()

    def show(self, criterion_id: str | None = None) -> None:
        """Draw the draft anew and open one criterion."""
        for code, field in self.name.items():
            self._filling = True
            field.put(self.draft.body["name"][code])
            self._filling = False
        self._offer(criterion_id or self.criterion.value)
        self._show_criterion()
        self._show_checks()

    def _offer(self, chosen: str | None) -> None:
        pick = self.language.pick
        options = [
            (
                self.language("{number}. {name}", number=at, name=pick(one["name"]) or self.language("(no name yet)")),
                one["id"],
            )
            for at, one in enumerate(self.draft.criteria, start=1)
        ]
        if [words for words, _ in options] != [
            words for words, _ in self.criterion.options
        ] or chosen != self.criterion.value:
            self.criterion.offer(options, chosen)

    def _show_criterion(self) -> None:
        present = self.criterion.value is not None
        self.fields.layout.display = None if present else "none"
        for name in ("up", "down", "remove"):
            self.act[name].disabled = not present
        if present:
            self.fields.show(self.draft.criterion(self.criterion.value))

    def _changed(self, parts: dict[str, Any]) -> None:
        self.undo.dismiss()
        self.draft.put_criterion(self.criterion.value, **parts)
        if "name" in parts:
            self._offer(self.criterion.value)

    def _rename(self) -> None:
        if not self._filling:
            self.draft.put(name={code: field.value.strip() for code, field in self.name.items()})

    def _add(self) -> None:
        self.undo.dismiss()
        self.show(self.draft.add())
        self.status.say(text("An empty criterion stands at the end. Fill in its words at all levels."), "info")

    def _move(self, by: int) -> None:
        self.draft.move(self.criterion.value, by)
        self._offer(self.criterion.value)

    def _remove(self) -> None:
        before, gone = self.draft.criteria, self.draft.criterion(self.criterion.value)
        self.draft.remove(gone["id"])
        self.show()
        words = self.language("“{criterion}” was taken out of the draft.", criterion=gone["name"])
        self.undo.offer(words, lambda: self._bring_back(before))

    def _bring_back(self, criteria: list[dict[str, Any]]) -> None:
        self.draft.put(criteria=criteria)
        self.show()

    def _go_to(self, row_id: str) -> None:
        finding = self._found.get(row_id)
        if finding and finding.criterion_id:
            self.criterion.value = finding.criterion_id

    def _show_checks(self) -> None:
        say, found = self.language, self.draft.findings
        self._found = {str(at): one for at, one in enumerate(found)}
        frame = pd.DataFrame(
            [(one.severity, say.say(one.where), say.say(one.message), say.say(one.remedy)) for one in found],
            columns=["severity", "where", "message", "remedy"],
        )
        known = {one["id"] for one in self.draft.criteria}
        openable = {at: [Action("open", say("Open"))] for at, one in self._found.items() if one.criterion_id in known}
        self.findings.show(frame, ids=self._found, actions=openable)
        total = say.number(weight_sum(self.draft.body), 2)
        words = say(
            "{count} criteria, weights {total} in all. To be mended before publishing: {refused}; hints on wording: {hints}.",
            count=len(known),
            total=total,
            refused=len(refusals(found)),
            hints=len(found) - len(refusals(found)),
        )
        self.sum.value = Markup("<p class='coach-quiet' role='status'>{}</p>").format(words)

    def _publish(self) -> None:
        if self._on_publish is None:
            raise InputError(text("There is nowhere to publish to."))
        content = self.draft.ready()
        self.status.say(self._on_publish(content), "good")
