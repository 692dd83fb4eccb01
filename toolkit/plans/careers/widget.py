"""Career plans as a widget on plain tables."""

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from toolkit.controls.actions import guarded
from toolkit.controls.data_table import Column, DataTable
from toolkit.controls.fields import NumberField, refuse_problems
from toolkit.controls.page import Panel, card, heading, prose, row
from toolkit.controls.person_picker import PersonPicker, people_entries
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language
from toolkit.plans.career import PACE, career_path
from toolkit.plans.careers.report import PATH_LABELS, path_table
from toolkit.vocabulary import rows_of
from toolkit.wording import text

Names = Mapping[str, Mapping[str, str]]
HORIZONS = (1, 2, 3, 5)


class CareerView(Panel):
    """Which rank of each ladder one, two, three and five years can lead a person to, and what to learn for it.

    `people`: person_id and name; `levels`: a SkillLevels table; `ladders` as in `career_path`; `rank_names`: bilingual
    names of ladders and ranks by id; `names`: of competencies. `ranks`: person_id, rank_id and since (day) of those
    whose present rank is known. `path` is the table shown, from `career_path`.
    """

    def __init__(
        self,
        people: pd.DataFrame,
        levels: pd.DataFrame,
        ladders: pd.DataFrame,
        rank_names: Names,
        names: Names,
        *,
        ranks: pd.DataFrame,
        today: dt.date,
        language: str = "en",
    ):
        self.levels, self.ladders, self.rank_names, self.names = levels, ladders, rank_names, names
        self.today, self.path = today, pd.DataFrame()
        self._ranks = {row.person_id: (row.rank_id, row.since) for row in rows_of(ranks)}
        say = self.language = Language(language)
        self.status = StatusLine(say)
        self.person = PersonPicker(say("Person"), people_entries(people), language=say, walk=True)
        self.pace = NumberField(
            say("Levels learned a year in one competency"),
            PACE,
            least=0.1,
            most=2,
            step=0.1,
            language=say,
            required=True,
        )
        self.now = prose("")
        columns = [Column(name, say.say(label)) for name, label in PATH_LABELS.items()]
        self.table = DataTable(columns, language=say, caption=say("Where the next years can lead"))
        about = say(
            "A rank is within reach after the months it asks for, and not before what is missing can be learned at "
            "this pace. The pace is an assumption to be agreed, not a finding."
        )
        super().__init__(
            [card(heading(say("Careers"), about), row(self.person, self.pace), self.now), self.status, self.table]
        )
        self.person.on_change(guarded(self.status, lambda _: self._show()))
        self.pace.on_change(guarded(self.status, lambda _: self._show()))
        guarded(self.status, self._show)()

    def _show(self) -> None:
        person_id, say = self.person.value, self.language
        if person_id is None:
            return
        refuse_problems(self.pace)
        self.status.clear()
        rank_id, since = self._ranks.get(person_id, (None, None))
        months = 0.0
        if since is not None and not pd.isna(since):
            months = max((pd.Timestamp(self.today) - pd.Timestamp(since)).days / 30.44, 0.0)
        about = {"person_id": person_id, "rank_id": rank_id, "months_in_rank": months}
        if rank_id:
            words = say(
                "Now: {rank}, for {months} months", rank=say.pick(self.rank_names[rank_id]), months=f"{months:.0f}"
            )
        else:
            words = say("The present rank is not known; the way begins at the bottom of each ladder.")
        self.now.value = prose(words).value
        self.path = career_path(about, self.ladders, self.levels, HORIZONS, pace=float(self.pace.value))
        self.table.show(path_table(self.path, self.rank_names, self.names, say))
        if self.levels[self.levels["person_id"] == person_id].empty:
            self.status.say(text("Nothing has been seen of this person yet: levels below count as the lowest."), "info")
