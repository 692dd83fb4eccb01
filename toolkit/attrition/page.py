"""The risk page on the HR store: train and read, bring in data."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from toolkit.access.roles import Viewer
from toolkit.attrition import storage
from toolkit.attrition.form import checked_months, months_form
from toolkit.attrition.state import Source, Trained
from toolkit.attrition.suggest import suggest_choices
from toolkit.attrition.widget import RiskBoard, SnapshotForm
from toolkit.controls.actions import shown_on
from toolkit.controls.file_picker import FilePicker
from toolkit.controls.page import Panel, card, heading, prose, row
from toolkit.controls.status_line import StatusLine
from toolkit.controls.tabs import Tabs
from toolkit.controls.upload import Mapped, Upload
from toolkit.documents.table_file import read_table
from toolkit.language import Language
from toolkit.store import Store
from toolkit.wording import Text, counted


class RiskPage(Panel):
    """Attrition risk for HR.

    `names` gives names by person_id, shown on demand and logged; `numbers` person_id by employee
    number, so that files and the roster speak of the same people.
    """

    def __init__(
        self,
        store: Store,
        viewer: Viewer,
        language: Language,
        *,
        names: Mapping[str, str],
        numbers: Mapping[str, str],
        today: dt.date,
        limit_mb: int,
        remembered: Callable[[str], Mapped | None],
        remember: Callable[[str, Mapped], None],
    ):
        self.store, self.viewer, self.language = store, viewer, language
        self._names, self._numbers, self._today, self._limit_mb = names, numbers, today, limit_mb
        self._remember = remember
        self._open: tuple[str, Trained] | None = None
        self._chosen = ""
        say = language
        self.board = RiskBoard(self._sources(), language=say.code, names_of=self._names_of, on_trained=self._keep_run)
        self.months = Upload(
            months_form(today), language=say, on_confirm=self._keep_months, remembered=remembered, limit_mb=limit_mb
        )
        self.status = StatusLine(say)
        self.picker = FilePicker(say, self.status, self.receive_snapshot, limit_mb=limit_mb)
        self.snapshot = Panel(styled=False)
        other = Panel(
            [
                card(
                    heading(
                        say("Another data set"),
                        say("One row per person, with a column that says who left and who stayed."),
                    ),
                    row(self.picker),
                    prose(say("Excel or CSV, at most {limit} MB, one header row.", limit=limit_mb), quiet=True),
                ),
                self.status,
                self.snapshot,
            ],
            styled=False,
        )
        self.tabs = Tabs(
            {say("Risk"): self.board, say("HR months"): self.months, say("Another data set"): other},
            label=say("Attrition risk"),
        )
        super().__init__([self.tabs])

    def receive_snapshot(self, name: str, content: bytes) -> None:
        """Take a snapshot file as if it had been chosen, and ask what its columns mean."""
        with shown_on(self.status):
            self.snapshot.children = []
            self.status.clear()
            raw = read_table(content, name, limit_mb=self._limit_mb)
            frame = pd.DataFrame(raw.rows, columns=raw.columns).infer_objects()
            form = SnapshotForm(
                frame, name, self._keep_snapshot, suggested=suggest_choices(frame), language=self.language.code
            )
            self.snapshot.children = [form]

    def _sources(self) -> dict[str, Callable[[], Source]]:
        found: dict[str, Callable[[], Source]] = {}
        for data_set in storage.data_sets(self.store, self.viewer):
            name = self.language("Sample organisation: HR months") if data_set.name == "sample" else data_set.name
            words = self.language(
                "{name} · {rows} rows · {moment}", name=name, rows=data_set.rows, moment=data_set.created_at.date()
            )
            found[words if words not in found else f"{words} #{len(found) + 1}"] = self._loader(data_set)
        return found

    def _loader(self, data_set: storage.DataSet) -> Callable[[], Source]:
        def load() -> Source:
            self._chosen = data_set.data_set_id
            frame = storage.table_of(self.store, self.viewer, data_set.data_set_id)
            return Source(data_set.name, data_set.kind, frame, data_set.choices)

        return load

    def _keep_months(self, frame: pd.DataFrame, signature: str, mapping: Mapped) -> Text:
        months = checked_months(frame, self._today, self._numbers)
        storage.keep_data_set(self.store, self.viewer, self.language("HR months"), "months", months)
        self._remember(signature, mapping)
        self.board.offer(self._sources())
        return counted(
            "{count} row was stored. Choose it under “Risk” and train.",
            "{count} rows were stored. Choose them under “Risk” and train.",
            len(months),
        )

    def _keep_snapshot(self, name: str, frame: pd.DataFrame, choices: dict[str, Any]) -> None:
        storage.keep_data_set(self.store, self.viewer, name, "snapshot", frame, choices)
        self.board.offer(self._sources())

    def _keep_run(self, trained: Trained) -> None:
        figures = {name: vars(estimate) for name, estimate in trained.test.figures.items()}
        storage.keep_run(self.store, self.viewer, self._chosen, figures, trained.risks)

    def _names_of(self, people: Sequence[str]) -> Mapping[str, str]:
        storage.record_view(self.store, self.viewer, self._chosen, list(people))
        return {person: self._names.get(person, person) for person in people}
