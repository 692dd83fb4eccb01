"""What to observe next, of one person or of a team."""

from collections.abc import Mapping

import pandas as pd

from toolkit.controls.data_table import Column, DataTable, columns_of
from toolkit.controls.page import Panel, prose
from toolkit.language import Language
from toolkit.skillgap.observing.report import OBSERVE_HELP, OBSERVE_LABELS, observe_rows
from toolkit.skillgap.state import GapState

Names = Mapping[str, Mapping[str, str]]


class ObserveTable(DataTable):
    """The assessments that would change most decisions, the most valuable first."""

    def __init__(self, state: GapState, names: Names, *, language: Language, person: bool):
        self._state, self._names, self._say = state, names, language
        labels = OBSERVE_LABELS if person else {key: one for key, one in OBSERVE_LABELS.items() if key != "name"}
        found = columns_of(labels, language, changes="number")
        columns = [
            Column(one.name, one.label, one.kind, help=language.say(OBSERVE_HELP) if one.name == "changes" else "")
            for one in found
        ]
        super().__init__(
            columns,
            language=language,
            caption=language("What to observe next"),
            empty=language("No single observation would change much now."),
        )

    def show_next(self, found: pd.DataFrame) -> None:
        """Show rows of `GapState.next`."""
        people = dict(zip(self._state.people["person_id"], self._state.people["name"], strict=True))
        self.show(
            observe_rows(found, self._state.gaps, people, self._names, self._say), sort={"changes": found["changes"]}
        )


class ObservePart(Panel):
    """What to observe next of the chosen person."""

    def __init__(self, state: GapState, names: Names, *, language: Language):
        self.state = state
        self.table = ObserveTable(state, names, language=language, person=False)
        hint = prose(
            language("Where a difference may be noise, another look costs less than a course that was not needed."),
            quiet=True,
        )
        super().__init__([self.table, hint], styled=False)

    def show(self) -> None:
        """Show the chosen person."""
        self.table.show_next(self.state.next_of([self.state.person_id]))
