"""The framework out as Excel and CASE, and in from Excel, CASE and O*NET with a preview; usable in any notebook."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.data_table import Column, DataTable
from toolkit.controls.download import Download
from toolkit.controls.fields import TextField
from toolkit.controls.file_picker import FilePicker
from toolkit.controls.page import Panel, button, card, heading, row
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.organisation.framework_changes import framework_changes, roles_changes
from toolkit.organisation.framework_versions import Proposed
from toolkit.organisation.framework_workbook import write_framework_workbook
from toolkit.skillgap.case import write_framework
from toolkit.skillgap.framework.form import ACCEPT, Proposal, read_proposal
from toolkit.skillgap.framework.report import finding_rows
from toolkit.skillgap.framework.widget import ChangeTable, finding_table
from toolkit.wording import Text, counted, text

Content = dict[str, Any]
Preview = Callable[[Content | None, Content | None], Proposed]
Publish = Callable[[Content | None, Content | None], Text]


class FrameworkFiles(Panel):
    """Two downloads, and one upload that shows what would change and what it would break before anything is stored.

    `on_preview(framework, roles)` returns everything wrong with what a file would make current,
    `on_publish(framework, roles)` stores it; without them files are looked at only. `rubrics` (a list of
    contents) go along in the CASE package, `changed_at` is its time of change.
    """

    def __init__(
        self,
        framework: Mapping[str, Any],
        roles: Mapping[str, Any],
        *,
        changed_at: dt.datetime,
        on_preview: Preview | None = None,
        on_publish: Publish | None = None,
        rubrics: list[Content] | None = None,
        language: str = "en",
        limit_mb: int = 20,
    ):
        say = self.language = Language(language)
        self.framework, self.roles, self.rubrics = framework, roles, rubrics or []
        self._changed_at, self._limit_mb = changed_at, limit_mb
        self._on_preview, self._on_publish = on_preview, on_publish
        self._given: dict[str, bytes] = {}
        self.proposal: Proposal | None = None
        self.status = StatusLine(say)
        self.excel = Download(say("Excel to edit"), self._excel, self.status)
        self.case = Download(say("CASE 1.1 (JSON)"), self._case, self.status)
        self.occupations = TextField(
            say("O*NET occupations (codes, only for O*NET files)"),
            hint=say("Such as 41-3031.00, 41-4012.00"),
            longest=200,
        )
        self.picker = FilePicker(say, self.status, self.receive, limit_mb=limit_mb)
        self.picker.accept = ACCEPT
        self.again = button(say("Read again"), guarded(self.status, self._read))
        self.notes = widgets.HTML()
        self.changes, self.findings = ChangeTable(say, say("What the file changes")), finding_table(say)
        self.problems = DataTable(language=say)
        self.confirm = button(say("Publish as a new version"), guarded(self.status, self._confirm), primary=True)
        self.cancel = button(say("Cancel"), guarded(self.status, self.reset))
        out = card(
            heading(say("Take out"), say("Excel to edit competencies and expectations; CASE for other systems.")),
            row(self.excel, self.case),
        )
        into = card(
            heading(
                say("Bring in"),
                say(
                    "The edited Excel, a CASE 1.0 or 1.1 package (.json), or O*NET files (.zip, or Skills.txt; from release 30.3 Essential "
                    "Skills.txt and Transferable Skills.txt). Nothing is stored before you have seen what changes."
                ),
            ),
            row(self.occupations),
            row(self.picker, self.again),
        )
        self.preview = Panel(
            [self.notes, self.problems, self.findings, self.changes, row(self.confirm, self.cancel)], styled=False
        )
        super().__init__([out, into, self.status, self.preview])
        self.reset()

    def reset(self) -> None:
        """Forget the file; nothing of it was stored."""
        self._given, self.proposal = {}, None
        self.status.clear()
        self.preview.layout.display = self.again.layout.display = "none"

    def receive(self, name: str, content: bytes) -> None:
        """Take a file as if it had been chosen; further .txt files of O*NET join the earlier ones."""
        joins = name.lower().endswith(".txt") and all(one.lower().endswith(".txt") for one in self._given)
        kept = self._given if joins else {}
        self.reset()
        self._given = {**kept, name: content}
        with shown_on(self.status):
            self._read()

    def _read(self) -> None:
        say = self.language
        if not self._given:
            raise InputError(text("Choose a file first."))
        self.preview.layout.display, self.again.layout.display = "none", None
        codes = [one for one in re.split(r"[\s,;，；、]+", self.occupations.value) if one]
        found = self.proposal = read_proposal(
            self._given,
            framework=self.framework,
            roles=self.roles,
            language=say,
            occupations=codes,
            limit_mb=self._limit_mb,
        )
        items = Markup("").join(Markup("<li>{}</li>").format(say.say(note)) for note in found.notes)
        self.notes.value = Markup("<ul class='coach-quiet'>{}</ul>").format(items) if items else ""
        refused = self._show_problems(found.problems)
        changes = []
        if not refused:
            if found.framework is not None:
                changes += framework_changes(self.framework, found.framework)
            if found.roles is not None:
                changes += roles_changes(self.roles, found.roles)
            refused = self._show_findings(found)
        self.changes.show_changes(changes)
        self.confirm.disabled = refused or not changes or self._on_publish is None
        self.preview.layout.display = None
        if refused:
            self.status.say(
                text("{summary} It cannot be taken over as it is: see the checks.", summary=found.summary), "bad"
            )
        else:
            count = counted("{count} change.", "{count} changes.", len(changes))
            self.status.say(text("{first} {second}", first=found.summary, second=count), "good")

    def _show_problems(self, problems: pd.DataFrame | None) -> bool:
        self.problems.layout.display = None if problems is not None else "none"
        if problems is not None:
            columns = [Column(str(name), str(name)) for name in problems.columns]
            self.problems.show(problems, columns=columns, caption=self.language("What is wrong in the file"))
            self.findings.show(finding_rows([], self.language))
        return problems is not None

    def _show_findings(self, found: Proposal) -> bool:
        findings = self._on_preview(found.framework, found.roles).findings if self._on_preview else []
        self.findings.show(finding_rows(findings, self.language))
        return any(one.severity == "error" for one in findings)

    def _confirm(self) -> None:
        if self.proposal is None or self._on_publish is None or self.confirm.disabled:
            raise InputError(text("Choose a file first."))
        said = self._on_publish(self.proposal.framework, self.proposal.roles)
        self.framework = self.proposal.framework or self.framework
        self.roles = self.proposal.roles or self.roles
        self.reset()
        self.status.say(said, "good")

    def _excel(self) -> tuple[str, bytes]:
        say = self.language
        title = say.pick(self.framework.get("name") or {"en": say("Framework")})
        return f"{title}.xlsx", write_framework_workbook(self.framework, self.roles, say)

    def _case(self) -> tuple[str, bytes]:
        say = self.language
        title = say.pick(self.framework.get("name") or {"en": say("Framework")})
        content = write_framework(
            self.framework,
            {"rubrics": self.rubrics},
            creator=say("Sales Coaching Toolkit"),
            changed_at=self._changed_at,
            language=say.code,
        )
        return f"{title}.json", content
