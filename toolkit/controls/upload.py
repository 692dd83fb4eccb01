"""Upload with preview: choose a file, map its columns, see every error, and only then take it over."""

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.choices import Choice
from toolkit.controls.data_table import Column, DataTable
from toolkit.controls.download import Download
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.file_picker import FilePicker
from toolkit.controls.page import button, card, choice, heading, row
from toolkit.controls.status_line import StatusLine
from toolkit.controls.stepper import Stepper
from toolkit.controls.table import table
from toolkit.documents.columns import TableForm
from toolkit.documents.intake import Intake, Known, prepare
from toolkit.documents.mapping import signature, suggest_mapping
from toolkit.documents.table_file import RawTable, read_table
from toolkit.documents.template_file import write_table, write_template
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.wording import Text, text

_PREVIEW_ROWS = 8
_CHOOSE, _MAP, _CHECK, _IMPORT = range(4)
Mapped = dict[str, str | None]


class Upload(widgets.VBox):
    """The way of a file into the store: template, mapping, preview with all errors, confirmation.

    `known()` gives the ids that references may point to; `remembered(signature)` an earlier mapping;
    `on_confirm(frame, signature, mapping)` stores the rows, all or nothing, and returns what to say.
    """

    def __init__(
        self,
        form: TableForm,
        *,
        language: Language,
        on_confirm: Callable[[pd.DataFrame, str, Mapped], Text],
        known: Callable[[], Known] = dict,
        remembered: Callable[[str], Mapped | None] = lambda _signature: None,
        limit_mb: int = 20,
    ):
        say = self.language = language
        self.form, self._known, self._remembered, self._on_confirm = form, known, remembered, on_confirm
        self._limit_mb = limit_mb
        self.raw: RawTable | None = None
        self.intake: Intake | None = None
        self._checked: Mapped = {}
        self.status = StatusLine(say)
        self.template = Download(
            say("Download template"), lambda: (f"{form.id}.xlsx", write_template(form, say)), self.status
        )
        self.picker = FilePicker(say, self.status, self.receive, limit_mb=limit_mb)
        self.mapping: dict[str, Choice] = {}
        self.mapping_rows = row()
        self.check = button(say("Check the file"), guarded(self.status, self._check))
        self.mapping_card = card(
            heading(say("Which column is which"), say("Columns of your file are on the right; * is needed.")),
            self.mapping_rows,
            row(self.check),
        )
        self.found = DataTable(language=say)
        self.preview = widgets.HTML()
        self.problems = Download(say("Download the list of problems"), self._problem_file, self.status)
        self.confirm = button(say("Import"), guarded(self.status, self._confirm), primary=True)
        self.cancel = button(say("Cancel"), guarded(self.status, self.reset))
        self.preview_card = card(self.found, self.preview, row(self.confirm, self.problems, self.cancel))
        self.steps = Stepper(
            say("Steps of the import"),
            [say("Choose"), say("Map"), say("Check"), say("Import")],
            language=say,
        )
        self.start = self._start_card()
        super().__init__([self.steps, self.start, self.status, self.mapping_card, self.preview_card])
        self.add_class("coach-panel")
        self.reset()

    def _start_card(self) -> EmptyState:
        say, form = self.language, self.form
        hint = say("Excel or CSV, at most {limit} MB, one header row.", limit=self._limit_mb)
        purpose = say.say(form.purpose) if form.purpose else ""
        return EmptyState(
            say.say(form.title),
            say("{first} {second}", first=purpose, second=hint) if purpose else hint,
            self.picker,
            self.template,
        )

    def reset(self) -> None:
        """Forget the chosen file; nothing of it was stored."""
        self.raw = self.intake = None
        self.steps.current = _CHOOSE
        self.status.clear()
        self.mapping_card.layout.display = self.preview_card.layout.display = "none"

    def receive(self, name: str, content: bytes) -> None:
        """Take a file as if it had been chosen, and check it with the mapping that seems right."""
        self.reset()
        with shown_on(self.status):
            raw = read_table(content, name, limit_mb=self._limit_mb)
            self.raw = raw
            found = suggest_mapping(raw.columns, self.form, self._remembered(signature(raw.columns)))
            options = [(self.language("— not in the file —"), None), *((header, header) for header in raw.columns)]
            self.mapping = {}
            for column in self.form.columns:
                label = self.language.say(column.label) + (" *" if column.required else "")
                self.mapping[column.name] = choice(label, options, value=found[column.name])
            self.mapping_rows.children = tuple(self.mapping.values())
            self.mapping_card.layout.display = None
            self._check()

    def _check(self) -> None:
        if self.raw is None:
            return
        self._checked = self._mapping()
        intake = self.intake = prepare(self.raw, self.form, self._checked, known=self._known())
        self._show_problems(intake)
        self.preview.value = self._shown(intake)
        self.preview_card.layout.display = None
        self.confirm.disabled = not intake.ready
        self.confirm.label = self.language.count("Import {count} row", "Import {count} rows", len(intake.frame))
        self.problems.disabled = not intake.problems
        self.problems.layout.display = None if intake.problems else "none"
        # Columns that are needed and not named are mended in the mapping, wrong cells in the file.
        unmapped = any(column.required and not self._checked.get(column.name) for column in self.form.columns)
        self.steps.current = _IMPORT if intake.ready else _MAP if unmapped else _CHECK
        self.status.say(intake.summary, "good" if intake.ready else "bad")

    def _confirm(self) -> None:
        if self.intake is None or self.raw is None:
            raise InputError(text("Choose a file first."))
        if self._mapping() != self._checked:
            self._check()
            raise InputError(
                text("The columns were mapped anew, so the file has been checked again."),
                remedy=text("Look at the preview, then import."),
            )
        frame = self.intake.require_ready()
        done = self._on_confirm(frame, signature(self.raw.columns), self._checked)
        self.reset()
        self.steps.current = _IMPORT + 1
        self.status.say(done, "good")

    def _mapping(self) -> Mapped:
        return {name: control.value for name, control in self.mapping.items()}

    def _problem_file(self) -> tuple[str, bytes] | None:
        if self.intake is None:
            return None
        found = self.intake.problem_table(self.language)
        title = self.language("Problems")
        return f"{title}.xlsx", write_table(found, {name: name for name in found.columns}, self.language, title)

    def _show_problems(self, intake: Intake) -> None:
        found = intake.problem_table(self.language)
        columns = [Column(name, name, "text" if at else "number") for at, name in enumerate(found.columns)]
        self.found.show(found, columns=columns, caption=self.language.say(intake.summary))
        self.found.layout.display = None if intake.problems else "none"

    def _shown(self, intake: Intake) -> Markup:
        say = self.language
        body = Markup("").join(Markup("<p class='coach-quiet'>{}</p>").format(say.say(note)) for note in intake.notes)
        if len(intake.frame):
            labels = {c.name: say.say(c.label) for c in self.form.columns if c.name in intake.mapped}
            shown = intake.frame[list(labels)].head(_PREVIEW_ROWS).astype(object)
            for column in self.form.columns:
                if column.name in labels:
                    shown[column.name] = [self._cell(column.choices, value) for value in shown[column.name]]
            body += table(shown, labels, caption=say("The first rows as they were understood"))
        return body

    def _cell(self, choices: Mapping[str, Any], value: Any) -> Any:
        if isinstance(value, pd.Timestamp):
            return self.language.date(value.date())
        if value in choices:
            return self.language.say(choices[value])
        if isinstance(value, float) and value == value:
            return self.language.number(value, 0 if value == int(value) else 2)
        return None if value is pd.NA or value is pd.NaT else value
