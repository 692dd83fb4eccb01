"""Who left, whether that was a loss, and how much turnover there is: some of it is healthy."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from toolkit.attrition.care_call import leavers
from toolkit.attrition.learning import turnover
from toolkit.controls.actions import guarded
from toolkit.controls.data_table import Action, Column, DataTable, Mark, columns_of
from toolkit.controls.page import Panel, button, card, heading, row
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language
from toolkit.vocabulary import rows_of
from toolkit.wording import text

LABELS = {
    "name": text("Person"),
    "left": text("Left on"),
    "attainment": text("Result against target before"),
    "regretted": text("A loss?"),
}
YEAR_LABELS = {
    "year": text("Year"),
    "leavers": text("Left"),
    "regretted": text("A loss"),
    "not_regretted": text("No loss"),
    "not_said": text("Not said"),
    "rate": text("Leavers per person-year"),
}
_DIGITS = {"rate": 2}
_LOSS, _NO_LOSS, _UNSAID = "loss", "no_loss", "unsaid"


class Departures(Panel):
    """Asks of each leaver whether it was a loss.

    `names_of(person_ids)` gives names and writes the look down; `on_say(person_id, regretted)` keeps the
    answer, None for taken back.
    """

    def __init__(
        self,
        *,
        language: Language,
        names_of: Callable[[Sequence[str]], Mapping[str, str]],
        on_say: Callable[[str, bool | None], None],
    ):
        say = self.language = language
        self._names_of, self._on_say = names_of, on_say
        self._names: dict[str, str] = {}
        self._people: list[str] = []
        self._months, self._said = pd.DataFrame(), dict[str, bool]()
        self.status = StatusLine(say)
        marks = {
            _LOSS: Mark(say("A loss"), "bad"),
            _NO_LOSS: Mark(say("No loss"), "good"),
            _UNSAID: Mark(say("Not said"), "quiet"),
        }
        columns = columns_of(LABELS, say, marks={"regretted": marks}, left="date", attainment="percent")
        act = guarded(self.status, self._act)
        self.list = DataTable(columns, language=say, caption=say("People who left last"), on_action=act)
        self.years = DataTable(
            [
                Column(name, say.say(label), "text" if name == "year" else "number", digits=_DIGITS.get(name))
                for name, label in YEAR_LABELS.items()
            ],
            language=say,
            caption=say("Turnover by year"),
        )
        self.names = button(say("Show names of leavers (this is logged)"), guarded(self.status, self._show_names))
        purpose = say(
            "Some turnover is healthy. Leavings that were no loss do not teach the model what to warn of; performance "
            "stands here and never enters the risk."
        )
        top = card(heading(say("Was it a loss?"), purpose), row(self.names), self.status)
        super().__init__([top, self.list, self.years], styled=False)

    def show(self, months: pd.DataFrame, said: Mapping[str, bool]) -> None:
        """Show the leavers of RepMonths and what was said of them."""
        self._months, self._said = months, dict(said)
        found = leavers(months)
        self._people = found["person_id"].astype(str).tolist()
        words = {True: _LOSS, False: _NO_LOSS, None: _UNSAID}
        rows = pd.DataFrame(
            [
                {
                    "name": self._names.get(str(row.person_id), self.language("hidden")),
                    "left": row.left_on.date(),
                    "attainment": row.attainment,
                    "regretted": words[self._said.get(str(row.person_id))],
                }
                for row in rows_of(found)
            ],
            columns=list(LABELS),
        )
        say = self.language
        actions = [
            Action(_LOSS, say("A loss")),
            Action(_NO_LOSS, say("No loss")),
            Action(_UNSAID, say("Not said")),
        ]
        self.list.show(rows, actions=actions)
        years = turnover(months, pd.Series(self._said, dtype=object) if self._said else None)
        self.years.show(years.assign(year=years["year"].astype(str), rate=years["rate"])[list(YEAR_LABELS)])

    def _act(self, row_id: str, action: str) -> None:
        self.status.clear()
        person = self._people[int(row_id)]
        answer = {_LOSS: True, _NO_LOSS: False, _UNSAID: None}[action]
        self._on_say(person, answer)
        said = {**self._said, person: answer}
        self.show(self._months, {name: one for name, one in said.items() if one is not None})
        self.status.say(text("Kept. The next training takes it into account."), "good")

    def _show_names(self) -> None:
        names = self._names_of(self._people)
        self._names |= {person: names.get(person, person) for person in self._people}
        self.show(self._months, self._said)
