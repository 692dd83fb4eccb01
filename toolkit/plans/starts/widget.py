"""Who starts now and who waits, as a widget on plain tables."""

from collections.abc import Callable, Mapping

import pandas as pd

from toolkit.controls.actions import guarded
from toolkit.controls.data_table import Column, DataTable, columns_of
from toolkit.controls.fields import CheckField, NumberField, refuse_problems
from toolkit.controls.page import Panel, button, card, choice, heading, prose, row
from toolkit.controls.person_picker import SeveralPicker, people_entries
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.plans.outcome import report
from toolkit.plans.report import Catalogue
from toolkit.plans.start_order import StaggeredStart, staggered_start
from toolkit.wording import text


class StartOrder(Panel):
    """Propose a fair staggered start: who begins now, who waits; by lot on request, with the number it was drawn with.

    `people`: person_id, name and team_id; `levels`: a SkillLevels table (the mean over competencies balances both
    groups); `seed` is the number offered for the lot. `on_save(activity_id, start)` records it. `found` is what is shown.
    """

    def __init__(
        self,
        people: pd.DataFrame,
        activities: pd.DataFrame,
        levels: Callable[[], pd.DataFrame] | pd.DataFrame,
        *,
        teams: Mapping[str, str] | None = None,
        seed: int = 1,
        language: str = "en",
        on_save: Callable[[str, StaggeredStart], object] | None = None,
    ):
        self.people, self.teams = people, dict(teams or {})
        self._levels = levels if callable(levels) else lambda: levels
        self._on_save = on_save
        self._called = dict(zip(people["person_id"], people["name"], strict=True))
        self.found: StaggeredStart | None = None
        say = self.language = Language(language)
        words = Catalogue(activities, say)
        self.status = StatusLine(say)
        self.activity = choice(say("Activity"), [(words.name(one), one) for one in activities["activity_id"]])
        self.who = SeveralPicker(say("Who is to take part, now or later"), people_entries(people), language=say)
        self.places = NumberField(say("Places now"), 6, least=1, most=500, language=say, required=True, whole=True)
        self.lot = CheckField(say("Draw by lot"), True)
        self.seed = NumberField(
            say("Number of the lot"), seed, least=0, most=2**31 - 1, language=say, required=True, whole=True
        )
        self.make = button(say("Propose who starts"), guarded(self.status, self._propose), primary=True)
        self.keep = button(say("Record this start"), guarded(self.status, self._save))
        self.keep.layout.display = None if on_save else "none"
        self.notes = prose("")
        marks = {"starts": report.start_marks(say)}
        columns = columns_of(report.START_LABELS, say, marks=marks, level="number", chance="percent")
        self.table = DataTable(columns, language=say, caption=say("Who starts now, who waits"))
        balance = [
            Column("group", say("Starts"), "mark", marks=report.start_marks(say)),
            Column("people", say("People"), "number"),
            Column("level", say("Mean level"), "number", digits=2),
        ]
        self.balance = DataTable(balance, language=say, caption=say("How alike both groups are"))
        self.results = Panel([self.notes, self.table, self.balance, row(self.keep)], styled=False)
        self.results.layout.display = "none"
        about = say(
            "Where there are fewer places than people, let some wait for the next turn: then there is somebody to compare with."
        )
        super().__init__(
            [
                card(
                    heading(say("A fair start"), about),
                    row(self.activity, self.places, self.lot, self.seed),
                    self.who,
                    row(self.make),
                ),
                self.status,
                self.results,
            ]
        )

    def _propose(self) -> None:
        refuse_problems(self.places, self.seed)
        self.status.clear()
        if not self.who.value:
            raise InputError(text("Nobody was chosen."), remedy=text("Choose who is to take part, now or later."))
        mean = self._levels().groupby("person_id")["level"].mean().rename("level").reset_index()
        chosen = self.people[self.people["person_id"].isin(self.who.value)].merge(mean, on="person_id", how="left")
        seed = int(self.seed.value) if self.lot.value else None
        try:
            self.found = staggered_start(chosen, int(self.places.value), seed=seed)
        except InputError as error:
            raise self._named(error) from error
        say = self.language
        self.notes.value = prose(" ".join(say.say(one) for one in self.found.notes)).value
        self.table.show(report.start_table(self.found, self._called, self.teams))
        self.balance.show(self.found.balance)
        self.results.layout.display = None

    def _named(self, error: InputError) -> InputError:
        """Return an error about a person with the name instead of the id."""
        if error.where is None:
            return error
        person_id = dict(error.where.values).get("person") if hasattr(error.where, "values") else None
        name = self._called.get(str(person_id))
        return (
            InputError(error.problem, where=text("Person {person}", person=name), remedy=error.remedy)
            if name
            else error
        )

    def _save(self) -> None:
        if self.found is None or self._on_save is None:
            return
        self._on_save(self.activity.value, self.found)
        self.status.say(text("Recorded. Under “Did it work” these two groups are compared."), "good")
