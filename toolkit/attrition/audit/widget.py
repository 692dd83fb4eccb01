"""The fairness audit as a widget, usable in any notebook on what was trained."""

from collections.abc import Callable, Mapping
from typing import cast

import ipywidgets as widgets

from toolkit.attrition.audit.charts import ratio_dots
from toolkit.attrition.audit.lists import PAST, TODAY, audit_lists, auditable_columns, suggested_columns
from toolkit.attrition.audit.report import (
    attribute_view,
    column_words,
    cutoff_words,
    notes_view,
    proxies_view,
)
from toolkit.attrition.fairness import FairnessResult
from toolkit.attrition.state import Source, Trained
from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.download import Download
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, button, card, choice, heading, prose, row
from toolkit.controls.person_picker import Entry, SeveralPicker
from toolkit.controls.print_button import PrintButton
from toolkit.controls.progress import Progress
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language


class FairnessAudit(Panel):
    """Who is listed and for whom the list errs, by columns used for nothing else.

    `values` words the ids in such columns, as of teams. `show` takes what was trained, its source and how
    many conversations can be held; the audit itself is made on demand, as proxies take a while. `on_audited` is
    called with what it found, by list.
    """

    def __init__(
        self,
        trained: Trained | None = None,
        source: Source | None = None,
        conversations: int = 12,
        *,
        language: str = "en",
        values: Mapping[str, str] | None = None,
        styled: bool = True,
        on_audited: Callable[[Mapping[str, FairnessResult]], None] = lambda _results: None,
    ):
        say = self.language = Language(language)
        self.results: dict[str, FairnessResult] = {}
        self._values, self._on_audited = values or {}, on_audited
        self._asked: tuple[Trained, Source, int] | None = None
        self.status = StatusLine(say)
        self.columns = SeveralPicker(say("Group people by (for the audit only)"), language=say)
        self.columns.words = {**self.columns.words, "search": say("Name of a column")}
        self.start = button(say("Audit the list"), guarded(self.status, self._audit), primary=True)
        self.progress = Progress(say("Progress of the audit"), language=say)
        self.which = choice(say("Which list"), [], lambda _which: self._draw())
        self.words, self.proxies, self.notes = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.attributes = Panel(styled=False)
        take = row(
            Download(say("Download as Excel"), lambda: self._file("xlsx"), self.status),
            Download(say("Download as Word"), lambda: self._file("docx"), self.status),
            PrintButton(say("Print")),
        )
        take.add_class("coach-screen-only")
        self._proxies = card(self.proxies)
        self.result = Panel(
            [card(row(self.which), self.words), self.attributes, self._proxies, card(self.notes), take], styled=False
        )
        self.result.layout.display = "none"
        asked = card(
            heading(
                say("Who is listed, and for whom the list errs"),
                say(
                    "Being listed means being offered a conversation. Whether more or less of it does harm is for "
                    "people to judge, so both directions are shown."
                ),
            ),
            row(self.columns),
            row(self.start),
            self.progress,
            prose(say("The columns chosen here group people for this audit and enter no score."), quiet=True),
        )
        super().__init__([asked, self.status, self.result], styled=styled)
        if trained is not None and source is not None:
            self.show(trained, source, conversations)

    def show(self, trained: Trained, source: Source, conversations: int) -> None:
        """Offer the columns of what was trained; an audit of the same list stays."""
        asked = (trained, source, conversations)
        if self._asked is not None and all(one is other for one, other in zip(self._asked, asked, strict=True)):
            return
        anew = self._asked is None or self._asked[1] is not source
        self._asked, self.results = asked, {}
        self.result.layout.display = "none"
        self.status.clear()
        if anew:
            names = auditable_columns(source)
            entries = [Entry(name, column_words(name, self.language)) for name in names]
            self.columns.offer(entries, suggested_columns(source))

    def _audit(self) -> None:
        if self._asked is None or self.progress.running:
            return
        self.status.clear()
        self.result.layout.display = "none"
        trained, source, conversations = self._asked
        columns = [str(name) for name in self.columns.value]
        words = self.language("Comparing the groups…")
        asked = self._asked
        self.progress.run(
            words,
            lambda _bar: audit_lists(trained, source, columns, conversations),
            lambda results: self._show(results) if self._asked is asked else None,
            self._tell,
        )

    def _tell(self, error: Exception) -> None:
        with shown_on(self.status):
            raise error

    def _show(self, results: dict[str, FairnessResult]) -> None:
        with shown_on(self.status):
            self.results = results
            titles = {
                PAST: self.language("The past lists, of which it is known what came"),
                TODAY: self.language("Today's list"),
            }
            self.which.offer((titles[name], name) for name in results)
            self.which.layout.display = None if len(results) > 1 else "none"
            self._draw()
            self.result.layout.display = None
            self._on_audited(results)

    def _draw(self) -> None:
        result = self.results.get(cast(str, self.which.value))
        if result is None:
            return
        say = self.language
        self.words.value = prose(say.say(cutoff_words(result, say))).value
        found = []
        for attribute in dict.fromkeys(result.groups["attribute"].astype(str)):
            tables = widgets.HTML(attribute_view(result, attribute, say, self._values))
            chart = FigureView(ratio_dots(result, attribute, say, self._values), language=say)
            found.append(card(tables, chart))
        self.attributes.children = found
        self.proxies.value = proxies_view(result, say, self._values)
        self._proxies.layout.display = None if self.proxies.value else "none"
        self.notes.value = notes_view(result, say)

    def _file(self, kind: str) -> tuple[str, bytes] | None:
        from toolkit.attrition.audit.document_report import TITLE, audit_document, audit_workbook

        if not self.results:
            return None
        make = audit_workbook if kind == "xlsx" else audit_document
        result = self.results[cast(str, self.which.value)]
        return f"{self.language.say(TITLE)}.{kind}", make(result, self.language, self._values)
